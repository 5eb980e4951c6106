//! A simulated vendor at whose end the journey is searched for its secret.

use std::ops::{Deref, DerefMut};
use std::thread;

use simulators::{Options, Simulator, Vendor};
use tests::leaks::{CANARY, Overheard, Search, Sought};

/// A vendor that knows one secret, which must be in no log and nowhere in this process that
/// others can look at. That is seen to when it is dropped.
pub(crate) struct Watched {
    simulator: Simulator,
    log: Overheard,
}

impl Watched {
    /// The only way to a vendor in a journey.
    pub(crate) fn start(vendor: Vendor, options: Options) -> Self {
        let log = Overheard::start();
        let options = Options {
            secret: Some(CANARY.to_owned()),
            ..options
        };
        let simulator = Simulator::start(vendor, options).expect("a free port on this computer");
        Self { simulator, log }
    }

    /// Looks wherever there is something in any journey.
    pub(crate) fn look(&self, search: &mut Search<'_>) {
        search.bytes("what is logged", &self.log.so_far());
        search.this_process();
    }

    /// What has been logged so far, as it would be written.
    pub(crate) fn written_log(&self) -> String {
        let log = self.log.so_far();
        let lines = String::from_utf8_lossy(&log);
        lines.lines().map(support::redacted_line).collect()
    }
}

impl Deref for Watched {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.simulator
    }
}

impl DerefMut for Watched {
    fn deref_mut(&mut self) -> &mut Simulator {
        &mut self.simulator
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // A journey that has failed says why.
        if thread::panicking() {
            return;
        }
        let sought = Sought::canary_and(&[]);
        let mut search = Search::of(&sought);
        self.look(&mut search);
        search.ends();
    }
}

/// A journey can reach a vendor by nothing but what is searched at its end.
#[test]
fn every_journey_is_searched_at_its_end() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("journeys");
    let mut journeys = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        journeys += text.matches("#[tokio::test").count();
        let searches = path.ends_with("watched.rs");
        let starts = concat!("Simulator::", "start");
        assert!(
            searches || !text.contains(starts),
            "{} starts a vendor that is not searched for its secret; use Watched::start",
            path.display()
        );
        for escape in [concat!("mem::", "forget"), concat!("process::", "exit")] {
            assert!(!text.contains(escape), "{}: {escape}", path.display());
        }
    }
    assert!(journeys > 20, "they are looked for in the wrong place");
}
