//! What must hold whatever comes over the local channel.

use futures_util::FutureExt;
use secrecy::ExposeSecret;
use tokio::io::AsyncReadExt;

use super::line::{Line, Lines};
use super::mortal::Mortal;
use super::{Ask, Reply, server};
use crate::view::DisplayName;

/// So short that a fuzzer reaches it.
const LONGEST: usize = 96;

pub(crate) fn ask(bytes: &[u8]) {
    the_same_lines_however_cut(bytes);
    for line in bytes.split(|byte| *byte == b'\n') {
        match serde_json::from_slice::<Ask>(line) {
            Ok(ask) => is_taken(&ask),
            Err(error) => repeats_nothing(&server::not_understood(&error)),
        }
    }
}

fn is_taken(ask: &Ask) {
    let shown = format!("{ask:?}");
    if let Ask::SignIn {
        vendor,
        fields,
        secret: Some(secret),
    } = ask
    {
        let secret = secret.expose_secret();
        let others = format!("{vendor:?}{fields:?}");
        let is_one = secret.len() > 8 && !others.contains(secret);
        assert!(!is_one || !shown.contains(secret), "{shown}");
    }
    if let Ask::CallStart { id } | Ask::CallEnd { id } = ask
        && let Some(call) = server::call(id)
    {
        assert!((1..=200).contains(&call.as_str().len()));
        assert!(!call.as_str().contains(char::is_control));
    }
    let written = serde_json::to_vec(ask).expect("it has only text keys");
    let again: Ask = serde_json::from_slice(&written).expect("it has just been written");
    assert_eq!(format!("{again:?}"), shown);
}

/// Where it was wrong may be said, and nothing of what was there.
fn repeats_nothing(reply: &Reply) {
    let Reply::Refused { code, message } = reply else {
        panic!("{reply:?}");
    };
    assert_eq!(code, "not-understood");
    let column = message.split(' ').find_map(|word| {
        let word = word.trim_end_matches(':');
        word.parse::<usize>().ok()
    });
    let column = column.expect("it says where");
    let said = ["it is not JSON", "there is no such request"]
        .map(|why| format!("a line was not understood at column {column}: {why}"));
    assert!(said.contains(message), "{message}");
}

fn the_same_lines_however_cut(bytes: &[u8]) {
    let mut expected = Vec::new();
    let mut too_long = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let whole = line.strip_suffix(b"\n");
        too_long = whole.unwrap_or(line).len() > LONGEST;
        if too_long {
            break;
        }
        expected.extend(whole.map(<[u8]>::to_vec));
    }
    for cut in [0, 1, bytes.len() / 3, bytes.len() / 2] {
        assert_eq!(
            lines(bytes, cut.min(bytes.len())),
            (expected.clone(), too_long)
        );
    }
}

/// The lines of what comes in two pieces, and whether one was too long.
fn lines(bytes: &[u8], cut: usize) -> (Vec<Vec<u8>>, bool) {
    let (first, second) = bytes.split_at(cut);
    let mut lines = Lines::new(first.chain(second), LONGEST);
    let mut whole = Vec::new();
    loop {
        let next = lines.next().now_or_never();
        match next
            .expect("what is in memory is there")
            .expect("and can be read")
        {
            Line::Whole(line) => whole.push(line.to_vec()),
            Line::TooLong => return (whole, true),
            Line::End => return (whole, false),
        }
    }
}

pub(crate) fn reply(bytes: &[u8]) {
    let Ok(reply) = serde_json::from_slice::<Reply>(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&reply).expect("it has only text keys");
    let again: Reply = serde_json::from_slice(&written).expect("it has just been written");
    assert_eq!(again, reply);
    let (Reply::View { view } | Reply::Taken { view, .. }) = reply else {
        return;
    };
    let shown = Mortal::of((*view).clone()).view();
    assert!(shown.good_for_ms <= view.good_for_ms);
    if shown.good_for_ms == 0 {
        assert_eq!(shown.display, DisplayName::Unknown);
        assert!(shown.paused_for_ms.is_none() && shown.evidence.is_none());
    }
}
