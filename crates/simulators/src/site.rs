use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};
use std::{fmt, io};

use serde::Serialize;

use crate::audio::{self, BadNumber, PausedTime, Script, SpokenDigit};
use crate::call::Call;
use crate::wire::{Asked, Carry, Reply};
use crate::{Bearer, Misbehaviour, On, Options, Truth, Turn, Vendor, anywhere365, clock, xima};

/// The truth behind a simulator's API, shared by its server, tests and people.
///
/// Clones are the same site. An id of a call that the site does not know changes nothing.
#[derive(Clone)]
pub struct Site {
    world: Arc<Mutex<World>>,
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").finish_non_exhaustive()
    }
}

/// One request that a simulator has seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request {
    /// When it had arrived, from the start of the simulator.
    #[serde(rename = "at_s", serialize_with = "in_seconds")]
    pub when: Duration,
    /// Its method.
    pub method: String,
    /// Its path, without the query.
    pub path: String,
    /// The status of the reply; `None` if there is none: not yet, or never.
    pub status: Option<u16>,
}

fn in_seconds<S: serde::Serializer>(when: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(when.as_secs_f64())
}

/// Everything that is so at a site.
pub(crate) struct World {
    vendor: Vendor,
    began: Instant,
    pub(crate) options: Options,
    pub(crate) secret: String,
    /// By extension, or by SIP address.
    pub(crate) agents: BTreeSet<String>,
    /// Those whom Xima's service user may not touch.
    pub(crate) forbidden: BTreeSet<String>,
    pub(crate) agents_can_edit: bool,
    calls: Vec<Call>,
    misbehaviours: Vec<Misbehaviour>,
    requests: Vec<Request>,
    tokens: Vec<(String, Instant)>,
}

impl World {
    /// The call that this agent is on.
    pub(crate) fn running_call_of(&mut self, agent: &str) -> Option<&mut Call> {
        let mut running = self.calls.iter_mut().filter(|call| call.is_running());
        running.find(|call| call.agent == agent)
    }

    /// The call of this id, unless it is over.
    pub(crate) fn running_call(&mut self, id: &str) -> Option<&mut Call> {
        let mut running = self.calls.iter_mut().filter(|call| call.is_running());
        running.find(|call| call.id.eq_ignore_ascii_case(id))
    }

    fn call(&self, id: &str) -> Option<&Call> {
        self.calls
            .iter()
            .find(|call| call.id.eq_ignore_ascii_case(id))
    }

    /// Whether Anywhere365 lets in a request with this token.
    pub(crate) fn admits(&self, token: Option<&str>) -> bool {
        match self.options.anywhere365.bearer {
            Bearer::NotRequired => true,
            Bearer::Secret => token == Some(&self.secret),
            Bearer::Issued { .. } => {
                let now = clock::now();
                let is_good =
                    |(issued, until): &(String, Instant)| token == Some(issued) && now < *until;
                self.tokens.iter().any(is_good)
            }
        }
    }

    pub(crate) fn issue_token(&mut self, life: Duration) -> String {
        let token = format!("simulated-token-{}", new_id());
        self.tokens.push((token.clone(), clock::now() + life));
        token
    }

    fn answer(&mut self, asked: &Asked, carry: Carry) -> Reply {
        match self.vendor {
            Vendor::Xima => xima::answer(self, asked, carry),
            Vendor::Anywhere365 => anywhere365::answer(self, asked, carry),
        }
    }
}

impl Site {
    pub(crate) fn new(vendor: Vendor, options: Options) -> Self {
        let (agent, secret) = match vendor {
            Vendor::Xima => (options.extension.clone(), xima::SECRET),
            Vendor::Anywhere365 => (options.sip_uri.clone(), anywhere365::SECRET),
        };
        let world = World {
            vendor,
            began: clock::now(),
            secret: options.secret.clone().unwrap_or_else(|| secret.to_owned()),
            agents: BTreeSet::from([agent]),
            forbidden: BTreeSet::new(),
            agents_can_edit: options.anywhere365.agents_can_edit,
            calls: Vec::new(),
            misbehaviours: Vec::new(),
            requests: Vec::new(),
            tokens: Vec::new(),
            options,
        };
        Self {
            world: Arc::new(Mutex::new(world)),
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("nobody panics while holding it")
    }

    // ---- agents

    /// The vendor that is simulated.
    pub fn vendor(&self) -> Vendor {
        self.world().vendor
    }

    /// The agent whom the site began with: an extension, or a SIP address.
    pub fn agent(&self) -> String {
        let world = self.world();
        match world.vendor {
            Vendor::Xima => world.options.extension.clone(),
            Vendor::Anywhere365 => world.options.sip_uri.clone(),
        }
    }

    /// Adds an agent, by extension or by SIP address.
    pub fn add_agent(&self, agent: &str) {
        self.world().agents.insert(agent.to_owned());
    }

    /// Whether there is such an agent.
    pub fn has_agent(&self, agent: &str) -> bool {
        self.world().agents.contains(agent)
    }

    /// Takes an agent out of reach of Xima's service user (403), or puts it back.
    pub fn forbid(&self, agent: &str, forbidden: bool) {
        let mut world = self.world();
        if forbidden {
            world.forbidden.insert(agent.to_owned());
        } else {
            world.forbidden.remove(agent);
        }
    }

    /// Sets Anywhere365's `AgentCanEditRecordings`.
    pub fn let_agents_edit(&self, allowed: bool) {
        self.world().agents_can_edit = allowed;
    }

    // ---- secrets

    /// The secret that the vendor accepts now.
    pub fn secret(&self) -> String {
        self.world().secret.clone()
    }

    /// Replaces the secret. The one before is worth nothing from now on, nor is any token.
    pub fn change_secret(&self, secret: &str) {
        let mut world = self.world();
        world.secret = secret.to_owned();
        world.tokens.clear();
    }

    /// Ends the life of every token that Anywhere365's token endpoint has issued.
    pub fn expire_tokens(&self) {
        self.world().tokens.clear();
    }

    // ---- calls

    /// Puts an agent on a call and returns the call's id, a GUID.
    ///
    /// An agent whom the site does not know is added. At Xima an agent has one call: the one
    /// before ends.
    pub fn start_call(&self, agent: &str, script: Script) -> String {
        self.start_call_as(&new_id(), agent, script)
    }

    /// Does the same with an id of the caller's choice.
    pub fn start_call_as(&self, id: &str, agent: &str, script: Script) -> String {
        let mut world = self.world();
        world.agents.insert(agent.to_owned());
        if world.vendor == Vendor::Xima
            && let Some(before) = world.running_call_of(agent)
        {
            before.end();
        }
        let truth = if world.options.records_from_start {
            Truth::Recording
        } else {
            Truth::Off
        };
        let id = id.to_ascii_lowercase();
        world
            .calls
            .push(Call::start(id.clone(), agent, script, truth));
        id
    }

    /// Ends a call, and with it its recording. What was still to be said is never said.
    pub fn end_call(&self, id: &str) {
        if let Some(call) = self.world().running_call(id) {
            call.end();
        }
    }

    /// The ids of the calls that go on, the newest last.
    pub fn running_calls(&self) -> Vec<String> {
        let world = self.world();
        let running = world.calls.iter().filter(|call| call.is_running());
        running.map(|call| call.id.clone()).collect()
    }

    /// The ids of every call there was, the newest last.
    pub fn calls(&self) -> Vec<String> {
        self.world().calls.iter().map(|c| c.id.clone()).collect()
    }

    fn look<T>(&self, id: &str, at: impl FnOnce(&Call) -> T) -> Option<T> {
        self.world().call(id).map(at)
    }

    /// What the recorder of a call really does; `Off` once the call is over.
    pub fn truth(&self, id: &str) -> Option<Truth> {
        self.look(id, Call::truth)
    }

    /// Sets a call's recorder: a supervisor, a rule, another program did it.
    pub fn someone_sets(&self, id: &str, truth: Truth) {
        if let Some(call) = self.world().running_call(id) {
            call.set(truth);
        }
    }

    /// Everything that a call's recorder has become, with the time in the call.
    pub fn timeline(&self, id: &str) -> Option<Vec<Turn>> {
        self.look(id, |call| call.timeline.clone())
    }

    /// Whose call it is.
    pub fn agent_of(&self, id: &str) -> Option<String> {
        self.look(id, |call| call.agent.clone())
    }

    /// How long a call has lasted, in seconds; its length once it is over.
    pub fn seconds(&self, id: &str) -> Option<f64> {
        self.look(id, Call::seconds)
    }

    /// When a call began, on the wall. Times in the call count from here.
    pub fn started(&self, id: &str) -> Option<SystemTime> {
        self.look(id, |call| call.started_wall)
    }

    /// Whether a call goes on.
    pub fn is_running(&self, id: &str) -> bool {
        self.look(id, Call::is_running).unwrap_or(false)
    }

    // ---- what is said and recorded

    /// Speaks a number on a call that goes on: from `at_s` on, or from now on, whichever is
    /// later, and after what is being said. Returns when each digit sounds; nothing if the call
    /// is unknown or over.
    ///
    /// # Errors
    /// The number mixes card digits with others.
    pub fn say(
        &self,
        id: &str,
        number: &str,
        at_s: Option<f64>,
    ) -> Result<Vec<SpokenDigit>, BadNumber> {
        let number = number.parse()?;
        let mut world = self.world();
        let Some(call) = world.running_call(id) else {
            return Ok(Vec::new());
        };
        let now_s = call.seconds();
        Ok(call
            .script
            .speak(&number, at_s.map_or(now_s, |at_s| at_s.max(now_s))))
    }

    /// Every digit of a call, spoken or still to be.
    pub fn digits(&self, id: &str) -> Option<Vec<SpokenDigit>> {
        self.look(id, |call| call.script.digits().to_vec())
    }

    /// What becomes of paused time in this site's recordings.
    pub fn paused_time(&self) -> PausedTime {
        let world = self.world();
        let assumed = world.vendor.paused_time();
        world.options.paused_time.unwrap_or(assumed)
    }

    /// The recording of a call so far, as samples ([`audio::RATE`] a second).
    pub fn recording(&self, id: &str) -> Option<Vec<i16>> {
        let paused_time = self.paused_time();
        let taken = |call: &Call| (call.script.clone(), call.timeline.clone(), call.seconds());
        let (script, timeline, seconds) = self.look(id, taken)?;
        Some(audio::record(&script, &timeline, seconds, paused_time))
    }

    /// Writes the recording of a call so far to a WAV file.
    ///
    /// # Errors
    /// There is no such call, or the file cannot be written.
    pub fn write_wav(&self, id: &str, path: &Path) -> io::Result<()> {
        let samples = self
            .recording(id)
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such call"))?;
        audio::write_wav(&samples, path)
    }

    // ---- misbehaviour and requests

    /// Starts to misbehave. Of several faults that fit a request, the newest happens.
    pub fn misbehave(&self, misbehaviour: impl Into<Misbehaviour>) {
        self.world().misbehaviours.push(misbehaviour.into());
    }

    /// Ends every misbehaviour.
    pub fn behave(&self) {
        self.world().misbehaviours.clear();
    }

    /// The misbehaviours that are on, the newest last, with the times that are left.
    pub fn misbehaviours(&self) -> Vec<Misbehaviour> {
        self.world().misbehaviours.clone()
    }

    /// Every request to the vendor so far, in order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.world().requests.clone()
    }

    // ---- for the server

    pub(crate) fn kind(&self, asked: &Asked) -> On {
        match self.vendor() {
            Vendor::Xima => xima::kind(asked),
            Vendor::Anywhere365 => anywhere365::kind(asked),
        }
    }

    pub(crate) fn answer(&self, asked: &Asked, carry: Carry) -> Reply {
        self.world().answer(asked, carry)
    }

    /// What is to go wrong with this kind of request; counts it.
    pub(crate) fn next_fault(&self, kind: On) -> Option<crate::Fault> {
        let mut world = self.world();
        let fits = |it: &Misbehaviour| it.on == On::Everything || it.on == kind;
        let at = world.misbehaviours.iter().rposition(fits)?;
        let misbehaviour = &mut world.misbehaviours[at];
        let fault = misbehaviour.fault;
        misbehaviour.times = misbehaviour.times.map(|times| times - 1);
        if misbehaviour.times == Some(0) {
            world.misbehaviours.remove(at);
        }
        Some(fault)
    }

    /// Puts a request on record and returns its number.
    pub(crate) fn note(&self, asked: &Asked) -> usize {
        let mut world = self.world();
        let when = clock::now().saturating_duration_since(world.began);
        world.requests.push(Request {
            when,
            method: asked.method.to_string(),
            path: asked.path.clone(),
            status: None,
        });
        world.requests.len() - 1
    }

    pub(crate) fn note_status(&self, request: usize, status: u16) {
        self.world().requests[request].status = Some(status);
    }
}

/// A GUID that no other call in this process has. The same run gives the same ones.
fn new_id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    // Multiplying by an odd number shuffles: what differs before differs after.
    let (high, low) = (
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        number.wrapping_mul(0xbf58_476d_1ce4_e5b9),
    );
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff,
    )
}
