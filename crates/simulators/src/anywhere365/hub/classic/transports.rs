use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures_util::{StreamExt, stream};
use tokio::time::sleep;

use super::super::Terms;
use super::super::listener::Line;
use super::messages::{cursor, frame, groups_token, hear};
use crate::clock;
use crate::wire::Reply;

/// A line, and how far it has read.
pub(super) struct Reader {
    line: Line,
    terms: Arc<Terms>,
    read: u64,
    began: Instant,
    said: Instant,
}

/// What comes next on a line.
enum Next {
    Frame(String),
    KeepAlive,
    /// Nothing more.
    Over,
}

impl Reader {
    pub(super) fn new(line: Line, terms: Arc<Terms>, read: u64) -> Self {
        let now = clock::now();
        Self {
            line,
            terms,
            read,
            began: now,
            said: now,
        }
    }

    fn has_ended(&self) -> bool {
        self.line.listener.state().has_ended
    }

    fn frame(&self, extra: &str) -> String {
        frame(&cursor(self.read), extra, &[])
    }

    /// Says that the line is open.
    fn first(&self) -> String {
        self.frame("\"S\":1,")
    }

    pub(super) fn first_reply(self) -> Reply {
        let body = stream::iter([Bytes::from(self.first())]).boxed();
        Reply::stream("application/json", body)
    }

    /// What there is to say; `None` if there is nothing.
    fn due(&mut self) -> Option<Next> {
        let mut state = self.line.listener.state();
        if !self.line.is_last(&state) || state.has_ended {
            return Some(Next::Over);
        }
        let messages = state.outbox.since(self.read);
        let granted = state.classic.granted.len();
        let groups = if granted > 0 && !state.classic.has_token {
            state.classic.has_token = true;
            format!("\"G\":\"{}\",", groups_token(granted - 1))
        } else {
            String::new()
        };
        if messages.is_empty() && groups.is_empty() {
            return None;
        }
        self.read = state.outbox.count();
        Some(Next::Frame(frame(&cursor(self.read), &groups, &messages)))
    }

    async fn next(&mut self) -> Next {
        loop {
            if let Some(next) = self.due() {
                return next;
            }
            let quiet = clock::now().saturating_duration_since(self.said);
            tokio::select! {
                () = self.line.changed() => {}
                () = sleep(self.terms.keep_alive.saturating_sub(quiet)) => return Next::KeepAlive,
            }
        }
    }
}

/// Talks over a socket until one of both ends it.
pub(super) async fn talk(mut socket: WebSocket, mut reader: Reader, is_connect: bool) {
    let mut first = is_connect.then(|| reader.first());
    loop {
        let said = match first.take() {
            Some(first) => first,
            None => tokio::select! {
                received = socket.recv() => match received {
                    Some(Ok(Message::Text(text))) => {
                        match hear(&reader.line.listener, &reader.terms, &text) {
                            Some(result) => result.to_string(),
                            None => continue,
                        }
                    }
                    Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                },
                next = reader.next() => match next {
                    Next::Frame(frame) => frame,
                    Next::KeepAlive => "{}".to_owned(),
                    Next::Over => break,
                },
            },
        };
        if socket.send(Message::Text(said.into())).await.is_err() {
            return;
        }
        reader.said = clock::now();
    }
    let frame = CloseFrame {
        code: close_code::NORMAL,
        reason: "".into(),
    };
    // Whoever is gone needs no goodbye.
    let _ = socket.send(Message::Close(Some(frame))).await;
}

fn event(data: &str) -> Bytes {
    Bytes::from(format!("data: {data}\n\n"))
}

/// Server-sent events until one of both ends them.
pub(super) fn stream(reader: Reader, is_connect: bool) -> Reply {
    let mut opening = vec![event("initialized")];
    if is_connect {
        opening.push(event(&reader.first()));
    }
    let rest = stream::unfold(reader, |mut reader| async move {
        let said = match reader.next().await {
            Next::Frame(frame) => event(&frame),
            Next::KeepAlive => event("{}"),
            Next::Over => return None,
        };
        reader.said = clock::now();
        Some((said, reader))
    });
    Reply::stream(
        "text/event-stream",
        stream::iter(opening).chain(rest).boxed(),
    )
}

/// Answers a poll. Until there is something to say, a blank now and then keeps it open.
pub(super) fn poll(reader: Reader) -> Reply {
    let pieces = stream::unfold(Some(reader), |reader| async move {
        let mut reader = reader?;
        let held = clock::now().saturating_duration_since(reader.began);
        let left: Duration = reader.terms.poll.saturating_sub(held);
        let next = tokio::select! {
            next = reader.next() => Some(next),
            () = sleep(left) => None,
        };
        let body = match next {
            Some(Next::KeepAlive) => {
                reader.said = clock::now();
                return Some((Bytes::from(" "), Some(reader)));
            }
            Some(Next::Frame(frame)) => frame,
            // The server goes down: the client is to come back.
            Some(Next::Over) if reader.has_ended() => reader.frame("\"T\":1,"),
            Some(Next::Over) | None => reader.frame(""),
        };
        Some((Bytes::from(body), None))
    });
    Reply::stream("application/json", pieces.boxed())
}
