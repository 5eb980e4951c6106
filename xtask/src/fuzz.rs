//! `cargo xtask fuzz`: feeds new bytes to everything that reads foreign ones.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::program::Program;
use crate::tree;

/// What to feed, and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// For how long each target is fed
    #[arg(long, default_value_t = 60)]
    minutes: u32,
    /// Only these targets
    targets: Vec<String>,
}

/// Feeds as many targets at a time as there are processors, and says at the end what came of it.
///
/// What is learnt is kept in `target/fuzz`, and what breaks a promise in `fuzz/artifacts`.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let all = targets()?;
    if let Some(unknown) = arguments.targets.iter().find(|name| !all.contains(name)) {
        bail!(
            "there is no target {unknown}; there are: {}",
            all.join(", ")
        );
    }
    if !cargo("fuzz --version").works() {
        bail!("cargo-fuzz is missing; run: cargo install cargo-fuzz");
    }
    let is_asked_for =
        |name: &&String| arguments.targets.is_empty() || arguments.targets.contains(name);
    let asked_for: Vec<_> = all.iter().filter(is_asked_for).collect();
    let figures = feed_all(&asked_for, arguments.minutes)?;
    println!("\n| Target | Minutes | Executions | Edges | Outcome |\n|---|---|---|---|---|");
    for figures in &figures {
        println!("{figures}");
    }
    let survived = figures.iter().all(|figures| figures.survived);
    Ok(if survived {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn folder() -> PathBuf {
    tree::root().join("fuzz")
}

/// The options of libFuzzer are those of an unstable compiler, which the stable one has too.
fn cargo(line: &str) -> Program {
    Program::new(&format!("cargo {line}"))
        .within(&folder())
        .variable("RUSTC_BOOTSTRAP", "1")
}

fn targets() -> Result<Vec<String>> {
    let programs = folder().join("fuzz_targets");
    let mut names = Vec::new();
    for entry in programs
        .read_dir()
        .context("the targets cannot be listed")?
    {
        let path = entry?.path();
        names.extend(
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    names.sort();
    Ok(names)
}

/// Feeds each of these targets, one for each processor at a time.
fn feed_all(names: &[&String], minutes: u32) -> Result<Vec<Figures>> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let next = Mutex::new(names.iter());
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    let feed_in_turn = || -> Result<Vec<Figures>> {
        let mut fed = Vec::new();
        while let Some(name) = take() {
            fed.push(feed(name, minutes)?);
        }
        Ok(fed)
    };
    let mut figures = Vec::new();
    thread::scope(|threads| -> Result<()> {
        let feeding: Vec<_> = (0..processors)
            .map(|_| threads.spawn(feed_in_turn))
            .collect();
        for thread in feeding {
            figures.extend(thread.join().expect("feeding does not panic")?);
        }
        Ok(())
    })?;
    figures.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(figures)
}

fn feed(name: &str, minutes: u32) -> Result<Figures> {
    let learnt = tree::target().join("fuzz").join(name);
    std::fs::create_dir_all(&learnt)?;
    // What reads foreign bytes has no unsafe code of ours: AddressSanitizer would find nothing in
    // that, and slow it down.
    let ran = cargo(&format!("fuzz run --sanitizer none {name}"))
        .argument(learnt.display().to_string())
        .argument(format!("corpus/{name}"))
        .argument("--")
        .argument(format!("-max_total_time={}", u64::from(minutes) * 60))
        .argument("-max_len=8192")
        .argument("-rss_limit_mb=2048")
        .argument("-print_final_stats=1")
        .record()?;
    Ok(Figures {
        name: name.to_owned(),
        minutes,
        executions: number_after(&ran.said, "stat::number_of_executed_units:"),
        edges: number_after(&ran.said, "cov:"),
        survived: ran.succeeded,
    })
}

/// What came of feeding a target.
#[derive(Debug)]
struct Figures {
    name: String,
    minutes: u32,
    executions: Option<u64>,
    edges: Option<u64>,
    survived: bool,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |number: Option<u64>| number.map_or("?".to_owned(), |n| n.to_string());
        let outcome = if self.survived {
            "survived"
        } else {
            "broken: see above"
        };
        let (executions, edges) = (number(self.executions), number(self.edges));
        write!(
            f,
            "| `{}` | {} | {executions} | {edges} | {outcome} |",
            self.name, self.minutes
        )
    }
}

/// The last number that stands behind a name.
fn number_after(said: &str, name: &str) -> Option<u64> {
    let (_, rest) = said.rsplit_once(name)?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_that_were_said_last() {
        let said = "#8192 pulse  cov: 70 ft: 80 corp: 3/9b\n\
            #16384 DONE   cov: 75 ft: 90 corp: 4/12b lim: 8192\n\
            stat::number_of_executed_units: 16384\nstat::average_exec_per_sec: 99\n";
        let figures = Figures {
            name: "bayeux".to_owned(),
            minutes: 5,
            executions: number_after(said, "stat::number_of_executed_units:"),
            edges: number_after(said, "cov:"),
            survived: true,
        };
        assert_eq!(
            figures.to_string(),
            "| `bayeux` | 5 | 16384 | 75 | survived |"
        );
        assert_eq!(number_after("nothing was said", "cov:"), None);
    }

    #[test]
    fn the_targets_are_the_programs() {
        let targets = targets().unwrap();
        assert!(targets.contains(&"audit_log".to_owned()), "{targets:?}");
    }
}
