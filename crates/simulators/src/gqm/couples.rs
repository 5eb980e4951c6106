//! The couples of calls: pairs of audio streams, each with a recorder of its own.

use std::collections::BTreeSet;

use crate::site::World;
use crate::wire::Asked;
use crate::{Site, Truth};

/// The number of the first couple, the one in the vendor's sample.
const FIRST: u64 = 24_197;

/// What only a site of this vendor knows.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Those of calls that go on, the newest last.
    couples: Vec<Couple>,
    begun: u64,
}

/// One couple of a call.
#[derive(Debug)]
pub(super) struct Couple {
    pub(super) id: String,
    pub(super) call: String,
    agent: String,
    pub(super) calling: Phone,
    pub(super) called: Phone,
    pub(super) truth: Truth,
    hidden: bool,
    pub(super) may_be_paused: bool,
    pub(super) fails_with: Option<u16>,
}

/// One end of a couple.
#[derive(Debug)]
pub(super) struct Phone {
    pub(super) number: String,
    pub(super) ip_address: String,
}

impl Phone {
    /// An agent's phone. Its address follows from its number, and no two numbers below 2^24
    /// share one.
    pub(super) fn of_agent(number: &str) -> Self {
        let digits = number.bytes().filter(u8::is_ascii_digit);
        let hash = digits.fold(0_u32, |sum, digit| {
            sum.wrapping_mul(10).wrapping_add(u32::from(digit - b'0'))
        });
        let [_, a, b, c] = hash.to_be_bytes();
        Self {
            number: number.to_owned(),
            ip_address: format!("10.{a}.{b}.{c}"),
        }
    }

    /// Somebody outside, by way of the gateway.
    fn outside() -> Self {
        Self {
            number: "00442079460000".to_owned(),
            ip_address: "192.0.2.1".to_owned(),
        }
    }
}

impl Couple {
    /// Whether the API's user has the right to see it.
    pub(super) fn may_be_seen(&self, forbidden: &BTreeSet<String>) -> bool {
        !self.hidden && !forbidden.contains(&self.agent)
    }
}

impl State {
    /// A call has begun: the agent is called.
    pub(crate) fn call_started(&mut self, call: &str, agent: &str, truth: Truth) {
        self.begin(call, agent, truth, Phone::outside(), Phone::of_agent(agent));
    }

    /// A call is over.
    pub(crate) fn call_ended(&mut self, call: &str) {
        self.couples.retain(|couple| couple.call != call);
    }

    /// Sets every recorder of a call.
    pub(crate) fn set_all(&mut self, call: &str, truth: Truth) {
        for couple in self.couples.iter_mut().filter(|it| it.call == call) {
            couple.truth = truth;
        }
    }

    /// What a call's recorders come to: it records while any of them does.
    fn truth_of(&self, call: &str) -> Truth {
        let of_call = || self.couples.iter().filter(|couple| couple.call == call);
        let any = |truth| of_call().any(|couple| couple.truth == truth);
        if any(Truth::Recording) {
            Truth::Recording
        } else if any(Truth::Paused) {
            Truth::Paused
        } else {
            Truth::Off
        }
    }

    /// Sets the recorder of a couple.
    pub(super) fn set(&mut self, id: &str, truth: Truth) {
        if let Some(couple) = self.couple(id) {
            couple.truth = truth;
        }
    }

    /// The couples that are in progress for the recorder.
    pub(super) fn recorded(&self) -> impl Iterator<Item = &Couple> {
        self.couples.iter().filter(|it| it.truth != Truth::Off)
    }

    fn couple(&mut self, id: &str) -> Option<&mut Couple> {
        self.couples.iter_mut().find(|couple| couple.id == id)
    }

    fn begin(&mut self, call: &str, agent: &str, truth: Truth, calling: Phone, called: Phone) {
        let id = (FIRST + self.begun).to_string();
        self.begun += 1;
        self.couples.push(Couple {
            id,
            call: call.to_owned(),
            agent: agent.to_owned(),
            calling,
            called,
            truth,
            hidden: false,
            may_be_paused: true,
            fails_with: None,
        });
    }
}

impl World {
    /// Makes a call's recorder what its couples come to.
    pub(super) fn follow_couples(&mut self, call: &str) {
        let truth = self.gqm.truth_of(call);
        if let Some(call) = self.running_call(call) {
            call.set(truth);
        }
    }
}

/// GQM: the couples of calls. A couple that the site does not know changes nothing.
impl Site {
    /// The couples of a call that goes on, by their ids, the newest last.
    pub fn couples(&self, call: &str) -> Vec<String> {
        let world = self.world();
        let of_call = world.gqm.couples.iter().filter(|it| it.call == call);
        of_call.map(|couple| couple.id.clone()).collect()
    }

    /// What the recorder of a couple does.
    pub fn couple_truth(&self, couple: &str) -> Option<Truth> {
        self.world().gqm.couple(couple).map(|couple| couple.truth)
    }

    /// A transfer or a conference: the agent's call gets one couple more, which records.
    /// Returns its id.
    pub fn add_couple(&self, call: &str) -> Option<String> {
        let mut world = self.world();
        let agent = world.running_call(call)?.agent.clone();
        let calling = Phone::of_agent(&agent);
        world
            .gqm
            .begin(call, &agent, Truth::Recording, calling, Phone::outside());
        world.follow_couples(call);
        world.gqm.couples.last().map(|couple| couple.id.clone())
    }

    /// One couple of a call ends; the call goes on.
    pub fn end_couple(&self, couple: &str) {
        let mut world = self.world();
        let Some(call) = world.gqm.couple(couple).map(|couple| couple.call.clone()) else {
            return;
        };
        world.gqm.couples.retain(|it| it.id != couple);
        world.follow_couples(&call);
    }

    /// Takes the right to see a couple away from the API's user, or gives it back.
    pub fn hide_couple(&self, couple: &str, hidden: bool) {
        if let Some(couple) = self.world().gqm.couple(couple) {
            couple.hidden = hidden;
        }
    }

    /// Takes the right to pause a couple away from the API's user, or gives it back.
    pub fn let_couple_be_paused(&self, couple: &str, allowed: bool) {
        if let Some(couple) = self.world().gqm.couple(couple) {
            couple.may_be_paused = allowed;
        }
    }

    /// Lets every command for one couple fail with this HTTP status, or ends that.
    pub fn fail_couple(&self, couple: &str, status: Option<u16>) {
        if let Some(couple) = self.world().gqm.couple(couple) {
            couple.fails_with = status;
        }
    }

    /// The IP address of an agent's phone.
    pub fn phone_ip(&self, agent: &str) -> String {
        Phone::of_agent(agent).ip_address
    }
}

/// What a list is narrowed down to.
pub(super) struct Filter {
    number: Option<(String, Direction)>,
    ip_address: Option<(String, Direction)>,
}

#[derive(Clone, Copy)]
enum Direction {
    Calling,
    Called,
    Both,
}

/// A direction that is none of the three.
pub(super) struct BadDirection;

impl Filter {
    pub(super) fn read(asked: &Asked) -> Result<Self, BadDirection> {
        let of = |name: &str, direction: &str| {
            let direction = match asked.query(direction) {
                None | Some("BOTH") => Direction::Both,
                Some("CALLING") => Direction::Calling,
                Some("CALLED") => Direction::Called,
                Some(_) => return Err(BadDirection),
            };
            Ok(asked.query(name).map(|it| (it.to_owned(), direction)))
        };
        Ok(Self {
            number: of("phoneNumber", "phoneNumberDirection")?,
            ip_address: of("ipAddress", "ipAddressDirection")?,
        })
    }

    pub(super) fn lets_pass(&self, couple: &Couple) -> bool {
        let fits = |wanted: &Option<(String, Direction)>, what: fn(&Phone) -> &str| {
            let Some((wanted, direction)) = wanted else {
                return true;
            };
            let (calling, called) = (
                what(&couple.calling) == wanted,
                what(&couple.called) == wanted,
            );
            match direction {
                Direction::Calling => calling,
                Direction::Called => called,
                Direction::Both => calling || called,
            }
        };
        fits(&self.number, |phone| &phone.number)
            && fits(&self.ip_address, |phone| &phone.ip_address)
    }
}
