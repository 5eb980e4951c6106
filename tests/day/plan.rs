//! What a shift is made of.

use std::time::Duration;

use pause::ProofBy;
use vendors::CallsBy;

use crate::fault::Fault;
use crate::world::Nature;
use tests::chance::Chance;

/// How long a shift lasts at least.
pub(crate) const SHIFT: Duration = Duration::from_secs(8 * 60 * 60);

/// How many calls the agent has, besides those that a fault adds.
pub(crate) const CALLS: usize = 200;

/// When something goes wrong in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Starting,
    Before,
    Pausing,
    Paused,
    Resuming,
    After,
}

/// What the agent does in a call, and what goes wrong.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) is_recorded: bool,
    pub(crate) pauses: u64,
    pub(crate) is_pressed_twice: bool,
    pub(crate) is_forgotten: bool,
    pub(crate) faults: Vec<(Phase, Fault)>,
}

/// The kind of vendor of this seed.
pub(crate) fn nature(seed: u64) -> Nature {
    let proofs = [ProofBy::ReadBack, ProofBy::Reply, ProofBy::Nothing];
    let which = usize::try_from(seed % 6).expect("less than six");
    let every = Duration::from_secs(15);
    Nature {
        proof: proofs[which % 3],
        calls: if which < 3 {
            CallsBy::Event
        } else {
            CallsBy::Polling { every }
        },
        lies_in_proof: false,
    }
}

impl Plan {
    pub(crate) fn draw(chance: &mut Chance, nature: Nature) -> Self {
        let pauses = match chance.between(0, 100) {
            0..25 => 0,
            25..90 => 1,
            _ => 2,
        };
        let faults = match chance.between(0, 100) {
            0..45 => 0,
            45..80 => 1,
            _ => 2,
        };
        let faults = (0..faults).filter_map(|_| fault(chance, nature));
        let faults: Vec<_> = faults.collect();
        let is_forgotten = chance.percent(12);
        Self {
            faults,
            // Whoever has forgotten one does not think of another.
            pauses: if is_forgotten { pauses.min(1) } else { pauses },
            is_recorded: !chance.percent(4),
            is_pressed_twice: chance.percent(15),
            is_forgotten,
        }
    }

    pub(crate) fn faults_in(&self, phase: Phase) -> impl Iterator<Item = Fault> {
        let faults = self.faults.iter();
        faults
            .filter(move |(when, _)| *when == phase)
            .map(|(_, fault)| *fault)
    }
}

/// Something that can go wrong at this vendor, and when.
fn fault(chance: &mut Chance, nature: Nature) -> Option<(Phase, Fault)> {
    let fault = *chance.one_of(&Fault::ALL);
    let can_be = (nature.tells() || !fault.is_of_events())
        && (nature.proves() || fault != Fault::ReadBacksFail);
    let phase = match fault.phases() {
        [only] => *only,
        several => *chance.one_of(several),
    };
    can_be.then_some((phase, fault))
}
