//! The HTTP client that adapters are given.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

/// Makes an HTTP client.
pub type MakeClient = fn() -> Result<Client, reqwest::Error>;

/// Makes the client of one session.
///
/// It sets no limit for a whole request; whoever asks does.
pub fn client() -> Result<Client, reqwest::Error> {
    client_builder().build()
}

/// All that is set of such a client. What a test adds (whom to trust, where names lead) comes on
/// top of it.
pub fn client_builder() -> ClientBuilder {
    // Without a default, reqwest panics. It is fine if another one has been installed before.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    Client::builder()
        .user_agent(concat!("Fermata/", env!("CARGO_PKG_VERSION")))
        // A redirect could carry the secret to another host.
        .redirect(Policy::none())
        // A WebSocket is opened by an HTTP/1.1 request, and for a request every few seconds
        // HTTP/2 has nothing to offer.
        .http1_only()
        // A pause must not wait for a new connection if an old one could still serve.
        .pool_idle_timeout(Duration::from_secs(600))
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(15))
        .connect_timeout(Duration::from_secs(5))
}
