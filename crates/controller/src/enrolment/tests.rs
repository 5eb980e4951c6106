//! Each rule and each way in which it can go wrong.

use std::fs;
use std::path::Path;

use policy::{Decisions, ExtensionFrom};
use secrecy::ExposeSecret;

use super::*;
use crate::secrets::{MemoryStore, SecretError};

mod enrolment_file;
mod rules;

/// Somebody whose account says this.
struct Somebody {
    name: &'static str,
    attributes: &'static [(&'static str, &'static str)],
}

const ANNA: Somebody = Somebody {
    name: "anna",
    attributes: &[("office-phone", "+49 30 5550-1684"), ("room", "12")],
};

impl LoggedOn for Somebody {
    fn name(&self) -> Result<String, EnrolmentError> {
        Ok(self.name.to_owned())
    }

    fn attribute(&self, attribute: &str) -> Result<String, EnrolmentError> {
        let found = self.attributes.iter().find(|(name, _)| *name == attribute);
        found
            .map(|(_, value)| (*value).to_owned())
            .ok_or_else(|| EnrolmentError {
                key: "extension_attribute",
                wrong: format!("there is no {attribute}"),
                remedy: "choose another one".to_owned(),
            })
    }
}

fn write(path: &Path, text: &str) {
    use std::io::Write;
    let mut file = fs::File::create(path).expect("a new file");
    file.write_all(text.as_bytes()).expect("room for it");
}
