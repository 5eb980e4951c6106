//! The loop: what happens goes into the machine, and what it wants is carried out.

use std::collections::VecDeque;
use std::future::pending;
use std::iter;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use audit::Entry;
use pause::{
    Answer, AuditEvent, Display, Doubt, Input, Limits, Machine, Moment, Output, ProofBy, Seen,
    Wanted,
};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinHandle;
use tracing::info;
use vendors::{VENDORS, VendorEntry};

use crate::account::Account;
use crate::admin_event::AdminEvent;
use crate::asking::Pace;
use crate::clock::Clock;
use crate::handle::Handle;
use crate::http::{self, MakeClient};
use crate::in_force::{Decided, FindExtension, InForce, extension_of_this_user};
use crate::link::LinkEvent;
use crate::on_record::OnRecord;
use crate::open_pauses::OpenPauses;
use crate::out::{Done, Out};
use crate::present::{self, Facts};
use crate::problems::{Problems, Source};
use crate::publisher::{Publisher, Surroundings};
use crate::records;
use crate::secrets::SecretStore;
use crate::settings::{Settings, VendorSettings};
use crate::sign_in::Preparation;
use crate::view::{
    HotkeyView, PolicyView, Problem, Request, SignIn, SignInOutcome, SupportView, VendorForm, View,
};
use crate::words::{self, Cause};
use enrolling::Enrolment;

mod decided;
mod desk;
mod ending;
mod enrolling;
mod left;
mod requests;
#[cfg(test)]
mod scripted;
mod support;
#[cfg(test)]
mod tests;
mod vendor;

/// How many notices and changes may wait for a slow listener before it misses some.
const BACKLOG: usize = 256;

/// How often the organisation's decisions are read again: a change is in force within a minute.
const POLICY_EVERY: Duration = Duration::from_secs(15);

pub use ending::ENDED_WITHIN;

/// What a controller starts with.
pub struct Setup {
    /// What this user's settings say.
    pub settings: Settings,
    /// The file that a sign-in is written to.
    pub settings_path: PathBuf,
    /// Where the organisation's decisions are read.
    pub policy: policy::Sources,
    /// How often they are read again.
    pub policy_every: Duration,
    /// How they lead to the agent's extension.
    pub find_extension: FindExtension,
    /// The vendors there are.
    pub vendors: &'static [VendorEntry],
    /// Where the secret is kept.
    pub secrets: Arc<dyn SecretStore>,
    /// Where the audit log is written; without a directory nothing is put on record.
    pub audit: Option<PathBuf>,
    /// Where the key is kept that reports of the audit log are signed with; without a place none
    /// is made.
    pub report_keys: Option<Arc<dyn SecretStore>>,
    /// The file that open pauses are noted in, so that the next start knows of them after a crash;
    /// without one nothing is noted.
    pub pause_note: Option<PathBuf>,
    /// What time it is.
    pub clock: Clock,
    /// Makes the HTTP client of each session, and of what the audit log is forwarded by.
    pub http: MakeClient,
    /// What is wrong already: the settings file, the place for our files. Shown until the
    /// agent has signed in anew.
    pub problems: Vec<Problem>,
}

impl Setup {
    /// What holds for this user.
    fn in_force(&self, decided: &Decided) -> InForce {
        InForce::of(self.vendors, &self.settings_path, &self.settings, decided)
    }

    /// The usual: every vendor, and this computer's clock.
    pub fn new(settings: Settings, settings_path: PathBuf, secrets: Arc<dyn SecretStore>) -> Self {
        Self {
            settings,
            settings_path,
            policy: policy::Sources::of_this_computer(),
            policy_every: POLICY_EVERY,
            find_extension: extension_of_this_user,
            vendors: VENDORS,
            secrets,
            audit: None,
            report_keys: None,
            pause_note: None,
            clock: Clock::system(),
            http: http::client,
            problems: Vec::new(),
        }
    }
}

/// Starts a controller. It runs until it is asked to stop or nobody holds its handle.
///
/// # Panics
/// Outside a tokio runtime.
pub fn start(setup: Setup) -> (Handle, JoinHandle<()>) {
    let (send, requests) = mpsc::unbounded_channel();
    let (notices, _) = broadcast::channel(BACKLOG);
    let (changes, _) = broadcast::channel(BACKLOG);
    let decided = Decided::read(&setup.policy, None, setup.find_extension);
    let in_force = Arc::new(setup.in_force(&decided));
    let machine = Machine::new(for_machine(&in_force.limits), ProofBy::Nothing);
    let now = setup.clock.now();
    let forms = present::forms(setup.vendors, &setup.settings, &in_force);
    let (views, newest) = watch::channel(Arc::new(first_view(&in_force, &forms, &machine, now)));
    let pause_note = setup.pause_note.clone();
    let open_pauses = OpenPauses::start(pause_note, setup.clock, send.downgrade());
    let on_record = OnRecord::start(&setup, send.downgrade());
    let (tell_in_force, told_in_force) = watch::channel(Arc::clone(&in_force));
    let (tell_leaves_paused, leaves_paused) = watch::channel(false);
    let handle = Handle {
        requests: send,
        views: newest,
        in_force: told_in_force,
        leaves_paused,
        notices: notices.clone(),
        changes: changes.clone(),
    };
    let mut driver = Driver {
        publisher: Publisher::new(views, notices, changes, machine.display(), now),
        out: Out::new(in_force.limits.answer_within),
        machine,
        account: None,
        problems: Problems::default(),
        hotkeys: Vec::new(),
        forms,
        outcome: SignInOutcome::None,
        enrolling: None,
        preparing: None,
        signing_in: false,
        next_sign_in: None,
        support: support::Support::default(),
        on_record,
        open_pauses,
        has_told_what_was_left: false,
        pausing_until: None,
        requests,
        now,
        watch: decided::Watch::new(now + setup.policy_every),
        decided,
        in_force,
        taken_on: None,
        tell_in_force,
        tell_leaves_paused,
        ends_by: None,
        setup,
    };
    driver.begin();
    (handle, tokio::spawn(driver.run()))
}

/// How much earlier than a view dies the machine takes its claim down.
///
/// Both would be due at the same moment, and a view that dies of old age says that the engine is
/// silent, when it is the vendor.
const BEFORE_THE_VIEW_DIES: Duration = Duration::from_millis(250);

/// The limits that the machine keeps to.
fn for_machine(limits: &Limits) -> Limits {
    Limits {
        freshness: limits.freshness.saturating_sub(BEFORE_THE_VIEW_DIES),
        calm_freshness: limits.calm_freshness.saturating_sub(BEFORE_THE_VIEW_DIES),
        ..limits.clone()
    }
}

/// Who does something so much later than it was due was not awake in between.
const AWAKE: Duration = Duration::from_secs(3);

struct Driver {
    setup: Setup,
    /// What the organisation has decided.
    decided: Decided,
    watch: decided::Watch,
    /// What holds because of that and of the user's settings.
    in_force: Arc<InForce>,
    /// What the account was set up with. Another one may have been decided on since.
    taken_on: Option<VendorSettings>,
    tell_in_force: watch::Sender<Arc<InForce>>,
    tell_leaves_paused: watch::Sender<bool>,
    /// When the engine ends, though a resume that was asked for as it should end is not proven.
    ends_by: Option<Moment>,
    requests: mpsc::UnboundedReceiver<Request>,
    machine: Machine,
    /// The vendor and what belongs to it; `None` before the first sign-in.
    account: Option<Account>,
    out: Out,
    problems: Problems,
    publisher: Publisher,
    hotkeys: Vec<HotkeyView>,
    forms: Vec<VendorForm>,
    outcome: SignInOutcome,
    /// A secret that is being taken over from the enrolment file.
    enrolling: Option<JoinHandle<Enrolment>>,
    /// A sign-in that is being checked and kept.
    preparing: Option<JoinHandle<Preparation>>,
    /// Whether what comes of signing in is the outcome of what the agent typed.
    signing_in: bool,
    /// The newest one that was asked for meanwhile.
    next_sign_in: Option<SignIn>,
    support: support::Support,
    on_record: OnRecord,
    open_pauses: OpenPauses,
    has_told_what_was_left: bool,
    /// For how long PAUSING may go on, while it is shown.
    pausing_until: Option<Moment>,
    /// The moment of what is being handled.
    now: Moment,
}

enum Event {
    Asked(Option<Request>),
    Done(Done),
    Link(LinkEvent),
    Enrolled(Enrolment),
    Prepared(Preparation),
    Decided(Option<Box<Decided>>),
    Time,
}

enum Next {
    GoOn(Cause),
    Stop,
}

impl Driver {
    async fn run(mut self) {
        loop {
            let due = self.due();
            // The agent first: nothing that a vendor says delays a pause.
            let event = tokio::select! {
                biased;
                request = self.requests.recv() => Event::Asked(request),
                done = self.out.next() => Event::Done(done),
                event = next_of_link(&mut self.account) => Event::Link(event),
                enrolled = enrolling::next(&mut self.enrolling) => Event::Enrolled(enrolled),
                prepared = next_prepared(&mut self.preparing) => Event::Prepared(prepared),
                decided = self.watch.next() => Event::Decided(decided),
                () = self.setup.clock.sleep_until(due) => Event::Time,
            };
            let before = self.now;
            self.now = self.setup.clock.now();
            if due.is_some_and(|due| self.now > due.max(before) + AWAKE) {
                self.has_slept_since(before);
            }
            let next = match event {
                Event::Asked(None) => Next::Stop,
                Event::Asked(Some(request)) => self.asked(request),
                Event::Done(done) => Next::GoOn(self.done(done)),
                Event::Link(event) => Next::GoOn(self.linked(event)),
                Event::Enrolled(result) => Next::GoOn(self.enrolled(result)),
                Event::Prepared(result) => Next::GoOn(self.prepared(result)),
                Event::Decided(decided) => Next::GoOn(self.decided(decided)),
                Event::Time => Next::GoOn(Cause::Time),
            };
            match next {
                Next::GoOn(cause) => {
                    self.look_around();
                    self.publish(cause);
                    if self.has_come_to_its_end() {
                        break;
                    }
                }
                Next::Stop => break,
            }
        }
        self.say_what_is_left_paused();
        self.put_on_record(audit::Event::Stopped, |stopped| stopped);
        let signing_out = self.account.as_ref().map(Account::sign_out);
        let sign_out = async {
            if let Some(signing_out) = signing_out {
                signing_out.await;
            }
        };
        let noted = self.open_pauses.finish();
        tokio::join!(sign_out, self.on_record.finish(), noted);
        AdminEvent::Stopped.tell(concat!(
            "Fermata ",
            env!("CARGO_PKG_VERSION"),
            " has stopped"
        ));
    }

    /// What is to be done before anything happens.
    fn begin(&mut self) {
        // Before the first record, with which old files go.
        self.on_record.keep_to(&self.in_force.view);
        self.put_on_record(audit::Event::Started, |started| started);
        self.say_what_was_left();
        for (place, problem) in std::mem::take(&mut self.setup.problems)
            .into_iter()
            .enumerate()
        {
            self.raise(Source::Start(place), (problem, Duration::ZERO));
        }
        self.raise_what_is_written();
        self.note_policy(&PolicyView::default());
        match self.in_force.vendor.clone() {
            Some(chosen) => self.enrol(Arc::from(chosen.open())),
            None => self.raise(Source::Link, (words::not_signed_in(), Duration::ZERO)),
        }
        AdminEvent::Started.tell(concat!(
            "Fermata ",
            env!("CARGO_PKG_VERSION"),
            " has started"
        ));
        self.publish(Cause::Start);
    }

    /// When something is due, whatever else happens.
    fn due(&self) -> Option<Moment> {
        let account = self.account.as_ref();
        let limits = &self.in_force.limits;
        [
            Some(self.publisher.next_deadline(self.now)),
            self.machine.next_deadline(),
            self.problems.next_deadline(self.now),
            self.support.next_deadline(self.now),
            self.watch.next_deadline(),
            self.ends_by,
            self.pausing_until.filter(|until| self.now < *until),
            account.and_then(|account| account.next_deadline(limits, self.now)),
            account.and_then(|account| account.doubts_at(self.machine.display(), limits, self.now)),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Gives the machine an input and carries out what it wants, until it wants nothing more.
    fn feed(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.machine.handle(input, self.now);
            let mut outputs: Vec<Output> = iter::from_fn(|| self.machine.poll()).collect();
            outputs.sort_by_key(precedence);
            inputs.extend(
                outputs
                    .into_iter()
                    .filter_map(|output| self.carry_out(output)),
            );
        }
    }

    /// Hands an output on. Nothing here waits; what can be said at once comes back.
    fn carry_out(&mut self, output: Output) -> Option<Input> {
        let asker = self.account.as_ref().and_then(Account::asker);
        match (output, asker) {
            (Output::Command { id, call, wanted }, Some(asker)) => {
                self.out.command(asker, id, call.clone(), wanted);
                if let (Wanted::Paused, Some(account)) = (wanted, &self.account) {
                    self.open_pauses.sent(&account.who, &call);
                }
                None
            }
            (Output::Command { id, .. }, None) => {
                let answer = Answer::NotDone { again_after: None };
                Some(Input::Answered { id, answer })
            }
            (Output::ReadBack { id, call }, Some(asker))
                if self.out.held_until(self.now).is_none() =>
            {
                self.out.read_back(asker, id, call);
                None
            }
            (Output::ReadBack { id, .. }, _) => {
                let seen = Seen::Nothing;
                Some(Input::ReadBack { id, seen })
            }
            (Output::FindCalls, _) => {
                if let Some(account) = &mut self.account {
                    account.asking.press();
                }
                self.ask_for_calls();
                None
            }
            (Output::Audit(event), _) => {
                self.record(&event);
                let AuditEvent::CallStarted(call) = event else {
                    return None;
                };
                self.suspicion(&call)
            }
            // What is shown is taken from the machine after each event.
            (Output::Show(_), _) => None,
        }
    }

    fn record(&mut self, event: &AuditEvent) {
        let who = self.account.as_ref().map(|account| &account.who);
        records::record(event, who);
        self.on_record.put(event, who);
        if let AuditEvent::CallEnded { call, .. } = event {
            self.problems.solve(&Source::Call(call.clone()));
        }
        if let Some(notice) = records::notice(event, who) {
            if let Some(watched) = records::for_administrators(event, &self.in_force.limits) {
                watched.tell(&format!("{}. {}", notice.title, notice.body));
            }
            self.publisher.tell(notice);
        }
        if let AuditEvent::CallEnded {
            call,
            left_paused: false,
        } = event
        {
            self.call_is_over(call);
        }
    }

    /// The computer has slept, or has held this program up. The system need not say so.
    fn has_slept_since(&mut self, since: Moment) {
        let slept_ms = self.now.since(since).as_millis();
        info!(slept_ms, "nothing was heard for a while");
        if let Some(account) = &mut self.account {
            account.asking.slept(since, self.now);
        }
    }

    /// Looks after what only time brings about.
    fn look_around(&mut self) {
        self.feed(Input::Tick);
        self.tell_whether_it_leaves_paused();
        self.look_after_open_pauses();
        self.read_decisions();
        self.follow_account();
        let calls = self.machine.calls();
        let asked = |account: &Account| account.asking.goes_on(account.link.is_deaf());
        if calls.is_empty() && !self.account.as_ref().is_some_and(asked) {
            // Nothing is asked any longer that could show that it is solved.
            self.problems.solve(&Source::Requests);
        }
        let display = self.display();
        if let Some(account) = &mut self.account {
            match display {
                Display::Unknown(Doubt::Stale) => account.silent(self.now),
                Display::NoCall => account.forget_silence(),
                // Neither a doubt of another kind nor a failure means that it is heard again.
                Display::Unknown(_)
                | Display::NotRecorded
                | Display::Recording
                | Display::Pausing
                | Display::Paused { .. }
                | Display::PauseSent { .. }
                | Display::Resuming
                | Display::Failed(_) => {}
            }
            if let Some(news) = account.news(self.now) {
                self.publisher.tell(words::link(news, &account.who));
            }
            account.asking.keep(Pace::of(&calls));
            if let Some(over) = account.book.look(&calls, self.now) {
                self.feed(over);
            }
        }
        self.ask_for_calls();
        if self.publisher.screen_is_behind(self.now) {
            let problem = words::screen_not_drawing();
            if !self.problems.has(&Source::Screen) {
                self.publisher.tell(words::not_drawing());
            }
            self.raise(Source::Screen, (problem, Duration::ZERO));
        } else {
            self.problems.solve(&Source::Screen);
        }
    }

    /// Asks the vendor for the agent's calls, if that is due.
    fn ask_for_calls(&mut self) {
        let Some(account) = &mut self.account else {
            return;
        };
        let limits = &self.in_force.limits;
        let due = account.asks_at(limits, self.now);
        if due.is_none_or(|at| self.now < at) {
            return;
        }
        let Some(asker) = account.asker() else {
            return;
        };
        match self.out.held_until(self.now) {
            Some(until) if !account.asking.is_pressed() => account.asking.wait_until(until),
            Some(_) | None => {
                account.asking.asked(self.now);
                account.book.asked();
                self.out.calls(asker);
            }
        }
    }

    /// What is shown. The machine knows no call that it was not told of; that there is none, or
    /// no other one, is shown only while somebody would tell.
    fn display(&self) -> Display {
        let display = self.machine.display();
        let limits = &self.in_force.limits;
        let Some(account) = &self.account else {
            return display;
        };
        // Otherwise a pause could come up, or a doubt, only to go again when the answer comes.
        let is_pausing = self.pausing_until.is_some_and(|until| self.now < until);
        if is_pausing && is_a_pause(display) && account.awaits_calls(display, limits) {
            return Display::Pausing;
        }
        let doubt = account.doubts(display, limits, self.now);
        doubt.map_or(display, Display::Unknown)
    }

    fn publish(&mut self, cause: Cause) {
        let account = self.account.as_ref();
        let display = self.display();
        self.pausing_until = (display == Display::Pausing).then(|| {
            let until = self.now + self.in_force.limits.settle_within;
            self.pausing_until.unwrap_or(until)
        });
        let view = present::view(
            &Facts {
                display,
                calls: self.machine.calls(),
                extensions_left: self.machine.extensions_left(),
                payment_step: self.machine.is_in_payment_step(),
                who: account.map(|account| &account.who),
                doubted_at: account.and_then(|account| {
                    account.doubts_at(display, &self.in_force.limits, self.now)
                }),
                link_up: account.is_some_and(|account| account.link.is_up()),
                can_ask: account.is_some_and(|account| !account.link.is_off()),
                press_needs_no_call: account
                    .is_some_and(|account| account.book.implies_calls() || account.finds_calls()),
                problems: self.problems.visible(self.now),
                hotkeys: &self.hotkeys,
                forms: &self.forms,
                outcome: &self.outcome,
                in_force: &self.in_force,
                support: self.support.view(self.now),
            },
            self.now,
        );
        let surroundings = Surroundings {
            limits: &self.in_force.limits,
            who: account.map(|account| &account.who),
            clock: &self.setup.clock,
        };
        self.publisher
            .publish(view, display, cause, surroundings, self.now);
    }

    /// Puts something on record that the machine does not say.
    fn put_on_record(&self, event: audit::Event, finish: impl FnOnce(Entry) -> Entry) {
        let who = self.account.as_ref().map(|account| &account.who);
        self.on_record.say(event, who, finish);
    }

    fn raise(&mut self, source: Source, (problem, wait): (Problem, Duration)) {
        self.problems.raise(source, problem, wait, self.now);
    }
}

fn is_a_pause(display: Display) -> bool {
    matches!(display, Display::Paused { .. } | Display::PauseSent { .. })
}

/// Pauses before resumes before searches before read-backs; of one call everything stays in order, because
/// the machine never asks for two things of one call at once.
fn precedence(output: &Output) -> u8 {
    match output {
        Output::Command { wanted, .. } => match wanted {
            Wanted::Paused => 0,
            Wanted::Recording => 1,
        },
        Output::FindCalls => 2,
        Output::ReadBack { .. } => 3,
        Output::Audit(_) | Output::Show(_) => 4,
    }
}

async fn next_of_link(account: &mut Option<Account>) -> LinkEvent {
    match account {
        Some(account) => account.link.next().await,
        None => pending().await,
    }
}

async fn next_prepared(preparing: &mut Option<JoinHandle<Preparation>>) -> Preparation {
    match preparing {
        Some(task) => task
            .await
            .unwrap_or_else(|_| Err(vec![words::sign_in_crashed()])),
        None => pending().await,
    }
}

/// What is shown before anything has happened.
fn first_view(in_force: &InForce, forms: &[VendorForm], machine: &Machine, now: Moment) -> View {
    present::view(
        &Facts {
            display: machine.display(),
            calls: Vec::new(),
            extensions_left: 0,
            payment_step: false,
            who: None,
            doubted_at: None,
            link_up: false,
            can_ask: false,
            press_needs_no_call: false,
            problems: Vec::new(),
            hotkeys: &[],
            forms,
            outcome: &SignInOutcome::None,
            in_force,
            support: SupportView::default(),
        },
        now,
    )
}
