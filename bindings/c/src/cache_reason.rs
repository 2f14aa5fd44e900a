use std::ffi::{CStr, c_char};

use tuleap_front::CacheReason;

use self::tuleap_front_cache_reason as Number;
use crate::guard::guard;
use crate::output::copy_out;
use crate::status::tuleap_front_status as Status;

/// The rule that decided about a request or an answer. Numbers are never used again for another
/// thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_cache_reason {
    /// X-Accel-Expires gives the lifetime.
    TULEAP_FRONT_CACHE_REASON_ACCEL_EXPIRES = 0,
    /// X-Accel-Expires: 0
    TULEAP_FRONT_CACHE_REASON_ACCEL_EXPIRES_ZERO = 1,
    /// X-Accel-Redirect: another location answers.
    TULEAP_FRONT_CACHE_REASON_ACCEL_REDIRECT = 2,
    /// The request has Authorization: its answer belongs to a user.
    TULEAP_FRONT_CACHE_REASON_AUTHORIZATION = 3,
    /// proxy_cache_bypass
    TULEAP_FRONT_CACHE_REASON_BYPASS = 4,
    /// proxy_cache_valid gives the lifetime.
    TULEAP_FRONT_CACHE_REASON_CACHE_VALID = 5,
    /// A status that error_page takes over, or 502 and 504, kept in memory without a file.
    TULEAP_FRONT_CACHE_REASON_CACHED_ERROR = 6,
    /// The content type is none of static files.
    TULEAP_FRONT_CACHE_REASON_CONTENT_TYPE = 7,
    /// The request has cookies, and the answer is not marked as public.
    TULEAP_FRONT_CACHE_REASON_COOKIE = 8,
    /// Expires gives the lifetime.
    TULEAP_FRONT_CACHE_REASON_EXPIRES = 9,
    /// Expires is no date.
    TULEAP_FRONT_CACHE_REASON_EXPIRES_MALFORMED = 10,
    /// Expires is over.
    TULEAP_FRONT_CACHE_REASON_EXPIRES_PAST = 11,
    /// The entry is not too old.
    TULEAP_FRONT_CACHE_REASON_FRESH = 12,
    /// proxy_intercept_errors with an error_page for this status.
    TULEAP_FRONT_CACHE_REASON_INTERCEPTED = 13,
    /// The key and 599 bytes do not fit in proxy_buffer_size.
    TULEAP_FRONT_CACHE_REASON_KEY_TOO_LONG = 14,
    /// The path is not one of the location.
    TULEAP_FRONT_CACHE_REASON_LOCATION = 15,
    /// The request may be looked up.
    TULEAP_FRONT_CACHE_REASON_LOOKED_UP = 16,
    /// max-age gives the lifetime.
    TULEAP_FRONT_CACHE_REASON_MAX_AGE = 17,
    /// What follows max-age= or s-maxage= is no number.
    TULEAP_FRONT_CACHE_REASON_MAX_AGE_MALFORMED = 18,
    /// max-age=0 or s-maxage=0
    TULEAP_FRONT_CACHE_REASON_MAX_AGE_ZERO = 19,
    /// Neither GET nor HEAD, nor listed in proxy_cache_methods.
    TULEAP_FRONT_CACHE_REASON_METHOD = 20,
    /// Cache-Control: no-cache
    TULEAP_FRONT_CACHE_REASON_NO_CACHE = 21,
    /// proxy_no_cache
    TULEAP_FRONT_CACHE_REASON_NO_CACHE_PREDICATE = 22,
    /// Nothing says for how long.
    TULEAP_FRONT_CACHE_REASON_NO_LIFETIME = 23,
    /// Cache-Control: no-store
    TULEAP_FRONT_CACHE_REASON_NO_STORE = 24,
    /// The body ends too early.
    TULEAP_FRONT_CACHE_REASON_NOT_WHOLE = 25,
    /// There is no proxy_cache.
    TULEAP_FRONT_CACHE_REASON_OFF = 26,
    /// What servers read in more than one way: encoded slashes and dots, ;, dot segments.
    TULEAP_FRONT_CACHE_REASON_PATH = 27,
    /// If-Match or If-Unmodified-Since does not hold.
    TULEAP_FRONT_CACHE_REASON_PRECONDITION_FAILED = 28,
    /// Cache-Control: private
    TULEAP_FRONT_CACHE_REASON_PRIVATE = 29,
    /// proxy_cache_max_range_offset hands the range to the backend.
    TULEAP_FRONT_CACHE_REASON_RANGE_PASSED = 30,
    /// No byte of the range is there.
    TULEAP_FRONT_CACHE_REASON_RANGE_UNSATISFIABLE = 31,
    /// The backend's 304 makes the entry fresh again.
    TULEAP_FRONT_CACHE_REASON_REVALIDATED = 32,
    /// s-maxage gives the lifetime.
    TULEAP_FRONT_CACHE_REASON_S_MAXAGE = 33,
    /// Set-Cookie
    TULEAP_FRONT_CACHE_REASON_SET_COOKIE = 34,
    /// What follows stale-while-revalidate= or stale-if-error= is no number.
    TULEAP_FRONT_CACHE_REASON_STALE_MALFORMED = 35,
    /// The entry is too old, and the backend failed.
    TULEAP_FRONT_CACHE_REASON_STALE_ON_FAILURE = 36,
    /// The entry is too old, and is being refreshed.
    TULEAP_FRONT_CACHE_REASON_STALE_WHILE_UPDATING = 37,
    /// The status is not one that is stored.
    TULEAP_FRONT_CACHE_REASON_STATUS = 38,
    /// nginx answers 400.
    TULEAP_FRONT_CACHE_REASON_TARGET = 39,
    /// Fewer requests than proxy_cache_min_uses.
    TULEAP_FRONT_CACHE_REASON_TOO_FEW_USES = 40,
    /// proxy_buffering off, or X-Accel-Buffering: no.
    TULEAP_FRONT_CACHE_REASON_UNBUFFERED = 41,
    /// The backend did not answer.
    TULEAP_FRONT_CACHE_REASON_UPSTREAM_FAILED = 42,
    /// Vary: *
    TULEAP_FRONT_CACHE_REASON_VARY_ANY = 43,
    /// Vary has more than 128 bytes.
    TULEAP_FRONT_CACHE_REASON_VARY_TOO_LONG = 44,
    /// Vary names Authorization or Cookie.
    TULEAP_FRONT_CACHE_REASON_VARY_USER = 45,
    /// A reason that this version of the border has no number for.
    TULEAP_FRONT_CACHE_REASON_OTHER = 255,
}

/// The stable name of a tuleap_front_cache_reason, such as "cache/set-cookie"; NULL for a number that
/// is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_cache_reason_code(reason: u32) -> *const c_char {
    let entry = REASONS.iter().find(|(known, ..)| *known as u32 == reason);
    entry.map_or(std::ptr::null(), |(_, _, code)| code.as_ptr())
}

/// Writes a tuleap_front_cache_reason in words. >= 0 the length, < 0 a status, ARGUMENT for a number
/// that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_reason_text(
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
pub(crate) fn number(reason: CacheReason) -> Number {
    let entry = REASONS.iter().find(|(_, known, _)| *known == reason);
    entry.map_or(Number::TULEAP_FRONT_CACHE_REASON_OTHER, |(number, ..)| *number)
}

const REASONS: &[(Number, CacheReason, &CStr)] = &[
    (
        Number::TULEAP_FRONT_CACHE_REASON_ACCEL_EXPIRES,
        CacheReason::AccelExpires,
        c"cache/accel-expires",
    ),
    (
        Number::TULEAP_FRONT_CACHE_REASON_ACCEL_EXPIRES_ZERO,
        CacheReason::AccelExpiresZero,
        c"cache/accel-expires-zero",
    ),
    (
        Number::TULEAP_FRONT_CACHE_REASON_ACCEL_REDIRECT,
        CacheReason::AccelRedirect,
        c"cache/accel-redirect",
    ),
    (
        Number::TULEAP_FRONT_CACHE_REASON_AUTHORIZATION,
        CacheReason::Authorization,
        c"cache/authorization",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_BYPASS, CacheReason::Bypass, c"cache/bypass"),
    (Number::TULEAP_FRONT_CACHE_REASON_CACHE_VALID, CacheReason::CacheValid, c"cache/cache-valid"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_CACHED_ERROR,
        CacheReason::CachedError,
        c"cache/cached-error",
    ),
    (
        Number::TULEAP_FRONT_CACHE_REASON_CONTENT_TYPE,
        CacheReason::ContentType,
        c"cache/content-type",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_COOKIE, CacheReason::Cookie, c"cache/cookie"),
    (Number::TULEAP_FRONT_CACHE_REASON_EXPIRES, CacheReason::Expires, c"cache/expires"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_EXPIRES_MALFORMED,
        CacheReason::ExpiresMalformed,
        c"cache/expires-malformed",
    ),
    (
        Number::TULEAP_FRONT_CACHE_REASON_EXPIRES_PAST,
        CacheReason::ExpiresPast,
        c"cache/expires-past",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_FRESH, CacheReason::Fresh, c"cache/fresh"),
    (Number::TULEAP_FRONT_CACHE_REASON_INTERCEPTED, CacheReason::Intercepted, c"cache/intercepted"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_KEY_TOO_LONG,
        CacheReason::KeyTooLong,
        c"cache/key-too-long",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_LOCATION, CacheReason::Location, c"cache/location"),
    (Number::TULEAP_FRONT_CACHE_REASON_LOOKED_UP, CacheReason::LookedUp, c"cache/looked-up"),
    (Number::TULEAP_FRONT_CACHE_REASON_MAX_AGE, CacheReason::MaxAge, c"cache/max-age"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_MAX_AGE_MALFORMED,
        CacheReason::MaxAgeMalformed,
        c"cache/max-age-malformed",
    ),
    (
        Number::TULEAP_FRONT_CACHE_REASON_MAX_AGE_ZERO,
        CacheReason::MaxAgeZero,
        c"cache/max-age-zero",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_METHOD, CacheReason::Method, c"cache/method"),
    (Number::TULEAP_FRONT_CACHE_REASON_NO_CACHE, CacheReason::NoCache, c"cache/no-cache"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_NO_CACHE_PREDICATE,
        CacheReason::NoCachePredicate,
        c"cache/no-cache-predicate",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_NO_LIFETIME, CacheReason::NoLifetime, c"cache/no-lifetime"),
    (Number::TULEAP_FRONT_CACHE_REASON_NO_STORE, CacheReason::NoStore, c"cache/no-store"),
    (Number::TULEAP_FRONT_CACHE_REASON_NOT_WHOLE, CacheReason::NotWhole, c"cache/not-whole"),
    (Number::TULEAP_FRONT_CACHE_REASON_OFF, CacheReason::Off, c"cache/off"),
    (Number::TULEAP_FRONT_CACHE_REASON_PATH, CacheReason::Path, c"cache/path"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_PRECONDITION_FAILED,
        CacheReason::PreconditionFailed,
        c"cache/precondition-failed",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_PRIVATE, CacheReason::Private, c"cache/private"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_RANGE_PASSED,
        CacheReason::RangePassed,
        c"cache/range-passed",
    ),
    (
        Number::TULEAP_FRONT_CACHE_REASON_RANGE_UNSATISFIABLE,
        CacheReason::RangeUnsatisfiable,
        c"cache/range-unsatisfiable",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_REVALIDATED, CacheReason::Revalidated, c"cache/revalidated"),
    (Number::TULEAP_FRONT_CACHE_REASON_S_MAXAGE, CacheReason::SMaxAge, c"cache/s-maxage"),
    (Number::TULEAP_FRONT_CACHE_REASON_SET_COOKIE, CacheReason::SetCookie, c"cache/set-cookie"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_STALE_MALFORMED,
        CacheReason::StaleMalformed,
        c"cache/stale-malformed",
    ),
    (
        Number::TULEAP_FRONT_CACHE_REASON_STALE_ON_FAILURE,
        CacheReason::StaleOnFailure,
        c"cache/stale-on-failure",
    ),
    (
        Number::TULEAP_FRONT_CACHE_REASON_STALE_WHILE_UPDATING,
        CacheReason::StaleWhileUpdating,
        c"cache/stale-while-updating",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_STATUS, CacheReason::Status, c"cache/status"),
    (Number::TULEAP_FRONT_CACHE_REASON_TARGET, CacheReason::Target, c"cache/target"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_TOO_FEW_USES,
        CacheReason::TooFewUses,
        c"cache/too-few-uses",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_UNBUFFERED, CacheReason::Unbuffered, c"cache/unbuffered"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_UPSTREAM_FAILED,
        CacheReason::UpstreamFailed,
        c"cache/upstream-failed",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_VARY_ANY, CacheReason::VaryAny, c"cache/vary-any"),
    (
        Number::TULEAP_FRONT_CACHE_REASON_VARY_TOO_LONG,
        CacheReason::VaryTooLong,
        c"cache/vary-too-long",
    ),
    (Number::TULEAP_FRONT_CACHE_REASON_VARY_USER, CacheReason::VaryUser, c"cache/vary-user"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_number_and_its_code() {
        for reason in CacheReason::ALL {
            let entry = REASONS.iter().find(|(known, ..)| *known as u32 == number(*reason) as u32);
            assert_eq!(entry.map(|(.., code)| code.to_str()), Some(Ok(reason.code())));
        }
    }
}
