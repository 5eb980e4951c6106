//! Where each file goes.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Staged, control};
use crate::date::Date;
use crate::program::Program;
use crate::{sbom, tree};

/// The platform that the package is for, by the compiler's name.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The name by which the desktop knows the application.
const ID: &str = "app.fermata.desktop";

const DOCUMENTS: &str = "usr/share/doc/fermata";

/// Files that are installed as they are in the repository.
const AS_THEY_ARE: &[(&str, &str)] = &[
    (
        "installers/linux/app.fermata.desktop",
        "usr/share/applications/app.fermata.desktop",
    ),
    ("installers/linux/autostart.desktop", control::AUTOSTART),
    (
        "installers/policy/policy.example.toml",
        "usr/share/doc/fermata/examples/policy.toml",
    ),
];

/// The icon of the program, by size.
const ICONS: &[(&str, &str)] = &[
    ("icons/32x32.png", "32x32/apps/app.fermata.desktop.png"),
    ("icons/128x128.png", "128x128/apps/app.fermata.desktop.png"),
    (
        "icons/128x128@2x.png",
        "256x256/apps/app.fermata.desktop.png",
    ),
    ("icons/icon.png", "512x512/apps/app.fermata.desktop.png"),
    ("icons/fermata.svg", "scalable/apps/app.fermata.desktop.svg"),
];

/// What is called what by the shells that look for it.
const COMPLETIONS: &[(&str, &str)] = &[
    (
        "fermatactl.bash",
        "usr/share/bash-completion/completions/fermatactl",
    ),
    (
        "_fermatactl",
        "usr/share/zsh/vendor-completions/_fermatactl",
    ),
    (
        "fermatactl.fish",
        "usr/share/fish/vendor_completions.d/fermatactl.fish",
    ),
];

/// Lays out all files but those that describe the package.
pub(super) fn lay_out(staged: &Staged, programs: &Path, version: &str, date: Date) -> Result<()> {
    for (from, to) in AS_THEY_ARE {
        staged.copy(&tree::root().join(from), to)?;
    }
    for (from, to) in ICONS {
        let to = format!("usr/share/icons/hicolor/{to}");
        staged.copy(&tree::root().join(from), &to)?;
    }
    lay_out_programs(staged, programs)?;
    lay_out_what_they_write(staged, programs)?;
    lay_out_documents(staged, version, date)?;
    // Where the organization's policy goes; owned by root like all that is packed.
    fs::create_dir_all(staged.root().join("etc/fermata"))?;
    compress(staged)
}

fn lay_out_programs(staged: &Staged, programs: &Path) -> Result<()> {
    for name in ["fermata", "fermatactl"] {
        let copied = staged.copy(&programs.join(name), &format!("usr/bin/{name}"))?;
        Program::new("strip --strip-all --remove-section=.comment --remove-section=.note")
            .argument(copied.display().to_string())
            .output()?;
    }
    Ok(())
}

/// The manual pages and completions that `fermatactl` writes of itself.
fn lay_out_what_they_write(staged: &Staged, programs: &Path) -> Result<()> {
    let fermatactl = programs.join("fermatactl").display().to_string();
    let generate = |what: &str, folder: &Path| {
        Program::new(&fermatactl)
            .argument("generate")
            .argument(what)
            .argument(folder.display().to_string())
            .output()
    };
    let manual = staged.root().join("usr/share/man/man1");
    fs::create_dir_all(&manual)?;
    generate("man", &manual)?;

    let written = Staged::anew(staged.root().with_extension("completions"))?;
    generate("completions", written.root())?;
    for (from, to) in COMPLETIONS {
        staged.copy(&written.root().join(from), to)?;
    }
    Ok(fs::remove_dir_all(written.root())?)
}

fn lay_out_documents(staged: &Staged, version: &str, date: Date) -> Result<()> {
    let maintainer = control::maintainer();
    let filled = |name: &str| -> Result<String> {
        let text = control::template(name)?
            .replace("@version@", version)
            .replace("@maintainer@", &maintainer)
            .replace("@date@", &date.written("--rfc-email")?)
            .replace("@day@", &date.written("+%F")?);
        Ok(text)
    };
    staged.write(
        &format!("usr/share/metainfo/{ID}.metainfo.xml"),
        &filled("app.fermata.desktop.metainfo.xml")?,
    )?;
    staged.write("usr/share/man/man1/fermata.1", &filled("fermata.1")?)?;
    staged.write(&format!("{DOCUMENTS}/changelog"), &filled("changelog")?)?;
    staged.write(&format!("{DOCUMENTS}/copyright"), &copyright()?)?;
    for (name, text) in sbom::documents(&[String::from(TARGET)], version, date)? {
        staged.write(&format!("{DOCUMENTS}/{name}"), &text)?;
    }
    Ok(())
}

fn copyright() -> Result<String> {
    let text = |path: &str| {
        let path = tree::root().join(path);
        let text = fs::read_to_string(&path).with_context(|| format!("{path:?}"))?;
        anyhow::Ok(control::indented(&text))
    };
    Ok(control::template("copyright")?
        .replace("@mit@", &text("LICENSE-MIT")?)
        .replace("@ofl@", &text("crates/indicator/fonts/OFL.txt")?))
}

/// As Debian's policy asks of manual pages and of long documents.
fn compress(staged: &Staged) -> Result<()> {
    let documents = staged.root().join(DOCUMENTS);
    let mut files = tree::files(&staged.root().join("usr/share/man"))?;
    files.push(documents.join("changelog"));
    files.push(documents.join(sbom::LICENSES));
    let gzip = Program::new("gzip --best --no-name");
    let gzip = files
        .iter()
        .fold(gzip, |gzip, file| gzip.argument(file.display().to_string()));
    gzip.output()?;
    Ok(())
}
