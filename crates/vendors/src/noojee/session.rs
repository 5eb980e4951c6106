//! Asks Noojee, and listens to it by long polls.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use pause::{CallId, Recorder, Wanted};
use reqwest::{Client, Request};
use tokio::time::{Instant, timeout};

use super::NAME;
use super::authentication::{Authentication, Proof};
use super::watch::{Brought, Watch};
use super::wire::{self, Calls, Question, Setup, Status, Target, Told};
use crate::http::{self, Failure, Head};
use crate::{Accepted, Events, Kind, Operation, VendorError, VendorEvent};

/// How long a poll is asked to wait for something to happen.
const WAITS: Duration = Duration::from_secs(30);

/// A poll that is silent for this much longer than it was asked to wait is dead.
const MARGIN: Duration = Duration::from_secs(10);

/// After so many polls in which nothing has happened it is asked how things are: a server that
/// has begun anew may say nothing until its numbers are where they were.
const QUIET_POLLS: u32 = 10;

/// Sends a request and reads the whole reply.
pub(super) async fn exchange(http: &Client, request: Request) -> Result<(Head, Vec<u8>), Failure> {
    let reply = http::send(http, request).await?;
    let head = reply.head;
    match reply.body().await {
        Ok(body) => Ok((head, body)),
        // Then the status has to do.
        Err(_) if !head.is_success() => Ok((head, Vec::new())),
        Err(failure) => Err(failure),
    }
}

/// Who asks, and how.
#[derive(Debug)]
pub(super) struct Asker {
    pub(super) http: Client,
    pub(super) setup: Arc<Setup>,
    pub(super) authentication: Authentication,
}

impl Asker {
    async fn command(&self, target: &Target<'_>, wanted: Wanted) -> Result<Accepted, Failure> {
        let (http, setup) = (&self.http, &*self.setup);
        let proof = self.authentication.for_command(http, setup).await;
        let proof = proof.map_err(not_sent)?;
        let request = |proof: &Proof| wire::command_request(setup, target, wanted, proof);
        let (head, body) = exchange(http, request(&proof)?).await?;
        let (head, body) = if self.has_expired(head, &body) {
            let proof = self.authentication.in_place_of(http, setup, &proof).await;
            exchange(http, request(&proof.map_err(not_sent)?)?).await?
        } else {
            (head, body)
        };
        Ok(wire::read_command_reply(setup, head, &body)?)
    }

    /// How the agent's calls are now.
    pub(super) async fn present(&self) -> Result<Told, Failure> {
        self.subscribe(Question::Present, 0, Duration::ZERO).await
    }

    async fn news(&self, after: u64) -> Result<Told, Failure> {
        self.subscribe(Question::News, after, WAITS).await
    }

    async fn subscribe(
        &self,
        question: Question,
        after: u64,
        wait: Duration,
    ) -> Result<Told, Failure> {
        let (http, setup) = (&self.http, &*self.setup);
        let proof = self.authentication.for_reading(http, setup).await?;
        let request = |proof: &Proof| wire::subscribe_request(setup, after, wait, proof);
        let (head, body) = exchange(http, request(&proof)).await?;
        let (head, body) = if self.has_expired(head, &body) {
            let proof = self.authentication.in_place_of(http, setup, &proof).await?;
            exchange(http, request(&proof)).await?
        } else {
            (head, body)
        };
        Ok(wire::read_subscription(setup, question, head, &body)?)
    }

    /// Whether one repetition with another time stamp is due: nothing has been carried out.
    fn has_expired(&self, head: Head, body: &[u8]) -> bool {
        self.authentication.runs_out() && wire::says_expired(head, body)
    }
}

/// What the loss of a time stamp means for the command that needed it: that one was not carried
/// out, so it leaves no doubt about the recorder.
fn not_sent(failure: Failure) -> Failure {
    if failure.kind.leaves_recorder_in_doubt() {
        failure.with_kind(Kind::Unreachable)
    } else {
        failure
    }
}

/// One session, which is nothing but the way to ask: Noojee keeps none.
pub(super) struct Session {
    asker: Arc<Asker>,
    /// The id of a call that nobody told of: the agent, as the account names it.
    implied: CallId,
}

impl Session {
    pub(super) fn new(asker: Asker, agent: &str) -> Self {
        Self {
            asker: Arc::new(asker),
            implied: CallId::new(agent),
        }
    }
}

#[async_trait]
impl crate::Control for Session {
    async fn command(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, VendorError> {
        let operation = match wanted {
            Wanted::Paused => Operation::Pause,
            Wanted::Recording => Operation::Resume,
        };
        let target = match self.asker.setup.calls {
            Calls::Told if *call == self.implied => Target::Extension,
            Calls::Told | Calls::Subscribe => Target::Call(call),
        };
        let accepted = self.asker.command(&target, wanted).await;
        accepted.map_err(|failure| failure.at(NAME, operation))
    }

    async fn recorder(&self, _call: &CallId) -> Result<Recorder, VendorError> {
        Err(Failure::from(Kind::NotSupported).at(NAME, Operation::ReadBack))
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        let at = |failure: Failure| failure.at(NAME, Operation::Calls);
        if self.asker.setup.calls == Calls::Told {
            return Err(at(Kind::NotSupported.into()));
        }
        let told = self.asker.present().await.map_err(at)?;
        let mut calls = Vec::new();
        for call in told.calls {
            if call.status == Status::Up && !calls.contains(&call.id) {
                calls.push(call.id);
            }
        }
        Ok(calls)
    }

    async fn listen(&self) -> Result<Events, VendorError> {
        if self.asker.setup.calls == Calls::Told {
            return Ok(stream::pending().boxed());
        }
        let polls = Polls::open(Arc::clone(&self.asker)).await;
        let polls = polls.map_err(|failure| failure.at(NAME, Operation::Events))?;
        Ok(stream::unfold(Some(polls), Polls::next).boxed())
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        Ok(())
    }
}

/// Poll after poll.
struct Polls {
    asker: Arc<Asker>,
    watch: Watch,
    told: VecDeque<VendorEvent>,
    /// How many polls in a row have brought nothing.
    quiet: u32,
    /// Whether the poll before has come back early with nothing.
    hurried: bool,
}

impl Polls {
    async fn open(asker: Arc<Asker>) -> Result<Self, Failure> {
        let mut watch = Watch::default();
        // Whoever listens asks for the calls that are there.
        watch.present(&asker.present().await?)?;
        Ok(Self {
            asker,
            watch,
            told: VecDeque::new(),
            quiet: 0,
            hurried: false,
        })
    }

    /// The next event. A failure is the last.
    async fn next(polls: Option<Self>) -> Option<(Result<VendorEvent, VendorError>, Option<Self>)> {
        let mut polls = polls?;
        loop {
            if let Some(event) = polls.told.pop_front() {
                return Some((Ok(event), Some(polls)));
            }
            if let Err(failure) = polls.poll().await {
                return Some((Err(failure.at(NAME, Operation::Events)), None));
            }
        }
    }

    async fn poll(&mut self) -> Result<(), Failure> {
        let asked_at = Instant::now();
        let told = answered(WAITS + MARGIN, self.asker.news(self.watch.last())).await?;
        let is_early = asked_at.elapsed() < WAITS / 2;
        match self.watch.news(&told)? {
            Brought::Events(events) => {
                (self.quiet, self.hurried) = (0, false);
                self.told.extend(events);
                Ok(())
            }
            // Once it may be that the numbers are not those of the server any more. Twice it is
            // a server that does not wait, and would be asked without a pause.
            Brought::Nothing | Brought::StartedAnew if is_early && self.hurried => {
                Err(Kind::Unintelligible("it does not wait for events").into())
            }
            Brought::StartedAnew => {
                self.hurried = true;
                self.told.push_back(VendorEvent::Missed);
                let events = self.look().await?;
                self.told.extend(events);
                Ok(())
            }
            Brought::Nothing => {
                self.quiet += 1;
                self.hurried = is_early;
                if is_early {
                    self.watch.begin_anew();
                }
                if is_early || self.quiet >= QUIET_POLLS {
                    self.quiet = 0;
                    let events = self.look().await?;
                    if !events.is_empty() {
                        self.told.push_back(VendorEvent::Missed);
                    }
                    self.told.extend(events);
                }
                Ok(())
            }
        }
    }

    /// Asks how things are, and returns what is not known yet.
    async fn look(&mut self) -> Result<Vec<VendorEvent>, Failure> {
        let told = answered(MARGIN, self.asker.present()).await?;
        Ok(self.watch.present(&told)?)
    }
}

/// An answer within the time that the protocol allows for it.
async fn answered(
    within: Duration,
    question: impl Future<Output = Result<Told, Failure>>,
) -> Result<Told, Failure> {
    match timeout(within, question).await {
        Ok(answer) => answer,
        Err(_elapsed) => Err(Kind::NoAnswer.into()),
    }
}
