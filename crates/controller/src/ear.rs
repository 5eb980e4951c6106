//! Listening to what the vendor tells unasked, and listening again when that has ended.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use pause::Moment;
use tokio::time::timeout;
use vendors::{Control, Events, VendorEvent};

use crate::backoff::Backoff;
use crate::clock::Clock;
use crate::link::SETTLED_AFTER;
use crate::trouble::Trouble;

/// How long opening the channel may take: a handshake and a subscription.
const LISTEN_WITHIN: Duration = Duration::from_secs(10);

/// The event channel of one session. It comes and goes, and the session stays.
pub(crate) struct Ear {
    clock: Clock,
    control: Arc<dyn Control>,
    state: State,
    backoff: Backoff,
    /// Whether it has ended soon after it was opened, and has not lasted since.
    shaky: bool,
}

enum State {
    Opening(BoxFuture<'static, Result<Events, Trouble>>),
    Open {
        events: Events,
        /// When it counts as a good one; `None` if it does.
        settled_at: Option<Moment>,
    },
    Waiting {
        until: Moment,
    },
}

/// What is heard.
pub(crate) enum Heard {
    Listening,
    KeepsListening,
    Told(VendorEvent),
    Deaf(Trouble),
}

impl Ear {
    /// Begins to listen.
    pub(crate) fn new(clock: Clock, control: Arc<dyn Control>) -> Self {
        let state = State::Opening(opening(Arc::clone(&control)));
        Self {
            clock,
            control,
            state,
            backoff: Backoff::default(),
            shaky: false,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    pub(crate) fn is_shaky(&self) -> bool {
        self.shaky
    }

    /// What is heard next. Nothing is lost if this is not waited for.
    pub(crate) async fn next(&mut self) -> Heard {
        loop {
            match &mut self.state {
                State::Opening(attempt) => match attempt.await {
                    Ok(events) => {
                        self.state = State::Open {
                            events,
                            settled_at: Some(self.clock.now() + SETTLED_AFTER),
                        };
                        return Heard::Listening;
                    }
                    Err(trouble) => return self.ended(trouble),
                },
                State::Open { events, settled_at } => {
                    tokio::select! {
                        biased;
                        event = events.next() => match event {
                            Some(Ok(event)) => return Heard::Told(event),
                            Some(Err(error)) => return self.ended(Trouble::Vendor(error)),
                            None => return self.ended(Trouble::Ended),
                        },
                        () = self.clock.sleep_until(*settled_at) => {
                            *settled_at = None;
                            self.shaky = false;
                            self.backoff = Backoff::default();
                            return Heard::KeepsListening;
                        }
                    }
                }
                State::Waiting { until } => {
                    self.clock.sleep_until(Some(*until)).await;
                    self.state = State::Opening(opening(Arc::clone(&self.control)));
                }
            }
        }
    }

    fn ended(&mut self, trouble: Trouble) -> Heard {
        self.shaky |= matches!(
            self.state,
            State::Open {
                settled_at: Some(_),
                ..
            }
        );
        // The channel before is dropped here: a vendor has one at a time.
        self.state = State::Waiting {
            until: self.clock.now() + self.backoff.next_delay(),
        };
        Heard::Deaf(trouble)
    }
}

fn opening(control: Arc<dyn Control>) -> BoxFuture<'static, Result<Events, Trouble>> {
    Box::pin(async move {
        match timeout(LISTEN_WITHIN, control.listen()).await {
            Ok(Ok(events)) => Ok(events),
            Ok(Err(error)) => Err(Trouble::Vendor(error)),
            Err(_) => Err(Trouble::OutOfTime),
        }
    })
}
