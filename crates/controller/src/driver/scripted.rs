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
    Accepted, Account, CallsBy, Capabilities, Control, Credentials, Field, FieldKind, FieldProblem,
    Kind, Operation, PauseBy, PauseScope, Place, Session, Values, Vendor, VendorEntry, VendorError,
    VendorEvent,
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
    pub(crate) recorder: Recorder,
    pub(crate) calls: Vec<CallId>,
    pub(crate) secret: &'static str,
    pub(crate) on_sign_in: Then,
    pub(crate) on_command: Then,
    pub(crate) on_read: Then,
    pub(crate) commands: Vec<Wanted>,
    pub(crate) sign_ins: usize,
    pub(crate) sign_outs: usize,
    pub(crate) reads: usize,
    /// Each request as it arrived: what, and of which call.
    pub(crate) log: Vec<(Operation, CallId)>,
    events: Option<mpsc::UnboundedSender<Result<VendorEvent, VendorError>>>,
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
            recorder: Recorder::Recording,
            calls: Vec::new(),
            secret: "canary",
            on_sign_in: at_once.clone(),
            on_command: at_once.clone(),
            on_read: at_once,
            commands: Vec::new(),
            sign_ins: 0,
            sign_outs: 0,
            reads: 0,
            log: Vec::new(),
            events: None,
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

    /// The vendor says something unasked.
    pub(crate) fn says(&self, event: Result<VendorEvent, Kind>) {
        let event = event.map_err(|kind| error(Operation::Events, kind));
        self.with(|state| state.events.as_ref().unwrap().send(event).unwrap());
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

struct ScriptedControl(Arc<Script>);

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
            pauses_by: PauseBy::Pausing,
            screen: false,
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
    ) -> Result<Session, VendorError> {
        let (then, right) = self.0.with(|state| {
            state.sign_ins += 1;
            let secret = credentials.secret.as_ref().unwrap().expose_secret();
            (state.on_sign_in.clone(), secret == state.secret)
        });
        carried_out(Operation::SignIn, then, || ()).await?;
        if !right {
            return Err(error(Operation::SignIn, Kind::SignInRejected));
        }
        let (send, events) = mpsc::unbounded_channel();
        self.0.with(|state| state.events = Some(send));
        Ok(Session {
            control: Box::new(ScriptedControl(Arc::clone(&self.0))),
            events: stream::unfold(events, |mut events| async move {
                Some((events.recv().await?, events))
            })
            .boxed(),
        })
    }
}

#[async_trait]
impl Control for ScriptedControl {
    async fn command(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, VendorError> {
        let script = &self.0;
        let (then, proof) = script.with(|state| {
            state.commands.push(wanted);
            state.log.push((Operation::Pause, call.clone()));
            (state.on_command.clone(), state.proof)
        });
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
        let (then, recorder) = self.0.with(|state| {
            state.reads += 1;
            state.log.push((Operation::ReadBack, call.clone()));
            (state.on_read.clone(), state.recorder)
        });
        carried_out(Operation::ReadBack, then, || ()).await?;
        Ok(recorder)
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        Ok(self.0.with(|state| state.calls.clone()))
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        self.0.with(|state| state.sign_outs += 1);
        Ok(())
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
    }
}
