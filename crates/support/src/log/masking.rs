use std::io::{self, Write};

use crate::redaction::redacted;

/// Masks what is written to it, one event at a time.
pub(super) struct Masking<W>(W);

impl<W> Masking<W> {
    pub(super) const fn new(to: W) -> Self {
        Self(to)
    }
}

impl<W: Write> Write for Masking<W> {
    /// An event comes whole: it is formatted first, and written at once.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let masked = redacted(&String::from_utf8_lossy(event));
        self.0.write_all(masked.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;

    use super::*;

    #[derive(Clone, Default)]
    struct Console(Arc<Mutex<Vec<u8>>>);

    impl Write for Console {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    // E2
    #[test]
    fn the_console_shows_no_secret_and_no_card_number_either() {
        let console = Console::default();
        let to = console.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || Masking::new(to.clone()))
            .finish();
        with_default(subscriber, || {
            tracing::error!(
                apikey = "kanarek7Zq",
                url = "https://pbx.example/stop?key=kanarek7Zq",
                "Authorization: Basic kanarek7Zq for 4111 1111 1111 1111"
            );
        });
        let shown = String::from_utf8(console.0.lock().unwrap().clone()).unwrap();
        assert!(
            shown.contains("ERROR") && shown.contains("[masked]"),
            "{shown}"
        );
        assert!(!shown.contains("kanarek7Zq"), "{shown}");
        assert!(!shown.contains("4111"), "{shown}");
    }
}
