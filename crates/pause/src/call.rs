//! The facts of one call, and the one function that may claim anything of it.

mod due;
mod heard;
mod wanted;

use std::time::Duration;

pub(crate) use wanted::Asked;
use wanted::Want;

use crate::machine::Rules;
use crate::{
    CallId, Display, Doubt, Evidence, EvidenceKind, Failure, Moment, ProofBy, Recorder, RequestId,
    Wanted,
};

#[derive(Debug)]
pub(crate) struct Call {
    id: CallId,
    /// Since when it is known.
    began: Moment,
    proof: Option<Proof>,
    /// No proof dated earlier counts: the newest command, contradiction or loss of the link.
    not_before: Moment,
    /// Why there is no proof, where there is none.
    doubt: Doubt,
    /// When a vendor that offers no proof accepted a pause.
    sent: Option<Moment>,
    want: Option<Want>,
    command: Option<Command>,
    read: Option<Read>,
    read_at: Moment,
    /// When the newest read-back went out.
    last_read: Option<Moment>,
    failed: Option<Failure>,
    /// When the agent asked for a pause that has not come about.
    pressed_at: Option<Moment>,
    /// When a resume that failed is asked for again.
    resume_again_at: Option<Moment>,
    pause: Option<OpenPause>,
    ending: Ending,
}

/// A vendor statement about the recorder that answers a request of ours.
#[derive(Clone, Copy, Debug)]
struct Proof {
    recorder: Recorder,
    /// When the request went out: the vendor looked no earlier than this.
    as_of: Moment,
    kind: EvidenceKind,
}

/// A command that is out.
#[derive(Clone, Copy, Debug)]
struct Command {
    id: RequestId,
    wanted: Wanted,
    sent_at: Moment,
}

/// A read-back that is out and still counts.
#[derive(Clone, Copy, Debug)]
struct Read {
    id: RequestId,
    sent_at: Moment,
    /// What a hint claimed after this went out.
    hinted: Option<Recorder>,
    /// Whether what it shows may be from before something that has been heard of since, so that
    /// another one has to follow.
    once_more: bool,
}

/// A pause that has not been proven to be over.
///
/// What is due of it is derived from the limits each time: they may change while it lasts.
#[derive(Clone, Copy, Debug)]
struct OpenPause {
    since: Moment,
    /// From when on the reminders count: its beginning, or the newest press for it.
    remind_from: Moment,
    /// How long after that the newest reminder was.
    reminded_after: Duration,
    /// Whether a resume has been sent since, which may have been carried out.
    resume_sent: bool,
    /// When a resume was last asked for because it had lasted too long.
    resume_asked: Option<Moment>,
    /// Whether nothing but an earlier run has given cause for it.
    is_only_suspected: bool,
    /// How often the agent has extended it.
    extensions: u32,
    /// Until when, the last time.
    extended_until: Moment,
}

impl OpenPause {
    fn new(since: Moment) -> Self {
        Self {
            since,
            remind_from: since,
            reminded_after: Duration::ZERO,
            resume_sent: false,
            resume_asked: None,
            is_only_suspected: false,
            extensions: 0,
            extended_until: since,
        }
    }

    /// A pause is asked for that is not known to be there: whoever does so will have to be
    /// reminded of it, whatever has been told. After a resume it is another pause.
    fn asked_for_again(&mut self, now: Moment) {
        if self.resume_sent {
            *self = Self {
                is_only_suspected: self.is_only_suspected,
                ..Self::new(now)
            };
        }
        self.remind_from = now;
        self.reminded_after = Duration::ZERO;
    }

    /// When a resume is asked for, if the organization sets a longest pause.
    fn resume_at(&self, rules: &Rules) -> Option<Moment> {
        let limits = &rules.limits;
        let usual = self.since + limits.longest_pause?;
        // Extensions that are not granted any more, and payment steps one after the other, do not
        // add up to a pause without an end.
        let at_most = usual + limits.extension * limits.extensions + limits.payment_step;
        let extended = if self.extensions <= limits.extensions {
            usual.max(self.extended_until)
        } else {
            usual
        };
        let held = rules.payment_step.holds_until(limits);
        let over = extended.max(held).min(at_most);
        Some(match self.resume_asked {
            Some(asked) => over.max(asked + limits.ask_again_after),
            None => over,
        })
    }
}

#[derive(Clone, Copy, Debug)]
enum Ending {
    Not,
    /// Reported as ended while it may be paused; let go at this moment unless proven before.
    At(Moment),
    /// Nothing is left to be proven.
    Proven,
    /// Nobody could prove anything in time.
    Unproven,
}

impl Call {
    pub(crate) fn new(id: CallId, rules: &Rules, link_up: bool, now: Moment) -> Self {
        let mut call = Self {
            id,
            began: now,
            proof: None,
            not_before: now,
            doubt: Doubt::NothingHeardYet,
            sent: None,
            want: None,
            command: None,
            read: None,
            read_at: now,
            last_read: None,
            failed: None,
            pressed_at: None,
            resume_again_at: None,
            pause: None,
            ending: Ending::Not,
        };
        call.link(link_up, rules, now);
        call
    }

    pub(crate) fn id(&self) -> &CallId {
        &self.id
    }

    /// What may be believed. Derived from the facts each time; nothing stores a claim.
    pub(crate) fn display(&self, rules: &Rules, now: Moment) -> Display {
        if let Some(want) = self.want.as_ref().filter(|want| !want.again) {
            return match want.wanted {
                Wanted::Paused => Display::Pausing,
                Wanted::Recording => Display::Resuming,
            };
        }
        if let Some(failure) = self.failed {
            return Display::Failed(failure);
        }
        // The agent has seen that it failed, and it goes on being asked for.
        if self.insists() {
            return Display::Resuming;
        }
        let resumes_at = self.pause.and_then(|pause| pause.resume_at(rules));
        if let Some(proof) = self.fresh_proof(rules, now) {
            return match proof.recorder {
                Recorder::Recording => Display::Recording,
                Recorder::Off => Display::NotRecorded,
                Recorder::Paused => Display::Paused {
                    since: self.pause.map_or(proof.as_of, |pause| pause.since),
                    resumes_at,
                },
            };
        }
        if let Some(since) = self.sent {
            return Display::PauseSent { since, resumes_at };
        }
        Display::Unknown(if self.proof.is_some() {
            Doubt::Stale
        } else {
            self.doubt
        })
    }

    /// What the display rests on.
    pub(crate) fn evidence(&self, rules: &Rules, now: Moment) -> Option<Evidence> {
        let proof = self.fresh_proof(rules, now).map(|proof| Evidence {
            kind: proof.kind,
            as_of: proof.as_of,
        });
        proof.or(self.sent.map(|as_of| Evidence {
            kind: EvidenceKind::Acknowledgement,
            as_of,
        }))
    }

    /// Known to be paused, as well as this vendor lets anybody know, and nothing under way.
    pub(crate) fn paused(&self, rules: &Rules, now: Moment) -> bool {
        self.want.is_none()
            && (self.proven(Recorder::Paused, rules, now)
                || (self.sent.is_some() && self.failed.is_none()))
    }

    /// Known not to be recording.
    pub(crate) fn harmless(&self, rules: &Rules, now: Moment) -> bool {
        self.paused(rules, now) || (self.want.is_none() && self.proven(Recorder::Off, rules, now))
    }

    pub(crate) fn ended(&self) -> bool {
        !matches!(self.ending, Ending::Not)
    }

    /// Reported as ended, and there is nothing to wait for.
    pub(crate) fn over(&self) -> bool {
        matches!(self.ending, Ending::Proven | Ending::Unproven)
    }

    /// Whether this side has given cause for a pause that is not proven to be over.
    pub(crate) fn may_be_paused(&self) -> bool {
        let asked = |wanted: Wanted| wanted == Wanted::Paused;
        matches!(self.ending, Ending::At(_) | Ending::Unproven)
            || self.pause.is_some()
            || self.want.as_ref().is_some_and(|want| asked(want.wanted))
            || self.command.is_some_and(|command| asked(command.wanted))
            || self.failed.is_some_and(|failure| asked(failure.wanted))
    }

    /// Whether it may be paused, something is under way, or has failed.
    pub(crate) fn is_busy(&self) -> bool {
        self.may_be_paused()
            || self.want.is_some()
            || self.command.is_some()
            || self.failed.is_some()
            || self.insists()
    }

    pub(crate) fn awaits_answer(&self, id: RequestId) -> bool {
        self.command.is_some_and(|command| command.id == id)
    }

    pub(crate) fn awaits_read_back(&self, id: RequestId) -> bool {
        self.read.is_some_and(|read| read.id == id)
    }

    /// Returns whether there was a failure or a suspicion to acknowledge.
    pub(crate) fn acknowledge(&mut self) -> bool {
        self.pressed_at = None;
        let suspected = self.pause.take_if(|pause| pause.is_only_suspected);
        self.failed.take().is_some() || suspected.is_some()
    }

    /// An earlier run may have left it paused. What was due of the pause until now has been told,
    /// unless a press has reached this call.
    pub(crate) fn left_paused(&mut self, since: Moment, now: Moment) {
        let pause = self.pause.get_or_insert(OpenPause {
            reminded_after: now.since(since),
            is_only_suspected: true,
            ..OpenPause::new(since)
        });
        if self
            .want
            .as_ref()
            .is_some_and(|want| want.wanted == Wanted::Paused)
        {
            pause.asked_for_again(now);
        }
    }

    /// Whether it goes on, and nobody knew of it before this.
    pub(crate) fn began_since(&self, moment: Moment) -> bool {
        !self.ended() && self.began >= moment
    }

    /// When the agent asked for a pause, if that was just now and it has not come about.
    pub(crate) fn unmet_press(&self, rules: &Rules, now: Moment) -> Option<Moment> {
        let just_now = |at: &Moment| now < *at + rules.limits.settle_within;
        self.pressed_at.filter(just_now).filter(|_| !self.ended())
    }

    /// How often the agent can still extend the pause; 0 where none is running out.
    pub(crate) fn extensions_left(&self, rules: &Rules) -> u32 {
        let limits = &rules.limits;
        let running_out = |pause: &OpenPause| {
            limits.longest_pause.is_some() && pause.resume_asked.is_none() && self.want.is_none()
        };
        let pause = self.pause.filter(running_out);
        pause.map_or(0, |pause| {
            limits.extensions.saturating_sub(pause.extensions)
        })
    }

    /// Gives the pause more time, if it may have some. Returns how often that has been done.
    pub(crate) fn extend(&mut self, rules: &Rules) -> Option<u32> {
        if self.extensions_left(rules) == 0 {
            return None;
        }
        let pause = self.pause.as_mut()?;
        pause.extended_until = pause.resume_at(rules)? + rules.limits.extension;
        pause.extensions += 1;
        Some(pause.extensions)
    }

    pub(crate) fn link(&mut self, up: bool, rules: &Rules, now: Moment) {
        if !up {
            self.doubt_all(Doubt::LinkLost, now);
            return;
        }
        self.doubt = unheard(rules);
        self.read_at = now;
    }

    /// Somebody says that this call is over. A call that may be paused is held on to until
    /// the vendor has said that it is not.
    pub(crate) fn end(&mut self, rules: &Rules, now: Moment) {
        if self.ended() {
            return;
        }
        let provable = rules.proof != ProofBy::Nothing;
        self.ending = match (self.may_be_paused(), provable) {
            (false, _) => Ending::Proven,
            (true, false) => Ending::Unproven,
            (true, true) => Ending::At(now + rules.limits.ended_within),
        };
        self.want = None;
        self.resume_again_at = None;
        self.read_at = now;
    }

    /// Takes every claim down: what was seen before `now` no longer counts.
    fn doubt_all(&mut self, doubt: Doubt, now: Moment) {
        self.proof = None;
        self.sent = None;
        self.read = None;
        self.not_before = now;
        self.doubt = doubt;
    }

    /// Reads back as soon as the distance between two read-backs allows.
    pub(crate) fn read_soon(&mut self, rules: &Rules, now: Moment) {
        // However many hints come, read-backs keep a distance.
        let earliest = self
            .last_read
            .map_or(now, |at| now.max(at + rules.limits.read_again_after));
        self.read_at = self.read_at.min(earliest);
    }

    /// Reads back soon, also where a read-back is out: it may have looked too early.
    pub(crate) fn read_once_more(&mut self, rules: &Rules, now: Moment) {
        if let Some(read) = &mut self.read {
            read.once_more = true;
        }
        self.read_soon(rules, now);
    }

    fn proven(&self, recorder: Recorder, rules: &Rules, now: Moment) -> bool {
        self.fresh_proof(rules, now)
            .is_some_and(|proof| proof.recorder == recorder)
    }

    fn fresh_proof(&self, rules: &Rules, now: Moment) -> Option<Proof> {
        self.proof
            .filter(|proof| now < proof.as_of + Self::life(proof.recorder, rules))
    }

    fn life(recorder: Recorder, rules: &Rules) -> Duration {
        match recorder {
            Recorder::Paused => rules.limits.freshness,
            Recorder::Recording | Recorder::Off => rules.limits.calm_freshness,
        }
    }
}

/// Why nothing is known of a call that the vendor has said nothing about.
fn unheard(rules: &Rules) -> Doubt {
    match rules.proof {
        ProofBy::Nothing => Doubt::CannotBeAsked,
        ProofBy::Reply | ProofBy::ReadBack => Doubt::NothingHeardYet,
    }
}

/// Whether a recorder in this state is what was asked for. Where nothing is recorded there
/// is nothing to pause and nothing to resume.
fn brings_about(wanted: Wanted, recorder: Recorder) -> bool {
    match (wanted, recorder) {
        (Wanted::Paused, Recorder::Paused)
        | (Wanted::Recording, Recorder::Recording)
        | (_, Recorder::Off) => true,
        (Wanted::Paused, Recorder::Recording) | (Wanted::Recording, Recorder::Paused) => false,
    }
}
