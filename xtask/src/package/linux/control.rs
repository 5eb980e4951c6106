//! What the package says of itself.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::Staged;
use crate::program::Program;
use crate::tree;

/// What an administrator may change, and an upgrade keeps.
pub(super) const AUTOSTART: &str = "etc/xdg/autostart/app.fermata.desktop";

/// Writes what dpkg reads: `control`, `conffiles`, `md5sums`.
pub(super) fn describe(staged: &Staged, version: &str, architecture: &str) -> Result<()> {
    let files = tree::files(staged.root())?;
    let size: u64 = files
        .iter()
        .map(|file| kilobytes(file))
        .sum::<Result<_>>()?;
    let control = template("control")?
        .replace("@version@", version)
        .replace("@architecture@", architecture)
        .replace("@maintainer@", &maintainer())
        .replace("@size@", &size.to_string())
        .replace("@libraries@", &libraries(staged)?);

    let sums = files
        .iter()
        .filter_map(|file| file.strip_prefix(staged.root()).ok())
        .filter(|file| *file != Path::new(AUTOSTART))
        .fold(
            Program::new("md5sum").within(staged.root()),
            |sums, file| sums.argument(file.display().to_string()),
        )
        .output()?;
    staged.write("DEBIAN/control", &control)?;
    staged.write("DEBIAN/conffiles", &format!("/{AUTOSTART}\n"))?;
    staged.write("DEBIAN/md5sums", &sums)
}

/// Who answers for the package, by the variables that Debian's own tools read. Whoever builds for
/// others sets them; without, the address is one at which nobody can live.
pub(super) fn maintainer() -> String {
    let given = |variable: &str| std::env::var(variable).ok().filter(|it| !it.is_empty());
    let name = given("DEBFULLNAME").unwrap_or_else(|| String::from("The Fermata authors"));
    let address = given("DEBEMAIL").unwrap_or_else(|| String::from("nobody@example.com"));
    format!("{name} <{address}>")
}

/// A text of `installers/linux` with gaps to be filled.
pub(super) fn template(name: &str) -> Result<String> {
    let path = tree::root().join("installers/linux").join(name);
    fs::read_to_string(&path).with_context(|| format!("cannot read {path:?}"))
}

/// A text within a field of a control file.
pub(super) fn indented(text: &str) -> String {
    let lines = text.trim().lines().map(|line| match line.trim_end() {
        "" => String::from(" ."),
        line => format!(" {line}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The packages whose libraries the programs are linked with, and since which version.
fn libraries(staged: &Staged) -> Result<String> {
    // It insists on a source package around it.
    let source = Staged::anew(staged.root().with_extension("source"))?;
    source.write(
        "debian/control",
        "Source: fermata\n\nPackage: fermata\nArchitecture: any\n",
    )?;
    let program = |name: &str| format!("-e{}", staged.root().join(name).display());
    let said = Program::new("dpkg-shlibdeps -O")
        .argument(program("usr/bin/fermata"))
        .argument(program("usr/bin/fermatactl"))
        .within(source.root())
        .output()?;
    fs::remove_dir_all(source.root())?;
    let libraries = said.trim().strip_prefix("shlibs:Depends=");
    let libraries = libraries.with_context(|| format!("dpkg-shlibdeps said {said:?}"))?;
    ensure!(
        !libraries.is_empty(),
        "the programs are linked with nothing"
    );
    Ok(libraries.to_owned())
}

fn kilobytes(file: &Path) -> Result<u64> {
    Ok(file.metadata()?.len().div_ceil(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_a_control_file_is_indented_and_has_no_empty_line() {
        assert_eq!(indented("a\n\n  b \n"), " a\n .\n   b");
    }

    #[test]
    fn nothing_in_the_templates_has_no_filling() {
        let known = [
            "version",
            "architecture",
            "maintainer",
            "size",
            "libraries",
            "date",
            "day",
            "mit",
            "ofl",
        ];
        for name in [
            "control",
            "changelog",
            "copyright",
            "fermata.1",
            "app.fermata.desktop.metainfo.xml",
        ] {
            for gap in template(name).unwrap().split('@').skip(1).step_by(2) {
                assert!(known.contains(&gap), "{name}: @{gap}@");
            }
        }
    }
}
