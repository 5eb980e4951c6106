//! The page's one command and one event.

use std::sync::{Arc, Mutex, PoisonError};

use controller::Handle;
use controller::clock::Clock;
use controller::ui_request::UiRequest;
use controller::view::Request;
use tauri::{AppHandle, Emitter, State};

use crate::shown::Newest;
use crate::window;

/// The event that carries a view.
const VIEW: &str = "view";

/// Takes a request from the page.
///
/// # Errors
/// The controller is gone.
#[tauri::command]
#[expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands values to commands"
)]
pub(crate) fn send(
    request: UiRequest,
    controller: State<'_, Handle>,
    page: State<'_, Page>,
) -> Result<(), &'static str> {
    let Some(request) = Option::<Request>::from(request) else {
        page.show_again();
        return Ok(());
    };
    if controller.send(request) {
        Ok(())
    } else {
        Err("the engine has stopped; start Fermata again")
    }
}

/// The page of the main window, open or not.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    app: AppHandle,
    newest: Arc<Mutex<Option<Newest>>>,
}

impl Page {
    /// The page of this application. It has no view yet.
    pub(crate) fn new(app: &AppHandle) -> Self {
        Self {
            app: app.clone(),
            newest: Arc::default(),
        }
    }

    /// Shows a view that has come just now. The page itself takes it down when it expires.
    pub(crate) fn show(&self, newest: &Newest) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(newest.clone());
        self.show_again();
    }

    /// Shows the newest view to a page that has just been loaded, as old as it is by now.
    fn show_again(&self) {
        let newest = self
            .newest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let Some(newest) = newest else {
            return;
        };
        let view = newest.at(Clock::system().now());
        if let Err(error) = self.app.emit_to(window::MAIN, VIEW, view) {
            tracing::warn!(%error, "the page could not be given a view");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    const CONFIGURATION: &str = include_str!("../tauri.conf.json");
    const CAPABILITY: &str = include_str!("../capabilities/main.json");

    fn read(text: &str) -> Value {
        serde_json::from_str(text).expect("it is JSON")
    }

    #[test]
    fn the_page_may_listen_and_send_and_nothing_else() {
        let capability = read(CAPABILITY);
        assert_eq!(capability["windows"], json!([super::window::MAIN]));
        assert_eq!(
            capability["permissions"],
            json!(["core:event:allow-listen", "allow-send"])
        );
        let keys: Vec<&String> = capability.as_object().expect("an object").keys().collect();
        assert_eq!(
            keys,
            ["description", "identifier", "permissions", "windows"],
            "no remote addresses, no further webviews"
        );
        let security = &read(CONFIGURATION)["app"]["security"];
        assert_eq!(
            security["capabilities"],
            json!(["main"]),
            "there is no other"
        );
    }

    #[test]
    fn the_page_loads_nothing_that_is_not_in_the_program() {
        let app = &read(CONFIGURATION)["app"];
        let expected = [
            "default-src 'self'",
            "connect-src 'self' ipc: http://ipc.localhost",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
        ];
        assert_eq!(app["security"]["csp"], json!(expected.join("; ")));
        assert_eq!(app["withGlobalTauri"], json!(false));
    }

    #[test]
    fn no_window_is_there_before_it_is_opened() {
        assert_eq!(read(CONFIGURATION)["app"]["windows"], json!([]));
    }
}
