//! What came of a press, decided from the views that were shown after it.

use controller::view::{DisplayName, View};
use pause::Wanted;

/// What came of a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What was asked for is proven.
    Proven,
    /// It was sent, and the vendor cannot prove it.
    Sent,
    /// It did not come about, or nobody knows.
    NotDone,
}

/// Waits for what comes of a press.
///
/// Give it the view that held when the press was taken in, and then each view that follows.
#[derive(Debug)]
pub(crate) struct Waiting {
    /// What was asked for; for a toggle, what it turned out to ask for.
    wanted: Option<Wanted>,
    /// A resume has been seen under way since the press.
    resuming: bool,
}

impl Waiting {
    /// For a pause or a resume, or (with nothing wanted expressly) a toggle.
    pub(crate) fn for_press(wanted: Option<Wanted>) -> Self {
        Self {
            wanted,
            resuming: false,
        }
    }

    /// Takes a view into account. `None`: there is more to wait for.
    pub(crate) fn see(&mut self, view: &View) -> Option<Outcome> {
        // Its life has run out, so it says nothing; the next one may.
        if view.good_for_ms == 0 {
            return None;
        }
        if let Some(under_way) = under_way(view) {
            self.wanted.get_or_insert(under_way);
            self.resuming |= under_way == Wanted::Recording;
            return None;
        }
        Some(self.settled(view))
    }

    /// What is shown now that nothing is under way. What was asked for has come about then, or
    /// has failed: the engine keeps showing that it is under way until one of the two.
    fn settled(&self, view: &View) -> Outcome {
        let for_pause = self.wanted != Some(Wanted::Recording);
        let for_resume = self.wanted != Some(Wanted::Paused);
        match view.display {
            DisplayName::NotRecorded => Outcome::Proven,
            // Shown so because the organisation takes that for enough. It proves nothing.
            DisplayName::Paused if for_pause && rests_on_acknowledgement(view) => Outcome::Sent,
            DisplayName::Paused if for_pause => Outcome::Proven,
            DisplayName::Recording if for_resume => Outcome::Proven,
            DisplayName::PauseSent if for_pause => Outcome::Sent,
            // A vendor that offers no proof: once it has taken the resume, nothing is known. A
            // resume that it did not take is shown as failed.
            DisplayName::Unknown if for_resume && self.resuming && !proves(view) => Outcome::Sent,
            DisplayName::Paused
            | DisplayName::PauseSent
            | DisplayName::Recording
            | DisplayName::Unknown
            | DisplayName::Failed
            | DisplayName::NoCall
            | DisplayName::Pausing
            | DisplayName::Resuming => Outcome::NotDone,
        }
    }
}

fn rests_on_acknowledgement(view: &View) -> bool {
    let evidence = view.evidence.as_ref();
    evidence.is_some_and(|evidence| evidence.kind == "acknowledgement")
}

fn proves(view: &View) -> bool {
    view.vendor.as_ref().is_some_and(|vendor| vendor.proves)
}

/// What is under way for any call: the worst call is shown, and another may still be pending.
fn under_way(view: &View) -> Option<Wanted> {
    let mut displays = view.calls.iter().map(|call| call.display);
    let pending = |display| match display {
        DisplayName::Pausing => Some(Wanted::Paused),
        DisplayName::Resuming => Some(Wanted::Recording),
        DisplayName::NoCall
        | DisplayName::NotRecorded
        | DisplayName::Recording
        | DisplayName::Paused
        | DisplayName::PauseSent
        | DisplayName::Failed
        | DisplayName::Unknown => None,
    };
    pending(view.display).or_else(|| displays.find_map(pending))
}

#[cfg(test)]
mod tests {
    use controller::view::{CallView, EvidenceView, VendorView};

    use super::*;
    use DisplayName::{
        Failed, NoCall, NotRecorded, PauseSent, Paused, Pausing, Recording, Resuming, Unknown,
    };

    const PAUSE: Option<Wanted> = Some(Wanted::Paused);
    const RESUME: Option<Wanted> = Some(Wanted::Recording);
    const TOGGLE: Option<Wanted> = None;

    fn view(display: DisplayName, proves: bool) -> View {
        View {
            number: 1,
            good_for_ms: 6_000,
            display,
            headline: String::new(),
            reason: String::new(),
            paused_for_ms: None,
            resumes_in_ms: None,
            extensions_left: 0,
            payment_step: false,
            vendor: Some(VendorView {
                name: "a".into(),
                title: "A".into(),
                base_url: String::new(),
                agent: String::new(),
                link_up: true,
                proves,
                stops: false,
                acknowledgement_is_enough: false,
            }),
            calls: Vec::new(),
            evidence: None,
            problems: Vec::new(),
            can_pause: true,
            can_resume: true,
            can_acknowledge: false,
            quiet: false,
            hotkeys: Vec::new(),
            sign_in: Default::default(),
            policy: Default::default(),
            support: Default::default(),
            simulation: false,
            version: String::new(),
        }
    }

    /// What comes of a press after which these are shown, at a vendor that proves.
    fn outcome(wanted: Option<Wanted>, shown: &[DisplayName]) -> Option<Outcome> {
        let mut waiting = Waiting::for_press(wanted);
        shown
            .iter()
            .find_map(|display| waiting.see(&view(*display, true)))
    }

    fn outcome_without_proof(wanted: Option<Wanted>, shown: &[DisplayName]) -> Option<Outcome> {
        let mut waiting = Waiting::for_press(wanted);
        shown
            .iter()
            .find_map(|display| waiting.see(&view(*display, false)))
    }

    #[test]
    fn a_pause_is_waited_for_until_it_is_proven() {
        assert_eq!(outcome(PAUSE, &[Pausing]), None);
        assert_eq!(outcome(PAUSE, &[Pausing, Pausing]), None);
        assert_eq!(outcome(PAUSE, &[Pausing, Paused]), Some(Outcome::Proven));
        assert_eq!(
            outcome(RESUME, &[Resuming, Recording]),
            Some(Outcome::Proven)
        );
    }

    #[test]
    fn what_is_already_so_counts() {
        assert_eq!(outcome(PAUSE, &[Paused]), Some(Outcome::Proven));
        assert_eq!(outcome(RESUME, &[Recording]), Some(Outcome::Proven));
    }

    #[test]
    fn a_call_that_is_proven_not_to_be_recorded_needs_neither() {
        assert_eq!(
            outcome(PAUSE, &[Pausing, NotRecorded]),
            Some(Outcome::Proven)
        );
        assert_eq!(outcome(RESUME, &[NotRecorded]), Some(Outcome::Proven));
    }

    #[test]
    fn the_opposite_of_what_was_asked_for_is_a_failure() {
        assert_eq!(
            outcome(PAUSE, &[Pausing, Recording]),
            Some(Outcome::NotDone)
        );
        assert_eq!(outcome(RESUME, &[Resuming, Paused]), Some(Outcome::NotDone));
        assert_eq!(outcome(RESUME, &[PauseSent]), Some(Outcome::NotDone));
    }

    #[test]
    fn a_failure_and_a_doubt_and_no_call_are_failures() {
        for wanted in [PAUSE, RESUME, TOGGLE] {
            for shown in [Failed, Unknown, NoCall] {
                assert_eq!(outcome(wanted, &[shown]), Some(Outcome::NotDone));
                assert_eq!(outcome(wanted, &[Pausing, shown]), Some(Outcome::NotDone));
                assert_eq!(outcome(wanted, &[Resuming, shown]), Some(Outcome::NotDone));
            }
        }
    }

    #[test]
    fn an_accepted_pause_is_not_proven() {
        assert_eq!(
            outcome_without_proof(PAUSE, &[Pausing, PauseSent]),
            Some(Outcome::Sent)
        );
        assert_eq!(
            outcome_without_proof(TOGGLE, &[Pausing, PauseSent]),
            Some(Outcome::Sent)
        );
    }

    #[test]
    fn an_acknowledgement_that_is_shown_as_a_pause_is_not_proven_either() {
        let mut paused = view(Paused, false);
        paused.evidence = Some(EvidenceView {
            kind: "acknowledgement".into(),
            age_ms: 0,
        });
        assert_eq!(Waiting::for_press(PAUSE).see(&paused), Some(Outcome::Sent));
    }

    #[test]
    fn an_accepted_resume_without_proof_is_sent_and_one_that_never_began_is_not() {
        assert_eq!(
            outcome_without_proof(RESUME, &[Resuming, Unknown]),
            Some(Outcome::Sent)
        );
        assert_eq!(
            outcome_without_proof(TOGGLE, &[Resuming, Unknown]),
            Some(Outcome::Sent)
        );
        assert_eq!(
            outcome_without_proof(RESUME, &[Unknown]),
            Some(Outcome::NotDone)
        );
        assert_eq!(
            outcome_without_proof(RESUME, &[Resuming, Failed]),
            Some(Outcome::NotDone)
        );
        assert_eq!(
            outcome_without_proof(PAUSE, &[Pausing, Unknown]),
            Some(Outcome::NotDone)
        );
    }

    #[test]
    fn a_toggle_asks_for_what_is_under_way_after_it() {
        assert_eq!(outcome(TOGGLE, &[Pausing, Paused]), Some(Outcome::Proven));
        assert_eq!(
            outcome(TOGGLE, &[Pausing, Recording]),
            Some(Outcome::NotDone)
        );
        assert_eq!(
            outcome(TOGGLE, &[Resuming, Recording]),
            Some(Outcome::Proven)
        );
        assert_eq!(outcome(TOGGLE, &[Resuming, Paused]), Some(Outcome::NotDone));
    }

    #[test]
    fn one_call_still_under_way_is_waited_for_whatever_the_others_show() {
        let mut waiting = Waiting::for_press(PAUSE);
        let mut mixed = view(Unknown, true);
        mixed.calls = [("1", Unknown), ("2", Pausing)]
            .map(|(id, display)| CallView {
                id: id.into(),
                display,
            })
            .into();
        assert_eq!(waiting.see(&mixed), None);
    }

    #[test]
    fn a_view_that_has_expired_says_nothing_either_way() {
        for display in [Paused, Pausing, Recording, NotRecorded] {
            let mut expired = view(display, true);
            expired.good_for_ms = 0;
            let mut waiting = Waiting::for_press(PAUSE);
            assert_eq!(waiting.see(&expired), None);
            assert_eq!(waiting.see(&view(Paused, true)), Some(Outcome::Proven));
        }
    }
}
