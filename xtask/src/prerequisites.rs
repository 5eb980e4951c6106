//! What has to be installed, and how to install it on Debian.

use std::path::Path;

use anyhow::{Result, bail};

use crate::program::Program;

/// What a command needs besides Rust itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// To build and run the application.
    Application,
    /// To build the page, and to run programs that others wrote for Node.
    Node,
    /// To look at the page in a browser.
    Browser,
    /// To run the application on a desktop without a screen.
    Desktop,
    /// To click on the page within the application.
    Driver,
    /// To build for Windows, and to run what was built.
    Windows,
    /// To build a package for Windows Installer.
    Msi,
    /// To receive what is forwarded by syslog.
    Syslog,
    /// To look over shell scripts.
    Shell,
    /// To build Rust's standard library for a system that it is not installed for.
    StandardLibrary,
    /// To build a package for Debian and to look it over.
    Package,
}

/// One thing that has to be there.
#[derive(Clone, Copy, Debug)]
struct Need {
    room: Room,
    proof: Proof,
    /// The Debian package that brings it.
    package: &'static str,
}

/// How to see that it is there.
#[derive(Clone, Copy, Debug)]
enum Proof {
    /// A program of this name can be found.
    Program(&'static str),
    /// pkg-config knows it.
    Headers(&'static str),
    /// There is a file of this name.
    File(&'static str),
    /// The dynamic linker knows it.
    Library(&'static str),
    /// Node, and no older than [`NODE`].
    Node,
}

/// The oldest Node that the page's tools and `tests/foreign` take.
const NODE: (u32, u32) = (20, 19);

/// All that is needed on Linux: the one list of Debian packages.
const NEEDS: &[Need] = &[
    need(
        Room::Application,
        Proof::Program("pkg-config"),
        "pkg-config",
    ),
    need(
        Room::Application,
        Proof::Headers("webkit2gtk-4.1"),
        "libwebkit2gtk-4.1-dev",
    ),
    need(Room::Application, Proof::Headers("dbus-1"), "libdbus-1-dev"),
    need(Room::Application, Proof::Headers("alsa"), "libasound2-dev"),
    // It is looked for when the tray item is made; building does not need it.
    need(
        Room::Application,
        Proof::Library("libayatana-appindicator3.so.1"),
        "libayatana-appindicator3-1",
    ),
    need(Room::Node, Proof::Node, "nodejs"),
    need(Room::Node, Proof::Program("npm"), "npm"),
    need(Room::Browser, Proof::Program("chromium"), "chromium"),
    need(Room::Desktop, Proof::Program("Xvfb"), "xvfb"),
    need(Room::Desktop, Proof::Program("dbus-daemon"), "dbus-daemon"),
    need(
        Room::Desktop,
        Proof::File("/usr/share/doc/libfaketime/copyright"),
        "libfaketime",
    ),
    need(Room::Desktop, Proof::Program("openbox"), "openbox"),
    need(
        Room::Desktop,
        Proof::Program("gnome-keyring-daemon"),
        "gnome-keyring",
    ),
    need(Room::Desktop, Proof::Program("xfce4-panel"), "xfce4-panel"),
    need(
        Room::Driver,
        Proof::Program("WebKitWebDriver"),
        "webkit2gtk-driver",
    ),
    need(
        Room::Windows,
        Proof::Program("x86_64-w64-mingw32-gcc"),
        "gcc-mingw-w64-x86-64",
    ),
    need(Room::Windows, Proof::Program("wine"), "wine"),
    need(Room::Windows, Proof::File("/usr/lib/wine/wine64"), "wine64"),
    need(Room::Windows, Proof::Program("xvfb-run"), "xvfb"),
    need(Room::Windows, Proof::Program("xauth"), "xauth"),
    need(Room::Msi, Proof::Program("wixl"), "wixl"),
    need(Room::Msi, Proof::Program("msibuild"), "msitools"),
    need(Room::Syslog, Proof::File("/usr/sbin/rsyslogd"), "rsyslog"),
    need(
        Room::Syslog,
        Proof::File("/usr/share/doc/rsyslog-gnutls/copyright"),
        "rsyslog-gnutls",
    ),
    need(Room::Shell, Proof::Program("shellcheck"), "shellcheck"),
    need(Room::StandardLibrary, Proof::File(RUSTC), "rustc-web"),
    need(Room::StandardLibrary, Proof::File(CARGO), "cargo-web"),
    need(
        Room::StandardLibrary,
        Proof::File("/usr/lib/rustlib/src/rust/library/std/Cargo.toml"),
        "rust-web-src",
    ),
    need(Room::Package, Proof::Program("dpkg-shlibdeps"), "dpkg-dev"),
    need(Room::Package, Proof::Program("lintian"), "lintian"),
    need(Room::Package, Proof::Program("appstreamcli"), "appstream"),
    need(
        Room::Package,
        Proof::Program("desktop-file-validate"),
        "desktop-file-utils",
    ),
    need(Room::Package, Proof::Program("fakeroot"), "fakeroot"),
    // Lintian reads manual pages with it, and finds fault with none where it is missing.
    need(Room::Package, Proof::Program("man"), "man-db"),
];

/// Debian's own compiler, whatever else is in the `PATH`.
pub(crate) const RUSTC: &str = "/usr/bin/rustc";

/// Debian's own cargo.
pub(crate) const CARGO: &str = "/usr/bin/cargo";

const fn need(room: Room, proof: Proof, package: &'static str) -> Need {
    Need {
        room,
        proof,
        package,
    }
}

/// Sees to it that all that these rooms need is there, and installs it where that can be done.
///
/// # Errors
/// Something is missing and cannot be installed from here; the error says how to.
pub(crate) fn ensure(rooms: &[Room]) -> Result<()> {
    let missing = missing(rooms);
    if missing.is_empty() {
        return Ok(());
    }
    if missing.iter().any(|need| matches!(need.proof, Proof::Node)) && !debian_has_node() {
        bail!(
            "Node {}.{} or newer is missing, and this system's packages have none; \
             install it from https://nodejs.org and run this again",
            NODE.0,
            NODE.1
        );
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let command = format!(
        "apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    if !Path::new("/etc/debian_version").exists() {
        bail!(
            "missing: {}\nDebian's packages for it: {}",
            names(&missing),
            packages.join(" ")
        );
    }
    if !is_root() {
        bail!(
            "missing: {}\ninstall it by: sudo {command}",
            names(&missing)
        );
    }
    println!("missing: {}", names(&missing));
    Program::new("apt-get update -q").run()?;
    Program::new(&command)
        .variable("DEBIAN_FRONTEND", "noninteractive")
        .run()?;
    let still = self::missing(rooms);
    if !still.is_empty() {
        bail!("still missing after an installation: {}", names(&still));
    }
    Ok(())
}

fn missing(rooms: &[Room]) -> Vec<Need> {
    let mut missing: Vec<Need> = NEEDS
        .iter()
        .copied()
        .filter(|need| rooms.contains(&need.room))
        .collect();
    if cfg!(not(target_os = "linux")) {
        // Elsewhere the system brings its own webview.
        missing.retain(|need| need.room == Room::Node);
    }
    missing.retain(|need| !need.proof.holds());
    missing
}

impl Proof {
    fn holds(self) -> bool {
        match self {
            Self::Program(name) => has_program(name),
            Self::Headers(name) => Program::new("pkg-config --exists").argument(name).works(),
            Self::File(path) => Path::new(path).is_file(),
            // Not in everybody's PATH, but always there.
            Self::Library(name) => Program::new("/sbin/ldconfig -p")
                .output()
                .is_ok_and(|known| known.contains(name)),
            Self::Node => Program::new("node --version")
                .output()
                .is_ok_and(|version| version_of(&version).is_some_and(|version| version >= NODE)),
        }
    }

    fn name(self) -> String {
        match self {
            Self::Program(name) | Self::Headers(name) | Self::File(name) | Self::Library(name) => {
                name.to_owned()
            }
            Self::Node => format!("Node >= {}.{}", NODE.0, NODE.1),
        }
    }
}

fn names(needs: &[Need]) -> String {
    needs
        .iter()
        .map(|need| need.proof.name())
        .collect::<Vec<_>>()
        .join(", ")
}

fn has_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let name = if cfg!(windows) {
        format!("{name}.cmd")
    } else {
        name.to_owned()
    };
    std::env::split_paths(&path).any(|folder| folder.join(&name).is_file())
}

fn debian_has_node() -> bool {
    // What it would install: "  Candidate: 20.19.2+dfsg-1"
    Program::new("apt-cache policy nodejs")
        .variable("LC_ALL", "C")
        .output()
        .is_ok_and(|policy| {
            let candidate = policy
                .lines()
                .find_map(|line| line.trim().strip_prefix("Candidate: "));
            candidate
                .and_then(version_of)
                .is_some_and(|version| version >= NODE)
        })
}

fn is_root() -> bool {
    Program::new("id -u")
        .output()
        .is_ok_and(|user| user.trim() == "0")
}

fn version_of(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(version_of("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version_of("18.20.4+dfsg-1~deb12u3"), Some((18, 20)));
        assert_eq!(version_of("(none)"), None);
        assert!(version_of("v20.9.0") < Some(NODE));
        assert!(version_of("v22.1.0") > Some(NODE));
    }

    #[test]
    fn what_needs_nothing_is_never_held_up() {
        ensure(&[]).unwrap();
    }

    #[test]
    fn a_program_that_is_there_is_found_and_another_is_not() {
        assert!(Program::new("cargo --version").works());
        assert!(!Proof::Program("no-such-program-anywhere").holds());
        #[cfg(unix)]
        assert!(Proof::Program("sh").holds());
    }
}
