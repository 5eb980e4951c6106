//! What this session has last seen of each call: which commands the server offers for it, and
//! the last command that went out.

use std::collections::VecDeque;

use pause::{CallId, Recorder, Wanted};

use super::call::{Call, Offers};

/// More calls than any agent has at a time.
const MOST_CALLS: usize = 64;

/// The newest of each call. Bounded: for one that falls out, nothing is known.
#[derive(Debug, Default)]
pub(super) struct Known(VecDeque<(CallId, Seen)>);

/// What is known of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Which commands the server offers; `None` where it has not said since the last one.
    pub(super) offers: Option<Offers>,
    /// The last command, until the recorder has been seen to be so.
    pub(super) sent: Option<Wanted>,
}

impl Known {
    pub(super) fn of(&self, call: &CallId) -> Seen {
        let seen = self.0.iter().find(|(known, _)| known == call);
        seen.map(|(_, seen)| *seen).unwrap_or_default()
    }

    /// The server has described the call.
    pub(super) fn described(&mut self, id: &CallId, call: &Call) {
        let sent = self.of(id).sent;
        let carried_out = call.recorder().ok() == sent.map(recorder);
        self.set(
            id,
            Seen {
                offers: call.offers(),
                sent: sent.filter(|_| !carried_out),
            },
        );
    }

    /// A command goes out: what was offered before it says nothing any more.
    pub(super) fn sending(&mut self, id: &CallId, wanted: Wanted) {
        self.set(
            id,
            Seen {
                offers: None,
                sent: Some(wanted),
            },
        );
    }

    pub(super) fn forget(&mut self, id: &CallId) {
        self.0.retain(|(known, _)| known != id);
    }

    fn set(&mut self, id: &CallId, seen: Seen) {
        self.forget(id);
        if self.0.len() == MOST_CALLS {
            self.0.pop_front();
        }
        self.0.push_back((id.clone(), seen));
    }
}

/// The state that a command is to bring about.
pub(super) const fn recorder(wanted: Wanted) -> Recorder {
    match wanted {
        Wanted::Paused => Recorder::Paused,
        Wanted::Recording => Recorder::Recording,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_calls_are_kept_than_an_agent_has() {
        let mut known = Known::default();
        for number in 0..10_000 {
            known.sending(&CallId::new(number.to_string()), Wanted::Paused);
        }
        assert_eq!(known.0.len(), MOST_CALLS);
        assert_eq!(known.of(&CallId::new("0")), Seen::default());
        let last = known.of(&CallId::new("9999"));
        assert_eq!(last.sent, Some(Wanted::Paused));
    }

    #[test]
    fn a_command_is_settled_once_the_recorder_is_so() {
        let mut known = Known::default();
        let id = CallId::new("1");
        let call = |state: &str| -> Call {
            let text = format!(
                "{{\"id\":\"1\",\"recordingState\":\"{state}\",\
                 \"capabilities\":[\"StopCallRecording\"]}}"
            );
            serde_json::from_str(&text).unwrap()
        };
        known.sending(&id, Wanted::Paused);
        known.described(&id, &call("Recording"));
        assert_eq!(known.of(&id).sent, Some(Wanted::Paused));
        known.described(&id, &call("Paused"));
        assert_eq!(known.of(&id).sent, None);
        assert!(known.of(&id).offers.is_some());
        known.sending(&id, Wanted::Recording);
        assert_eq!(known.of(&id).offers, None);
    }
}
