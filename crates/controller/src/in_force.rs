//! What holds on this desk: the user's settings and the organisation's decisions together.
//!
//! What is enforced comes before what the user says, that before what is recommended, and that
//! before what is built in (F2). Where a value that guards something could not be read, the
//! user's own is not taken in its place (F4).

mod account;
mod chords;
mod credentials;
mod layers;
mod limits;
mod simulation;
mod sources;
#[cfg(test)]
mod tests;

use std::path::Path;

use audit::Keeping;
use pause::Limits;
pub use policy::OnExitPaused;
use policy::{BroadCredentials, Decisions, Language, LogLevel, Policy, Sources};
use vendors::{VENDORS, VendorEntry};

use crate::enrolment::{self, EnrolmentError, ThisUser};
use crate::settings::{Hotkeys, Settings, SettingsProblem, VendorSettings};
use crate::view::{PolicyView, Problem};
use crate::words;

pub use policy::Sounds;
pub use sources::{HasItsOwn, sources};

use account::Account;
use layers::Layers;

/// Finds the extension that decisions lead to, if they lead to one. Blocks.
pub type FindExtension = fn(&Decisions) -> Result<Option<String>, EnrolmentError>;

/// [`FindExtension`] for whoever runs this program.
///
/// # Errors
/// The rule lacks something, or yields nothing for this user.
pub fn extension_of_this_user(rule: &Decisions) -> Result<Option<String>, EnrolmentError> {
    enrolment::extension(rule, &ThisUser)
}

/// What the organisation has decided, and what that comes to for this user.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decided {
    /// Its decisions.
    pub policy: Policy,
    /// The extension that they lead to (or what else the vendor knows the agent by).
    pub extension: Option<String>,
    /// Why they lead to none, or to none now.
    pub no_extension: Option<EnrolmentError>,
}

/// What holds.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce {
    /// The vendor and the agent's account there; `None` while something is missing or wrong.
    pub vendor: Option<VendorSettings>,
    /// How long things may take.
    pub limits: Limits,
    /// The global hotkeys.
    pub hotkeys: Hotkeys,
    /// Whether the vendor is a simulator.
    pub simulation: bool,
    /// Whether the acknowledgement of a vendor that cannot prove a pause is enough to show it
    /// as one.
    pub accept_acknowledgement: bool,
    /// What is done about credentials that could pause other agents, too.
    pub broad_credentials: BroadCredentials,
    /// What is heard.
    pub sounds: Sounds,
    /// Whether Fermata starts when the user logs on.
    pub autostart: bool,
    /// Whether the agent may end Fermata.
    pub may_quit: bool,
    /// What becomes of a recording that is paused when Fermata ends.
    pub on_exit_paused: OnExitPaused,
    /// Each value with its origin, for people.
    pub view: PolicyView,
    /// What is wrong with what the user or the organisation has written.
    pub problems: Vec<Problem>,
    /// What is wrong with the user's settings of the vendor.
    pub(crate) wrong: Vec<SettingsProblem>,
    /// What the organisation has filled in of the vendor's settings.
    pub(crate) managed: Managed,
}

/// What the organisation has filled in of the vendor's settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Managed {
    /// The vendor, if nobody can choose another one.
    pub(crate) vendor: Option<&'static str>,
    /// The vendor that is recommended.
    pub(crate) recommended_vendor: Option<&'static str>,
    /// Each setting that is decided, of the vendors that it is decided for.
    pub(crate) fields: Vec<ManagedField>,
}

/// A setting of a vendor that the organisation has filled in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ManagedField {
    pub(crate) vendor: &'static str,
    pub(crate) key: &'static str,
    pub(crate) value: String,
    /// Whether nobody can change it.
    pub(crate) enforced: bool,
}

impl Decided {
    /// Reads what has been decided. Blocks.
    ///
    /// An extension that cannot be found now, as it was before, stays what it was: a directory
    /// server that is away signs nobody out.
    pub fn read(sources: &Sources, before: Option<&Self>, find_extension: FindExtension) -> Self {
        let policy = Policy::read(sources, before.map(|before| &before.policy));
        let rule = extension_rule(&policy);
        match find_extension(&rule) {
            Ok(extension) => Self {
                policy,
                extension,
                no_extension: None,
            },
            Err(error) => Self {
                extension: before
                    .filter(|before| extension_rule(&before.policy) == rule)
                    .and_then(|before| before.extension.clone()),
                no_extension: Some(error),
                policy,
            },
        }
    }
}

/// All that leads to the extension.
fn extension_rule(policy: &Policy) -> Decisions {
    let Policy {
        enforced,
        recommended,
        ..
    } = policy;
    fn either<T: Clone>(enforced: &Option<T>, recommended: &Option<T>) -> Option<T> {
        enforced.clone().or_else(|| recommended.clone())
    }
    Decisions {
        extension_from: either(&enforced.extension_from, &recommended.extension_from),
        extension: either(&enforced.extension, &recommended.extension),
        extension_pattern: either(&enforced.extension_pattern, &recommended.extension_pattern),
        extension_attribute: either(
            &enforced.extension_attribute,
            &recommended.extension_attribute,
        ),
        extension_file: either(&enforced.extension_file, &recommended.extension_file),
        ..Decisions::default()
    }
}

impl Decided {
    /// The name of the vendor that has been decided on, enforced or recommended.
    fn vendor(&self) -> Option<String> {
        let Policy {
            enforced,
            recommended,
            ..
        } = &self.policy;
        let vendor = enforced.vendor.or(recommended.vendor)?;
        Some(layers::text(&vendor))
    }

    /// The vendor that was named, or else the one that has been decided on; empty for none.
    pub fn vendor_or(&self, named: &str) -> String {
        match named {
            "" => self.vendor().unwrap_or_default(),
            named => named.to_owned(),
        }
    }

    /// Where this agent's secret is found once, if that has been decided.
    pub(crate) fn enrolment_file(&self) -> Option<&str> {
        let Policy {
            enforced,
            recommended,
            ..
        } = &self.policy;
        let file = enforced.enrolment_file.as_deref();
        file.or(recommended.enrolment_file.as_deref())
    }
}

impl Managed {
    pub(crate) fn field(&self, vendor: &str, key: &str) -> Option<&ManagedField> {
        self.fields
            .iter()
            .find(|field| field.vendor == vendor && field.key == key)
    }
}

impl InForce {
    /// What holds for this user with what the organization decides now. Blocks.
    pub fn read(file: &Path, settings: &Settings, sources: &Sources) -> Self {
        let decided = Decided::read(sources, None, extension_of_this_user);
        Self::of(VENDORS, file, settings, &decided)
    }

    /// What whoever signs in is told of their secret, if anything (E4).
    pub(crate) fn credentials_warning(&self) -> Option<String> {
        credentials::warning(self.broad_credentials, self.vendor.as_ref())
    }

    /// What holds for this user. `file` is where the settings are from, for messages only.
    pub fn of(
        vendors: &'static [VendorEntry],
        file: &Path,
        settings: &Settings,
        decided: &Decided,
    ) -> Self {
        let mut layers = Layers::new(file, settings, decided);
        let organization = layers.decide("organization", |by| by.organization.clone());
        let Account {
            vendor,
            wrong,
            left_to_the_agent,
            managed,
        } = account::hold(&mut layers, vendors);
        let broad = layers.decide_or("broad_credentials", BroadCredentials::Warn, |by| {
            by.broad_credentials
        });
        let accept = layers.decide_or("accept_acknowledgement", false, |by| {
            by.accept_acknowledgement
        });
        let limits = limits::hold(&mut layers);
        let sounds = layers.decide_or("sounds", Sounds::Reminders, |by| by.sounds);
        let hotkeys = chords::hold(&mut layers);
        let autostart = layers.decide_or("autostart", true, |by| by.autostart);
        let may_quit = layers.decide_or("may_quit", true, |by| by.may_quit);
        let on_exit_paused =
            layers.decide_or("on_exit_paused", OnExitPaused::Ask, |by| by.on_exit_paused);
        let mut problems = Vec::new();
        let vendor = match simulation::refused(&mut layers, vendor.as_ref()) {
            Some(problem) => {
                problems.push(problem);
                None
            }
            None => vendor,
        };
        let vendor = match credentials::refused(broad, vendor.as_ref()) {
            Some(problem) => {
                problems.push(problem);
                None
            }
            None => vendor,
        };
        tell_the_rest(&mut layers);
        let view = layers.view(organization.unwrap_or_default());
        if !left_to_the_agent {
            problems.extend(words::settings_wrong(&wrong));
        }
        problems.extend(words::settings_misplaced(&settings.misplaced));
        problems.extend(words::policy_rejected(&view.rejected));
        Self {
            vendor,
            simulation: settings.simulation,
            limits,
            hotkeys,
            accept_acknowledgement: accept,
            broad_credentials: broad,
            sounds,
            autostart,
            may_quit,
            on_exit_paused,
            view,
            problems,
            wrong,
            managed,
        }
    }
}

/// What the engine itself does not keep to: the log and the look for updates take it from the
/// view.
fn tell_the_rest(layers: &mut Layers<'_>) {
    layers.decide_or("log_level", LogLevel::Info, |by| by.log_level);
    layers.decide_or("log_days", 14, |by| by.log_days);
    layers.decide_or("log_megabytes", 20, |by| by.log_megabytes);
    layers.decide_or("audit_days", Keeping::USUAL_DAYS, |by| by.audit_days);
    layers.decide("forward_syslog", |by| by.forward_syslog.clone());
    layers.decide("forward_otlp", |by| by.forward_otlp.clone());
    layers.decide("forward_webhook", |by| by.forward_webhook.clone());
    layers.decide_or("update_check", false, |by| by.update_check);
    layers.decide("update_url", |by| by.update_url.clone());
    layers.decide_or("language", Language::System, |by| by.language);
}
