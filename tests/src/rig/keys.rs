//! Keys by name, and how to press them on a keyboard layout.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};

/// Keys pressed together, the last of them by name or by what it types: `Ctrl+Alt+P`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chord {
    /// In the order in which they go down.
    pub(super) keysyms: Vec<u32>,
}

impl Chord {
    /// Reads a chord as a person writes it, with `+` between the keys.
    ///
    /// # Errors
    /// A key has no name that is known here.
    pub fn parse(text: &str) -> Result<Self> {
        let keysyms = text
            .split('+')
            .map(|name| keysym(name.trim()))
            .collect::<Result<_>>()?;
        Ok(Self { keysyms })
    }
}

fn keysym(name: &str) -> Result<u32> {
    // Values from X11's keysymdef.h.
    let known = match name.to_ascii_lowercase().as_str() {
        "ctrl" | "control" => 0xffe3,
        "alt" => 0xffe9,
        "shift" => 0xffe1,
        "super" | "meta" => 0xffeb,
        "enter" | "return" => 0xff0d,
        "escape" | "esc" => 0xff1b,
        "tab" => 0xff09,
        "space" => 0x20,
        "backspace" => 0xff08,
        "delete" => 0xffff,
        "left" => 0xff51,
        "up" => 0xff52,
        "right" => 0xff53,
        "down" => 0xff54,
        "pause" => 0xff13,
        lower => return keysym_of(lower, name),
    };
    Ok(known)
}

fn keysym_of(lower: &str, name: &str) -> Result<u32> {
    if let Some(number) = lower
        .strip_prefix('f')
        .and_then(|rest| rest.parse::<u32>().ok())
        && (1..=24).contains(&number)
    {
        return Ok(0xffbe + number - 1);
    }
    let mut letters = lower.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => keysym_of_letter(letter),
        (None, _) | (Some(_), Some(_)) => bail!("there is no key {name:?}"),
    }
}

/// The keysym that types a letter: in Latin-1 they are the same number.
pub(super) fn keysym_of_letter(letter: char) -> Result<u32> {
    match letter {
        '\n' => Ok(0xff0d),
        '\t' => Ok(0xff09),
        ' '..='~' | '\u{a0}'..='\u{ff}' => Ok(u32::from(letter)),
        _ => bail!("no key of this keyboard types {letter:?}"),
    }
}

/// Which key makes which keysym, and whether with Shift.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    keys: HashMap<u32, (u8, bool)>,
}

impl Layout {
    /// Reads a keyboard mapping: `each` keysyms for every key from `first` on.
    pub(super) fn new(first: u8, each: u8, keysyms: &[u32]) -> Self {
        let mut keys = HashMap::new();
        for (key, made) in (first..=u8::MAX).zip(keysyms.chunks(usize::from(each.max(1)))) {
            for (shifted, keysym) in made.iter().take(2).enumerate() {
                if *keysym != 0 {
                    keys.entry(*keysym).or_insert((key, shifted == 1));
                }
            }
        }
        Self { keys }
    }

    pub(super) fn key(&self, keysym: u32) -> Result<(u8, bool)> {
        self.keys
            .get(&keysym)
            .copied()
            .with_context(|| format!("this keyboard has no key for keysym {keysym:#x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_is_read_as_people_write_it() {
        let chord = Chord::parse("Ctrl+Alt+P").unwrap();
        assert_eq!(chord.keysyms, [0xffe3, 0xffe9, u32::from('p')]);
        assert_eq!(
            Chord::parse("shift + F12").unwrap().keysyms,
            [0xffe1, 0xffc9]
        );
    }

    #[test]
    fn an_unknown_key_is_an_error_and_not_another_key() {
        let error = Chord::parse("Ctrl+Banana").unwrap_err();
        assert_eq!(error.to_string(), "there is no key \"Banana\"");
    }

    #[test]
    fn a_layout_knows_where_shift_is_needed() {
        let layout = Layout::new(38, 2, &[0x61, 0x41, 0, 0]);
        assert_eq!(layout.key(0x61).unwrap(), (38, false));
        assert_eq!(layout.key(0x41).unwrap(), (38, true));
        assert!(layout.key(0).is_err());
    }
}
