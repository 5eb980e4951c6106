use super::*;
use crate::sample::record;

#[test]
fn a_body_is_an_array_of_the_lines_as_they_stand_in_the_log() {
    let records = [record(1, "started"), record(2, "failed")];
    let body = body(&records);
    let parsed: Vec<serde_json::Value> = serde_json::from_str(&body).unwrap();
    assert_eq!(parsed.len(), 2);
    assert_eq!(parsed[1]["event"], "failed");
    assert_eq!(body, format!("[{},{}]", records[0].line, records[1].line));
}
