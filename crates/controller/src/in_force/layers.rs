//! The layers that a value may come from, and what is told of each.

use std::path::Path;

use policy::{Decisions, KEYS, Place, Policy, Rejected, Strength};
use serde::Serialize;

use super::Decided;
use crate::settings::{Settings, as_text};
use crate::view::{PolicyOrigin, PolicyValueView, PolicyView};

/// What is below what: the stronger first.
pub(super) const STRENGTHS: [Strength; 2] = [Strength::Enforced, Strength::Recommended];

/// A value and who has said it.
#[derive(Clone, Debug)]
pub(super) struct Held<T> {
    pub(super) value: T,
    pub(super) origin: PolicyOrigin,
}

/// Everything that values are taken from, and what has been told of them so far.
pub(super) struct Layers<'a> {
    pub(super) settings: &'a Settings,
    pub(super) decided: &'a Decided,
    pub(super) file: &'a Path,
    values: Vec<PolicyValueView>,
    rejected: Vec<Rejected>,
}

impl<'a> Layers<'a> {
    pub(super) fn new(file: &'a Path, settings: &'a Settings, decided: &'a Decided) -> Self {
        Self {
            settings,
            decided,
            file,
            values: Vec::new(),
            rejected: Vec::new(),
        }
    }

    pub(super) fn policy(&self) -> &'a Policy {
        &self.decided.policy
    }

    /// What has been decided at this strength.
    pub(super) fn by(&self, strength: Strength) -> &'a Decisions {
        match strength {
            Strength::Enforced => &self.decided.policy.enforced,
            Strength::Recommended => &self.decided.policy.recommended,
        }
    }

    /// A value that only the organisation decides.
    pub(super) fn decide<T: Serialize>(
        &mut self,
        key: &'static str,
        pick: fn(&Decisions) -> Option<T>,
    ) -> Option<T> {
        let found = self.find(key, pick);
        if found.is_none() {
            self.tell(key, String::new(), PolicyOrigin::Default, String::new());
        }
        found
    }

    /// The same, where something is built in.
    pub(super) fn decide_or<T: Serialize>(
        &mut self,
        key: &'static str,
        built_in: T,
        pick: fn(&Decisions) -> Option<T>,
    ) -> T {
        self.find(key, pick).unwrap_or_else(|| {
            self.tell(key, text(&built_in), PolicyOrigin::Default, String::new());
            built_in
        })
    }

    fn find<T: Serialize>(
        &mut self,
        key: &'static str,
        pick: fn(&Decisions) -> Option<T>,
    ) -> Option<T> {
        let (value, strength) = STRENGTHS
            .into_iter()
            .find_map(|strength| Some((pick(self.by(strength))?, strength)))?;
        let place = self.place(key, strength).0;
        self.tell(key, text(&value), origin(strength), place);
        Some(value)
    }

    /// Whether the user's own value does not count here, because the organisation has written
    /// one that guards something and could not be read (F4).
    pub(super) fn passes_over_the_user(&self, key: &str) -> bool {
        let guards = KEYS.iter().any(|known| known.name == key && known.guards);
        guards && self.policy().is_spoilt(key)
    }

    /// What is told of a value. `key` may have a part after a point that is not a key of the
    /// policy.
    pub(super) fn tell(
        &mut self,
        key: impl Into<String>,
        value: String,
        origin: PolicyOrigin,
        place: String,
    ) {
        self.values.push(PolicyValueView {
            key: key.into(),
            value,
            origin,
            place,
        });
    }

    /// What is told of a value that `by` holds: the organisation at `key`, or the user at
    /// `in_file` of the settings file.
    pub(super) fn tell_held(
        &mut self,
        told_as: impl Into<String>,
        key: &str,
        value: String,
        by: PolicyOrigin,
        in_file: &str,
    ) {
        let place = match by {
            PolicyOrigin::Enforced => self.place(key, Strength::Enforced).0,
            PolicyOrigin::Recommended => self.place(key, Strength::Recommended).0,
            PolicyOrigin::User => self.place_of_user(in_file),
            PolicyOrigin::Default => String::new(),
        };
        self.tell(told_as, value, by, place);
    }

    /// Where the user has written a setting: "settings.toml:3".
    pub(super) fn place_of_user(&self, key: &str) -> String {
        let file = self.file.display();
        match self.settings.line(key) {
            Some(line) => format!("{file}:{line}"),
            None => file.to_string(),
        }
    }

    /// Where the organisation has decided something.
    pub(super) fn place(&self, key: &str, strength: Strength) -> Place {
        let place = self.policy().place(key, strength).cloned();
        place.unwrap_or_else(|| Place(String::new()))
    }

    /// A decision that cannot be taken, though it is right by itself.
    pub(super) fn reject(&mut self, key: &str, strength: Strength, wrong: &str, remedy: &str) {
        let rejected = Rejected {
            place: self.place(key, strength),
            key: key.to_owned(),
            wrong: wrong.to_owned(),
            remedy: remedy.to_owned(),
        };
        if !self.rejected.contains(&rejected) {
            self.rejected.push(rejected);
        }
    }

    /// All that has been told, in the order of the reference page.
    pub(super) fn view(self, organization: String) -> PolicyView {
        let Self {
            mut values,
            rejected,
            decided,
            ..
        } = self;
        values.sort_by_key(|told| {
            let key = told.key.split('.').next().unwrap_or_default();
            KEYS.iter().position(|known| known.name == key)
        });
        let rejected = decided.policy.rejected.iter().chain(&rejected);
        PolicyView {
            organization,
            values,
            rejected: rejected.map(ToString::to_string).collect(),
        }
    }
}

/// Who has said what is decided at this strength.
pub(super) fn origin(strength: Strength) -> PolicyOrigin {
    match strength {
        Strength::Enforced => PolicyOrigin::Enforced,
        Strength::Recommended => PolicyOrigin::Recommended,
    }
}

/// A value as its file has it, but for the quotes.
pub(super) fn text(value: &impl Serialize) -> String {
    toml::Value::try_from(value)
        .as_ref()
        .map(as_text)
        .expect("a decision can be written to a file: that is where it comes from")
}
