//! Whose request it was.

use std::collections::BTreeMap;

use simulators::Request;

use crate::record::Record;
use crate::vendor::Acts;

/// The requests of each agent, in order.
///
/// Every agent has connections of their own, so one request that names an agent or a call tells
/// whose all the others on its connection are. Those of a connection on which nobody was ever
/// named stay together, under the connection's number.
pub(crate) fn by_agent(record: &Record) -> BTreeMap<String, Vec<&Request>> {
    let mut owners: BTreeMap<u64, String> = BTreeMap::new();
    for request in &record.requests {
        if let Some(agent) = named(request, record) {
            owners.entry(request.line).or_insert(agent);
        }
    }
    let mut agents: BTreeMap<String, Vec<&Request>> = BTreeMap::new();
    for request in &record.requests {
        let owner = owners.get(&request.line).cloned();
        let owner = owner.unwrap_or_else(|| format!("connection {}", request.line));
        agents.entry(owner).or_default().push(request);
    }
    agents
}

fn named(request: &Request, record: &Record) -> Option<String> {
    // Where a pause acts on the agent, a number in a path may be a call's by chance only.
    let call = || {
        if record.fleet.acts == Acts::OnTheAgent {
            return None;
        }
        let mut segments = request.path.split('/');
        segments.find_map(|segment| record.histories.get(segment))
    };
    let agent = request.agent.clone();
    agent.or_else(|| call().map(|history| history.agent.clone()))
}
