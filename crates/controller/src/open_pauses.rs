//! The pauses that nobody has proven to be over, noted on the disk: a crash forgets none (S9).
//!
//! A note goes to the disk as the command goes out, and neither waits for the other. It is taken
//! back after proof only; one that is found at the start tells what the run before has left.

mod note;
#[cfg(test)]
mod tests;
mod writer;

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use pause::{CallDisplay, CallId, Display, Doubt, Moment};
use tokio::sync::mpsc::WeakUnboundedSender;

use crate::clock::Clock;
use crate::view::Request;
use crate::words::Who;
use note::{Note, Pause, Read, Unreadable};
use writer::Writer;

/// What is noted, and what was found at the start.
pub(crate) struct OpenPauses {
    clock: Clock,
    writer: Option<Writer>,
    note: Note,
    /// What an earlier run has left, until it is settled or the agent has seen it.
    left: Vec<Left>,
}

/// A pause that an earlier run may have left open.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Left {
    /// Which account's and which call's; `None` where the note cannot be read.
    of: Option<(String, CallId)>,
    /// Since when; `None` where nobody knows.
    pub(crate) since: Option<Since>,
}

/// When a pause began that an earlier run has noted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Since {
    pub(crate) at: Timestamp,
    /// Whether the clock may have been set meanwhile.
    pub(crate) is_about: bool,
    /// The same on the clock that nobody sets.
    pub(crate) moment: Moment,
}

/// Why a pause is open no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// The vendor says that it records, or (where it can prove nothing) that it takes the resume.
    Recording,
    /// The vendor says that this call is not recorded.
    NotRecorded,
    /// The vendor says that the call is over.
    Call,
}

impl Left {
    /// The call, if it is one of this account.
    pub(crate) fn call_of(&self, who: &Who) -> Option<&CallId> {
        let (account, call) = self.of.as_ref()?;
        (*account == account_of(who)).then_some(call)
    }

    pub(crate) fn call(&self) -> Option<&CallId> {
        self.of.as_ref().map(|(_, call)| call)
    }
}

impl OpenPauses {
    /// Reads the note of the run before, and keeps one here from now on; without a file nothing is
    /// noted.
    pub(crate) fn start(
        file: Option<PathBuf>,
        clock: Clock,
        requests: WeakUnboundedSender<Request>,
    ) -> Self {
        let note = match file.as_deref().map(note::read) {
            None | Some(Read::Nothing) => Note::default(),
            Some(Read::Note(note)) => note,
            Some(Read::Unreadable { since }) => Note {
                unreadable: Some(Unreadable { since }),
                ..Note::default()
            },
        };
        let left = left_of(&note, clock);
        Self {
            clock,
            writer: file.map(|file| Writer::start(file, requests)),
            note,
            left,
        }
    }

    /// What an earlier run has left, as far as it is not settled.
    pub(crate) fn left(&self) -> &[Left] {
        &self.left
    }

    /// Since when an earlier run may have left this call paused.
    pub(crate) fn suspicion(&self, who: &Who, call: &CallId) -> Option<Moment> {
        let mut left = self.left.iter();
        let left = left.find(|left| left.call_of(who) == Some(call))?;
        Some(left.since?.moment)
    }

    /// A pause of this call goes out.
    pub(crate) fn sent(&mut self, who: &Who, call: &CallId) {
        let account = account_of(who);
        if self.note.of(&account, call).is_some() {
            return;
        }
        self.note.pauses.push(Pause {
            account,
            call: call.as_str().to_owned(),
            since: self.clock.timestamp(),
            up_ms: self.clock.up_across_runs().map(millis),
        });
        self.write();
    }

    /// Takes note of what is shown. Says which of those that an earlier run has left are settled.
    pub(crate) fn look(&mut self, who: &Who, calls: &[CallDisplay]) -> Vec<(CallId, Over)> {
        let mut settled = Vec::new();
        for CallDisplay { id, display, .. } in calls {
            match display {
                // Somebody else's may be forgotten like one's own.
                Display::Paused { .. } | Display::PauseSent { .. } => self.sent(who, id),
                Display::Recording | Display::Unknown(Doubt::ResumeSent) => {
                    settled.extend(self.over(who, id, Over::Recording));
                }
                Display::NotRecorded => settled.extend(self.over(who, id, Over::NotRecorded)),
                Display::NoCall
                | Display::Pausing
                | Display::Resuming
                | Display::Failed(_)
                | Display::Unknown(_) => {}
            }
        }
        settled
    }

    /// The pause of this call is open no longer. Returns it if an earlier run has left it.
    pub(crate) fn over(&mut self, who: &Who, call: &CallId, over: Over) -> Option<(CallId, Over)> {
        let account = account_of(who);
        if let Some(place) = self.note.of(&account, call) {
            self.note.pauses.remove(place);
            self.write();
        }
        let mut left = self.left.iter();
        let place = left.position(|left| left.call_of(who) == Some(call))?;
        self.left.remove(place);
        Some((call.clone(), over))
    }

    /// The agent has seen what an earlier run has left. A call that is known stays noted until it
    /// is proven not to be paused.
    pub(crate) fn acknowledge(&mut self, who: Option<&Who>, calls: &[CallDisplay]) {
        let left = std::mem::take(&mut self.left);
        if left.is_empty() {
            return;
        }
        let is_known = |pause: &Pause| {
            let mut calls = calls.iter();
            who.is_some_and(|who| account_of(who) == pause.account)
                && calls.any(|call| call.id.as_str() == pause.call)
        };
        self.note.unreadable = None;
        self.note.pauses.retain(|pause| {
            let mut left = left.iter().filter_map(|left| left.of.as_ref());
            is_known(pause)
                || !left
                    .any(|(account, call)| *account == pause.account && call.as_str() == pause.call)
        });
        self.write();
    }

    /// Waits a moment for what is not on the disk yet.
    pub(crate) fn finish(&mut self) -> impl Future<Output = ()> + use<> {
        let writer = self.writer.take();
        async move {
            if let Some(writer) = writer {
                writer.finish().await;
            }
        }
    }

    fn write(&self) {
        if let Some(writer) = &self.writer {
            writer.write(self.note.clone());
        }
    }
}

/// What a note says of the run before.
fn left_of(note: &Note, clock: Clock) -> Vec<Left> {
    let (now, up) = (clock.timestamp(), clock.up_across_runs());
    let since = |age: Age| Since {
        at: now.checked_sub(age.lasted).unwrap_or(Timestamp::MIN),
        is_about: age.is_about,
        moment: clock.now().back(age.lasted),
    };
    let unreadable = note.unreadable.iter().map(|unreadable| Left {
        of: None,
        since: unreadable.since.map(|at| {
            let age = age(at, None, now, None);
            since(Age {
                is_about: true,
                ..age
            })
        }),
    });
    let pauses = note.pauses.iter().map(|pause| Left {
        of: Some((pause.account.clone(), CallId::new(pause.call.as_str()))),
        since: Some(since(age(
            pause.since,
            pause.up_ms.map(Duration::from_millis),
            now,
            up,
        ))),
    });
    unreadable.chain(pauses).collect()
}

/// How long a pause has lasted.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Age {
    lasted: Duration,
    is_about: bool,
}

/// By how much two clocks may differ without one of them having been set.
const TOLERANCE: Duration = Duration::from_secs(5);

/// How long ago that was, by the clock on the wall and by the one that counts from the boot.
///
/// They disagree where the one was set, or where the other began anew. Then nobody knows, and
/// the longer time counts: a reminder that comes early does no harm.
fn age(at: Timestamp, up_then: Option<Duration>, now: Timestamp, up: Option<Duration>) -> Age {
    let on_the_wall = Duration::try_from(now.duration_since(at)).ok();
    let since_then = up.zip(up_then).and_then(|(up, then)| up.checked_sub(then));
    match (on_the_wall, since_then) {
        (Some(wall), Some(up)) => Age {
            lasted: wall.max(up),
            is_about: wall.abs_diff(up) > TOLERANCE,
        },
        (Some(lasted), None) => Age {
            lasted,
            is_about: false,
        },
        (None, up) => Age {
            lasted: up.unwrap_or_default(),
            is_about: true,
        },
    }
}

/// One account of one vendor, and no secret.
fn account_of(who: &Who) -> String {
    format!("{} {} {}", who.name, who.base_url, who.agent)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
