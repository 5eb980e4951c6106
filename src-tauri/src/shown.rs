//! What is to be shown of a view now: it ages, and it expires by itself.

use std::sync::Arc;
use std::time::Duration;

use controller::view::View;
use pause::Moment;

/// The newest view and when it came.
#[derive(Clone, Debug)]
pub(crate) struct Newest {
    view: Arc<View>,
    since: Moment,
}

impl Newest {
    /// Takes a view that has come just now.
    pub(crate) fn new(view: Arc<View>, now: Moment) -> Self {
        Self { view, since: now }
    }

    /// What is to be shown at this moment, with times as they are then. `good_for_ms` is what
    /// is left of its life; nothing is left of one that has expired.
    pub(crate) fn at(&self, now: Moment) -> View {
        let age = now.since(self.since).as_millis();
        let age = u32::try_from(age).unwrap_or(u32::MAX);
        if age >= self.view.good_for_ms {
            return View {
                good_for_ms: 0,
                ..self.view.expired()
            };
        }
        let mut view = View::clone(&self.view);
        view.good_for_ms -= age;
        view.paused_for_ms = view.paused_for_ms.map(|ms| ms.saturating_add(age));
        view.resumes_in_ms = view.resumes_in_ms.map(|ms| ms.saturating_sub(age));
        if let Some(evidence) = &mut view.evidence {
            evidence.age_ms = evidence.age_ms.saturating_add(age);
        }
        view
    }

    /// When it has to be looked at again though no other view has come: at the next whole
    /// second of a pause, and when it expires.
    pub(crate) fn look_again_at(&self, now: Moment) -> Option<Moment> {
        let view = self.at(now);
        if view.good_for_ms == 0 {
            return None;
        }
        let to_next_second = |ms: u32| 1000 - ms % 1000;
        let wait = view
            .paused_for_ms
            .map_or(u32::MAX, to_next_second)
            .min(view.good_for_ms);
        Some(now + Duration::from_millis(wait.into()))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use controller::view::{CallView, DisplayName, EvidenceView};

    use super::*;

    /// A view that says what a view of this display would.
    pub(crate) fn view(display: DisplayName) -> View {
        let in_call = display != DisplayName::NoCall;
        View {
            number: 1,
            good_for_ms: 6000,
            display,
            headline: format!("{display:?}").to_uppercase(),
            reason: String::new(),
            paused_for_ms: None,
            resumes_in_ms: None,
            extensions_left: 0,
            payment_step: false,
            vendor: None,
            calls: in_call
                .then(|| CallView {
                    id: "4711".to_owned(),
                    display,
                })
                .into_iter()
                .collect(),
            evidence: None,
            problems: Vec::new(),
            can_pause: false,
            can_resume: false,
            can_acknowledge: false,
            quiet: false,
            hotkeys: Vec::new(),
            sign_in: controller::view::SignInView::default(),
            policy: controller::view::PolicyView::default(),
            support: controller::view::SupportView::default(),
            simulation: false,
            version: "0.0.0".to_owned(),
        }
    }

    fn at(ms: u64) -> Moment {
        Moment::after_start(Duration::from_millis(ms))
    }

    fn paused() -> Newest {
        let paused = View {
            paused_for_ms: Some(1300),
            resumes_in_ms: Some(500),
            evidence: Some(EvidenceView {
                kind: "read-back".to_owned(),
                age_ms: 40,
            }),
            ..view(DisplayName::Paused)
        };
        Newest::new(Arc::new(paused), at(10_000))
    }

    #[test]
    fn times_go_on_while_no_view_comes() {
        let shown = paused().at(at(11_000));
        assert_eq!(shown.display, DisplayName::Paused);
        assert_eq!(shown.paused_for_ms, Some(2300));
        assert_eq!(shown.resumes_in_ms, Some(0));
        assert_eq!(shown.evidence.map(|evidence| evidence.age_ms), Some(1040));
        assert_eq!(shown.good_for_ms, 5000);
    }

    #[test]
    fn a_view_whose_life_is_over_shows_unknown() {
        let newest = paused();
        assert_eq!(newest.at(at(15_999)).display, DisplayName::Paused);
        let expired = newest.at(at(16_000));
        assert_eq!(expired.display, DisplayName::Unknown);
        assert_eq!(expired.good_for_ms, 0);
    }

    #[test]
    fn it_is_looked_at_again_each_second_of_a_pause_and_when_it_expires() {
        let newest = paused();
        assert_eq!(newest.look_again_at(at(10_000)), Some(at(10_700)));
        assert_eq!(newest.look_again_at(at(10_700)), Some(at(11_700)));
        assert_eq!(newest.look_again_at(at(15_900)), Some(at(16_000)));
        assert_eq!(newest.look_again_at(at(16_000)), None);
    }

    #[test]
    fn a_view_without_a_pause_is_looked_at_again_when_it_expires() {
        let newest = Newest::new(Arc::new(view(DisplayName::Recording)), at(0));
        assert_eq!(newest.look_again_at(at(100)), Some(at(6000)));
    }
}
