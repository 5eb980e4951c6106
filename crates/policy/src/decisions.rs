use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What has been decided at one strength. Whatever is `None` has been left open.
///
/// This is the one source of the JSON schema, the ADMX and ADML templates, the configuration
/// profile, the example file and the reference page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Decisions {
    /// Who manages Fermata, for people: locked settings are shown as "managed by" this name.
    pub organization: Option<String>,
    /// The vendor that records.
    pub vendor: Option<VendorName>,
    /// Where the vendor is reached.
    pub base_url: Option<String>,
    /// Further settings of the vendor, each under the key that the vendor's page names.
    pub vendor_settings: Option<BTreeMap<String, String>>,
    /// Where the agent's extension comes from, or whatever else the vendor knows an agent by.
    pub extension_from: Option<ExtensionFrom>,
    /// The extension itself, where it is fixed.
    pub extension: Option<String>,
    /// A regular expression whose first group is the extension within a user name or attribute.
    pub extension_pattern: Option<String>,
    /// The attribute of the user's account that holds the extension.
    pub extension_attribute: Option<String>,
    /// A file with a line `user,extension` for each agent.
    pub extension_file: Option<String>,
    /// A file whose first line is this agent's secret; it is read once and wiped.
    pub enrolment_file: Option<String>,
    /// What is done about credentials that could pause other agents, too.
    pub broad_credentials: Option<BroadCredentials>,
    /// Whether the acknowledgement of a vendor that cannot prove a pause is enough to show it as one.
    pub accept_acknowledgement: Option<bool>,
    /// The longest pause, in seconds: at its end a resume is asked for. A stricter one holds for a
    /// pause under way, too.
    pub longest_pause_seconds: Option<u32>,
    /// How often the agent may extend the longest pause of one pause, by a minute each time.
    pub longest_pause_extensions: Option<u32>,
    /// After how many seconds of a pause the agent is reminded of it, each step once.
    pub reminders_seconds: Option<Vec<u32>>,
    /// What is heard. That a pause has failed is heard in any case.
    pub sounds: Option<Sounds>,
    /// How old proof of a pause may be, in milliseconds.
    pub freshness_ms: Option<u32>,
    /// How long a press may take until it is proven or has failed, in milliseconds.
    pub settle_within_ms: Option<u32>,
    /// How often the recorder is read back while paused, in milliseconds.
    pub read_every_paused_ms: Option<u32>,
    /// How often the recorder is read back in a call otherwise, in milliseconds.
    pub read_every_in_call_ms: Option<u32>,
    /// The chord that pauses, and resumes what is known to be paused.
    pub hotkey_toggle: Option<String>,
    /// The chord that only pauses.
    pub hotkey_pause: Option<String>,
    /// The chord that only resumes.
    pub hotkey_resume: Option<String>,
    /// Whether Fermata starts when a user logs on.
    pub autostart: Option<bool>,
    /// Whether the agent may end Fermata.
    pub may_quit: Option<bool>,
    /// What becomes of a recording that is paused when Fermata ends, as at a log-off.
    pub on_exit_paused: Option<OnExitPaused>,
    /// Whether the vendor's address may lead to a simulator.
    pub allow_simulation: Option<bool>,
    /// How much is logged.
    pub log_level: Option<LogLevel>,
    /// How many days a log file is kept.
    pub log_days: Option<u32>,
    /// How much room all log files together may take, in megabytes.
    pub log_megabytes: Option<u32>,
    /// How many days a file of the audit log is kept.
    pub audit_days: Option<u32>,
    /// Where each record of the audit log is sent as syslog over TLS.
    pub forward_syslog: Option<String>,
    /// Where each record of the audit log is sent as OTLP: the whole address, usually with
    /// /v1/logs at its end.
    pub forward_otlp: Option<String>,
    /// Where each record of the audit log is sent as JSON. Never a secret in the address.
    pub forward_webhook: Option<String>,
    /// Whether Fermata looks for a newer version once a day.
    pub update_check: Option<bool>,
    /// Where Fermata looks for a newer version: the address of a signed notice.
    pub update_url: Option<String>,
    /// The language of the words that people see.
    pub language: Option<Language>,
}

/// A recording vendor by its name in settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum VendorName {
    Xima,
    Gqm,
    Anywhere365,
    Noojee,
    Gws,
}

/// Where the agent's extension comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ExtensionFrom {
    /// The agent types it.
    Agent,
    /// It is `extension`: one computer, one extension.
    Fixed,
    /// The name by which the user logged on.
    UserName,
    /// An attribute of the user's account.
    Attribute,
    /// A file that says which user has which.
    File,
}

/// What is done about credentials that could pause other agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BroadCredentials {
    /// Nothing.
    Allow,
    /// Whoever signs in is told.
    Warn,
    /// There is no signing in with them.
    Refuse,
}

/// What becomes of a recording that is paused when Fermata ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OnExitPaused {
    /// The agent is asked. Where nobody can be, it is left paused.
    Ask,
    /// The vendor is asked to resume it.
    Resume,
    /// It is left paused, and the agent is told at the next start.
    Leave,
}

/// What is heard. Nothing silences the alarm of a pause that has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Sounds {
    /// Alarms, reminders, and that a pause or a resume has been confirmed.
    All,
    /// Alarms and reminders.
    Reminders,
    /// Alarms alone.
    Alarms,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

/// A language of the words that people see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// The user's, where there are words in it.
    System,
    /// English.
    En,
}
