//! What the backend is asked.

use super::facts::{CacheFacts, View};
use super::policy::CachePolicy;
use super::step::{OwnedLine, UpstreamRequest};
use super::zone::Conditions;
use crate::headers::RequestHeaders;
use crate::nginx::write_http_date;

/// Lines that nginx never passes: they are about one connection, or it writes them itself.
const NEVER: [&[u8]; 7] =
    [b"connection", b"expect", b"host", b"keep-alive", b"te", b"transfer-encoding", b"upgrade"];

/// Lines without which the whole answer comes.
const PARTIAL: [&[u8]; 6] = [
    b"if-match",
    b"if-modified-since",
    b"if-none-match",
    b"if-range",
    b"if-unmodified-since",
    b"range",
];

/// The request as it goes to the backend: whole, where the answer may be stored.
pub(super) fn upstream_request<Q>(
    policy: &CachePolicy,
    facts: &CacheFacts<'_, Q>,
    may_be_stored: bool,
    conditions: Conditions,
) -> UpstreamRequest
where
    Q: RequestHeaders + ?Sized,
{
    let view = View::new(facts, policy.rules).ok();
    let is_in_cache = policy.config.is_on
        && view.as_ref().is_some_and(|view| policy.is_in_location(view).is_ok());
    let method: &[u8] = match facts.method {
        b"HEAD" if is_in_cache && policy.config.converts_head => b"GET",
        method => method,
    };
    let target = view.map_or(facts.target, |view| view.request_uri);
    let mut lines: Vec<OwnedLine> = vec![(b"Host".to_vec(), facts.host.to_vec())];
    let date = conditions.last_modified.map(|time| write_http_date(time).into_bytes());
    lines.extend(date.map(|date| (b"If-Modified-Since".to_vec(), date)));
    lines.extend(conditions.etag.map(|etag| (b"If-None-Match".to_vec(), etag)));
    for (name, value) in facts.headers.lines() {
        let is = |known: &&[u8]| name.eq_ignore_ascii_case(known);
        let is_dropped = NEVER.iter().any(is) || (may_be_stored && PARTIAL.iter().any(is));
        if !is_dropped {
            lines.push((name.to_vec(), value.to_vec()));
        }
    }
    UpstreamRequest { method: method.to_vec(), target: target.to_vec(), lines }
}
