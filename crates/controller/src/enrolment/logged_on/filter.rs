//! The search for a user in Active Directory.

use std::fmt::Write;

/// A filter that finds the user of this name and nobody else, whatever is in the name
/// (RFC 4515, section 3).
pub(super) fn user(name: &str) -> String {
    let mut safe = String::new();
    for letter in name.chars() {
        match letter {
            '*' | '(' | ')' | '\\' | '\0' => {
                write!(safe, "\\{:02x}", u32::from(letter)).expect("a String takes everything");
            }
            other => safe.push(other),
        }
    }
    format!("(&(objectCategory=person)(objectClass=user)(sAMAccountName={safe}))")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_widen_the_search() {
        let filter = user("an*na)(cn=*");
        assert!(
            filter.ends_with(r"(sAMAccountName=an\2ana\29\28cn=\2a))"),
            "{filter}"
        );
    }
}
