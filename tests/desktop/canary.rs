//! The secret of every journey, and the search for it where it must not be.

use std::fs::File;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use simulators::{Fault, Vendor};
pub(crate) use tests::leaks::CANARY;
use tests::leaks::{Search, Sought};
use tests::rig::{App, Desktop, Secret, Start};
use zip::ZipArchive;

use crate::desk::Desk;

/// Looks wherever somebody else could: into every file of the desktop, at the arguments and the
/// environment of every process on it, at all that each Fermata wrote and told, and at
/// notifications.
pub(crate) fn look_everywhere(desktop: &Desktop, search: &mut Search<'_>) {
    search.folder(desktop.folder());
    let running = desktop.processes().unwrap_or_default();
    let mut ended = Vec::new();
    for left in desktop.left() {
        search.bytes("standard output and error", left.said().as_bytes());
        search.bytes("views", left.told().as_bytes());
        ended.extend(left.process().cloned());
    }
    for process in running.iter().chain(&ended) {
        let name = &process.name;
        search.bytes(&format!("the arguments of {name}"), &process.arguments);
        search.bytes(&format!("the environment of {name}"), &process.environment);
    }
    let notifications = format!("{:?}", desktop.notifications().all());
    search.bytes("notifications", notifications.as_bytes());
}

/// Looks everywhere in the middle of a journey, and at what is shown at this moment. At its end
/// every journey is searched by itself.
pub(crate) async fn leaves_no_trace(desk: &Desk, app: &App) {
    let sought = Sought::canary_and(&[]);
    let mut search = Search::of(&sought);
    look_everywhere(&desk.desktop, &mut search);
    let view = format!("{:?}", app.view().await.unwrap());
    search.bytes("the view", view.as_bytes());
    let item = desk.desktop.tray().wait_for_item_of(app.pid()).await;
    let labels = format!("{:?}", item.unwrap().labels().await.unwrap());
    search.bytes("the tray menu", labels.as_bytes());
    search.ends();
}

/// A journey has a desk, and every desk is searched when it is dropped.
#[test]
fn every_journey_on_the_desktop_is_searched_at_its_end() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("desktop");
    let mut journeys = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        journeys += text.matches("#[tokio::test").count();
        for makes in [
            concat!("Desktop::", "start"),
            concat!("Simulator::", "start"),
        ] {
            assert!(
                path.ends_with("desk.rs") || !text.contains(makes),
                "{} has a desktop or a vendor that is not searched; use Desk",
                path.display()
            );
        }
        let escape = concat!("mem::", "forget");
        assert!(!text.contains(escape), "{}", path.display());
    }
    assert!(journeys > 20, "they are looked for in the wrong place");
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

/// What would be sent to support, and what is left of a program that crashes: at the vendor where
/// the secret is part of each address.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_secret_is_neither_in_the_support_bundle_nor_left_by_a_crash() {
    let desk = Desk::new("crash", Vendor::Noojee).await;
    let everything = Start {
        environment: vec![("RUST_LOG".to_owned(), "trace".to_owned())],
        ..Start::default()
    };
    let app = desk.sign_in_with(everything).await;
    desk.call_arrives(&app).await;
    desk.press().await;
    let bundle = desk.desktop.folder().join("bundle.zip");
    let output = ["support-bundle", "--output", bundle.to_str().unwrap()];
    let made = app.ctl().run(&output).await.unwrap();
    assert_eq!(made.code, 0, "{made:?}");
    let sought = Sought::canary_and(&[]);
    let mut search = Search::of(&sought);
    let mut archive = ZipArchive::new(File::open(&bundle).unwrap()).unwrap();
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        search.bytes(&part.name().unwrap(), &bytes);
    }
    search.ends();
    let ended = app.abort().await.unwrap();
    assert_eq!(ended.signal(), Some(6), "{ended}");
    assert!(!ended.core_dumped(), "{ended}");
}
