//! The settings of Noojee Contact.

use crate::{Field, FieldKind, FieldProblem, Place, Values};

/// The prefix where there is none. An empty text cannot be told from one that was left out.
pub(super) const NO_PREFIX: &str = "/";

/// Where the sequence number stands if that is not known.
pub(super) const ANYWHERE: &str = "anywhere";

pub(super) const FIELDS: &[Field] = &[
    Field {
        key: "base_url",
        label: "Address",
        about: "The address of the Noojee Contact server, up to the first slash. Noojee serves \
                this API by https:// only.",
        kind: FieldKind::Url,
        default: None,
        example: "https://noojee.acme.example",
        place: Place::SignIn,
    },
    Field {
        key: "extension",
        label: "Extension",
        about: "The agent's telephone extension, digits only: for the channel SIP/410-12FA7B it \
                is 410.",
        kind: FieldKind::Digits,
        default: None,
        example: "410",
        place: Place::SignIn,
    },
    Field {
        key: "agent_login_name",
        label: "User name",
        about: "The agent's Noojee Contact user name. A recording that is started with it \
                belongs to this user, and with it Noojee decides who may stop one. Without it a \
                recording belongs to whoever is attached to the extension, or else only \
                recording managers may hear it.",
        kind: FieldKind::Text,
        default: Some(""),
        example: "Fred",
        place: Place::SignIn,
    },
    Field {
        key: "pausing",
        label: "Pausing",
        about: "Noojee Contact has no pause. \"stop-and-start\" means that you want its \
                recordings stopped in place of a pause, and another one started in place of a \
                resume. Each start makes another leg of the recording. If a start fails, the \
                rest of the call is not recorded: Fermata says so and tries again. Where a \
                campaign records by policy, Noojee may refuse the stop. There is no other choice, \
                and none by itself: have whoever answers for the recordings agree.",
        kind: FieldKind::Choice(&["stop-and-start"]),
        default: None,
        example: "stop-and-start",
        place: Place::File,
    },
    Field {
        key: "calls",
        label: "Calls",
        about: "Where the agent's calls are learnt from: \"subscribe\" asks Noojee to tell of \
                them (one waiting request at a time), \"told\" leaves it to the agent or to a \
                program on the desktop (fermatactl call start, with the unique id of the call; \
                without a call the extension is used).",
        kind: FieldKind::Choice(&["subscribe", "told"]),
        default: Some("subscribe"),
        example: "told",
        place: Place::File,
    },
    Field {
        key: "auth",
        label: "Sign-in",
        about: "How requests show who is asking: \"api-key\" for servers from 4.9.0.10 on, \
                \"hash\" for older ones. With \"hash\" the API key itself is never sent.",
        kind: FieldKind::Choice(&["api-key", "hash"]),
        default: Some("api-key"),
        example: "hash",
        place: Place::File,
    },
    Field {
        key: "tag",
        label: "Tag",
        about: "What is written to the call record as its External Reference when a recording \
                is started again. Nothing if left out.",
        kind: FieldKind::Text,
        default: Some(""),
        example: "after-payment",
        place: Place::File,
    },
    Field {
        key: "tag_parameter",
        label: "Name of the tag",
        about: "Names are case-sensitive. Noojee's table prints \"Tag\", all its samples \"tag\".",
        kind: FieldKind::Choice(&["tag", "Tag"]),
        default: Some("tag"),
        example: "Tag",
        place: Place::File,
    },
    Field {
        key: "prefix",
        label: "Path before the API",
        about: "What stands before /rest/CallManagementAPI in its addresses; \"/\" for nothing. \
                One of Noojee's samples has nothing there.",
        kind: FieldKind::Text,
        default: Some("/servicemanager"),
        example: NO_PREFIX,
        place: Place::File,
    },
    Field {
        key: "sequence",
        label: "Sequence number",
        about: "Where \"seq\" stands in what Noojee tells of calls: \"anywhere\" looks for it at \
                any depth and takes the largest. Otherwise a path from the top, its names \
                between dots and * for any of them, such as \"Data.*.*.CallData.seq\".",
        kind: FieldKind::Text,
        default: Some(ANYWHERE),
        example: "seq",
        place: Place::File,
    },
    Field {
        key: "up_statuses",
        label: "Statuses of a call",
        about: "The statuses, between commas, of a call that is on the line and so may be \
                recorded. Dial, Dialing and Ringing are not there yet and Hangup is over, \
                whatever is written here; any other status is reported as not understood.",
        kind: FieldKind::Text,
        default: Some("Answer, Connected"),
        example: "Answer, Connected, Hold",
        place: Place::File,
    },
    Field {
        key: "success_text",
        label: "Text of a success",
        about: "If your Noojee answers a start or a stop that worked with text in place of \
                nothing or a Code: words that only this answer contains. Any other text is not \
                understood, and leaves a doubt.",
        kind: FieldKind::Text,
        default: Some(""),
        example: "recording st",
        place: Place::File,
    },
    Field {
        key: "no_call_text",
        label: "Text for a call that is not there",
        about: "Words that only the error for a call or an extension without one contains. \
                Noojee documents no such text; without one here the error counts as a refusal.",
        kind: FieldKind::Text,
        default: Some(""),
        example: "no such channel",
        place: Place::File,
    },
    Field {
        key: "allow_insecure_http",
        label: "Allow http://",
        about: "Whether the address may be unencrypted although it is not this computer. The \
                API key can then be read on the way, and it opens all of the API.",
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
