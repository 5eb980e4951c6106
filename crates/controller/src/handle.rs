use std::sync::Arc;

use tokio::sync::{broadcast, mpsc, watch};

use crate::admin_event::AdminEvent;
use crate::in_force::InForce;
use crate::view::{DisplayName, Request, View};
use crate::words;

/// The way to a running controller. Cheap to clone; none of its methods waits.
#[derive(Clone, Debug)]
pub struct Handle {
    pub(crate) requests: mpsc::UnboundedSender<Request>,
    pub(crate) views: watch::Receiver<Arc<View>>,
    pub(crate) in_force: watch::Receiver<Arc<InForce>>,
    pub(crate) leaves_paused: watch::Receiver<bool>,
    pub(crate) notices: broadcast::Sender<Notice>,
    pub(crate) changes: broadcast::Sender<Change>,
}

impl Handle {
    /// Hands a request over. Returns whether there was still somebody to take it.
    pub fn send(&self, request: Request) -> bool {
        self.requests.send(request).is_ok()
    }

    /// Says that the log cannot be written to its files and why, or (with nothing) that it can.
    pub fn log_not_written(&self, why: Option<&str>) {
        let problem = words::log_not_written(why);
        if why.is_some() {
            AdminEvent::LogNotWritten.tell(&problem.message);
        }
        self.send(Request::DesktopProblem(problem));
    }

    /// The newest view, and each one after it.
    pub fn views(&self) -> watch::Receiver<Arc<View>> {
        self.views.clone()
    }

    /// What holds on this desk, and each change of it: the organisation may decide otherwise at
    /// any time.
    pub fn in_force(&self) -> watch::Receiver<Arc<InForce>> {
        self.in_force.clone()
    }

    /// Whether a recording would be left paused, or may be, if the program ended now; and each
    /// change of that.
    pub fn leaves_paused(&self) -> watch::Receiver<bool> {
        self.leaves_paused.clone()
    }

    /// Each thing the agent has to be told from here on.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Each change of what is shown from here on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }
}

/// Something the agent has to be told once; shown as a desktop notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// One line.
    pub title: String,
    /// What to do.
    pub body: String,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A pause or a resume failed.
    Failure,
    /// A pause goes on for long.
    Reminder,
    /// The vendor was lost or came back.
    Link,
    /// The recorder was paused or resumed, and not from here.
    Elsewhere,
    /// A hotkey does not work.
    Hotkey,
    /// A key was pressed and there was nothing to do.
    NothingToDo,
}

/// A change of what is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// When, as UTC to the millisecond (RFC 3339).
    pub at: String,
    /// What is shown now.
    pub display: DisplayName,
    /// In words, as on the indicator.
    pub headline: String,
    /// What brought it about, in words: "the vendor's recorder was read back: paused".
    pub cause: String,
    /// The view that shows it. Another may have been shown since.
    pub view: Arc<View>,
}
