//! The table, cell by cell.

use libtest_mimic::Failed;

use crate::cell::Cell;
use crate::expected::expected;
use crate::fault::FAULTS;
use crate::moment::Moment;
use crate::vendor::VENDORS;

/// How many cells are played, and how many cannot be. A cell that is gone is gone on purpose.
pub(crate) const COUNTED: (usize, usize) = (746, 54);

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

/// Each cell is played or has a reason not to be, and there are as many as there were.
pub(crate) fn is_counted() -> Result<(), Failed> {
    let all = cells().count();
    let played = cells().filter(|cell| expected(cell).is_ok()).count();
    let counted = (played, all - played);
    if counted == COUNTED {
        return Ok(());
    }
    Err(format!("{counted:?} (played, cannot be) are not {COUNTED:?}; is that meant?").into())
}
