//! The vendor fails; the display says so, in time, and says what to do.

use std::time::{Duration, Instant};

use controller::view::DisplayName;
use pause::Wanted;
use simulators::{Fault, Truth, Vendor};

use crate::desk::Desk;

async fn paused(vendor: Vendor) -> (Desk, String) {
    let mut desk = Desk::new(vendor);
    desk.shows(DisplayName::NoCall).await;
    let call = desk.start_call();
    desk.want(Wanted::Paused);
    desk.shows(DisplayName::Paused).await;
    (desk, call)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_that_dies_while_paused_leaves_unknown_within_its_freshness() {
    let (mut desk, _call) = paused(Vendor::Anywhere365).await;
    desk.simulator.stop();
    let died = clock();
    let view = desk.shows(DisplayName::Unknown).await;
    assert!(
        died.elapsed() < Duration::from_millis(7_000),
        "{:?}",
        died.elapsed()
    );
    assert!(!view.reason.is_empty());
    desk.simulator.restart().expect("the port is still free");
    desk.shows(DisplayName::Paused).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_that_never_answers_has_failed_within_the_deadline() {
    let mut desk = Desk::new(Vendor::Anywhere365);
    desk.shows(DisplayName::NoCall).await;
    desk.start_call();
    desk.shows(DisplayName::Recording).await;
    desk.site().misbehave(Fault::Delay(Duration::from_secs(60)));
    let pressed = clock();
    desk.want(Wanted::Paused);
    desk.shows(DisplayName::Pausing).await;
    assert!(pressed.elapsed() < Duration::from_millis(150));
    let view = desk.shows(DisplayName::Failed).await;
    assert!(pressed.elapsed() < Duration::from_millis(3_500));
    assert_eq!(view.headline, "STILL RECORDING");
    assert!(view.can_acknowledge);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_revoked_in_mid_shift_is_a_problem_that_says_what_to_do() {
    let mut desk = Desk::new(Vendor::Xima);
    desk.shows(DisplayName::NoCall).await;
    let call = desk.start_call();
    desk.site().change_secret("another one");
    desk.want(Wanted::Paused);
    let view = desk.shows(DisplayName::Failed).await;
    assert_eq!(desk.site().truth(&call), Some(Truth::Recording));
    let codes = |view: &controller::view::View| -> Vec<String> {
        view.problems
            .iter()
            .map(|problem| problem.code.clone())
            .collect()
    };
    let mut seen = codes(&view);
    while !seen.contains(&"sign-in-rejected".to_owned()) {
        let wait = tokio::time::timeout(Duration::from_secs(5), desk.views.changed()).await;
        assert!(wait.is_ok(), "no such problem among {seen:?}");
        seen = codes(&desk.views.borrow_and_update());
    }
}

/// An agent who waits for PAUSED is not told so by a vendor that only says yes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_that_says_yes_and_does_nothing_is_found_out() {
    let mut desk = Desk::new(Vendor::Anywhere365);
    desk.shows(DisplayName::NoCall).await;
    let call = desk.start_call();
    desk.shows(DisplayName::Recording).await;
    desk.site().misbehave(Fault::NoEffect.on_commands());
    let mut views = desk.views.clone();
    desk.want(Wanted::Paused);
    let claimed = tokio::spawn(async move {
        views
            .wait_for(|view| view.display == DisplayName::Paused)
            .await
            .map(drop)
    });
    desk.shows(DisplayName::Failed).await;
    assert!(!claimed.is_finished(), "PAUSED was shown on the way");
    claimed.abort();
    assert_eq!(desk.site().truth(&call), Some(Truth::Recording));
}

#[expect(clippy::disallowed_methods, reason = "the time a person would measure")]
fn clock() -> Instant {
    Instant::now()
}
