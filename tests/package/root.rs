//! A system of its own to install into: dpkg's folders and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::said;

/// It is gone when dropped.
pub(crate) struct Root(TempDir);

impl Root {
    /// An empty one.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("var/lib/dpkg/info")).unwrap();
        fs::create_dir_all(folder.path().join("var/lib/dpkg/updates")).unwrap();
        fs::File::create(folder.path().join("var/lib/dpkg/status")).unwrap();
        Self(folder)
    }

    /// One with this package installed.
    pub(crate) fn with(package: &Path) -> Self {
        let root = Self::new();
        root.install(package);
        root
    }

    pub(crate) fn install(&self, package: &Path) {
        self.dpkg("--install", package.to_str().unwrap());
    }

    pub(crate) fn remove(&self) {
        self.dpkg("--remove", "fermata");
    }

    pub(crate) fn purge(&self) {
        self.dpkg("--purge", "fermata");
    }

    /// Where a path of that system is here.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path.trim_start_matches('/'))
    }

    /// Writes a file as its administrator would.
    #[expect(
        clippy::disallowed_methods,
        reason = "nobody reads that system while it is written to"
    )]
    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.at(path), text).unwrap();
    }

    /// All files and folders of that system, without dpkg's own.
    pub(crate) fn contents(&self) -> BTreeSet<String> {
        let found = said(
            Command::new("find")
                .current_dir(self.0.path())
                .args([".", "-mindepth", "1", "-path", "./var", "-prune"])
                .args(["-o", "-mindepth", "1", "-printf", "/%P\n"]),
        );
        found.lines().map(str::to_owned).collect()
    }

    /// What dpkg knows of the package: status and version.
    pub(crate) fn state(&self) -> String {
        let state = said(
            Command::new("dpkg-query")
                .arg(format!("--admindir={}", self.at("var/lib/dpkg").display()))
                .args(["--show", "--showformat=${db:Status-Status} ${Version}"])
                .arg("fermata"),
        );
        state.trim().to_owned()
    }

    /// Under fakeroot nobody has to be root; the libraries that the package depends on are not in
    /// that system, and are not what is tested.
    fn dpkg(&self, action: &str, what: &str) {
        said(
            Command::new("fakeroot")
                .arg("dpkg")
                .arg(format!("--root={}", self.0.path().display()))
                .args(["--force-not-root", "--force-depends", "--force-bad-path"])
                .args([action, what]),
        );
    }
}
