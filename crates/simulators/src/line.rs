//! Connections that can be cut, which a well-behaved HTTP server never does.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Listens until it is dropped; its connections live until they are cut.
pub(crate) struct Exchange {
    listener: TcpListener,
    cut: CancellationToken,
    in_use: Sender<()>,
}

/// How many connections there have been in this process.
static LINES: AtomicU64 = AtomicU64::new(0);

impl Exchange {
    /// Whoever holds the other end of `in_use` learns when the listener and every connection
    /// are gone.
    pub(crate) const fn new(
        listener: TcpListener,
        cut: CancellationToken,
        in_use: Sender<()>,
    ) -> Self {
        Self {
            listener,
            cut,
            in_use,
        }
    }
}

impl Listener for Exchange {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let line = Line {
            number: LINES.fetch_add(1, Ordering::Relaxed) + 1,
            cut: self.cut.child_token(),
        };
        let wire = Wire {
            stream,
            is_cut: Box::pin(line.cut.clone().cancelled_owned()),
            line,
            _in_use: self.in_use.clone(),
        };
        (wire, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// The handle of one connection, given to whoever answers its requests.
#[derive(Clone)]
pub(crate) struct Line {
    /// No other connection in this process has it.
    pub(crate) number: u64,
    cut: CancellationToken,
}

impl Line {
    /// Drops the connection: nothing more is read from it or written to it.
    pub(crate) fn cut(&self) {
        self.cut.cancel();
    }
}

impl Connected<IncomingStream<'_, Exchange>> for Line {
    fn connect_info(stream: IncomingStream<'_, Exchange>) -> Self {
        stream.io().line.clone()
    }
}

/// One connection.
pub(crate) struct Wire {
    stream: TcpStream,
    is_cut: Pin<Box<WaitForCancellationFutureOwned>>,
    line: Line,
    _in_use: Sender<()>,
}

impl Wire {
    /// Fails if the connection is cut, and wakes the task when that happens.
    fn whole(&mut self, cx: &mut Context<'_>) -> io::Result<Pin<&mut TcpStream>> {
        match self.is_cut.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionReset.into()),
            Poll::Pending => Ok(Pin::new(&mut self.stream)),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.whole(cx)?.poll_read(cx, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.whole(cx)?.poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.whole(cx)?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
