//! The promises.

use std::error::Error;
use std::fmt::Debug;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use libtest_mimic::Failed;
use pause::{CallId, ProofBy, Recorder, Wanted};
use simulators::{Fault, Truth};
use vendors::{Accepted, CallsBy, Capabilities, Kind, PauseScope, VendorError};

use crate::bench::{Bench, CANARY, SOON};
use crate::liar::Lie;

pub(crate) struct Check {
    pub(crate) name: &'static str,
    /// Why it does not apply to a vendor that can do this; `None` if it does.
    pub(crate) why_not: fn(&Capabilities) -> Option<&'static str>,
    /// An adapter that does this must fail.
    pub(crate) liar: Lie,
    pub(crate) run: for<'a> fn(&'a mut Bench) -> BoxFuture<'a, Result<(), Failed>>,
}

macro_rules! checks {
    ($($name:ident, $why_not:expr, $liar:ident;)*) => {
        pub(crate) const CHECKS: &[Check] = &[$(Check {
            name: stringify!($name),
            why_not: $why_not,
            liar: Lie::$liar,
            run: |bench| $name(bench).boxed(),
        }),*];
    };
}

checks! {
    a_pause_pauses_and_a_resume_resumes, always, ConfirmsWithoutAsking;
    a_confirmation_is_the_truth, where_replies_prove, ConfirmsWithoutAsking;
    an_acknowledgement_without_effect_confirms_nothing, always, ConfirmsWithoutAsking;
    a_read_back_tells_the_truth, where_read_back, SaysPausedWheneverRead;
    a_garbled_read_back_is_unintelligible, where_read_back, SaysPausedWheneverRead;
    an_unknown_call_is_no_such_call_when_read_back, where_read_back, SaysPausedWheneverRead;
    a_garbled_reply_to_a_command_confirms_nothing, always, ConfirmsWithoutAsking;
    a_reply_lost_after_execution_leaves_doubt, always, LeavesNothingInDoubt;
    a_server_error_leaves_doubt, always, LeavesNothingInDoubt;
    a_vendor_that_is_not_there_leaves_no_doubt, always, CallsEveryErrorARefusal;
    a_session_that_is_over_is_said_to_be, always, CallsEveryErrorARefusal;
    what_is_forbidden_is_not_permitted, always, CallsEveryErrorARefusal;
    a_throttled_request_says_when_to_come_back, always, CallsEveryErrorARefusal;
    a_pause_of_a_call_that_is_not_there_is_no_success, always, SwallowsErrors;
    a_redirect_is_neither_followed_nor_believed, always, SwallowsErrors;
    a_body_without_end_is_not_waited_for, always, HangsOnTrouble;
    one_question_is_one_request, always, AsksTwice;
    a_call_is_touched_alone, where_calls_have_ids, TouchesOtherCalls;
    another_agent_is_not_touched, always, TouchesOtherCalls;
    signing_in_touches_no_call, always, PausesAtSignIn;
    signing_in_twice_gives_two_sessions_that_work, always, SignsInOnlyOnce;
    a_wrong_secret_is_rejected_at_sign_in, where_sign_in_asks, AcceptsAnySecret;
    events_end_with_an_error_and_not_with_silence, where_told_unasked, EndsItsEventsInSilence;
    a_vendor_that_tells_nothing_never_ends_its_events, always, EndsItsEventsInSilence;
    no_secret_is_in_any_error, always, PutsTheSecretIntoErrors;
}

fn always(_: &Capabilities) -> Option<&'static str> {
    None
}

fn where_replies_prove(can: &Capabilities) -> Option<&'static str> {
    (can.proof != ProofBy::Reply).then_some("no reply of it confirms anything")
}

fn where_read_back(can: &Capabilities) -> Option<&'static str> {
    (can.proof == ProofBy::Nothing).then_some("it has no read-back")
}

/// A vendor with nothing to ask has nothing to ask at sign-in either.
fn where_sign_in_asks(can: &Capabilities) -> Option<&'static str> {
    (can.proof == ProofBy::Nothing).then_some("nothing can be checked without touching a call")
}

fn where_calls_have_ids(can: &Capabilities) -> Option<&'static str> {
    (can.pauses == PauseScope::Agent).then_some("it pauses whatever call the agent is on")
}

fn where_told_unasked(can: &Capabilities) -> Option<&'static str> {
    (can.calls != CallsBy::Event).then_some("it tells nothing unasked")
}

async fn a_pause_pauses_and_a_resume_resumes(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    session.control.command(&call, Wanted::Paused).await?;
    same(bench.truth(&call), Truth::Paused)?;
    session.control.command(&call, Wanted::Recording).await?;
    same(bench.truth(&call), Truth::Recording)
}

async fn a_confirmation_is_the_truth(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    let accepted = session.control.command(&call, Wanted::Paused).await?;
    same(accepted, Accepted::Confirmed(Recorder::Paused))?;
    same(bench.truth(&call), Truth::Paused)
}

async fn an_acknowledgement_without_effect_confirms_nothing(
    bench: &mut Bench,
) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    bench
        .simulator
        .site()
        .misbehave(Fault::NoEffect.on_commands());
    let answer = session.control.command(&call, Wanted::Paused).await;
    same(bench.truth(&call), Truth::Recording)?;
    not_confirmed(&answer)
}

async fn a_read_back_tells_the_truth(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    for (truth, recorder) in [
        (Truth::Paused, Recorder::Paused),
        (Truth::Recording, Recorder::Recording),
        (Truth::Off, Recorder::Off),
    ] {
        bench.simulator.site().someone_sets(call.as_str(), truth);
        same(session.control.recorder(&call).await?, recorder)?;
    }
    Ok(())
}

async fn a_garbled_read_back_is_unintelligible(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    for fault in [
        Fault::Garbage,
        Fault::WrongTypes,
        Fault::UnknownNumbers,
        Fault::HugeBody,
    ] {
        bench.simulator.site().behave();
        bench.simulator.site().misbehave(fault);
        let kind = failed(session.control.recorder(&call).await)?.kind;
        if !matches!(kind, Kind::Unintelligible(_)) {
            return Err(format!("{fault}: {kind:?}").into());
        }
    }
    Ok(())
}

async fn an_unknown_call_is_no_such_call_when_read_back(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let error = failed(session.control.recorder(&nobodys_call()).await)?;
    same(error.kind, Kind::NoSuchCall)
}

async fn a_garbled_reply_to_a_command_confirms_nothing(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    for fault in [Fault::Garbage, Fault::WrongTypes, Fault::UnknownNumbers] {
        bench.simulator.site().behave();
        bench.simulator.site().misbehave(fault.on_commands());
        not_confirmed(&session.control.command(&call, Wanted::Paused).await)?;
    }
    Ok(())
}

async fn a_reply_lost_after_execution_leaves_doubt(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    bench
        .simulator
        .site()
        .misbehave(Fault::LoseReply.on_commands());
    let error = failed(session.control.command(&call, Wanted::Paused).await)?;
    same(bench.truth(&call), Truth::Paused)?;
    in_doubt(&error, true)
}

async fn a_server_error_leaves_doubt(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    for code in [500, 502, 503] {
        bench.simulator.site().behave();
        bench
            .simulator
            .site()
            .misbehave(Fault::status(code).on_commands());
        let error = failed(session.control.command(&call, Wanted::Paused).await)?;
        in_doubt(&error, true)?;
    }
    Ok(())
}

async fn a_vendor_that_is_not_there_leaves_no_doubt(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    bench.simulator.stop();
    // A connection that was kept may die under the first request, which is then in doubt.
    failed(session.control.command(&call, Wanted::Paused).await)?;
    let error = failed(session.control.command(&call, Wanted::Paused).await)?;
    same(error.kind, Kind::Unreachable)
}

async fn a_session_that_is_over_is_said_to_be(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    bench.simulator.site().change_secret("another one");
    let error = failed(session.control.command(&call, Wanted::Paused).await)?;
    same(bench.truth(&call), Truth::Recording)?;
    if error.kind.ends_session() {
        return Ok(());
    }
    Err(format!("{:?} does not end the session", error.kind).into())
}

async fn what_is_forbidden_is_not_permitted(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    bench.simulator.site().misbehave(Fault::status(403));
    let error = failed(session.control.command(&call, Wanted::Paused).await)?;
    in_doubt(&error, false)?;
    if matches!(error.kind, Kind::NotPermitted(_)) {
        return Ok(());
    }
    Err(format!("{:?}", error.kind).into())
}

async fn a_throttled_request_says_when_to_come_back(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    for retry_after in [Some(Duration::from_secs(7)), None] {
        bench.simulator.site().behave();
        bench.simulator.site().misbehave(Fault::Status {
            code: 429,
            retry_after,
            executed: false,
        });
        let error = failed(session.control.command(&call, Wanted::Paused).await)?;
        same(error.kind, Kind::Throttled { retry_after })?;
    }
    Ok(())
}

async fn a_pause_of_a_call_that_is_not_there_is_no_success(
    bench: &mut Bench,
) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let error = failed(
        session
            .control
            .command(&nobodys_call(), Wanted::Paused)
            .await,
    )?;
    same(error.kind, Kind::NoSuchCall)
}

async fn a_redirect_is_neither_followed_nor_believed(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    let before = bench.requests();
    bench.simulator.site().misbehave(Fault::Redirect);
    let error = failed(session.control.command(&call, Wanted::Paused).await)?;
    same(bench.requests(), before + 1)?;
    if matches!(error.kind, Kind::Unintelligible(_)) {
        return Ok(());
    }
    Err(format!("{:?}", error.kind).into())
}

async fn a_body_without_end_is_not_waited_for(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    bench
        .simulator
        .site()
        .misbehave(Fault::HugeBody.on_commands());
    let command = session.control.command(&call, Wanted::Paused);
    let answer = tokio::time::timeout(SOON, command).await?;
    not_confirmed(&answer)
}

async fn one_question_is_one_request(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    let before = bench.requests();
    session.control.command(&call, Wanted::Paused).await?;
    same(bench.requests(), before + 1)?;
    if bench.vendor.capabilities().proof != ProofBy::Nothing {
        session.control.recorder(&call).await?;
        same(bench.requests(), before + 2)?;
    }
    Ok(())
}

async fn a_call_is_touched_alone(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let (call, held) = (bench.start_call(), bench.start_call());
    session.control.command(&call, Wanted::Paused).await?;
    same(bench.truth(&call), Truth::Paused)?;
    same(bench.truth(&held), Truth::Recording)
}

async fn another_agent_is_not_touched(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    let site = bench.simulator.site();
    let other = if site.agent().starts_with("sip:") {
        "sip:other@domain.com"
    } else {
        "1685"
    };
    let theirs = site.start_call(other, simulators::audio::Script::default());
    session.control.command(&call, Wanted::Paused).await?;
    same(site.truth(&theirs), Some(Truth::Recording))
}

async fn signing_in_touches_no_call(bench: &mut Bench) -> Result<(), Failed> {
    let call = bench.start_call();
    bench.sign_in().await?;
    same(bench.truth(&call), Truth::Recording)
}

async fn signing_in_twice_gives_two_sessions_that_work(bench: &mut Bench) -> Result<(), Failed> {
    let first = bench.sign_in().await?;
    let second = bench.sign_in().await?;
    let call = bench.start_call();
    first.control.command(&call, Wanted::Paused).await?;
    same(bench.truth(&call), Truth::Paused)?;
    second.control.command(&call, Wanted::Recording).await?;
    same(bench.truth(&call), Truth::Recording)
}

async fn a_wrong_secret_is_rejected_at_sign_in(bench: &mut Bench) -> Result<(), Failed> {
    match bench.sign_in_with("not the secret").await {
        Ok(_session) => Err("it was accepted".into()),
        Err(error) => same(error.kind, Kind::SignInRejected),
    }
}

async fn events_end_with_an_error_and_not_with_silence(bench: &mut Bench) -> Result<(), Failed> {
    let mut session = bench.sign_in().await?;
    bench.simulator.stop();
    loop {
        match tokio::time::timeout(SOON, session.events.next()).await? {
            None => return Err("they just ended".into()),
            Some(Err(_said)) => return Ok(()),
            Some(Ok(_event)) => {}
        }
    }
}

async fn a_vendor_that_tells_nothing_never_ends_its_events(
    bench: &mut Bench,
) -> Result<(), Failed> {
    let mut session = bench.sign_in().await?;
    bench.start_call();
    let ended = async {
        loop {
            match session.events.next().await {
                None => return "ended",
                Some(Err(_)) => return "failed",
                Some(Ok(_)) => {}
            }
        }
    };
    match tokio::time::timeout(Duration::from_millis(300), ended).await {
        Err(_still_open) => Ok(()),
        Ok(how) => Err(format!("the events {how} while all was well").into()),
    }
}

async fn no_secret_is_in_any_error(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    let mut errors = Vec::new();
    for fault in [
        Fault::LoseReply,
        Fault::DropConnection,
        Fault::status(401),
        Fault::status(403),
        Fault::status(404),
        Fault::status(409),
        Fault::status(429),
        Fault::status(500),
        Fault::Garbage,
        Fault::Redirect,
    ] {
        bench.simulator.site().behave();
        bench.simulator.site().misbehave(fault);
        errors.extend(session.control.command(&call, Wanted::Paused).await.err());
        errors.extend(session.control.recorder(&call).await.err());
        errors.extend(bench.sign_in_with(CANARY).await.err());
    }
    if errors.len() < 8 {
        return Err(format!("only {} errors to look at", errors.len()).into());
    }
    let text: String = errors.iter().map(everything_said).collect();
    for forbidden in [CANARY, "Bearer", "http://", "?"] {
        if text.contains(forbidden) {
            return Err(format!("{forbidden:?} is in one of {text}").into());
        }
    }
    Ok(())
}

/// An error as a log could show it: display and debug form of it and of what lies beneath.
fn everything_said(error: &VendorError) -> String {
    let mut text = format!("{error} {error:?}\n");
    let mut beneath = error.source();
    while let Some(source) = beneath {
        text += &format!("  {source} {source:?}\n");
        beneath = source.source();
    }
    text
}

fn nobodys_call() -> CallId {
    CallId::new("1d6c6a58-6739-4f0c-98ff-0968292c8c30")
}

fn same<T: PartialEq + Debug>(is: T, should_be: T) -> Result<(), Failed> {
    if is == should_be {
        return Ok(());
    }
    Err(format!("it is {is:?} and should be {should_be:?}").into())
}

fn failed<T: Debug>(answer: Result<T, VendorError>) -> Result<VendorError, Failed> {
    match answer {
        Err(error) => Ok(error),
        Ok(answer) => Err(format!("it is said to have worked: {answer:?}").into()),
    }
}

fn not_confirmed(answer: &Result<Accepted, VendorError>) -> Result<(), Failed> {
    match answer {
        Ok(Accepted::Confirmed(recorder)) => Err(format!("confirmed as {recorder:?}").into()),
        Ok(Accepted::Unproven) | Err(_) => Ok(()),
    }
}

fn in_doubt(error: &VendorError, doubt: bool) -> Result<(), Failed> {
    if error.kind.leaves_recorder_in_doubt() == doubt {
        return Ok(());
    }
    Err(format!(
        "{:?} leaves {}",
        error.kind,
        if doubt { "no doubt" } else { "doubt" }
    )
    .into())
}
