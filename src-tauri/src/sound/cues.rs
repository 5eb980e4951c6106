//! When something is to be heard.

use std::time::Duration;

use controller::NoticeKind;
use controller::in_force::Sounds;
use controller::view::{DisplayName, View};
use pause::Moment;

use super::Sound;

/// How often the alarm is heard while a failure is shown.
const ALARM_EVERY: Duration = Duration::from_secs(5);

/// Two reasons for an alarm within this are one.
const SAME_ALARM: Duration = Duration::from_secs(1);

/// What has been shown and heard so far.
#[derive(Debug)]
pub(crate) struct Cues {
    shown: DisplayName,
    alarmed: Option<Moment>,
}

impl Default for Cues {
    fn default() -> Self {
        Self {
            shown: DisplayName::Unknown,
            alarmed: None,
        }
    }
}

impl Cues {
    /// What is to be heard now that this is shown.
    ///
    /// A failure sounds at once and again and again, until it is not shown any more: the agent
    /// has acknowledged it, or a pause is proven. No setting changes that.
    pub(crate) fn see(&mut self, view: &View, heard: Sounds, now: Moment) -> Option<Sound> {
        let before = std::mem::replace(&mut self.shown, view.display);
        if view.display == DisplayName::Failed {
            let again = self.alarm_again_at().is_none_or(|at| now >= at);
            let is_new = before != DisplayName::Failed;
            return (is_new || again).then(|| self.alarm(now)).flatten();
        }
        let confirmed = match (before, view.display) {
            (DisplayName::Pausing | DisplayName::Recording, DisplayName::Paused) => Sound::Paused,
            (DisplayName::Resuming | DisplayName::Paused, DisplayName::Recording) => Sound::Resumed,
            _ => return None,
        };
        (heard == Sounds::All).then_some(confirmed)
    }

    /// What is to be heard of something that the agent is told.
    pub(crate) fn hear(&mut self, kind: NoticeKind, heard: Sounds, now: Moment) -> Option<Sound> {
        match kind {
            NoticeKind::Failure => self.alarm(now),
            NoticeKind::Reminder => (heard != Sounds::Alarms).then_some(Sound::Reminder),
            NoticeKind::Link
            | NoticeKind::Elsewhere
            | NoticeKind::Hotkey
            | NoticeKind::NothingToDo => None,
        }
    }

    /// When an alarm is due though nothing new has come.
    pub(crate) fn due(&self) -> Option<Moment> {
        let is_up = self.shown == DisplayName::Failed;
        self.alarm_again_at().filter(|_| is_up)
    }

    fn alarm_again_at(&self) -> Option<Moment> {
        self.alarmed.map(|at| at + ALARM_EVERY)
    }

    fn alarm(&mut self, now: Moment) -> Option<Sound> {
        if self.alarmed.is_some_and(|at| now < at + SAME_ALARM) {
            return None;
        }
        self.alarmed = Some(now);
        Some(Sound::Alarm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown::tests::view;

    const CHOICES: [Sounds; 3] = [Sounds::All, Sounds::Reminders, Sounds::Alarms];

    fn at(ms: u64) -> Moment {
        Moment::after_start(Duration::from_millis(ms))
    }

    /// What is heard of one display after the other, a second apart.
    fn heard_of(displays: &[DisplayName], choice: Sounds) -> Vec<Option<Sound>> {
        let mut cues = Cues::default();
        let seconds = (0_u64..).map(|second| at(second * 1000));
        let shown = displays.iter().zip(seconds);
        shown
            .map(|(display, now)| cues.see(&view(*display), choice, now))
            .collect()
    }

    // B5, H4
    #[test]
    fn a_failure_is_heard_every_few_seconds_until_it_is_gone_whatever_is_set() {
        for choice in CHOICES {
            let mut cues = Cues::default();
            assert_eq!(cues.see(&view(DisplayName::Recording), choice, at(0)), None);
            assert_eq!(cues.due(), None);
            let mut alarms = Vec::new();
            for now in (1_000..=12_000).step_by(500) {
                if let Some(sound) = cues.see(&view(DisplayName::Failed), choice, at(now)) {
                    assert_eq!(sound, Sound::Alarm);
                    alarms.push(now);
                }
            }
            assert_eq!(alarms, [1_000, 6_000, 11_000]);
            assert_eq!(cues.due(), Some(at(16_000)), "it wakes whoever plays");
            assert_eq!(
                cues.see(&view(DisplayName::Recording), choice, at(12_500)),
                None
            );
            assert_eq!(cues.due(), None, "it has been acknowledged");
        }
    }

    #[test]
    fn a_press_that_fails_again_is_heard_at_once() {
        use DisplayName::{Failed, Pausing};
        let alarm = Some(Sound::Alarm);
        assert_eq!(
            heard_of(&[Failed, Pausing, Failed], Sounds::Alarms),
            [alarm, None, alarm]
        );
    }

    #[test]
    fn a_failure_that_is_told_and_shown_is_one_alarm() {
        let mut cues = Cues::default();
        let told = cues.hear(NoticeKind::Failure, Sounds::Alarms, at(0));
        assert_eq!(told, Some(Sound::Alarm));
        let recording = view(DisplayName::Recording);
        assert_eq!(cues.see(&recording, Sounds::Alarms, at(1)), None);
        let failed = view(DisplayName::Failed);
        assert_eq!(cues.see(&failed, Sounds::Alarms, at(2)), None);
        assert_eq!(cues.due(), Some(at(5_000)));
    }

    // A5
    #[test]
    fn a_reminder_is_heard_unless_alarms_alone_are() {
        let heard = CHOICES.map(|choice| {
            let mut cues = Cues::default();
            cues.hear(NoticeKind::Reminder, choice, at(0)).is_some()
        });
        assert_eq!(heard, [true, true, false]);
    }

    #[test]
    fn a_pause_and_a_resume_are_heard_where_everything_is() {
        use DisplayName::{Paused, Pausing, Recording, Resuming};
        let displays = [Recording, Pausing, Paused, Paused, Resuming, Recording];
        let (paused, resumed) = (Some(Sound::Paused), Some(Sound::Resumed));
        assert_eq!(
            heard_of(&displays, Sounds::All),
            [None, None, paused, None, None, resumed]
        );
        for choice in [Sounds::Reminders, Sounds::Alarms] {
            assert_eq!(heard_of(&displays, choice), [None; 6]);
        }
    }

    #[test]
    fn what_was_only_sent_or_is_only_known_again_is_not_heard_as_done() {
        use DisplayName::{NoCall, PauseSent, Paused, Pausing, Recording, Unknown};
        for displays in [
            [Pausing, PauseSent],
            [Unknown, Paused],
            [Unknown, Recording],
            [NoCall, Recording],
        ] {
            assert_eq!(heard_of(&displays, Sounds::All), [None; 2], "{displays:?}");
        }
    }
}
