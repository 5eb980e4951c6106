//! Whether a report is the one that was signed (G4).

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use audit::report::Manifest;
use controller::report_key::{PublicKey, SignatureError};

use super::{directory_of_the_log, signed};
use crate::arguments::VerifyReport;
use crate::{Exit, report as printed};

/// No manifest, signature or key comes near it.
const MOST: u64 = 64 * 1024;

/// A manifest as somebody hands it in, and its signature. Nobody has believed it yet.
struct Claim<'a> {
    file: &'a Path,
    text: Vec<u8>,
    signature: Vec<u8>,
}

/// Looks whether the manifest is the one that was signed, and the report the one that it is of.
pub(crate) fn verify_report(asked: &VerifyReport) -> anyhow::Result<Exit> {
    let claim = Claim::read(&asked.manifest)?;
    let log = || directory_of_the_log(asked.directory.clone());
    let by = match &asked.key {
        Some(given) => {
            claim.check(&public_key(given)?)?;
            "the key that was given".to_owned()
        }
        None => claim.signed_with_a_key_of(&log()?)?,
    };
    let manifest = Manifest::read(&claim.text).with_context(|| shown(claim.file))?;
    if asked.key.is_none() || asked.directory.is_some() {
        must_be_made_from(&manifest, &log()?)?;
    }
    let report = File::open(&asked.report).with_context(|| unreadable(&asked.report))?;
    manifest
        .check(report)
        .with_context(|| shown(&asked.report))?;
    let pauses = match manifest.report.rows {
        1 => "1 pause".to_owned(),
        several => format!("{several} pauses"),
    };
    printed::line(&format!(
        "{} is the report that was signed with {by}: {pauses} from {} to {}, made at {} by {} on \
         {} with {}",
        asked.report.display(),
        manifest.from,
        manifest.to,
        manifest.made,
        manifest.user,
        manifest.host,
        manifest.program
    ))?;
    if !manifest.log.is_whole {
        bail!("it was made from an audit log that was not as it was written, as the manifest says");
    }
    Ok(Exit::Done)
}

impl<'a> Claim<'a> {
    fn read(file: &'a Path) -> anyhow::Result<Self> {
        let beside = signed::signature_of(file);
        Ok(Self {
            file,
            text: read(file).with_context(|| unreadable(file))?,
            signature: read(&beside).with_context(|| {
                let unreadable = unreadable(&beside);
                format!("{unreadable}, and without its signature the manifest proves nothing")
            })?,
        })
    }

    fn check(&self, key: &PublicKey) -> anyhow::Result<()> {
        let checked = key.check(&self.text, &self.signature);
        checked.with_context(|| format!("the signature of {} is not right", shown(self.file)))
    }

    /// Looks for the key that it was signed with, and says where it stands.
    fn signed_with_a_key_of(&self, log: &Path) -> anyhow::Result<String> {
        let on_record = audit::report::keys(log)?;
        for one in &on_record {
            let Some(key) = PublicKey::read(&one.public_key) else {
                continue;
            };
            if key.check(&self.text, &self.signature) == Err(SignatureError::OtherKey) {
                continue;
            }
            self.check(&key)?;
            return Ok(format!(
                "the key of record {} in {}",
                one.sequence,
                log.display()
            ));
        }
        bail!(
            "{} was signed with no key that is on record in {}, where there are {}; give the \
             key by --key, or the right log by --directory",
            shown(self.file),
            log.display(),
            on_record.len()
        )
    }
}

/// The log has to be as it was written, and to hold what the newest record was as the report was
/// made.
fn must_be_made_from(manifest: &Manifest, log: &Path) -> anyhow::Result<()> {
    let newest: Vec<_> = manifest.log.newest.into_iter().collect();
    let found = audit::verify(log, &newest)?;
    let Some(finding) = found.findings.first() else {
        return Ok(());
    };
    bail!(
        "the audit log in {} is not as it was written, or not the one that the report was made \
         from: {finding}; without --directory, and with the key by --key, the report can be \
         verified alone",
        log.display()
    )
}

fn public_key(given: &str) -> anyhow::Result<PublicKey> {
    if let Some(key) = PublicKey::read(given) {
        return Ok(key);
    }
    // Not repeated: it may be a secret key by mistake.
    let neither = "--key gives neither a public key of minisign (56 characters that begin with \
                   RW) nor a file that holds one";
    let text = read(Path::new(given)).context(neither)?;
    let key = str::from_utf8(&text).ok().and_then(PublicKey::read);
    key.context(neither)
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

fn unreadable(file: &Path) -> String {
    format!("{} cannot be read", file.display())
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}
