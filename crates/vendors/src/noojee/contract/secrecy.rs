//! The key stands in the address of each request, and nowhere else.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use super::*;

/// Everything that anybody logs on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A session from end to end, with everything that may go wrong in it.
async fn everything(more: &str) {
    let server = server().await;
    let time = ResponseTemplate::new(200).set_body_string("1392356108888");
    let time = Mock::given(path("/servicemanager/rest/Time")).respond_with(time);
    time.mount(&server).await;
    let session = session(&server, more).await;
    session.command(&call(), Wanted::Paused).await.unwrap();
    session.command(&call(), Wanted::Recording).await.unwrap();
    session.calls().await.unwrap();
    let mut events = session.listen().await.unwrap();
    events.next().await.unwrap().unwrap_err();
    for reply in [
        said("Expired TimeStamp", -1),
        ResponseTemplate::new(302).insert_header("location", "/login"),
        ResponseTemplate::new(503),
    ] {
        let first = Mock::given(path(format!("{API}/stop"))).respond_with(reply);
        first.with_priority(1).up_to_n_times(1).mount(&server).await;
        session.command(&call(), Wanted::Paused).await.ok();
    }
    let vendor = open("noojee", &settings("http://127.0.0.1:9", more)).unwrap();
    vendor
        .sign_in(&client(), &crate::testing::canary())
        .await
        .err()
        .unwrap();
    let broken = raw_server("HTTP/1.1 nonsense\r\n\r\n", Then::Close).await;
    sign_in("noojee", &settings(&broken, more))
        .await
        .err()
        .unwrap();
    session.sign_out().await.unwrap();
}

#[tokio::test]
async fn no_log_of_anybody_shows_the_key_or_the_hash() {
    // Where nobody hears everything, whoever logs first on another thread may switch it off for
    // all (documented: tracing-core, `callsite`). This one hears everything and keeps nothing.
    let hears = tracing_subscriber::registry();
    let _set_before = tracing::subscriber::set_global_default(hears);
    let log = Log::default();
    let logging = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish()
        .set_default();
    for more in ["", "auth = \"hash\""] {
        everything(more).await;
    }
    drop(logging);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for somebody in ["the vendor replied", "reqwest", "hyper_util"] {
        assert!(log.contains(somebody), "{somebody} logs nothing: {log}");
    }
    for secret in [
        CANARY,
        "apiKey=",
        "hash=",
        "timeStamp=",
        ID,
        "servicemanager",
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
