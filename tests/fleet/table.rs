//! What a shift came to, in numbers.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use simulators::On;

use crate::budget::{Spent, turned_away};
use crate::comeback::{all_back_after, comeback, worst_seconds};
use crate::oracle::Compared;
use crate::presses::Presses;
use crate::record::Record;
use crate::time::{milliseconds, seconds};

/// What has been told, so that the file holds all of it.
static TOLD: Mutex<String> = Mutex::new(String::new());

/// Prints the numbers of a shift, and keeps them in `target/fleet.txt`.
pub(crate) fn tell(record: &Record) {
    let text = text(record);
    let mut told = TOLD.lock().expect("nobody panics while holding it");
    told.push_str(&text);
    let kept = keep(&told);
    let mut out = std::io::stdout().lock();
    // Whoever does not listen misses it; the trials do not.
    let _ = write!(out, "\n{text}");
    if let Err(wrong) = kept {
        let _ = writeln!(out, "{} was not written: {wrong}", file().display());
    }
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("../fleet.txt")
}

fn keep(text: &str) -> std::io::Result<()> {
    let mut unfinished = tempfile::NamedTempFile::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    unfinished.write_all(text.as_bytes())?;
    unfinished.persist(file())?;
    Ok(())
}

fn text(record: &Record) -> String {
    let mut rows = vec![
        ("shift", shift(record)),
        ("calls", calls(record)),
        ("presses", presses(record)),
        ("claims", claims(record)),
    ];
    rows.extend(requests(record));
    if !record.plan.back.is_zero() {
        rows.push(("comeback", came_back(record)));
    }
    let mut text = format!("{}\n", record.fleet.vendor);
    for (about, row) in rows {
        let _ = writeln!(text, "  {about:14} {row}");
    }
    text.push('\n');
    text
}

fn shift(record: &Record) -> String {
    let busy = record.processor.as_secs_f64() / record.ended.as_secs_f64();
    format!(
        "{} agents, {}; all sites together took {:.0}% of one processor, which was late by {} at worst",
        record.plan.agents,
        seconds(record.ended),
        busy * 100.0,
        milliseconds(record.late)
    )
}

fn calls(record: &Record) -> String {
    let meddled = record.agents.iter().filter(|agent| agent.meddled).count();
    format!(
        "{}; somebody else is at the recorder of {meddled} agents, too",
        record.histories.len()
    )
}

fn presses(record: &Record) -> String {
    let presses = Presses::of(record);
    format!(
        "{}: the recorder followed within {} (half), {} (99 of 100), {} (all); {} in vain with no session or in the outage, {} failed after it; {} of {} pauses shown",
        presses.took.len(),
        milliseconds(presses.took_at_most(50)),
        milliseconds(presses.took_at_most(99)),
        milliseconds(presses.took_at_most(100)),
        presses.in_vain,
        presses.told,
        presses.shown,
        presses.to_be_shown
    )
}

fn claims(record: &Record) -> String {
    let compared = Compared::of(record);
    format!(
        "{}, {} of them of a pause; {} wrong; at the longest one stood for {} after the agent's own doing, {} after somebody else's or the call's end, {} after a new call had begun",
        compared.claims,
        compared.pauses,
        compared.wrong.len(),
        milliseconds(compared.after_us),
        milliseconds(compared.after_others),
        milliseconds(compared.after_a_call)
    )
}

fn requests(record: &Record) -> Vec<(&'static str, String)> {
    let spent = Spent::of(record);
    let of_kind = |on| (on, record.requests.iter().filter(|it| it.on == on).count());
    let kinds = [On::Commands, On::Reads, On::SignIn, On::Events].map(of_kind);
    let (refused, heedless) = turned_away(record);
    vec![
        (
            "requests",
            format!("{}: {}", record.requests.len(), in_kinds(&kinds)),
        ),
        (
            "an agent's hour",
            format!(
                "{:.0} requests of {:.0} that its calls and pauses allow; nearest to it: {}",
                spent.per_hour(),
                spent.allowed_per_hour(),
                spent.worst
            ),
        ),
        (
            "retry-after",
            format!(
                "{refused} reads turned away, {} asked too soon",
                heedless.len()
            ),
        ),
    ]
}

fn came_back(record: &Record) -> String {
    let comeback = comeback(record);
    let all = all_back_after(record);
    format!(
        "{:.1} requests a second before; after the return {:.0} in the worst three ({:.2} times; {}), {} later; all signed in after {}",
        comeback.steady,
        comeback.peak,
        comeback.peak / comeback.steady,
        in_kinds(&worst_seconds(record)),
        seconds(comeback.peak_at),
        all.map_or_else(|| "never".to_owned(), seconds)
    )
}

fn in_kinds(kinds: &[(On, usize)]) -> String {
    let word = |on| match on {
        On::Commands => "commands",
        On::Reads => "reads",
        On::SignIn => "signing in",
        On::Events => "events",
        On::Everything => "requests",
    };
    let some = kinds.iter().filter(|(_, count)| *count > 0);
    let some: Vec<String> = some
        .map(|(on, count)| format!("{count} {}", word(*on)))
        .collect();
    some.join(", ")
}
