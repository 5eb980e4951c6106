//! What is done about a secret that reaches other agents (E4).

use policy::BroadCredentials;
use vendors::{Reach, VendorEntry};

use crate::settings::VendorSettings;
use crate::view::Problem;
use crate::words;

/// Why this vendor must not be used, where the organisation refuses secrets such as its own.
pub(super) fn refused(broad: BroadCredentials, vendor: Option<&VendorSettings>) -> Option<Problem> {
    let entry = vendor?.entry;
    let what = beyond_the_agent(entry)?;
    match broad {
        BroadCredentials::Allow | BroadCredentials::Warn => None,
        BroadCredentials::Refuse => Some(words::credentials_refused(entry.title, what)),
    }
}

/// What whoever signs in is told of their secret, if anything.
pub(super) fn warning(broad: BroadCredentials, vendor: Option<&VendorSettings>) -> Option<String> {
    let what = beyond_the_agent(vendor?.entry)?;
    match broad {
        BroadCredentials::Warn => Some(words::credentials_reach_others(what)),
        BroadCredentials::Allow | BroadCredentials::Refuse => None,
    }
}

fn beyond_the_agent(entry: &VendorEntry) -> Option<&'static str> {
    match entry.reach {
        Reach::Agent => None,
        Reach::OtherAgents(what) => Some(what),
    }
}
