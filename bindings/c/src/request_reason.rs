use std::ffi::{CStr, c_char};

use tuleap_front::{HeadReason, HostReason, RequestLineReason, RequestTargetReason};

use self::tuleap_front_request_reason as Number;
use crate::guard::guard;
use crate::output::copy_out;
use crate::status::tuleap_front_status as Status;

/// Why a head, a request line, a request target or a host is refused. Numbers are never used again
/// for another thing.
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
    /// Content-Length and Transfer-Encoding.
    TULEAP_FRONT_REQUEST_REASON_HEAD_BOTH_LENGTHS = 40,
    /// Not a number.
    TULEAP_FRONT_REQUEST_REASON_HEAD_CONTENT_LENGTH = 41,
    /// A name that is empty or holds a blank or a control byte: Host :, a folded line.
    TULEAP_FRONT_REQUEST_REASON_HEAD_HEADER_NAME = 42,
    /// Of a header that may be sent once: conditions, lengths, Authorization, Expect.
    TULEAP_FRONT_REQUEST_REASON_HEAD_HEADER_TWICE = 43,
    /// A value with NUL, or with CR before its end.
    TULEAP_FRONT_REQUEST_REASON_HEAD_HEADER_VALUE = 44,
    /// Two lines Host, equal or not.
    TULEAP_FRONT_REQUEST_REASON_HEAD_HOST_TWICE = 45,
    /// No line Host, in HTTP/1.1.
    TULEAP_FRONT_REQUEST_REASON_HEAD_NO_HOST = 46,
    /// A response that does not start with HTTP/, a version and a status.
    TULEAP_FRONT_REQUEST_REASON_HEAD_STATUS_LINE = 47,
    /// Something else than chunked.
    TULEAP_FRONT_REQUEST_REASON_HEAD_TRANSFER_ENCODING = 48,
    /// Transfer-Encoding, in HTTP/1.0.
    TULEAP_FRONT_REQUEST_REASON_HEAD_TRANSFER_ENCODING_VERSION = 49,
    /// A blank, a control byte or /; since 1.29.4 whatever is not in a host of RFC 3986.
    TULEAP_FRONT_REQUEST_REASON_HOST_BYTE = 60,
    /// Two dots in a row.
    TULEAP_FRONT_REQUEST_REASON_HOST_DOTS = 61,
    /// Nothing, or nothing but a dot.
    TULEAP_FRONT_REQUEST_REASON_HOST_EMPTY = 62,
    /// An address that is not closed, or something behind its bracket that is no port: since
    /// 1.29.4.
    TULEAP_FRONT_REQUEST_REASON_HOST_LITERAL = 63,
    /// Not digits, or above 65535: since 1.29.4.
    TULEAP_FRONT_REQUEST_REASON_HOST_PORT = 64,
    /// A reason that this version of the border has no number for.
    TULEAP_FRONT_REQUEST_REASON_OTHER = 255,
}

/// The stable name of a tuleap_front_request_reason, such as "request-target/escape"; NULL for a
/// number that is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_request_reason_code(reason: u32) -> *const c_char {
    let entry = REASONS.iter().find(|(known, ..)| *known as u32 == reason);
    entry.map_or(std::ptr::null(), |(_, _, code)| code.as_ptr())
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
        let entry = REASONS.iter().find(|(known, ..)| *known as u32 == reason);
        let (_, known, _) = entry.ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(known.text().as_bytes(), out, cap) })
    })
}

/// The number of a reason.
pub(crate) fn number(reason: impl Into<HeadReason>) -> Number {
    let reason = reason.into();
    let entry = REASONS.iter().find(|(_, known, _)| *known == reason);
    entry.map_or(Number::TULEAP_FRONT_REQUEST_REASON_OTHER, |(number, ..)| *number)
}

const fn target(reason: RequestTargetReason) -> HeadReason {
    HeadReason::Line(RequestLineReason::Target(reason))
}

const REASONS: &[(Number, HeadReason, &CStr)] = &[
    (
        Number::TULEAP_FRONT_REQUEST_REASON_EMPTY,
        HeadReason::Line(RequestLineReason::Empty),
        c"request-line/empty",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HTTP09_METHOD,
        HeadReason::Line(RequestLineReason::Http09Method),
        c"request-line/http09-method",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_METHOD,
        HeadReason::Line(RequestLineReason::Method),
        c"request-line/method",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_METHOD_NOT_ALLOWED,
        HeadReason::Line(RequestLineReason::MethodNotAllowed),
        c"request-line/method-not-allowed",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_VERSION,
        HeadReason::Line(RequestLineReason::Version),
        c"request-line/version",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_VERSION_NOT_SUPPORTED,
        HeadReason::Line(RequestLineReason::VersionNotSupported),
        c"request-line/version-not-supported",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_TARGET_ABOVE_ROOT,
        target(RequestTargetReason::AboveRoot),
        c"request-target/above-root",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_TARGET_BLANK,
        target(RequestTargetReason::Blank),
        c"request-target/blank",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_TARGET_CONTROL_BYTE,
        target(RequestTargetReason::ControlByte),
        c"request-target/control-byte",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_TARGET_ESCAPE,
        target(RequestTargetReason::Escape),
        c"request-target/escape",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_TARGET_FORM,
        target(RequestTargetReason::Form),
        c"request-target/form",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_TARGET_HOST,
        target(RequestTargetReason::Host),
        c"request-target/host",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_TARGET_NUL,
        target(RequestTargetReason::Nul),
        c"request-target/nul",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_TARGET_PORT,
        target(RequestTargetReason::Port),
        c"request-target/port",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HEAD_BOTH_LENGTHS,
        HeadReason::BothLengths,
        c"head/both-lengths",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HEAD_CONTENT_LENGTH,
        HeadReason::ContentLength,
        c"head/content-length",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HEAD_HEADER_NAME,
        HeadReason::HeaderName,
        c"head/header-name",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HEAD_HEADER_TWICE,
        HeadReason::HeaderTwice,
        c"head/header-twice",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HEAD_HEADER_VALUE,
        HeadReason::HeaderValue,
        c"head/header-value",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HEAD_HOST_TWICE,
        HeadReason::HostTwice,
        c"head/host-twice",
    ),
    (Number::TULEAP_FRONT_REQUEST_REASON_HEAD_NO_HOST, HeadReason::NoHost, c"head/no-host"),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HEAD_STATUS_LINE,
        HeadReason::StatusLine,
        c"head/status-line",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HEAD_TRANSFER_ENCODING,
        HeadReason::TransferEncoding,
        c"head/transfer-encoding",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HEAD_TRANSFER_ENCODING_VERSION,
        HeadReason::TransferEncodingVersion,
        c"head/transfer-encoding-version",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HOST_BYTE,
        HeadReason::Host(HostReason::Byte),
        c"host/byte",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HOST_DOTS,
        HeadReason::Host(HostReason::Dots),
        c"host/dots",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HOST_EMPTY,
        HeadReason::Host(HostReason::Empty),
        c"host/empty",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HOST_LITERAL,
        HeadReason::Host(HostReason::Literal),
        c"host/literal",
    ),
    (
        Number::TULEAP_FRONT_REQUEST_REASON_HOST_PORT,
        HeadReason::Host(HostReason::Port),
        c"host/port",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_number_and_its_name() {
        let own = HeadReason::OWN.iter().copied();
        let hosts = HostReason::ALL.iter().copied().map(HeadReason::from);
        let lines = RequestLineReason::OWN.iter().copied().map(HeadReason::from);
        let targets = RequestTargetReason::ALL.iter().copied().map(target);
        for reason in own.chain(hosts).chain(lines).chain(targets) {
            let number = number(reason) as u32;
            let entry = REASONS.iter().find(|(known, ..)| *known as u32 == number);
            assert_eq!(entry.map(|(.., code)| code.to_str()), Some(Ok(reason.code())));
        }
    }
}
