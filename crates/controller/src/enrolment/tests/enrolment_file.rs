use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;
use vendors::Values;

use super::super::secret_file::{overwrite, take};
use super::*;
use crate::secrets::SecretStore;

const CANARY: &str = "canary-3nr0lm3n7";
const ACCOUNT: &str = "xima https://a.example extension 1684";

/// An enrolment file in a folder of its own.
struct Desk {
    folder: tempfile::TempDir,
    store: MemoryStore,
}

impl Desk {
    fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = Self {
            folder,
            store: MemoryStore::default(),
        };
        write(&desk.file(), text);
        desk.allow(0o600);
        desk
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("anna.secret")
    }

    #[cfg(unix)]
    fn allow(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.file(), fs::Permissions::from_mode(mode)).expect("it is ours");
    }

    #[cfg(not(unix))]
    fn allow(&self, _mode: u32) {}

    fn take(&self) -> Result<Enrolled, EnrolmentError> {
        take(&self.file(), ACCOUNT, &self.store)
    }

    fn kept(&self) -> Option<String> {
        let kept = self.store.load(ACCOUNT).expect("memory");
        kept.map(|secret| secret.expose_secret().to_owned())
    }

    fn refused(&self) -> String {
        let error = self.take().expect_err("it is not used");
        assert!(self.file().exists(), "and stays");
        assert_eq!(self.kept(), None);
        assert!(!error.to_string().contains(CANARY), "{error}");
        assert!(!error.remedy.is_empty());
        error.to_string()
    }
}

// F7
#[test]
fn the_secret_is_kept_once_and_the_file_is_gone_and_nothing_is_said_later() {
    let desk = Desk::with(&format!("{CANARY}\nwhat follows is not used\n"));
    assert_eq!(desk.take(), Ok(Enrolled::Kept));
    assert_eq!(desk.kept().as_deref(), Some(CANARY));
    assert!(!desk.file().exists());
    assert_eq!(desk.take(), Ok(Enrolled::NothingThere));
    assert_eq!(desk.kept().as_deref(), Some(CANARY));
}

#[cfg(unix)]
#[test]
fn nothing_of_the_secret_is_left_in_what_the_file_was() {
    use std::io::{Read, Seek};

    let desk = Desk::with(CANARY);
    // Whoever has it open sees what becomes of its content.
    let mut witness = fs::File::open(desk.file()).expect("it is ours");
    desk.take().expect("it can be used");
    let mut left = Vec::new();
    witness.rewind().expect("a file");
    witness.read_to_end(&mut left).expect("a file");
    assert_eq!(left, b"");
}

#[test]
fn zeros_take_the_place_of_the_secret_before_the_file_is_cut() {
    let desk = Desk::with(CANARY);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(desk.file())
        .expect("it is ours");
    overwrite(&mut file, CANARY.len() as u64).expect("it is ours");
    let left = fs::read(desk.file()).expect("it is there");
    assert_eq!(left, [0; CANARY.len()]);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_know_is_refused_with_what_to_do() {
    for mode in [0o644, 0o640, 0o604, 0o620] {
        let desk = Desk::with(CANARY);
        desk.allow(mode);
        let said = desk.refused();
        assert!(
            said.contains(&format!("{mode:04o}")) && said.contains("chmod 600"),
            "{said}"
        );
    }
    let desk = Desk::with(CANARY);
    fs::hard_link(desk.file(), desk.folder.path().join("copy")).expect("the same disk");
    assert!(desk.refused().contains("second name"));
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed_so_that_no_other_file_of_the_user_is_wiped() {
    let desk = Desk::with(CANARY);
    let other = desk.folder.path().join("other");
    fs::rename(desk.file(), &other).expect("the same folder");
    std::os::unix::fs::symlink(&other, desk.file()).expect("a link");
    desk.refused();
    assert_eq!(fs::read_to_string(other).expect("it is there"), CANARY);
}

#[test]
fn what_is_no_secret_is_refused() {
    for text in ["\nsecond line\n", &"x".repeat(70_000)] {
        Desk::with(text).refused();
    }
    let desk = Desk::with(CANARY);
    fs::remove_file(desk.file()).expect("it is ours");
    fs::create_dir(desk.file()).expect("a folder");
    desk.refused();
}

#[test]
fn an_empty_file_is_one_that_has_been_used() {
    let desk = Desk::with("");
    assert_eq!(desk.take(), Ok(Enrolled::NothingThere));
    assert!(!desk.file().exists());
}

/// A keyring that does not keep what it is given.
struct Broken(Result<(), SecretError>);

impl SecretStore for Broken {
    fn load(&self, _account: &str) -> Result<Option<secrecy::SecretString>, SecretError> {
        Ok(Some("something else".into()))
    }

    fn keep(&self, _account: &str, _secret: &secrecy::SecretString) -> Result<(), SecretError> {
        self.0.clone()
    }
}

#[test]
fn the_file_stays_whole_until_the_keyring_gives_the_secret_back() {
    for keyring in [Broken(Err(SecretError::Locked)), Broken(Ok(()))] {
        let desk = Desk::with(CANARY);
        let error = take(&desk.file(), ACCOUNT, &keyring).expect_err("it is not kept");
        assert!(error.wrong.contains("stays"), "{error}");
        assert!(!error.to_string().contains(CANARY), "{error}");
        let left = fs::read_to_string(desk.file()).expect("it is there");
        assert_eq!(left, CANARY);
    }
}

// E1
#[test]
fn the_secret_is_in_no_log() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("one thread").extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Log {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    // Whoever logs the same on another thread must not switch it off for all.
    let hears = tracing_subscriber::registry();
    let _set_before = tracing::subscriber::set_global_default(hears);
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let desk = Desk::with(CANARY);
        desk.take().expect("it can be used");
    });
    let said = String::from_utf8(log.0.lock().expect("one thread").clone()).expect("text");
    assert!(said.contains("kept in the keyring"), "{said}");
    assert!(!said.contains(CANARY), "{said}");
}

#[test]
fn each_user_has_a_file_of_their_own_and_a_name_leads_to_no_other_folder() {
    let of = |written: &str, name| {
        let user = Somebody {
            name,
            attributes: &[],
        };
        file_of(written, &user)
    };
    let root = if cfg!(windows) {
        "C:\\enrol\\"
    } else {
        "/enrol/"
    };
    let path = |name: &str| Ok(PathBuf::from(format!("{root}{name}.secret")));
    let written = format!("{root}{{user}}.secret");
    assert_eq!(of(&written, "anna"), path("anna"));
    assert_eq!(of(&written, "CORP\\anna"), path("anna"));
    assert_eq!(of(&written, "anna@corp.example"), path("anna"));
    for name in ["../anna", "..", "a/b", "", "c:anna"] {
        assert!(of(&written, name).is_err(), "{name}");
    }
    assert!(
        of("enrol/{user}", "anna").is_err(),
        "it depends on where we are"
    );
}

#[test]
fn for_a_vendor_that_needs_no_secret_nothing_is_looked_for() {
    let desk = Desk::with(CANARY);
    let written = desk.file().display().to_string();
    let take = |name: &str| {
        let entry = vendors::find(name).expect("there is one");
        let example: toml::Table = vendors::example(entry).parse().expect("TOML");
        let table = example[name].as_table().expect("a table");
        let values = Values::read(entry.fields, table).expect("an example is right");
        let vendor = (entry.open)(&values).expect("an example is right");
        take_secret(&written, &ANNA, &*vendor, &desk.store).expect("nothing is wrong")
    };
    // Its example signs in without a secret.
    assert_eq!(take("anywhere365"), Enrolled::NothingThere);
    assert!(desk.file().exists());
    assert_eq!(take("xima"), Enrolled::Kept);
}
