//! Eight hours of one agent, in as long as the computer needs for them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use controller::clock::Clock;
use controller::view::DisplayName;
use pause::{CallId, Recorder};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::engine::{Engine, Judging, with};
use crate::fault::Fault;
use crate::judge::Judge;
use crate::lie::Lie;
use crate::limits::Decision;
use crate::plan::{self, CALLS, Phase, Plan, SHIFT};
use crate::world::World;
use tests::chance::Chance;

/// A pause as the agent meant it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meant {
    pub(crate) pressed: Duration,
    pub(crate) resumed: Option<Duration>,
}

/// A call in which nothing went wrong, nor just before.
#[derive(Clone, Debug)]
pub(crate) struct CleanCall {
    pub(crate) call: CallId,
    pub(crate) is_recorded: bool,
    pub(crate) pauses: Vec<Meant>,
    pub(crate) ended: Duration,
    pub(crate) longest_pause: Option<Duration>,
}

/// A shift under way.
pub(crate) struct Shift {
    pub(crate) seed: u64,
    pub(crate) lie: Lie,
    calls: usize,
    pub(crate) world: Arc<World>,
    pub(crate) judge: Judging,
    pub(crate) place: TempDir,
    pub(crate) clean: Vec<CleanCall>,
    /// When the engine was there.
    pub(crate) up: Vec<(Duration, Duration)>,
    pub(crate) pauses: u64,
    up_since: Duration,
    pub(crate) engine: Option<Engine>,
    pub(crate) chance: Chance,
    current: CallId,
    named: usize,
    decision: Decision,
    /// Until when something that went wrong may still have an effect.
    disturbed_until: Duration,
}

impl Shift {
    pub(crate) fn begin(seed: u64, calls: usize, lie: Lie) -> Result<Self, String> {
        static NUMBERS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(1);
        let number = NUMBERS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut nature = plan::nature(seed);
        nature.lies_in_proof = lie == Lie::FalseProof;
        let mut chance = Chance::of(seed);
        let of_vendor = Chance::of(chance.seed());
        // The engine draws its waits from this.
        fastrand::seed(chance.seed());
        let world = World::new(number, nature, Clock::tokio(), of_vendor);
        let judge = Arc::new(Mutex::new(Judge::new(&world, lie)));
        let place = place().map_err(|error| format!("no place for files: {error}"))?;
        let mut shift = Self {
            seed,
            lie,
            calls,
            world,
            judge,
            place,
            clean: Vec::new(),
            up: Vec::new(),
            pauses: 0,
            up_since: Duration::ZERO,
            engine: None,
            chance,
            current: CallId::new("none"),
            named: 0,
            decision: Decision::none(),
            disturbed_until: Duration::ZERO,
        };
        shift.decides(Decision::none());
        shift.starts();
        Ok(shift)
    }

    /// The whole shift, until the engine has been ended in order.
    pub(crate) async fn run(&mut self) -> Result<(), String> {
        self.after(3_000, 20_000).await;
        for _ in 0..self.calls {
            self.call().await?;
        }
        if self.calls == CALLS {
            sleep(SHIFT.saturating_sub(self.world.now())).await;
        }
        // Nothing is left that could be late.
        sleep(Duration::from_secs(120)).await;
        let up_since = self.up_since;
        let engine = self.engine.take().ok_or("there is no engine")?;
        engine.stop(&self.judge).await?;
        self.up.push((up_since, self.world.now()));
        Ok(())
    }

    fn starts(&mut self) {
        self.up_since = self.world.now();
        let place = self.place.path();
        self.engine = Some(Engine::start(&self.world, &self.judge, place, self.lie));
    }

    pub(crate) async fn after(&mut self, least: u64, most: u64) {
        let millis = self.chance.between(least, most);
        sleep(Duration::from_millis(millis)).await;
    }

    async fn call(&mut self) -> Result<(), String> {
        let plan = Plan::draw(&mut self.chance, self.world.nature);
        let now = self.world.now();
        // A vendor that has failed for long is left alone for longer than the fault lasts.
        let display = with(&self.judge, |judge| judge.display_at(now));
        let is_over = self.disturbed_until <= now && display == DisplayName::NoCall;
        let is_clean = plan.faults.is_empty() && is_over;
        self.arm(&plan, Phase::Starting);
        let recorder = if plan.is_recorded {
            Recorder::Recording
        } else {
            Recorder::Off
        };
        self.next_call(recorder);
        let call = self.current.clone();
        self.passes(&plan, Phase::Before, 3_000, 30_000).await?;
        let mut pauses = Vec::new();
        for _ in 0..plan.pauses {
            if !self.is_live() {
                break;
            }
            pauses.push(self.pause(&plan).await?);
            self.passes(&plan, Phase::After, 2_000, 15_000).await?;
        }
        if plan.pauses == 0 {
            self.passes(&plan, Phase::After, 5_000, 60_000).await?;
        }
        let current = self.current.clone();
        self.world.ends(&current);
        let ended = self.world.now();
        self.after(10_000, 85_000).await;
        self.world.with(|state| {
            state.of_commands.clear();
            state.of_events.clear();
        });
        if is_clean {
            self.clean.push(CleanCall {
                call,
                is_recorded: plan.is_recorded,
                pauses,
                ended,
                longest_pause: self.decision.longest_pause,
            });
        }
        Ok(())
    }

    async fn pause(&mut self, plan: &Plan) -> Result<Meant, String> {
        self.pauses += 1;
        self.arm(plan, Phase::Pausing);
        let pressed = self.presses_pause(plan.is_pressed_twice).await;
        self.passes(plan, Phase::Pausing, 3_500, 5_000).await?;
        self.sees_to_a_pause().await;
        let longest = if plan.is_forgotten { 240_000 } else { 45_000 };
        let least = if plan.is_forgotten { 70_000 } else { 5_000 };
        self.passes(plan, Phase::Paused, least, longest).await?;
        self.arm(plan, Phase::Resuming);
        let mut resumed = None;
        if !plan.is_forgotten {
            resumed = self.presses_resume();
            self.passes(plan, Phase::Resuming, 3_500, 5_000).await?;
            self.sees_to_a_resume().await;
        } else {
            self.passes(plan, Phase::Resuming, 100, 4_000).await?;
        }
        Ok(Meant { pressed, resumed })
    }

    pub(crate) fn is_live(&self) -> bool {
        let current = &self.current;
        self.world.truth(|truth| truth.live.contains_key(current))
    }

    fn next_call(&mut self, recorder: Recorder) {
        self.named += 1;
        self.current = CallId::new(format!("call-{}", self.named));
        self.world.starts(&self.current, recorder);
    }

    /// What befalls the commands and events that follow.
    fn arm(&mut self, plan: &Plan, phase: Phase) {
        for fault in plan.faults_in(phase) {
            if fault.is_of_commands() {
                self.disturb(fault);
                let times = self.chance.between(1, 3);
                self.world.with(|state| {
                    state.of_commands.extend((0..times).map(|_| fault));
                });
            } else if phase == Phase::Starting {
                self.disturb(fault);
                self.world.happened(fault);
                self.world.with(|state| state.of_events.push_back(fault));
            }
        }
    }

    fn disturb(&mut self, fault: Fault) {
        let until = self.world.now() + fault.disturbs_for();
        self.disturbed_until = self.disturbed_until.max(until);
    }

    /// Time passes, and what is to go wrong in it does.
    async fn passes(
        &mut self,
        plan: &Plan,
        phase: Phase,
        least: u64,
        most: u64,
    ) -> Result<(), String> {
        let until = self.world.now() + Duration::from_millis(self.chance.between(least, most));
        let faults: Vec<Fault> = plan.faults_in(phase).collect();
        for fault in faults {
            if fault.is_of_commands() {
                continue;
            }
            let left = until.saturating_sub(self.world.now()).as_millis();
            let left = u64::try_from(left).unwrap_or(0).max(2);
            self.after(0, left / 2).await;
            self.goes_wrong(fault).await?;
        }
        sleep(until.saturating_sub(self.world.now())).await;
        Ok(())
    }

    async fn goes_wrong(&mut self, fault: Fault) -> Result<(), String> {
        self.disturb(fault);
        self.world.happened(fault);
        crate::mishap::befall(self, fault).await?;
        // It may have lasted.
        self.disturb(fault);
        Ok(())
    }

    pub(crate) fn current(&self) -> CallId {
        self.current.clone()
    }

    /// The current call is over, and another one begins.
    pub(crate) fn goes_over(&mut self) {
        let before = self.current.clone();
        self.world.ends(&before);
        self.next_call(Recorder::Recording);
    }

    /// A call beside the current one, for a while.
    pub(crate) fn second_call(&mut self) {
        self.named += 1;
        let call = CallId::new(format!("call-{}", self.named));
        let lasts = self.chance.seconds(5, 50);
        let world = Arc::clone(&self.world);
        world.starts(&call, Recorder::Recording);
        tokio::spawn(async move {
            sleep(lasts).await;
            world.ends(&call);
        });
    }

    pub(crate) async fn is_killed(&mut self) -> Result<(), String> {
        let engine = self.engine.take().ok_or("there is no engine")?;
        engine.kill(&self.judge).await?;
        let now = self.world.now();
        self.up.push((self.up_since, now));
        if self.chance.percent(50) {
            crate::engine::tear_a_line(self.place.path());
        }
        self.after(1_000, 20_000).await;
        self.starts();
        Ok(())
    }

    pub(crate) async fn sleeps(&mut self) {
        let from = self.world.now();
        let lasts = self.chance.seconds(5, 300);
        self.world
            .with(|state| state.truth.slept.push((from, from + lasts)));
        tokio::time::advance(lasts).await;
    }

    pub(crate) fn decides_otherwise(&mut self) {
        let decision = Decision::draw(&mut self.chance);
        self.decides(decision);
    }

    fn decides(&mut self, decision: Decision) {
        let file = self.place.path().join("policy.toml");
        decision.write(&file).expect("the policy can be written");
        self.decision = decision.clone();
        let now = self.world.now();
        with(&self.judge, |judge| judge.decisions.push((now, decision)));
    }
}

/// In memory, where there is such a place: eight hours of records, each synced, in a second.
fn place() -> std::io::Result<TempDir> {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
}
