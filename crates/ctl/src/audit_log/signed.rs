//! A report as files: itself, its manifest, and the signature of that (G4).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;
use audit::report::{Format, Manifest, Report};
use controller::report_key::ReportKey;
use controller::secrets::SecretStore;
use jiff::Timestamp;

use super::new_files;

/// A report that is about to be signed.
pub(super) struct Written<'a> {
    pub(super) report: &'a Report,
    pub(super) format: Format,
    pub(super) text: String,
}

/// Signs a report with the key that is kept, and writes all three files or none. Says with which
/// key.
pub(super) fn sign(
    written: &Written<'_>,
    output: &Path,
    manifest: &Path,
    store: &dyn SecretStore,
    made: Timestamp,
) -> anyhow::Result<String> {
    let key = ReportKey::load(store).context("nothing is signed and nothing is written")?;
    let key = key.context(
        "nothing is signed and nothing is written: there is no key to sign with in the keyring \
         yet; it is made when Fermata signs in at the vendor, with the secret in the keyring and \
         not from standard input, so start it once as this user",
    )?;
    let Written {
        report,
        format,
        text,
    } = written;
    let says = Manifest::of(report, *format, text, &controller::origin(), made).text();
    let remark = format!(
        "timestamp:{}\tmanifest of an audit report of Fermata",
        made.as_second()
    );
    let signature = key.sign(says.as_bytes(), &remark)?;
    new_files::write(&[
        (output.to_path_buf(), text),
        (manifest.to_path_buf(), &says),
        (signature_of(manifest), &signature),
    ])?;
    Ok(key.public()?)
}

/// Where the signature of a file is, as minisign has it.
pub(super) fn signature_of(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".minisig");
    name.into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use audit::Hash;
    use audit::report::{Log, Totals};
    use controller::report_key::PublicKey;
    use controller::secrets::MemoryStore;
    use jiff::civil::date;

    use super::*;

    fn report() -> Report {
        Report {
            from: date(2026, 11, 1),
            to: date(2026, 11, 30),
            pauses: Vec::new(),
            totals: Totals::default(),
            log: Log {
                is_whole: true,
                records: 0,
                newest: 0,
                hash: Hash::NONE,
                oldest: None,
            },
        }
    }

    /// What came of signing a report with what is kept here, and the folder that it is in.
    fn signed(store: &MemoryStore) -> (anyhow::Result<String>, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let report = report();
        let written = Written {
            text: report.written(Format::Csv),
            report: &report,
            format: Format::Csv,
        };
        let within = |name| folder.path().join(name);
        let (output, manifest) = (within("r.csv"), within("r.json"));
        let made = Timestamp::UNIX_EPOCH;
        let key = sign(&written, &output, &manifest, store, made);
        (key, folder)
    }

    // G4
    #[test]
    fn a_report_is_written_with_a_manifest_that_is_its_own_and_that_the_key_has_signed() {
        let store = MemoryStore::default();
        let made = ReportKey::load_or_make(&store).expect("a key");
        let (key, folder) = signed(&store);
        let key = key.expect("it is signed");
        assert_eq!(key, made.public().expect("a key"));
        let read = |name| fs::read(folder.path().join(name)).expect("it was written");
        let manifest = read("r.json");
        let says = Manifest::read(&manifest).expect("a manifest");
        says.check(&read("r.csv")[..]).expect("its report");
        let key = PublicKey::read(&key).expect("a key");
        assert_eq!(key.check(&manifest, &read("r.json.minisig")), Ok(()));
    }

    #[test]
    fn without_a_key_nothing_is_written_and_it_is_said_how_to_have_one() {
        let (refused, folder) = signed(&MemoryStore::default());
        let refused = refused.expect_err("there is no key").to_string();
        assert!(refused.contains("start it once"), "{refused}");
        let left = fs::read_dir(folder.path()).expect("it is ours").count();
        assert_eq!(left, 0);
    }
}
