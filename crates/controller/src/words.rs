//! Everything that is said to people, in English.

mod causes;
mod displays;
mod notices;
mod troubles;

use std::time::Duration;

use jiff::Zoned;
use jiff::civil::Date;
use pause::{ProofBy, Recorder, Wanted};
use vendors::{PauseBy, Vendor, VendorEntry};

pub(crate) use causes::{Cause, cause};
pub(crate) use displays::{NO_VENDOR, UNKNOWN, headline, not_heard, reason};
pub(crate) use notices::{
    LinkNews, ends_paused, failure, hotkeys, left_paused, link, longest_pause_over,
    may_be_left_paused, not_drawing, not_extended, nothing_to_pause, paused_elsewhere, reminder,
    resumed_elsewhere,
};
pub(crate) use troubles::{
    PAUSE_LEFT_OPEN, account_waits, audit_not_forwarded, audit_not_written, broken_hotkeys,
    credentials_reach_others, credentials_refused, deaf, enrolment_failed,
    local_address_not_allowed, log_not_written, not_checked, not_signed_in, pause_left_open,
    pause_not_noted, policy_rejected, screen_not_drawing, settings_misplaced, settings_wrong,
    sign_in_crashed, simulation_not_allowed, trouble,
};

/// That there is a newer version. Nothing is asked of the agent.
pub(crate) fn update(version: &str, notes: &str) -> String {
    format!("Version {version} is available; your organization installs it. What is new: {notes}")
}

/// A time of the past, as people say it today: "14:02".
pub(crate) fn time_of_day(at: &Zoned, today: Date, is_about: bool) -> String {
    let about = if is_about { "about " } else { "" };
    let form = if at.date() == today {
        "%H:%M"
    } else {
        "%H:%M on %Y-%m-%d"
    };
    format!("{about}{}", at.strftime(form))
}

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
    /// Whether a pause stops the recording, and a resume starts another one.
    pub(crate) stops: bool,
    /// Whether the organisation takes its acknowledgement for enough, as it cannot prove a pause.
    pub(crate) acknowledgement_is_enough: bool,
}

impl Who {
    pub(crate) fn new(vendor: &dyn Vendor, entry: &VendorEntry) -> Self {
        let account = vendor.account();
        let capabilities = vendor.capabilities();
        let proves = capabilities.proof != ProofBy::Nothing;
        Self {
            name: entry.name.to_owned(),
            title: entry.title.to_owned(),
            base_url: account.base_url,
            agent: account.agent,
            proves,
            stops: match capabilities.pauses_by {
                PauseBy::Pausing => false,
                PauseBy::StopAndStart => true,
            },
            acknowledgement_is_enough: false,
        }
    }

    /// Notes whether the organisation takes a vendor's acknowledgement for enough, where nothing
    /// better can be had.
    pub(crate) fn take_acknowledgement_for_enough(&mut self, enough: bool) {
        self.acknowledgement_is_enough = enough && !self.proves;
    }
}

/// What was asked for, as a noun.
pub(crate) fn noun(wanted: Wanted, who: Option<&Who>) -> &'static str {
    match (wanted, stops(who)) {
        (Wanted::Paused, false) => "pause",
        (Wanted::Recording, false) => "resume",
        (Wanted::Paused, true) => "stop",
        (Wanted::Recording, true) => "start",
    }
}

/// What a recorder is.
fn state(recorder: Recorder, who: Option<&Who>) -> &'static str {
    match recorder {
        Recorder::Recording => "recording",
        Recorder::Paused => paused(who),
        Recorder::Off => "not recorded",
    }
}

/// What a recording is that was paused: never "paused" where it was stopped.
fn paused(who: Option<&Who>) -> &'static str {
    if stops(who) { "stopped" } else { "paused" }
}

/// What a recording was that goes on.
fn resumed(who: Option<&Who>) -> &'static str {
    if stops(who) { "started" } else { "resumed" }
}

fn stops(who: Option<&Who>) -> bool {
    who.is_some_and(|who| who.stops)
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
