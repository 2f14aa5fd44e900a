//! The lines that a client gets.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::types::nginx_split;
use super::verdict::EtagEffect;
use super::{GzipFacts, GzipPolicy, Style};
use crate::blanks::{trim, trim_spaces};
use crate::headers::{RequestHeaders, lookup};
use crate::nginx::NginxRules;
use crate::response_line::{ResponseLine, is_named};

/// Lines that pass, once or several times.
const LISTS: &[&[u8]] = &[b"cache-control", b"vary"];

/// Lines of which today's nginx drops all but the first.
const SINGLES: &[&[u8]] = &[b"accept-ranges", b"content-encoding", b"etag", b"expires"];

impl GzipPolicy {
    pub(super) fn lines<'a, Q, S>(&self, facts: &GzipFacts<'a, Q, S>) -> Vec<ResponseLine<'a>>
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let verdict = self.decide(facts);
        let mut lines = passed(facts.response, self.rules);
        if let Some(effect) = self.expires_effect(facts) {
            effect.apply(&mut lines, self.rules);
        }
        if verdict.compresses() {
            remove_one(&mut lines, b"accept-ranges", self.rules);
            change_etag(&mut lines, verdict.etag(), self.rules);
            lines.push((Cow::Borrowed(b"Content-Encoding"), Cow::Borrowed(b"gzip")));
        }
        let mut head: Vec<ResponseLine<'a>> = Vec::new();
        if let Some(value) = content_type(facts.response, self.rules) {
            head.push((Cow::Borrowed(b"Content-Type"), value));
        }
        if !verdict.compresses()
            && let Some(length) = facts.known_length(self.rules)
        {
            let value = Cow::Owned(length.to_string().into_bytes());
            head.push((Cow::Borrowed(b"Content-Length"), value));
        }
        if verdict.varies() {
            let vary = match self.style {
                Style::Nginx => Cow::Borrowed(ACCEPT_ENCODING),
                Style::Recommended => merged_vary(&mut lines),
            };
            head.push((Cow::Borrowed(b"Vary"), vary));
        }
        head.append(&mut lines);
        head
    }
}

const ACCEPT_ENCODING: &[u8] = b"Accept-Encoding";

/// The lines of these names that a backend's answer is passed on with, in their order.
fn passed<S: RequestHeaders + ?Sized>(response: &S, rules: NginxRules) -> Vec<ResponseLine<'_>> {
    let mut lines: Vec<ResponseLine<'_>> = Vec::new();
    let mut seen = [false; SINGLES.len()];
    for (name, value) in response.lines() {
        let is_it = |known: &&[u8]| name.eq_ignore_ascii_case(known);
        let passes = match SINGLES.iter().position(is_it).and_then(|at| seen.get_mut(at)) {
            Some(seen) => !std::mem::replace(seen, true) || rules == NginxRules::V1_22,
            None => LISTS.iter().any(is_it),
        };
        if passes {
            lines.push((Cow::Borrowed(name), Cow::Borrowed(trim_spaces(value))));
        }
    }
    lines
}

/// The value of `Content-Type`. Of several lines 1.22 takes the last, and gives it the charset of
/// one before it where it has none.
fn content_type<S: RequestHeaders + ?Sized>(
    response: &S,
    rules: NginxRules,
) -> Option<Cow<'_, [u8]>> {
    let value =
        lookup::single(response, b"content-type", rules).filter(|value| !value.is_empty())?;
    if rules == NginxRules::V1_22 && nginx_split(value).is_none() {
        let lines = lookup::values(response, b"content-type");
        let charset = lines.filter_map(nginx_split).last().map(|(_, charset)| charset);
        if let Some(charset) = charset.filter(|charset| !charset.is_empty()) {
            return Some(Cow::Owned([value, b"; charset=", charset].concat()));
        }
    }
    Some(Cow::Borrowed(value))
}

/// The line that nginx knows of: of several the last.
fn known(lines: &[ResponseLine<'_>], name: &[u8]) -> Option<usize> {
    lines.iter().rposition(|line| is_named(line, name))
}

fn remove_one(lines: &mut Vec<ResponseLine<'_>>, name: &[u8], rules: NginxRules) {
    match known(lines, name) {
        Some(at) if rules == NginxRules::V1_22 => {
            lines.remove(at);
        }
        _ => lines.retain(|line| !is_named(line, name)),
    }
}

fn change_etag(lines: &mut Vec<ResponseLine<'_>>, effect: EtagEffect, rules: NginxRules) {
    match effect {
        EtagEffect::Keep | EtagEffect::None => {}
        EtagEffect::Remove => remove_one(lines, b"etag", rules),
        EtagEffect::Weaken => {
            if let Some(line) = known(lines, b"etag").and_then(|at| lines.get_mut(at)) {
                line.1 = Cow::Owned([b"W/", line.1.as_ref()].concat());
            }
        }
    }
}

/// All lines of `Vary` as one, with `Accept-Encoding` in it; `*` alone where it is there.
fn merged_vary<'a>(lines: &mut Vec<ResponseLine<'a>>) -> Cow<'a, [u8]> {
    let mut names: Vec<&[u8]> = Vec::new();
    let mut seen = BTreeSet::new();
    let varies = lines.iter().filter(|line| is_named(line, b"vary"));
    let all = varies.flat_map(|line| line.1.split(|byte| *byte == b',')).map(trim);
    for name in all.filter(|name| !name.is_empty()).chain([ACCEPT_ENCODING]) {
        if seen.insert(name.to_ascii_lowercase()) {
            names.push(name);
        }
    }
    if names.contains(&b"*".as_slice()) {
        names = vec![b"*"];
    }
    let merged = names.join(b", ".as_slice());
    lines.retain(|line| !is_named(line, b"vary"));
    Cow::Owned(merged)
}
