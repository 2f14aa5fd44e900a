//! A request target: checked, and decoded, merged and resolved.

use std::borrow::Cow;
use std::hint::black_box;

use regex::bytes::{Captures, Regex};
use tuleap_front::{MergeSlashes, RequestTarget};

use super::destination::Expression;
use super::{contest, request};
use crate::{Contender, Fallible};

pub(super) fn check(line: &str) -> Fallible<Vec<Contender>> {
    let mut theirs = Expressions::new()?;
    let input = request(line);
    let is_same = input.iter().all(|[_, target]| {
        RequestTarget::check(target, MergeSlashes::On).is_ok() == theirs.check(target).is_some()
    });
    let ours = |[_, target]: &[Vec<u8>; 2]| {
        black_box(RequestTarget::check(target, black_box(MergeSlashes::On))).ok();
    };
    Ok(contest(input, is_same, ours, move |[_, target]: &[Vec<u8>; 2]| {
        black_box(theirs.check(target));
    }))
}

pub(super) fn parse(line: &str) -> Fallible<Vec<Contender>> {
    let mut theirs = Expressions::new()?;
    let input = request(line);
    let is_same = input.iter().all(|[_, target]| {
        let ours = RequestTarget::parse(target, MergeSlashes::On);
        ours.ok().map(RequestTarget::into_uri) == theirs.parse(target)
    });
    let ours = |[_, target]: &[Vec<u8>; 2]| {
        black_box(RequestTarget::parse(target, black_box(MergeSlashes::On))).ok();
    };
    Ok(contest(input, is_same, ours, move |[_, target]: &[Vec<u8>; 2]| {
        black_box(theirs.parse(target));
    }))
}

pub(super) struct Expressions {
    target: Expression,
    /// What makes a path another one than it is sent as.
    special: Regex,
    dots: Dots,
}

/// Dot segments.
pub(super) struct Dots {
    /// What can lead above the root.
    dots: Regex,
    escape: Regex,
    slashes: Regex,
}

impl Expressions {
    pub(super) fn new() -> Fallible<Self> {
        let host = r"[A-Za-z][A-Za-z0-9+.-]*://(?:[A-Za-z0-9.-]+|\[[^\]]+\])(?::[0-9]*)?";
        let path = r"(/(?:[^\x00-\x20\x7f%?#]|%(?:0[1-9A-Fa-f]|[1-9A-Fa-f][0-9A-Fa-f]))*)";
        let rest = r"(?:[?#][^\x00-\x20\x7f]*)?";
        Ok(Self {
            target: Expression::new(&format!("(?-u)^(?:{host})?{path}{rest}$"))?,
            special: Regex::new(r"(?-u)%|//|/\.\.?(?:/|$)")?,
            dots: Dots::new()?,
        })
    }

    fn path<'a>(&mut self, target: &'a [u8]) -> Option<&'a [u8]> {
        let [_, path, ..] = self.target.captures(target)?;
        path
    }

    fn check(&mut self, target: &[u8]) -> Option<()> {
        let path = self.path(target)?;
        self.dots.check(path)
    }

    pub(super) fn parse<'a>(&mut self, target: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let path = self.path(target)?;
        if self.special.is_match(path) {
            self.dots.normal(path).map(Cow::Owned)
        } else {
            Some(path.into())
        }
    }
}

impl Dots {
    pub(super) fn new() -> Fallible<Self> {
        Ok(Self {
            dots: Regex::new(r"(?-u)(?:/|%2[Ff])(?:\.|%2[Ee]){2}(?:/|%2[Ff]|$)")?,
            escape: Regex::new(r"(?-u)%([0-9A-Fa-f]{2})")?,
            slashes: Regex::new(r"(?-u)//+")?,
        })
    }

    /// Does nothing lead above the root?
    pub(super) fn check(&self, path: &[u8]) -> Option<()> {
        if self.dots.is_match(path) { self.normal(path).map(|_| ()) } else { Some(()) }
    }

    fn normal(&self, path: &[u8]) -> Option<Vec<u8>> {
        let decoded = self.escape.replace_all(path, |captures: &Captures<'_>| {
            let digits = captures.get(1).map_or(&b""[..], |digits| digits.as_bytes());
            let digits = std::str::from_utf8(digits).unwrap_or_default();
            [u8::from_str_radix(digits, 16).unwrap_or_default()]
        });
        let merged = self.slashes.replace_all(&decoded, &b"/"[..]);
        let mut segments: Vec<&[u8]> = Vec::new();
        let mut parts = merged.split(|byte| *byte == b'/').skip(1).peekable();
        while let Some(part) = parts.next() {
            let is_last = parts.peek().is_none();
            match part {
                b"." => {}
                b".." => {
                    segments.pop()?;
                }
                part => segments.push(part),
            }
            if is_last && matches!(part, b"." | b"..") {
                segments.push(b"");
            }
        }
        Some(segments.iter().flat_map(|segment| [b"/", *segment].concat()).collect())
    }
}
