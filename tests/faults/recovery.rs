//! The rules of what comes after: how soon what is shown is true again once a fault is over, and
//! what the agent has to do for it.

use controller::view::DisplayName;
use simulators::Vendor;

use crate::cell::Cell;
use crate::expected::{Expected, WhyNot, expected};
use crate::fault::{Class, Life, Strike};
use crate::moment::Moment;
use crate::proxy::Weather;
use crate::within::Within;

/// How what is shown becomes true again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recovery {
    /// Whether the agent has to sign in anew.
    pub(crate) signs_in: bool,
    /// Whether the agent has to acknowledge the failure.
    pub(crate) acknowledges: bool,
    /// How soon it is, from the end of the fault and what the agent has to do.
    pub(crate) within: Within,
}

/// How this cell recovers.
pub(crate) fn recovery(cell: &Cell) -> Result<Recovery, WhyNot> {
    let expected = expected(cell)?;
    if is_lied_to(cell, &expected) {
        return Err(
            "it cannot be found out that nothing was done, so PAUSE SENT stays until the next \
             press, and says NOT CONFIRMED",
        );
    }
    let signs_in = expected.problems.contains(&"sign-in-rejected");
    let acknowledges = acknowledges(cell, &expected);
    Ok(Recovery {
        signs_in,
        acknowledges,
        within: within(cell, acknowledges),
    })
}

/// Whether it is shown to be paused, and is not, and this vendor lets nobody find out.
fn is_lied_to(cell: &Cell, expected: &Expected) -> bool {
    cell.fault.class == Class::NotDone && expected.display == DisplayName::PauseSent
}

/// A failure stays until it is acknowledged or what was asked for is proven after all.
fn acknowledges(cell: &Cell, expected: &Expected) -> bool {
    let is_proven = cell.vendor.proves() && is_carried_out(cell);
    expected.display == DisplayName::Failed && !is_proven
}

/// Whether the recorder does what it was commanded to, though nobody is told so.
fn is_carried_out(cell: &Cell) -> bool {
    match cell.fault.class {
        Class::NoReply => !matches!(cell.fault.strike, Strike::OnTheWay(Weather::BlackHole)),
        // The first command was on its way already.
        Class::Garbled => cell.moment != Moment::Before,
        Class::TooLate | Class::NoBody | Class::NotUnderstood | Class::OddValues => true,
        Class::NoWay
        | Class::NotTrusted
        | Class::NotTheVendor
        | Class::Status(_)
        | Class::Throttled
        | Class::SessionEnds
        | Class::NotDone
        | Class::Harmless
        | Class::Events
        | Class::NoEvents
        | Class::Life(_) => false,
    }
}

fn within(cell: &Cell, acknowledges: bool) -> Within {
    match cell.fault.class {
        // The press has implied a call, which is let go of when there is nothing left to do.
        Class::Life(Life::Ends) if acknowledges => Within::LetGo,
        Class::Harmless
        | Class::SessionEnds
        | Class::Events
        | Class::NoEvents
        | Class::NotDone
        | Class::Life(_) => Within::Proof,
        // It is asked nothing but to pause and to resume, so nothing is waited for.
        _ if cell.vendor == Vendor::Xima => Within::Proof,
        Class::Throttled => Within::Wish,
        Class::NoWay
        | Class::NotTrusted
        | Class::NoReply
        | Class::TooLate
        | Class::Garbled
        | Class::NoBody
        | Class::NotUnderstood
        | Class::OddValues
        | Class::NotTheVendor
        | Class::Status(_) => Within::NextAttempt,
    }
}
