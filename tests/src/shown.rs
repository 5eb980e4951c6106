//! What was shown during a call, on the call's own time.

use std::path::Path;

use anyhow::{Context, Result};
use simulators::audio::{RATE, SpokenDigit, dtmf};
use simulators::{Site, shift};

/// Notes what is shown during one call.
pub struct Shown {
    site: Site,
    call: String,
    displays: Vec<shift::Display>,
}

impl Shown {
    /// Notes what is shown during this call, beginning with `display`.
    pub fn new(site: Site, call: &str, display: &str) -> Self {
        let mut shown = Self {
            site,
            call: call.to_owned(),
            displays: Vec::new(),
        };
        shown.push(display, 0.0);
        shown
    }

    /// Another display has come up just now.
    pub fn changes_to(&mut self, display: &str) {
        let now_s = self.site.seconds(&self.call).unwrap_or_default();
        if let Some(before) = self.displays.last_mut() {
            before.end_s = now_s;
        }
        self.push(display, now_s);
    }

    fn push(&mut self, display: &str, start_s: f64) {
        self.displays.push(shift::Display {
            display: display.to_owned(),
            start_s,
            end_s: f64::INFINITY,
        });
    }

    /// Ends the notes with the call, and writes its recording into `folder`.
    ///
    /// # Errors
    /// The recording cannot be written.
    pub fn finish(mut self, folder: &Path) -> Result<shift::Call> {
        let length_s = self.site.seconds(&self.call).context("no such call")?;
        for display in &mut self.displays {
            display.start_s = display.start_s.min(length_s);
            display.end_s = display.end_s.min(length_s);
        }
        let wav = format!("{}.wav", self.call);
        self.site.write_wav(&self.call, &folder.join(&wav))?;
        Ok(shift::Call {
            digits: self.site.digits(&self.call).unwrap_or_default(),
            paused_time: self.site.paused_time(),
            displays: self.displays,
            id: self.call,
            wav,
        })
    }
}

/// The digits of a call that were said while this was shown, from their first to their last
/// moment.
pub fn said_while(call: &shift::Call, display: &str) -> Vec<SpokenDigit> {
    let shown = |digit: &SpokenDigit| {
        call.displays.iter().any(|shown| {
            shown.display == display && shown.start_s <= digit.start_s && digit.end_s <= shown.end_s
        })
    };
    call.digits.iter().copied().filter(shown).collect()
}

/// The digits that can be heard in a recording, in order.
///
/// # Errors
/// The file cannot be read, or is no recording of a simulator.
pub fn heard(wav: &Path) -> Result<String> {
    let mut reader = hound::WavReader::open(wav)?;
    anyhow::ensure!(
        reader.spec().sample_rate == RATE,
        "recorded at another rate"
    );
    let samples: Vec<i16> = reader.samples().collect::<Result<_, _>>()?;
    let heard = dtmf::decode(&samples, RATE);
    Ok(heard.into_iter().map(|(digit, ..)| digit).collect())
}

/// Card digits (5 to 9) of a text of digits. Everything else that is spoken is 0 to 4.
pub fn card_digits(digits: &str) -> String {
    digits
        .chars()
        .filter(|digit| ('5'..='9').contains(digit))
        .collect()
}
