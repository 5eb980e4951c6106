//! Makes the page, the icons and the page's permissions part of the program.

fn main() {
    // Naming the commands makes them subject to permissions: see `capabilities/main.json`.
    let commands = tauri_build::AppManifest::new().commands(&["send"]);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    tauri_build::try_build(attributes).expect("tauri.conf.json and capabilities/ are right");
}
