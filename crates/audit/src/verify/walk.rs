use jiff::tz::TimeZone;

use super::{Finding, Note, Verification, What};
use crate::files::FileName;
use crate::line::{self, Sound};
use crate::recovery::Unsound;
use crate::{Anchored, Event, Hash};

#[derive(Clone, Copy, Debug)]
struct Place {
    file: FileName,
    line: usize,
}

impl Place {
    fn finds(self, what: What) -> Finding {
        Finding {
            file: Some(self.file.to_string()),
            line: Some(self.line),
            what,
        }
    }
}

/// A look at the files of a log, the oldest first.
#[derive(Default)]
pub(crate) struct Walk {
    findings: Vec<Finding>,
    notes: Vec<Note>,
    records: Vec<Anchored>,
    /// What the oldest record says was before it.
    before_the_first: Option<(Place, Anchored)>,
    /// What was the newest when files were removed.
    removed: Vec<Anchored>,
    /// The lines since the newest record that are none: where, and what is in them.
    unsound: Vec<Place>,
    unsound_bytes: Unsound,
}

impl Walk {
    /// Looks at the next file.
    pub(crate) fn file(&mut self, file: FileName, bytes: &[u8]) {
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        for (line, bytes) in (1..).zip(lines) {
            self.line(Place { file, line }, bytes);
        }
    }

    fn line(&mut self, place: Place, line: &[u8]) {
        let sound = line.strip_suffix(b"\n").and_then(line::read);
        match sound {
            Some(sound) => self.record(place, &sound),
            None => {
                self.unsound.push(place);
                self.unsound_bytes.add(line);
            }
        }
    }

    fn record(&mut self, place: Place, sound: &Sound) {
        let explained = self.judge_unsound(place, sound);
        self.link(place, sound, explained);
        if !is_in_its_file(place, sound) {
            self.findings.push(place.finds(What::WrongDay));
        }
        if sound.body.event == Event::FileRemoved.name() {
            self.removed.extend(removed(sound));
        }
        self.records.push(Anchored {
            sequence: sound.body.sequence,
            hash: sound.hash,
        });
    }

    /// Judges the lines before a record that are none. Returns how many records they may have
    /// been.
    fn judge_unsound(&mut self, place: Place, sound: &Sound) -> u64 {
        let lines = std::mem::take(&mut self.unsound);
        let unsound = std::mem::take(&mut self.unsound_bytes);
        let is_about_them = sound.body.event == Event::TornLine.name();
        if is_about_them && unsound.is_cut_short && says(sound, &unsound) {
            let notes = lines.iter().map(|place| Note::TornLine {
                file: place.file.to_string(),
                line: place.line,
            });
            self.notes.extend(notes);
            return 0;
        }
        if is_about_them {
            self.findings.push(place.finds(What::TornLineGone));
        }
        let changed = lines.iter().map(|place| place.finds(What::Changed));
        self.findings.extend(changed);
        lines.len() as u64
    }

    /// Whether a record follows the one before. Changed lines between the two explain a gap of
    /// as many records; what they were cannot be known.
    fn link(&mut self, place: Place, sound: &Sound, changed: u64) {
        let sequence = sound.body.sequence;
        let claimed = Anchored {
            sequence: sequence.saturating_sub(1),
            hash: sound.body.previous,
        };
        let Some(before) = self.records.last().copied() else {
            self.before_the_first = Some((place, claimed));
            return;
        };
        let next = before.sequence + 1;
        let is_explained = changed > 0 && (next..=next + changed).contains(&sequence);
        if claimed == before || is_explained {
            return;
        }
        self.findings.push(place.finds(if sequence > next {
            What::Missing {
                from: next,
                to: sequence - 1,
            }
        } else if sequence < next {
            What::OutOfPlace { sequence }
        } else {
            What::Replaced { sequence }
        }));
    }

    /// Says what came of it.
    pub(crate) fn end(mut self, files: usize, anchors: &[Anchored]) -> Verification {
        let lines = std::mem::take(&mut self.unsound);
        let is_torn = lines.len() == 1 && !self.unsound_bytes.is_ended;
        for place in &lines {
            let what = if is_torn {
                What::NotEnded
            } else {
                What::Changed
            };
            self.findings.push(place.finds(what));
        }
        self.judge_beginning();
        let agreeing = anchors
            .iter()
            .filter(|anchored| self.agrees(**anchored))
            .count();
        Verification {
            files,
            records: self.records.len() as u64,
            first: self.records.first().copied(),
            newest: self.records.last().copied(),
            anchors: agreeing,
            findings: self.findings,
            notes: self.notes,
        }
    }

    fn judge_beginning(&mut self) {
        let Some((place, before)) = self.before_the_first else {
            return;
        };
        let first = before.sequence + 1;
        let at_the_beginning = before.sequence == 0 && before.hash == Hash::NONE;
        if at_the_beginning {
            return;
        }
        if self.removed.contains(&before) {
            self.notes.push(Note::Begins { first });
        } else {
            let no_beginning = place.finds(What::NoBeginning { first });
            self.findings.insert(0, no_beginning);
        }
    }

    fn agrees(&mut self, anchored: Anchored) -> bool {
        let sequence = anchored.sequence;
        let log = |what| Finding {
            file: None,
            line: None,
            what,
        };
        let first = self.records.first().map_or(0, |first| first.sequence);
        let newest = self.records.last().map_or(0, |newest| newest.sequence);
        if sequence > newest {
            self.findings.push(log(What::CutOff {
                newest,
                anchored: sequence,
            }));
            return false;
        }
        if sequence < first {
            self.notes.push(Note::AnchorTooOld { sequence });
            return false;
        }
        let agrees = self.records.contains(&anchored);
        if !agrees {
            self.findings.push(log(What::NotAsAnchored { sequence }));
        }
        agrees
    }
}

/// A file is made on its day. A later record of an earlier day was made when the clock had been
/// set back.
fn is_in_its_file(place: Place, sound: &Sound) -> bool {
    let day = sound.body.at.to_zoned(TimeZone::UTC).date();
    day == place.file.day || (place.line > 1 && day < place.file.day)
}

fn says(sound: &Sound, unsound: &Unsound) -> bool {
    let details = &sound.body.details;
    let bytes = details.get("bytes").and_then(|bytes| bytes.as_u64());
    let sha256 = details.get("sha256").and_then(|hash| hash.as_str());
    bytes == Some(unsound.bytes) && sha256 == Some(unsound.sha256().as_str())
}

fn removed(sound: &Sound) -> Option<Anchored> {
    let details = &sound.body.details;
    Some(Anchored {
        sequence: details.get("through")?.as_u64()?,
        hash: Hash::read(details.get("sha256")?.as_str()?)?,
    })
}
