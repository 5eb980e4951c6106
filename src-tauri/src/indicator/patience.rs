//! Whether a doubt is worth showing yet: each call begins with one, until the vendor has been
//! read for the first time, and an indicator that flickers up at each call is soon not looked at.

use std::time::Duration;

use controller::view::DisplayName;
use pause::Moment;

/// How long a doubt may last before an indicator that is hidden comes up for it.
const PATIENCE: Duration = Duration::from_millis(700);

/// Holds a doubt back that may be over in a moment.
///
/// Only while the indicator is hidden: what it shows is taken down by a doubt at once.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    since: Option<Moment>,
}

impl Patience {
    /// Takes note of what is to be shown. Returns until when it is held back, if it is.
    pub(crate) fn see(
        &mut self,
        display: DisplayName,
        indicator_is_hidden: bool,
        now: Moment,
    ) -> Option<Moment> {
        if display != DisplayName::Unknown || !indicator_is_hidden {
            self.since = None;
            return None;
        }
        let until = *self.since.get_or_insert(now) + PATIENCE;
        (now < until).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Moment {
        Moment::after_start(Duration::from_millis(ms))
    }

    #[test]
    fn a_doubt_that_is_soon_over_never_comes_up() {
        let mut patience = Patience::default();
        assert_eq!(patience.see(DisplayName::NoCall, true, at(0)), None);
        let held = patience.see(DisplayName::Unknown, true, at(10));
        assert_eq!(held, Some(at(710)));
        assert_eq!(patience.see(DisplayName::Recording, true, at(300)), None);
        let held = patience.see(DisplayName::Unknown, true, at(1_000));
        assert_eq!(held, Some(at(1_700)), "the next doubt is another one");
    }

    #[test]
    fn a_doubt_that_lasts_comes_up() {
        let mut patience = Patience::default();
        patience.see(DisplayName::Unknown, true, at(0));
        assert_eq!(patience.see(DisplayName::Unknown, true, at(700)), None);
        assert_eq!(patience.see(DisplayName::Unknown, false, at(750)), None);
    }

    #[test]
    fn a_claim_that_is_shown_is_taken_down_at_once() {
        let mut patience = Patience::default();
        patience.see(DisplayName::Paused, false, at(0));
        assert_eq!(patience.see(DisplayName::Unknown, false, at(1)), None);
    }
}
