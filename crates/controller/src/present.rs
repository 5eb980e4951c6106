//! Building a view from what holds now.

use std::time::Duration;

use pause::{CallDisplay, Display, Doubt, EvidenceKind, Failure, Limits, Moment, Reason, Wanted};
use vendors::{Field, FieldKind, Place, VendorEntry};

use crate::in_force::{InForce, Managed};
use crate::settings::{self, Settings};
use crate::view::{
    CallView, DisplayName, EvidenceView, FieldForm, HotkeyView, Problem, SignInOutcome, SignInView,
    SupportView, VendorForm, VendorView, View,
};
use crate::words::{self, Who};

/// Everything that a view is made of.
pub(crate) struct Facts<'a> {
    pub(crate) display: Display,
    pub(crate) calls: Vec<CallDisplay>,
    /// How often the agent can extend the longest pause.
    pub(crate) extensions_left: u32,
    /// Whether card details are being taken.
    pub(crate) payment_step: bool,
    pub(crate) who: Option<&'a Who>,
    /// Until when it is known that there is no other call, if that depends on time.
    pub(crate) doubted_at: Option<Moment>,
    pub(crate) link_up: bool,
    /// Whether a pause could get through, if not now then as soon as the link is up.
    pub(crate) can_ask: bool,
    /// Whether a press without a known call may pause one: whatever call the agent is on, or
    /// the one that the vendor names when it is asked.
    pub(crate) press_needs_no_call: bool,
    pub(crate) problems: Vec<Problem>,
    pub(crate) hotkeys: &'a [HotkeyView],
    pub(crate) forms: &'a [VendorForm],
    pub(crate) outcome: &'a SignInOutcome,
    pub(crate) in_force: &'a InForce,
    pub(crate) support: SupportView,
}

/// Makes a view without a number.
pub(crate) fn view(facts: &Facts<'_>, now: Moment) -> View {
    let Facts {
        display,
        calls,
        who,
        in_force,
        ..
    } = facts;
    let limits = &in_force.limits;
    let reason = match who {
        Some(_) => words::reason(display, *who),
        None => words::NO_VENDOR.to_owned(),
    };
    let mut problems = facts.problems.iter();
    let left_open = problems.any(|problem| problem.code == words::PAUSE_LEFT_OPEN);
    let nothing_known = calls.is_empty() && facts.press_needs_no_call;
    View {
        number: 0,
        good_for_ms: millis(good_for(calls, facts.doubted_at, limits, now)),
        display: shown_as(display, *who),
        headline: words::headline(display, *who),
        reason,
        paused_for_ms: display.paused_for(now).map(millis),
        resumes_in_ms: resumes_in(display, now).map(millis),
        extensions_left: facts.extensions_left,
        payment_step: facts.payment_step,
        vendor: who.map(|who| VendorView {
            name: who.name.clone(),
            title: who.title.clone(),
            base_url: who.base_url.clone(),
            agent: who.agent.clone(),
            link_up: facts.link_up,
            proves: who.proves,
            stops: who.stops,
            acknowledgement_is_enough: who.acknowledgement_is_enough,
        }),
        calls: calls
            .iter()
            .map(|call| CallView {
                id: call.id.as_str().to_owned(),
                display: shown_as(&call.display, *who),
            })
            .collect(),
        evidence: evidence(display, calls, now),
        problems: facts.problems.clone(),
        can_pause: facts.can_ask
            && (nothing_known || calls.iter().any(|call| can_pause(&call.display))),
        can_resume: facts.can_ask && calls.iter().any(|call| can_resume(&call.display)),
        quiet: matches!(display, Display::Unknown(Doubt::CannotBeAsked)) && !left_open,
        // A press that found no call has failed too.
        can_acknowledge: left_open
            || calls
                .iter()
                .map(|call| &call.display)
                .chain([display])
                .any(|display| matches!(display, Display::Failed(_))),
        hotkeys: facts.hotkeys.to_vec(),
        support: facts.support.clone(),
        policy: in_force.view.clone(),
        sign_in: SignInView {
            vendors: facts.forms.to_vec(),
            outcome: facts.outcome.clone(),
        },
        simulation: in_force.simulation,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// A display by the name that it is shown under.
///
/// The one place where an acknowledgement counts as much as a proof, where the organisation has
/// decided so. What is done about it (reminders, doubts, presses) stays as it is.
fn shown_as(display: &Display, who: Option<&Who>) -> DisplayName {
    let enough = who.is_some_and(|who| who.acknowledgement_is_enough);
    if enough && matches!(display, Display::PauseSent { .. }) {
        return DisplayName::Paused;
    }
    display.into()
}

/// Whether two views say the same, but for their numbers and for what only time has changed.
pub(crate) fn say_the_same(one: &View, other: &View) -> bool {
    let ageless = |view: &View| View {
        number: 0,
        good_for_ms: 0,
        paused_for_ms: view.paused_for_ms.map(|_| 0),
        resumes_in_ms: view.resumes_in_ms.map(|_| 0),
        evidence: view.evidence.as_ref().map(|evidence| EvidenceView {
            kind: evidence.kind.clone(),
            age_ms: 0,
        }),
        support: SupportView {
            logs_everything_for_ms: view.support.logs_everything_for_ms.map(|_| 0),
            ..view.support.clone()
        },
        ..view.clone()
    };
    ageless(one) == ageless(other)
}

/// The sign-in form of each vendor that can be chosen, filled in with what is decided and what
/// the settings say.
pub(crate) fn forms(
    vendors: &'static [VendorEntry],
    settings: &Settings,
    in_force: &InForce,
) -> Vec<VendorForm> {
    let managed = &in_force.managed;
    let form = |entry: &'static VendorEntry| VendorForm {
        name: entry.name.to_owned(),
        title: entry.title.to_owned(),
        secret: secret_of(entry, in_force).unwrap_or("").to_owned(),
        fields: entry
            .fields
            .iter()
            .filter(|field| field.place == Place::SignIn)
            .map(|field| field_form(entry, field, settings, managed))
            .collect(),
    };
    vendors
        .iter()
        .filter(|entry| managed.vendor.is_none_or(|only| only == entry.name))
        .map(form)
        .collect()
}

fn field_form(
    entry: &VendorEntry,
    field: &Field,
    settings: &Settings,
    managed: &Managed,
) -> FieldForm {
    let managed = managed.field(entry.name, field.key);
    let typed = settings.typed(entry.name, field.key);
    let value = match managed {
        Some(decided) if decided.enforced || typed.is_empty() => decided.value.clone(),
        Some(_) | None if typed.is_empty() => field.default.unwrap_or("").to_owned(),
        Some(_) | None => typed,
    };
    FieldForm {
        key: field.key.to_owned(),
        label: field.label.to_owned(),
        about: field.about.to_owned(),
        example: field.example.to_owned(),
        value,
        managed: managed.is_some_and(|decided| decided.enforced),
        choices: match field.kind {
            FieldKind::Choice(choices) => {
                choices.iter().map(|choice| (*choice).to_owned()).collect()
            }
            FieldKind::Flag => vec!["true".to_owned(), "false".to_owned()],
            FieldKind::Url | FieldKind::Digits | FieldKind::Text | FieldKind::SipUri => Vec::new(),
        },
    }
}

/// What a vendor calls its secret, as it is set up or else as its example is.
fn secret_of(entry: &'static VendorEntry, in_force: &InForce) -> Option<&'static str> {
    let set_up = in_force
        .vendor
        .as_ref()
        .filter(|vendor| vendor.entry.name == entry.name);
    if let Some(vendor) = set_up {
        return vendor.open().secret();
    }
    settings::example_vendor(entry).secret()
}

/// How long the view may be believed: no longer than what it rests on, nor than it is known that
/// there is no other call.
fn good_for(
    calls: &[CallDisplay],
    doubted_at: Option<Moment>,
    limits: &Limits,
    now: Moment,
) -> Duration {
    calls
        .iter()
        .filter_map(|call| {
            let life = life(&call.display, limits)?;
            let as_of = call.evidence?.as_of;
            Some((as_of + life).since(now))
        })
        .chain(doubted_at.map(|at| at.since(now)))
        .chain([limits.freshness])
        .min()
        .expect("there is at least the freshness")
}

/// How long proof of this holds; `None` where the display rests on none.
fn life(display: &Display, limits: &Limits) -> Option<Duration> {
    match display {
        Display::Paused { .. } => Some(limits.freshness),
        Display::Recording | Display::NotRecorded => Some(limits.calm_freshness),
        Display::NoCall
        | Display::Pausing
        | Display::PauseSent { .. }
        | Display::Resuming
        | Display::Failed(_)
        | Display::Unknown(_) => None,
    }
}

/// The oldest of what the display rests on.
fn evidence(display: &Display, calls: &[CallDisplay], now: Moment) -> Option<EvidenceView> {
    let shown = DisplayName::from(display);
    let oldest = calls
        .iter()
        .filter(|call| DisplayName::from(&call.display) == shown)
        .filter_map(|call| call.evidence)
        .min_by_key(|evidence| evidence.as_of)?;
    let kind = match oldest.kind {
        EvidenceKind::ReadBack => "read-back",
        EvidenceKind::Reply => "reply",
        EvidenceKind::Acknowledgement => "acknowledgement",
    };
    Some(EvidenceView {
        kind: kind.to_owned(),
        age_ms: millis(now.since(oldest.as_of)),
    })
}

fn resumes_in(display: &Display, now: Moment) -> Option<Duration> {
    match display {
        Display::Paused { resumes_at, .. } | Display::PauseSent { resumes_at, .. } => {
            resumes_at.map(|at| at.since(now))
        }
        Display::NoCall
        | Display::NotRecorded
        | Display::Recording
        | Display::Pausing
        | Display::Resuming
        | Display::Failed(_)
        | Display::Unknown(_) => None,
    }
}

fn can_pause(display: &Display) -> bool {
    match display {
        Display::Recording
        | Display::PauseSent { .. }
        | Display::Resuming
        | Display::Failed(_)
        | Display::Unknown(_) => true,
        Display::NoCall | Display::NotRecorded | Display::Pausing | Display::Paused { .. } => false,
    }
}

fn can_resume(display: &Display) -> bool {
    match display {
        // In doubt a resume is possible, but only expressly.
        Display::Paused { .. }
        | Display::PauseSent { .. }
        | Display::Pausing
        | Display::Unknown(_) => true,
        Display::Failed(failure) => may_be_paused_after(*failure),
        Display::NoCall | Display::NotRecorded | Display::Recording | Display::Resuming => false,
    }
}

fn may_be_paused_after(failure: Failure) -> bool {
    match (failure.wanted, failure.reason) {
        (Wanted::Recording, _) | (Wanted::Paused, Reason::NoAnswer | Reason::NotProven) => true,
        (Wanted::Paused, Reason::Refused | Reason::NotDone | Reason::NoEffect) => false,
    }
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
