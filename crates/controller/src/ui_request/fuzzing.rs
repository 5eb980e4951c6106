//! What must hold whatever the page sends.

use serde_json::{Value, json};

use super::UiRequest;
use crate::view::Request;

const CANARY: &str = "kanarek7Zq";

pub(crate) fn request(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        assert!(serde_json::from_slice::<UiRequest>(bytes).is_err());
        return;
    };
    if value.to_string().contains(CANARY) {
        return;
    }
    let Value::Object(fields) = value else {
        return;
    };
    for secret in [
        json!(CANARY),
        json!([CANARY]),
        json!({ CANARY: CANARY }),
        Value::Null,
    ] {
        let mut fields = fields.clone();
        fields.insert("secret".to_owned(), secret);
        match serde_json::from_value::<UiRequest>(Value::Object(fields)) {
            Ok(request) => {
                let shown = format!("{request:?}");
                let request = Option::<Request>::from(request);
                assert!(!shown.contains(CANARY) && !format!("{request:?}").contains(CANARY));
            }
            Err(error) => assert!(!error.to_string().contains(CANARY), "{error}"),
        }
    }
}
