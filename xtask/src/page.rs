//! The page of the main window: building it.

use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;

use crate::program::Program;
use crate::{packages, tree};

/// A script of `ui/package.json`.
pub(crate) fn script(name: &str) -> Program {
    Program::new("npm run --silent")
        .argument(name)
        .within(&tree::page())
}

/// What the application's settings have to add for its page to come from the development server.
///
/// The server's own code wants a socket back to it, and styles within the page.
pub(crate) const FROM_DEVELOPMENT_SERVER: &str = r#"{
    "build": { "devUrl": "http://localhost:1420" },
    "app": { "security": { "devCsp": "default-src 'self' 'unsafe-inline'; connect-src 'self' ws://localhost:1420 ipc: http://ipc.localhost" } }
}"#;

/// Vite's development server; not through npm, which would leave it behind when it is killed.
pub(crate) fn development_server() -> Program {
    Program::new("node node_modules/vite/bin/vite.js").within(&tree::page())
}

/// Builds the page where it is older than what it is made of.
pub(crate) fn build() -> Result<()> {
    let page = tree::page();
    packages::install(&page)?;
    let built = changed(&page.join("dist/index.html"));
    let mut sources = tree::files(&page)?.into_iter();
    if built.is_some() && sources.all(|source| changed(&source) <= built) {
        return Ok(());
    }
    script("build").run()
}

fn changed(file: &Path) -> Option<SystemTime> {
    file.metadata().ok()?.modified().ok()
}
