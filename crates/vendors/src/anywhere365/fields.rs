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
