use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};
use std::{fmt, io};

use serde::Serialize;
use tokio::sync::broadcast;

use crate::audio::{self, BadNumber, PausedTime, Script, SpokenDigit};
use crate::call::Call;
use crate::sessions::Sessions;
use crate::wire::{Answer, Asked, Carry};
use crate::{
    Bearer, CallState, Change, Fault, History, Misbehaviour, On, Options, Truth, Turn, Vendor,
    anywhere365, clock, gqm, gws, noojee, xima,
};

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
    /// What kind of request it is.
    pub on: On,
    /// The number of the connection by which it came.
    pub line: u64,
    /// Whose it is, where its path, its query or its session names an agent.
    pub agent: Option<String>,
    /// The status of the reply; `None` if there is none: not yet, or never.
    pub status: Option<u16>,
}

fn in_seconds<S: serde::Serializer>(when: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(when.as_secs_f64())
}

/// How many changes may wait for a slow listener before it misses some.
const BACKLOG: usize = 4096;

/// Everything that is so at a site.
pub(crate) struct World {
    vendor: Vendor,
    began: Instant,
    pub(crate) options: Options,
    pub(crate) secret: String,
    /// By extension, or by SIP address.
    pub(crate) agents: BTreeSet<String>,
    /// Those whom Xima's service user may not touch, whose calls GQM's user may not see, and
    /// whose calls GWS lets nobody record.
    pub(crate) forbidden: BTreeSet<String>,
    pub(crate) agents_can_edit: bool,
    calls: Vec<Call>,
    misbehaviours: Vec<Misbehaviour>,
    requests: Vec<Request>,
    tokens: Vec<(String, Instant)>,
    changes: broadcast::Sender<Change>,
    pub(crate) sessions: Sessions,
    pub(crate) gqm: gqm::State,
    /// Anywhere365's event hub.
    pub(crate) hub: anywhere365::Listeners,
    pub(crate) noojee: noojee::State,
    pub(crate) gws: gws::State,
}

impl World {
    /// The calls that go on.
    pub(crate) fn running_calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.is_running())
    }

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

    /// Tells what becomes of calls and recorders from now on.
    pub(crate) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    fn clock(&self) -> Duration {
        clock::now().saturating_duration_since(self.began)
    }

    /// The agent whom a request names, or whose session it is in.
    fn agent_behind(&self, asked: &Asked) -> Option<String> {
        let in_session = asked
            .cookies()
            .find_map(|(_, value)| self.sessions.user(value));
        let named = asked.segments().into_iter().chain(asked.queried());
        let mut agents = in_session.into_iter().chain(named);
        agents
            .find(|name| self.agents.contains(*name))
            .map(str::to_owned)
    }

    /// The call of this id, over or not; the newest, if it was used again.
    pub(crate) fn call(&self, id: &str) -> Option<&Call> {
        self.calls
            .iter()
            .rfind(|call| call.id.eq_ignore_ascii_case(id))
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

    /// Forgets everyone who listens for events.
    fn forget_listeners(&mut self) {
        match self.vendor {
            Vendor::Noojee => self.noojee.forget_listeners(),
            Vendor::Gws => self.gws.forget_listeners(),
            Vendor::Anywhere365 => self.hub.forget_all(),
            Vendor::Xima | Vendor::Gqm => {}
        }
    }

    fn answer(&mut self, site: &Site, asked: &Asked, carry: Carry) -> Answer {
        match self.vendor {
            Vendor::Xima => xima::answer(self, asked, carry).into(),
            Vendor::Gqm => gqm::answer(self, asked, carry).into(),
            Vendor::Anywhere365 => anywhere365::answer(site, self, asked, carry),
            Vendor::Noojee => noojee::answer(site, self, asked, carry),
            Vendor::Gws => gws::answer(site, self, asked, carry),
        }
    }
}

impl Site {
    pub(crate) fn new(vendor: Vendor, options: Options) -> Self {
        let secret = match vendor {
            Vendor::Xima => xima::SECRET,
            Vendor::Gqm => gqm::SECRET,
            Vendor::Anywhere365 => anywhere365::SECRET,
            Vendor::Noojee => noojee::SECRET,
            Vendor::Gws => gws::SECRET,
        };
        let agent = options.agent(vendor).to_owned();
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
            changes: broadcast::Sender::new(BACKLOG),
            sessions: Sessions::default(),
            gqm: gqm::State::default(),
            hub: anywhere365::Listeners::new(&options),
            noojee: noojee::State::default(),
            gws: gws::State::default(),
            options,
        };
        Self {
            world: Arc::new(Mutex::new(world)),
        }
    }

    /// Everything that is so, for as long as nobody else needs to know.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("nobody panics while holding it")
    }

    // ---- agents

    /// The vendor that is simulated.
    pub fn vendor(&self) -> Vendor {
        self.world().vendor
    }

    /// The agent whom the site began with, by what the vendor knows agents by
    /// ([`Options::agent`]).
    pub fn agent(&self) -> String {
        let world = self.world();
        world.options.agent(world.vendor).to_owned()
    }

    /// Adds an agent, by what the vendor knows agents by.
    pub fn add_agent(&self, agent: &str) {
        self.world().agents.insert(agent.to_owned());
    }

    /// Whether there is such an agent.
    pub fn has_agent(&self, agent: &str) -> bool {
        self.world().agents.contains(agent)
    }

    /// Takes an agent out of reach of Xima's service user (403) or of GQM's user (no link to
    /// the agent's calls), or takes GWS's feature `api-voice-recording` away (`statusCode` 5);
    /// or puts it back.
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

    /// Ends every session that is kept by cookie (GQM, GWS). Who listened within one (GWS) is
    /// forgotten with it.
    pub fn expire_sessions(&self) {
        let mut world = self.world();
        world.sessions.end_all();
        world.gws.forget_listeners();
    }

    /// Forgets everyone who listens for events.
    pub fn forget_listeners(&self) {
        self.world().forget_listeners();
    }

    // ---- calls

    /// Puts an agent on a call and returns the call's id, in the vendor's form.
    ///
    /// An agent whom the site does not know is added. At Xima an agent has one call: the one
    /// before ends.
    pub fn start_call(&self, agent: &str, script: Script) -> String {
        let id = match self.vendor() {
            Vendor::Xima | Vendor::Anywhere365 => new_id(),
            Vendor::Gqm => gqm::new_call_id(next_number()),
            Vendor::Noojee => noojee::new_call_id(next_number()),
            Vendor::Gws => gws::new_call_id(next_number()),
        };
        self.start_call_as(&id, agent, script)
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
        let changes = world.changes.clone();
        world
            .calls
            .push(Call::start(id.to_owned(), agent, script, truth, changes));
        if world.vendor == Vendor::Gqm {
            world.gqm.call_started(id, agent, truth);
        }
        id.to_owned()
    }

    /// Makes a call that goes on ring, or puts it on hold, or takes it up (again). Only GWS tells.
    pub fn set_call_state(&self, id: &str, state: CallState) {
        gws::set_call_state(&mut self.world(), id, state);
    }

    /// Ends a call, and with it its recording. What was still to be said is never said.
    pub fn end_call(&self, id: &str) {
        let mut world = self.world();
        world.gqm.call_ended(id);
        if let Some(call) = world.running_call(id) {
            call.end();
        }
    }

    /// Tells everything that becomes of calls and recorders from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.world().changes()
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
        let mut world = self.world();
        world.gqm.set_all(id, truth);
        if let Some(call) = world.running_call(id) {
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

    /// How long there has been this site: what the times of requests and of histories count.
    pub fn clock(&self) -> Duration {
        self.world().clock()
    }

    /// What became of every call there was, the newest last.
    pub fn histories(&self) -> Vec<History> {
        let world = self.world();
        let histories = world.calls.iter().map(|call| call.history(world.began));
        histories.collect()
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
            Vendor::Gqm => gqm::kind(asked),
            Vendor::Anywhere365 => anywhere365::kind(&self.world().options, asked),
            Vendor::Noojee => noojee::kind(asked),
            Vendor::Gws => gws::kind(asked),
        }
    }

    pub(crate) fn answer(&self, asked: &Asked, carry: Carry) -> Answer {
        self.world().answer(self, asked, carry)
    }

    /// Looks at everything, or changes it. Not for an answer, which is given everything.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.world())
    }

    /// After how long the next event is delivered, each time that it is: once and at once, if
    /// nothing is to go wrong.
    pub(crate) fn fate_of_event(&self) -> Vec<Duration> {
        match self.next_fault_among(On::Events, Fault::is_of_events) {
            Some(Fault::LoseEvents) => Vec::new(),
            Some(Fault::DelayEvents(by)) => vec![by],
            Some(Fault::RepeatEvents(after)) => vec![Duration::ZERO, after],
            _ => vec![Duration::ZERO],
        }
    }

    /// What is to go wrong with this kind of request; counts it.
    pub(crate) fn next_fault(&self, kind: On) -> Option<Fault> {
        self.next_fault_among(kind, |fault| !fault.is_of_events())
    }

    fn next_fault_among(&self, kind: On, which: fn(Fault) -> bool) -> Option<Fault> {
        let mut world = self.world();
        let fits =
            |it: &Misbehaviour| which(it.fault) && (it.on == On::Everything || it.on == kind);
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
    pub(crate) fn note(&self, asked: &Asked, line: u64) -> usize {
        let on = self.kind(asked);
        let mut world = self.world();
        let when = world.clock();
        let agent = world.agent_behind(asked);
        world.requests.push(Request {
            when,
            method: asked.method.to_string(),
            path: asked.path.clone(),
            on,
            line,
            agent,
            status: None,
        });
        world.requests.len() - 1
    }

    pub(crate) fn note_status(&self, request: usize, status: u16) {
        self.world().requests[request].status = Some(status);
    }
}

/// A number that no other call in this process has, counted from 1.
fn next_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// A GUID that nothing else in this process has. The same run gives the same ones.
pub(crate) fn new_id() -> String {
    let number = next_number();
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
