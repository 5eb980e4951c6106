//! Signs of life, and what it means that there are none.

use super::*;

#[tokio::test]
async fn we_show_that_we_are_there_and_silence_of_the_hub_is_its_end() {
    let socket = Says::Socket(vec!["{}\u{1e}"], After::Silence);
    let (hub, session) = at_hub(&set(""), vec![Says::Reply(200, OFFER), socket]).await;
    let mut events = session.listen().await.unwrap();
    pass(14).await;
    assert!(soon(&mut events).await.is_none());
    assert_eq!(hub.heard(), [HANDSHAKE]);
    pass(1).await;
    assert!(soon(&mut events).await.is_none());
    assert_eq!(hub.heard(), [HANDSHAKE, PING]);
    pass(13).await;
    assert!(soon(&mut events).await.is_none());
    pass(2).await;
    assert_eq!(error(&mut events).await, Kind::NoAnswer);
}

#[tokio::test]
async fn a_hub_that_shows_that_it_is_there_is_not_dead() {
    let socket = Says::Socket(vec!["{}\u{1e}", PING], After::AgainAndAgain);
    let (hub, session) = at_hub(&set(""), vec![Says::Reply(200, OFFER), socket]).await;
    let mut events = session.listen().await.unwrap();
    for _ in 0..4 {
        pass(15).await;
        assert!(soon(&mut events).await.is_none());
    }
    assert_eq!(hub.heard()[1..], [PING; 4]);
}

#[tokio::test]
async fn over_a_stream_of_events_a_sign_of_life_is_a_request() {
    let stream = Says::Stream("data: {}\u{1e}\n\n", After::Silence);
    let ok = || Says::Reply(200, "");
    let more = set("hub_transport = \"server-sent-events\"");
    let (hub, session) = at_hub(&more, vec![Says::Reply(200, OFFER), stream, ok(), ok()]).await;
    let mut events = session.listen().await.unwrap();
    pass(15).await;
    assert!(soon(&mut events).await.is_none());
    let asked = hub.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[3].body, PING);
}

#[tokio::test]
async fn a_poll_may_take_longer_than_a_silence_but_not_for_ever() {
    let says = vec![
        Says::Reply(200, OFFER),
        Says::Reply(200, ""),
        Says::Reply(200, ""),
        Says::Reply(200, "{}\u{1e}"),
        Says::Nothing,
    ];
    let (hub, session) = at_hub(&set("hub_transport = \"long-polling\""), says).await;
    let mut events = session.listen().await.unwrap();
    assert!(soon(&mut events).await.is_none());
    pass(98).await;
    assert!(soon(&mut events).await.is_none());
    pass(2).await;
    assert_eq!(error(&mut events).await, Kind::NoAnswer);
    assert_eq!(hub.lines().len(), 5);
}
