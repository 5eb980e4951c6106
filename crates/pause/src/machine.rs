use std::collections::VecDeque;
use std::time::Duration;

use crate::call::{Asked, Call};
use crate::payment::PaymentStep;
use crate::search::Search;
use crate::{
    Answer, AuditEvent, CallDisplay, CallId, Display, Doubt, Failure, Input, Limits, Moment,
    Output, ProofBy, Recorder, RequestId, Seen, Wanted,
};

/// Decides what to send and what to show.
///
/// Feed it with [`Self::handle`], then drain [`Self::poll`], then come back at
/// [`Self::next_deadline`] with [`Input::Tick`] unless something happens before.
/// Nothing is lost if it is drained late, but nothing is sent either.
#[derive(Debug)]
pub struct Machine {
    pub(crate) rules: Rules,
    pub(crate) outbox: Outbox,
    pub(crate) calls: Vec<Call>,
    /// A pause that was asked for while no call was known.
    pub(crate) search: Option<Search>,
    /// One that came to nothing, because nobody could say which calls there are.
    pub(crate) not_sent: Option<Failure>,
    /// When a pause was asked for whose call was over before it came about. It goes on to a call
    /// that begins in its time.
    pub(crate) unmet: Option<Moment>,
    pub(crate) link_up: bool,
    toggled_at: Option<Moment>,
    shown: Display,
    /// The moment of the newest input; everything shown is shown as of then.
    pub(crate) now: Moment,
}

/// What holds for every call alike.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) limits: Limits,
    pub(crate) proof: ProofBy,
    /// A resume that failed is asked for again until the vendor takes it.
    pub(crate) insists_on_resumes: bool,
    /// The vendor can be asked which calls there are.
    pub(crate) finds_calls: bool,
    /// Rises whenever a call starts or ends.
    pub(crate) generation: u64,
    pub(crate) payment_step: PaymentStep,
}

/// What is to be done, requests to the vendor first: no record and no display delays a pause.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    requests: VecDeque<Output>,
    others: VecDeque<Output>,
    last_id: u64,
}

impl Outbox {
    pub(crate) fn command(&mut self, call: &CallId, wanted: Wanted, attempt: u32) -> RequestId {
        let id = self.next_id();
        let call = call.clone();
        self.requests.push_back(Output::Command {
            id,
            call: call.clone(),
            wanted,
        });
        self.audit(AuditEvent::Sent {
            id,
            call,
            wanted,
            attempt,
        });
        id
    }

    pub(crate) fn read_back(&mut self, call: &CallId) -> RequestId {
        let id = self.next_id();
        let call = call.clone();
        self.requests.push_back(Output::ReadBack { id, call });
        id
    }

    pub(crate) fn find_calls(&mut self) {
        self.requests.push_back(Output::FindCalls);
    }

    pub(crate) fn audit(&mut self, event: AuditEvent) {
        self.others.push_back(Output::Audit(event));
    }

    fn next_id(&mut self) -> RequestId {
        self.last_id += 1;
        RequestId(self.last_id)
    }
}

impl Machine {
    /// A machine that knows of no call, for a vendor that proves its recorder's state so.
    pub fn new(limits: Limits, proof: ProofBy) -> Self {
        Self {
            rules: Rules {
                limits,
                proof,
                insists_on_resumes: false,
                finds_calls: false,
                generation: 0,
                payment_step: PaymentStep::default(),
            },
            outbox: Outbox::default(),
            calls: Vec::new(),
            search: None,
            not_sent: None,
            unmet: None,
            link_up: false,
            toggled_at: None,
            shown: Display::Unknown(Doubt::LinkLost),
            now: Moment::default(),
        }
    }

    /// Whether a resume that failed is asked for again, every `ask_again_after`, until the
    /// vendor takes it, the agent asks for a pause, or the call ends. For a vendor where a pause
    /// stops the recording: what a start that failed does not record is lost.
    #[must_use]
    pub fn insisting_on_resumes(mut self, insists: bool) -> Self {
        self.rules.insists_on_resumes = insists;
        self
    }

    /// Whether the vendor can be asked which calls there are, so that a pause without a call
    /// that is known asks first ([`Output::FindCalls`]).
    #[must_use]
    pub fn finding_calls(mut self, finds: bool) -> Self {
        self.rules.finds_calls = finds;
        self
    }

    /// Takes note of one thing that happened. Drain [`Self::poll`] afterwards.
    ///
    /// Moments never go back; one that does counts as the newest one so far.
    pub fn handle(&mut self, input: Input, now: Moment) {
        self.now = self.now.max(now);
        match input {
            Input::AgentWants(wanted) => self.agent_wants(wanted),
            Input::Toggle => self.toggle(),
            Input::Acknowledge => self.acknowledge(),
            Input::Extend => self.extend(),
            Input::PaymentStepBegins => self.payment_step_begins(),
            Input::PaymentStepEnds => self.payment_step_ends(),
            Input::CallStarted(id) => self.call_started(id),
            Input::CallEnded(id) => self.call_ended(&id),
            Input::LeftPaused { call, since } => self.left_paused(&call, since),
            Input::LinkUp => self.link(true),
            Input::LinkDown => self.link(false),
            Input::Hint { call, recorder } => self.hint(&call, recorder),
            Input::Declined { call } => self.declined(call.as_ref()),
            Input::Missed => self.missed(),
            Input::CallsFound => self.calls_found(),
            Input::CallsNotFound => self.calls_not_found(),
            Input::Answered { id, answer } => self.answered(id, answer),
            Input::ReadBack { id, seen } => self.read_back(id, seen),
            Input::Tick => {}
        }
        self.advance();
    }

    /// Keeps to other limits from now on, also for what is under way. Drain [`Self::poll`]
    /// afterwards.
    ///
    /// A proof that is too old by them proves nothing any more; a longest pause counts from the
    /// pause's beginning, and the reminders from there or from the newest press for it.
    pub fn set_limits(&mut self, limits: Limits, now: Moment) {
        self.now = self.now.max(now);
        self.rules.limits = limits;
        for call in &mut self.calls {
            // What was planned by the old limits may be too late by the new ones.
            call.read_soon(&self.rules, self.now);
        }
        self.advance();
    }

    /// The next thing to be done: requests to the vendor first, then everything else in order.
    pub fn poll(&mut self) -> Option<Output> {
        self.outbox
            .requests
            .pop_front()
            .or_else(|| self.outbox.others.pop_front())
    }

    /// When to come back with [`Input::Tick`] at the latest. Always later than the newest input.
    pub fn next_deadline(&self) -> Option<Moment> {
        self.calls
            .iter()
            .filter_map(|call| call.next_deadline(&self.rules, self.link_up, self.now))
            .chain(self.search_deadline())
            .chain(self.rules.payment_step.over_at(&self.rules.limits))
            .filter(|at| *at > self.now)
            .min()
    }

    /// What the agent may believe as of the newest input: the worst of all calls.
    pub fn display(&self) -> Display {
        self.calls
            .iter()
            .map(|call| call.display(&self.rules, self.now))
            .chain(self.search.as_ref().map(|_| Display::Pausing))
            .chain(self.not_sent.map(Display::Failed))
            .min_by_key(Display::severity)
            .unwrap_or(if self.link_up {
                Display::NoCall
            } else {
                Display::Unknown(Doubt::LinkLost)
            })
    }

    /// Each call and what may be believed of it, as of the newest input.
    pub fn calls(&self) -> Vec<CallDisplay> {
        self.calls
            .iter()
            .map(|call| CallDisplay {
                id: call.id().clone(),
                display: call.display(&self.rules, self.now),
                evidence: call.evidence(&self.rules, self.now),
            })
            .collect()
    }

    /// Whether something is paused or may be, is under way, or has failed: nobody else could see
    /// it through.
    pub fn is_busy(&self) -> bool {
        self.search.is_some() || self.not_sent.is_some() || self.calls.iter().any(Call::is_busy)
    }

    /// Whether a recording would be left paused, or may be, if nobody looked after it any longer.
    pub fn may_leave_paused(&self) -> bool {
        self.search.is_some() || self.calls.iter().any(Call::may_be_paused)
    }

    /// How often the agent can still extend the longest pause; 0 where none is running out.
    pub fn extensions_left(&self) -> u32 {
        let calls = self.calls.iter();
        calls
            .map(|call| call.extensions_left(&self.rules))
            .max()
            .unwrap_or(0)
    }

    /// Whether card details are being taken, as far as the agent's desktop has said.
    pub fn is_in_payment_step(&self) -> bool {
        self.rules.payment_step.is_on()
    }

    fn agent_wants(&mut self, wanted: Wanted) {
        self.not_sent = None;
        self.unmet = None;
        if wanted == Wanted::Recording {
            self.search = None;
        } else if self.calls.iter().all(Call::ended) {
            self.look_for_calls();
            return;
        }
        let mut new = 0;
        for call in &mut self.calls {
            match call.ask(wanted, &self.rules, self.now) {
                Asked::Anew => new += 1,
                Asked::AlreadySo => {}
            }
        }
        self.outbox.audit(if new > 0 {
            AuditEvent::Asked {
                wanted,
                calls: new,
                waited: Duration::ZERO,
            }
        } else {
            AuditEvent::AlreadySo { wanted }
        });
    }

    /// In doubt the one key pauses; it resumes only what is known to be paused.
    fn toggle(&mut self) {
        let paused = !self.calls.is_empty()
            && self
                .calls
                .iter()
                .all(|call| call.harmless(&self.rules, self.now))
            && self
                .calls
                .iter()
                .any(|call| call.paused(&self.rules, self.now));
        let wanted = if paused {
            Wanted::Recording
        } else {
            Wanted::Paused
        };
        let same_press = self
            .toggled_at
            .is_some_and(|at| self.now < at + self.rules.limits.double_press);
        if same_press {
            self.outbox.audit(AuditEvent::AlreadySo { wanted });
            return;
        }
        self.toggled_at = Some(self.now);
        self.agent_wants(wanted);
    }

    fn acknowledge(&mut self) {
        let mut any = self.not_sent.take().is_some();
        for call in &mut self.calls {
            any |= call.acknowledge();
        }
        if any {
            self.outbox.audit(AuditEvent::Acknowledged);
        }
    }

    fn extend(&mut self) {
        let mut any = false;
        for call in &mut self.calls {
            if let Some(times) = call.extend(&self.rules) {
                any = true;
                let call = call.id().clone();
                self.outbox.audit(AuditEvent::Extended { call, times });
            }
        }
        if !any {
            self.outbox.audit(AuditEvent::NotExtended);
        }
    }

    fn payment_step_begins(&mut self) {
        if self.rules.payment_step.begin(self.now) {
            self.outbox.audit(AuditEvent::PaymentStepBegun);
        }
    }

    fn payment_step_ends(&mut self) {
        if self.rules.payment_step.end(&self.rules.limits, self.now) {
            self.outbox.audit(AuditEvent::PaymentStepEnded);
        }
    }

    fn call_started(&mut self, id: CallId) {
        if self
            .calls
            .iter()
            .any(|call| call.id() == &id && !call.ended())
        {
            return;
        }
        // A call id that is used again is another call: nothing is inherited.
        self.let_go(|call| call.id() == &id);
        self.rules.generation += 1;
        self.outbox.audit(AuditEvent::CallStarted(id.clone()));
        let mut call = Call::new(id, &self.rules, self.link_up, self.now);
        if let Some(pressed_at) = self.press_reaches(&mut call) {
            self.outbox.audit(AuditEvent::Asked {
                wanted: Wanted::Paused,
                calls: 1,
                waited: self.now.since(pressed_at),
            });
        }
        self.calls.push(call);
    }

    fn call_ended(&mut self, id: &CallId) {
        let Some(call) = self.calls.iter_mut().find(|call| call.id() == id) else {
            return;
        };
        self.rules.generation += 1;
        let unmet = call.unmet_press(&self.rules, self.now);
        call.end(&self.rules, self.now);
        if let Some(pressed_at) = unmet
            && !self.press_moves(pressed_at)
        {
            self.press_goes_on(pressed_at);
        }
    }

    fn left_paused(&mut self, id: &CallId, since: Moment) {
        if let Some(call) = self.calls.iter_mut().find(|known| known.id() == id) {
            call.left_paused(since.min(self.now), self.now);
        }
    }

    /// Gives a press whose call is over to those that have begun since it: a call that is
    /// transferred begins under its new id before it is over under the old one. Returns whether
    /// there are any.
    fn press_moves(&mut self, pressed_at: Moment) -> bool {
        let (rules, now) = (&self.rules, self.now);
        let mut moved = 0;
        let begun = |call: &&mut Call| call.began_since(pressed_at);
        for call in self.calls.iter_mut().filter(begun) {
            call.ask(Wanted::Paused, rules, now);
            call.asked_since(pressed_at);
            moved += 1;
        }
        if moved > 0 {
            self.outbox.audit(AuditEvent::Asked {
                wanted: Wanted::Paused,
                calls: moved,
                waited: now.since(pressed_at),
            });
        }
        moved > 0
    }

    /// When a press was made that has no call yet, or no longer, and goes to this one.
    fn press_reaches(&mut self, call: &mut Call) -> Option<Moment> {
        let (rules, now) = (&self.rules, self.now);
        let in_time = |at: &Moment| now < *at + rules.limits.settle_within;
        let pressed_at = match &mut self.search {
            Some(search) => search.reaches(),
            None => self.unmet.take().filter(in_time)?,
        };
        call.ask(Wanted::Paused, rules, now);
        call.asked_since(pressed_at);
        Some(pressed_at)
    }

    fn link(&mut self, up: bool) {
        if self.link_up == up {
            return;
        }
        self.link_up = up;
        self.outbox.audit(if up {
            AuditEvent::LinkUp
        } else {
            AuditEvent::LinkDown
        });
        for call in &mut self.calls {
            call.link(up, &self.rules, self.now);
        }
    }

    fn hint(&mut self, call: &CallId, recorder: Recorder) {
        if let Some(call) = self.calls.iter_mut().find(|known| known.id() == call) {
            call.hint(recorder, &self.rules, self.now);
        }
    }

    fn declined(&mut self, call: Option<&CallId>) {
        for known in &mut self.calls {
            if call.is_none_or(|call| known.id() == call) {
                known.declined(&self.rules, self.now, &mut self.outbox);
            }
        }
    }

    /// Nothing that is shown is contradicted, so nothing is taken down.
    fn missed(&mut self) {
        for call in &mut self.calls {
            call.read_once_more(&self.rules, self.now);
        }
    }

    /// Takes the vendor's answer to a command; a late one is put on record and otherwise ignored.
    fn answered(&mut self, id: RequestId, answer: Answer) {
        match self.calls.iter_mut().find(|call| call.awaits_answer(id)) {
            Some(call) => call.answered(answer, &self.rules, self.now, &mut self.outbox),
            None => self.outbox.audit(AuditEvent::Late { id }),
        }
    }

    fn read_back(&mut self, id: RequestId, seen: Seen) {
        match self.calls.iter_mut().find(|call| call.awaits_read_back(id)) {
            Some(call) => call.read_back(seen, &self.rules, self.now, &mut self.outbox),
            None => self.outbox.audit(AuditEvent::Late { id }),
        }
    }

    /// Does what has become due, and says so if what may be believed has changed.
    fn advance(&mut self) {
        let limits = &self.rules.limits;
        if self.rules.payment_step.forget_if_over(limits, self.now) {
            self.outbox.audit(AuditEvent::PaymentStepForgotten);
        }
        for call in &mut self.calls {
            call.advance(&self.rules, self.link_up, self.now, &mut self.outbox);
        }
        self.advance_search();
        self.let_go(Call::over);
        let display = self.display();
        if display != self.shown {
            self.shown = display;
            self.outbox.others.push_back(Output::Show(display));
        }
    }

    fn let_go(&mut self, which: impl Fn(&Call) -> bool) {
        let outbox = &mut self.outbox;
        let before = self.calls.len();
        self.calls.retain(|call| {
            let go = which(call);
            if go {
                outbox.audit(AuditEvent::CallEnded {
                    call: call.id().clone(),
                    left_paused: call.may_be_paused(),
                });
            }
            !go
        });
        if before > 0 && self.calls.is_empty() {
            self.payment_step_ends();
        }
    }
}
