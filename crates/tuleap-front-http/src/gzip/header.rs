//! The header lines that are looked at.

use http::header::{self, HeaderName};

use crate::headers::RequestHeaders;
use crate::nginx::{NginxRules, trim_spaces};

pub(super) static ACCEPT_ENCODING: HeaderName = header::ACCEPT_ENCODING;
pub(super) static AUTHORIZATION: HeaderName = header::AUTHORIZATION;
pub(super) static CACHE_CONTROL: HeaderName = header::CACHE_CONTROL;
pub(super) static CONTENT_ENCODING: HeaderName = header::CONTENT_ENCODING;
pub(super) static CONTENT_LENGTH: HeaderName = header::CONTENT_LENGTH;
pub(super) static CONTENT_TYPE: HeaderName = header::CONTENT_TYPE;
pub(super) static COOKIE: HeaderName = header::COOKIE;
pub(super) static DATE: HeaderName = header::DATE;
pub(super) static ETAG: HeaderName = header::ETAG;
pub(super) static EXPIRES: HeaderName = header::EXPIRES;
pub(super) static LAST_MODIFIED: HeaderName = header::LAST_MODIFIED;
pub(super) static RANGE: HeaderName = header::RANGE;
pub(super) static SET_COOKIE: HeaderName = header::SET_COOKIE;
pub(super) static TRANSFER_ENCODING: HeaderName = header::TRANSFER_ENCODING;
pub(super) static USER_AGENT: HeaderName = header::USER_AGENT;
pub(super) static VIA: HeaderName = header::VIA;

/// The first line, without the spaces that nginx drops.
pub(super) fn first<'h, H: RequestHeaders + ?Sized>(
    headers: &'h H,
    name: &'static HeaderName,
) -> Option<&'h [u8]> {
    headers.values_from_last(name).last().map(trim_spaces)
}

/// The line of a response that nginx takes for the one: 1.22 the last, now the first.
pub(super) fn single<'h, H: RequestHeaders + ?Sized>(
    headers: &'h H,
    name: &'static HeaderName,
    rules: NginxRules,
) -> Option<&'h [u8]> {
    let mut lines = headers.values_from_last(name).map(trim_spaces);
    match rules {
        NginxRules::V1_22 => lines.next(),
        NginxRules::Current => lines.last(),
    }
}

pub(super) fn has<H: RequestHeaders + ?Sized>(headers: &H, name: &'static HeaderName) -> bool {
    headers.values_from_last(name).next().is_some()
}
