//! A connection beneath its encryption, on which a bit may be flipped.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::Weather;

pub(super) struct Line {
    tcp: TcpStream,
    weather: watch::Receiver<Weather>,
}

impl Line {
    pub(super) fn new(tcp: TcpStream, weather: watch::Receiver<Weather>) -> Self {
        Self { tcp, weather }
    }

    pub(super) fn tcp(&self) -> &TcpStream {
        &self.tcp
    }

    fn flips(&self) -> bool {
        *self.weather.borrow() == Weather::FlipEncrypted
    }
}

/// Flips a bit of the last byte: the first ones are a head that says how much there is to come.
fn flip(bytes: &mut [u8]) {
    if let Some(byte) = bytes.last_mut() {
        *byte ^= 0x10;
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.tcp).poll_read(context, buffer);
        if read.is_ready() && self.flips() {
            flip(&mut buffer.filled_mut()[before..]);
        }
        read
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !self.flips() {
            return Pin::new(&mut self.tcp).poll_write(context, bytes);
        }
        let mut flipped = bytes.to_vec();
        flip(&mut flipped);
        Pin::new(&mut self.tcp).poll_write(context, &flipped)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
