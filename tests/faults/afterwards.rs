//! What comes after: the fault is over, and all has to be well again.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use controller::view::{DisplayName, Request, SignIn, SignInOutcome, View};
use pause::{CallId, Wanted};
use simulators::audio::Script;
use simulators::{Truth, Vendor};
use tokio::time::{Instant, sleep};

use crate::cell::Cell;
use crate::desk::{Desk, limits};
use crate::expected::{paused, recording};
use crate::fault::Class;
use crate::oracle::SLACK;
use crate::recovery::{Recovery, recovery};
use crate::within::Within;

/// Listening, or a session, counts as good again when it has lasted this long.
const PROVED_ITS_WORTH: Duration = Duration::from_secs(10);

/// Longer than what counts as one press.
const BETWEEN_PRESSES: Duration = Duration::from_millis(400);

/// Once the fault is over: what is shown becomes true again, a pause and a resume work as ever,
/// and in the end no problem is left.
pub(crate) async fn play(cell: &Cell, desk: &Desk) -> Result<()> {
    let over = Instant::now();
    if let Ok(recovery) = recovery(cell) {
        comes_true(desk, recovery).await?;
    }
    if desk.site.running_calls().is_empty() {
        begin_a_call(desk).await?;
    }
    let shown = desk.view().display;
    if all_are(desk, cell.vendor.paused()) || shown == paused(cell.vendor) {
        resume(desk).await?;
    }
    pause(desk).await?;
    resume(desk).await?;
    let attempt = if cell.fault.class == Class::NoEvents {
        Within::LaterAttempt
    } else {
        Within::NextAttempt
    };
    let solved = attempt.of_these_desks() + PROVED_ITS_WORTH;
    let left = (solved + SLACK).saturating_sub(over.elapsed());
    let is_solved = |view: &View| view.problems.is_empty();
    desk.comes_to("without a problem afterwards", left, is_solved)
        .await
}

/// Whether the pause and the resume that came last are on record as they should be.
pub(crate) fn is_on_record(vendor: Vendor, records: &[String]) -> Result<()> {
    let proofs = if vendor.proves() {
        ["proven pause paused", "proven resume recording"]
    } else {
        ["answered pause accepted", "answered resume accepted"]
    };
    for proof in proofs {
        ensure!(
            records.iter().any(|record| record == proof),
            "\"{proof}\" was to be on record afterwards, and is not: {}",
            records.join(", ")
        );
    }
    Ok(())
}

async fn comes_true(desk: &Desk, recovery: Recovery) -> Result<()> {
    if recovery.signs_in {
        sign_in(desk).await?;
    }
    if recovery.acknowledges {
        let shown = desk.view().display;
        ensure!(
            shown == DisplayName::Failed,
            "the failure was to stay until it is acknowledged, and {} is shown",
            shown.name()
        );
        desk.handle.send(Request::Acknowledge);
    }
    let within = recovery.within.of_these_desks() + SLACK;
    desk.comes_to("true again", within, |view| {
        let link_up = view.vendor.as_ref().is_some_and(|vendor| vendor.link_up);
        link_up && is_true(desk, view.display)
    })
    .await
}

/// Whether this is what the recorders demand.
fn is_true(desk: &Desk, shown: DisplayName) -> bool {
    let vendor = desk.vendor;
    if desk.site.running_calls().is_empty() {
        shown == DisplayName::NoCall
    } else if !all_are(desk, vendor.paused()) {
        shown == recording(vendor)
    } else if vendor.proves() {
        shown == DisplayName::Paused
    } else {
        // Nobody can know of it after a time in which nothing was heard.
        shown == DisplayName::PauseSent || shown == DisplayName::Unknown
    }
}

fn all_are(desk: &Desk, truth: Truth) -> bool {
    let calls = desk.site.running_calls();
    let mut truths = calls.iter().map(|call| desk.site.truth(call));
    !calls.is_empty() && truths.all(|now| now == Some(truth))
}

/// As the agent does in the main window, where all but the secret is filled in.
async fn sign_in(desk: &Desk) -> Result<()> {
    let view = desk.view();
    let name = desk.vendor.name();
    let forms = &view.sign_in.vendors;
    let form = forms.iter().find(|form| form.name == name);
    let fields = &form.context("the vendor is in the form")?.fields;
    desk.handle.send(Request::SignIn(SignIn {
        vendor: name.to_owned(),
        fields: fields
            .iter()
            .map(|field| (field.key.clone(), field.value.clone()))
            .collect(),
        secret: Some(desk.secret.clone().into()),
    }));
    desk.waits_for("signed in anew", |view| {
        matches!(view.sign_in.outcome, SignInOutcome::Done { .. })
    })
    .await
}

async fn begin_a_call(desk: &Desk) -> Result<()> {
    let call = desk.site.start_call(&desk.site.agent(), Script::default());
    if !desk.vendor.knows_calls() {
        desk.handle
            .send(Request::CallStarted(CallId::new(call.clone())));
    }
    desk.waits_for("the next call", |view| {
        view.display == recording(desk.vendor) && view.calls.iter().any(|it| it.id == call)
    })
    .await
}

async fn pause(desk: &Desk) -> Result<()> {
    let truth = desk.vendor.paused();
    press(desk, Wanted::Paused, paused(desk.vendor), truth).await
}

async fn resume(desk: &Desk) -> Result<()> {
    let shown = recording(desk.vendor);
    press(desk, Wanted::Recording, shown, Truth::Recording).await
}

async fn press(desk: &Desk, wanted: Wanted, shown: DisplayName, truth: Truth) -> Result<()> {
    sleep(BETWEEN_PRESSES).await;
    desk.want(wanted);
    let within = limits().settle_within + SLACK;
    let what = format!("{} after a press once all was well", shown.name());
    desk.comes_to(&what, within, |view| {
        view.display == shown && all_are(desk, truth)
    })
    .await
}
