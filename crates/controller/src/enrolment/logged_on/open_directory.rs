//! What `dscl` prints of an attribute in Open Directory.

/// The value; `None` where there is no such attribute.
///
/// A short one stands behind the name, a long one (and one with a space in it) on the next line,
/// indented (documented: dscl(1)).
pub(super) fn value(printed: &str, attribute: &str) -> Option<String> {
    let rest = printed.lines().enumerate().find_map(|(number, line)| {
        // A name without a prefix is printed with one: dsAttrTypeStandard:.
        let (name, rest) = line
            .rsplit_once(": ")
            .or_else(|| Some((line.strip_suffix(':')?, "")))?;
        let bare = name.rsplit(':').next()?;
        let asked = attribute.rsplit(':').next()?;
        bare.eq_ignore_ascii_case(asked).then_some((number, rest))
    });
    let (number, rest) = rest?;
    if rest.is_empty() {
        return Some(printed.lines().nth(number + 1)?.trim().to_owned());
    }
    Some(rest.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_behind_its_name_or_on_the_next_line() {
        for (printed, attribute, found) in [
            ("PhoneNumber: 1684\n", "PhoneNumber", Some("1684")),
            (
                "PhoneNumber:\n +49 30 1684\n",
                "PhoneNumber",
                Some("+49 30 1684"),
            ),
            (
                "dsAttrTypeNative:ipPhone: 1684\n",
                "dsAttrTypeNative:ipPhone",
                Some("1684"),
            ),
            (
                "EMailAddress: sip:anna@a.example\n",
                "EMailAddress",
                Some("sip:anna@a.example"),
            ),
            ("No such key: PhoneNumber\n", "PhoneNumber", None),
            ("", "PhoneNumber", None),
        ] {
            assert_eq!(value(printed, attribute).as_deref(), found, "{printed:?}");
        }
    }
}
