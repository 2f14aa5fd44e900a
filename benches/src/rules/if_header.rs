//! `If`: an expression that goes from item to item, and the strict one for each tag.

use std::hint::black_box;

use regex::bytes::Regex;
use tuleap_front::{DestinationFacts, DestinationRule};

use super::destination::{Answer, BACKEND_ORIGIN, PUBLIC_ORIGINS, Strict, facts, listed_rule};
use super::{contest, leaked};
use crate::{Contender, Fallible};

/// A tag, or a list in which `<…>`, `[…]` and quoted strings are known.
const ITEM: &str = r#"(?x-u)[\x20\t]*(?:
    <([^<>]*)>
  | \( (?: [^)<\["] | <[^>]*> | \[ (?: [^\]"] | "(?:[^"\\]|\\.)*" )* \] | "(?:[^"\\]|\\.)*" )* \)
)[\x20\t]*"#;

pub(super) fn contenders(value: &str) -> Fallible<Vec<Contender>> {
    let rule: &'static DestinationRule = Box::leak(Box::new(listed_rule()?));
    let facts: &'static DestinationFacts<'static> = Box::leak(Box::new(facts()));
    let mut scan = Scan { item: Regex::new(ITEM)?, strict: Strict::new()? };
    let input: &'static [Vec<u8>] = leaked(value);
    let is_same =
        input.iter().all(|value| rule.rewrite_if(facts, value).length() == scan.length(value));
    let ours = move |value: &Vec<u8>| {
        black_box(rule.rewrite_if(black_box(facts), value).length());
    };
    Ok(contest(input, is_same, ours, move |value: &Vec<u8>| {
        black_box(scan.length(value));
    }))
}

struct Scan {
    item: Regex,
    strict: Strict,
}

impl Scan {
    /// The length of what is sent instead, where something is.
    fn length(&mut self, value: &[u8]) -> Option<usize> {
        let (mut end, mut length, mut is_same) = (0, value.len(), true);
        // A list must follow a tag, and a tag a list; no tag follows a list without one.
        let (mut has_tag, mut has_list) = (false, false);
        for item in self.item.captures_iter(value) {
            let whole = item.get(0)?;
            if whole.start() != end {
                return None;
            }
            end = whole.end();
            let Some(tag) = item.get(1) else {
                has_list = true;
                continue;
            };
            if has_tag != has_list {
                return None;
            }
            (has_tag, has_list) = (true, false);
            let tag = tag.as_bytes();
            if let Answer::Parts(parts) =
                self.strict.rewrite(PUBLIC_ORIGINS, &BACKEND_ORIGIN, b"127.0.0.1:8080", tag)
            {
                let of_tag: usize = parts.iter().map(|part| part.len()).sum();
                (length, is_same) = (length - tag.len() + of_tag, false);
            }
        }
        (end == value.len() && has_list && !is_same).then_some(length)
    }
}
