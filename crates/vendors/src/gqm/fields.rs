//! The settings of GQM.

use crate::{Field, FieldKind, FieldProblem, Place, Values};

/// What `logout_path` says where nobody is to be logged out.
pub(super) const NO_LOG_OUT: &str = "none";

pub(super) const FIELDS: &[Field] = &[
    Field {
        key: "base_url",
        label: "Address",
        about: "The address of the Call Recording server (GQM, ZOOM CallREC, Eleveo) up to, and \
                not including, /callrec.",
        kind: FieldKind::Url,
        default: None,
        example: "https://callrec.acme.example",
        place: Place::SignIn,
    },
    Field {
        key: "username",
        label: "User name",
        about: "The Call Recording user that was made for this purpose, with the rights \"Pause \
                and Resume Calls\" and \"Call List\". Your Call Recording administrator makes it.",
        kind: FieldKind::Text,
        default: None,
        example: "callrec-api",
        place: Place::SignIn,
    },
    Field {
        key: "phone",
        label: "Phone",
        about: "The number of the agent's phone, written as Call Recording shows it in its list \
                of calls; or the IP address of the phone, with find_by = \"ip-address\".",
        kind: FieldKind::Text,
        default: None,
        example: "1684",
        place: Place::SignIn,
    },
    Field {
        key: "find_by",
        label: "Calls are found by",
        about: "What phone is: its \"number\", or its \"ip-address\" where agents have no number \
                of their own. Either finds the agent's calls by itself.",
        kind: FieldKind::Choice(&["number", "ip-address"]),
        default: Some("number"),
        example: "ip-address",
        place: Place::File,
    },
    Field {
        key: "direction",
        label: "Direction of calls",
        about: "Which calls of the phone count: those that it makes (\"CALLING\"), those that it \
                takes (\"CALLED\"), or both.",
        kind: FieldKind::Choice(&["BOTH", "CALLING", "CALLED"]),
        default: Some("BOTH"),
        example: "CALLED",
        place: Place::File,
    },
    Field {
        key: "login",
        label: "Log-in",
        about: "How to log in: \"login-action\" as the Pause/Resume API has it, \"login-servlet\" \
                as the Call Recording Web Service API that came after it.",
        kind: FieldKind::Choice(&["login-action", "login-servlet"]),
        default: Some("login-action"),
        example: "login-servlet",
        place: Place::File,
    },
    Field {
        key: "cookie",
        label: "Cookie for logging in",
        about: "The cookie that is sent along when logging in. The server wants one and does not \
                care which.",
        kind: FieldKind::Text,
        default: Some("x=1"),
        example: "client=fermata",
        place: Place::File,
    },
    Field {
        key: "logout_path",
        label: "Path for logging out",
        about: "Where to log out. The documentation does not show it. \"none\" sends nothing; \
                the session then ends by itself.",
        kind: FieldKind::Text,
        default: Some("/callrec/logoutAction.do"),
        example: NO_LOG_OUT,
        place: Place::File,
    },
    Field {
        key: "couples",
        label: "Couples of the agent",
        about: "Which rows of the list belong to the agent and are paused: \"all\", or only the \
                \"first\". A call has several after a transfer or in a conference.",
        kind: FieldKind::Choice(&["all", "first"]),
        default: Some("all"),
        example: "first",
        place: Place::File,
    },
    Field {
        key: "pause_link",
        label: "Link that pauses",
        about: "Where the address that pauses comes from: the call's \"details\", or \"built\" \
                from the number of the couple. Built saves a request, and is needed where the \
                server's links lead to another name than base_url.",
        kind: FieldKind::Choice(&["details", "built"]),
        default: Some("details"),
        example: "built",
        place: Place::File,
    },
    Field {
        key: "method",
        label: "Method that pauses",
        about: "Whether to pause by POST or by PUT. Both are documented.",
        kind: FieldKind::Choice(&["post", "put"]),
        default: Some("post"),
        example: "put",
        place: Place::File,
    },
    Field {
        key: "resume_parameters",
        label: "Parameters that resume",
        about: "The documentation pauses with paused=true and resumes with pause=false, which \
                may be a slip. \"both\" sends paused=false and pause=false, the others one of \
                them.",
        kind: FieldKind::Choice(&["both", "pause", "paused"]),
        default: Some("both"),
        example: "pause",
        place: Place::File,
    },
    Field {
        key: "allow_insecure_http",
        label: "Allow http://",
        about: "Whether the address may be unencrypted although it is not this computer. The \
                password can then be read on the way.",
        kind: FieldKind::Flag,
        default: Some("false"),
        example: "false",
        place: Place::File,
    },
];

pub(super) fn problem(values: &Values, key: &str, wrong: &str, remedy: &str) -> FieldProblem {
    FieldProblem {
        field: key.to_owned(),
        value: values.text(key).to_owned(),
        wrong: wrong.to_owned(),
        remedy: remedy.to_owned(),
    }
}
