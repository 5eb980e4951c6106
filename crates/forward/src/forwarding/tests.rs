//! G5, with a collector that does as it is told and a clock that runs ahead.

mod scripted;

use std::fs;
use std::sync::Mutex;

use audit::Event;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::*;
use crate::sample::write;
use scripted::{Scripted, State, Then, collector};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Three records, none of them urgent.
const CALM: [Event; 3] = [Event::Started, Event::CallStarted, Event::Asked];

/// A log that is forwarded.
struct Desk {
    place: TempDir,
    wanted: watch::Sender<Wanted>,
    told: Arc<Mutex<Vec<Told>>>,
    task: Option<JoinHandle<()>>,
}

impl Desk {
    fn new() -> Self {
        let (wanted, _) = watch::channel(Wanted::default());
        Self {
            place: tempfile::tempdir().unwrap(),
            wanted,
            told: Arc::default(),
            task: None,
        }
    }

    fn log(&self) -> PathBuf {
        self.place.path().join("audit")
    }

    fn writes(&self, start: &str, events: &[Event]) {
        write(&self.log(), start, events);
    }

    /// Fermata starts and forwards to this address.
    fn starts(&mut self, address: &str) {
        let (wanted, wishes) = watch::channel(Wanted::default());
        self.wanted = wanted;
        self.wants(Some(address));
        let told = Arc::clone(&self.told);
        let shared = Shared {
            means: Means {
                http: || unreachable!("it is not asked for"),
                tls: || unreachable!("it is not asked for"),
            },
            tell: Arc::new(move |what| told.lock().unwrap().push(what)),
        };
        let parts = (self.log(), shared, Wishes(wishes));
        self.task = Some(tokio::spawn(forward::<Scripted>(parts)));
    }

    fn wants(&self, address: Option<&str>) {
        let webhook = address.map(str::to_owned);
        self.wanted
            .send_modify(|wanted| wanted.targets.webhook = webhook);
    }

    async fn ends_in_order(&mut self) {
        self.wanted.send_modify(|wanted| wanted.is_over = true);
        self.task.take().unwrap().await.unwrap();
    }

    /// kill -9
    async fn is_killed(&mut self) {
        let task = self.task.take().unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }

    fn told(&self) -> Vec<Told> {
        self.told.lock().unwrap().clone()
    }
}

fn taken(state: &Mutex<State>) -> Vec<u64> {
    state.lock().unwrap().taken.clone()
}

fn numbers(to: u64) -> Vec<u64> {
    (1..=to).collect()
}

fn does(state: &Mutex<State>, then: Then) {
    state.lock().unwrap().then = then;
}

#[tokio::test(start_paused = true)]
async fn what_is_on_record_and_what_comes_to_it_arrives_once_and_in_order() {
    let mut desk = Desk::new();
    let state = collector("once", Then::Takes);
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("once");
    sleep(10 * SECOND).await;
    assert_eq!(taken(&state), numbers(3));
    desk.writes("2026-11-21T08:05:00Z", &CALM);
    desk.writes("2026-11-22T08:05:00Z", &CALM);
    sleep(10 * SECOND).await;
    assert_eq!(taken(&state), numbers(9));
    assert_eq!(desk.told(), []);
}

#[tokio::test(start_paused = true)]
async fn a_collector_that_is_down_for_a_day_loses_nothing_and_is_not_flooded() {
    let mut desk = Desk::new();
    let state = collector("day", Then::Refuses(None));
    desk.writes("2026-11-21T00:00:00Z", &CALM);
    desk.starts("day");
    for hour in 1..=24 {
        sleep(60 * MINUTE).await;
        let day = 21 + hour / 24;
        desk.writes(&format!("2026-11-{day}T{:02}:00:00Z", hour % 24), &CALM);
    }
    let attempts = state.lock().unwrap().attempts.len();
    assert!((900..=3_000).contains(&attempts), "{attempts}");
    let told = desk.told();
    let [
        Told::NotTaken {
            by: Kind::Webhook,
            why,
        },
    ] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert!(why.contains("503"), "{why}");
    does(&state, Then::Takes);
    sleep(2 * MINUTE).await;
    assert_eq!(taken(&state), numbers(75));
    assert_eq!(desk.told()[1..], [Told::TakenAgain { by: Kind::Webhook }]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_in_the_middle_changes_neither_the_order_nor_the_number() {
    let mut desk = Desk::new();
    let state = collector("middle", Then::Takes);
    let refuses = Then::Refuses(None);
    state.lock().unwrap().first = [Then::Takes, refuses, refuses, refuses].into();
    let many: Vec<Event> = [CALM; 400].concat();
    desk.writes("2026-11-21T08:00:00Z", &many);
    desk.starts("middle");
    sleep(2 * MINUTE).await;
    assert_eq!(taken(&state), numbers(1_200));
    let sizes: Vec<usize> = state
        .lock()
        .unwrap()
        .attempts
        .iter()
        .map(|(_, size)| *size)
        .collect();
    assert_eq!(sizes[..5], [500, 500, 250, 125, 62], "{sizes:?}");
}

#[tokio::test(start_paused = true)]
async fn only_what_was_taken_without_an_answer_is_sent_twice() {
    let mut desk = Desk::new();
    let state = collector("twice", Then::Takes);
    state.lock().unwrap().first = [Then::TakesInSilence].into();
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("twice");
    sleep(MINUTE).await;
    desk.writes("2026-11-21T09:00:00Z", &CALM);
    sleep(MINUTE).await;
    assert_eq!(taken(&state), [1, 2, 3, 1, 2, 3, 4, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn an_urgent_record_waits_for_no_backoff() {
    let mut desk = Desk::new();
    let state = collector("urgent", Then::Refuses(None));
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("urgent");
    sleep(60 * MINUTE).await;
    for round in 1..=20 {
        // Whatever is left of a wait that takes half a minute at least.
        does(&state, Then::Refuses(None));
        desk.writes("2026-11-21T10:00:00Z", &[Event::Asked]);
        sleep(90 * SECOND).await;
        let before = state.lock().unwrap().attempts.len();
        while state.lock().unwrap().attempts.len() == before {
            sleep(SECOND / 10).await;
        }
        does(&state, Then::Takes);
        desk.writes("2026-11-21T10:00:00Z", &[Event::Failed]);
        sleep(10 * SECOND).await;
        assert_eq!(taken(&state), numbers(3 + 2 * round));
    }
}

#[tokio::test(start_paused = true)]
async fn an_urgent_record_is_on_its_way_within_ten_seconds_even_if_an_attempt_hangs() {
    let mut desk = Desk::new();
    let state = collector("hanging", Then::Takes);
    state.lock().unwrap().first = [Then::Hangs].into();
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("hanging");
    sleep(SECOND).await;
    assert_eq!(state.lock().unwrap().attempts.len(), 1);
    desk.writes("2026-11-21T08:01:00Z", &[Event::LongestPauseOver]);
    sleep(10 * SECOND).await;
    assert_eq!(taken(&state), numbers(4));
}

#[tokio::test(start_paused = true)]
async fn a_collector_that_asks_for_patience_gets_it_within_reason() {
    let mut desk = Desk::new();
    let state = collector("patience", Then::Refuses(Some(3 * MINUTE)));
    desk.writes("2026-11-21T08:00:00Z", &[Event::Failed]);
    desk.starts("patience");
    sleep(2 * MINUTE).await;
    assert_eq!(state.lock().unwrap().attempts.len(), 1);
    does(&state, Then::Refuses(Some(24 * 60 * MINUTE)));
    sleep(2 * MINUTE).await;
    assert_eq!(state.lock().unwrap().attempts.len(), 2);
    does(&state, Then::Takes);
    sleep(5 * MINUTE).await;
    assert_eq!(taken(&state), numbers(1));
}

#[tokio::test(start_paused = true)]
async fn whoever_is_killed_in_mid_batch_goes_on_after_what_was_taken() {
    let mut desk = Desk::new();
    let state = collector("killed", Then::Takes);
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("killed");
    sleep(5 * SECOND).await;
    does(&state, Then::Hangs);
    desk.writes("2026-11-21T08:01:00Z", &CALM);
    sleep(5 * SECOND).await;
    assert_eq!(state.lock().unwrap().attempts.len(), 2);
    desk.is_killed().await;
    does(&state, Then::Takes);
    desk.writes("2026-11-22T08:01:00Z", &CALM);
    desk.starts("killed");
    sleep(5 * SECOND).await;
    assert_eq!(taken(&state), numbers(9));
}

#[tokio::test(start_paused = true)]
async fn whoever_ends_in_order_hands_over_the_rest_and_sends_nothing_twice() {
    let mut desk = Desk::new();
    let state = collector("ends", Then::TakesAtTheEnd);
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("ends");
    sleep(5 * SECOND).await;
    assert_eq!(taken(&state), numbers(0));
    desk.writes("2026-11-21T08:01:00Z", &[Event::Stopped]);
    desk.ends_in_order().await;
    assert_eq!(taken(&state), numbers(4));
    desk.starts("ends");
    sleep(5 * MINUTE).await;
    assert_eq!(taken(&state), numbers(4));
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_and_not_certain_is_made_certain_within_a_minute_and_at_once_if_urgent() {
    let mut desk = Desk::new();
    let state = collector("certain", Then::TakesAtTheEnd);
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("certain");
    sleep(58 * SECOND).await;
    assert_eq!(state.lock().unwrap().settled, 0);
    sleep(5 * SECOND).await;
    assert_eq!(taken(&state), numbers(3));
    desk.writes("2026-11-21T08:01:00Z", &[Event::SessionOver]);
    sleep(3 * SECOND).await;
    assert_eq!(taken(&state), numbers(4));
    assert_eq!(state.lock().unwrap().settled, 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_before_a_connection_broke_is_sent_again() {
    let mut desk = Desk::new();
    let state = collector("broken", Then::TakesAtTheEnd);
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("broken");
    sleep(5 * SECOND).await;
    does(&state, Then::Refuses(None));
    desk.writes("2026-11-21T08:01:00Z", &CALM);
    sleep(5 * SECOND).await;
    does(&state, Then::TakesAtTheEnd);
    sleep(2 * MINUTE).await;
    assert_eq!(taken(&state), numbers(6));
}

#[tokio::test(start_paused = true)]
async fn records_that_are_gone_before_they_were_sent_are_counted_once() {
    let mut desk = Desk::new();
    let state = collector("gone", Then::Refuses(None));
    desk.writes("2026-11-20T08:00:00Z", &CALM);
    desk.starts("gone");
    sleep(5 * SECOND).await;
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    fs::remove_file(desk.log().join("audit-2026-11-20.jsonl")).unwrap();
    sleep(5 * MINUTE).await;
    does(&state, Then::Takes);
    sleep(5 * MINUTE).await;
    assert_eq!(taken(&state), [4, 5, 6]);
    let gone = Told::NotForwarded {
        to: Kind::Webhook,
        count: 3,
        why: WhyNot::Gone,
    };
    assert_eq!(desk.told(), [gone]);
}

#[tokio::test(start_paused = true)]
async fn a_collector_that_does_not_want_records_is_said_once_and_holds_up_nothing() {
    let mut desk = Desk::new();
    let state = collector("rejects", Then::Rejects(2));
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("rejects");
    sleep(5 * SECOND).await;
    desk.writes("2026-11-21T08:01:00Z", &CALM);
    sleep(5 * SECOND).await;
    assert_eq!(taken(&state), numbers(6));
    let rejected = Told::NotForwarded {
        to: Kind::Webhook,
        count: 2,
        why: WhyNot::Rejected,
    };
    assert_eq!(desk.told(), [rejected]);
}

#[tokio::test(start_paused = true)]
async fn another_address_goes_on_where_the_one_before_had_come_to_without_a_restart() {
    let mut desk = Desk::new();
    let (one, two) = (collector("old", Then::Takes), collector("new", Then::Takes));
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("old");
    sleep(5 * SECOND).await;
    desk.wants(None);
    sleep(SECOND).await;
    desk.writes("2026-11-21T08:01:00Z", &[Event::Failed]);
    sleep(MINUTE).await;
    desk.wants(Some("new"));
    sleep(5 * SECOND).await;
    assert_eq!((taken(&one), taken(&two)), (numbers(3), vec![4]));
}

#[tokio::test(start_paused = true)]
async fn a_problem_goes_away_with_the_collector_that_it_is_about() {
    let mut desk = Desk::new();
    let state = collector("dismissed", Then::Refuses(None));
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("dismissed");
    sleep(9 * MINUTE).await;
    assert_eq!(desk.told(), []);
    sleep(2 * MINUTE).await;
    desk.wants(None);
    sleep(10 * SECOND).await;
    assert_eq!(desk.told()[1..], [Told::TakenAgain { by: Kind::Webhook }]);
    assert_eq!(taken(&state), numbers(0));
}

#[tokio::test(start_paused = true)]
async fn of_two_fermatas_on_one_log_one_forwards_and_the_other_takes_over() {
    let mut desk = Desk::new();
    let (one, two) = (
        collector("first", Then::Takes),
        collector("second", Then::Takes),
    );
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("first");
    sleep(5 * SECOND).await;
    let first = (
        desk.task.take(),
        std::mem::replace(&mut desk.wanted, watch::channel(Wanted::default()).0),
    );
    desk.starts("second");
    desk.writes("2026-11-21T08:01:00Z", &CALM);
    sleep(MINUTE).await;
    assert_eq!((taken(&one), taken(&two)), (numbers(6), vec![]));
    drop(first);
    sleep(5 * SECOND).await;
    desk.writes("2026-11-21T08:02:00Z", &CALM);
    sleep(5 * SECOND).await;
    assert_eq!((taken(&one), taken(&two)), (numbers(6), vec![7, 8, 9]));
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_cannot_be_read_leads_to_more_and_not_to_less() {
    let mut desk = Desk::new();
    let state = collector("cursor", Then::Takes);
    desk.writes("2026-11-20T08:00:00Z", &CALM);
    desk.writes("2026-11-21T08:00:00Z", &CALM);
    desk.starts("cursor");
    sleep(5 * SECOND).await;
    // What was there before it was wanted is not sent, but for the day.
    assert_eq!(taken(&state), [4, 5, 6]);
    desk.ends_in_order().await;
    fs::File::create(desk.log().join("forwarded-webhook.json")).unwrap();
    desk.starts("cursor");
    sleep(5 * SECOND).await;
    assert_eq!(taken(&state)[3..], numbers(6));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_made_and_nobody_waits_where_nothing_is_wanted() {
    let place = tempfile::tempdir().unwrap();
    let means = Means {
        http: || unreachable!("it is not asked for"),
        tls: || unreachable!("it is not asked for"),
    };
    let forwarding = Forwarding::start(place.path().join("audit"), means, Arc::new(|_| ()));
    forwarding.keep_to(Targets::default());
    sleep(5 * MINUTE).await;
    let before = Instant::now();
    assert!(forwarding.finish(SECOND).await);
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}
