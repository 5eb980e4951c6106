//! The X server as a person sees and touches it: pixels, windows, keys and clicks.

mod cover;
mod monitor;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::sleep;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ChangeWindowAttributesAux,
    ConnectionExt as _, CreateWindowAux, ImageFormat, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    MOTION_NOTIFY_EVENT, MapState, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use super::keys::{Chord, Layout, keysym_of_letter};
use super::{PATIENCE, Picture, until};

const SHIFT: u32 = 0xffe1;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        _NET_WM_NAME,
        _NET_WM_PID,
        _NET_SUPPORTING_WM_CHECK,
        UTF8_STRING,
    }
}

/// An area of the screen, in pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rectangle {
    /// Of the left edge.
    pub x: i32,
    /// Of the upper edge.
    pub y: i32,
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

impl Rectangle {
    /// The point in its middle.
    pub fn middle(&self) -> (i32, i32) {
        let half = |length: u32| (length / 2).cast_signed();
        (self.x + half(self.width), self.y + half(self.height))
    }
}

/// A window, as it was when it was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The X server's number for it.
    pub id: u32,
    /// Its title; empty if it has none.
    pub title: String,
    /// The instance and the class by which window managers know it; empty if it has none.
    pub class: (String, String),
    /// The process it says it belongs to.
    pub pid: Option<u32>,
    /// Where it is, without the window manager's frame.
    pub area: Rectangle,
    /// Whether it and all that it lies in is shown; something else may still cover it.
    pub visible: bool,
}

impl Window {
    /// How closely a name fits: 3 for its title, 2 for a part of it, 1 for a part of its class.
    fn closeness(&self, name: &str) -> Option<u8> {
        let name = name.to_lowercase();
        let (title, class) = (self.title.to_lowercase(), self.class.1.to_lowercase());
        if title == name {
            Some(3)
        } else if title.contains(&name) {
            Some(2)
        } else {
            class.contains(&name).then_some(1)
        }
    }
}

/// The screen, the keyboard and the pointer of a desktop.
///
/// What only asks does not wait; what presses or types takes about as long as a person with
/// quick fingers.
#[derive(Debug)]
pub struct Screen {
    server: RustConnection,
    root: u32,
    size: (u16, u16),
    atoms: Atoms,
    layout: Layout,
}

impl Screen {
    pub(super) fn connect(display: &str) -> Result<Self> {
        let (server, number) =
            x11rb::connect(Some(display)).with_context(|| format!("no X server at {display}"))?;
        let atoms = Atoms::new(&server)?.reply()?;
        let setup = server.setup();
        let screen = &setup.roots[number];
        let (root, size) = (
            screen.root,
            (screen.width_in_pixels, screen.height_in_pixels),
        );
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = server
            .get_keyboard_mapping(first, last - first + 1)?
            .reply()?;
        let layout = Layout::new(first, mapping.keysyms_per_keycode, &mapping.keysyms);
        Ok(Self {
            server,
            root,
            size,
            atoms,
            layout,
        })
    }

    /// Waits until a window manager is there and does its work.
    ///
    /// A window manager says early that it is in charge, and openbox forgets a window that comes
    /// between that and its first look around; so a window of ours is shown until one is minded.
    pub(super) async fn wait_for_manager(&self) -> Result<()> {
        until("the window manager", PATIENCE, async || {
            Ok(self.has_manager()?.then_some(()))
        })
        .await?;
        until(
            "the window manager to mind a window",
            PATIENCE,
            async || {
                let probe = self.server.generate_id()?;
                let look = CreateWindowAux::new();
                self.server
                    .create_window(
                        0,
                        probe,
                        self.root,
                        0,
                        0,
                        1,
                        1,
                        0,
                        WindowClass::INPUT_ONLY,
                        0,
                        &look,
                    )?
                    .check()?;
                self.server.map_window(probe)?.check()?;
                sleep(Duration::from_millis(100)).await;
                let shown = self.server.get_window_attributes(probe)?.reply()?.map_state;
                self.server.destroy_window(probe)?.check()?;
                Ok((shown == MapState::VIEWABLE).then_some(()))
            },
        )
        .await
    }

    fn has_manager(&self) -> Result<bool> {
        let check = self.atoms._NET_SUPPORTING_WM_CHECK;
        let owner = self
            .server
            .get_property(false, self.root, check, AtomEnum::WINDOW, 0, 1)?
            .reply()?;
        Ok(owner.value_len == 1)
    }

    /// Paints the empty desktop in a colour (`0xrrggbb`): on black, shadows and dark rims do
    /// not show.
    pub(super) fn paint_background(&self, color: u32) -> Result<()> {
        let look = ChangeWindowAttributesAux::new().background_pixel(color);
        self.server.change_window_attributes(self.root, &look)?;
        self.server.clear_area(false, self.root, 0, 0, 0, 0)?;
        self.server.flush()?;
        Ok(())
    }

    /// The width and the height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.size.0.into(), self.size.1.into())
    }

    /// What the whole screen shows now.
    ///
    /// # Errors
    /// The X server is gone.
    pub fn picture(&self) -> Result<Picture> {
        let (width, height) = self.size();
        let all = Rectangle {
            x: 0,
            y: 0,
            width,
            height,
        };
        self.picture_of(all)
    }

    /// What a part of the screen shows now.
    ///
    /// # Errors
    /// The X server is gone, or not all of the area is on the screen.
    pub fn picture_of(&self, area: Rectangle) -> Result<Picture> {
        let (x, y) = (i16::try_from(area.x)?, i16::try_from(area.y)?);
        let (width, height) = (u16::try_from(area.width)?, u16::try_from(area.height)?);
        let image = self
            .server
            .get_image(
                ImageFormat::Z_PIXMAP,
                self.root,
                x,
                y,
                width,
                height,
                u32::MAX,
            )?
            .reply()?;
        ensure!(
            image.data.len() == usize::from(width) * usize::from(height) * 4,
            "the X server does not use 32 bits a pixel"
        );
        Ok(Picture::from_bgrx(area.width, area.height, &image.data))
    }

    /// All windows that have a title or a class, the lowest first.
    ///
    /// # Errors
    /// The X server is gone.
    pub fn windows(&self) -> Result<Vec<Window>> {
        let mut found = Vec::new();
        self.gather(self.root, true, &mut found)?;
        Ok(found)
    }

    /// The topmost visible window that is called so: one with just this title before one whose
    /// title contains it, and that before one whose class does; in whatever case.
    ///
    /// # Errors
    /// The X server is gone.
    pub fn window(&self, name: &str) -> Result<Option<Window>> {
        let windows = self.windows()?.into_iter().filter(|window| window.visible);
        let called = windows.filter_map(|window| Some((window.closeness(name)?, window)));
        // Of equal ones the last, which is the topmost.
        Ok(called
            .max_by_key(|(closeness, _)| *closeness)
            .map(|(_, window)| window))
    }

    /// Waits until there is such a visible window.
    ///
    /// # Errors
    /// It does not come; the error lists those that are there.
    pub async fn wait_for_window(&self, name: &str) -> Result<Window> {
        let what = format!("a window called {name:?}");
        until(&what, PATIENCE, async || self.window(name))
            .await
            .with_context(|| {
                let titles = self.windows().unwrap_or_default();
                let titles: Vec<_> = titles.iter().filter(|window| window.visible).collect();
                format!("visible are {titles:?}")
            })
    }

    /// Waits until no such window is visible.
    ///
    /// # Errors
    /// It stays.
    pub async fn wait_until_gone(&self, name: &str) -> Result<()> {
        let what = format!("the window called {name:?} to go");
        until(&what, PATIENCE, async || {
            Ok(self.window(name)?.is_none().then_some(()))
        })
        .await
    }

    /// The window that gets the keys; `None` if none does.
    ///
    /// # Errors
    /// The X server is gone.
    pub fn focused(&self) -> Result<Option<Window>> {
        // Toolkits give the focus to a nameless window inside of the one that people see.
        let mut id = self.server.get_input_focus()?.reply()?.focus;
        while id > 1 && id != self.root {
            if let Some(window) = self.describe(id, true)? {
                return Ok(Some(window));
            }
            let Ok(family) = self.server.query_tree(id)?.reply() else {
                return Ok(None);
            };
            id = family.parent;
        }
        Ok(None)
    }

    /// Where a window is now; `None` if it is gone.
    ///
    /// # Errors
    /// The X server is gone.
    pub fn area(&self, id: u32) -> Result<Option<Rectangle>> {
        let size = self.server.get_geometry(id)?;
        let place = self.server.translate_coordinates(id, self.root, 0, 0)?;
        // An error means that the window went while we asked.
        let (Ok(size), Ok(place)) = (size.reply(), place.reply()) else {
            return Ok(None);
        };
        Ok(Some(Rectangle {
            x: place.dst_x.into(),
            y: place.dst_y.into(),
            width: size.width.into(),
            height: size.height.into(),
        }))
    }

    /// Presses a chord for a moment: `Ctrl+Alt+P`.
    ///
    /// # Errors
    /// The chord cannot be read, or the keyboard has no such key.
    pub async fn press(&self, chord: &str) -> Result<()> {
        self.hold(chord, Duration::from_millis(30)).await
    }

    /// Presses a chord and keeps it down for this long; the X server then repeats it by itself.
    ///
    /// # Errors
    /// The chord cannot be read, or the keyboard has no such key.
    pub async fn hold(&self, chord: &str, long: Duration) -> Result<()> {
        let keysyms = Chord::parse(chord)?.keysyms;
        let keys: Vec<u8> = keysyms
            .iter()
            .map(|key| Ok(self.layout.key(*key)?.0))
            .collect::<Result<_>>()?;
        for key in &keys {
            self.fake(KEY_PRESS_EVENT, *key, (0, 0))?;
        }
        sleep(long).await;
        for key in keys.iter().rev() {
            self.fake(KEY_RELEASE_EVENT, *key, (0, 0))?;
        }
        Ok(())
    }

    /// Lets no other program do anything on the screen for so long, as one does that draws the
    /// outline of a window while it is moved.
    ///
    /// # Errors
    /// The X server is gone.
    pub async fn hold_others_up(&self, long: Duration) -> Result<()> {
        self.server.grab_server()?.check()?;
        sleep(long).await;
        Ok(self.server.ungrab_server()?.check()?)
    }

    /// Types a text, key by key, into whatever has the focus.
    ///
    /// # Errors
    /// The keyboard has no key for one of the letters.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let (shift, _) = self.layout.key(SHIFT)?;
        for letter in text.chars() {
            let (key, shifted) = self.layout.key(keysym_of_letter(letter)?)?;
            if shifted {
                self.fake(KEY_PRESS_EVENT, shift, (0, 0))?;
            }
            self.fake(KEY_PRESS_EVENT, key, (0, 0))?;
            self.fake(KEY_RELEASE_EVENT, key, (0, 0))?;
            if shifted {
                self.fake(KEY_RELEASE_EVENT, shift, (0, 0))?;
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Moves the pointer to a point.
    ///
    /// # Errors
    /// The X server is gone.
    pub fn point_at(&self, (x, y): (i32, i32)) -> Result<()> {
        self.fake(
            MOTION_NOTIFY_EVENT,
            0,
            (i16::try_from(x)?, i16::try_from(y)?),
        )
    }

    /// Clicks with the left button at a point.
    ///
    /// # Errors
    /// The X server is gone.
    pub async fn click(&self, point: (i32, i32)) -> Result<()> {
        self.click_with(1, point).await
    }

    /// Clicks with a button (1 left, 2 middle, 3 right) at a point.
    ///
    /// # Errors
    /// The X server is gone.
    pub async fn click_with(&self, button: u8, point: (i32, i32)) -> Result<()> {
        self.point_at(point)?;
        // Toolkits want to see the pointer come before they believe a press.
        sleep(Duration::from_millis(40)).await;
        self.fake(BUTTON_PRESS_EVENT, button, (0, 0))?;
        sleep(Duration::from_millis(30)).await;
        self.fake(BUTTON_RELEASE_EVENT, button, (0, 0))
    }

    /// Presses the left button at one point, moves to another, and lets go there.
    ///
    /// # Errors
    /// The X server is gone.
    pub async fn drag(&self, from: (i32, i32), to: (i32, i32)) -> Result<()> {
        self.point_at(from)?;
        sleep(Duration::from_millis(40)).await;
        self.fake(BUTTON_PRESS_EVENT, 1, (0, 0))?;
        for step in 1..=10 {
            sleep(Duration::from_millis(20)).await;
            let between = |a: i32, b: i32| a + (b - a) * step / 10;
            self.point_at((between(from.0, to.0), between(from.1, to.1)))?;
        }
        sleep(Duration::from_millis(40)).await;
        self.fake(BUTTON_RELEASE_EVENT, 1, (0, 0))
    }

    fn fake(&self, kind: u8, detail: u8, (x, y): (i16, i16)) -> Result<()> {
        self.server
            .xtest_fake_input(kind, detail, 0, self.root, x, y, 0)?
            .check()?;
        Ok(())
    }

    fn gather(&self, id: u32, shown: bool, found: &mut Vec<Window>) -> Result<()> {
        let Ok(family) = self.server.query_tree(id)?.reply() else {
            return Ok(()); // the window went while we asked
        };
        for child in family.children {
            let Ok(attributes) = self.server.get_window_attributes(child)?.reply() else {
                continue;
            };
            let shown = shown && attributes.map_state == MapState::VIEWABLE;
            found.extend(self.describe(child, shown)?);
            self.gather(child, shown, found)?;
        }
        Ok(())
    }

    fn describe(&self, id: u32, visible: bool) -> Result<Option<Window>> {
        let mut title = self.text(id, self.atoms._NET_WM_NAME, self.atoms.UTF8_STRING)?;
        if title.is_empty() {
            title = self.text(id, AtomEnum::WM_NAME.into(), AtomEnum::STRING.into())?;
        }
        let class = self.text(id, AtomEnum::WM_CLASS.into(), AtomEnum::STRING.into())?;
        let mut class = class.split('\0').map(str::to_owned);
        let class = (
            class.next().unwrap_or_default(),
            class.next().unwrap_or_default(),
        );
        if title.is_empty() && class.1.is_empty() {
            return Ok(None);
        }
        let pid = self
            .server
            .get_property(false, id, self.atoms._NET_WM_PID, AtomEnum::CARDINAL, 0, 1)?
            .reply()
            .ok()
            .and_then(|property| property.value32()?.next());
        let Some(area) = self.area(id)? else {
            return Ok(None);
        };
        Ok(Some(Window {
            id,
            title,
            class,
            pid,
            area,
            visible,
        }))
    }

    fn text(&self, id: u32, property: u32, kind: u32) -> Result<String> {
        let reply = self
            .server
            .get_property(false, id, property, kind, 0, 1024)?
            .reply();
        Ok(reply
            .map(|text| String::from_utf8_lossy(&text.value).into_owned())
            .unwrap_or_default())
    }
}
