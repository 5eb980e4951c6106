//! The same for any secret, any card number, and whatever stands around them.

use proptest::prelude::*;

use super::{redacted, redacted_json, redacted_line};

/// A secret as vendors issue them: what may stand in a header and in a URL.
fn secret() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_.~-]{12,40}"
}

/// Where it stands; `@` is the secret.
const PLACES: [&str; 12] = [
    "Authorization: Bearer @",
    "proxy-authorization: Basic @",
    "Cookie: JSESSIONID=@",
    "Set-Cookie: a=@; HttpOnly",
    "https://pbx.example/stop?apiKey=@",
    "https://pbx.example/stop?extension=1684&hash=@",
    "https://anna:@@pbx.example/",
    "/stop?timeStamp=1&hash=@",
    "https://calls.s3.amazonaws.com/b.wav?X-Amz-Signature=@",
    "password=@",
    "\"client_secret\": \"@\"",
    "token: @",
];

/// Words that mean nothing, with what ends a word.
fn noise() -> impl Strategy<Value = String> {
    "([a-z]{0,8}[ ,;.\n]){0,4}"
}

/// Digits that pass Luhn.
fn card() -> impl Strategy<Value = String> {
    (1_u32..10, proptest::collection::vec(0_u32..10, 11..18)).prop_map(|(first, rest)| {
        let mut digits = vec![first];
        digits.extend(rest);
        let sum: u32 = digits
            .iter()
            .rev()
            .enumerate()
            .map(|(place, digit)| match (place % 2, digit * 2) {
                (1, _) => *digit,
                (_, doubled) => doubled / 10 + doubled % 10,
            })
            .sum();
        digits.push((10 - sum % 10) % 10);
        digits.iter().map(ToString::to_string).collect()
    })
}

fn separator() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["", " ", "-", ".", "\u{a0}", "%20", " - "])
}

/// In groups of four, as people write them.
fn grouped(card: &str, separator: &str) -> String {
    let groups: Vec<&str> = (0..card.len())
        .step_by(4)
        .map(|start| &card[start..card.len().min(start + 4)])
        .collect();
    groups.join(separator)
}

/// As it is, and as text within one and two texts of JSON.
fn quoted(text: &str, times: usize) -> String {
    (0..times).fold(text.to_owned(), |text, _| {
        serde_json::Value::String(text).to_string()
    })
}

proptest! {
    // E2
    #[test]
    fn no_secret_is_left(
        secret in secret(),
        place in proptest::sample::select(PLACES.to_vec()),
        before in noise(),
        after in noise(),
        times in 0_usize..3,
    ) {
        let stands = place.replace("@@", "@\u{1}").replace('@', &secret).replace('\u{1}', "@");
        let text = quoted(&format!("{before} {stands}\n{after}"), times);
        for masked in [redacted(&text), redacted_line(&text)] {
            prop_assert!(!masked.contains(&secret), "{text}\nbecame\n{masked}");
        }
    }

    // E2
    #[test]
    fn no_card_number_is_left(
        card in card(),
        separator in separator(),
        before in noise(),
        after in noise(),
        times in 0_usize..3,
    ) {
        let written = grouped(&card, separator);
        let text = quoted(&format!("{before} {written} {after}"), times);
        for masked in [redacted(&text), redacted_line(&text)] {
            prop_assert!(!masked.contains(&written), "{text}\nbecame\n{masked}");
            prop_assert!(!masked.contains(&card), "{text}\nbecame\n{masked}");
        }
        let number = serde_json::json!({ "call": card.parse::<u64>().unwrap(), "id": written });
        let masked = redacted_json(number).to_string();
        prop_assert!(!masked.contains(&card), "{masked}");
    }

    #[test]
    fn any_text_is_masked_without_a_panic_and_once_is_enough(text in "\\PC{0,200}") {
        let once = redacted(&text);
        prop_assert_eq!(redacted(&once), once);
    }
}
