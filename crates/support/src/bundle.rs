//! The support bundle: what somebody who helps has to see, in one file that is sent by hand.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use directories::UserDirs;
use jiff::Timestamp;
use serde_json::Value;
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::log_files;
use crate::redaction::{redacted, redacted_json, redacted_line};

/// How many bytes all that is in a bundle may have, before it is compressed.
const MOST: u64 = 10_000_000;

/// One thing that goes into a bundle, as it is. It is masked when the bundle is gathered.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The file's name in the bundle.
    pub name: &'static str,
    /// What is in it.
    pub content: Content,
}

/// What is in a part.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Text, line by line.
    Text(String),
    /// A value, which is written as indented JSON.
    Json(Value),
}

/// A bundle that has been gathered: what is in it does not change any more, so that what was
/// listed is what is written.
#[derive(Clone, Debug)]
pub struct Bundle {
    files: Vec<(String, Vec<u8>)>,
}

/// One file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// There is such a file already.
    #[error("{} is there already; name another file", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("{} cannot be written; choose a folder of your own with room in it", path.display())]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Bundle {
    /// Gathers a bundle of these parts and of the newest lines of the log, as many as there is
    /// room for. What of the log cannot be read is left out, and the bundle says so.
    pub fn gather(parts: Vec<Part>, logs: &Path) -> Self {
        Self::gather_up_to(MOST, parts, logs)
    }

    fn gather_up_to(most: u64, parts: Vec<Part>, logs: &Path) -> Self {
        let mut files: Vec<(String, Vec<u8>)> = parts
            .into_iter()
            .map(|part| (part.name.to_owned(), masked(part.content)))
            .collect();
        let mut left = most.saturating_sub(sizes(&files));
        let found = log_files::newest_last(logs);
        let mut missing = Vec::new();
        if let Err(error) = &found {
            missing.push(format!("{}: {error}", logs.display()));
        }
        for (path, _) in found.unwrap_or_default().into_iter().rev() {
            match newest_lines(&path, left) {
                Ok(lines) if lines.is_empty() => {}
                Ok(lines) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    left = left.saturating_sub(lines.len() as u64);
                    files.push((format!("logs/{name}"), lines));
                }
                Err(error) => missing.push(format!("{}: {error}", path.display())),
            }
        }
        if !missing.is_empty() {
            let text = redacted(&(missing.join("\n") + "\n"));
            files.push(("logs/not-readable.txt".to_owned(), text.into_bytes()));
        }
        Self { files }
    }

    /// What is in it.
    pub fn items(&self) -> impl Iterator<Item = Item> {
        self.files.iter().map(|(name, content)| Item {
            name: name.clone(),
            bytes: content.len() as u64,
        })
    }

    /// Writes it to a new file, which only the user can read.
    ///
    /// # Errors
    /// There is such a file already, or it cannot be written. Nothing is left behind then.
    pub fn write(&self, path: &Path) -> Result<(), BundleError> {
        let unwritable = |source| BundleError::Unwritable {
            path: path.to_path_buf(),
            source,
        };
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            Some(_) | None => Path::new("."),
        };
        let mut file = NamedTempFile::new_in(folder).map_err(unwritable)?;
        self.zip(file.as_file_mut()).map_err(unwritable)?;
        match file.persist_noclobber(path) {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(BundleError::Exists {
                    path: path.to_path_buf(),
                })
            }
            Err(error) => Err(unwritable(error.error)),
        }
    }

    fn zip(&self, file: &mut File) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .unix_permissions(0o600);
        let mut zip = ZipWriter::new(file);
        for (name, content) in &self.files {
            zip.start_file(name.as_str(), options)?;
            zip.write_all(content)?;
        }
        zip.finish()?.sync_all()
    }
}

/// Where a bundle goes unless somebody says otherwise: among the user's downloads, or else where
/// we are. The name carries the time, so that there is no such file yet.
pub fn file_to_write() -> PathBuf {
    let folder = UserDirs::new()
        .and_then(|places| places.download_dir().map(Path::to_path_buf))
        .filter(|folder| folder.is_dir())
        .unwrap_or_default();
    let now = Timestamp::now().strftime("%Y-%m-%d-%H%M%S");
    folder.join(format!("fermata-support-{now}.zip"))
}

fn masked(content: Content) -> Vec<u8> {
    match content {
        Content::Text(text) => lines(text.as_bytes(), redacted),
        Content::Json(value) => {
            let mut text = format!("{:#}", redacted_json(value));
            text.push('\n');
            text.into_bytes()
        }
    }
}

/// The newest lines of a file that fit.
fn newest_lines(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let from = size.saturating_sub(most);
    // One byte earlier: a line that begins just there is whole.
    file.seek(SeekFrom::Start(from.saturating_sub(1)))?;
    let mut file = BufReader::new(file.take(most + 1));
    if from > 0 {
        file.skip_until(b'\n')?;
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let mut masked = lines(&text, redacted_line);
    // A mask may be longer than what it stands for.
    let over = masked
        .len()
        .saturating_sub(usize::try_from(most).unwrap_or(usize::MAX));
    if over > 0 {
        let rest = masked[over..].iter().position(|byte| *byte == b'\n');
        masked.drain(..rest.map_or(masked.len(), |end| over + end + 1));
    }
    Ok(masked)
}

fn lines(text: &[u8], mask: impl Fn(&str) -> String) -> Vec<u8> {
    let mut masked = String::with_capacity(text.len());
    for line in String::from_utf8_lossy(text).lines() {
        masked.push_str(&mask(line));
        masked.push('\n');
    }
    masked.into_bytes()
}

fn sizes(files: &[(String, Vec<u8>)]) -> u64 {
    files.iter().map(|(_, content)| content.len() as u64).sum()
}

#[cfg(test)]
mod tests;
