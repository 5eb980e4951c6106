//! The [`Vendor`] trait and an adapter for each recording vendor.
//!
//! An adapter translates: what we want into the vendor's requests, and the vendor's replies
//! into what they prove. It never retries, sleeps, sets a time limit, reads policy or logs
//! above `debug`; `controller` does that once for all of them.
//!
//! How to add a vendor: `crates/vendors/README.md`.

mod anywhere365;
#[cfg(test)]
mod endless;
mod error;
mod fields;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod gqm;
mod gws;
mod http;
mod json;
mod noojee;
#[cfg(test)]
mod testing;
mod vendor;
mod xima;

pub use error::{Kind, Operation, Retry, VendorError};
pub use fields::{Field, FieldKind, FieldProblem, Place, Values, example};
pub use vendor::{
    Accepted, Account, CallsBy, Capabilities, Control, Credentials, Events, Opened, PauseBy,
    PauseScope, Reach, Vendor, VendorEntry, VendorEvent,
};

/// Every vendor this build supports. A new adapter is added here and nowhere else.
pub const VENDORS: &[VendorEntry] = &[
    xima::ENTRY,
    gqm::ENTRY,
    anywhere365::ENTRY,
    noojee::ENTRY,
    gws::ENTRY,
];

/// The vendor of this name.
pub fn find(name: &str) -> Option<&'static VendorEntry> {
    VENDORS.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_the_agent_is_stands_in_a_field_that_has_to_be_filled_in_at_sign_in() {
        for entry in VENDORS {
            let field = entry
                .fields
                .iter()
                .find(|field| field.key == entry.agent_field)
                .unwrap_or_else(|| panic!("{} has no {}", entry.name, entry.agent_field));
            assert_eq!(field.place, Place::SignIn, "{}", entry.name);
            assert_eq!(field.default, None, "{}", entry.name);
        }
    }

    // E4
    #[test]
    fn a_secret_that_reaches_other_agents_says_so_and_how_to_narrow_it() {
        for entry in VENDORS {
            match entry.reach {
                Reach::Agent => assert_eq!(entry.name, "gws"),
                Reach::OtherAgents(what) => {
                    assert!(
                        what.ends_with('.') && what.matches(". ").count() > 0,
                        "{what}"
                    );
                }
            }
        }
    }
}
