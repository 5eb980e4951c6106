//! Whatever is written: no panic, nothing out of bounds, and one key never changes another.

use proptest::prelude::*;

use crate::reading::Reading;
use crate::sources::{Source, file};
use crate::tree::{Entry, Spelling, Tree, Value};
use crate::{Decisions, Form, KEYS, Key, Place, Policy, name};

fn spelling() -> impl Strategy<Value = Spelling> {
    prop_oneof![
        Just(Spelling::File),
        Just(Spelling::Registry),
        Just(Spelling::Profile)
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<String>().prop_map(Value::Text),
        (-10_i64..40_000).prop_map(Value::Number),
        proptest::collection::btree_set(5_i64..700, 0..12)
            .prop_map(|steps| Value::List(steps.into_iter().map(Value::Number).collect())),
        any::<i64>().prop_map(Value::Number),
        any::<bool>().prop_map(Value::Switch),
        Just(Value::Other("a date")),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            proptest::collection::vec(("[a-z0-9_]{0,8}", inner), 0..4).prop_map(|entries| {
                Value::Table(
                    entries
                        .into_iter()
                        .map(|(name, value)| written(name, value))
                        .collect(),
                )
            }),
        ]
    })
}

fn written(name: String, value: Value) -> Entry {
    Entry {
        name,
        value,
        place: Place("somewhere".to_owned()),
    }
}

fn any_entries(spelling: Spelling) -> impl Strategy<Value = Vec<Entry>> {
    let known = || proptest::sample::select(KEYS);
    let name = move |key: Key| name::spelled(&key, spelling);
    let entry = prop_oneof![
        6 => (known().prop_map(name), any_value()),
        3 => known().prop_map(move |key| (name(key), its_example(key))),
        1 => (any::<String>(), any_value()),
    ];
    proptest::collection::vec(entry.prop_map(|(name, value)| written(name, value)), 0..12)
}

/// Any value is hardly ever a choice or an address.
fn its_example(key: Key) -> Value {
    let line = format!("{} = {}", key.name, key.example);
    let mut tree = file::parse("example", &line).expect("an example is TOML");
    tree.outside.remove(0).value
}

fn any_tree() -> impl Strategy<Value = Tree> {
    spelling().prop_flat_map(|spelling| {
        let entries = || any_entries(spelling);
        (entries(), entries(), entries()).prop_map(move |(enforced, recommended, outside)| Tree {
            spelling,
            enforced,
            recommended,
            outside,
        })
    })
}

fn policy(tree: &Tree) -> Policy {
    Policy::merged(vec![(Source::File("somewhere".into()), Reading::of(tree))])
}

/// The bounds once more, by themselves: a slip in the table of keys must not be on both sides.
fn is_within_bounds(decisions: &Decisions) -> bool {
    let Decisions {
        longest_pause_seconds,
        longest_pause_extensions,
        reminders_seconds,
        freshness_ms,
        settle_within_ms,
        read_every_paused_ms,
        read_every_in_call_ms,
        log_days,
        log_megabytes,
        ..
    } = decisions;
    let within = |number: &Option<u32>, least, most| {
        number.is_none_or(|number| (least..=most).contains(&number))
    };
    let texts = [
        &decisions.organization,
        &decisions.base_url,
        &decisions.extension,
        &decisions.extension_pattern,
        &decisions.extension_attribute,
        &decisions.extension_file,
        &decisions.enrolment_file,
        &decisions.hotkey_toggle,
        &decisions.hotkey_pause,
        &decisions.hotkey_resume,
        &decisions.forward_syslog,
        &decisions.forward_otlp,
        &decisions.forward_webhook,
        &decisions.update_url,
    ];
    let settings = decisions
        .vendor_settings
        .iter()
        .flat_map(|all| all.values());
    (*longest_pause_seconds == Some(0) || within(longest_pause_seconds, 30, 3_600))
        && within(longest_pause_extensions, 0, 10)
        && within(freshness_ms, 2_000, 15_000)
        && within(settle_within_ms, 1_000, 10_000)
        && within(read_every_paused_ms, 500, 5_000)
        && within(read_every_in_call_ms, 2_000, 30_000)
        && within(log_days, 1, 365)
        && within(log_megabytes, 1, 1_000)
        && reminders_seconds.as_ref().is_none_or(|steps| {
            (1..=10).contains(&steps.len())
                && steps.iter().all(|step| (10..=3_600).contains(step))
                && steps.is_sorted_by(|one, next| one < next)
        })
        && texts
            .into_iter()
            .flatten()
            .chain(settings)
            .all(|text| text.chars().count() <= 512 && !text.contains(char::is_control))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        Policy::parse(&text);
    }

    #[test]
    fn no_tree_is_taken_out_of_bounds(tree in any_tree()) {
        let policy = policy(&tree);
        prop_assert!(is_within_bounds(&policy.enforced), "{:?}", policy.enforced);
        prop_assert!(is_within_bounds(&policy.recommended), "{:?}", policy.recommended);
    }

    // F4
    #[test]
    fn one_key_never_changes_another(
        (tree, name, value) in any_tree().prop_flat_map(|tree| {
            let name = proptest::sample::select(KEYS);
            (Just(tree), name, any_value())
        }),
    ) {
        let spelled = name::spelled(&name, tree.spelling);
        let without = Tree {
            enforced: tree.enforced.iter().filter(|entry| entry.name != spelled).cloned().collect(),
            ..tree
        };
        let mut with = without.clone();
        with.enforced.push(written(spelled, value));
        let (without, with) = (policy(&without), policy(&with));
        let [before, mut after] =
            [&without.enforced, &with.enforced].map(|it| serde_json::to_value(it).unwrap());
        after[name.name] = before[name.name].clone();
        prop_assert_eq!(before, after);
        prop_assert_eq!(&without.recommended, &with.recommended);
        let others = without.rejected.iter().filter(|rejected| with.rejected.contains(rejected));
        prop_assert_eq!(others.count(), without.rejected.len());
    }

    /// What is enforced is taken, or rejected and spoilt: never neither.
    #[test]
    fn what_is_not_taken_is_said(tree in any_tree()) {
        let policy = policy(&tree);
        let decided = serde_json::to_value(&policy.enforced).unwrap();
        for entry in &tree.enforced {
            let Some(key) = name::known(&entry.name, tree.spelling) else { continue };
            let is_taken = !decided[key.name].is_null();
            prop_assert!(is_taken || policy.is_spoilt(key.name), "{}", key.name);
        }
    }
}

/// A property that never reaches a taken value would prove nothing.
#[test]
fn the_trees_reach_every_form() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut reached = Vec::new();
    for _ in 0..500 {
        let tree = any_tree().new_tree(&mut runner).unwrap().current();
        let decided = serde_json::to_value(policy(&tree).enforced).unwrap();
        let taken = KEYS.iter().filter(|key| !decided[key.name].is_null());
        reached.extend(taken.map(|key| std::mem::discriminant(&key.form)));
    }
    for key in KEYS {
        let form: Form = key.form;
        assert!(reached.contains(&std::mem::discriminant(&form)), "{form:?}");
    }
}
