use proptest::prelude::*;

use super::*;
use crate::anywhere365::fuzzing::{signalr_classic, the_same_however_cut};

fn read(bytes: &[u8]) -> Result<Vec<String>, Kind> {
    let mut stream = EventStream::default();
    stream.take(bytes);
    let mut events = Vec::new();
    while let Some(event) = stream.next()? {
        events.push(event);
    }
    Ok(events)
}

fn events(text: &str) -> Vec<String> {
    read(text.as_bytes()).expect("it is well formed")
}

#[test]
fn an_event_is_read_as_in_the_standard() {
    // HTML, "9.2.6 Interpreting an event stream": its examples.
    let stock = "data: YHOO\ndata: +2\ndata: 10\n\n";
    assert_eq!(events(stock), ["YHOO\n+2\n10"]);
    let four = ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n";
    assert_eq!(
        events(four),
        ["first event", "second event", " third event"]
    );
    // The standard has one event of "\n" here, and none for a block without data.
    assert_eq!(events("data\n\ndata\ndata\n\ndata:"), ["\n"]);
    assert_eq!(events("data:test\n\ndata: test\n\n"), ["test", "test"]);
}

#[test]
fn a_line_may_end_in_three_ways() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["data: a", "data: b", "", "event: x", "data: c", "", ""].join(end);
        assert_eq!(events(&text), ["a\nb", "c"], "{end:?}");
    }
}

#[test]
fn a_mark_of_the_byte_order_is_passed_over_once() {
    assert_eq!(events("\u{feff}data: a\n\n\u{feff}data: b\n\n"), ["a"]);
}

#[test]
fn what_is_no_text_is_not_understood() {
    assert_eq!(read(b"data: \xff\n\n"), Err(NOT_TEXT));
}

#[test]
fn what_has_no_end_is_not_kept() {
    let mut one_line = EventStream::default();
    let mut many_lines = EventStream::default();
    let piece = format!("data: {}\n", "x".repeat(1024));
    let mut outcome = (Ok(None), Ok(None));
    for _ in 0..=LONGEST / 1024 {
        one_line.take(&[b'x'; 1024]);
        many_lines.take(piece.as_bytes());
        outcome = (one_line.next(), many_lines.next());
    }
    assert_eq!(outcome, (Err(TOO_LONG), Err(TOO_LONG)));
}

#[test]
fn what_has_been_read_is_let_go() {
    let mut stream = EventStream::default();
    for _ in 0..100_000 {
        stream.take(b": nothing\r\ndata: {}\r\n\r\n");
        assert_eq!(stream.next(), Ok(Some("{}".to_owned())));
        assert_eq!(stream.next(), Ok(None));
    }
    assert!(stream.held.capacity() < 1024);
}

#[test]
fn an_event_is_the_same_however_it_is_cut() {
    let text = "data: initialized\r\n\r\n: x\rdata: {\"C\":\"d\"}\r\ndata: b\n\ndata: c\r\r";
    let events = the_same_however_cut(
        text.as_bytes(),
        EventStream::default,
        |events, piece| events.take(piece),
        EventStream::next,
    );
    assert_eq!(events, ["initialized", "{\"C\":\"d\"}\nb", "c"]);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        signalr_classic(&bytes);
    }

    #[test]
    fn any_lines_are_survived(
        lines in proptest::collection::vec("(data: ?[ -~]{0,10}|:|)(\r|\n|\r\n)", 0..20),
    ) {
        signalr_classic(lines.concat().as_bytes());
    }
}
