//! What can be heard in a recording, by a listener that did not make it.

use simulators::audio::{PausedTime, RATE, Script, TONE_S, dtmf, record, write_wav};
use simulators::{Options, Simulator, Truth, Turn, Vendor, shift};

use crate::xima;

const LENGTH_S: f64 = 12.0;

fn turn(at_s: f64, truth: Truth) -> Turn {
    Turn { at_s, truth }
}

/// Recorded, paused from 4 s to 8 s, recorded again.
fn paused_from_4_to_8() -> Vec<Turn> {
    vec![
        turn(0.0, Truth::Recording),
        turn(4.0, Truth::Paused),
        turn(8.0, Truth::Recording),
    ]
}

fn heard(samples: &[i16]) -> String {
    let digits = dtmf::decode(samples, RATE);
    digits.iter().map(|(digit, _, _)| *digit).collect()
}

fn seconds(samples: &[i16]) -> f64 {
    samples.len() as f64 / f64::from(RATE)
}

fn order_with_a_card() -> Script {
    Script::new()
        .say("20413", 1.0)
        .say("56789876", 4.5)
        .say("31", 9.0)
}

#[test]
fn a_call_that_is_recorded_throughout_has_every_digit_at_its_time() {
    let script = order_with_a_card();
    let samples = record(
        &script,
        &[turn(0.0, Truth::Recording)],
        LENGTH_S,
        PausedTime::Cut,
    );
    assert_eq!(seconds(&samples), LENGTH_S);
    let heard = dtmf::decode(&samples, RATE);
    assert_eq!(heard.len(), script.digits().len());
    for ((digit, start_s, end_s), spoken) in heard.iter().zip(script.digits()) {
        assert_eq!(*digit, spoken.digit);
        assert!(
            (start_s - spoken.start_s).abs() < 0.012,
            "{start_s} {spoken:?}"
        );
        assert!((end_s - spoken.end_s).abs() < 0.012, "{end_s} {spoken:?}");
    }
}

#[test]
fn cut_paused_time_makes_the_recording_shorter_and_leaves_the_card_out() {
    let samples = record(
        &order_with_a_card(),
        &paused_from_4_to_8(),
        LENGTH_S,
        PausedTime::Cut,
    );
    assert_eq!(seconds(&samples), LENGTH_S - 4.0);
    assert_eq!(heard(&samples), "2041331");
    let (_, start_s, _) = dtmf::decode(&samples, RATE)[5];
    assert!(
        (start_s - 5.0).abs() < 0.012,
        "what was said at 9 s is at 5 s"
    );
}

#[test]
fn silent_paused_time_keeps_the_length_and_leaves_the_card_out() {
    let samples = record(
        &order_with_a_card(),
        &paused_from_4_to_8(),
        LENGTH_S,
        PausedTime::Silence,
    );
    assert_eq!(seconds(&samples), LENGTH_S);
    assert_eq!(heard(&samples), "2041331");
    assert!(
        samples[4 * 8000..8 * 8000]
            .iter()
            .all(|sample| *sample == 0)
    );
    let (_, start_s, _) = dtmf::decode(&samples, RATE)[5];
    assert!((start_s - 9.0).abs() < 0.012);
}

#[test]
fn a_pause_that_comes_late_leaves_the_first_digits_in() {
    let timeline = [turn(0.0, Truth::Recording), turn(5.0, Truth::Paused)];
    for paused in [PausedTime::Cut, PausedTime::Silence] {
        let samples = record(&order_with_a_card(), &timeline, LENGTH_S, paused);
        assert_eq!(heard(&samples), "2041356");
    }
}

#[test]
fn time_in_which_the_recorder_is_off_is_never_in_the_recording() {
    let timeline = [
        turn(0.0, Truth::Off),
        turn(4.0, Truth::Recording),
        turn(8.0, Truth::Off),
    ];
    for paused in [PausedTime::Cut, PausedTime::Silence] {
        let samples = record(&order_with_a_card(), &timeline, LENGTH_S, paused);
        assert_eq!(seconds(&samples), 4.0);
        assert_eq!(heard(&samples), "56789876");
    }
}

#[test]
fn equal_calls_sound_equal_and_others_do_not() {
    let sound =
        |script: &Script| record(script, &[turn(0.0, Truth::Recording)], 2.0, PausedTime::Cut);
    assert_eq!(sound(&Script::seeded(7)), sound(&Script::seeded(7)));
    assert_ne!(sound(&Script::seeded(7)), sound(&Script::seeded(8)));
}

#[test]
fn the_murmur_can_be_heard_and_is_no_digit() {
    let samples = record(
        &Script::new(),
        &[turn(0.0, Truth::Recording)],
        60.0,
        PausedTime::Cut,
    );
    let power: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
    let level = (power / samples.len() as f64).sqrt();
    assert!((30.0..600.0).contains(&level), "{level}");
    assert_eq!(heard(&samples), "");
}

#[test]
fn numbers_do_not_talk_over_each_other() {
    let mut script = Script::new();
    let first = script.speak(&"5678".parse().unwrap(), 2.0);
    let second = script.speak(&"9".parse().unwrap(), 2.1);
    assert_eq!(first[0].start_s, 2.0);
    assert!(second[0].start_s > first[3].end_s);
    let before = script.speak(&"0".parse().unwrap(), 0.5);
    assert_eq!(before[0].start_s, 0.5);
    assert!(
        script
            .digits()
            .is_sorted_by(|one, next| one.end_s < next.start_s)
    );
}

#[test]
#[should_panic(expected = "digits from 5 to 9 only")]
fn a_number_is_card_data_or_is_not() {
    let _mixed = Script::new().say("1235", 1.0);
}

#[test]
fn what_is_said_live_is_said_from_now_on_and_not_after_the_end() {
    let (xima, call) = xima::start(Options::default());
    let site = xima.site();
    let now_s = site.seconds(&call).unwrap();
    let spoken = site.say(&call, "56", None).unwrap();
    // Times are whole milliseconds.
    assert!(spoken[0].start_s > now_s - 0.001);
    let later = site.say(&call, "0", Some(60.0)).unwrap();
    assert_eq!(later[0].start_s, 60.0);
    assert_eq!(site.digits(&call).unwrap().len(), 3);

    site.end_call(&call);

    assert!(site.seconds(&call).unwrap() < spoken[0].start_s + TONE_S);
    assert_eq!(site.digits(&call), Some(vec![]));
    assert_eq!(site.say(&call, "56", None), Ok(vec![]));
    assert!(site.say(&call, "15", None).is_err());
}

#[test]
fn a_call_leaves_a_wav_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("call.wav");
    let samples = record(
        &order_with_a_card(),
        &paused_from_4_to_8(),
        LENGTH_S,
        PausedTime::Cut,
    );
    write_wav(&samples, &file).unwrap();

    let mut reader = hound::WavReader::open(&file).unwrap();
    let spec = reader.spec();
    assert_eq!((spec.channels, spec.sample_rate), (1, 8000));
    assert_eq!(spec.bits_per_sample, 16);
    let read: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    // Windows replaces no file that somebody reads.
    drop(reader);
    assert_eq!(read, samples);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    let (xima, call) = xima::start(Options::default());
    xima.site().write_wav(&call, &file).unwrap();
    assert!(xima.site().write_wav("another", &file).is_err());
}

#[test]
fn each_vendor_has_its_own_way_with_paused_time_and_may_be_told_another() {
    let paused_time = |vendor, paused_time| {
        let options = Options {
            paused_time,
            ..Options::default()
        };
        let simulator = Simulator::start(vendor, options).expect("a free port");
        simulator.site().paused_time()
    };
    assert_eq!(paused_time(Vendor::Xima, None), PausedTime::Cut);
    assert_eq!(paused_time(Vendor::Anywhere365, None), PausedTime::Silence);
    let told = Some(PausedTime::Silence);
    assert_eq!(paused_time(Vendor::Xima, told), PausedTime::Silence);
}

#[test]
fn a_shift_is_written_as_it_is_agreed() {
    let text = r#"{"vendor":"xima","calls":[{"id":"7","wav":"7.wav","paused_time":"cut",
        "digits":[{"digit":"5","start_s":12.10,"end_s":12.25}],
        "displays":[{"display":"paused","start_s":11.0,"end_s":19.5}]}]}"#;
    let shift: shift::Shift = serde_json::from_str(text).unwrap();
    let script = Script::new().say("5", 12.1);
    assert_eq!(shift.calls[0].digits, script.digits());
    assert_eq!(shift.calls[0].paused_time, PausedTime::Cut);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shift.json");
    shift.write(&file).unwrap();
    assert_eq!(shift::Shift::read(&file).unwrap(), shift);
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(&shift).unwrap(), value);
}
