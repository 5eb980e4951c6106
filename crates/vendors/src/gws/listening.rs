//! Carries the messages of the event channel, by long polling or by a WebSocket.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Sleep, sleep, timeout, timeout_at};

use super::bayeux::{Ask, Came, Carrier, Client};
use super::event::{self, Told};
use super::session::Session;
use super::wire::Transport;
use crate::http::{Failure, WebSocket};
use crate::{Kind, VendorEvent};

/// A connect that brought nothing is not followed by another one sooner than this: a server
/// that holds none must not be asked as fast as it answers.
const PACE: Duration = Duration::from_millis(250);

/// An open event channel.
pub(super) struct Listening {
    session: Arc<Session>,
    client: Client,
    line: Line,
    came: VecDeque<Came>,
    events: VecDeque<VendorEvent>,
    told: Told,
    /// When the next connect may go out, if the one before brings nothing.
    pace: Option<Pin<Box<Sleep>>>,
}

enum Line {
    LongPolling,
    WebSocket {
        socket: Box<WebSocket>,
        /// Until when the message that is under way has to be answered.
        patience: Pin<Box<Sleep>>,
    },
}

impl Listening {
    /// Opens the channel. It is open once the server has accepted the subscription.
    pub(super) async fn open(session: Arc<Session>) -> Result<Self, Failure> {
        match session.setup.transport {
            Transport::LongPolling => Self::by_long_polling(session, None).opened().await,
            Transport::WebSocket => Self::by_socket(session).await?.opened().await,
            Transport::Auto => {
                let or = Some(Carrier::WebSocket);
                let polling = Self::by_long_polling(Arc::clone(&session), or);
                match polling.opened().await {
                    Ok(listening) if listening.client.has_to_switch() => {
                        Self::by_socket(session).await?.opened().await
                    }
                    // It does not take such requests; perhaps it takes a WebSocket.
                    Err(failure) if matches!(failure.kind, Kind::Refused(_)) => {
                        let socket = Self::by_socket(session).await.map_err(|_| failure)?;
                        socket.opened().await
                    }
                    listening => listening,
                }
            }
        }
    }

    /// Goes on until the channel is open, or has to be opened by the other carrier.
    async fn opened(mut self) -> Result<Self, Failure> {
        while !self.client.is_open() && !self.client.has_to_switch() {
            self.step().await?;
        }
        Ok(self)
    }

    fn by_long_polling(session: Arc<Session>, or: Option<Carrier>) -> Self {
        Self::new(session, Carrier::LongPolling, or, Line::LongPolling)
    }

    async fn by_socket(session: Arc<Session>) -> Result<Self, Failure> {
        let line = Line::WebSocket {
            socket: Box::new(session.open_socket().await?),
            patience: Box::pin(sleep(Duration::ZERO)),
        };
        Ok(Self::new(session, Carrier::WebSocket, None, line))
    }

    fn new(session: Arc<Session>, carrier: Carrier, or: Option<Carrier>, line: Line) -> Self {
        Self {
            client: Client::new(&session.setup.channel, carrier, or),
            session,
            line,
            came: VecDeque::new(),
            events: VecDeque::new(),
            told: Told::default(),
            pace: None,
        }
    }

    /// The next event.
    pub(super) async fn next(&mut self) -> Result<VendorEvent, Failure> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(event);
            }
            match self.came.pop_front() {
                Some(Came::Missed) => return Ok(VendorEvent::Missed),
                Some(Came::Data { channel, data }) => {
                    let news = event::read(&channel, &data, &mut self.told);
                    self.keep(&news);
                    self.events.extend(news.events);
                }
                None => self.step().await?,
            }
        }
    }

    /// What commands go by is the newest that has been seen of a call.
    fn keep(&self, news: &event::News) {
        let mut known = self.session.known();
        if let Some((id, call)) = &news.call {
            known.described(id, call);
        }
        for event in &news.events {
            match event {
                VendorEvent::CallEnded(id) | VendorEvent::Declined { call: Some(id) } => {
                    known.forget(id);
                }
                VendorEvent::CallStarted(_)
                | VendorEvent::Hint { .. }
                | VendorEvent::Declined { call: None }
                | VendorEvent::Missed => {}
            }
        }
    }

    /// Sends what is to be sent next, if nothing is under way, and takes what comes.
    async fn step(&mut self) -> Result<(), Failure> {
        let before = self.came.len();
        if self.client.is_waiting() {
            self.receive().await?;
        } else {
            let ask = self.ask().await?;
            self.send(ask).await?;
        }
        if self.came.len() > before {
            self.pace = None;
        }
        Ok(())
    }

    async fn ask(&mut self) -> Result<Ask, Failure> {
        let ask = self.client.ask()?;
        if let Some(pace) = self.pace.take() {
            pace.await;
        }
        if !ask.after.is_zero() {
            sleep(ask.after).await;
        }
        self.pace = ask.is_connect.then(|| Box::pin(sleep(PACE)));
        Ok(ask)
    }

    async fn send(&mut self, ask: Ask) -> Result<(), Failure> {
        match &mut self.line {
            Line::LongPolling => {
                let reply = timeout(ask.within, self.session.poll(ask.text)).await;
                let reply = reply.map_err(|_silence| Kind::NoAnswer)??;
                self.client.receive(&reply, &mut self.came)?;
                Ok(self.client.ended()?)
            }
            Line::WebSocket { socket, patience } => {
                *patience = Box::pin(sleep(ask.within));
                let sent = timeout(ask.within, socket.send(ask.text)).await;
                sent.map_err(|_silence| Kind::NoAnswer)?
            }
        }
    }

    /// Takes the next text of a WebSocket.
    async fn receive(&mut self) -> Result<(), Failure> {
        let Line::WebSocket { socket, patience } = &mut self.line else {
            unreachable!("a long poll is answered as a whole, or has failed");
        };
        let text = timeout_at(patience.deadline(), socket.receive()).await;
        let text = text.map_err(|_silence| Kind::NoAnswer)??;
        Ok(self.client.receive(text.as_bytes(), &mut self.came)?)
    }
}
