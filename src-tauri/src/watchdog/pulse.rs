//! Whether the program is alive. What its windows have drawn stays on the screen while they hang,
//! and no view expires on them. While the engine hangs nothing false is shown, and nobody is
//! reminded of a pause.

#[cfg(target_os = "windows")]
mod windows;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use controller::view::View;
use tauri::AppHandle;
use tokio::sync::watch;

#[cfg(not(target_os = "windows"))]
use asked::Pulse;
#[cfg(target_os = "windows")]
use windows::Pulse;

/// How often it is asked. Sleeps of the computer, and times in which this program gets no
/// processor, count as one.
const EVERY: Duration = Duration::from_millis(500);

/// After so many questions without an answer it hangs: at most four seconds, so that it is
/// started again within five.
const HANGS_AFTER: u32 = 7;

/// For how long after its last view has expired the engine may say nothing.
const ENGINE_MAY_BE_LATE: Duration = Duration::from_secs(10);

/// Ends the program by force when the main thread or the engine hangs, unless the program ends
/// already. To be called on the main thread.
///
/// # Errors
/// The system starts no thread.
pub(super) fn watch(
    app: &AppHandle,
    views: watch::Receiver<Arc<View>>,
    ends: Arc<AtomicBool>,
) -> io::Result<()> {
    let mut pulse = Pulse::of_this_thread(app);
    let mut silence = Silence::default();
    let mut engine = Engine { views, silence: 0 };
    thread::Builder::new()
        .name("watchdog".to_owned())
        .spawn(move || {
            loop {
                thread::sleep(EVERY);
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let beats = pulse.beats();
                if !beats {
                    // While one program holds all others up, nobody hangs.
                    screen_answers();
                }
                let windows_hang = silence.goes_on(beats);
                let engine_hangs = engine.hangs();
                if (windows_hang || engine_hangs) && !ends.load(Ordering::SeqCst) {
                    tracing::error!(windows_hang, engine_hangs, "Fermata hangs, and ends itself");
                    // The line has to get to the disk.
                    thread::sleep(EVERY / 2);
                    die();
                }
            }
        })
        .map(drop)
}

/// For how many questions there has been no answer.
#[derive(Debug, Default)]
struct Silence(u32);

impl Silence {
    /// Takes in whether there is an answer. Returns whether there has been none for too long.
    fn goes_on(&mut self, beats: bool) -> bool {
        self.0 = if beats { 0 } else { self.0 + 1 };
        self.0 >= HANGS_AFTER
    }
}

/// The engine, which replaces each view before it expires.
struct Engine {
    views: watch::Receiver<Arc<View>>,
    /// For how many looks there has been no other.
    silence: u32,
}

impl Engine {
    /// Looks once more. Returns whether no view has come for too long.
    fn hangs(&mut self) -> bool {
        // An engine that is gone sends none either.
        if self.views.has_changed().unwrap_or(false) {
            self.silence = 0;
        } else {
            self.silence += 1;
        }
        let good_for = self.views.borrow_and_update().good_for_ms;
        EVERY * self.silence > Duration::from_millis(good_for.into()) + ENGINE_MAY_BE_LATE
    }
}

#[cfg(not(target_os = "windows"))]
mod asked {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use tauri::AppHandle;

    /// Asks the main thread to do something that takes no time.
    #[derive(Debug)]
    pub(super) struct Pulse {
        #[cfg(target_os = "linux")]
        app: AppHandle,
        answered: Arc<AtomicBool>,
    }

    impl Pulse {
        pub(super) fn of_this_thread(app: &AppHandle) -> Self {
            #[cfg(target_os = "macos")]
            let _ = app;
            Self {
                #[cfg(target_os = "linux")]
                app: app.clone(),
                answered: Arc::new(AtomicBool::new(true)),
            }
        }

        /// Whether what was asked last has been done; if so asks again.
        pub(super) fn beats(&mut self) -> bool {
            let beats = self.answered.swap(false, Ordering::SeqCst);
            if beats {
                let answered = Arc::clone(&self.answered);
                self.ask(move || answered.store(true, Ordering::SeqCst));
            }
            beats
        }

        #[cfg(target_os = "linux")]
        fn ask(&self, answer: impl FnOnce() + Send + 'static) {
            // A program that ends does nothing any longer.
            self.app.run_on_main_thread(answer).ok();
        }

        /// By the system's own queue: it is served while a menu is open, too.
        #[cfg(target_os = "macos")]
        fn ask(&self, answer: impl FnOnce() + Send + 'static) {
            dispatch2::DispatchQueue::main().exec_async(answer);
        }
    }
}

/// Waits until the screen does what a program asks of it: one that moves a window may hold all
/// others up.
#[cfg(target_os = "linux")]
fn screen_answers() {
    // Where there is none that could keep us waiting, nothing does.
    drop(x11rb::connect(None));
}

#[cfg(not(target_os = "linux"))]
fn screen_answers() {}

/// Ends the program, and nothing of it is asked.
#[cfg(not(target_os = "windows"))]
fn die() -> ! {
    std::process::abort()
}

#[cfg(target_os = "windows")]
use windows::die;

#[cfg(test)]
mod tests {
    use controller::view::DisplayName;

    use super::*;
    use crate::shown::tests::view;

    #[test]
    fn seven_questions_without_an_answer_are_too_many() {
        let mut silence = Silence::default();
        for _ in 0..3 {
            for _ in 0..6 {
                assert!(!silence.goes_on(false));
            }
            assert!(!silence.goes_on(true));
        }
        for _ in 0..6 {
            assert!(!silence.goes_on(false));
        }
        assert!(silence.goes_on(false));
    }

    #[test]
    fn an_engine_that_is_silent_for_ten_seconds_after_its_view_has_expired_hangs() {
        let good = || Arc::new(view(DisplayName::Recording));
        let (publish, views) = watch::channel(good());
        let mut engine = Engine { views, silence: 0 };
        assert_eq!(good().good_for_ms, 6000);
        for _ in 0..3 {
            for _ in 0..32 {
                assert!(!engine.hangs());
            }
            publish.send_replace(good());
        }
        for _ in 0..33 {
            assert!(!engine.hangs());
        }
        assert!(engine.hangs());
        publish.send_replace(good());
        assert!(!engine.hangs());
        drop(publish);
        assert!((0..40).any(|_| engine.hangs()), "it is gone");
    }
}
