//! S1, S2, S3, S5 and S8 of `docs/safety.md` against an adversarial vendor.
//!
//! A [`World`] holds the truth: what each recorder was at every moment. It carries commands
//! out late, twice or never, loses and forges answers, hands read-backs over in any order,
//! claims unasked whatever it likes, meddles from outside, cuts the link, and starts and ends
//! calls in between, and the organization decides on other limits whenever it likes. After every step what is shown is compared with the truth.

mod world;

use std::collections::BTreeMap;

use pause::{Limits, ProofBy};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use world::{Kind, Step, World, steps};

fn kinds() -> impl Strategy<Value = Kind> {
    let proof = prop_oneof![
        3 => Just(ProofBy::ReadBack),
        1 => Just(ProofBy::Reply),
        1 => Just(ProofBy::Nothing),
    ];
    (proof, any::<bool>(), any::<bool>()).prop_map(|(proof, insists, finds)| Kind {
        proof,
        insists,
        finds,
    })
}

proptest! {
    #![proptest_config(Config { cases: 3_000, max_shrink_iters: 20_000, failure_persistence: None, ..Config::default() })]

    /// The promises are asserted inside the world, after every step.
    #[test]
    fn no_history_makes_it_lie(kind in kinds(), steps in steps(80)) {
        let mut world = World::new(Limits::default(), kind);
        for step in &steps {
            world.take(step);
        }
    }

    /// A3: whatever happened before, the last word being "pause" never ends in RECORDING once
    /// the vendor has become honest and nothing is under way any more.
    #[test]
    fn a_pause_that_is_the_last_word_ends_paused(insists in any::<bool>(), steps in steps(40)) {
        let kind = Kind { insists, ..Kind::plain(ProofBy::ReadBack) };
        let mut world = World::new(Limits::default(), kind);
        for step in &steps {
            world.take(step);
        }
        world.become_honest();
        world.take(&Step::Decide(Box::default()));
        world.take(&Step::LinkUp);
        world.take(&Step::CallStarted(0));
        world.serve_for_ms(10_000);
        world.take(&Step::WantPause);
        world.serve_for_ms(5_000);
        prop_assert_eq!(world.display_of(0), "Paused");
    }
}

/// The property above would hold of a machine that never claims anything. These counters show
/// that the histories reach every display, every doubt and every kind of record, often.
#[test]
fn the_histories_reach_everything_worth_reaching() {
    let mut runner = TestRunner::deterministic();
    let strategy = (kinds(), steps(80));
    let mut reached: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..3_000 {
        let (kind, steps) = strategy
            .new_tree(&mut runner)
            .expect("the strategy has no filter that could give up")
            .current();
        let mut world = World::new(Limits::default(), kind);
        for step in &steps {
            world.take(step);
        }
        for (name, count) in world.reached {
            *reached.entry(name).or_default() += count;
        }
    }
    let rare: Vec<_> = world::EVERYTHING
        .iter()
        .map(|name| (*name, reached.get(*name).copied().unwrap_or(0)))
        .filter(|(_, count)| *count < 25)
        .collect();
    assert!(
        rare.is_empty(),
        "hardly ever reached: {rare:?}\n{reached:#?}"
    );
}

/// S8: an idle machine does not keep its driver busy, whatever state it is left in.
#[test]
fn the_deadlines_are_no_busy_loop() {
    let mut runner = TestRunner::deterministic();
    let strategy = (kinds(), steps(60));
    for _ in 0..500 {
        let (kind, steps) = strategy
            .new_tree(&mut runner)
            .expect("the strategy has no filter that could give up")
            .current();
        let mut world = World::new(Limits::default(), kind);
        for step in &steps {
            world.take(step);
        }
        let ticks = world.tick_for_ms(60_000);
        assert!(
            ticks < 1_000,
            "{ticks} ticks in a minute in which nothing happened"
        );
    }
}
