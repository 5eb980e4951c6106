#[cfg(unix)]
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use interprocess::local_socket::tokio::Stream;
use interprocess::local_socket::traits::tokio::Listener as _;
use secrecy::ExposeSecret;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::timeout;

use super::*;
use crate::in_force::{Decided, InForce};
use crate::paths::Paths;
use crate::settings::Settings;
use crate::view::{PolicyView, Request, SignInView};
use crate::{Change, Handle};

mod hostile;
mod instance;

/// Far longer than anything here takes.
const SOON: Duration = Duration::from_secs(10);

/// An instance whose engine is played by the test.
struct Bench {
    paths: Paths,
    engine: Engine,
    window: mpsc::Receiver<()>,
    served: Served,
    serving: Option<Serving>,
    _root: tempfile::TempDir,
}

struct Engine {
    requests: mpsc::UnboundedReceiver<Request>,
    views: watch::Sender<Arc<View>>,
    changes: broadcast::Sender<Change>,
}

/// What holds where nobody has said anything.
fn in_force() -> InForce {
    let (file, settings) = (Path::new("settings.toml"), Settings::default());
    InForce::of(vendors::VENDORS, file, &settings, &Decided::default())
}

impl Bench {
    fn new(good_for_ms: u32) -> Self {
        let root = tempfile::tempdir().unwrap();
        let paths = Paths::within(root.path()).unwrap();
        let (requests, taken) = mpsc::unbounded_channel();
        let (views, shown) = watch::channel(Arc::new(view(1, DisplayName::Recording, good_for_ms)));
        let (changes, _) = broadcast::channel(16);
        let (notices, _) = broadcast::channel(16);
        let (wanted, window) = mpsc::channel(1);
        let served = Served {
            handle: Handle {
                requests,
                views: shown,
                in_force: watch::channel(Arc::new(in_force())).1,
                leaves_paused: watch::channel(false).1,
                notices,
                changes: changes.clone(),
            },
            open_window: Some(wanted),
        };
        let serving = claim(&paths).serve(served.clone()).unwrap();
        Self {
            paths,
            engine: Engine {
                requests: taken,
                views,
                changes,
            },
            window,
            served,
            serving: Some(serving),
            _root: root,
        }
    }

    async fn client(&self) -> Client {
        Client::connect(&self.paths, Duration::ZERO).await.unwrap()
    }

    /// A connection with no manners.
    async fn raw(&self) -> BufReader<Stream> {
        BufReader::new(socket::connect(&self.paths).await.unwrap())
    }
}

impl Engine {
    /// Takes the next request in, and shows what it leads to.
    async fn takes(&mut self, shows: View) -> Request {
        let request = self.requests.recv().await.unwrap();
        self.views.send_replace(Arc::new(shows.clone()));
        let question = self.requests.recv().await.unwrap();
        let Request::Taken(answer) = question else {
            panic!("{question:?} and not a question for the view")
        };
        answer.send(Arc::new(shows)).unwrap();
        request
    }
}

fn claim(paths: &Paths) -> Instance {
    match Instance::claim(paths).unwrap() {
        Claim::Ours(instance) => instance,
        Claim::AlreadyRunning => panic!("there is one already"),
    }
}

fn view(number: u32, display: DisplayName, good_for_ms: u32) -> View {
    View {
        number,
        good_for_ms,
        display,
        headline: String::new(),
        reason: String::new(),
        paused_for_ms: None,
        resumes_in_ms: None,
        extensions_left: 0,
        payment_step: false,
        vendor: None,
        calls: Vec::new(),
        evidence: None,
        problems: Vec::new(),
        can_pause: true,
        can_resume: true,
        can_acknowledge: false,
        quiet: false,
        hotkeys: Vec::new(),
        sign_in: SignInView::default(),
        policy: PolicyView::default(),
        support: Default::default(),
        simulation: false,
        version: String::new(),
    }
}

async fn reply(client: &mut Client) -> Reply {
    timeout(SOON, client.next()).await.unwrap().unwrap()
}

async fn shown(client: &mut Client) -> Box<View> {
    let reply = reply(client).await;
    let Reply::View { view } = reply else {
        panic!("{reply:?}")
    };
    view
}

/// The code of a refusal.
async fn refused(client: &mut Client) -> String {
    let reply = reply(client).await;
    let Reply::Refused { code, .. } = reply else {
        panic!("{reply:?}")
    };
    code
}

async fn raw_reply(client: &mut BufReader<Stream>) -> serde_json::Value {
    let mut line = String::new();
    timeout(SOON, client.read_line(&mut line))
        .await
        .unwrap()
        .unwrap();
    serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line:?}"))
}

async fn hung_up(client: &mut BufReader<Stream>) -> bool {
    let mut rest = Vec::new();
    // An error is a hang-up too: there was something left that nobody read.
    let ended = timeout(SOON, client.read_to_end(&mut rest)).await.unwrap();
    ended.is_err() || rest.is_empty()
}

#[tokio::test]
async fn two_clients_are_answered_at_the_same_time() {
    let bench = Bench::new(6_000);
    let (mut one, mut other) = (bench.client().await, bench.client().await);
    one.ask(&Ask::Status).await.unwrap();
    other.ask(&Ask::Status).await.unwrap();
    assert_eq!(shown(&mut other).await.display, DisplayName::Recording);
    assert_eq!(shown(&mut one).await.display, DisplayName::Recording);
}

#[tokio::test]
async fn a_press_is_answered_with_the_view_that_it_led_to() {
    let mut bench = Bench::new(6_000);
    let mut client = bench.client().await;
    client.ask(&Ask::Pause).await.unwrap();
    let request = bench
        .engine
        .takes(view(2, DisplayName::Pausing, 6_000))
        .await;
    assert!(matches!(request, Request::Want(pause::Wanted::Paused)));
    let reply = reply(&mut client).await;
    let Reply::Taken {
        view,
        settle_within_ms,
    } = reply
    else {
        panic!("{reply:?}")
    };
    assert_eq!(view.display, DisplayName::Pausing);
    assert_eq!(settle_within_ms, 3_000);
}

#[tokio::test]
async fn every_ask_arrives_as_the_request_that_it_means() {
    let mut bench = Bench::new(6_000);
    let mut client = bench.client().await;
    for (line, meant) in [
        (r#"{"ask":"resume"}"#, "Want(Recording)"),
        (r#"{"ask":"toggle"}"#, "Toggle"),
        (r#"{"ask":"acknowledge"}"#, "Acknowledge"),
        (
            r#"{"ask":"call-start","id":" 47 "}"#,
            r#"CallStarted(CallId("47"))"#,
        ),
        (
            r#"{"ask":"call-end","id":"47"}"#,
            r#"CallEnded(CallId("47"))"#,
        ),
    ] {
        client
            .ask(&serde_json::from_str(line).unwrap())
            .await
            .unwrap();
        let request = bench
            .engine
            .takes(view(2, DisplayName::NoCall, 6_000))
            .await;
        assert_eq!(format!("{request:?}"), meant);
        assert!(matches!(reply(&mut client).await, Reply::Taken { .. }));
    }
}

#[tokio::test]
async fn a_sign_in_carries_its_secret_to_the_engine_and_shows_it_nowhere() {
    let mut bench = Bench::new(6_000);
    let mut client = bench.client().await;
    let ask = Ask::SignIn {
        vendor: "xima".into(),
        fields: [("extension".to_owned(), "1684".to_owned())].into(),
        secret: Some("hunter2 \"\\ü".into()),
    };
    assert!(!format!("{ask:?}").contains("hunter2"));
    client.ask(&ask).await.unwrap();
    let request = bench
        .engine
        .takes(view(2, DisplayName::NoCall, 6_000))
        .await;
    assert!(!format!("{request:?}").contains("hunter2"));
    let Request::SignIn(sign_in) = request else {
        panic!("{request:?}")
    };
    assert_eq!(
        sign_in.fields,
        [("extension".to_owned(), "1684".to_owned())]
    );
    let secret = sign_in.secret.unwrap();
    assert_eq!(secret.expose_secret(), "hunter2 \"\\ü");
    assert!(!format!("{:?}", reply(&mut client).await).contains("hunter2"));
}

#[tokio::test]
async fn a_watcher_is_told_each_change_with_its_cause_and_view() {
    let bench = Bench::new(6_000);
    let mut client = bench.client().await;
    client.ask(&Ask::Watch).await.unwrap();
    assert_eq!(shown(&mut client).await.number, 1);
    let change = Change {
        at: "2026-11-20T12:00:00.000Z".into(),
        display: DisplayName::Paused,
        headline: "RECORDING PAUSED".into(),
        cause: "read back".into(),
        view: Arc::new(view(2, DisplayName::Paused, 6_000)),
    };
    bench.engine.changes.send(change).unwrap();
    // It has been overtaken already.
    let resumed = Arc::new(view(3, DisplayName::Recording, 6_000));
    bench.engine.views.send_replace(resumed);
    let mut replies = [reply(&mut client).await, reply(&mut client).await];
    // Which of the two comes first says nothing.
    replies.sort_by_key(|reply| matches!(reply, Reply::View { .. }));
    let [
        Reply::Change { cause, view, .. },
        Reply::View { view: newest },
    ] = &replies
    else {
        panic!("{replies:?}")
    };
    assert_eq!((cause.as_str(), view.number), ("read back", 2));
    assert_eq!(newest.number, 3);
}

#[tokio::test]
async fn a_view_that_is_not_renewed_expires_for_who_asks_and_for_who_watches() {
    let bench = Bench::new(1_500);
    let mut watching = bench.client().await;
    watching.ask(&Ask::Watch).await.unwrap();
    let first = shown(&mut watching).await;
    assert_eq!(first.display, DisplayName::Recording);
    assert!(first.good_for_ms <= 1_500);
    let then = shown(&mut watching).await;
    assert_eq!((then.display, then.good_for_ms), (DisplayName::Unknown, 0));
    let mut asking = bench.client().await;
    asking.ask(&Ask::Status).await.unwrap();
    assert_eq!(shown(&mut asking).await.display, DisplayName::Unknown);
    let renewed = Arc::new(view(2, DisplayName::Paused, 60_000));
    bench.engine.views.send_replace(renewed);
    while shown(&mut watching).await.display != DisplayName::Paused {}
}

#[tokio::test]
async fn what_is_shown_expires_also_when_the_engine_is_gone() {
    let bench = Bench::new(1_500);
    let mut client = bench.client().await;
    client.ask(&Ask::Watch).await.unwrap();
    drop(bench.engine);
    assert_eq!(shown(&mut client).await.display, DisplayName::Recording);
    assert_eq!(shown(&mut client).await.display, DisplayName::Unknown);
    client.ask(&Ask::Toggle).await.unwrap();
    while let Reply::View { view } = reply(&mut client).await {
        assert_eq!(view.display, DisplayName::Unknown);
    }
    client.ask(&Ask::Toggle).await.unwrap();
    assert_eq!(refused(&mut client).await, "engine-silent");
}

#[tokio::test]
async fn a_client_expires_what_it_was_told_by_an_instance_that_hangs() {
    let root = tempfile::tempdir().unwrap();
    let paths = Paths::within(root.path()).unwrap();
    let instance = socket::listen(&paths).unwrap();
    let mut client = Client::connect(&paths, Duration::ZERO).await.unwrap();
    let mut stuck = instance.accept().await.unwrap();
    let mut line = serde_json::to_vec(&Reply::View {
        view: Box::new(view(1, DisplayName::Paused, 200)),
    })
    .unwrap();
    line.push(b'\n');
    stuck.write_all(&line).await.unwrap();
    assert_eq!(shown(&mut client).await.display, DisplayName::Paused);
    let then = shown(&mut client).await;
    assert_eq!((then.display, then.good_for_ms), (DisplayName::Unknown, 0));
}

#[tokio::test]
async fn an_engine_that_does_not_react_is_told() {
    let bench = Bench::new(6_000);
    let mut client = bench.client().await;
    client.ask(&Ask::Pause).await.unwrap();
    assert_eq!(refused(&mut client).await, "engine-silent");
}

#[tokio::test]
async fn the_window_is_opened_by_who_has_one() {
    let mut bench = Bench::new(6_000);
    let mut client = bench.client().await;
    // Twice, with nobody at the window yet: once is enough, and nobody waits.
    for _ in 0..2 {
        client.ask(&Ask::OpenWindow).await.unwrap();
        assert_eq!(reply(&mut client).await, Reply::Opened);
    }
    bench.window.recv().await.unwrap();
    drop(bench.window);
    client.ask(&Ask::OpenWindow).await.unwrap();
    assert_eq!(refused(&mut client).await, "no-window");
}
