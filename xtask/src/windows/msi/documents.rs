//! Whether a package says what is inside it.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::package::Package;
use crate::sbom::{BILL, LICENSES};

/// Only in the programs for Windows, and only in those for others.
const HERE: [&str; 3] = ["fermata", "webview2-com-sys", "WebView2Loader.dll"];
const ELSEWHERE: [&str; 2] = ["webkit2gtk", "objc2"];

/// Fails unless it carries the bill of materials of Windows and the licenses of others.
pub(super) fn are_there(package: &Package) -> Result<()> {
    let read = |name: &str| {
        fs::read_to_string(package.staged().join(name))
            .with_context(|| format!("there is no {name}"))
    };
    let bill = serde_json::from_str(&read(BILL)?).context("the bill is no JSON")?;
    let found = faults(&bill, &read(LICENSES)?);
    ensure!(found.is_empty(), "{}", found.join("; "));
    Ok(())
}

fn faults(bill: &Value, licenses: &str) -> Vec<String> {
    let components: Vec<&Value> = bill["components"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let names: Vec<&str> = components
        .iter()
        .filter_map(|component| component["name"].as_str())
        .collect();
    let missing = HERE
        .iter()
        .filter(|name| !names.contains(name))
        .map(|name| format!("{name} is not in the bill"));
    let strange = ELSEWHERE
        .iter()
        .filter(|name| names.contains(name))
        .map(|name| format!("{name} is in the bill, and is not for Windows"));
    let of_others = components
        .iter()
        .filter(|component| component["scope"] == "required" && !component["purl"].is_null());
    let unlicensed = of_others
        .filter_map(|component| {
            let whose = format!(
                "{} {}",
                component["name"].as_str()?,
                component["version"].as_str()?
            );
            (!licenses.contains(&whose)).then_some(whose)
        })
        .map(|whose| format!("{whose} is not in {LICENSES}"));
    missing.chain(strange).chain(unlicensed).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn component(name: &str) -> Value {
        json!({ "name": name, "version": "1.0.0", "scope": "required", "purl": "pkg:cargo/it@1.0.0" })
    }

    #[test]
    fn a_bill_of_another_system_and_a_license_that_is_missing_are_found() {
        let mut bill = json!({ "components": HERE.map(component) });
        let licenses = "fermata 1.0.0, webview2-com-sys 1.0.0\nWebView2Loader.dll 1.0.0";
        assert_eq!(faults(&bill, licenses), [""; 0]);
        assert_eq!(
            faults(&bill, "fermata 1.0.0, webview2-com-sys 1.0.0").len(),
            1
        );
        assert_eq!(faults(&json!({}), licenses).len(), HERE.len());
        bill["components"][0] = component("objc2");
        assert_eq!(
            faults(&bill, &format!("{licenses}, objc2 1.0.0")),
            [
                "fermata is not in the bill",
                "objc2 is in the bill, and is not for Windows"
            ]
        );
    }
}
