//! Whether this desktop hands chords to programs at all. The registrar does not say: on Linux
//! it reports success with no X server, and on Wayland.

/// What an agent can do without a hotkey.
pub(crate) const OTHER_WAYS: &str =
    "The tray menu, the indicator and the command `fermatactl toggle` work all the same.";

/// Returns whether chords can be registered here, or why not and what to do.
#[cfg(target_os = "linux")]
pub(crate) fn takes_chords() -> Result<(), String> {
    of_session(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))?;
    match x11rb::connect(None) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!(
            "The X server cannot be reached ({error}). {OTHER_WAYS}"
        )),
    }
}

/// Returns whether chords can be registered here, or why not and what to do.
#[cfg(not(target_os = "linux"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same on every system for whoever calls"
)]
pub(crate) fn takes_chords() -> Result<(), String> {
    Ok(())
}

/// Wayland comes first: under it `DISPLAY` leads to an X server that gets keys only while an
/// X11 program has the focus, and a hotkey that works now and then is worse than none.
#[cfg(target_os = "linux")]
fn of_session(variable: impl Fn(&str) -> Option<String>) -> Result<(), String> {
    if variable("WAYLAND_DISPLAY").is_some()
        || variable("XDG_SESSION_TYPE").as_deref() == Some("wayland")
    {
        return Err(
            "A Wayland desktop gives programs no hotkeys. In the desktop's keyboard settings, \
             give a shortcut to the command `fermatactl toggle`. The tray menu works too."
                .to_owned(),
        );
    }
    if variable("DISPLAY").is_none() {
        return Err(format!(
            "There is no X display (DISPLAY is not set). {OTHER_WAYS}"
        ));
    }
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn session(variables: &'static [(&str, &str)]) -> Result<(), String> {
        of_session(|name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_x11_session_takes_chords() {
        assert_eq!(
            session(&[("DISPLAY", ":0"), ("XDG_SESSION_TYPE", "x11")]),
            Ok(())
        );
    }

    #[test]
    fn a_wayland_session_takes_none_though_it_has_an_x_display() {
        let by_socket = session(&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0")]);
        let by_type = session(&[("DISPLAY", ":0"), ("XDG_SESSION_TYPE", "wayland")]);
        for message in [by_socket, by_type].map(|outcome| outcome.expect_err("Wayland")) {
            assert!(message.contains("fermatactl toggle"), "{message}");
        }
    }

    #[test]
    fn no_display_takes_none() {
        let message = session(&[("XDG_SESSION_TYPE", "tty")]).expect_err("no display");
        assert!(message.contains("DISPLAY is not set"), "{message}");
    }
}
