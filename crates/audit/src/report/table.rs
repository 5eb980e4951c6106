use jiff::Timestamp;

use super::{Pause, Report};

const HEAD: [&str; 8] = [
    "Asked (UTC)",
    "User",
    "Call",
    "Proven",
    "Latency",
    "Length",
    "Reminders",
    "Outcome",
];

pub(super) fn write(report: &Report) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(report.pauses.iter().map(row));
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let cells = row.iter().zip(&widths);
            let cells: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect();
    if report.pauses.is_empty() {
        lines = vec![format!("No pauses from {} to {}.", report.from, report.to)];
    }
    lines.push(String::new());
    lines.extend(totals(report));
    lines.join("\n")
}

fn row(pause: &Pause) -> [String; HEAD.len()] {
    let seconds = |millis: Option<u64>| {
        let tenths = millis.map(|millis| (millis + 50) / 100);
        tenths.map_or("-".to_owned(), |tenths| {
            format!("{}.{} s", tenths / 10, tenths % 10)
        })
    };
    let outcome = pause.outcome.name();
    let marks = [
        pause.reason.clone().filter(|reason| !reason.is_empty()),
        pause.is_unproven.then(|| "unproven".to_owned()),
        pause.is_over_the_limit.then(|| "over the limit".to_owned()),
    ];
    let marks: Vec<String> = marks.into_iter().flatten().collect();
    [
        pause.asked.map_or("elsewhere".to_owned(), day_and_time),
        pause.user.clone(),
        pause.call.clone().unwrap_or_else(|| "-".to_owned()),
        pause.proven.map_or("-".to_owned(), time),
        seconds(pause.latency_ms),
        seconds(pause.length_ms),
        pause.reminders.to_string(),
        if marks.is_empty() {
            outcome.to_owned()
        } else {
            format!("{outcome} ({})", marks.join(", "))
        },
    ]
}

fn day_and_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn time(at: Timestamp) -> String {
    at.strftime("%H:%M:%S").to_string()
}

fn totals(report: &Report) -> Vec<String> {
    let totals = report.totals;
    let counts = [
        ("Pauses", totals.pauses),
        ("Failed", totals.failed),
        ("Unproven", totals.unproven),
        ("Over the limit", totals.over_the_limit),
        ("Call ended while paused", totals.call_ended_while_paused),
    ];
    let counts = counts.map(|(name, count)| format!("{name:<23}  {count:>5}"));
    let log = &report.log;
    let state = if log.is_whole {
        format!("The log is whole up to record {}.", log.newest)
    } else {
        "THE LOG IS NOT AS IT WAS WRITTEN: see `fermatactl audit verify`.".to_owned()
    };
    counts.into_iter().chain([String::new(), state]).collect()
}
