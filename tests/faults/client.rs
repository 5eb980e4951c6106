//! The HTTP client of a desk, as the application makes it, on a computer that is prepared: names
//! of vendors lead here, and the certificates made here are trusted.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock};

use controller::MakeClient;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, ClientBuilder, Proxy};

use crate::certificates;
use crate::office::Office;

/// How a desk gets to its vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// By this computer's address, without encryption.
    Near,
    /// By a name, encrypted.
    ByName,
    /// As that, through the office's proxy.
    ThroughProxy,
}

impl Route {
    /// What makes the clients of this route.
    pub(crate) fn client(self) -> MakeClient {
        match self {
            Self::Near => controller::http_client,
            Self::ByName => by_name,
            Self::ThroughProxy => through_proxy,
        }
    }
}

/// Names that are not found any more.
static GONE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The proxy that all share.
static OFFICE: OnceLock<Office> = OnceLock::new();

/// Opens the office's proxy. It stays open.
pub(crate) async fn open_office() {
    let office = Office::open().await.expect("a free port on this computer");
    assert!(OFFICE.set(office).is_ok(), "it is opened once");
}

/// From now on whoever wants to get to this port has to sign in at the office's proxy.
pub(crate) fn close_office_to(port: u16) {
    OFFICE.get().expect("it was opened first").close(port);
}

/// From now on nobody who wants to get to this port has to.
pub(crate) fn open_office_to(port: u16) {
    OFFICE.get().expect("it was opened first").open_to(port);
}

/// From now on this name is found again.
pub(crate) fn remember(name: &str) {
    GONE.lock().expect("nobody panics holding it").remove(name);
}

/// From now on this name is not found.
pub(crate) fn forget(name: &str) {
    GONE.lock()
        .expect("nobody panics holding it")
        .insert(name.to_owned());
}

fn prepared() -> ClientBuilder {
    controller::http_client_builder()
        .tls_certs_merge([certificates::trusted()])
        .dns_resolver(Arc::new(Names))
}

fn by_name() -> Result<Client, reqwest::Error> {
    prepared().no_proxy().build()
}

fn through_proxy() -> Result<Client, reqwest::Error> {
    let office = OFFICE.get().expect("it was opened first");
    let proxy = Proxy::all(format!("http://127.0.0.1:{}", office.port))?;
    prepared().proxy(proxy).build()
}

struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let is_gone = GONE
            .lock()
            .expect("nobody panics holding it")
            .contains(name.as_str());
        Box::pin(async move {
            if is_gone {
                return Err("no such name".into());
            }
            let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let addresses: Addrs = Box::new(std::iter::once(here));
            Ok(addresses)
        })
    }
}
