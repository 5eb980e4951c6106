//! The HTTP client that adapters are given.

use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;

/// Makes the client of one session: it has a cookie jar of its own.
///
/// It sets no limit for a whole request; whoever asks does.
pub fn client() -> Result<Client, reqwest::Error> {
    // Without a default, reqwest panics. It is fine if another one has been installed before.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    Client::builder()
        .user_agent(concat!("Fermata/", env!("CARGO_PKG_VERSION")))
        // A redirect could carry the secret to another host.
        .redirect(Policy::none())
        .cookie_store(true)
        // A pause must not wait for a new connection if an old one could still serve.
        .pool_idle_timeout(Duration::from_secs(600))
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(15))
        .connect_timeout(Duration::from_secs(5))
        // A connection that died in a suspend or a change of networks is found out by asking.
        .http2_keep_alive_interval(Duration::from_secs(10))
        .http2_keep_alive_timeout(Duration::from_secs(3))
        .http2_keep_alive_while_idle(true)
        .build()
}
