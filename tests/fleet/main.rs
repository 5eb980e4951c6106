//! A whole site in one process: 500 agents of a vendor, each with a controller of their own,
//! real sockets, the vendor's simulator, and a shift in which everything goes wrong once.
//!
//! No display may be wrong against the simulator's truth, the requests stay inside the budget
//! that the vendor's page states, a vendor that wishes to be left alone is, and after an outage
//! nobody comes back in a herd. Each judge is also given a shift that breaks its promise
//! (`liar.rs`): one that a liar could keep would be decoration.

mod agent;
mod budget;
mod claim;
mod comeback;
mod files;
mod lateness;
mod liar;
mod lines;
mod oracle;
mod plan;
mod presses;
mod record;
mod recorder;
mod shift;
mod shown;
mod table;
mod time;
mod turns;
mod vendor;

use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial};

use liar::Lie;
use plan::Plan;
use record::Record;
use turns::Turns;
use vendor::{FLEETS, Fleet};

static TURNS: Turns = Turns::new(shift::AT_A_TIME);

/// A shift, run when the first judge asks for it.
#[derive(Default)]
struct Site {
    record: OnceLock<Result<Record, String>>,
}

impl Site {
    fn record(&self, fleet: &'static Fleet, plan: &Plan) -> Result<&Record, Failed> {
        let record = self.record.get_or_init(|| {
            let shift = TURNS.take(|| shift::run(fleet, Lie::None, plan));
            let record = shift.map_err(|wrong| format!("{wrong:#}"));
            if let Ok(record) = &record {
                table::tell(record);
            }
            record
        });
        record.as_ref().map_err(|wrong| wrong.clone().into())
    }
}

type Judge = fn(&Record) -> Result<(), Failed>;

/// What is judged of each vendor's shift.
const JUDGES: &[(&str, Judge)] = &[
    ("no_display_is_wrong", oracle::no_display_is_wrong),
    (
        "no_claim_outlives_an_outage",
        oracle::no_claim_outlives_an_outage,
    ),
    ("every_press_is_in_time", presses::every_press_is_in_time),
    (
        "requests_stay_inside_the_budget",
        budget::requests_stay_inside_it,
    ),
    (
        "who_was_asked_to_wait_waits",
        budget::who_was_asked_to_wait_waits,
    ),
    (
        "all_come_back_spread_out",
        comeback::all_come_back_spread_out,
    ),
];

fn main() {
    let mut arguments = Arguments::from_args();
    let trials = trials();
    // They wait for shifts, and the judges of a vendor for the same one.
    arguments.test_threads.get_or_insert(trials.len());
    libtest_mimic::run(&arguments, trials).exit();
}

fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for fleet in FLEETS {
        let site = Arc::new(Site::default());
        for (promise, judge) in JUDGES {
            let site = Arc::clone(&site);
            let name = format!("{}::{promise}", fleet.vendor);
            trials.push(Trial::test(name, move || {
                judge(site.record(fleet, &Plan::whole())?)
            }));
        }
        let name = format!("{}::the_page_states_the_budget", fleet.vendor);
        trials.push(Trial::test(name, move || budget::the_page_states_it(fleet)));
    }
    trials.extend(liar::trials());
    trials.push(Trial::test(
        "liar::all_come_back_spread_out",
        comeback::a_herd_is_noticed,
    ));
    trials
}
