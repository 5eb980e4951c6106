use std::time::Duration;

use pause::{
    Answer, AuditEvent, CallId, Display, Failure, Input, Limits, Machine, Moment, Output, ProofBy,
    Reason, Recorder, RequestId, Seen, Wanted,
};

/// A machine with its clock and what it has put out.
pub(crate) struct Desk {
    machine: Machine,
    pub(crate) now: Moment,
    pub(crate) commands: Vec<(RequestId, CallId, Wanted)>,
    pub(crate) reads: Vec<(RequestId, CallId)>,
    /// How often it wanted the vendor asked for the calls.
    pub(crate) searches: usize,
    pub(crate) events: Vec<AuditEvent>,
}

pub(crate) fn call(id: &str) -> CallId {
    CallId::new(id)
}

impl Desk {
    pub(crate) fn new(proof: ProofBy, limits: Limits) -> Self {
        Self::with(Machine::new(limits, proof))
    }

    pub(crate) fn with(machine: Machine) -> Self {
        let mut desk = Self {
            machine,
            now: Moment::default(),
            commands: Vec::new(),
            reads: Vec::new(),
            searches: 0,
            events: Vec::new(),
        };
        desk.feed(Input::LinkUp);
        desk
    }

    /// In a call that is proven to be recorded.
    pub(crate) fn in_call(proof: ProofBy) -> Self {
        let mut desk = Self::new(proof, Limits::default());
        desk.feed(Input::CallStarted(call("a")));
        if proof != ProofBy::Nothing {
            desk.see(Recorder::Recording);
        }
        desk.after_ms(500);
        desk
    }

    pub(crate) fn paused() -> Self {
        let mut desk = Self::in_call(ProofBy::ReadBack);
        desk.want(Wanted::Paused);
        desk.answer(Answer::Accepted);
        desk.see(Recorder::Paused);
        assert!(desk.shows_paused());
        desk
    }

    pub(crate) fn decide(&mut self, limits: Limits) {
        self.machine.set_limits(limits, self.now);
        self.drain();
    }

    pub(crate) fn feed(&mut self, input: Input) {
        self.machine.handle(input, self.now);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.machine.poll() {
            match output {
                Output::Command { id, call, wanted } => self.commands.push((id, call, wanted)),
                Output::ReadBack { id, call } => self.reads.push((id, call)),
                Output::FindCalls => self.searches += 1,
                Output::Audit(event) => self.events.push(event),
                Output::Show(_) => {}
            }
        }
    }

    pub(crate) fn after_ms(&mut self, ms: u64) {
        let until = self.now + Duration::from_millis(ms);
        while let Some(due) = self.machine.next_deadline().filter(|due| *due <= until) {
            self.now = due;
            self.feed(Input::Tick);
        }
        self.now = until;
        self.feed(Input::Tick);
    }

    pub(crate) fn want(&mut self, wanted: Wanted) {
        self.feed(Input::AgentWants(wanted));
    }

    pub(crate) fn answer(&mut self, answer: Answer) {
        let (id, ..) = *self.commands.last().expect("a command is out");
        self.feed(Input::Answered { id, answer });
    }

    /// The newest read-back comes back.
    pub(crate) fn see(&mut self, recorder: Recorder) {
        let (id, _) = *self.reads.last().expect("a read-back is out");
        let seen = Seen::Recorder(recorder);
        self.feed(Input::ReadBack { id, seen });
    }

    pub(crate) fn display(&self) -> Display {
        self.machine.display()
    }

    pub(crate) fn shows_paused(&self) -> bool {
        matches!(self.display(), Display::Paused { .. })
    }

    pub(crate) fn wanted(&self) -> Vec<Wanted> {
        self.commands.iter().map(|(.., wanted)| *wanted).collect()
    }

    /// In how many seconds a resume will be asked for.
    pub(crate) fn resumes_in_s(&self) -> u64 {
        let Display::Paused { resumes_at, .. } = self.display() else {
            panic!("it is {:?}", self.display());
        };
        let at = resumes_at.expect("there is a longest pause");
        at.since(self.now).as_secs()
    }

    pub(crate) fn extensions_left(&self) -> u32 {
        self.machine.extensions_left()
    }

    pub(crate) fn is_in_payment_step(&self) -> bool {
        self.machine.is_in_payment_step()
    }

    pub(crate) fn reminders(&self) -> Vec<usize> {
        let mut steps = Vec::new();
        for event in &self.events {
            if let AuditEvent::Reminder { step, .. } = event {
                steps.push(*step);
            }
        }
        steps
    }
}

pub(crate) fn failed(wanted: Wanted, reason: Reason) -> Display {
    Display::Failed(Failure { wanted, reason })
}
