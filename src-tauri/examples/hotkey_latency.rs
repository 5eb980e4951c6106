//! Measures how long a press of Ctrl+Alt+P takes to arrive (`docs/decisions/0001-hotkey-latency.md`).
//!
//! Needs an X display of its own (`Xvfb`), because it types:
//! `cargo run -p fermata --example hotkey_latency`, and with `-- alone` for the figures of
//! `global-hotkey` alone.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measuring program: time and figures are what it is for"
)]

#[expect(dead_code, reason = "the shell uses all of it")]
#[path = "../src/hotkey/mod.rs"]
mod hotkey;

use std::sync::mpsc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use global_hotkey::{GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};
use x11rb::protocol::xproto::{KEY_PRESS_EVENT, KEY_RELEASE_EVENT};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// Left Control, left Alt and P on every PC keyboard that X11 knows.
const CHORD: [u8; 3] = [37, 64, 33];
const NUM_LOCK: u8 = 77;

struct Typist(RustConnection);

impl Typist {
    fn send(&self, kind: u8, keycode: u8) -> anyhow::Result<()> {
        self.0
            .xtest_fake_input(kind, keycode, 0, x11rb::NONE, 0, 0, 0)?
            .check()?;
        Ok(())
    }

    fn tap(&self, keycode: u8, hold: Duration) -> anyhow::Result<Instant> {
        let at = Instant::now();
        self.send(KEY_PRESS_EVENT, keycode)?;
        sleep(hold);
        self.send(KEY_RELEASE_EVENT, keycode)?;
        Ok(at)
    }
}

fn main() -> anyhow::Result<()> {
    let (sender, presses) = mpsc::channel();
    let pressed = move || {
        let _ = sender.send(Instant::now());
    };
    let chord = "Ctrl+Alt+P";
    let (_ours, _alone);
    if std::env::args().any(|argument| argument == "alone") {
        let registrar = GlobalHotKeyManager::new()?;
        registrar.register(chord.parse()?)?;
        GlobalHotKeyEvent::set_event_handler(Some(move |event: GlobalHotKeyEvent| {
            if event.state == HotKeyState::Pressed {
                pressed();
            }
        }));
        _alone = registrar;
    } else {
        let mut ours = hotkey::Hotkeys::new(move |_| pressed());
        let views = ours.set(&[(hotkey::Action::Toggle, chord.to_owned())]);
        anyhow::ensure!(views[0].works, "{views:?}");
        _ours = ours;
    }
    let (server, _) = RustConnection::connect(None)?;
    server.xtest_get_version(2, 2)?.reply()?;
    let typist = Typist(server);
    for (name, hold, gap, locked) in [
        ("held 60 ms, every 300 ms", 60, 240, false),
        ("held 60 ms, NumLock on", 60, 240, true),
        ("held 10 ms, every 40 ms", 10, 30, false),
        ("held 1 ms, every 5 ms", 1, 4, false),
        ("held 1500 ms (key repeat)", 1500, 100, false),
    ] {
        let count = if hold > 1000 { 5 } else { 100 };
        if locked {
            typist.tap(NUM_LOCK, Duration::from_millis(5))?;
        }
        let mut waits = Vec::new();
        let mut sent = Vec::new();
        for press in 0..count {
            typist.send(KEY_PRESS_EVENT, CHORD[0])?;
            typist.send(KEY_PRESS_EVENT, CHORD[1])?;
            sent.push(typist.tap(CHORD[2], Duration::from_millis(hold))?);
            typist.send(KEY_RELEASE_EVENT, CHORD[1])?;
            typist.send(KEY_RELEASE_EVENT, CHORD[0])?;
            // Not in step with anything that looks at regular times.
            sleep(Duration::from_micros(gap * 1000 + press * 137 % 1000));
        }
        if locked {
            typist.tap(NUM_LOCK, Duration::from_millis(5))?;
        }
        while let Ok(arrived) = presses.recv_timeout(Duration::from_millis(300)) {
            if let Some(at) = sent.get(waits.len()) {
                waits.push(arrived.saturating_duration_since(*at));
            } else {
                waits.push(Duration::MAX);
            }
        }
        let arrived = waits.len();
        waits.sort_unstable();
        let at = |percent: usize| waits.get((arrived * percent / 100).min(arrived - 1));
        println!(
            "{name:28} pressed {count:3} arrived {arrived:3} p50 {:?} p90 {:?} max {:?}",
            at(50).unwrap_or(&Duration::ZERO),
            at(90).unwrap_or(&Duration::ZERO),
            at(100).unwrap_or(&Duration::ZERO),
        );
    }
    Ok(())
}
