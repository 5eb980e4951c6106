use super::*;

/// What liars say who have the secret or a card number; each was encoded by another program.
const LIES: [(&str, &[u8]); 14] = [
    ("plain", br"token=canary+7Hq2/vXw9~sL4.mRt8== sent"),
    ("in capitals", b"CANARY+7HQ2/VXW9~SL4.MRT8=="),
    ("in a URL", b"?key=canary%2B7Hq2%2FvXw9~sL4.mRt8%3D%3D&hash=0"),
    ("in JSON with a slash escaped", br#"{"a":"canary+7Hq2\/vXw9~sL4.mRt8=="}"#),
    (
        "in JSON with all escaped",
        br#"{"a":"canary\u002b7Hq2\u002fvXw9~sL4.mRt8\u003d\u003d"}"#,
    ),
    ("in hex", b"63616e6172792b374871322f765877397e734c342e6d5274383d3d"),
    ("in base64", b"Y2FuYXJ5KzdIcTIvdlh3OX5zTDQubVJ0OD09IGFuZCBtb3Jl"),
    ("one later", b"YWNhbmFyeSs3SHEyL3ZYdzl+c0w0Lm1SdDg9PSBhbmQgbW9yZQ=="),
    ("two later", b"YWJjYW5hcnkrN0hxMi92WHc5fnNMNC5tUnQ4PT0gYW5kIG1vcmU="),
    (
        "as name and password",
        b"Basic YW5uYTpjYW5hcnkrN0hxMi92WHc5fnNMNC5tUnQ4PT0=",
    ),
    ("in base64 for URLs", b"YWNhbmFyeSs3SHEyL3ZYdzl-c0w0Lm1SdDg9PQ"),
    (
        "in UTF-16",
        b"c\0a\0n\0a\0r\0y\0+\x007\0H\0q\x002\0/\0v\0X\0w\x009\0~\0s\0L\x004\0.\0m\0R\0t\x008\0=\0=\0",
    ),
    ("a card number", b"call 4111-1111-1111-1111 ended"),
    ("a card number in base64", b"Y2FsbCA0MTExMTExMTExMTExMTExLg=="),
];

fn everything() -> Sought {
    Sought::canary_and(&[CARDS[2], "4111-1111-1111-1111"])
}

#[test]
fn a_liar_is_found_out_in_each_spelling_and_place() {
    let sought = everything();
    for (spelling, lie) in LIES {
        let mut search = Search::of(&sought);
        search.bytes("what was said", &[b"\0\xff", lie, b"\n"].concat());
        assert_eq!(search.found(), ["what was said"], "{spelling}");

        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        let mut file = std::fs::File::create(deep.join("log")).unwrap();
        std::io::Write::write_all(&mut file, lie).unwrap();
        let mut search = Search::of(&sought);
        search.folder(root.path());
        let found = search.found();
        assert!(found.len() == 1 && found[0].ends_with("log"), "{found:?}");
    }
    let root = tempfile::tempdir().unwrap();
    std::fs::File::create(root.path().join("call-4111111111111111.wav")).unwrap();
    let mut search = Search::of(&sought);
    search.folder(root.path());
    assert_eq!(search.found().len(), 1, "a name of a file");
}

#[test]
fn who_tells_nothing_is_not_taken_for_a_liar() {
    let root = tempfile::tempdir().unwrap();
    std::fs::File::create(root.path().join("canary")).unwrap();
    let sought = everything();
    let mut search = Search::of(&sought);
    search.folder(root.path());
    search.bytes(
        "said",
        b"canary 7Hq2, call 4111111111111112, token=[masked]",
    );
    search.this_process();
    search.ends();
}

#[test]
#[should_panic(expected = "what must be nowhere is in")]
fn what_is_found_ends_the_journey() {
    let sought = everything();
    let mut search = Search::of(&sought);
    search.bytes("said", CANARY.as_bytes());
    search.ends();
}

#[test]
fn what_is_logged_is_overheard_at_every_level_and_before_it_is_masked() {
    let overheard = Overheard::start();
    tracing::trace!(key = CANARY, "asked");
    assert!(everything().is_in(&overheard.so_far()));
}

#[test]
fn every_card_number_is_one() {
    for card in CARDS {
        assert_eq!(support::redacted(card), "[card-number]", "{card}");
        assert!(Sought::cards().is_in(card.as_bytes()), "{card}");
    }
}
