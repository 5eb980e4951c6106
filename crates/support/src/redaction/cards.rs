//! Card numbers: 13 to 19 digits that pass Luhn, with whatever people and programs put between.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Without a space: in a URL it must not look like the end.
const MASK: &str = "[card-number]";

/// What people put between two groups of digits.
const SEPARATOR: &str = r"[ \t\n.+_\u{a0}\u{2007}-\u{2015}\u{202f}-]";

/// The same as it is escaped in URLs and JSON.
const ESCAPED_SEPARATOR: &str = r"%20|%2[dD]|\\u00[aA]0|\\u002[0dD]|\\[tn]";

/// Anything that is escaped so, which may end in digits that are not the card's.
const ESCAPE: &str = r"%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}";

/// One way to read the digits of a text.
struct Reading {
    /// Groups of digits, with up to three separators between two of them.
    run: Regex,
    /// A group within a run, by the name `digits`; or what holds digits that are none of its.
    group: Regex,
}

/// With and without escapes: whether `%41` is one or a percentage before a card, nobody can tell.
static READINGS: LazyLock<[Reading; 2]> = LazyLock::new(|| {
    let regex = |pattern: String| Regex::new(&pattern).expect("the tests compile it");
    let between = format!("(?:{SEPARATOR}|{ESCAPED_SEPARATOR}){{1,3}}");
    [
        Reading {
            run: regex(format!("[0-9]+(?:{SEPARATOR}{{1,3}}[0-9]+)*")),
            group: regex("(?<digits>[0-9]+)".to_owned()),
        },
        Reading {
            run: regex(format!("(?:{ESCAPE})*[0-9]+(?:{between}[0-9]+)*")),
            group: regex(format!("{ESCAPE}|(?<digits>[0-9]+)")),
        },
    ]
});

pub(super) fn masked(text: &str) -> Cow<'_, str> {
    let mut found = Vec::new();
    for reading in READINGS.iter() {
        for run in reading.run.find_iter(text) {
            cards(reading, run.as_str(), run.start(), &mut found);
        }
    }
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    found.sort_by_key(|card| card.start);
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for card in found {
        // Both readings may have found it, and one more of it.
        if card.start >= from {
            masked.push_str(&text[from..card.start]);
            masked.push_str(MASK);
        }
        from = from.max(card.end);
    }
    masked.push_str(&text[from..]);
    Cow::Owned(masked)
}

/// Adds where the card numbers of a run are. One may stand between other numbers: an amount
/// before it, an expiry date after it.
fn cards(reading: &Reading, run: &str, offset: usize, found: &mut Vec<Range<usize>>) {
    let groups: Vec<Range<usize>> = reading
        .group
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
