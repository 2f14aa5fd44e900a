//! What we store: nothing that belongs to a user, and nothing whose path two servers read in two
//! ways.

use super::cache_control::{CacheControl, Seconds};
use super::config::Config;
use super::facts::View;
use super::freshness::{Freshness, Trace};
use super::reason::CacheReason;
use super::variant::{VARY_MAX, names};
use crate::blanks::trim;
use crate::digits::decimal;
use crate::headers::RequestHeaders;
use crate::headers::lookup::{first, has, values};
use crate::nginx::parse_http_date;

/// Whole types of static files.
const TYPES: [&str; 13] = [
    "application/font-woff",
    "application/font-woff2",
    "application/javascript",
    "application/vnd.ms-fontobject",
    "application/wasm",
    "application/x-font-opentype",
    "application/x-font-otf",
    "application/x-font-ttf",
    "application/x-font-woff",
    "application/x-javascript",
    "text/css",
    "text/ecmascript",
    "text/javascript",
];

/// Every type that starts so.
const FAMILIES: [&str; 2] = ["font/", "image/"];

/// Does a path have what servers read in more than one way?
pub(super) fn is_ambiguous(request_uri: &[u8]) -> bool {
    let end = request_uri.iter().position(|byte| *byte == b'?');
    let path = request_uri.get(..end.unwrap_or(request_uri.len())).unwrap_or_default();
    let mut rest = path;
    while let [byte, after @ ..] = rest {
        rest = match (byte, after) {
            (b';' | b'\\' | b'#', _) => return true,
            (b'%', [high, low, after @ ..]) => match decoded(*high, *low) {
                Some(0..=0x1f | 0x7f | b'#' | b'%' | b'.' | b'/' | b';' | b'?' | b'\\') | None => {
                    return true;
                }
                Some(_) => after,
            },
            (b'%', _) => return true,
            _ => after,
        };
    }
    let mut segments = path.split(|byte| *byte == b'/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        if matches!(segment, b"." | b"..") || (segment.is_empty() && !is_last) {
            return true;
        }
    }
    false
}

fn decoded(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// What an answer says about storing it. The order of its lines does not count.
pub(super) fn read<Q, S>(
    config: &Config,
    view: &View<'_, Q>,
    (status, headers): (u16, &S),
    now: i64,
    trace: &mut impl Trace,
) -> Freshness
where
    Q: RequestHeaders + ?Sized,
    S: RequestHeaders + ?Sized,
{
    let mut freshness = Freshness::new(config);
    let control = CacheControl::of(headers);
    freshness.never = refusal(config, view, (status, headers), &control, trace);
    let ignored = config.ignored;
    if let Some(redirect) = first(headers, b"x-accel-redirect").filter(|_| !ignored.accel_redirect)
    {
        freshness.is_redirected = true;
        trace.line(b"X-Accel-Redirect", redirect, CacheReason::AccelRedirect);
    }
    let mut buffering = values(headers, b"x-accel-buffering");
    if !ignored.accel_buffering && buffering.any(|value| value.eq_ignore_ascii_case(b"no")) {
        freshness.is_buffered = false;
    }
    if !ignored.cache_control && !control.must_revalidate {
        freshness.updating = control.stale_while_revalidate.or_zero();
        freshness.error = control.stale_if_error.or_zero().max(freshness.updating);
    }
    match lifetime(config, headers, &control, now) {
        Ok(None) => {}
        Ok(Some((seconds, reason))) => {
            // A cache before us may have kept it for some time.
            let age = first(headers, b"age").and_then(decimal).unwrap_or(0);
            match seconds.saturating_sub(age) {
                seconds if seconds > 0 => {
                    freshness.valid = now.saturating_add(seconds);
                    freshness.valid_by = reason;
                }
                _ => freshness.never = freshness.never.or(Some(zero(reason))),
            }
        }
        Err(reason) => freshness.never = freshness.never.or(Some(reason)),
    }
    freshness.keep_vary(headers);
    freshness
}

/// Nothing is left of a lifetime.
const fn zero(reason: CacheReason) -> CacheReason {
    match reason {
        CacheReason::Expires => CacheReason::ExpiresPast,
        CacheReason::AccelExpires => CacheReason::AccelExpiresZero,
        _ => CacheReason::MaxAgeZero,
    }
}

/// Why an answer belongs to a user, or is nothing to store.
fn refusal<Q, S>(
    config: &Config,
    view: &View<'_, Q>,
    (status, headers): (u16, &S),
    control: &CacheControl,
    trace: &mut impl Trace,
) -> Option<CacheReason>
where
    Q: RequestHeaders + ?Sized,
    S: RequestHeaders + ?Sized,
{
    let request = view.facts.headers;
    let ignored = config.ignored;
    let mut why = None;
    let mut forbid = |name: &[u8], value: &[u8], reason: CacheReason| {
        trace.line(name, value, reason);
        why = why.or(Some(reason));
    };
    if has(request, b"authorization") {
        forbid(b"Authorization", b"***", CacheReason::Authorization);
    }
    if has(headers, b"set-cookie") && !ignored.set_cookie {
        forbid(b"Set-Cookie", b"***", CacheReason::SetCookie);
    }
    if !ignored.cache_control {
        let words = [
            (control.no_store, CacheReason::NoStore),
            (control.private, CacheReason::Private),
            (control.no_cache, CacheReason::NoCache),
        ];
        for (_, reason) in words.into_iter().filter(|(is_there, _)| *is_there) {
            forbid(b"Cache-Control", first(headers, b"cache-control").unwrap_or_default(), reason);
        }
    }
    // Parts, and what depends on who asks, whatever is listed.
    let is_never = matches!(status, 206 | 302 | 303 | 304 | 307 | 401 | 403 | 407);
    if config.valid_for(status) == 0 || is_never {
        forbid(b"", b"", CacheReason::Status);
    }
    let content_type = values(headers, b"content-type").last().unwrap_or_default();
    if !is_static(content_type) {
        forbid(b"Content-Type", content_type, CacheReason::ContentType);
    }
    let is_public = control.public || control.s_maxage != Seconds::Absent;
    if has(request, b"cookie") && !is_public {
        forbid(b"Cookie", b"***", CacheReason::Cookie);
    }
    if !ignored.vary {
        let mut length = 0_usize;
        for line in values(headers, b"vary") {
            length = length.saturating_add(line.len() + 2);
            for name in names(line).map(trim) {
                let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
                if name == b"*" {
                    forbid(b"Vary", line, CacheReason::VaryAny);
                } else if is("cookie") || is("authorization") {
                    forbid(b"Vary", line, CacheReason::VaryUser);
                }
            }
        }
        if length.saturating_sub(2) > VARY_MAX {
            forbid(b"Vary", b"", CacheReason::VaryTooLong);
        }
    }
    why
}

fn is_static(content_type: &[u8]) -> bool {
    let media = content_type.split(|byte| *byte == b';').next().map(trim).unwrap_or_default();
    let starts = |family: &&str| {
        media.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family.as_bytes()))
    };
    TYPES.iter().any(|known| media.eq_ignore_ascii_case(known.as_bytes()))
        || FAMILIES.iter().any(starts)
}

/// For how many seconds an answer is fresh, and what says so.
fn lifetime<S: RequestHeaders + ?Sized>(
    config: &Config,
    headers: &S,
    control: &CacheControl,
    now: i64,
) -> Result<Option<(i64, CacheReason)>, CacheReason> {
    let ignored = config.ignored;
    if let Some(value) = first(headers, b"x-accel-expires").filter(|_| !ignored.accel_expires) {
        let seconds = match value.strip_prefix(b"@") {
            Some(time) => decimal(time).map(|time| time.saturating_sub(now)),
            None => decimal(value),
        };
        if let Some(seconds) = seconds {
            return Ok(Some((seconds, CacheReason::AccelExpires)));
        }
    }
    if !ignored.cache_control {
        let ages =
            [(control.s_maxage, CacheReason::SMaxAge), (control.max_age, CacheReason::MaxAge)];
        for (age, reason) in ages {
            match age {
                Seconds::Absent => {}
                Seconds::Malformed => return Err(CacheReason::MaxAgeMalformed),
                Seconds::Number(seconds) => return Ok(Some((seconds, reason))),
            }
        }
    }
    match first(headers, b"expires").filter(|_| !ignored.expires) {
        None => Ok(None),
        Some(value) => match parse_http_date(value) {
            None => Err(CacheReason::ExpiresMalformed),
            Some(time) => Ok(Some((time.saturating_sub(now), CacheReason::Expires))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_are_read_in_two_ways_are_known() {
        for path in [
            "/a.css",
            "/",
            "/a/b.css?x=%2f;/../",
            "/%20a.css",
            "/a%C3%A9.css",
            "/a..b/...c.js",
            "/a/",
        ] {
            assert!(!is_ambiguous(path.as_bytes()), "{path}");
        }
        for path in [
            "/a;x.css",
            "/a%2fb.css",
            "/a%2E.css",
            "/a%5cb.css",
            "/a\\b.css",
            "/a%0a",
            "/a.css#f",
            "/a%25.css",
            "/a%3fb.css",
            "/a%3bb.css",
            "/a%23.css",
            "/a%",
            "/a%0",
            "/a%zz.css",
            "//a.css",
            "/a//b.css",
            "/a/../b.css",
            "/./b.css",
            "/a/..",
            "/a%7f.css",
            "/a%00.css",
        ] {
            assert!(is_ambiguous(path.as_bytes()), "{path}");
        }
    }

    #[test]
    fn types_of_static_files_are_known() {
        for known in ["text/css", "Text/CSS; charset=utf-8", "image/svg+xml", "font/woff2"] {
            assert!(is_static(known.as_bytes()), "{known}");
        }
        for other in ["", "text/html", "text/cssx", "application/json", "imagex/png", "image"] {
            assert!(!is_static(other.as_bytes()), "{other}");
        }
    }
}
