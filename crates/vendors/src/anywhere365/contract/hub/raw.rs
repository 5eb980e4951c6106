//! A server that says what a test tells it to, one request after the other.

use std::sync::{Arc, Mutex};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

/// What is said to one request.
pub(super) enum Says {
    /// A reply, in JSON.
    Reply(u16, &'static str),
    /// A stream of events.
    Stream(&'static str, After),
    /// A WebSocket with these messages.
    Socket(Vec<&'static str>, After),
    /// Nothing, and the connection stays open.
    Nothing,
    /// Nothing, and the connection breaks.
    Break,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Silence,
    Break,
    /// Its last line, again and again; of a WebSocket the last message, whenever something comes.
    AgainAndAgain,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Its method and address.
    pub(super) line: String,
    /// Everything of its head, in lower case.
    pub(super) head: String,
    pub(super) body: String,
}

pub(super) struct RawHub {
    pub(super) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl RawHub {
    /// Whoever asks for more than these is left without an answer.
    pub(super) async fn start(says: Vec<Says>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let hub = Self {
            address: format!("http://{address}"),
            asked: Arc::default(),
            heard: Arc::default(),
        };
        let (asked, heard) = (Arc::clone(&hub.asked), Arc::clone(&hub.heard));
        tokio::spawn(async move {
            let mut says = says.into_iter();
            loop {
                let (mut socket, _) = listener.accept().await.expect("somebody asks");
                let Some(request) = read(&mut socket).await else {
                    continue;
                };
                let head = request.head.clone();
                asked.lock().unwrap().push(request);
                let heard = Arc::clone(&heard);
                let said = says.next().unwrap_or(Says::Nothing);
                tokio::spawn(async move { say(socket, &head, said, &heard).await });
            }
        });
        hub
    }

    /// Every request after the one that signs in.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap()[1..].to_vec()
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    /// What came over WebSockets.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn read(socket: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).expect("a head is plain text");
    let mut body = bytes.split_off(end + 4);
    let length = head
        .to_lowercase()
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    while body.len() < length.unwrap_or(0) {
        socket.read_buf(&mut body).await.expect("a body");
    }
    let line = head.lines().next().expect("it begins with a line");
    Some(Asked {
        line: line.strip_suffix(" HTTP/1.1").expect("HTTP/1.1").to_owned(),
        head: with_the_key_as_it_is(&head),
        body: String::from_utf8(body).expect("a body is text"),
    })
}

/// In lower case, but for the value that a WebSocket is opened with.
fn with_the_key_as_it_is(head: &str) -> String {
    let lines = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "));
    lines
        .map(|(name, value)| format!("{}: {value}\n", name.to_lowercase()))
        .collect()
}

async fn say(mut socket: TcpStream, head: &str, says: Says, heard: &Mutex<Vec<String>>) {
    match says {
        Says::Reply(status, body) => {
            let reply = format!(
                "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            socket.write_all(reply.as_bytes()).await.ok();
        }
        Says::Stream(text, after) => {
            let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream; charset=utf-8\r\n\r\n";
            socket.write_all(head.as_bytes()).await.ok();
            socket.write_all(text.as_bytes()).await.ok();
            match after {
                After::Break => {}
                After::Silence => std::future::pending().await,
                After::AgainAndAgain => {
                    let last = text.rsplit('\n').next().expect("splitting gives one");
                    while socket.write_all(last.as_bytes()).await.is_ok() {}
                }
            }
        }
        Says::Socket(texts, after) => {
            let key = head
                .lines()
                .find_map(|line| line.strip_prefix("sec-websocket-key: "))
                .expect("somebody wants a WebSocket");
            let head = format!(
                "HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: {}\r\n\r\n",
                derive_accept_key(key.as_bytes())
            );
            socket.write_all(head.as_bytes()).await.ok();
            let mut socket = WebSocketStream::from_raw_socket(socket, Role::Server, None).await;
            for text in &texts {
                socket.send(Message::text(*text)).await.ok();
            }
            if after == After::Break {
                return;
            }
            while let Some(Ok(message)) = socket.next().await {
                if let Message::Text(text) = message {
                    heard.lock().unwrap().push(text.as_str().to_owned());
                    if after == After::AgainAndAgain {
                        let last = texts.last().expect("there is one");
                        socket.send(Message::text(*last)).await.ok();
                    }
                }
            }
        }
        Says::Nothing => std::future::pending().await,
        Says::Break => {}
    }
}
