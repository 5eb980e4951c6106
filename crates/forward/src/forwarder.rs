//! What goes to one collector: in order, again and again until it is taken.

use std::path::Path;
use std::time::Duration;

use audit::{Position, Record};
use tokio::time::{Instant, timeout};
use tracing::{info, warn};

use crate::Means;
use crate::backoff::{self, MOST_PATIENCE};
use crate::collector::{Collector, Delivered};
use crate::cursor::Cursor;
use crate::forwarding::{Tell, Told, WhyNot, Wishes};
use crate::refusal::Refusal;
use crate::severity::is_urgent;
use crate::spool::Spool;

/// How often it is looked for new records.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long one attempt may take, so that a record that cannot wait is on its way within ten
/// seconds even if the attempt before it hangs.
pub(crate) const ATTEMPT_WITHIN: Duration = Duration::from_secs(8);

/// How many records are handed over together; fewer after each refusal.
pub(crate) const MOST_AT_ONCE: usize = 500;

/// How much may be sent without being certain.
const MOST_UNCERTAIN: usize = 1_000;
const UNCERTAIN_FOR: Duration = Duration::from_secs(60);

/// How long a collector may take nothing until that is a problem.
pub(crate) const SAID_AFTER: Duration = Duration::from_secs(10 * 60);

/// What is the same for all collectors.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) means: Means,
    pub(crate) tell: Tell,
}

/// Forwards to one address, until another one is wanted or all ends.
pub(crate) struct Forwarder<C> {
    shared: Shared,
    wishes: Wishes,
    address: String,
    spool: Spool,
    collector: Option<C>,
    uncertain: Option<Uncertain>,
    at_once: usize,
    trouble: Option<Trouble>,
    /// Whether it is said that the collector does not want some records. Said each time it would
    /// be a new record each time, which it might not want either.
    is_rejection_said: bool,
}

/// What was sent and may not have been taken.
struct Uncertain {
    since: Instant,
    last: Position,
    count: usize,
    is_urgent: bool,
    missing: u64,
}

/// The collector takes nothing.
struct Trouble {
    since: Instant,
    failures: u32,
    is_said: bool,
}

impl<C: Collector> Forwarder<C> {
    /// Opens the log for it; `None` if that has to be tried again later.
    pub(crate) fn open(
        directory: &Path,
        address: String,
        shared: Shared,
        wishes: Wishes,
    ) -> Option<Self> {
        // There is no directory before the first record, and another Fermata may have the cursor.
        let cursor = Cursor::open(directory, C::KIND).ok()?;
        let opened = Spool::open(directory, cursor);
        let spool = opened
            .inspect_err(|error| warn!(%error, "the audit log cannot be forwarded"))
            .ok()??;
        Some(Self {
            shared,
            wishes,
            address,
            spool,
            collector: None,
            uncertain: None,
            at_once: MOST_AT_ONCE,
            trouble: None,
            is_rejection_said: false,
        })
    }

    pub(crate) async fn run(mut self) {
        while self.wishes.want(C::KIND, &self.address) {
            match self.go_on().await {
                Ok(true) => {}
                Ok(false) => self.wait(LOOK_EVERY).await,
                Err(refusal) => self.hold_off(&refusal).await,
            }
        }
        self.end().await;
    }

    /// Hands over what is there now, and makes sure of it.
    async fn end(mut self) {
        let mut came = Ok(true);
        while matches!(came, Ok(true)) {
            came = self.go_on().await;
        }
        if came.is_ok() {
            // What is not certain is sent once more after the next start.
            self.settle().await.ok();
        }
        self.take_back_what_was_said();
    }

    /// Does what is due. Returns whether there may be more to do at once.
    async fn go_on(&mut self) -> Result<bool, Refusal> {
        let records = self.spool.next(self.at_once).await?;
        if !records.is_empty() {
            self.deliver(&records).await?;
        }
        let is_due = self.uncertain.as_ref().is_some_and(|uncertain| {
            uncertain.is_urgent
                || uncertain.count >= MOST_UNCERTAIN
                || uncertain.since.elapsed() >= UNCERTAIN_FOR
                || self.trouble.is_some()
        });
        if is_due {
            self.settle().await?;
        }
        Ok(!records.is_empty())
    }

    async fn deliver(&mut self, records: &[Record]) -> Result<(), Refusal> {
        let collector = match &mut self.collector {
            Some(collector) => collector,
            None => {
                let made = C::new(&self.address, self.shared.means)?;
                self.collector.insert(made)
            }
        };
        let delivered = within(collector.deliver(records)).await?;
        self.count(records);
        if let Delivered::Taken { rejected } = delivered {
            self.take().await;
            self.note_rejected(rejected);
        }
        Ok(())
    }

    fn count(&mut self, records: &[Record]) {
        let Some(last) = records.last() else { return };
        let before = self.uncertain.take();
        let (since, count, urgent, missing) = before
            .map_or((Instant::now(), 0, false, 0), |before| {
                (before.since, before.count, before.is_urgent, before.missing)
            });
        self.uncertain = Some(Uncertain {
            since,
            last: last.into(),
            count: count + records.len(),
            is_urgent: urgent || records.iter().any(is_urgent),
            missing: missing + records.iter().map(|record| record.missing).sum::<u64>(),
        });
    }

    async fn settle(&mut self) -> Result<(), Refusal> {
        if let Some(collector) = self.collector.as_mut().filter(|_| self.uncertain.is_some()) {
            within(collector.settle()).await?;
            self.take().await;
        }
        Ok(())
    }

    /// All that was sent is taken.
    async fn take(&mut self) {
        let Some(uncertain) = self.uncertain.take() else {
            return;
        };
        self.spool.take(uncertain.last).await;
        if uncertain.missing > 0 {
            self.tell_not_forwarded(uncertain.missing, WhyNot::Gone);
        }
        self.at_once = (self.at_once * 2).min(MOST_AT_ONCE);
        if let Some(trouble) = &self.trouble {
            info!(
                to = C::KIND.name(),
                attempts = trouble.failures,
                "records are forwarded again"
            );
        }
        self.take_back_what_was_said();
        self.trouble = None;
    }

    /// Begins again after what was taken, when it is time.
    async fn hold_off(&mut self, refusal: &Refusal) {
        self.collector = None;
        self.uncertain = None;
        self.spool.go_back();
        self.at_once = (self.at_once / 2).max(1);
        let trouble = self.trouble.get_or_insert_with(|| Trouble {
            since: Instant::now(),
            failures: 0,
            is_said: false,
        });
        trouble.failures = trouble.failures.saturating_add(1);
        if trouble.failures == 1 {
            warn!(to = C::KIND.name(), error = %refusal, "records wait for a collector");
        }
        let asked = refusal.again_after().map(|asked| asked.min(MOST_PATIENCE));
        let due = Instant::now() + asked.unwrap_or_else(|| backoff::delay(trouble.failures));
        while self.wishes.want(C::KIND, &self.address) {
            self.say_if_it_lasts(refusal);
            let has_urgent_news = self.spool.has_urgent_news().await;
            let left = due.saturating_duration_since(Instant::now());
            // Whoever asks for patience gets it.
            if left.is_zero() || (has_urgent_news && asked.is_none()) {
                return;
            }
            self.wait(left.min(LOOK_EVERY)).await;
        }
    }

    async fn wait(&mut self, time: Duration) {
        // Whether something else is wanted is looked at by whoever waits.
        timeout(time, self.wishes.change()).await.ok();
    }
}

impl<C: Collector> Forwarder<C> {
    fn say_if_it_lasts(&mut self, refusal: &Refusal) {
        if let Some(trouble) = &mut self.trouble
            && !trouble.is_said
            && trouble.since.elapsed() >= SAID_AFTER
        {
            trouble.is_said = true;
            (self.shared.tell)(Told::NotTaken {
                by: C::KIND,
                why: refusal.to_string(),
            });
        }
    }

    fn take_back_what_was_said(&mut self) {
        if self.trouble.as_ref().is_some_and(|trouble| trouble.is_said) {
            (self.shared.tell)(Told::TakenAgain { by: C::KIND });
        }
    }

    fn note_rejected(&mut self, count: u64) {
        if count > 0 {
            warn!(
                to = C::KIND.name(),
                count, "the collector does not want records"
            );
        }
        if count > 0 && !self.is_rejection_said {
            self.is_rejection_said = true;
            self.tell_not_forwarded(count, WhyNot::Rejected);
        }
    }

    fn tell_not_forwarded(&self, count: u64, why: WhyNot) {
        (self.shared.tell)(Told::NotForwarded {
            to: C::KIND,
            count,
            why,
        });
    }
}

async fn within<T>(attempt: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    let came = timeout(ATTEMPT_WITHIN, attempt).await;
    came.unwrap_or(Err(Refusal::OutOfTime))
}
