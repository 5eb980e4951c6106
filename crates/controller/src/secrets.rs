//! Where secrets are kept: the keyring of the operating system, and nowhere else.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use vendors::Vendor;
use zeroize::Zeroizing;

/// The name under which secrets are found in the keyring's own program.
const SERVICE: &str = "Fermata";

/// How long the keyring may take. A locked one takes for ever: it waits for its prompt.
const PATIENCE: Duration = Duration::from_secs(4);

/// How long a secret may be, in UTF-16 code units, where the keyring sets a limit.
///
/// The Credential Manager keeps 2,560 bytes (documented: `CRED_MAX_CREDENTIAL_BLOB_SIZE`).
const LONGEST: Option<usize> = if cfg!(windows) { Some(1_280) } else { None };

/// How long a line with a secret may be, in bytes.
const LONGEST_LINE: usize = 64 * 1024;

/// A place for one secret per account.
///
/// Calls may block for as long as a keyring's prompt is open: never call them on the async
/// runtime's threads.
pub trait SecretStore: Send + Sync + 'static {
    /// The secret of this account; `None` if there is none.
    ///
    /// # Errors
    /// The store cannot be asked.
    fn load(&self, account: &str) -> Result<Option<SecretString>, SecretError>;

    /// Keeps a secret and reads it back at once.
    ///
    /// # Errors
    /// The store refuses, or does not give back what it was given.
    fn keep(&self, account: &str, secret: &SecretString) -> Result<(), SecretError>;
}

/// Why a secret could not be kept or had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// No keyring is running.
    #[error("no keyring is running")]
    NoKeyring,
    /// There is one, and it is locked.
    #[error("the keyring is locked")]
    Locked,
    /// The secret is longer than the keyring keeps.
    #[error(
        "the secret has more than {most} characters, which is the most that the Credential \
         Manager keeps; have the vendor issue a shorter one"
    )]
    TooLong {
        /// How long it may be, in UTF-16 code units.
        most: usize,
    },
    /// It is there, and says no. Holds what it said.
    #[error("the keyring refused: {0}")]
    Refused(String),
}

/// The name of a vendor's account in a [`SecretStore`].
pub fn account(vendor: &dyn Vendor) -> String {
    let account = vendor.account();
    format!("{} {} {}", vendor.name(), account.base_url, account.agent)
}

/// Reads a secret as it is typed or piped in: the first line without its end; `None` if that is
/// empty.
///
/// No copy of it stays behind but in what is read from; see [`standard_input`].
///
/// # Errors
/// Nothing can be read, or what there is cannot be a secret.
pub fn first_line(mut from: impl Read) -> io::Result<Option<SecretString>> {
    // Room for all of it from the start: what grows leaves copies behind.
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let mut byte = Zeroizing::new([0]);
    loop {
        match from.read(&mut *byte) {
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => break,
            Ok(_) if line.len() == LONGEST_LINE => {
                let why = format!("it is longer than {LONGEST_LINE} bytes");
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
            Ok(_) => line.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let line = str::from_utf8(&line)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is no UTF-8 text"))?;
    let secret = line.trim_end_matches('\r');
    Ok((!secret.is_empty()).then(|| SecretString::from(secret)))
}

/// Standard input without the buffer of this program, which would keep a copy of what was read
/// for as long as the program runs. Nothing else may have been read from it.
///
/// # Errors
/// There is none.
#[cfg(unix)]
pub fn standard_input() -> io::Result<impl Read> {
    use std::os::fd::AsFd;
    let ours = io::stdin().as_fd().try_clone_to_owned()?;
    Ok(std::fs::File::from(ours))
}

/// Standard input. Its buffer keeps a copy of what was read: only through it is a text that is
/// typed into a console read in the right letters.
///
/// # Errors
/// None, here.
#[cfg(windows)]
pub fn standard_input() -> io::Result<impl Read> {
    Ok(io::stdin().lock())
}

/// The keyring of the operating system: Secret Service, Keychain or Credential Manager.
///
/// Everything is asked on one thread of its own, one thing at a time, and given up on after
/// a few seconds: while a prompt is open, asking again opens no second one.
#[derive(Debug)]
pub struct KeyringStore {
    patient: Patient,
}

impl KeyringStore {
    /// The keyring. Nothing is asked of it yet.
    #[expect(
        clippy::new_without_default,
        reason = "a thread is started, which a default value should not do"
    )]
    pub fn new() -> Self {
        Self {
            patient: Patient::new(PATIENCE),
        }
    }
}

impl SecretStore for KeyringStore {
    fn load(&self, account: &str) -> Result<Option<SecretString>, SecretError> {
        let account = account.to_owned();
        self.patient.ask(move || match read(&account)? {
            Some(secret) => Ok(Some(SecretString::from(secret.as_str()))),
            // Where no keyring is running the answer is "no such secret" too. Only a write
            // tells the two apart.
            None => probe().map(|()| None),
        })
    }

    fn keep(&self, account: &str, secret: &SecretString) -> Result<(), SecretError> {
        let (account, secret) = (account.to_owned(), secret.clone());
        self.patient
            .ask(move || write(&account, secret.expose_secret()))
    }
}

fn read(account: &str) -> Result<Option<Zeroizing<String>>, SecretError> {
    match Entry::new(SERVICE, account).and_then(|entry| entry.get_password()) {
        Ok(secret) => Ok(Some(Zeroizing::new(secret))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(why(error)),
    }
}

fn write(account: &str, secret: &str) -> Result<(), SecretError> {
    if let Some(most) = LONGEST
        && secret.encode_utf16().count() > most
    {
        return Err(SecretError::TooLong { most });
    }
    Entry::new(SERVICE, account)
        .and_then(|entry| entry.set_password(secret))
        .map_err(why)?;
    match read(account)? {
        Some(kept) if kept.as_str() == secret => Ok(()),
        Some(_) | None => Err(SecretError::Refused(
            "it does not give back what it was given".to_owned(),
        )),
    }
}

fn probe() -> Result<(), SecretError> {
    const PROBE: &str = "probe: may be deleted";
    write(PROBE, "probe")?;
    Entry::new(SERVICE, PROBE)
        .and_then(|entry| entry.delete_credential())
        .map_err(why)
}

/// What an error of the keyring means. Some of them carry the secret, so none is passed on.
fn why(error: Error) -> SecretError {
    let refused = |what: &str| SecretError::Refused(what.to_owned());
    match error {
        // "Without a bus" and "without a Secret Service on it".
        Error::NoDefaultStore => SecretError::NoKeyring,
        Error::NoStorageAccess(_) => SecretError::Locked,
        Error::PlatformFailure(failure) => {
            let said = failure.to_string();
            if said.contains("ServiceUnknown") {
                SecretError::NoKeyring
            } else {
                SecretError::Refused(said)
            }
        }
        Error::NoEntry => refused("what was kept has gone"),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => refused("what it holds is not text"),
        Error::BadStoreFormat(_) => refused("its file is damaged"),
        Error::TooLong(what, most) => {
            SecretError::Refused(format!("the {what} is longer than {most}"))
        }
        Error::Invalid(what, why) => SecretError::Refused(format!("the {what} is invalid: {why}")),
        Error::Ambiguous(_) => refused("it holds several secrets of this name"),
        Error::NotSupportedByStore(what) => SecretError::Refused(what),
        _ => refused("for a reason of its own"),
    }
}

/// A thread that does one thing at a time, for callers that do not wait for ever.
#[derive(Debug)]
struct Patient {
    jobs: mpsc::Sender<Job>,
    patience: Duration,
}

type Job = Box<dyn FnOnce() + Send>;

impl Patient {
    fn new(patience: Duration) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || queue.into_iter().for_each(|job| job()))
            .expect("the system has room for one more thread");
        Self { jobs, patience }
    }

    fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, SecretError> {
        let (reply, answer) = mpsc::sync_channel(1);
        let given_up = Arc::new(AtomicBool::new(false));
        let stale = Arc::clone(&given_up);
        let queued = self.jobs.send(Box::new(move || {
            // Nobody waits for this any longer: it must not open one more prompt.
            if !stale.load(Ordering::Relaxed) {
                // The caller may have given up in the meantime, and then knows all it needs to.
                reply.send(job()).ok();
            }
        }));
        let answer = queued
            .map_err(|_| RecvTimeoutError::Disconnected)
            .and_then(|()| answer.recv_timeout(self.patience));
        match answer {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                given_up.store(true, Ordering::Relaxed);
                Err(SecretError::Locked)
            }
            Err(RecvTimeoutError::Disconnected) => Err(SecretError::Refused(
                "it has crashed; start Fermata again".to_owned(),
            )),
        }
    }
}

/// Secrets in memory, forgotten when the program ends: for `--secret-stdin`, demonstrations
/// and tests. Never a way out for a keyring that does not work.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<BTreeMap<String, SecretString>>);

impl SecretStore for MemoryStore {
    fn load(&self, account: &str) -> Result<Option<SecretString>, SecretError> {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(secrets.get(account).cloned())
    }

    fn keep(&self, account: &str, secret: &SecretString) -> Result<(), SecretError> {
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.insert(account.to_owned(), secret.clone());
        Ok(())
    }
}

/// Asks a store without holding up the runtime.
pub(crate) async fn in_background<T: Send + 'static>(
    store: Arc<dyn SecretStore>,
    ask: impl FnOnce(&dyn SecretStore) -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    tokio::task::spawn_blocking(move || ask(&*store))
        .await
        .unwrap_or_else(|_| Err(SecretError::Refused("it has crashed".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_the_first_line_without_its_end() {
        let read = |text: &str| first_line(text.as_bytes()).unwrap();
        let secret = read("canary 1 \r\nmore\n").expect("there is one");
        assert_eq!(secret.expose_secret(), "canary 1 ");
        assert!(read("").is_none());
        assert!(read("\n").is_none());
        let unending = first_line(io::repeat(b'x')).unwrap_err();
        assert!(unending.to_string().contains("longer"), "{unending}");
        let no_text = first_line(&b"canary\xff\n"[..]).unwrap_err();
        assert!(!no_text.to_string().contains("canary"), "{no_text}");
    }

    #[test]
    fn a_keyring_that_waits_for_its_prompt_counts_as_locked_and_is_asked_once() {
        let patient = Patient::new(Duration::from_millis(500));
        let (unlock, prompt) = mpsc::channel::<()>();
        let (asked, prompts) = mpsc::channel();
        let first = asked.clone();
        let locked = patient.ask(move || {
            first.send(1).unwrap();
            prompt.recv().unwrap();
            Ok(())
        });
        assert_eq!(locked, Err(SecretError::Locked));
        let second = asked.clone();
        let still = patient.ask(move || {
            second.send(2).unwrap();
            Ok(())
        });
        assert_eq!(still, Err(SecretError::Locked));

        unlock.send(()).unwrap();
        let third = asked;
        assert_eq!(
            patient.ask(move || {
                third.send(3).unwrap();
                Ok("open")
            }),
            Ok("open")
        );
        assert_eq!(prompts.into_iter().collect::<Vec<_>>(), [1, 3]);
    }

    // E1
    #[cfg(windows)]
    #[test]
    fn the_credential_manager_gives_back_the_longest_secret_and_refuses_a_longer_one() {
        const ACCOUNT: &str = "test: may be deleted";
        let keyring = KeyringStore::new();
        let longest = "\u{e9}".repeat(1_280);
        let kept = keyring.keep(ACCOUNT, &longest.as_str().into());
        assert_eq!(kept, Ok(()));
        let refused = keyring.keep(ACCOUNT, &format!("{longest}x").into());
        assert_eq!(refused, Err(SecretError::TooLong { most: 1_280 }));
        let found = keyring.load(ACCOUNT).unwrap().unwrap();
        assert_eq!(found.expose_secret(), longest, "what was there stays");
        Entry::new(SERVICE, ACCOUNT)
            .unwrap()
            .delete_credential()
            .unwrap();
        assert!(keyring.load(ACCOUNT).unwrap().is_none());
    }

    #[test]
    fn a_keyring_that_crashes_says_so_each_time() {
        let patient = Patient::new(Duration::from_secs(5));
        for _ in 0..2 {
            let crashed = patient.ask::<()>(|| panic!("as a library may"));
            assert!(matches!(crashed, Err(SecretError::Refused(_))));
        }
    }

    #[test]
    fn an_error_of_the_keyring_never_shows_what_it_holds() {
        for error in [
            Error::BadEncoding(b"canary".to_vec()),
            Error::BadDataFormat(b"canary".to_vec(), "canary".into()),
        ] {
            assert!(!format!("{:?}", why(error)).contains("canary"));
        }
    }

    #[test]
    fn memory_keeps_one_secret_per_account_and_shows_none() {
        let store = MemoryStore::default();
        store.keep("xima a 1", &"canary-1".into()).unwrap();
        store.keep("xima a 2", &"canary-2".into()).unwrap();
        let kept = store.load("xima a 1").unwrap().unwrap();
        assert_eq!(kept.expose_secret(), "canary-1");
        assert!(store.load("xima a 3").unwrap().is_none());
        assert!(!format!("{store:?}").contains("canary"));
    }
}
