//! The promises.

use std::error::Error;
use std::fmt::Debug;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use libtest_mimic::Failed;
use pause::{CallId, ProofBy, Recorder, Wanted};
use simulators::{Fault, Truth};
use vendors::{
    Accepted, CallsBy, Capabilities, Events, Kind, PauseScope, VendorError, VendorEvent,
};

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
    the_agents_calls_are_listed_and_nobody_elses, where_calls_are_asked_for, ListsEverybodysCalls;
    a_call_that_is_over_is_not_listed, where_calls_are_asked_for, ListsCallsForEver;
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
    calls_are_told_as_they_come_and_go, where_calls_are_told, TellsNothing;
    a_change_by_somebody_else_is_hinted, where_hinted, TellsNothing;
    nothing_is_told_of_another_agents_calls, where_calls_are_told, TellsOfEverybodysCalls;
    listening_again_is_as_good_as_the_first_time, where_told_unasked, TellsNothingTheSecondTime;
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
    (can.proof == ProofBy::Nothing && can.calls == CallsBy::Told)
        .then_some("nothing can be checked without touching a call")
}

fn where_calls_have_ids(can: &Capabilities) -> Option<&'static str> {
    (can.pauses == PauseScope::Agent).then_some("it pauses whatever call the agent is on")
}

fn where_told_unasked(can: &Capabilities) -> Option<&'static str> {
    (can.calls != CallsBy::Event && !can.hints).then_some("it tells nothing unasked")
}

fn where_calls_are_told(can: &Capabilities) -> Option<&'static str> {
    (can.calls != CallsBy::Event).then_some("it tells of no calls")
}

fn where_calls_are_asked_for(can: &Capabilities) -> Option<&'static str> {
    (can.calls == CallsBy::Told).then_some("it cannot be asked for calls")
}

fn where_hinted(can: &Capabilities) -> Option<&'static str> {
    (!can.hints).then_some("it tells nothing of recorders")
}

async fn a_pause_pauses_and_a_resume_resumes(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    session.command(&call, Wanted::Paused).await?;
    bench.becomes(&call, bench.paused()).await?;
    session.command(&call, Wanted::Recording).await?;
    bench.becomes(&call, Truth::Recording).await
}

async fn a_confirmation_is_the_truth(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    let accepted = session.command(&call, Wanted::Paused).await?;
    same(accepted, Accepted::Confirmed(Recorder::Paused))?;
    bench.becomes(&call, bench.paused()).await
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
    let answer = session.command(&call, Wanted::Paused).await;
    bench.stays(&call, Truth::Recording).await?;
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
        same(session.recorder(&call).await?, recorder)?;
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
        let kind = failed(session.recorder(&call).await)?.kind;
        if !matches!(kind, Kind::Unintelligible(_)) {
            return Err(format!("{fault}: {kind:?}").into());
        }
    }
    Ok(())
}

async fn an_unknown_call_is_no_such_call_when_read_back(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let error = failed(session.recorder(&nobodys_call()).await)?;
    same(error.kind, Kind::NoSuchCall)
}

async fn a_garbled_reply_to_a_command_confirms_nothing(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    for fault in [Fault::Garbage, Fault::WrongTypes, Fault::UnknownNumbers] {
        bench.simulator.site().behave();
        bench.simulator.site().misbehave(fault.on_commands());
        not_confirmed(&session.command(&call, Wanted::Paused).await)?;
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
    let error = failed(session.command(&call, Wanted::Paused).await)?;
    bench.becomes(&call, bench.paused()).await?;
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
        let error = failed(session.command(&call, Wanted::Paused).await)?;
        in_doubt(&error, true)?;
    }
    Ok(())
}

async fn a_vendor_that_is_not_there_leaves_no_doubt(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    bench.simulator.stop();
    // A connection that was kept may die under the first request, which is then in doubt.
    failed(session.command(&call, Wanted::Paused).await)?;
    let error = failed(session.command(&call, Wanted::Paused).await)?;
    same(error.kind, Kind::Unreachable)
}

async fn a_session_that_is_over_is_said_to_be(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    let site = bench.simulator.site();
    site.change_secret("another one");
    site.expire_sessions();
    let error = failed(session.command(&call, Wanted::Paused).await)?;
    bench.stays(&call, Truth::Recording).await?;
    if error.kind.ends_session() {
        return Ok(());
    }
    Err(format!("{:?} does not end the session", error.kind).into())
}

async fn what_is_forbidden_is_not_permitted(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    bench.simulator.site().misbehave(Fault::status(403));
    let error = failed(session.command(&call, Wanted::Paused).await)?;
    in_doubt(&error, false)?;
    // Documented so: docs/vendors/gqm.md.
    let ends_session = bench.simulator.vendor() == simulators::Vendor::Gqm;
    if matches!(error.kind, Kind::NotPermitted(_))
        || (ends_session && error.kind == Kind::SessionEnded)
    {
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
        let error = failed(session.command(&call, Wanted::Paused).await)?;
        same(error.kind, Kind::Throttled { retry_after })?;
    }
    Ok(())
}

async fn a_pause_of_a_call_that_is_not_there_is_no_success(
    bench: &mut Bench,
) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let error = failed(session.command(&nobodys_call(), Wanted::Paused).await)?;
    in_doubt(&error, false)?;
    // Its texts for this are not documented.
    let is_vague = bench.simulator.vendor() == simulators::Vendor::Noojee;
    if error.kind == Kind::NoSuchCall || (is_vague && matches!(error.kind, Kind::Refused(_))) {
        return Ok(());
    }
    Err(format!("{:?}", error.kind).into())
}

async fn a_redirect_is_neither_followed_nor_believed(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    let before = bench.requests();
    bench.simulator.site().misbehave(Fault::Redirect);
    let error = failed(session.command(&call, Wanted::Paused).await)?;
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
    let command = session.command(&call, Wanted::Paused);
    let answer = tokio::time::timeout(SOON, command).await?;
    not_confirmed(&answer)
}

async fn one_question_is_one_request(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    let before = bench.requests();
    session.command(&call, Wanted::Paused).await?;
    let asked = before + bench.requests_of_a_command();
    same(bench.requests(), asked)?;
    if bench.vendor.capabilities().proof != ProofBy::Nothing {
        session.recorder(&call).await?;
        same(bench.requests(), asked + 1)?;
    }
    Ok(())
}

async fn a_call_is_touched_alone(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let (call, held) = (bench.start_call(), bench.start_call());
    session.command(&call, Wanted::Paused).await?;
    bench.becomes(&call, bench.paused()).await?;
    bench.stays(&held, Truth::Recording).await
}

async fn another_agent_is_not_touched(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let call = bench.start_call();
    let theirs = bench.start_call_of_another_agent();
    session.command(&call, Wanted::Paused).await?;
    bench.becomes(&call, bench.paused()).await?;
    bench.stays(&theirs, Truth::Recording).await
}

async fn signing_in_touches_no_call(bench: &mut Bench) -> Result<(), Failed> {
    let call = bench.start_call();
    bench.sign_in().await?;
    bench.stays(&call, Truth::Recording).await
}

async fn signing_in_twice_gives_two_sessions_that_work(bench: &mut Bench) -> Result<(), Failed> {
    let first = bench.sign_in().await?;
    let second = bench.sign_in().await?;
    let call = bench.start_call();
    first.command(&call, Wanted::Paused).await?;
    bench.becomes(&call, bench.paused()).await?;
    second.command(&call, Wanted::Recording).await?;
    bench.becomes(&call, Truth::Recording).await
}

async fn a_wrong_secret_is_rejected_at_sign_in(bench: &mut Bench) -> Result<(), Failed> {
    match bench.sign_in_with("not the secret").await {
        Ok(_session) => Err("it was accepted".into()),
        Err(error) => same(error.kind, Kind::SignInRejected),
    }
}

async fn events_end_with_an_error_and_not_with_silence(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let mut events = session.listen().await?;
    bench.simulator.stop();
    loop {
        match tokio::time::timeout(SOON, events.next()).await? {
            None => return Err("they just ended".into()),
            Some(Err(_said)) => return Ok(()),
            Some(Ok(_event)) => {}
        }
    }
}

async fn the_agents_calls_are_listed_and_nobody_elses(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    same(session.calls().await?, Vec::new())?;
    let mut mine = vec![bench.start_call(), bench.start_call()];
    bench.start_call_of_another_agent();
    let mut listed = session.calls().await?;
    mine.sort();
    listed.sort();
    same(listed, mine)
}

async fn a_call_that_is_over_is_not_listed(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let (over, going_on) = (bench.start_call(), bench.start_call());
    same(session.calls().await?.len(), 2)?;
    bench.simulator.site().end_call(over.as_str());
    same(session.calls().await?, vec![going_on])
}

async fn calls_are_told_as_they_come_and_go(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let mut events = session.listen().await?;
    let call = bench.start_call();
    until_told(&mut events, &VendorEvent::CallStarted(call.clone())).await?;
    bench.simulator.site().end_call(call.as_str());
    until_told(&mut events, &VendorEvent::CallEnded(call)).await
}

async fn a_change_by_somebody_else_is_hinted(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let mut events = session.listen().await?;
    let call = bench.start_call();
    for (truth, recorder) in [
        (Truth::Paused, Recorder::Paused),
        (Truth::Recording, Recorder::Recording),
    ] {
        let site = bench.simulator.site();
        site.someone_sets(call.as_str(), truth);
        let call = call.clone();
        until_told(&mut events, &VendorEvent::Hint { call, recorder }).await?;
    }
    Ok(())
}

async fn nothing_is_told_of_another_agents_calls(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let mut events = session.listen().await?;
    let theirs = bench.start_call_of_another_agent();
    let mine = bench.start_call();
    loop {
        let event = tokio::time::timeout(SOON, events.next()).await?;
        match event.ok_or("they just ended")?? {
            VendorEvent::CallStarted(call) if call == mine => return Ok(()),
            VendorEvent::CallStarted(call)
            | VendorEvent::CallEnded(call)
            | VendorEvent::Hint { call, .. }
                if call == theirs =>
            {
                return Err("it tells of somebody else's call".into());
            }
            VendorEvent::CallStarted(_)
            | VendorEvent::CallEnded(_)
            | VendorEvent::Hint { .. }
            | VendorEvent::Declined { .. }
            | VendorEvent::Missed => {}
        }
    }
}

async fn listening_again_is_as_good_as_the_first_time(bench: &mut Bench) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let first = session.listen().await?;
    drop(first);
    let mut second = session.listen().await?;
    let call = bench.start_call();
    let can = bench.vendor.capabilities();
    let news = if can.calls == CallsBy::Event {
        VendorEvent::CallStarted(call)
    } else {
        let site = bench.simulator.site();
        site.someone_sets(call.as_str(), Truth::Paused);
        let recorder = Recorder::Paused;
        VendorEvent::Hint { call, recorder }
    };
    until_told(&mut second, &news).await
}

/// Waits until this is told, whatever else is.
async fn until_told(events: &mut Events, news: &VendorEvent) -> Result<(), Failed> {
    let told = async {
        loop {
            match events.next().await {
                None => return Err(Failed::from("they just ended")),
                Some(Err(error)) => return Err(format!("they ended: {error}").into()),
                Some(Ok(event)) if event == *news => return Ok(()),
                Some(Ok(_event)) => {}
            }
        }
    };
    tokio::time::timeout(SOON, told)
        .await
        .map_err(|_elapsed| Failed::from(format!("{news:?} is never told")))?
}

async fn a_vendor_that_tells_nothing_never_ends_its_events(
    bench: &mut Bench,
) -> Result<(), Failed> {
    let session = bench.sign_in().await?;
    let mut events = session.listen().await?;
    bench.start_call();
    let ended = async {
        loop {
            match events.next().await {
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
        errors.extend(session.command(&call, Wanted::Paused).await.err());
        errors.extend(session.recorder(&call).await.err());
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
