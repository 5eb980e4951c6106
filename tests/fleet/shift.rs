//! A shift at a site, from the first agent's coming to the last one's going.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use simulators::{Fault, Options, Simulator};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, block_in_place};
use tokio::time::sleep;

use crate::agent::{self, Desk};
use crate::files;
use crate::lateness::Lateness;
use crate::liar::Lie;
use crate::plan::{Plan, RETRY_AFTER};
use crate::record::{Agent, Record};
use crate::vendor::Fleet;

/// Three sites have most of two processors.
pub(crate) const AT_A_TIME: usize = 3;

/// So few come in by any door.
const FEW: usize = 100;

/// The agents of one site come at a time: each of them makes a client, which takes a processor
/// longer than everything that they do after it.
static DOOR: Semaphore = Semaphore::const_new(1);

/// Runs a shift.
///
/// # Errors
/// It could not be run: too few open files, no port, settings that are refused.
pub(crate) fn run(fleet: &'static Fleet, lie: Lie, plan: &Plan) -> Result<Record> {
    files::enough_for(plan.agents, AT_A_TIME)?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // On a worker of its own, where it may block.
        let plan = *plan;
        tokio::spawn(async move { shift(fleet, lie, plan).await }).await?
    })
}

async fn shift(fleet: &'static Fleet, lie: Lie, plan: Plan) -> Result<Record> {
    let many = plan.agents > FEW;
    let door = if many {
        Some(DOOR.acquire().await?)
    } else {
        None
    };
    let worked = processor();
    let mut simulator = Simulator::start(fleet.vendor, Options::default())?;
    let site = simulator.site();
    let begins = site.clock();
    let late = Lateness::watch();
    let mut desks = JoinSet::new();
    for number in 0..plan.agents {
        let name = (fleet.agent)(number);
        site.add_agent(&name);
        desks.spawn(agent::work(Desk {
            number,
            fleet,
            site: site.clone(),
            settings: simulator.settings_of(&name),
            adapter: lie.adapter(),
            comes: begins + plan.arriving * u32::try_from(number)? / u32::try_from(plan.agents)?,
            goes: plan.end(),
            outage: plan.outage(),
        }));
    }
    let until = |moment: Duration| sleep(moment.saturating_sub(site.clock()));

    until(plan.arriving).await;
    drop(door);
    // Whoever has crashed or could not begin by now: it is no use to go on.
    if let Some(gone) = desks.try_join_next() {
        gone?.context("an agent")?;
        bail!("an agent has left early");
    }

    until(plan.throttled().start).await;
    let throttled = Fault::Status {
        code: 429,
        retry_after: Some(RETRY_AFTER),
        executed: false,
    };
    site.misbehave(throttled.on_reads());
    until(plan.throttled().end).await;
    site.behave();

    let (mut gone, mut back) = (plan.end(), plan.end());
    if !plan.outage.is_zero() {
        until(plan.outage().start).await;
        block_in_place(|| simulator.stop());
        gone = site.clock();
        until(plan.outage().end).await;
        back = site.clock();
        simulator.restart()?;
    }
    until(plan.end()).await;

    let ended = site.clock();
    let mut requests = site.requests();
    // Those who go sign out.
    requests.retain(|request| request.when < plan.end());
    let processor = processor().saturating_sub(worked);
    let late = late.worst();
    let agents: Vec<Agent> = desks
        .join_all()
        .await
        .into_iter()
        .collect::<Result<_>>()
        .context("an agent")?;
    ensure!(agents.len() == plan.agents, "agents are missing");
    let histories = site.histories().into_iter();
    Ok(Record {
        fleet,
        plan,
        agents,
        histories: histories
            .map(|history| (history.call.clone(), history))
            .collect(),
        requests,
        gone,
        back,
        ended,
        processor,
        late,
    })
}

/// What this process has had of the processors.
#[cfg(target_os = "linux")]
fn processor() -> Duration {
    use rustix::time::{ClockId, clock_gettime};

    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        time.tv_sec.try_into().unwrap_or_default(),
        time.tv_nsec.try_into().unwrap_or_default(),
    )
}

/// Elsewhere nobody is asked.
#[cfg(not(target_os = "linux"))]
const fn processor() -> Duration {
    Duration::ZERO
}
