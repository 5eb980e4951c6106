use std::ops::RangeInclusive;
use std::time::Duration;

use pause::Limits;
use toml_edit::Table;

use super::source::Source;

/// One key of `[limits]`: what it is and what it may be, in milliseconds.
struct Limit {
    key: &'static str,
    about: &'static str,
    least: u64,
    most: u64,
    /// What goes wrong below these bounds.
    too_short: &'static str,
    /// What goes wrong above them.
    too_long: &'static str,
    place: fn(&mut Limits) -> &mut Duration,
}

const LIMITS: &[Limit] = &[
    Limit {
        key: "freshness_ms",
        about: "Proof of a pause older than this proves nothing.",
        least: 2_000,
        most: 15_000,
        too_short: "PAUSED would flicker",
        too_long: "could be shown for too long after a recorder went on",
        place: |limits| &mut limits.freshness,
    },
    Limit {
        key: "calm_freshness_ms",
        about: "The same for proof of RECORDING or NOT RECORDED.",
        least: 5_000,
        most: 60_000,
        too_short: "RECORDING would flicker",
        too_long: "would be out of date",
        place: |limits| &mut limits.calm_freshness,
    },
    Limit {
        key: "answer_within_ms",
        about: "How long one request may be out before it counts as lost.",
        least: 200,
        most: 5_000,
        too_short: "answers would be thrown away",
        too_long: "nobody waits so long",
        place: |limits| &mut limits.answer_within,
    },
    Limit {
        key: "settle_within_ms",
        about: "How long a press may take until it is proven or has failed.",
        least: 1_000,
        most: 10_000,
        too_short: "a pause could not be proven in time",
        too_long: "a failure would come too late",
        place: |limits| &mut limits.settle_within,
    },
    Limit {
        key: "read_every_paused_ms",
        about: "How often the recorder is read back while paused or pending.",
        least: 500,
        most: 5_000,
        too_short: "the vendor would be asked too often",
        too_long: "a pause would go unwatched",
        place: |limits| &mut limits.read_every_paused,
    },
    Limit {
        key: "read_every_in_call_ms",
        about: "How often the recorder is read back in a call otherwise.",
        least: 2_000,
        most: 30_000,
        too_short: "the vendor would be asked too often",
        too_long: "the display would be out of date",
        place: |limits| &mut limits.read_every_in_call,
    },
    Limit {
        key: "read_again_after_ms",
        about: "How soon a read-back that does not show what was asked for is repeated.",
        least: 50,
        most: 2_000,
        too_short: "the vendor would be asked too often",
        too_long: "a pause would be proven too late",
        place: |limits| &mut limits.read_again_after,
    },
    Limit {
        key: "retry_after_ms",
        about: "How soon a pause that got no answer is sent again.",
        least: 50,
        most: 2_000,
        too_short: "the vendor would be asked too often",
        too_long: "there would be no time for it",
        place: |limits| &mut limits.retry_after,
    },
    Limit {
        key: "double_press_ms",
        about: "A second press within this is the same press.",
        least: 100,
        most: 1_000,
        too_short: "a double click would pause and resume",
        too_long: "a press that is meant would be lost",
        place: |limits| &mut limits.double_press,
    },
    Limit {
        key: "ask_again_after_ms",
        about: "The gap between two resumes at the end of the longest pause, until one is proven.",
        least: 2_000,
        most: 60_000,
        too_short: "the vendor would be asked too often",
        too_long: "a pause would be forgotten",
        place: |limits| &mut limits.ask_again_after,
    },
    Limit {
        key: "ended_within_ms",
        about: "How long an ended call may stay unproven before it is let go.",
        least: 5_000,
        most: 300_000,
        too_short: "a recording left paused would go unseen",
        too_long: "the call would never go away",
        place: |limits| &mut limits.ended_within,
    },
];

const LONGEST: Limit = Limit {
    key: "longest_pause_ms",
    about: "The longest pause: at its end a resume is asked for. None, unless it is set here.",
    least: 30_000,
    most: 3_600_000,
    too_short: "a recording would go on while a card number is read out",
    too_long: "a forgotten pause would last too long",
    place: |limits| limits.longest_pause.get_or_insert_default(),
};

const REMINDERS: &str = "reminders_ms";
const REMINDER_BOUNDS: RangeInclusive<u64> = 10_000..=3_600_000;

fn keys() -> Vec<&'static str> {
    LIMITS
        .iter()
        .map(|limit| limit.key)
        .chain([REMINDERS, LONGEST.key])
        .collect()
}

/// Reads `[limits]`; what is not said keeps its default.
pub(super) fn read(source: &mut Source<'_>) -> Limits {
    let mut limits = Limits::default();
    let Some(table) = source.table("limits") else {
        return limits;
    };
    source.reject_unknown("limits.", &table, &keys());
    let before = source.problems.len();
    for limit in LIMITS.iter().chain([&LONGEST]) {
        if let Some(found) = duration(source, &table, limit) {
            *(limit.place)(&mut limits) = found;
        }
    }
    if let Some(found) = reminders(source, &table) {
        limits.reminders = found;
    }
    // A value that is out of bounds has been left out, so nothing can be said of it and others.
    if source.problems.len() == before {
        for rule in broken(&limits) {
            let key = format!("limits.{}", rule.keys[0]);
            source.wrong(&key, rule.wrong, rule.remedy);
        }
    }
    limits
}

fn duration(source: &mut Source<'_>, table: &Table, limit: &Limit) -> Option<Duration> {
    let wrong = match table.get(limit.key)?.as_integer() {
        None => "this is not a whole number of milliseconds",
        Some(found) => match u64::try_from(found) {
            Ok(found) if found > limit.most => limit.too_long,
            Ok(found) if found >= limit.least => return Some(Duration::from_millis(found)),
            Ok(_) | Err(_) => limit.too_short,
        },
    };
    source.wrong(
        &format!("limits.{}", limit.key),
        wrong,
        &format!("choose {} to {} milliseconds", limit.least, limit.most),
    );
    None
}

fn reminders(source: &mut Source<'_>, table: &Table) -> Option<Vec<Duration>> {
    let steps: Option<Vec<u64>> = table.get(REMINDERS)?.as_array().and_then(|array| {
        array
            .iter()
            .map(|step| u64::try_from(step.as_integer()?).ok())
            .collect()
    });
    let right = |steps: &Vec<u64>| {
        !steps.is_empty()
            && steps.iter().all(|step| REMINDER_BOUNDS.contains(step))
            && steps.is_sorted_by(|one, next| one < next)
    };
    let Some(steps) = steps.filter(right) else {
        source.wrong(
            &format!("limits.{REMINDERS}"),
            "this is not a rising list of reminders, and without them a pause can be forgotten",
            "write at least one, each 10000 to 3600000 milliseconds: [60000, 120000, 180000]",
        );
        return None;
    };
    Some(steps.into_iter().map(Duration::from_millis).collect())
}

/// What has to hold between limits so that a claim can be kept up at all.
pub(crate) struct Rule {
    /// The limits that it is about; the first is to blame.
    pub(crate) keys: &'static [&'static str],
    pub(crate) wrong: &'static str,
    pub(crate) remedy: &'static str,
    holds: fn(&Limits) -> bool,
}

const RULES: &[Rule] = &[
    Rule {
        keys: &["freshness_ms", "read_every_paused_ms", "answer_within_ms"],
        wrong: "proof would run out before the next read-back can answer, and PAUSED would flicker",
        remedy: "make it at least read_every_paused_ms and answer_within_ms together",
        holds: |limits| limits.freshness >= limits.read_every_paused + limits.answer_within,
    },
    Rule {
        keys: &[
            "calm_freshness_ms",
            "read_every_in_call_ms",
            "answer_within_ms",
        ],
        wrong: "proof would run out before the next read-back can answer, and RECORDING would \
                flicker",
        remedy: "make it at least read_every_in_call_ms and answer_within_ms together",
        holds: |limits| limits.calm_freshness >= limits.read_every_in_call + limits.answer_within,
    },
    Rule {
        keys: &["calm_freshness_ms", "freshness_ms"],
        wrong: "proof of a recording would run out before proof of a pause",
        remedy: "make it at least freshness_ms",
        holds: |limits| limits.calm_freshness >= limits.freshness,
    },
    Rule {
        keys: &["settle_within_ms", "answer_within_ms"],
        wrong: "a press would have failed before its first request counts as lost",
        remedy: "make it more than answer_within_ms",
        holds: |limits| limits.settle_within > limits.answer_within,
    },
];

/// The rules that these limits break: right one by one, and wrong together.
pub(crate) fn broken(limits: &Limits) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(|rule| !(rule.holds)(limits))
}

/// `[limits]` with every key as a comment that holds its default.
pub(super) fn example() -> String {
    let mut limits = Limits::default();
    let mut lines = String::from("[limits]\n");
    for limit in LIMITS {
        let default = (limit.place)(&mut limits).as_millis();
        lines += &commented(limit, default);
    }
    let steps: Vec<String> = limits
        .reminders
        .iter()
        .map(|step| step.as_millis().to_string())
        .collect();
    lines += &format!(
        "# After how long a pause you are reminded of it, each step once.\n\
         #{REMINDERS} = [{}]\n\n",
        steps.join(", ")
    );
    lines += &commented(&LONGEST, 300_000);
    lines
}

fn commented(limit: &Limit, value: u128) -> String {
    let Limit {
        key,
        about,
        least,
        most,
        ..
    } = limit;
    format!("# {about} {least} to {most}.\n#{key} = {value}\n\n")
}
