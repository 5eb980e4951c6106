//! A crash forgets no pause (S9).

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use pause::{ProofBy, Recorder};
use tempfile::TempDir;
use vendors::{CallsBy, Kind, PauseScope};

use super::super::scripted::{Script, Then};
use super::{MS, Rig, after, write};
use crate::clock::Clock;
use crate::view::{DisplayName, Request};

const NOTE: &str = "open-pauses.json";
const LEFT_OPEN: &str = "pause-left-open";

/// A desk that outlives its engines: its folder, and its clock.
struct Place {
    folder: TempDir,
    clock: Clock,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Clock::tokio(),
        }
    }

    fn note(&self) -> PathBuf {
        self.folder.path().join(NOTE)
    }

    /// Starts an engine.
    fn rig(self, script: &Script) -> (Rig, Noted) {
        let Self { folder, clock } = self;
        let note = folder.path().join(NOTE);
        let noted = Noted {
            note: note.clone(),
            clock,
        };
        let rig = Rig::set_up(
            folder,
            script,
            Some("canary"),
            |_| (),
            |setup| {
                setup.clock = clock;
                setup.pause_note = Some(note);
            },
        );
        (rig, noted)
    }
}

struct Noted {
    note: PathBuf,
    clock: Clock,
}

impl Noted {
    fn text(&self) -> Option<String> {
        fs::read_to_string(&self.note).ok()
    }

    /// Waits for the thread that writes, which knows no paused clock.
    fn becomes(&self, is_so: impl Fn(Option<&str>) -> bool) {
        for _ in 0..1_000 {
            if is_so(self.text().as_deref()) {
                return;
            }
            std::thread::sleep(5 * MS);
        }
        panic!("the note is {:?}", self.text());
    }

    fn is_there(&self) {
        self.becomes(|note| note.is_some_and(|note| note.contains("call-1")));
    }

    /// Gives that thread the time to take it away.
    fn stays(&self) {
        std::thread::sleep(300 * MS);
        self.is_there();
    }

    fn is_gone(&self) {
        self.becomes(|note| note.is_none());
    }

    /// The engine ends without a word.
    async fn crash(self, rig: Rig) -> Place {
        rig.task.abort();
        assert!(rig.task.await.unwrap_err().is_cancelled());
        Place {
            folder: rig.place,
            clock: self.clock,
        }
    }
}

/// A vendor that names its agent's calls.
fn naming() -> Arc<Script> {
    Script::new(|script| {
        script.calls_by = CallsBy::Event;
        script.calls = vec![pause::CallId::new("call-1")];
    })
}

/// An engine crashes while a call is paused; it was paused for that long.
async fn crashed_after(millis: u32, script: &Script) -> Place {
    let (rig, noted) = Place::new().rig(script);
    rig.in_call().await;
    rig.pause();
    after(millis).await;
    noted.is_there();
    noted.crash(rig).await
}

#[tokio::test(start_paused = true)]
async fn a_note_goes_to_the_disk_as_the_command_goes_out() {
    let script = Script::new(|script| script.on_command = Then::Hangs);
    let (rig, noted) = Place::new().rig(&script);
    rig.in_call().await;
    assert_eq!(noted.text(), None);
    rig.pause();
    after(1).await;
    noted.is_there();
    assert_eq!(rig.shows(), DisplayName::Pausing, "nobody has answered yet");
    let text = noted.text().unwrap();
    assert!(text.contains("2026-01-01T00:00:00"), "{text}");
    assert!(!text.contains("canary"), "E1: {text}");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn nobody_else_reads_the_note() {
    use std::os::unix::fs::MetadataExt;
    let (rig, noted) = Place::new().rig(&Script::new(|_| ()));
    rig.in_call().await;
    rig.pause();
    after(500).await;
    noted.is_there();
    assert_eq!(fs::metadata(&noted.note).unwrap().mode() & 0o777, 0o600);
}

#[tokio::test(start_paused = true)]
async fn it_is_taken_back_after_proof_of_recording_only() {
    let script = Script::new(|_| ());
    let (rig, noted) = Place::new().rig(&script);
    rig.in_call().await;
    rig.pause();
    after(2_000).await;
    noted.is_there();
    script.with(|script| script.on_command = Then::Pretends);
    rig.resume();
    after(5_000).await;
    assert_eq!(rig.shows(), DisplayName::Failed, "accepted is no proof");
    noted.stays();
    script.with(|script| script.on_command = Then::Obeys(MS));
    rig.resume();
    after(1_000).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    noted.is_gone();
}

#[tokio::test(start_paused = true)]
async fn a_call_that_ended_paused_stays_noted_until_the_vendor_has_said_that_it_is_over() {
    let script = Script::new(|_| ());
    let (rig, noted) = Place::new().rig(&script);
    rig.in_call().await;
    rig.pause();
    after(500).await;
    rig.send(Request::CallEnded(pause::CallId::new("call-1")));
    after(500).await;
    noted.stays();
    script.with(|script| script.on_read = Then::Says(Kind::NoSuchCall));
    after(5_000).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    assert!(rig.problems().is_empty(), "{:?}", rig.problems());
    noted.is_gone();
}

#[tokio::test(start_paused = true)]
async fn a_pause_made_elsewhere_is_noted_too() {
    let script = Script::new(|script| script.recorder = Recorder::Paused);
    let (rig, noted) = Place::new().rig(&script);
    rig.in_call().await;
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    noted.is_there();
}

// B11
#[tokio::test(start_paused = true)]
async fn after_a_crash_nothing_is_claimed_before_the_vendor_is_read_and_the_pause_goes_on() {
    let script = naming();
    let place = crashed_after(90_000, &script).await;
    script.with(|script| script.on_read = Then::Obeys(800 * MS));
    let (mut rig, noted) = place.rig(&script);
    assert_eq!(rig.shows(), DisplayName::Unknown);
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::Unknown, "nobody has been read");
    assert_eq!(rig.problems(), [LEFT_OPEN]);
    assert!(rig.view().can_acknowledge);
    after(1_000).await;
    let view = rig.view();
    assert_eq!(view.display, DisplayName::Paused);
    let paused_for = view.paused_for_ms.unwrap();
    assert!((90_500..93_000).contains(&paused_for), "{paused_for}");
    let told = rig.notices();
    assert_eq!(told.len(), 1, "{told:?}");
    let since = "A recording may have been left paused since ";
    assert!(told[0].starts_with(since), "{told:?}");

    // The ladder goes on: the first minute was told before the crash.
    after(27_000).await;
    assert_eq!(rig.notices(), [] as [&str; 0]);
    after(3_000).await;
    assert_eq!(rig.notices(), ["The recording has been paused for 2 min"]);
    assert_eq!(rig.problems(), [LEFT_OPEN]);

    rig.resume();
    after(1_500).await;
    assert_eq!(rig.shows(), DisplayName::Recording);
    assert!(rig.problems().is_empty(), "{:?}", rig.problems());
    noted.is_gone();
}

#[tokio::test(start_paused = true)]
async fn where_only_the_desk_tells_of_calls_the_call_is_taken_up_again() {
    let script = Script::new(|_| ());
    let place = crashed_after(5_000, &script).await;
    let (rig, _noted) = place.rig(&script);
    after(500).await;
    let view = rig.view();
    assert_eq!(view.display, DisplayName::Paused);
    assert!(view.paused_for_ms.unwrap() >= 5_000, "{view:?}");
}

#[tokio::test(start_paused = true)]
async fn a_recording_that_goes_on_settles_it_and_is_not_said_to_have_been_resumed_elsewhere() {
    for script in [naming(), Script::new(|_| ())] {
        let place = crashed_after(5_000, &script).await;
        script.with(|script| script.recorder = Recorder::Recording);
        let (mut rig, noted) = place.rig(&script);
        after(500).await;
        assert_eq!(rig.shows(), DisplayName::Recording);
        assert!(rig.problems().is_empty(), "{:?}", rig.problems());
        noted.is_gone();
        let told = rig.notices();
        assert!(
            !told.contains(&"The recording goes on".to_owned()),
            "{told:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_over_settles_it() {
    let naming = naming();
    let place = crashed_after(5_000, &naming).await;
    naming.with(|script| script.calls.clear());
    let (rig, noted) = place.rig(&naming);
    after(1_000).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    assert!(rig.problems().is_empty(), "{:?}", rig.problems());
    noted.is_gone();

    let told = Script::new(|_| ());
    let place = crashed_after(5_000, &told).await;
    told.with(|script| script.on_read = Then::Says(Kind::NoSuchCall));
    let (rig, noted) = place.rig(&told);
    after(5_000).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    assert!(rig.problems().is_empty(), "{:?}", rig.problems());
    noted.is_gone();
}

#[tokio::test(start_paused = true)]
async fn while_the_vendor_is_away_it_stays_said_and_noted() {
    let script = naming();
    let place = crashed_after(5_000, &script).await;
    script.with(|script| script.on_sign_in = Then::Says(Kind::Unreachable));
    let (rig, noted) = place.rig(&script);
    after(600_000).await;
    assert!(rig.problems().contains(&LEFT_OPEN.to_owned()));
    noted.stays();
    // And from crash to crash.
    let (rig, noted) = noted.crash(rig).await.rig(&script);
    assert!(rig.problems().contains(&LEFT_OPEN.to_owned()));
    noted.is_there();
}

#[tokio::test(start_paused = true)]
async fn the_agent_can_say_that_it_is_seen_and_what_is_proven_paused_stays_noted() {
    let script = naming();
    let place = crashed_after(5_000, &script).await;
    let (rig, noted) = place.rig(&script);
    after(500).await;
    rig.send(Request::Acknowledge);
    after(5).await;
    assert_eq!(rig.shows(), DisplayName::Paused);
    assert!(rig.problems().is_empty(), "{:?}", rig.problems());
    assert!(!rig.view().can_acknowledge);
    noted.stays();
}

#[tokio::test(start_paused = true)]
async fn a_note_that_cannot_be_read_counts_as_an_open_pause_until_the_agent_has_seen_it() {
    for text in ["", "{\"pauses\":[{\"acc", "\u{0}\u{0}\u{0}", "[]"] {
        let place = Place::new();
        write(&place.note(), text);
        let (mut rig, noted) = place.rig(&Script::new(|_| ()));
        after(500).await;
        assert_eq!(rig.problems(), [LEFT_OPEN], "{text:?}");
        assert_eq!(rig.notices().len(), 1, "{text:?}");
        // Another pause of its own does not make it forgotten.
        rig.in_call().await;
        rig.pause();
        after(500).await;
        noted.is_there();
        let (rig, noted) = noted.crash(rig).await.rig(&Script::new(|_| ()));
        assert_eq!(rig.problems(), [LEFT_OPEN], "{text:?}");
        rig.send(Request::Acknowledge);
        after(5).await;
        assert!(rig.problems().is_empty(), "{text:?}");
        noted.is_gone();
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_vendor_that_proves_nothing_the_agent_is_reminded_until_it_takes_a_resume() {
    let script = Script::new(|script| {
        script.proof = ProofBy::Nothing;
        script.pauses = PauseScope::Agent;
    });
    let (rig, noted) = Place::new().rig(&script);
    after(5).await;
    rig.pause();
    after(50_000).await;
    noted.becomes(|note| note.is_some());
    let (mut rig, noted) = noted.crash(rig).await.rig(&script);
    after(15_000).await;
    let view = rig.view();
    assert_eq!(view.display, DisplayName::Unknown);
    assert!(view.can_resume && !view.quiet, "{view:?}");
    assert_eq!(rig.problems(), [LEFT_OPEN]);
    let told = rig.notices();
    assert_eq!(told[1..], ["A pause was sent 60 s ago"], "{told:?}");
    rig.resume();
    after(500).await;
    assert!(rig.problems().is_empty(), "{:?}", rig.problems());
    noted.is_gone();
}

#[tokio::test(start_paused = true)]
async fn of_such_a_vendor_what_the_agent_has_seen_is_let_go() {
    let script = Script::new(|script| script.proof = ProofBy::Nothing);
    let place = crashed_after(5_000, &script).await;
    let (rig, noted) = place.rig(&script);
    after(500).await;
    rig.send(Request::Acknowledge);
    after(500).await;
    assert_eq!(rig.shows(), DisplayName::NoCall);
    assert!(rig.problems().is_empty(), "{:?}", rig.problems());
    noted.is_gone();
}

// G3
#[tokio::test(start_paused = true)]
async fn a_note_that_cannot_be_written_is_a_problem_and_pauses_work_all_the_same() {
    let place = Place::new();
    // No folder, whoever runs this.
    let folder = place.folder.path().join("data");
    write(&folder, "");
    let rig = Rig::set_up(
        place.folder,
        &Script::new(|_| ()),
        Some("canary"),
        |_| (),
        |setup| setup.pause_note = Some(folder.join(NOTE)),
    );
    rig.in_call().await;
    rig.pause();
    let is_a_problem = |rig: &Rig| rig.problems().contains(&"pause-not-noted".to_owned());
    rig.until(|rig| rig.shows() == DisplayName::Paused).await;
    rig.until(is_a_problem).await;
    assert_eq!(rig.shows(), DisplayName::Paused, "{:?}", rig.view());
    fs::remove_file(&folder).unwrap();
    rig.until(|rig| !is_a_problem(rig)).await;
    let noted = fs::read_to_string(folder.join(NOTE)).unwrap();
    assert!(noted.contains("call-1"), "{noted}");
}
