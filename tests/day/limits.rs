//! What the organization decides in the course of a shift.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use tests::chance::Chance;

/// The limits that are decided on.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) freshness: Duration,
    pub(crate) longest_pause: Option<Duration>,
    pub(crate) reminders: &'static [u64],
}

const REMINDERS: [&[u64]; 3] = [&[60, 120, 180], &[30, 60], &[45]];
const LONGEST_PAUSES: [u64; 4] = [0, 0, 40, 90];
const FRESHNESSES: [u64; 3] = [5_000, 6_000, 9_000];

impl Decision {
    /// What holds where nothing is decided.
    pub(crate) fn none() -> Self {
        Self {
            freshness: Duration::from_secs(6),
            longest_pause: None,
            reminders: REMINDERS[0],
        }
    }

    pub(crate) fn draw(chance: &mut Chance) -> Self {
        let longest = *chance.one_of(&LONGEST_PAUSES);
        Self {
            freshness: Duration::from_millis(*chance.one_of(&FRESHNESSES)),
            longest_pause: (longest > 0).then(|| Duration::from_secs(longest)),
            reminders: *chance.one_of(&REMINDERS),
        }
    }

    pub(crate) fn first_reminder(&self) -> Duration {
        Duration::from_secs(self.reminders[0])
    }

    /// Writes it where the engine reads it; whole, or not at all.
    pub(crate) fn write(&self, file: &Path) -> std::io::Result<()> {
        let longest = self.longest_pause.map_or(0, |longest| longest.as_secs());
        let text = format!(
            "[enforced]\nfreshness_ms = {}\nlongest_pause_seconds = {longest}\nreminders_seconds = {:?}\n",
            self.freshness.as_millis(),
            self.reminders
        );
        let beside = file.with_extension("new");
        File::create(&beside)?.write_all(text.as_bytes())?;
        fs::rename(&beside, file)
    }
}
