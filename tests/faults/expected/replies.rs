//! What has to come of replies that are not as they should be.

use controller::view::DisplayName;
use simulators::Vendor;

use super::{
    Expected, FAILED_NO_ANSWER, FAILED_NOT_DONE, SILENT, THROTTLED, UNINTELLIGIBLE, WhyNot,
    doubted, failed, works,
};
use crate::fault::Fault;
use crate::moment::Moment;
use crate::within::Within;

const FAILED_REFUSED: [&[&str]; 2] = [&["failed pause refused"], &["failed resume refused"]];
/// It was carried out, and nobody knows. At GWS a call that is so already is not offered it once
/// more, so a second attempt may be refused.
const FAILED_AND_DONE: [&[&str]; 2] = [
    &["failed pause no-answer", "failed pause refused"],
    &["failed resume no-answer", "failed resume refused"],
];
const FAILED_NO_EFFECT: [&[&str]; 2] = [&["failed pause no-effect"], &["failed resume no-effect"]];
const FAILED_NOT_PROVEN: [&[&str]; 2] =
    [&["failed pause not-proven"], &["failed resume not-proven"]];

pub(super) fn without_body(vendor: Vendor, fault: &Fault, moment: Moment) -> Expected {
    // Whatever never ends is not read to its end; to come so far may take too long already.
    let code = if fault.name == "huge-body" {
        &["vendor-unintelligible", "vendor-silent"]
    } else {
        SILENT
    };
    let failed = |records| failed(moment, records, code);
    match (vendor, moment) {
        (Vendor::Xima, _) => works(vendor, moment).because(STATUS_SAYS_IT_ALL),
        (_, Moment::Paused) => doubted(vendor, code),
        (Vendor::Gqm, Moment::Pausing | Moment::Resuming) => status_is_enough(vendor, moment, code),
        (Vendor::Gws, _) => failed(FAILED_AND_DONE),
        (Vendor::Gqm | Vendor::Anywhere365 | Vendor::Noojee, _) => failed(FAILED_NO_ANSWER),
    }
}

pub(super) fn not_understood(vendor: Vendor, moment: Moment) -> Expected {
    let failed = |records| failed(moment, records, UNINTELLIGIBLE);
    match (vendor, moment) {
        (Vendor::Xima, _) => works(vendor, moment).because(STATUS_SAYS_IT_ALL),
        (_, Moment::Paused) => doubted(vendor, UNINTELLIGIBLE),
        (Vendor::Gqm, Moment::Pausing | Moment::Resuming) => {
            status_is_enough(vendor, moment, UNINTELLIGIBLE)
        }
        (Vendor::Anywhere365, _) => failed(FAILED_NOT_PROVEN).because(
            "what a command is answered is undocumented: 200 without an error is taken for a yes, \
             and the read-back decides",
        ),
        (Vendor::Gws, _) => failed(FAILED_AND_DONE),
        (Vendor::Gqm | Vendor::Noojee, _) => failed(FAILED_NO_ANSWER),
    }
}

/// The only thing that a reply says there.
const STATUS_SAYS_IT_ALL: &str = "what a reply holds is undocumented: its status says it all";

/// The command is taken by its status. Then the list of calls comes no more.
fn status_is_enough(vendor: Vendor, moment: Moment, problems: &'static [&'static str]) -> Expected {
    Expected {
        display: DisplayName::Unknown,
        within: Within::Proof,
        problems,
        ..works(vendor, moment)
    }
    .because("the status of a command is its answer; then its list of calls comes no more")
}

pub(super) fn turned_away(vendor: Vendor, status: u16, moment: Moment) -> Expected {
    // GQM says 403 to whoever is not signed in.
    let ends_session = status == 401 || (status == 403 && vendor == Vendor::Gqm);
    let (records, problems): ([&[&str]; 2], &[&str]) = match (status, vendor) {
        // There is no session to end: it is the vendor's answer to the command.
        (401, Vendor::Xima) => (FAILED_REFUSED, &["sign-in-rejected"]),
        _ if ends_session => (FAILED_NOT_DONE, &["sign-in-rejected"]),
        (403, _) => (FAILED_REFUSED, &["not-permitted"]),
        // It stands for an agent without a recording, too.
        (404, Vendor::Xima) => (FAILED_REFUSED, &["no-such-call"]),
        (404, Vendor::Gqm) => (FAILED_REFUSED, &["not-permitted", "no-such-call"]),
        (404, _) => (FAILED_REFUSED, &["not-permitted"]),
        (429, _) => (FAILED_NOT_DONE, THROTTLED),
        (500.., _) => (FAILED_NO_ANSWER, &["vendor-failing"]),
        _ => (FAILED_REFUSED, &["refused"]),
    };
    let proof = doubted(vendor, problems);
    match moment {
        Moment::Paused if ends_session && proof.display == DisplayName::Unknown => Expected {
            records: &["session-over"],
            ..proof
        },
        Moment::Paused => proof,
        Moment::Before | Moment::Pausing | Moment::Resuming => failed(moment, records, problems),
    }
}

/// Where no proof can be had.
const CANNOT_BE_FOUND_OUT: &str =
    "that nothing was done cannot be found out here, and NOT CONFIRMED says so";

pub(super) fn not_done(vendor: Vendor, fault: &Fault, moment: Moment) -> Expected {
    let nothing_said = fault.name == "202-only";
    match vendor {
        Vendor::Xima | Vendor::Gqm => works(vendor, moment).because(CANNOT_BE_FOUND_OUT),
        Vendor::Noojee if nothing_said => failed(moment, FAILED_NO_ANSWER, UNINTELLIGIBLE)
            .because("a yes is 200 there, and nothing else"),
        Vendor::Gws if nothing_said => failed(moment, FAILED_NO_ANSWER, &[]),
        Vendor::Noojee => works(vendor, moment).because(CANNOT_BE_FOUND_OUT),
        Vendor::Anywhere365 | Vendor::Gws => failed(moment, FAILED_NO_EFFECT, &[]),
    }
}

pub(super) fn session_ends(vendor: Vendor, moment: Moment) -> Result<Expected, WhyNot> {
    let works = works(vendor, moment);
    match vendor {
        Vendor::Xima | Vendor::Anywhere365 | Vendor::Noojee => {
            Err("there is no session that could end: each request says who asks")
        }
        Vendor::Gqm if moment == Moment::Paused => Ok(Expected {
            display: DisplayName::Unknown,
            within: Within::Proof,
            records: &["session-over"],
            ..works
        }
        .because("a session that is signed in for anew proves nothing of the time before it")),
        Vendor::Gqm | Vendor::Gws => Ok(works),
    }
}
