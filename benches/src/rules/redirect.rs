//! The redirect to https. One expression checks form, host, port, control bytes and escapes.

use std::hint::black_box;

use regex::bytes::Regex;
use tuleap_front::{Guide, HttpsRedirect, RedirectDecision, RedirectFacts, Scheme};

use super::destination::Expression;
use super::request_target::Dots;
use super::{contest, request};
use crate::{Contender, Fallible};

const ORIGIN: &[u8] = b"https://tuleap.example.com:443";

pub(super) fn contenders(line: &str) -> Fallible<Vec<Contender>> {
    let rule = HttpsRedirect::documented(Guide::ReverseProxy, "tuleap.example.com")?;
    let rule: &'static HttpsRedirect = Box::leak(Box::new(rule));
    let mut theirs = Expressions::new()?;
    let input = request(line);
    let is_same = input.iter().all(|[method, target]| {
        let facts = RedirectFacts { scheme: Scheme::Http, method, target };
        let location = match rule.decide(&facts) {
            RedirectDecision::Redirect { location, .. } => Some(location.concat()),
            _ => None,
        };
        location == theirs.location(method, target).map(|location| location.concat())
    });
    let ours = move |[method, target]: &[Vec<u8>; 2]| {
        let facts = RedirectFacts { scheme: black_box(Scheme::Http), method, target };
        let _ = black_box(rule.decide(&facts));
    };
    Ok(contest(input, is_same, ours, move |[method, target]: &[Vec<u8>; 2]| {
        black_box(theirs.location(method, target));
    }))
}

struct Expressions {
    method: Regex,
    target: Expression,
    dots: Dots,
}

impl Expressions {
    fn new() -> Fallible<Self> {
        let host = r"[A-Za-z][A-Za-z0-9+.-]*://(?:[A-Za-z0-9.-]+|\[[^\]]+\])(?::[0-9]*)?";
        let path = r"/(?:[^\x00-\x20\x7f%?#]|%(?:0[1-9A-Fa-f]|[1-9A-Fa-f][0-9A-Fa-f]))*";
        let rest = r"(?:[?#][^\x00-\x20\x7f]*)?";
        let target = format!("(?-u)^(?:{host})?(({path})?{rest})$");
        Ok(Self {
            method: Regex::new(r"(?-u)^[A-Z_-]+$")?,
            target: Expression::new(&target)?,
            dots: Dots::new()?,
        })
    }

    fn location<'a>(&mut self, method: &[u8], target: &'a [u8]) -> Option<[&'a [u8]; 2]> {
        if !self.method.is_match(method) || method == b"TRACE" || method == b"CONNECT" {
            return None;
        }
        let [_, uri, path, ..] = self.target.captures(target)?;
        self.dots.check(path.unwrap_or_default())?;
        Some([ORIGIN, uri?])
    }
}
