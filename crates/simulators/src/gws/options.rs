use std::time::Duration;

use clap::ValueEnum;

/// What only GWS has. What its pages leave open is a choice here.
#[derive(Clone, Debug)]
pub struct GwsOptions {
    /// The first agent's phone number; those of the others count up from it.
    pub phone_number: String,
    /// How long after the acknowledgement of a command the recorder follows, and the event comes.
    pub acts_after: Duration,
    /// The header that carries the CSRF token, where a token is needed. Clients learn its name
    /// from `X-CSRF-HEADER`.
    pub csrf_header: Option<String>,
    /// Whether the requests of the event channel need the token, too: undocumented.
    pub csrf_on_events: bool,
    /// Whether every request needs an `Origin` that is the server's own address, as 8.6 has it.
    pub origin_required: bool,
    /// The HTTP status for somebody who is not signed in: 401 or 403.
    pub unauthorized: u16,
    /// The HTTP status of a reply with a `statusCode` other than 0: undocumented.
    pub errors: ErrorStatus,
    /// What a command gets that the call's capabilities do not allow: undocumented.
    pub refusal: Refusal,
    /// The form of the event that says that a command has failed: undocumented.
    pub failure: FailureEvent,
    /// The form of a call's participants: both occur.
    pub participants: Participants,
    /// Whether calls tell their `recordingState`: those of 8.5.0 do not.
    pub recording_state: bool,
    /// Whether `userData` tells `GSIP_RECORD`.
    pub gsip_record: bool,
    /// Whether a call is found by its `connId`, as on the page, and not by its `callUuid` alone.
    pub conn_id: bool,
    /// What the event channel goes over.
    pub transports: Transports,
    /// How long a poll for events is held.
    pub poll_timeout: Duration,
    /// How long a client is to wait before its next poll.
    pub poll_interval: Duration,
    /// How long a client may go without a poll before it is forgotten.
    pub poll_limit: Duration,
    /// What a client is told to do that the event channel has forgotten.
    pub forgotten: Advice,
}

impl Default for GwsOptions {
    fn default() -> Self {
        Self {
            phone_number: "5001".to_owned(),
            acts_after: Duration::from_millis(150),
            csrf_header: None,
            csrf_on_events: false,
            origin_required: false,
            unauthorized: 401,
            errors: ErrorStatus::Matching,
            refusal: Refusal::AtOnce,
            failure: FailureEvent::Message,
            participants: Participants::Strings,
            recording_state: true,
            gsip_record: true,
            conn_id: true,
            transports: Transports::Both,
            poll_timeout: Duration::from_secs(30),
            poll_interval: Duration::ZERO,
            poll_limit: Duration::from_secs(10),
            forgotten: Advice::Handshake,
        }
    }
}

/// The HTTP status of a GWS reply with a `statusCode` other than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ErrorStatus {
    /// 400, 403, 404 or 500, whichever fits.
    Matching,
    /// 200.
    Ok,
}

/// What a command gets at GWS that the call's capabilities do not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Refusal {
    /// `statusCode` 2.
    AtOnce,
    /// `statusCode` 0, and later an event that says that it has failed.
    Later,
}

/// The form of the event of GWS that says that a command has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailureEvent {
    /// A message of its own that names no call: `errorMessage`, `errorCode`, `referenceId`.
    Message,
    /// The same, with the call.
    WithCall,
    /// The call, and `statusCode` and `statusMessage` as in a reply.
    StatusCode,
}

/// The form of a GWS call's participants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Participants {
    /// Phone numbers, and `participantsInfo` beside them.
    Strings,
    /// Objects, as from 8.5.2 on.
    Objects,
}

/// What the event channel of GWS goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Transports {
    /// Whichever the client wants.
    Both,
    /// HTTP requests that are held until there is something to tell.
    LongPolling,
    /// A WebSocket.
    #[value(name = "websocket")]
    WebSocket,
}

/// What a client is told to do that GWS's event channel has forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Advice {
    /// To shake hands again.
    Handshake,
    /// To give up.
    None,
}
