//! Fermata itself, as a child of the rig.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use controller::channel::{Ask, Reply};
use controller::view::{HotkeyView, View};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::Child;
use tokio::time::{sleep, timeout};

use super::{
    Ctl, Desktop, Frozen, Item, Left, PATIENCE, Tray, TrayHost, processes, programs, until,
};

/// With what Fermata is started.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The text of its settings file; with none it finds no file.
    pub settings: Option<String>,
    /// Where it has the agent's secret from.
    pub secret: Secret,
    /// Whether its main window opens at once.
    pub open: bool,
    /// More arguments.
    pub arguments: Vec<String>,
    /// More environment.
    pub environment: Vec<(String, String)>,
}

/// Where Fermata has the agent's secret from.
#[derive(Clone, Debug, Default)]
pub enum Secret {
    /// From the keyring of the desktop; see [`Desktop::keep_secret`].
    #[default]
    Keyring,
    /// By its standard input.
    Stdin(String),
}

/// A running Fermata; it is killed when dropped, or with its desktop if its watchdog has started
/// it.
#[derive(Debug)]
pub struct App {
    child: Option<Child>,
    pid: u32,
    ctl: Ctl,
    tray: Option<Tray>,
    said: Arc<Mutex<String>>,
    inspector: SocketAddr,
    channel: PathBuf,
    told: Arc<Mutex<String>>,
}

impl App {
    /// Starts the program (`FERMATA_BIN`, else the one that was built beside this one) and waits
    /// until it is ready: it answers, its tray item is there (where there is a tray host), and it
    /// is decided whether its hotkeys work.
    ///
    /// # Errors
    /// It ends or does not become ready; the error has what it said.
    pub async fn start(desktop: &Desktop, start: Start) -> Result<Self> {
        let mut app = Self::launch(desktop, start).await?;
        app.is_ready().await?;
        Ok(app)
    }

    async fn is_ready(&mut self) -> Result<()> {
        self.answers().await?;
        self.take_down_what_is_told().await?;
        if self.tray.is_some() {
            self.item().await?;
        }
        self.hotkeys().await?;
        Ok(())
    }

    /// Starts the program and waits for nothing.
    ///
    /// # Errors
    /// There is no program, or the settings cannot be written.
    pub async fn launch(desktop: &Desktop, start: Start) -> Result<Self> {
        if let Some(settings) = &start.settings {
            let folder = desktop.config().join("fermata");
            tokio::fs::create_dir_all(&folder).await?;
            tokio::fs::write(folder.join("settings.toml"), settings).await?;
        }
        let inspector = free_address()?;
        let mut command = desktop.command(programs::find("FERMATA_BIN", "fermata")?);
        command
            // So that a driver can take hold of the page, whenever one opens.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_INSPECTOR_SERVER", inspector.to_string())
            .envs(start.environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if start.open {
            command.arg("--open");
        }
        if matches!(start.secret, Secret::Stdin(_)) {
            command.arg("--secret-stdin");
        }
        let mut child = command.args(start.arguments).spawn()?;
        let mut stdin = child.stdin.take().context("its standard input is a pipe")?;
        if let Secret::Stdin(secret) = start.secret {
            stdin.write_all(format!("{secret}\n").as_bytes()).await?;
        }
        drop(stdin);
        let said = Arc::default();
        listen(
            child
                .stdout
                .take()
                .context("its standard output is a pipe")?,
            &said,
        );
        listen(
            child
                .stderr
                .take()
                .context("its standard error is a pipe")?,
            &said,
        );
        let pid = child.id().context("it has only just been started")?;
        let left = Left {
            said: Arc::clone(&said),
            told: Arc::default(),
            process: processes::describe(pid),
        };
        desktop.leaves(&left);
        let tray = (desktop.options().tray != TrayHost::None).then(|| desktop.tray().clone());
        let channel = desktop.runtime().join("fermata/control.sock");
        Ok(Self {
            child: Some(child),
            pid,
            ctl: Ctl::on(desktop)?,
            tray,
            said,
            inspector,
            channel,
            told: left.told,
        })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// `fermatactl`, to ask it and to tell it.
    pub fn ctl(&self) -> &Ctl {
        &self.ctl
    }

    /// All that it has written to its standard output and error.
    pub fn said(&self) -> String {
        self.said
            .lock()
            .expect("nobody panics while holding it")
            .clone()
    }

    /// Where WebKit lets itself be driven.
    pub(super) fn inspector(&self) -> SocketAddr {
        self.inspector
    }

    /// The newest view, whole, over the local channel.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn view(&self) -> Result<View> {
        ask_for_view(&self.channel).await
    }

    /// Waits until its view is as wanted.
    ///
    /// # Errors
    /// It ends, or it does not; the error has the newest view.
    pub async fn wait_for(&mut self, what: &str, wanted: impl Fn(&View) -> bool) -> Result<View> {
        let channel = self.channel.clone();
        self.lives_until(what, async || {
            let view = ask_for_view(&channel).await?;
            ensure!(wanted(&view), "the view is {view:?}");
            Ok(Some(view))
        })
        .await
    }

    /// Takes down every view and every change that it tells from here on.
    async fn take_down_what_is_told(&self) -> Result<()> {
        let stream = UnixStream::connect(&self.channel).await?;
        let (replies, mut asks) = stream.into_split();
        let ask = serde_json::to_string(&Ask::Watch)?;
        asks.write_all(format!("{ask}\n").as_bytes()).await?;
        let told = Arc::clone(&self.told);
        tokio::spawn(async move {
            let mut lines = BufReader::new(replies).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let mut told = told.lock().expect("nobody panics while holding it");
                told.push_str(&line);
            }
            // Whoever can ask no more is told no more.
            drop(asks);
        });
        Ok(())
    }

    /// Waits until it answers.
    ///
    /// # Errors
    /// It ends, or does not.
    pub async fn answers(&mut self) -> Result<View> {
        self.wait_for("Fermata to answer", |_| true).await
    }

    /// Waits for its tray item.
    ///
    /// # Errors
    /// It ends, or has none.
    pub async fn item(&mut self) -> Result<Item> {
        let tray = self.tray.clone().context("this desktop has no tray host")?;
        let pid = self.pid;
        self.lives_until("its tray item", async || {
            tray.wait_for_item_of(pid).await.map(Some)
        })
        .await
    }

    /// Waits until it has said of each of its hotkeys whether it works.
    ///
    /// # Errors
    /// It ends, or has no hotkeys.
    pub async fn hotkeys(&mut self) -> Result<Vec<HotkeyView>> {
        let decided = |hotkey: &HotkeyView| hotkey.works || !hotkey.message.is_empty();
        let all = |view: &View| !view.hotkeys.is_empty() && view.hotkeys.iter().all(decided);
        Ok(self.wait_for("its hotkeys", all).await?.hotkeys)
    }

    /// Waits until it has written a text.
    ///
    /// # Errors
    /// It ends, or does not.
    pub async fn says(&mut self, text: &str) -> Result<()> {
        let said = Arc::clone(&self.said);
        self.lives_until(&format!("it to say {text:?}"), async || {
            let said = said.lock().expect("nobody panics while holding it");
            Ok(said.contains(text).then_some(()))
        })
        .await
    }

    /// Kills it as a crash would, and waits until it is gone.
    ///
    /// # Errors
    /// It is gone already.
    pub async fn kill(&mut self) -> Result<()> {
        self.signal(Signal::KILL)?;
        self.is_gone().await.map(drop)
    }

    /// Waits until its watchdog has started it again and it is ready. It goes on to write where
    /// it has written before.
    ///
    /// # Errors
    /// It is not started again, or does not become ready.
    pub async fn is_started_again(&mut self, desktop: &Desktop) -> Result<()> {
        let died = self.pid;
        let again = until("Fermata to be started again", PATIENCE, async || {
            let mut fermatas = processes::fermatas(desktop)?.into_iter();
            Ok(fermatas.find(|process| process.pid != died))
        });
        let again = again.await.with_context(|| self.said())?;
        self.child = None;
        self.pid = again.pid;
        desktop.leaves(&Left {
            said: Arc::clone(&self.said),
            told: Arc::clone(&self.told),
            process: Some(again),
        });
        self.is_ready().await
    }

    /// Asks it to end, as the end of a session does, and waits until it has.
    ///
    /// # Errors
    /// It does not end.
    pub async fn quit(self) -> Result<ExitStatus> {
        self.signal(Signal::TERM)?;
        self.ended().await
    }

    /// Takes its terminal away, and waits until it has ended.
    ///
    /// # Errors
    /// It does not end.
    pub async fn hang_up(self) -> Result<ExitStatus> {
        self.signal(Signal::HUP)?;
        self.ended().await
    }

    /// Stops it dead, as a debugger would; only [`Self::thaw`] lets it go on.
    ///
    /// # Errors
    /// It is gone.
    pub fn freeze(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on after [`Self::freeze`].
    ///
    /// # Errors
    /// It is gone.
    pub fn thaw(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    /// Ends it as it would end itself where nothing else is left, and waits until it has: what the
    /// system has to say of that is in the status.
    ///
    /// # Errors
    /// It is gone already, or does not end.
    pub async fn abort(self) -> Result<ExitStatus> {
        self.signal(Signal::ABORT)?;
        self.ended().await
    }

    /// Stops dead what draws its windows, until the returned is dropped. Everything else goes on.
    ///
    /// # Errors
    /// As for [`Self::freeze_engine`].
    pub fn freeze_windows(&self) -> Result<Frozen> {
        Frozen::threads(self.pid, "fermata")
    }

    /// Stops its engine dead until the returned is dropped: every thread that the controller
    /// may run on. What draws goes on.
    ///
    /// # Errors
    /// It is gone, or the system does not let it be traced: Fermata lets nobody but root.
    pub fn freeze_engine(&self) -> Result<Frozen> {
        Frozen::threads(self.pid, "tokio-")
    }

    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// It does not end.
    pub async fn ended(mut self) -> Result<ExitStatus> {
        let ended = timeout(PATIENCE, self.is_gone()).await;
        let status =
            ended.with_context(|| format!("Fermata does not end; it said:\n{}", self.said()))??;
        status.context("of a process that is no child of ours nobody is told how it ended")
    }

    /// Waits until it is gone. Only of a child is it known how it ended.
    async fn is_gone(&mut self) -> Result<Option<ExitStatus>> {
        if let Some(child) = &mut self.child {
            return Ok(Some(child.wait().await?));
        }
        while processes::describe(self.pid).is_some() {
            sleep(Duration::from_millis(20)).await;
        }
        Ok(None)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let pid = Pid::from_raw(self.pid.cast_signed()).context("a process has a number")?;
        kill_process(pid, signal).context("Fermata is gone")
    }

    async fn lives_until<T>(
        &mut self,
        what: &str,
        probe: impl AsyncFnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        let came = tokio::select! {
            came = until(what, PATIENCE, probe) => came,
            ended = self.is_gone() => bail!("Fermata ended ({:?}); it said:\n{}", ended?, self.said()),
        };
        came.with_context(|| format!("Fermata said:\n{}", self.said()))
    }
}

async fn ask_for_view(channel: &Path) -> Result<View> {
    let stream = UnixStream::connect(channel)
        .await
        .context("nobody is at the local channel")?;
    let (replies, mut asks) = stream.into_split();
    let ask = serde_json::to_string(&Ask::Status)?;
    asks.write_all(format!("{ask}\n").as_bytes()).await?;
    let reply = BufReader::new(replies).lines().next_line().await?;
    match serde_json::from_str(&reply.context("the local channel was closed")?)? {
        Reply::View { view } | Reply::Change { view, .. } | Reply::Taken { view, .. } => Ok(*view),
        refused @ (Reply::Refused { .. } | Reply::Opened) => {
            bail!("instead of a view: {refused:?}")
        }
    }
}

/// An address that nobody listens at. Somebody else could take it before it is used; ports are
/// given out in turn, so that is far off.
pub(super) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn listen(pipe: impl AsyncRead + Unpin + Send + 'static, to: &Arc<Mutex<String>>) {
    let to = Arc::clone(to);
    let mut lines = BufReader::new(pipe).lines();
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            let mut said = to.lock().expect("nobody panics while holding it");
            said.push_str(&line);
            said.push('\n');
        }
    });
}
