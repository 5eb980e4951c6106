//! The comment field of a Unix account, in which there are further fields (documented: chfn(1)).

use super::super::EnrolmentError;
use super::no_attribute;

const NAMES: [&str; 5] = ["full-name", "room", "office-phone", "home-phone", "other"];

/// One of the fields, by name. Empty where the account has none.
pub(super) fn field(gecos: &str, attribute: &str) -> Result<String, EnrolmentError> {
    let place = NAMES.iter().position(|name| *name == attribute);
    let place = place.ok_or_else(|| {
        no_attribute(
            format!("there is no attribute {attribute:?} of a user on this system"),
            &format!("choose one of: {}", NAMES.join(", ")),
        )
    })?;
    // The last one takes the rest, commas and all.
    Ok(gecos
        .splitn(NAMES.len(), ',')
        .nth(place)
        .unwrap_or_default()
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_has_a_name_and_a_short_comment_has_fewer() {
        let gecos = "Anna Example,12,1684,+49 30 1,sip:anna@a.example,more";
        for (name, value) in [
            ("full-name", "Anna Example"),
            ("room", "12"),
            ("office-phone", "1684"),
            ("home-phone", "+49 30 1"),
            ("other", "sip:anna@a.example,more"),
        ] {
            assert_eq!(field(gecos, name).as_deref(), Ok(value));
        }
        assert_eq!(field("Anna", "office-phone").as_deref(), Ok(""));
    }

    #[test]
    fn a_field_that_nobody_knows_is_answered_with_those_there_are() {
        let error = field("Anna", "telephoneNumber").expect_err("there is none");
        assert!(error.to_string().contains("office-phone"), "{error}");
    }
}
