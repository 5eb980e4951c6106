//! The time in which card details are taken, as the agent's desktop tells of it.

use crate::{Limits, Moment};

/// While it is on, no longest pause ends by itself. It has an end of its own: whoever began it
/// may forget it.
#[derive(Debug, Default)]
pub(crate) struct PaymentStep {
    began: Option<Moment>,
    /// Until when a step that is over still holds a resume off.
    held_until: Moment,
}

impl PaymentStep {
    pub(crate) fn is_on(&self) -> bool {
        self.began.is_some()
    }

    /// When it ends by itself.
    pub(crate) fn over_at(&self, limits: &Limits) -> Option<Moment> {
        Some(self.began? + limits.payment_step)
    }

    /// Until when it holds off the end of a longest pause; some moment long ago for not at all.
    pub(crate) fn holds_until(&self, limits: &Limits) -> Moment {
        self.over_at(limits).unwrap_or(self.held_until)
    }

    /// Returns whether it was off. One that is begun again while it is on lasts no longer.
    pub(crate) fn begin(&mut self, now: Moment) -> bool {
        let begins = self.began.is_none();
        self.began.get_or_insert(now);
        begins
    }

    /// Returns whether it was on. The resume that it has held off is announced before it comes.
    pub(crate) fn end(&mut self, limits: &Limits, now: Moment) -> bool {
        let Some(over_at) = self.over_at(limits) else {
            return false;
        };
        self.began = None;
        self.held_until = over_at.min(now + limits.countdown);
        true
    }

    /// Ends it if nobody has done so in time. Returns whether that is now.
    pub(crate) fn forget_if_over(&mut self, limits: &Limits, now: Moment) -> bool {
        let over = self.over_at(limits).is_some_and(|at| now >= at);
        over && self.end(limits, now)
    }
}
