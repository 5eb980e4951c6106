//! The end of the engine: what becomes of what is paused then (A7).

use std::time::Duration;

use audit::Event;
use pause::{Input, Wanted};
use tracing::warn;

use super::{Driver, Next};
use crate::admin_event::AdminEvent;
use crate::in_force::OnExitPaused;
use crate::words::{self, Cause};

/// How long the end waits for the proof of a resume.
const RESUMED_WITHIN: Duration = Duration::from_secs(3);

/// How long the end of the engine takes at most: a resume and its proof, then at the same time
/// signing out and what has to come to the disk.
pub const ENDED_WITHIN: Duration = Duration::from_secs(6);

impl Driver {
    /// The engine is to end. What the organization has decided comes before what the agent has
    /// answered; where nobody has been asked, what is paused is left so.
    pub(super) fn quit(&mut self, answer: Option<OnExitPaused>) -> Next {
        let then = match self.in_force.on_exit_paused {
            OnExitPaused::Ask => answer.unwrap_or(OnExitPaused::Leave),
            decided @ (OnExitPaused::Resume | OnExitPaused::Leave) => decided,
        };
        match then {
            OnExitPaused::Resume if self.machine.may_leave_paused() => {
                self.put_on_record(Event::ResumedAtEnd, |resumed| resumed);
                self.feed(Input::AgentWants(Wanted::Recording));
                self.ends_by.get_or_insert(self.now + RESUMED_WITHIN);
                Next::GoOn(Cause::Asked(Wanted::Recording))
            }
            OnExitPaused::Ask | OnExitPaused::Resume | OnExitPaused::Leave => Next::Stop,
        }
    }

    /// Whether the engine is to end and nothing is left to wait for.
    pub(super) fn has_come_to_its_end(&self) -> bool {
        self.ends_by
            .is_some_and(|by| self.now >= by || !self.machine.may_leave_paused())
    }

    pub(super) fn tell_whether_it_leaves_paused(&self) {
        let leaves_paused = self.machine.may_leave_paused();
        self.tell_leaves_paused.send_if_modified(|told| {
            let is_new = *told != leaves_paused;
            *told = leaves_paused;
            is_new
        });
    }

    /// Nobody here will look after it from now on.
    pub(super) fn say_what_is_left_paused(&mut self) {
        if !self.machine.may_leave_paused() {
            return;
        }
        warn!("the engine ends, and a recording may be left paused");
        self.put_on_record(Event::LeftPausedAtEnd, |left| left.failed());
        let who = self.account.as_ref().map(|account| &account.who);
        let notice = words::ends_paused(who);
        AdminEvent::LeftPaused.tell(&format!("{}. {}", notice.title, notice.body));
        self.publisher.tell(notice);
    }
}
