//! A day in a minute: eight hours of one agent at a time, on a clock that is paused, with the
//! real engine and a vendor that goes wrong at random moments.
//!
//! Each seed is a shift. All that is shown, told and put on record is compared with what was so
//! at the vendor. `FERMATA_DAY_SEEDS` says how many seeds are run, `FERMATA_DAY_FIRST` with which
//! one they begin; `cargo xtask day` sets both.

// Elsewhere there is no place in memory for the log, whose every record is synced.
#![cfg(unix)]

mod agent;
mod clean;
mod engine;
mod fault;
mod figures;
mod forgotten;
mod judge;
mod lie;
mod limits;
mod log;
mod mishap;
mod page;
mod plan;
mod record;
mod run;
mod session;
mod shift;
mod truth;
mod vendor;
mod world;

use controller::view::DisplayName;

use fault::Fault;
use lie::Lie;

/// How many seeds CI runs.
const SEEDS: u64 = 100;

#[test]
fn no_shift_breaks_a_promise() {
    let seeds = run::number("FERMATA_DAY_SEEDS").unwrap_or(SEEDS);
    let first = run::number("FERMATA_DAY_FIRST").unwrap_or(0);
    let ran = run::all(first, seeds);
    page::write(&ran.figures.table(first, seeds, ran.broken.len()));
    assert!(ran.broken.is_empty(), "{}", ran.broken.join("\n\n"));
    if seeds >= SEEDS {
        everything_was_reached(&ran.figures);
    }
}

/// What goes wrong only where it does not matter proves nothing.
fn everything_was_reached(figures: &figures::Figures) {
    for fault in Fault::ALL {
        let times = figures.faults.get(&fault).copied().unwrap_or_default();
        assert!(
            times.while_paused > 0,
            "never while paused: {}",
            fault.name()
        );
    }
    for display in [
        DisplayName::NoCall,
        DisplayName::NotRecorded,
        DisplayName::Recording,
        DisplayName::Pausing,
        DisplayName::Paused,
        DisplayName::PauseSent,
        DisplayName::Resuming,
        DisplayName::Failed,
        DisplayName::Unknown,
    ] {
        let name = display.name();
        assert!(figures.displays.contains_key(name), "never shown: {name}");
    }
    assert!(
        figures.clean * 20 > figures.rows,
        "hardly a pause went well"
    );
}

/// A shift that is long enough to find a liar out.
const CALLS_OF_A_LIAR: usize = 30;

#[test]
fn each_liar_is_found_out() {
    let seeds = 0..6;
    for lie in Lie::ALL {
        let mut found = seeds
            .clone()
            .filter_map(|seed| run::one(seed, CALLS_OF_A_LIAR, lie).err());
        let found = found.any(|broken| broken.contains(lie.is_found_as()));
        assert!(found, "{lie:?} is not found out");
    }
    for seed in seeds {
        let honest = run::one(seed, CALLS_OF_A_LIAR, Lie::None);
        assert!(honest.is_ok(), "{honest:?}");
    }
}
