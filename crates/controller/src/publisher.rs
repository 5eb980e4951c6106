//! Handing views, changes and notices to whoever shows them, and seeing that they are shown.

use std::sync::Arc;
use std::time::Duration;

use pause::{Display, Limits, Moment};
use tokio::sync::{broadcast, watch};
use tracing::info;

use crate::clock::Clock;
use crate::handle::{Change, Notice};
use crate::present;
use crate::view::View;
use crate::words::{self, Cause, Who};

/// How often a view is renewed while a call is known, at least.
const RENEW_WITHIN: Duration = Duration::from_secs(1);

/// How often at most: a view that is about to expire is not renewed in a rush.
const RENEW_NO_SOONER: Duration = Duration::from_millis(50);

/// A screen that has not drawn the newest view for this long shows something old.
const DRAWN_WITHIN: Duration = Duration::from_secs(3);

pub(crate) struct Publisher {
    views: watch::Sender<Arc<View>>,
    notices: broadcast::Sender<Notice>,
    changes: broadcast::Sender<Change>,
    shown: Display,
    renew_at: Moment,
    expires_at: Moment,
    screen: Screen,
}

/// What a change is told in the light of.
pub(crate) struct Surroundings<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) who: Option<&'a Who>,
    pub(crate) clock: &'a Clock,
}

/// What is known of the screen.
#[derive(Debug, Default)]
struct Screen {
    /// Whether a screen has ever said what it has drawn.
    reports: bool,
    /// Since when the newest view has not been drawn.
    behind_since: Option<Moment>,
}

impl Publisher {
    /// Begins with a view that counts as published.
    pub(crate) fn new(
        views: watch::Sender<Arc<View>>,
        notices: broadcast::Sender<Notice>,
        changes: broadcast::Sender<Change>,
        shown: Display,
        now: Moment,
    ) -> Self {
        Self {
            views,
            notices,
            changes,
            shown,
            renew_at: now,
            expires_at: now,
            screen: Screen::default(),
        }
    }

    /// Publishes a view if it says something new or the one before it grows old.
    pub(crate) fn publish(
        &mut self,
        mut view: View,
        display: Display,
        cause: Cause,
        Surroundings { limits, who, clock }: Surroundings<'_>,
        now: Moment,
    ) {
        let before = Arc::clone(&self.views.borrow());
        let life = Duration::from_millis(view.good_for_ms.into());
        // What has become known a moment before it is too late for it.
        let is_saved = self.expires_at <= now + RENEW_NO_SOONER && now + life > self.expires_at;
        if now < self.renew_at && !is_saved && present::say_the_same(&before, &view) {
            return;
        }
        self.expires_at = now + life;
        let half_life = life / 2;
        let renew_within = if view.calls.is_empty() {
            half_life
        } else {
            half_life.min(RENEW_WITHIN)
        };
        self.renew_at = now + renew_within.max(RENEW_NO_SOONER);
        view.number = before.number.wrapping_add(1);
        if view.calls.is_empty() {
            self.screen.behind_since = None;
        } else {
            self.screen.behind_since.get_or_insert(now);
        }
        let view = Arc::new(view);
        self.views.send_replace(Arc::clone(&view));
        // After the view: who begins to listen in between has seen what is not told any more.
        if (view.display, &view.headline) != (before.display, &before.headline) {
            self.tell_change(
                &view,
                words::cause(cause, &self.shown, &display, limits, who),
                clock,
            );
        }
        self.shown = display;
    }

    /// Tells the agent something, by whatever ways there are.
    pub(crate) fn tell(&self, notice: Notice) {
        info!(kind = ?notice.kind, title = notice.title, "notice");
        // Nobody may be listening: a program without a desktop has no notifications.
        self.notices.send(notice).ok();
    }

    /// Whether anybody would hear a notice.
    pub(crate) fn is_heard(&self) -> bool {
        self.notices.receiver_count() > 0
    }

    /// The screen has drawn this view.
    pub(crate) fn drawn(&mut self, number: u32, now: Moment) {
        self.screen.reports = true;
        let newest = self.newest().number;
        let behind = number != newest && self.screen.behind_since.is_some();
        self.screen.behind_since = behind.then_some(now);
    }

    /// Whether a screen that used to say what it has drawn shows something old.
    pub(crate) fn screen_is_behind(&self, now: Moment) -> bool {
        self.screen_deadline().is_some_and(|at| now >= at)
    }

    pub(crate) fn newest(&self) -> Arc<View> {
        Arc::clone(&self.views.borrow())
    }

    /// When to publish again at the latest, or to look at the screen.
    pub(crate) fn next_deadline(&self, now: Moment) -> Moment {
        match self.screen_deadline() {
            Some(at) if at > now => at.min(self.renew_at),
            Some(_) | None => self.renew_at,
        }
    }

    fn screen_deadline(&self) -> Option<Moment> {
        let behind_since = self.screen.behind_since.filter(|_| self.screen.reports)?;
        Some(behind_since + DRAWN_WITHIN)
    }

    fn tell_change(&self, view: &Arc<View>, cause: String, clock: &Clock) {
        info!(headline = view.headline, cause, "display");
        let change = Change {
            at: clock.utc(),
            display: view.display,
            headline: view.headline.clone(),
            cause,
            view: Arc::clone(view),
        };
        self.changes.send(change).ok();
    }
}
