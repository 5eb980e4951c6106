//! One connection to a syslog server.
//!
//! A syslog server acknowledges nothing (RFC 5425 has no message for it). What can be known is
//! what TLS and TCP say at the end: who has read our closing alert has read all that was sent
//! before it, and closes its side in turn.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::refusal::Refusal;

/// How long a server may take to close because of the alert alone. Then it is told by TCP, too.
const CLOSES_WITHIN: Duration = Duration::from_secs(3);

/// Where a server that had closed before it read everything makes itself known by a reset: longer
/// than the way there and back.
const RESET_WITHIN: Duration = Duration::from_millis(300);

#[derive(Debug)]
pub(super) struct Connection(TlsStream<TcpStream>);

impl Connection {
    pub(super) async fn open(address: &str, tls: Arc<ClientConfig>) -> Result<Self, Refusal> {
        let host = host(address).to_owned();
        let name = ServerName::try_from(host).map_err(|error| Refusal::unreachable(&error))?;
        let tcp = TcpStream::connect(address).await.map_err(broken)?;
        tcp.set_nodelay(true).map_err(broken)?;
        let connected = TlsConnector::from(tls).connect(name, tcp).await;
        connected.map(Self).map_err(broken)
    }

    pub(super) async fn send(&mut self, frames: &[u8]) -> Result<(), Refusal> {
        self.is_still_open()?;
        self.0.write_all(frames).await.map_err(broken)?;
        self.0.flush().await.map_err(broken)
    }

    /// Whoever writes to a server that has gone notices nothing at first.
    fn is_still_open(&mut self) -> Result<(), Refusal> {
        let mut said = [0; 64];
        match self.0.read(&mut said).now_or_never() {
            // Whatever it says: it is there.
            None | Some(Ok(1..)) => Ok(()),
            Some(Ok(0)) => Err(broken(io::ErrorKind::ConnectionAborted.into())),
            Some(Err(error)) => Err(broken(error)),
        }
    }

    /// Closes it in order, which shows that all was read.
    pub(super) async fn close(mut self) -> Result<(), Refusal> {
        self.is_still_open()?;
        self.0.get_mut().1.send_close_notify();
        self.0.flush().await.map_err(broken)?;
        if let Ok(end) = timeout(CLOSES_WITHIN, self.end()).await {
            return end;
        }
        self.0.get_mut().0.shutdown().await.map_err(broken)?;
        self.end().await
    }

    /// Waits until the server has closed its side.
    async fn end(&mut self) -> Result<(), Refusal> {
        let mut said = [0; 64];
        loop {
            match self.0.read(&mut said).await {
                Ok(1..) => {}
                // It has read our alert and sent its own.
                Ok(0) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return self.end_without_alert().await;
                }
                Err(error) => return Err(broken(error)),
            }
        }
    }

    /// rsyslog closes the connection without an alert of its own. It may have done so before it
    /// had read everything; then what it had not read is answered by a reset.
    async fn end_without_alert(&mut self) -> Result<(), Refusal> {
        sleep(RESET_WITHIN).await;
        match self.0.get_mut().0.take_error() {
            Ok(None) => Ok(()),
            Ok(Some(error)) | Err(error) => Err(broken(error)),
        }
    }
}

fn broken(error: io::Error) -> Refusal {
    Refusal::unreachable(&error)
}

/// "host:6514", "[2001:db8::7]:6514"
fn host(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}
