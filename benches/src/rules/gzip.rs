//! The gzip verdict: an expression for each value that is looked at.

use std::hint::black_box;

use regex::bytes::Regex;
use tuleap_front::{Guide, GzipFacts, GzipPolicy, RequestHead, ResponseHead, Scheme, Secrets};

use super::contest;
use super::exchange::{Exchange, Line, first, values};
use crate::{Contender, Fallible};

pub(super) fn documented(text: &str) -> Fallible<Vec<Contender>> {
    contenders(GzipPolicy::documented(Guide::ReverseProxy), Documented::new()?, text)
}

/// Pages are compressed, too: otherwise nothing is looked at behind their cookie.
pub(super) fn recommended(text: &str) -> Fallible<Vec<Contender>> {
    let policy = GzipPolicy::recommended().with_secrets(Secrets::Compress);
    contenders(policy, Recommended::new()?, text)
}

/// Is it compressed, and does it get a `Vary`?
type Verdict = (bool, bool);

trait Rule {
    fn decide(&self, request: &[Line], status: u16, response: &[Line]) -> Verdict;
}

fn contenders(
    policy: GzipPolicy,
    theirs: impl Rule + 'static,
    text: &str,
) -> Fallible<Vec<Contender>> {
    let policy: &'static GzipPolicy = Box::leak(Box::new(policy));
    let input = Exchange::leaked(text)?;
    let of = move |request: &RequestHead<'static>, response: &ResponseHead<'static>| {
        let (status, lines) = (response.status(), response.lines());
        let verdict = policy.decide(&GzipFacts::new(Scheme::Https, request.lines(), status, lines));
        (verdict.compresses(), verdict.varies())
    };
    let by_expression = move |one: &Exchange| {
        theirs.decide(one.request.lines(), one.response.status(), one.response.lines())
    };
    let is_same = input.iter().all(|one| of(&one.request, &one.response) == by_expression(one));
    let ours = move |one: &Exchange| {
        black_box(of(&one.request, &one.response));
    };
    Ok(contest(input, is_same, ours, move |one: &Exchange| {
        black_box(by_expression(one));
    }))
}

/// nginx's rule with the guide's lines.
struct Documented {
    content_type: Regex,
    accepts: Regex,
    user_agent: Regex,
    chunked: Regex,
    uncached: Regex,
}

impl Documented {
    fn new() -> Fallible<Self> {
        let types = "text/(?:html|plain|css|xml|javascript)|application/(?:x-javascript|xml)";
        let weight = r"1(?:\.0{0,3})?|0\.(?:[1-9][0-9]{0,2}|0[1-9][0-9]?|00[1-9])";
        Ok(Self {
            content_type: Regex::new(&format!(r"(?i-u)^(?:{types})(?:;\x20*charset=.*)?$"))?,
            accepts: Regex::new(&format!(
                r"(?i-u)(?:^|[,\x20])gzip\x20*(?:$|,|;\x20*(?:$|q=(?:{weight})(?:$|[,\x20])))"
            ))?,
            user_agent: Regex::new(r"(?-u)MSIE [1-6]\.")?,
            chunked: Regex::new("(?i-u)chunked")?,
            uncached: Regex::new(r"(?i-u)(?:^|,)\x20*(?:no-cache|no-store|private)\x20*(?:,|$)")?,
        })
    }

    fn is_long_enough(&self, response: &[Line]) -> bool {
        let is_chunked = |value: &[u8]| self.chunked.is_match(value);
        values(response, "transfer-encoding").any(is_chunked) || length(response) >= 20
    }
}

/// Where it is not known, it is long enough.
fn length(response: &[Line]) -> u64 {
    let value = first(response, "content-length").and_then(|value| std::str::from_utf8(value).ok());
    value.and_then(|value| value.parse().ok()).unwrap_or(u64::MAX)
}

impl Rule for Documented {
    fn decide(&self, request: &[Line], status: u16, response: &[Line]) -> Verdict {
        let is_eligible = matches!(status, 200 | 403 | 404)
            && first(response, "content-encoding").is_none_or(<[u8]>::is_empty)
            && self.is_long_enough(response)
            && first(response, "content-type")
                .is_some_and(|value| self.content_type.is_match(value));
        if !is_eligible {
            return (false, false);
        }
        let is_cached = || {
            first(request, "authorization").is_none()
                && (first(response, "expires").is_some()
                    || first(response, "cache-control").is_some()
                        && !values(response, "cache-control")
                            .any(|value| self.uncached.is_match(value)))
        };
        let compresses = first(request, "accept-encoding")
            .is_some_and(|value| self.accepts.is_match(value))
            && !(first(request, "via").is_some() && is_cached())
            && first(request, "user-agent").is_none_or(|value| !self.user_agent.is_match(value));
        (compresses, true)
    }
}

/// Ours.
struct Recommended {
    content_type: Regex,
    no_transform: Regex,
    /// A coding with its weight, in order.
    coding: Regex,
    chunked: Regex,
}

impl Recommended {
    fn new() -> Fallible<Self> {
        let token = "[!#-'*+.0-9A-Z^-z|~-]";
        let application = "ecmascript|javascript|x-javascript|wasm|json|json-seq|jsonl|ndjson\
                           |x-ndjson|xml|xml-dtd|graphql|rtf|sql|toml|yaml|x-yaml\
                           |vnd\\.ms-fontobject|font-sfnt|x-font-otf|x-font-ttf";
        let text = format!("text/{token}+|[!-.0-~]+/{token}+\\+(?:xml|json)");
        let other = "font/(?:collection|otf|sfnt|ttf)|image/(?:bmp|vnd\\.microsoft\\.icon|x-icon)";
        Ok(Self {
            content_type: Regex::new(&format!(
                r"(?i-u)^[\x20\t]*(?:{text}|application/(?:{application})|{other})[\x20\t]*(?:;|$)"
            ))?,
            no_transform: Regex::new(r"(?i-u)(?:^|,)[\x20\t]*no-transform[\x20\t]*(?:[=,]|$)")?,
            coding: Regex::new(
                r"(?i-u)(?:^|,)[\x20\t]*(?:(x-)?gzip|(\*)|identity)[\x20\t]*(?:;[\x20\t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[\x20\t]*)?(?:,|$)",
            )?,
            chunked: Regex::new("(?i-u)chunked")?,
        })
    }

    /// Only `gzip` and no `identity` is what the inputs hold; weights are compared with 0.
    fn accepts(&self, value: &[u8]) -> bool {
        let Some(captures) = self.coding.captures(value) else { return false };
        let is_zero = |weight: regex::bytes::Match<'_>| {
            weight.as_bytes().iter().all(|byte| matches!(byte, b'0' | b'.'))
        };
        !captures.get(3).is_some_and(is_zero)
    }
}

impl Rule for Recommended {
    fn decide(&self, request: &[Line], status: u16, response: &[Line]) -> Verdict {
        let forbids = |lines: &[Line]| {
            values(lines, "cache-control").any(|value| self.no_transform.is_match(value))
        };
        let is_chunked = |value: &[u8]| self.chunked.is_match(value);
        let is_eligible = matches!(status, 200 | 403 | 404)
            && first(response, "content-encoding").is_none_or(<[u8]>::is_empty)
            && !forbids(request)
            && !forbids(response)
            && (values(response, "transfer-encoding").any(is_chunked) || length(response) >= 256)
            && first(response, "content-type")
                .is_some_and(|value| self.content_type.is_match(value));
        let compresses = is_eligible
            && first(request, "range").is_none()
            && values(request, "accept-encoding").any(|value| self.accepts(value));
        (compresses, is_eligible)
    }
}
