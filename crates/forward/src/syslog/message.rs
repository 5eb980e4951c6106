//! One record as one message.

use audit::Record;

use crate::severity::{Severity, severity};

/// "log audit" (documented: RFC 5424, 6.2.1).
const FACILITY: u8 = 13;

/// A message with its length before it (documented: RFC 5425, 4.3).
pub(super) fn frame(record: &Record) -> String {
    let message = message(record);
    format!("{} {message}", message.len())
}

/// The text of the message is the line as it stands in the log: JSON, in which control
/// characters are escaped. No byte order mark before it: JSON has none.
fn message(record: &Record) -> String {
    let priority = FACILITY * 8 + number(severity(record));
    let at = record.at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
    let host = name(&record.host, 255);
    let program = record.program.split(' ').next().unwrap_or_default();
    let (program, run) = (name(program, 48), name(&record.run, 128));
    let event = name(&record.event, 32);
    let line = &record.line;
    format!("<{priority}>1 {at} {host} {program} {run} {event} - {line}")
}

fn number(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 3,
        Severity::Warning => 4,
        Severity::Information => 6,
    }
}

/// A name in a message's head: printable ASCII without spaces, `-` if nothing is left.
fn name(text: &str, longest: usize) -> String {
    let name: String = text
        .chars()
        .filter(char::is_ascii_graphic)
        .take(longest)
        .collect();
    if name.is_empty() {
        "-".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::record;

    #[test]
    fn a_record_is_one_message_with_the_head_of_rfc_5424_and_its_length_before_it() {
        let record = record(7, "failed");
        let line = &record.line;
        let message = format!(
            "<107>1 2026-11-21T08:00:07.000Z desk-17 fermata 00000000deadbeef failed - {line}"
        );
        assert_eq!(frame(&record), format!("{} {message}", message.len()));
    }

    #[test]
    fn the_length_counts_bytes_and_no_name_breaks_the_head() {
        let strange = Record {
            host: "büro 17\n".to_owned(),
            program: String::new(),
            event: "e".repeat(40),
            line: r#"{"user":"Jörg"}"#.to_owned(),
            ..record(1, "started")
        };
        let text = message(&strange);
        let head = format!(" bro17 - 00000000deadbeef {} - ", "e".repeat(32));
        assert!(text.contains(&head), "{text}");
        let frame = frame(&strange);
        let (length, rest) = frame.split_once(' ').unwrap();
        assert_eq!(length.parse::<usize>().unwrap(), rest.len());
    }
}
