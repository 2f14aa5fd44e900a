use std::fmt;

use super::reason::{GzipCheck, GzipReason};
use super::verdict::{EtagEffect, GzipVerdict};
use super::{GzipFacts, GzipPolicy};
use crate::headers::{RequestHeaders, lookup};
use crate::request_line::RequestVersion;
use crate::shown::shown;

/// What is told of a decision while it is made.
pub(super) trait Trace {
    /// This is looked at next.
    fn check(&mut self, check: GzipCheck);
}

impl Trace for () {
    #[inline]
    fn check(&mut self, _: GzipCheck) {}
}

impl Trace for Vec<GzipCheck> {
    fn check(&mut self, check: GzipCheck) {
        self.push(check);
    }
}

/// What was decided about an answer, and why.
///
/// `Display` writes it for people; values are cut at 256 bytes and escaped, those of `Cookie`,
/// `Set-Cookie` and `Authorization` are not shown.
///
/// ```
/// use tuleap_front_http::{GzipCheck, GzipFacts, GzipPolicy, GzipReason, Scheme};
///
/// let policy: GzipPolicy = "gzip on; gzip_proxied no-cache;".parse()?;
/// let request = [("Accept-Encoding", "gzip"), ("Via", "1.1 proxy")];
/// let response = [("Content-Type", "text/html"), ("Cache-Control", "max-age=60")];
/// let facts = GzipFacts::new(Scheme::Https, request.as_slice(), 200, response.as_slice());
/// let explanation = policy.explain(&facts);
/// assert_eq!(*explanation.verdict(), policy.decide(&facts));
/// let last = explanation.steps().last().unwrap();
/// assert_eq!((last.check(), last.decides()), (GzipCheck::CacheControl, true));
/// assert_eq!(last.seen(), Some("max-age=60"));
/// assert_eq!(
///     explanation.to_string(),
///     "gzip no (proxied-cache-control)\n  \
///        gzip             on\n  \
///        status           200\n  \
///        content-encoding -\n  \
///        length           -\n  \
///        type             text/html\n  \
///        accept-encoding  gzip\n  \
///        http-version     HTTP/1.1\n  \
///        via              1.1 proxy\n  \
///        proxied          no-cache\n  \
///        expires          -\n  \
///        cache-control    max-age=60\n  \
///        because the request came through a proxy, and Cache-Control has none of the words \
///        that are asked for\n"
/// );
/// # Ok::<(), tuleap_front_http::GzipPolicyError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct GzipExplanation {
    verdict: GzipVerdict,
    steps: Vec<GzipStep>,
}

/// Something that was looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GzipStep {
    check: GzipCheck,
    seen: Option<String>,
    decides: bool,
}

impl GzipStep {
    /// What was looked at.
    #[must_use]
    pub const fn check(&self) -> GzipCheck {
        self.check
    }

    /// What was there, as it may be shown; `None` for nothing.
    #[must_use]
    pub fn seen(&self) -> Option<&str> {
        self.seen.as_deref()
    }

    /// Did it decide? Only the last one can; where nothing is in the way, none does.
    #[must_use]
    pub const fn decides(&self) -> bool {
        self.decides
    }
}

impl GzipExplanation {
    pub(super) fn new<Q, S>(
        policy: &GzipPolicy,
        facts: &GzipFacts<'_, Q, S>,
        verdict: GzipVerdict,
        checks: &[GzipCheck],
    ) -> Self
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let is_open = matches!(verdict.reason(), GzipReason::Accepted | GzipReason::ProxiedPlain);
        let step = |(index, check): (usize, &GzipCheck)| GzipStep {
            check: *check,
            seen: seen(policy, facts, *check),
            decides: !is_open && index + 1 == checks.len(),
        };
        Self { verdict, steps: checks.iter().enumerate().map(step).collect() }
    }

    /// The verdict that is explained.
    pub const fn verdict(&self) -> &GzipVerdict {
        &self.verdict
    }

    /// The rule that decided.
    #[must_use]
    pub const fn reason(&self) -> GzipReason {
        self.verdict.reason()
    }

    /// What was looked at, in order.
    #[must_use]
    pub fn steps(&self) -> &[GzipStep] {
        &self.steps
    }
}

fn seen<Q, S>(policy: &GzipPolicy, facts: &GzipFacts<'_, Q, S>, check: GzipCheck) -> Option<String>
where
    Q: RequestHeaders + ?Sized,
    S: RequestHeaders + ?Sized,
{
    let text = |value: &[u8]| shown(&[value]);
    let asked = |name| lookup::first(facts.request, name).map(text);
    let single = |name| lookup::single(facts.response, name, policy.rules).map(text);
    match check {
        GzipCheck::AcceptEncoding => lines(facts.request, b"accept-encoding"),
        GzipCheck::Authorization => {
            lookup::has(facts.request, b"authorization").then(|| "present".to_owned())
        }
        GzipCheck::CacheControl => lines(facts.response, b"cache-control"),
        GzipCheck::ContentEncoding => single(b"content-encoding"),
        GzipCheck::Etag => single(b"etag"),
        GzipCheck::Expires => match policy.expires_effect(facts) {
            Some(effect) => Some(format!("{} (expires {})", effect.expires(), policy.expires)),
            None => single(b"expires"),
        },
        GzipCheck::Gzip => Some(if policy.is_on { "on" } else { "off" }.to_owned()),
        GzipCheck::HttpVersion => Some(match facts.version {
            RequestVersion::Http09 => "HTTP/0.9".to_owned(),
            RequestVersion::Http1 { minor } => format!("HTTP/1.{minor}"),
            RequestVersion::Http2 => "HTTP/2".to_owned(),
        }),
        GzipCheck::LastModified => single(b"last-modified"),
        GzipCheck::Length => facts.known_length(policy.rules).map(|length| length.to_string()),
        GzipCheck::Msie6 | GzipCheck::UserAgent => asked(b"user-agent"),
        GzipCheck::NoTransform => lines(facts.response, b"cache-control")
            .or_else(|| lines(facts.request, b"cache-control")),
        GzipCheck::Proxied => {
            Some(policy.proxied().map(super::GzipProxied::as_str).collect::<Vec<_>>().join(" "))
        }
        GzipCheck::Range => asked(b"range"),
        GzipCheck::Secret => facts.secret().map(str::to_owned),
        GzipCheck::Status => Some(facts.status.to_string()),
        GzipCheck::Type => single(b"content-type"),
        GzipCheck::Via => asked(b"via"),
    }
}

/// All lines of a name, in their order.
fn lines<H: RequestHeaders + ?Sized>(headers: &H, name: &'static [u8]) -> Option<String> {
    let lines: Vec<&[u8]> = lookup::values(headers, name).collect();
    (!lines.is_empty()).then(|| shown(&[&lines.join(b", ".as_slice())]))
}

impl fmt::Display for GzipExplanation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { verdict, steps } = self;
        let answer = if verdict.compresses() { "yes" } else { "no" };
        writeln!(out, "gzip {answer} ({})", verdict.reason())?;
        for step in steps {
            let seen = step.seen().unwrap_or("-");
            writeln!(out, "  {:16} {}", step.check.as_str(), seen.escape_debug())?;
        }
        writeln!(out, "  because {}", verdict.reason().text())?;
        if verdict.varies() {
            writeln!(out, "  adds    Vary: Accept-Encoding")?;
        }
        if verdict.compresses() {
            writeln!(out, "  adds    Content-Encoding: gzip")?;
            writeln!(out, "  removes {}", verdict.removes().join(", "))?;
        }
        match verdict.etag() {
            EtagEffect::Weaken => writeln!(out, "  weakens etag"),
            _ => Ok(()),
        }
    }
}

#[cfg(feature = "serde")]
mod serialize {
    use serde::ser::{Serialize, SerializeStruct, Serializer};

    use super::{GzipExplanation, GzipStep};

    /// `compresses`, `reason`, `because` (the reason in words), `varies`, `etag` (its effect),
    /// `removes` (names of lines) and `steps`.
    impl Serialize for GzipExplanation {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let Self { verdict, steps } = self;
            let mut fields = serializer.serialize_struct("GzipExplanation", 7)?;
            fields.serialize_field("compresses", &verdict.compresses())?;
            fields.serialize_field("reason", verdict.reason().as_str())?;
            fields.serialize_field("because", verdict.reason().text())?;
            fields.serialize_field("varies", &verdict.varies())?;
            fields.serialize_field("etag", verdict.etag().as_str())?;
            fields.serialize_field("removes", verdict.removes())?;
            fields.serialize_field("steps", steps)?;
            fields.end()
        }
    }

    /// `check`, `seen` (null for nothing) and `decides`.
    impl Serialize for GzipStep {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut fields = serializer.serialize_struct("GzipStep", 3)?;
            fields.serialize_field("check", self.check.as_str())?;
            fields.serialize_field("seen", &self.seen)?;
            fields.serialize_field("decides", &self.decides)?;
            fields.end()
        }
    }
}
