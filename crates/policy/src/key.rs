use crate::Form;

/// One thing that can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name in a file: `longest_pause_seconds`. In the registry and in a configuration
    /// profile it is written `LongestPauseSeconds`.
    pub name: &'static str,
    /// Its name for people: "Longest pause".
    pub title: &'static str,
    /// What may be written there.
    pub form: Form,
    /// What holds where nobody has said anything, as it would be written; empty for nothing.
    pub default: &'static str,
    /// A value that an organization might write, in TOML.
    pub example: &'static str,
    /// Whether a value that cannot be read leaves it to the agent: not so where that could
    /// weaken what keeps a claim true or a pause from being forgotten.
    pub guards: bool,
}

impl Key {
    /// The key of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }
}

/// Everything that can be decided, in the order of [`crate::Decisions`].
pub const KEYS: &[Key] = &[
    key(
        "organization",
        "Organization",
        Form::Text,
        "",
        "\"Example Ltd\"",
    ),
    key(
        "vendor",
        "Recording vendor",
        Form::Choice(&["xima", "gqm", "anywhere365", "noojee", "gws"]),
        "",
        "\"gws\"",
    ),
    key(
        "base_url",
        "Vendor's address",
        Form::Address,
        "",
        "\"https://recorder.example.com\"",
    ),
    key(
        "vendor_settings",
        "Further settings of the vendor",
        Form::Settings,
        "",
        "{ api_version = \"v3\" }",
    ),
    key(
        "extension_from",
        "Where the extension comes from",
        Form::Choice(&["agent", "fixed", "user-name", "attribute", "file"]),
        "agent",
        "\"user-name\"",
    ),
    key("extension", "Extension", Form::Text, "", "\"4711\""),
    key(
        "extension_pattern",
        "Pattern of the extension",
        Form::Pattern,
        "",
        "'^agent(\\d+)$'",
    ),
    key(
        "extension_attribute",
        "Attribute that holds the extension",
        Form::Text,
        "",
        "\"telephoneNumber\"",
    ),
    key(
        "extension_file",
        "File of extensions",
        Form::File,
        "",
        "'/etc/fermata/extensions.csv'",
    ),
    key(
        "enrolment_file",
        "File with a secret to enroll with",
        Form::File,
        "",
        "'/etc/fermata/enrolment'",
    ),
    guard(
        "broad_credentials",
        "Credentials that could pause other agents",
        Form::Choice(&["allow", "warn", "refuse"]),
        "warn",
        "\"refuse\"",
    ),
    guard(
        "accept_acknowledgement",
        "Accept the vendor's acknowledgement",
        Form::Switch,
        "false",
        "false",
    ),
    guard(
        "longest_pause_seconds",
        "Longest pause",
        number_or_none(30, 3_600),
        "0",
        "300",
    ),
    guard(
        "longest_pause_extensions",
        "Extensions of the longest pause",
        number(0, 10),
        "0",
        "2",
    ),
    guard(
        "reminders_seconds",
        "Reminders of a pause",
        Form::Rising {
            least: 10,
            most: 3_600,
            entries: 10,
        },
        "[60, 120, 180]",
        "[45, 90, 180]",
    ),
    guard(
        "sounds",
        "Sounds",
        Form::Choice(&["all", "reminders", "alarms"]),
        "reminders",
        "\"reminders\"",
    ),
    guard(
        "freshness_ms",
        "How old proof may be",
        number(2_000, 15_000),
        "6000",
        "6000",
    ),
    guard(
        "settle_within_ms",
        "How long a press may take",
        number(1_000, 10_000),
        "3000",
        "3000",
    ),
    guard(
        "read_every_paused_ms",
        "How often it is read back while paused",
        number(500, 5_000),
        "2000",
        "2000",
    ),
    guard(
        "read_every_in_call_ms",
        "How often it is read back in a call",
        number(2_000, 30_000),
        "10000",
        "10000",
    ),
    key(
        "hotkey_toggle",
        "Hotkey that pauses and resumes",
        Form::Chord,
        "Ctrl+Alt+P",
        "\"Ctrl+Alt+P\"",
    ),
    key(
        "hotkey_pause",
        "Hotkey that pauses",
        Form::Chord,
        "none",
        "\"Ctrl+Alt+Shift+P\"",
    ),
    key(
        "hotkey_resume",
        "Hotkey that resumes",
        Form::Chord,
        "none",
        "\"Ctrl+Alt+Shift+R\"",
    ),
    key(
        "autostart",
        "Start when a user logs on",
        Form::Switch,
        "true",
        "true",
    ),
    guard(
        "may_quit",
        "Agents may end Fermata",
        Form::Switch,
        "true",
        "false",
    ),
    guard(
        "on_exit_paused",
        "What becomes of a pause at the end",
        Form::Choice(&["ask", "resume", "leave"]),
        "ask",
        "\"resume\"",
    ),
    guard(
        "allow_simulation",
        "Allow simulators",
        Form::Switch,
        "true",
        "false",
    ),
    key(
        "log_level",
        "Log level",
        Form::Choice(&["error", "warn", "info", "debug"]),
        "info",
        "\"info\"",
    ),
    key(
        "log_days",
        "Days that a log is kept",
        number(1, 365),
        "14",
        "14",
    ),
    key(
        "log_megabytes",
        "Room for logs",
        number(1, 1_000),
        "20",
        "20",
    ),
    key(
        "audit_days",
        "Days that the audit log is kept",
        number(90, 3_650),
        "400",
        "400",
    ),
    key(
        "forward_syslog",
        "Audit log to a syslog server",
        Form::Server,
        "",
        "\"syslog.example.com:6514\"",
    ),
    key(
        "forward_otlp",
        "Audit log to an OpenTelemetry collector",
        Form::Address,
        "",
        "\"https://otel.example.com/v1/logs\"",
    ),
    key(
        "forward_webhook",
        "Audit log to a webhook",
        Form::Address,
        "",
        "\"https://hooks.example.com/fermata\"",
    ),
    key(
        "update_check",
        "Look for newer versions",
        Form::Switch,
        "false",
        "true",
    ),
    key(
        "update_url",
        "Where to look for newer versions",
        Form::Address,
        "",
        "\"https://updates.example.com/fermata.json\"",
    ),
    key(
        "language",
        "Language",
        Form::Choice(&["system", "en"]),
        "system",
        "\"en\"",
    ),
];

const fn key(
    name: &'static str,
    title: &'static str,
    form: Form,
    default: &'static str,
    example: &'static str,
) -> Key {
    Key {
        name,
        title,
        form,
        default,
        example,
        guards: false,
    }
}

const fn guard(
    name: &'static str,
    title: &'static str,
    form: Form,
    default: &'static str,
    example: &'static str,
) -> Key {
    Key {
        guards: true,
        ..key(name, title, form, default, example)
    }
}

const fn number(least: u32, most: u32) -> Form {
    Form::Number {
        least,
        most,
        or_none: false,
    }
}

const fn number_or_none(least: u32, most: u32) -> Form {
    Form::Number {
        least,
        most,
        or_none: true,
    }
}
