//! The registry of Windows, in the view of 64-bit programs and below `HKEY_LOCAL_MACHINE` only:
//! what is below `HKEY_CURRENT_USER` is the user's to write.

use windows_registry::{Key, LOCAL_MACHINE, Type};
use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND};
use windows_sys::Win32::System::Registry::KEY_WOW64_64KEY;

use crate::check::Wrong;
use crate::tree::{Entry, Spelling, Tree, Value};
use crate::{Place, Rejected};

const GROUP_POLICY: &str = r"Software\Policies\Fermata";
/// As deep as any policy goes: `Recommended\VendorSettings`.
const DEEPEST: usize = 3;

/// What group policy has written; `None` if nothing.
pub(super) fn group_policy() -> Result<Option<Tree>, Rejected> {
    let found = entries(LOCAL_MACHINE, "HKLM", GROUP_POLICY)?;
    Ok(found.map(|entries| Tree::with_recommended(Spelling::Registry, entries)))
}

/// What a key holds, keys below it as tables; `None` if it is not there. `shown` is what the
/// hive is called in a place.
pub(super) fn entries(hive: &Key, shown: &str, path: &str) -> Result<Option<Vec<Entry>>, Rejected> {
    let place = format!("{shown}\\{path}");
    let read = || {
        let key = open(hive, path)?;
        below(&key, &place, DEEPEST)
    };
    match read() {
        Ok(entries) => Ok(Some(entries)),
        Err(error) if is_not_there(error.code().0) => Ok(None),
        Err(error) => {
            let wrong = format!("this key cannot be read ({})", error.message().trim());
            Err(Wrong::new(wrong, "let every user read it").at(&Place(place), String::new()))
        }
    }
}

fn open(parent: &Key, path: &str) -> windows_registry::Result<Key> {
    parent.options().read().access(KEY_WOW64_64KEY).open(path)
}

fn is_not_there(code: i32) -> bool {
    // The two of them as an HRESULT, which is what the crate tells.
    let of_win32 = |code: u32| (0x8007_0000 | code).cast_signed();
    [ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND]
        .map(of_win32)
        .contains(&code)
}

fn below(key: &Key, place: &str, deeper: usize) -> windows_registry::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for (name, value) in key.values()? {
        // A key's own value has no name; policies have none of that kind.
        if !name.is_empty() {
            let place = Place(format!("{place}\\{name}"));
            entries.push(Entry {
                name,
                value: read(value),
                place,
            });
        }
    }
    for name in key.keys()? {
        let place = format!("{place}\\{name}");
        let value = match deeper.checked_sub(1) {
            Some(deeper) => Value::Table(below(&open(key, &name)?, &place, deeper)?),
            None => Value::Other("a key that lies too deep"),
        };
        entries.push(Entry {
            name,
            value,
            place: Place(place),
        });
    }
    Ok(entries)
}

fn read(value: windows_registry::Value) -> Value {
    match value.ty() {
        Type::U32 => u32::try_from(value).map_or(Value::Other("a broken number"), |number| {
            Value::Number(number.into())
        }),
        Type::U64 => u64::try_from(value)
            .ok()
            .and_then(|number| i64::try_from(number).ok())
            .map_or(Value::Other("a broken number"), Value::Number),
        Type::String => text(&value).map_or(Value::Other("a broken text"), Value::Text),
        Type::MultiString => text(&value).map_or(Value::Other("a broken list"), |all| {
            let lines = all.split('\0').filter(|line| !line.trim().is_empty());
            Value::List(lines.map(|line| Value::Text(line.to_owned())).collect())
        }),
        Type::ExpandString => Value::Other("a text with variables, which users can set"),
        Type::Bytes | Type::Other(_) => Value::Other("binary data"),
    }
}

/// Without the zeros at its end, of which there may be any number.
fn text(value: &windows_registry::Value) -> Option<String> {
    let wide: Vec<u16> = value
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let text = String::from_utf16(&wide).ok()?;
    Some(text.trim_end_matches('\0').to_owned())
}

#[cfg(test)]
pub(crate) mod tests;
