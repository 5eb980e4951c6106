//! The programs for Windows, as they are shipped or as they are quickly built.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::toolchain::{Target, Toolchain};
use crate::page;
use crate::suite::Part;

/// What is built for Windows, and where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Programs {
    release: bool,
}

impl Programs {
    /// Those that are shipped, or those that are quickly built.
    pub(super) fn of(release: bool) -> Self {
        Self { release }
    }

    /// Builds them.
    pub(super) fn build(self) -> Vec<Part> {
        vec![Part::alone("programs for Windows", self.try_to_build())]
    }

    /// The folder with all that belongs together: `fermata.exe` and the `WebView2Loader.dll` that
    /// it imports, `fermatactl.exe`, `simulators.exe`.
    pub(super) fn folder(self) -> Result<PathBuf> {
        let folder = Toolchain::ready(Target::WindowsGnu)?.built(self.release);
        let file = folder.join("fermata.exe");
        ensure!(
            file.is_file(),
            "there is no {}; run the step `build` first",
            file.display()
        );
        Ok(folder)
    }

    fn try_to_build(self) -> Result<()> {
        let toolchain = Toolchain::ready(Target::WindowsGnu)?;
        let mut cargo =
            toolchain.cargo("build --package fermata --package ctl --package simulators");
        if self.release {
            // What is tried under wine opens no page, what is shipped does.
            page::build()?;
            cargo = cargo.argument("--release");
        }
        cargo.run()
    }
}
