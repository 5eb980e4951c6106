//! Cookies belong to a session.

use reqwest::header::COOKIE;
use reqwest::{Method, Request};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::super::{Cookies, send};
use crate::testing::client;

async fn server() -> MockServer {
    let server = MockServer::start().await;
    let reply = ResponseTemplate::new(200)
        .append_header("set-cookie", "JSESSIONID=abc; Path=/callrec; HttpOnly")
        .append_header("set-cookie", "AWSELB=node-1; Path=/")
        .append_header("set-cookie", "elsewhere=1; Domain=other.example");
    Mock::given(any()).respond_with(reply).mount(&server).await;
    server
}

fn request(server: &MockServer, path: &str) -> Request {
    let url = format!("{}{path}", server.uri());
    Request::new(Method::GET, url.parse().unwrap())
}

#[tokio::test]
async fn what_a_reply_sets_is_sent_along_where_it_belongs_and_nowhere_else() {
    let server = server().await;
    let (client, cookies) = (client(), Cookies::default());
    let first = request(&server, "/callrec/login");
    let url = first.url().clone();
    cookies.keep(&url, &send(&client, first).await.unwrap());

    let mut second = request(&server, "/callrec/list");
    cookies.attach(&mut second);
    let sent = second.headers()[COOKIE].to_str().unwrap();
    assert!(sent.contains("JSESSIONID=abc"), "{sent}");
    assert!(sent.contains("AWSELB=node-1"), "{sent}");
    assert!(!sent.contains("elsewhere"), "{sent}");
    assert!(!format!("{second:?}").contains("abc"));

    let mut other = request(&server, "/other");
    cookies.attach(&mut other);
    assert_eq!(other.headers()[COOKIE], "AWSELB=node-1");
}

#[tokio::test]
async fn another_session_of_the_same_client_has_none_of_them() {
    let server = server().await;
    let (client, cookies) = (client(), Cookies::default());
    let first = request(&server, "/callrec/login");
    let url = first.url().clone();
    cookies.keep(&url, &send(&client, first).await.unwrap());

    let mut second = request(&server, "/callrec/list");
    Cookies::default().attach(&mut second);
    send(&client, second).await.unwrap();
    let asked = server.received_requests().await.unwrap();
    assert!(!asked[1].headers.contains_key("cookie"));
}
