//! Addresses, headers and replies as they are met, with a canary where the secret stands (`@`).

use super::{CANARY, redacted, redacted_line};

/// Addresses of recordings that carry the right to fetch them.
const SIGNED_ADDRESSES: [&str; 13] = [
    // Amazon S3, signature version 4: by host, by path, in China, and at somebody else's.
    "https://calls.s3.eu-west-1.amazonaws.com/a/b.wav?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=@%2F20261121%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261121T120000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=@",
    "https://s3.eu-west-1.amazonaws.com/calls/a%20b.wav?X-Amz-Security-Token=@%3D%3D&X-Amz-Signature=@",
    "https://calls.s3.cn-north-1.amazonaws.com.cn/b.wav?x-amz-signature=@",
    "http://minio.example:9000/calls/b.wav?X-Amz-Signature=@",
    // Signature version 2.
    "https://calls.s3.amazonaws.com/b.wav?AWSAccessKeyId=@&Expires=1795000000&Signature=@%2B%3D",
    // CloudFront, Google Cloud Storage, Azure.
    "https://d1.cloudfront.net/b.wav?Policy=@__&Signature=@~~&Key-Pair-Id=@",
    "https://storage.googleapis.com/calls/b.wav?X-Goog-Credential=@%40x.iam&X-Goog-Signature=@",
    "https://calls.blob.core.windows.net/a/b.wav?sv=2026-01-01&sp=r&sig=@%3D",
    // Without a scheme, without a host, in a fragment, and with a name and a password.
    "calls.s3.amazonaws.com/b.wav?X-Amz-Signature=@",
    "/calls/b.wav?X-Amz-Signature=@ HTTP/1.1",
    "https://vendor.example/#id_token=@&state=@",
    "https://key:@@calls.s3.amazonaws.com/b.wav",
    "s3://@:@@minio.example/calls",
];

/// Where an address or a header may be found.
const PLACES: [&str; 8] = [
    "@",
    "GET @ 200 in 12 ms",
    "cannot fetch \"@\": refused",
    "<a href='@'>recording</a>",
    r#"{"url":"@","n":1}"#,
    r#"{\"url\":\"@\",\"n\":1}"#,
    "url=@, attempt=2",
    "(@)",
];

/// How an address is written there.
fn writings(address: &str) -> [String; 4] {
    [
        address.to_owned(),
        address.replace('/', r"\/"),
        address.replace('&', r"\u0026"),
        address.replace('&', "&amp;"),
    ]
}

fn planted(text: &str) -> String {
    // One that stands before a host is the end of a password, and no canary.
    let text = text.replace("@@", "@\u{1}");
    text.replace('@', CANARY).replace('\u{1}', "@")
}

// E2
#[test]
fn an_address_that_carries_a_right_is_masked_wherever_it_stands() {
    for address in SIGNED_ADDRESSES {
        for writing in writings(&planted(address)) {
            for place in PLACES {
                let text = place.replace('@', &writing);
                for masked in [redacted(&text), redacted_line(&text)] {
                    assert!(!masked.contains(CANARY), "{text}\nbecame\n{masked}");
                }
            }
        }
    }
}

// E2
#[test]
fn what_programs_print_of_a_request_is_masked() {
    for text in [
        // As Rust's own `url`, `http` and reqwest print them for debugging.
        r#"Url { scheme: "https", username: "", password: Some("@"), host: Some(Domain("pbx.example")), path: "/stop", query: Some("key=@&hash=@"), fragment: None }"#,
        r#"error sending request for url (https://pbx.example/stop?key=@&hash=@)"#,
        r#"Request { method: GET, uri: https://pbx.example/stop?key=@, headers: {"authorization": "Bearer @"} }"#,
        r#"{"cookie": "JSESSIONID=@; other=@", "accept": "*/*"}"#,
        // As in a trace of a connection.
        "GET /stop?key=@&hash=@ HTTP/1.1\r\nhost: pbx.example\r\ncookie: JSESSIONID=@\r\nauthorization: Basic @==\r\nx-csrf-token: @\r\n\r\n",
        "HTTP/1.1 302 Found\r\nset-cookie: JSESSIONID=@; Path=/\r\nlocation: /login?token=@\r\n\r\n",
        r#"b"POST /loginAction.do HTTP/1.1\r\ncookie: a=@\r\n\r\nlogin=anna&password=@""#,
        "grant_type=password&username=anna&password=@&scope=openid",
        r#"{"access_token":"@","refresh_token":"@","expires_in":300}"#,
    ] {
        let text = planted(text);
        let masked = redacted(&text);
        assert!(!masked.contains(CANARY), "{text}\nbecame\n{masked}");
    }
}
