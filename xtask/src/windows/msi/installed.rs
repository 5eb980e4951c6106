//! What an installation leaves on a desk.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::desk::{Desk, State};
use super::package::Package;

const PROGRAM_FOLDER: &str = r"C:\Program Files\Fermata\";
const SETTINGS: &str = r"HKEY_LOCAL_MACHINE\Software\Fermata\Installation";
const RUN: &str = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\Run";
const UNINSTALL: &str = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\Uninstall";
const TOASTS: &str = r"HKEY_LOCAL_MACHINE\Software\Classes\AppUserModelId\app.fermata.desktop";

/// Whether all that belongs to an installation is there, once, and of this package.
pub(super) fn is_complete(desk: &Desk, state: &State, package: &Package) -> Result<()> {
    for file in package.contents()? {
        let path = format!("{PROGRAM_FOLDER}{}", file.replace('/', "\\"));
        let installed = desk.at(&path).context("a path on Windows")?;
        ensure!(
            fs::read(&installed).ok() == Some(fs::read(package.staged().join(&file))?),
            "{path} is missing or another one"
        );
    }
    let entries = state.registry.beneath(UNINSTALL, "DisplayName", "Fermata");
    let [entry] = entries[..] else {
        anyhow::bail!("the list of programs has Fermata {} times", entries.len());
    };
    let version = state.registry.text(entry, "DisplayVersion");
    ensure!(
        version.as_deref() == Some(package.version()),
        "the list of programs has version {version:?}"
    );
    let run = state
        .registry
        .text(RUN, "Fermata")
        .context("there is no autostart")?;
    let (program, rest) = run
        .strip_prefix('"')
        .and_then(|run| run.split_once('"'))
        .with_context(|| format!("the autostart is not in quotes: {run}"))?;
    ensure!(rest == " --autostart", "the autostart says {rest:?}");
    let program = desk.at(program).context("the autostart is on no disk")?;
    ensure!(
        program.is_file(),
        "the autostart leads to no program: {run}"
    );
    let shortcut = state
        .files
        .iter()
        .filter(|file| file.ends_with("Start Menu/Programs/Fermata.lnk"));
    ensure!(
        shortcut.count() == 1,
        "there is no entry in the Start menu, or more than one"
    );
    ensure!(
        state.registry.text(TOASTS, "DisplayName").as_deref() == Some("Fermata"),
        "toasts have no name"
    );
    let icon = state
        .registry
        .text(TOASTS, "IconUri")
        .context("toasts have no icon")?;
    let icon = desk.at(&icon).context("the icon is on no disk")?;
    ensure!(icon.is_file(), "toasts have an icon that is not there");
    Ok(())
}

pub(super) fn is_kept(state: &State, name: &str, value: Option<&str>) -> Result<()> {
    let found = state.registry.text(SETTINGS, name);
    ensure!(
        found.as_deref() == value,
        "{name} is {found:?}, not {value:?}"
    );
    Ok(())
}

pub(super) fn has_no_autostart(state: &State) -> Result<()> {
    ensure!(state.registry.has(SETTINGS), "nothing was installed");
    let run = state.registry.text(RUN, "Fermata");
    ensure!(run.is_none(), "there is an autostart: {run:?}");
    Ok(())
}

pub(super) fn is_the_program_of(desk: &Desk, package: &Package) -> Result<bool> {
    let installed = fs::read(desk.file("Program Files/Fermata/fermata.exe"))?;
    Ok(installed == fs::read(package.staged().join("fermata.exe"))?)
}
