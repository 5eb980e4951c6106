use std::fmt;
use std::io::Write;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_appender::non_blocking::NonBlocking;
use tracing_subscriber::layer::{Context, Layer};

use crate::redaction::{redacted, redacted_json};

/// How long a value may be, in bytes: a reply that somebody logs whole must not take the room of
/// a day.
const LONGEST_VALUE: usize = 8_192;

/// Makes a line of each event, with everything masked that must not be written down.
pub(super) struct JsonLines {
    lines: NonBlocking,
}

impl JsonLines {
    pub(super) fn new(lines: NonBlocking) -> Self {
        Self { lines }
    }
}

impl<S: Subscriber> Layer<S> for JsonLines {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let line = line(Timestamp::now(), event, fields.0);
        // It never fails: a line too many is counted as lost.
        let _ = self.lines.clone().write_all(line.as_bytes());
    }
}

fn line(now: Timestamp, event: &Event<'_>, fields: Map<String, Value>) -> String {
    let metadata = event.metadata();
    let mut line = Map::new();
    line.insert(
        "time".into(),
        now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string().into(),
    );
    line.insert("level".into(), metadata.level().as_str().into());
    line.insert("target".into(), metadata.target().into());
    line.insert("fields".into(), redacted_json(Value::Object(fields)));
    let mut line = Value::Object(line).to_string();
    line.push('\n');
    line
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn add(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn add_text(&mut self, field: &Field, text: &str) {
        if text.len() <= LONGEST_VALUE {
            return self.add(field, text);
        }
        // Masked before it is cut: half of a card number would not be known as one.
        let mut text = redacted(text);
        let most = text.floor_char_boundary(LONGEST_VALUE);
        text.truncate(most);
        self.add(field, format!("{text} [cut off]"));
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add_text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add_text(field, &format!("{value:?}"));
    }
}
