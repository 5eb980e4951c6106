use super::*;
use crate::noojee::wire::CallTold;
use crate::{VendorEvent, VendorEvent::CallEnded, VendorEvent::CallStarted};

fn id(id: &str) -> CallId {
    CallId::new(id)
}

/// Calls with their statuses and numbers; the largest is that of the reply.
fn told(calls: &[(&str, Status, u64)]) -> Told {
    Told {
        sequence: calls.iter().map(|(_, _, sequence)| *sequence).max(),
        calls: calls
            .iter()
            .map(|(call, status, sequence)| CallTold {
                id: id(call),
                status: *status,
                sequence: Some(*sequence),
            })
            .collect(),
    }
}

/// The events of a poll that brought some.
fn events(watch: &mut Watch, calls: &[(&str, Status, u64)]) -> Vec<VendorEvent> {
    match watch.news(&told(calls)).unwrap() {
        Brought::Events(events) => events,
        other @ (Brought::Nothing | Brought::StartedAnew) => panic!("{other:?}"),
    }
}

use Status::{NotYet, Over, Up};

#[test]
fn a_call_begins_when_it_is_answered_and_ends_once() {
    let mut watch = Watch::default();
    assert_eq!(events(&mut watch, &[("a", NotYet, 1)]), []);
    assert_eq!(events(&mut watch, &[("a", Up, 2)]), [CallStarted(id("a"))]);
    assert_eq!(events(&mut watch, &[("a", Up, 3)]), []);
    assert_eq!(events(&mut watch, &[("a", Over, 4)]), [CallEnded(id("a"))]);
    assert_eq!(events(&mut watch, &[("a", Over, 5)]), []);
    assert_eq!(watch.last(), 5);
}

#[test]
fn events_that_come_together_are_taken_by_their_numbers() {
    let mut watch = Watch::default();
    let all = [("a", Over, 3), ("a", Up, 2), ("b", Up, 4), ("a", NotYet, 1)];
    assert_eq!(events(&mut watch, &all), [CallStarted(id("b"))]);
    let ends = events(&mut watch, &[("b", Over, 6), ("b", Up, 5)]);
    assert_eq!(ends, [CallEnded(id("b"))]);
    // Without numbers of their own the order of the reply counts.
    let mut reply = told(&[("c", NotYet, 7), ("c", Up, 7)]);
    for call in &mut reply.calls {
        call.sequence = None;
    }
    let started = Brought::Events(vec![CallStarted(id("c"))]);
    assert_eq!(watch.news(&reply), Ok(started));
}

#[test]
fn what_is_told_again_is_no_event() {
    let mut watch = Watch::default();
    events(&mut watch, &[("a", Up, 2)]);
    assert_eq!(watch.news(&told(&[("a", Over, 2)])), Ok(Brought::Nothing));
    assert_eq!(watch.news(&Told::default()), Ok(Brought::Nothing));
    // An older one beside a newer one.
    assert_eq!(
        events(&mut watch, &[("a", Over, 1), ("b", Up, 3)]),
        [CallStarted(id("b"))]
    );
}

#[test]
fn an_old_event_with_a_new_number_brings_no_call_back() {
    let mut watch = Watch::default();
    events(&mut watch, &[("a", Up, 1)]);
    events(&mut watch, &[("a", Over, 2)]);
    assert_eq!(events(&mut watch, &[("a", Up, 3)]), []);
    // But if it is there when it is asked how things are, it is there.
    let there = watch.present(&told(&[("a", Up, 3)])).unwrap();
    assert_eq!(there, [CallStarted(id("a"))]);
}

#[test]
fn numbers_that_go_back_are_those_of_a_server_that_has_begun_anew() {
    let mut watch = Watch::default();
    events(&mut watch, &[("a", Up, 50), ("b", Up, 51)]);
    assert_eq!(watch.news(&told(&[("c", Up, 3)])), Ok(Brought::StartedAnew));
    assert_eq!(watch.last(), 0);
    let since = watch.present(&told(&[("b", Up, 2), ("c", Up, 3)])).unwrap();
    assert_eq!(since, [CallEnded(id("a")), CallStarted(id("c"))]);
    assert_eq!(watch.last(), 3);
}

#[test]
fn how_it_is_replaces_what_was_known() {
    let mut watch = Watch::default();
    let at_first = watch
        .present(&told(&[("a", Up, 7), ("b", NotYet, 8)]))
        .unwrap();
    assert_eq!(at_first, [CallStarted(id("a"))]);
    assert_eq!(watch.present(&told(&[("a", Up, 7)])).unwrap(), []);
    assert_eq!(watch.last(), 7);
    let nothing = watch.present(&Told::default()).unwrap();
    assert_eq!(nothing, [CallEnded(id("a"))]);
    assert_eq!(watch.last(), 7);
}

#[test]
fn calls_without_end_are_not_kept() {
    let mut watch = Watch::default();
    let mut taken = 0;
    for number in 1..1_000 {
        let call = number.to_string();
        match watch.news(&told(&[(&call, Up, number)])) {
            Ok(_) => taken += 1,
            Err(kind) => {
                assert!(matches!(kind, Kind::Unintelligible(_)));
                break;
            }
        }
    }
    assert_eq!(taken, MOST_CALLS);
    let mut watch = Watch::default();
    for number in 1..1_000 {
        let call = number.to_string();
        events(&mut watch, &[(&call, Over, number)]);
    }
    assert_eq!(watch.over.len(), REMEMBERED);
}
