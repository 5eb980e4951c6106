//! The smallest HTTP client that can tell a lost reply from a bad one.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// A reply that has arrived.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the body is text")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    /// Each value of a header that may come more than once.
    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        let values = self.head.lines().filter_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        });
        values.collect()
    }
}

/// Connects and sends a request: its first line, its headers and its body.
pub(crate) fn send(
    base_url: &str,
    request: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<TcpStream> {
    let host = base_url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut text = format!("{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(text.as_bytes())?;
    Ok(stream)
}

/// Sends a request and waits for the whole reply.
pub(crate) fn ask(
    base_url: &str,
    request: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<Reply> {
    read(send(base_url, request, headers, body)?)
}

/// Waits for the whole reply to a request that was sent.
pub(crate) fn read(mut stream: TcpStream) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8(bytes[..end].to_vec()).map_err(io::Error::other)?;
    let status = head.get(9..12).and_then(|status| status.parse().ok());
    Ok(Reply {
        status: status.ok_or_else(|| io::Error::other("no status line"))?,
        head,
        body: bytes[end + 4..].to_vec(),
    })
}
