//! What a call object says, in a reply or in an event.
//!
//! Three places speak of the recorder: `recordingState`, `userData.GSIP_RECORD` and
//! `capabilities` (docs/vendors/gws.md#what-proves-a-pause). Older servers leave out the
//! first. Whatever is there has to agree.

use pause::{Recorder, Wanted};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::Kind;

const NO_WORD_OF_THE_RECORDER: Kind = Kind::Unintelligible("it says nothing of the recorder");
const CONTRADICTS_ITSELF: Kind = Kind::Unintelligible("it contradicts itself about the recorder");
const UNKNOWN_STATE: Kind = Kind::Unintelligible("it states a state that is not documented");

/// A call as the server describes it. Whatever is not about its recording is passed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Call {
    uri: Option<String>,
    id: Option<String>,
    conn_id: Option<String>,
    call_uuid: Option<String>,
    state: Option<String>,
    // Null is not the same as missing: older servers leave these out, and none is null.
    #[serde(default, deserialize_with = "there")]
    recording_state: Option<Value>,
    #[serde(default, deserialize_with = "there")]
    capabilities: Option<Value>,
    user_data: Option<UserData>,
    /// Serde takes a list for an object, too, unless there is this.
    #[serde(flatten)]
    _rest: IgnoredAny,
}

#[derive(Clone, Debug, Deserialize)]
struct UserData {
    #[serde(rename = "GSIP_RECORD", default, deserialize_with = "there")]
    gsip_record: Option<Value>,
    #[serde(flatten)]
    _rest: IgnoredAny,
}

fn there<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(field).map(Some)
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nobody is talking yet, and nothing is recorded.
    Before,
    /// The agent is on it, or it is held.
    Live,
    Over,
}

/// Which recording commands the server offers for a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offers {
    start: bool,
    stop: bool,
    pause: bool,
    resume: bool,
}

impl Offers {
    pub(crate) const fn allow(self, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Paused => self.pause,
            Wanted::Recording => self.resume,
        }
    }

    /// Whether there is any recording command at all.
    pub(crate) const fn any(self) -> bool {
        self.start || self.stop || self.pause || self.resume
    }

    /// Whether the server could offer this while the recorder is so.
    const fn fit(self, recorder: Recorder) -> bool {
        match recorder {
            Recorder::Recording => !self.start && !self.resume,
            Recorder::Paused => !self.start && !self.pause,
            Recorder::Off => !self.stop && !self.pause && !self.resume,
        }
    }

    /// The state that only this offer goes with.
    const fn recorder(self) -> Option<Recorder> {
        match (self.start, self.stop, self.pause, self.resume) {
            (false, true, true, false) => Some(Recorder::Recording),
            (false, true, false, true) => Some(Recorder::Paused),
            (true, false, false, false) => Some(Recorder::Off),
            _ => None,
        }
    }
}

impl Call {
    /// The id by which the server addresses this call: the last part of its `uri`.
    ///
    /// The documented example asks by `connId` and gets `callUuid` in the `uri`; later
    /// pages ask by that (docs/vendors/gws.md, E1).
    pub(crate) fn id(&self) -> Option<&str> {
        let last = self.uri.as_deref().and_then(last_part);
        last.or_else(|| self.id.as_deref().filter(|id| could_be_an_id(id)))
    }

    /// Whether this is the call that is known by this id.
    pub(crate) fn is(&self, id: &str) -> bool {
        self.id() == Some(id)
            || [&self.id, &self.conn_id, &self.call_uuid]
                .into_iter()
                .any(|known| known.as_deref() == Some(id))
    }

    /// How far the call has come. A state that is not known is not passed over: the agent
    /// may be talking. Nor is one that is said to be recorded.
    pub(crate) fn stage(&self) -> Stage {
        match self.state.as_deref() {
            Some("Released" | "Completed") => Stage::Over,
            Some("Dialing" | "Ringing") => match self.hint() {
                Some(Recorder::Recording | Recorder::Paused) => Stage::Live,
                Some(Recorder::Off) | None => Stage::Before,
            },
            Some(_) | None => Stage::Live,
        }
    }

    /// Which recording commands the server offers; `None` where it does not say.
    pub(crate) fn offers(&self) -> Option<Offers> {
        self.read_offers().ok().flatten()
    }

    fn read_offers(&self) -> Result<Option<Offers>, Kind> {
        let Some(said) = &self.capabilities else {
            return Ok(None);
        };
        let mut offers = Offers::default();
        for name in said.as_array().ok_or(UNKNOWN_STATE)? {
            match name.as_str().ok_or(UNKNOWN_STATE)? {
                "StartCallRecording" => offers.start = true,
                "StopCallRecording" => offers.stop = true,
                "PauseCallRecording" => offers.pause = true,
                "ResumeCallRecording" => offers.resume = true,
                _ => {}
            }
        }
        Ok(Some(offers))
    }

    /// What `recordingState` says.
    fn stated(&self) -> Option<Result<Recorder, Kind>> {
        self.recording_state
            .as_ref()
            .map(|state| match state.as_str() {
                Some("Recording") => Ok(Recorder::Recording),
                Some("Paused") => Ok(Recorder::Paused),
                Some("Stopped") => Ok(Recorder::Off),
                Some(_) | None => Err(UNKNOWN_STATE),
            })
    }

    /// What the data attached to the call say.
    fn attached(&self) -> Option<Result<Recorder, Kind>> {
        let said = self.user_data.as_ref()?.gsip_record.as_ref()?;
        Some(match said.as_str() {
            Some("ON") => Ok(Recorder::Recording),
            Some("PAUSED") => Ok(Recorder::Paused),
            Some("OFF") => Ok(Recorder::Off),
            Some(_) | None => Err(UNKNOWN_STATE),
        })
    }

    /// The recorder's state, if all that is said of it agrees.
    pub(crate) fn recorder(&self) -> Result<Recorder, Kind> {
        let stated = self.stated().transpose()?;
        let attached = self.attached().transpose()?;
        let offers = self.read_offers()?;
        let Some(recorder) = stated
            .or(attached)
            .or_else(|| offers.and_then(Offers::recorder))
        else {
            return Err(NO_WORD_OF_THE_RECORDER);
        };
        let agreed = attached.is_none_or(|attached| attached == recorder)
            && offers.is_none_or(|offers| offers.fit(recorder));
        if agreed {
            Ok(recorder)
        } else {
            Err(CONTRADICTS_ITSELF)
        }
    }

    /// What an event is a hint of. Where it contradicts itself, the worse: a hint only ever
    /// takes a claim down.
    pub(crate) fn hint(&self) -> Option<Recorder> {
        let offers = self.offers().unwrap_or_default();
        let said = [
            self.stated().and_then(Result::ok),
            self.attached().and_then(Result::ok),
            offers.recorder(),
            // With neither of its companions it says this much.
            offers.pause.then_some(Recorder::Recording),
        ];
        [Recorder::Recording, Recorder::Off, Recorder::Paused]
            .into_iter()
            .find(|recorder| said.contains(&Some(*recorder)))
    }
}

/// The last part of an address, if it is one that can be put into an address again.
pub(crate) fn last_part(uri: &str) -> Option<&str> {
    let (_, last) = uri.rsplit_once('/')?;
    Some(last).filter(|last| could_be_an_id(last))
}

/// Longer than any id of the vendor.
const LONGEST_ID: usize = 256;

/// Whether this can stand for a call in an address, and does not lead to another one.
pub(crate) fn could_be_an_id(id: &str) -> bool {
    !matches!(id, "" | "." | "..")
        && id.len() <= LONGEST_ID
        && !id.contains(['/', '?', '#', '%', '\\'])
        && !id.contains(|c: char| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests;
