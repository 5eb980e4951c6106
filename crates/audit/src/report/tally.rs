use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::pause::Pause;
use super::row::Row;
use crate::Event;
use crate::line::Body;

/// Joins records to pauses.
#[derive(Default)]
pub(super) struct Tally {
    rows: Vec<Row>,
    /// The newest pause of each call that is known.
    of_call: BTreeMap<String, usize>,
    /// What each command was for.
    requests: BTreeMap<u64, (usize, Wanted)>,
    pause_pressed: Option<Timestamp>,
    resume_pressed: Option<Timestamp>,
    run: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Pause,
    Resume,
}

impl Tally {
    /// Takes in the next record.
    pub(super) fn take(&mut self, body: &Body) {
        if body.run != self.run {
            self.begin_run(&body.run);
        }
        match Event::named(&body.event) {
            Some(Event::Asked) => self.asked(body),
            Some(Event::NotSent) => {
                let row = self.begin(body, Some(pressed(body)));
                row.failed = Some(text(body, "reason"));
            }
            Some(Event::Sent) => self.sent(body),
            Some(Event::Answered) => self.answered(body),
            Some(Event::Proven) => self.proven(body),
            Some(Event::Failed) => self.failed(body),
            Some(Event::PausedElsewhere) => {
                let row = self.begin(body, None);
                row.proven = Some(body.at);
            }
            Some(Event::ResumedElsewhere) => {
                if let Some(row) = self.newest(body) {
                    row.resume_proven = Some(body.at);
                    row.is_resumed_elsewhere = true;
                }
            }
            Some(Event::Reminder) => {
                if let Some(row) = self.newest(body) {
                    row.reminders += 1;
                }
            }
            Some(Event::LongestPauseOver) => {
                self.resume_pressed = Some(body.at);
                if let Some(row) = self.newest(body) {
                    row.is_over_the_limit = true;
                }
            }
            Some(Event::CallEnded) => self.call_ended(body),
            Some(Event::CallStarted) => {
                self.of_call
                    .remove(body.call.as_deref().unwrap_or_default());
            }
            // What else there is says nothing of a pause.
            Some(_) | None => {}
        }
    }

    pub(super) fn pauses(self) -> Vec<Pause> {
        let mut pauses: Vec<Pause> = self.rows.into_iter().map(Row::into_pause).collect();
        pauses.sort_by_key(|pause| pause.began);
        pauses
    }

    /// Nobody looks after what the run before has left.
    fn begin_run(&mut self, run: &str) {
        for row in &mut self.rows {
            row.is_interrupted |= row.is_paused();
        }
        *self = Self {
            rows: std::mem::take(&mut self.rows),
            run: run.to_owned(),
            ..Self::default()
        };
    }

    fn asked(&mut self, body: &Body) {
        match wanted(body) {
            Wanted::Pause => self.pause_pressed = Some(pressed(body)),
            Wanted::Resume => self.resume_pressed = Some(pressed(body)),
        }
    }

    fn sent(&mut self, body: &Body) {
        let wanted = wanted(body);
        match wanted {
            Wanted::Pause => drop(self.pending(body)),
            Wanted::Resume => self.resume(body),
        }
        let row = self.of_call.get(body.call.as_deref().unwrap_or_default());
        if let (Some(row), Some(request)) = (row, body.request) {
            self.requests.insert(request, (*row, wanted));
        }
    }

    fn answered(&mut self, body: &Body) {
        let request = body.request.and_then(|id| self.requests.remove(&id));
        let Some((row, wanted)) = request else { return };
        if text(body, "answer") != "accepted" {
            return;
        }
        let row = &mut self.rows[row];
        match wanted {
            Wanted::Pause => {
                row.accepted.get_or_insert(body.at);
            }
            Wanted::Resume if std::mem::take(&mut row.has_resume_failed) => {
                row.resume_accepted = Some(body.at);
            }
            // Whoever asks again for what was taken does not lengthen the pause.
            Wanted::Resume => {
                row.resume_accepted.get_or_insert(body.at);
            }
        }
    }

    fn proven(&mut self, body: &Body) {
        match wanted(body) {
            Wanted::Pause => {
                let took_ms = number(body, "took_ms");
                let row = self.pending(body);
                if row.proven.is_some() {
                    // Asked for again in doubt: it is the same pause.
                    return;
                }
                row.proven = Some(body.at);
                row.latency_ms = took_ms;
                row.asked = Some(before(body.at, took_ms.unwrap_or(0)));
                row.is_not_recorded = text(body, "recorder") == "off";
            }
            Wanted::Resume => {
                self.resume(body);
                if let Some(row) = self.newest(body) {
                    row.resume_proven = Some(body.at);
                }
            }
        }
    }

    fn failed(&mut self, body: &Body) {
        match wanted(body) {
            Wanted::Pause if self.newest(body).is_some_and(|row| row.goes_on()) => {
                // Nobody has said that the one before is over.
                let mut again = Row::new(body.clone(), self.pause_pressed);
                again.failed = Some(text(body, "reason"));
                self.rows.push(again);
            }
            Wanted::Pause => self.pending(body).failed = Some(text(body, "reason")),
            Wanted::Resume => {
                self.resume(body);
                if let Some(row) = self.newest(body) {
                    row.has_resume_failed = true;
                }
            }
        }
    }

    fn resume(&mut self, body: &Body) {
        let pressed = self.resume_pressed.unwrap_or(body.at);
        if let Some(row) = self.newest(body) {
            row.resume_asked.get_or_insert(pressed);
        }
    }

    fn call_ended(&mut self, body: &Body) {
        let left_paused = body.details.get("left_paused") == Some(&true.into());
        if let Some(row) = self.newest(body) {
            row.may_be_left_paused = left_paused;
            if row.is_paused() || left_paused {
                row.call_ended = Some(body.at);
            }
        }
        self.of_call
            .remove(body.call.as_deref().unwrap_or_default());
    }

    /// The newest pause of the record's call.
    fn newest(&mut self, body: &Body) -> Option<&mut Row> {
        let row = self.of_call.get(body.call.as_deref()?)?;
        self.rows.get_mut(*row)
    }

    /// The pause of the record's call that has not come about yet or goes on: a new one, unless
    /// there is. Who is in doubt asks again for what is so.
    fn pending(&mut self, body: &Body) -> &mut Row {
        let pending = self
            .of_call
            .get(body.call.as_deref().unwrap_or_default())
            .copied()
            .filter(|row| self.rows[*row].is_pending() || self.rows[*row].is_paused());
        match pending {
            Some(row) => &mut self.rows[row],
            None => self.begin(body, Some(self.pause_pressed.unwrap_or(body.at))),
        }
    }

    fn begin(&mut self, body: &Body, asked: Option<Timestamp>) -> &mut Row {
        if let Some(call) = &body.call {
            self.of_call.insert(call.clone(), self.rows.len());
        }
        self.rows.push(Row::new(body.clone(), asked));
        self.rows.last_mut().expect("one was pushed")
    }
}

fn wanted(body: &Body) -> Wanted {
    match text(body, "wanted").as_str() {
        "resume" => Wanted::Resume,
        _ => Wanted::Pause,
    }
}

/// When the agent pressed what this record tells of.
fn pressed(body: &Body) -> Timestamp {
    before(body.at, number(body, "waited_ms").unwrap_or(0))
}

fn before(at: Timestamp, millis: u64) -> Timestamp {
    let long = SignedDuration::from_millis(i64::try_from(millis).unwrap_or(0));
    at.checked_sub(long).unwrap_or(at)
}

fn number(body: &Body, key: &str) -> Option<u64> {
    body.details.get(key)?.as_u64()
}

fn text(body: &Body, key: &str) -> String {
    let value = body.details.get(key).and_then(|value| value.as_str());
    value.unwrap_or_default().to_owned()
}
