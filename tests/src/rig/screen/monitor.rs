//! The one monitor of a screen, exchanged for another.

use anyhow::{Context, Result};
use x11rb::CURRENT_TIME;
use x11rb::protocol::randr::{ConnectionExt as _, GetScreenResourcesReply, ModeInfo, Rotation};

use super::Screen;

/// What a pixel of a monitor measures, about.
const PIXELS_PER_CM: u32 = 38;

impl Screen {
    /// Unplugs the monitor and plugs another one in, no larger than the one at the start.
    ///
    /// # Errors
    /// The X server does not take it.
    pub fn exchange_monitor(&mut self, (width, height): (u16, u16)) -> Result<()> {
        let server = &self.server;
        let found = server.randr_get_screen_resources(self.root)?.reply()?;
        let (crtc, output) = (found.crtcs[0], found.outputs[0]);
        let mode = match mode_of(&found, (width, height)) {
            Some(mode) => mode,
            None => {
                let made = ModeInfo {
                    width,
                    height,
                    ..ModeInfo::default()
                };
                let name = format!("{width}x{height}");
                let made = ModeInfo {
                    name_len: name.len().try_into()?,
                    ..made
                };
                let mode = server.randr_create_mode(self.root, made, name.as_bytes())?;
                let mode = mode.reply()?.mode;
                server.randr_add_output_mode(output, mode)?.check()?;
                mode
            }
        };
        let configure = |mode: u32, outputs: &[u32]| -> Result<()> {
            let configured = server.randr_set_crtc_config(
                crtc,
                CURRENT_TIME,
                CURRENT_TIME,
                0,
                0,
                mode,
                Rotation::ROTATE0,
                outputs,
            )?;
            configured.reply().context("the monitor is not taken")?;
            Ok(())
        };
        configure(0, &[])?;
        let millimeters = |pixels: u16| u32::from(pixels) * 10 / PIXELS_PER_CM;
        server
            .randr_set_screen_size(
                self.root,
                width,
                height,
                millimeters(width),
                millimeters(height),
            )?
            .check()?;
        configure(mode, &[output])?;
        self.size = (width, height);
        Ok(())
    }
}

fn mode_of(found: &GetScreenResourcesReply, size: (u16, u16)) -> Option<u32> {
    let mut modes = found.modes.iter();
    let mode = modes.find(|mode| (mode.width, mode.height) == size)?;
    Some(mode.id)
}
