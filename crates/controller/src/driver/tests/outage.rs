//! Many desks, one vendor that goes away and comes back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use pause::CallId;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use vendors::{CallsBy, Kind};

use super::super::scripted::{Script, State, Then};
use super::{MS, Rig, after};
use crate::view::{DeskEvent, DisplayName, Request};

/// How long the vendor is away.
const AWAY_MS: u32 = 120_000;

/// How many requests there were in each second.
struct Load {
    seconds: Vec<usize>,
}

impl Load {
    /// Counts for this long, from now on.
    fn count(script: &Arc<Script>, seconds: usize, what: fn(&State) -> usize) -> JoinHandle<Self> {
        let script = Arc::clone(script);
        tokio::spawn(async move {
            let mut load = Self {
                seconds: Vec::new(),
            };
            let mut before = script.with(|state| what(state));
            for _ in 0..seconds {
                sleep(Duration::from_secs(1)).await;
                let so_far = script.with(|state| what(state));
                load.seconds.push(so_far - before);
                before = so_far;
            }
            load
        })
    }

    fn most(&self) -> usize {
        self.seconds.iter().copied().max().unwrap_or_default()
    }

    fn all(&self) -> usize {
        self.seconds.iter().sum()
    }
}

fn requests(state: &State) -> usize {
    state.sign_ins + state.reads + state.calls_asked + state.commands.len()
}

/// So many desks, that have come to work one after the other.
async fn desks(script: &Arc<Script>, many: u32) -> Vec<Rig> {
    let mut desks = Vec::new();
    for _ in 0..many {
        desks.push(Rig::new(script));
        sleep(15_000 * MS / many).await;
    }
    after(60_000).await;
    desks
}

#[tokio::test(start_paused = true)]
async fn desks_whose_sessions_all_end_at_once_come_back_spread_out() {
    const DESKS: u32 = 500;
    fastrand::seed(1);
    let script = Script::new(|script| {
        script.calls_by = CallsBy::Polling { every: 15_000 * MS };
    });
    let desks = desks(&script, DESKS).await;
    let steady = Load::count(&script, 60, requests).await.unwrap();
    script.with(|script| script.on_sign_in = Then::Says(Kind::Unreachable));
    script.forgets_sessions();
    let during = Load::count(&script, 120, requests).await.unwrap();
    script.with(|script| script.on_sign_in = Then::Obeys(20 * MS));
    let back = Load::count(&script, 120, requests);
    let signing_in = Load::count(&script, 120, |state| state.sign_ins)
        .await
        .unwrap();
    let back = back.await.unwrap();
    assert_eq!(signing_in.all(), 500, "each desk signs in, and once");
    let steady = steady.all() / 60;
    assert!((30..=36).contains(&steady), "{steady}");
    assert!(back.most() <= 2 * steady, "{} of {steady}", back.most());
    // Each desk finds out for itself, and tries some times at first.
    assert!(during.most() <= 6 * steady, "{:?}", during.seconds);
    let later = during.seconds[40..].iter().max().unwrap();
    assert!(*later <= 2 * steady, "{:?}", during.seconds);
    for desk in desks {
        assert!(desk.view().vendor.as_ref().unwrap().link_up);
    }
}

// B8, D3
#[tokio::test(start_paused = true)]
async fn an_office_whose_network_returns_signs_in_within_a_second_and_who_has_paused_goes_first() {
    const DESKS: u32 = 500;
    fastrand::seed(1);
    let script = Script::new(|_| ());
    let office = desks(&script, DESKS).await;
    let pausing = Script::new(|_| ());
    let paused = Rig::new(&pausing);
    paused.in_call().await;
    paused.pause();
    after(100).await;
    assert_eq!(paused.shows(), DisplayName::Paused);
    let befalls = |event: DeskEvent| {
        for desk in office.iter().chain([&paused]) {
            desk.send(Request::Desk(event));
        }
    };
    befalls(DeskEvent::NetworkLost);
    after(5_000).await;
    assert_eq!(paused.shows(), DisplayName::Unknown);
    let before = script.with(|script| script.sign_ins);
    befalls(DeskEvent::NetworkBack);
    let mut so_far = 0;
    for tenth in 0..11 {
        after(100).await;
        let signed_in = script.with(|script| script.sign_ins) - before;
        assert!(signed_in - so_far < 100, "in tenth {tenth} {signed_in}");
        so_far = signed_in;
        assert_eq!(paused.shows(), DisplayName::Paused, "in tenth {tenth}");
    }
    assert_eq!(so_far, 500);
}

#[tokio::test(start_paused = true)]
async fn desks_without_sessions_ask_no_more_during_an_outage_nor_after_it() {
    const DESKS: u32 = 100;
    let script = Script::new(|_| ());
    let desks = desks(&script, DESKS).await;
    for (number, desk) in desks.iter().enumerate() {
        desk.send(Request::CallStarted(CallId::new(format!("call-{number}"))));
        after(100).await;
    }
    after(20_000).await;
    let steady = Load::count(&script, 60, requests).await.unwrap().most();
    script.with(|script| script.on_read = Then::Says(Kind::Unreachable));
    let during = Load::count(&script, 120, requests).await.unwrap();
    script.with(|script| script.on_read = Then::Obeys(MS));
    let back = Load::count(&script, 30, requests).await.unwrap();
    assert!(during.most() <= steady + 1, "{:?}", during.seconds);
    assert!(back.most() <= steady + 1, "{:?}", back.seconds);
    assert!(
        desks
            .iter()
            .all(|desk| desk.shows() == DisplayName::Recording)
    );
}

#[tokio::test(start_paused = true)]
async fn of_a_thousand_links_no_more_than_forty_sign_in_in_a_second() {
    fastrand::seed(1);
    let mut attempts: BTreeMap<u64, usize> = BTreeMap::new();
    let mut back: BTreeMap<u64, usize> = BTreeMap::new();
    let start = Instant::now();
    let mut links = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        links.spawn(async move {
            let mut backoff = crate::backoff::Backoff::default();
            let mut attempts = Vec::new();
            // The first attempt is the one that finds the vendor away.
            while start.elapsed() < AWAY_MS * MS {
                attempts.push(start.elapsed().as_secs());
                sleep(backoff.next_delay()).await;
            }
            (attempts, start.elapsed().as_secs())
        });
    }
    while let Some(link) = links.join_next().await {
        let (tried, signed_in) = link.unwrap();
        for second in tried {
            *attempts.entry(second).or_default() += 1;
        }
        *back.entry(signed_in).or_default() += 1;
    }
    let most = |seconds: &BTreeMap<u64, usize>, from: u64| {
        let seconds = seconds.range(from..);
        seconds.map(|(_, count)| *count).max().unwrap_or_default()
    };
    assert!(most(&back, 0) <= 40, "{back:?}");
    assert!(*back.keys().max().unwrap() <= 210, "{back:?}");
    assert!(most(&attempts, 1) <= 400, "{attempts:?}");
    assert!(most(&attempts, 30) <= 60, "{attempts:?}");
}
