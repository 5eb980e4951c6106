use minisign::KeyPair;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::view::{PolicyOrigin, PolicyValueView};

const NOTICE: &str =
    r#"{"version":"2.0.0","notes":"https://example.com/2","until":"2126-12-31","more":1}"#;

/// A server with a notice, and the key that it is signed with.
struct Bench {
    server: MockServer,
    keys: KeyPair,
    updates: Updates,
}

impl Bench {
    async fn new() -> Self {
        let keys = KeyPair::generate_unencrypted_keypair().unwrap();
        let updates = Updates {
            version: "1.9.0",
            key: Some(keys.pk.to_base64()),
            ..Updates::new()
        };
        let server = MockServer::start().await;
        Self {
            server,
            keys,
            updates,
        }
    }

    async fn serves(&self, at: &str, response: ResponseTemplate) {
        let mock = Mock::given(method("GET")).and(path(at));
        mock.respond_with(response).mount(&self.server).await;
    }

    /// A notice, signed with these keys.
    async fn hands_out(&self, notice: &str, keys: &KeyPair) {
        let signed = minisign::sign(None, &keys.sk, notice.as_bytes(), None, None).unwrap();
        self.serves(
            "/n.json",
            ResponseTemplate::new(200).set_body_string(notice),
        )
        .await;
        let signature = ResponseTemplate::new(200).set_body_string(signed.into_string());
        self.serves("/n.json.minisig", signature).await;
    }

    async fn looked(&self) -> Result<Option<UpdateView>, UpdateError> {
        let url = format!("{}/n.json?channel=stable", self.server.uri());
        self.updates.newer(&url).await
    }
}

#[tokio::test]
async fn a_newer_version_is_told_with_what_is_new_in_it() {
    // F8
    let bench = Bench::new().await;
    bench.hands_out(NOTICE, &bench.keys).await;
    let update = bench.looked().await.unwrap().unwrap();
    assert_eq!(update.version, "2.0.0");
    assert_eq!(update.notes, "https://example.com/2");
    assert!(update.message.contains("2.0.0"), "{}", update.message);
    assert_eq!(
        bench.server.received_requests().await.unwrap().len(),
        2,
        "and nothing else"
    );
}

#[tokio::test]
async fn the_same_or_an_older_version_is_nothing_to_tell() {
    let mut bench = Bench::new().await;
    bench.hands_out(NOTICE, &bench.keys).await;
    for ours in ["2.0.0", "2.0.1", "10.0.0"] {
        bench.updates.version = ours;
        assert_eq!(bench.looked().await.unwrap(), None, "{ours}");
    }
    bench.updates.version = "2.0.0-rc.1";
    assert!(bench.looked().await.unwrap().is_some());
}

#[tokio::test]
async fn a_notice_that_somebody_else_has_signed_is_not_believed() {
    // E5
    let bench = Bench::new().await;
    let others = KeyPair::generate_unencrypted_keypair().unwrap();
    bench.hands_out(NOTICE, &others).await;
    let refused = bench.looked().await.unwrap_err();
    assert!(matches!(refused, UpdateError::NotSigned(_)), "{refused}");
}

#[tokio::test]
async fn a_notice_that_was_changed_or_has_no_signature_is_not_believed() {
    // E5
    let bench = Bench::new().await;
    let signed = minisign::sign(None, &bench.keys.sk, NOTICE.as_bytes(), None, None).unwrap();
    let changed = NOTICE.replace("2.0.0", "3.0.0");
    bench
        .serves(
            "/n.json",
            ResponseTemplate::new(200).set_body_string(changed),
        )
        .await;
    let missing = bench.looked().await.unwrap_err();
    assert!(matches!(missing, UpdateError::Status(_)), "{missing}");
    bench
        .serves(
            "/n.json.minisig",
            ResponseTemplate::new(200).set_body_string(signed.into_string()),
        )
        .await;
    let refused = bench.looked().await.unwrap_err();
    assert!(matches!(refused, UpdateError::NotSigned(_)), "{refused}");
}

#[tokio::test]
async fn a_notice_whose_time_is_over_is_not_believed_again() {
    // E5: who hands out what was signed long ago hides what has been released since.
    let bench = Bench::new().await;
    let notice = NOTICE.replace("2126-12-31", "2026-01-31");
    bench.hands_out(&notice, &bench.keys).await;
    let refused = bench.looked().await.unwrap_err();
    assert!(matches!(refused, UpdateError::Old(_)), "{refused}");
}

#[tokio::test]
async fn a_notice_that_is_too_long_is_not_read_to_its_end() {
    let bench = Bench::new().await;
    bench.hands_out(&" ".repeat(20_000), &bench.keys).await;
    let refused = bench.looked().await.unwrap_err();
    assert!(matches!(refused, UpdateError::TooLong), "{refused}");
}

// A5
#[tokio::test]
async fn of_a_notice_without_an_end_little_is_taken() {
    const GIGABYTE: usize = 1024 * 1024 * 1024;
    let bench = Bench::new().await;
    for framed in [
        format!("content-length: {GIGABYTE}\r\n"),
        "transfer-encoding: chunked\r\n".to_owned(),
        String::new(),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/n.json", listener.local_addr().unwrap());
        let is_chunked = framed.contains("chunked");
        let endless = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                assert!(socket.read_buf(&mut request).await.unwrap() > 0);
            }
            let head = format!("HTTP/1.1 200 OK\r\n{framed}\r\n");
            socket.write_all(head.as_bytes()).await.unwrap();
            let piece = "x".repeat(0x1_0000);
            let piece = if is_chunked {
                format!("10000\r\n{piece}\r\n")
            } else {
                piece
            };
            let mut sent = 0;
            while sent < GIGABYTE && socket.write_all(piece.as_bytes()).await.is_ok() {
                sent += piece.len();
            }
            sent
        });
        let refused = bench.updates.newer(&url).await.unwrap_err();
        assert!(matches!(refused, UpdateError::TooLong), "{refused}");
        let taken = endless.await.unwrap();
        assert!(taken < 16 * 1024 * 1024, "{taken} bytes were taken");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let bench = Bench::new().await;
    bench.hands_out(NOTICE, &bench.keys).await;
    let elsewhere = ResponseTemplate::new(302).insert_header("location", "/n.json");
    bench.serves("/moved.json", elsewhere).await;
    let url = format!("{}/moved.json", bench.server.uri());
    let refused = bench.updates.newer(&url).await.unwrap_err();
    assert!(matches!(refused, UpdateError::Status(_)), "{refused}");
}

#[tokio::test]
async fn an_address_that_is_not_encrypted_is_refused_unless_it_is_this_computer() {
    let bench = Bench::new().await;
    for url in ["http://example.com/n.json", "file:///etc/passwd", "n.json"] {
        let refused = bench.updates.newer(url).await.unwrap_err();
        assert!(matches!(refused, UpdateError::Address), "{url}: {refused}");
    }
}

#[tokio::test]
async fn a_build_without_a_key_says_so_and_asks_nobody() {
    let mut bench = Bench::new().await;
    bench.hands_out(NOTICE, &bench.keys).await;
    bench.updates.key = None;
    let refused = bench.looked().await.unwrap_err();
    assert!(matches!(refused, UpdateError::NoKey), "{refused}");
    assert!(bench.server.received_requests().await.unwrap().is_empty());
}

#[test]
fn it_is_off_unless_the_policy_turns_it_on_and_says_where() {
    // F8
    let policy = |values: &[(&str, &str)]| PolicyView {
        values: values
            .iter()
            .map(|(key, value)| PolicyValueView {
                key: (*key).to_owned(),
                value: (*value).to_owned(),
                origin: PolicyOrigin::Enforced,
                place: String::new(),
            })
            .collect(),
        ..PolicyView::default()
    };
    let url = ("update_url", "https://example.com/n.json");
    for off in [
        &[][..],
        &[url],
        &[("update_check", "false"), url],
        &[("update_check", "true"), ("update_url", "")],
    ] {
        assert_eq!(UpdateCheck::from(&policy(off)).url, None, "{off:?}");
    }
    let on = UpdateCheck::from(&policy(&[("update_check", "true"), url]));
    assert_eq!(on.url.as_deref(), Some("https://example.com/n.json"));
}
