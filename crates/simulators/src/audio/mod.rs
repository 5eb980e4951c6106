//! The recording, as something that can be listened to.
//!
//! What is said on a call is a [`Script`]: a low murmur, and numbers that are spoken as DTMF
//! tones, so that a program can hear them too. Card numbers use the digits 5 to 9 only and every
//! other number 0 to 4 only: one digit above 4 in a recording is card data in a recording.
//! The recorder takes the script down, or does not, by its timeline ([`record`]).
//! [`dtmf`] listens to the result, and shares no code with the rest.

pub mod dtmf;
mod recorder;
mod script;
mod sound;

pub(crate) use recorder::wav;
pub use recorder::{PausedTime, RATE, record, write_wav};
pub use script::{BadNumber, GAP_S, Number, Script, SpokenDigit, TONE_S};
