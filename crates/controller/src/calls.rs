//! The call book: which calls the machine is told of.

use std::time::Duration;

use pause::{CallDisplay, CallId, Display, Doubt, Input, Moment};
use vendors::PauseScope;

/// How long a call that nobody told of is held on to after its resume was accepted.
const LET_GO_AFTER: Duration = Duration::from_secs(10);

/// The calls of one agent.
///
/// Where a pause acts on one call by its id, this passes on what it is told. Where a pause
/// acts on whatever call the agent is on, the machine knows one call at a time: the newest
/// that was told, or, if the agent pauses and none was told, one that the press implies.
#[derive(Debug)]
pub(crate) struct CallBook {
    scope: PauseScope,
    /// The id of the implied call: the agent in the vendor's terms.
    agent: CallId,
    /// Every call that was told and has not ended, oldest first.
    told: Vec<Told>,
    /// What has been told while the vendor is being asked: it is newer than the answer.
    meanwhile: Vec<Meanwhile>,
    asked: bool,
    implied: Option<Implied>,
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Teller {
    Vendor,
    /// The agent, or a program of the agent's desktop.
    Desktop,
}

#[derive(Debug)]
struct Told {
    id: CallId,
    /// Whether the vendor has ever said so. If not, it may know the call by another name or
    /// not at all, and that it does not name it says nothing.
    by_vendor: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Meanwhile {
    Started(CallId),
    Ended(CallId),
}

#[derive(Debug, Default)]
struct Implied {
    /// Whether the vendor has ever accepted a pause of it.
    was_paused: bool,
    /// Since when there has been nothing left to resume.
    idle_since: Option<Moment>,
}

impl CallBook {
    pub(crate) fn new(scope: PauseScope, agent: &str) -> Self {
        Self {
            scope,
            agent: CallId::new(agent),
            told: Vec::new(),
            meanwhile: Vec::new(),
            asked: false,
            implied: None,
        }
    }

    /// Somebody says that the agent is on this call.
    pub(crate) fn started(&mut self, id: CallId, teller: Teller) -> Vec<Input> {
        let by_vendor = teller == Teller::Vendor;
        self.note(Meanwhile::Started(id.clone()));
        let known = match self.told.iter_mut().find(|told| told.id == id) {
            Some(told) => {
                told.by_vendor |= by_vendor;
                true
            }
            None => false,
        };
        match self.scope {
            // The machine knows whether it has let go of it.
            PauseScope::Call => {
                if !known {
                    let id = id.clone();
                    self.told.push(Told { id, by_vendor });
                }
                vec![Input::CallStarted(id)]
            }
            PauseScope::Agent if known => Vec::new(),
            PauseScope::Agent => {
                let before = self.current();
                self.told.push(Told { id, by_vendor });
                self.implied = None;
                self.moved_on(before)
            }
        }
    }

    /// Somebody says that this call is over.
    pub(crate) fn ended(&mut self, id: &CallId) -> Vec<Input> {
        let before = self.current();
        self.note(Meanwhile::Ended(id.clone()));
        self.told.retain(|told| told.id != *id);
        match self.scope {
            PauseScope::Call => vec![Input::CallEnded(id.clone())],
            PauseScope::Agent => {
                if self.told.is_empty() && *id == self.agent {
                    self.implied = None;
                }
                self.moved_on(before)
            }
        }
    }

    /// The vendor is asked for the agent's calls. What is told from here on is newer than what
    /// it is going to say.
    pub(crate) fn asked(&mut self) {
        self.meanwhile.clear();
        self.asked = true;
    }

    /// The vendor was asked for the agent's calls, and these are all that it knows of.
    pub(crate) fn are(&mut self, calls: Vec<CallId>) -> Vec<Input> {
        self.asked = false;
        let meanwhile = std::mem::take(&mut self.meanwhile);
        let over: Vec<CallId> = self
            .told
            .iter()
            .filter(|told| told.by_vendor && !calls.contains(&told.id))
            .map(|told| told.id.clone())
            .filter(|id| !meanwhile.contains(&Meanwhile::Started(id.clone())))
            .collect();
        let mut inputs: Vec<Input> = over.iter().flat_map(|id| self.ended(id)).collect();
        for id in calls {
            let ended = meanwhile.contains(&Meanwhile::Ended(id.clone()));
            let told = self.told.iter_mut().find(|told| told.id == id);
            match told {
                Some(told) => told.by_vendor = true,
                None if ended => {}
                None => inputs.extend(self.started(id, Teller::Vendor)),
            }
        }
        inputs
    }

    /// It was asked, and did not say.
    pub(crate) fn asked_in_vain(&mut self) {
        self.asked = false;
        self.meanwhile.clear();
    }

    fn note(&mut self, meanwhile: Meanwhile) {
        if self.asked && !self.meanwhile.contains(&meanwhile) {
            self.meanwhile.push(meanwhile);
        }
    }

    /// The agent asks for a pause.
    pub(crate) fn pause_wanted(&mut self) -> Vec<Input> {
        if self.scope == PauseScope::Call || self.current().is_some() {
            return Vec::new();
        }
        self.implied = Some(Implied::default());
        vec![Input::CallStarted(self.agent.clone())]
    }

    /// An earlier run may have left this call paused, and nobody tells of it anew.
    pub(crate) fn left_by_another_run(&mut self, id: CallId) -> Vec<Input> {
        if self.scope == PauseScope::Agent && id == self.agent {
            let inputs = self.pause_wanted();
            if let Some(implied) = &mut self.implied {
                implied.was_paused = true;
            }
            return inputs;
        }
        self.started(id, Teller::Desktop)
    }

    /// Whether a pause without a call implies one.
    pub(crate) fn implies_calls(&self) -> bool {
        self.scope == PauseScope::Agent
    }

    /// Takes note of what is shown, and lets go of the implied call once there has been
    /// nothing to resume for a while.
    pub(crate) fn look(&mut self, calls: &[CallDisplay], now: Moment) -> Option<Input> {
        let implied = self.implied.as_mut()?;
        let call = calls.iter().find(|call| call.id == self.agent)?;
        implied.was_paused |= matches!(call.display, Display::PauseSent { .. });
        let idle = match call.display {
            Display::Unknown(Doubt::ResumeSent) => true,
            // Its pause was refused and the agent has seen it.
            Display::Unknown(Doubt::CannotBeAsked) => !implied.was_paused,
            Display::Unknown(_)
            | Display::NoCall
            | Display::NotRecorded
            | Display::Recording
            | Display::Pausing
            | Display::Paused { .. }
            | Display::PauseSent { .. }
            | Display::Resuming
            | Display::Failed(_) => false,
        };
        if !idle {
            implied.idle_since = None;
            return None;
        }
        let since = *implied.idle_since.get_or_insert(now);
        if now < since + LET_GO_AFTER {
            return None;
        }
        self.implied = None;
        Some(Input::CallEnded(self.agent.clone()))
    }

    /// When to [`Self::look`] again at the latest.
    pub(crate) fn next_deadline(&self) -> Option<Moment> {
        Some(self.implied.as_ref()?.idle_since? + LET_GO_AFTER)
    }

    fn current(&self) -> Option<CallId> {
        let implied = self.implied.as_ref().map(|_| &self.agent);
        let told = self.told.last().map(|told| &told.id);
        told.or(implied).cloned()
    }

    /// Lets go of one call and begins the next from nothing: nothing is inherited.
    fn moved_on(&self, before: Option<CallId>) -> Vec<Input> {
        let current = self.current();
        if current == before {
            return Vec::new();
        }
        before
            .map(Input::CallEnded)
            .into_iter()
            .chain(current.map(Input::CallStarted))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> CallId {
        CallId::new(name)
    }

    fn start(name: &str) -> Input {
        Input::CallStarted(id(name))
    }

    fn end(name: &str) -> Input {
        Input::CallEnded(id(name))
    }

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    fn shows(display: Display) -> [CallDisplay; 1] {
        [CallDisplay {
            id: id("extension 1684"),
            display,
            evidence: None,
        }]
    }

    #[test]
    fn where_calls_have_ids_each_one_is_passed_on() {
        let mut book = CallBook::new(PauseScope::Call, "agent");
        assert_eq!(book.started(id("a"), Teller::Vendor), [start("a")]);
        assert_eq!(book.started(id("b"), Teller::Vendor), [start("b")]);
        assert_eq!(book.ended(&id("a")), [end("a")]);
        assert!(book.pause_wanted().is_empty());
    }

    #[test]
    fn where_a_pause_acts_on_the_agent_the_newest_call_takes_over_from_nothing() {
        let mut book = CallBook::new(PauseScope::Agent, "agent");
        assert_eq!(book.started(id("a"), Teller::Vendor), [start("a")]);
        assert_eq!(
            book.started(id("b"), Teller::Vendor),
            [end("a"), start("b")]
        );
        assert!(book.started(id("a"), Teller::Vendor).is_empty());
        assert!(book.ended(&id("a")).is_empty());
        assert_eq!(
            book.started(id("c"), Teller::Vendor),
            [end("b"), start("c")]
        );
        assert_eq!(book.ended(&id("c")), [end("c"), start("b")]);
        assert_eq!(book.ended(&id("b")), [end("b")]);
    }

    #[test]
    fn a_press_without_a_call_implies_one_until_one_is_told() {
        let mut book = CallBook::new(PauseScope::Agent, "extension 1684");
        assert_eq!(book.pause_wanted(), [start("extension 1684")]);
        assert!(book.pause_wanted().is_empty());
        assert_eq!(
            book.started(id("a"), Teller::Vendor),
            [end("extension 1684"), start("a")]
        );
        assert!(book.pause_wanted().is_empty());
        assert_eq!(book.ended(&id("a")), [end("a")]);
    }

    #[test]
    fn an_implied_call_is_let_go_ten_seconds_after_its_resume() {
        let mut book = CallBook::new(PauseScope::Agent, "extension 1684");
        let resumed = shows(Display::Unknown(Doubt::ResumeSent));
        let sent = Display::PauseSent {
            since: at(1),
            resumes_at: None,
        };
        book.pause_wanted();
        assert_eq!(book.look(&shows(sent), at(1)), None);
        assert_eq!(book.look(&resumed, at(5)), None);
        assert_eq!(book.next_deadline(), Some(at(15)));
        assert_eq!(book.look(&shows(sent), at(14)), None);
        assert_eq!(book.look(&resumed, at(16)), None);
        assert_eq!(book.look(&resumed, at(25)), None);
        assert_eq!(book.look(&resumed, at(26)), Some(end("extension 1684")));
        assert_eq!(book.pause_wanted(), [start("extension 1684")]);
    }

    #[test]
    fn an_implied_call_that_may_be_left_paused_is_never_let_go() {
        let mut book = CallBook::new(PauseScope::Agent, "extension 1684");
        book.pause_wanted();
        let sent = Display::PauseSent {
            since: at(1),
            resumes_at: None,
        };
        book.look(&shows(sent), at(1));
        let unknown = shows(Display::Unknown(Doubt::CannotBeAsked));
        assert_eq!(book.look(&unknown, at(2)), None);
        assert_eq!(book.look(&unknown, at(100)), None);
    }

    #[test]
    fn an_implied_call_whose_pause_was_refused_is_let_go_after_the_agent_has_seen_it() {
        let mut book = CallBook::new(PauseScope::Agent, "extension 1684");
        book.pause_wanted();
        let unknown = shows(Display::Unknown(Doubt::CannotBeAsked));
        assert_eq!(book.look(&unknown, at(2)), None);
        assert_eq!(book.look(&unknown, at(12)), Some(end("extension 1684")));
    }

    #[test]
    fn asked_for_calls_the_difference_is_passed_on() {
        let mut book = CallBook::new(PauseScope::Call, "agent");
        assert_eq!(book.are(vec![id("a"), id("b")]), [start("a"), start("b")]);
        assert_eq!(book.are(vec![id("b"), id("c")]), [end("a"), start("c")]);
        assert!(book.are(vec![id("c"), id("b")]).is_empty());
    }

    #[test]
    fn of_several_calls_each_comes_and_goes_by_itself() {
        let mut book = CallBook::new(PauseScope::Call, "agent");
        book.started(id("a"), Teller::Vendor);
        // A held call is among the calls that the vendor knows of.
        assert_eq!(book.are(vec![id("a"), id("held")]), [start("held")]);
        assert_eq!(book.are(vec![id("held")]), [end("a")]);
        assert_eq!(book.are(Vec::new()), [end("held")]);
    }

    #[test]
    fn a_call_that_only_the_desktop_has_told_of_survives_a_vendor_that_does_not_name_it() {
        let mut book = CallBook::new(PauseScope::Call, "agent");
        book.started(id("told"), Teller::Desktop);
        assert!(book.are(Vec::new()).is_empty());
        assert_eq!(book.are(vec![id("a")]), [start("a")]);
        assert_eq!(book.ended(&id("told")), [end("told")]);
    }

    #[test]
    fn once_the_vendor_has_named_it_the_vendor_ends_it() {
        let mut book = CallBook::new(PauseScope::Call, "agent");
        book.started(id("listed"), Teller::Desktop);
        book.started(id("told"), Teller::Desktop);
        book.started(id("told"), Teller::Vendor);
        assert!(book.are(vec![id("listed"), id("told")]).is_empty());
        assert_eq!(book.are(Vec::new()), [end("listed"), end("told")]);
    }

    #[test]
    fn what_is_told_while_the_vendor_is_asked_is_newer_than_its_answer() {
        let mut book = CallBook::new(PauseScope::Call, "agent");
        book.started(id("a"), Teller::Vendor);
        book.asked();
        book.started(id("new"), Teller::Vendor);
        book.ended(&id("a"));
        assert!(book.are(vec![id("a")]).is_empty());
        book.asked();
        assert_eq!(book.are(vec![id("a")]), [end("new"), start("a")]);
    }
}
