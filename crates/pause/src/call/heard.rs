//! What becomes of the facts when the vendor is heard: answers, read-backs, hints.

use std::time::Duration;

use super::{Call, Ending, OpenPause, Proof, brings_about, unheard};
use crate::machine::{Outbox, Rules};
use crate::{
    Answer, AuditEvent, Doubt, EvidenceKind, Moment, ProofBy, Reason, Recorder, Seen, Wanted,
};

impl Call {
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

    /// A command that was taken is said not to have been carried out. That decides nothing by
    /// itself: the read-back that follows does.
    pub(crate) fn declined(&mut self, rules: &Rules, now: Moment, outbox: &mut Outbox) {
        outbox.audit(AuditEvent::Declined {
            call: self.id.clone(),
        });
        // What was read back has been seen; what was only taken has not.
        let only_taken = self
            .proof
            .is_some_and(|proof| proof.kind == EvidenceKind::Reply);
        if only_taken || self.sent.is_some() {
            self.doubt_all(Doubt::Contradicted, now);
        }
        if let Some(want) = self.want.as_mut().filter(|want| want.attempts > 0) {
            want.verdict = Some(Reason::Refused);
            want.send_at = None;
        }
        self.read_once_more(rules, now);
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
                self.settle(proof, now, outbox);
            }
            Answer::Confirmed(_) | Answer::Accepted => {
                if let Some(want) = current {
                    want.accepted = true;
                }
                if !provable {
                    self.accepted_unproven(command.wanted, now);
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
            self.fail_if_decided(rules, now, outbox);
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
                self.settle(proof, now, outbox);
                self.read_at = self.next_read(read.sent_at, rules, now);
            }
            Seen::NoSuchCall => {
                self.doubt_all(Doubt::NoSuchCall, now);
                if self.ended() {
                    self.nothing_paused();
                }
            }
            // Nothing depends on it, and a vendor that is away has every desk asking.
            Seen::Nothing if self.want.is_none() && !self.may_be_paused() => {
                self.read_at = self
                    .read_at
                    .max(read.sent_at + rules.limits.read_every_in_call / 2);
            }
            Seen::Nothing => {}
        }
        if read.once_more {
            self.read_soon(rules, now);
        } else {
            self.fail_if_decided(rules, now, outbox);
        }
    }

    /// Takes in a proof: what was asked for may have come about, or somebody else been at work.
    fn settle(&mut self, proof: Proof, now: Moment, outbox: &mut Outbox) {
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
        if brings_about(Wanted::Recording, recorder) {
            self.resume_again_at = None;
        }
        if brings_about(Wanted::Paused, recorder) {
            self.pressed_at = None;
        }
        match recorder {
            Recorder::Paused => self.open_pause(proof.as_of),
            Recorder::Recording | Recorder::Off => self.nothing_paused(),
        }
    }

    /// Puts on record what was not asked for here.
    fn note_others(&self, recorder: Recorder, outbox: &mut Outbox) {
        let call = self.id.clone();
        let was_paused = self.pause.is_some_and(|pause| !pause.is_only_suspected);
        if recorder == Recorder::Recording && was_paused {
            outbox.audit(AuditEvent::ResumedElsewhere { call });
        } else if recorder == Recorder::Paused && !self.may_be_paused() {
            outbox.audit(AuditEvent::PausedElsewhere { call });
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

    fn accepted_unproven(&mut self, wanted: Wanted, now: Moment) {
        let declined = self
            .want
            .as_ref()
            .is_some_and(|want| want.wanted == wanted && want.verdict.is_some());
        match wanted {
            // Taken, and said not to have been carried out. It may have been all the same.
            Wanted::Paused if declined => self.open_pause(now),
            Wanted::Recording if declined => {}
            Wanted::Paused => {
                self.sent = Some(now);
                self.pressed_at = None;
                self.open_pause(now);
            }
            Wanted::Recording => {
                self.pause = None;
                self.doubt = Doubt::ResumeSent;
                if self.want.as_ref().is_some_and(|want| want.again) {
                    self.failed = None;
                }
            }
        }
        if !declined && self.want.as_ref().is_some_and(|want| want.accepted) {
            self.want = None;
        }
    }

    /// Tries once more, where that is safe and in time; otherwise the want has failed.
    fn again(&mut self, reason: Reason, wish: Option<Duration>, rules: &Rules, now: Moment) {
        let limits = &rules.limits;
        let Some(want) = self.want.as_mut().filter(|want| want.attempts > 0) else {
            return;
        };
        want.lost |= reason == Reason::NoAnswer;
        let at = now + wish.unwrap_or_default().max(limits.retry_after);
        let in_time = at < want.asked_at + limits.settle_within;
        let safe = match want.wanted {
            Wanted::Paused => true,
            // It could land on another call.
            Wanted::Recording => want.generation == rules.generation,
        };
        // What is asked for again by itself has its own gap.
        if want.attempts < 2 && in_time && safe && !want.again {
            want.send_at = Some(at);
        } else if want.lost {
            // The other one may have been carried out.
            want.verdict = Some(Reason::NoAnswer);
        } else {
            want.verdict = Some(reason);
        }
    }

    fn open_pause(&mut self, since: Moment) {
        let pause = self.pause.get_or_insert(OpenPause::new(since));
        pause.is_only_suspected = false;
    }
}
