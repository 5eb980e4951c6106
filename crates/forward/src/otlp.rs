//! OpenTelemetry's protocol for logs, as JSON over HTTP (documented: "OTLP Specification 1.x",
//! "OTLP/HTTP"; `opentelemetry/proto/logs/v1/logs.proto`).

use audit::Record;
use serde_json::{Map, Value, json};

use crate::Means;
use crate::collector::{Collector, Delivered, Kind};
use crate::http::{self, Post};
use crate::refusal::Refusal;
use crate::severity::{Severity, severity};

#[derive(Debug)]
pub(crate) struct Otlp(Post);

impl Collector for Otlp {
    const KIND: Kind = Kind::Otlp;

    fn new(address: &str, means: Means) -> Result<Self, Refusal> {
        Post::new(address, means.http).map(Self)
    }

    async fn deliver(&mut self, records: &[Record]) -> Result<Delivered, Refusal> {
        let response = self.0.send(body(records).to_string()).await?;
        let rejected = rejected(&http::text(response).await?)?;
        Ok(Delivered::Taken { rejected })
    }

    async fn settle(&mut self) -> Result<(), Refusal> {
        Ok(())
    }
}

fn body(records: &[Record]) -> Value {
    let by_origin = records.chunk_by(|one, next| {
        (&one.host, &one.program, &one.run) == (&next.host, &next.program, &next.run)
    });
    let logs: Vec<Value> = by_origin.map(logs_of_one_origin).collect();
    json!({ "resourceLogs": logs })
}

fn logs_of_one_origin(records: &[Record]) -> Value {
    let Record {
        host, program, run, ..
    } = &records[0];
    let (name, version) = program.split_once(' ').unwrap_or((program, ""));
    let records: Vec<Value> = records.iter().map(log_record).collect();
    json!({
        "resource": { "attributes": [
            attribute("service.name", text(name)),
            attribute("service.version", text(version)),
            attribute("service.instance.id", text(run)),
            attribute("host.name", text(host)),
        ] },
        "scopeLogs": [{ "scope": { "name": "fermata.audit" }, "logRecords": records }],
    })
}

fn log_record(record: &Record) -> Value {
    let (number, name) = match severity(record) {
        Severity::Error => (17, "ERROR"),
        Severity::Warning => (13, "WARN"),
        Severity::Information => (9, "INFO"),
    };
    let at = record.at.as_nanosecond().to_string();
    json!({
        "timeUnixNano": at,
        "observedTimeUnixNano": at,
        "severityNumber": number,
        "severityText": name,
        "eventName": format!("fermata.{}", record.event),
        "body": text(&record.line),
        "attributes": attributes(&record.line),
    })
}

/// What can be searched for: all that a record says but for its details, which the body has.
fn attributes(line: &str) -> Vec<Value> {
    let fields: Map<String, Value> = serde_json::from_str(line).unwrap_or_default();
    let attributes = fields.into_iter().filter_map(|(key, value)| {
        let value = match value {
            Value::String(value) => text(&value),
            Value::Bool(value) => json!({ "boolValue": value }),
            // 64 bits are a text in this JSON (documented: "JSON Mapping" of Protobuf).
            Value::Number(number) => json!({ "intValue": number.as_i64()?.to_string() }),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some(attribute(&format!("fermata.{key}"), value))
    });
    attributes.collect()
}

fn attribute(key: &str, value: Value) -> Value {
    json!({ "key": key, "value": value })
}

fn text(value: &str) -> Value {
    json!({ "stringValue": value })
}

/// How many records the collector does not want at all: these must not be sent again
/// (documented: "Partial Success").
fn rejected(reply: &[u8]) -> Result<u64, Refusal> {
    if reply.is_empty() {
        return Ok(0);
    }
    let reply: Map<String, Value> =
        serde_json::from_slice(reply).map_err(|_| Refusal::NotUnderstood)?;
    let partial = reply.get("partialSuccess");
    Ok(
        match partial.and_then(|part| part.get("rejectedLogRecords")) {
            Some(Value::String(count)) => count.parse().map_err(|_| Refusal::NotUnderstood)?,
            Some(Value::Number(count)) => count.as_u64().ok_or(Refusal::NotUnderstood)?,
            Some(Value::Null) | None => 0,
            Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
                return Err(Refusal::NotUnderstood);
            }
        },
    )
}

#[cfg(test)]
mod tests;
