//! What administrators are told.

use std::fmt;
use std::sync::{Arc, Mutex};

use pause::CallId;
use tracing::field::{Field, Visit};
use tracing::subscriber::{DefaultGuard, set_default, set_global_default};
use tracing::{Event, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use vendors::Kind;

use super::super::scripted::{Script, Then};
use super::{Rig, after};
use crate::admin_event::AdminEvent;
use crate::driver::decided;
use crate::view::{PolicyOrigin, PolicyValueView, PolicyView, Request};

/// Each event that was told: its number and its words.
#[derive(Clone, Debug, Default)]
struct Told(Arc<Mutex<Vec<(u64, String)>>>);

impl Told {
    fn from_now_on() -> (Self, DefaultGuard) {
        let told = Self::default();
        // Where nobody hears everything, whoever logs first on another thread may switch it off
        // for all (documented: tracing-core, `callsite`). This one hears everything and keeps
        // nothing.
        let _set_before = set_global_default(Registry::default());
        let guard = set_default(Registry::default().with(told.clone()));
        (told, guard)
    }

    fn all(&self) -> Vec<(u64, String)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn ids(&self) -> Vec<u64> {
        self.all().into_iter().map(|(id, _)| id).collect()
    }
}

impl<S: Subscriber> Layer<S> for Told {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if event.metadata().target() == "fermata::admin" {
            let mut fields = Fields::default();
            event.record(&mut fields);
            self.0.lock().unwrap().push((fields.0, fields.1));
        }
    }
}

#[derive(Default)]
struct Fields(u64, String);

impl Visit for Fields {
    fn record_u64(&mut self, _field: &Field, value: u64) {
        self.0 = value;
    }

    fn record_debug(&mut self, _field: &Field, value: &dyn fmt::Debug) {
        self.1 = format!("{value:?}");
    }
}

fn id(event: AdminEvent) -> u64 {
    event.id().into()
}

#[tokio::test(start_paused = true)]
async fn start_and_stop_are_told_with_the_version() {
    // G5
    let (told, _guard) = Told::from_now_on();
    let rig = Rig::new(&Script::new(|_| ()));
    after(5).await;
    rig.send(Request::Quit);
    rig.task.await.unwrap();
    let all = told.all();
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(all[0].0, id(AdminEvent::Started));
    assert_eq!(all[1].0, id(AdminEvent::Stopped));
    assert!(all[0].1.contains(env!("CARGO_PKG_VERSION")), "{all:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_failed_is_told_and_a_resume_is_not() {
    // G5, B5
    let (told, _guard) = Told::from_now_on();
    let script = Script::new(|script| {
        script.on_command = Then::Says(Kind::Refused("no".into()));
    });
    let rig = Rig::new(&script);
    rig.in_call().await;
    told.all();
    rig.resume();
    after(10_000).await;
    rig.pause();
    after(10_000).await;
    let all = told.all();
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].0, id(AdminEvent::PauseFailed));
    assert!(all[0].1.starts_with("STILL RECORDING. "), "{all:?}");
    assert!(!all[0].1.contains("call-1"), "{all:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_goes_on_beyond_the_last_reminder_is_told_once() {
    // G5, A5
    let (told, _guard) = Told::from_now_on();
    let rig = Rig::new(&Script::new(|_| ()));
    rig.in_call().await;
    rig.pause();
    told.all();
    after(170_000).await;
    assert_eq!(told.ids(), [] as [u64; 0], "the agent is reminded first");
    after(600_000).await;
    assert_eq!(told.ids(), [id(AdminEvent::LeftPaused)]);
    rig.send(Request::CallEnded(CallId::new("call-1")));
    after(60_000).await;
    assert_eq!(told.ids(), [id(AdminEvent::LeftPaused)], "and it ended so");
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_is_refused_for_good_is_told_once() {
    // G5
    let (told, _guard) = Told::from_now_on();
    let script = Script::new(|script| script.on_sign_in = Then::Says(Kind::SignInRejected));
    let _rig = Rig::new(&script);
    after(3_600_000).await;
    assert_eq!(
        told.ids(),
        [id(AdminEvent::Started), id(AdminEvent::SignInRefused)]
    );
}

#[test]
fn what_the_organisation_decides_otherwise_and_what_is_not_taken_is_told() {
    // G5, F4
    let (told, _guard) = Told::from_now_on();
    let policy = |value: &str, origin, rejected: &[&str]| PolicyView {
        values: vec![PolicyValueView {
            key: "longest_pause_seconds".into(),
            value: value.into(),
            origin,
            place: String::new(),
        }],
        rejected: rejected.iter().map(|one| (*one).to_owned()).collect(),
        ..PolicyView::default()
    };
    let first = policy("180", PolicyOrigin::Enforced, &["a:1: x: wrong; remove it"]);
    decided::log(&PolicyView::default(), &first);
    assert_eq!(told.ids(), [id(AdminEvent::PolicyRejected)], "at the start");
    decided::log(&first, &first);
    assert_eq!(told.ids(), [] as [u64; 0]);
    decided::log(&first, &policy("60", PolicyOrigin::Enforced, &[]));
    assert_eq!(told.ids(), [id(AdminEvent::PolicyChanged)]);
    let users = |value| policy(value, PolicyOrigin::User, &[]);
    decided::log(&users("1"), &users("2"));
    assert_eq!(told.ids(), [] as [u64; 0], "the agent's own is none of it");
}
