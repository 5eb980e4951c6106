//! Whether RECORDING has something to say: after a pause that nobody here ended.

use std::time::Duration;

use controller::view::DisplayName;
use pause::Moment;

/// How long RECORDING stays on the screen after a pause that ended without the agent's doing.
const LINGER: Duration = Duration::from_secs(5);

/// Notices a pause that ended without the agent's doing.
#[derive(Debug, Default)]
pub(crate) struct Lingering {
    paused: bool,
    until: Option<Moment>,
}

impl Lingering {
    /// Takes note of what is shown. Returns until when RECORDING is to stay on the screen.
    pub(crate) fn see(&mut self, display: DisplayName, now: Moment) -> Option<Moment> {
        match display {
            DisplayName::Paused | DisplayName::PauseSent => {
                self.paused = true;
                self.until = None;
            }
            DisplayName::Recording => {
                if std::mem::take(&mut self.paused) {
                    self.until = Some(now + LINGER);
                }
            }
            // A doubt between the pause and the proof that it is over changes nothing.
            DisplayName::Unknown => {}
            DisplayName::NoCall
            | DisplayName::NotRecorded
            | DisplayName::Pausing
            | DisplayName::Resuming
            | DisplayName::Failed => *self = Self::default(),
        }
        self.until.filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    #[test]
    fn a_pause_that_ends_without_the_agents_doing_leaves_recording_on_the_screen() {
        let mut lingering = Lingering::default();
        assert_eq!(lingering.see(DisplayName::Paused, at(0)), None);
        assert_eq!(lingering.see(DisplayName::Unknown, at(1)), None);
        assert_eq!(lingering.see(DisplayName::Recording, at(2)), Some(at(7)));
        assert_eq!(lingering.see(DisplayName::Recording, at(6)), Some(at(7)));
        assert_eq!(lingering.see(DisplayName::Recording, at(7)), None);
    }

    #[test]
    fn a_resume_that_was_asked_for_leaves_nothing_on_the_screen() {
        let mut lingering = Lingering::default();
        lingering.see(DisplayName::Paused, at(0));
        lingering.see(DisplayName::Resuming, at(1));
        assert_eq!(lingering.see(DisplayName::Recording, at(2)), None);
    }

    #[test]
    fn a_recording_that_never_was_paused_leaves_nothing_on_the_screen() {
        let mut lingering = Lingering::default();
        assert_eq!(lingering.see(DisplayName::Recording, at(0)), None);
    }
}
