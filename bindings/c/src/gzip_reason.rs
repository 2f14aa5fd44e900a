use std::ffi::{CStr, c_char};

use tuleap_front::GzipReason;

use self::tuleap_front_gzip_reason as Number;
use crate::guard::guard;
use crate::output::copy_out;
use crate::status::tuleap_front_status as Status;

/// The rule that decided whether an answer is compressed. Numbers are never used again for another
/// thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_gzip_reason {
    /// Compressed: no proxy lies between.
    TULEAP_FRONT_GZIP_REASON_ACCEPTED = 0,
    /// A Content-Encoding that is not empty.
    TULEAP_FRONT_GZIP_REASON_ALREADY_ENCODED = 1,
    /// A pattern of gzip_disable.
    TULEAP_FRONT_GZIP_REASON_DISABLED = 2,
    /// gzip_disable msie6.
    TULEAP_FRONT_GZIP_REASON_DISABLED_MSIE6 = 3,
    /// Older than gzip_http_version.
    TULEAP_FRONT_GZIP_REASON_HTTP_VERSION = 4,
    /// No Accept-Encoding.
    TULEAP_FRONT_GZIP_REASON_NO_ACCEPT_ENCODING = 5,
    /// Cache-Control: no-transform.
    TULEAP_FRONT_GZIP_REASON_NO_TRANSFORM = 6,
    /// An Accept-Encoding that leaves gzip out.
    TULEAP_FRONT_GZIP_REASON_NOT_ACCEPTED = 7,
    /// 304: there is nothing to compress.
    TULEAP_FRONT_GZIP_REASON_NOT_MODIFIED = 8,
    /// gzip off.
    TULEAP_FRONT_GZIP_REASON_OFF = 9,
    /// Compressed: gzip_proxied any.
    TULEAP_FRONT_GZIP_REASON_PROXIED_ANY = 10,
    /// Compressed: gzip_proxied auth.
    TULEAP_FRONT_GZIP_REASON_PROXIED_AUTH = 11,
    /// A Cache-Control that allows to keep the answer.
    TULEAP_FRONT_GZIP_REASON_PROXIED_CACHE_CONTROL = 12,
    /// Compressed: gzip_proxied expired.
    TULEAP_FRONT_GZIP_REASON_PROXIED_EXPIRED = 13,
    /// An Expires that is not past, or is not asked about.
    TULEAP_FRONT_GZIP_REASON_PROXIED_EXPIRES = 14,
    /// An Expires or a Date that is no date.
    TULEAP_FRONT_GZIP_REASON_PROXIED_EXPIRES_UNREADABLE = 15,
    /// gzip_proxied no_etag.
    TULEAP_FRONT_GZIP_REASON_PROXIED_ETAG = 16,
    /// gzip_proxied no_last_modified.
    TULEAP_FRONT_GZIP_REASON_PROXIED_LAST_MODIFIED = 17,
    /// gzip_proxied off.
    TULEAP_FRONT_GZIP_REASON_PROXIED_OFF = 18,
    /// Compressed: nothing that gzip_proxied is about.
    TULEAP_FRONT_GZIP_REASON_PROXIED_PLAIN = 19,
    /// Compressed: gzip_proxied no-cache, no-store or private.
    TULEAP_FRONT_GZIP_REASON_PROXIED_UNCACHED = 20,
    /// A Range, or a part of an answer.
    TULEAP_FRONT_GZIP_REASON_RANGE = 21,
    /// What a user's page says beside what an attacker chooses (BREACH).
    TULEAP_FRONT_GZIP_REASON_SECRET = 22,
    /// A status other than 200, 403 and 404.
    TULEAP_FRONT_GZIP_REASON_STATUS = 23,
    /// Shorter than gzip_min_length.
    TULEAP_FRONT_GZIP_REASON_TOO_SHORT = 24,
    /// A Content-Type that is not listed.
    TULEAP_FRONT_GZIP_REASON_TYPE = 25,
    /// A reason that this version of the border has no number for.
    TULEAP_FRONT_GZIP_REASON_OTHER = 255,
}

/// The stable name of a tuleap_front_gzip_reason, such as "gzip/accepted"; NULL for a number that
/// is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_gzip_reason_code(reason: u32) -> *const c_char {
    let entry = REASONS.iter().find(|(known, ..)| *known as u32 == reason);
    entry.map_or(std::ptr::null(), |(_, _, code)| code.as_ptr())
}

/// Writes a tuleap_front_gzip_reason in words. >= 0 the length, < 0 a status, ARGUMENT for a number
/// that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_reason_text(
    reason: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        let entry = REASONS.iter().find(|(known, ..)| *known as u32 == reason);
        let (_, reason, _) = entry.ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(reason.text().as_bytes(), out, cap) })
    })
}

/// The number of a reason.
pub(crate) fn number(reason: GzipReason) -> Number {
    let entry = REASONS.iter().find(|(_, known, _)| *known == reason);
    entry.map_or(Number::TULEAP_FRONT_GZIP_REASON_OTHER, |(number, ..)| *number)
}

const REASONS: &[(Number, GzipReason, &CStr)] = &[
    (Number::TULEAP_FRONT_GZIP_REASON_ACCEPTED, GzipReason::Accepted, c"gzip/accepted"),
    (
        Number::TULEAP_FRONT_GZIP_REASON_ALREADY_ENCODED,
        GzipReason::AlreadyEncoded,
        c"gzip/already-encoded",
    ),
    (Number::TULEAP_FRONT_GZIP_REASON_DISABLED, GzipReason::Disabled, c"gzip/disabled"),
    (
        Number::TULEAP_FRONT_GZIP_REASON_DISABLED_MSIE6,
        GzipReason::DisabledMsie6,
        c"gzip/disabled-msie6",
    ),
    (Number::TULEAP_FRONT_GZIP_REASON_HTTP_VERSION, GzipReason::HttpVersion, c"gzip/http-version"),
    (
        Number::TULEAP_FRONT_GZIP_REASON_NO_ACCEPT_ENCODING,
        GzipReason::NoAcceptEncoding,
        c"gzip/no-accept-encoding",
    ),
    (Number::TULEAP_FRONT_GZIP_REASON_NO_TRANSFORM, GzipReason::NoTransform, c"gzip/no-transform"),
    (Number::TULEAP_FRONT_GZIP_REASON_NOT_ACCEPTED, GzipReason::NotAccepted, c"gzip/not-accepted"),
    (Number::TULEAP_FRONT_GZIP_REASON_NOT_MODIFIED, GzipReason::NotModified, c"gzip/not-modified"),
    (Number::TULEAP_FRONT_GZIP_REASON_OFF, GzipReason::Off, c"gzip/off"),
    (Number::TULEAP_FRONT_GZIP_REASON_PROXIED_ANY, GzipReason::ProxiedAny, c"gzip/proxied-any"),
    (Number::TULEAP_FRONT_GZIP_REASON_PROXIED_AUTH, GzipReason::ProxiedAuth, c"gzip/proxied-auth"),
    (
        Number::TULEAP_FRONT_GZIP_REASON_PROXIED_CACHE_CONTROL,
        GzipReason::ProxiedCacheControl,
        c"gzip/proxied-cache-control",
    ),
    (
        Number::TULEAP_FRONT_GZIP_REASON_PROXIED_EXPIRED,
        GzipReason::ProxiedExpired,
        c"gzip/proxied-expired",
    ),
    (
        Number::TULEAP_FRONT_GZIP_REASON_PROXIED_EXPIRES,
        GzipReason::ProxiedExpires,
        c"gzip/proxied-expires",
    ),
    (
        Number::TULEAP_FRONT_GZIP_REASON_PROXIED_EXPIRES_UNREADABLE,
        GzipReason::ProxiedExpiresUnreadable,
        c"gzip/proxied-expires-unreadable",
    ),
    (Number::TULEAP_FRONT_GZIP_REASON_PROXIED_ETAG, GzipReason::ProxiedEtag, c"gzip/proxied-etag"),
    (
        Number::TULEAP_FRONT_GZIP_REASON_PROXIED_LAST_MODIFIED,
        GzipReason::ProxiedLastModified,
        c"gzip/proxied-last-modified",
    ),
    (Number::TULEAP_FRONT_GZIP_REASON_PROXIED_OFF, GzipReason::ProxiedOff, c"gzip/proxied-off"),
    (
        Number::TULEAP_FRONT_GZIP_REASON_PROXIED_PLAIN,
        GzipReason::ProxiedPlain,
        c"gzip/proxied-plain",
    ),
    (
        Number::TULEAP_FRONT_GZIP_REASON_PROXIED_UNCACHED,
        GzipReason::ProxiedUncached,
        c"gzip/proxied-uncached",
    ),
    (Number::TULEAP_FRONT_GZIP_REASON_RANGE, GzipReason::Range, c"gzip/range"),
    (Number::TULEAP_FRONT_GZIP_REASON_SECRET, GzipReason::Secret, c"gzip/secret"),
    (Number::TULEAP_FRONT_GZIP_REASON_STATUS, GzipReason::Status, c"gzip/status"),
    (Number::TULEAP_FRONT_GZIP_REASON_TOO_SHORT, GzipReason::TooShort, c"gzip/too-short"),
    (Number::TULEAP_FRONT_GZIP_REASON_TYPE, GzipReason::Type, c"gzip/type"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_number_and_its_code() {
        for reason in GzipReason::ALL {
            let entry = REASONS.iter().find(|(known, ..)| *known as u32 == number(*reason) as u32);
            assert_eq!(entry.map(|(.., code)| code.to_str()), Some(Ok(reason.code())));
        }
    }
}
