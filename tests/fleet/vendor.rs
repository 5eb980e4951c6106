//! The vendors, a line each: how agents are called there, and what they may ask.

use std::time::Duration;

use simulators::Vendor;

use crate::budget::Budget;

/// A vendor's site.
pub(crate) struct Fleet {
    pub(crate) vendor: Vendor,
    /// What the vendor knows this agent by.
    pub(crate) agent: fn(usize) -> String,
    /// How calls become known.
    pub(crate) calls: Calls,
    pub(crate) acts: Acts,
    /// Whether a press may read before it commands: where reads are turned away, so is it.
    pub(crate) presses_read: bool,
    pub(crate) budget: Budget,
}

/// How calls become known, and how soon at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calls {
    /// The agent's desktop tells.
    Told,
    /// The vendor tells, or is asked.
    Learnt {
        /// While all is well.
        within: Duration,
    },
}

/// What a pause acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acts {
    OnACall,
    OnTheAgent,
}

fn extension(agent: usize) -> String {
    (2000 + agent).to_string()
}

fn user(agent: usize) -> String {
    format!("agent{agent}@acme.example")
}

fn sip(agent: usize) -> String {
    format!("sip:agent{agent}@domain.com")
}

pub(crate) const FLEETS: &[Fleet] = &[
    Fleet {
        vendor: Vendor::Xima,
        agent: extension,
        calls: Calls::Told,
        acts: Acts::OnTheAgent,
        presses_read: false,
        budget: Budget {
            idle: 0,
            in_call: 0,
            paused: 0,
            signing_in: 0,
            a_call: 0,
            a_press: 1,
        },
    },
    Fleet {
        vendor: Vendor::Anywhere365,
        agent: sip,
        calls: Calls::Told,
        acts: Acts::OnACall,
        presses_read: false,
        budget: Budget {
            idle: 0,
            in_call: 360,
            paused: 1800,
            signing_in: 1,
            a_call: 1,
            a_press: 3,
        },
    },
    Fleet {
        vendor: Vendor::Gqm,
        agent: extension,
        calls: Calls::Learnt {
            within: Duration::from_secs(17),
        },
        acts: Acts::OnTheAgent,
        presses_read: true,
        budget: Budget {
            idle: 240,
            in_call: 360,
            paused: 1800,
            signing_in: 3,
            a_call: 2,
            a_press: 4,
        },
    },
    Fleet {
        vendor: Vendor::Gws,
        agent: user,
        calls: Calls::Learnt {
            within: Duration::from_secs(5),
        },
        acts: Acts::OnACall,
        presses_read: true,
        budget: Budget {
            idle: 120,
            in_call: 480,
            paused: 1920,
            signing_in: 6,
            a_call: 5,
            a_press: 5,
        },
    },
    Fleet {
        vendor: Vendor::Noojee,
        agent: extension,
        calls: Calls::Learnt {
            within: Duration::from_secs(5),
        },
        acts: Acts::OnACall,
        presses_read: false,
        budget: Budget {
            idle: 132,
            in_call: 132,
            paused: 132,
            signing_in: 3,
            a_call: 3,
            a_press: 2,
        },
    },
];

/// The vendor of this name.
pub(crate) fn fleet(vendor: Vendor) -> &'static Fleet {
    let fleet = FLEETS.iter().find(|fleet| fleet.vendor == vendor);
    fleet.expect("it has a line")
}
