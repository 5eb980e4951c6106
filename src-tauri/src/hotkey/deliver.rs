//! Brings together the two ways in which a press is learnt.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use global_hotkey::hotkey::HotKey;
use global_hotkey::{GlobalHotKeyEvent, HotKeyState};

use super::once::OncePerPress;
#[cfg(target_os = "linux")]
use super::{press::Chord, x11};

/// The ways in which presses are learnt, for as long as the program runs.
pub(super) struct Deliveries {
    #[cfg(target_os = "linux")]
    early: EarlyDeliveries,
}

/// What the thread that looks early needs.
#[cfg(target_os = "linux")]
struct EarlyDeliveries {
    once: Arc<Mutex<OncePerPress>>,
    pressed: Arc<dyn Fn(u32) + Send + Sync>,
    /// The chords that it looks for; there is a thread once there is one.
    chords: Option<Arc<Mutex<Vec<Chord>>>>,
}

/// Calls `pressed` with the id of each press, once, from both of the ways it is learnt.
pub(super) fn start(pressed: impl Fn(u32) + Send + Sync + 'static) -> Deliveries {
    let pressed: Arc<dyn Fn(u32) + Send + Sync> = Arc::new(pressed);
    let once = Arc::new(Mutex::new(OncePerPress::default()));
    let deliveries = Deliveries {
        #[cfg(target_os = "linux")]
        early: EarlyDeliveries {
            once: Arc::clone(&once),
            pressed: Arc::clone(&pressed),
            chords: None,
        },
    };
    GlobalHotKeyEvent::set_event_handler(Some(move |event: GlobalHotKeyEvent| {
        let mut once = once.lock().unwrap_or_else(PoisonError::into_inner);
        match event.state {
            HotKeyState::Pressed => {
                let new = once.pressed(event.id, now());
                drop(once);
                if new {
                    pressed(event.id);
                }
            }
            HotKeyState::Released => once.released(event.id),
        }
    }));
    deliveries
}

impl Deliveries {
    /// From here on these hotkeys are learnt of, where they are not by the registrar alone.
    pub(super) fn look_for(&mut self, hotkeys: &[HotKey]) {
        #[cfg(target_os = "linux")]
        if let Err(error) = self.early.look_for(hotkeys) {
            tracing::warn!(%error, "hotkeys are up to 50 ms slower than they could be");
        }
        #[cfg(not(target_os = "linux"))]
        let _ = hotkeys;
    }
}

#[cfg(target_os = "linux")]
impl EarlyDeliveries {
    fn look_for(&mut self, hotkeys: &[HotKey]) -> anyhow::Result<()> {
        if let Some(chords) = &self.chords {
            let mut chords = chords.lock().unwrap_or_else(PoisonError::into_inner);
            // The old ones are not looked for any longer, whatever comes of the new ones.
            chords.clear();
            *chords = x11::chords(hotkeys)?;
            return Ok(());
        }
        if hotkeys.is_empty() {
            return Ok(());
        }
        let chords = Arc::new(Mutex::new(x11::chords(hotkeys)?));
        let look = x11::EarlyLook::new(Arc::clone(&chords))?;
        let (once, pressed) = (Arc::clone(&self.once), Arc::clone(&self.pressed));
        let run = move || {
            let ended = look.run(|id| {
                let new = once
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .early(id, now());
                if new {
                    pressed(id);
                }
            });
            if let Err(error) = ended {
                tracing::warn!(%error, "hotkeys are up to 50 ms slower from here on");
            }
        };
        std::thread::Builder::new()
            .name("hotkey".to_owned())
            .spawn(run)?;
        self.chords = Some(chords);
        Ok(())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tells two reports of one press apart; no claim rests on it"
)]
fn now() -> Instant {
    Instant::now()
}
