//! A WebSocket that is opened by the HTTP client, against a server made of tungstenite.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::{SinkExt, StreamExt};
use reqwest::{Method, Request};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::super::{WebSocket, open_websocket};
use crate::Kind;
use crate::testing::{Then, client, raw_server};

/// A server that takes one socket and does this with it.
async fn server<F, D>(talk: F) -> String
where
    F: FnOnce(WebSocketStream<TcpStream>) -> D + Send + 'static,
    D: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        talk(tokio_tungstenite::accept_async(stream).await.unwrap()).await;
    });
    format!("http://{address}/hub")
}

async fn open(address: &str) -> Result<WebSocket, Kind> {
    let request = Request::new(Method::GET, address.parse().unwrap());
    open_websocket(&client(), request)
        .await
        .map_err(|failure| failure.kind)
}

#[tokio::test]
async fn text_goes_both_ways_and_pings_are_answered_on_the_way() {
    let address = server(|mut socket| async move {
        let said = socket.next().await.unwrap().unwrap();
        socket.send(Message::Ping("beat".into())).await.unwrap();
        socket.send(said).await.unwrap();
        let pong = socket.next().await.unwrap().unwrap();
        assert_eq!(pong, Message::Pong("beat".into()));
        socket.send(Message::text("beaten")).await.unwrap();
        while socket.next().await.is_some() {}
    })
    .await;
    let mut socket = open(&address).await.unwrap();
    socket.send("hello".to_owned()).await.unwrap();
    assert_eq!(socket.receive().await.unwrap(), "hello");
    assert_eq!(socket.receive().await.unwrap(), "beaten");
}

#[tokio::test]
async fn one_that_closes_or_breaks_is_no_answer() {
    for says_so in [true, false] {
        let address = server(move |mut socket| async move {
            if says_so {
                socket.close(None).await.unwrap();
            }
        })
        .await;
        let mut socket = open(&address).await.unwrap();
        assert_eq!(socket.receive().await.unwrap_err().kind, Kind::NoAnswer);
    }
}

#[tokio::test]
async fn what_is_far_too_long_or_no_text_is_not_understood() {
    let endless = Message::text("x".repeat(2 * 1024 * 1024));
    for message in [endless, Message::binary(vec![1, 2, 3])] {
        let address = server(|mut socket| async move {
            // The client may hang up in the middle of it.
            let _ = socket.send(message).await;
        })
        .await;
        let mut socket = open(&address).await.unwrap();
        let kind = socket.receive().await.unwrap_err().kind;
        assert!(matches!(kind, Kind::Unintelligible(_)), "{kind:?}");
    }
}

// A5
#[tokio::test]
async fn a_message_of_a_gigabyte_is_not_held_in_one_frame_or_in_many() {
    // The head of a frame (RFC 6455, 5.2): of a gigabyte of text, and of the pieces of one.
    const GIGABYTE: [u8; 10] = [0x81, 127, 0, 0, 0, 0, 0x40, 0, 0, 0];
    const FIRST_PIECE: [u8; 4] = [0x01, 126, 0x80, 0];
    const NEXT_PIECE: [u8; 4] = [0x00, 126, 0x80, 0];
    for in_pieces in [false, true] {
        let sent = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&sent);
        let address = server(move |mut socket| async move {
            let socket = socket.get_mut();
            let first = if in_pieces {
                &FIRST_PIECE[..]
            } else {
                &GIGABYTE
            };
            let mut piece = [first, &[b'x'; 0x8000]].concat();
            while counted.load(Ordering::Relaxed) < 1 << 30
                && socket.write_all(&piece).await.is_ok()
            {
                counted.fetch_add(piece.len() as u64, Ordering::Relaxed);
                let head = if in_pieces { &NEXT_PIECE[..] } else { &[] };
                piece = [head, &[b'x'; 0x8000]].concat();
            }
        })
        .await;
        let mut socket = open(&address).await.unwrap();
        let kind = socket.receive().await.unwrap_err().kind;
        assert!(matches!(kind, Kind::Unintelligible(_)), "{kind:?}");
        drop(socket);
        let sent = sent.load(Ordering::Relaxed);
        assert!(sent < 48 << 20, "{sent} bytes were taken");
    }
}

#[tokio::test]
async fn a_server_that_does_not_switch_says_why_by_its_status() {
    for (reply, kind) in [
        ("HTTP/1.1 401 No\r\n\r\n", Kind::SessionEnded),
        ("HTTP/1.1 404 No\r\n\r\n", Kind::Refused("404".to_owned())),
        ("HTTP/1.1 503 No\r\n\r\n", Kind::ServerFailed(503)),
        (
            "HTTP/1.1 200 OK\r\n\r\n",
            Kind::Unintelligible("it is no WebSocket"),
        ),
    ] {
        let address = raw_server(reply, Then::Close).await;
        assert_eq!(open(&address).await.unwrap_err(), kind);
    }
}

#[tokio::test]
async fn a_server_that_only_seems_to_switch_is_found_out() {
    let reply = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n";
    let address = raw_server(reply, Then::Hang).await;
    let kind = open(&address).await.unwrap_err();
    assert_eq!(kind, Kind::Unintelligible("it is no WebSocket"));
}
