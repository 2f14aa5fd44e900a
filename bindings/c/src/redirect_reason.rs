use std::ffi::{CStr, c_char};

use tuleap_front::{RedirectReason, RequestLineReason, RequestTargetReason};

use self::tuleap_front_redirect_reason as Number;
use crate::guard::guard;
use crate::output::copy_out;
use crate::status::tuleap_front_status as Status;

/// The rule that decided about a redirect, or what is wrong with the request line. Numbers are
/// never used again for another thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_redirect_reason {
    /// The client uses https.
    TULEAP_FRONT_REDIRECT_REASON_ALREADY_HTTPS = 0,
    /// The documented rule redirects every method alike.
    TULEAP_FRONT_REDIRECT_REASON_DOCUMENTED = 1,
    /// The status is configured for every method.
    TULEAP_FRONT_REDIRECT_REASON_FIXED_STATUS = 2,
    /// It must not become a GET.
    TULEAP_FRONT_REDIRECT_REASON_KEEPS_METHOD = 3,
    /// Nothing is lost where a client makes a GET of it.
    TULEAP_FRONT_REDIRECT_REASON_MAY_BECOME_GET = 4,
    /// Not capital letters, _ and -.
    TULEAP_FRONT_REDIRECT_REASON_METHOD = 100,
    /// TRACE or CONNECT.
    TULEAP_FRONT_REDIRECT_REASON_METHOD_NOT_ALLOWED = 101,
    /// .. above the root.
    TULEAP_FRONT_REDIRECT_REASON_TARGET_ABOVE_ROOT = 110,
    /// A raw blank.
    TULEAP_FRONT_REDIRECT_REASON_TARGET_BLANK = 111,
    /// A byte below 0x20, or 0x7f.
    TULEAP_FRONT_REDIRECT_REASON_TARGET_CONTROL_BYTE = 112,
    /// A percent sign without two hexadecimal digits.
    TULEAP_FRONT_REDIRECT_REASON_TARGET_ESCAPE = 113,
    /// Neither a path nor an absolute URI.
    TULEAP_FRONT_REDIRECT_REASON_TARGET_FORM = 114,
    /// The host of an absolute URI is malformed.
    TULEAP_FRONT_REDIRECT_REASON_TARGET_HOST = 115,
    /// An escaped NUL.
    TULEAP_FRONT_REDIRECT_REASON_TARGET_NUL = 116,
    /// The port of an absolute URI is not a number.
    TULEAP_FRONT_REDIRECT_REASON_TARGET_PORT = 117,
    /// A reason that this version of the border has no number for.
    TULEAP_FRONT_REDIRECT_REASON_OTHER = 255,
}

/// The stable name of a tuleap_front_redirect_reason, such as "https-redirect/keeps-method" or
/// "request-target/control-byte"; NULL for a number that is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_redirect_reason_code(reason: u32) -> *const c_char {
    let entry = REASONS.iter().find(|(known, ..)| *known as u32 == reason);
    entry.map_or(std::ptr::null(), |(_, _, code)| code.as_ptr())
}

/// Writes a tuleap_front_redirect_reason in words, for the body of a refusal; it holds nothing of
/// the client's. >= 0 the length, < 0 a status, ARGUMENT for a number that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_redirect_reason_text(
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
pub(crate) fn number(reason: RedirectReason) -> Number {
    let entry = REASONS.iter().find(|(_, known, _)| *known == reason);
    entry.map_or(Number::TULEAP_FRONT_REDIRECT_REASON_OTHER, |(number, ..)| *number)
}

const fn line(reason: RequestLineReason) -> RedirectReason {
    RedirectReason::Refused(reason)
}

const fn target(reason: RequestTargetReason) -> RedirectReason {
    line(RequestLineReason::Target(reason))
}

const REASONS: &[(Number, RedirectReason, &CStr)] = &[
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_ALREADY_HTTPS,
        RedirectReason::AlreadyHttps,
        c"https-redirect/already-https",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_DOCUMENTED,
        RedirectReason::Documented,
        c"https-redirect/documented",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_FIXED_STATUS,
        RedirectReason::FixedStatus,
        c"https-redirect/fixed-status",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_KEEPS_METHOD,
        RedirectReason::KeepsMethod,
        c"https-redirect/keeps-method",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_MAY_BECOME_GET,
        RedirectReason::MayBecomeGet,
        c"https-redirect/may-become-get",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_METHOD,
        line(RequestLineReason::Method),
        c"request-line/method",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_METHOD_NOT_ALLOWED,
        line(RequestLineReason::MethodNotAllowed),
        c"request-line/method-not-allowed",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_TARGET_ABOVE_ROOT,
        target(RequestTargetReason::AboveRoot),
        c"request-target/above-root",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_TARGET_BLANK,
        target(RequestTargetReason::Blank),
        c"request-target/blank",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_TARGET_CONTROL_BYTE,
        target(RequestTargetReason::ControlByte),
        c"request-target/control-byte",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_TARGET_ESCAPE,
        target(RequestTargetReason::Escape),
        c"request-target/escape",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_TARGET_FORM,
        target(RequestTargetReason::Form),
        c"request-target/form",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_TARGET_HOST,
        target(RequestTargetReason::Host),
        c"request-target/host",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_TARGET_NUL,
        target(RequestTargetReason::Nul),
        c"request-target/nul",
    ),
    (
        Number::TULEAP_FRONT_REDIRECT_REASON_TARGET_PORT,
        target(RequestTargetReason::Port),
        c"request-target/port",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_number_and_its_code() {
        let lines = [RequestLineReason::Method, RequestLineReason::MethodNotAllowed];
        let passing = RedirectReason::PASSING.iter().copied();
        let targets = RequestTargetReason::ALL.iter().map(|reason| target(*reason));
        for reason in passing.chain(lines.map(line)).chain(targets) {
            let entry = REASONS.iter().find(|(known, ..)| *known as u32 == number(reason) as u32);
            assert_eq!(entry.map(|(.., code)| code.to_str()), Some(Ok(reason.code())));
        }
    }
}
