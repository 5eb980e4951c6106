//! What the page of the main window may do: show what is in the program, listen for views, and
//! send requests (E3).
//!
//! What it may load and call is decided by `tauri.conf.json` and `capabilities/main.json`; that
//! it stays where it is, here.

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Runtime, Url, WebviewWindowBuilder};

/// The address under which Tauri serves what is in the program: scheme and host.
const OURS: (&str, &str) = if cfg!(windows) {
    ("http", "tauri.localhost")
} else {
    ("tauri", "localhost")
};

/// Has the page go nowhere, open nothing and download nothing.
pub(crate) fn confined<'a, R: Runtime, M: Manager<R>>(
    window: WebviewWindowBuilder<'a, R, M>,
    app: &AppHandle<R>,
) -> WebviewWindowBuilder<'a, R, M> {
    let developed = tauri::is_dev()
        .then(|| app.config().build.dev_url.clone())
        .flatten();
    window
        .on_navigation(move |to| {
            let stays = is_ours(to) || developed.as_ref().is_some_and(|at| is_at(to, at));
            if !stays {
                // Where to is not logged: an address may hold anything.
                tracing::warn!("the page was kept from going elsewhere");
            }
            stays
        })
        .on_new_window(|_to, _features| {
            tracing::warn!("the page was kept from opening a window");
            NewWindowResponse::Deny
        })
        .on_download(|_page, _download| {
            tracing::warn!("the page was kept from downloading");
            false
        })
}

fn is_ours(url: &Url) -> bool {
    let (scheme, host) = OURS;
    url.scheme() == scheme && url.host_str() == Some(host) && url.port().is_none()
}

/// Whether a page is served by the server that is told of, as while it is being developed.
fn is_at(url: &Url, server: &Url) -> bool {
    url.origin() == server.origin()
}

#[cfg(test)]
mod tests;
