//! Programs of others, run by Node: a script beside this file talks in lines of JSON.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longer than anything that a script waits for.
const LIMIT: Duration = Duration::from_secs(20);

/// A running script. It is killed when this is dropped.
pub(crate) struct Node {
    script: String,
    child: Child,
    says: Lines<BufReader<ChildStdout>>,
    hears: ChildStdin,
    /// What it writes to standard error, whole once it has ended.
    complaints: JoinHandle<String>,
}

/// Starts a script of this folder.
///
/// # Errors
/// Node or the packages are not installed; the error says how to install them.
pub(crate) async fn node(script: &str, arguments: &[&str]) -> Result<Node> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("foreign");
    ensure!(
        tokio::fs::try_exists(folder.join("node_modules")).await?,
        "the packages that are tested against are not installed: run `npm ci` in tests/foreign"
    );
    let mut child = Command::new("node")
        .arg(script)
        .args(arguments)
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start Node: install version 20.19 or newer, from https://nodejs.org or as the package `nodejs`")?;
    let out = child.stdout.take().expect("it is piped");
    let mut errors = child.stderr.take().expect("it is piped");
    let complaints = tokio::spawn(async move {
        let mut text = Vec::new();
        // What cannot be read is as good as not written.
        let _end = errors.read_to_end(&mut text).await;
        String::from_utf8_lossy(&text).into_owned()
    });
    Ok(Node {
        script: script.to_owned(),
        says: BufReader::new(out).lines(),
        hears: child.stdin.take().expect("it is piped"),
        child,
        complaints,
    })
}

impl Node {
    /// The next line of its standard output.
    ///
    /// # Errors
    /// It says nothing within 20 seconds, ends, or says something that is no JSON.
    pub(crate) async fn line(&mut self) -> Result<Value> {
        let Ok(line) = timeout(LIMIT, self.says.next_line()).await else {
            bail!("{} says nothing for {LIMIT:?}", self.script);
        };
        let Some(line) = line? else {
            let complaints = self.complaints().await;
            bail!(
                "{} has ended and said no more; its errors: {complaints}",
                self.script
            );
        };
        serde_json::from_str(&line)
            .with_context(|| format!("{} says what is no JSON: {line}", self.script))
    }

    /// Writes a line to its standard input.
    ///
    /// # Errors
    /// It has ended.
    pub(crate) async fn say(&mut self, value: &Value) -> Result<()> {
        let line = format!("{value}\n");
        let said = async {
            self.hears.write_all(line.as_bytes()).await?;
            self.hears.flush().await
        };
        said.await
            .with_context(|| format!("{} does not listen", self.script))
    }

    /// Closes its standard input and waits until it has ended well.
    ///
    /// # Errors
    /// It does not end within 20 seconds, or not with the exit code 0.
    pub(crate) async fn end(mut self) -> Result<()> {
        drop(self.hears);
        let Ok(status) = timeout(LIMIT, self.child.wait()).await else {
            bail!("{} does not end for {LIMIT:?}", self.script);
        };
        let status = status?;
        let complaints = self.complaints.await?;
        ensure!(
            status.success(),
            "{} has failed ({status}); its errors: {complaints}",
            self.script
        );
        Ok(())
    }

    async fn complaints(&mut self) -> String {
        match timeout(LIMIT, &mut self.complaints).await {
            Ok(Ok(complaints)) => complaints,
            Ok(Err(_)) | Err(_) => String::from("(unknown)"),
        }
    }
}

mod tests {
    use serde_json::json;

    use super::*;

    /// A script for `node`, given on the command line.
    async fn evaluate(script: &str) -> Node {
        node("--eval", &[script]).await.expect("it starts")
    }

    #[tokio::test]
    async fn lines_go_both_ways_and_the_end_of_input_is_heard() {
        let mut node = evaluate("process.stdin.pipe(process.stdout)").await;
        node.say(&json!({ "number": 1 })).await.unwrap();
        node.say(&json!(["two"])).await.unwrap();
        assert_eq!(node.line().await.unwrap(), json!({ "number": 1 }));
        assert_eq!(node.line().await.unwrap(), json!(["two"]));
        node.end().await.unwrap();
    }

    #[tokio::test]
    async fn a_script_that_fails_is_a_failure_with_its_own_words() {
        let node = evaluate("throw new Error('on purpose')").await;
        let wrong = node.end().await.unwrap_err().to_string();
        assert!(wrong.contains("on purpose"), "{wrong}");

        let mut node = evaluate("throw new Error('on purpose')").await;
        let wrong = node.line().await.unwrap_err().to_string();
        assert!(wrong.contains("on purpose"), "{wrong}");

        let mut node = evaluate("console.log('well')").await;
        let wrong = node.line().await.unwrap_err().to_string();
        assert!(wrong.contains("no JSON"), "{wrong}");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_script_is_killed_with_whoever_started_it() {
        let mut node = evaluate("console.log(process.pid); setInterval(() => {}, 1000)").await;
        let pid = node.line().await.unwrap().to_string();
        drop(node);
        let running = || Path::new("/proc").join(&pid).join("exe").exists();
        for _ in 0..200 {
            if !running() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it goes on");
    }
}
