//! `Location`, from the backend's origin to the public one.

use std::hint::black_box;

use tuleap_front::{DestinationFacts, DestinationRule};

use super::destination::{
    AUTHORITY, Answer, BACKEND_ORIGIN, Expression, Origin, facts, listed_rule, trim,
};
use super::{contest, leaked};
use crate::{Contender, Fallible};

pub(super) fn contenders(value: &str) -> Fallible<Vec<Contender>> {
    let rule: &'static DestinationRule = Box::leak(Box::new(listed_rule()?));
    let facts: &'static DestinationFacts<'static> = Box::leak(Box::new(facts()));
    let mut uri = Expression::new(&format!(
        r"(?-u)^(?i:(https?))://{AUTHORITY}((?:[/?#][^\x00-\x1f\x7f]*)?)$"
    ))?;
    let input: &'static [Vec<u8>] = leaked(value);
    let is_same = input
        .iter()
        .all(|value| Answer::from(rule.rewrite_location(facts, value)) == rewrite(&mut uri, value));
    let ours = move |value: &Vec<u8>| {
        let _ = black_box(rule.rewrite_location(black_box(facts), value));
    };
    Ok(contest(input, is_same, ours, move |value: &Vec<u8>| {
        black_box(rewrite(&mut uri, value));
    }))
}

/// To the first public origin, whose host is the client's.
fn rewrite<'a>(uri: &mut Expression, value: &'a [u8]) -> Answer<'a> {
    match uri.captures(trim(value)) {
        Some([_, Some(scheme), name, port, Some(rest)])
            if BACKEND_ORIGIN.is(&Origin { scheme, name, port }) =>
        {
            Answer::Parts([b"https://", b"tuleap.example.com", rest])
        }
        _ => Answer::Unchanged,
    }
}
