//! Adapters that each break one promise, on a shift of their own.

use std::sync::{LazyLock, OnceLock};

use async_trait::async_trait;
use libtest_mimic::{Failed, Trial};
use pause::{CallId, Recorder, Wanted};
use vendors::{
    Accepted, Account, Capabilities, Control, Credentials, Events, Kind, Opened, Values, Vendor,
    VendorEntry, VendorError,
};

use crate::plan::Plan;
use crate::record::Record;
use crate::turns::Turns;
use crate::vendor::fleet;
use crate::{budget, oracle, presses, shift};

/// The promise that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// None: the adapter as it is.
    None,
    /// Reads PAUSED out of every reply.
    SeesPaused,
    /// Says that the vendor has taken what was never sent.
    SendsNothing,
    /// Asks twice where once would do.
    AsksTwice,
    /// Takes a wish to be left alone for any other failure.
    HeedsNothing,
}

/// So few at a time that they are no burden to the others.
static TURNS: Turns = Turns::new(2);

type Judge = fn(&Record) -> Result<(), Failed>;

/// Which judge is to find which liar out.
const LIARS: &[(&str, Lie, Judge)] = &[
    (
        "no_display_is_wrong::of_one_that_sees_paused",
        Lie::SeesPaused,
        oracle::no_display_is_wrong,
    ),
    (
        "no_display_is_wrong::of_one_that_sends_nothing",
        Lie::SendsNothing,
        oracle::no_display_is_wrong,
    ),
    (
        "every_press_is_in_time",
        Lie::SendsNothing,
        presses::every_press_is_in_time,
    ),
    (
        "requests_stay_inside_the_budget",
        Lie::AsksTwice,
        budget::requests_stay_inside_it,
    ),
    (
        "who_was_asked_to_wait_waits",
        Lie::HeedsNothing,
        budget::who_was_asked_to_wait_waits,
    ),
];

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |(name, lie, judge): &(&str, Lie, Judge)| {
        let (lie, judge) = (*lie, *judge);
        Trial::test(format!("liar::{name}"), move || catch(lie, judge))
    };
    LIARS.iter().map(trial).collect()
}

fn catch(lie: Lie, judge: Judge) -> Result<(), Failed> {
    // It is the lie that is to be found, and not how short the shift is.
    judge(Shift::of(Lie::None, lie.vendor()).record()?)?;
    match judge(Shift::of(lie, lie.vendor()).record()?) {
        Err(_caught) => Ok(()),
        Ok(()) => Err(format!("an adapter with {lie:?} passes").into()),
    }
}

/// A short shift, run when the first judge asks for it.
struct Shift {
    lie: Lie,
    vendor: simulators::Vendor,
    record: OnceLock<Result<Record, String>>,
}

static SHIFTS: [Shift; 6] = [
    Shift::new(Lie::None, simulators::Vendor::Anywhere365),
    Shift::new(Lie::None, simulators::Vendor::Xima),
    Shift::new(Lie::SeesPaused, simulators::Vendor::Anywhere365),
    Shift::new(Lie::SendsNothing, simulators::Vendor::Xima),
    Shift::new(Lie::AsksTwice, simulators::Vendor::Anywhere365),
    Shift::new(Lie::HeedsNothing, simulators::Vendor::Anywhere365),
];

impl Shift {
    const fn new(lie: Lie, vendor: simulators::Vendor) -> Self {
        Self {
            lie,
            vendor,
            record: OnceLock::new(),
        }
    }

    fn of(lie: Lie, vendor: simulators::Vendor) -> &'static Self {
        let shift = SHIFTS
            .iter()
            .find(|shift| (shift.lie, shift.vendor) == (lie, vendor));
        shift.expect("each is there")
    }

    fn record(&self) -> Result<&Record, Failed> {
        let run = || shift::run(fleet(self.vendor), self.lie, &Plan::short());
        let record = self
            .record
            .get_or_init(|| TURNS.take(run).map_err(|wrong| format!("{wrong:#}")));
        record.as_ref().map_err(|wrong| wrong.clone().into())
    }
}

impl Lie {
    /// Whose adapter tells it.
    const fn vendor(self) -> simulators::Vendor {
        match self {
            Self::SendsNothing => simulators::Vendor::Xima,
            Self::None | Self::SeesPaused | Self::AsksTwice | Self::HeedsNothing => {
                simulators::Vendor::Anywhere365
            }
        }
    }

    /// The adapter that tells it.
    pub(crate) fn adapter(self) -> Option<&'static VendorEntry> {
        match self {
            Self::None => None,
            Self::SeesPaused => Some(&SEES_PAUSED),
            Self::SendsNothing => Some(&SENDS_NOTHING),
            Self::AsksTwice => Some(&ASKS_TWICE),
            Self::HeedsNothing => Some(&HEEDS_NOTHING),
        }
    }
}

static SEES_PAUSED: LazyLock<VendorEntry> = LazyLock::new(|| {
    entry("anywhere365", |values| {
        lying(Lie::SeesPaused, "anywhere365", values)
    })
});
static SENDS_NOTHING: LazyLock<VendorEntry> =
    LazyLock::new(|| entry("xima", |values| lying(Lie::SendsNothing, "xima", values)));
static ASKS_TWICE: LazyLock<VendorEntry> = LazyLock::new(|| {
    entry("anywhere365", |values| {
        lying(Lie::AsksTwice, "anywhere365", values)
    })
});
static HEEDS_NOTHING: LazyLock<VendorEntry> = LazyLock::new(|| {
    entry("anywhere365", |values| {
        lying(Lie::HeedsNothing, "anywhere365", values)
    })
});

fn honest(name: &str) -> &'static VendorEntry {
    vendors::find(name).expect("there is such a vendor")
}

fn entry(name: &str, open: fn(&Values) -> Opened) -> VendorEntry {
    VendorEntry {
        open,
        ..*honest(name)
    }
}

fn lying(lie: Lie, name: &str, values: &Values) -> Opened {
    let honest = (honest(name).open)(values)?;
    Ok(Box::new(Liar { honest, lie }))
}

struct Liar<T: ?Sized> {
    lie: Lie,
    honest: Box<T>,
}

#[async_trait]
impl Vendor for Liar<dyn Vendor> {
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
        let honest = self.honest.sign_in(http, credentials).await?;
        Ok(Box::new(Liar {
            honest,
            lie: self.lie,
        }))
    }
}

#[async_trait]
impl Control for Liar<dyn Control> {
    async fn command(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, VendorError> {
        if self.lie == Lie::SendsNothing {
            return Ok(Accepted::Unproven);
        }
        if self.lie == Lie::AsksTwice {
            self.honest.command(call, wanted).await?;
        }
        self.honest.command(call, wanted).await
    }

    async fn recorder(&self, call: &CallId) -> Result<Recorder, VendorError> {
        if self.lie == Lie::AsksTwice {
            self.honest.recorder(call).await?;
        }
        match self.honest.recorder(call).await {
            Ok(_) if self.lie == Lie::SeesPaused => Ok(Recorder::Paused),
            Err(error) if self.lie == Lie::HeedsNothing => Err(VendorError {
                kind: Kind::NoAnswer,
                ..error
            }),
            read => read,
        }
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        self.honest.calls().await
    }

    async fn listen(&self) -> Result<Events, VendorError> {
        self.honest.listen().await
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        self.honest.sign_out().await
    }
}
