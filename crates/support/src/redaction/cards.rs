//! Card numbers: 13 to 19 digits that pass Luhn, with whatever people and programs put between.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Without a space: in a URL it must not look like the end.
const MASK: &str = "[card-number]";

/// Digits, and between two groups of them up to three separators: as typed, or as they are
/// escaped in URLs and JSON. An escape before the first group belongs to it, because the digits
/// at its end would be taken for the card's.
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:%20|%2[dD]|\\u00[aA]0|\\u00[24]0)*[0-9]+(?:(?:[ \t\n.+_\u{a0}\u{2007}-\u{2015}\u{202f}-]|%20|%2[dD]|\\u00[aA]0|\\u00[24]0|\\[tn]){1,3}[0-9]+)*",
    )
    .expect("the tests compile it")
});

static GROUP: LazyLock<Regex> = LazyLock::new(|| {
    // What escapes a separator holds digits of its own.
    Regex::new(r"%20|%2[dD]|\\u00[0-9a-fA-F]{2}|(?<digits>[0-9]+)").expect("the tests compile it")
});

pub(super) fn masked(text: &str) -> Cow<'_, str> {
    let mut found = Vec::new();
    for run in RUN.find_iter(text) {
        cards(run.as_str(), run.start(), &mut found);
    }
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for card in found {
        masked.push_str(&text[from..card.start]);
        masked.push_str(MASK);
        from = card.end;
    }
    masked.push_str(&text[from..]);
    Cow::Owned(masked)
}

/// Adds where the card numbers of a run are. One may stand between other numbers: an amount
/// before it, an expiry date after it.
fn cards(run: &str, offset: usize, found: &mut Vec<Range<usize>>) {
    let groups: Vec<Range<usize>> = GROUP
        .captures_iter(run)
        .filter_map(|group| group.name("digits").map(|digits| digits.range()))
        .collect();
    let mut first = 0;
    while first < groups.len() {
        match longest_card(run, &groups[first..]) {
            Some(length) => {
                let last = &groups[first + length - 1];
                found.push(offset + groups[first].start..offset + last.end);
                first += length;
            }
            None => first += 1,
        }
    }
}

/// How many of these groups make the longest card number that begins with the first.
fn longest_card(run: &str, groups: &[Range<usize>]) -> Option<usize> {
    let mut digits = String::new();
    let mut longest = None;
    for (number, group) in groups.iter().enumerate() {
        digits.push_str(&run[group.clone()]);
        if digits.len() > 19 {
            break;
        }
        if digits.len() >= 13 && passes_luhn(&digits) {
            longest = Some(number + 1);
        }
    }
    longest
}

pub(crate) fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match (place % 2, digit) {
                (0, _) => digit,
                (_, 0..5) => 2 * digit,
                (_, _) => 2 * digit - 9,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
