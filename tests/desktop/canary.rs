//! The secret of every journey, and the search for it where it must not be.

use std::path::Path;

use simulators::{Fault, Vendor};
use tests::rig::{App, Secret, Start};

use crate::desk::Desk;

/// Nothing else in the world is spelled like this.
pub(crate) const CANARY: &str = "canary-7Hq2vXw9sL4mRt8";

/// Looks for the secret everywhere that somebody else could: in every file of the desktop, in
/// the arguments and the environment of every process on it, in all that Fermata wrote, in what
/// it tells others, and in notifications.
pub(crate) async fn leaves_no_trace(desk: &Desk, app: &App) {
    let desktop = &desk.desktop;
    let mut found = Vec::new();
    files_with(desktop.folder(), CANARY, &mut found);
    for process in desktop.processes().unwrap() {
        for (where_, bytes) in [
            ("arguments", &process.arguments),
            ("environment", &process.environment),
        ] {
            if holds(bytes, CANARY) {
                found.push(format!("the {where_} of {}", process.name));
            }
        }
    }
    let told = [
        ("standard output and error", app.said()),
        ("view", format!("{:?}", app.view().await.unwrap())),
        (
            "notifications",
            format!("{:?}", desktop.notifications().all()),
        ),
        ("tray menu", format!("{:?}", labels(desk, app).await)),
    ];
    found.extend(
        told.iter()
            .filter(|(_, text)| text.contains(CANARY))
            .map(|(where_, _)| (*where_).to_owned()),
    );
    assert!(found.is_empty(), "the secret is in: {found:#?}");
}

async fn labels(desk: &Desk, app: &App) -> Vec<String> {
    let item = desk.desktop.tray().wait_for_item_of(app.pid()).await;
    item.unwrap().labels().await.unwrap()
}

/// Every file below a folder that holds this text.
pub(crate) fn files_with(folder: &Path, text: &str, found: &mut Vec<String>) {
    // What goes while we look at it is not there.
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            files_with(&entry.path(), text, found);
        } else if kind.is_file()
            && std::fs::read(entry.path()).is_ok_and(|bytes| holds(&bytes, text))
        {
            found.push(entry.path().display().to_string());
        }
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[test]
fn the_search_for_the_secret_finds_it() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a/b");
    std::fs::create_dir_all(&deep).unwrap();
    let file = std::fs::File::create(deep.join("log")).unwrap();
    std::io::Write::write_all(&mut &file, format!("\0\0token={CANARY}\n").as_bytes()).unwrap();
    let mut found = Vec::new();
    files_with(folder.path(), CANARY, &mut found);
    assert_eq!(found.len(), 1);
    found.clear();
    files_with(folder.path(), "another secret", &mut found);
    assert!(found.is_empty(), "{found:?}");
}

/// However much it is told to log, and whatever goes wrong: from the keyring, by standard
/// input, accepted and refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_secret_is_nowhere_but_in_the_keyring_and_on_the_wire() {
    let desk = Desk::new("canary", Vendor::Anywhere365).await;
    let everything = || Start {
        environment: vec![("RUST_LOG".to_owned(), "trace".to_owned())],
        ..Start::default()
    };
    let mut app = desk.sign_in_with(everything()).await;
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.becomes(&call, simulators::Truth::Paused).await;
    desk.simulator.site().misbehave(Fault::Garbage);
    app.wait_for("a problem", |view| !view.problems.is_empty())
        .await
        .unwrap();
    desk.simulator.site().behave();
    desk.simulator.site().change_secret("another one");
    let refused = |view: &controller::view::View| {
        let mut problems = view.problems.iter();
        problems.any(|problem| problem.code == "sign-in-rejected")
    };
    app.wait_for("a rejected sign-in", refused).await.unwrap();
    assert!(app.said().contains("TRACE"), "it logs all there is to log");
    leaves_no_trace(&desk, &app).await;
    app.quit().await.unwrap();

    desk.simulator.site().change_secret(CANARY);
    let by_stdin = Start {
        secret: Secret::Stdin(CANARY.to_owned()),
        ..desk.settled(everything())
    };
    let mut app = App::start(&desk.desktop, by_stdin).await.unwrap();
    desk.signed_in(&mut app).await;
    leaves_no_trace(&desk, &app).await;
}
