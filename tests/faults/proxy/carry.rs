//! One connection, carried from the desk to the vendor and back.

use std::future::pending;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::server::TlsStream;

use super::reply::{self, Part};
use super::{Way, Weather};
use crate::certificates::Shown;
use crate::requests;

/// Larger than any head.
const CHUNK: usize = 16 * 1024;

/// How long a byte of a body takes in a drizzle.
const DRIP: Duration = Duration::from_secs(1);

/// How a connection ends.
enum End {
    /// In order.
    Closed,
    /// By a reset.
    Reset,
}

/// A connection of a desk, encrypted or not.
trait Socket: AsyncRead + AsyncWrite + Unpin + Send {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Socket for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

pub(super) async fn carry(socket: TcpStream, way: Arc<Way>) {
    socket.set_nodelay(true).ok();
    let weather = *way.weather.borrow();
    if weather == Weather::BlackHole {
        pending::<()>().await;
    }
    if weather.cuts() {
        reset(&socket);
        return;
    }
    let Some(certificate) = &way.certificate else {
        relay(socket, &way, None).await;
        return;
    };
    // From before the handshake on: a change in the middle of it cuts this one, too.
    let mut certificate = certificate.subscribe();
    let acceptor = certificate.borrow_and_update().acceptor();
    // Who does not trust it hangs up.
    if let Ok(encrypted) = acceptor.accept(socket).await {
        relay(encrypted, &way, Some(certificate)).await;
    }
}

async fn relay(socket: impl Socket, way: &Way, certificate: Option<watch::Receiver<Shown>>) {
    let Ok(vendor) = TcpStream::connect(way.upstream).await else {
        reset(socket.tcp());
        return;
    };
    vendor.set_nodelay(true).ok();
    let (mut from_desk, mut to_desk) = split(socket);
    let (mut from_vendor, mut to_vendor) = vendor.into_split();
    let hears = AtomicBool::new(false);
    let shown_since = certificate.clone();
    let end = tokio::select! {
        end = up(&mut from_desk, &mut to_vendor, way, shown_since, &hears) => end,
        end = down(&mut from_vendor, &mut to_desk, way) => end,
        () = cut(way, certificate, &hears) => Ok(End::Reset),
    };
    let mut socket = from_desk.unsplit(to_desk);
    match end {
        Ok(End::Reset) | Err(_) => reset(socket.tcp()),
        Ok(End::Closed) => {
            socket.shutdown().await.ok();
        }
    }
}

/// Makes the end of a connection a reset.
fn reset(socket: &TcpStream) {
    socket.set_zero_linger().ok();
}

/// Ends when the connection is to be cut.
async fn cut(way: &Way, mut certificate: Option<watch::Receiver<Shown>>, hears: &AtomicBool) {
    let mut weather = way.weather.subscribe();
    let other = async {
        match &mut certificate {
            Some(certificate) => certificate.changed().await.ok(),
            None => pending().await,
        }
    };
    tokio::pin!(other);
    loop {
        let now = *weather.borrow_and_update();
        if now.cuts() || (now == Weather::CutEvents && hears.load(Relaxed)) {
            return;
        }
        tokio::select! {
            _turned = weather.changed() => {}
            _shown = &mut other => return,
        }
    }
}

async fn up(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    way: &Way,
    certificate: Option<watch::Receiver<Shown>>,
    hears: &AtomicBool,
) -> io::Result<End> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(End::Closed);
        }
        let bytes = &buffer[..read];
        way.passes(bytes);
        if requests::is_request(bytes) {
            hears.store(requests::is_of_events(way.vendor, bytes), Relaxed);
        }
        // What has gone by may have brought the fault about.
        let weather = *way.weather.borrow();
        let another_shown = certificate
            .as_ref()
            .is_some_and(|shown| shown.has_changed().unwrap_or(true));
        let cut = weather.cuts() || (weather == Weather::CutEvents && hears.load(Relaxed));
        if cut || another_shown {
            return Ok(End::Reset);
        }
        if weather != Weather::BlackHole {
            to.write_all(bytes).await?;
        }
    }
}

async fn down(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    way: &Way,
) -> io::Result<End> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(End::Closed);
        }
        let weather = *way.weather.borrow();
        let part = Part::of(&mut buffer[..read]);
        match weather {
            Weather::BlackHole => {}
            Weather::CutReply => {
                to.write_all(&part.head[..part.head.len().min(12)]).await?;
                to.flush().await?;
                return Ok(End::Reset);
            }
            Weather::HalfBody => {
                to.write_all(part.head).await?;
                to.write_all(&part.body[..part.body.len() / 2]).await?;
                to.flush().await?;
                if !part.body.is_empty() {
                    return Ok(End::Closed);
                }
            }
            Weather::Dripping => {
                to.write_all(part.head).await?;
                to.flush().await?;
                for byte in part.body {
                    tokio::time::sleep(DRIP).await;
                    to.write_all(&[*byte]).await?;
                    to.flush().await?;
                }
            }
            Weather::OtherType => {
                to.write_all(&reply::called_a_page(part.head)).await?;
                to.write_all(part.body).await?;
            }
            Weather::Noise => {
                for byte in &mut *part.body {
                    *byte ^= 0x15;
                }
                to.write_all(part.head).await?;
                to.write_all(part.body).await?;
            }
            Weather::Clear
            | Weather::NoName
            | Weather::Refused
            | Weather::Reset
            | Weather::ProxySignIn
            | Weather::CutEvents => {
                to.write_all(part.head).await?;
                to.write_all(part.body).await?;
            }
        }
        to.flush().await?;
    }
}
