//! Brings together the two ways in which a press is learnt.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use global_hotkey::hotkey::HotKey;
use global_hotkey::{GlobalHotKeyEvent, HotKeyState};

use super::once::OncePerPress;

/// Calls `pressed` with the id of each press, once, from both of the ways it is learnt.
pub(super) fn start(hotkeys: &[HotKey], pressed: impl Fn(u32) + Send + Sync + 'static) {
    let pressed = Arc::new(pressed);
    let once = Arc::new(Mutex::new(OncePerPress::default()));
    #[cfg(target_os = "linux")]
    look_early(hotkeys, Arc::clone(&once), Arc::clone(&pressed));
    #[cfg(not(target_os = "linux"))]
    let _ = hotkeys;
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
}

#[cfg(target_os = "linux")]
fn look_early(
    hotkeys: &[HotKey],
    once: Arc<Mutex<OncePerPress>>,
    pressed: Arc<impl Fn(u32) + Send + Sync + 'static>,
) {
    if hotkeys.is_empty() {
        return;
    }
    let look = super::x11::EarlyLook::new(hotkeys).and_then(|look| {
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
        Ok(())
    });
    if let Err(error) = look {
        tracing::warn!(%error, "hotkeys are up to 50 ms slower than they could be");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tells two reports of one press apart; no claim rests on it"
)]
fn now() -> Instant {
    Instant::now()
}
