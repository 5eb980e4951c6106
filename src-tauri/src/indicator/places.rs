//! Where the agent put the indicator, for each set of monitors.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::place::{Anchor, Monitor, top_of_primary};

/// Where the agent put it, for each set of monitors.
#[derive(Debug)]
pub(crate) struct Places {
    file: PathBuf,
    anchors: BTreeMap<String, (i32, i32)>,
}

impl Places {
    /// Reads what is remembered. What cannot be read is forgotten: it is a convenience.
    pub(crate) fn read(file: PathBuf) -> Self {
        let anchors = fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self { file, anchors }
    }

    /// The place for these monitors; the top of the primary one if there is none.
    pub(crate) fn anchor(&self, monitors: &[Monitor]) -> Anchor {
        match self.anchors.get(&name(monitors)) {
            Some((x, y)) => Anchor { x: *x, y: *y },
            None => top_of_primary(monitors),
        }
    }

    /// Remembers a place for these monitors; only until the program ends if it cannot be written.
    pub(crate) fn keep(&mut self, monitors: &[Monitor], anchor: Anchor) {
        if let Err(error) = self.remember(monitors, anchor) {
            tracing::warn!(%error, "the indicator's place could not be written");
        }
    }

    fn remember(&mut self, monitors: &[Monitor], anchor: Anchor) -> io::Result<()> {
        self.anchors.insert(name(monitors), (anchor.x, anchor.y));
        let directory = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(directory)?;
        let mut whole = tempfile::NamedTempFile::new_in(directory)?;
        whole.write_all(&serde_json::to_vec(&self.anchors).expect("keys are text"))?;
        whole.persist(&self.file)?;
        Ok(())
    }
}

/// A set of monitors by name: the same screens in the same places have the same one.
fn name(monitors: &[Monitor]) -> String {
    let mut names: Vec<String> = monitors
        .iter()
        .map(|monitor| {
            let Monitor {
                x,
                y,
                width,
                height,
                ..
            } = monitor;
            format!("{width}x{height}{x:+}{y:+}")
        })
        .collect();
    names.sort_unstable();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: Monitor = Monitor {
        x: 0,
        y: 0,
        width: 1920,
        height: 1080,
        free_from: 30,
        primary: true,
    };
    const LEFT: Monitor = Monitor {
        x: -1280,
        primary: false,
        ..DESK
    };

    #[test]
    fn each_set_of_monitors_has_a_place_of_its_own_that_outlives_a_restart() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("data").join("indicator.json");
        let mut places = Places::read(file.clone());
        let put = Anchor { x: -700, y: 40 };
        places.remember(&[LEFT, DESK], put).expect("it is written");
        let again = Places::read(file);
        assert_eq!(again.anchor(&[DESK, LEFT]), put);
        assert_eq!(again.anchor(&[DESK]), Anchor { x: 960, y: 30 });
    }

    #[test]
    fn a_file_that_cannot_be_read_is_as_good_as_none() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        file.as_file().write_all(b"{]").expect("it is written");
        let places = Places::read(file.path().to_path_buf());
        assert_eq!(places.anchor(&[DESK]), Anchor { x: 960, y: 30 });
    }
}
