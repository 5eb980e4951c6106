//! The proxy of an office: it tunnels, until it wants a sign-in of its own.

use std::collections::BTreeSet;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

const SIGN_IN_FIRST: &str = "HTTP/1.1 407 Proxy Authentication Required\r\n\
                             Proxy-Authenticate: Basic realm=\"office\"\r\n\
                             Content-Length: 0\r\n\r\n";

/// A proxy that every desk may be sent through.
pub(crate) struct Office {
    pub(crate) port: u16,
    /// By the port where their vendor is: the desks that have to sign in.
    closed: Arc<Mutex<BTreeSet<u16>>>,
}

impl Office {
    /// Opens one on this computer. It closes with the process.
    pub(crate) async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let closed = Arc::default();
        let office = Self {
            port: listener.local_addr()?.port(),
            closed: Arc::clone(&closed),
        };
        tokio::spawn(async move {
            while let Ok((desk, _)) = listener.accept().await {
                tokio::spawn(tunnel(desk, Arc::clone(&closed)));
            }
        });
        Ok(office)
    }

    /// From now on whoever wants to get to this port has to sign in.
    pub(crate) fn close(&self, port: u16) {
        let mut closed = self.closed.lock().expect("nobody panics holding it");
        closed.insert(port);
    }

    /// From now on nobody who wants to get to this port has to.
    pub(crate) fn open_to(&self, port: u16) {
        let mut closed = self.closed.lock().expect("nobody panics holding it");
        closed.remove(&port);
    }
}

async fn tunnel(mut desk: TcpStream, closed: Arc<Mutex<BTreeSet<u16>>>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(desk.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head);
    let host = head.split(' ').nth(1).unwrap_or_default();
    let port = host.rsplit(':').next().and_then(|port| port.parse().ok());
    let Some(port) = port.filter(|_| head.starts_with("CONNECT ")) else {
        return desk.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    };
    if closed
        .lock()
        .expect("nobody panics holding it")
        .contains(&port)
    {
        return desk.write_all(SIGN_IN_FIRST.as_bytes()).await;
    }
    let mut vendor = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    desk.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await?;
    copy_bidirectional(&mut desk, &mut vendor).await?;
    Ok(())
}
