use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::{Zeroize, Zeroizing};

/// Takes lines from a stream, none longer than it may be.
///
/// What was read is wiped once it has been taken: a line may hold a secret.
pub(super) struct Lines<R> {
    from: R,
    // Never grows beyond its first capacity, so no copy of it stays behind in freed memory.
    held: Zeroizing<Vec<u8>>,
    most: usize,
    /// How much at the start of `held` has been searched for the end of a line.
    searched: usize,
}

/// What comes from a stream.
pub(super) enum Line {
    /// A line without its end.
    Whole(Zeroizing<Vec<u8>>),
    /// The line is too long; nothing that follows can be made sense of.
    TooLong,
    /// The other side has hung up. What it left half said is dropped.
    End,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(from: R, most: usize) -> Self {
        Self {
            from,
            held: Zeroizing::new(Vec::with_capacity(most + 1)),
            most,
            searched: 0,
        }
    }

    /// The next line. Nothing is lost if this is dropped before it is done.
    pub(super) async fn next(&mut self) -> io::Result<Line> {
        loop {
            if let Some(line) = self.take() {
                return Ok(Line::Whole(line));
            }
            if self.held.len() > self.most {
                return Ok(Line::TooLong);
            }
            let room = (self.most + 1 - self.held.len()) as u64;
            if (&mut self.from)
                .take(room)
                .read_buf(&mut *self.held)
                .await?
                == 0
            {
                return Ok(Line::End);
            }
        }
    }

    fn take(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        let unsearched = &self.held[self.searched..];
        let Some(found) = unsearched.iter().position(|byte| *byte == b'\n') else {
            self.searched = self.held.len();
            return None;
        };
        let end = self.searched + found;
        let line = Zeroizing::new(self.held[..end].to_vec());
        let rest = self.held.len() - end - 1;
        self.held.copy_within(end + 1.., 0);
        self.held[rest..].zeroize();
        self.held.truncate(rest);
        self.searched = 0;
        Some(line)
    }
}
