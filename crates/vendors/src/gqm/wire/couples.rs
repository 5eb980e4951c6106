//! The two XML documents: the list of couples, and the details of one.
//!
//! Names are compared without their prefix, because the sample has one that it never declares
//! (docs/vendors/gqm.md, B4). A document type is refused, so there is no entity to expand.

use std::borrow::Cow;

use pause::CallId;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::NOT_AS_DOCUMENTED;
use crate::Kind;

/// An agent is on one call, and perhaps holds another one. A list of many more than that is
/// not narrowed down to the agent, and pausing them would pause other people's calls.
const MOST_COUPLES: usize = 16;

/// No id comes near this.
const LONGEST_ID: usize = 64;

/// A row of the list: one pair of audio streams of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Couple {
    pub(crate) id: String,
    pub(crate) call: CallId,
    /// The link to its details; `None` if the user may not see it.
    pub(crate) details: Option<String>,
}

/// An element as it is met.
struct Element<'a, 'x> {
    /// How many it is inside of.
    depth: usize,
    start: &'a BytesStart<'x>,
}

impl Element<'_, '_> {
    fn is(&self, name: &str) -> bool {
        self.start.local_name().as_ref() == name
    }

    /// The value of an attribute of this name, which it has at most once.
    fn attribute(&self, name: &str) -> Result<Option<String>, Kind> {
        let mut found = None;
        for attribute in self.start.attributes() {
            let attribute = attribute.map_err(|_| NOT_AS_DOCUMENTED)?;
            if attribute.key.local_name().as_ref() != name {
                continue;
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| NOT_AS_DOCUMENTED)?;
            if found.replace(Cow::into_owned(value)).is_some() {
                return Err(NOT_AS_DOCUMENTED);
            }
        }
        Ok(found)
    }

    /// An attribute that is an id.
    fn id(&self, name: &str) -> Result<String, Kind> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        self.attribute(name)?
            .filter(|id| (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(is_plain))
            .ok_or(NOT_AS_DOCUMENTED)
    }
}

/// The couples of a list, in its order: `/couples/couples/link[@rel='self']/@href`, as
/// documented.
pub(crate) fn read_couples(body: &[u8]) -> Result<Vec<Couple>, Kind> {
    let mut couples: Vec<Couple> = Vec::new();
    // Whether what is met at the third level belongs to the newest couple.
    let mut in_couple = false;
    each_element(body, |element| {
        match element.depth {
            0 if !element.is("couples") => return Err(NOT_AS_DOCUMENTED),
            1 => {
                in_couple = element.is("couples");
                if in_couple {
                    couples.push(Couple {
                        id: element.id("id")?,
                        call: CallId::new(element.id("callId")?),
                        details: None,
                    });
                }
                if couples.len() > MOST_COUPLES {
                    return Err(Kind::Unintelligible(
                        "it lists more calls than one agent can be on",
                    ));
                }
            }
            2 if in_couple && is_self_link(&element)? => {
                let link = element.attribute("href")?.ok_or(NOT_AS_DOCUMENTED)?;
                let couple = couples.last_mut().ok_or(NOT_AS_DOCUMENTED)?;
                if couple.details.replace(link).is_some() {
                    return Err(NOT_AS_DOCUMENTED);
                }
            }
            _root_or_deeper => {}
        }
        Ok(())
    })?;
    Ok(couples)
}

fn is_self_link(element: &Element<'_, '_>) -> Result<bool, Kind> {
    Ok(element.is("link") && element.attribute("rel")?.as_deref() == Some("self"))
}

/// The link by which a couple is paused, from its details; `None` if there is none.
pub(crate) fn read_pause_link(body: &[u8]) -> Result<Option<String>, Kind> {
    let mut found = None;
    each_element(body, |element| {
        // A page for people would say nothing of rights.
        if element.depth == 0
            && element
                .start
                .local_name()
                .as_ref()
                .eq_ignore_ascii_case("html")
        {
            return Err(NOT_AS_DOCUMENTED);
        }
        if !element.is("link") {
            return Ok(());
        }
        let Some(link) = element.attribute("href")? else {
            return Ok(());
        };
        let path = link.split(['?', '#']).next().unwrap_or_default();
        if path.ends_with("/pausedState") && found.replace(link).is_some() {
            return Err(NOT_AS_DOCUMENTED);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Meets every element of a document that has one root and ends where it should.
fn each_element(
    body: &[u8],
    mut meet: impl FnMut(Element<'_, '_>) -> Result<(), Kind>,
) -> Result<(), Kind> {
    let text = str::from_utf8(body).map_err(|_| NOT_AS_DOCUMENTED)?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let (mut depth, mut roots) = (0_usize, 0_usize);
    loop {
        let event = reader.read_event().map_err(|_| NOT_AS_DOCUMENTED)?;
        if let Event::Start(start) | Event::Empty(start) = &event {
            roots += usize::from(depth == 0);
            meet(Element { depth, start })?;
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.checked_sub(1).ok_or(NOT_AS_DOCUMENTED)?,
            Event::Text(text) if depth == 0 && !text.trim_ascii().is_empty() => {
                return Err(NOT_AS_DOCUMENTED);
            }
            Event::DocType(_) => return Err(NOT_AS_DOCUMENTED),
            Event::CData(_) | Event::GeneralRef(_) if depth == 0 => return Err(NOT_AS_DOCUMENTED),
            Event::Eof if depth == 0 && roots == 1 => return Ok(()),
            Event::Eof => return Err(NOT_AS_DOCUMENTED),
            Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_) => {}
        }
    }
}
