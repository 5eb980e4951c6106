//! What was said for how long, of one call or of all of them together.

use std::collections::BTreeMap;
use std::time::Duration;

use controller::view::DisplayName;

use crate::record::Agent;

/// Something that was shown without a break.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) display: DisplayName,
    pub(crate) from: Duration,
    pub(crate) until: Duration,
    pub(crate) of_all_calls: bool,
}

/// What was said of all calls together.
pub(crate) fn of_all_calls(agent: &Agent) -> Vec<Claim> {
    let mut claims = Vec::new();
    for stretch in &agent.shown {
        go_on(
            &mut claims,
            stretch.display,
            stretch.from,
            stretch.until,
            true,
        );
    }
    claims
}

/// What was said of each call.
pub(crate) fn of_each_call(agent: &Agent) -> BTreeMap<String, Vec<Claim>> {
    let mut calls: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
    for stretch in &agent.shown {
        for (call, display) in &stretch.calls {
            let claims = calls.entry(call.clone()).or_default();
            go_on(claims, *display, stretch.from, stretch.until, false);
        }
    }
    calls
}

fn go_on(
    claims: &mut Vec<Claim>,
    display: DisplayName,
    from: Duration,
    until: Duration,
    of_all_calls: bool,
) {
    match claims.last_mut() {
        Some(last) if last.display == display && last.until == from => last.until = until,
        Some(_) | None => claims.push(Claim {
            display,
            from,
            until,
            of_all_calls,
        }),
    }
}
