use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::traits::tokio::Listener as _;
use pause::{CallId, Wanted};
use serde_json::error::Category;
use tokio::io::{AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::line::{Line, Lines};
use super::mortal::Mortal;
use super::{Ask, ChannelError, Instance, LONGEST_ASK, Reply, socket};
use crate::view::{Request, SignIn, SupportRequest, View};
use crate::{Change, Handle};

/// How many clients may be connected at once.
const MOST_CLIENTS: usize = 32;

/// A client that does not take a reply within this is hung up on.
const WRITE_WITHIN: Duration = Duration::from_secs(5);

/// A client that neither asks nor watches for this long is hung up on.
const ASK_WITHIN: Duration = Duration::from_secs(30);

/// The engine takes a request in at once; one that does not is stuck.
const TAKEN_WITHIN: Duration = Duration::from_secs(2);

/// How long to wait after a connection could not be accepted (too many open files).
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// What the channel gives access to.
#[derive(Clone, Debug)]
pub struct Served {
    /// The running engine.
    pub handle: Handle,
    /// Where to say that the main window is wanted; `None` where there is none to open.
    pub open_window: Option<mpsc::Sender<()>>,
}

/// A channel that answers. It ends when this is dropped, and another instance may start then.
#[derive(Debug)]
pub struct Serving {
    accepting: JoinHandle<()>,
    _instance: Instance,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

pub(super) fn start(instance: Instance, listener: Listener, served: Served) -> Serving {
    let accepting = tokio::spawn(async move {
        let (shown, newest) =
            watch::channel(Mortal::of(View::clone(&served.handle.views().borrow())));
        tokio::select! {
            () = keep(served.handle.views(), shown) => {}
            () = accept(listener, served, newest) => {}
        }
    });
    Serving {
        accepting,
        _instance: instance,
    }
}

/// Shows each view for as long as it lives, and says so when a life runs out: the engine may
/// be stuck or gone.
async fn keep(mut views: watch::Receiver<Arc<View>>, shown: watch::Sender<Mortal>) {
    loop {
        let newest = Mortal::of(View::clone(&views.borrow_and_update()));
        shown.send_replace(newest.clone());
        let gone = tokio::select! {
            changed = views.changed() => changed.is_err(),
            () = newest.death() => {
                shown.send_replace(newest.clone());
                views.changed().await.is_err()
            }
        };
        if gone {
            newest.death().await;
            shown.send_replace(newest);
            return pending().await;
        }
    }
}

async fn accept(listener: Listener, served: Served, newest: watch::Receiver<Mortal>) {
    let places = Arc::new(Semaphore::new(MOST_CLIENTS));
    let mut clients = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = clients.join_next() => continue,
        };
        let stream = match accepted {
            Ok(stream) => stream,
            Err(error) => {
                tracing::warn!(%error, "the local channel could not accept a connection");
                sleep(ACCEPT_AGAIN_AFTER).await;
                continue;
            }
        };
        if !socket::same_user(&stream) {
            tracing::warn!("another user tried the local channel");
            continue;
        }
        let mut client = Client::new(stream, served.clone(), newest.clone());
        match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => {
                clients.spawn(async move {
                    if let Err(error) = client.serve().await {
                        tracing::debug!(%error, "a client of the local channel is gone");
                    }
                    drop(place);
                });
            }
            Err(_) => {
                clients.spawn(async move {
                    let _ = client
                        .reply(&refused("too-many", "too many programs are connected"))
                        .await;
                });
            }
        }
    }
}

/// One client. Nothing it does or leaves undone keeps anybody else waiting.
struct Client {
    lines: Lines<ReadHalf<Stream>>,
    to: WriteHalf<Stream>,
    served: Served,
    newest: watch::Receiver<Mortal>,
    changes: Option<broadcast::Receiver<Change>>,
}

impl Client {
    fn new(stream: Stream, served: Served, newest: watch::Receiver<Mortal>) -> Self {
        let (from, to) = tokio::io::split(stream);
        Self {
            lines: Lines::new(from, LONGEST_ASK),
            to,
            served,
            newest,
            changes: None,
        }
    }

    async fn serve(&mut self) -> Result<(), ChannelError> {
        let mut asked_at = Instant::now();
        loop {
            let watching = self.changes.is_some();
            let changes = &mut self.changes;
            tokio::select! {
                line = self.lines.next() => {
                    asked_at = Instant::now();
                    match line.map_err(ChannelError::Broken)? {
                        Line::Whole(line) => self.take(&line).await?,
                        Line::TooLong => {
                            let message = format!("a line may have {LONGEST_ASK} bytes");
                            return self.reply(&refused("too-long", &message)).await;
                        }
                        Line::End => return Ok(()),
                    }
                }
                change = next(changes) => {
                    if let Some(change) = change {
                        self.reply(&told(change)).await?;
                    }
                }
                Ok(()) = self.newest.changed(), if watching => {
                    self.show().await?;
                }
                () = sleep_until(asked_at + ASK_WITHIN), if !watching => return Ok(()),
            }
        }
    }

    async fn take(&mut self, line: &[u8]) -> Result<(), ChannelError> {
        let ask = match serde_json::from_slice(line) {
            Ok(ask) => ask,
            Err(error) => return self.reply(&not_understood(&error)).await,
        };
        let request = match ask {
            Ask::Status => return self.show().await,
            Ask::Watch => {
                self.changes = Some(self.served.handle.changes());
                // What changed just before will not be told: the view has to be newer than that.
                let number = self.served.handle.views().borrow().number;
                let newest = self.newest.wait_for(|view| view.is_as_new_as(number));
                drop(newest.await);
                return self.show().await;
            }
            Ask::OpenWindow => return self.open_window().await,
            Ask::Pause => Request::Want(Wanted::Paused),
            Ask::Resume => Request::Want(Wanted::Recording),
            Ask::Toggle => Request::Toggle,
            Ask::Acknowledge => Request::Acknowledge,
            Ask::Extend => Request::Extend,
            Ask::PaymentBegin => Request::PaymentStepBegins,
            Ask::PaymentEnd => Request::PaymentStepEnds,
            Ask::CallStart { id } => match call(&id) {
                Some(call) => Request::CallStarted(call),
                None => return self.reply(&not_a_call()).await,
            },
            Ask::CallEnd { id } => match call(&id) {
                Some(call) => Request::CallEnded(call),
                None => return self.reply(&not_a_call()).await,
            },
            Ask::LogEverything { for_s } => Request::Support(SupportRequest::LogEverything(
                Duration::from_secs(for_s.into()),
            )),
            Ask::SignIn {
                vendor,
                fields,
                secret,
            } => Request::SignIn(SignIn {
                vendor,
                fields: fields.into_iter().collect(),
                secret,
            }),
        };
        self.hand_over(request).await
    }

    /// Hands a request to the engine and replies once it has been taken in.
    async fn hand_over(&mut self, request: Request) -> Result<(), ChannelError> {
        let (taken, view) = oneshot::channel();
        let handle = &self.served.handle;
        let sent = handle.send(request) && handle.send(Request::Taken(taken));
        let reply = match timeout(TAKEN_WITHIN, view).await {
            Ok(Ok(view)) if sent => Reply::Taken {
                view: Box::new(View::clone(&view)),
                settle_within_ms: handle
                    .in_force
                    .borrow()
                    .limits
                    .settle_within
                    .as_millis()
                    .try_into()
                    .unwrap_or(u32::MAX),
            },
            Ok(_) | Err(_) => refused(
                "engine-silent",
                "Fermata's engine does not react; nothing may be believed of the recording",
            ),
        };
        self.reply(&reply).await
    }

    async fn open_window(&mut self) -> Result<(), ChannelError> {
        use mpsc::error::TrySendError;
        let reply = match &self.served.open_window {
            // A full queue means that it has been asked for already.
            Some(window) => match window.try_send(()) {
                Ok(()) | Err(TrySendError::Full(())) => Reply::Opened,
                Err(TrySendError::Closed(())) => no_window(),
            },
            None => no_window(),
        };
        self.reply(&reply).await
    }

    async fn show(&mut self) -> Result<(), ChannelError> {
        let view = Box::new(self.newest.borrow_and_update().view());
        self.reply(&Reply::View { view }).await
    }

    async fn reply(&mut self, reply: &Reply) -> Result<(), ChannelError> {
        let mut line = serde_json::to_vec(reply).expect("a reply has only text keys");
        line.push(b'\n');
        match timeout(WRITE_WITHIN, self.to.write_all(&line)).await {
            Ok(written) => written.map_err(ChannelError::Broken),
            Err(_) => Err(ChannelError::Broken(io::ErrorKind::TimedOut.into())),
        }
    }
}

/// The next change; one that came too fast to be told is skipped, the view is not.
async fn next(changes: &mut Option<broadcast::Receiver<Change>>) -> Option<Change> {
    let Some(receiver) = changes else {
        return pending().await;
    };
    match receiver.recv().await {
        Ok(change) => Some(change),
        Err(RecvError::Lagged(missed)) => {
            tracing::debug!(missed, "a client of the local channel is slow");
            None
        }
        // The engine is gone; that what is shown expires is still to be told.
        Err(RecvError::Closed) => pending().await,
    }
}

fn told(change: Change) -> Reply {
    Reply::Change {
        at: change.at,
        display: change.display,
        cause: change.cause,
        view: Box::new(View::clone(&change.view)),
    }
}

pub(super) fn call(id: &str) -> Option<CallId> {
    const MOST: usize = 200;
    let id = id.trim();
    let right = !id.is_empty() && id.len() <= MOST && !id.contains(char::is_control);
    right.then(|| CallId::new(id))
}

fn refused(code: &str, message: &str) -> Reply {
    Reply::Refused {
        code: code.to_owned(),
        message: message.to_owned(),
    }
}

fn not_a_call() -> Reply {
    refused(
        "not-understood",
        "a call's id is one line of 1 to 200 bytes",
    )
}

fn no_window() -> Reply {
    refused(
        "no-window",
        "there is no window: the engine runs without a desktop",
    )
}

/// Says where a line is wrong and not what it says, because it may hold a secret.
pub(super) fn not_understood(error: &serde_json::Error) -> Reply {
    let why = match error.classify() {
        Category::Io | Category::Syntax | Category::Eof => "it is not JSON",
        Category::Data => "there is no such request",
    };
    let column = error.column();
    refused(
        "not-understood",
        &format!("a line was not understood at column {column}: {why}"),
    )
}
