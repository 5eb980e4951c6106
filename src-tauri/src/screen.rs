//! Puts what the controller says on the screen, and takes it down when it expires.
//!
//! It has a thread and a timer of its own: it must work though the controller hangs.

use std::thread;
use std::time::Duration;

use controller::clock::Clock;
use controller::view::{Request, View};
use controller::{Handle, NoticeKind};
use indicator::Claim;
use pause::Moment;
use tokio::sync::mpsc::UnboundedSender;

use crate::indicator::Frame;
use crate::indicator::claim::claim;
use crate::indicator::lingering::Lingering;
use crate::indicator::patience::Patience;
use crate::ipc::Page;
use crate::shown::Newest;
use crate::sound::{Cues, Sound, Speaker};
use crate::tray::Tray;

/// How long the indicator's rim is lit every other second after a reminder.
const PULSES_FOR: Duration = Duration::from_secs(6);

/// All that shows something.
pub(crate) struct Screen {
    /// What is shown comes from here.
    pub(crate) handle: Handle,
    /// The tray icon.
    pub(crate) tray: Tray,
    /// The indicator; `None` where this build has none.
    pub(crate) indicator: Option<UnboundedSender<Frame>>,
    /// The page of the main window, if it is open.
    pub(crate) page: Page,
    /// What plays sounds; `None` where there is no room for it.
    pub(crate) speaker: Option<Speaker>,
}

impl Screen {
    /// Shows each view from now on.
    ///
    /// # Errors
    /// The system has no room for one more thread.
    pub(crate) fn start(self) -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        thread::Builder::new()
            .name("screen".to_owned())
            .spawn(move || runtime.block_on(self.run(Clock::system())))?;
        Ok(())
    }

    async fn run(mut self, clock: Clock) {
        let mut views = self.handle.views();
        let mut lingering = Lingering::default();
        let mut patience = Patience::default();
        let mut hidden = true;
        let mut notices = self.handle.notices();
        let mut pulse_until = None;
        let mut cues = Cues::default();
        let mut controller_lives = true;
        let mut newest = Newest::new(views.borrow_and_update().clone(), clock.now());
        self.page.show(&newest);
        loop {
            let now = clock.now();
            let view = newest.at(now);
            let lingers_until = lingering.see(view.display, now);
            let held_until = patience.see(view.display, hidden, now);
            let claim = claim(&view, lingers_until.is_some());
            let mut claim = claim.filter(|_| held_until.is_none());
            hidden = claim.is_none();
            if let Some(claim) = &mut claim {
                claim.pulse = pulse(&view, pulse_until.is_some_and(|until| now < until));
            }
            self.show(&view, claim);
            let heard = self.handle.in_force().borrow().sounds;
            self.play(cues.see(&view, heard, now));
            let looks = [newest.look_again_at(now), lingers_until, held_until];
            let look_again_at = looks
                .into_iter()
                .chain([cues.due()])
                .flatten()
                .min()
                .map(|due| after_waking(due, now));
            tokio::select! {
                changed = views.changed(), if controller_lives => {
                    controller_lives = changed.is_ok();
                    if controller_lives {
                        newest = Newest::new(views.borrow_and_update().clone(), clock.now());
                        self.page.show(&newest);
                    }
                }
                Ok(notice) = notices.recv(), if controller_lives => {
                    if notice.kind == NoticeKind::Reminder {
                        pulse_until = Some(clock.now() + PULSES_FOR);
                    }
                    self.play(cues.hear(notice.kind, heard, clock.now()));
                }
                () = clock.sleep_until(look_again_at), if look_again_at.is_some() => {}
                // The controller is gone and what it said last has expired.
                else => return,
            }
        }
    }

    fn play(&self, sound: Option<Sound>) {
        if let (Some(speaker), Some(sound)) = (&self.speaker, sound) {
            speaker.play(sound);
        }
    }

    fn show(&mut self, view: &View, claim: Option<Claim>) {
        let frame = Frame {
            number: view.number,
            claim,
        };
        let drawn_by_indicator = self
            .indicator
            .as_ref()
            .is_some_and(|indicator| indicator.send(frame).is_ok());
        let may_quit = self.handle.in_force().borrow().may_quit;
        match self.tray.show(view, may_quit) {
            Ok(()) if drawn_by_indicator => {}
            Ok(()) => {
                self.handle.send(Request::Drawn(view.number));
            }
            Err(error) => tracing::error!(%error, "the tray icon could not be changed"),
        }
    }
}

/// Sleeping tasks do not count suspend, so a long sleep is cut up: a claim that expired while
/// the computer slept is taken down within a second of its waking.
fn after_waking(due: Moment, now: Moment) -> Moment {
    due.min(now + Duration::from_secs(1))
}

/// How strongly the rim is lit: in every even second of a pause that the agent was reminded of.
fn pulse(view: &View, reminded: bool) -> f32 {
    let even = view.paused_for_ms.is_some_and(|ms| ms / 1000 % 2 == 0);
    if reminded && even { 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use controller::view::DisplayName;

    use super::*;
    use crate::shown::tests::view;

    fn at(ms: u64) -> Moment {
        Moment::after_start(Duration::from_millis(ms))
    }

    #[test]
    fn a_long_sleep_is_cut_up_so_that_waking_from_suspend_is_noticed() {
        assert_eq!(after_waking(at(6000), at(0)), at(1000));
        assert_eq!(after_waking(at(300), at(0)), at(300));
    }

    #[test]
    fn a_reminder_lights_the_rim_every_other_second_of_the_pause() {
        let paused = |ms| View {
            paused_for_ms: Some(ms),
            ..view(DisplayName::Paused)
        };
        assert_eq!(pulse(&paused(60_200), true), 1.0);
        assert_eq!(pulse(&paused(61_200), true), 0.0);
        assert_eq!(pulse(&paused(60_200), false), 0.0);
        assert_eq!(pulse(&view(DisplayName::Recording), true), 0.0);
    }
}
