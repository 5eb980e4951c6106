//! Over real sockets: a webhook and an OpenTelemetry collector that fail in every way that HTTP
//! offers. Nothing is lost, the order is kept, and twice comes only what was taken in silence.

use std::collections::VecDeque;
use std::future::pending;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use audit::Event;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::sample::write;
use crate::{Forwarding, Means, Targets};

/// What a collector does with a request.
#[derive(Clone, Copy, Debug)]
enum Then {
    Takes,
    Status(u16),
    /// A page to log in at, as hotels and offices have them.
    LogInPage,
    LogInRedirect,
    /// Takes it, and the connection is cut before the answer.
    TakesInSilence,
    Hangs,
}

/// A collector over HTTP: the numbers of what it was given, and what it still does wrong.
#[derive(Clone)]
struct Receiver {
    wrong: Arc<Mutex<VecDeque<Then>>>,
    taken: Arc<Mutex<Vec<u64>>>,
    read: fn(&HeaderMap, &[u8]) -> Vec<u64>,
    well: fn() -> Response,
}

impl Receiver {
    fn webhook(wrong: &[Then]) -> Self {
        Self::new(wrong, read_webhook, || {
            StatusCode::NO_CONTENT.into_response()
        })
    }

    fn otlp(wrong: &[Then]) -> Self {
        Self::new(wrong, read_otlp, || {
            axum::Json(ExportLogsServiceResponse::default()).into_response()
        })
    }

    fn new(
        wrong: &[Then],
        read: fn(&HeaderMap, &[u8]) -> Vec<u64>,
        well: fn() -> Response,
    ) -> Self {
        Self {
            wrong: Arc::new(Mutex::new(wrong.iter().copied().collect())),
            taken: Arc::default(),
            read,
            well,
        }
    }

    fn taken(&self) -> Vec<u64> {
        self.taken.lock().unwrap().clone()
    }

    /// Starts to listen; on the same port again if one is given.
    async fn listens(&self, port: u16) -> (u16, JoinHandle<()>) {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let routes = Router::new()
            .route("/v1/logs", post(take))
            .with_state(self.clone());
        let serving = tokio::spawn(async move {
            axum::serve(listener, routes).await.unwrap();
        });
        (port, serving)
    }

    async fn takes_all(&self, count: usize, within: Duration) {
        for _ in 0..within.as_millis() / 50 {
            if self.taken().len() >= count {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("only {:?}", self.taken());
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let then = receiver
        .wrong
        .lock()
        .unwrap()
        .pop_front()
        .unwrap_or(Then::Takes);
    if let Then::Takes | Then::TakesInSilence = then {
        let sequences = (receiver.read)(&headers, &body);
        receiver.taken.lock().unwrap().extend(sequences);
    }
    match then {
        Then::Takes => (receiver.well)(),
        Then::Status(status) => (StatusCode::from_u16(status).unwrap(), "canary").into_response(),
        Then::LogInPage => axum::response::Html("<html>Please log in</html>").into_response(),
        Then::LogInRedirect => Redirect::temporary("/v1/logs").into_response(),
        Then::TakesInSilence => panic!("the connection is cut"),
        Then::Hangs => pending().await,
    }
}

fn read_webhook(headers: &HeaderMap, body: &[u8]) -> Vec<u64> {
    assert_eq!(headers["content-type"], "application/json");
    let records: Vec<Value> = serde_json::from_slice(body).unwrap();
    let sequences = records.iter().map(|record| record["sequence"].as_u64());
    sequences.map(Option::unwrap).collect()
}

/// Reads with the official definitions, as a collector does.
fn read_otlp(headers: &HeaderMap, body: &[u8]) -> Vec<u64> {
    assert_eq!(headers["content-type"], "application/json");
    let request: ExportLogsServiceRequest = serde_json::from_slice(body).unwrap();
    let scopes = request
        .resource_logs
        .into_iter()
        .flat_map(|logs| logs.scope_logs);
    let records = scopes.flat_map(|scope| scope.log_records);
    let sequences = records.map(|log| {
        let Some(Any::StringValue(line)) = log.body.unwrap().value else {
            panic!("the body is the line")
        };
        let line: Value = serde_json::from_str(&line).unwrap();
        line["sequence"].as_u64().unwrap()
    });
    sequences.collect()
}

fn client() -> Result<reqwest::Client, reqwest::Error> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let client = reqwest::Client::builder();
    client.redirect(reqwest::redirect::Policy::none()).build()
}

/// A log with three records that is forwarded.
struct Desk {
    _place: TempDir,
    log: PathBuf,
    forwarding: Forwarding,
}

impl Desk {
    async fn start(targets: Targets) -> Self {
        let place = tempfile::tempdir().unwrap();
        let log = place.path().join("audit");
        write(&log, "2026-11-21T08:00:00Z", &[Event::Started; 3]);
        let means = Means {
            http: client,
            tls: crate::tls,
        };
        let forwarding = Forwarding::start(log.clone(), means, Arc::new(|_| ()));
        let name = if targets.otlp.is_some() {
            "otlp"
        } else {
            "webhook"
        };
        let cursor = log.join(format!("forwarded-{name}.json"));
        forwarding.keep_to(targets);
        // From here on nothing is passed over.
        while !cursor.exists() {
            sleep(Duration::from_millis(20)).await;
        }
        Self {
            _place: place,
            log,
            forwarding,
        }
    }
}

fn address(port: u16) -> Option<String> {
    Some(format!("http://127.0.0.1:{port}/v1/logs"))
}

/// More than the waits after so few failures come to, on a busy computer.
const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_webhook_that_fails_in_every_way_gets_everything_in_order() {
    let receiver = Receiver::webhook(&[
        Then::Status(500),
        Then::LogInRedirect,
        Then::Takes,
        Then::Status(429),
    ]);
    let (port, _serving) = receiver.listens(0).await;
    let desk = Desk::start(Targets {
        webhook: address(port),
        ..Targets::default()
    })
    .await;
    // Urgent ones, which do not wait long.
    for minute in 1..=3 {
        sleep(Duration::from_secs(2)).await;
        write(
            &desk.log,
            &format!("2026-11-21T08:0{minute}:00Z"),
            &[Event::Failed; 3],
        );
    }
    receiver.takes_all(12, LONG).await;
    assert_eq!(receiver.taken(), (1..=12).collect::<Vec<_>>());
    assert!(desk.forwarding.finish(LONG).await);
    assert_eq!(receiver.taken().len(), 12);
}

#[tokio::test]
async fn a_webhook_that_hangs_is_left_and_one_that_is_cut_off_is_sent_the_same_again() {
    let receiver = Receiver::webhook(&[Then::Hangs, Then::TakesInSilence]);
    let (port, _serving) = receiver.listens(0).await;
    let desk = Desk::start(Targets {
        webhook: address(port),
        ..Targets::default()
    })
    .await;
    receiver.takes_all(6, LONG).await;
    assert!(desk.forwarding.finish(LONG).await);
    // What was taken in silence is the only thing that comes twice.
    assert_eq!(receiver.taken(), [1, 2, 3, 1, 2, 3]);
}

#[tokio::test]
async fn a_webhook_that_was_away_gets_what_was_written_meanwhile() {
    let receiver = Receiver::webhook(&[]);
    let (port, serving) = receiver.listens(0).await;
    serving.abort();
    let _ = serving.await;
    let desk = Desk::start(Targets {
        webhook: address(port),
        ..Targets::default()
    })
    .await;
    write(&desk.log, "2026-11-22T08:00:00Z", &[Event::Asked; 3]);
    let (_, _serving) = receiver.listens(port).await;
    receiver.takes_all(6, LONG).await;
    assert_eq!(receiver.taken(), [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn an_opentelemetry_collector_gets_everything_and_a_log_in_page_is_not_taken_for_one() {
    let receiver = Receiver::otlp(&[Then::LogInPage, Then::Status(503), Then::Takes]);
    let (port, _serving) = receiver.listens(0).await;
    let desk = Desk::start(Targets {
        otlp: address(port),
        ..Targets::default()
    })
    .await;
    write(&desk.log, "2026-11-22T08:00:00Z", &[Event::Failed; 3]);
    receiver.takes_all(6, LONG).await;
    assert_eq!(receiver.taken(), [1, 2, 3, 4, 5, 6]);
    assert!(desk.forwarding.finish(LONG).await);
}

#[tokio::test]
async fn a_refusal_says_neither_the_address_nor_what_was_replied() {
    let receiver = Receiver::webhook(&[Then::Status(500)]);
    let (port, serving) = receiver.listens(0).await;
    let secret = format!("http://127.0.0.1:{port}/v1/logs?token=canary");
    let post = super::Post::new(&secret, client).unwrap();
    let refused = post.send("[]".to_owned()).await.unwrap_err().to_string();
    assert!(refused.contains("500"), "{refused}");
    serving.abort();
    let _ = serving.await;
    let unreachable = super::Post::new(&secret, client).unwrap();
    let unreachable = unreachable
        .send("[]".to_owned())
        .await
        .unwrap_err()
        .to_string();
    for text in [refused, unreachable] {
        assert!(!text.contains("canary") && !text.contains("/v1/"), "{text}");
    }
}
