//! Replies without an end: no adapter reads one to where it would fill the memory.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use pause::{CallId, Wanted};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::testing::{canary, client, open};

/// How the head of a reply speaks of a body that never ends.
#[derive(Clone, Copy, Debug)]
enum Framing {
    /// It says that a gigabyte comes.
    Length,
    /// It comes in chunks.
    Chunks,
    /// It lasts until the connection closes.
    UntilClosed,
}

/// What is answered as it should be: to the first request whose line holds the first text, the
/// second one.
type Answers = &'static [(&'static str, &'static str)];

/// What is more than all the buffers between two sockets hold, and far less than a gigabyte.
const MOST: u64 = 48 * 1024 * 1024;

/// So long may all that can be asked of a vendor take here.
const SOON: Duration = Duration::from_secs(20);

const GIGABYTE: u64 = 1024 * 1024 * 1024;

struct Server {
    address: String,
    sent: Arc<AtomicU64>,
}

#[derive(Clone)]
struct Body {
    status: u16,
    content_type: &'static str,
    framing: Framing,
    piece: &'static str,
}

impl Server {
    async fn start(answers: Answers, body: Body) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let sent = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&sent);
        let answers = Arc::new(Mutex::new(answers.to_vec()));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (answers, sent) = (Arc::clone(&answers), Arc::clone(&counted));
                tokio::spawn(talk(socket, answers, body.clone(), sent));
            }
        });
        Self { address, sent }
    }
}

/// Answers one request after the other, until one gets the body that has no end.
async fn talk(
    mut socket: TcpStream,
    answers: Arc<Mutex<Vec<(&'static str, &'static str)>>>,
    body: Body,
    sent: Arc<AtomicU64>,
) {
    loop {
        let mut request = Vec::new();
        while !request.windows(4).any(|four| four == b"\r\n\r\n") {
            match socket.read_buf(&mut request).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => return,
            }
        }
        let request = String::from_utf8_lossy(&request).into_owned();
        let line = request.lines().next().unwrap_or_default();
        let answer = {
            let mut answers = answers.lock().unwrap();
            let known = answers.iter().position(|(holds, _)| line.contains(holds));
            known.map(|at| answers.remove(at).1)
        };
        let Some(answer) = answer else {
            return send_for_ever(&mut socket, &body, &sent).await;
        };
        let length = answer.len();
        let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{answer}");
        if socket.write_all(reply.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn send_for_ever(socket: &mut TcpStream, body: &Body, sent: &AtomicU64) {
    let Body {
        status,
        content_type,
        framing,
        piece,
    } = body;
    let framed = match framing {
        Framing::Length => format!("content-length: {GIGABYTE}\r\n"),
        Framing::Chunks => "transfer-encoding: chunked\r\n".to_owned(),
        Framing::UntilClosed => String::new(),
    };
    let head = format!("HTTP/1.1 {status} There\r\ncontent-type: {content_type}\r\n{framed}\r\n");
    if socket.write_all(head.as_bytes()).await.is_err() {
        return;
    }
    let mut bytes = piece.repeat(64 * 1024 / piece.len());
    if matches!(framing, Framing::Chunks) {
        bytes = format!("{:x}\r\n{bytes}\r\n", bytes.len());
    }
    let mut this_time = 0;
    while this_time < GIGABYTE && socket.write_all(bytes.as_bytes()).await.is_ok() {
        this_time += bytes.len() as u64;
        sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }
}

/// Signs in and asks for all that there is, whatever comes of it.
async fn everything(vendor: &str, settings: &str) {
    let vendor = open(vendor, settings).unwrap();
    let Ok(control) = vendor.sign_in(&client(), &canary()).await else {
        return;
    };
    // The id that the answers speak of.
    let call = CallId::new("00RV9H7S6O8V3BSHAG7GK2LAES00002M");
    control.command(&call, Wanted::Paused).await.ok();
    control.recorder(&call).await.ok();
    control.calls().await.ok();
    if let Ok(mut events) = control.listen().await {
        // GQM and Xima tell of nothing unasked, and wait for ever.
        let is_asked = !matches!(vendor.name(), "gqm" | "xima");
        if is_asked {
            assert!(events.next().await.is_none_or(|event| event.is_err()));
        }
    }
    control.sign_out().await.ok();
}

async fn is_bounded(vendor: &str, more: &str, answers: Answers, body: Body) {
    let server = Server::start(answers, body.clone()).await;
    let settings = format!("base_url = \"{}\"\n{more}", server.address);
    let said = format!("{vendor} {more:?} {} {:?}", body.status, body.framing);
    let done = timeout(SOON, everything(vendor, &settings)).await;
    assert!(done.is_ok(), "{said}: it reads on");
    let sent = server.sent.load(Ordering::Relaxed);
    assert!(sent < MOST, "{said}: {sent} bytes were taken");
}

const HUB: &str = "ucc = \"ucc-demo-name\"\nrequester_sip_uri = \"sip:agent@acme.example\"\n\
    events = \"core\"\nhub_path = \"/hub\"\nhub_transport = \"server-sent-events\"";
const CAPABLE: (&str, &str) = (
    "/capabilities/",
    r#"{"AgentCanEditRecordings":true,"ErrorMessage":null,"UCCName":"ucc-demo-name"}"#,
);

/// Each vendor's settings, and what it takes to be signed in.
const VENDORS: [(&str, &str, Answers); 5] = [
    (
        "xima",
        "extension = 1684\nnot_found_text = \"no agent\"",
        &[],
    ),
    (
        "gqm",
        "phone = 1684\nusername = \"callrec-api\"",
        &[
            ("loginAction.do", ""),
            ("loginservlet", "<ok sessionid=\"1\"/>"),
            ("couples.xml", "<couples/>"),
        ],
    ),
    ("anywhere365", HUB, &[CAPABLE]),
    (
        "noojee",
        "extension = 410\npausing = \"stop-and-start\"",
        &[("subscribe", r#"{"Code":0,"Data":{}}"#)],
    ),
    (
        "gws",
        "username = \"agent@acme.example\"",
        &[("/me", r#"{"statusCode":0,"user":{}}"#)],
    ),
];

async fn no_reply_is_read_to_its_end() {
    for (vendor, more, answers) in VENDORS {
        for status in [200, 404, 503] {
            for framing in [Framing::Length, Framing::Chunks, Framing::UntilClosed] {
                let body = Body {
                    status,
                    content_type: "application/json",
                    framing,
                    piece: "x",
                };
                is_bounded(vendor, more, &[], body.clone()).await;
                is_bounded(vendor, more, answers, body).await;
            }
        }
    }
}

async fn no_stream_of_events_is_held_without_an_end() {
    const NEGOTIATED: (&str, &str) = (
        "/negotiate",
        r#"{"connectionToken":"t","negotiateVersion":1,"availableTransports":[{"transport":"ServerSentEvents","transferFormats":["Text"]}]}"#,
    );
    // A line that does not end, and an event that does not.
    for piece in ["x", "data: {}\n"] {
        let body = Body {
            status: 200,
            content_type: "text/event-stream",
            framing: Framing::Chunks,
            piece,
        };
        // The handshake is posted while the stream is open.
        is_bounded(
            "anywhere365",
            HUB,
            &[CAPABLE, NEGOTIATED, ("POST /hub?", "")],
            body,
        )
        .await;
    }
}

// A5: a reply of a gigabyte is not held in memory.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_adapter_takes_more_of_a_reply_than_any_reply_has() {
    no_reply_is_read_to_its_end().await;
    no_stream_of_events_is_held_without_an_end().await;
}

/// Part of the test below, in a process of its own.
#[cfg(target_os = "linux")]
#[test]
fn memory_stays_small_whatever_is_sent() {
    use std::process::Command;
    const IS_CHILD: &str = "FERMATA_TEST_CHILD";
    const MOST_KB: u64 = 128 * 1024;
    if std::env::var_os(IS_CHILD).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(no_reply_is_read_to_its_end());
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find(|line| line.starts_with("VmHWM:"));
        let peak: u64 = peak
            .unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        assert!(peak < MOST_KB, "it had {peak} kB");
        return;
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "endless::memory_stays_small_whatever_is_sent"])
        .env(IS_CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
    );
}
