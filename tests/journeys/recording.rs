//! The proof of this product: the digits that can be heard in the recording.

use controller::view::DisplayName;
use pause::Wanted;
use simulators::audio::SpokenDigit;
use simulators::{Fault, Misbehaviour, Truth, Vendor, shift};
use tests::shown::{card_digits, heard, said_while};

use crate::desk::Desk;

fn digits_of(said: &[SpokenDigit]) -> String {
    said.iter().map(|digit| digit.digit).collect()
}

/// A call in which the customer reads out a card number once the agent may take it.
struct Take {
    call: shift::Call,
    heard: String,
}

/// What is shown is noted from before the first word to the end of the call.
async fn take(vendor: Vendor, paused: DisplayName, resumed: DisplayName) -> Take {
    let mut desk = Desk::new(vendor);
    desk.shows(DisplayName::NoCall).await;
    let call = desk.start_call();
    let notes = desk.note_what_is_shown(&call);
    desk.customer_says(&call, "20413").await;

    desk.want(Wanted::Paused);
    desk.shows(paused).await;
    desk.customer_says(&call, "5678998765675895").await;

    desk.want(Wanted::Recording);
    desk.shows(resumed).await;
    assert_eq!(desk.site().truth(&call), Some(Truth::Recording));
    desk.customer_says(&call, "31240").await;

    desk.site().end_call(&call);
    let shown = notes.await.expect("the notes are taken to the end");
    let call = shown
        .finish(desk.folder.path())
        .expect("the recording can be written");
    let heard = heard(&desk.folder.path().join(&call.wav)).expect("a recording");
    Take { call, heard }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_number_said_while_paused_was_shown_is_not_in_the_recording() {
    let take = take(
        Vendor::Anywhere365,
        DisplayName::Paused,
        DisplayName::Recording,
    )
    .await;
    let while_paused = said_while(&take.call, "paused");
    assert_eq!(
        digits_of(&while_paused),
        "5678998765675895",
        "the card number was to be said while PAUSED was shown: {:#?}",
        take.call
    );
    assert_eq!(take.heard, "2041331240");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_without_proof_is_never_said_to_be_paused_and_pauses_all_the_same() {
    let take = take(Vendor::Xima, DisplayName::PauseSent, DisplayName::Unknown).await;
    assert!(said_while(&take.call, "paused").is_empty());
    assert_eq!(
        digits_of(&said_while(&take.call, "pause-sent")),
        "5678998765675895"
    );
    assert_eq!(take.heard, "2041331240");
}

/// Without this the decoder could be deaf, and every proof above worthless.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_number_said_without_a_pause_is_in_the_recording() {
    let mut desk = Desk::new(Vendor::Anywhere365);
    desk.shows(DisplayName::NoCall).await;
    let call = desk.start_call();
    desk.customer_says(&call, "20413").await;
    desk.customer_says(&call, "5678998765").await;
    desk.site().end_call(&call);
    let wav = desk.folder.path().join("call.wav");
    desk.site().write_wav(&call, &wav).expect("written");
    assert_eq!(heard(&wav).expect("a recording"), "204135678998765");
}

/// Whatever the vendor does wrong: no digit that was said while PAUSED was shown is in the
/// recording. An agent who does not wait for PAUSED loses; an agent who does never does.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_fault_lets_a_digit_through_that_was_said_while_paused_was_shown() {
    let faults: [(Misbehaviour, bool); 8] = [
        (Fault::LoseReply.on_commands(), true),
        (Fault::status(500).on_commands().times(1), true),
        (Fault::DropConnection.on_commands().times(1), true),
        (Fault::Garbage.on_commands(), true),
        (Fault::NoEffect.on_commands(), false),
        (Fault::status(403).on_commands(), false),
        (Fault::status(503).on_reads(), false),
        (Fault::WrongTypes.on_reads(), false),
    ];
    let mut journeys = Vec::new();
    for (fault, comes_about) in faults {
        journeys.push(tokio::spawn(async move {
            let mut desk = Desk::new(Vendor::Anywhere365);
            desk.shows(DisplayName::NoCall).await;
            let call = desk.start_call();
            desk.shows(DisplayName::Recording).await;
            let notes = desk.note_what_is_shown(&call);
            desk.site().misbehave(fault);
            desk.want(Wanted::Paused);
            desk.shows(if comes_about {
                DisplayName::Paused
            } else {
                DisplayName::Failed
            })
            .await;
            desk.customer_says(&call, "56789").await;
            desk.site().end_call(&call);
            let shown = notes.await.expect("the notes are taken to the end");
            let call = shown.finish(desk.folder.path()).expect("written");
            let heard = heard(&desk.folder.path().join(&call.wav)).expect("a recording");
            let safe = digits_of(&said_while(&call, "paused"));
            assert_eq!(safe.is_empty(), !comes_about, "{}: {call:#?}", fault.fault);
            for digit in safe.chars() {
                assert!(
                    !card_digits(&heard).contains(digit),
                    "{}: {digit} was said while PAUSED was shown, and is heard in {heard}",
                    fault.fault
                );
            }
        }));
    }
    for journey in journeys {
        journey.await.expect("each fault keeps the promise");
    }
}

/// Somebody else resumes while the card number is being read out. PAUSED may stand for as long
/// as its proof is fresh, and no longer than until the next read-back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resume_from_elsewhere_takes_paused_down_within_a_read_back() {
    let mut desk = Desk::new(Vendor::Anywhere365);
    desk.shows(DisplayName::NoCall).await;
    let call = desk.start_call();
    desk.want(Wanted::Paused);
    desk.shows(DisplayName::Paused).await;
    let mut notices = desk.handle.notices();
    desk.site().someone_sets(&call, Truth::Recording);
    let since = desk.site().seconds(&call).expect("the call goes on");
    desk.shows(DisplayName::Recording).await;
    let took = desk.site().seconds(&call).expect("the call goes on") - since;
    assert!(took < 3.0, "PAUSED stood for another {took} s");
    let notice = notices.recv().await.expect("the agent is told");
    assert_eq!(notice.kind, controller::NoticeKind::Elsewhere);
}
