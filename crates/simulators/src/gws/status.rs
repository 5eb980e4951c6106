//! `statusCode`, by the page "Return Values". Its words, and which HTTP status goes with which
//! code, are assumed.

use serde_json::{Value, json};

use super::ErrorStatus;
use crate::site::World;
use crate::wire::Reply;

/// What a reply says became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Ok = 0,
    ParameterMissing = 1,
    NotInThisState = 2,
    NoPermission = 5,
    NotFound = 6,
    NotValid = 10,
    NotAuthenticated = 20,
}

impl Code {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Ok => "The operation was successful",
            Self::ParameterMissing => "A required parameter is missing in the request",
            Self::NotInThisState => "The operation is not valid for the current state",
            Self::NoPermission => "The user does not have permission for this operation",
            Self::NotFound => "The requested resource was not found",
            Self::NotValid => "The request is not valid",
            Self::NotAuthenticated => "The user is not authenticated",
        }
    }

    const fn http_status(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::ParameterMissing | Self::NotInThisState | Self::NotValid => 400,
            Self::NoPermission => 403,
            Self::NotFound => 404,
            Self::NotAuthenticated => 401,
        }
    }
}

/// The body that tells a code and nothing else.
pub(super) fn body(code: Code) -> Value {
    if code == Code::Ok {
        json!({ "statusCode": 0 })
    } else {
        json!({ "statusCode": code as u8, "statusMessage": code.words() })
    }
}

/// The reply to somebody who is signed in.
pub(super) fn reply(world: &World, code: Code) -> Reply {
    let status = match world.options.gws.errors {
        ErrorStatus::Matching => code.http_status(),
        ErrorStatus::Ok => 200,
    };
    Reply::json(status, &body(code))
}
