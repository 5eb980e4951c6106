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
