//! What is shown, against what is so: at each view, and until it expires.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use controller::view::{DisplayName, View};
use pause::{CallId, Recorder, Wanted};

use crate::engine::POLICY_EVERY;
use crate::lie::Lie;
use crate::limits::Decision;
use crate::truth::Truth;
use crate::vendor::SECRET;
use crate::world::{LATEST_EVENT_MS, World};

/// S2's: nothing that can be decided moves it.
const CALM_FRESHNESS: Duration = Duration::from_secs(25);

/// For how long NO CALL may be shown after the vendor was last asked or heard.
const NO_CALL_FOR: Duration = Duration::from_secs(40);

/// How long a press may take, and how long an engine that is alive takes to say so.
const SETTLE_WITHIN: Duration = Duration::from_millis(3_050);

/// Looks at all that is shown.
pub(crate) struct Judge {
    world: Arc<World>,
    lie: Lie,
    shown: Option<(Duration, Arc<View>)>,
    pending: BTreeMap<String, (DisplayName, Duration)>,
    /// When each display came up, its own expiry included.
    pub(crate) displays: Vec<(Duration, DisplayName)>,
    /// When a call was shown to be recorded, or not to be recorded at all.
    recording: Vec<(Duration, CallId)>,
    pub(crate) presses: Vec<Duration>,
    pub(crate) reminders: Vec<Duration>,
    pub(crate) decisions: Vec<(Duration, Decision)>,
    /// How many claims were compared with the truth.
    pub(crate) claims: u64,
    pub(crate) views: u64,
}

impl Judge {
    pub(crate) fn new(world: &Arc<World>, lie: Lie) -> Self {
        Self {
            world: Arc::clone(world),
            lie,
            shown: None,
            pending: BTreeMap::new(),
            displays: Vec::new(),
            recording: Vec::new(),
            presses: Vec::new(),
            reminders: Vec::new(),
            decisions: Vec::new(),
            claims: 0,
            views: 0,
        }
    }

    /// A view is shown from now on.
    pub(crate) fn show(&mut self, view: &Arc<View>) {
        let now = self.world.now();
        let view = self.lie.tell(view, &self.world);
        self.views += 1;
        let before = self.shown.as_ref().map(|(_, before)| Arc::clone(before));
        self.look(now);
        let changed = before.is_none_or(|before| {
            (before.display, &before.headline, &before.calls)
                != (view.display, &view.headline, &view.calls)
        });
        if changed {
            let calls = view.calls.iter();
            let calls: Vec<String> = calls
                .map(|call| format!("{} {}", call.id, call.display.name()))
                .collect();
            let (display, calls) = (view.display.name(), calls.join(", "));
            self.world.note(&format!("shown: {display} [{calls}]"));
            self.displays.push((now, view.display));
            let calls = view.calls.iter().filter(|call| {
                matches!(
                    call.display,
                    DisplayName::Recording | DisplayName::NotRecorded
                )
            });
            let calls = calls.map(|call| (now, CallId::new(call.id.as_str())));
            self.recording.extend(calls);
            let text = format!("{view:?}");
            self.keeps_the_secret(&text, "a view");
        }
        self.shown = Some((now, view));
    }

    /// Nothing is shown any longer.
    pub(crate) fn nothing_is_shown(&mut self) {
        let now = self.world.now();
        self.look(now);
        self.shown = None;
        self.pending.clear();
        self.displays.push((now, DisplayName::Unknown));
    }

    /// The agent is told something.
    pub(crate) fn told(&mut self, is_reminder: bool) {
        if is_reminder {
            self.reminders.push(self.world.now());
        }
    }

    pub(crate) fn keeps_the_secret(&self, text: &str, place: &str) {
        if text.contains(SECRET) {
            self.world.broke(format!("the secret stands in {place}"));
        }
    }

    /// What was shown at this moment.
    pub(crate) fn display_at(&self, at: Duration) -> DisplayName {
        let after = self.displays.partition_point(|(from, _)| *from <= at);
        let shown = after.checked_sub(1).map(|newest| self.displays[newest].1);
        shown.unwrap_or(DisplayName::Unknown)
    }

    /// The same; while a pause is being tried, what was shown before the agent asked for it.
    pub(crate) fn display_before_pausing(&self, at: Duration) -> DisplayName {
        let after = self.displays.partition_point(|(from, _)| *from <= at);
        let mut shown = self.displays[..after].iter().rev();
        let before = shown.find(|(_, display)| *display != DisplayName::Pausing);
        before.map_or(DisplayName::Unknown, |(_, display)| *display)
    }

    /// Whether between two moments it came up that this call is recorded, or never was.
    pub(crate) fn recording_is_shown(
        &self,
        call: &CallId,
        from: Duration,
        until: Duration,
    ) -> bool {
        let mut shown = self.recording.iter();
        shown.any(|(at, of)| of == call && (from..=until).contains(at))
    }

    /// When a pause was first shown between two moments.
    pub(crate) fn paused_is_shown_from(&self, from: Duration, until: Duration) -> Option<Duration> {
        if is_shown(self.display_at(from)) {
            return Some(from);
        }
        let mut later = self
            .displays
            .iter()
            .filter(|(at, _)| (from..=until).contains(at));
        later
            .find(|(_, display)| is_shown(*display))
            .map(|(at, _)| *at)
    }

    /// Since when a pause has been shown at this moment without a break; if none is, since now.
    pub(crate) fn paused_is_shown_since(&self, at: Duration) -> Duration {
        let after = self.displays.partition_point(|(from, _)| *from <= at);
        let shown = self.displays[..after].iter().rev();
        let shown = shown.take_while(|(_, display)| is_shown(*display));
        shown.last().map_or(at, |(from, _)| *from)
    }

    /// The decisions that may have been in force between two moments.
    pub(crate) fn decided(
        &self,
        from: Duration,
        until: Duration,
    ) -> impl Iterator<Item = &Decision> {
        let reads = POLICY_EVERY + Duration::from_secs(2);
        let decisions = self.decisions.iter().enumerate();
        decisions
            .filter(move |(n, (at, _))| {
                let next = self.decisions.get(n + 1);
                let replaced = next.map_or(Duration::MAX, |(next, _)| *next + reads);
                *at <= until && replaced >= from
            })
            .map(|(_, (_, decision))| decision)
    }

    /// Compares what has been shown until now with what was so.
    fn look(&mut self, until: Duration) {
        let Some((from, view)) = self.shown.clone() else {
            return;
        };
        let expires = from + Duration::from_millis(u64::from(view.good_for_ms));
        let world = Arc::clone(&self.world);
        if until > expires {
            self.displays.push((expires, DisplayName::Unknown));
            if !world.truth(|truth| truth.slept_between(from, until)) {
                world.broke("D6: a view expired while the engine was there".to_owned());
            }
        }
        let until = until.min(expires);
        if until == from {
            return;
        }
        let freshness = self.decided(from, until).map(|decision| decision.freshness);
        let freshness = freshness.max().unwrap_or_default();
        let broken = world.truth(|truth| self.wrong(truth, &view, from, until, freshness));
        for how in broken {
            world.broke(how);
        }
        self.look_at_what_is_pending(&view, from, until);
    }

    /// Each claim that was wrong at the beginning or the end of its time.
    fn wrong(
        &mut self,
        truth: &Truth,
        view: &View,
        from: Duration,
        until: Duration,
        freshness: Duration,
    ) -> Vec<String> {
        let mut broken = Vec::new();
        for at in [from, until] {
            for call in &view.calls {
                let (claimed, life) = match call.display {
                    DisplayName::Paused => (Recorder::Paused, freshness),
                    DisplayName::Recording => (Recorder::Recording, CALM_FRESHNESS),
                    DisplayName::NotRecorded => (Recorder::Off, CALM_FRESHNESS),
                    DisplayName::PauseSent => {
                        broken.extend(not_accepted(truth, &CallId::new(call.id.as_str()), at));
                        continue;
                    }
                    DisplayName::NoCall
                    | DisplayName::Pausing
                    | DisplayName::Resuming
                    | DisplayName::Failed
                    | DisplayName::Unknown => continue,
                };
                self.claims += 1;
                let id = CallId::new(call.id.as_str());
                let command = truth.command_before(&id, at);
                let sent = command.map_or(Duration::ZERO, |command| command.at);
                let earliest = at.saturating_sub(life).max(sent);
                if !truth.was(&id, claimed, earliest, at) {
                    broken.push(format!(
                        "S1/S2: {} is shown of {id} at {:.3} s, and it was not so since {:.3} s",
                        call.display.name(),
                        at.as_secs_f64(),
                        earliest.as_secs_f64()
                    ));
                }
                if !self.world.nature.proves() {
                    broken.push(format!("{} without any proof", call.display.name()));
                }
            }
        }
        broken.extend(self.wrong_of_all(truth, view, until, freshness));
        broken
    }

    /// What is shown of all calls together, against each of them.
    fn wrong_of_all(
        &mut self,
        truth: &Truth,
        view: &View,
        at: Duration,
        freshness: Duration,
    ) -> Option<String> {
        // What tells of the call may be on its way when the link is lost.
        let on_its_way = Duration::from_millis(if self.world.nature.tells() {
            LATEST_EVENT_MS
        } else {
            0
        });
        let (harmless, life): (fn(Recorder) -> bool, _) = match view.display {
            DisplayName::Paused | DisplayName::PauseSent => {
                (|recorder| recorder != Recorder::Recording, freshness)
            }
            DisplayName::NoCall => (|recorder| recorder == Recorder::Off, NO_CALL_FOR),
            DisplayName::NotRecorded
            | DisplayName::Recording
            | DisplayName::Pausing
            | DisplayName::Resuming
            | DisplayName::Failed
            | DisplayName::Unknown => return None,
        };
        self.claims += 1;
        let worse = view.calls.iter().find(|call| match call.display {
            DisplayName::Paused | DisplayName::PauseSent => view.display == DisplayName::NoCall,
            DisplayName::NotRecorded | DisplayName::NoCall => false,
            DisplayName::Recording
            | DisplayName::Pausing
            | DisplayName::Resuming
            | DisplayName::Failed
            | DisplayName::Unknown => true,
        });
        if let Some(worse) = worse {
            let (all, one) = (view.display.name(), worse.display.name());
            return Some(format!("{all} is shown, and {} is {one}", worse.id));
        }
        let shown = |id: &CallId| view.calls.iter().any(|call| call.id == id.as_str());
        let mut unknown = truth.live.iter().filter(|(id, _)| !shown(id));
        let (id, since) = unknown.find(|(id, since)| {
            !harmless(truth.recorder(id)) && at > **since + life + on_its_way
        })?;
        Some(format!(
            "{} is shown at {:.3} s, and {id} is there since {:.3} s",
            view.display.name(),
            at.as_secs_f64(),
            since.as_secs_f64()
        ))
    }

    /// D6: nothing stays pending for longer than a press may take.
    fn look_at_what_is_pending(&mut self, view: &View, from: Duration, until: Duration) {
        let all = [(String::new(), view.display)];
        let calls = view.calls.iter();
        let calls: Vec<_> = calls.map(|call| (call.id.clone(), call.display)).collect();
        let shown = if calls.is_empty() { &all[..] } else { &calls };
        let pending = shown
            .iter()
            .filter(|(_, display)| matches!(display, DisplayName::Pausing | DisplayName::Resuming));
        let before = std::mem::take(&mut self.pending);
        let newest = self.presses.last().copied().unwrap_or_default();
        for (call, display) in pending {
            let same = before.get(call).filter(|(was, _)| was == display);
            let since = same.map_or(from, |(_, since)| (*since).max(newest));
            let slept = self.world.truth(|truth| truth.slept_between(since, until));
            if until > since + SETTLE_WITHIN && !slept {
                let name = display.name();
                let took = (until - since).as_millis();
                let how = format!("D6: {name} is shown of {call:?} for {took} ms");
                self.world.broke(how);
            }
            self.pending.insert(call.clone(), (*display, since));
        }
    }
}

fn is_shown(display: DisplayName) -> bool {
    matches!(display, DisplayName::Paused | DisplayName::PauseSent)
}

/// PAUSE SENT says that the vendor has taken the newest command, a pause.
fn not_accepted(truth: &Truth, call: &CallId, at: Duration) -> Option<String> {
    let newest = truth.command_before(call, at);
    let accepted = newest.is_some_and(|newest| {
        newest.wanted == Wanted::Paused && newest.accepted_at.is_some_and(|taken| taken <= at)
    });
    (!accepted).then(|| {
        let at = at.as_secs_f64();
        format!("pause-sent is shown of {call} at {at:.3} s, and none was accepted")
    })
}
