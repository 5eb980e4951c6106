//! The settings of Anywhere365.

use crate::{Field, FieldKind, FieldProblem, Place, Values};

pub(super) const FIELDS: &[Field] = &[
    Field {
        key: "base_url",
        label: "Address",
        about: "The address of the Anywhere365 Core server (or of its load balancer) up to, and \
                not including, /attendantservice. Your Anywhere365 administrator knows it.",
        kind: FieldKind::Url,
        default: None,
        example: "https://core.acme.example",
        place: Place::SignIn,
    },
    Field {
        key: "ucc",
        label: "UCC",
        about: "The name of the UCC (Unified Contact Center) whose calls the agent takes, as it \
                stands in the Anywhere365 configuration.",
        kind: FieldKind::Text,
        default: None,
        example: "ucc-demo-name",
        place: Place::SignIn,
    },
    Field {
        key: "requester_sip_uri",
        label: "SIP address",
        about: "The agent's SIP address as listed among the agents of that UCC, with \"sip:\" \
                in front; mostly the agent's e-mail address.",
        kind: FieldKind::SipUri,
        default: None,
        example: "sip:agent@acme.example",
        place: Place::SignIn,
    },
    Field {
        key: "auth",
        label: "Sign-in",
        about: "How the server asks who is there: \"none\" where it trusts the network (older \
                installations), \"keycloak\" where AnywhereNow Authentication is on (user name \
                and password), \"token\" for a bearer token that was handed out.",
        kind: FieldKind::Choice(&["none", "token", "keycloak"]),
        default: Some("none"),
        example: "keycloak",
        place: Place::File,
    },
    Field {
        key: "token_url",
        label: "Address for tokens",
        about: "Only for auth = \"keycloak\": where tokens are fetched, with your tenant's id in \
                it. Tenants that have not been migrated use the host auth.anywhere365.cloud.",
        kind: FieldKind::Url,
        default: Some(""),
        example: "https://login.anywhere365.cloud/auth/realms/00000000-0000-0000-0000-000000000000/protocol/openid-connect/token",
        place: Place::File,
    },
    Field {
        key: "client_id",
        label: "Client",
        about: "Only for auth = \"keycloak\": the client the token is asked for.",
        kind: FieldKind::Text,
        default: Some("coreapi"),
        example: "coreapi",
        place: Place::File,
    },
    Field {
        key: "username",
        label: "User name",
        about: "Only for auth = \"keycloak\": the Microsoft Entra user whose password is asked \
                for at sign-in.",
        kind: FieldKind::Text,
        default: Some(""),
        example: "agent@acme.example",
        place: Place::SignIn,
    },
    Field {
        key: "api_version",
        label: "Version of the API",
        about: "\"v1\" for /attendantservice/api/recording, \"v2\" for \
                /attendantservice/api/v2/recording, which newer servers offer beside it.",
        kind: FieldKind::Choice(&["v1", "v2"]),
        default: Some("v1"),
        example: "v2",
        place: Place::File,
    },
    Field {
        key: "resume_action",
        label: "Action that resumes",
        about: "The API has no action named Resume; Start is taken to go on with a paused \
                recording. If your server has another action for it, write its number (8 or \
                more). Actions that end, keep, delete or mark a recording are refused.",
        kind: FieldKind::Text,
        default: Some("Start"),
        example: "Start",
        place: Place::File,
    },
    Field {
        key: "action_as",
        label: "Actions are sent as",
        about: "Whether actions are sent as their number (3) or as their name (\"Pause\"). Both \
                are documented.",
        kind: FieldKind::Choice(&["number", "name"]),
        default: Some("number"),
        example: "name",
        place: Place::File,
    },
    Field {
        key: "events",
        label: "Events",
        about: "Whether the server's SignalR hub is listened to, which tells at once that a \
                recorder has changed. \"off\": the recorder is only read back. \"classic\" and \
                \"core\" name the generation of SignalR; \"auto\" finds out. What is shown is \
                proven by reading back in any case.",
        kind: FieldKind::Choice(&["off", "auto", "classic", "core"]),
        default: Some("off"),
        example: "auto",
        place: Place::File,
    },
    Field {
        key: "hub_path",
        label: "Path of the hub",
        about: "Where the SignalR hub is: a path on the server if it begins with a slash, \
                otherwise below the address. Empty means /signalr, where classic SignalR has it; \
                for events = \"core\" it must be set. Your Anywhere365 administrator knows it.",
        kind: FieldKind::Text,
        default: Some(""),
        example: "/recordinghub",
        place: Place::File,
    },
    Field {
        key: "hub_name",
        label: "Name of the hub",
        about: "Only for classic SignalR, and necessary there: the name of the hub.",
        kind: FieldKind::Text,
        default: Some(""),
        example: "recordingHub",
        place: Place::File,
    },
    Field {
        key: "hub_join",
        label: "Method to join",
        about: "The method of the hub that has to be called before it tells anything; empty if \
                there is none.",
        kind: FieldKind::Text,
        default: Some(""),
        example: "Join",
        place: Place::File,
    },
    Field {
        key: "hub_join_arguments",
        label: "Arguments to join",
        about: "What that method is given, in this order, with commas between: \"ucc\" for the \
                UCC, \"requester\" for the SIP address. Empty for nothing.",
        kind: FieldKind::Text,
        default: Some(""),
        example: "ucc, requester",
        place: Place::File,
    },
    Field {
        key: "event_arguments",
        label: "Layout of events",
        about: "How an event holds UccName, CorrelationId and StateAction: \"object\" for one \
                object with these names, \"scalars\" for three arguments in this order, \"json\" \
                for one text that holds such an object.",
        kind: FieldKind::Choice(&["object", "scalars", "json"]),
        default: Some("object"),
        example: "scalars",
        place: Place::File,
    },
    Field {
        key: "event_calls",
        label: "Calls of events",
        about: "\"known-only\": an event says something about a call that is known already. \
                \"of-this-agent\": the hub tells of the calls of this agent and of nobody else, \
                so that an event that a recording has started or was paused starts the call. \
                Choose it only if that is so: otherwise calls of others are taken for the \
                agent's.",
        kind: FieldKind::Choice(&["known-only", "of-this-agent"]),
        default: Some("known-only"),
        example: "of-this-agent",
        place: Place::File,
    },
    Field {
        key: "hub_transport",
        label: "Transport of events",
        about: "How the hub is listened to. \"auto\" takes the best that the hub offers and the \
                network lets through.",
        kind: FieldKind::Choice(&["auto", "websockets", "server-sent-events", "long-polling"]),
        default: Some("auto"),
        example: "long-polling",
        place: Place::File,
    },
    Field {
        key: "allow_insecure_http",
        label: "Allow http://",
        about: "Whether the addresses may be unencrypted although they are not this computer. \
                Passwords, tokens and what the recorder is said to be can then be read and \
                changed on the way.",
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
