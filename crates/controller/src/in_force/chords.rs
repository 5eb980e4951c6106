//! The chords: each by itself first, and then all together.

use policy::{Decisions, Strength};

use super::layers::{Held, Layers, STRENGTHS, origin};
use crate::settings::{Hotkeys, normal};
use crate::view::PolicyOrigin;

/// A hotkey: its action, its key in a policy, and where it is found.
struct Hotkey {
    action: &'static str,
    key: &'static str,
    decided: fn(&Decisions) -> Option<&String>,
    place: fn(&mut Hotkeys) -> &mut Option<String>,
}

const HOTKEYS: [Hotkey; 3] = [
    Hotkey {
        action: "toggle",
        key: "hotkey_toggle",
        decided: |by| by.hotkey_toggle.as_ref(),
        place: |hotkeys| &mut hotkeys.toggle,
    },
    Hotkey {
        action: "pause",
        key: "hotkey_pause",
        decided: |by| by.hotkey_pause.as_ref(),
        place: |hotkeys| &mut hotkeys.pause,
    },
    Hotkey {
        action: "resume",
        key: "hotkey_resume",
        decided: |by| by.hotkey_resume.as_ref(),
        place: |hotkeys| &mut hotkeys.resume,
    },
];

/// What holds of the chords. Of two that are the same one the stronger stays.
pub(super) fn hold(layers: &mut Layers<'_>) -> Hotkeys {
    let mut held: Vec<(&Hotkey, Held<Option<String>>)> = HOTKEYS
        .iter()
        .map(|hotkey| (hotkey, by_itself(layers, hotkey)))
        .collect();
    held.sort_by_key(|(_, held)| held.origin);
    let mut hotkeys = Hotkeys::none();
    for (hotkey, held) in held {
        let taken = held.value.as_ref().and_then(|chord| {
            let same = |(_, other): &(&str, &str)| normal(other) == normal(chord);
            hotkeys.chords().find(same).map(|(action, _)| action)
        });
        let chord = match taken {
            Some(other) => {
                gives_way(layers, hotkey, other, held.origin);
                None
            }
            None => held.value,
        };
        let told = chord.clone().unwrap_or_default();
        let in_file = format!("hotkeys.{}", hotkey.action);
        layers.tell_held(hotkey.key, hotkey.key, told, held.origin, &in_file);
        *(hotkey.place)(&mut hotkeys) = chord;
    }
    hotkeys
}

fn by_itself(layers: &Layers<'_>, hotkey: &Hotkey) -> Held<Option<String>> {
    let decided = |strength| {
        let chord = (hotkey.decided)(layers.by(strength))?.trim();
        Some(Held {
            value: (!chord.is_empty()).then(|| chord.to_owned()),
            origin: origin(strength),
        })
    };
    let own = (hotkey.place)(&mut layers.settings.hotkeys.clone()).clone();
    let built_in = (hotkey.place)(&mut Hotkeys::default()).clone();
    let says = own != built_in || layers.settings.says(&format!("hotkeys.{}", hotkey.action));
    let user = || {
        says.then(|| Held {
            value: own.clone(),
            origin: PolicyOrigin::User,
        })
    };
    decided(Strength::Enforced)
        .or_else(user)
        .or_else(|| decided(Strength::Recommended))
        .unwrap_or(Held {
            value: built_in,
            origin: PolicyOrigin::Default,
        })
}

/// A chord that another action has already is none; said where the organisation can mend it.
fn gives_way(layers: &mut Layers<'_>, hotkey: &Hotkey, other: &str, by: PolicyOrigin) {
    let strength = STRENGTHS.into_iter().find(|one| origin(*one) == by);
    if let Some(strength) = strength {
        let wrong = format!("this chord is taken by {other}");
        let remedy = "choose another one, or an empty text for none";
        layers.reject(hotkey.key, strength, &wrong, remedy);
    }
}
