//! One suite, every adapter: each trial is a promise of the `Vendor` trait, judged over real
//! sockets against that vendor's simulator.
//!
//! A promise that does not apply to a vendor is ignored and listed, never passed; which ones
//! those are is itself a trial, so that a capability lowered to dodge a promise is seen. And
//! each promise is tried on an adapter that breaks it (`liar.rs`): one that a liar could keep
//! would be decoration.

mod bench;
mod checks;
mod liar;

use std::time::Duration;

use bench::Bench;
use checks::{CHECKS, Check};
use libtest_mimic::{Arguments, Failed, Trial};
use vendors::{VENDORS, VendorEntry};

/// Longer than any check needs; a check that hangs has failed.
const TOO_LONG: Duration = Duration::from_secs(20);

/// Every promise that does not apply, with its reason.
const NOT_APPLICABLE: &[&str] = &[
    "anywhere365::a_call_that_is_over_is_not_listed: it cannot be asked for calls",
    "anywhere365::a_confirmation_is_the_truth: no reply of it confirms anything",
    "anywhere365::calls_are_told_as_they_come_and_go: it tells of no calls",
    "anywhere365::nothing_is_told_of_another_agents_calls: it tells of no calls",
    "anywhere365::the_agents_calls_are_listed_and_nobody_elses: it cannot be asked for calls",
    "gqm::a_call_is_touched_alone: it pauses whatever call the agent is on",
    "gqm::a_change_by_somebody_else_is_hinted: it tells nothing of recorders",
    "gqm::a_confirmation_is_the_truth: no reply of it confirms anything",
    "gqm::a_garbled_read_back_is_unintelligible: it has no read-back",
    "gqm::a_read_back_tells_the_truth: it has no read-back",
    "gqm::an_unknown_call_is_no_such_call_when_read_back: it has no read-back",
    "gqm::calls_are_told_as_they_come_and_go: it tells of no calls",
    "gqm::events_end_with_an_error_and_not_with_silence: it tells nothing unasked",
    "gqm::listening_again_is_as_good_as_the_first_time: it tells nothing unasked",
    "gqm::nothing_is_told_of_another_agents_calls: it tells of no calls",
    "gws::a_confirmation_is_the_truth: no reply of it confirms anything",
    "noojee::a_change_by_somebody_else_is_hinted: it tells nothing of recorders",
    "noojee::a_confirmation_is_the_truth: no reply of it confirms anything",
    "noojee::a_garbled_read_back_is_unintelligible: it has no read-back",
    "noojee::a_read_back_tells_the_truth: it has no read-back",
    "noojee::an_unknown_call_is_no_such_call_when_read_back: it has no read-back",
    "xima::a_call_is_touched_alone: it pauses whatever call the agent is on",
    "xima::a_call_that_is_over_is_not_listed: it cannot be asked for calls",
    "xima::a_change_by_somebody_else_is_hinted: it tells nothing of recorders",
    "xima::a_confirmation_is_the_truth: no reply of it confirms anything",
    "xima::a_garbled_read_back_is_unintelligible: it has no read-back",
    "xima::a_read_back_tells_the_truth: it has no read-back",
    "xima::a_wrong_secret_is_rejected_at_sign_in: nothing can be checked without touching a call",
    "xima::an_unknown_call_is_no_such_call_when_read_back: it has no read-back",
    "xima::calls_are_told_as_they_come_and_go: it tells of no calls",
    "xima::events_end_with_an_error_and_not_with_silence: it tells nothing unasked",
    "xima::listening_again_is_as_good_as_the_first_time: it tells nothing unasked",
    "xima::nothing_is_told_of_another_agents_calls: it tells of no calls",
    "xima::the_agents_calls_are_listed_and_nobody_elses: it cannot be asked for calls",
];

fn main() {
    let mut arguments = Arguments::from_args();
    // Each trial has its own server and waits more than it computes.
    arguments.test_threads.get_or_insert(4);
    libtest_mimic::run(&arguments, trials()).exit();
}

fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    let mut not_applicable = Vec::new();
    for entry in VENDORS {
        for check in CHECKS {
            let name = format!("{}::{}", entry.name, check.name);
            let why_not = (check.why_not)(&Bench::capabilities(entry));
            if let Some(why_not) = why_not {
                not_applicable.push(format!("{name}: {why_not}"));
            }
            let trial = Trial::test(name, move || judge(entry, check, liar::Lie::None));
            trials.push(trial.with_ignored_flag(why_not.is_some()));
            if why_not.is_none() {
                let name = format!("{}::liar::{}", entry.name, check.name);
                trials.push(Trial::test(name, move || catch_liar(entry, check)));
            }
        }
    }
    trials.push(Trial::test(
        "the_promises_that_do_not_apply_are_known",
        move || {
            not_applicable.sort();
            if not_applicable == NOT_APPLICABLE {
                return Ok(());
            }
            Err(format!("these do not apply; is that meant?\n{not_applicable:#?}").into())
        },
    ));
    trials
}

fn judge(entry: &'static VendorEntry, check: &Check, lie: liar::Lie) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut bench = Bench::new(entry, lie)?;
    runtime.block_on(async {
        tokio::time::timeout(TOO_LONG, (check.run)(&mut bench))
            .await
            .map_err(|_elapsed| Failed::from("it hangs"))?
    })
}

fn catch_liar(entry: &'static VendorEntry, check: &Check) -> Result<(), Failed> {
    match judge(entry, check, check.liar) {
        Err(_caught) => Ok(()),
        Ok(()) => Err(format!("an adapter that {:?} keeps this promise", check.liar).into()),
    }
}
