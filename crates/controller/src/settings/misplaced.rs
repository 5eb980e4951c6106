use super::SettingsProblem;
use super::source::Source;

/// What is in `[policy]`, where it was once. Nobody loses the ability to pause because of it,
/// but it is not heeded: an agent can write this file.
pub(super) fn read(source: &Source<'_>) -> Vec<SettingsProblem> {
    source
        .said()
        .into_keys()
        .filter(|key| key == "policy" || key.starts_with("policy."))
        .map(|key| {
            source.problem(
                &key,
                "only the organization can decide this, so it is not heeded here",
                "take it out; an administrator writes it in the policy of this computer \
                 (`fermatactl policy show` says where that is)",
            )
        })
        .collect()
}
