//! What each sound is made of: a few soft notes, made here.

use std::f32::consts::{PI, TAU};
use std::time::Duration;

use rodio::{SampleRate, nz};

use super::Sound;

/// How many samples make a second.
pub(super) const RATE: SampleRate = nz!(48_000);

/// Longer ones would be heard by the customer. The last note has faded by then.
const LONGEST: Duration = Duration::from_millis(400);

/// What follows, so that nothing is cut off that is still on its way through the device.
const SILENCE: Duration = Duration::from_millis(200);

/// A note is neither begun nor ended all at once: that would be a click.
const FADE: Duration = Duration::from_millis(15);

/// One note.
struct Note {
    /// How high, in hertz.
    pitch: f32,
    begins: Duration,
    lasts: Duration,
    /// How loud, from 0 to 1.
    loudness: f32,
}

/// The samples of a sound, of one channel, with the silence after it.
pub(super) fn samples(sound: Sound) -> Vec<f32> {
    let mut samples = vec![0.0; count(LONGEST + SILENCE)];
    for note in notes(sound) {
        let room = &mut samples[count(note.begins)..];
        for (number, sample) in room.iter_mut().take(count(note.lasts)).enumerate() {
            *sample += note.at(number);
        }
    }
    samples
}

fn notes(sound: Sound) -> Vec<Note> {
    let note = |pitch, begins, lasts, loudness| Note {
        pitch,
        begins: Duration::from_millis(begins),
        lasts: Duration::from_millis(lasts),
        loudness,
    };
    match sound {
        // Three, and the loudest: it is told from the others by its rhythm as well.
        Sound::Alarm => vec![
            note(784.0, 0, 110, 0.5),
            note(587.3, 140, 110, 0.5),
            note(784.0, 280, 120, 0.5),
        ],
        Sound::Reminder => vec![note(659.3, 0, 140, 0.3), note(659.3, 200, 180, 0.3)],
        Sound::Paused => vec![note(523.3, 0, 110, 0.2), note(392.0, 110, 160, 0.2)],
        Sound::Resumed => vec![note(392.0, 0, 110, 0.2), note(523.3, 110, 160, 0.2)],
    }
}

impl Note {
    fn at(&self, number: usize) -> f32 {
        let last = count(self.lasts) - 1;
        let from_an_end = number.min(last - number) as f32;
        let share = (from_an_end / count(FADE) as f32).min(1.0);
        let fade = (1.0 - (PI * share).cos()) / 2.0;
        let turns = self.pitch * number as f32 / RATE.get() as f32;
        self.loudness * fade * (TAU * turns).sin()
    }
}

/// How many samples last as long.
fn count(time: Duration) -> usize {
    (time.as_millis() as usize) * (RATE.get() as usize) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Sound; 4] = [Sound::Alarm, Sound::Reminder, Sound::Paused, Sound::Resumed];

    fn loudest(sound: Sound) -> f32 {
        let samples = samples(sound).into_iter().map(f32::abs);
        samples.fold(0.0, f32::max)
    }

    // H4
    #[test]
    fn each_sound_is_heard_and_is_over_after_400_ms() {
        for sound in ALL {
            let samples = samples(sound);
            let last = samples.iter().rposition(|sample| *sample != 0.0);
            let last = last.expect("it is heard");
            assert!(last < count(LONGEST), "{sound:?} lasts {last} samples");
            assert!(loudest(sound) >= 0.15, "{sound:?}");
        }
    }

    #[test]
    fn no_sound_is_loud_and_the_alarm_is_the_loudest() {
        for sound in ALL {
            assert!(loudest(sound) <= 0.5, "{sound:?}");
            assert!(loudest(sound) <= loudest(Sound::Alarm), "{sound:?}");
        }
    }

    #[test]
    fn no_sound_begins_ends_or_jumps_with_a_click() {
        for sound in ALL {
            let samples = samples(sound);
            for pair in samples.windows(2) {
                // The steepest of a sine at 784 Hz and half of full loudness.
                assert!((pair[1] - pair[0]).abs() < 0.06, "{sound:?}: {pair:?}");
            }
            assert!(samples[0].abs() < 0.01, "{sound:?}");
        }
    }

    #[test]
    fn no_two_sounds_are_the_same() {
        for (number, one) in ALL.into_iter().enumerate() {
            for other in &ALL[number + 1..] {
                assert_ne!(samples(one), samples(*other), "{one:?} and {other:?}");
            }
        }
    }
}
