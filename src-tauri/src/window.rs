//! The main window. Its webview exists only while it is open.

use std::sync::Arc;

use controller::view::View;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};
use tokio::sync::{mpsc, watch};

use crate::{page, webview, words};

/// The main window's label, by which `capabilities/main.json` names it.
pub(crate) const MAIN: &str = "main";

/// Opens the main window, or brings it to the front. Does not wait for it: on Windows the main
/// thread must not (documented: Tauri, `WebviewWindowBuilder`, "Known issues").
pub(crate) fn open(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        if !webview::is_there(&app) {
            return;
        }
        if let Err(error) = open_and_wait(&app) {
            tracing::error!(%error, "the main window could not be opened");
        }
    });
}

/// Opens it each time that somebody wants it: a second start of the program.
pub(crate) async fn open_when_wanted(app: AppHandle, mut wanted: mpsc::Receiver<()>) {
    while wanted.recv().await.is_some() {
        open(&app);
    }
}

/// Opens it as soon as it shows that the agent has to sign in first. Once there is a session
/// nobody is interrupted any longer.
pub(crate) async fn open_to_sign_in(app: AppHandle, mut views: watch::Receiver<Arc<View>>) {
    let is_known = |view: &Arc<View>| needs_sign_in(view) || is_signed_in(view);
    let opens = match views.wait_for(is_known).await {
        Ok(view) => needs_sign_in(&view),
        Err(_) => false,
    };
    if opens {
        open(&app);
    }
}

/// That there is no secret shows only once the keyring has been asked.
fn needs_sign_in(view: &View) -> bool {
    let mut problems = view.problems.iter();
    problems.any(|problem| problem.code == "not-signed-in")
}

fn is_signed_in(view: &View) -> bool {
    view.vendor.as_ref().is_some_and(|vendor| vendor.link_up)
}

fn open_and_wait(app: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(MAIN) {
        window.unminimize()?;
        window.show()?;
        return window.set_focus();
    }
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default());
    page::confined(window, app)
        .title(words::FERMATA)
        .inner_size(720.0, 640.0)
        .min_inner_size(420.0, 360.0)
        .center()
        .build()
        .map(drop)
}
