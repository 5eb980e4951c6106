//! One line of the log: a JSON object whose last field is the hash of all before it.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use support::{redacted, redacted_json};

use crate::{Entry, Hash, Origin, Outcome};

const HASH: &str = r#","hash":""#;
const END: &str = r#""}"#;

/// What a record may be numbered: nobody writes so many, and one more can always be counted.
const NUMBERS: std::ops::RangeInclusive<u64> = 1..=i64::MAX as u64;

/// What a line says, in this order. A later version may say more: the hash holds that, too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Body {
    pub(crate) sequence: u64,
    /// UTC, to the millisecond.
    #[serde(serialize_with = "with_milliseconds")]
    pub(crate) at: Timestamp,
    /// What a clock on the wall was ahead of UTC.
    pub(crate) offset: String,
    /// On a clock that nobody sets.
    pub(crate) up_ms: u64,
    /// Tells one start of the program from another.
    pub(crate) run: String,
    pub(crate) event: String,
    pub(crate) outcome: Outcome,
    pub(crate) user: String,
    pub(crate) host: String,
    pub(crate) program: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vendor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request: Option<u64>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) details: Map<String, Value>,
    /// The hash of the record before.
    pub(crate) previous: Hash,
}

/// What is the same in every line of one run.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    pub(crate) origin: Origin,
    pub(crate) run: String,
    pub(crate) zone: TimeZone,
}

impl Writer {
    /// What an entry becomes. Whatever text comes from outside is masked here.
    pub(crate) fn body(&self, entry: &Entry, sequence: u64, previous: Hash) -> Body {
        let masked = |text: &Option<String>| text.as_deref().map(redacted);
        let details = match redacted_json(Value::Object(entry.details.clone())) {
            Value::Object(details) => details,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        };
        Body {
            sequence,
            at: to_the_millisecond(entry.at),
            offset: self.offset(entry.at),
            up_ms: millis(entry.up),
            run: self.run.clone(),
            event: entry.event.name().to_owned(),
            outcome: entry.outcome,
            user: redacted(&self.origin.user),
            host: redacted(&self.origin.host),
            program: redacted(&self.origin.program),
            vendor: masked(&entry.vendor),
            agent: masked(&entry.agent),
            call: masked(&entry.call),
            request: entry.request,
            details,
            previous,
        }
    }

    fn offset(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%:z").to_string()
    }
}

pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Always as wide, so that lines can be sorted.
pub(crate) fn with_milliseconds<S: Serializer>(
    at: &Timestamp,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&written(*at))
}

fn written(at: Timestamp) -> impl fmt::Display {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// Reads what [`with_milliseconds`] writes; in another spelling it was written by somebody else.
pub(crate) fn from_milliseconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let at: Option<Timestamp> = text.parse().ok();
    at.filter(|at| written(*at).to_string() == text)
        .ok_or_else(|| D::Error::custom("no time as 2026-11-21T08:00:00.000Z"))
}

pub(crate) fn to_the_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// Writes a line, its end included, and says its hash.
pub(crate) fn write(body: &Body) -> (String, Hash) {
    let mut line = serde_json::to_string(body).expect("keys are texts, and numbers are finite");
    line.pop();
    let hash = Hash::of(line.as_bytes());
    line.push_str(HASH);
    line.push_str(&hash.to_string());
    line.push_str(END);
    line.push('\n');
    (line, hash)
}

/// A line that is as it was written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sound {
    pub(crate) body: Body,
    pub(crate) hash: Hash,
}

/// Reads a line without its end; `None` if it is not as any line was ever written.
pub(crate) fn read(line: &[u8]) -> Option<Sound> {
    let line = str::from_utf8(line).ok()?;
    let rest = line.strip_suffix(END)?;
    let (front, hash) = rest.split_at_checked(rest.len().checked_sub(Hash::WRITTEN)?)?;
    let body = front.strip_suffix(HASH)?;
    // With the groups of an anchor it would be another line.
    let hash = Hash::read(hash).filter(|read| read.to_string() == hash)?;
    if Hash::of(body.as_bytes()) != hash {
        return None;
    }
    let body: Body = serde_json::from_str(&format!("{body}}}")).ok()?;
    NUMBERS
        .contains(&body.sequence)
        .then_some(Sound { body, hash })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Event;

    fn writer() -> Writer {
        Writer {
            origin: Origin {
                user: "ann".to_owned(),
                host: "desk-17".to_owned(),
                program: "fermata 1.2.3".to_owned(),
            },
            run: "r1".to_owned(),
            zone: TimeZone::fixed(jiff::tz::offset(1)),
        }
    }

    fn entry() -> Entry {
        let at = "2026-11-21T08:00:00.1234567Z".parse().unwrap();
        Entry::new(at, Duration::from_millis(61_250), Event::Proven)
    }

    #[test]
    fn a_line_has_the_fields_that_pci_dss_names_and_is_read_as_it_was_written() {
        // G1: user, type, date and time, outcome, origination, resource.
        let entry = Entry {
            vendor: Some("gws".to_owned()),
            call: Some("call-1".to_owned()),
            request: Some(4),
            ..entry()
        };
        let body = writer().body(&entry.with("took_ms", 412), 7, Hash::NONE);
        let (line, hash) = write(&body);
        assert_eq!(
            line,
            concat!(
                r#"{"sequence":7,"at":"2026-11-21T08:00:00.123Z","offset":"+01:00","#,
                r#""up_ms":61250,"run":"r1","event":"proven","outcome":"success","#,
                r#""user":"ann","host":"desk-17","program":"fermata 1.2.3","vendor":"gws","#,
                r#""call":"call-1","request":4,"details":{"took_ms":412},"#,
                r#""previous":"0000000000000000000000000000000000000000000000000000000000000000","#,
                r#""hash":"HASH"}"#,
                "\n"
            )
            .replace("HASH", &hash.to_string())
        );
        assert_eq!(read(line.trim_end().as_bytes()), Some(Sound { body, hash }));
    }

    #[test]
    fn a_card_number_is_masked_wherever_it_comes_from() {
        // E2, G2
        const CARD: &str = "4111111111111111";
        let entry = Entry {
            vendor: Some(CARD.to_owned()),
            agent: Some(format!("extension {CARD}")),
            call: Some(CARD.to_owned()),
            ..entry()
        };
        let entry = entry
            .with("message", "4111 1111 1111 1111 was typed")
            .with("number", 4_111_111_111_111_111_u64)
            .with(CARD, "a key");
        let mut writer = writer();
        writer.origin = Origin {
            user: CARD.to_owned(),
            host: CARD.to_owned(),
            program: CARD.to_owned(),
        };
        let (line, _) = write(&writer.body(&entry, 1, Hash::NONE));
        assert_eq!(line.matches("[card-number]").count(), 9, "{line}");
        assert!(!line.contains("1111"), "{line}");
    }

    #[test]
    fn what_is_named_like_a_secret_and_queries_are_masked() {
        let entry = entry()
            .with("password", "canary")
            .with("why", "https://a.example/x?token=canary refused");
        let (line, _) = write(&writer().body(&entry, 1, Hash::NONE));
        assert!(!line.contains("canary"), "{line}");
    }
}
