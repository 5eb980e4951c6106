//! A vendor that does as it is told, for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use pause::{CallId, ProofBy, Recorder, Wanted};
use secrecy::ExposeSecret;
use tokio::sync::mpsc;
use tokio::time::sleep;
use vendors::{
    Accepted, Account, CallsBy, Capabilities, Control, Credentials, Events, Field, FieldKind,
    FieldProblem, Kind, Operation, PauseBy, PauseScope, Place, Reach, Values, Vendor, VendorEntry,
    VendorError, VendorEvent,
};

pub(crate) const VENDORS: &[VendorEntry] = &[VendorEntry {
    name: "scripted",
    title: "Scripted",
    fields: &[Field {
        key: "script",
        label: "Script",
        about: "Which script.",
        kind: FieldKind::Digits,
        default: None,
        example: "0",
        place: Place::SignIn,
    }],
    agent_field: "script",
    reach: Reach::Agent,
    open,
}];

/// What the vendor does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Then {
    /// Does it and says so, after this long.
    Obeys(Duration),
    /// Says so, and does nothing.
    Pretends,
    /// Says no.
    Says(Kind),
    /// Says no, after this long.
    SaysAfter(Duration, Kind),
    /// Says nothing, ever.
    Hangs,
    /// Sends signs of life as fast as they can be read, and never says anything.
    Babbles,
}

/// A script: the vendor's truth, what it does, and what has been asked of it.
pub(crate) struct Script {
    pub(crate) number: usize,
    state: Mutex<State>,
}

pub(crate) struct State {
    pub(crate) proof: ProofBy,
    pub(crate) pauses: PauseScope,
    pub(crate) calls_by: CallsBy,
    pub(crate) pauses_by: PauseBy,
    pub(crate) hints: bool,
    pub(crate) recorder: Recorder,
    pub(crate) calls: Vec<CallId>,
    pub(crate) secret: &'static str,
    pub(crate) on_sign_in: Then,
    pub(crate) on_command: Then,
    pub(crate) on_read: Then,
    pub(crate) on_calls: Then,
    pub(crate) on_listen: Then,
    /// Whether a channel that is open brings signs of life without end, and nothing else.
    pub(crate) babbles: bool,
    pub(crate) commands: Vec<Wanted>,
    pub(crate) sign_ins: usize,
    pub(crate) sign_outs: usize,
    pub(crate) reads: usize,
    pub(crate) listens: usize,
    /// How often it was asked for calls, and how many of these requests are out.
    pub(crate) calls_asked: usize,
    pub(crate) calls_out: usize,
    pub(crate) most_calls_out: usize,
    /// Sessions up to this one are over.
    pub(crate) over: usize,
    /// Each request as it arrived: what, and of which call.
    pub(crate) log: Vec<(Operation, CallId)>,
    /// The channel of each session.
    events: BTreeMap<usize, mpsc::UnboundedSender<Result<VendorEvent, VendorError>>>,
}

static SCRIPTS: LazyLock<Mutex<BTreeMap<usize, Arc<Script>>>> = LazyLock::new(Mutex::default);

impl Script {
    /// A vendor that proves by read-back and obeys at once.
    pub(crate) fn new(change: impl FnOnce(&mut State)) -> Arc<Self> {
        let at_once = Then::Obeys(Duration::ZERO);
        let mut state = State {
            proof: ProofBy::ReadBack,
            pauses: PauseScope::Call,
            calls_by: CallsBy::Told,
            pauses_by: PauseBy::Pausing,
            hints: false,
            recorder: Recorder::Recording,
            calls: Vec::new(),
            secret: "canary",
            on_sign_in: at_once.clone(),
            on_command: at_once.clone(),
            on_read: at_once.clone(),
            on_calls: at_once.clone(),
            on_listen: at_once,
            babbles: false,
            commands: Vec::new(),
            sign_ins: 0,
            sign_outs: 0,
            reads: 0,
            listens: 0,
            calls_asked: 0,
            calls_out: 0,
            most_calls_out: 0,
            over: 0,
            log: Vec::new(),
            events: BTreeMap::new(),
        };
        change(&mut state);
        let mut scripts = SCRIPTS.lock().unwrap();
        let number = scripts.len() + 1;
        let state = Mutex::new(state);
        let script = Arc::new(Self { number, state });
        scripts.insert(number, Arc::clone(&script));
        script
    }

    /// Looks at the script or changes it.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap())
    }

    /// The vendor stops telling, without saying why.
    pub(crate) fn falls_silent(&self) {
        self.with(|state| state.events.clear());
    }

    /// Every session that there is ends, and nobody is told.
    pub(crate) fn forgets_sessions(&self) {
        self.with(|state| state.over = state.sign_ins);
    }

    /// The vendor says something unasked.
    pub(crate) fn says(&self, event: Result<VendorEvent, Kind>) {
        let event = event.map_err(|kind| error(Operation::Events, kind));
        self.with(|state| {
            let (_, newest) = state.events.last_key_value().unwrap();
            newest.send(event).unwrap();
        });
    }
}

fn error(operation: Operation, kind: Kind) -> VendorError {
    VendorError {
        vendor: "scripted",
        operation,
        kind,
        source: None,
    }
}

fn open(values: &Values) -> Result<Box<dyn Vendor>, Vec<FieldProblem>> {
    let number: usize = values.text("script").parse().unwrap();
    // The example in the form is no script; nothing but its secret's name is asked of it.
    let script = SCRIPTS.lock().unwrap().get(&number).cloned();
    Ok(Box::new(ScriptedVendor(
        script.unwrap_or_else(|| Script::new(|_| ())),
    )))
}

struct ScriptedVendor(Arc<Script>);

struct ScriptedControl {
    script: Arc<Script>,
    session: usize,
}

#[async_trait]
impl Vendor for ScriptedVendor {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn capabilities(&self) -> Capabilities {
        self.0.with(|state| Capabilities {
            proof: state.proof,
            calls: state.calls_by,
            resumes_itself_after: None,
            pauses: state.pauses,
            pauses_by: state.pauses_by,
            screen: false,
            hints: state.hints,
        })
    }

    fn account(&self) -> Account {
        Account {
            base_url: "https://scripted.example".to_owned(),
            agent: format!("extension {}", self.0.number),
        }
    }

    fn secret(&self) -> Option<&'static str> {
        Some("pass phrase")
    }

    async fn sign_in(
        &self,
        _http: &reqwest::Client,
        credentials: &Credentials,
    ) -> Result<Box<dyn Control>, VendorError> {
        let (then, right, session) = self.0.with(|state| {
            state.sign_ins += 1;
            let secret = credentials.secret.as_ref().unwrap().expose_secret();
            let right = secret == state.secret;
            (state.on_sign_in.clone(), right, state.sign_ins)
        });
        carried_out(Operation::SignIn, then, || ()).await?;
        if !right {
            return Err(error(Operation::SignIn, Kind::SignInRejected));
        }
        let script = Arc::clone(&self.0);
        Ok(Box::new(ScriptedControl { script, session }))
    }
}

#[async_trait]
impl Control for ScriptedControl {
    async fn command(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, VendorError> {
        let script = &self.script;
        let (then, proof) = script.with(|state| {
            state.commands.push(wanted);
            state.log.push((Operation::Pause, call.clone()));
            (state.on_command.clone(), state.proof)
        });
        self.goes_on(Operation::Pause)?;
        let recorder = match wanted {
            Wanted::Paused => Recorder::Paused,
            Wanted::Recording => Recorder::Recording,
        };
        carried_out(Operation::Pause, then, || {
            script.with(|state| state.recorder = recorder);
        })
        .await?;
        Ok(match proof {
            ProofBy::Reply => Accepted::Confirmed(recorder),
            ProofBy::ReadBack | ProofBy::Nothing => Accepted::Unproven,
        })
    }

    async fn recorder(&self, call: &CallId) -> Result<Recorder, VendorError> {
        let (then, recorder) = self.script.with(|state| {
            state.reads += 1;
            state.log.push((Operation::ReadBack, call.clone()));
            (state.on_read.clone(), state.recorder)
        });
        self.goes_on(Operation::ReadBack)?;
        carried_out(Operation::ReadBack, then, || ()).await?;
        Ok(recorder)
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        let then = self.script.with(|state| {
            state.calls_asked += 1;
            state.calls_out += 1;
            state.most_calls_out = state.most_calls_out.max(state.calls_out);
            state.on_calls.clone()
        });
        let _out = CallsOut(&self.script);
        self.goes_on(Operation::Calls)?;
        let mut calls = Vec::new();
        carried_out(Operation::Calls, then, || {
            calls = self.script.with(|state| state.calls.clone());
        })
        .await?;
        Ok(calls)
    }

    async fn listen(&self) -> Result<Events, VendorError> {
        let then = self.script.with(|state| {
            state.listens += 1;
            state.on_listen.clone()
        });
        carried_out(Operation::Events, then, || ()).await?;
        let (send, events) = mpsc::unbounded_channel();
        let session = self.session;
        self.script.with(|state| state.events.insert(session, send));
        if self.script.with(|state| state.babbles) {
            return Ok(stream::once(babble()).boxed());
        }
        let events = stream::unfold(events, |mut events| async move {
            Some((events.recv().await?, events))
        });
        Ok(events.boxed())
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        self.script.with(|state| state.sign_outs += 1);
        Ok(())
    }
}

impl ScriptedControl {
    fn goes_on(&self, operation: Operation) -> Result<(), VendorError> {
        let over = self.script.with(|state| self.session <= state.over);
        if over {
            return Err(error(operation, Kind::SessionEnded));
        }
        Ok(())
    }
}

/// Counts a request for calls as out until it is answered or given up.
struct CallsOut<'a>(&'a Script);

impl Drop for CallsOut<'_> {
    fn drop(&mut self) {
        self.0.with(|state| state.calls_out -= 1);
    }
}

/// What reading a socket is that from some time on always holds more.
async fn babble<T>() -> T {
    sleep(Duration::from_secs(1)).await;
    loop {
        tokio::task::consume_budget().await;
    }
}

/// What is done is done at once; what takes long is to say so.
async fn carried_out(
    operation: Operation,
    then: Then,
    act: impl FnOnce(),
) -> Result<(), VendorError> {
    match then {
        Then::Obeys(after) => {
            act();
            sleep(after).await;
            Ok(())
        }
        Then::Pretends => Ok(()),
        Then::Says(kind) => Err(error(operation, kind)),
        Then::SaysAfter(after, kind) => {
            sleep(after).await;
            Err(error(operation, kind))
        }
        Then::Hangs => std::future::pending().await,
        Then::Babbles => babble().await,
    }
}
