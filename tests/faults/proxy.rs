//! The way between a desk and its vendor, on which things go wrong.

mod carry;
mod line;
mod reply;
mod slow;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use simulators::Vendor;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::certificates::Shown;
use crate::requests;

/// What it is like on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Everything arrives.
    Clear,
    /// The name leads nowhere any more.
    NoName,
    /// Nobody listens any more.
    Refused,
    /// Each connection is reset.
    Reset,
    /// A proxy in between wants a sign-in of its own.
    ProxySignIn,
    /// Bytes vanish.
    BlackHole,
    /// Each connection is reset in the middle of the head of a reply.
    CutReply,
    /// Each connection ends in the middle of the body of a reply.
    HalfBody,
    /// Bodies come one byte a second.
    Dripping,
    /// Heads say that the body is a page.
    OtherType,
    /// The bits of bodies and frames are flipped.
    Noise,
    /// One bit in the middle of each body and frame is flipped.
    Flip,
    /// One bit in all that is read and written at once is flipped beneath the encryption.
    FlipEncrypted,
    /// Everything takes longer, and less than a request may.
    Slow,
    /// Everything takes longer than a request may.
    TooSlow,
    /// Connections by which events come are reset.
    CutEvents,
}

impl Weather {
    /// Whether no connection lives through it.
    const fn cuts(self) -> bool {
        match self {
            Self::NoName | Self::Refused | Self::Reset | Self::ProxySignIn => true,
            Self::Clear
            | Self::BlackHole
            | Self::CutReply
            | Self::HalfBody
            | Self::Dripping
            | Self::OtherType
            | Self::Noise
            | Self::Flip
            | Self::FlipEncrypted
            | Self::Slow
            | Self::TooSlow
            | Self::CutEvents => false,
        }
    }
}

/// So many connections may wait to be taken.
const BACKLOG: u32 = 64;

/// Done once, when something passes by.
type Trap = Box<dyn FnOnce() + Send>;

/// A relay between a desk and its vendor.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    way: Arc<Way>,
    serving: JoinHandle<io::Result<()>>,
}

/// What holds for every connection of a relay.
struct Way {
    vendor: Vendor,
    upstream: SocketAddr,
    weather: watch::Sender<Weather>,
    /// What the server shows; nothing where nothing is encrypted.
    certificate: Option<watch::Sender<Shown>>,
    trap: Mutex<Option<Trap>>,
}

impl Proxy {
    /// Listens on this computer until it is dropped, with encryption or without.
    pub(crate) async fn start(
        vendor: Vendor,
        upstream: SocketAddr,
        encrypted: bool,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let way = Arc::new(Way {
            vendor,
            upstream,
            weather: watch::Sender::new(Weather::Clear),
            certificate: encrypted.then(|| watch::Sender::new(Shown::Good)),
            trap: Mutex::new(None),
        });
        let serving = tokio::spawn(serve(listener, address, Arc::clone(&way)));
        Ok(Self {
            port: address.port(),
            way,
            serving,
        })
    }

    /// From now on it is like this.
    pub(crate) fn turn(&self, weather: Weather) -> impl FnOnce() + Send + 'static {
        let way = Arc::clone(&self.way);
        move || {
            way.weather.send_replace(weather);
        }
    }

    /// From now on the server shows this, and the connections that are open are cut.
    pub(crate) fn show(&self, shown: Shown) -> impl FnOnce() + Send + 'static {
        let way = Arc::clone(&self.way);
        move || {
            let certificate = way.certificate.as_ref().expect("it is encrypted");
            certificate.send_replace(shown);
        }
    }

    /// Does this when the next command is on its way, before it arrives.
    pub(crate) fn when_commanded(&self, trap: Trap) {
        *self.way.trap.lock().expect("nobody panics holding it") = Some(trap);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Way {
    /// A command goes by.
    fn passes(&self, bytes: &[u8]) {
        if requests::is_command(self.vendor, bytes) {
            let trap = self.trap.lock().expect("nobody panics holding it").take();
            if let Some(trap) = trap {
                trap();
            }
        }
    }
}

async fn serve(mut listener: TcpListener, address: SocketAddr, way: Arc<Way>) -> io::Result<()> {
    let mut weather = way.weather.subscribe();
    // They end with this task.
    let mut carried = tokio::task::JoinSet::new();
    loop {
        if *weather.borrow_and_update() == Weather::Refused {
            drop(listener);
            // Nobody else may listen there meanwhile.
            let held = hold(address)?;
            // There is a sender for as long as there is this task.
            weather.wait_for(|now| *now != Weather::Refused).await.ok();
            listener = held.listen(BACKLOG)?;
        }
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    carried.spawn(carry::carry(socket, Arc::clone(&way)));
                }
                // Out of files for a moment.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            _turned = weather.changed() => {}
        }
    }
}

fn hold(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}
