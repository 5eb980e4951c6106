//! The limits: each by itself first, and then all together.

use std::collections::BTreeSet;
use std::time::Duration;

use pause::Limits;
use policy::{Decisions, Strength};

use super::layers::{Layers, origin};
use crate::settings::limits::{Rule, broken};
use crate::view::PolicyOrigin;

/// A limit that may be decided, or that stands in a rule with one that may be.
struct Limit {
    /// Its key in a policy; `None` where the organisation does not decide it.
    key: Option<&'static str>,
    /// Its key in `[limits]` of the settings file.
    in_file: &'static str,
    decided: fn(&Decisions, &mut Limits) -> bool,
    copy: fn(&Limits, &mut Limits),
    text: fn(&Limits) -> String,
}

const LIMITS: &[Limit] = &[
    Limit {
        key: Some("longest_pause_seconds"),
        in_file: "longest_pause_ms",
        decided: |by, limits| {
            let Some(longest) = by.longest_pause_seconds else {
                return false;
            };
            limits.longest_pause = (longest > 0).then(|| seconds(longest));
            true
        },
        copy: |from, to| to.longest_pause = from.longest_pause,
        text: |limits| in_seconds(&limits.longest_pause.unwrap_or_default()),
    },
    Limit {
        key: Some("longest_pause_extensions"),
        in_file: "longest_pause_extensions",
        decided: |by, limits| {
            let Some(extensions) = by.longest_pause_extensions else {
                return false;
            };
            limits.extensions = extensions;
            true
        },
        copy: |from, to| to.extensions = from.extensions,
        text: |limits| limits.extensions.to_string(),
    },
    Limit {
        key: Some("reminders_seconds"),
        in_file: "reminders_ms",
        decided: |by, limits| {
            let Some(steps) = &by.reminders_seconds else {
                return false;
            };
            limits.reminders = steps.iter().copied().map(seconds).collect();
            true
        },
        copy: |from, to| to.reminders.clone_from(&from.reminders),
        text: |limits| {
            let steps: Vec<String> = limits.reminders.iter().map(in_seconds).collect();
            format!("[{}]", steps.join(", "))
        },
    },
    Limit {
        key: Some("freshness_ms"),
        in_file: "freshness_ms",
        decided: |by, limits| set(by.freshness_ms, &mut limits.freshness),
        copy: |from, to| to.freshness = from.freshness,
        text: |limits| in_millis(limits.freshness),
    },
    Limit {
        key: Some("settle_within_ms"),
        in_file: "settle_within_ms",
        decided: |by, limits| set(by.settle_within_ms, &mut limits.settle_within),
        copy: |from, to| to.settle_within = from.settle_within,
        text: |limits| in_millis(limits.settle_within),
    },
    Limit {
        key: Some("read_every_paused_ms"),
        in_file: "read_every_paused_ms",
        decided: |by, limits| set(by.read_every_paused_ms, &mut limits.read_every_paused),
        copy: |from, to| to.read_every_paused = from.read_every_paused,
        text: |limits| in_millis(limits.read_every_paused),
    },
    Limit {
        key: Some("read_every_in_call_ms"),
        in_file: "read_every_in_call_ms",
        decided: |by, limits| set(by.read_every_in_call_ms, &mut limits.read_every_in_call),
        copy: |from, to| to.read_every_in_call = from.read_every_in_call,
        text: |limits| in_millis(limits.read_every_in_call),
    },
    Limit {
        key: None,
        in_file: "calm_freshness_ms",
        decided: |_, _| false,
        copy: |from, to| to.calm_freshness = from.calm_freshness,
        text: |limits| in_millis(limits.calm_freshness),
    },
    Limit {
        key: None,
        in_file: "answer_within_ms",
        decided: |_, _| false,
        copy: |from, to| to.answer_within = from.answer_within,
        text: |limits| in_millis(limits.answer_within),
    },
];

/// What holds of the limits.
///
/// Where they contradict each other, the weakest of those that do give way: what is recommended
/// before what the user says, and that before what is enforced. What is built in is in harmony.
pub(super) fn hold(layers: &mut Layers<'_>) -> Limits {
    let mut given_way = BTreeSet::new();
    loop {
        let (limits, origins) = one_by_one(layers, &given_way);
        let Some(rule) = broken(&limits).next() else {
            tell(layers, &limits, &origins);
            return limits;
        };
        let Some((weakest, keys)) = weakest(rule, &origins) else {
            unreachable!("the limits that are built in contradict each other");
        };
        for in_file in keys {
            given_way.insert((in_file, weakest));
            report(layers, rule, in_file, weakest, &origins);
        }
    }
}

/// The limits that have given way, with who has said them.
type GivenWay = BTreeSet<(&'static str, PolicyOrigin)>;

type Origins = Vec<(&'static Limit, PolicyOrigin)>;

/// What holds of each limit by itself, without those that have given way.
fn one_by_one(layers: &Layers<'_>, given_way: &GivenWay) -> (Limits, Origins) {
    let user = &layers.settings.limits;
    let built_in = Limits::default();
    let mut limits = user.clone();
    let origins = LIMITS
        .iter()
        .map(|limit| {
            let stays = |origin| !given_way.contains(&(limit.in_file, origin));
            let users = stays(PolicyOrigin::User)
                && ((limit.text)(user) != (limit.text)(&built_in)
                    || layers.settings.says(&format!("limits.{}", limit.in_file)))
                && !limit
                    .key
                    .is_some_and(|key| layers.passes_over_the_user(key));
            let mut decided = |strength: Strength| {
                stays(origin(strength)) && (limit.decided)(layers.by(strength), &mut limits)
            };
            let origin = if decided(Strength::Enforced) {
                PolicyOrigin::Enforced
            } else if users {
                // It is there already.
                PolicyOrigin::User
            } else if decided(Strength::Recommended) {
                PolicyOrigin::Recommended
            } else {
                (limit.copy)(&built_in, &mut limits);
                PolicyOrigin::Default
            };
            (limit, origin)
        })
        .collect();
    (limits, origins)
}

/// The weakest of the limits that a rule is about, without those that are built in.
fn weakest(rule: &Rule, origins: &Origins) -> Option<(PolicyOrigin, Vec<&'static str>)> {
    let concerned = origins
        .iter()
        .filter(|(limit, _)| rule.keys.contains(&limit.in_file))
        .filter(|(_, origin)| *origin != PolicyOrigin::Default);
    let weakest = concerned.clone().map(|(_, origin)| *origin).max()?;
    let keys = concerned
        .filter(|(_, origin)| *origin == weakest)
        .map(|(limit, _)| limit.in_file)
        .collect();
    Some((weakest, keys))
}

/// Says that a decision has given way, unless it was to what the user says: that is its nature.
fn report(
    layers: &mut Layers<'_>,
    rule: &Rule,
    in_file: &'static str,
    gave_way: PolicyOrigin,
    origins: &Origins,
) {
    let strength = match gave_way {
        PolicyOrigin::Enforced => Strength::Enforced,
        PolicyOrigin::Recommended => Strength::Recommended,
        PolicyOrigin::User | PolicyOrigin::Default => return,
    };
    let to_user = origins
        .iter()
        .any(|(limit, origin)| rule.keys.contains(&limit.in_file) && *origin == PolicyOrigin::User);
    let key = LIMITS
        .iter()
        .find(|limit| limit.in_file == in_file)
        .and_then(|limit| limit.key);
    if let Some(key) = key.filter(|_| !to_user) {
        let remedy = format!(
            "look at {} together: {}: {}",
            rule.keys.join(", "),
            rule.keys[0],
            rule.remedy
        );
        layers.reject(key, strength, rule.wrong, &remedy);
    }
}

fn tell(layers: &mut Layers<'_>, limits: &Limits, origins: &Origins) {
    for (limit, held_by) in origins {
        let Some(key) = limit.key else { continue };
        let in_file = format!("limits.{}", limit.in_file);
        layers.tell_held(key, key, (limit.text)(limits), *held_by, &in_file);
    }
}

fn set(decided: Option<u32>, limit: &mut Duration) -> bool {
    if let Some(millis) = decided {
        *limit = Duration::from_millis(millis.into());
    }
    decided.is_some()
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

fn in_seconds(duration: &Duration) -> String {
    duration.as_secs_f64().to_string()
}

fn in_millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}
