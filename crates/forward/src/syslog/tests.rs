//! A server that speaks TLS and reads frames, and in each test does something else wrong.
//! Against rsyslog it is tried in `tests/foreign`.

use std::net::SocketAddr;
use std::sync::LazyLock;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::*;
use crate::sample::record;

/// Longer than anything here takes.
const LONG: std::time::Duration = std::time::Duration::from_secs(30);

static CA: LazyLock<CertifiedIssuer<'static, KeyPair>> = LazyLock::new(|| {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
});

fn trusting() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CA.der().clone())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    Ok(config.with_no_client_auth())
}

fn serving(name: &str) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &*CA).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key);
    TlsAcceptor::from(Arc::new(config.unwrap()))
}

/// A server of one connection, and what becomes of it.
async fn server<T, F>(
    name: &str,
    serve: impl FnOnce(TlsStream<TcpStream>) -> F + Send + 'static,
) -> (SocketAddr, JoinHandle<T>)
where
    T: Send + 'static,
    F: Future<Output = T> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tls = serving(name);
    let serving = async move {
        let (tcp, _) = listener.accept().await.unwrap();
        serve(tls.accept(tcp).await.unwrap()).await
    };
    let task = tokio::spawn(async { timeout(LONG, serving).await.unwrap() });
    (address, task)
}

fn syslog(address: &str, tls: MakeTls) -> Syslog {
    let means = Means {
        http: || unreachable!("it is not asked for"),
        tls,
    };
    Syslog::new(address, means).unwrap()
}

async fn read_to_the_end(stream: &mut TlsStream<TcpStream>) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn what_is_sent_is_certain_when_the_server_has_closed_in_turn() {
    let (address, server) = server("127.0.0.1", async |mut stream| {
        let text = read_to_the_end(&mut stream).await;
        stream.shutdown().await.unwrap();
        text
    })
    .await;
    let mut syslog = syslog(&address.to_string(), trusting);
    let (one, two) = (record(1, "started"), record(2, "failed"));
    assert_eq!(
        syslog.deliver(std::slice::from_ref(&one)).await.unwrap(),
        Delivered::Sent
    );
    assert_eq!(
        syslog.deliver(std::slice::from_ref(&two)).await.unwrap(),
        Delivered::Sent
    );
    syslog.settle().await.unwrap();
    let frames = [message::frame(&one), message::frame(&two)].concat();
    assert_eq!(server.await.unwrap(), frames);
}

#[tokio::test]
async fn a_server_that_closes_without_an_alert_after_it_has_read_everything_has_it() {
    let (address, server) = server("127.0.0.1", async |mut stream| {
        let text = read_to_the_end(&mut stream).await;
        drop(stream);
        text
    })
    .await;
    let mut syslog = syslog(&address.to_string(), trusting);
    syslog.deliver(&[record(1, "started")]).await.unwrap();
    syslog.settle().await.unwrap();
    assert!(server.await.unwrap().ends_with('}'));
}

#[tokio::test]
async fn a_server_that_waits_for_tcp_to_close_is_told_by_tcp() {
    let (address, server) = server("127.0.0.1", async |mut stream| {
        stream.read_exact(&mut [0; 100]).await.unwrap();
        let (mut tcp, _) = stream.into_inner();
        tcp.read_to_end(&mut Vec::new()).await.unwrap();
    })
    .await;
    let mut syslog = syslog(&address.to_string(), trusting);
    syslog.deliver(&[record(1, "started")]).await.unwrap();
    timeout(LONG, syslog.settle()).await.unwrap().unwrap();
    server.await.unwrap();
}

#[tokio::test]
async fn a_server_that_went_before_it_read_everything_has_not_taken_it() {
    let (go, gone) = oneshot::channel();
    let (address, server) = server("127.0.0.1", async |mut stream| {
        stream.read_exact(&mut [0; 100]).await.unwrap();
        gone.await.unwrap();
    })
    .await;
    let mut syslog = syslog(&address.to_string(), trusting);
    syslog.deliver(&[record(1, "started")]).await.unwrap();
    syslog.deliver(&[record(2, "failed")]).await.unwrap();
    // It is closed with the second record unread.
    go.send(()).unwrap();
    server.await.unwrap();
    assert!(matches!(
        syslog.settle().await,
        Err(Refusal::Unreachable(_))
    ));
}

#[tokio::test]
async fn a_server_that_has_gone_while_nothing_was_sent_is_noticed_before_anything_is() {
    let (address, server) = server("127.0.0.1", async |mut stream| {
        stream.read_exact(&mut [0; 100]).await.unwrap();
        stream.shutdown().await.unwrap();
    })
    .await;
    let mut syslog = syslog(&address.to_string(), trusting);
    syslog.deliver(&[record(1, "started")]).await.unwrap();
    server.await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let refused = syslog.deliver(&[record(2, "failed")]).await;
    assert!(
        matches!(refused, Err(Refusal::Unreachable(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_trusted_or_has_another_name_is_given_nothing() {
    for (name, make, expected) in [
        ("127.0.0.1", tls as MakeTls, "invalid peer certificate"),
        ("syslog.example", trusting as MakeTls, "not valid for name"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let acceptor = serving(name);
        let server = tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            acceptor.accept(tcp).await.is_err()
        });
        let mut syslog = syslog(&address, make);
        let refused = syslog.deliver(&[record(1, "started")]).await.unwrap_err();
        assert!(refused.to_string().contains(expected), "{refused}");
        assert!(server.await.unwrap());
    }
}
