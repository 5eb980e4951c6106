//! A link that takes its time.

use std::collections::VecDeque;
use std::future::pending;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::Weather;

/// As much as is read at once.
const CHUNK: usize = 16 * 1024;

/// How slow a link is, each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slowness {
    /// How much later everything arrives.
    pub(crate) delay: Duration,
    /// How much goes by in a second.
    pub(crate) bytes_a_second: u32,
}

/// There and back, and the time that the bytes take: less than any request may.
pub(crate) const SLOW: Slowness = Slowness {
    delay: Duration::from_millis(250),
    bytes_a_second: 8_000,
};

/// There and back it is more than any request may take.
pub(crate) const TOO_SLOW: Slowness = Slowness {
    delay: Duration::from_millis(1_200),
    bytes_a_second: 8_000,
};

impl Slowness {
    /// How slow it is in this weather, if it is.
    pub(crate) const fn of(weather: Weather) -> Option<Self> {
        match weather {
            Weather::Slow => Some(SLOW),
            Weather::TooSlow => Some(TOO_SLOW),
            Weather::Clear
            | Weather::NoName
            | Weather::Refused
            | Weather::Reset
            | Weather::ProxySignIn
            | Weather::BlackHole
            | Weather::CutReply
            | Weather::HalfBody
            | Weather::Dripping
            | Weather::OtherType
            | Weather::Noise
            | Weather::Flip
            | Weather::FlipEncrypted
            | Weather::CutEvents => None,
        }
    }

    fn time_for(self, bytes: usize) -> Duration {
        Duration::from_secs_f64(bytes as f64 / f64::from(self.bytes_a_second))
    }
}

/// Carries one way, from these bytes on and for as long as the weather stays so. Returns whether
/// there is no more to come.
pub(super) async fn carry(
    first: &[u8],
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    slowness: Slowness,
    mut weather: watch::Receiver<Weather>,
) -> io::Result<bool> {
    let mut on_the_way = OnTheWay::new(slowness);
    on_the_way.enters(first);
    let mut buffer = vec![0; CHUNK];
    while Slowness::of(*weather.borrow_and_update()) == Some(slowness) {
        tokio::select! {
            biased;
            () = on_the_way.next_arrives() => on_the_way.leaves(to).await?,
            _turned = weather.changed() => {}
            read = from.read(&mut buffer) => match read? {
                0 => {
                    on_the_way.all_leave(to).await?;
                    return Ok(true);
                }
                read => on_the_way.enters(&buffer[..read]),
            },
        }
    }
    on_the_way.all_leave(to).await?;
    Ok(false)
}

/// What has entered the link and not left it.
struct OnTheWay {
    slowness: Slowness,
    /// When each arrives whole.
    chunks: VecDeque<(Instant, Vec<u8>)>,
    /// When the link has taken all that has entered it.
    taken_at: Instant,
}

impl OnTheWay {
    fn new(slowness: Slowness) -> Self {
        Self {
            slowness,
            chunks: VecDeque::new(),
            taken_at: Instant::now(),
        }
    }

    fn enters(&mut self, bytes: &[u8]) {
        let begins = self.taken_at.max(Instant::now());
        self.taken_at = begins + self.slowness.time_for(bytes.len());
        let arrives = self.taken_at + self.slowness.delay;
        self.chunks.push_back((arrives, bytes.to_vec()));
    }

    async fn next_arrives(&self) {
        match self.chunks.front() {
            Some((arrives, _)) => sleep_until(*arrives).await,
            None => pending().await,
        }
    }

    async fn leaves(&mut self, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        if let Some((_, bytes)) = self.chunks.pop_front() {
            to.write_all(&bytes).await?;
            to.flush().await?;
        }
        Ok(())
    }

    /// Each in its time, whatever the weather is meanwhile.
    async fn all_leave(&mut self, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        while !self.chunks.is_empty() {
            self.next_arrives().await;
            self.leaves(to).await?;
        }
        Ok(())
    }
}
