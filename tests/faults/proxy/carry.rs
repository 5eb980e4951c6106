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

use super::line::Line;
use super::reply::{self, Part};
use super::slow::{self, Slowness};
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

impl Socket for TlsStream<Line> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0.tcp()
    }
}

/// What is known of a connection.
#[derive(Default)]
struct Known {
    /// Events come by it.
    hears: AtomicBool,
    /// Bytes of it have vanished.
    lost: AtomicBool,
}

impl Known {
    /// Whether it does not live through this weather.
    fn is_cut_by(&self, weather: Weather) -> bool {
        let deaf = weather == Weather::CutEvents && self.hears.load(Relaxed);
        // Nobody on the way remembers it any more.
        let forgotten = weather != Weather::BlackHole && self.lost.load(Relaxed);
        weather.cuts() || deaf || forgotten
    }
}

pub(super) async fn carry(socket: TcpStream, way: Arc<Way>) {
    socket.set_nodelay(true).ok();
    let mut weather = way.weather.subscribe();
    let arrived = weather.wait_for(|now| *now != Weather::BlackHole).await;
    if arrived.is_ok_and(|now| now.cuts()) {
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
    let line = Line::new(socket, way.weather.subscribe());
    if let Ok(encrypted) = acceptor.accept(line).await {
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
    let known = Known::default();
    let shown_since = certificate.clone();
    let end = tokio::select! {
        end = up(&mut from_desk, &mut to_vendor, way, shown_since, &known) => end,
        end = down(&mut from_vendor, &mut to_desk, way, &known) => end,
        () = cut(way, certificate, &known) => Ok(End::Reset),
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
async fn cut(way: &Way, mut certificate: Option<watch::Receiver<Shown>>, known: &Known) {
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
        if known.is_cut_by(now) {
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
    known: &Known,
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
            let of_events = requests::is_of_events(way.vendor, bytes);
            known.hears.store(of_events, Relaxed);
        }
        // What has gone by may have brought the fault about.
        let weather = *way.weather.borrow();
        let another_shown = certificate
            .as_ref()
            .is_some_and(|shown| shown.has_changed().unwrap_or(true));
        if known.is_cut_by(weather) || another_shown {
            return Ok(End::Reset);
        }
        if weather == Weather::BlackHole {
            known.lost.store(true, Relaxed);
        } else if let Some(slowness) = Slowness::of(weather) {
            if slow::carry(bytes, from, to, slowness, way.weather.subscribe()).await? {
                return Ok(End::Closed);
            }
        } else {
            to.write_all(bytes).await?;
        }
    }
}

async fn down(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    way: &Way,
    known: &Known,
) -> io::Result<End> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(End::Closed);
        }
        let weather = *way.weather.borrow();
        if let Some(slowness) = Slowness::of(weather) {
            let bytes = &buffer[..read];
            if slow::carry(bytes, from, to, slowness, way.weather.subscribe()).await? {
                return Ok(End::Closed);
            }
            continue;
        }
        let part = Part::of(&mut buffer[..read]);
        match weather {
            Weather::BlackHole => known.lost.store(true, Relaxed),
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
                let mut weather = way.weather.subscribe();
                for byte in part.body {
                    if *weather.borrow_and_update() == Weather::Dripping {
                        tokio::time::timeout(DRIP, weather.changed()).await.ok();
                    }
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
            Weather::Flip => {
                let middle = part.body.len() / 2;
                if let Some(byte) = part.body.get_mut(middle) {
                    *byte ^= 0x80;
                }
                to.write_all(part.head).await?;
                to.write_all(part.body).await?;
            }
            Weather::Clear
            | Weather::NoName
            | Weather::Refused
            | Weather::Reset
            | Weather::ProxySignIn
            | Weather::FlipEncrypted
            | Weather::Slow
            | Weather::TooSlow
            | Weather::CutEvents => {
                to.write_all(part.head).await?;
                to.write_all(part.body).await?;
            }
        }
        to.flush().await?;
    }
}
