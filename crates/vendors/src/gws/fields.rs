//! The settings of Genesys Web Services.

use crate::{Field, FieldKind, Place};

pub(super) const FIELDS: &[Field] = &[
    Field {
        key: "base_url",
        label: "Address",
        about: "The address of Genesys Web Services (GWS, also named HTCC) up to, and not \
                including, /api/v2. It is the server that the agent's desktop uses; your \
                Genesys administrator knows it.",
        kind: FieldKind::Url,
        default: None,
        example: "https://gws.acme.example:8090",
        place: Place::SignIn,
    },
    Field {
        key: "username",
        label: "User name",
        about: "The name by which the agent signs in to the Genesys desktop. Genesys controls \
                only the recordings of whoever is signed in, so it has to be the agent's own.",
        kind: FieldKind::Text,
        default: None,
        example: "agent@acme.example",
        place: Place::SignIn,
    },
    Field {
        key: "transport",
        label: "Events come by",
        about: "How events are fetched: \"auto\" asks the server and takes long polling, or a \
                WebSocket where the server offers only that; \"long-polling\" and \"websocket\" \
                use nothing else.",
        kind: FieldKind::Choice(&["auto", "long-polling", "websocket"]),
        default: Some("auto"),
        example: "long-polling",
        place: Place::File,
    },
    Field {
        key: "channel",
        label: "Channel of events",
        about: "The channel on which the server tells of the agent's calls. \"/v2/me/*\" and \
                \"/**\" also bring whatever else it tells, which is passed over.",
        kind: FieldKind::Choice(&["/v2/me/calls", "/v2/me/*", "/**"]),
        default: Some("/v2/me/calls"),
        example: "/v2/me/*",
        place: Place::File,
    },
    Field {
        key: "csrf",
        label: "CSRF token",
        about: "Whether the server's token against cross-site request forgery is sent along: \
                \"auto\" where the server hands one out, \"off\" never, \"required\" refuses to \
                sign in to a server that hands out none.",
        kind: FieldKind::Choice(&["auto", "off", "required"]),
        default: Some("auto"),
        example: "required",
        place: Place::File,
    },
    Field {
        key: "origin",
        label: "Origin header",
        about: "The header \"Origin\", which newer servers demand: \"base_url\" sends the \
                server's own address, \"omit\" leaves it out.",
        kind: FieldKind::Choice(&["base_url", "omit"]),
        default: Some("base_url"),
        example: "omit",
        place: Place::File,
    },
    Field {
        key: "allow_insecure_http",
        label: "Allow http://",
        about: "Whether the address may be unencrypted although it is not this computer. The \
                password and what the recorder is said to be can then be read and changed on \
                the way.",
        kind: FieldKind::Flag,
        default: Some("false"),
        example: "false",
        place: Place::File,
    },
];
