//! Where decisions are read: on this computer, or for a trial in one file.

use std::path::{Path, PathBuf};

use policy::{Decisions, Policy, Sources, Strength};

/// A file was named to read a policy from, on a computer that has one of its own.
#[derive(Debug, thiserror::Error)]
#[error(
    "{} is not used: this computer has a policy of its own ({place}), and --policy is no way \
     around it; start without --policy",
    file.display()
)]
pub struct HasItsOwn {
    file: PathBuf,
    place: String,
}

/// The places of this computer that only an administrator can write; or this file alone, where
/// nothing is written there. Blocks.
///
/// # Errors
/// A file is named, and this computer has a policy of its own.
pub fn sources(file: Option<&Path>) -> Result<Sources, HasItsOwn> {
    let own = Sources::of_this_computer();
    let Some(file) = file else {
        return Ok(own);
    };
    match place(&Policy::read(&own, None)) {
        None => Ok(Sources::only(file)),
        Some(place) => Err(HasItsOwn {
            file: file.to_path_buf(),
            place,
        }),
    }
}

/// Where something is written, if something is; whether it can be taken or not.
fn place(policy: &Policy) -> Option<String> {
    if let Some(rejected) = policy.rejected.first() {
        return Some(rejected.place.to_string());
    }
    let nothing = Decisions::default();
    if policy.enforced == nothing && policy.recommended == nothing {
        return None;
    }
    let strengths = [Strength::Enforced, Strength::Recommended];
    let mut places = policy::KEYS.iter().flat_map(|key| {
        strengths
            .into_iter()
            .filter_map(|strength| policy.place(key.name, strength))
    });
    Some(places.next().map(ToString::to_string).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computer_has_a_policy_of_its_own_if_anything_is_written_there_right_or_wrong() {
        assert_eq!(place(&Policy::parse("")), None);
        assert_eq!(place(&Policy::parse("[enforced]\n")), None);
        for (text, line) in [
            ("[enforced]\nmay_quit = false\n", 2),
            ("[recommended]\n\nlog_days = 3\n", 3),
            ("[enforced]\nmay_quit = \"perhaps\"\n", 2),
            ("this is no policy", 1),
        ] {
            let place = place(&Policy::parse(text)).expect(text);
            assert_eq!(place, format!("policy.toml:{line}"), "{text}");
        }
    }
}
