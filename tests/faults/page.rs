//! `docs/faults.md`, written from the table.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use controller::view::DisplayName;
use libtest_mimic::Failed;
use pause::Limits;
use simulators::Vendor;

use crate::cell::Cell;
use crate::expected::{Expected, expected};
use crate::fault::FAULTS;
use crate::moment::Moment;
use crate::recovery::{Recovery, recovery};
use crate::table::{COUNTED, Counts};
use crate::vendor::VENDORS;
use crate::within::Within;

/// Rewrites the page where it says something else than the table, and fails.
#[expect(
    clippy::disallowed_methods,
    reason = "half a generated file is seen by the next run of this test"
)]
pub(crate) fn is_up_to_date() -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/faults.md");
    // A checkout on Windows may have turned the line ends.
    let old = fs::read_to_string(&path).unwrap_or_default();
    let new = page();
    if old.replace("\r\n", "\n") == new {
        return Ok(());
    }
    fs::write(&path, new)?;
    Err("docs/faults.md was out of date and has been rewritten: commit it".into())
}

fn page() -> String {
    let mut page = String::from(HEAD);
    let Counts {
        played,
        cannot_be,
        recovered,
        stays_wrong,
    } = COUNTED;
    let limits = Limits::default();
    let seconds = |time: Duration| time.as_secs();
    write!(
        page,
        "Of {} cells {played} are played and {cannot_be} cannot be (–, with the reason beneath). \
         Of those that are played {recovered} come true again by the last column, and \
         {stays_wrong} cannot before the next press. Times are those of the product's defaults: a press takes {} s at most, proof of a pause \
         lives {} s. The tests play with shorter ones.\n\n## The faults\n\n",
        played + cannot_be,
        seconds(limits.settle_within),
        seconds(limits.freshness),
    )
    .expect("memory takes anything");
    page += "| Fault | What happens |\n|---|---|\n";
    for fault in FAULTS {
        page += &format!("| `{}` | {} |\n", fault.name, fault.about);
    }
    for vendor in VENDORS {
        page += &table_of(vendor);
    }
    page
}

const HEAD: &str = "\
<!-- Written by tests/faults from its rules: change those, and run `cargo xtask test` or \
`cargo test --package tests --features faults --test faults page`. -->
# What is shown when something goes wrong

Each fault is tried at each vendor and at each moment, against the simulators over real sockets \
(`tests/faults`). A fault strikes at its moment and stays:

* **Before** a pause: in a call that is recorded, 2.5 s before the agent asks for a pause.
* **Pausing**: when the command that pauses is on its way.
* **Paused**: while the recording is paused. Where the fault is one of events, somebody else \
resumes the recording then, and that has to be seen.
* **Resuming**: when the command that resumes is on its way.

A cell says what is shown in the end, within what time of the press (of the fault, while paused), \
the problem that is shown beside it (*or*: one of them), and what is in the audit log of it. \
Whatever happens, three things hold in every cell besides: PAUSED and PAUSE SENT never stand for \
longer than proof lives while the recorder is at work, nor RECORDING while it is not; PAUSING and \
RESUMING never stand for longer than a press may take; the secret is in nothing that is shown, \
logged or written. One exception: a vendor that offers no proof and says yes to what it does not \
do (`lies`, `202-only`) cannot be found out, which is why PAUSE SENT says NOT CONFIRMED.

Then the fault is taken away, and **afterwards** what is shown becomes true again: what the \
recorder really does, or UNKNOWN where this vendor lets nobody know. The last column says within \
what time, and what the agent has to do for it, if anything: acknowledge FAILED (it stays, unless \
what was asked for is proven after all) or sign in anew. Then one more pause and resume work as \
ever, are proven or else accepted, and in the end no problem is left. What happens to a call is \
not taken away; where none is left, another one begins. The time in which Fermata tries again by \
itself holds after a fault as short as these are (about 10 s). Each attempt that fails makes the \
next wait longer, up to 90 s; a press never waits for it.

FAILED is STILL RECORDING after a pause, and STILL PAUSED or RESUME FAILED after a resume. An \
answer that comes too late is none: where the \
computer is busy, `no-answer` may be on record for another reason, and `vendor-silent` be shown \
beside other problems.

";

fn table_of(vendor: Vendor) -> String {
    let title = vendors::find(vendor.name()).map_or(vendor.name(), |entry| entry.title);
    let mut text = format!("\n## {title}\n\n| Fault |");
    for moment in Moment::ALL {
        text += &format!(" {} |", name(moment));
    }
    text += " Afterwards |\n|---|---|---|---|---|---|\n";
    // Faults that look the same to a desk share a row.
    let mut rows: Vec<(String, Vec<&str>)> = Vec::new();
    let mut notes = Vec::new();
    for fault in FAULTS {
        let cells = Moment::ALL.map(|moment| Cell {
            vendor,
            fault,
            moment,
            adapter: None,
        });
        let row: String = cells
            .iter()
            .map(|cell| in_words(cell, &mut notes))
            .collect();
        let row = format!("{row} {} |", afterwards(&cells, &mut notes));
        note(&mut rows, row, fault.name);
    }
    for (row, faults) in rows {
        text += &format!("| `{}` |{row}\n", faults.join("` `"));
    }
    if !notes.is_empty() {
        text.push('\n');
    }
    for (why, faults) in notes {
        text += &format!("* `{}`: {why}.\n", faults.join("` `"));
    }
    text
}

/// Notes what is said of a fault with those of which the same is said.
fn note<T: PartialEq>(said: &mut Vec<(T, Vec<&'static str>)>, what: T, fault: &'static str) {
    match said.iter_mut().find(|(same, _)| *same == what) {
        Some((_, faults)) if faults.contains(&fault) => {}
        Some((_, faults)) => faults.push(fault),
        None => said.push((what, vec![fault])),
    }
}

fn in_words(cell: &Cell, notes: &mut Vec<(&'static str, Vec<&'static str>)>) -> String {
    match expected(cell) {
        Ok(expected) => {
            if !expected.because.is_empty() {
                note(notes, expected.because, cell.fault.name);
            }
            format!(" {} |", told(&expected))
        }
        Err(why_not) => {
            note(notes, why_not, cell.fault.name);
            " – |".to_owned()
        }
    }
}

/// How it recovers; of which moments that is said, where it differs.
fn afterwards(cells: &[Cell], notes: &mut Vec<(&'static str, Vec<&'static str>)>) -> String {
    let mut said: Vec<(String, Vec<&'static str>)> = Vec::new();
    for cell in cells.iter().filter(|cell| expected(cell).is_ok()) {
        let words = match recovery(cell) {
            Ok(recovery) => recovers(recovery),
            Err(why_not) => {
                note(notes, why_not, cell.fault.name);
                "–".to_owned()
            }
        };
        note(&mut said, words, name(cell.moment));
    }
    match said.as_slice() {
        [] => "–".to_owned(),
        [(words, _)] => words.clone(),
        differing => differing
            .iter()
            .map(|(words, moments)| format!("{}: {words}", moments.join(", ")))
            .collect::<Vec<_>>()
            .join("<br>"),
    }
}

fn recovers(recovery: Recovery) -> String {
    let Recovery {
        signs_in,
        acknowledges,
        within,
    } = recovery;
    let done = match (signs_in, acknowledges) {
        (false, false) => "",
        (false, true) => "acknowledged,",
        (true, false) => "signed in,",
        (true, true) => "signed in and acknowledged,",
    };
    format!("{done}{}", time(within)).trim_start().to_owned()
}

fn told(expected: &Expected) -> String {
    let mut words = format!(
        "**{}**{}",
        headline(expected.display),
        time(expected.within)
    );
    if !expected.problems.is_empty() {
        let codes: Vec<String> = expected
            .problems
            .iter()
            .map(|code| format!("`{code}`"))
            .collect();
        words += &format!("<br>{}", codes.join(" or "));
    }
    if !expected.records.is_empty() {
        words += &format!("<br>*{}*", expected.records.join("* or *"));
    }
    words
}

fn name(moment: Moment) -> &'static str {
    match moment {
        Moment::Before => "Before",
        Moment::Pausing => "Pausing",
        Moment::Paused => "Paused",
        Moment::Resuming => "Resuming",
    }
}

fn time(within: Within) -> String {
    match within.by(&Limits::default()) {
        Duration::ZERO => String::new(),
        time => format!(" {} s", time.as_secs()),
    }
}

/// The words of the indicator, which differ by vendor and by what has failed, in short.
fn headline(display: DisplayName) -> &'static str {
    match display {
        DisplayName::NoCall => "NO CALL",
        DisplayName::NotRecorded => "NOT RECORDED",
        DisplayName::Recording => "RECORDING",
        DisplayName::Pausing => "PAUSING",
        DisplayName::Paused => "PAUSED",
        DisplayName::PauseSent => "PAUSE SENT",
        DisplayName::Resuming => "RESUMING",
        DisplayName::Failed => "FAILED",
        DisplayName::Unknown => "UNKNOWN",
    }
}
