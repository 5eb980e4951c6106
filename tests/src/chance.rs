//! Chance that is the same in each run of a seed.

use std::time::Duration;

use fastrand::Rng;

/// Draws from one seed. What is drawn from another has nothing to do with it.
#[derive(Clone, Debug)]
pub struct Chance(Rng);

impl Chance {
    /// Begins with this seed.
    pub fn of(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    /// A seed for something else.
    pub fn seed(&mut self) -> u64 {
        self.0.u64(..)
    }

    /// From `least` on, below `most`.
    ///
    /// # Panics
    /// There is nothing between them.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        self.0.u64(least..most)
    }

    /// So many seconds, to the millisecond.
    ///
    /// # Panics
    /// As for [`Self::between`].
    pub fn seconds(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_millis(self.between(least * 1000, most * 1000))
    }

    /// Whether something happens that happens so many times in a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.between(0, 100) < percent
    }

    /// One of several.
    ///
    /// # Panics
    /// There is none.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.0.usize(..all.len())]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_seed_draws_the_same_again() {
        let (mut one, mut again) = (Chance::of(7), Chance::of(7));
        for _ in 0..100 {
            assert_eq!(one.seed(), again.seed());
        }
    }

    /// Shifts and agents are numbered, and none may live through what its neighbor does.
    #[test]
    fn neighboring_seeds_have_nothing_in_common() {
        let mut drawn = BTreeSet::new();
        for seed in 0..100 {
            let mut chance = Chance::of(seed);
            for number in 0..1000 {
                assert!(drawn.insert(chance.seed()), "{number} of seed {seed}");
            }
        }
    }
}
