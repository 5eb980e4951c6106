//! Desktop notifications: what the agent has to be told once.
//!
//! They come beside the indicator, never instead of it: a desktop may suppress them.

use std::thread;

use controller::view::{Problem, Request};
use controller::{Handle, Notice, NoticeKind};
use notify_rust::{Notification, Timeout};
use tokio::sync::broadcast::error::RecvError;

use crate::words;

/// The code of the problem that is raised while notifications cannot be shown.
const PROBLEM: &str = "notifications-not-shown";

/// Starts to show notices, on a thread of its own: the desktop may take its time.
///
/// # Errors
/// The system has no room for one more thread.
pub(crate) fn start(handle: Handle) -> std::io::Result<()> {
    let mut notices = handle.notices();
    let show_all = move || {
        loop {
            match notices.blocking_recv() {
                Ok(notice) => report(&handle, show(&notice)),
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "notices came faster than they could be shown");
                }
                Err(RecvError::Closed) => return,
            }
        }
    };
    thread::Builder::new()
        .name("notifications".to_owned())
        .spawn(show_all)?;
    Ok(())
}

fn show(notice: &Notice) -> Result<(), notify_rust::error::Error> {
    let mut notification = Notification::new();
    notification
        .appname(words::FERMATA)
        .icon("fermata")
        .summary(&notice.title)
        .body(&escaped(&notice.body));
    if urgent(notice.kind) == Urgent::Yes {
        notification.timeout(Timeout::Never);
    }
    #[cfg(target_os = "windows")]
    notification.app_id(crate::os::IDENTITY);
    #[cfg(all(unix, not(target_os = "macos")))]
    {
        use notify_rust::{Hint, Urgency};
        if urgent(notice.kind) == Urgent::Yes {
            notification.urgency(Urgency::Critical);
        }
        if let Some(sound) = sound(notice.kind) {
            notification.hint(Hint::SoundName(sound.to_owned()));
        }
    }
    notification.show().map(drop)
}

/// The sound of a notice, as desktops name them (freedesktop.org: Sound Naming Specification).
#[cfg(all(unix, not(target_os = "macos")))]
const fn sound(kind: NoticeKind) -> Option<&'static str> {
    match kind {
        NoticeKind::Failure => Some("dialog-error"),
        NoticeKind::Reminder => Some("message"),
        NoticeKind::Elsewhere | NoticeKind::Hotkey => Some("dialog-warning"),
        NoticeKind::Link | NoticeKind::NothingToDo => None,
    }
}

/// Whether a notice stays until it is dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Urgent {
    Yes,
    No,
}

const fn urgent(kind: NoticeKind) -> Urgent {
    match kind {
        NoticeKind::Failure => Urgent::Yes,
        NoticeKind::Reminder
        | NoticeKind::Link
        | NoticeKind::Elsewhere
        | NoticeKind::Hotkey
        | NoticeKind::NothingToDo => Urgent::No,
    }
}

/// On Linux a body is markup (documented: Desktop Notifications Specification, "Markup").
fn escaped(body: &str) -> String {
    if cfg!(target_os = "linux") {
        body.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    } else {
        body.to_owned()
    }
}

/// Raises a problem if a notice could not be shown, and solves it when one could.
fn report(handle: &Handle, shown: Result<(), notify_rust::error::Error>) {
    let message = match shown {
        Ok(()) => String::new(),
        Err(error) => {
            tracing::warn!(%error, "a notification could not be shown");
            "Notifications cannot be shown on this desktop. \
             Rely on the indicator and the tray icon, and start the desktop's notification service."
                .to_owned()
        }
    };
    handle.send(Request::DesktopProblem(Problem {
        code: PROBLEM.to_owned(),
        message,
        blocks_pausing: false,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_failure_stays_until_it_is_dismissed() {
        assert_eq!(urgent(NoticeKind::Failure), Urgent::Yes);
        for passing in [
            NoticeKind::Reminder,
            NoticeKind::Link,
            NoticeKind::Elsewhere,
            NoticeKind::NothingToDo,
        ] {
            assert_eq!(urgent(passing), Urgent::No);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_body_quotes_is_no_markup() {
        assert_eq!(escaped("<b> & co"), "&lt;b&gt; &amp; co");
    }
}
