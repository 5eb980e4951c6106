//! Running shifts, each on a thread's own clock.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::engine::with;
use crate::figures::Figures;
use crate::forgotten;
use crate::lie::Lie;
use crate::log;
use crate::plan::CALLS;
use crate::record;
use crate::shift::Shift;
use crate::world::Broken;

/// After so many shifts that broke a promise no other is begun.
const ENOUGH: usize = 10;

/// How many broken promises of a shift are told at length.
const SHOWN: usize = 2;

/// What came of some seeds.
#[derive(Default)]
pub(crate) struct Ran {
    pub(crate) figures: Figures,
    pub(crate) broken: Vec<String>,
}

/// A number in the environment.
pub(crate) fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long it has taken on this computer's clock is not the product's time"
)]
fn now() -> Instant {
    Instant::now()
}

/// Runs so many seeds, or as many as can be begun within `FERMATA_DAY_MINUTES`, on as many threads
/// as there are processors.
pub(crate) fn all(first: u64, seeds: u64) -> Ran {
    log::search();
    let next = AtomicU64::new(first);
    let ran = Mutex::new(Ran::default());
    let minutes = number("FERMATA_DAY_MINUTES").unwrap_or(u64::MAX / 60);
    let (began, within) = (now(), Duration::from_secs(60 * minutes));
    let threads = number("FERMATA_DAY_THREADS").and_then(|said| usize::try_from(said).ok());
    let threads = threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let enough = ran.lock().is_ok_and(|ran| ran.broken.len() >= ENOUGH);
                    if enough || now() - began >= within {
                        return;
                    }
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + seeds {
                        return;
                    }
                    let result = one(seed, CALLS, Lie::None);
                    let mut ran = ran.lock().unwrap_or_else(PoisonError::into_inner);
                    match result {
                        Ok(figures) => ran.figures.add(figures),
                        Err(broken) => ran.broken.push(broken),
                    }
                }
            });
        }
    });
    let mut ran = ran.into_inner().unwrap_or_else(PoisonError::into_inner);
    if log::leaks() > 0 {
        ran.broken
            .push(format!("{} lines of the log hold the secret", log::leaks()));
    }
    ran
}

/// Runs one seed. What was broken comes with the newest of what happened before.
pub(crate) fn one(seed: u64, calls: usize, lie: Lie) -> Result<Figures, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(|error| format!("seed {seed}: {error}"))?;
    runtime.block_on(async {
        let mut shift = Shift::begin(seed, calls, lie)?;
        let ran = shift.run().await;
        let judged = judged(&shift, ran);
        shift.world.is_over();
        judged.map_err(|broken| told(&shift, &broken))
    })
}

fn judged(shift: &Shift, ran: Result<(), String>) -> Result<Figures, Vec<Broken>> {
    let mut broken = shift.world.with(|state| state.broken.clone());
    let at = shift.world.now();
    broken.extend(ran.err().map(|how| Broken { at, how }));
    if broken.is_empty() {
        broken.extend(forgotten::nothing_is_forgotten(shift));
    }
    match record::compare(shift) {
        Ok(report) if broken.is_empty() => Ok(Figures::of(shift, &report)),
        Ok(_) => Err(broken),
        Err(more) => Err(broken.into_iter().chain(more).collect()),
    }
}

fn told(shift: &Shift, broken: &[Broken]) -> String {
    let (seed, nature) = (shift.seed, shift.world.nature);
    let views = with(&shift.judge, |judge| judge.views);
    let some = broken.iter().take(SHOWN).map(|broken| {
        let before = shift.world.told(broken.at);
        format!("{}\nwhat led to it:\n{before}", broken.how)
    });
    let some: Vec<String> = some.collect();
    format!(
        "seed {seed} ({nature:?}, {views} views) breaks {} promises:\n{}\n\
         alone: FERMATA_DAY_FIRST={seed} FERMATA_DAY_SEEDS=1 cargo test -p tests --test day",
        broken.len(),
        some.join("\n"),
    )
}
