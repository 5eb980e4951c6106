use jiff::Timestamp;

use super::Pause;

const NAMES: [&str; 17] = [
    "user",
    "host",
    "vendor",
    "agent",
    "call",
    "asked",
    "proven",
    "resume_asked",
    "resume_proven",
    "length_ms",
    "latency_ms",
    "outcome",
    "reason",
    "reminders",
    "unproven",
    "over_the_limit",
    "call_ended_while_paused",
];

pub(super) fn write(pauses: &[Pause]) -> String {
    let mut lines = vec![NAMES.join(",")];
    lines.extend(pauses.iter().map(|pause| {
        let cells = cells(pause).map(|cell| quoted(&cell));
        cells.join(",")
    }));
    lines.push(String::new());
    lines.join("\r\n")
}

fn cells(pause: &Pause) -> [String; NAMES.len()] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let time = |time: Option<Timestamp>| time.map(|at| at.to_string()).unwrap_or_default();
    let millis = |millis: Option<u64>| millis.map(|count| count.to_string()).unwrap_or_default();
    [
        pause.user.clone(),
        pause.host.clone(),
        text(&pause.vendor),
        text(&pause.agent),
        text(&pause.call),
        time(pause.asked),
        time(pause.proven),
        time(pause.resume_asked),
        time(pause.resume_proven),
        millis(pause.length_ms),
        millis(pause.latency_ms),
        pause.outcome.name().to_owned(),
        text(&pause.reason),
        pause.reminders.to_string(),
        pause.is_unproven.to_string(),
        pause.is_over_the_limit.to_string(),
        pause.call_ended_while_paused.to_string(),
    ]
}

/// A spreadsheet takes what begins like this for a formula, and an id comes from outside.
const LIKE_A_FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn quoted(cell: &str) -> String {
    let cell = if cell.starts_with(LIKE_A_FORMULA) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn whatever_an_id_holds_it_stays_one_cell_and_no_formula() {
        assert_eq!(quoted("call-1"), "call-1");
        assert_eq!(quoted("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
        assert_eq!(quoted("=HYPERLINK(1,2)"), "\"'=HYPERLINK(1,2)\"");
        assert_eq!(quoted("+4930123"), "'+4930123");
    }
}
