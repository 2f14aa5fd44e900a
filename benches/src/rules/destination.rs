//! `Destination`: the guide's rule, and the strict one.

use std::hint::black_box;
use std::net::Ipv6Addr;

use regex::bytes::{CaptureLocations, Regex};
use tuleap_front::{
    BackendOrigin, DestinationFacts, DestinationRule, Guide, PublicOrigins, Rewrite,
};

use super::{contest, leaked};
use crate::{Contender, Fallible};

const HOST: &[u8] = b"tuleap.example.com";

/// A COPY to a site behind a server that forwards `Host`.
pub(super) fn facts() -> DestinationFacts<'static> {
    DestinationFacts {
        method: b"COPY",
        host: HOST,
        forwarded_host: HOST,
        ..DestinationFacts::default()
    }
}

pub(super) const PUBLIC: &str = "https://tuleap.example.com, https://[2001:db8::1]:8443";
pub(super) const BACKEND: &str = "http://127.0.0.1:8080";

/// What becomes of a value, by an expression.
#[derive(Debug, PartialEq)]
pub(super) enum Answer<'a> {
    Parts([&'a [u8]; 3]),
    Reject,
    Unchanged,
}

impl<'a> From<Rewrite<'a>> for Answer<'a> {
    fn from(rewrite: Rewrite<'a>) -> Self {
        match rewrite {
            Rewrite::Unchanged => Self::Unchanged,
            Rewrite::Parts(parts) => Self::Parts(parts),
            _ => Self::Reject,
        }
    }
}

pub(super) fn documented(value: &str) -> Fallible<Vec<Contender>> {
    let mut expression = Expression::new(r"(?i-u)^https(.*)$")?;
    let line_end = Regex::new(r"(?-u)[\r\n\x00]")?;
    let theirs = move |value| match expression.captures(value) {
        _ if line_end.is_match(value) => Answer::Reject,
        Some([_, Some(rest), ..]) => Answer::Parts([b"http", rest, b""]),
        _ => Answer::Unchanged,
    };
    contenders(DestinationRule::documented(Guide::ReverseProxy), theirs, value)
}

/// From the client's `Host` to `http` with the same `Host`.
pub(super) fn recommended(value: &str) -> Fallible<Vec<Contender>> {
    let mut strict = Strict::new()?;
    let mut host = Expression::new(&format!("(?-u)^{AUTHORITY}$"))?;
    let theirs = move |value| {
        let [_, name, port, ..] = host.captures(black_box(HOST)).unwrap_or_default();
        let origin = |scheme: &'static [u8]| Origin { scheme, name, port };
        let (https, http) = (origin(b"https"), origin(b"http"));
        strict.rewrite(&[https, http], &http, HOST, value)
    };
    contenders(DestinationRule::recommended(), theirs, value)
}

/// From listed origins to a fixed one.
pub(super) fn listed(value: &str) -> Fallible<Vec<Contender>> {
    let mut strict = Strict::new()?;
    let theirs =
        move |value| strict.rewrite(PUBLIC_ORIGINS, &BACKEND_ORIGIN, b"127.0.0.1:8080", value);
    contenders(listed_rule()?, theirs, value)
}

pub(super) fn listed_rule() -> Fallible<DestinationRule> {
    Ok(DestinationRule::new(PUBLIC.parse::<PublicOrigins>()?, BACKEND.parse::<BackendOrigin>()?))
}

fn contenders(
    rule: DestinationRule,
    mut theirs: impl FnMut(&'static [u8]) -> Answer<'static> + 'static,
    value: &str,
) -> Fallible<Vec<Contender>> {
    let input: &'static [&'static [u8]] =
        leaked(value).iter().map(Vec::as_slice).collect::<Vec<_>>().leak();
    let rule: &'static DestinationRule = Box::leak(Box::new(rule));
    let facts: &'static DestinationFacts<'static> = Box::leak(Box::new(facts()));
    let is_same =
        input.iter().all(|value| Answer::from(rule.rewrite_value(facts, value)) == theirs(value));
    let ours = move |value: &&'static [u8]| {
        let _ = black_box(rule.rewrite_value(black_box(facts), value));
    };
    Ok(contest(input, is_same, ours, move |value: &&'static [u8]| {
        black_box(theirs(value));
    }))
}

/// Host, perhaps with a port: two captures.
pub(super) const AUTHORITY: &str =
    r"((?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+|\[[0-9A-Fa-f:.]+\])(?::([0-9]*))?";

/// An origin, as captures give it.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) scheme: &'a [u8],
    pub(super) name: Option<&'a [u8]>,
    pub(super) port: Option<&'a [u8]>,
}

pub(super) const PUBLIC_ORIGINS: &[Origin<'static>] = &[
    Origin { scheme: b"https", name: Some(HOST), port: None },
    Origin { scheme: b"https", name: Some(b"[2001:db8::1]"), port: Some(b"8443") },
];
pub(super) const BACKEND_ORIGIN: Origin<'static> =
    Origin { scheme: b"http", name: Some(b"127.0.0.1"), port: Some(b"8080") };

impl Origin<'_> {
    /// Do both name one place?
    pub(super) fn is(&self, other: &Origin<'_>) -> bool {
        let ports = self.effective_port().zip(other.effective_port());
        let names = self.name.zip(other.name);
        self.scheme.eq_ignore_ascii_case(other.scheme)
            && ports.is_some_and(|(one, other)| one == other)
            && names.is_some_and(|(one, other)| {
                one.eq_ignore_ascii_case(other) || same_ipv6(one, other)
            })
    }

    fn effective_port(&self) -> Option<u16> {
        match self.port {
            Some(digits @ [_, ..]) => std::str::from_utf8(digits).ok()?.parse().ok(),
            _ if self.scheme.eq_ignore_ascii_case(b"https") => Some(443),
            _ => Some(80),
        }
    }
}

fn same_ipv6(one: &[u8], other: &[u8]) -> bool {
    let address = |text: &[u8]| {
        let inside = text.strip_prefix(b"[")?.strip_suffix(b"]")?;
        std::str::from_utf8(inside).ok()?.parse::<Ipv6Addr>().ok()
    };
    address(one).is_some_and(|one| address(other) == Some(one))
}

/// An expression, and where its captures go.
pub(super) struct Expression {
    expression: Regex,
    captures: CaptureLocations,
}

impl Expression {
    pub(super) fn new(expression: &str) -> Fallible<Self> {
        let expression = Regex::new(expression)?;
        let captures = expression.capture_locations();
        Ok(Self { expression, captures })
    }

    /// The match and its groups; no expression here has more than four.
    pub(super) fn captures<'a>(&mut self, text: &'a [u8]) -> Option<[Option<&'a [u8]>; 5]> {
        self.expression.captures_read(&mut self.captures, text)?;
        Some(std::array::from_fn(|group| {
            let (start, end) = self.captures.get(group)?;
            text.get(start..end)
        }))
    }
}

/// Steps 2 to 8 of the strict rule: an expression for the whole and one for the authority, for
/// which the crate has a faster way than for one that holds both.
pub(super) struct Strict {
    uri: Expression,
    user: Regex,
    authority: Expression,
    path: Regex,
}

impl Strict {
    pub(super) fn new() -> Fallible<Self> {
        let user = r"(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*";
        let uri = r"(?i:(https?))://([^/?#\x00-\x1f\x7f]*)(/[^\x00-\x1f\x7f]*)";
        Ok(Self {
            uri: Expression::new(&format!("(?-u)^{uri}$"))?,
            user: Regex::new(&format!("(?-u)^{user}$"))?,
            authority: Expression::new(&format!("(?-u)^{AUTHORITY}$"))?,
            path: Regex::new(r"(?-u)^/(?:[^/\x00-\x1f\x7f][^\x00-\x1f\x7f]*)?$")?,
        })
    }

    pub(super) fn rewrite<'a>(
        &mut self,
        public: &[Origin<'_>],
        backend: &Origin<'_>,
        backend_authority: &'static [u8],
        value: &'a [u8],
    ) -> Answer<'a> {
        let value = trim(value);
        let Some((origin, path)) = self.split(value) else {
            let is_path = self.path.is_match(value);
            return if is_path { Answer::Unchanged } else { Answer::Reject };
        };
        if backend.is(&origin) {
            Answer::Unchanged
        } else if public.iter().any(|public| public.is(&origin)) {
            Answer::Parts([b"http://", backend_authority, path])
        } else {
            Answer::Reject
        }
    }

    fn split<'a>(&mut self, value: &'a [u8]) -> Option<(Origin<'a>, &'a [u8])> {
        let [_, scheme, authority, path, _] = self.uri.captures(value)?;
        let mut authority = authority?;
        if let Some(at) = authority.iter().position(|byte| *byte == b'@') {
            let (user, host) = authority.split_at_checked(at)?;
            authority = host.get(1..).filter(|_| self.user.is_match(user))?;
        }
        let [_, name, port, ..] = self.authority.captures(authority)?;
        Some((Origin { scheme: scheme?, name, port }, path?))
    }
}

/// Without blanks at both ends.
pub(super) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
