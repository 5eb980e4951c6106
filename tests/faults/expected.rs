//! The rules: what has to come of a cell.
//!
//! What a desk is shown follows from what the fault is to it ([`Class`]), from when it strikes,
//! and from what the vendor can do: whether its recorder can be read back, and how calls become
//! known. Where a vendor is an exception, the reason stands with it, here and on the page.

mod life;
mod replies;

use controller::view::DisplayName;
use simulators::Vendor;

use crate::cell::Cell;
use crate::fault::{Class, Fault, Strike};
use crate::moment::Moment;
use crate::proxy::Weather;
use crate::vendor;
use crate::within::Within;

/// What has to come of a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    /// What is shown in the end.
    pub(crate) display: DisplayName,
    /// How soon it has to be shown.
    pub(crate) within: Within,
    /// One of these is shown in the end, and no other problem; none is if there are none.
    pub(crate) problems: &'static [&'static str],
    /// Of these, too, nobody is surprised.
    pub(crate) perhaps: &'static [&'static str],
    /// One of these is on record; if there are none, nothing is that the agent would ask about.
    pub(crate) records: &'static [&'static str],
    /// Why this vendor is an exception, if it is one.
    pub(crate) because: &'static str,
}

impl Expected {
    /// The same, and why it is not as elsewhere.
    const fn because(self, because: &'static str) -> Self {
        Self { because, ..self }
    }
}

/// Why a cell cannot be.
pub(crate) type WhyNot = &'static str;

/// What has to come of this cell.
pub(crate) fn expected(cell: &Cell) -> Result<Expected, WhyNot> {
    let Cell {
        vendor,
        fault,
        moment,
        adapter: _,
    } = *cell;
    let works = works(vendor, moment);
    let no_way = unreachable(fault);
    Ok(match fault.class {
        Class::NoWay if moment == Moment::Paused => noticed_by_listening(vendor, no_way),
        Class::NoWay => cut_off(moment, no_way),
        Class::NotTrusted if moment == Moment::Paused => noticed_by_listening(vendor, DISTRUST),
        Class::NotTrusted => cut_off(moment, DISTRUST),
        Class::NoReply if moment == Moment::Paused => doubted(vendor, SILENT),
        Class::NoReply => failed(moment, FAILED_NO_ANSWER, SILENT),
        Class::TooLate if moment == Moment::Paused => doubted(vendor, SILENT),
        Class::TooLate => failed(moment, FAILED_NO_ANSWER, SILENT),
        Class::Garbled if moment == Moment::Paused => doubted(vendor, no_way),
        Class::Garbled => cut_off(moment, no_way),
        Class::NoBody => replies::without_body(vendor, fault, moment),
        Class::NotUnderstood => replies::not_understood(vendor, moment),
        Class::OddValues if vendor == Vendor::Noojee && fault.name == "unknown-values" => {
            works.because("its replies have one number, and one that is not negative is a notice")
        }
        Class::OddValues => replies::not_understood(vendor, moment),
        Class::NotTheVendor if moment == Moment::Paused => doubted(vendor, UNINTELLIGIBLE),
        Class::NotTheVendor => failed(moment, FAILED_NO_ANSWER, UNINTELLIGIBLE),
        Class::Status(status) => replies::turned_away(vendor, status, moment),
        Class::Throttled if moment == Moment::Paused => doubted(vendor, THROTTLED),
        Class::Throttled => failed(moment, FAILED_NOT_DONE, THROTTLED),
        Class::SessionEnds => replies::session_ends(vendor, moment)?,
        Class::NotDone if moment == Moment::Paused => {
            return Err("while a recording is paused nothing is commanded");
        }
        Class::NotDone => replies::not_done(vendor, fault, moment),
        Class::Harmless => works,
        Class::Events | Class::NoEvents if !vendor::tells(vendor) => {
            return Err("this vendor tells nothing unasked");
        }
        Class::Events if cell.is_meddled_with() => RESUMED_ELSEWHERE,
        Class::NoEvents if cell.is_meddled_with() => Expected {
            problems: DEAF,
            ..RESUMED_ELSEWHERE
        },
        Class::Events => works,
        Class::NoEvents => Expected {
            problems: DEAF,
            ..works
        },
        Class::Life(life) => life::expected(vendor, life, moment)?,
    })
}

const SILENT: &[&str] = &["vendor-silent"];
const DEAF: &[&str] = &["vendor-tells-nothing"];
const DISTRUST: &[&str] = &["certificate-not-trusted"];
const UNINTELLIGIBLE: &[&str] = &["vendor-unintelligible"];
const THROTTLED: &[&str] = &["throttled"];

const FAILED_NOT_DONE: [&[&str]; 2] = [&["failed pause not-done"], &["failed resume not-done"]];
const FAILED_NO_ANSWER: [&[&str]; 2] = [&["failed pause no-answer"], &["failed resume no-answer"]];

/// Somebody else has resumed the recording, and that is seen, whatever becomes of events.
const RESUMED_ELSEWHERE: Expected = Expected {
    display: DisplayName::Recording,
    within: Within::Proof,
    problems: &[],
    perhaps: &[],
    records: &["resumed-elsewhere"],
    because: "",
};

/// What is shown of a pause that has come about.
pub(crate) const fn paused(vendor: Vendor) -> DisplayName {
    if vendor.proves() {
        DisplayName::Paused
    } else {
        DisplayName::PauseSent
    }
}

/// What is shown of a recording that goes on.
pub(crate) const fn recording(vendor: Vendor) -> DisplayName {
    if vendor.proves() {
        DisplayName::Recording
    } else {
        DisplayName::Unknown
    }
}

/// As if nothing had gone wrong.
fn works(vendor: Vendor, moment: Moment) -> Expected {
    let (display, within, records): (_, _, &[&str]) = match (moment, vendor.proves()) {
        (Moment::Before | Moment::Pausing, true) => {
            (paused(vendor), Within::APress, &["proven pause paused"])
        }
        (Moment::Before | Moment::Pausing, false) => {
            (paused(vendor), Within::APress, &["answered pause accepted"])
        }
        (Moment::Paused, _) => (paused(vendor), Within::AtOnce, &[]),
        (Moment::Resuming, true) => (
            recording(vendor),
            Within::APress,
            &["proven resume recording"],
        ),
        (Moment::Resuming, false) => (
            recording(vendor),
            Within::APress,
            &["answered resume accepted"],
        ),
    };
    Expected {
        display,
        within,
        problems: &[],
        perhaps: &[],
        records,
        because: "",
    }
}

/// The pause or the resume has failed, and that is said.
fn failed(
    moment: Moment,
    records: [&'static [&'static str]; 2],
    problems: &'static [&'static str],
) -> Expected {
    let [pause, resume] = records;
    Expected {
        display: DisplayName::Failed,
        within: Within::APress,
        problems,
        perhaps: &[],
        records: match moment {
            Moment::Before | Moment::Pausing | Moment::Paused => pause,
            Moment::Resuming => resume,
        },
        because: "",
    }
}

/// No connection can be made. The command on the way goes down with the old one, and nobody knows
/// how far it came.
fn cut_off(moment: Moment, problems: &'static [&'static str]) -> Expected {
    let records = match moment {
        Moment::Before | Moment::Paused => FAILED_NOT_DONE,
        Moment::Pausing | Moment::Resuming => FAILED_NO_ANSWER,
    };
    failed(moment, records, problems)
}

/// While a recording is paused: what cannot be proven any more is not shown any longer.
fn doubted(vendor: Vendor, problems: &'static [&'static str]) -> Expected {
    match vendor {
        Vendor::Gqm | Vendor::Anywhere365 | Vendor::Gws => Expected {
            display: DisplayName::Unknown,
            within: Within::Proof,
            problems,
            perhaps: &[],
            records: &[],
            because: match vendor {
                Vendor::Gqm => "its recorder cannot be read back, but its list of calls is",
                Vendor::Xima | Vendor::Anywhere365 | Vendor::Noojee | Vendor::Gws => "",
            },
        },
        Vendor::Xima => works(vendor, Moment::Paused)
            .because("while a recording is paused nothing is asked, so nothing fails"),
        Vendor::Noojee => Expected {
            perhaps: problems,
            ..works(vendor, Moment::Paused)
        }
        .because(
            "while a recording is paused one question of 30 s is out and nothing else is asked, \
             so it is noticed when that is answered",
        ),
    }
}

/// The same, where the fault cuts the connection by which a vendor tells.
fn noticed_by_listening(vendor: Vendor, problems: &'static [&'static str]) -> Expected {
    match vendor {
        Vendor::Noojee => Expected {
            display: DisplayName::Unknown,
            within: Within::Listening,
            problems,
            perhaps: DEAF,
            records: &[],
            because: "its recorder cannot be read back, but that it is not heard any more is \
                      noticed",
        },
        Vendor::Xima | Vendor::Gqm | Vendor::Anywhere365 | Vendor::Gws => doubted(vendor, problems),
    }
}

/// What is said where no connection can be made.
fn unreachable(fault: &Fault) -> &'static [&'static str] {
    match fault.strike {
        // A connection that is reset as soon as it is made may be either.
        Strike::OnTheWay(Weather::Reset | Weather::FlipEncrypted) => {
            &["vendor-unreachable", "vendor-silent"]
        }
        Strike::OnTheWay(Weather::ProxySignIn) => &["proxy-sign-in"],
        Strike::OnTheWay(_) | Strike::Certificate(_) | Strike::AtTheVendor(_) | Strike::Life(_) => {
            &["vendor-unreachable"]
        }
    }
}
