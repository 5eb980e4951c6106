//! What is out at the vendor: every request, with its time limit.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use pause::{CallId, Moment, Recorder, RequestId, Wanted};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;
use vendors::{Accepted, Control, Kind, VendorError};

use crate::trouble::Trouble;

/// How long a vendor is left alone that asked for fewer requests and did not say for how long.
const LEFT_ALONE: Duration = Duration::from_secs(2);

/// Requests that are out. Each runs by itself; none waits for another.
pub(crate) struct Out {
    within: Duration,
    tasks: JoinSet<Done>,
    commands: BTreeMap<CallId, (RequestId, AbortHandle)>,
    /// The request for the agent's calls that is out.
    calls: Option<AbortHandle>,
    held_until: Option<Moment>,
}

/// The way to ask in one session.
#[derive(Clone)]
pub(crate) struct Asker {
    pub(crate) control: Arc<dyn Control>,
    /// Which session: what an old one says must not end a new one.
    pub(crate) session: u64,
}

/// What became of a request.
pub(crate) struct Done {
    pub(crate) session: u64,
    pub(crate) reply: Reply,
}

pub(crate) enum Reply {
    Command {
        id: RequestId,
        call: CallId,
        wanted: Wanted,
        result: Result<Accepted, Trouble>,
    },
    ReadBack {
        id: RequestId,
        call: CallId,
        result: Result<Recorder, Trouble>,
    },
    Calls(Result<Vec<CallId>, Trouble>),
}

impl Out {
    pub(crate) fn new(within: Duration) -> Self {
        Self {
            within,
            tasks: JoinSet::new(),
            commands: BTreeMap::new(),
            calls: None,
            held_until: None,
        }
    }

    /// Requests have this long from now on; those that are out keep what they had.
    pub(crate) fn set_limit(&mut self, within: Duration) {
        self.within = within;
    }

    /// Sends a command. One of the same call that is still out is given up and not reported:
    /// the machine has done the same, or it would not ask again.
    pub(crate) fn command(&mut self, asker: Asker, id: RequestId, call: CallId, wanted: Wanted) {
        let within = self.within;
        let key = call.clone();
        let task = self.tasks.spawn(async move {
            let result = limited(within, asker.control.command(&call, wanted)).await;
            Done {
                session: asker.session,
                reply: Reply::Command {
                    id,
                    call,
                    wanted,
                    result,
                },
            }
        });
        if let Some((_, earlier)) = self.commands.insert(key, (id, task)) {
            earlier.abort();
        }
    }

    pub(crate) fn read_back(&mut self, asker: Asker, id: RequestId, call: CallId) {
        let within = self.within;
        self.tasks.spawn(async move {
            let result = limited(within, asker.control.recorder(&call)).await;
            Done {
                session: asker.session,
                reply: Reply::ReadBack { id, call, result },
            }
        });
    }

    /// Asks for the agent's calls. A request that is still out belongs to a session that is
    /// over; it is given up.
    pub(crate) fn calls(&mut self, asker: Asker) {
        let within = self.within;
        let task = self.tasks.spawn(async move {
            Done {
                session: asker.session,
                reply: Reply::Calls(limited(within, asker.control.calls()).await),
            }
        });
        if let Some(earlier) = self.calls.replace(task) {
            earlier.abort();
        }
    }

    /// The next request that has come back or run out of time.
    pub(crate) async fn next(&mut self) -> Done {
        loop {
            match self.tasks.join_next().await {
                Some(Ok(done)) => {
                    if let Reply::Command { id, call, .. } = &done.reply
                        && self.commands.get(call).is_some_and(|(out, _)| out == id)
                    {
                        self.commands.remove(call);
                    }
                    return done;
                }
                // Given up, or the adapter has crashed: then the machine's own time limit
                // counts it as lost.
                Some(Err(_)) => {}
                None => pending().await,
            }
        }
    }

    /// Until when the vendor has asked to be left alone, if it has. A pause goes out all the
    /// same, and so does what a pause has to know.
    pub(crate) fn held_until(&self, now: Moment) -> Option<Moment> {
        self.held_until.filter(|until| now < *until)
    }

    /// Notes what a vendor wishes that asks for fewer requests.
    pub(crate) fn heed(&mut self, trouble: &Trouble, now: Moment) {
        if let Trouble::Vendor(VendorError {
            kind: Kind::Throttled { retry_after },
            ..
        }) = trouble
        {
            let until = now + retry_after.unwrap_or(LEFT_ALONE);
            self.held_until = self.held_until.max(Some(until));
        }
    }
}

async fn limited<T>(
    within: Duration,
    request: impl Future<Output = Result<T, VendorError>>,
) -> Result<T, Trouble> {
    match timeout(within, request).await {
        Ok(result) => result.map_err(Trouble::Vendor),
        Err(_) => Err(Trouble::OutOfTime),
    }
}
