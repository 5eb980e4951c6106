//! A property list that fills neither the stack nor the memory.
//!
//! What is made of one is walked by functions that call themselves, also where it is dropped. In
//! the binary form a value can be named any number of times, so that a few bytes stand for more
//! values than there is memory.

use std::io::Cursor;

use plist::stream::{Event, OwnedEvent, Reader};
use plist::{Dictionary, Value};

use super::file;

/// The deepest policy has four: the profile, what it recommends, a table in there, a list in
/// that one.
const MOST_LEVELS: usize = 16;

const NO_DICTIONARY: &str = "this is no dictionary of preferences";
const TOO_DEEP: &str = "this profile is nested deeper than a policy can be";
const TOO_MUCH: &str = "this profile holds more than a policy can";

/// The dictionary that a property list is, or what is wrong with it.
pub(super) fn dictionary(bytes: &[u8]) -> Result<Dictionary, &'static str> {
    let events = events(bytes)?;
    // What it says of the error could hold a piece of the file.
    match Value::from_events(events.into_iter().map(Ok)) {
        Ok(Value::Dictionary(values)) => Ok(values),
        Ok(_) | Err(_) => Err(NO_DICTIONARY),
    }
}

fn events(bytes: &[u8]) -> Result<Vec<OwnedEvent>, &'static str> {
    let mut events = Vec::new();
    let (mut levels, mut size) = (0_usize, 0_u64);
    for event in Reader::new(Cursor::new(bytes)) {
        let event = event.map_err(|_| NO_DICTIONARY)?;
        let length = match &event {
            Event::StartArray(_) | Event::StartDictionary(_) => {
                levels += 1;
                0
            }
            Event::EndCollection => {
                levels = levels.saturating_sub(1);
                0
            }
            Event::String(text) => text.len(),
            Event::Data(data) => data.len(),
            // The crate may learn of more, and they take no more room.
            Event::Boolean(_)
            | Event::Date(_)
            | Event::Integer(_)
            | Event::Real(_)
            | Event::Uid(_)
            | _ => 0,
        };
        // No more than it takes in XML.
        size += 1 + length as u64;
        if levels > MOST_LEVELS {
            return Err(TOO_DEEP);
        }
        if size > file::LARGEST {
            return Err(TOO_MUCH);
        }
        events.push(event);
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of the binary form, of which the first is the whole list.
    fn binary(values: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = b"bplist00".to_vec();
        let mut places = Vec::new();
        for value in values {
            places.extend((bytes.len() as u32).to_be_bytes());
            bytes.extend(value);
        }
        let table = bytes.len() as u64;
        bytes.extend(places);
        // The sizes of a place and of a name.
        bytes.extend([0, 0, 0, 0, 0, 0, 4, 4]);
        for number in [values.len() as u64, 0, table] {
            bytes.extend(number.to_be_bytes());
        }
        bytes
    }

    /// An array, or a dictionary, of so many times the value of this number.
    fn of(kind: u8, times: u8, number: usize) -> Vec<u8> {
        let mut value = vec![kind | times];
        let name = (number as u32).to_be_bytes();
        value.extend(name.repeat(usize::from(times)));
        value
    }

    const ARRAY: u8 = 0xa0;
    const YES: u8 = 0x09;

    /// A dictionary of one entry, which is the value after its name.
    fn rooted(values: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
        let mut root = vec![0xd1];
        root.extend(1_u32.to_be_bytes());
        root.extend(2_u32.to_be_bytes());
        let first = [root, vec![0x51, b'a']];
        binary(&first.into_iter().chain(values).collect::<Vec<_>>())
    }

    fn nested_binary(levels: usize) -> Vec<u8> {
        let arrays = (2..levels + 1).map(|number| of(ARRAY, 1, number + 1));
        rooted(arrays.chain([vec![YES]]))
    }

    fn nested_xml(open: &str, close: &str, levels: usize) -> Vec<u8> {
        let inside = levels - 1;
        format!(
            "<plist><dict><key>a</key>{}<true/>{}</dict></plist>",
            open.repeat(inside),
            close.repeat(inside)
        )
        .into_bytes()
    }

    #[test]
    fn one_that_is_nested_more_deeply_than_a_policy_is_refused() {
        let forms: [fn(usize) -> Vec<u8>; 3] = [
            nested_binary,
            |levels| nested_xml("<array>", "</array>", levels),
            |levels| nested_xml("<dict><key>a</key>", "</dict>", levels),
        ];
        for nested in forms {
            assert!(dictionary(&nested(MOST_LEVELS)).is_ok());
            assert_eq!(dictionary(&nested(MOST_LEVELS + 1)), Err(TOO_DEEP));
            // So many that dropping them would overflow any stack.
            assert_eq!(dictionary(&nested(100_000)), Err(TOO_DEEP));
        }
    }

    #[test]
    fn one_that_stands_for_more_than_fits_into_a_policy_is_refused() {
        // Ten levels of arrays that name the next one fourteen times each.
        let arrays = (2..12).map(|number| of(ARRAY, 14, number + 1));
        let bytes = rooted(arrays.chain([vec![YES]]));
        assert!(bytes.len() < 1000);
        assert_eq!(dictionary(&bytes), Err(TOO_MUCH));
        // And one long text that is named again and again.
        let text = {
            let mut text = vec![0x5f, 0x12];
            text.extend(100_000_u32.to_be_bytes());
            text.extend([b'x'; 100_000]);
            text
        };
        let bytes = rooted([of(ARRAY, 11, 3), text].into_iter());
        assert_eq!(dictionary(&bytes), Err(TOO_MUCH));
    }
}
