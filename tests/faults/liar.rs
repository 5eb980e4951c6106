//! Adapters that lie: what judges the cells has to find them out.

use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use async_trait::async_trait;
use libtest_mimic::{Failed, Trial};
use pause::{CallId, Recorder, Wanted};
use tokio::runtime::Runtime;
use vendors::{
    Accepted, Account, Capabilities, Control, Credentials, Events, Kind, Opened, Operation, Values,
    Vendor, VendorEntry, VendorError,
};

use crate::cell::Cell;
use crate::expected::expected;
use crate::table;
use crate::verdict;

/// What an adapter lies about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// Believes that what it has asked for is so, whatever it reads.
    BelievesAYes,
    /// Says that the vendor has taken what was never sent.
    SendsNothing,
    /// Once the vendor could not be reached, never reaches it again.
    StaysAway,
}

/// Which cell finds which lie out, and by which words.
const FOUND_OUT: &[(Lie, &str, &str)] = &[
    (
        Lie::BelievesAYes,
        "anywhere365::lies::pausing",
        "paused stood for",
    ),
    (
        Lie::BelievesAYes,
        "anywhere365::events-silent::paused",
        "recording was to be shown in the end",
    ),
    (
        Lie::SendsNothing,
        "xima::wrong-content-type::pausing",
        "pause-sent stood for",
    ),
    (
        Lie::SendsNothing,
        "xima::500::before",
        "failed was to be shown in the end",
    ),
    (
        Lie::StaysAway,
        "anywhere365::refused::paused",
        "never true again",
    ),
];

pub(crate) fn trials(runtime: &'static Runtime) -> impl Iterator<Item = Trial> {
    FOUND_OUT.iter().map(move |(lie, name, words)| {
        let trial = format!("liar::{name}::finds_out_one_that_{}", lie.name());
        Trial::test(trial, move || catch(*lie, name, words, runtime))
    })
}

fn catch(lie: Lie, name: &str, words: &str, runtime: &Runtime) -> Result<(), Failed> {
    let cell = table::cells()
        .find(|cell| cell.to_string() == name)
        .ok_or("there is no such cell")?;
    let cell = Cell {
        adapter: Some(lie.adapter()),
        ..cell
    };
    let expected = expected(&cell)?;
    let found_out = |wrong: &str| wrong.contains(words);
    match verdict::settled(&cell, &expected, runtime, found_out) {
        Err(wrong) if wrong.message().is_some_and(found_out) => Ok(()),
        Err(wrong) => Err(wrong),
        Ok(()) => Err(format!("an adapter with {lie:?} passes").into()),
    }
}

impl Lie {
    fn name(self) -> &'static str {
        match self {
            Self::BelievesAYes => "believes_a_yes",
            Self::SendsNothing => "sends_nothing",
            Self::StaysAway => "stays_away",
        }
    }

    fn adapter(self) -> &'static VendorEntry {
        match self {
            Self::BelievesAYes => &BELIEVES_A_YES,
            Self::SendsNothing => &SENDS_NOTHING,
            Self::StaysAway => &STAYS_AWAY,
        }
    }
}

static BELIEVES_A_YES: LazyLock<VendorEntry> = LazyLock::new(|| VendorEntry {
    open: |values| open(Lie::BelievesAYes, "anywhere365", values),
    ..*honest("anywhere365")
});

static SENDS_NOTHING: LazyLock<VendorEntry> = LazyLock::new(|| VendorEntry {
    open: |values| open(Lie::SendsNothing, "xima", values),
    ..*honest("xima")
});

static STAYS_AWAY: LazyLock<VendorEntry> = LazyLock::new(|| VendorEntry {
    open: |values| open(Lie::StaysAway, "anywhere365", values),
    ..*honest("anywhere365")
});

fn honest(name: &str) -> &'static VendorEntry {
    vendors::find(name).expect("there is such a vendor")
}

fn open(lie: Lie, name: &str, values: &Values) -> Opened {
    let honest = (honest(name).open)(values)?;
    Ok(Box::new(Liar::new(honest, lie)))
}

struct Liar<T: ?Sized> {
    lie: Lie,
    honest: Box<T>,
    /// Whether it has asked for a pause.
    paused: AtomicBool,
    /// Whether the vendor could not be reached.
    away: AtomicBool,
}

impl<T: ?Sized> Liar<T> {
    fn new(honest: Box<T>, lie: Lie) -> Self {
        Self {
            lie,
            honest,
            paused: AtomicBool::new(false),
            away: AtomicBool::new(false),
        }
    }

    /// What it makes of what the vendor says.
    fn tells<R>(&self, said: Result<R, VendorError>) -> Result<R, VendorError> {
        if let Err(error) = &said
            && error.kind == Kind::Unreachable
        {
            self.away.store(true, Relaxed);
        }
        match self.lie {
            Lie::StaysAway if self.away.load(Relaxed) => Err(VendorError {
                vendor: "liar",
                operation: Operation::ReadBack,
                kind: Kind::Unreachable,
                source: None,
            }),
            Lie::BelievesAYes | Lie::SendsNothing | Lie::StaysAway => said,
        }
    }
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
        Ok(Box::new(Liar::new(honest, self.lie)))
    }
}

#[async_trait]
impl Control for Liar<dyn Control> {
    async fn command(&self, call: &CallId, wanted: Wanted) -> Result<Accepted, VendorError> {
        self.paused.store(wanted == Wanted::Paused, Relaxed);
        match self.lie {
            Lie::SendsNothing => Ok(Accepted::Unproven),
            Lie::BelievesAYes | Lie::StaysAway => {
                self.tells(self.honest.command(call, wanted).await)
            }
        }
    }

    async fn recorder(&self, call: &CallId) -> Result<Recorder, VendorError> {
        let read = self.tells(self.honest.recorder(call).await)?;
        Ok(match self.lie {
            Lie::BelievesAYes if self.paused.load(Relaxed) => Recorder::Paused,
            Lie::BelievesAYes | Lie::SendsNothing | Lie::StaysAway => read,
        })
    }

    async fn calls(&self) -> Result<Vec<CallId>, VendorError> {
        self.tells(self.honest.calls().await)
    }

    async fn listen(&self) -> Result<Events, VendorError> {
        self.tells(self.honest.listen().await)
    }

    async fn sign_out(&self) -> Result<(), VendorError> {
        self.honest.sign_out().await
    }
}
