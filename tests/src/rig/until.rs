//! Waiting for something to come true, with a deadline and a reason.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep, timeout};

/// How long the rig waits for anything that should take a moment, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again until the probe has an answer.
///
/// A probe that fails is asked again too: what is being waited for may not be there yet. The
/// error names what was waited for and the newest reason why it had not come.
///
/// # Errors
/// The limit has passed.
pub async fn until<T>(
    what: &str,
    limit: Duration,
    mut probe: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let end = Instant::now() + limit;
    let mut newest = String::from("it never came");
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            bail!("waited {} s for {what}: {newest}", limit.as_secs_f32());
        }
        match timeout(left, probe()).await {
            Ok(Ok(Some(found))) => return Ok(found),
            Ok(Ok(None)) => {}
            Ok(Err(reason)) => newest = format!("{reason:#}"),
            Err(_) => newest = String::from("asking for it never ended"),
        }
        sleep(Duration::from_millis(15)).await;
    }
}
