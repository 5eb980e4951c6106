//! Adapters that each break one promise.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use futures_util::StreamExt;
use pause::{CallId, Recorder, Wanted};
use simulators::{Site, Truth};
use vendors::{
    Accepted, Account, Capabilities, Control, Credentials, Events, Kind, Operation, Vendor,
    VendorError, VendorEvent,
};

use crate::bench::CANARY;

/// The promise that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// None: the adapter as it is.
    None,
    ConfirmsWithoutAsking,
    SaysPausedWheneverRead,
    SwallowsErrors,
    CallsEveryErrorARefusal,
    LeavesNothingInDoubt,
    AsksTwice,
    TouchesOtherCalls,
    PutsTheSecretIntoErrors,
    PausesAtSignIn,
    SignsInOnlyOnce,
    AcceptsAnySecret,
    HangsOnTrouble,
    EndsItsEventsInSilence,
    ListsEverybodysCalls,
    ListsCallsForEver,
    TellsNothing,
    TellsNothingTheSecondTime,
    TellsOfEverybodysCalls,
}

pub(crate) struct Liar {
    honest: Box<dyn Vendor>,
    lie: Lie,
    site: Site,
    signed_in: AtomicBool,
}

impl Liar {
    pub(crate) fn new(honest: Box<dyn Vendor>, lie: Lie, site: Site) -> Self {
        Self {
            honest,
            lie,
            site,
            signed_in: AtomicBool::new(false),
        }
    }

    fn error(&self, kind: Kind) -> VendorError {
        VendorError {
            vendor: self.honest.name(),
            operation: Operation::SignIn,
            kind,
            source: None,
        }
    }
}

#[async_trait]
impl Vendor for Liar {
    fn name(&self) -> &'static str {
        self.honest.name()
    }

    fn capabilities(&self) -> Capabilities {
        self.honest.capabilities()
    }

    fn account(&self) -> Account {
        self.honest.account()
    }

    fn secret(&self) -> Option<&'static str> {
        self.honest.secret()
    }

    async fn sign_in(
        &self,
        http: &reqwest::Client,
        credentials: &Credentials,
    ) -> Result<Box<dyn Control>, VendorError> {
        let again = self.signed_in.swap(true, Ordering::Relaxed);
        if again && self.lie == Lie::SignsInOnlyOnce {
            return Err(self.error(Kind::SessionEnded));
        }
        if self.lie == Lie::PausesAtSignIn {
            for call in self.site.running_calls() {
                self.site.someone_sets(&call, Truth::Paused);
            }
        }
        let canary = Credentials {
            secret: Some(CANARY.into()),
        };
        let credentials = if self.lie == Lie::AcceptsAnySecret {
            &canary
        } else {
            credentials
        };
        Ok(Box::new(LyingControl {
            honest: self.honest.sign_in(http, credentials).await?,
            lie: self.lie,
            site: self.site.clone(),
            listened: AtomicBool::new(false),
        }))
    }
}

struct LyingControl {
    honest: Box<dyn Control>,
    lie: Lie,
    site: Site,
    listened: AtomicBool,
}

impl LyingControl {
    /// What becomes of an error: `Some` is what is said instead of success.
    async fn bend(&self, error: VendorError) -> Option<VendorError> {
        if self.lie == Lie::SwallowsErrors {
            return None;
        }
        if self.lie == Lie::HangsOnTrouble {
            std::future::pending().await
        }
        let lies = [
            (Lie::CallsEveryErrorARefusal, Kind::Refused("no".to_owned())),
            (Lie::LeavesNothingInDoubt, Kind::Unreachable),
            (
                Lie::PutsTheSecretIntoErrors,
                Kind::Refused(CANARY.to_owned()),
            ),
        ];
        let lie = lies.into_iter().find(|(lie, _)| *lie == self.lie);
        let kind = lie.map_or(error.kind, |(_, kind)| kind);
        Some(VendorError { kind, ..error })
    }
}

#[async_trait]
impl Control for LyingControl {
    async fn command(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, VendorError> {
        if self.lie == Lie::ConfirmsWithoutAsking {
            return Ok(Accepted::Confirmed(match wanted {
                Wanted::Paused => Recorder::Paused,
                Wanted::Recording => Recorder::Recording,
            }));
        }
        if self.lie == Lie::AsksTwice {
            self.honest.command(call, wanted).await?;
        }
        if self.lie == Lie::TouchesOtherCalls {
            for call in self.site.running_calls() {
                self.site.someone_sets(&call, Truth::Paused);
            }
        }
        match self.honest.command(call, wanted).await {
            // A body that never ends must not be waited for, and a liar here waits.
            Ok(_) if self.lie == Lie::HangsOnTrouble => std::future::pending().await,
            Ok(accepted) => Ok(accepted),
            Err(error) => match self.bend(error).await {
                None => Ok(Accepted::Unproven),
                Some(error) => Err(error),
            },
        }
    }

    async fn recorder(&self, call: &CallId) -> Result<Recorder, VendorError> {
        if self.lie == Lie::SaysPausedWheneverRead {
            return Ok(Recorder::Paused);
        }
        match self.honest.recorder(call).await {
            Ok(recorder) => Ok(recorder),
            Err(error) => match self.bend(error).await {
                None => Ok(Recorder::Recording),
                Some(error) => Err(error),
            },
        }
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        let ids = if self.lie == Lie::ListsEverybodysCalls {
            self.site.running_calls()
        } else if self.lie == Lie::ListsCallsForEver {
            self.site.calls()
        } else {
            return self.honest.calls().await;
        };
        Ok(ids.into_iter().map(CallId::new).collect())
    }

    async fn listen(&self) -> Result<Events, VendorError> {
        if self.lie == Lie::EndsItsEventsInSilence {
            return Ok(futures_util::stream::empty().boxed());
        }
        let again = self.listened.swap(true, Ordering::Relaxed);
        if self.lie == Lie::TellsNothing || (again && self.lie == Lie::TellsNothingTheSecondTime) {
            return Ok(futures_util::stream::pending().boxed());
        }
        let honest = self.honest.listen().await?;
        if self.lie != Lie::TellsOfEverybodysCalls {
            return Ok(honest);
        }
        let changes = futures_util::stream::unfold(self.site.changes(), |mut changes| async {
            let change = changes.recv().await.ok()?;
            let event = VendorEvent::CallStarted(CallId::new(change.call));
            Some((Ok(event), changes))
        });
        Ok(futures_util::stream::select(changes, honest).boxed())
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        self.honest.sign_out().await
    }
}
