//! What only a vendor with couples and sessions that run out can do to an agent.

use std::time::Duration;

use controller::view::DisplayName;
use pause::Wanted;
use simulators::{Truth, Vendor};

use crate::desk::Desk;

async fn in_a_call() -> (Desk, String) {
    let mut desk = Desk::new(Vendor::Gqm);
    desk.shows(DisplayName::NoCall).await;
    let call = desk.start_call();
    desk.shows(DisplayName::Unknown).await;
    (desk, call)
}

fn log_ins(desk: &Desk) -> usize {
    let requests = desk.site().requests();
    let log_in = |path: &str| path.ends_with("/loginAction.do");
    requests.iter().filter(|it| log_in(&it.path)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_has_run_out_costs_one_log_in_and_the_press_is_carried_out() {
    let (mut desk, call) = in_a_call().await;
    assert_eq!(log_ins(&desk), 1);
    desk.site().expire_sessions();
    desk.want(Wanted::Paused);
    desk.shows(DisplayName::PauseSent).await;
    assert_eq!(desk.site().truth(&call), Some(Truth::Paused));
    assert_eq!(log_ins(&desk), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_takes_the_claim_down_and_the_next_press_pauses_it_too() {
    let (mut desk, call) = in_a_call().await;
    desk.want(Wanted::Paused);
    desk.shows(DisplayName::PauseSent).await;
    let couple = desk.site().add_couple(&call).expect("the call goes on");
    assert_eq!(desk.site().truth(&call), Some(Truth::Recording));

    // At the latest when the calls are asked for the next time.
    let mut views = desk.views.clone();
    let falls = views.wait_for(|view| view.display == DisplayName::Unknown);
    let falls = tokio::time::timeout(Duration::from_secs(20), falls).await;
    falls.expect("it falls").expect("the controller runs");

    desk.want(Wanted::Paused);
    desk.shows(DisplayName::PauseSent).await;
    assert_eq!(desk.site().couple_truth(&couple), Some(Truth::Paused));
    assert_eq!(desk.site().truth(&call), Some(Truth::Paused));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_couple_that_fails_alone_is_no_pause() {
    let (mut desk, call) = in_a_call().await;
    let couple = desk.site().add_couple(&call).expect("the call goes on");
    desk.site().fail_couple(&couple, Some(500));
    desk.want(Wanted::Paused);
    let mut views = desk.views.clone();
    let claimed = tokio::spawn(async move {
        let claim =
            |view: &std::sync::Arc<controller::view::View>| view.display == DisplayName::PauseSent;
        views.wait_for(claim).await.map(drop)
    });
    desk.shows(DisplayName::Failed).await;
    assert!(!claimed.is_finished(), "PAUSE SENT was shown on the way");
    claimed.abort();
    assert_eq!(desk.site().truth(&call), Some(Truth::Recording));
}
