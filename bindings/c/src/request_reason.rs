use std::ffi::{CStr, c_char};

use tuleap_front::{RequestLineReason, RequestTargetReason};

use self::tuleap_front_request_reason as Number;
use crate::guard::guard;
use crate::output::copy_out;
use crate::status::tuleap_front_status as Status;

/// Why a request line or a request target is refused. Numbers are never used again for another
/// thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_request_reason {
    /// It is not refused.
    TULEAP_FRONT_REQUEST_REASON_NONE = 0,
    /// There is no line.
    TULEAP_FRONT_REQUEST_REASON_EMPTY = 1,
    /// No version, and not a GET.
    TULEAP_FRONT_REQUEST_REASON_HTTP09_METHOD = 2,
    /// Not a method.
    TULEAP_FRONT_REQUEST_REASON_METHOD = 3,
    /// TRACE or CONNECT.
    TULEAP_FRONT_REQUEST_REASON_METHOD_NOT_ALLOWED = 4,
    /// Not HTTP/ and a number.
    TULEAP_FRONT_REQUEST_REASON_VERSION = 5,
    /// HTTP/2 and later.
    TULEAP_FRONT_REQUEST_REASON_VERSION_NOT_SUPPORTED = 6,
    /// .. above the root.
    TULEAP_FRONT_REQUEST_REASON_TARGET_ABOVE_ROOT = 20,
    /// A blank.
    TULEAP_FRONT_REQUEST_REASON_TARGET_BLANK = 21,
    /// A byte below 0x20, or 0x7f.
    TULEAP_FRONT_REQUEST_REASON_TARGET_CONTROL_BYTE = 22,
    /// % without two hexadecimal digits.
    TULEAP_FRONT_REQUEST_REASON_TARGET_ESCAPE = 23,
    /// Neither a path nor an absolute URI.
    TULEAP_FRONT_REQUEST_REASON_TARGET_FORM = 24,
    /// The host of an absolute URI is none.
    TULEAP_FRONT_REQUEST_REASON_TARGET_HOST = 25,
    /// %00
    TULEAP_FRONT_REQUEST_REASON_TARGET_NUL = 26,
    /// The port of an absolute URI is none.
    TULEAP_FRONT_REQUEST_REASON_TARGET_PORT = 27,
    /// A reason that this version of the border has no number for.
    TULEAP_FRONT_REQUEST_REASON_OTHER = 255,
}

/// The stable name of a tuleap_front_request_reason, such as "request-target/escape"; NULL for a
/// number that is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_request_reason_code(reason: u32) -> *const c_char {
    let entry = CODES.iter().find(|(known, _)| *known as u32 == reason);
    entry.map_or(std::ptr::null(), |(_, code)| code.as_ptr())
}

/// Writes a tuleap_front_request_reason in words; it holds nothing of the client's. >= 0 the length,
/// < 0 a status, ARGUMENT for a number that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_request_reason_text(
    reason: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        let is_it = |known: &RequestLineReason| number(*known) as u32 == reason;
        let known = all().find(is_it).ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(known.text().as_bytes(), out, cap) })
    })
}

/// Every reason: those of the line, and those of its target.
fn all() -> impl Iterator<Item = RequestLineReason> {
    let target = RequestTargetReason::ALL.iter().copied().map(RequestLineReason::Target);
    RequestLineReason::OWN.iter().copied().chain(target)
}

pub(crate) fn number(reason: RequestLineReason) -> tuleap_front_request_reason {
    match reason {
        RequestLineReason::Empty => Number::TULEAP_FRONT_REQUEST_REASON_EMPTY,
        RequestLineReason::Http09Method => Number::TULEAP_FRONT_REQUEST_REASON_HTTP09_METHOD,
        RequestLineReason::Method => Number::TULEAP_FRONT_REQUEST_REASON_METHOD,
        RequestLineReason::MethodNotAllowed => {
            Number::TULEAP_FRONT_REQUEST_REASON_METHOD_NOT_ALLOWED
        }
        RequestLineReason::Version => Number::TULEAP_FRONT_REQUEST_REASON_VERSION,
        RequestLineReason::VersionNotSupported => {
            Number::TULEAP_FRONT_REQUEST_REASON_VERSION_NOT_SUPPORTED
        }
        RequestLineReason::Target(reason) => target(reason),
        _ => Number::TULEAP_FRONT_REQUEST_REASON_OTHER,
    }
}

fn target(reason: RequestTargetReason) -> tuleap_front_request_reason {
    match reason {
        RequestTargetReason::AboveRoot => Number::TULEAP_FRONT_REQUEST_REASON_TARGET_ABOVE_ROOT,
        RequestTargetReason::Blank => Number::TULEAP_FRONT_REQUEST_REASON_TARGET_BLANK,
        RequestTargetReason::ControlByte => Number::TULEAP_FRONT_REQUEST_REASON_TARGET_CONTROL_BYTE,
        RequestTargetReason::Escape => Number::TULEAP_FRONT_REQUEST_REASON_TARGET_ESCAPE,
        RequestTargetReason::Form => Number::TULEAP_FRONT_REQUEST_REASON_TARGET_FORM,
        RequestTargetReason::Host => Number::TULEAP_FRONT_REQUEST_REASON_TARGET_HOST,
        RequestTargetReason::Nul => Number::TULEAP_FRONT_REQUEST_REASON_TARGET_NUL,
        RequestTargetReason::Port => Number::TULEAP_FRONT_REQUEST_REASON_TARGET_PORT,
        _ => Number::TULEAP_FRONT_REQUEST_REASON_OTHER,
    }
}

const CODES: &[(Number, &CStr)] = &[
    (Number::TULEAP_FRONT_REQUEST_REASON_EMPTY, c"request-line/empty"),
    (Number::TULEAP_FRONT_REQUEST_REASON_HTTP09_METHOD, c"request-line/http09-method"),
    (Number::TULEAP_FRONT_REQUEST_REASON_METHOD, c"request-line/method"),
    (Number::TULEAP_FRONT_REQUEST_REASON_METHOD_NOT_ALLOWED, c"request-line/method-not-allowed"),
    (Number::TULEAP_FRONT_REQUEST_REASON_VERSION, c"request-line/version"),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_VERSION_NOT_SUPPORTED,
        c"request-line/version-not-supported",
    ),
    (Number::TULEAP_FRONT_REQUEST_REASON_TARGET_ABOVE_ROOT, c"request-target/above-root"),
    (Number::TULEAP_FRONT_REQUEST_REASON_TARGET_BLANK, c"request-target/blank"),
    (Number::TULEAP_FRONT_REQUEST_REASON_TARGET_CONTROL_BYTE, c"request-target/control-byte"),
    (Number::TULEAP_FRONT_REQUEST_REASON_TARGET_ESCAPE, c"request-target/escape"),
    (Number::TULEAP_FRONT_REQUEST_REASON_TARGET_FORM, c"request-target/form"),
    (Number::TULEAP_FRONT_REQUEST_REASON_TARGET_HOST, c"request-target/host"),
    (Number::TULEAP_FRONT_REQUEST_REASON_TARGET_NUL, c"request-target/nul"),
    (Number::TULEAP_FRONT_REQUEST_REASON_TARGET_PORT, c"request-target/port"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_number_and_its_name() {
        for reason in all() {
            let number = number(reason) as u32;
            let code = CODES.iter().find(|(known, _)| *known as u32 == number);
            assert_eq!(code.unwrap().1.to_str(), Ok(reason.code()));
        }
    }
}
