use std::ffi::c_char;

use tuleap_front::{
    HeadOptions, HeadReason, HeaderNames, NginxHost, RequestHead, RequestVersion, ResponseHead,
};

use crate::abi::{bytes, tuleap_front_header, tuleap_front_str};
use crate::guard::{guard, store};
use crate::guide::nginx_rules_of;
use crate::output::{Output, copy_out};
use crate::request::{merge_of, tuleap_front_request_line, tuleap_front_request_target};
use crate::request_reason::{number, tuleap_front_request_reason};
use crate::status::tuleap_front_status as Status;

/// Which header lines are kept, by their names.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_header_names {
    /// Names of letters, digits and -: nginx's default.
    TULEAP_FRONT_HEADER_NAMES_PLAIN = 0,
    /// underscores_in_headers on: names with _, too.
    TULEAP_FRONT_HEADER_NAMES_UNDERSCORES = 1,
    /// ignore_invalid_headers off: every line.
    TULEAP_FRONT_HEADER_NAMES_ANY = 2,
}

/// The head of a request, or why it is refused. The texts point into what was read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_request_head {
    /// Its first line, and the refusal of the whole head.
    pub line: tuleap_front_request_line,
    /// $http_host: the value of Host, as it was sent; ptr is NULL where there is none.
    pub http_host: tuleap_front_str,
    /// What follows the head.
    pub rest: tuleap_front_str,
    /// The header lines that are kept.
    pub header_count: usize,
    /// The length of $uri, with which what is written starts.
    pub uri_length: usize,
    /// The length of $host, which stands behind it; -1 where the client names none: then it is the
    /// name of the server.
    pub host_length: isize,
}

/// The head of a response, or why it is refused. The texts point into what was read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_response_head {
    /// Its status; 502, which nginx answers instead, where it is refused.
    pub http_status: u32,
    /// A tuleap_front_request_reason.
    pub reason: u32,
    /// What follows the head.
    pub rest: tuleap_front_str,
    /// The header lines.
    pub header_count: usize,
}

/// Reads the head of a request that a text starts with, line by line as nginx does, and writes
/// $uri, the decoded and normalized path, and $host behind it; neither is longer than what was
/// sent, and $uri may hold any byte but NUL. rules: a tuleap_front_nginx_rules. names: a
/// tuleap_front_header_names. flags: of tuleap_front_target_flag. The first header_cap of the lines
/// that are kept are stored in headers. >= 0 the length of $uri and $host, < 0 a status,
/// REQUEST_REFUSED where nginx refuses it: *head (may be NULL) then says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_request_head_parse(
    text: *const c_char,
    text_len: usize,
    rules: u32,
    names: u32,
    flags: u32,
    head: *mut tuleap_front_request_head,
    headers: *mut tuleap_front_header,
    header_cap: usize,
    out: *mut c_char,
    cap: usize,
) -> isize {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(head, tuleap_front_request_head::UNKNOWN) };
    guard(|| {
        let names = match names {
            0 => HeaderNames::Plain,
            1 => HeaderNames::Underscores,
            2 => HeaderNames::Any,
            _ => return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
        };
        let options =
            HeadOptions { merge_slashes: merge_of(flags)?, names, rules: nginx_rules_of(rules)? };
        // SAFETY: the caller vouches for pointer and length.
        let text = unsafe { bytes(text, text_len) };
        let read = match RequestHead::parse(text, &options) {
            Ok(read) => read,
            Err(reason) => {
                // SAFETY: the caller vouches for the pointer.
                unsafe { store(head, tuleap_front_request_head::refused(reason)) };
                return Err(Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED);
            }
        };
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(head, (&read).into()) };
        // SAFETY: the caller vouches for pointer and room.
        unsafe { store_lines(read.lines(), headers, header_cap) };
        // SAFETY: the caller vouches for the buffer.
        let mut out = unsafe { Output::new(out, cap) };
        out.push(read.target().uri());
        out.push(read.host().map_or(b"", NginxHost::as_bytes));
        Ok(out.finish())
    })
}

/// Reads the head of a response that a text starts with, as nginx does from the server that it
/// asks. The first header_cap of the lines are stored in headers. 0 read, < 0 a status,
/// REQUEST_REFUSED where nginx answers 502 instead: *head (may be NULL) then says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_response_head_parse(
    text: *const c_char,
    text_len: usize,
    head: *mut tuleap_front_response_head,
    headers: *mut tuleap_front_header,
    header_cap: usize,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(head, tuleap_front_response_head::UNKNOWN) };
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let text = unsafe { bytes(text, text_len) };
        let read = match ResponseHead::parse(text) {
            Ok(read) => read,
            Err(reason) => {
                let http_status = u32::from(reason.status().as_u16());
                let reason = number(reason) as u32;
                let unknown = tuleap_front_response_head::UNKNOWN;
                let refused = tuleap_front_response_head { http_status, reason, ..unknown };
                // SAFETY: the caller vouches for the pointer.
                unsafe { store(head, refused) };
                return Err(Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED);
            }
        };
        let described = tuleap_front_response_head {
            http_status: u32::from(read.status()),
            reason: tuleap_front_request_reason::TULEAP_FRONT_REQUEST_REASON_NONE as u32,
            rest: read.rest().into(),
            header_count: read.lines().len(),
        };
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(head, described) };
        // SAFETY: the caller vouches for pointer and room.
        unsafe { store_lines(read.lines(), headers, header_cap) };
        Ok(0)
    })
}

/// Writes what $host becomes of a Host, or of the host of an absolute target: in lower case, without
/// port and without one final dot; never longer than it was. rules: a tuleap_front_nginx_rules. >= 0
/// the length, < 0 a status, REQUEST_REFUSED where nginx answers 400: *reason (may be NULL), a
/// tuleap_front_request_reason, then says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_nginx_host_parse(
    value: *const c_char,
    value_len: usize,
    rules: u32,
    reason: *mut u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    use tuleap_front_request_reason as Reason;
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(reason, Reason::TULEAP_FRONT_REQUEST_REASON_OTHER as u32) };
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let value = unsafe { bytes(value, value_len) };
        match NginxHost::parse(value, nginx_rules_of(rules)?) {
            Ok(host) => {
                // SAFETY: the caller vouches for the pointer.
                unsafe { store(reason, Reason::TULEAP_FRONT_REQUEST_REASON_NONE as u32) };
                // SAFETY: the caller vouches for the buffer.
                Ok(unsafe { copy_out(host.as_bytes(), out, cap) })
            }
            Err(refused) => {
                // SAFETY: the caller vouches for the pointer.
                unsafe { store(reason, number(refused) as u32) };
                Err(Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED)
            }
        }
    })
}

/// Stores as many lines as there is room for; NULL is no room.
unsafe fn store_lines(
    lines: &[(&[u8], &[u8])],
    headers: *mut tuleap_front_header,
    header_cap: usize,
) {
    if headers.is_null() {
        return;
    }
    for (at, (name, value)) in lines.iter().take(header_cap).enumerate() {
        let line = tuleap_front_header { name: (*name).into(), value: (*value).into() };
        // SAFETY: the caller of the C function vouches for so many places.
        let place = unsafe { headers.add(at) };
        // SAFETY: the caller of the C function vouches for the place.
        unsafe { place.write(line) };
    }
}

impl tuleap_front_request_head {
    /// What a caller finds who does not look at the status.
    pub(crate) const UNKNOWN: Self = Self {
        line: tuleap_front_request_line::UNKNOWN,
        http_host: tuleap_front_str::NONE,
        rest: tuleap_front_str::NONE,
        header_count: 0,
        uri_length: 0,
        host_length: -1,
    };

    pub(crate) fn refused(reason: HeadReason) -> Self {
        let target = tuleap_front_request_target {
            http_status: u32::from(reason.status().as_u16()),
            reason: number(reason) as u32,
            ..tuleap_front_request_target::UNKNOWN
        };
        let line = tuleap_front_request_line { target, ..tuleap_front_request_line::UNKNOWN };
        Self { line, ..Self::UNKNOWN }
    }
}

impl From<&RequestHead<'_>> for tuleap_front_request_head {
    fn from(head: &RequestHead<'_>) -> Self {
        let line = tuleap_front_request_line {
            target: Ok(head.target()).into(),
            method: head.method().into(),
            minor_version: match head.version() {
                RequestVersion::Http1 { minor } => i32::from(minor),
                _ => -1,
            },
        };
        let host = head.host().map(|host| isize::try_from(host.as_bytes().len()));
        Self {
            line,
            http_host: head.http_host().map_or(tuleap_front_str::NONE, Into::into),
            rest: head.rest().into(),
            header_count: head.lines().len(),
            uri_length: head.target().uri().len(),
            host_length: host.and_then(Result::ok).unwrap_or(-1),
        }
    }
}

impl tuleap_front_response_head {
    /// What a caller finds who does not look at the status.
    const UNKNOWN: Self = Self {
        http_status: 502,
        reason: tuleap_front_request_reason::TULEAP_FRONT_REQUEST_REASON_OTHER as u32,
        rest: tuleap_front_str::NONE,
        header_count: 0,
    };
}
