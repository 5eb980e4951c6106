//! What of all that is told is news.

use controller::view::DeskEvent;

/// The network, as far as is known. macOS is not asked about it.
#[cfg(not(target_os = "macos"))]
#[derive(Debug)]
pub(super) struct Network {
    is_there: bool,
}

#[cfg(not(target_os = "macos"))]
impl Network {
    /// One that is there: who has none is not told so again.
    pub(super) const fn there() -> Self {
        Self { is_there: true }
    }

    /// Takes in whether it is there, of which the system may tell more than once.
    pub(super) fn is_now(&mut self, is_there: bool) -> Option<DeskEvent> {
        let was_there = std::mem::replace(&mut self.is_there, is_there);
        match (was_there, self.is_there) {
            (true, false) => Some(DeskEvent::NetworkLost),
            (false, true) => Some(DeskEvent::NetworkBack),
            (true, true) | (false, false) => None,
        }
    }
}

/// Whether the user is at the screen.
#[derive(Debug)]
pub(super) struct Seat {
    /// The session is in front, and no other user's.
    pub(super) active: bool,
    /// The screen is locked.
    pub(super) locked: bool,
}

impl Default for Seat {
    /// The user is there, who has started the program a moment ago.
    fn default() -> Self {
        Self {
            active: true,
            locked: false,
        }
    }
}

/// What has changed of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Active(bool),
    Locked(bool),
}

impl Seat {
    /// Takes in a change, of which several programs may tell.
    pub(super) fn take(&mut self, change: Change) -> Option<DeskEvent> {
        let was_there = self.is_taken();
        match change {
            Change::Active(active) => self.active = active,
            Change::Locked(locked) => self.locked = locked,
        }
        match (was_there, self.is_taken()) {
            (true, false) => Some(DeskEvent::Locked),
            (false, true) => Some(DeskEvent::Unlocked),
            (true, true) | (false, false) => None,
        }
    }

    const fn is_taken(&self) -> bool {
        self.active && !self.locked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(target_os = "macos"))]
    #[test]
    fn a_network_is_lost_and_back_once_however_many_states_it_goes_through() {
        let mut network = Network::there();
        let states = [true, true, false, false, true, true];
        let told = states.map(|is_there| network.is_now(is_there));
        let (lost, back) = (DeskEvent::NetworkLost, DeskEvent::NetworkBack);
        assert_eq!(told, [None, None, Some(lost), None, Some(back), None]);
    }

    #[test]
    fn the_user_is_back_once_the_session_is_in_front_and_unlocked() {
        let mut seat = Seat::default();
        let changes = [
            Change::Locked(true),
            Change::Locked(true),
            Change::Active(false),
            Change::Locked(false),
            Change::Active(true),
            Change::Active(true),
        ];
        let told = changes.map(|change| seat.take(change));
        let (locked, unlocked) = (DeskEvent::Locked, DeskEvent::Unlocked);
        assert_eq!(told, [Some(locked), None, None, None, Some(unlocked), None]);
    }
}
