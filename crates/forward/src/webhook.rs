//! A webhook: a JSON array of records, each as its line stands in the log.

use audit::Record;

use crate::Means;
use crate::collector::{Collector, Delivered, Kind};
use crate::http::Post;
use crate::refusal::Refusal;

#[derive(Debug)]
pub(crate) struct Webhook(Post);

impl Collector for Webhook {
    const KIND: Kind = Kind::Webhook;

    fn new(address: &str, means: Means) -> Result<Self, Refusal> {
        Post::new(address, means.http).map(Self)
    }

    async fn deliver(&mut self, records: &[Record]) -> Result<Delivered, Refusal> {
        self.0.send(body(records)).await?;
        Ok(Delivered::Taken { rejected: 0 })
    }

    async fn settle(&mut self) -> Result<(), Refusal> {
        Ok(())
    }
}

/// The lines are JSON already, and stay as they are so that their hashes can be checked.
fn body(records: &[Record]) -> String {
    let lines: Vec<&str> = records.iter().map(|record| record.line.as_str()).collect();
    format!("[{}]", lines.join(","))
}

#[cfg(test)]
mod tests;
