use std::ffi::c_char;

use tuleap_front::{MergeSlashes, RequestLine, RequestLineReason, RequestTarget, RequestVersion};

use crate::abi::{bytes, tuleap_front_str};
use crate::guard::{guard, store};
use crate::guide::nginx_rules_of;
use crate::output::copy_out;
use crate::request_reason::{number, tuleap_front_request_reason};
use crate::status::tuleap_front_status as Status;

/// Flags for functions that read a request target.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_target_flag {
    /// merge_slashes off.
    TULEAP_FRONT_TARGET_KEEP_SLASHES = 1,
}

/// A request target, or why it is refused. The texts point into what was read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_request_target {
    /// What to answer, 400, 405 or 505; 0 where it is read.
    pub http_status: u32,
    /// A tuleap_front_request_reason.
    pub reason: u32,
    /// $request_uri: the target from the path on, as it was sent.
    pub request_uri: tuleap_front_str,
    /// $args: the query, as it was sent.
    pub args: tuleap_front_str,
    /// The host of an absolute URI; ptr is NULL where there is none.
    pub host: tuleap_front_str,
}

/// A request line, or why it is refused. The texts point into what was read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_request_line {
    /// Its target, and the refusal of the whole line.
    pub target: tuleap_front_request_target,
    /// The method, as it was sent.
    pub method: tuleap_front_str,
    /// The minor version of HTTP/1; -1 for HTTP/0.9, which has no version.
    pub minor_version: i32,
}

/// Reads a request target as nginx does, and writes $uri, the decoded and normalized path, which is
/// never longer than the target and may hold any byte but NUL: never put it into a header. flags: of
/// tuleap_front_target_flag. >= 0 the length of $uri, < 0 a status, REQUEST_REFUSED where nginx
/// refuses it: *parts (may be NULL) then says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_request_target_parse(
    target: *const c_char,
    target_len: usize,
    flags: u32,
    parts: *mut tuleap_front_request_target,
    uri: *mut c_char,
    cap: usize,
) -> isize {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(parts, tuleap_front_request_target::UNKNOWN) };
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let text = unsafe { bytes(target, target_len) };
        let read = RequestTarget::parse(text, merge_of(flags)?);
        let described = read.as_ref().map_err(|reason| RequestLineReason::Target(*reason));
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(parts, described.into()) };
        let read = read.map_err(|_| Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED)?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(read.uri(), uri, cap) })
    })
}

/// Reads the request line that a text starts with. rules: a tuleap_front_nginx_rules. Otherwise as
/// tuleap_front_request_target_parse.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_request_line_parse(
    line: *const c_char,
    line_len: usize,
    rules: u32,
    flags: u32,
    parts: *mut tuleap_front_request_line,
    uri: *mut c_char,
    cap: usize,
) -> isize {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(parts, tuleap_front_request_line::UNKNOWN) };
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let text = unsafe { bytes(line, line_len) };
        let read = RequestLine::parse(text, nginx_rules_of(rules)?, merge_of(flags)?);
        let target = read.as_ref().map(RequestLine::target).map_err(|reason| *reason);
        let target = tuleap_front_request_target::from(target);
        let Ok(read) = read else {
            let refused =
                tuleap_front_request_line { target, ..tuleap_front_request_line::UNKNOWN };
            // SAFETY: the caller vouches for the pointer.
            unsafe { store(parts, refused) };
            return Err(Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED);
        };
        let minor_version = match read.version() {
            RequestVersion::Http1 { minor } => i32::from(minor),
            _ => -1,
        };
        let method = read.method().into();
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(parts, tuleap_front_request_line { target, method, minor_version }) };
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(read.target().uri(), uri, cap) })
    })
}

pub(crate) const fn merge_of(flags: u32) -> Result<MergeSlashes, Status> {
    match flags {
        0 => Ok(MergeSlashes::On),
        1 => Ok(MergeSlashes::Off),
        _ => Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
    }
}

/// A version as SERVER_PROTOCOL has it; empty for HTTP/0.9, which has none.
pub(crate) fn version_of(text: &[u8]) -> Result<RequestVersion, Status> {
    match text {
        b"" => Ok(RequestVersion::Http09),
        text => RequestVersion::of_protocol(text).ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT),
    }
}

impl tuleap_front_request_target {
    /// What a caller finds who does not look at the status.
    pub(crate) const UNKNOWN: Self = Self {
        http_status: 400,
        reason: tuleap_front_request_reason::TULEAP_FRONT_REQUEST_REASON_OTHER as u32,
        request_uri: tuleap_front_str::NONE,
        args: tuleap_front_str::NONE,
        host: tuleap_front_str::NONE,
    };
}

impl tuleap_front_request_line {
    /// What a caller finds who does not look at the status.
    pub(crate) const UNKNOWN: Self = Self {
        target: tuleap_front_request_target::UNKNOWN,
        method: tuleap_front_str::NONE,
        minor_version: -1,
    };
}

impl From<Result<&RequestTarget<'_>, RequestLineReason>> for tuleap_front_request_target {
    fn from(read: Result<&RequestTarget<'_>, RequestLineReason>) -> Self {
        match read {
            Ok(target) => Self {
                http_status: 0,
                reason: tuleap_front_request_reason::TULEAP_FRONT_REQUEST_REASON_NONE as u32,
                request_uri: target.request_uri().into(),
                args: target.args().into(),
                host: target.host().map_or(tuleap_front_str::NONE, Into::into),
            },
            Err(reason) => Self {
                http_status: u32::from(reason.status().as_u16()),
                reason: number(reason) as u32,
                ..Self::UNKNOWN
            },
        }
    }
}
