//! Secrets by where they stand: headers, URLs, and behind a name that says so.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// A character of a value, as it is or escaped in JSON, but for what ends the value there.
const IN_VALUE: &str = r#"(?:[^\s"'<>\\]|\\[^"\\nrt])"#;

/// Words that a secret's name contains.
const NAMES: &str = "passw(?:or)?d|passphrase|secret|token|credential|signature\
    |api[_-]?key|access[_-]?key|private[_-]?key|enrolment[_-]?code|session[_-]?id|jsessionid";

static RULES: LazyLock<[(Regex, &str); 9]> = LazyLock::new(|| {
    let rule = |pattern: &str| Regex::new(pattern).expect("the tests compile each pattern");
    [
        // Behind a name and in quotes. First: what follows a header is masked to the next quote,
        // and would take the name away from its value.
        (
            rule(&format!(
                r#"(?i)([\w.-]*(?:{NAMES})[\w-]*)(\\*["']?\s*(?:=|:)\s*(?:some\()?)(\\*"(?:[^"\\]|\\[^"])+|'[^']+)"#
            )),
            "${1}${2}[masked]",
        ),
        // The query of a URL in the form that Rust prints for debugging.
        (
            rule(r#"(?i)\b((?:query|fragment):\s*Some\(\\*")(?:[^"\\]|\\[^"])+"#),
            "${1}[masked]",
        ),
        // A header, to the end of its line or of the text that quotes it.
        (
            rule(
                r#"(?i)((?:\b|\\[nrt])(?:(?:proxy-)?authorization|(?:set-)?cookie|x-csrf-token|x-api-key))(\\*["']?\s*[:=]\s*\\*["']?)(?:[^"'\\\r\n]|\\[^"'\\rn])+"#,
            ),
            "${1}${2}[masked]",
        ),
        // What a header of that kind holds, without its name.
        (
            rule(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/-]{8,}=*"),
            "${1} [masked]",
        ),
        // A JSON web token.
        (
            rule(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"),
            "[masked]",
        ),
        // User and password in a URL.
        (
            rule(r#"(?i)\b([a-z][a-z0-9+.-]*:(?:\\?/){2})[^\s/@"'<>\\?#]+@"#),
            "${1}[masked]@",
        ),
        // The query and the fragment of a URL.
        (
            rule(&format!(
                r#"(?i)\b([a-z][a-z0-9+.-]*:(?:\\?/){{2}}(?:[^\s"'<>?#\\]|\\/)*)[?#]{IN_VALUE}+"#
            )),
            "${1}?[masked]",
        ),
        // The same of a URL without a host.
        (
            rule(&format!(
                r"([\w/.~-])\?[\w.~%\[\]$-]+=(?:\[masked\]|{IN_VALUE})*"
            )),
            "${1}?[masked]",
        ),
        // Behind a name, with or without quotes.
        (
            rule(&format!(
                r#"(?i)([\w.-]*(?:{NAMES})[\w-]*)(\\*["']?\s*(?:=|:)\s*)(\\*"(?:[^"\\]|\\[^"])+|'[^']+|[^\s:"'&,;\\}}\]\[][^\s"'&,;\\}}\]]*)"#
            )),
            "${1}${2}[masked]",
        ),
    ]
});

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)(?:{NAMES})|^(?:proxy-)?authorization$|cookie"
    ))
    .expect("the tests compile it")
});

pub(super) fn masked(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    for (pattern, instead) in RULES.iter() {
        if let Cow::Owned(changed) = pattern.replace_all(&masked, *instead) {
            masked = Cow::Owned(changed);
        }
    }
    masked
}

pub(super) fn names_a_secret(key: &str) -> bool {
    NAME.is_match(key)
}
