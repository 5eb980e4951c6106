//! What time alone brings about: requests, deadlines, reminders.

use std::time::Duration;

use super::wanted::Want;
use super::{Call, Command, Ending, Read, unheard};
use crate::machine::{Outbox, Rules};
use crate::{Answer, AuditEvent, Doubt, Failure, Moment, ProofBy, Reason, Seen, Wanted};

impl Call {
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
        self.resume_again_if_due(rules, link_up, now, outbox);
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
                .and_then(|pause| pause.resume_at(rules))
                .filter(|_| want.is_none()),
            self.resume_again_at.filter(|_| link_up),
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
        if let Some(pause) = &mut self.pause {
            pause.resume_sent |= wanted == Wanted::Recording;
        }
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
                once_more: false,
            });
        }
    }

    pub(super) fn fail_if_decided(&mut self, rules: &Rules, now: Moment, outbox: &mut Outbox) {
        if let Some(reason) = self.want.as_ref().and_then(|want| want.verdict) {
            self.fail(reason, rules, now, outbox);
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
            // Each was turned away, and there is no session in which to ask once more.
            None if self.command.is_none() && !want.lost => Reason::NotDone,
            None => Reason::NoAnswer,
        };
        self.fail(reason, rules, now, outbox);
    }

    fn fail(&mut self, reason: Reason, rules: &Rules, now: Moment, outbox: &mut Outbox) {
        let Some(want) = self.want.take() else { return };
        let failure = Failure {
            wanted: want.wanted,
            reason,
        };
        if want.attempts > 0 {
            // A vendor may carry out late what it has taken: what was read back until now may
            // be from before that.
            self.doubt_all(unheard(rules), now);
        }
        self.read_at = self.read_at.min(now);
        if want.wanted == Wanted::Recording
            && !rules.insists_on_resumes
            && let Some(pause) = &mut self.pause
        {
            // The longest pause asks again after a gap, or nobody would see that this one failed.
            pause.resume_asked = pause.resume_asked.max(Some(want.asked_at));
        }
        if rules.insists_on_resumes && want.wanted == Wanted::Recording && !self.ended() {
            self.resume_again_at = Some(now + rules.limits.ask_again_after);
        }
        if want.again {
            // The alarm is up since the agent's own resume failed, or has been acknowledged.
            self.failed = self.failed.map(|_| failure);
            return;
        }
        self.failed = Some(failure);
        outbox.audit(AuditEvent::Failed {
            call: self.id.clone(),
            failure,
        });
    }

    fn end_longest_pause(&mut self, rules: &Rules, now: Moment, outbox: &mut Outbox) {
        let Some(pause) = &mut self.pause else { return };
        let due = pause.resume_at(rules).is_some_and(|at| now >= at);
        // A resume that is asked for again and again needs no other one beside it.
        let asked_for = self.want.is_some() || self.resume_again_at.is_some();
        if !due || asked_for {
            return;
        }
        pause.resume_asked = Some(now);
        outbox.audit(AuditEvent::LongestPauseOver {
            call: self.id.clone(),
        });
        self.ask(Wanted::Recording, rules, now);
    }

    fn resume_again_if_due(
        &mut self,
        rules: &Rules,
        link_up: bool,
        now: Moment,
        outbox: &mut Outbox,
    ) {
        // Without a link it could only fail again.
        let due = link_up && self.resume_again_at.is_some_and(|at| now >= at);
        if !due || self.want.is_some() {
            return;
        }
        self.resume_again_at = None;
        self.want = Some(Want {
            again: true,
            ..Want::new(Wanted::Recording, rules, now)
        });
        outbox.audit(AuditEvent::ResumeAgain {
            call: self.id.clone(),
        });
    }

    fn remind(&mut self, rules: &Rules, now: Moment, outbox: &mut Outbox) {
        let Some(pause) = &mut self.pause else { return };
        let so_far = now.since(pause.remind_from);
        let steps = &rules.limits.reminders;
        let due = |step: &&Duration| so_far >= **step;
        let step = steps.iter().filter(due).count();
        // After a sleep several steps may be due at once: one reminder says it all.
        if steps
            .iter()
            .filter(due)
            .any(|step| *step > pause.reminded_after)
        {
            pause.reminded_after = so_far;
            outbox.audit(AuditEvent::Reminder {
                call: self.id.clone(),
                step,
                paused_for: now.since(pause.since),
            });
        }
    }

    fn next_reminder(&self, rules: &Rules) -> Option<Moment> {
        let pause = self.pause?;
        let mut to_come = rules.limits.reminders.iter();
        let step = to_come.find(|step| **step > pause.reminded_after)?;
        Some(pause.remind_from + *step)
    }

    pub(super) fn next_read(&self, sent_at: Moment, rules: &Rules, now: Moment) -> Moment {
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
}
