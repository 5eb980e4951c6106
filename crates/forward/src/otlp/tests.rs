use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;

use super::*;
use crate::sample::record;

fn attributes_of(attributes: &[KeyValue]) -> BTreeMap<&str, Any> {
    let value = |attribute: &KeyValue| attribute.value.clone().unwrap().value.unwrap();
    let named = attributes.iter();
    named
        .map(|attribute| (attribute.key.as_str(), value(attribute)))
        .collect()
}

fn text_of(value: &str) -> Any {
    Any::StringValue(value.to_owned())
}

#[test]
fn a_body_is_what_the_official_definitions_read() {
    let records = [
        record(1, "started"),
        record(2, "failed"),
        record(3, "torn-line"),
    ];
    let request: ExportLogsServiceRequest = serde_json::from_value(body(&records)).unwrap();
    let [logs] = &request.resource_logs[..] else {
        panic!("{request:?}")
    };
    let resource = attributes_of(&logs.resource.as_ref().unwrap().attributes);
    assert_eq!(resource["service.name"], text_of("fermata"));
    assert_eq!(resource["service.version"], text_of("1.2.3"));
    assert_eq!(resource["host.name"], text_of("desk-17"));
    let [scope] = &logs.scope_logs[..] else {
        panic!("{logs:?}")
    };
    assert_eq!(scope.scope.as_ref().unwrap().name, "fermata.audit");
    let severities: Vec<i32> = scope
        .log_records
        .iter()
        .map(|log| log.severity_number)
        .collect();
    assert_eq!(severities, [9, 17, 13]);
    let log = &scope.log_records[1];
    assert_eq!(log.time_unix_nano, 1_795_248_002_000_000_000);
    assert_eq!(log.observed_time_unix_nano, log.time_unix_nano);
    assert_eq!(log.event_name, "fermata.failed");
    let said = log.body.clone().unwrap().value.unwrap();
    assert_eq!(said, text_of(&records[1].line));
    let attributes = attributes_of(&log.attributes);
    assert_eq!(attributes["fermata.sequence"], Any::IntValue(2));
    assert_eq!(attributes["fermata.vendor"], text_of("gws"));
    assert!(!attributes.contains_key("fermata.details"));
}

#[test]
fn records_of_another_start_have_a_resource_of_their_own_and_keep_their_order() {
    let mut records = [1, 2, 3].map(|sequence| record(sequence, "started"));
    records[1].run = "another".to_owned();
    let request: ExportLogsServiceRequest = serde_json::from_value(body(&records)).unwrap();
    let events = request.resource_logs.iter().map(|logs| {
        let log = &logs.scope_logs[0].log_records[0];
        attributes_of(&log.attributes)["fermata.sequence"].clone()
    });
    let events: Vec<Any> = events.collect();
    assert_eq!(events, [1, 2, 3].map(Any::IntValue));
}

#[test]
fn a_reply_says_how_many_are_rejected_and_anything_else_is_no_reply() {
    let said = |reply: &str| rejected(reply.as_bytes());
    for reply in [
        "",
        "{}",
        r#"{"partialSuccess":{}}"#,
        r#"{"partialSuccess":null}"#,
    ] {
        assert!(matches!(said(reply), Ok(0)), "{reply}");
    }
    for count in ["\"3\"", "3"] {
        let reply = format!(r#"{{"partialSuccess":{{"rejectedLogRecords":{count}}}}}"#);
        assert!(matches!(said(&reply), Ok(3)), "{reply}");
    }
    for reply in [
        "<html>Please log in</html>",
        "[]",
        r#"{"partialSuccess":{"rejectedLogRecords":"many"}}"#,
        r#"{"partialSuccess":{"rejectedLogRecords":[]}}"#,
    ] {
        assert!(
            matches!(said(reply), Err(Refusal::NotUnderstood)),
            "{reply}"
        );
    }
}
