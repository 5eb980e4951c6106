use std::future::pending;
use std::io;
use std::time::Duration;

use interprocess::local_socket::tokio::Stream;
use tokio::io::{AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep, timeout};
use zeroize::Zeroizing;

use super::line::{Line, Lines};
use super::mortal::Mortal;
use super::{Ask, ChannelError, LONGEST_ASK, LONGEST_REPLY, Reply, socket};
use crate::paths::Paths;
use crate::view::View;

/// An instance takes what it is asked at once; one that does not is stuck.
const WRITE_WITHIN: Duration = Duration::from_secs(5);

/// How often somebody who is about to answer is tried.
const TRY_EVERY: Duration = Duration::from_millis(50);

/// A connection to the instance that runs.
pub struct Client {
    lines: Lines<ReadHalf<Stream>>,
    to: WriteHalf<Stream>,
    /// The newest view, if it has not been told that it has expired.
    newest: Option<Mortal>,
}

impl Client {
    /// Connects to the instance of this user.
    ///
    /// `patience` is for who knows that there is one, which may have begun a moment ago; it
    /// is zero for who wants to know whether there is one.
    ///
    /// # Errors
    /// There is none, or it is not to be trusted.
    pub async fn connect(paths: &Paths, patience: Duration) -> Result<Self, ChannelError> {
        let until = Instant::now() + patience;
        let stream = loop {
            let tried = timeout(WRITE_WITHIN, socket::connect(paths)).await;
            let error = match tried {
                Ok(Ok(stream)) => break stream,
                Ok(Err(error)) => error,
                Err(_) => io::ErrorKind::TimedOut.into(),
            };
            let nobody = matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
            );
            if !nobody {
                return Err(ChannelError::Unusable {
                    path: paths.socket(),
                    source: error,
                });
            }
            if Instant::now() >= until {
                return Err(ChannelError::NotRunning);
            }
            sleep(TRY_EVERY).await;
        };
        if !socket::same_user(&stream) {
            return Err(ChannelError::Stranger);
        }
        let (from, to) = tokio::io::split(stream);
        Ok(Self {
            lines: Lines::new(from, LONGEST_REPLY),
            to,
            newest: None,
        })
    }

    /// Asks for something. The reply is to be fetched with [`Self::next`].
    ///
    /// # Errors
    /// The connection broke, or what is asked for does not fit into a line.
    pub async fn ask(&mut self, ask: &Ask) -> Result<(), ChannelError> {
        // Room for all of it from the start: a buffer that grows leaves copies behind, and a
        // sign-in holds a secret.
        let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_ASK + 1));
        serde_json::to_writer(&mut *line, ask).expect("a request has only text keys");
        if line.len() > LONGEST_ASK {
            return Err(ChannelError::TooLong { most: LONGEST_ASK });
        }
        line.push(b'\n');
        match timeout(WRITE_WITHIN, self.to.write_all(&line)).await {
            Ok(written) => written.map_err(ChannelError::Broken),
            Err(_) => Err(ChannelError::Broken(io::ErrorKind::TimedOut.into())),
        }
    }

    /// The next reply.
    ///
    /// When the life of the newest view runs out and no other has come, that is a reply too:
    /// a [`Reply::View`] that has expired. Nothing is lost if this is dropped before it is
    /// done.
    ///
    /// # Errors
    /// The connection broke or was ended, or what came is not understood.
    pub async fn next(&mut self) -> Result<Reply, ChannelError> {
        let line = tokio::select! {
            line = self.lines.next() => line.map_err(ChannelError::Broken)?,
            view = death(&mut self.newest) => return Ok(Reply::View { view }),
        };
        let line = match line {
            Line::Whole(line) => line,
            Line::TooLong => {
                return Err(ChannelError::TooLong {
                    most: LONGEST_REPLY,
                });
            }
            Line::End => return Err(ChannelError::Ended),
        };
        let reply: Reply =
            serde_json::from_slice(&line).map_err(|_| ChannelError::NotUnderstood)?;
        match &reply {
            Reply::View { view } | Reply::Taken { view, .. } => {
                self.newest = (view.good_for_ms > 0).then(|| Mortal::of(View::clone(view)));
            }
            // A change may be told late, so its view says nothing of now.
            Reply::Change { .. } | Reply::Opened | Reply::Refused { .. } => {}
        }
        Ok(reply)
    }
}

/// Waits until a view has expired, and takes it; for ever if there is none.
async fn death(newest: &mut Option<Mortal>) -> Box<View> {
    match newest {
        Some(view) => view.death().await,
        None => pending().await,
    }
    let view = newest.take().expect("it has been waited for");
    Box::new(view.view())
}
