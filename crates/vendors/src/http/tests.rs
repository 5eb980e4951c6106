use super::*;
use crate::testing::{Then, client, client_following, raw_server};

async fn get(address: &str) -> Result<Reply, Failure> {
    let url = address.parse().expect("the test's own address");
    send(&client(), Request::new(reqwest::Method::GET, url)).await
}

#[tokio::test]
async fn nothing_was_sent_where_nobody_listens() {
    // Bound and let go at once, so that the port is free.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let failure = get(&format!("http://{address}/secret")).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unreachable);
    assert!(!format!("{failure:?}").contains("secret"));
}

#[tokio::test]
async fn nothing_was_sent_where_tls_fails() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, b"no TLS here").await;
        }
    });
    let failure = get(&format!("https://{address}")).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unreachable);
}

#[tokio::test]
async fn a_connection_that_closes_after_the_request_is_no_answer() {
    let failure = get(&raw_server("", Then::Close).await).await.unwrap_err();
    assert_eq!(failure.kind, Kind::NoAnswer);
}

#[tokio::test]
async fn what_is_not_http_is_no_answer() {
    let address = raw_server("SSH-2.0-OpenSSH_9.2\r\n\r\n", Then::Close).await;
    assert_eq!(get(&address).await.unwrap_err().kind, Kind::NoAnswer);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_answer() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
    let reply = get(&raw_server(half, Then::Close).await).await.unwrap();
    assert_eq!(reply.body().await.unwrap_err().kind, Kind::NoAnswer);
}

#[tokio::test]
async fn the_head_is_known_before_the_body() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n";
    let reply = get(&raw_server(head, Then::Hang).await).await.unwrap();
    assert_eq!(reply.head.status, 200);
}

#[tokio::test]
async fn a_body_without_an_end_is_not_read_to_its_end() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let reply = get(&raw_server(head, Then::SendForEver).await)
        .await
        .unwrap();
    let failure = reply.body().await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unintelligible("it is far too long"));
}

// A5: so no small reply can become a large one.
#[tokio::test]
async fn a_compressed_body_is_not_unpacked() {
    let server = wiremock::MockServer::start().await;
    // `{}` by gzip.
    let packed = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0";
    let reply = wiremock::ResponseTemplate::new(200)
        .insert_header("content-encoding", "gzip")
        .set_body_bytes(packed);
    wiremock::Mock::given(wiremock::matchers::any())
        .respond_with(reply)
        .mount(&server)
        .await;
    let reply = get(&server.uri()).await.unwrap();
    assert_eq!(reply.body().await.unwrap(), packed);
    let asked = &server.received_requests().await.unwrap()[0];
    assert!(!asked.headers.contains_key("accept-encoding"));
}

#[tokio::test]
async fn a_redirect_that_was_followed_is_found_out() {
    let elsewhere = wiremock::MockServer::start().await;
    wiremock::Mock::given(wiremock::matchers::path("/from"))
        .respond_with(wiremock::ResponseTemplate::new(302).insert_header("location", "/to"))
        .mount(&elsewhere)
        .await;
    wiremock::Mock::given(wiremock::matchers::path("/to"))
        .respond_with(wiremock::ResponseTemplate::new(200))
        .mount(&elsewhere)
        .await;
    let url = format!("{}/from", elsewhere.uri()).parse().unwrap();
    let following = client_following(reqwest::redirect::Policy::default());
    let failure = send(&following, Request::new(reqwest::Method::GET, url))
        .await
        .unwrap_err();
    let kind = Kind::Unintelligible("it comes from another address");
    assert_eq!(failure.kind, kind);
}

#[test]
fn a_token_that_cannot_be_one_is_not_sent() {
    for token in ["", " ", "a b", "a\r\nX-Evil: 1", "ü"] {
        let url = "http://127.0.0.1".parse().unwrap();
        let mut request = Request::new(reqwest::Method::GET, url);
        let failure = authorize(&mut request, &SecretString::from(token)).unwrap_err();
        assert_eq!(failure.kind, Kind::SignInRejected, "{token:?}");
        assert!(request.headers().is_empty());
    }
}

#[test]
fn the_token_does_not_show_when_the_request_is_printed() {
    let url = "http://127.0.0.1".parse().unwrap();
    let mut request = Request::new(reqwest::Method::GET, url);
    authorize(&mut request, &SecretString::from("abc123")).unwrap();
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer abc123");
    assert!(!format!("{request:?}").contains("abc123"));
}

#[test]
fn each_status_says_what_has_to_happen_next() {
    let failure = |status| crate::testing::head(status).failure();
    assert_eq!(failure(409), Kind::Refused("409".to_owned()));
    assert_eq!(failure(503), Kind::ServerFailed(503));
    assert!(matches!(failure(302), Kind::Unintelligible(_)));
    assert!(matches!(failure(999), Kind::Unintelligible(_)));
    let after = Some(Duration::from_secs(7));
    let head = Head {
        status: 429,
        retry_after: after,
    };
    assert_eq!(head.failure(), Kind::Throttled { retry_after: after });
}

fn waits(retry_after: &str, date: Option<&str>) -> Option<u64> {
    let mut headers = HeaderMap::new();
    headers.insert(RETRY_AFTER, retry_after.parse().unwrap());
    if let Some(date) = date {
        headers.insert(DATE, date.parse().unwrap());
    }
    super::retry_after(&headers).map(|wait| wait.as_secs())
}

#[test]
fn a_wait_is_read_in_seconds_or_as_a_date() {
    assert_eq!(waits("120", None), Some(120));
    assert_eq!(waits("99999999999", None), Some(86_400));
    let date = Some("Fri, 31 Dec 1999 23:59:30 GMT");
    assert_eq!(waits("Sat, 01 Jan 2000 00:00:15 GMT", date), Some(45));
    assert_eq!(waits("Fri, 31 Dec 1999 23:59:00 GMT", date), None);
    assert_eq!(waits("Sat, 01 Jan 2000 00:00:15 GMT", None), None);
    for nonsense in ["", "soon", "-1", "1.5", "Sat, 99 Jan 2000 00:00:15 GMT"] {
        assert_eq!(waits(nonsense, date), None, "{nonsense}");
    }
}

#[test]
fn a_date_is_counted_from_1970() {
    for (text, seconds) in [
        ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
        ("Tue, 29 Feb 2000 12:00:00 GMT", Some(951_825_600)),
        ("Mon, 01 Mar 2100 00:00:00 GMT", Some(4_107_542_400)),
        ("Wed, 31 Dec 1969 23:59:59 GMT", None),
        ("Sunday, 06-Nov-94 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 CET", None),
    ] {
        assert_eq!(http_date(text), seconds, "{text}");
    }
}

mod cookies;
mod websocket;

#[test]
fn a_name_and_a_password_are_sent_as_basic_and_do_not_show() {
    let mut request = Request::new(reqwest::Method::GET, "http://127.0.0.1".parse().unwrap());
    // The example of RFC 7617, with a pound sign in the password.
    authorize_basic(&mut request, "test", &SecretString::from("123£"));
    assert_eq!(request.headers()[AUTHORIZATION], "Basic dGVzdDoxMjPCow==");
    assert!(!format!("{request:?}").contains("dGVz"));
}
