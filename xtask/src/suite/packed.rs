//! The package for Debian, as the suite looks it over.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::package::linux::{self, VERSION};
use crate::program::Program;
use crate::tree;

/// What desktops read of the package, and what looks it over.
const READ_BY_DESKTOPS: &[(&str, &str)] = &[
    (
        "desktop-file-validate",
        "usr/share/applications/app.fermata.desktop",
    ),
    (
        "desktop-file-validate",
        "etc/xdg/autostart/app.fermata.desktop",
    ),
    (
        "appstreamcli validate --no-net",
        "usr/share/metainfo/app.fermata.desktop.metainfo.xml",
    ),
];

/// A package, the next version of it, and the first one unpacked.
#[derive(Debug)]
pub(super) struct Packed {
    programs: PathBuf,
    package: PathBuf,
    next: PathBuf,
    unpacked: PathBuf,
}

impl Packed {
    /// Packs the programs that lie in a folder.
    pub(super) fn from(programs: &Path) -> Result<Self> {
        let package = linux::pack(programs, VERSION)?;
        let next = linux::pack(programs, &format!("{VERSION}+next"))?;
        let unpacked = tree::packages().join("unpacked");
        if unpacked.exists() {
            fs::remove_dir_all(&unpacked)?;
        }
        Program::new("dpkg-deb --extract")
            .argument(package.display().to_string())
            .argument(unpacked.display().to_string())
            .run()?;
        Ok(Self {
            programs: programs.to_owned(),
            package,
            next,
            unpacked,
        })
    }

    /// Packs the same programs at another time and compares the bytes (E5).
    pub(super) fn is_the_same_when_packed_again(&self) -> Result<()> {
        let before = fs::read(&self.package)?;
        linux::pack(&self.programs, VERSION)?;
        ensure!(
            fs::read(&self.package)? == before,
            "packed a second time, the package has other bytes"
        );
        Ok(())
    }

    /// The programs of Debian and of desktops that look it over.
    pub(super) fn looks(&self) -> Vec<Program> {
        let lintian = Program::new("lintian --fail-on error,warning")
            .argument(self.package.display().to_string());
        let mut looks = vec![lintian];
        looks.extend(READ_BY_DESKTOPS.iter().map(|(look, file)| {
            Program::new(look).argument(self.unpacked.join(file).display().to_string())
        }));
        looks
    }

    /// Tells a program in its environment where all of it is.
    pub(super) fn named_in(&self, program: Program) -> Program {
        let named = [
            ("FERMATA_DEB", self.package.clone()),
            ("FERMATA_NEXT_DEB", self.next.clone()),
            ("FERMATA_BIN", self.unpacked.join("usr/bin/fermata")),
            ("FERMATACTL_BIN", self.unpacked.join("usr/bin/fermatactl")),
        ];
        named.into_iter().fold(program, |program, (name, place)| {
            program.variable(name, place.display().to_string())
        })
    }
}
