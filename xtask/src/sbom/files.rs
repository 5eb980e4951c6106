//! Files that others made and that no lock file names.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Part;
use crate::tree;

/// Such a file, which is in the programs or beside them.
#[derive(Clone, Copy, Debug)]
pub(super) struct File {
    pub(super) name: &'static str,
    description: &'static str,
    pub(super) version: &'static str,
    /// As an SPDX expression.
    license: &'static str,
    /// Where the license lies in full.
    text: &'static str,
    /// The crate that brings it; without one it is in each program.
    brought_by: Option<&'static str>,
}

const FILES: [File; 2] = [
    // crates/indicator/fonts/README.md
    File {
        name: "FermataSans.ttf",
        description: "a subset of Inter, renamed",
        version: "3.019",
        license: "OFL-1.1",
        text: "crates/indicator/fonts/OFL.txt",
        brought_by: None,
    },
    File {
        name: "WebView2Loader.dll",
        description: "of Microsoft's WebView2 SDK; the version that its properties say",
        version: "1.0.3800.47",
        license: "BSD-3-Clause",
        text: "installers/windows/WebView2Loader-license.txt",
        brought_by: Some("webview2-com-sys"),
    },
];

/// The files that go with these parts.
pub(super) fn with(parts: &[Part]) -> impl Iterator<Item = File> {
    FILES.into_iter().filter(|file| {
        file.brought_by
            .is_none_or(|brings| parts.iter().any(|part| part.name == brings))
    })
}

impl File {
    /// What the bill says of it.
    pub(super) fn component(self) -> Value {
        json!({
            "type": "file",
            "bom-ref": self.name,
            "name": self.name,
            "description": self.description,
            "version": self.version,
            "scope": "required",
            "licenses": [{ "expression": self.license }],
        })
    }

    /// Its license in full.
    pub(super) fn license(self) -> Result<String> {
        let text = fs::read_to_string(tree::root().join(self.text));
        let text = text.with_context(|| format!("{} is the license of {}", self.text, self.name));
        Ok(text?.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::crates;
    use super::*;

    // E5
    #[test]
    fn the_loader_of_the_webview_is_named_on_windows_in_the_version_that_is_packed() {
        let parts = crates::read(&[String::from("x86_64-pc-windows-gnu")]).unwrap();
        let loader = with(&parts).find(|file| file.name == "WebView2Loader.dll");
        let loader = loader.expect("it lies beside fermata.exe");
        let brings = parts.iter().find(|part| part.name == "webview2-com-sys");
        let packed = fs::read(brings.unwrap().folder.join("x64/WebView2Loader.dll")).unwrap();
        // Windows keeps the properties of a file in letters of two bytes.
        let version: Vec<u8> = loader
            .version
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(packed.windows(version.len()).any(|it| it == version));
        let elsewhere = crates::read(&[String::from("aarch64-apple-darwin")]).unwrap();
        assert_eq!(with(&elsewhere).count(), 1);
    }
}
