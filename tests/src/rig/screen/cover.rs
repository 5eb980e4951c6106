//! A window that lies over others.

use anyhow::Result;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux, WindowClass};

use super::{Rectangle, Screen};

const PAPER: u32 = 0x00f6_f1e4;

impl Screen {
    /// Lays a window that no window manager minds over an area, above all others, as what locks
    /// a screen does. It stays for as long as the desktop.
    ///
    /// # Errors
    /// The X server is gone, or the area is not one that a window can have.
    pub fn cover(&self, area: Rectangle) -> Result<()> {
        let window = self.server.generate_id()?;
        let look = CreateWindowAux::new()
            .background_pixel(PAPER)
            .override_redirect(1);
        self.server
            .create_window(
                0,
                window,
                self.root,
                area.x.try_into()?,
                area.y.try_into()?,
                area.width.try_into()?,
                area.height.try_into()?,
                0,
                WindowClass::INPUT_OUTPUT,
                0,
                &look,
            )?
            .check()?;
        self.server.map_window(window)?.check()?;
        self.server.flush()?;
        Ok(())
    }
}
