//! What Windows has and the other systems do without.

#[cfg(target_os = "windows")]
mod windows;

#[cfg(target_os = "windows")]
pub(crate) use windows::{say, take_identity, this_thread, wide};

#[cfg(all(test, target_os = "windows"))]
pub(crate) use windows::DESKTOP;

/// The program's name among programs, as `tauri.conf.json` and the installers have it. Windows
/// shows no notification of a program that it does not know by such a name (documented:
/// "Application User Model IDs").
#[cfg(any(test, target_os = "windows"))]
pub(crate) const IDENTITY: &str = "app.fermata.desktop";

/// Makes the program's name known; here it is known from the installation.
#[cfg(not(target_os = "windows"))]
pub(crate) const fn take_identity() {}

/// Tells the agent something; here it stands in the log, and among the problems.
#[cfg(not(target_os = "windows"))]
pub(crate) fn say(message: &str) {
    tracing::error!("{message}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notifications_and_installers_know_the_program_by_one_name() {
        let configuration: serde_json::Value =
            serde_json::from_str(include_str!("../tauri.conf.json")).expect("it is JSON");
        assert_eq!(configuration["identifier"], IDENTITY);
    }
}
