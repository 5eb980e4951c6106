//! Server-sent events, as the HTML standard describes them: the data of each event, and nothing
//! else of it.

use super::{LONGEST, TOO_LONG};
use crate::Kind;

const NOT_TEXT: Kind = Kind::Unintelligible("it is no text");

/// What comes, taken apart into events.
#[derive(Debug, Default)]
pub(in crate::anywhere365) struct EventStream {
    held: Vec<u8>,
    /// Where the line begins that is next.
    begins: usize,
    /// Up to where no end of it was found.
    looked: usize,
    /// The line before ended with a carriage return; a line feed still belongs to it.
    after_return: bool,
    any_line: bool,
    data: Option<Vec<u8>>,
}

impl EventStream {
    /// Takes what has come, wherever it is cut.
    pub(in crate::anywhere365) fn take(&mut self, bytes: &[u8]) {
        self.held.drain(..self.begins);
        self.looked -= self.begins;
        self.begins = 0;
        self.held.extend_from_slice(bytes);
    }

    /// The data of the next event that is there as a whole. To be asked until there is none.
    pub(in crate::anywhere365) fn next(&mut self) -> Result<Option<String>, Kind> {
        while let Some(line) = self.line()? {
            if line.is_empty() {
                let data = self.data.take().filter(|data| !data.is_empty());
                if let Some(data) = data {
                    return Ok(Some(String::from_utf8(data).map_err(|_| NOT_TEXT)?));
                }
            } else if let Some(value) = data_of(&line) {
                let data = match &mut self.data {
                    Some(data) => {
                        data.push(b'\n');
                        data
                    }
                    none => none.insert(Vec::new()),
                };
                if data.len() + value.len() > LONGEST {
                    return Err(TOO_LONG);
                }
                data.extend_from_slice(value);
            }
        }
        Ok(None)
    }

    fn line(&mut self) -> Result<Option<Vec<u8>>, Kind> {
        if self.after_return && self.held.get(self.begins) == Some(&b'\n') {
            self.begins += 1;
            self.looked = self.begins;
            self.after_return = false;
        }
        let end = self.held[self.looked..]
            .iter()
            .position(|byte| matches!(byte, b'\r' | b'\n'))
            .map(|at| self.looked + at);
        if end.unwrap_or(self.held.len()) - self.begins > LONGEST {
            return Err(TOO_LONG);
        }
        let Some(end) = end else {
            self.looked = self.held.len();
            return Ok(None);
        };
        let mut line = self.held[self.begins..end].to_vec();
        if !self.any_line && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        self.any_line = true;
        self.after_return = self.held[end] == b'\r';
        self.begins = end + 1;
        self.looked = self.begins;
        Ok(Some(line))
    }
}

/// What a line adds to the data, if it does.
fn data_of(line: &[u8]) -> Option<&[u8]> {
    let value = line.strip_prefix(b"data")?;
    match value.strip_prefix(b":") {
        Some(value) => Some(value.strip_prefix(b" ").unwrap_or(value)),
        None => value.is_empty().then_some(value),
    }
}

#[cfg(test)]
mod tests;
