//! The global hotkeys: registers the chords and delivers each press once, at once.
//!
//! `global-hotkey` owns the grab on every system. On X11 it looks for presses only every
//! 50 ms; `x11` learns of them sooner (`docs/decisions/0001-hotkey-latency.md`).

mod deliver;
mod desktop;
mod once;
#[cfg(target_os = "linux")]
mod press;
#[cfg(target_os = "linux")]
mod x11;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use controller::view::HotkeyView;
use global_hotkey::hotkey::HotKey;
use global_hotkey::{Error, GlobalHotKeyManager};

/// What a chord does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Pauses or resumes, whichever is next.
    Toggle,
    /// Pauses.
    Pause,
    /// Resumes.
    Resume,
}

impl Action {
    /// The action of this name in settings.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Toggle, Self::Pause, Self::Resume]
            .into_iter()
            .find(|action| action.name() == name)
    }

    /// Its name in settings and in views.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Toggle => "toggle",
            Self::Pause => "pause",
            Self::Resume => "resume",
        }
    }
}

/// The chords that are registered; they are let go when this is dropped.
///
/// Not `Send` on Windows: it stays on the thread that made it.
pub(crate) struct Hotkeys {
    registrar: Result<GlobalHotKeyManager, String>,
    registered: Vec<HotKey>,
    actions: Arc<Mutex<Actions>>,
    deliveries: deliver::Deliveries,
}

/// What each registered chord does.
type Actions = HashMap<u32, Action>;

impl Hotkeys {
    /// No chord yet. `pressed` will be called once for each press of one that is registered.
    ///
    /// It is called from threads on which nothing else happens until it returns. To be called
    /// once, on the main thread: the registrar takes one listener for the whole program.
    pub(crate) fn new(pressed: impl Fn(Action) + Send + Sync + 'static) -> Self {
        let registrar = desktop::takes_chords().and_then(|()| {
            GlobalHotKeyManager::new().map_err(|error| format!("{error}. {}", desktop::OTHER_WAYS))
        });
        let actions: Arc<Mutex<Actions>> = Arc::default();
        let known = Arc::clone(&actions);
        let deliveries = deliver::start(move |id| {
            let action = known
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get(&id)
                .copied();
            if let Some(action) = action {
                pressed(action);
            }
        });
        Self {
            registrar,
            registered: Vec::new(),
            actions,
            deliveries,
        }
    }

    /// Registers these chords instead of those before. Returns what became of each, in this
    /// order.
    pub(crate) fn set(&mut self, wishes: &[(Action, String)]) -> Vec<HotkeyView> {
        self.let_go();
        let mut actions = Actions::new();
        let views = wishes
            .iter()
            .map(|(action, chord)| {
                let outcome = self
                    .registrar
                    .as_ref()
                    .map_err(Clone::clone)
                    .and_then(|registrar| register_one(registrar, chord, &actions));
                if let Ok(hotkey) = outcome {
                    actions.insert(hotkey.id(), *action);
                    self.registered.push(hotkey);
                }
                HotkeyView {
                    action: action.name().to_owned(),
                    chord: chord.clone(),
                    works: outcome.is_ok(),
                    message: outcome.err().unwrap_or_default(),
                }
            })
            .collect();
        *self.actions.lock().unwrap_or_else(PoisonError::into_inner) = actions;
        self.deliveries.look_for(&self.registered);
        views
    }

    fn let_go(&mut self) {
        for hotkey in self.registered.drain(..) {
            let Ok(registrar) = &self.registrar else {
                continue;
            };
            if let Err(error) = registrar.unregister(hotkey) {
                tracing::warn!(%error, "a chord could not be let go");
            }
        }
    }
}

/// Registers one chord, or says why not and what to do.
fn register_one(
    registrar: &GlobalHotKeyManager,
    chord: &str,
    taken: &Actions,
) -> Result<HotKey, String> {
    let hotkey = parse(chord)?;
    if let Some(action) = taken.get(&hotkey.id()) {
        return Err(format!(
            "{chord} is already the chord of {}. Set another one in the settings file, under [hotkeys]; if your organization has set it, ask there.",
            action.name()
        ));
    }
    match registrar.register(hotkey) {
        Ok(()) => Ok(hotkey),
        Err(Error::AlreadyRegistered(_)) => Err(format!(
            "Another program uses {chord}. Set another chord in the settings file, under [hotkeys]; if your organization has set it, ask there. {}",
            desktop::OTHER_WAYS
        )),
        Err(error) => Err(format!(
            "{chord} could not be registered ({error}). Set another chord in the settings file, under [hotkeys]; if your organization has set it, ask there. {}",
            desktop::OTHER_WAYS
        )),
    }
}

fn parse(chord: &str) -> Result<HotKey, String> {
    chord.trim().parse().map_err(|_| {
        format!(
            "{chord:?} is not a chord. Write modifiers first and one key last, such as Ctrl+Alt+P or Ctrl+Shift+F9."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_is_modifiers_and_one_key() {
        assert!(parse(" Ctrl+Alt+P ").is_ok());
        assert!(parse("Pause").is_ok());
    }

    #[test]
    fn what_is_no_chord_is_quoted_and_a_remedy_is_named() {
        for wrong in ["", "Ctrl+", "Ctrl+Alt", "P+Ctrl", "Ctrl+Alt+Nonsense"] {
            let message = parse(wrong).expect_err(wrong);
            assert!(message.starts_with(&format!("{wrong:?}")), "{message}");
            assert!(message.contains("Ctrl+Alt+P"), "{message}");
        }
    }
}
