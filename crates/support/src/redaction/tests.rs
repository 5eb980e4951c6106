use super::*;

mod corpus;
mod properties;

/// What must never be seen again. Nothing of it may be left, not even a part.
const CANARY: &str = "kanarek7Zq";

const CARDS: [&str; 9] = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111  1111 - 1111.1111",
    "4111\u{a0}1111\u{2011}1111\u{202f}1111",
    "4111%201111+1111%2D1111",
    r"4111\u00a01111\u00201111\t1111",
    "378282246310005",
    "6304000000000000000",
];

#[test]
fn a_secret_is_masked_wherever_it_stands() {
    // E2
    for text in [
        "authorization: Bearer @",
        "Authorization: Basic @==",
        r#"{"authorization": "Bearer @", "accept": "x"}"#,
        r#"sent {\"Authorization\":\"Digest @\"} there"#,
        "Proxy-Authorization: NTLM @",
        "cookie: a=1; JSESSIONID=@; b=2",
        "Set-Cookie: sid=@; Path=/; HttpOnly",
        "x-csrf-token: @",
        "it sent Bearer @",
        "https://agent:@@vendor.example/api",
        "https://pbx.example/pause?apiKey=@&hash=0",
        "GET https:\\/\\/pbx.example\\/pause?a=1\\u0026key=@ 200",
        "https://bucket.s3.eu-west-1.amazonaws.com/2026/call.wav?X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=@%2F20261121%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=@",
        "https://vendor.example/#access_token=@",
        "wss://hub.example/signalr?id=1&access_token=@",
        "https://pbx.example/pause?n=4111 1111 1111 1111&key=@",
        "https://pbx.example/pause?n=4111%201111%201111%201111&key=@",
        "GET /recording/pause?extension=1684&key=@ HTTP/1.1",
        "password = \"@\"",
        "client_secret='@'",
        "api-key: @, extension: 1684",
        r#"{"refresh_token":"@","n":1}"#,
        r#"body {\"password\":\"@\"}"#,
        "the token is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI@In0.c2ln@",
    ] {
        let text = text.replace('@', CANARY);
        // The one between user and password and the host is no canary.
        let text = text.replace(&format!("{CANARY}{CANARY}v"), &format!("{CANARY}@v"));
        let masked = redacted(&text);
        assert!(!masked.contains(CANARY), "{text} became {masked}");
        assert!(masked.contains("[masked]"), "{text} became {masked}");
    }
}

#[test]
fn a_card_number_is_masked_however_it_is_written() {
    // E2
    for card in CARDS {
        for text in [
            format!("card {card} exp 12/27"),
            format!("{card} 12 27 123"),
            format!("17 {card}"),
            format!(r#"{{"note":"{card}"}}"#),
            format!("a{card}b"),
        ] {
            let masked = redacted(&text);
            assert!(masked.contains("[card-number]"), "{text} became {masked}");
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
            assert!(digits(&masked) <= 9, "{text} became {masked}");
        }
    }
}

#[test]
fn a_card_number_among_escaped_json_is_masked_too() {
    let inner = json(r#"{"pan":"5555 5555 5555 4444","n":1}"#).to_string();
    let outer = serde_json::json!({ "message": inner }).to_string();
    for text in [redacted(&outer), redacted_line(&outer)] {
        assert!(!text.contains("4444"), "{text}");
        assert_eq!(
            json(&text)["message"].as_str().map(str::is_empty),
            Some(false)
        );
    }
}

// E2
#[test]
fn an_escape_before_a_card_number_does_not_save_it() {
    for before in [
        "%20", "%2D", r"\u0020", r"\u00a0", "%20%20", "%22", "%26", "%27", "%0A", r"\u0022",
        r"\u0026", r"\u0027", r"\\u0022", r"\u002d", "100%", r"\u", "%3D%22",
    ] {
        for card in ["4111111111111111", "4111 1111 1111 1111"] {
            let masked = redacted(&format!("card:{before}{card}"));
            let is_masked = masked.ends_with("[card-number]") && !masked.contains("1111");
            assert!(is_masked, "{before}{card} became {masked}");
        }
    }
    let masked = redacted(r"4111\u002d1111\u002D1111\u00201111");
    assert_eq!(masked, "[card-number]");
}

// E2
#[test]
fn digits_of_an_escape_that_make_up_a_card_number_are_masked_too() {
    let masked = redacted(r"0\u0040259\u0040259139166");
    assert_eq!(masked, r"0\u0040259\u[card-number]");
}

#[test]
fn what_is_no_secret_stays_readable() {
    for text in [
        "link up",
        "2026-11-21T12:30:00.123456Z command sent id=17 attempt=1",
        "Anywhere365, agent anna at https://vendor.example/dialogue/api",
        "4111111111111112 does not pass Luhn",
        "123456789012 is too short and 41111111111111111111111 too long",
        "controller::secrets::keep failed",
        "the keyring is locked; why? nobody knows",
        "extension = \"1684\"",
        "took 12.5 ms, 3 of 4",
    ] {
        assert_eq!(redacted(text), text);
    }
}

#[test]
fn a_json_line_stays_json_and_a_card_number_among_its_numbers_is_masked() {
    let line = r#"{"level":"INFO","call":4111111111111111,"id":17,"ok":true,"none":null,"list":["https://a.example/?k=kanarek7Zq"]}"#;
    let masked = json(&redacted_line(line));
    assert_eq!(masked["call"], "[card-number]");
    assert_eq!(masked["id"], 17);
    assert_eq!(masked["list"][0], "https://a.example/?[masked]");
}

#[test]
fn what_is_named_like_a_secret_is_masked_whatever_it_looks_like() {
    let masked = redacted_json(json(
        r#"{"client_secret":"a b","Cookie":"x","pin":"7","token":4711,"secret":"","can_pause":true}"#,
    ));
    assert_eq!(masked["client_secret"], MASK);
    assert_eq!(masked["Cookie"], MASK);
    assert_eq!(masked["token"], MASK);
    assert_eq!(masked["secret"], "", "there is nothing to hide");
    assert_eq!(masked["pin"], "7");
}

#[test]
fn masking_twice_masks_no_more() {
    for text in ["https://a.example/?k=v", "password: x", "4111111111111111"] {
        let once = redacted(text);
        assert_eq!(redacted(&once), once);
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}
