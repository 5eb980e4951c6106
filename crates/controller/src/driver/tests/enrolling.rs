//! A desk that the organisation has set up, at a vendor whose sign-in sends nothing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::super::{Setup, start};
use super::{after, unused_client};
use crate::clock::Clock;
use crate::handle::Handle;
use crate::secrets::{MemoryStore, SecretStore};
use crate::settings::Settings;
use crate::view::{Request, SignIn, SignInOutcome, View};

const CANARY: &str = "canary-3nr0l";
const ACCOUNT: &str = "xima https://acme.xima.cloud extension 1684";

/// Everything but the secret.
const DECIDED: &str = "vendor = \"xima\"\nbase_url = \"https://acme.xima.cloud\"\n\
                       extension_from = \"fixed\"\nextension = \"1684\"\n";

struct Desk {
    place: TempDir,
    secrets: Arc<MemoryStore>,
}

impl Desk {
    fn new() -> Self {
        Self {
            place: tempfile::tempdir().unwrap(),
            secrets: Arc::default(),
        }
    }

    /// Leaves a secret for this desk.
    fn leave(&self, mode: u32) -> String {
        let file = self.file();
        write(&file, CANARY);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        #[cfg(not(unix))]
        let _ = mode;
        format!("enrolment_file = '{}'\n", file.display())
    }

    fn file(&self) -> PathBuf {
        self.place.path().join("secret")
    }

    /// Starts where this is enforced, and waits until it has settled.
    async fn start(&self, enforced: &str) -> Handle {
        let policy = self.place.path().join("policy.toml");
        write(&policy, &format!("[enforced]\n{enforced}"));
        let store: Arc<dyn SecretStore> = Arc::clone(&self.secrets) as _;
        let settings = self.place.path().join("settings.toml");
        let (handle, _) = start(Setup {
            clock: Clock::tokio(),
            http: unused_client,
            policy: policy::Sources::only(&policy),
            ..Setup::new(Settings::default(), settings, store)
        });
        after(500).await;
        handle
    }

    fn kept(&self) -> Option<String> {
        let kept = self.secrets.load(ACCOUNT).unwrap();
        kept.map(|secret| secret.expose_secret().to_owned())
    }
}

fn write(path: &Path, text: &str) {
    let mut file = std::fs::File::create(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn view(handle: &Handle) -> Arc<View> {
    handle.views().borrow().clone()
}

fn problems(handle: &Handle) -> Vec<String> {
    let view = view(handle);
    view.problems.iter().map(|one| one.code.clone()).collect()
}

async fn sign_in(handle: &Handle, fields: &[(&str, &str)]) -> SignInOutcome {
    let fields = fields
        .iter()
        .map(|(key, value)| ((*key).into(), (*value).into()));
    handle.send(Request::SignIn(SignIn {
        vendor: String::new(),
        fields: fields.collect(),
        secret: Some(CANARY.into()),
    }));
    after(500).await;
    view(handle).sign_in.outcome.clone()
}

fn messages(outcome: SignInOutcome) -> String {
    match outcome {
        SignInOutcome::Wrong { problems } => {
            let messages = problems.into_iter().map(|problem| problem.message);
            messages.collect::<Vec<_>>().join("\n")
        }
        SignInOutcome::None | SignInOutcome::Trying | SignInOutcome::Done { .. } => {
            panic!("nothing is wrong: {outcome:?}")
        }
    }
}

fn note(outcome: SignInOutcome) -> String {
    match outcome {
        SignInOutcome::Done { note } => note.unwrap_or_default(),
        SignInOutcome::None | SignInOutcome::Trying | SignInOutcome::Wrong { .. } => {
            panic!("it is not done: {outcome:?}")
        }
    }
}

// F7, E1
#[tokio::test(start_paused = true)]
async fn a_desk_whose_secret_has_been_left_for_it_signs_in_and_shows_the_secret_nowhere() {
    let desk = Desk::new();
    let left = desk.leave(0o600);
    let handle = desk.start(&format!("{DECIDED}{left}")).await;
    let shown = view(&handle);
    let vendor = shown.vendor.as_ref().expect("it is set up");
    assert!(vendor.link_up, "{:?}", shown.problems);
    assert_eq!(vendor.agent, "extension 1684");
    assert_eq!(problems(&handle), [""; 0]);
    assert_eq!(desk.kept().as_deref(), Some(CANARY));
    assert!(!desk.file().exists());
    let json = serde_json::to_string(&*shown).unwrap();
    assert!(!json.contains(CANARY), "{json}");
    assert!(!desk.place.path().join("settings.toml").exists());

    // The next start finds none and says nothing.
    drop(handle);
    let again = desk.start(&format!("{DECIDED}{left}")).await;
    assert!(
        view(&again)
            .vendor
            .as_ref()
            .is_some_and(|vendor| vendor.link_up)
    );
    assert_eq!(problems(&again), [""; 0]);
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_secret_that_others_could_read_is_not_taken_and_the_one_that_is_kept_is_used() {
    let desk = Desk::new();
    desk.secrets.keep(ACCOUNT, &"kept".into()).unwrap();
    let left = desk.leave(0o644);
    let handle = desk.start(&format!("{DECIDED}{left}")).await;
    assert!(
        view(&handle)
            .vendor
            .as_ref()
            .is_some_and(|vendor| vendor.link_up)
    );
    assert_eq!(problems(&handle), ["enrolment-failed"]);
    let message = view(&handle).problems[0].message.clone();
    assert!(message.contains("chmod 600"), "{message}");
    assert!(desk.file().exists());
    assert_eq!(desk.kept().as_deref(), Some("kept"));
}

// F7, E4
#[tokio::test(start_paused = true)]
async fn where_all_else_is_decided_a_secret_signs_in_and_whom_it_reaches_is_said() {
    let desk = Desk::new();
    let handle = desk.start(DECIDED).await;
    assert_eq!(problems(&handle), ["not-signed-in"]);
    let said = note(sign_in(&handle, &[]).await);
    assert!(said.contains("reaches other agents"), "{said}");
    assert!(
        said.contains("at the first pause"),
        "and what could not be checked: {said}"
    );
    assert_eq!(desk.kept().as_deref(), Some(CANARY));
    assert_eq!(problems(&handle), [""; 0]);
    // What is decided is not the user's.
    let settings = std::fs::read_to_string(desk.place.path().join("settings.toml")).unwrap();
    assert!(
        !settings.contains("1684") && !settings.contains(CANARY),
        "{settings}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_organisation_may_find_nothing_wrong_with_a_secret_that_reaches_others() {
    let desk = Desk::new();
    let handle = desk
        .start(&format!("{DECIDED}broad_credentials = \"allow\"\n"))
        .await;
    let said = note(sign_in(&handle, &[]).await);
    assert!(!said.contains("other agents"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn an_organisation_may_refuse_a_secret_that_reaches_others() {
    let desk = Desk::new();
    desk.secrets.keep(ACCOUNT, &"kept".into()).unwrap();
    let handle = desk
        .start(&format!("{DECIDED}broad_credentials = \"refuse\"\n"))
        .await;
    assert!(
        view(&handle).vendor.is_none(),
        "not even with the one that is kept"
    );
    assert!(problems(&handle).contains(&"credentials-refused".to_owned()));
    let said = messages(sign_in(&handle, &[]).await);
    assert!(said.contains("broad_credentials"), "{said}");
    assert_eq!(desk.kept().as_deref(), Some("kept"), "nothing is kept");
}

// F4
#[tokio::test(start_paused = true)]
async fn what_contradicts_the_organisation_is_an_error_that_says_what_it_has_decided() {
    let desk = Desk::new();
    let handle = desk.start(DECIDED).await;
    let said = messages(sign_in(&handle, &[("extension", "1685")]).await);
    assert!(
        said.contains("1685") && said.contains("decided on \"1684\""),
        "{said}"
    );
    assert_eq!(desk.kept(), None);
    let same = sign_in(&handle, &[("extension", "1684")]).await;
    assert!(matches!(same, SignInOutcome::Done { .. }), "{same:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_name_and_without_a_decision_there_is_no_vendor_to_sign_in_at() {
    let desk = Desk::new();
    let handle = desk.start("").await;
    let said = messages(sign_in(&handle, &[]).await);
    assert!(
        said.contains("xima") && said.contains("decided on none"),
        "{said}"
    );
}
