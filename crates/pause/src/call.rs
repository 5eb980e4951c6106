//! The facts of one call, and the one function that may claim anything of it.

mod due;
mod heard;

use std::time::Duration;

use crate::machine::Rules;
use crate::{
    CallId, Display, Doubt, Evidence, EvidenceKind, Failure, Moment, ProofBy, Reason, Recorder,
    RequestId, Wanted,
};

#[derive(Debug)]
pub(crate) struct Call {
    id: CallId,
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

/// What the agent asked for and has neither got nor been refused yet.
#[derive(Debug)]
struct Want {
    wanted: Wanted,
    asked_at: Moment,
    attempts: u32,
    /// When to send it (again).
    send_at: Option<Moment>,
    /// The vendor took it.
    accepted: bool,
    /// The recorder has been read back since, and was not what is wanted.
    contradicted: bool,
    /// It has failed for this reason, unless one more read-back shows otherwise.
    verdict: Option<Reason>,
    generation: u64,
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
}

/// A pause that has not been proven to be over.
#[derive(Clone, Copy, Debug)]
struct OpenPause {
    since: Moment,
    reminded: usize,
    resume_at: Option<Moment>,
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

pub(crate) enum Asked {
    Anew,
    AlreadySo,
}

impl Call {
    pub(crate) fn new(id: CallId, rules: &Rules, link_up: bool, now: Moment) -> Self {
        let mut call = Self {
            id,
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
        if let Some(want) = &self.want {
            return match want.wanted {
                Wanted::Paused => Display::Pausing,
                Wanted::Recording => Display::Resuming,
            };
        }
        if let Some(failure) = self.failed {
            return Display::Failed(failure);
        }
        let resumes_at = self.pause.and_then(|pause| pause.resume_at);
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

    pub(crate) fn awaits_answer(&self, id: RequestId) -> bool {
        self.command.is_some_and(|command| command.id == id)
    }

    pub(crate) fn awaits_read_back(&self, id: RequestId) -> bool {
        self.read.is_some_and(|read| read.id == id)
    }

    /// Notes what the agent wants; [`Self::advance`] sends it.
    pub(crate) fn ask(&mut self, wanted: Wanted, rules: &Rules, now: Moment) -> Asked {
        if self.ended() && wanted == Wanted::Paused {
            return Asked::AlreadySo;
        }
        if self.want.as_ref().is_some_and(|want| want.wanted == wanted) {
            return Asked::AlreadySo;
        }
        if self.want.is_none() && self.already(wanted, rules, now) {
            self.failed = None;
            self.read_soon(rules, now);
            return Asked::AlreadySo;
        }
        self.failed = None;
        self.want = Some(Want {
            wanted,
            asked_at: now,
            attempts: 0,
            send_at: Some(now),
            accepted: false,
            contradicted: false,
            verdict: None,
            generation: rules.generation,
        });
        Asked::Anew
    }

    /// Whether asking for this would change nothing.
    fn already(&self, wanted: Wanted, rules: &Rules, now: Moment) -> bool {
        match wanted {
            Wanted::Paused => {
                let just_sent = self
                    .sent
                    .is_some_and(|at| now < at + rules.limits.double_press);
                self.proven(Recorder::Paused, rules, now) || just_sent
            }
            // A resume would start a recording where none is meant to be.
            Wanted::Recording => {
                self.proven(Recorder::Recording, rules, now)
                    || self.proven(Recorder::Off, rules, now)
            }
        }
    }

    /// Returns whether there was a failure to acknowledge.
    pub(crate) fn acknowledge(&mut self) -> bool {
        self.failed.take().is_some()
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

    fn read_soon(&mut self, rules: &Rules, now: Moment) {
        // However many hints come, read-backs keep a distance.
        let earliest = self
            .last_read
            .map_or(now, |at| now.max(at + rules.limits.read_again_after));
        self.read_at = self.read_at.min(earliest);
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
