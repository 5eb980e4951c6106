//! What has to come of what happens to calls.

use controller::view::DisplayName;
use simulators::Vendor;

use super::{Expected, WhyNot, paused, recording, works};
use crate::fault::Life;
use crate::moment::Moment;
use crate::within::Within;

pub(super) fn expected(vendor: Vendor, life: Life, moment: Moment) -> Result<Expected, WhyNot> {
    if life == Life::IdIsUsedAgain && vendor == Vendor::Noojee {
        return Err("its ids are Asterisk's, which hold the time at which the call began");
    }
    let pressed = moment == Moment::Before || moment == Moment::Pausing;
    Ok(match life {
        Life::Ends => ends(vendor, moment),
        // At Xima it takes over from the first, and with it a pause that is under way. GQM has
        // taken that before anybody knows of the second.
        Life::IsJoined if moment == Moment::Pausing && vendor != Vendor::Xima => {
            begins(vendor, &["call-started"]).because("the second call has not been asked for")
        }
        Life::IsReplaced | Life::IsTransferred | Life::IsJoined if pressed => {
            in_time(vendor, moment)
        }
        Life::IsTransferred if vendor.proves() => Expected {
            display: paused(vendor),
            ..begins(vendor, &["paused-elsewhere"])
        },
        Life::IsReplaced | Life::IsTransferred | Life::IsJoined => {
            begins(vendor, &["call-started"])
        }
        Life::IdIsUsedAgain => used_again(vendor, moment),
    })
}

/// As if nothing had happened, but what is asked for goes to another call first.
fn in_time(vendor: Vendor, moment: Moment) -> Expected {
    Expected {
        within: Within::Proof,
        ..works(vendor, moment)
    }
}

/// Another call has begun, from nothing.
fn begins(vendor: Vendor, records: &'static [&'static str]) -> Expected {
    Expected {
        display: recording(vendor),
        within: Within::Proof,
        problems: &[],
        perhaps: &[],
        records,
        because: "",
    }
}

/// The vendor says that there is nothing to pause or to resume.
fn no_such_call(vendor: Vendor, records: &'static [&'static str]) -> Expected {
    Expected {
        display: DisplayName::Failed,
        problems: &["no-such-call"],
        ..begins(vendor, records)
    }
}

/// Where calls are known by a list alone.
const LOOKS_AS_BEFORE: &str = "the list of calls looks as before, and what a command goes to is \
                               gone; that the new call can be paused says that it is recorded";

fn ends(vendor: Vendor, moment: Moment) -> Expected {
    let no_call = |records| Expected {
        display: DisplayName::NoCall,
        ..begins(vendor, records)
    };
    match (moment, vendor) {
        (Moment::Before, Vendor::Xima | Vendor::Gqm) => {
            no_such_call(vendor, &["failed pause refused"]).because(
                "a press without a call is sent all the same, for this vendor acts on whatever \
                 the agent is on; it answers that this is nothing",
            )
        }
        (Moment::Before, _) => no_call(&["nothing-to-pause"]),
        (Moment::Paused, Vendor::Xima | Vendor::Gqm | Vendor::Noojee) => {
            no_call(&["call-ended left-paused"])
        }
        (Moment::Pausing | Moment::Paused | Moment::Resuming, _) => {
            no_call(&["call-ended", "call-ended left-paused"])
        }
    }
}

fn used_again(vendor: Vendor, moment: Moment) -> Expected {
    match (vendor, moment) {
        (_, Moment::Before) => in_time(vendor, moment),
        (Vendor::Gqm, Moment::Pausing) => {
            no_such_call(vendor, &["failed pause refused"]).because(LOOKS_AS_BEFORE)
        }
        (Vendor::Gqm, Moment::Resuming) => {
            no_such_call(vendor, &["failed resume refused"]).because(LOOKS_AS_BEFORE)
        }
        (Vendor::Gqm, Moment::Paused) => begins(vendor, &[]).because(LOOKS_AS_BEFORE),
        (_, Moment::Pausing) => in_time(vendor, moment),
        (Vendor::Gws, Moment::Paused | Moment::Resuming) => begins(
            vendor,
            &[
                "resumed-elsewhere",
                "call-started",
                "proven resume recording",
            ],
        ),
        (_, Moment::Paused | Moment::Resuming) => begins(vendor, &["call-started"]),
    }
}
