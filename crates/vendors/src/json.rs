//! Reading replies that are objects.

use serde::Deserialize;

/// Reads an object; `None` if it is none with these fields. Serde would take a list for one, too,
/// and whatever bytes for a text that it skips.
pub(crate) fn object<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Option<T> {
    if !body.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    serde_json::from_str(str::from_utf8(body).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Said {
        code: u8,
    }

    #[test]
    fn an_object_is_read_and_neither_a_list_nor_what_is_no_text() {
        assert_eq!(object(b" {\"code\": 3}"), Some(Said { code: 3 }));
        assert_eq!(
            object(br#"{"code": 3, "more": "x"}"#),
            Some(Said { code: 3 })
        );
        for other in [
            &b"[3]"[..],
            b"{\"code\": 3, \"more\": \"\xb8\"}",
            b"{\"code\": 3",
            b"{}",
            b"3",
            b"",
        ] {
            assert_eq!(object::<Said>(other), None, "{other:?}");
        }
    }
}
