//! Sounds: short and soft, beside the indicator and never instead of it (A5, B5, H4).
//!
//! They go to the default device, by a thread of their own: no device delays anything else, and
//! one that does not work is a problem that is shown and no more.

mod cues;
mod tones;

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, sleep};
use std::time::Duration;

use anyhow::bail;
use controller::Handle;
use controller::view::{Problem, Request};
use rodio::buffer::SamplesBuffer;
use rodio::{DeviceSinkBuilder, Player, nz};

pub(crate) use cues::Cues;

use crate::words;

/// The code of the problem that is raised while nothing can be heard.
const PROBLEM: &str = "sound-not-played";

/// How many sounds may wait. More would only tell of what was.
const BACKLOG: usize = 2;

/// A device that has not taken a sound by then takes none.
const TAKEN_WITHIN: Duration = Duration::from_secs(3);

/// How often it is looked whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sound {
    /// A pause or a resume has failed.
    Alarm,
    /// A pause goes on for long.
    Reminder,
    /// The recording is paused.
    Paused,
    /// The recording goes on.
    Resumed,
}

/// Plays sounds, one after the other.
pub(crate) struct Speaker {
    sounds: SyncSender<Sound>,
}

impl Speaker {
    /// Starts a thread that plays.
    ///
    /// # Errors
    /// The system has no room for one more thread.
    pub(crate) fn start(handle: Handle) -> io::Result<Self> {
        let (sounds, to_play) = sync_channel(BACKLOG);
        thread::Builder::new()
            .name("sound".to_owned())
            .spawn(move || play_all(&to_play, &handle))?;
        Ok(Self { sounds })
    }

    /// Has a sound played as soon as may be, and waits for nothing.
    pub(crate) fn play(&self, sound: Sound) {
        if self.sounds.try_send(sound).is_err() {
            tracing::debug!(?sound, "too many sounds are waiting");
        }
    }
}

fn play_all(sounds: &Receiver<Sound>, handle: &Handle) {
    let mut works = true;
    while let Ok(sound) = sounds.recv() {
        let played = play(sound);
        let worked = std::mem::replace(&mut works, played.is_ok());
        match played {
            Ok(()) if worked => {}
            Ok(()) => tell(handle, ""),
            // It is tried again with the next sound: a headset may have been unplugged.
            Err(_) if !worked => {}
            Err(error) => {
                tracing::warn!("a sound could not be played: {error:#}");
                tell(handle, words::NO_SOUND);
            }
        }
    }
}

/// Opens the default device, which may be another one than the last time, plays, and closes it.
fn play(sound: Sound) -> anyhow::Result<()> {
    let mut device = DeviceSinkBuilder::from_default_device()?
        .with_error_callback(|error| tracing::debug!(%error, "the sound device complains"))
        .open_stream()?;
    device.log_on_drop(false);
    let player = Player::connect_new(device.mixer());
    let samples = tones::samples(sound);
    player.append(SamplesBuffer::new(nz!(1), tones::RATE, samples));
    for _ in 0..TAKEN_WITHIN.as_millis() / LOOK_EVERY.as_millis() {
        if player.empty() {
            return Ok(());
        }
        sleep(LOOK_EVERY);
    }
    bail!("the device has not taken it within {TAKEN_WITHIN:?}")
}

/// Raises the problem, or (with nothing to say) solves it.
fn tell(handle: &Handle, message: &str) {
    handle.send(Request::DesktopProblem(Problem {
        code: PROBLEM.to_owned(),
        message: message.to_owned(),
        blocks_pausing: false,
    }));
}
