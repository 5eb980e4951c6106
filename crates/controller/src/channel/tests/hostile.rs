use super::*;

#[tokio::test]
async fn garbage_is_answered_without_repeating_it_and_does_no_harm() {
    let bench = Bench::new(6_000);
    let mut client = bench.raw().await;
    for garbage in [
        "hunter2",
        "",
        "{}",
        "[]",
        "\u{0}\u{1}",
        r#"{"ask":"hunter2"}"#,
        r#"{"ask":"sign-in","vendor":"xima","fields":{},"secret":["hunter2"]}"#,
        r#"{"ask":"sign-in","vendor":"xima","fields":"hunter2"}"#,
        r#"{"ask":"call-start"}"#,
        r#"{"ask":"call-start","id":""}"#,
        r#"{"ask":"call-start","id":"a\nb"}"#,
        r#"{"ask":"call-start","id":"1","secret":"hunter2"}"#,
    ] {
        let line = format!("{garbage}\n");
        client.write_all(line.as_bytes()).await.unwrap();
        let reply = raw_reply(&mut client).await;
        assert_eq!(reply["code"], "not-understood", "{garbage:?}: {reply}");
        assert!(!reply.to_string().contains("hunter2"), "{reply}");
    }
    client
        .write_all(b"\xff\xfe\n{\"ask\":\"status\"}\n")
        .await
        .unwrap();
    assert_eq!(raw_reply(&mut client).await["code"], "not-understood");
    assert_eq!(raw_reply(&mut client).await["view"]["display"], "recording");
}

#[tokio::test]
async fn a_line_may_come_in_pieces_and_two_at_once() {
    let bench = Bench::new(6_000);
    let mut client = bench.raw().await;
    for piece in ["{\"ask\":", "\"status\"}", "\n{\"ask\":\"status\"}\n{\"as"] {
        client.write_all(piece.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..2 {
        assert_eq!(raw_reply(&mut client).await["reply"], "view");
    }
    client.write_all(b"k\":\"status\"}\n").await.unwrap();
    assert_eq!(raw_reply(&mut client).await["reply"], "view");
}

#[tokio::test]
async fn a_line_that_is_too_long_is_refused_and_the_client_hung_up_on() {
    let bench = Bench::new(6_000);
    let mut client = bench.raw().await;
    let ask = r#"{"ask":"status"}"#;
    let longest = format!("{}{ask}\n", " ".repeat(LONGEST_ASK - ask.len()));
    client.write_all(longest.as_bytes()).await.unwrap();
    assert_eq!(raw_reply(&mut client).await["reply"], "view");
    client
        .write_all(&vec![b' '; LONGEST_ASK + 1])
        .await
        .unwrap();
    assert_eq!(raw_reply(&mut client).await["code"], "too-long");
    assert!(hung_up(&mut client).await);
    let mut polite = bench.client().await;
    let endless = Ask::CallStart {
        id: "x".repeat(LONGEST_ASK),
    };
    let refused = polite.ask(&endless).await.unwrap_err();
    assert!(matches!(refused, ChannelError::TooLong { .. }));
}

#[tokio::test]
async fn a_client_that_does_not_read_keeps_nobody_waiting_and_is_hung_up_on() {
    let bench = Bench::new(60_000);
    let mut lazy = bench.raw().await;
    lazy.write_all(b"{\"ask\":\"watch\"}\n").await.unwrap();
    let mut large = view(2, DisplayName::Paused, 60_000);
    large.reason = "x".repeat(500_000);
    let mut watching = bench.client().await;
    watching.ask(&Ask::Watch).await.unwrap();
    for number in 2..20 {
        large.number = number;
        bench.engine.views.send_replace(Arc::new(large.clone()));
        while shown(&mut watching).await.number != number {}
    }
    // Whatever had been written before it was given up on can still be read, but no end of it.
    tokio::time::sleep(Duration::from_secs(6)).await;
    let mut rest = Vec::new();
    timeout(SOON, lazy.read_to_end(&mut rest))
        .await
        .unwrap()
        .ok();
    assert!(rest.len() < 1_000_000, "{}", rest.len());
}

#[tokio::test]
async fn a_crowd_is_turned_away_and_makes_room_when_it_goes() {
    let bench = Bench::new(6_000);
    let mut crowd = Vec::new();
    for _ in 0..32 {
        let mut client = bench.client().await;
        client.ask(&Ask::Status).await.unwrap();
        shown(&mut client).await;
        crowd.push(client);
    }
    assert_eq!(refused(&mut bench.client().await).await, "too-many");
    crowd.clear();
    let served = async {
        loop {
            let mut client = bench.client().await;
            client.ask(&Ask::Status).await.ok();
            if let Ok(Reply::View { .. }) = client.next().await {
                break;
            }
        }
    };
    timeout(SOON, served).await.unwrap();
}

// A5
#[tokio::test]
async fn a_line_without_an_end_is_held_by_neither_side() {
    const MOST: usize = 16 * 1024 * 1024;
    let bench = Bench::new(6_000);
    let mut client = bench.raw().await;
    let taken = sent_until_it_breaks(client.get_mut()).await;
    assert!(taken < MOST, "the instance has taken {taken} bytes");

    // An instance that has lost its mind, or somebody in its place.
    drop(bench);
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths::within(folder.path()).unwrap();
    let _instance = claim(&paths);
    let listener = socket::listen(&paths).unwrap();
    let endless = tokio::spawn(async move {
        let mut client = listener.accept().await.unwrap();
        sent_until_it_breaks(&mut client).await
    });
    let mut client = Client::connect(&paths, SOON).await.unwrap();
    let refused = timeout(SOON, client.next()).await.unwrap().unwrap_err();
    assert!(matches!(refused, ChannelError::TooLong { .. }), "{refused}");
    drop(client);
    let taken = timeout(SOON, endless).await.unwrap().unwrap();
    assert!(taken < MOST, "the client has taken {taken} bytes");
}

/// How much of a gigabyte without a line's end the other side takes.
async fn sent_until_it_breaks(to: &mut Stream) -> usize {
    const GIGABYTE: usize = 1024 * 1024 * 1024;
    let piece = vec![b'x'; 64 * 1024];
    let mut sent = 0;
    while sent < GIGABYTE && to.write_all(&piece).await.is_ok() {
        sent += piece.len();
    }
    sent
}
