//! Which chord is held.

/// Which keys are down, one bit for each keycode, as X11 states it.
pub(crate) type Keymap = [u8; 32];

/// A chord as the X server sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chord {
    /// The hotkey that it belongs to.
    pub(crate) id: u32,
    /// The one key that is not a modifier.
    pub(crate) keycode: u8,
    /// The modifiers that must be down, and no others.
    pub(crate) modifiers: u16,
}

/// Shift, Control, Alt (Mod1) and Super (Mod4). NumLock, CapsLock and the rest do not count.
const COUNTED: u16 = 0b0100_1101;

/// Returns the chord that is held down alone.
///
/// Alone, because a key that was down all along must not make a chord out of somebody else's
/// (P held, then Ctrl+Alt+Right). All that is learnt of other keys is whether any is down.
pub(crate) fn held(
    chords: &[Chord],
    keys: &Keymap,
    modifiers: u16,
    modifier_keys: &Keymap,
) -> Option<Chord> {
    chords.iter().copied().find(|chord| {
        let mut alone = [0; 32];
        alone[usize::from(chord.keycode / 8)] = 1 << (chord.keycode % 8);
        modifiers & COUNTED == chord.modifiers
            && std::iter::zip(keys, modifier_keys)
                .map(|(down, modifier)| down & !modifier)
                .eq(alone)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTROL: u16 = 1 << 2;
    const ALT: u16 = 1 << 3;
    const NUM_LOCK: u16 = 1 << 4;
    const CAPS_LOCK: u16 = 1 << 1;
    const P: u8 = 33;
    const RIGHT: u8 = 114;
    const CONTROL_KEY: u8 = 37;
    const ALT_KEY: u8 = 64;

    const TOGGLE: Chord = Chord {
        id: 7,
        keycode: P,
        modifiers: CONTROL | ALT,
    };

    fn down(keys: &[u8]) -> Keymap {
        let mut map = [0; 32];
        for key in keys {
            map[usize::from(key / 8)] |= 1 << (key % 8);
        }
        map
    }

    fn seen(keys: &[u8], modifiers: u16) -> Option<Chord> {
        held(
            &[TOGGLE],
            &down(keys),
            modifiers,
            &down(&[CONTROL_KEY, ALT_KEY]),
        )
    }

    #[test]
    fn a_chord_is_its_key_with_its_modifiers() {
        assert_eq!(
            seen(&[CONTROL_KEY, ALT_KEY, P], CONTROL | ALT),
            Some(TOGGLE)
        );
        assert_eq!(seen(&[ALT_KEY, P], ALT), None);
        assert_eq!(seen(&[CONTROL_KEY, ALT_KEY], CONTROL | ALT), None);
    }

    #[test]
    fn one_modifier_more_is_another_chord() {
        assert_eq!(seen(&[CONTROL_KEY, ALT_KEY, P], CONTROL | ALT | 1), None);
    }

    #[test]
    fn num_lock_and_caps_lock_do_not_count() {
        let locks = NUM_LOCK | CAPS_LOCK;
        assert_eq!(
            seen(&[CONTROL_KEY, ALT_KEY, P], CONTROL | ALT | locks),
            Some(TOGGLE)
        );
    }

    #[test]
    fn a_key_that_was_down_all_along_makes_no_chord() {
        assert_eq!(seen(&[CONTROL_KEY, ALT_KEY, P, RIGHT], CONTROL | ALT), None);
    }
}
