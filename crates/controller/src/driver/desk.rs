//! What befalls the computer and the user's session.

use audit::Event;
use pause::Input;

use super::Driver;
use crate::view::DeskEvent;

impl Driver {
    /// Takes claims down that may be out of date, and has the vendor asked again. All of it would
    /// come about without this, only later: proof expires, and a session that is dead is found
    /// out.
    pub(super) fn befell(&mut self, event: DeskEvent) {
        self.put_on_record(Event::DeskChanged, |changed| {
            changed.with("change", event.name())
        });
        match event {
            DeskEvent::FallsAsleep | DeskEvent::NetworkLost => self.leave_session(),
            DeskEvent::Wakes | DeskEvent::NetworkBack => {
                let first = self.machine.is_busy();
                self.leave_session();
                if let Some(account) = &mut self.account {
                    account.link.renew(first);
                }
            }
            DeskEvent::Unlocked => {
                self.hurry();
                if let Some(account) = &mut self.account {
                    account.asking.at_once(self.now);
                }
                self.feed(Input::Missed);
            }
            DeskEvent::Locked | DeskEvent::ShutsDown => {}
        }
    }

    /// The connections of this session may be dead without anybody saying so. The vendor is not
    /// told, because that would only wait for them.
    fn leave_session(&mut self) {
        if let Some(account) = &mut self.account {
            account.leave();
            self.feed(Input::LinkDown);
        }
    }
}
