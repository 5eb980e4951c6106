//! The installed programs on a desktop.

use std::process::Command;

use tests::rig::{App, Desktop, Start, program};

use crate::root::Root;
use crate::{package, said};

/// How the autostart entry of the package starts Fermata: its program and the arguments.
fn autostart() -> Vec<String> {
    let root = Root::with(&package("FERMATA_DEB"));
    let entry = std::fs::read_to_string(root.at("/etc/xdg/autostart/app.fermata.desktop"));
    let entry = entry.unwrap();
    let line = entry.lines().find_map(|line| line.strip_prefix("Exec="));
    let words = line
        .unwrap()
        .split(' ')
        .map(str::to_owned)
        .collect::<Vec<_>>();
    assert!(root.at(&words[0]).is_file(), "{words:?}");
    words
}

#[test]
fn the_console_program_is_of_the_version_of_the_package_and_knows_its_vendors() {
    let fermatactl = program("fermatactl").unwrap();
    let version = said(Command::new(&fermatactl).arg("--version"));
    assert_eq!(
        version.trim(),
        concat!("fermatactl ", env!("CARGO_PKG_VERSION"))
    );
    assert!(said(Command::new(&fermatactl).arg("vendors")).contains("xima"));
}

// F5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn started_by_the_session_it_has_a_tray_item_and_answers() {
    let desktop = Desktop::start().await.unwrap();
    let start = Start {
        arguments: autostart().split_off(1),
        ..Start::default()
    };
    let app = App::start(&desktop, start).await.unwrap();
    let status = app.ctl().run(&["status", "--json"]).await.unwrap();
    assert_eq!(status.code, 0, "{status:?}");
    assert!(status.out.contains("\"display\""), "{status:?}");
    assert!(app.quit().await.unwrap().success());
}
