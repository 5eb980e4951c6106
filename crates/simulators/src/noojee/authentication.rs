//! Who may ask: by the API key, or by a time stamp and a hash of both.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant, SystemTime};

use sha2::{Digest, Sha256};

use super::{Schemes, error};
use crate::site::World;
use crate::wire::{Asked, Reply};
use crate::{Site, clock};

/// Within this a time stamp has to be used for the first time (documented).
const FIRST_USE_WITHIN: Duration = Duration::from_secs(10);

/// For this long after its first use a time stamp is good (documented).
const GOOD_FOR: Duration = Duration::from_secs(60 * 60);

/// How many authentications may be in progress: time stamps handed out and not used yet
/// (the number is documented, what is counted is assumed).
const IN_PROGRESS: usize = 5;

/// The only text of an error that is documented.
const EXPIRED: &str = "Expired TimeStamp";

/// What the server remembers of time stamps.
#[derive(Debug, Default)]
pub(super) struct Authentication {
    /// How far the server's clock is ahead of this computer's.
    ahead: Duration,
    handed_out: BTreeMap<u128, Instant>,
    first_used: BTreeMap<u128, Instant>,
}

impl Authentication {
    fn now(&self) -> Instant {
        clock::now() + self.ahead
    }

    fn milliseconds(&self) -> u128 {
        let since = clock::wall().duration_since(SystemTime::UNIX_EPOCH);
        (since.unwrap_or_default() + self.ahead).as_millis()
    }
}

/// `POST rest/Time`: plain text, milliseconds since 1970 (documented).
pub(super) fn time(world: &mut World) -> Reply {
    let memory = &mut world.noojee.authentication;
    let now = memory.now();
    memory
        .handed_out
        .retain(|_, at| now.saturating_duration_since(*at) <= FIRST_USE_WITHIN);
    if memory.handed_out.len() >= IN_PROGRESS {
        return error(world, "Too many authentications in progress");
    }
    let time_stamp = memory.milliseconds();
    memory.handed_out.insert(time_stamp, now);
    Reply::text(200, time_stamp.to_string())
}

/// Whether a request is let in; if not, what it is told.
pub(super) fn check(world: &mut World, asked: &Asked) -> Result<(), &'static str> {
    let schemes = world.options.noojee.schemes;
    if let Some(key) = asked.query("apiKey")
        && schemes != Schemes::Hash
    {
        return if key == world.secret {
            Ok(())
        } else {
            Err("Invalid apiKey")
        };
    }
    match (asked.query("timeStamp"), asked.query("hash")) {
        (Some(time_stamp), Some(hash)) if schemes != Schemes::ApiKey => {
            check_hash(world, time_stamp, hash)
        }
        _ => Err("Authentication required"),
    }
}

fn check_hash(world: &mut World, time_stamp: &str, hash: &str) -> Result<(), &'static str> {
    if hash != hash_of(&world.secret, time_stamp) {
        return Err("Invalid hash");
    }
    let time_stamp: u128 = time_stamp.parse().map_err(|_| EXPIRED)?;
    let memory = &mut world.noojee.authentication;
    let now = memory.now();
    if let Some(first_used) = memory.first_used.get(&time_stamp) {
        let is_good = now.saturating_duration_since(*first_used) <= GOOD_FOR;
        return if is_good { Ok(()) } else { Err(EXPIRED) };
    }
    memory.handed_out.remove(&time_stamp);
    let age = memory.milliseconds().checked_sub(time_stamp);
    if age.is_none_or(|age| age > FIRST_USE_WITHIN.as_millis()) {
        return Err(EXPIRED);
    }
    memory.first_used.insert(time_stamp, now);
    Ok(())
}

/// SHA-256 of the key, a colon and the time stamp, in lower-case hex (documented).
fn hash_of(key: &str, time_stamp: &str) -> String {
    let digest = Sha256::digest(format!("{key}:{time_stamp}"));
    digest.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    })
}

impl Site {
    /// Lets this much time pass on the clock by which Noojee judges time stamps.
    pub fn let_time_pass(&self, time: Duration) {
        self.with(|world| world.noojee.authentication.ahead += time);
    }
}
