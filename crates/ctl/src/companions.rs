//! What a package brings beside the program, made from its own arguments: manual pages, and
//! completions for the shells.

use std::path::Path;

use anyhow::Context;
use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;

use crate::Exit;
use crate::arguments::{Arguments, Companion};

/// Writes them into a folder that is there.
pub(crate) fn write(what: Companion, folder: &Path) -> anyhow::Result<Exit> {
    let written = match what {
        Companion::Man => clap_mangen::generate_to(Arguments::command(), folder),
        Companion::Completions => completions(folder),
    };
    written.with_context(|| format!("nothing can be written to {}", folder.display()))?;
    Ok(Exit::Done)
}

fn completions(folder: &Path) -> std::io::Result<()> {
    for shell in Shell::value_variants() {
        clap_complete::generate_to(*shell, &mut Arguments::command(), "fermatactl", folder)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn text(folder: &Path, name: &str) -> String {
        fs::read_to_string(folder.join(name)).expect("it was written")
    }

    #[test]
    fn every_command_that_is_not_hidden_has_a_manual_page() {
        let folder = tempfile::tempdir().expect("a folder");
        write(Companion::Man, folder.path()).expect("pages");
        for command in Arguments::command().get_subcommands() {
            let name = format!("fermatactl-{}.1", command.get_name());
            let is_there = folder.path().join(&name).is_file();
            assert_eq!(is_there, !command.is_hide_set(), "{name}");
        }
        let page = text(folder.path(), "fermatactl.1");
        assert!(page.contains("Exit codes"), "{page}");
    }

    #[test]
    fn every_shell_learns_the_commands() {
        let folder = tempfile::tempdir().expect("a folder");
        write(Companion::Completions, folder.path()).expect("completions");
        for name in [
            "fermatactl.bash",
            "_fermatactl",
            "fermatactl.fish",
            "_fermatactl.ps1",
        ] {
            assert!(text(folder.path(), name).contains("acknowledge"), "{name}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = write(Companion::Man, Path::new("no/such/folder")).expect_err("no folder");
        assert!(error.to_string().contains("no/such/folder"), "{error}");
    }
}
