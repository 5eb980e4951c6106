//! Everything that is said to people, in English.

mod causes;
mod displays;
mod notices;
mod troubles;

use std::time::Duration;

use pause::{ProofBy, Wanted};
use vendors::{Vendor, VendorEntry};

pub(crate) use causes::{Cause, cause};
pub(crate) use displays::{NO_VENDOR, UNKNOWN, headline, not_heard, reason};
pub(crate) use notices::{
    LinkNews, failure, hotkeys, left_paused, link, longest_pause_over, not_drawing,
    nothing_to_pause, paused_elsewhere, reminder, resumed_elsewhere,
};
pub(crate) use troubles::{
    broken_hotkeys, not_checked, not_signed_in, screen_not_drawing, sign_in_crashed, trouble,
};

/// Whom the words are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Who {
    /// The vendor's name in settings: "xima".
    pub(crate) name: String,
    /// The vendor's name for people: "Xima CCaaS".
    pub(crate) title: String,
    /// Where it is.
    pub(crate) base_url: String,
    /// The agent in its terms: "extension 1684".
    pub(crate) agent: String,
    /// Whether it can prove a pause.
    pub(crate) proves: bool,
}

impl Who {
    pub(crate) fn new(vendor: &dyn Vendor, entry: &VendorEntry) -> Self {
        let account = vendor.account();
        Self {
            name: entry.name.to_owned(),
            title: entry.title.to_owned(),
            base_url: account.base_url,
            agent: account.agent,
            proves: vendor.capabilities().proof != ProofBy::Nothing,
        }
    }
}

/// What was asked for, as a noun.
fn noun(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Paused => "pause",
        Wanted::Recording => "resume",
    }
}

/// A duration for people: "1.4 s", "6 s", "2 min".
fn span(duration: Duration) -> String {
    let tenths = (duration.as_millis() + 50) / 100;
    if duration.as_secs() >= 120 && duration.as_secs().is_multiple_of(60) {
        format!("{} min", duration.as_secs() / 60)
    } else if tenths.is_multiple_of(10) {
        format!("{} s", tenths / 10)
    } else {
        format!("{}.{} s", tenths / 10, tenths % 10)
    }
}
