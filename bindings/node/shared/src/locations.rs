use serde::Serialize;
use tuleap_front::{LocationMatch, LocationModifier, LocationRule, Locations};

use crate::problem::Problem;
use crate::wire::{bytes, texts};

/// Reads locations, one a line.
///
/// # Errors
///
/// A location that cannot be read.
pub fn locations(text: &str) -> Result<Locations, Problem> {
    Ok(text.parse()?)
}

/// Compiles a list of locations: modifier, pattern, name, modifier, …
///
/// # Errors
///
/// A modifier that is none, or a location that cannot be honoured.
pub fn locations_of(list: &str) -> Result<Locations, Problem> {
    let mut texts = texts(list);
    let mut rules = Vec::new();
    while let (Some(modifier), Some(pattern), Some(name)) =
        (texts.next(), texts.next(), texts.next())
    {
        let modifier = LocationModifier::parse(modifier)
            .ok_or_else(|| Problem::argument("no such modifier: write =, ^~, ~, ~* or none"))?;
        rules.push(LocationRule::new(modifier, pattern, name));
    }
    Ok(Locations::new(rules)?)
}

/// A location that takes a path, as JavaScript reads it.
#[derive(Serialize)]
struct Found<'a> {
    index: usize,
    modifier: &'static str,
    pattern: &'a str,
    name: &'a str,
    reason: &'static str,
}

impl<'a> From<LocationMatch<'a>> for Found<'a> {
    fn from(found: LocationMatch<'a>) -> Self {
        let rule = found.rule();
        Self {
            index: found.index(),
            modifier: rule.modifier().as_str(),
            pattern: rule.pattern(),
            name: rule.name(),
            reason: found.reason().as_str(),
        }
    }
}

/// The location that takes a path: JSON of it, or of null.
#[must_use]
pub fn locations_find(locations: &Locations, uri: &str) -> String {
    crate::json(&locations.find(&bytes(uri)).map(Found::from))
}

/// The explanation: JSON of its parts and its text.
#[must_use]
pub fn locations_explain(locations: &Locations, uri: &str) -> String {
    crate::explained(locations.explain(&bytes(uri)))
}
