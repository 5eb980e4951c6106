//! Certificates, good and bad, made when the tests begin.

use std::sync::{Arc, LazyLock};

use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Names in this domain lead to this computer.
pub(crate) const DOMAIN: &str = "vendor.example";

/// What a server shows to prove who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A good certificate.
    Good,
    /// Another good one.
    Renewed,
    /// One that was good.
    Expired,
    /// A good one of another host.
    OfAnotherHost,
    /// One that nobody signed whom the desks trust.
    OfAnotherCa,
}

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// Whom the desks trust.
static TRUSTED: LazyLock<Issuer> = LazyLock::new(issuer);

static ACCEPTORS: LazyLock<[(Shown, TlsAcceptor); 5]> = LazyLock::new(|| {
    let vendor = format!("*.{DOMAIN}");
    let stranger = issuer();
    [
        (Shown::Good, acceptor(&vendor, 2090, &TRUSTED)),
        (Shown::Renewed, acceptor(&vendor, 2091, &TRUSTED)),
        (Shown::Expired, acceptor(&vendor, 2020, &TRUSTED)),
        (
            Shown::OfAnotherHost,
            acceptor("other.example", 2090, &TRUSTED),
        ),
        (Shown::OfAnotherCa, acceptor(&vendor, 2090, &stranger)),
    ]
});

impl Shown {
    /// Shakes hands with this certificate.
    pub(crate) fn acceptor(self) -> TlsAcceptor {
        let found = ACCEPTORS.iter().find(|(shown, _)| *shown == self);
        found.expect("each is there").1.clone()
    }
}

/// The certificate of the one whom the desks trust.
pub(crate) fn trusted() -> reqwest::Certificate {
    reqwest::Certificate::from_der(TRUSTED.der()).expect("it was made here")
}

fn issuer() -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).expect("no names are good names");
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("there is chance enough");
    CertifiedIssuer::self_signed(params, key).expect("a key signs its own certificate")
}

fn acceptor(host: &str, until: i32, issuer: &Issuer) -> TlsAcceptor {
    let key = KeyPair::generate().expect("there is chance enough");
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a good name");
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    let certificate = params.signed_by(&key, issuer).expect("the issuer signs");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("the key is the certificate's");
    TlsAcceptor::from(Arc::new(config))
}
