//! Compiling for a system that is not this one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::folder;
use crate::prerequisites::{CARGO, RUSTC};
use crate::program::Program;

/// A system to compile for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Windows, linked by MinGW: what is shipped.
    WindowsGnu,
    /// Windows with Microsoft's linker, which is not to be had here: to check only.
    WindowsMsvc,
    /// macOS, likewise to check only.
    MacOs,
}

impl Target {
    pub(super) fn triple(self) -> &'static str {
        match self {
            Self::WindowsGnu => "x86_64-pc-windows-gnu",
            Self::WindowsMsvc => "x86_64-pc-windows-msvc",
            Self::MacOs => "aarch64-apple-darwin",
        }
    }

    /// Whether the compiler in use has the standard library for it, as rustup installs it.
    pub(super) fn is_installed(self) -> bool {
        Program::new("rustc --print target-libdir --target")
            .argument(self.triple())
            .output()
            .is_ok_and(|folder| has_standard_library(Path::new(folder.trim())))
    }

    /// How the standard library for it is built: what is only checked never runs, so it need not
    /// be fast.
    fn profile_of_standard_library(self) -> &'static str {
        match self {
            Self::WindowsGnu => "release",
            Self::WindowsMsvc | Self::MacOs => "debug",
        }
    }

    /// Builds the standard library for it.
    fn build_standard_library(self) -> Program {
        let cargo = debian("build")
            .argument("-Zbuild-std=core,alloc,std,panic_unwind,panic_abort,proc_macro,test")
            // That it may be built is not stable yet; the compiler is.
            .variable("RUSTC_BOOTSTRAP", "1")
            .variable("CARGO_PROFILE_DEV_DEBUG", "0");
        match self.profile_of_standard_library() {
            "release" => cargo.argument("--release"),
            _ => cargo,
        }
    }
}

/// A compiler for one target.
#[derive(Clone, Debug)]
pub(super) struct Toolchain {
    target: Target,
    /// Where the standard library for it has been built, if it is not installed.
    sysroot: Option<PathBuf>,
}

impl Toolchain {
    /// The installed one where there is one; else Debian's, with a standard library that is built
    /// once for each version of it.
    pub(super) fn ready(target: Target) -> Result<Self> {
        let sysroot = if target.is_installed() {
            None
        } else {
            Some(sysroot(target)?)
        };
        Ok(Self { target, sysroot })
    }

    /// Cargo for this target: `build`, `test`, `check`, with its arguments.
    pub(super) fn cargo(&self, line: &str) -> Program {
        let cargo = match &self.sysroot {
            None => Program::new(&format!("cargo {line}")),
            // Encoded, it may have spaces; with a target it holds for the target's code only.
            Some(sysroot) => debian(line).variable(
                "CARGO_ENCODED_RUSTFLAGS",
                format!("--sysroot\u{1f}{}", sysroot.display()),
            ),
        };
        cargo
            .argument("--locked")
            .argument("--target")
            .argument(self.target.triple())
            .variable("CARGO_TARGET_DIR", builds().display().to_string())
            .variable(
                "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER",
                "x86_64-w64-mingw32-gcc",
            )
            // Nobody looks at it with a debugger here, and it would double the time to link.
            .variable("CARGO_PROFILE_DEV_DEBUG", "0")
            .variable("CARGO_INCREMENTAL", "0")
    }

    /// Where this target's programs are, built with `release` or else to be quickly there.
    pub(super) fn built(&self, release: bool) -> PathBuf {
        let profile = if release { "release" } else { "debug" };
        builds().join(self.target.triple()).join(profile)
    }
}

/// The one folder that is built in.
fn builds() -> PathBuf {
    folder().join("build")
}

/// Debian's cargo and compiler, and nothing that a rustup in the `PATH` says.
fn debian(line: &str) -> Program {
    ["RUSTUP_TOOLCHAIN", "RUSTFLAGS", "LD_LIBRARY_PATH", "CARGO"]
        .into_iter()
        .fold(Program::new(&format!("{CARGO} {line}")), Program::without)
        .variable("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
        .variable("RUSTC", RUSTC)
        .variable("RUSTDOC", "/usr/bin/rustdoc")
}

/// A folder with the standard library for a target, built by the compiler that is to use it.
fn sysroot(target: Target) -> Result<PathBuf> {
    let sysroot = folder().join("sysroot");
    let libraries = sysroot.join("lib/rustlib").join(target.triple());
    let version = Program::new(RUSTC).argument("-vV").output()?;
    let made_by = libraries.join("made-by");
    if fs::read_to_string(&made_by).is_ok_and(|made_by| made_by == version) {
        return Ok(sysroot);
    }
    let scratch = folder().join("standard-library");
    for old in [&libraries, &scratch] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    write_empty_crate(&scratch)?;
    target
        .build_standard_library()
        .argument("--target")
        .argument(target.triple())
        .variable(
            "CARGO_TARGET_DIR",
            scratch.join("target").display().to_string(),
        )
        .within(&scratch)
        .run()
        .with_context(|| format!("no standard library for {}", target.triple()))?;
    let made = scratch
        .join("target")
        .join(target.triple())
        .join(target.profile_of_standard_library())
        .join("deps");
    copy_libraries(&made, &libraries.join("lib"))?;
    ensure!(
        has_standard_library(&libraries.join("lib")),
        "building the standard library for {} left none behind",
        target.triple()
    );
    fs::remove_dir_all(&scratch)?;
    // Last, so that what was broken off is not taken for what is there.
    put(&made_by, &version)?;
    Ok(sysroot)
}

/// The standard library is built for the sake of some crate.
fn write_empty_crate(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder.join("src"))?;
    put(
        &folder.join("Cargo.toml"),
        "[package]\nname = \"nothing\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    put(&folder.join("src/lib.rs"), "")
}

fn copy_libraries(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir()? {
        let path = entry?.path();
        let name = path.file_name().context("a folder's entry has a name")?;
        let name = name.to_string_lossy();
        let is_library = name.ends_with(".rlib") || name.ends_with(".rmeta");
        if is_library && !name.starts_with("libnothing") {
            fs::copy(&path, to.join(&*name))?;
        }
    }
    Ok(())
}

fn has_standard_library(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|mut entries| {
        entries.any(|entry| {
            entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
        })
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "nobody reads it before it is written, and it is made anew where it is not whole"
)]
fn put(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {file:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_has_a_standard_library_that_is_fast() {
        let line = Target::WindowsGnu.build_standard_library().to_string();
        assert!(line.contains("--release"), "{line}");
        let line = Target::MacOs.build_standard_library().to_string();
        assert!(!line.contains("--release"), "{line}");
    }

    #[test]
    fn a_system_that_rust_does_not_know_is_not_taken_for_an_installed_one() {
        assert!(!has_standard_library(Path::new("/no/such/folder")));
    }
}
