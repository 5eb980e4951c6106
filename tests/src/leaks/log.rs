//! All that anybody in this process logs, before it is masked.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

/// What is logged in this process from the first time on that somebody listens.
#[derive(Clone, Debug)]
pub struct Overheard(Arc<Mutex<Vec<u8>>>);

impl Overheard {
    /// Listens to everything that is logged at any level by anybody.
    ///
    /// # Panics
    /// Somebody else in this process takes what is logged.
    pub fn start() -> Self {
        static OVERHEARD: OnceLock<Overheard> = OnceLock::new();
        let start = || {
            let overheard = Self(Arc::default());
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(Level::TRACE)
                .with_ansi(false)
                .with_writer(overheard.clone())
                .finish();
            tracing::subscriber::set_global_default(subscriber)
                .expect("nobody else takes what is logged");
            overheard
        };
        OVERHEARD.get_or_init(start).clone()
    }

    /// All of it so far.
    ///
    /// # Panics
    /// Somebody panicked while logging.
    pub fn so_far(&self) -> Vec<u8> {
        self.0
            .lock()
            .expect("nobody panics while holding it")
            .clone()
    }
}

impl io::Write for Overheard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut overheard = self.0.lock().expect("nobody panics while holding it");
        overheard.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Overheard {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
