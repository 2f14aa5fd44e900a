//! Our own decision.

use super::accept_encoding::{Accepts, accepts};
use super::explanation::Trace;
use super::reason::{GzipCheck, GzipReason};
use super::types::{Kind, kind};
use super::{GzipFacts, GzipPolicy, Secrets};
use crate::blanks::trim;
use crate::headers::{RequestHeaders, lookup};
use crate::scheme::Scheme;

impl GzipPolicy {
    pub(super) fn recommended_reason<Q, S>(
        &self,
        facts: &GzipFacts<'_, Q, S>,
        trace: &mut impl Trace,
    ) -> GzipReason
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        trace.check(GzipCheck::Status);
        if !matches!(facts.status, 200 | 304 | 403 | 404) {
            return GzipReason::Status;
        }
        trace.check(GzipCheck::ContentEncoding);
        let mut encodings = lookup::values(facts.response, b"content-encoding");
        if encodings.any(|encoding| !encoding.is_empty()) {
            return GzipReason::AlreadyEncoded;
        }
        trace.check(GzipCheck::NoTransform);
        if says_no_transform(facts.request) || says_no_transform(facts.response) {
            return GzipReason::NoTransform;
        }
        let content_type = lookup::single(facts.response, b"content-type", self.rules);
        if facts.status == 304 {
            // Mostly it does not say of which type the answer was that it stands for.
            trace.check(GzipCheck::Type);
            return match content_type.map(kind) {
                Some(Kind::Other) => GzipReason::Type,
                _ => GzipReason::NotModified,
            };
        }
        trace.check(GzipCheck::Length);
        if facts.known_length(self.rules).is_some_and(|length| length < self.min_length) {
            return GzipReason::TooShort;
        }
        trace.check(GzipCheck::Type);
        let kind = content_type.map_or(Kind::Other, kind);
        if kind == Kind::Other {
            return GzipReason::Type;
        }
        trace.check(GzipCheck::Range);
        if lookup::has(facts.request, b"range") {
            return GzipReason::Range;
        }
        trace.check(GzipCheck::Secret);
        let is_secret = kind == Kind::Dynamic && facts.scheme == Scheme::Https;
        if is_secret && self.secrets == Secrets::Identity && facts.secret().is_some() {
            return GzipReason::Secret;
        }
        trace.check(GzipCheck::AcceptEncoding);
        match accepts(lookup::values(facts.request, b"accept-encoding")) {
            Accepts::Gzip => {}
            Accepts::Nothing => return GzipReason::NoAcceptEncoding,
            Accepts::Refuses => return GzipReason::NotAccepted,
        }
        trace.check(GzipCheck::HttpVersion);
        if facts.version.number() < self.http_version.number() {
            return GzipReason::HttpVersion;
        }
        GzipReason::Accepted
    }
}

/// RFC 9111 §5.2.1.6, §5.2.2.6. A comma in quotes is taken for one between directives: that can
/// find a word too many, and never one too few.
fn says_no_transform<H: RequestHeaders + ?Sized>(headers: &H) -> bool {
    lookup::values(headers, b"cache-control").any(|line| {
        line.split(|byte| *byte == b',').any(|directive| {
            let end = directive.iter().position(|byte| *byte == b'=').unwrap_or(directive.len());
            let name = directive.get(..end).unwrap_or(directive);
            trim(name).eq_ignore_ascii_case(b"no-transform")
        })
    })
}
