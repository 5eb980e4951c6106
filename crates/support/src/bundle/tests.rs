use std::collections::BTreeMap;

use serde_json::json;
use tempfile::TempDir;
use zip::ZipArchive;

use super::*;

const CANARY: &str = "kanarek7Zq";
const CARD: &str = "4111 1111 1111 1111";

struct Bench {
    root: TempDir,
}

impl Bench {
    fn new() -> Self {
        let root = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(root.path().join("logs")).expect("it is made");
        Self { root }
    }

    fn logs(&self) -> PathBuf {
        self.root.path().join("logs")
    }

    fn log(&self, name: &str, text: &str) {
        let mut file = File::create(self.logs().join(name)).expect("it is made");
        file.write_all(text.as_bytes()).expect("it is written");
    }

    fn unpacked(&self, bundle: &Bundle) -> BTreeMap<String, String> {
        let path = self.root.path().join("bundle.zip");
        bundle.write(&path).expect("it is written");
        let mut archive = ZipArchive::new(File::open(path).expect("it is there")).expect("a zip");
        let mut files = BTreeMap::new();
        for number in 0..archive.len() {
            let mut file = archive.by_index(number).expect("it is there");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("text");
            let name = file.name().expect("text").into_owned();
            files.insert(name, text);
        }
        files
    }
}

#[test]
fn nothing_secret_is_in_a_bundle_whatever_was_written_where() {
    // I2, E2: secrets where they do not belong, in every kind of file.
    let bench = Bench::new();
    let url = format!("https://pbx.example/pause?key={CANARY}&n={CARD}");
    bench.log(
        "fermata-2026-11-20.jsonl",
        &format!(
            "{}\nnot JSON: Authorization: Bearer {CANARY}, card {CARD}\n{{\"torn\": \"cookie: a={CANARY}\n",
            json!({"fields": {"message": format!("GET {url}"), "token": CANARY, "card": CARD}})
        ),
    );
    let settings = format!(
        "vendor = \"noojee\"\nbase_url = \"{url}\"\nsecret = \"{CANARY}\"\nclient-secret = '{CANARY}'\n# my password: {CANARY}\n"
    );
    let view = json!({"vendor": {"baseUrl": url}, "problems": [{"message": format!("{CARD}?")}]});
    let parts = vec![
        Part {
            name: "settings.toml",
            content: Content::Text(settings),
        },
        Part {
            name: "view.json",
            content: Content::Json(view),
        },
    ];
    let files = bench.unpacked(&Bundle::gather(parts, &bench.logs()));
    assert_eq!(files.len(), 3, "{files:?}");
    for (name, text) in &files {
        assert!(!text.contains(CANARY), "{name}: {text}");
        assert!(!text.contains("1111"), "{name}: {text}");
        assert!(
            text.contains("https://pbx.example/pause?[masked]"),
            "{name}: {text}"
        );
    }
    assert!(
        files["settings.toml"].contains("vendor = \"noojee\""),
        "the rest is readable"
    );
}

#[test]
fn what_is_listed_is_what_is_written() {
    // I2
    let bench = Bench::new();
    bench.log("fermata-2026-11-20.jsonl", "{\"a\":1}\n");
    let parts = vec![Part {
        name: "a.txt",
        content: Content::Text("one".to_owned()),
    }];
    let bundle = Bundle::gather(parts, &bench.logs());
    bench.log("fermata-2026-11-21.jsonl", "{\"later\":1}\n");
    let listed: BTreeMap<String, u64> =
        bundle.items().map(|item| (item.name, item.bytes)).collect();
    let written: BTreeMap<String, u64> = bench
        .unpacked(&bundle)
        .into_iter()
        .map(|(name, text)| (name, text.len() as u64))
        .collect();
    assert_eq!(listed, written);
    assert_eq!(listed["logs/fermata-2026-11-20.jsonl"], 8);
}

#[test]
fn the_newest_lines_of_the_log_come_first_where_there_is_not_room_for_all() {
    // I2
    let bench = Bench::new();
    let lines = |from: u32| {
        (from..from + 10)
            .map(|n| format!("line {n:03}\n"))
            .collect::<String>()
    };
    bench.log("fermata-2026-11-20.jsonl", &lines(0));
    bench.log("fermata-2026-11-21.jsonl", &lines(10));
    bench.log("fermata-2026-11-21.2.jsonl", &lines(20));
    // A line has nine bytes: ten of the newest file, ten of the one before, three of the oldest.
    let bundle = Bundle::gather_up_to(23 * 9 + 4, Vec::new(), &bench.logs());
    let files = bench.unpacked(&bundle);
    assert_eq!(files["logs/fermata-2026-11-21.2.jsonl"], lines(20));
    assert_eq!(files["logs/fermata-2026-11-21.jsonl"], lines(10));
    assert_eq!(
        files["logs/fermata-2026-11-20.jsonl"],
        "line 007\nline 008\nline 009\n"
    );
}

#[test]
fn masks_make_a_bundle_no_bigger_than_it_may_be() {
    let bench = Bench::new();
    bench.log("fermata-2026-11-20.jsonl", &"token=ab\n".repeat(1_000));
    let bundle = Bundle::gather_up_to(500, Vec::new(), &bench.logs());
    let text = &bench.unpacked(&bundle)["logs/fermata-2026-11-20.jsonl"];
    assert!(text.len() <= 500 && text.len() > 400, "{}", text.len());
    assert!(text.lines().all(|line| line == "token=[masked]"), "{text}");
}

#[test]
fn a_file_that_is_there_is_never_overwritten() {
    let bench = Bench::new();
    let path = bench.root.path().join("mine.zip");
    File::create(&path)
        .expect("it is made")
        .write_all(b"mine")
        .expect("it is written");
    let bundle = Bundle::gather(Vec::new(), &bench.logs());
    let refused = bundle.write(&path).expect_err("it is there");
    assert!(matches!(refused, BundleError::Exists { .. }), "{refused}");
    assert_eq!(std::fs::read(&path).expect("it is there"), b"mine");
}

#[test]
fn logs_that_cannot_be_read_are_said_and_the_rest_is_there() {
    let bench = Bench::new();
    let parts = vec![Part {
        name: "a.txt",
        content: Content::Text("one".to_owned()),
    }];
    let files = bench.unpacked(&Bundle::gather(parts, &bench.root.path().join("nowhere")));
    assert_eq!(files["a.txt"], "one\n");
    assert!(
        files["logs/not-readable.txt"].contains("nowhere"),
        "{files:?}"
    );
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_a_bundle() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    let path = bench.root.path().join("bundle.zip");
    Bundle::gather(Vec::new(), &bench.logs())
        .write(&path)
        .expect("it is written");
    let mode = std::fs::metadata(path)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}
