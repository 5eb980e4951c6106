//! When the vendor is asked for the agent's calls.

use std::time::Duration;

use pause::{CallDisplay, Display, Doubt, Limits, Moment};
use vendors::CallsBy;

use crate::backoff::Backoff;

/// How often a vendor is asked that would tell by itself and is not heard, while there is no
/// call.
const WHILE_DEAF: Duration = Duration::from_secs(15);

/// For how long it is known that there is no call, once the vendor has said so: two intervals and
/// some, so that one answer may be lost.
const KNOWN_FOR: Duration = Duration::from_secs(40);

/// How much depends on knowing the agent's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// There is none.
    Idle,
    /// There is one.
    InCall,
    /// One is paused, or may be, or is to be.
    Pausing,
}

impl Pace {
    pub(crate) fn of(calls: &[CallDisplay]) -> Self {
        let pausing = |display: &Display| match display {
            Display::Pausing
            | Display::Paused { .. }
            | Display::PauseSent { .. }
            | Display::Resuming
            | Display::Failed(_) => true,
            Display::NoCall | Display::NotRecorded | Display::Recording | Display::Unknown(_) => {
                false
            }
        };
        if calls.iter().any(|call| pausing(&call.display)) {
            Self::Pausing
        } else if calls.is_empty() {
            Self::Idle
        } else {
            Self::InCall
        }
    }
}

/// What asks: time, something that has happened, or a press.
#[derive(Debug)]
pub(crate) struct Asking {
    by: CallsBy,
    pace: Pace,
    /// When it was asked last.
    asked_at: Option<Moment>,
    /// When what it said last was asked for; `None` if it has said nothing in this session.
    known_at: Option<Moment>,
    /// Since when what it said last may be out of date.
    soon: Option<Moment>,
    /// Not before this: it asked to be left alone, or has just failed.
    not_before: Option<Moment>,
    backoff: Backoff,
    /// Whether it would be heard if it told of a call, as far as is known.
    hears: bool,
    /// Since when it may have told of a call and not been heard, as long as it has not been asked
    /// since.
    missed_at: Option<Moment>,
    out: Option<For>,
    /// A press waits for an answer that is asked for after it.
    pressed: bool,
}

/// What a request was sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// To know.
    Knowing,
    /// A press waits for it.
    Press,
}

impl Asking {
    pub(crate) fn new(by: CallsBy) -> Self {
        Self {
            by,
            pace: Pace::Idle,
            asked_at: None,
            known_at: None,
            soon: None,
            not_before: None,
            backoff: Backoff::default(),
            hears: true,
            missed_at: None,
            out: None,
            pressed: false,
        }
    }

    /// There is a session: what was known before it may be out of date.
    pub(crate) fn begin(&mut self, now: Moment) {
        self.hears(now);
    }

    /// What the vendor tells is heard, and something may have been missed.
    pub(crate) fn hears(&mut self, now: Moment) {
        if self.hears {
            self.would_have_told(now);
        }
        self.hears = true;
        self.missed_at = Some(now);
        self.at_once(now);
    }

    /// What the vendor said last may be out of date, and the vendor is there.
    pub(crate) fn at_once(&mut self, now: Moment) {
        self.not_before = None;
        self.backoff = Backoff::default();
        if self.can_ask() {
            self.soon.get_or_insert(now);
        }
    }

    /// What the vendor tells by itself is not heard from here on.
    pub(crate) fn deaf(&mut self, limits: &Limits, now: Moment) {
        if self.by != CallsBy::Event || !std::mem::take(&mut self.hears) {
            return;
        }
        self.would_have_told(now);
        // An outage deafens every desk of a contact center at the same moment.
        let every = self.while_deaf(limits);
        let millis = u64::try_from(every.as_millis()).expect("it is no more than seconds");
        self.not_before = Some(now + Duration::from_millis(fastrand::u64(millis / 4..=millis)));
    }

    /// From `since` on nobody listened, for the computer slept: what was told may be lost, though
    /// the link is there.
    pub(crate) fn slept(&mut self, since: Moment, now: Moment) {
        if self.by == CallsBy::Event {
            if self.hears {
                self.would_have_told(since);
            }
            self.missed_at = Some(now);
            self.at_once(now);
        }
    }

    /// Up to now it would have told of other calls, unless something was missed already.
    fn would_have_told(&mut self, now: Moment) {
        if self.missed_at.is_none() {
            self.known_at = self.known_at.map(|_| now);
        }
    }

    /// There is none any longer, and an answer that is out is not waited for.
    pub(crate) fn end(&mut self) {
        self.pressed |= self.out.take() == Some(For::Press);
        self.soon = None;
        self.known_at = None;
    }

    /// A press waits for it, whatever else holds it up.
    pub(crate) fn press(&mut self) {
        self.pressed = true;
    }

    /// The agent has pressed: a pause is not shown as long as it is not known which calls there
    /// are, so that is not held up now.
    pub(crate) fn hurry(&mut self, now: Moment) {
        self.pressed |= self.not_before.is_some_and(|until| now < until);
    }

    pub(crate) fn is_pressed(&self) -> bool {
        self.pressed
    }

    pub(crate) fn keep(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// The vendor wishes to be left alone until then.
    pub(crate) fn wait_until(&mut self, until: Moment) {
        self.not_before = Some(until);
    }

    /// When to ask; `None` while a request is out, so that there are never two.
    pub(crate) fn due(&self, limits: &Limits, deaf: bool, now: Moment) -> Option<Moment> {
        if self.out.is_some() {
            return None;
        }
        if self.pressed {
            return Some(now);
        }
        let next = self
            .every(limits, deaf)
            .map(|every| self.asked_at.map_or(now, |at| at + every));
        let at = [self.soon, next].into_iter().flatten().min()?;
        Some(self.not_before.map_or(at, |earliest| at.max(earliest)))
    }

    /// It is asked.
    pub(crate) fn asked(&mut self, now: Moment) {
        self.asked_at = Some(now);
        self.soon = None;
        let pressed = std::mem::take(&mut self.pressed);
        self.out = Some(if pressed { For::Press } else { For::Knowing });
    }

    /// It has answered, or not. Returns what it was asked for; `None` if nobody waits for this.
    pub(crate) fn answered(&mut self, well: bool, now: Moment) -> Option<For> {
        let asked_for = self.out.take()?;
        if well {
            self.backoff = Backoff::default();
            self.not_before = None;
            self.known_at = self.asked_at;
            self.missed_at = self
                .missed_at
                .filter(|missed| self.asked_at < Some(*missed));
        } else if self.by == CallsBy::Event {
            // A vendor that is asked at intervals is asked again when it is due, so that desks
            // keep their distance from one another; this one has none to keep. Once it can be
            // listened to again, it is asked at once.
            self.not_before = Some(now + self.backoff.next_delay());
            self.soon.get_or_insert(now);
        }
        Some(asked_for)
    }

    /// Why this may not be shown, since it is not known whether there are other calls.
    ///
    /// It is known if the vendor has said which there are and would have told of others since, or
    /// has said so lately, or can say nothing of calls at all. NO CALL may be shown for a while
    /// after it has; a pause only for as long as its own proof is good.
    pub(crate) fn doubt(
        &self,
        display: Display,
        deaf: bool,
        limits: &Limits,
        now: Moment,
    ) -> Option<Doubt> {
        let until = self.known_until(display, deaf, limits)?;
        match until {
            None => Some(Doubt::NothingHeardYet),
            Some(until) if now < until => None,
            Some(_) => Some(Doubt::Stale),
        }
    }

    /// When [`Self::doubt`] begins, if it is still to come.
    pub(crate) fn doubt_at(
        &self,
        display: Display,
        deaf: bool,
        limits: &Limits,
        now: Moment,
    ) -> Option<Moment> {
        let until = self.known_until(display, deaf, limits).flatten();
        until.filter(|until| now < *until)
    }

    /// Whether an answer is out without which this could not be shown for as long as the answer
    /// may take.
    pub(crate) fn decides(&self, display: Display, deaf: bool, limits: &Limits) -> bool {
        let (Some(_), Some(asked_at)) = (self.out, self.asked_at) else {
            return false;
        };
        let answered_by = asked_at + limits.answer_within;
        let until = self.known_until(display, deaf, limits);
        until.is_some_and(|until| until < Some(answered_by))
    }

    /// Until when this may be shown: `None` for ever, `Some(None)` not at all.
    fn known_until(&self, display: Display, deaf: bool, limits: &Limits) -> Option<Option<Moment>> {
        let known_for = match display {
            Display::NoCall => KNOWN_FOR,
            Display::Paused { .. } | Display::PauseSent { .. } => limits.freshness,
            // Each of these is the worst there is, or no claim.
            Display::NotRecorded
            | Display::Recording
            | Display::Pausing
            | Display::Resuming
            | Display::Failed(_)
            | Display::Unknown(_) => return None,
        };
        match self.by {
            CallsBy::Told => None,
            CallsBy::Event if !deaf && self.missed_at.is_none() && self.known_at.is_some() => None,
            CallsBy::Event | CallsBy::Polling { .. } => {
                Some(self.known_at.map(|at| at + known_for))
            }
        }
    }

    /// Whether it will be asked again, whatever happens.
    pub(crate) fn goes_on(&self, deaf: bool) -> bool {
        match self.by {
            CallsBy::Polling { .. } => true,
            CallsBy::Event => deaf || self.soon.is_some() || self.out.is_some(),
            CallsBy::Told => false,
        }
    }

    fn can_ask(&self) -> bool {
        match self.by {
            CallsBy::Polling { .. } | CallsBy::Event => true,
            CallsBy::Told => false,
        }
    }

    fn every(&self, limits: &Limits, deaf: bool) -> Option<Duration> {
        match self.by {
            CallsBy::Polling { every } => Some(match self.pace {
                Pace::Idle => every,
                Pace::InCall => limits.read_every_in_call,
                Pace::Pausing => limits.read_every_paused,
            }),
            CallsBy::Event => deaf.then(|| self.while_deaf(limits)),
            CallsBy::Told => None,
        }
    }

    fn while_deaf(&self, limits: &Limits) -> Duration {
        match self.pace {
            Pace::Idle => WHILE_DEAF,
            Pace::InCall => limits.read_every_in_call,
            Pace::Pausing => limits.read_every_paused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::after_start(Duration::from_millis(millis))
    }

    fn due(asking: &Asking, deaf: bool, now: u64) -> Option<Moment> {
        asking.due(&Limits::default(), deaf, at(now))
    }

    fn polling() -> Asking {
        let every = Duration::from_secs(15);
        let mut asking = Asking::new(CallsBy::Polling { every });
        asking.begin(at(0));
        asking
    }

    fn event() -> Asking {
        let mut asking = Asking::new(CallsBy::Event);
        asking.begin(at(0));
        asking
    }

    #[test]
    fn it_is_asked_at_once_and_then_as_often_as_the_calls_matter() {
        let mut asking = polling();
        assert_eq!(due(&asking, false, 0), Some(at(0)));
        asking.asked(at(0));
        assert_eq!(due(&asking, false, 20_000), None, "one is out");
        asking.answered(true, at(100));
        for (pace, next) in [
            (Pace::Idle, 15_000),
            (Pace::InCall, 10_000),
            (Pace::Pausing, 2_000),
        ] {
            asking.keep(pace);
            assert_eq!(due(&asking, false, 100), Some(at(next)), "{pace:?}");
        }
    }

    #[test]
    fn one_that_is_asked_at_intervals_keeps_them_when_it_fails() {
        let mut asking = polling();
        asking.asked(at(0));
        asking.answered(false, at(1_400));
        assert_eq!(due(&asking, false, 1_400), Some(at(15_000)));
    }

    #[test]
    fn one_that_tells_by_itself_is_asked_once_and_at_intervals_while_it_is_not_heard() {
        let mut asking = event();
        assert_eq!(due(&asking, false, 0), Some(at(0)));
        asking.asked(at(0));
        asking.answered(true, at(10));
        assert_eq!(due(&asking, false, 60_000), None);
        assert_eq!(due(&asking, true, 10), Some(at(15_000)));
        asking.at_once(at(3_000));
        assert_eq!(due(&asking, false, 3_000), Some(at(3_000)));
    }

    #[test]
    fn one_that_tells_by_itself_and_fails_is_asked_again_by_chance_and_less_and_less_often() {
        let mut waits = std::collections::BTreeSet::new();
        for pace in [Pace::Idle, Pace::InCall, Pace::Pausing] {
            for _ in 0..20 {
                let mut asking = event();
                asking.keep(pace);
                for failures in 1..=6 {
                    asking.asked(at(0));
                    asking.answered(false, at(0));
                    let wait = due(&asking, true, 0).expect("it is asked again");
                    assert!(wait <= at(90_000));
                    assert!(failures < 5 || wait >= at(30_000), "{failures}: {wait:?}");
                    waits.insert(wait);
                }
            }
        }
        assert!(waits.len() > 100, "desks would ask together: {waits:?}");
    }

    #[test]
    fn desks_that_grow_deaf_together_do_not_ask_together() {
        let ask = || {
            let mut asking = event();
            asking.asked(at(0));
            asking.answered(true, at(10));
            asking.deaf(&Limits::default(), at(60_000));
            due(&asking, true, 60_000).expect("it is asked")
        };
        let asked: std::collections::BTreeSet<Moment> = (0..50).map(|_| ask()).collect();
        assert!(asked.len() > 20, "{asked:?}");
        assert!(
            asked
                .iter()
                .all(|when| (at(63_000)..=at(75_000)).contains(when))
        );
    }

    #[test]
    fn what_happens_while_a_request_is_out_is_asked_for_after_it() {
        let mut asking = event();
        asking.asked(at(0));
        asking.at_once(at(50));
        assert_eq!(due(&asking, false, 60), None);
        asking.answered(true, at(100));
        assert_eq!(due(&asking, false, 100), Some(at(50)));
    }

    #[test]
    fn a_press_is_answered_by_what_was_asked_for_after_it() {
        let mut asking = polling();
        asking.asked(at(0));
        asking.press();
        assert_eq!(asking.answered(true, at(100)), Some(For::Knowing));
        assert_eq!(due(&asking, false, 100), Some(at(100)));
        asking.asked(at(100));
        assert_eq!(asking.answered(true, at(200)), Some(For::Press));
    }

    #[test]
    fn a_press_waits_for_no_wish_of_the_vendor_and_survives_a_session() {
        let mut asking = polling();
        asking.asked(at(0));
        asking.answered(true, at(0));
        asking.wait_until(at(60_000));
        assert_eq!(due(&asking, false, 20_000), Some(at(60_000)));
        asking.press();
        assert_eq!(due(&asking, false, 20_000), Some(at(20_000)));
        asking.asked(at(20_000));
        asking.end();
        assert_eq!(
            asking.answered(true, at(21_000)),
            None,
            "nobody waits for it"
        );
        asking.begin(at(22_000));
        asking.asked(at(22_000));
        assert_eq!(asking.answered(true, at(22_010)), Some(For::Press));
    }

    fn doubt(asking: &Asking, display: Display, deaf: bool, now: u64) -> Option<Doubt> {
        asking.doubt(display, deaf, &Limits::default(), at(now))
    }

    const SENT: Display = Display::PauseSent {
        since: Moment::after_start(Duration::ZERO),
        resumes_at: None,
    };

    #[test]
    fn that_there_are_no_other_calls_is_known_for_a_while_or_as_long_as_they_would_be_told() {
        let (no_call, stale) = (Display::NoCall, Some(Doubt::Stale));
        let nothing = Some(Doubt::NothingHeardYet);
        let mut asking = polling();
        assert_eq!(doubt(&asking, no_call, false, 0), nothing);
        asking.asked(at(1_000));
        asking.answered(true, at(1_400));
        assert_eq!(doubt(&asking, no_call, false, 40_999), None);
        assert_eq!(doubt(&asking, no_call, false, 41_000), stale);
        assert_eq!(doubt(&asking, SENT, false, 6_999), None);
        assert_eq!(doubt(&asking, SENT, false, 7_000), stale);
        assert_eq!(doubt(&asking, Display::Recording, false, 600_000), None);

        let mut asking = event();
        asking.asked(at(1_000));
        asking.answered(true, at(1_400));
        assert_eq!(doubt(&asking, no_call, false, 600_000), None);
        assert_eq!(doubt(&asking, SENT, false, 600_000), None);
        asking.deaf(&Limits::default(), at(600_000));
        assert_eq!(doubt(&asking, no_call, true, 639_999), None);
        assert_eq!(doubt(&asking, no_call, true, 640_000), stale);
        assert_eq!(doubt(&asking, SENT, true, 605_999), None);
        assert_eq!(doubt(&asking, SENT, true, 606_000), stale);
        asking.end();
        assert_eq!(doubt(&asking, no_call, false, 600_000), nothing);

        let told = Asking::new(CallsBy::Told);
        assert_eq!(doubt(&told, no_call, true, 600_000), None);
        assert_eq!(doubt(&told, SENT, true, 600_000), None);
    }

    #[test]
    fn heard_again_it_has_to_say_which_calls_there_are_before_more_is_known() {
        let (no_call, stale) = (Display::NoCall, Some(Doubt::Stale));
        let limits = Limits::default();
        let mut asking = event();
        asking.asked(at(0));
        asking.answered(true, at(10));
        asking.deaf(&limits, at(60_000));
        asking.asked(at(75_000));
        asking.answered(false, at(75_100));
        assert_eq!(doubt(&asking, no_call, true, 100_000), stale);
        // Asked just before it can be heard again.
        asking.asked(at(119_900));
        asking.hears(at(120_000));
        assert_eq!(doubt(&asking, no_call, false, 120_000), stale);
        assert_eq!(doubt(&asking, SENT, false, 120_000), stale);
        asking.answered(true, at(120_100));
        assert_eq!(doubt(&asking, no_call, false, 159_899), None);
        assert_eq!(doubt(&asking, no_call, false, 159_900), stale);
        asking.asked(at(160_000));
        asking.answered(true, at(160_100));
        assert_eq!(doubt(&asking, no_call, false, 900_000), None);

        // It says that something may have been missed: so far it would have told.
        asking.hears(at(900_000));
        assert_eq!(doubt(&asking, no_call, false, 939_999), None);
        assert_eq!(doubt(&asking, no_call, false, 940_000), stale);
        asking.hears(at(920_000));
        assert_eq!(doubt(&asking, no_call, false, 940_000), stale);
    }

    #[test]
    fn who_has_slept_knows_what_was_so_before_and_has_to_ask() {
        let (no_call, stale) = (Display::NoCall, Some(Doubt::Stale));
        for is_deaf in [false, true] {
            let mut asking = event();
            asking.asked(at(0));
            asking.answered(true, at(10));
            if is_deaf {
                asking.deaf(&Limits::default(), at(60_000));
            }
            asking.slept(at(61_000), at(90_000));
            let until = if is_deaf { 100_000 } else { 101_000 };
            assert_eq!(doubt(&asking, no_call, is_deaf, until - 1), None);
            assert_eq!(doubt(&asking, no_call, is_deaf, until), stale);
            assert_eq!(doubt(&asking, SENT, is_deaf, 90_000), stale);
            assert!(due(&asking, is_deaf, 90_000).is_some_and(|due| due <= at(90_000)));
            asking.asked(at(90_000));
            asking.answered(true, at(90_100));
            assert_eq!(doubt(&asking, SENT, is_deaf, 90_100), None);
        }
    }

    #[test]
    fn an_answer_decides_for_as_long_as_it_is_out_if_without_it_too_little_is_known() {
        let every = Duration::from_secs(15);
        let mut asking = Asking::new(CallsBy::Polling { every });
        let decides = |asking: &Asking| asking.decides(SENT, false, &Limits::default());
        assert!(!decides(&asking), "none is out");
        asking.asked(at(0));
        assert!(decides(&asking), "nothing is known");
        asking.answered(true, at(100));
        assert!(!decides(&asking));
        // What is known is good until 6,000, and an answer may take 1,400.
        asking.asked(at(4_600));
        assert!(!decides(&asking), "it is known for as long as that");
        asking.answered(false, at(4_605));
        asking.asked(at(4_610));
        assert!(decides(&asking));
        assert!(!asking.decides(Display::Recording, false, &Limits::default()));
        asking.answered(false, at(6_010));
        assert!(!decides(&asking), "there is none to wait for");
    }

    #[test]
    fn one_that_cannot_be_asked_never_is() {
        let mut asking = Asking::new(CallsBy::Told);
        asking.begin(at(0));
        asking.at_once(at(10));
        asking.slept(at(20), at(30_000));
        assert_eq!(due(&asking, true, 60_000), None);
    }
}
