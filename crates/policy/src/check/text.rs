//! Values that are text.

use super::{Wrong, not_a};
use crate::form::{Form, LONGEST_CHORD, LONGEST_TEXT};
use crate::tree::Value;

pub(super) fn text(form: Form, value: &Value) -> Result<String, Wrong> {
    let Value::Text(text) = value else {
        return Err(not_a(
            form,
            value,
            "write it as a text, in a file in quotes",
        ));
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(Wrong::new(
            "this is empty",
            "write something, or take it out",
        ));
    }
    one_line(text, LONGEST_TEXT)
}

fn one_line(text: &str, most: usize) -> Result<String, Wrong> {
    if text
        .contains(|letter: char| letter.is_control() || ['\u{2028}', '\u{2029}'].contains(&letter))
    {
        return Err(Wrong::new(
            "this is more than one line of text",
            "write it on one line",
        ));
    }
    if text.chars().count() > most {
        let remedy = format!("write at most {most} characters");
        return Err(Wrong::new("this is too long", remedy));
    }
    Ok(text.to_owned())
}

/// Whoever starts the program chooses its folder, so a path that begins there would be theirs.
pub(super) fn file(path: String) -> Result<String, Wrong> {
    let has_drive =
        matches!(path.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    if path.starts_with('/') || path.starts_with("\\\\") || has_drive {
        return Ok(path);
    }
    Err(Wrong::new(
        "this path has no beginning, and no variables are put in",
        "write the whole path, from / or from a drive such as C:\\",
    ))
}

pub(super) fn address(text: String) -> Result<String, Wrong> {
    let Ok(url) = url::Url::parse(&text) else {
        return Err(Wrong::new(
            "this is no address",
            "write it as https://host.example.com",
        ));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Wrong {
            wrong: "this address holds a user name or a password".to_owned(),
            ..Wrong::secret()
        });
    }
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    match url.scheme() {
        "https" if has_host => Ok(text),
        "http" if is_loopback(&url) => Ok(text),
        "http" => Err(Wrong::new(
            "over http others can read and change what is said on the way",
            "write https:// and not http://, which may lead to this computer itself only",
        )),
        _ => Err(Wrong::new(
            "this is no address of a server",
            "write it as https://host.example.com",
        )),
    }
}

/// A host and its port, and nothing that would be left out without a word.
pub(super) fn server(text: String) -> Result<String, Wrong> {
    let is_whole = url::Url::parse(&format!("server://{text}")).is_ok_and(|url| {
        let parts = [url.path(), url.username()].concat();
        url.port().is_some_and(|port| port > 0)
            && url.host_str().is_some_and(|host| !host.is_empty())
            && parts.is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    if is_whole {
        return Ok(text);
    }
    Err(Wrong::new(
        "this is no host with a port",
        "write it as host.example.com:6514, without anything before or after it",
    ))
}

fn is_loopback(url: &url::Url) -> bool {
    url.host().is_some_and(|host| match host {
        url::Host::Domain(name) => name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    })
}

pub(super) fn pattern(text: String) -> Result<String, Wrong> {
    const REMEDY: &str = "write one whose first group is the extension, such as '^agent(\\d+)$'";
    let Ok(compiled) = regex::Regex::new(&text) else {
        return Err(Wrong::new("this is no regular expression", REMEDY));
    };
    // The whole match counts as one.
    if compiled.captures_len() < 2 {
        return Err(Wrong::new("this regular expression has no group", REMEDY));
    }
    Ok(text)
}

pub(super) fn chord(form: Form, value: &Value) -> Result<String, Wrong> {
    let Value::Text(text) = value else {
        return Err(not_a(
            form,
            value,
            "write it as \"Ctrl+Alt+P\", or \"none\"",
        ));
    };
    let text = text.trim();
    if text.eq_ignore_ascii_case("none") {
        return Ok(String::new());
    }
    one_line(text, LONGEST_CHORD)
}
