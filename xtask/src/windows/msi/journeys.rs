//! What an administrator does with the package, each on a desk of its own.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::desk::{Desk, State};
use super::installed::{has_no_autostart, is_complete, is_kept, is_the_program_of};
use super::package::Package;
use super::programs::{RUNNING, older, stand_in};
use super::tables::Numbers;
use crate::windows::programs::Programs;

/// What is said at an installation, and where it is found again.
const SAID: [(&str, &str, &str); 5] = [
    ("VENDOR", "Vendor", "gws"),
    ("BASEURL", "BaseUrl", "https://gws.example/a b"),
    ("AUTOSTART", "Autostart", "1"),
    ("LANG", "Language", "en"),
    ("POLICYFILE", "PolicyFile", r"C:\Program Data\policy.toml"),
];

/// A thing to try, and how it is called.
type Journey = (&'static str, fn(&Packages) -> Result<()>);

/// All that is tried.
pub(super) const ALL: [Journey; 5] = [
    (
        "a silent install is complete, and a removal leaves nothing",
        comes_and_goes,
    ),
    (
        "an upgrade keeps what was said, and there is no way back",
        upgrades,
    ),
    (
        "AUTOSTART=0 leaves no autostart, and holds for the next version",
        no_autostart,
    ),
    (
        "a secret on the command line is refused and ends up nowhere",
        no_secret,
    ),
    (
        "LAUNCHAPP=1 starts the program, and one that runs is no obstacle",
        runs,
    ),
];

/// The packages that are tried.
#[derive(Clone, Debug)]
pub(super) struct Packages {
    /// With the programs that were built.
    pub(super) current: Package,
    /// The same version, with a program that says whether it runs.
    stand_in: Package,
    /// A lower version, with yet another such program.
    older: Package,
}

impl Packages {
    pub(super) fn of(programs: Programs) -> Result<Self> {
        let built = programs.folder()?;
        let version = env!("CARGO_PKG_VERSION");
        let stand_in = stand_in(&built)?;
        let packages = Self {
            current: Package::of("current", &built, version)?,
            stand_in: Package::of("stand-in", &stand_in, version)?,
            older: Package::of("older", &older(&stand_in)?, "0.0.1")?,
        };
        packages.are_of_one_family()?;
        Ok(packages)
    }

    /// Windows Installer knows by these numbers what replaces what.
    fn are_of_one_family(&self) -> Result<()> {
        let (current, older) = (Numbers::of(&self.current)?, Numbers::of(&self.older)?);
        ensure!(
            current.components == older.components,
            "a component's GUID is made anew at each build"
        );
        ensure!(
            current.upgrade == older.upgrade,
            "the upgrade code is made anew at each build"
        );
        ensure!(
            current.product != older.product,
            "two versions have the same product code"
        );
        Ok(())
    }
}

fn comes_and_goes(packages: &Packages) -> Result<()> {
    let desk = Desk::fresh()?;
    let before = desk.state()?;
    desk.install(&packages.current, &said().each_ref().map(String::as_str))?;
    let installed = desk.state()?;
    is_complete(&desk, &installed, &packages.current)?;
    for (_, name, value) in SAID {
        is_kept(&installed, name, Some(value))?;
    }

    desk.remove(&packages.current)?;
    nothing_changed(&desk.state()?, &before).context("after the removal")
}

fn upgrades(packages: &Packages) -> Result<()> {
    let desk = Desk::fresh()?;
    desk.install(&packages.older, &said().each_ref().map(String::as_str))?;
    ensure!(
        !is_the_program_of(&desk, &packages.current)?,
        "the older program is the newer one, so that an upgrade would not be seen"
    );
    // A user's own: settings, and a sign-in in the credential store.
    let settings = desk.file("users/Public/AppData/Fermata/settings.toml");
    put(&settings, "vendor = \"gws\"\n")?;
    let before = desk.state()?;

    desk.install(&packages.current, &[])?;
    let upgraded = desk.state()?;
    is_complete(&desk, &upgraded, &packages.current)?;
    for (_, name, value) in SAID {
        is_kept(&upgraded, name, Some(value))?;
    }
    let touched: Vec<String> = upgraded
        .changes_since(&before)
        .into_iter()
        .filter(|change| change.contains("HKEY_CURRENT_USER") || change.contains("AppData/Fermata"))
        .collect();
    ensure!(
        touched.is_empty(),
        "what is the user's was touched: {touched:?}"
    );

    desk.is_refused(&packages.older, &[])?;
    let after = desk.state()?;
    is_complete(&desk, &after, &packages.current).context("after a downgrade that was refused")
}

fn no_autostart(packages: &Packages) -> Result<()> {
    let desk = Desk::fresh()?;
    desk.install(&packages.older, &["AUTOSTART=0"])?;
    has_no_autostart(&desk.state()?)?;
    desk.install(&packages.stand_in, &["VENDOR=xima"])?;
    let upgraded = desk.state()?;
    has_no_autostart(&upgraded)?;
    is_kept(&upgraded, "Autostart", Some("0"))?;
    is_kept(&upgraded, "Vendor", Some("xima"))?;
    is_kept(&upgraded, "BaseUrl", None)?;
    // What is said now wins over what was said then.
    desk.install(&packages.current, &["AUTOSTART=1", "VENDOR=gqm"])?;
    let again = desk.state()?;
    is_complete(&desk, &again, &packages.current)?;
    is_kept(&again, "Vendor", Some("gqm"))
}

fn no_secret(packages: &Packages) -> Result<()> {
    let desk = Desk::fresh()?;
    let before = desk.state()?;
    for wrong in [
        "SECRET=canary-7f3a",
        "TOKEN=canary-7f3a",
        "AUTOSTART=yes",
        "LAUNCHAPP=please",
    ] {
        desk.is_refused(&packages.current, &[wrong])?;
        let after = desk.state()?;
        nothing_changed(&after, &before).context(wrong)?;
        ensure!(
            !after.registry.mentions("canary-7f3a"),
            "{wrong} is in the registry"
        );
        let log = fs::read(desk.log())?;
        ensure!(!log.is_empty(), "the installer wrote no log");
        // Under wine it is written in letters of one byte.
        let log = String::from_utf8_lossy(&log).replace('\0', "");
        ensure!(!log.contains("canary-7f3a"), "{wrong} is in the log");
    }
    Ok(())
}

fn runs(packages: &Packages) -> Result<()> {
    let desk = Desk::fresh()?;
    let before = desk.state()?;
    desk.install(&packages.older, &[])?;
    ensure!(!desk.runs_in_the_end(), "it was started unasked");
    desk.remove(&packages.older)?;

    desk.install(&packages.older, &["LAUNCHAPP=1"])?;
    ensure!(desk.runs_in_the_end(), "LAUNCHAPP=1 started nothing");
    let line = fs::read_to_string(desk.file(RUNNING))?;
    ensure!(
        line.contains(r"C:\Program Files\Fermata\fermata.exe") && !line.contains("--autostart"),
        "what was started is {line}"
    );

    desk.install(&packages.stand_in, &[])?;
    ensure!(
        is_the_program_of(&desk, &packages.stand_in)?,
        "a program that ran was not replaced"
    );
    ensure!(desk.ends_in_the_end(), "the older program goes on running");

    desk.install(&packages.stand_in, &["LAUNCHAPP=1"])?;
    ensure!(desk.runs_in_the_end(), "the new program was not started");
    desk.remove(&packages.stand_in)?;
    ensure!(
        desk.ends_in_the_end(),
        "a program that was removed goes on running"
    );
    nothing_changed(&desk.state()?, &before).context("after the removal")
}

fn nothing_changed(after: &State, before: &State) -> Result<()> {
    let changes = after.changes_since(before);
    let first: Vec<&str> = changes.iter().take(5).map(String::as_str).collect();
    ensure!(
        changes.is_empty(),
        "{} things differ, first {}",
        changes.len(),
        first.join("; ")
    );
    Ok(())
}

fn said() -> [String; 5] {
    SAID.map(|(property, _, value)| format!("{property}={value}"))
}

fn put(file: &Path, text: &str) -> Result<()> {
    fs::create_dir_all(file.parent().context("it lies in a folder")?)?;
    fs::File::create(file)?.write_all(text.as_bytes())?;
    Ok(())
}
