//! A sound device that nobody hears and that keeps everything.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{PATIENCE, until};

/// The default sound device of a desktop: ALSA's, by a configuration of its own.
///
/// It takes samples as fast as they come, so that a sound is over at once.
#[derive(Clone, Debug)]
pub struct Loudspeaker {
    file: PathBuf,
}

impl Loudspeaker {
    pub(super) async fn install(folder: &Path) -> Result<Self> {
        let file = folder.join("sound.raw");
        // Without `truncate` each program that opens the device gets a file of its own: the
        // first this one, the others one with a number after it.
        let configuration = format!(
            "pcm.!default {{\n  type file\n  slave.pcm {{ type null }}\n  file {file:?}\n  \
             format \"raw\"\n  truncate false\n}}\n"
        );
        tokio::fs::write(configuration_in(folder), configuration).await?;
        Ok(Self { file })
    }

    /// How loud each sound so far was at its loudest, from 0 to 1, the earliest first.
    ///
    /// # Errors
    /// What the device has kept cannot be read.
    pub fn heard(&self) -> Result<Vec<f32>> {
        let mut sounds = Vec::new();
        for number in 0.. {
            let file = match number {
                0 => self.file.clone(),
                _ => self.file.with_extension(format!("raw.{number:04}")),
            };
            if !file.exists() {
                break;
            }
            let bytes = std::fs::read(&file).with_context(|| format!("{}", file.display()))?;
            let samples = bytes.chunks_exact(4);
            let loudness = samples.map(|bytes| f32_of(bytes).abs());
            sounds.push(loudness.fold(0.0, f32::max));
        }
        Ok(sounds)
    }

    /// Waits until so many sounds have been heard that are at least so loud.
    ///
    /// # Errors
    /// They do not come.
    pub async fn wait_for(&self, count: usize, loudness: f32) -> Result<()> {
        until(&format!("{count} sounds"), PATIENCE, async || {
            let heard = self.heard()?;
            let loud = heard.iter().filter(|sound| **sound >= loudness).count();
            anyhow::ensure!(loud >= count, "{heard:?} were heard");
            Ok(Some(()))
        })
        .await
    }
}

/// Where ALSA finds what is configured.
pub(super) fn configuration_in(folder: &Path) -> PathBuf {
    folder.join("asound.conf")
}

/// What the device is given: 32-bit floating point numbers in the order of this processor.
fn f32_of(bytes: &[u8]) -> f32 {
    f32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
