//! Running other programs, in sight and on record.

use std::fmt;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::tree;

/// A program to be run; from the root of the project where nothing else is said.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    line: Vec<String>,
    folder: PathBuf,
    environment: Vec<(String, String)>,
    /// What of our own environment it does not get.
    without: Vec<String>,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    pub(crate) succeeded: bool,
    /// What it wrote, without colors.
    pub(crate) said: String,
}

impl Program {
    /// Takes a command line with single spaces between its words.
    pub(crate) fn new(line: &str) -> Self {
        let line = line.split(' ').map(str::to_owned).collect();
        Self {
            line,
            folder: tree::root().to_owned(),
            environment: Vec::new(),
            without: Vec::new(),
        }
    }

    pub(crate) fn argument(mut self, argument: impl Into<String>) -> Self {
        self.line.push(argument.into());
        self
    }

    pub(crate) fn within(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Has another program run it, which is given its command line.
    pub(crate) fn through(mut self, program: &str) -> Self {
        let words = program.split(' ').map(str::to_owned);
        self.line.splice(0..0, words);
        self
    }

    /// Keeps a variable of our own environment from it.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.without.push(name.to_owned());
        self
    }

    /// Has it find programs in this folder before all others.
    pub(crate) fn finding_first(self, folder: &Path) -> Self {
        let set = self
            .environment
            .iter()
            .rev()
            .find(|(name, _)| name == "PATH");
        let path = match set {
            Some((_, path)) => path.clone(),
            None => std::env::var("PATH").unwrap_or_default(),
        };
        self.variable("PATH", format!("{}:{path}", folder.display()))
    }

    /// Whether it can be run and says that all is well; shows nothing.
    pub(crate) fn works(&self) -> bool {
        self.command()
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Its standard output; shows nothing.
    pub(crate) fn output(&self) -> Result<String> {
        let ran = self
            .command()
            .stderr(Stdio::null())
            .output()
            .with_context(|| self.cannot())?;
        if !ran.status.success() {
            bail!("{} failed ({})", self.name(), ran.status);
        }
        Ok(String::from_utf8(ran.stdout)?)
    }

    /// Runs it with our terminal as its own; fails if it does.
    pub(crate) fn run(&self) -> Result<()> {
        self.announce();
        let status = self.command().status().with_context(|| self.cannot())?;
        if !status.success() {
            bail!("{} failed ({status})", self.name());
        }
        Ok(())
    }

    /// Runs it, shows what it writes, and keeps it.
    pub(crate) fn record(&self) -> Result<Ran> {
        self.announce();
        let mut child = self
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| self.cannot())?;
        let out = child
            .stdout
            .take()
            .context("its standard output is a pipe")?;
        let err = child
            .stderr
            .take()
            .context("its standard error is a pipe")?;
        let (out, err) = thread::scope(|threads| {
            let out = threads.spawn(|| pass_on(out, std::io::stdout()));
            let err = threads.spawn(|| pass_on(err, std::io::stderr()));
            (out.join(), err.join())
        });
        let succeeded = child.wait()?.success();
        let mut said = out.expect("passing on does not panic");
        said.push(b'\n');
        said.extend(err.expect("passing on does not panic"));
        let said = without_colors(&String::from_utf8_lossy(&said));
        Ok(Ran { succeeded, said })
    }

    /// Starts it and leaves it running.
    pub(crate) fn start(&self) -> Result<Child> {
        self.announce();
        self.command()
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| self.cannot())
    }

    fn command(&self) -> Command {
        // On Windows npm is a batch file, which is not found by its bare name.
        let name = match self.name() {
            "npm" if cfg!(windows) => "npm.cmd",
            name => name,
        };
        let mut command = Command::new(name);
        command.args(&self.line[1..]).current_dir(&self.folder);
        for name in &self.without {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    fn name(&self) -> &str {
        &self.line[0]
    }

    fn cannot(&self) -> String {
        format!("cannot run {}", self.name())
    }

    fn announce(&self) {
        println!("$ {self}");
    }
}

impl fmt::Display for Program {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.line.join(" "))
    }
}

/// Copies as it comes, so that a long run shows its progress.
fn pass_on(mut from: impl Read, mut to: impl Write) -> Vec<u8> {
    let mut all = Vec::new();
    let mut piece = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        all.extend_from_slice(&piece[..length]);
        // Whoever looked on may have gone; the record is kept all the same.
        let _gone = to.write_all(&piece[..length]).and_then(|()| to.flush());
    }
    all
}

/// Drops the sequences that color a terminal.
fn without_colors(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|letter: char| letter.is_ascii_alphabetic());
        rest = end.map_or("", |end| &after[end + 1..]);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_dropped_and_words_are_not() {
        assert_eq!(
            without_colors("a \u{1b}[1;32mgreen\u{1b}[0m word"),
            "a green word"
        );
        assert_eq!(without_colors("plain"), "plain");
    }

    #[test]
    fn what_a_program_says_is_kept_with_how_it_ended() {
        let ran = Program::new("cargo --version").record().unwrap();
        assert!(ran.succeeded);
        assert!(ran.said.starts_with("cargo 1."), "{}", ran.said);
        assert!(
            !Program::new("cargo --no-such-thing")
                .record()
                .unwrap()
                .succeeded
        );
        assert!(Program::new("no-such-program-anywhere").record().is_err());
    }
}
