//! What can go wrong: one line each.

use std::time::Duration;

use simulators::{Fault as Simulated, Misbehaviour, On};

use crate::certificates::Shown;
use crate::proxy::Weather;

/// Something that goes wrong, at one moment, and stays wrong.
pub(crate) struct Fault {
    /// Its name in the table and in the names of the cells.
    pub(crate) name: &'static str,
    /// What happens, for the page.
    pub(crate) about: &'static str,
    /// What the desk can make of it.
    pub(crate) class: Class,
    /// How it is brought about.
    pub(crate) strike: Strike,
}

/// What a desk can make of a fault: the rules go by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// No connection can be made, and the one that was there is gone. Nothing is carried out.
    NoWay,
    /// As that, and the certificate is why.
    NotTrusted,
    /// What is asked for is carried out, and its reply does not come.
    NoReply,
    /// What is asked for is carried out, and its reply comes too late.
    TooLate,
    /// No connection that is encrypted holds.
    Garbled,
    /// The head of the reply comes, and its body does not, or not whole.
    NoBody,
    /// What is asked for is carried out, and its reply cannot be understood.
    NotUnderstood,
    /// As that, where the reply has such values at all.
    OddValues,
    /// Nothing is carried out, and something else than the vendor replies.
    NotTheVendor,
    /// The vendor turns everything away with this status and carries nothing out.
    Status(u16),
    /// The same, and says when it may be asked again.
    Throttled,
    /// The session ends, and another one can be had.
    SessionEnds,
    /// Commands are taken and not carried out.
    NotDone,
    /// Nothing that matters goes wrong.
    Harmless,
    /// What the vendor tells unasked does not come as it should.
    Events,
    /// What the vendor tells unasked does not come at all, and that is noticed.
    NoEvents,
    /// Something happens to the call.
    Life(Life),
}

/// How a fault is brought about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Strike {
    /// On the way between desk and vendor.
    OnTheWay(Weather),
    /// The server shows another certificate, on new connections; the old ones are cut.
    Certificate(Shown),
    /// The vendor misbehaves.
    AtTheVendor(Misbehaviour),
    /// Something happens to the call.
    Life(Life),
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// It ends.
    Ends,
    /// It ends, and another one begins at once.
    IsReplaced,
    /// It goes on under another id, and its recorder as it was.
    IsTransferred,
    /// Another one begins beside it.
    IsJoined,
    /// It ends, and another one begins under the same id.
    IdIsUsedAgain,
}

/// So much later, what is late is late.
const LATE: Duration = Duration::from_millis(900);

/// For how long a vendor that is asked too often wishes to be left alone.
pub(crate) const WISH: Duration = Duration::from_secs(20);

const fn status(code: u16) -> Strike {
    Strike::AtTheVendor(everything(Simulated::status(code)))
}

const fn everything(fault: Simulated) -> Misbehaviour {
    fault.on(On::Everything)
}

macro_rules! faults {
    ($($name:literal: $about:literal, $class:expr, $strike:expr;)+) => {
        /// Every fault there is.
        pub(crate) const FAULTS: &[Fault] = &[$(Fault {
            name: $name,
            about: $about,
            class: $class,
            strike: $strike,
        }),+];
    };
}

faults! {
    "dns-failure": "The vendor's name is not found any more, and the connections are cut.",
        Class::NoWay, Strike::OnTheWay(Weather::NoName);
    "refused": "Nobody listens at the vendor's address any more.",
        Class::NoWay, Strike::OnTheWay(Weather::Refused);
    "proxy-needed": "The only way out is a proxy that is not set up: whatever goes another way is reset.",
        Class::NoWay, Strike::OnTheWay(Weather::Reset);
    "proxy-407": "The proxy on the way out wants a sign-in of its own.",
        Class::NoWay, Strike::OnTheWay(Weather::ProxySignIn);
    "tls-expired": "The vendor's certificate has expired.",
        Class::NotTrusted, Strike::Certificate(Shown::Expired);
    "tls-wrong-host": "The certificate is another host's.",
        Class::NotTrusted, Strike::Certificate(Shown::OfAnotherHost);
    "tls-unknown-ca": "The certificate is signed by nobody whom this computer trusts.",
        Class::NotTrusted, Strike::Certificate(Shown::OfAnotherCa);
    "tls-changed": "In mid session the vendor shows another certificate, and that is a good one.",
        Class::Harmless, Strike::Certificate(Shown::Renewed);
    "black-hole": "Packets vanish, on open connections too.",
        Class::NoReply, Strike::OnTheWay(Weather::BlackHole);
    "reset-in-mid-reply": "The connection is reset in the middle of the head of each reply.",
        Class::NoReply, Strike::OnTheWay(Weather::CutReply);
    "slow-loris": "The body of each reply comes one byte a second.",
        Class::NoBody, Strike::OnTheWay(Weather::Dripping);
    "slow-link": "Each way takes 0.25 s longer, and 8,000 bytes go by in a second.",
        Class::Harmless, Strike::OnTheWay(Weather::Slow);
    "too-slow-link": "Each way takes 1.2 s longer, and 8,000 bytes go by in a second.",
        Class::TooLate, Strike::OnTheWay(Weather::TooSlow);
    "truncated-body": "Each reply ends in the middle of its body.",
        Class::NoBody, Strike::OnTheWay(Weather::HalfBody);
    "huge-body": "The body of each reply never ends.",
        Class::NoBody, Strike::AtTheVendor(everything(Simulated::HugeBody));
    "wrong-content-type": "Each reply says that it is a page (text/html) and is what it always was.",
        Class::Harmless, Strike::OnTheWay(Weather::OtherType);
    "malformed": "Each reply is 200 with bytes that are no JSON, no XML and no text.",
        Class::NotUnderstood, Strike::AtTheVendor(everything(Simulated::Garbage));
    "corrupted": "Bits are flipped in the body of each reply and in each frame on the way.",
        Class::NotUnderstood, Strike::OnTheWay(Weather::Noise);
    "flipped-byte": "One bit in the middle of each reply's body and of each frame is flipped on the way.",
        Class::NotUnderstood, Strike::OnTheWay(Weather::Flip);
    "tls-corrupted": "Bits of the encrypted connection are flipped on the way.",
        Class::Garbled, Strike::OnTheWay(Weather::FlipEncrypted);
    "wrong-types": "Each reply has text where numbers and yes or no belong.",
        Class::OddValues, Strike::AtTheVendor(everything(Simulated::WrongTypes));
    "unknown-values": "Each reply has numbers that mean nothing.",
        Class::OddValues, Strike::AtTheVendor(everything(Simulated::UnknownNumbers));
    "lies": "Commands are answered as if all were well, and nothing is done.",
        Class::NotDone, Strike::AtTheVendor(Simulated::NoEffect.on_commands());
    "202-only": "Commands are answered 202 without a word, and nothing is done.",
        Class::NotDone, Strike::AtTheVendor(Simulated::status(202).on_commands());
    "401": "Everything is answered 401.", Class::Status(401), status(401);
    "403": "Everything is answered 403.", Class::Status(403), status(403);
    "404": "Everything is answered 404.", Class::Status(404), status(404);
    "409": "Everything is answered 409.", Class::Status(409), status(409);
    "session-ended": "The vendor ends the session, once.",
        Class::SessionEnds, Strike::AtTheVendor(Simulated::ExpireSessions.times(1));
    "425": "Everything is answered 425.", Class::Status(425), status(425);
    "429": "Everything is answered 429.", Class::Status(429), status(429);
    "429-retry-after": "Everything is answered 429, to be asked again after 20 s.",
        Class::Throttled, Strike::AtTheVendor(everything(Simulated::Status {
            code: 429,
            retry_after: Some(WISH),
            executed: false,
        }));
    "500": "Everything is answered 500.", Class::Status(500), status(500);
    "503": "Everything is answered 503.", Class::Status(503), status(503);
    "captive-portal": "Everything is sent to a page where people sign in.",
        Class::NotTheVendor, Strike::AtTheVendor(everything(Simulated::Redirect));
    "events-silent": "No event comes any more, and the channel stays open.",
        Class::Events, Strike::AtTheVendor(everything(Simulated::LoseEvents));
    "events-duplicated": "Each event comes twice, the second time with what was true before.",
        Class::Events, Strike::AtTheVendor(everything(Simulated::RepeatEvents(LATE)));
    "events-late": "Each event comes 0.9 s late.",
        Class::Events, Strike::AtTheVendor(everything(Simulated::DelayEvents(LATE)));
    "events-out-of-order": "The next event comes after the one that follows it.",
        Class::Events, Strike::AtTheVendor(Simulated::DelayEvents(LATE).times(1));
    "events-reconnecting": "The event channel is cut as soon as it is opened, again and again.",
        Class::NoEvents, Strike::OnTheWay(Weather::CutEvents);
    "call-ends": "The call ends.", Class::Life(Life::Ends), Strike::Life(Life::Ends);
    "call-replaced": "The call ends, and another one begins at once.",
        Class::Life(Life::IsReplaced), Strike::Life(Life::IsReplaced);
    "call-transferred": "The call goes on under another id, and its recorder as it was.",
        Class::Life(Life::IsTransferred), Strike::Life(Life::IsTransferred);
    "two-calls": "A second call begins beside the first.",
        Class::Life(Life::IsJoined), Strike::Life(Life::IsJoined);
    "call-id-used-again": "The call ends, and another one begins under the same id.",
        Class::Life(Life::IdIsUsedAgain), Strike::Life(Life::IdIsUsedAgain);
}
