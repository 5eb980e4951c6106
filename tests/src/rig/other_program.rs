//! Another program on the desktop: whatever the agent works with besides Fermata.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, GrabMode,
    ModMask, NotifyMode, PropMode, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::keys::Chord;
use super::{Desktop, PATIENCE, until};

const SHIFT: u16 = 1;
const LOCKS: [u16; 4] = [0, 2, 16, 18]; // none, CapsLock, NumLock, both
const PAPER: u32 = 0x00f6_f1e4;

/// A window that hears what is typed into it, and knows when it lost the focus.
#[derive(Debug)]
pub struct OtherProgram {
    server: RustConnection,
    window: u32,
    /// The keysyms of each key, without and with Shift, from the first keycode on.
    first_key: u8,
    keysyms: Vec<[u32; 2]>,
    typed: String,
    focus_losses: usize,
}

impl OtherProgram {
    /// Opens a window with this title in the middle of the screen and waits for the focus.
    ///
    /// # Errors
    /// There is no X server, or the window manager gives it no focus.
    pub async fn open(desktop: &Desktop, title: &str) -> Result<Self> {
        let (server, number) = x11rb::connect(desktop.variable("DISPLAY"))?;
        let setup = server.setup();
        let (root, first_key) = (setup.roots[number].root, setup.min_keycode);
        let keys = setup.max_keycode - first_key + 1;
        let mapping = server.get_keyboard_mapping(first_key, keys)?.reply()?;
        let keysyms = mapping
            .keysyms
            .chunks(mapping.keysyms_per_keycode.into())
            .map(|made| [made.first(), made.get(1)].map(|made| made.copied().unwrap_or(0)))
            .collect();
        let window = server.generate_id()?;
        let look = CreateWindowAux::new()
            .background_pixel(PAPER)
            .event_mask(EventMask::KEY_PRESS | EventMask::FOCUS_CHANGE);
        server.create_window(
            0,
            window,
            root,
            240,
            220,
            800,
            420,
            0,
            WindowClass::INPUT_OUTPUT,
            0,
            &look,
        )?;
        for (property, text) in [
            (AtomEnum::WM_NAME, title),
            (AtomEnum::WM_CLASS, "other\0Other\0"),
        ] {
            server.change_property8(
                PropMode::REPLACE,
                window,
                property,
                AtomEnum::STRING,
                text.as_bytes(),
            )?;
        }
        server.map_window(window)?.check()?;
        let mut program = Self {
            server,
            window,
            first_key,
            keysyms,
            typed: String::new(),
            focus_losses: 0,
        };
        until("another program to get the focus", PATIENCE, async || {
            program.listen()?;
            let focus = program.server.get_input_focus()?.reply()?.focus;
            Ok((focus == program.window).then_some(()))
        })
        .await?;
        program.focus_losses = 0;
        Ok(program)
    }

    /// The X server's number for its window.
    pub fn window(&self) -> u32 {
        self.window
    }

    /// Has the window manager spread its window over the whole screen, panel included.
    ///
    /// # Errors
    /// The X server is gone.
    pub fn fill_the_screen(&self) -> Result<()> {
        const ADD: u32 = 1;
        let atom = |name: &[u8]| -> Result<u32> {
            Ok(self.server.intern_atom(false, name)?.reply()?.atom)
        };
        let state = atom(b"_NET_WM_STATE")?;
        let full = atom(b"_NET_WM_STATE_FULLSCREEN")?;
        let wish = ClientMessageEvent::new(32, self.window, state, [ADD, full, 0, 1, 0]);
        let to_manager = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.server
            .send_event(false, self.root()?, to_manager, wish)?
            .check()?;
        Ok(())
    }

    /// What has been typed into it, by keys that were pressed without Ctrl or Alt.
    ///
    /// # Errors
    /// The X server is gone.
    pub fn typed(&mut self) -> Result<&str> {
        self.listen()?;
        Ok(&self.typed)
    }

    /// Waits until what has been typed into it ends with this.
    ///
    /// # Errors
    /// It does not come; the error has what did.
    pub async fn wait_for_typed(&mut self, end: &str) -> Result<()> {
        until(&format!("{end:?} to be typed"), PATIENCE, async || {
            let typed = self.typed()?;
            ensure!(typed.ends_with(end), "there is {typed:?}");
            Ok(Some(()))
        })
        .await
    }

    /// How often it has lost the focus. A hotkey of another program takes the keyboard for the
    /// length of a press; that is not counted.
    ///
    /// # Errors
    /// The X server is gone.
    pub fn focus_losses(&mut self) -> Result<usize> {
        self.listen()?;
        Ok(self.focus_losses)
    }

    /// Takes a chord for itself, whatever locks are on, until it is dropped.
    ///
    /// # Errors
    /// The chord cannot be read, or another program has it.
    pub async fn take_chord(&self, chord: &str) -> Result<()> {
        let keysyms = Chord::parse(chord)?.keysyms;
        let (key, modifiers) = keysyms.split_last().context("a chord has a key")?;
        let modifiers: u16 = modifiers.iter().map(|key| modifier(*key)).sum();
        let key = self
            .keysyms
            .iter()
            .position(|made| made[0] == *key)
            .context("the keyboard has no such key")?;
        let key = self.first_key + u8::try_from(key)?;
        for lock in LOCKS {
            self.server
                .grab_key(
                    false,
                    self.root()?,
                    ModMask::from(modifiers | lock),
                    key,
                    GrabMode::ASYNC,
                    GrabMode::ASYNC,
                )?
                .check()
                .with_context(|| format!("another program has {chord}"))?;
        }
        // The server has it by now; whoever asks next is told so.
        tokio::time::sleep(Duration::from_millis(10)).await;
        Ok(())
    }

    fn root(&self) -> Result<u32> {
        Ok(self.server.query_tree(self.window)?.reply()?.root)
    }

    fn listen(&mut self) -> Result<()> {
        while let Some(event) = self.server.poll_for_event()? {
            if let Event::KeyPress(key) = &event {
                let state = u16::from(key.state);
                if state & !SHIFT == 0 {
                    let made = self.keysyms[usize::from(key.detail - self.first_key)];
                    self.typed.extend(letter(made[usize::from(state & SHIFT)]));
                }
            }
            if let Event::FocusOut(lost) = &event
                && lost.mode == NotifyMode::NORMAL
            {
                self.focus_losses += 1;
            }
        }
        Ok(())
    }
}

/// In Latin-1 a letter and its keysym are the same number.
fn letter(keysym: u32) -> Option<char> {
    char::from_u32(keysym).filter(|_| (0x20..=0xff).contains(&keysym))
}

/// The bit of a modifier in X11's own order.
fn modifier(keysym: u32) -> u16 {
    match keysym {
        0xffe1 => SHIFT,
        0xffe3 => 4,
        0xffe9 => 8,
        0xffeb => 64,
        _ => 0,
    }
}
