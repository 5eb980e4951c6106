use futures_util::{SinkExt, StreamExt};
use reqwest::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use reqwest::{Client, Request, Upgraded};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{Error, ProtocolError};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

use super::{Failure, send};
use crate::Kind;

/// No event comes near this.
const LONGEST_MESSAGE: usize = 1024 * 1024;

/// A WebSocket that carries text.
#[derive(Debug)]
pub(crate) struct WebSocket(WebSocketStream<Upgraded>);

/// Opens a WebSocket by the HTTP client, and so with its certificates and its proxy.
///
/// A reply other than 101 is a failure of the kind that its status means.
pub(crate) async fn open_websocket(
    client: &Client,
    mut request: Request,
) -> Result<WebSocket, Failure> {
    let key = generate_key();
    let headers = request.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.insert(
        SEC_WEBSOCKET_KEY,
        HeaderValue::from_str(&key).expect("a key is base64"),
    );
    let reply = send(client, request).await?;
    if reply.head.status != 101 {
        return Err(match reply.head.status {
            200..=299 => Kind::Unintelligible("it is no WebSocket").into(),
            401 => Kind::SessionEnded.into(),
            _ => reply.head.failure().into(),
        });
    }
    let accepted = reply.headers().get(SEC_WEBSOCKET_ACCEPT);
    if accepted
        .is_none_or(|accepted| accepted.as_bytes() != derive_accept_key(key.as_bytes()).as_bytes())
    {
        return Err(Kind::Unintelligible("it is no WebSocket").into());
    }
    let connection = reply
        .response
        .upgrade()
        .await
        .map_err(|error| Failure::of_transport(Kind::NoAnswer, error))?;
    let bounds = WebSocketConfig::default()
        .max_message_size(Some(LONGEST_MESSAGE))
        .max_frame_size(Some(LONGEST_MESSAGE));
    let socket = WebSocketStream::from_raw_socket(connection, Role::Client, Some(bounds)).await;
    Ok(WebSocket(socket))
}

impl WebSocket {
    /// The next text. Answers pings on the way; a connection that closes is a failure.
    pub(crate) async fn receive(&mut self) -> Result<String, Failure> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text.as_str().to_owned()),
                Some(Ok(Message::Binary(_))) => {
                    return Err(Kind::Unintelligible("it is no text").into());
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_))) | None => return Err(Kind::NoAnswer.into()),
                Some(Err(error)) => return Err(of_socket(error)),
            }
        }
    }

    /// Sends a text.
    pub(crate) async fn send(&mut self, text: String) -> Result<(), Failure> {
        self.0.send(Message::text(text)).await.map_err(of_socket)
    }
}

fn of_socket(error: Error) -> Failure {
    let broke_off = matches!(
        error,
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)
    );
    let not_understood = matches!(
        error,
        Error::Capacity(_) | Error::Utf8(_) | Error::Protocol(_)
    );
    let kind = if not_understood && !broke_off {
        Kind::Unintelligible("it is no WebSocket message")
    } else {
        Kind::NoAnswer
    };
    Failure {
        kind,
        source: Some(error.into()),
    }
}
