//! What the shell itself says in English. What views and notices say comes with them.

/// The program's name, and the title of the main window.
pub(crate) const FERMATA: &str = "Fermata";
/// The title of the indicator's window; no one sees it, screen readers and tests do.
pub(crate) const INDICATOR: &str = "Fermata indicator";
/// Asks for a pause.
pub(crate) const PAUSE: &str = "Pause";
/// Asks for a resume.
pub(crate) const RESUME: &str = "Resume";
/// Asks for more time before the longest pause is over.
pub(crate) const EXTEND: &str = "Extend";
/// Acknowledges a failure.
pub(crate) const UNDERSTOOD: &str = "Understood";
/// Opens the main window.
pub(crate) const OPEN: &str = "Open Fermata";
/// Ends the program.
pub(crate) const QUIT: &str = "Quit";
/// Ends it after a resume.
pub(crate) const RESUME_FIRST: &str = "Resume the recording, then quit";
/// Ends it and leaves the recording paused.
pub(crate) const LEAVE_PAUSED: &str = "Quit and leave the recording paused";
/// Asks which of the two is meant.
pub(crate) const STAYS_WHILE_PAUSED: &str = "Fermata has not ended, because a recording is paused. \
     Say in the menu of the tray icon whether it is to be resumed first or left paused.";
/// Why a shutdown is to wait; desktops show it.
#[cfg(not(target_os = "macos"))]
pub(crate) const STILL_PAUSED: &str = "The recording of a call is paused";
/// Labels everything that a simulator brings about.
pub(crate) const SIMULATION: &str = "SIMULATION";

/// Why the main window cannot be opened, and what to do.
pub(crate) const NO_WEBVIEW: &str = "Fermata's window needs the Microsoft Edge WebView2 Runtime, \
     which this computer does not have. Ask your administrator to install it \
     (https://developer.microsoft.com/microsoft-edge/webview2/), then open the window again. \
     Until then tray icon, hotkey and indicator work as ever: the tray icon has an entry to pause \
     and one to resume, and `fermatactl sign-in` signs you in.";

/// Why nothing is heard, and what to do.
pub(crate) const NO_SOUND: &str = "Sounds cannot be played on this computer. \
     Rely on the indicator, and see that a loudspeaker or a headset is connected.";

/// A length of time as mm:ss.
pub(crate) fn minutes_and_seconds(milliseconds: u32) -> String {
    let seconds = milliseconds / 1000;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

/// What stands before a chord that works, and before one that does not.
pub(crate) fn hotkey(chord: &str, action: &str, message: &str) -> String {
    if message.is_empty() {
        format!("{chord}: {action}")
    } else {
        format!("{chord} does not work. {}", first_sentence(message))
    }
}

/// As much of a message as fits into a menu.
pub(crate) fn first_sentence(message: &str) -> &str {
    match message.find(". ") {
        Some(end) => &message[..=end],
        None => message,
    }
}

/// When a resume will be asked for.
pub(crate) fn resumes_in(milliseconds: u32) -> String {
    format!("Resumes in {}.", minutes_and_seconds(milliseconds))
}

/// The same while card details are being taken.
pub(crate) fn resumes_in_at_the_latest(milliseconds: u32) -> String {
    let time = minutes_and_seconds(milliseconds);
    format!("Resumes after the payment, in {time} at the latest.")
}

/// Which calls are meant; nothing where there is none.
pub(crate) fn calls(ids: &[&str]) -> Option<String> {
    match ids {
        [] => None,
        [one] => Some(format!("Call {one}")),
        several => Some(format!("{} calls", several.len())),
    }
}
