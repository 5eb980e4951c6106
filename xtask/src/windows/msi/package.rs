//! One package: what goes into it, and how it is built.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::program::Program;
use crate::windows::folder;
use crate::windows::toolchain::Target;
use crate::{packages, sbom, tree};

/// Names the package in what is installed; the installer's list of programs shows it.
const ICON: &str = "fermata.ico";

/// What is built for Windows and belongs together.
pub(super) const PROGRAMS: [&str; 3] = ["fermata.exe", "fermatactl.exe", "WebView2Loader.dll"];

/// A package for Windows Installer.
#[derive(Clone, Debug)]
pub(super) struct Package {
    folder: PathBuf,
    version: String,
}

impl Package {
    /// Builds one in `target/windows/msi/<name>`, from the programs in a folder.
    pub(super) fn of(name: &str, programs: &Path, version: &str) -> Result<Self> {
        let package = Self {
            folder: folder().join("msi").join(name),
            version: version.to_owned(),
        };
        package.stage(programs)?;
        package.build()?;
        Ok(package)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.folder.join("fermata.msi")
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Where what it installs lies, as it will lie in the program's folder.
    pub(super) fn staged(&self) -> PathBuf {
        self.folder.join("staged")
    }

    /// What it installs, each by its path in the program's folder.
    pub(super) fn contents(&self) -> Result<Vec<String>> {
        let staged = self.staged();
        let files = tree::files(&staged)?;
        files
            .iter()
            .map(|file| Ok(file.strip_prefix(&staged)?.display().to_string()))
            .filter(|file| file.as_ref().map_or(true, |file| file != ICON))
            .collect()
    }

    /// What a table of it says, a row to a line and a column to a tab.
    pub(super) fn table(&self, name: &str) -> Result<String> {
        Program::new("msiinfo export")
            .argument(self.file().display().to_string())
            .argument(name)
            .output()
    }

    fn stage(&self, programs: &Path) -> Result<()> {
        let root = tree::root();
        let staged = self.staged();
        if staged.exists() {
            fs::remove_dir_all(&staged)?;
        }
        fs::create_dir_all(&staged)?;
        for name in PROGRAMS {
            put(&programs.join(name), &staged.join(name))?;
        }
        // Without an ending, a double click would ask what to open them with.
        for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
            put(&root.join(name), &staged.join(format!("{name}.txt")))?;
        }
        // Among the licenses are those of what the page is made of, and they lie where it is built.
        packages::install(&tree::page())?;
        let target = Target::WindowsGnu.triple().to_owned();
        sbom::write(&staged, &[target], &self.version)?;
        let policy = root.join("installers/policy");
        for file in tree::files(&policy.join("windows"))? {
            let path = file.strip_prefix(policy.join("windows"))?;
            put(&file, &staged.join("policy").join(path))?;
        }
        put(
            &policy.join("policy.example.toml"),
            &staged.join("policy/policy.example.toml"),
        )?;
        put(&root.join("icons/128x128.png"), &staged.join("fermata.png"))?;
        put(&root.join("icons/icon.ico"), &staged.join(ICON))
    }

    fn build(&self) -> Result<()> {
        let version = &self.version;
        ensure!(
            is_comparable(version),
            "Windows Installer compares versions of three numbers only, and {version} is none"
        );
        let file = self.file().display().to_string();
        // wixl looks for what it packs where it is started.
        Program::new("wixl --arch x64 --define")
            .argument(format!("Version={version}"))
            .argument("--includedir")
            .argument(definition().display().to_string())
            .argument("--output")
            .argument(&file)
            .argument(definition().join("fermata.wxs").display().to_string())
            .within(&self.staged())
            .run()?;
        for statement in statements(version)? {
            // It changes nothing for a statement that it does not understand.
            Program::new("msibuild")
                .argument(&file)
                .argument("-q")
                .argument(statement)
                .run()?;
        }
        Ok(())
    }
}

fn definition() -> PathBuf {
    tree::root().join("installers/windows")
}

/// What wixl cannot say of the package, a statement to a line.
fn statements(version: &str) -> Result<Vec<String>> {
    let text = fs::read_to_string(definition().join("finish.sql"))?;
    Ok(text
        .lines()
        .map(|line| line.replace("$(var.Version)", version))
        .collect())
}

fn put(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("it lies in a folder")?)?;
    let copied = fs::copy(from, to);
    copied.with_context(|| format!("{} is to be packed", from.display()))?;
    Ok(())
}

/// Whether Windows Installer can tell which of this and another one is newer.
fn is_comparable(version: &str) -> bool {
    let numbers: Vec<_> = version.split('.').map(str::parse::<u16>).collect();
    numbers.len() == 3
        && numbers.iter().all(Result::is_ok)
        && numbers.iter().flatten().take(2).all(|number| *number < 256)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_windows_installer_cannot_compare_is_refused() {
        for version in ["0.1.0", "255.255.65535"] {
            assert!(is_comparable(version), "{version}");
        }
        for version in ["0.1", "0.1.0-rc.1", "0.1.0.1", "256.0.0", "1.0.65536"] {
            assert!(!is_comparable(version), "{version}");
        }
    }

    #[test]
    fn each_statement_has_its_line_and_the_version_that_is_built() {
        let statements = statements("1.2.3").unwrap();
        assert!(statements.iter().any(|line| line.contains("'1.2.3'")));
        for statement in statements {
            let verb = statement.split(' ').next().unwrap();
            assert!(
                ["CREATE", "DELETE", "INSERT", "UPDATE"].contains(&verb),
                "{statement}"
            );
        }
    }
}
