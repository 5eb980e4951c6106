//! A server between Fermata and a vendor that can begin to answer in the vendor's place.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes everything on, until it is told to answer by itself. It ends with the runtime.
pub(crate) struct Relay {
    address: SocketAddr,
    answers: watch::Sender<Option<String>>,
    answered: Arc<AtomicUsize>,
}

impl Relay {
    /// A server in front of this one.
    pub(crate) fn before(vendor: String) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("it can be awaited");
        let address = listener.local_addr().expect("it is bound");
        let listener = TcpListener::from_std(listener).expect("within a runtime");
        let (answers, told) = watch::channel(None);
        let answered = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&answered);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = serve(stream, vendor.clone(), told.clone(), Arc::clone(&counted));
                tokio::spawn(served);
            }
        });
        Self {
            address,
            answers,
            answered,
        }
    }

    /// How many requests it has answered by itself.
    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }

    /// Where it is to be reached: host and port.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Breaks every connection, and answers each request with these bytes from now on.
    pub(crate) fn answer(&self, reply: String) {
        self.answers.send_replace(Some(reply));
    }
}

/// Serves one connection until it ends.
async fn serve(
    mut stream: TcpStream,
    vendor: String,
    mut told: watch::Receiver<Option<String>>,
    answered: Arc<AtomicUsize>,
) -> Option<()> {
    let reply = told.borrow_and_update().clone();
    if let Some(reply) = reply {
        read_head(&mut stream).await?;
        answered.fetch_add(1, Ordering::SeqCst);
        stream.write_all(reply.as_bytes()).await.ok()?;
        return stream.shutdown().await.ok();
    }
    let mut vendor = TcpStream::connect(vendor).await.ok()?;
    tokio::select! {
        passed_on = copy_bidirectional(&mut stream, &mut vendor) => passed_on.map(drop).ok(),
        changed = told.changed() => changed.ok(),
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    Some(())
}
