//! Signed reports, as whoever gets them looks at them (G4).

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use audit::report::{Format, Manifest, report};
use audit::{Entry, Event, Journal, Keeping};
use controller::clock::Clock;
use controller::report_key::ReportKey;
use controller::secrets::MemoryStore;
use jiff::civil::date;
use jiff::tz::TimeZone;
use simulators::{Options, Vendor};

use super::super::desk::{Desk, Ran};

/// A log with a key on record, and a signed report of it.
struct Signed {
    desk: Desk,
    key: ReportKey,
    log: PathBuf,
}

impl Signed {
    fn new() -> Self {
        let desk = Desk::new(Vendor::Xima, Options::default());
        let log = desk.within("log");
        let key = new_key();
        let public = key.public().expect("a key");
        let at = |event| Entry::new(Clock::system().timestamp(), Duration::ZERO, event);
        put(
            &log,
            [
                at(Event::Started),
                at(Event::ReportKey).with("public_key", public),
            ],
        );
        let signed = Self { desk, key, log };
        signed.make();
        signed
    }

    /// Makes the report anew, signed with this desk's key.
    fn make(&self) {
        let report = report(&self.log, date(2020, 1, 1), date(2100, 1, 1)).expect("a log");
        let written = report.written(Format::Csv);
        let made = Clock::system().timestamp();
        let by = controller::origin();
        let manifest = Manifest::of(&report, Format::Csv, &written, &by, made).text();
        let signature = self.key.sign(manifest.as_bytes(), "test").expect("a key");
        self.desk.write("r.csv", &written);
        self.desk.write("r.json", &manifest);
        self.desk.write("r.json.minisig", &signature);
    }

    fn public_key(&self) -> String {
        self.key.public().expect("a key")
    }

    fn file(&self, name: &str) -> String {
        self.desk.within(name).display().to_string()
    }

    fn verify(&self, more: &[&str]) -> Ran {
        let files = [
            "--manifest",
            &self.file("r.json"),
            "--report",
            &self.file("r.csv"),
        ];
        let command = ["audit", "verify-report"];
        self.desk.ctl(&[&command[..], &files, more].concat())
    }

    fn verify_by_the_log(&self) -> Ran {
        self.verify(&["--directory", &self.file("log")])
    }

    fn verify_by_the_key(&self) -> Ran {
        self.verify(&["--key", &self.public_key()])
    }

    fn change(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.desk.within(name)).expect("text");
        assert!(text.contains(from), "{text}");
        self.desk.write(name, &text.replacen(from, to, 1));
    }
}

fn new_key() -> ReportKey {
    ReportKey::load_or_make(&MemoryStore::default()).expect("a key")
}

/// Puts these on record, by one writer that then ends.
fn put<const COUNT: usize>(log: &Path, entries: [Entry; COUNT]) {
    let keeping = Keeping {
        directory: log.to_path_buf(),
        days: Keeping::USUAL_DAYS,
        origin: controller::origin(),
        zone: TimeZone::UTC,
    };
    let journal = Journal::start(|| keeping, Box::new(|_| ()), Box::new(|_| ()));
    let records = || audit::verify(log, &[]).map_or(0, |found| found.records);
    let before = records();
    for entry in entries {
        journal.put(entry);
    }
    // A program that another test has just started may hold the lock of the writer before for a
    // moment, and is waited for until the end is asked for.
    Desk::waits_for("the records", || records() == before + COUNT as u64);
    assert!(journal.finish(Duration::from_secs(10)), "it is written");
}

fn refused(ran: &Ran, said: &str) {
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains(said), "{said}: {ran:?}");
    assert_eq!(ran.out, "", "{ran:?}");
}

#[test]
fn a_signed_report_is_known_again_by_a_key_on_record_and_by_one_that_is_given() {
    let signed = Signed::new();
    let by_the_log = signed.verify_by_the_log();
    assert_eq!(by_the_log.code, 0, "{by_the_log:?}");
    let said = format!("signed with the key of record 2 in {}", signed.file("log"));
    assert!(by_the_log.out.contains(&said), "{by_the_log:?}");

    let by_the_key = signed.verify_by_the_key();
    assert_eq!(by_the_key.code, 0, "{by_the_key:?}");
    assert!(
        by_the_key.out.contains("the key that was given"),
        "{by_the_key:?}"
    );
    let file = format!("untrusted comment: of desk 17\n{}\n", signed.public_key());
    let file = signed.desk.write("key.pub", &file);
    assert_eq!(signed.verify(&["--key", &file]).code, 0);

    // The log goes on, and the report stays what it was.
    let later = Clock::system().timestamp();
    put(
        &signed.log,
        [Entry::new(later, Duration::ZERO, Event::Started)],
    );
    assert_eq!(signed.verify_by_the_log().code, 0);
}

#[test]
fn a_report_that_was_changed_or_is_another_one_ends_with_1() {
    let signed = Signed::new();
    let text = fs::read_to_string(signed.desk.within("r.csv")).expect("text");
    signed.change("r.csv", "user", "User");
    refused(
        &signed.verify_by_the_log(),
        "r.csv: the report has the SHA-256",
    );
    signed.desk.write("r.csv", &format!("{text}more\r\n"));
    refused(&signed.verify_by_the_key(), "r.csv: the report has");
    fs::remove_file(signed.desk.within("r.csv")).expect("it is ours");
    refused(&signed.verify_by_the_key(), "r.csv cannot be read");
}

#[test]
fn a_manifest_that_was_changed_or_has_another_or_no_signature_ends_with_1() {
    let signed = Signed::new();
    signed.change("r.json", "\"rows\": 0", "\"rows\": 1");
    for ran in [signed.verify_by_the_log(), signed.verify_by_the_key()] {
        refused(&ran, "what was signed is something else");
    }
    signed.make();
    signed.desk.write("r.json.minisig", "no signature");
    refused(
        &signed.verify_by_the_key(),
        "no signature as minisign makes them",
    );
    fs::remove_file(signed.desk.within("r.json.minisig")).expect("it is ours");
    refused(&signed.verify_by_the_key(), "r.json.minisig cannot be read");
}

#[test]
fn another_key_and_what_is_no_key_end_with_1_and_are_not_repeated() {
    let mut signed = Signed::new();
    let other = new_key().public().expect("a key");
    refused(&signed.verify(&["--key", &other]), "made with another key");
    let nonsense = signed.verify(&["--key", "canary"]);
    refused(&nonsense, "--key gives neither");
    assert!(!nonsense.err.contains("canary"), "{nonsense:?}");

    // Whoever else has a key: it is not on record here.
    signed.key = new_key();
    signed.make();
    refused(
        &signed.verify_by_the_log(),
        "signed with no key that is on record",
    );
}

#[test]
fn a_log_that_is_not_the_one_that_the_report_was_made_from_ends_with_1() {
    let signed = Signed::new();
    let later = Clock::system().timestamp();
    put(
        &signed.log,
        [Entry::new(later, Duration::ZERO, Event::Stopped)],
    );
    signed.make();
    let mut files = fs::read_dir(&signed.log).expect("it is there");
    let file = files
        .find_map(|entry| {
            let path = entry.expect("an entry").path();
            path.extension()
                .is_some_and(|ending| ending == "jsonl")
                .then_some(path)
        })
        .expect("a file");
    let name = format!("log/{}", file.file_name().expect("a name").display());
    let text = fs::read_to_string(&file).expect("text");
    let last = text.trim_end().rfind('\n').expect("several lines") + 1;
    signed.desk.write(&name, &text[..last]);
    refused(&signed.verify_by_the_log(), "cut off");
    assert_eq!(
        signed.verify_by_the_key().code,
        0,
        "it is the one that was signed"
    );

    // One that was made from it as it is now says so itself.
    signed
        .desk
        .write(&name, &text.replacen("started", "Started", 1));
    signed.make();
    let ran = signed.verify_by_the_key();
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("was not as it was written"), "{ran:?}");
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "elsewhere the keyring is the user's own, and not the environment's to say"
)]
fn without_a_keyring_nothing_is_signed_and_no_file_is_left() {
    let signed = Signed::new();
    let folder = signed.desk.within("out");
    fs::create_dir(&folder).expect("a new folder");
    let within = |name: &str| folder.join(name).display().to_string();
    let (output, manifest) = (within("r.csv"), within("r.json"));
    let log = signed.file("log");
    let days = ["--from", "2020-01-01", "--to", "2100-01-01", "--csv"];
    let asked = ["audit", "report", "--directory", &log, "--output", &output];
    let asked = [&asked[..], &days].concat();
    let ran = signed
        .desk
        .command(&[&asked[..], &["--manifest", &manifest]].concat())
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={output}"))
        .output()
        .expect("it can be run");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(
        said.contains("nothing is signed and nothing is written"),
        "{said}"
    );
    assert!(said.contains("keyring"), "{said}");
    assert_eq!(fs::read_dir(&folder).expect("it is ours").count(), 0);

    let alone = signed.desk.ctl(&asked);
    assert_eq!(alone.code, 0, "{alone:?}");
    let text = fs::read_to_string(&output).expect("it was written");
    assert!(text.starts_with("user,host,"), "{text}");
    let again = signed.desk.ctl(&asked);
    refused(&again, "is there already");
    let to_nowhere = [&asked[..4], &days, &["--manifest", &manifest]].concat();
    assert_eq!(
        signed.desk.ctl(&to_nowhere).code,
        64,
        "there is no --output"
    );
}
