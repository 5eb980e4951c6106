//! What is there for support.

use std::time::Duration;

use super::super::scripted::Script;
use super::{Rig, after};
use crate::view::{BundleView, Request, SupportRequest, UpdateView};

fn everything_for(rig: &Rig, seconds: u64) {
    let time = Duration::from_secs(seconds);
    rig.send(Request::Support(SupportRequest::LogEverything(time)));
}

#[tokio::test(start_paused = true)]
async fn everything_is_logged_for_an_hour_and_then_as_much_as_usual_by_itself() {
    // I3
    let rig = Rig::new(&Script::new(|_| ()));
    assert_eq!(rig.view().support.logs_everything_for_ms, None);
    everything_for(&rig, 3_600);
    after(1_000).await;
    let left = rig.view().support.logs_everything_for_ms.unwrap();
    assert!(
        (3_590_000..=3_600_000).contains(&left),
        "{left} ms are left"
    );
    after(3_598_900).await;
    assert!(rig.view().support.logs_everything_for_ms.is_some());
    after(200).await;
    assert_eq!(rig.view().support.logs_everything_for_ms, None);
}

#[tokio::test(start_paused = true)]
async fn it_ends_earlier_when_that_is_asked_for_and_never_lasts_longer_than_a_day() {
    let rig = Rig::new(&Script::new(|_| ()));
    everything_for(&rig, 3_600);
    after(10).await;
    everything_for(&rig, 0);
    after(10).await;
    assert_eq!(rig.view().support.logs_everything_for_ms, None);
    everything_for(&rig, 1_000_000);
    after(10).await;
    assert!(rig.view().support.logs_everything_for_ms.unwrap() <= 86_400_000);
}

#[tokio::test(start_paused = true)]
async fn what_becomes_of_a_bundle_and_a_newer_version_are_told_to_everybody() {
    let rig = Rig::new(&Script::new(|_| ()));
    let update = UpdateView {
        version: "2.0.0".into(),
        notes: "https://example.com/2".into(),
        message: "2.0.0 is there".into(),
    };
    rig.send(Request::Support(SupportRequest::Bundle(
        BundleView::Gathering,
    )));
    rig.send(Request::Support(SupportRequest::Update(Some(
        update.clone(),
    ))));
    after(10).await;
    assert_eq!(rig.view().support.bundle, BundleView::Gathering);
    assert_eq!(rig.view().support.update, Some(update));
}

#[tokio::test(start_paused = true)]
async fn a_step_out_of_turn_changes_nothing_and_each_other_one_is_counted() {
    let rig = Rig::new(&Script::new(|_| ()));
    let listed = BundleView::Listed {
        files: Vec::new(),
        path: "bundle.zip".into(),
    };
    let written = BundleView::Written {
        path: "bundle.zip".into(),
    };
    let steps = [
        (BundleView::Writing, BundleView::None),
        (listed.clone(), BundleView::None),
        (BundleView::Gathering, BundleView::Gathering),
        (written.clone(), BundleView::Gathering),
        (listed.clone(), listed),
        (BundleView::None, BundleView::None),
        (BundleView::Writing, BundleView::None),
        (written, BundleView::None),
    ];
    let mut counted = 0;
    for (step, then) in steps {
        let before = rig.view().support.bundle.clone();
        rig.send(Request::Support(SupportRequest::Bundle(step)));
        after(10).await;
        let support = rig.view().support.clone();
        assert_eq!(support.bundle, then);
        counted += u64::from(before != then);
        assert_eq!(support.bundle_steps, counted);
    }
}
