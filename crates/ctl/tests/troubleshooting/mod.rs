//! Logs and the support bundle, as somebody who helps uses them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use simulators::{Options, Vendor};
use zip::ZipArchive;

use super::desk::Desk;

/// Each line of the log, the oldest first.
fn logged(desk: &Desk) -> Vec<Value> {
    let mut files: Vec<_> = fs::read_dir(desk.within("data/fermata/logs"))
        .expect("there are logs")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let texts = files
        .iter()
        .map(|file| fs::read_to_string(file).expect("text"));
    texts
        .flat_map(|text| text.lines().map(read).collect::<Vec<_>>())
        .collect()
}

fn read(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))
}

fn debug_lines(desk: &Desk) -> usize {
    // A line is on its way to the disk for a moment.
    sleep(Duration::from_millis(300));
    let lines = logged(desk);
    lines.iter().filter(|line| line["level"] == "DEBUG").count()
}

fn unpacked(file: &Path) -> BTreeMap<String, String> {
    let mut archive = ZipArchive::new(File::open(file).expect("it is there")).expect("a zip");
    let mut texts = BTreeMap::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).expect("it is there");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        texts.insert(file.name().expect("text").into_owned(), text);
    }
    texts
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "elsewhere the folders are the user's own, and not the environment's to say"
)]
fn the_engine_logs_to_files_and_more_of_it_for_a_time_that_ends_by_itself() {
    // I3
    let desk = Desk::running(Vendor::Anywhere365, Options::default());
    assert_eq!(debug_lines(&desk), 0);
    assert!(
        logged(&desk)
            .iter()
            .any(|line| line["fields"]["message"] == "link up")
    );

    let ran = desk.ctl(&["log-level", "debug", "--for", "4s"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "everything is logged for 4 s\n"),
        "{ran:?}"
    );
    let call = desk.start_call();
    assert_eq!(desk.ctl(&["call", "start", &call]).code, 0);
    desk.shows("recording");
    assert!(debug_lines(&desk) > 0);

    sleep(Duration::from_secs(4));
    let before = debug_lines(&desk);
    assert_eq!(desk.ctl(&["pause"]).code, 0);
    assert_eq!(debug_lines(&desk), before, "it has ended by itself");

    assert_eq!(desk.ctl(&["log-level", "debug"]).code, 0);
    let ran = desk.ctl(&["log-level", "usual"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "as much is logged as usual\n")
    );
    assert_eq!(desk.ctl(&["log-level", "debug", "--for", "2d"]).code, 64);
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "elsewhere the folders are the user's own, and not the environment's to say"
)]
fn a_bundle_shows_what_helps_and_nothing_secret() {
    // I2, E1, E2: at this vendor the secret is part of each address.
    let desk = Desk::running(Vendor::Noojee, Options::default());
    let secret = desk.simulator.secret();
    assert_eq!(desk.ctl(&["log-level", "debug"]).code, 0);
    let call = desk.start_call();
    desk.shows("unknown");
    assert_eq!(desk.ctl(&["pause"]).code, 2);
    let settings = fs::read_to_string(desk.within("settings.toml")).expect("it is there");
    let kept = desk.within("config/fermata");
    fs::create_dir_all(&kept).expect("a folder");
    let planted = format!("{settings}\n# secret = \"{secret}\", card 4111 1111 1111 1111\n");
    let mut file = File::create(kept.join("settings.toml")).expect("it is made");
    std::io::Write::write_all(&mut file, planted.as_bytes()).expect("it is written");

    let listed = desk.ctl(&["support-bundle", "--list"]);
    assert_eq!(listed.code, 0, "{listed:?}");
    let file = desk.within("bundle.zip");
    let path = file.display().to_string();
    let ran = desk.ctl(&["support-bundle", "--output", &path]);
    assert_eq!(
        (ran.code, ran.out.trim_end()),
        (0, path.as_str()),
        "{ran:?}"
    );
    let texts = unpacked(&file);
    for name in ["computer.json", "policy.json", "settings.toml", "view.json"] {
        assert!(
            texts.contains_key(name),
            "{name} is missing in {:?}",
            texts.keys()
        );
        assert!(
            listed.out.contains(name),
            "{name} is missing in {}",
            listed.out
        );
    }
    assert!(
        texts.keys().any(|name| name.starts_with("logs/fermata-")),
        "{:?}",
        texts.keys()
    );
    assert_eq!(read(&texts["view.json"])["display"], "pause-sent");
    assert!(read(&texts["policy.json"])["values"].is_array());
    assert!(
        texts["settings.toml"].contains("vendor"),
        "{}",
        texts["settings.toml"]
    );
    for (name, text) in &texts {
        assert!(!text.contains(&*secret), "{name} holds the secret");
        assert!(!text.contains("4111"), "{name} holds a card number");
    }
    assert!(
        texts.values().any(|text| text.contains(&call)),
        "what helps is there"
    );

    let again = desk.ctl(&["support-bundle", "--output", &path]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(again.err.contains("there already"), "{again:?}");
}

#[test]
fn a_bundle_can_be_made_where_nothing_runs() {
    // I2
    let desk = Desk::new(Vendor::Xima, Options::default());
    let file = desk.within("bundle.zip");
    let ran = desk.ctl(&["support-bundle", "--output", &file.display().to_string()]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let texts = unpacked(&file);
    assert!(texts["view.json"].contains("not running"), "{texts:?}");
    assert!(
        read(&texts["policy.json"])["values"].is_array(),
        "{texts:?}"
    );
}
