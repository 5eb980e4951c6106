//! Who may know whom.

/// Each crate of the project, and which of the others it may know.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("pause", &[]),
    ("vendors", &["pause"]),
    ("policy", &[]),
    ("support", &[]),
    // What is on record is masked as it is written, and nobody has to remember it.
    ("audit", &["support"]),
    // It reads what is on record, and knows nothing of what that is about.
    ("forward", &["audit"]),
    (
        "controller",
        &["audit", "forward", "pause", "policy", "vendors"],
    ),
    ("indicator", &[]),
    // A simulator that knew the adapters or the machine would be wrong together with them.
    ("simulators", &[]),
    (
        "ctl",
        &[
            "audit",
            "controller",
            "pause",
            "policy",
            "support",
            "vendors",
        ],
    ),
    (
        "fermata",
        &["controller", "indicator", "pause", "policy", "support"],
    ),
    (
        "tests",
        &[
            "audit",
            "controller",
            "forward",
            "indicator",
            "pause",
            "policy",
            "simulators",
            "support",
            "vendors",
        ],
    ),
    ("xtask", &[]),
];

/// Which others a crate may know in its tests alone. They never become part of what is shipped.
const MAY_TEST_WITH: &[(&str, &[&str])] = &[("ctl", &["simulators"])];

/// Crates of others that only one of ours may know; a `*` stands for any ending.
const ONLY_IN: &[(&str, &str)] = &[
    ("tauri*", "fermata"),
    ("global-hotkey", "fermata"),
    ("notify-rust", "fermata"),
    ("rodio", "fermata"),
    ("keyring*", "controller"),
];

/// Crates of ours that may know nothing but these crates of others, so that they stay what they
/// are: the machine plain to reason about, the developer commands quick to build.
const NOTHING_BUT: &[(&str, &[&str])] =
    &[("pause", &[]), ("xtask", &["anyhow", "clap", "serde_json"])];

/// One crate knows another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kind: Kind,
    /// Whether the other is a crate of this project, too.
    pub(super) ours: bool,
}

/// What for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// For itself.
    Normal,
    /// For its build script.
    Build,
    /// For its tests.
    Dev,
}

/// Each edge that may not be, with what to do about it.
pub(super) fn breaches(edges: &[Edge]) -> Vec<String> {
    edges.iter().filter_map(breach).collect()
}

fn breach(edge: &Edge) -> Option<String> {
    let Edge {
        from,
        to,
        kind,
        ours,
    } = edge;
    let Some((_, may_know)) = MAY_KNOW.iter().find(|(name, _)| name == from) else {
        return Some(format!(
            "{from} is in no rule: say in xtask/src/rules/edges.rs and docs/architecture.md whom it may know"
        ));
    };
    if *ours {
        let in_tests = MAY_TEST_WITH
            .iter()
            .filter(|(name, _)| *kind == Kind::Dev && name == from);
        let mut allowed = in_tests.flat_map(|(_, more)| *more).chain(*may_know);
        return (!allowed.any(|name| name == to)).then(|| {
            format!("{from} may not know {to}: take it out of {from}'s Cargo.toml, and move what needs both to a crate that may know both")
        });
    }
    if let Some((_, only)) = ONLY_IN
        .iter()
        .find(|(name, only)| is_called(to, name) && from != only)
    {
        return Some(format!(
            "only {only} may know {to}: take it out of {from}'s Cargo.toml, and let {only} do what needs it"
        ));
    }
    let (_, but) = NOTHING_BUT.iter().find(|(name, _)| name == from)?;
    (*kind != Kind::Dev && !but.contains(&to.as_str())).then(|| {
        format!("{from} may not know {to}: it depends on nothing but {but:?}; do what needs it elsewhere")
    })
}

fn is_called(name: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(from: &str, to: &str) -> Edge {
        Edge {
            from: from.into(),
            to: to.into(),
            kind: Kind::Normal,
            ours: true,
        }
    }

    fn others(from: &str, to: &str, kind: Kind) -> Edge {
        Edge {
            from: from.into(),
            to: to.into(),
            kind,
            ours: false,
        }
    }

    #[test]
    fn edges_that_the_architecture_draws_are_let_be() {
        let edges = [
            ours("vendors", "pause"),
            ours("controller", "vendors"),
            ours("fermata", "controller"),
            ours("tests", "simulators"),
            others("fermata", "tauri-build", Kind::Build),
            others("controller", "keyring", Kind::Normal),
            others("pause", "proptest", Kind::Dev),
            Edge {
                kind: Kind::Dev,
                ..ours("ctl", "simulators")
            },
        ];
        assert_eq!(breaches(&edges), Vec::<String>::new());
    }

    #[test]
    fn a_forbidden_edge_is_caught_whatever_it_is_for() {
        for edge in [
            ours("pause", "vendors"),
            ours("simulators", "vendors"),
            ours("simulators", "pause"),
            ours("indicator", "controller"),
            ours("ctl", "simulators"),
            ours("fermata", "vendors"),
            Edge {
                kind: Kind::Dev,
                ..ours("vendors", "simulators")
            },
            others("pause", "serde", Kind::Normal),
            others("pause", "cc", Kind::Build),
            others("controller", "tauri", Kind::Normal),
            others("ctl", "tauri-plugin-log", Kind::Normal),
            others("controller", "notify-rust", Kind::Normal),
            others("controller", "rodio", Kind::Normal),
            others("tests", "global-hotkey", Kind::Dev),
            others("fermata", "keyring", Kind::Normal),
            others("ctl", "keyring-core", Kind::Normal),
            others("xtask", "tokio", Kind::Normal),
        ] {
            let found = breaches(&[ours("vendors", "pause"), edge.clone()]);
            assert_eq!(found.len(), 1, "{edge:?}: {found:?}");
            assert!(
                found[0].contains(&edge.from) && found[0].contains(&edge.to),
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_crate_without_a_rule_is_caught() {
        let found = breaches(&[others("telephone", "anyhow", Kind::Normal)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("telephone is in no rule"), "{found:?}");
    }
}
