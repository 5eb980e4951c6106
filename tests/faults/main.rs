//! Every vendor, every fault, every moment: hundreds of desks in one process, each with a
//! controller of its own, real sockets, the vendor's simulator, and a relay between them on which
//! things go wrong.
//!
//! What has to come of a cell of the table follows from rules (`expected.rs`), from which
//! `docs/faults.md` is written, too. In every cell the same must hold besides (`oracle.rs`):
//! nothing is shown that was not so, nothing is under way for longer than a press may take, and
//! the secret is nowhere. Then the fault is taken away, and all has to be well again
//! (`recovery.rs`, `afterwards.rs`). Adapters that lie are found out (`liar.rs`). What cannot be
//! is ignored and listed with its reason, and counted.

mod afterwards;
mod cell;
mod certificates;
mod client;
mod desk;
mod expected;
mod fault;
mod lateness;
mod leaks;
mod liar;
mod life;
mod moment;
mod office;
mod oracle;
mod page;
mod proxy;
mod record;
mod recovery;
mod requests;
mod shown;
mod table;
mod vendor;
mod verdict;
mod within;

use std::sync::LazyLock;

use libtest_mimic::{Arguments, Trial};
use tokio::runtime::Runtime;

/// So many desks at a time: they wait more than they compute.
const AT_A_TIME: usize = 240;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("threads can be had")
});

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_A_TIME);
    leaks::watch_the_log();
    RUNTIME.block_on(client::open_office());
    RUNTIME.spawn(lateness::watch());
    libtest_mimic::run(&arguments, trials()).exit();
}

fn trials() -> Vec<Trial> {
    // They take longest: who never comes back is waited for.
    let mut trials: Vec<Trial> = liar::trials(&RUNTIME).collect();
    let of_cells = table::cells().map(|cell| match expected::expected(&cell) {
        Ok(expected) => Trial::test(cell.to_string(), move || {
            verdict::of(&cell, &expected, &RUNTIME)
        }),
        Err(why_not) => {
            Trial::test(format!("{cell}: {why_not}"), || Ok(())).with_ignored_flag(true)
        }
    });
    trials.extend(of_cells);
    trials.push(Trial::test("each_cell_is_counted", table::is_counted));
    trials.push(Trial::test(
        "the_page_says_what_is_tried",
        page::is_up_to_date,
    ));
    trials
}
