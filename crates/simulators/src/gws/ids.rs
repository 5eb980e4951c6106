//! Ids in the forms of the vendor's sample. The same run gives the same ones.

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";

/// What the ids of one server have in common, as in the sample.
const SERVER: &str = "00RV9H7S6O8V3BSHAG7GK2LAES";

/// The same for connection ids.
const CONNECTIONS: u64 = 0x0071_022e_c8ac_8000;

/// A `callUuid`: the server's part, and the number in six digits of base 32.
pub(crate) fn new_call_id(number: u64) -> String {
    let digits = (0..6).rev().map(|place| {
        let digit = usize::try_from((number >> (5 * place)) & 31).expect("it is below 32");
        char::from(DIGITS[digit])
    });
    SERVER.chars().chain(digits).collect()
}

/// The `connId` of a call.
pub(super) fn conn_id(call: &str) -> String {
    let number = call
        .strip_prefix(SERVER)
        .and_then(|number| u64::from_str_radix(number, 32).ok());
    let id = number.map_or_else(|| scrambled(call), |number| CONNECTIONS + number);
    format!("{id:016x}")
}

/// A GUID that stands for this text.
pub(super) fn guid(text: &str) -> String {
    let (high, low) = (scrambled(text), scrambled(&format!("{text}.")));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff,
    )
}

/// FNV-1a: no two of a simulator's texts come out the same.
fn scrambled(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_the_samples() {
        assert_eq!(new_call_id(86), "00RV9H7S6O8V3BSHAG7GK2LAES00002M");
        assert_eq!(conn_id(&new_call_id(86)), "0071022ec8ac8056");
        assert_eq!(
            guid("a").len(),
            "55b8023d-573d-48d3-b4ac-e29ba3c5861d".len()
        );
    }

    #[test]
    fn no_two_calls_have_an_id_in_common() {
        let ids: Vec<_> = (1..5000).map(new_call_id).collect();
        for of in [|id: &String| id.clone(), |id: &String| conn_id(id)] {
            let mut seen: Vec<_> = ids.iter().map(of).collect();
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), ids.len());
        }
        assert_ne!(conn_id("one"), conn_id("two"));
    }
}
