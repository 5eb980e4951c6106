//! Files that others may have written: none fills the memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// What is in a file of at most so many bytes.
///
/// # Errors
/// It cannot be read, is no text, or is longer ([`io::ErrorKind::FileTooLarge`]).
pub(crate) fn text(file: &Path, most: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    // Whatever it says of its length: a device has none, and a file may grow meanwhile.
    File::open(file)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_be_as_long_as_said_and_no_longer() {
        let file = tempfile::NamedTempFile::new().unwrap();
        io::Write::write_all(&mut file.as_file(), "drei €".as_bytes()).unwrap();
        assert_eq!(text(file.path(), 8).unwrap(), "drei €");
        // In the middle of a letter.
        let refused = text(file.path(), 6).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::FileTooLarge);
    }
}
