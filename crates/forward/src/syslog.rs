//! Syslog messages (RFC 5424) over TLS (RFC 5425).

mod connection;
mod message;

use audit::Record;
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;

use crate::Means;
use crate::collector::{Collector, Delivered, Kind};
use crate::refusal::Refusal;
use connection::Connection;

/// Makes the TLS of a connection.
pub type MakeTls = fn() -> Result<ClientConfig, rustls::Error>;

/// TLS that trusts what the system trusts.
pub fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?;
    Ok(config.with_no_client_auth())
}

/// A syslog server. There is a connection only while something is being sent.
#[derive(Debug)]
pub(crate) struct Syslog {
    address: String,
    tls: Arc<ClientConfig>,
    connection: Option<Connection>,
}

impl Collector for Syslog {
    const KIND: Kind = Kind::Syslog;

    fn new(address: &str, means: Means) -> Result<Self, Refusal> {
        let tls = (means.tls)().map_err(|error| Refusal::unreachable(&error))?;
        Ok(Self {
            address: address.to_owned(),
            tls: Arc::new(tls),
            connection: None,
        })
    }

    async fn deliver(&mut self, records: &[Record]) -> Result<Delivered, Refusal> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => {
                let made = Connection::open(&self.address, Arc::clone(&self.tls)).await?;
                self.connection.insert(made)
            }
        };
        let frames: String = records.iter().map(message::frame).collect();
        connection.send(frames.as_bytes()).await?;
        Ok(Delivered::Sent)
    }

    async fn settle(&mut self) -> Result<(), Refusal> {
        match self.connection.take() {
            Some(connection) => connection.close().await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
