//! Learns of our own chord at once on X11 (`docs/decisions/0001-hotkey-latency.md`).

use std::sync::{Arc, Mutex, PoisonError};

use global_hotkey::hotkey::{Code, HotKey, Modifiers};
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt, EventMask, ModMask, NotifyMode, Window,
};
use x11rb::rust_connection::RustConnection;

use super::press::{Chord, Keymap, held};

/// Looks for our chords at the moments when the X server grabs the keyboard for somebody.
pub(super) struct EarlyLook {
    server: RustConnection,
    root: Window,
    chords: Arc<Mutex<Vec<Chord>>>,
    modifier_keys: Keymap,
}

impl EarlyLook {
    /// Connects to the X server, to look for whatever these chords are at the time.
    ///
    /// # Errors
    /// There is no X server, or it goes away.
    pub(super) fn new(chords: Arc<Mutex<Vec<Chord>>>) -> anyhow::Result<Self> {
        let (server, screen) = RustConnection::connect(None)?;
        let root = server.setup().roots[screen].root;
        let focus_changes = ChangeWindowAttributesAux::new().event_mask(EventMask::FOCUS_CHANGE);
        server
            .change_window_attributes(root, &focus_changes)?
            .check()?;
        Ok(Self {
            chords,
            modifier_keys: modifier_keys(&server)?,
            server,
            root,
        })
    }

    /// Hands each chord on as it is pressed. Sleeps otherwise. Ends when the X server does.
    pub(super) fn run(self, mut pressed: impl FnMut(u32)) -> anyhow::Result<()> {
        let mut looked_at = 0;
        loop {
            let (event, sequence) = self.server.wait_for_event_with_sequence()?;
            let Event::FocusIn(focus) = event else {
                continue;
            };
            // Grabs from before the last look are answered by that look.
            if focus.mode != NotifyMode::GRAB || sequence < looked_at {
                continue;
            }
            let keys = self.server.query_keymap()?;
            looked_at = keys.sequence_number();
            let pointer = self.server.query_pointer(self.root)?;
            let (keys, modifiers) = (keys.reply()?.keys, u16::from(pointer.reply()?.mask));
            let chord = {
                let chords = self.chords.lock().unwrap_or_else(PoisonError::into_inner);
                held(&chords, &keys, modifiers, &self.modifier_keys)
            };
            if let Some(chord) = chord {
                pressed(chord.id);
            }
        }
    }
}

/// Finds each hotkey's key just as the registrar does: the first key that carries its symbol.
///
/// Chords on keys that are not on the keyboard, or that are not known here, are left out: the
/// registrar alone reports those.
///
/// # Errors
/// There is no X server, or it goes away.
pub(super) fn chords(hotkeys: &[HotKey]) -> anyhow::Result<Vec<Chord>> {
    let (server, _) = RustConnection::connect(None)?;
    let (first, last) = (server.setup().min_keycode, server.setup().max_keycode);
    let mapping = server
        .get_keyboard_mapping(first, last - first + 1)?
        .reply()?;
    let symbols_per_key = usize::from(mapping.keysyms_per_keycode).max(1);
    let keycode = |symbol: u32| {
        (first..=last)
            .zip(mapping.keysyms.chunks(symbols_per_key))
            .find_map(|(keycode, symbols)| symbols.contains(&symbol).then_some(keycode))
    };
    Ok(hotkeys
        .iter()
        .filter_map(|hotkey| {
            Some(Chord {
                id: hotkey.id(),
                keycode: keycode(symbol(hotkey.key)?)?,
                modifiers: modifiers(hotkey.mods),
            })
        })
        .collect())
}

fn modifier_keys(server: &RustConnection) -> Result<Keymap, ReplyError> {
    let mut keys = [0; 32];
    for keycode in server.get_modifier_mapping()?.reply()?.keycodes {
        keys[usize::from(keycode / 8)] |= 1 << (keycode % 8);
    }
    // Unused places of the modifier map hold 0, which is no key.
    keys[0] &= !1;
    Ok(keys)
}

/// The X11 symbol of the keys that a chord is likely to be on (X11 `keysymdef.h`).
fn symbol(key: Code) -> Option<u32> {
    let name = key.to_string();
    if let Some(letter_or_digit) = name.strip_prefix("Key").or(name.strip_prefix("Digit")) {
        return letter_or_digit.chars().next().map(u32::from);
    }
    if let Some(Ok(number)) = name.strip_prefix('F').map(str::parse::<u32>) {
        return Some(0xffbd + number);
    }
    match name.as_str() {
        "Space" => Some(0x20),
        "Pause" => Some(0xff13),
        "ScrollLock" => Some(0xff14),
        "Home" => Some(0xff50),
        "PageUp" => Some(0xff55),
        "PageDown" => Some(0xff56),
        "End" => Some(0xff57),
        "PrintScreen" => Some(0xff61),
        "Insert" => Some(0xff63),
        _ => None,
    }
}

fn modifiers(of: Modifiers) -> u16 {
    [
        (Modifiers::SHIFT, ModMask::SHIFT),
        (Modifiers::CONTROL, ModMask::CONTROL),
        (Modifiers::ALT, ModMask::M1),
        (Modifiers::META, ModMask::M4),
    ]
    .into_iter()
    .filter(|(name, _)| of.contains(*name))
    .fold(0, |mask, (_, bit)| mask | u16::from(bit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol_and_modifiers(chord: &str) -> (Option<u32>, u16) {
        let hotkey: HotKey = chord.parse().expect("a chord");
        (symbol(hotkey.key), modifiers(hotkey.mods))
    }

    #[test]
    fn chords_are_translated_as_x11_has_them() {
        assert_eq!(symbol_and_modifiers("Ctrl+Alt+P"), (Some(0x50), 0b1100));
        assert_eq!(
            symbol_and_modifiers("Shift+Super+9"),
            (Some(0x39), 0b100_0001)
        );
        assert_eq!(symbol_and_modifiers("F1"), (Some(0xffbe), 0));
        assert_eq!(symbol_and_modifiers("Ctrl+F12"), (Some(0xffc9), 0b100));
        assert_eq!(symbol_and_modifiers("Pause"), (Some(0xff13), 0));
    }

    #[test]
    fn a_key_that_is_not_known_here_is_left_to_the_registrar() {
        assert_eq!(symbol_and_modifiers("Ctrl+VolumeUp").0, None);
    }
}
