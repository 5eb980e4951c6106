//! A registry as `reg export` writes it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

/// What wine writes as it finds a screen or none, whenever it starts; and a counter of services.
const WINES_OWN: [&str; 7] = [
    r"HKEY_CURRENT_USER\Software\Wine",
    r"HKEY_LOCAL_MACHINE\Hardware\DEVICEMAP\VIDEO",
    r"HKEY_LOCAL_MACHINE\System\CurrentControlSet\Control\Class",
    r"HKEY_LOCAL_MACHINE\System\CurrentControlSet\Control\DeviceClasses",
    r"HKEY_LOCAL_MACHINE\System\CurrentControlSet\Control\ServiceCurrent",
    r"HKEY_LOCAL_MACHINE\System\CurrentControlSet\Control\Video",
    r"HKEY_LOCAL_MACHINE\System\CurrentControlSet\Hardware Profiles",
];

/// Where Windows Installer keeps its books; it leaves the shelves, and nothing of us on them.
const BOOKS: [&str; 2] = [
    r"HKEY_LOCAL_MACHINE\Software\Classes\Installer",
    r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\Installer",
];

/// Keys with their values, as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Registry(BTreeMap<String, BTreeMap<String, String>>);

impl Registry {
    /// Reads the bytes of an export.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let units = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let text: String = char::decode_utf16(units)
            .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        let mut keys = Self::default();
        let mut key = None;
        // A long value goes on in the next line.
        for line in text.replace("\\\r\n  ", "").lines() {
            if let Some(name) = line.strip_prefix('[') {
                key = Some(
                    keys.0
                        .entry(name.trim_end_matches(']').to_owned())
                        .or_default(),
                );
            } else if let Some((name, value)) = line.split_once('=') {
                let values = key.as_mut().context("a value stands before all keys")?;
                values.insert(name.trim_matches('"').to_owned(), value.to_owned());
            }
        }
        Ok(keys)
    }

    pub(super) fn join(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The text of a value.
    pub(super) fn text(&self, key: &str, name: &str) -> Option<String> {
        let value = self.0.get(key)?.get(name)?;
        let text = value.strip_prefix('"')?.strip_suffix('"')?;
        Some(text.replace("\\\"", "\"").replace("\\\\", "\\"))
    }

    /// The keys right beneath one that have this text in a value.
    pub(super) fn beneath(&self, key: &str, name: &str, text: &str) -> Vec<&str> {
        let prefix = format!("{key}\\");
        self.0
            .keys()
            .filter(|known| known.starts_with(&prefix))
            .filter(|known| self.text(known, name).as_deref() == Some(text))
            .map(String::as_str)
            .collect()
    }

    /// Whether this is written anywhere.
    pub(super) fn mentions(&self, word: &str) -> bool {
        format!("{:?}", self.0).contains(word)
    }

    /// What has been added, changed or lost since, but for what is not ours.
    pub(super) fn changes_since(&self, before: &Self) -> Vec<String> {
        let (now, then) = (self.lines(), before.lines());
        let added = now.difference(&then).map(|line| format!("+ {line}"));
        let lost = then.difference(&now).map(|line| format!("- {line}"));
        added.chain(lost).collect()
    }

    fn lines(&self) -> BTreeSet<String> {
        let ours = self
            .0
            .iter()
            .filter(|(key, _)| !WINES_OWN.iter().any(|own| key.starts_with(own)));
        ours.flat_map(|(key, values)| {
            let values = values
                .iter()
                .map(move |(name, value)| format!("{key}\\{name} = {value}"));
            // An empty key of the installer's says nothing of us, nor does the empty key of all autostarts.
            let counts = !BOOKS.iter().any(|book| key.starts_with(book)) && !key.ends_with(r"\Run");
            values.chain(counts.then(|| key.clone()))
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(text: &str) -> Registry {
        let text = format!("\u{feff}Windows Registry Editor\n\n{text}\n").replace('\n', "\r\n");
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        Registry::read(&bytes).unwrap()
    }

    #[test]
    fn values_are_read_as_they_were_meant() {
        let read = registry(
            "[HKEY_X\\A]\n\"Run\"=\"\\\"C:\\\\P F\\\\a.exe\\\" --x=1\"\n\"Long\"=hex:01,\\\n  02",
        );
        assert_eq!(
            read.text(r"HKEY_X\A", "Run").unwrap(),
            r#""C:\P F\a.exe" --x=1"#
        );
        assert_eq!(read.0[r"HKEY_X\A"]["Long"], "hex:01,02");
        assert_eq!(read.text(r"HKEY_X\A", "Other"), None);
    }

    #[test]
    fn litter_is_found_and_what_wine_does_by_itself_is_not_taken_for_it() {
        let before = registry("[HKEY_LOCAL_MACHINE\\Software\\A]\n\"x\"=\"1\"");
        let books = format!("[{}\\Products]", BOOKS[0]);
        let screen = format!("[{}\\{{1}}]\n\"x\"=\"1\"", WINES_OWN[5]);
        let own = "[HKEY_LOCAL_MACHINE\\Software\\A]\n\"x\"=\"1\"";
        let after = registry(&format!("{own}\n{books}\n{screen}"));
        assert_eq!(after.changes_since(&before), Vec::<String>::new());

        let entry = format!("{books}\n\"Fermata\"=\"\"");
        let after = registry(&format!("{entry}\n[HKEY_LOCAL_MACHINE\\Software\\Fermata]"));
        assert_eq!(
            after.changes_since(&before),
            [
                r#"+ HKEY_LOCAL_MACHINE\Software\Classes\Installer\Products\Fermata = """#,
                r"+ HKEY_LOCAL_MACHINE\Software\Fermata",
                r"- HKEY_LOCAL_MACHINE\Software\A",
                r#"- HKEY_LOCAL_MACHINE\Software\A\x = "1""#,
            ]
        );
    }
}
