use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::audio::Script;
use crate::{Change, Happened, clock};

/// What the recorder of a call really does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Truth {
    /// What is said goes into the recording.
    Recording,
    /// It has been started and is held.
    Paused,
    /// The call is not being recorded.
    Off,
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Recording => "recording",
            Self::Paused => "paused",
            Self::Off => "off",
        })
    }
}

impl FromStr for Truth {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "recording" => Ok(Self::Recording),
            "paused" => Ok(Self::Paused),
            "off" => Ok(Self::Off),
            other => Err(format!(
                "a recorder is recording, paused or off, not {other:?}"
            )),
        }
    }
}

/// A moment at which the recorder became something.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Seconds from the start of the call.
    pub at_s: f64,
    /// What it became.
    pub truth: Truth,
}

/// A call and everything that its recorder was, on the clock of its site
/// ([`crate::Site::clock`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The call's id.
    pub call: String,
    /// Whose call it is.
    pub agent: String,
    /// When the recorder became what; first, at the start of the call, what it was then.
    pub turns: Vec<(Duration, Truth)>,
    /// When the call ended.
    pub ended: Option<Duration>,
}

/// One call and its recorder.
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) agent: String,
    pub(crate) started: Instant,
    pub(crate) started_wall: SystemTime,
    pub(crate) ended_s: Option<f64>,
    pub(crate) timeline: Vec<Turn>,
    pub(crate) script: Script,
    /// Anywhere365's MarkingState and SavingState, by their numbers.
    pub(crate) marking: u8,
    pub(crate) saving: u8,
    changes: broadcast::Sender<Change>,
}

impl Call {
    pub(crate) fn start(
        id: String,
        agent: &str,
        script: Script,
        truth: Truth,
        changes: broadcast::Sender<Change>,
    ) -> Self {
        let call = Self {
            id,
            agent: agent.to_owned(),
            started: clock::now(),
            started_wall: clock::wall(),
            ended_s: None,
            timeline: vec![Turn { at_s: 0.0, truth }],
            script,
            marking: 0,
            saving: 0,
            changes,
        };
        call.tell(Happened::Started);
        call
    }

    fn tell(&self, happened: Happened) {
        // Nobody may be listening.
        let _ = self.changes.send(Change {
            call: self.id.clone(),
            agent: self.agent.clone(),
            happened,
        });
    }

    pub(crate) fn truth(&self) -> Truth {
        self.timeline.last().map_or(Truth::Off, |turn| turn.truth)
    }

    pub(crate) const fn is_running(&self) -> bool {
        self.ended_s.is_none()
    }

    /// Whether its recorder has ever been anything but off.
    pub(crate) fn was_ever_recorded(&self) -> bool {
        self.timeline.iter().any(|turn| turn.truth != Truth::Off)
    }

    /// Seconds since its start; its length once it is over.
    pub(crate) fn seconds(&self) -> f64 {
        self.ended_s.unwrap_or_else(|| {
            clock::now()
                .saturating_duration_since(self.started)
                .as_secs_f64()
        })
    }

    /// All that it was, from when its site began.
    pub(crate) fn history(&self, began: Instant) -> History {
        let started = self.started.saturating_duration_since(began);
        let at = |seconds: f64| started + Duration::from_secs_f64(seconds);
        let turns = self.timeline.iter();
        History {
            call: self.id.clone(),
            agent: self.agent.clone(),
            turns: turns.map(|turn| (at(turn.at_s), turn.truth)).collect(),
            ended: self.ended_s.map(at),
        }
    }

    /// Sets the recorder of a call that goes on.
    pub(crate) fn set(&mut self, truth: Truth) {
        if self.truth() != truth {
            let at_s = self.seconds();
            self.timeline.push(Turn { at_s, truth });
            self.tell(Happened::Recorder(truth));
        }
    }

    pub(crate) fn end(&mut self) {
        if self.is_running() {
            self.set(Truth::Off);
            let end_s = self.seconds();
            self.script.end_at(end_s);
            self.ended_s = Some(end_s);
            self.tell(Happened::Ended);
        }
    }
}
