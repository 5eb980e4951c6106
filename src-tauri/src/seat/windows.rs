//! What Windows tells a hidden window of sleep, the session and its end, and a function of the
//! network.

mod messages;
mod network;
mod window;

use std::io;
use std::thread;

use controller::Handle;
use controller::in_force::OnExitPaused;
use controller::view::{DeskEvent, Request};
use tokio::sync::oneshot;

use crate::words;
use messages::{End, Meaning, Messages};
use window::{Answer, Bell, Heard, Window};

/// Tells the engine what Windows says, for as long as there is an engine.
pub(crate) async fn watch(handle: Handle) {
    if let Err(error) = network::watch(handle.clone()) {
        tracing::info!(%error, "the system does not tell of the network");
    }
    let bell = match listen(handle.clone()).await {
        Ok(bell) => bell,
        Err(error) => {
            tracing::warn!(%error, "the system does not tell of sleep, lock and shutdown");
            return;
        }
    };
    tracing::info!("the system tells of sleep, lock and shutdown");
    let mut leaves_paused = handle.leaves_paused();
    loop {
        bell.ring();
        if leaves_paused.changed().await.is_err() {
            return;
        }
    }
}

/// Has a window on a thread of its own, which answers also while the main thread waits.
async fn listen(handle: Handle) -> io::Result<Bell> {
    let (started, outcome) = oneshot::channel();
    thread::Builder::new()
        .name("seat".to_owned())
        .spawn(move || {
            let window = match Window::new(words::FERMATA) {
                Ok(window) => window,
                Err(error) => return started.send(Err(error)).unwrap_or_default(),
            };
            // Nobody waits for it if the program ends already.
            started.send(Ok(window.bell())).ok();
            let mut desk = Desk {
                handle,
                window,
                messages: Messages::default(),
            };
            window::run(move |heard| desk.hear(heard));
        })?;
    outcome
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
}

/// What stands between Windows and the engine.
struct Desk {
    handle: Handle,
    window: Window,
    messages: Messages,
}

impl Desk {
    fn hear(&mut self, heard: Heard) -> Answer {
        let message = match heard {
            Heard::Rung => {
                self.explain_while_paused();
                return Answer::Taken;
            }
            Heard::Message(message) => message,
        };
        match self.messages.take(message) {
            Meaning::Befalls(event) => {
                if let Some(event) = event {
                    self.handle.send(Request::Desk(event));
                }
                Answer::Taken
            }
            Meaning::Asks(end) => Answer::MayEnd(self.may_end(end)),
            Meaning::NotOurs => Answer::AsUsual,
        }
    }

    /// Without a reason Windows ends a program that has no visible window after 5 s, and at once
    /// if it refuses (documented: "Shutdown Changes for Windows Vista").
    fn explain_while_paused(&self) {
        let leaves_paused = *self.handle.leaves_paused().borrow();
        let reason = leaves_paused.then_some(words::STILL_PAUSED);
        if let Err(error) = self.window.explain(reason) {
            tracing::warn!(%error, "a shutdown would not wait for a pause");
        }
    }

    /// What is decided is done once the session does end, when the main thread is told so.
    fn may_end(&self, end: End) -> bool {
        if end.is_shutdown {
            self.handle.send(Request::Desk(DeskEvent::ShutsDown));
        }
        let leaves_paused = *self.handle.leaves_paused().borrow();
        let decided = self.handle.in_force().borrow().on_exit_paused;
        let may_end = end.may_be(leaves_paused, decided);
        if !may_end {
            tracing::info!("the session is not to end while a recording is paused");
        }
        may_end
    }
}

impl End {
    /// Windows asks the agent where this says no.
    fn may_be(self, leaves_paused: bool, decided: OnExitPaused) -> bool {
        let asks = leaves_paused && decided == OnExitPaused::Ask;
        !asks || self.is_forced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_may_end_unless_the_agent_has_to_say_what_becomes_of_a_pause() {
        // A7
        let end = End {
            is_shutdown: true,
            is_forced: false,
        };
        assert!(!end.may_be(true, OnExitPaused::Ask));
        assert!(end.may_be(true, OnExitPaused::Resume));
        assert!(end.may_be(true, OnExitPaused::Leave));
        assert!(end.may_be(false, OnExitPaused::Ask));
        let forced = End {
            is_forced: true,
            ..end
        };
        assert!(forced.may_be(true, OnExitPaused::Ask), "it ends anyhow");
    }
}
