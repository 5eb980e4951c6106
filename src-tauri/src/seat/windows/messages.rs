//! What Windows' messages to a window mean.

use controller::view::DeskEvent;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    ENDSESSION_CLOSEAPP, ENDSESSION_CRITICAL, ENDSESSION_LOGOFF, PBT_APMRESUMEAUTOMATIC,
    PBT_APMRESUMESUSPEND, PBT_APMSUSPEND, WM_POWERBROADCAST, WM_QUERYENDSESSION,
    WM_WTSSESSION_CHANGE, WTS_CONSOLE_CONNECT, WTS_CONSOLE_DISCONNECT, WTS_REMOTE_CONNECT,
    WTS_REMOTE_DISCONNECT, WTS_SESSION_LOCK, WTS_SESSION_UNLOCK,
};

use crate::seat::changes::{Change, Seat};

/// A message as it comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message {
    /// Its number.
    pub(super) code: u32,
    /// What Windows calls `wParam`.
    pub(super) wide: usize,
    /// What Windows calls `lParam`.
    pub(super) long: isize,
}

/// What a message means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// This befalls the desk; nothing, if it is no news.
    Befalls(Option<DeskEvent>),
    /// Whether the session may end.
    Asks(End),
    /// It is for whoever else.
    NotOurs,
}

/// An end of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The computer shuts down or restarts; else the user logs off, or an installer wants to
    /// replace the program.
    pub(super) is_shutdown: bool,
    /// It ends whatever anybody says.
    pub(super) is_forced: bool,
}

/// What has been told so far.
#[derive(Debug, Default)]
pub(super) struct Messages {
    is_asleep: bool,
    seat: Seat,
}

impl Messages {
    /// Takes in a message.
    pub(super) fn take(&mut self, message: Message) -> Meaning {
        // What is told of power and session fits into 32 bits.
        let what = message.wide as u32;
        match message.code {
            WM_POWERBROADCAST => self.power(what),
            WM_WTSSESSION_CHANGE => self.session(what),
            WM_QUERYENDSESSION => Meaning::Asks(end(message.long)),
            _ => Meaning::NotOurs,
        }
    }

    /// Each is told to all windows, and once more to one that has registered; of a waking Windows
    /// tells a second time when there is a user.
    fn power(&mut self, what: u32) -> Meaning {
        let is_asleep = match what {
            PBT_APMSUSPEND => true,
            PBT_APMRESUMEAUTOMATIC | PBT_APMRESUMESUSPEND => false,
            _ => return Meaning::NotOurs,
        };
        let was_asleep = std::mem::replace(&mut self.is_asleep, is_asleep);
        Meaning::Befalls(match (was_asleep, is_asleep) {
            (false, true) => Some(DeskEvent::FallsAsleep),
            (true, false) => Some(DeskEvent::Wakes),
            (true, true) | (false, false) => None,
        })
    }

    fn session(&mut self, what: u32) -> Meaning {
        let change = match what {
            WTS_SESSION_LOCK => Change::Locked(true),
            WTS_SESSION_UNLOCK => Change::Locked(false),
            WTS_CONSOLE_CONNECT | WTS_REMOTE_CONNECT => Change::Active(true),
            WTS_CONSOLE_DISCONNECT | WTS_REMOTE_DISCONNECT => Change::Active(false),
            _ => return Meaning::NotOurs,
        };
        Meaning::Befalls(self.seat.take(change))
    }
}

/// Why it ends is in the low half of the number (documented: `WM_QUERYENDSESSION`).
fn end(why: isize) -> End {
    let why = why as u32;
    End {
        is_shutdown: why & (ENDSESSION_LOGOFF | ENDSESSION_CLOSEAPP) == 0,
        is_forced: why & ENDSESSION_CRITICAL != 0,
    }
}

#[cfg(test)]
mod tests {
    use windows_sys::Win32::UI::WindowsAndMessaging::{
        PBT_APMPOWERSTATUSCHANGE, WM_ENDSESSION, WTS_SESSION_REMOTE_CONTROL,
    };

    use super::*;

    fn told(code: u32, all: &[u32]) -> Vec<Meaning> {
        let mut messages = Messages::default();
        let meaning = |what: &u32| {
            messages.take(Message {
                code,
                wide: *what as usize,
                long: 0,
            })
        };
        all.iter().map(meaning).collect()
    }

    const NO_NEWS: Meaning = Meaning::Befalls(None);

    fn news(event: DeskEvent) -> Meaning {
        Meaning::Befalls(Some(event))
    }

    #[test]
    fn sleep_and_wake_are_news_once_however_often_windows_tells() {
        // B8
        let told = told(
            WM_POWERBROADCAST,
            &[
                PBT_APMPOWERSTATUSCHANGE,
                PBT_APMSUSPEND,
                PBT_APMSUSPEND,
                PBT_APMRESUMEAUTOMATIC,
                PBT_APMRESUMEAUTOMATIC,
                PBT_APMRESUMESUSPEND,
                PBT_APMSUSPEND,
            ],
        );
        let (asleep, awake) = (news(DeskEvent::FallsAsleep), news(DeskEvent::Wakes));
        assert_eq!(
            told,
            [
                Meaning::NotOurs,
                asleep,
                NO_NEWS,
                awake,
                NO_NEWS,
                NO_NEWS,
                asleep
            ]
        );
    }

    #[test]
    fn who_leaves_a_remote_desktop_is_back_once_it_is_connected_and_unlocked() {
        let told = told(
            WM_WTSSESSION_CHANGE,
            &[
                WTS_REMOTE_DISCONNECT,
                WTS_SESSION_LOCK,
                WTS_SESSION_REMOTE_CONTROL,
                WTS_CONSOLE_CONNECT,
                WTS_SESSION_UNLOCK,
                WTS_CONSOLE_DISCONNECT,
                WTS_REMOTE_CONNECT,
            ],
        );
        let (locked, unlocked) = (news(DeskEvent::Locked), news(DeskEvent::Unlocked));
        assert_eq!(
            told,
            [
                locked,
                NO_NEWS,
                Meaning::NotOurs,
                NO_NEWS,
                unlocked,
                locked,
                unlocked
            ]
        );
    }

    #[test]
    fn a_shutdown_is_told_from_a_logoff_and_from_an_installer() {
        let asked = |why: u32| {
            Messages::default().take(Message {
                code: WM_QUERYENDSESSION,
                wide: 0,
                // As a number of 32 bits comes in one of 64.
                long: why.cast_signed() as isize,
            })
        };
        let end = |is_shutdown, is_forced| {
            Meaning::Asks(End {
                is_shutdown,
                is_forced,
            })
        };
        assert_eq!(asked(0), end(true, false));
        assert_eq!(asked(ENDSESSION_CRITICAL), end(true, true));
        assert_eq!(asked(ENDSESSION_LOGOFF), end(false, false));
        assert_eq!(asked(ENDSESSION_CLOSEAPP), end(false, false));
        let both = ENDSESSION_LOGOFF | ENDSESSION_CRITICAL;
        assert_eq!(asked(both), end(false, true));
    }

    #[test]
    fn other_messages_are_not_ours() {
        assert_eq!(told(WM_ENDSESSION, &[1]), [Meaning::NotOurs]);
    }
}
