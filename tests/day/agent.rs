//! What the agent does: presses, and looks at what comes of it.

use std::time::Duration;

use controller::view::{DisplayName, Request};
use pause::Wanted;

use crate::engine::with;
use crate::lie::Lie;
use crate::shift::Shift;

impl Shift {
    pub(crate) async fn presses_pause(&mut self, twice: bool) -> Duration {
        let toggled = self.chance.percent(50);
        let request = || match toggled {
            true => Request::Toggle,
            false => Request::Want(Wanted::Paused),
        };
        let at = self.press(request());
        if twice {
            self.after(40, 250).await;
            self.press(request());
        }
        at
    }

    /// As somebody does who looks at the indicator first.
    pub(crate) fn presses_resume(&mut self) -> Option<Duration> {
        match self.shown() {
            DisplayName::Recording | DisplayName::NotRecorded | DisplayName::NoCall => None,
            DisplayName::Paused | DisplayName::PauseSent if self.chance.percent(50) => {
                Some(self.press(Request::Toggle))
            }
            DisplayName::Paused
            | DisplayName::PauseSent
            | DisplayName::Pausing
            | DisplayName::Resuming
            | DisplayName::Failed
            | DisplayName::Unknown => Some(self.press(Request::Want(Wanted::Recording))),
        }
    }

    fn press(&mut self, request: Request) -> Duration {
        let now = self.world.now();
        self.world.note(&format!("press: {request:?}"));
        with(&self.judge, |judge| judge.presses.push(now));
        let is_lost = self.lie == Lie::PressLost && self.chance.percent(10);
        if let Some(engine) = self.engine.as_ref().filter(|_| !is_lost) {
            engine.handle.send(request);
        }
        now
    }

    fn shown(&self) -> DisplayName {
        let now = self.world.now();
        with(&self.judge, |judge| judge.display_at(now))
    }

    /// An agent who wanted a pause and sees that it failed, or that there is none.
    pub(crate) async fn sees_to_a_pause(&mut self) {
        if self.shown() == DisplayName::Failed && self.chance.percent(70) {
            self.after(500, 5_000).await;
            if let Some(engine) = &self.engine {
                engine.handle.send(Request::Acknowledge);
            }
        }
        let again = matches!(
            self.shown(),
            DisplayName::Failed | DisplayName::Recording | DisplayName::Unknown
        );
        if again && self.chance.percent(60) {
            self.press(Request::Want(Wanted::Paused));
        }
    }

    pub(crate) async fn sees_to_a_resume(&mut self) {
        for _ in 0..3 {
            let paused = matches!(
                self.shown(),
                DisplayName::Paused
                    | DisplayName::PauseSent
                    | DisplayName::Failed
                    | DisplayName::Unknown
            );
            if !paused || !self.is_live() || self.chance.percent(10) {
                return;
            }
            self.press(Request::Want(Wanted::Recording));
            self.after(4_000, 6_000).await;
        }
    }
}
