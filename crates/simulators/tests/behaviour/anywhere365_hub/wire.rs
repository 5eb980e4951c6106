//! What listens to a hub: a socket, a reply that does not end, and a reply that is awaited.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::HandshakeError;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, client};

use crate::client::{Reply, ask, send};

/// Nothing that a hub has to say takes nearly as long.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a hub may say that it is there before it says anything else.
const KEEP_ALIVES: usize = 200;

/// A query, with everything in it encoded.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

pub(super) struct Socket {
    socket: WebSocket<TcpStream>,
    /// Messages of a frame that had several of them.
    left: VecDeque<String>,
}

impl Socket {
    /// Opens a socket, or returns the status of the refusal.
    pub(super) fn open(base_url: &str, target: &str) -> Result<Self, u16> {
        let host = base_url.trim_start_matches("http://");
        let stream = TcpStream::connect(host).expect("it listens");
        let timed = stream.set_read_timeout(Some(PATIENCE));
        timed.expect("a time that is not zero");
        let request = format!("ws://{host}{target}").into_client_request();
        match client(request.expect("it is an address"), stream) {
            Ok((socket, _)) => Ok(Self {
                socket,
                left: VecDeque::new(),
            }),
            Err(HandshakeError::Failure(Error::Http(reply))) => Err(reply.status().as_u16()),
            Err(wrong) => panic!("{wrong}"),
        }
    }

    pub(super) fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).expect("it is open");
    }

    /// The next message; `None` if it has been closed in order.
    pub(super) fn next(&mut self) -> Option<String> {
        loop {
            if let Some(message) = self.left.pop_front() {
                return Some(message);
            }
            match self.socket.read() {
                // A frame of a classic hub is one message.
                Ok(Message::Text(text)) => {
                    let messages = text.split_inclusive('\u{1e}');
                    self.left.extend(messages.map(str::to_owned));
                }
                Ok(Message::Close(_)) | Err(Error::ConnectionClosed) => return None,
                Ok(_) => {}
                Err(wrong) => panic!("{wrong}"),
            }
        }
    }

    /// The next message that is none of those that only say that the hub is there.
    pub(super) fn next_but(&mut self, keep_alive: &str) -> Option<String> {
        for _ in 0..KEEP_ALIVES {
            let text = self.next()?;
            if text != keep_alive {
                return Some(text);
            }
        }
        panic!("it says nothing else");
    }
}

/// Server-sent events.
pub(super) struct Events(BufReader<TcpStream>);

impl Events {
    /// Opens a stream, or returns the status of the refusal.
    pub(super) fn open(
        base_url: &str,
        target: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, u16> {
        let mut all = vec![("Accept", "text/event-stream")];
        all.extend(headers);
        let stream = send(base_url, &format!("GET {target}"), &all, "").expect("it listens");
        let mut events = Self(BufReader::new(stream));
        let first = events.line().expect("a status");
        let status: u16 = first[9..12].parse().expect("a status");
        if status == 200 {
            Ok(events)
        } else {
            Err(status)
        }
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = self.0.read_line(&mut line).expect("it is open");
        (length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// What the next event says; `None` at the end.
    pub(super) fn next(&mut self) -> Option<String> {
        loop {
            // Other lines are blank, of the head, or the lengths of chunks.
            let line = self.line()?;
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(data.to_owned());
            }
        }
    }

    pub(super) fn next_but(&mut self, keep_alive: &str) -> Option<String> {
        for _ in 0..KEEP_ALIVES {
            let data = self.next()?;
            if data != keep_alive {
                return Some(data);
            }
        }
        panic!("it says nothing else");
    }
}

/// The text of a reply that may have come in pieces.
pub(super) fn text(reply: &Reply) -> String {
    if reply.header("transfer-encoding") != Some("chunked") {
        return reply.text();
    }
    let mut rest = BufReader::new(reply.body.as_slice());
    let mut whole = String::new();
    loop {
        let mut length = String::new();
        let _bytes = rest.read_line(&mut length).expect("it is in memory");
        let length = usize::from_str_radix(length.trim_end(), 16).expect("a length");
        if length == 0 {
            return whole;
        }
        let mut piece = vec![0; length + 2];
        rest.read_exact(&mut piece).expect("it is whole");
        whole += std::str::from_utf8(&piece[..length]).expect("it is text");
    }
}

/// A request that is answered later.
pub(super) struct Held(JoinHandle<Reply>);

impl Held {
    /// Sends it, and returns when it has been seen.
    pub(super) fn get(base_url: &str, target: &str) -> Self {
        let (base_url, request) = (base_url.to_owned(), format!("GET {target}"));
        let held =
            std::thread::spawn(move || ask(&base_url, &request, &[], "").expect("it is answered"));
        super::pause_briefly();
        Self(held)
    }

    pub(super) fn is_held(&self) -> bool {
        !self.0.is_finished()
    }

    pub(super) fn reply(self) -> Reply {
        self.0.join().expect("it is answered")
    }
}
