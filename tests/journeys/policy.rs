//! What the organization decides while a pause is shown.

use controller::view::{DisplayName, PolicyValueView, View};
use pause::Wanted;
use simulators::{Fault, Vendor};

use crate::desk::Desk;

/// An agent who would let proof grow old.
const OWN: &str = "[limits]\nfreshness_ms = 15000\n";

fn told<'a>(view: &'a View, key: &str) -> &'a PolicyValueView {
    let values = &view.policy.values;
    let found = values.iter().find(|value| value.key == key);
    found.unwrap_or_else(|| panic!("nothing is told of {key}: {values:#?}"))
}

fn has_rejected(view: &View) -> bool {
    !view.policy.rejected.is_empty()
}

// F4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_turns_wrong_goes_on_guarding_the_pause_under_way() {
    let guarded = "[enforced]\nfreshness_ms = 4000\n";
    let mut desk = Desk::under(Vendor::Anywhere365, OWN, guarded);
    desk.shows(DisplayName::NoCall).await;
    let call = desk.start_call();
    desk.want(Wanted::Paused);
    desk.shows(DisplayName::Paused).await;

    let wrong = "[enforced]\nlongest_pause_seconds = 600\nfreshness_ms = \"4 seconds\"\n";
    desk.decide(wrong);
    let view = desk.tells("a wrong entry", has_rejected).await;
    assert_eq!(told(&view, "longest_pause_seconds").value, "600");
    assert_eq!(told(&view, "freshness_ms").value, "4000");
    let [entry] = &view.policy.rejected[..] else {
        panic!("{:?}", view.policy.rejected)
    };
    assert!(entry.contains("policy.toml:3: freshness_ms: "), "{entry}");
    assert_eq!(view.problems[0].code, "policy-rejected");
    assert!(!view.problems[0].blocks_pausing);
    assert_eq!(view.display, DisplayName::Paused);

    // The vendor can prove nothing any longer. By the agent's own setting PAUSED would stand for
    // a quarter of a minute.
    let site = desk.site();
    let now = || site.seconds(&call).expect("the call goes on");
    site.misbehave(Fault::status(503).on_reads());
    let since = now();
    desk.shows(DisplayName::Unknown).await;
    let took = now() - since;
    assert!(took < 8.0, "PAUSED stood for another {took} s");
}

// F4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_read_decides_as_before_until_it_is_gone() {
    let guarded = "[enforced]\nfreshness_ms = 4000\nmay_quit = false\n";
    let mut desk = Desk::under(Vendor::Anywhere365, OWN, guarded);
    desk.shows(DisplayName::NoCall).await;

    let torn = "[enforced]\nfreshness_ms = 4000\nmay_quit = fal";
    desk.decide(torn);
    let view = desk.tells("a torn file", has_rejected).await;
    assert_eq!(told(&view, "freshness_ms").value, "4000");
    assert_eq!(told(&view, "may_quit").value, "false");

    desk.decide_nothing();
    let view = desk.tells("no policy", |view| !has_rejected(view)).await;
    assert_eq!(told(&view, "freshness_ms").value, "15000");
    assert_eq!(told(&view, "may_quit").value, "true");
}
