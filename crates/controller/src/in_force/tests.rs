mod account;
mod precedence;
mod together;

use std::path::Path;

use policy::Policy;
use vendors::VENDORS;

use super::*;
use crate::view::{PolicyOrigin, PolicyValueView};

/// What holds with this policy and this settings file.
fn in_force(policy: &str, settings: &str) -> InForce {
    with_extension(policy, settings, None)
}

fn with_extension(policy: &str, settings: &str, extension: Option<&str>) -> InForce {
    let file = Path::new("settings.toml");
    let settings = Settings::preferences(VENDORS, file, settings).unwrap();
    let decided = Decided {
        policy: Policy::parse(policy),
        extension: extension.map(str::to_owned),
        no_extension: None,
    };
    InForce::of(VENDORS, file, &settings, &decided)
}

fn told<'a>(in_force: &'a InForce, key: &str) -> &'a PolicyValueView {
    let values = &in_force.view.values;
    let found = values.iter().find(|value| value.key == key);
    found.unwrap_or_else(|| panic!("nothing is told of {key}: {values:#?}"))
}

/// The value that holds and who has said it.
fn held(in_force: &InForce, key: &str) -> (String, PolicyOrigin) {
    let told = told(in_force, key);
    (told.value.clone(), told.origin)
}

fn codes(in_force: &InForce) -> Vec<&str> {
    let problems = in_force.problems.iter();
    problems.map(|problem| problem.code.as_str()).collect()
}
