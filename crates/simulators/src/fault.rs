use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Serialize;

/// A way to misbehave.
///
/// Written as in `lose-reply`, `delay=2s`, `status=429,retry-after=5s` and
/// `status=500,executed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Carries the request out and drops the connection without a reply.
    LoseReply,
    /// Drops the connection without carrying the request out.
    DropConnection,
    /// Carries the request out at once and replies this much later, with what was true then.
    Delay(Duration),
    /// Replies to a command at once, and carries it out this much later. The reply tells what
    /// is true when it is sent.
    DelayExecution(Duration),
    /// Replies to a command with success and does nothing. The reply tells what is true.
    NoEffect,
    /// Replies with an HTTP error.
    Status {
        /// The status, 400 to 599.
        code: u16,
        /// What the header `Retry-After` says, in whole seconds.
        retry_after: Option<Duration>,
        /// Whether the request is carried out all the same.
        executed: bool,
    },
    /// Carries the request out and replies 200 with bytes that are no JSON.
    Garbage,
    /// Carries the request out and replies 200 with text where numbers and yes or no belong
    /// (`"RecordingState":"3"`).
    WrongTypes,
    /// Carries the request out and replies 200 with numbers that mean nothing
    /// (`"RecordingState":93`).
    UnknownNumbers,
    /// Carries the request out, replies 200 and sends the body one byte a second.
    SlowBody,
    /// Carries the request out, replies 200 and never stops sending the body.
    HugeBody,
    /// Sends the client to a page where people sign in. The request is not carried out.
    Redirect,
    /// Ends every session first, and then answers.
    ExpireSessions,
    /// Forgets everyone who listens for events first, and then answers.
    ForgetListeners,
    /// Takes a command, does not carry it out, and says so later by an event, at a vendor that
    /// has such events; elsewhere as [`Fault::NoEffect`].
    Decline,
    /// Events: they are lost.
    LoseEvents,
    /// Events: they come this much later.
    DelayEvents(Duration),
    /// Events: they come, and once more this much later, with what was true the first time.
    RepeatEvents(Duration),
}

impl Fault {
    /// An HTTP error, and nothing is carried out.
    pub const fn status(code: u16) -> Self {
        Self::Status {
            code,
            retry_after: None,
            executed: false,
        }
    }

    /// Whether it happens to events, and not to requests.
    pub(crate) const fn is_of_events(self) -> bool {
        matches!(
            self,
            Self::LoseEvents | Self::DelayEvents(_) | Self::RepeatEvents(_)
        )
    }

    /// Only for commands (pause and resume).
    pub const fn on_commands(self) -> Misbehaviour {
        self.on(On::Commands)
    }

    /// Only for reads.
    pub const fn on_reads(self) -> Misbehaviour {
        self.on(On::Reads)
    }

    /// Only for requests of this kind. A fault of events is one of events whatever is said.
    pub const fn on(self, on: On) -> Misbehaviour {
        Misbehaviour {
            fault: self,
            on: if self.is_of_events() { On::Events } else { on },
            times: None,
        }
    }

    /// Only for the next so many requests.
    pub const fn times(self, times: u32) -> Misbehaviour {
        self.on(On::Everything).times(times)
    }
}

/// Which requests a fault applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum On {
    /// All of them.
    Everything,
    /// Those that ask the recorder to change.
    Commands,
    /// Those that ask how something is.
    Reads,
    /// Those that ask for an access token, or sign in.
    SignIn,
    /// Those that listen for events; and the events themselves.
    Events,
}

/// A fault, which requests it applies to, and how often.
///
/// Written as `FAULT[@commands|@reads|@sign-in|@events][:TIMES]`, for instance `lose-reply@commands:1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misbehaviour {
    /// What happens.
    pub fault: Fault,
    /// To which requests.
    pub on: On,
    /// To how many of them; `None` until it is switched off.
    pub times: Option<u32>,
}

impl Misbehaviour {
    /// Only for the next so many requests of its kind.
    #[must_use]
    pub const fn times(self, times: u32) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }
}

impl From<Fault> for Misbehaviour {
    fn from(fault: Fault) -> Self {
        fault.on(On::Everything)
    }
}

/// Says what is wrong with the name of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFault(String);

impl fmt::Display for BadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadFault {}

/// Every fault, as it is written.
pub const FAULTS: &str = "lose-reply, drop-connection, delay=2s, delay-execution=2s, \
     no-effect, status=503, status=429,retry-after=5s, status=500,executed, garbage, \
     wrong-types, unknown-numbers, slow-body, huge-body, redirect, expire-sessions, \
     forget-listeners, decline, lose-events, delay-events=2s, repeat-events=2s";

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoseReply => f.write_str("lose-reply"),
            Self::DropConnection => f.write_str("drop-connection"),
            Self::Delay(by) => write!(f, "delay={}ms", by.as_millis()),
            Self::DelayExecution(by) => write!(f, "delay-execution={}ms", by.as_millis()),
            Self::NoEffect => f.write_str("no-effect"),
            Self::Status {
                code,
                retry_after,
                executed,
            } => {
                write!(f, "status={code}")?;
                if let Some(after) = retry_after {
                    write!(f, ",retry-after={}s", after.as_secs())?;
                }
                if *executed {
                    f.write_str(",executed")?;
                }
                Ok(())
            }
            Self::Garbage => f.write_str("garbage"),
            Self::WrongTypes => f.write_str("wrong-types"),
            Self::UnknownNumbers => f.write_str("unknown-numbers"),
            Self::SlowBody => f.write_str("slow-body"),
            Self::HugeBody => f.write_str("huge-body"),
            Self::Redirect => f.write_str("redirect"),
            Self::ExpireSessions => f.write_str("expire-sessions"),
            Self::ForgetListeners => f.write_str("forget-listeners"),
            Self::Decline => f.write_str("decline"),
            Self::LoseEvents => f.write_str("lose-events"),
            Self::DelayEvents(by) => write!(f, "delay-events={}ms", by.as_millis()),
            Self::RepeatEvents(by) => write!(f, "repeat-events={}ms", by.as_millis()),
        }
    }
}

impl FromStr for Fault {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Self, BadFault> {
        let unknown = || BadFault(format!("there is no fault {text:?}; there are: {FAULTS}"));
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        Ok(match (name, value) {
            ("lose-reply", None) => Self::LoseReply,
            ("drop-connection", None) => Self::DropConnection,
            ("delay", Some(by)) => Self::Delay(read_duration(by)?),
            ("delay-execution", Some(by)) => Self::DelayExecution(read_duration(by)?),
            ("no-effect", None) => Self::NoEffect,
            ("status", Some(value)) => read_status(value)?,
            ("garbage", None) => Self::Garbage,
            ("wrong-types", None) => Self::WrongTypes,
            ("unknown-numbers", None) => Self::UnknownNumbers,
            ("slow-body", None) => Self::SlowBody,
            ("huge-body", None) => Self::HugeBody,
            ("redirect", None) => Self::Redirect,
            ("expire-sessions", None) => Self::ExpireSessions,
            ("forget-listeners", None) => Self::ForgetListeners,
            ("decline", None) => Self::Decline,
            ("lose-events", None) => Self::LoseEvents,
            ("delay-events", Some(by)) => Self::DelayEvents(read_duration(by)?),
            ("repeat-events", Some(by)) => Self::RepeatEvents(read_duration(by)?),
            _ => return Err(unknown()),
        })
    }
}

fn read_status(value: &str) -> Result<Fault, BadFault> {
    let mut parts = value.split(',');
    let code = parts
        .next()
        .and_then(|code| code.parse().ok())
        .filter(|code| (400..=599).contains(code))
        .ok_or_else(|| BadFault(format!("status={value}: give a status from 400 to 599")))?;
    let (mut retry_after, mut executed) = (None, false);
    for part in parts {
        match part.split_once('=') {
            Some(("retry-after", after)) => retry_after = Some(read_duration(after)?),
            None if part == "executed" => executed = true,
            _ => {
                return Err(BadFault(format!(
                    "status={value}: after the status come `retry-after=5s` and `executed` only"
                )));
            }
        }
    }
    Ok(Fault::Status {
        code,
        retry_after,
        executed,
    })
}

/// Reads a length of time: `250ms`, `2s`, `5m`.
///
/// # Errors
/// It is none; the error says how to write one.
pub fn read_duration(text: &str) -> Result<Duration, BadFault> {
    let wrong = || {
        BadFault(format!(
            "{text:?} is no length of time; write 250ms, 2s or 5m"
        ))
    };
    let unit = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit);
    let number: u32 = number.parse().map_err(|_| wrong())?;
    match unit {
        "ms" => Ok(Duration::from_millis(number.into())),
        "s" => Ok(Duration::from_secs(number.into())),
        "m" => Ok(Duration::from_secs(u64::from(number) * 60)),
        _ => Err(wrong()),
    }
}

impl fmt::Display for Misbehaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)?;
        f.write_str(match self.on {
            On::Everything => "",
            On::Commands => "@commands",
            On::Reads => "@reads",
            On::SignIn => "@sign-in",
            On::Events => "@events",
        })?;
        match self.times {
            Some(times) => write!(f, ":{times}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Misbehaviour {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Self, BadFault> {
        let (rest, times) = match text.split_once(':') {
            Some((rest, times)) => {
                let times = times.parse().ok().filter(|times| *times > 0);
                let wrong = || BadFault(format!("{text:?}: after `:` comes how many times"));
                (rest, Some(times.ok_or_else(wrong)?))
            }
            None => (text, None),
        };
        let (fault, on) = match rest.split_once('@') {
            None => (rest, On::Everything),
            Some((fault, "commands")) => (fault, On::Commands),
            Some((fault, "reads")) => (fault, On::Reads),
            Some((fault, "sign-in")) => (fault, On::SignIn),
            Some((fault, "events")) => (fault, On::Events),
            Some(_) => {
                return Err(BadFault(format!(
                    "{text:?}: after `@` comes commands, reads, sign-in or events"
                )));
            }
        };
        Ok(Self {
            times,
            ..fault.parse::<Fault>()?.on(on)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_as_it_is_written() {
        for text in FAULTS.split(", ") {
            let fault: Fault = text.parse().unwrap();
            assert_eq!(fault.to_string().parse(), Ok(fault), "{text}");
        }
    }

    #[test]
    fn a_fault_may_be_limited_to_a_kind_of_request_and_a_number_of_them() {
        let text = "status=429,retry-after=5s@commands:2";
        let misbehaviour: Misbehaviour = text.parse().unwrap();
        let throttled = Fault::Status {
            code: 429,
            retry_after: Some(Duration::from_secs(5)),
            executed: false,
        };
        assert_eq!(misbehaviour, throttled.on_commands().times(2));
        assert_eq!(misbehaviour.to_string(), text);
        assert_eq!("garbage@reads".parse(), Ok(Fault::Garbage.on_reads()));
    }

    #[test]
    fn what_is_no_fault_is_explained() {
        for (text, says) in [
            ("lose-replies", "there are: lose-reply"),
            ("delay", "there is no fault"),
            ("delay=2", "write 250ms"),
            ("status=200", "400 to 599"),
            ("status=503,later", "`executed` only"),
            ("garbage@writes", "commands, reads, sign-in or events"),
            ("garbage:0", "how many times"),
        ] {
            let wrong = text.parse::<Misbehaviour>().unwrap_err().to_string();
            assert!(wrong.contains(says), "{text}: {wrong}");
        }
    }
}
