//! The facts of one call, and the one function that may claim anything of it.

use std::time::Duration;

use crate::machine::{Outbox, Rules};
use crate::{
    Answer, AuditEvent, CallId, Display, Doubt, Evidence, EvidenceKind, Failure, Moment, ProofBy,
    Reason, Recorder, RequestId, Seen, Wanted,
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

    /// A hint takes down what it contradicts and leads to an early read-back, nothing else.
    pub(crate) fn hint(&mut self, recorder: Recorder, rules: &Rules, now: Moment) {
        let contradicts_proof = self.proof.is_some_and(|proof| proof.recorder != recorder);
        let contradicts_sent = self.sent.is_some() && recorder != Recorder::Paused;
        if contradicts_proof || contradicts_sent {
            self.doubt_all(Doubt::Contradicted, now);
        }
        if let Some(read) = &mut self.read {
            read.hinted = Some(recorder);
        }
        self.read_soon(rules, now);
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

    pub(crate) fn answered(
        &mut self,
        answer: Answer,
        rules: &Rules,
        now: Moment,
        outbox: &mut Outbox,
    ) {
        let Some(command) = self.command.take() else {
            return;
        };
        outbox.audit(AuditEvent::Answered {
            id: command.id,
            answer,
        });
        self.doubt = match answer {
            Answer::Lost => Doubt::AnswerLost,
            Answer::Confirmed(_) | Answer::Accepted | Answer::Refused | Answer::NotDone { .. } => {
                unheard(rules)
            }
        };
        self.read_at = now;
        let provable = rules.proof != ProofBy::Nothing;
        // The agent may want something else by now; then this answer decides nothing, and the
        // read-back (or the command that follows) shows what became of it.
        let current = self
            .want
            .as_mut()
            .filter(|want| want.wanted == command.wanted && want.attempts > 0);
        match answer {
            Answer::Confirmed(recorder) if rules.proof == ProofBy::Reply => {
                if let Some(want) = current {
                    want.accepted = true;
                }
                let proof = Proof {
                    recorder,
                    as_of: command.sent_at,
                    kind: EvidenceKind::Reply,
                };
                self.settle(proof, rules, now, outbox);
            }
            Answer::Confirmed(_) | Answer::Accepted => {
                if let Some(want) = current {
                    want.accepted = true;
                }
                if !provable {
                    self.accepted_unproven(command.wanted, rules, now);
                }
            }
            Answer::Refused => {
                if let Some(want) = current {
                    want.verdict = Some(Reason::Refused);
                }
            }
            Answer::NotDone { again_after } => {
                self.again(Reason::NotDone, again_after, rules, now);
            }
            Answer::Lost => self.again(Reason::NoAnswer, None, rules, now),
        }
        if !provable {
            self.fail_if_decided(now, outbox);
        }
    }

    pub(crate) fn read_back(
        &mut self,
        seen: Seen,
        rules: &Rules,
        now: Moment,
        outbox: &mut Outbox,
    ) {
        let Some(read) = self.read.take() else {
            return;
        };
        self.read_at = self.next_read(read.sent_at, rules, now);
        match seen {
            // The hint may be the newer of the two: ask once more.
            Seen::Recorder(recorder) if read.hinted.is_some_and(|hinted| hinted != recorder) => {
                self.doubt_all(Doubt::Contradicted, now);
                self.read_at = now + rules.limits.read_again_after;
            }
            Seen::Recorder(recorder) => {
                // The vendor looked no earlier than this; when the reply arrived says nothing.
                let proof = Proof {
                    recorder,
                    as_of: read.sent_at,
                    kind: EvidenceKind::ReadBack,
                };
                self.settle(proof, rules, now, outbox);
                self.read_at = self.next_read(read.sent_at, rules, now);
            }
            Seen::NoSuchCall => {
                self.doubt_all(Doubt::NoSuchCall, now);
                if self.ended() {
                    self.nothing_paused();
                }
            }
            Seen::Nothing => {}
        }
        self.fail_if_decided(now, outbox);
    }

    /// Does what has become due, in this order, so that nothing due is left behind.
    pub(crate) fn advance(
        &mut self,
        rules: &Rules,
        link_up: bool,
        now: Moment,
        outbox: &mut Outbox,
    ) {
        let limits = &rules.limits;
        let unanswered = self
            .command
            .is_some_and(|command| now >= command.sent_at + limits.answer_within);
        if unanswered {
            self.answered(Answer::Lost, rules, now, outbox);
        }
        let unseen = self
            .read
            .is_some_and(|read| now >= read.sent_at + limits.answer_within);
        if unseen {
            self.read_back(Seen::Nothing, rules, now, outbox);
        }
        self.fail_if_too_late(rules, now, outbox);
        self.end_longest_pause(rules, now, outbox);
        self.send_if_due(link_up, now, outbox);
        self.read_if_due(rules, link_up, now, outbox);
        self.remind(rules, now, outbox);
        if matches!(self.ending, Ending::At(at) if now >= at) {
            self.ending = Ending::Unproven;
        }
    }

    /// The earliest moment at which [`Self::advance`] has something to do, or a claim expires.
    pub(crate) fn next_deadline(
        &self,
        rules: &Rules,
        link_up: bool,
        now: Moment,
    ) -> Option<Moment> {
        let limits = &rules.limits;
        let idle = link_up && self.command.is_none();
        let want = self.want.as_ref();
        let ending = match self.ending {
            Ending::At(at) => Some(at),
            Ending::Not | Ending::Proven | Ending::Unproven => None,
        };
        let read_at = (idle && self.read.is_none() && rules.proof != ProofBy::Nothing)
            .then_some(self.read_at);
        [
            self.command
                .map(|command| command.sent_at + limits.answer_within),
            self.read.map(|read| read.sent_at + limits.answer_within),
            want.map(|want| want.asked_at + limits.settle_within),
            want.and_then(|want| want.send_at).filter(|_| idle),
            read_at,
            self.next_reminder(rules),
            self.pause
                .and_then(|pause| pause.resume_at)
                .filter(|_| want.is_none()),
            self.proof
                .map(|proof| proof.as_of + Self::life(proof.recorder, rules)),
            ending,
        ]
        .into_iter()
        .flatten()
        .filter(|at| *at > now)
        .min()
    }

    fn send_if_due(&mut self, link_up: bool, now: Moment, outbox: &mut Outbox) {
        // At most one command is out: one that the agent has thought better of is answered
        // or lost first, because two that pass each other could arrive in either order.
        if !link_up || self.command.is_some() {
            return;
        }
        let Some(want) = &mut self.want else { return };
        if want.send_at.is_none_or(|at| now < at) {
            return;
        }
        want.send_at = None;
        want.attempts += 1;
        want.accepted = false;
        let wanted = want.wanted;
        let id = outbox.command(&self.id, wanted, want.attempts);
        // From here on nothing that was seen before counts.
        self.doubt_all(Doubt::AnswerLost, now);
        self.command = Some(Command {
            id,
            wanted,
            sent_at: now,
        });
    }

    fn read_if_due(&mut self, rules: &Rules, link_up: bool, now: Moment, outbox: &mut Outbox) {
        let due = link_up
            && rules.proof != ProofBy::Nothing
            && self.command.is_none()
            && self.read.is_none()
            && !self.over()
            && now >= self.read_at;
        if due {
            self.last_read = Some(now);
            self.read = Some(Read {
                id: outbox.read_back(&self.id),
                sent_at: now,
                hinted: None,
            });
        }
    }

    /// Takes in a proof: what was asked for may have come about, or somebody else been at work.
    fn settle(&mut self, proof: Proof, rules: &Rules, now: Moment, outbox: &mut Outbox) {
        if proof.as_of < self.not_before {
            return;
        }
        let recorder = proof.recorder;
        self.proof = Some(proof);
        match &mut self.want {
            Some(want) if brings_about(want.wanted, recorder) => {
                outbox.audit(AuditEvent::Proven {
                    call: self.id.clone(),
                    wanted: want.wanted,
                    recorder,
                    took: now.since(want.asked_at),
                });
                self.want = None;
            }
            Some(want) => want.contradicted = true,
            None => self.note_others(recorder, outbox),
        }
        if self
            .failed
            .is_some_and(|failure| brings_about(failure.wanted, recorder))
        {
            self.failed = None;
        }
        match recorder {
            Recorder::Paused => self.open_pause(proof.as_of, rules),
            Recorder::Recording | Recorder::Off => self.nothing_paused(),
        }
    }

    /// The vendor has said that nothing of this call is paused.
    fn nothing_paused(&mut self) {
        self.pause = None;
        if self.ended() {
            self.ending = Ending::Proven;
            self.failed = None;
        }
    }

    /// Puts on record what was not asked for here.
    fn note_others(&self, recorder: Recorder, outbox: &mut Outbox) {
        let call = self.id.clone();
        if recorder == Recorder::Recording && self.pause.is_some() {
            outbox.audit(AuditEvent::ResumedElsewhere { call });
        } else if recorder == Recorder::Paused && !self.may_be_paused() {
            outbox.audit(AuditEvent::PausedElsewhere { call });
        }
    }

    fn accepted_unproven(&mut self, wanted: Wanted, rules: &Rules, now: Moment) {
        match wanted {
            Wanted::Paused => {
                self.sent = Some(now);
                self.open_pause(now, rules);
            }
            Wanted::Recording => {
                self.pause = None;
                self.doubt = Doubt::ResumeSent;
            }
        }
        if self.want.as_ref().is_some_and(|want| want.accepted) {
            self.want = None;
        }
    }

    /// Tries once more, where that is safe and in time; otherwise the want has failed.
    fn again(&mut self, reason: Reason, wish: Option<Duration>, rules: &Rules, now: Moment) {
        let limits = &rules.limits;
        let Some(want) = self.want.as_mut().filter(|want| want.attempts > 0) else {
            return;
        };
        let at = now + wish.unwrap_or_default().max(limits.retry_after);
        let in_time = at < want.asked_at + limits.settle_within;
        let safe = match want.wanted {
            Wanted::Paused => true,
            // It could land on another call.
            Wanted::Recording => want.generation == rules.generation,
        };
        if want.attempts < 2 && in_time && safe {
            want.send_at = Some(at);
        } else {
            want.verdict = Some(reason);
        }
    }

    fn fail_if_decided(&mut self, now: Moment, outbox: &mut Outbox) {
        if let Some(reason) = self.want.as_ref().and_then(|want| want.verdict) {
            self.fail(reason, now, outbox);
        }
    }

    fn fail_if_too_late(&mut self, rules: &Rules, now: Moment, outbox: &mut Outbox) {
        let Some(want) = &self.want else { return };
        if now < want.asked_at + rules.limits.settle_within {
            return;
        }
        let reason = match want.verdict {
            Some(reason) => reason,
            None if want.attempts == 0 => Reason::NotDone,
            None if want.contradicted && want.accepted => Reason::NoEffect,
            None if want.accepted => Reason::NotProven,
            None => Reason::NoAnswer,
        };
        self.fail(reason, now, outbox);
    }

    fn fail(&mut self, reason: Reason, now: Moment, outbox: &mut Outbox) {
        let Some(want) = self.want.take() else { return };
        let failure = Failure {
            wanted: want.wanted,
            reason,
        };
        self.read_at = self.read_at.min(now);
        self.failed = Some(failure);
        outbox.audit(AuditEvent::Failed {
            call: self.id.clone(),
            failure,
        });
    }

    fn open_pause(&mut self, since: Moment, rules: &Rules) {
        self.pause.get_or_insert(OpenPause {
            since,
            reminded: 0,
            resume_at: rules.limits.longest_pause.map(|longest| since + longest),
        });
    }

    fn end_longest_pause(&mut self, rules: &Rules, now: Moment, outbox: &mut Outbox) {
        let Some(pause) = &mut self.pause else { return };
        let due = pause.resume_at.is_some_and(|at| now >= at);
        if !due || self.want.is_some() {
            return;
        }
        pause.resume_at = Some(now + rules.limits.ask_again_after);
        outbox.audit(AuditEvent::LongestPauseOver {
            call: self.id.clone(),
        });
        self.ask(Wanted::Recording, rules, now);
    }

    fn remind(&mut self, rules: &Rules, now: Moment, outbox: &mut Outbox) {
        let Some(pause) = &mut self.pause else { return };
        let paused_for = now.since(pause.since);
        let due = rules
            .limits
            .reminders
            .iter()
            .filter(|step| paused_for >= **step)
            .count();
        // After a sleep several steps may be due at once: one reminder says it all.
        if due > pause.reminded {
            pause.reminded = due;
            outbox.audit(AuditEvent::Reminder {
                call: self.id.clone(),
                step: due,
                paused_for,
            });
        }
    }

    fn next_reminder(&self, rules: &Rules) -> Option<Moment> {
        let pause = self.pause?;
        let step = rules.limits.reminders.get(pause.reminded)?;
        Some(pause.since + *step)
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

    fn next_read(&self, sent_at: Moment, rules: &Rules, now: Moment) -> Moment {
        let limits = &rules.limits;
        let open = self.pause.is_some() || self.failed.is_some() || self.ended();
        if self.want.is_some() {
            now + limits.read_again_after
        } else if open || self.proof.is_none() {
            (sent_at + limits.read_every_paused).max(now + limits.read_again_after)
        } else {
            (sent_at + limits.read_every_in_call).max(now + limits.read_again_after)
        }
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
