use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use axum::http::header;
use futures_util::{StreamExt, stream};
use tokio::time::sleep;

use super::super::Terms;
use super::super::listener::Line;
use super::messages::{PING, close, hear};
use crate::clock;
use crate::wire::Reply;

/// What there is to say on a line.
enum Due {
    Said(String),
    Nothing,
    /// Nothing, and there never will be.
    Over,
}

impl Line {
    fn due(&self) -> Due {
        let mut state = self.listener.state();
        if !self.is_last(&state) {
            Due::Over
        } else if !state.outbox.is_empty() {
            Due::Said(state.outbox.take())
        } else if state.has_ended {
            Due::Over
        } else {
            Due::Nothing
        }
    }

    /// What is to be said next: a ping, if nothing else for long enough. `None` at the end.
    async fn next(&mut self, terms: &Terms, said: Instant) -> Option<String> {
        loop {
            match self.due() {
                Due::Said(text) => return Some(text),
                Due::Over => return None,
                Due::Nothing => {}
            }
            let (heard, talks) = {
                let state = self.listener.state();
                (state.heard, state.core.has_shaken_hands)
            };
            tokio::select! {
                () = self.changed() => {}
                () = sleep(left(said, terms.keep_alive)), if talks => return Some(PING.to_owned()),
                () = sleep(left(heard, terms.timeout)) => {
                    let wrong = "Connection closed with an error.";
                    close(&mut self.listener.state(), Some(wrong), true);
                }
            }
        }
    }
}

/// How long it is until this time has passed since then.
fn left(since: Instant, time: Duration) -> Duration {
    time.saturating_sub(clock::now().saturating_duration_since(since))
}

/// Talks over a socket until one of both ends it.
pub(super) async fn talk(mut socket: WebSocket, mut line: Line, terms: Arc<Terms>) {
    let mut said = clock::now();
    loop {
        tokio::select! {
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => hear(&line.listener, &terms, &text),
                Some(Ok(Message::Binary(bytes))) => {
                    hear(&line.listener, &terms, &String::from_utf8_lossy(&bytes));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            next = line.next(&terms, said) => {
                let Some(text) = next else { break };
                if socket.send(Message::Text(text.into())).await.is_err() {
                    return;
                }
                said = clock::now();
            }
        }
    }
    let frame = CloseFrame {
        code: close_code::NORMAL,
        reason: "".into(),
    };
    // Whoever is gone needs no goodbye.
    let _ = socket.send(Message::Close(Some(frame))).await;
}

/// Server-sent events until one of both ends them.
pub(super) fn stream(line: Line, terms: Arc<Terms>) -> Reply {
    let said = clock::now();
    let events = stream::unfold((line, terms, said), |(mut line, terms, said)| async move {
        let text = line.next(&terms, said).await?;
        let event = Bytes::from(format!("data: {text}\r\n\r\n"));
        Some((event, (line, terms, clock::now())))
    });
    Reply::stream("text/event-stream", events.boxed())
        .with(header::CACHE_CONTROL, "no-cache,no-store")
}

/// Answers a poll: 200 with what there is to say, 200 with nothing at the end of its time, 204
/// if there will never be anything on it.
pub(super) async fn poll(mut line: Line, time: Duration) -> Reply {
    let began = clock::now();
    loop {
        match line.due() {
            Due::Said(text) => {
                let body = stream::iter([Bytes::from(text)]).boxed();
                return Reply::stream("application/octet-stream", body);
            }
            Due::Over => return Reply::empty(204),
            Due::Nothing => {}
        }
        let left = left(began, time);
        if left.is_zero() {
            return Reply::text(200, "");
        }
        tokio::select! {
            () = line.changed() => {}
            () = sleep(left) => {}
        }
    }
}
