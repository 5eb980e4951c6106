//! The bill itself, in the form of CycloneDX.

use anyhow::Result;
use serde_json::{Value, json};

use super::{Origin, Part, files};
use crate::date::Date;

/// The bill of these parts.
pub(super) fn bill(parts: &[Part], version: &str, date: Date) -> Result<Value> {
    let components: Vec<Value> = parts
        .iter()
        .map(component)
        .chain(files::with(parts).map(files::File::component))
        .collect();
    let all: Vec<Value> = components
        .iter()
        .map(|component| component["bom-ref"].clone())
        .collect();
    let whole = json!({ "ref": "fermata", "dependsOn": all });
    let needs = parts
        .iter()
        .map(|part| json!({ "ref": part.reference(), "dependsOn": part.needs }));
    let dependencies: Vec<Value> = std::iter::once(whole).chain(needs).collect();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": date.written("+%FT%TZ")?,
            "tools": { "components": [{ "type": "application", "name": "cargo xtask sbom" }] },
            "component": {
                "type": "application",
                "bom-ref": "fermata",
                "name": "fermata",
                "version": version,
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
            },
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

fn component(part: &Part) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": part.reference(),
        "name": part.name,
        "version": part.version,
        "scope": if part.builds_only { "excluded" } else { "required" },
        "licenses": [{ "expression": part.license }],
    });
    if part.origin != Origin::Here {
        component["purl"] = json!(part.reference());
    }
    if let Some(sha256) = &part.sha256 {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sha256 }]);
    }
    component
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_bill_has_the_form_of_cyclonedx_and_the_date_of_the_sources() {
        let part = Part {
            name: String::from("@a/b"),
            version: String::from("1.0.0"),
            origin: Origin::Modules,
            license: String::from("MIT"),
            sha256: None,
            builds_only: true,
            folder: PathBuf::new(),
            needs: Vec::new(),
        };
        let component = component(&part);
        assert_eq!(component["purl"], "pkg:npm/%40a/b@1.0.0");
        assert_eq!(component["scope"], "excluded");
        assert_eq!(component["licenses"][0]["expression"], "MIT");
    }
}
