//! The adversary and the judge.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use pause::{
    Answer, AuditEvent, CallId, Display, Input, Limits, Machine, Moment, Output, ProofBy, Recorder,
    RequestId, Seen, Wanted,
};
use proptest::prelude::*;

/// What the histories must reach for the properties to mean anything.
pub(crate) const EVERYTHING: &[&str] = &[
    "display NoCall",
    "display NotRecorded",
    "display Recording",
    "display Pausing",
    "display Paused",
    "display PauseSent",
    "display Resuming",
    "display Failed",
    "doubt NothingHeardYet",
    "doubt LinkLost",
    "doubt AnswerLost",
    "doubt Stale",
    "doubt Contradicted",
    "doubt NoSuchCall",
    "doubt CannotBeAsked",
    "doubt ResumeSent",
    "failure Refused",
    "failure NoAnswer",
    "failure NotDone",
    "failure NoEffect",
    "failure NotProven",
    "record Late",
    "record ResumedElsewhere",
    "record PausedElsewhere",
    "record Reminder",
    "record left paused",
    "record second attempt",
    "record Declined",
    "record ResumeAgain",
    "record LookingForCalls",
    "record NotSent",
    "record NothingToPause",
    "record LongestPauseOver",
    "record Extended",
    "record NotExtended",
    "record PaymentStepBegun",
    "record PaymentStepEnded",
    "record PaymentStepForgotten",
    "limits that took PAUSED down",
    "limits that ended a pause",
    "limits that brought a reminder",
    "limits that failed a press",
    "a press that found its call",
    "two calls",
    "paused while a command of another call is out",
    "a command carried out late",
    "a command carried out twice",
    "a forged answer",
    "a pause that an earlier run has left",
    "a pause that was reminded of after a resume",
];

/// When each history begins: what an earlier run has left was paused before that.
const START: Duration = Duration::from_secs(600);

/// Longer than a press may take by any limits that are decided on here.
const LONGEST_PRESS: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
pub(crate) enum Step {
    WantPause,
    WantResume,
    Toggle,
    Acknowledge,
    Extend,
    PaymentStepBegins,
    PaymentStepEnds,
    CallStarted(u8),
    CallEnded(u8),
    /// It begins, and an earlier run may have left it paused so many seconds before this one.
    StartedLeftPaused(u8, u64),
    LinkUp,
    LinkDown,
    /// The vendor carries out one of the commands that it has ever been sent; 0 is the newest.
    Execute(usize),
    /// The vendor answers one of them, truly or not, again or not.
    Answer(usize, Reply),
    /// The vendor looks at the recorder for one of the read-backs.
    Look(usize),
    /// One of the read-backs comes back with what was seen, or with nothing.
    Return(usize, Back),
    /// The vendor claims something unasked.
    Hint(u8, Recorder),
    /// The vendor says that a command was not carried out: of one call, or of any.
    Declined(Option<u8>),
    /// Something that the vendor said may have been missed.
    Missed,
    /// The vendor says which calls there are, or does not.
    TellCalls(bool),
    /// Somebody else sets the recorder.
    Meddle(u8, Recorder),
    /// An honest vendor's turn: carry out, answer, look, return all that is open.
    Serve,
    /// The organization decides on other limits.
    Decide(Box<Limits>),
    Wait(u64),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    Confirmed,
    Accepted,
    Refused,
    NotDone(Option<u64>),
    Lost,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Back {
    Truth,
    NoSuchCall,
    Nothing,
}

/// What kind of vendor it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) proof: ProofBy,
    /// Whether a resume that failed is asked for again.
    pub(crate) insists: bool,
    /// Whether it can be asked for calls.
    pub(crate) finds: bool,
}

impl Kind {
    pub(crate) fn plain(proof: ProofBy) -> Self {
        Self {
            proof,
            insists: false,
            finds: false,
        }
    }
}

pub(crate) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let some = prop_oneof![
        60 => step().prop_map(|step| vec![step]),
        1 => slow_truth(),
        1 => decided_meanwhile(),
        1 => left_before(),
        1 => paused_again(),
        1 => found_by_a_press(),
    ];
    prop::collection::vec(some, 1..most).prop_map(|some| some.concat())
}

/// What single steps reach too rarely: a read-back that was true when the vendor looked, is not
/// true any more when it arrives, and is not followed by another one for a while.
fn slow_truth() -> impl Strategy<Value = Vec<Step>> {
    (700_u64..1_350, 4_600_u64..6_000).prop_map(|(under_way, silence)| {
        vec![
            Step::LinkUp,
            Step::CallStarted(0),
            Step::Meddle(0, Recorder::Paused),
            Step::Serve,
            Step::Wait(2_000),
            Step::Look(0),
            Step::Meddle(0, Recorder::Recording),
            Step::Wait(under_way),
            Step::Return(0, Back::Truth),
            Step::Wait(silence),
        ]
    })
}

/// What single steps reach too rarely, too: other limits while a pause or a press is under way.
fn decided_meanwhile() -> impl Strategy<Value = Vec<Step>> {
    (any::<bool>(), 400_u64..3_000, limits()).prop_map(|(pressed, under_way, limits)| {
        let mut steps = vec![Step::LinkUp, Step::CallStarted(0)];
        if pressed {
            steps.push(Step::WantPause);
        } else {
            steps.extend([Step::Meddle(0, Recorder::Paused), Step::Serve]);
        }
        steps.extend([Step::Wait(under_way), Step::Decide(Box::new(limits))]);
        steps
    })
}

/// And this: what an earlier run has left is proven to be paused, or not to be.
fn left_before() -> impl Strategy<Value = Vec<Step>> {
    (0_u64..300, recorder(), 0_u64..3_000).prop_map(|(seconds, recorder, silence)| {
        vec![
            Step::LinkUp,
            Step::StartedLeftPaused(2, seconds),
            Step::Meddle(2, recorder),
            Step::Wait(silence),
            Step::Serve,
        ]
    })
}

/// And this: a pause has lasted, a resume is sent and not proven, and a pause is asked for again,
/// and lasts.
fn paused_again() -> impl Strategy<Value = Vec<Step>> {
    let reply = prop_oneof![
        Just(Reply::Accepted),
        Just(Reply::Refused),
        Just(Reply::Lost)
    ];
    let lasts = 60_000_u64..70_000;
    (any::<bool>(), reply, lasts.clone(), lasts).prop_map(|(done, reply, first, second)| {
        let mut steps = vec![Step::LinkUp, Step::CallStarted(0), Step::WantPause];
        steps.extend([
            Step::Serve,
            Step::Serve,
            Step::Wait(first),
            Step::WantResume,
        ]);
        if done {
            steps.push(Step::Execute(0));
        }
        steps.extend([Step::Answer(0, reply), Step::Wait(4_000), Step::WantPause]);
        steps.extend([Step::Serve, Step::Serve, Step::Wait(second), Step::Serve]);
        steps.extend([Step::Wait(2_000), Step::Serve]);
        steps
    })
}

/// And this: no call is known, and a press has the vendor asked for one.
fn found_by_a_press() -> impl Strategy<Value = Vec<Step>> {
    (any::<bool>(), 0_u64..3_000).prop_map(|(says, under_way)| {
        let mut steps = vec![Step::LinkUp];
        steps.extend((0..3).map(Step::CallEnded));
        steps.extend([Step::WantPause, Step::Wait(under_way)]);
        steps.push(Step::TellCalls(says));
        steps
    })
}

/// Limits that settings and policy let pass one by one, and some that they would not: what the
/// machine promises must not depend on who checked them.
fn limits() -> impl Strategy<Value = Limits> {
    let ms = |range: std::ops::Range<u64>| range.prop_map(Duration::from_millis);
    (
        (ms(1_000..15_000), ms(2_000..60_000)),
        (ms(200..5_000), ms(500..10_000)),
        (ms(500..5_000), ms(2_000..30_000)),
        prop::collection::btree_set(ms(1_000..90_000), 1..4),
        prop::option::of(ms(1_000..90_000)),
        (0_u32..4, ms(1_000..90_000), ms(1_000..90_000)),
    )
        .prop_map(
            |(fresh, answers, reads, reminders, longest_pause, more)| Limits {
                freshness: fresh.0,
                calm_freshness: fresh.1,
                answer_within: answers.0,
                settle_within: answers.1,
                read_every_paused: reads.0,
                read_every_in_call: reads.1,
                reminders: reminders.into_iter().collect(),
                longest_pause,
                extensions: more.0,
                extension: more.1,
                payment_step: more.2,
                ..Limits::default()
            },
        )
}

fn recorder() -> impl Strategy<Value = Recorder> {
    prop_oneof![
        3 => Just(Recorder::Recording),
        3 => Just(Recorder::Paused),
        2 => Just(Recorder::Off),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let reply = prop_oneof![
        2 => Just(Reply::Confirmed),
        4 => Just(Reply::Accepted),
        2 => Just(Reply::Refused),
        1 => Just(Reply::NotDone(None)),
        1 => (0_u64..5_000).prop_map(|ms| Reply::NotDone(Some(ms))),
        2 => Just(Reply::Lost),
    ];
    let back = prop_oneof![
        8 => Just(Back::Truth),
        1 => Just(Back::NoSuchCall),
        2 => Just(Back::Nothing),
    ];
    let wait = prop_oneof![
        6 => 0_u64..60,
        4 => 100_u64..500,
        4 => 500_u64..2_500,
        2 => 3_000_u64..8_000,
        1 => 20_000_u64..70_000,
    ];
    prop_oneof![
        6 => Just(Step::WantPause),
        4 => Just(Step::WantResume),
        5 => Just(Step::Toggle),
        1 => Just(Step::Acknowledge),
        3 => Just(Step::Extend),
        2 => Just(Step::PaymentStepBegins),
        1 => Just(Step::PaymentStepEnds),
        5 => (0_u8..3).prop_map(Step::CallStarted),
        2 => (0_u8..3).prop_map(Step::CallEnded),
        2 => (0_u8..3, 0_u64..300).prop_map(|(call, seconds)| Step::StartedLeftPaused(call, seconds)),
        4 => Just(Step::LinkUp),
        1 => Just(Step::LinkDown),
        8 => any::<usize>().prop_map(Step::Execute),
        8 => (any::<usize>(), reply).prop_map(|(which, reply)| Step::Answer(which, reply)),
        8 => any::<usize>().prop_map(Step::Look),
        12 => (any::<usize>(), back).prop_map(|(which, back)| Step::Return(which, back)),
        4 => (0_u8..3, recorder()).prop_map(|(call, recorder)| Step::Hint(call, recorder)),
        4 => (0_u8..3, recorder()).prop_map(|(call, recorder)| Step::Meddle(call, recorder)),
        3 => prop::option::of(0_u8..3).prop_map(Step::Declined),
        2 => Just(Step::Missed),
        3 => any::<bool>().prop_map(Step::TellCalls),
        10 => Just(Step::Serve),
        2 => limits().prop_map(|limits| Step::Decide(Box::new(limits))),
        14 => wait.prop_map(Step::Wait),
    ]
}

struct Command {
    id: RequestId,
    call: CallId,
    wanted: Wanted,
    sent_at: Moment,
    executed: u32,
    answered: bool,
    /// Whether it had no answer within the limit of its time.
    given_up: bool,
    /// Whether another call has begun since under the id of its call.
    of_earlier: bool,
}

struct ReadBack {
    id: RequestId,
    call: CallId,
    /// What the vendor saw when it looked.
    seen: Option<Recorder>,
    returned: bool,
}

/// A press for a pause.
#[derive(Clone, Copy)]
struct Press {
    at: Moment,
    /// When a resume had last been sent before it.
    resumed_at: Option<Moment>,
}

pub(crate) struct World {
    machine: Machine,
    limits: Limits,
    proof: ProofBy,
    now: Moment,
    /// Whether it has been asked for the calls and has not said.
    asked_for_calls: bool,
    /// Calls that have ended and not begun again.
    ended: BTreeSet<CallId>,
    /// What each recorder became, and when; before the first entry it was off.
    truth: BTreeMap<CallId, Vec<(Moment, Recorder)>>,
    commands: Vec<Command>,
    read_backs: Vec<ReadBack>,
    /// How the agent last asked for a pause of this call.
    pressed: BTreeMap<CallId, Press>,
    /// When a resume of it was last sent.
    resumed: BTreeMap<CallId, Moment>,
    /// When the agent was last reminded of it.
    reminded: BTreeMap<CallId, Moment>,
    pub(crate) reached: BTreeMap<String, u32>,
}

impl World {
    pub(crate) fn new(limits: Limits, kind: Kind) -> Self {
        Self {
            machine: Machine::new(limits.clone(), kind.proof)
                .insisting_on_resumes(kind.insists)
                .finding_calls(kind.finds),
            limits,
            proof: kind.proof,
            now: Moment::after_start(START),
            asked_for_calls: false,
            ended: BTreeSet::new(),
            truth: BTreeMap::new(),
            commands: Vec::new(),
            read_backs: Vec::new(),
            pressed: BTreeMap::new(),
            resumed: BTreeMap::new(),
            reminded: BTreeMap::new(),
            reached: BTreeMap::new(),
        }
    }

    pub(crate) fn display_of(&self, n: u8) -> String {
        let id = name(n);
        let calls = self.machine.calls();
        let call = calls.iter().find(|call| call.id == id);
        call.map_or_else(|| "gone".to_owned(), |call| first_word(&call.display))
    }

    /// From here on nothing that was sent before is carried out or answered any more.
    pub(crate) fn become_honest(&mut self) {
        self.commands.clear();
        self.read_backs.clear();
    }

    pub(crate) fn take(&mut self, step: &Step) {
        match step {
            Step::WantPause => self.feed(Input::AgentWants(Wanted::Paused)),
            Step::WantResume => self.feed(Input::AgentWants(Wanted::Recording)),
            Step::Toggle => self.feed(Input::Toggle),
            Step::Acknowledge => self.feed(Input::Acknowledge),
            Step::Extend => self.feed(Input::Extend),
            Step::PaymentStepBegins => self.feed(Input::PaymentStepBegins),
            Step::PaymentStepEnds => self.feed(Input::PaymentStepEnds),
            Step::CallStarted(n) => self.start_call(*n),
            Step::CallEnded(n) => {
                self.ended.insert(name(*n));
                self.feed(Input::CallEnded(name(*n)));
            }
            Step::StartedLeftPaused(n, seconds) => self.start_left_paused(*n, *seconds),
            Step::LinkUp => self.feed(Input::LinkUp),
            Step::LinkDown => self.feed(Input::LinkDown),
            Step::Execute(which) => self.execute(*which),
            Step::Answer(which, reply) => self.answer(*which, *reply),
            Step::Look(which) => self.look(*which),
            Step::Return(which, back) => self.hand_back(*which, *back),
            Step::Hint(n, recorder) => self.feed(Input::Hint {
                call: name(*n),
                recorder: *recorder,
            }),
            Step::Declined(n) => self.feed(Input::Declined { call: n.map(name) }),
            Step::Missed => self.feed(Input::Missed),
            Step::TellCalls(says) => self.tell_calls(*says),
            Step::Meddle(n, recorder) => self.set(&name(*n), *recorder),
            Step::Serve => self.serve(),
            Step::Decide(limits) => self.decide(limits),
            Step::Wait(ms) => {
                self.tick_for_ms(*ms);
            }
        }
    }

    /// An honest vendor serves at once, again and again, for this long.
    pub(crate) fn serve_for_ms(&mut self, ms: u64) {
        for _ in 0..ms / 50 {
            self.serve();
            self.tick_for_ms(50);
        }
        self.serve();
    }

    /// Lets time pass, coming back at each deadline as a driver must. Returns how often.
    pub(crate) fn tick_for_ms(&mut self, ms: u64) -> u32 {
        let until = self.now + Duration::from_millis(ms);
        let mut ticks = 0;
        while let Some(due) = self.machine.next_deadline().filter(|due| *due <= until) {
            // S8: each tick moves the deadline on.
            assert!(
                due > self.now,
                "the deadline {due:?} is not after {:?}",
                self.now
            );
            self.now = due;
            self.feed(Input::Tick);
            ticks += 1;
        }
        self.now = until;
        self.feed(Input::Tick);
        ticks
    }

    fn start_call(&mut self, n: u8) {
        let now = self.now;
        let call = name(n);
        self.truth
            .entry(call.clone())
            .or_insert_with(|| vec![(now, Recorder::Recording)]);
        if self.ended.remove(&call) {
            let earlier = self.commands.iter_mut();
            earlier
                .filter(|command| command.call == call)
                .for_each(|command| command.of_earlier = true);
        }
        self.feed(Input::CallStarted(call));
    }

    /// As the driver does it: the suspicion follows the beginning of a call that was not known.
    fn start_left_paused(&mut self, n: u8, seconds: u64) {
        let call = name(n);
        let is_known = self.machine.calls().iter().any(|known| known.id == call);
        self.start_call(n);
        if is_known {
            return;
        }
        let before = self.display_of(n);
        let since = Moment::after_start(START).back(Duration::from_secs(seconds));
        self.feed(Input::LeftPaused { call, since });
        // S11: it claims nothing. That it has lasted for too long may come of it.
        let after = self.display_of(n);
        assert!(
            after == before || after == "Resuming",
            "a suspicion made {after} of {before}"
        );
    }

    fn tell_calls(&mut self, says: bool) {
        let asked = std::mem::take(&mut self.asked_for_calls);
        if !says {
            self.feed(Input::CallsNotFound);
            return;
        }
        let sent = self.commands.len();
        if asked {
            self.start_call(1);
        }
        if self.commands.len() > sent {
            self.reach("a press that found its call");
        }
        self.feed(Input::CallsFound);
    }

    fn serve(&mut self) {
        for n in 0..self.commands.len() {
            if !self.commands[n].answered && self.commands[n].executed == 0 {
                let which = self.commands.len() - 1 - n;
                self.execute(which);
                self.answer(which, Reply::Accepted);
            }
        }
        for n in 0..self.read_backs.len() {
            if !self.read_backs[n].returned && self.read_backs[n].seen.is_none() {
                let which = self.read_backs.len() - 1 - n;
                self.look(which);
                self.hand_back(which, Back::Truth);
            }
        }
    }

    fn execute(&mut self, which: usize) {
        let Some(which) = newest_but(which, self.commands.len()) else {
            return;
        };
        let command = &mut self.commands[which];
        command.executed += 1;
        let (twice, late) = (command.executed > 1, command.answered);
        let call = command.call.clone();
        let recorder = match command.wanted {
            Wanted::Paused => Recorder::Paused,
            Wanted::Recording => Recorder::Recording,
        };
        if twice {
            self.reach("a command carried out twice");
        }
        if late {
            self.reach("a command carried out late");
        }
        self.set(&call, recorder);
    }

    fn answer(&mut self, which: usize, reply: Reply) {
        let Some(which) = newest_but(which, self.commands.len()) else {
            return;
        };
        let command = &mut self.commands[which];
        let id = command.id;
        let again = std::mem::replace(&mut command.answered, true);
        let forged = command.executed == 0 && matches!(reply, Reply::Accepted);
        // A vendor whose reply is proof tells the truth in it; any other may say anything.
        let recorder = match self.proof {
            ProofBy::Reply => self.recorder_now(&self.commands[which].call),
            ProofBy::ReadBack | ProofBy::Nothing => Recorder::Paused,
        };
        if forged {
            self.reach("a forged answer");
        }
        let answer = match reply {
            Reply::Confirmed => Answer::Confirmed(recorder),
            Reply::Accepted => Answer::Accepted,
            Reply::Refused => Answer::Refused,
            Reply::NotDone(ms) => Answer::NotDone {
                again_after: ms.map(Duration::from_millis),
            },
            Reply::Lost => Answer::Lost,
        };
        if again {
            self.feed_late(Input::Answered { id, answer });
        } else {
            self.feed(Input::Answered { id, answer });
        }
    }

    fn look(&mut self, which: usize) {
        let Some(which) = newest_but(which, self.read_backs.len()) else {
            return;
        };
        let seen = self.recorder_now(&self.read_backs[which].call);
        self.read_backs[which].seen.get_or_insert(seen);
    }

    fn hand_back(&mut self, which: usize, back: Back) {
        let Some(which) = newest_but(which, self.read_backs.len()) else {
            return;
        };
        let read_back = &mut self.read_backs[which];
        let id = read_back.id;
        let seen = match (back, read_back.seen) {
            (Back::Truth, Some(recorder)) => Seen::Recorder(recorder),
            // It has not been looked yet.
            (Back::Truth, None) => return,
            (Back::NoSuchCall, _) => Seen::NoSuchCall,
            (Back::Nothing, _) => Seen::Nothing,
        };
        if std::mem::replace(&mut read_back.returned, true) {
            self.feed_late(Input::ReadBack { id, seen });
        } else {
            self.feed(Input::ReadBack { id, seen });
        }
    }

    /// S3: what comes a second time changes nothing that is shown or sent, and is on record.
    fn feed_late(&mut self, input: Input) {
        self.feed(Input::Tick);
        let before = (self.machine.display(), self.machine.calls());
        self.machine.handle(input, self.now);
        let outputs: Vec<_> = std::iter::from_fn(|| self.machine.poll()).collect();
        assert!(
            matches!(outputs[..], [Output::Audit(AuditEvent::Late { .. })]),
            "a late answer led to {outputs:?}"
        );
        assert_eq!(before, (self.machine.display(), self.machine.calls()));
        self.reach("record Late");
    }

    /// S1 to S8 hold by the new limits at once.
    fn decide(&mut self, limits: &Limits) {
        let before = (self.machine.display(), self.reached.clone());
        self.limits = limits.clone();
        self.machine.set_limits(limits.clone(), self.now);
        self.drain();
        let rose = |what: &str| self.reached.get(what) > before.1.get(what);
        let brought = [
            ("limits that ended a pause", rose("record LongestPauseOver")),
            ("limits that brought a reminder", rose("record Reminder")),
            ("limits that failed a press", rose("record Failed")),
            (
                "limits that took PAUSED down",
                matches!(before.0, Display::Paused { .. })
                    && matches!(self.machine.display(), Display::Unknown(_)),
            ),
        ];
        for (what, _) in brought.iter().filter(|(_, so)| *so) {
            self.reach(what);
        }
    }

    fn feed(&mut self, input: Input) {
        self.machine.handle(input, self.now);
        self.drain();
    }

    fn drain(&mut self) {
        for command in &mut self.commands {
            command.given_up |= self.now >= command.sent_at + self.limits.answer_within;
        }
        let mut record_seen = false;
        while let Some(output) = self.machine.poll() {
            match output {
                Output::Command { id, call, wanted } => {
                    // S5: nothing on this side comes before what goes to the vendor.
                    assert!(!record_seen, "a record was handed out before a command");
                    self.note_command(id, call, wanted);
                }
                Output::ReadBack { id, call } => {
                    assert!(!record_seen, "a record was handed out before a read-back");
                    self.read_backs.push(ReadBack {
                        id,
                        call,
                        seen: None,
                        returned: false,
                    });
                }
                Output::FindCalls => {
                    assert!(!record_seen, "a record was handed out before a search");
                    self.asked_for_calls = true;
                }
                Output::Audit(event) => {
                    record_seen = true;
                    self.count(&event);
                }
                Output::Show(display) => {
                    record_seen = true;
                    assert_eq!(display, self.machine.display(), "shown and believed differ");
                }
            }
        }
        if let Some(due) = self.machine.next_deadline() {
            assert!(due > self.now, "S8: the deadline does not move on");
        }
        self.judge();
    }

    /// S3: at most one command of a call is out: answered, or given up after `answer_within`.
    fn note_command(&mut self, id: RequestId, call: CallId, wanted: Wanted) {
        let out = self.commands.iter().find(|command| {
            command.call == call && !command.answered && !command.of_earlier && !command.given_up
        });
        // A call that ended takes its command with it: the next one of that id is another call.
        assert!(out.is_none(), "two commands out at once");
        self.commands.push(Command {
            id,
            call,
            wanted,
            sent_at: self.now,
            executed: 0,
            answered: false,
            given_up: false,
            of_earlier: false,
        });
    }

    /// S1 and S2, call by call, and that the worst of them is what is shown.
    fn judge(&mut self) {
        let calls = self.machine.calls();
        let shown = self.machine.display();
        for call in &calls {
            match call.display {
                Display::Paused { since, resumes_at } => {
                    self.true_lately(&call.id, Recorder::Paused, self.limits.freshness);
                    self.comes_to_an_end(since, resumes_at);
                    self.is_reminded_of(&call.id, since);
                    if since < Moment::after_start(START) {
                        self.reach("a pause that an earlier run has left");
                    }
                }
                Display::Recording => {
                    self.true_lately(&call.id, Recorder::Recording, self.limits.calm_freshness)
                }
                Display::NotRecorded => {
                    self.true_lately(&call.id, Recorder::Off, self.limits.calm_freshness);
                }
                Display::NoCall
                | Display::Pausing
                | Display::PauseSent { .. }
                | Display::Resuming
                | Display::Failed(_)
                | Display::Unknown(_) => {}
            }
        }
        if matches!(shown, Display::Paused { .. }) {
            assert!(
                calls.iter().all(|call| matches!(
                    call.display,
                    Display::Paused { .. } | Display::NotRecorded
                )),
                "PAUSED is shown of {calls:?}"
            );
        }
        if self.proof == ProofBy::Nothing {
            assert!(
                !matches!(shown, Display::Paused { .. } | Display::Recording),
                "{shown:?} is claimed without any proof"
            );
        }
        self.count_display(&shown);
        if calls.len() > 1 {
            self.reach("two calls");
            let paused = calls
                .iter()
                .any(|call| matches!(call.display, Display::Paused { .. }));
            let busy = calls
                .iter()
                .any(|call| matches!(call.display, Display::Pausing | Display::Resuming));
            if paused && busy {
                self.reach("paused while a command of another call is out");
            }
        }
    }

    /// S4: a longest pause ends, however it is extended and held off; then it is asked for again
    /// and again.
    fn comes_to_an_end(&self, since: Moment, resumes_at: Option<Moment>) {
        let limits = &self.limits;
        let at_most = limits.longest_pause.map(|longest| {
            let granted = limits.extension * limits.extensions;
            let asked_again = self.now + limits.ask_again_after;
            asked_again.max(since + longest + granted + limits.payment_step)
        });
        assert_eq!(resumes_at.is_some(), at_most.is_some());
        assert!(
            resumes_at <= at_most,
            "a pause since {since:?} ends at {resumes_at:?}"
        );
    }

    /// S4: whoever asked for a pause that has lasted for the first step of the ladder has been
    /// reminded since, whatever had been told before.
    fn is_reminded_of(&mut self, call: &CallId, since: Moment) {
        let Some(press) = self.pressed.get(call).copied() else {
            return;
        };
        // Proven or not, what is paused after a resume is another pause.
        assert!(
            press.resumed_at.is_none_or(|resumed| since >= resumed),
            "{call} is paused since {since:?}, from before the resume at {:?}",
            press.resumed_at
        );
        let from = since.max(press.at);
        if self.now < from + self.limits.reminders[0] {
            return;
        }
        // A press while one is under way changes nothing, and is noted here all the same.
        let earliest = from.back(LONGEST_PRESS);
        let reminded = self.reminded.get(call).is_some_and(|at| *at >= earliest);
        assert!(
            reminded,
            "{call} is paused since {since:?}, asked for at {:?}, and not reminded of",
            press.at
        );
        if press.resumed_at.is_some() {
            self.reach("a pause that was reminded of after a resume");
        }
    }

    /// The recorder was so at some moment within `life`, and no command went out after it.
    fn true_lately(&self, call: &CallId, claimed: Recorder, life: Duration) {
        let newest_command = self
            .commands
            .iter()
            .filter(|command| &command.call == call)
            .map(|command| command.sent_at)
            .max()
            .unwrap_or_default();
        let from = newest_command.max(Moment::after_start(self.now.elapsed().saturating_sub(life)));
        let history = &self.truth[call];
        let held = history.iter().enumerate().any(|(n, (since, recorder))| {
            let until = history.get(n + 1).map_or(self.now, |(next, _)| *next);
            *recorder == claimed && until >= from && *since <= self.now
        });
        assert!(
            held,
            "{claimed:?} is shown of {call} at {:?}, and was not true since {from:?}: {history:?}",
            self.now
        );
    }

    fn set(&mut self, call: &CallId, recorder: Recorder) {
        let now = self.now;
        self.truth
            .entry(call.clone())
            .or_default()
            .push((now, recorder));
    }

    fn recorder_now(&self, call: &CallId) -> Recorder {
        self.truth
            .get(call)
            .and_then(|history| history.last())
            .map_or(Recorder::Off, |(_, recorder)| *recorder)
    }

    fn count_display(&mut self, shown: &Display) {
        self.reach(&format!("display {}", first_word(shown)));
        match shown {
            Display::Unknown(doubt) => self.reach(&format!("doubt {doubt:?}")),
            Display::Failed(failure) => self.reach(&format!("failure {:?}", failure.reason)),
            Display::NoCall
            | Display::NotRecorded
            | Display::Recording
            | Display::Pausing
            | Display::Paused { .. }
            | Display::PauseSent { .. }
            | Display::Resuming => {}
        }
    }

    fn count(&mut self, event: &AuditEvent) {
        self.reach(&format!("record {}", first_word(event)));
        if let AuditEvent::CallEnded {
            left_paused: true, ..
        } = event
        {
            self.reach("record left paused");
        }
        if let AuditEvent::Sent { attempt: 2, .. } = event {
            self.reach("record second attempt");
        }
        self.note_what_is_told(event);
    }

    fn note_what_is_told(&mut self, event: &AuditEvent) {
        if let AuditEvent::CallStarted(call) = event {
            self.pressed.remove(call);
            self.resumed.remove(call);
        }
        if let AuditEvent::Sent {
            call,
            wanted: Wanted::Recording,
            ..
        } = event
        {
            self.resumed.insert(call.clone(), self.now);
        }
        if let AuditEvent::Reminder { call, .. } = event {
            self.reminded.insert(call.clone(), self.now);
        }
        let asks_for_a_pause = matches!(
            event,
            AuditEvent::Asked {
                wanted: Wanted::Paused,
                ..
            }
        );
        if asks_for_a_pause {
            for call in self.machine.calls() {
                if call.display == Display::Pausing {
                    let (at, resumed_at) = (self.now, self.resumed.get(&call.id).copied());
                    self.pressed.insert(call.id, Press { at, resumed_at });
                }
            }
        }
    }

    fn reach(&mut self, what: &str) {
        *self.reached.entry(what.to_owned()).or_default() += 1;
    }
}

/// Counts from the newest: 0 is the last of `len`.
fn newest_but(n: usize, len: usize) -> Option<usize> {
    n.checked_rem(len).map(|n| len - 1 - n)
}

/// The name of an enum's variant.
fn first_word(value: &impl std::fmt::Debug) -> String {
    let debug = format!("{value:?}");
    debug
        .split([' ', '('])
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn name(n: u8) -> CallId {
    CallId::new(format!("call-{n}"))
}
