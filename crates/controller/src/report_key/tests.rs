use minisign::SignatureBox;

use super::*;
use crate::secrets::MemoryStore;

/// Where the secret half stands in a key as it is kept; the rest is public or always the same.
pub(crate) const SEED: std::ops::Range<usize> = 84..124;

const TEXT: &[u8] = b"a manifest\n";

/// A keyring that cannot be used.
struct Broken(SecretError);

impl SecretStore for Broken {
    fn load(&self, _account: &str) -> Result<Option<SecretString>, SecretError> {
        Err(self.0.clone())
    }

    fn keep(&self, _account: &str, _secret: &SecretString) -> Result<(), SecretError> {
        Err(self.0.clone())
    }
}

fn made() -> (ReportKey, PublicKey) {
    let key = ReportKey::load_or_make(&MemoryStore::default()).unwrap();
    let public = PublicKey::read(&key.public().unwrap()).unwrap();
    (key, public)
}

// G4
#[test]
fn a_key_is_made_once_and_stays_the_same() {
    let store = MemoryStore::default();
    assert!(ReportKey::load(&store).unwrap().is_none());
    let made = ReportKey::load_or_make(&store).unwrap().public().unwrap();
    let again = ReportKey::load_or_make(&store).unwrap().public().unwrap();
    let loaded = ReportKey::load(&store).unwrap().unwrap();
    assert_eq!([&again, &loaded.public().unwrap()], [&made; 2]);
    assert_ne!(
        self::made().0.public().unwrap(),
        made,
        "each user's is another"
    );
}

// G4
#[test]
fn what_was_signed_is_known_again_here_and_by_minisign_itself() {
    let (key, public) = made();
    let signature = key.sign(TEXT, "made on a Saturday").unwrap();
    assert_eq!(public.check(TEXT, signature.as_bytes()), Ok(()));

    let theirs = minisign::PublicKey::from_base64(&key.public().unwrap()).unwrap();
    let signature = SignatureBox::from_string(&signature).unwrap();
    assert_eq!(signature.trusted_comment().unwrap(), "made on a Saturday");
    let text = std::io::Cursor::new(TEXT);
    minisign::verify(&theirs, &signature, text, true, false, false).unwrap();
}

#[test]
fn another_text_another_remark_another_key_and_another_signature_are_found_out() {
    let (key, public) = made();
    let signature = key.sign(TEXT, "made on a Saturday").unwrap();
    let check = |text: &[u8], signature: &str| public.check(text, signature.as_bytes());
    for at in 0..TEXT.len() {
        let mut changed = TEXT.to_vec();
        changed[at] ^= 1;
        assert_eq!(check(&changed, &signature), Err(SignatureError::NotSigned));
    }
    let remark = signature.replace("Saturday", "Sunday");
    assert_eq!(check(TEXT, &remark), Err(SignatureError::NotSigned));
    let others = made().0.sign(TEXT, "made on a Saturday").unwrap();
    assert_eq!(check(TEXT, &others), Err(SignatureError::OtherKey));
    for broken in ["", "no signature", &signature[..signature.len() / 2]] {
        assert_eq!(check(TEXT, broken), Err(SignatureError::NoSignature));
    }
    let not_text = public.check(TEXT, b"\xff");
    assert_eq!(not_text, Err(SignatureError::NoSignature));
}

#[test]
fn a_public_key_is_read_alone_or_with_its_comment() {
    let (key, public) = made();
    let line = key.public().unwrap();
    for written in [
        format!("  {line}\r\n"),
        format!("untrusted comment: minisign public key 1234\n{line}\n"),
    ] {
        assert_eq!(PublicKey::read(&written), Some(public.clone()), "{written}");
    }
    for other in ["", "key.pub", &line[1..], &format!("{line}{line}")] {
        assert_eq!(PublicKey::read(other), None, "{other}");
    }
}

#[test]
fn a_keyring_that_cannot_be_used_says_what_to_do_and_what_it_holds_instead_stays() {
    let locked = ReportKey::load_or_make(&Broken(SecretError::Locked)).unwrap_err();
    assert!(locked.to_string().contains("unlock it"), "{locked}");
    let none = ReportKey::load(&Broken(SecretError::NoKeyring)).unwrap_err();
    assert!(none.to_string().contains("no keyring is running"), "{none}");

    let (key, _) = made();
    let short = key.0.expose_secret()[..40].to_owned();
    for other in ["canary", short.as_str()] {
        let store = MemoryStore::default();
        store.keep(ACCOUNT, &other.into()).unwrap();
        let refused = ReportKey::load_or_make(&store).unwrap_err();
        assert_eq!(refused, ReportKeyError::NotAKey);
        assert!(!refused.to_string().contains("canary"), "{refused}");
        let kept = store.load(ACCOUNT).unwrap().unwrap();
        assert_eq!(kept.expose_secret(), other);
    }
}

#[test]
fn what_is_secret_of_a_key_is_where_it_is_looked_for() {
    let seed = |key: &ReportKey| key.0.expose_secret()[SEED].to_owned();
    let (one, other) = (made().0, made().0);
    assert_ne!(seed(&one), seed(&other));
    let bytes = STANDARD.decode(one.0.expose_secret()).unwrap();
    assert_eq!(STANDARD.encode(&bytes[63..93]), seed(&one));
    // Two of algorithms, salt and limits, id; then 32 bytes of seed.
    assert_eq!(bytes[54..62], *one.decoded().unwrap().keynum());
}

// E1
#[test]
fn a_key_shows_nowhere_how_it_is_written() {
    let (key, _) = made();
    let secret = key.0.expose_secret();
    let shown = format!(
        "{key:?} {} {}",
        key.public().unwrap(),
        key.sign(TEXT, "").unwrap()
    );
    assert!(!shown.contains(&secret[SEED]), "{shown}");
}
