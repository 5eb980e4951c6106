//! What draws the main window. It is a part of the system, and Windows may lack it.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use controller::Handle;
use controller::view::{Problem, Request};
use tauri::{AppHandle, Manager};

use crate::{os, words};

/// The code of the problem that is raised while there is no webview.
const PROBLEM: &str = "webview-missing";

/// Whether the agent is being told already.
static TELLS: AtomicBool = AtomicBool::new(false);

/// Whether there is a webview. If there is none the agent is told now, and it is a problem until
/// the window can be opened. Nothing waits for the agent to read it.
pub(crate) fn is_there(app: &AppHandle) -> bool {
    let trouble = trouble(tauri::webview_version());
    if let Some(controller) = app.try_state::<Handle>() {
        controller.send(Request::DesktopProblem(Problem {
            code: PROBLEM.to_owned(),
            message: trouble.unwrap_or_default().to_owned(),
            blocks_pausing: false,
        }));
    }
    if let Some(message) = trouble {
        tell(message);
    }
    trouble.is_none()
}

/// What is wrong with what the system says of its webview.
fn trouble(version: Result<String, impl Display>) -> Option<&'static str> {
    match version {
        Ok(version) if !version.is_empty() => None,
        Ok(_) => Some(words::NO_WEBVIEW),
        Err(error) => {
            tracing::error!(%error, "the system has no webview");
            Some(words::NO_WEBVIEW)
        }
    }
}

/// Tells the agent, once at a time.
fn tell(message: &'static str) {
    if TELLS.swap(true, Ordering::SeqCst) {
        return;
    }
    let told = thread::Builder::new()
        .name("message".to_owned())
        .spawn(move || {
            os::say(message);
            TELLS.store(false, Ordering::SeqCst);
        });
    if told.is_err() {
        TELLS.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_webview_it_is_said_what_is_missing_and_what_to_do() {
        // F6: the loader answers with an error, and what it answers with no error counts, too.
        let message = trouble(Err("0x80070002")).expect("a trouble");
        for part in [
            "WebView2 Runtime",
            "Ask your administrator",
            "fermatactl sign-in",
            "tray icon",
        ] {
            assert!(message.contains(part), "{part}: {message}");
        }
        assert_eq!(trouble(Ok::<_, &str>(String::new())), Some(message));
    }

    #[test]
    fn a_webview_with_a_version_is_there() {
        assert_eq!(trouble(Ok::<_, &str>("131.0.2903.70".to_owned())), None);
    }
}
