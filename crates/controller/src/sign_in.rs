//! A sign-in as the agent asks for it: checked, kept, written down, and only then tried.

use std::path::Path;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use vendors::{Vendor, VendorEntry};

use crate::in_force::{Decided, InForce};
use crate::secrets::{self, SecretStore};
use crate::settings::{Draft, Settings, SettingsError};
use crate::trouble::Trouble;
use crate::view::{FieldProblemView, SignIn};
use crate::words::{self, Who};

/// The key under which the form shows what is wrong with the secret.
pub(crate) const SECRET: &str = "secret";

/// A sign-in that can be tried, or everything that is wrong with it.
pub(crate) type Preparation = Result<Box<Prepared>, Vec<FieldProblemView>>;

/// A sign-in that can be tried.
pub(crate) struct Prepared {
    pub(crate) settings: Settings,
    /// The account that the secret is kept for.
    pub(crate) account: String,
    pub(crate) secret: Option<SecretString>,
}

/// Checks every field, keeps the secret and writes the settings file. Blocks; sends nothing.
pub(crate) fn prepare(
    vendors: &'static [VendorEntry],
    file: &Path,
    decided: &Decided,
    store: &dyn SecretStore,
    sign_in: SignIn,
) -> Preparation {
    let name = decided.vendor_or(&sign_in.vendor);
    let draft = Draft::new(vendors, file, decided, &name, &sign_in.fields)
        .map_err(|error| in_fields(error, &name))?;
    let settings = draft.settings().clone();
    let chosen = match &draft.in_force().vendor {
        Some(chosen) => chosen,
        None => return Err(not_allowed(draft.in_force())),
    };
    let vendor: Arc<dyn Vendor> = Arc::from(chosen.open());
    let who = Who::new(&*vendor, chosen.entry);
    let secret = secret(&*vendor, &who, store, sign_in.secret).map_err(|problem| vec![problem])?;
    draft.save().map_err(|error| in_fields(error, &name))?;
    Ok(Box::new(Prepared {
        account: secrets::account(&*vendor),
        settings,
        secret,
    }))
}

/// Why what was typed is right and cannot be used all the same: the organisation does not allow
/// it.
fn not_allowed(in_force: &InForce) -> Vec<FieldProblemView> {
    let blocking = in_force
        .problems
        .iter()
        .filter(|problem| problem.blocks_pausing);
    blocking
        .map(|problem| FieldProblemView {
            field: String::new(),
            message: problem.message.clone(),
        })
        .collect()
}

/// What is wrong with a sign-in that was tried.
pub(crate) fn refused(trouble: &Trouble, who: &Who) -> FieldProblemView {
    let (problem, _) = words::trouble(trouble, who);
    FieldProblemView {
        field: if trouble.rejects_the_secret() {
            SECRET.to_owned()
        } else {
            String::new()
        },
        message: problem.message,
    }
}

/// The secret as typed, kept; or the one that is kept already.
fn secret(
    vendor: &dyn Vendor,
    who: &Who,
    store: &dyn SecretStore,
    typed: Option<SecretString>,
) -> Result<Option<SecretString>, FieldProblemView> {
    let Some(called) = vendor.secret() else {
        return Ok(None);
    };
    let account = secrets::account(vendor);
    let refused = |trouble: Trouble| refused(&trouble, who);
    let typed = typed.filter(|secret| !secret.expose_secret().trim().is_empty());
    if let Some(secret) = typed {
        store
            .keep(&account, &secret)
            .map_err(Trouble::Secret)
            .map_err(refused)?;
    }
    let kept = store
        .load(&account)
        .map_err(Trouble::Secret)
        .map_err(refused)?;
    match kept {
        Some(secret) => Ok(Some(secret)),
        None => Err(refused(Trouble::NoSecret(called))),
    }
}

fn in_fields(error: SettingsError, vendor: &str) -> Vec<FieldProblemView> {
    match error {
        SettingsError::Wrong(problems) => problems
            .iter()
            .map(|problem| FieldProblemView {
                field: problem.field(vendor).to_owned(),
                message: problem.to_string(),
            })
            .collect(),
        SettingsError::Unreadable { .. } | SettingsError::Unwritable { .. } => {
            vec![FieldProblemView {
                field: String::new(),
                message: error.to_string(),
            }]
        }
    }
}
