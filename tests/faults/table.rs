//! The table, cell by cell.

use libtest_mimic::Failed;

use crate::cell::Cell;
use crate::expected::expected;
use crate::fault::FAULTS;
use crate::moment::Moment;
use crate::recovery::recovery;
use crate::vendor::VENDORS;

/// How many cells there are of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) played: usize,
    pub(crate) cannot_be: usize,
    /// Of those that are played: what is shown becomes true again when the fault is over.
    pub(crate) recovered: usize,
    /// The others of them.
    pub(crate) stays_wrong: usize,
}

/// How many there are. A cell that is gone is gone on purpose.
pub(crate) const COUNTED: Counts = Counts {
    played: 834,
    cannot_be: 66,
    recovered: 824,
    stays_wrong: 10,
};

/// Every cell, the vendors of each fault and moment side by side: how long they take differs.
pub(crate) fn cells() -> impl Iterator<Item = Cell> {
    FAULTS.iter().flat_map(|fault| {
        Moment::ALL.into_iter().flat_map(move |moment| {
            VENDORS.into_iter().map(move |vendor| Cell {
                vendor,
                fault,
                moment,
                adapter: None,
            })
        })
    })
}

/// Each cell is played or has a reason not to be, each that is played recovers or has a reason
/// not to, and there are as many as there were.
pub(crate) fn is_counted() -> Result<(), Failed> {
    let all = cells().count();
    let played = cells().filter(|cell| expected(cell).is_ok()).count();
    let recovered = cells().filter(|cell| recovery(cell).is_ok()).count();
    let counted = Counts {
        played,
        cannot_be: all - played,
        recovered,
        stays_wrong: played - recovered,
    };
    if counted == COUNTED {
        return Ok(());
    }
    Err(format!("{counted:?} is not {COUNTED:?}; is that meant?").into())
}
