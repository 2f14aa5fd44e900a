use std::ffi::c_char;

use tuleap_front::{HeadReason, NginxAddr, NginxServers, ServerAnswer, ServerFacts};

use crate::abi::{bytes, tuleap_front_header, tuleap_front_str};
use crate::guard::{give, guard, handle, store, take};
use crate::guide::nginx_rules_of;
use crate::origin::scheme_of;
use crate::output::{copy_out, write_explanation};
use crate::problem::{Sink, tuleap_front_problem};
use crate::request_reason::{self, tuleap_front_request_reason};
use crate::server_reason::{self, tuleap_front_server_reason};
use crate::status::tuleap_front_status as Status;

/// The servers of one listening address, as nginx has them. Immutable; any thread; freed by
/// tuleap_front_nginx_servers_free.
#[derive(Debug)]
pub struct tuleap_front_nginx_servers(NginxServers);

/// What becomes of a request: which server and which location take it, and what the next server is
/// sent. It has its own copy of all texts. Immutable; any thread; freed by
/// tuleap_front_server_answer_free.
#[derive(Debug)]
pub struct tuleap_front_server_answer {
    server: usize,
    reason: u32,
    texts: Texts,
    lines: Vec<(Vec<u8>, Vec<u8>)>,
}

#[derive(Debug)]
struct Texts {
    server_name: String,
    host: Vec<u8>,
    request_uri: Vec<u8>,
    uri: Vec<u8>,
    args: Vec<u8>,
    location: Option<String>,
    backend: Option<String>,
    target: Option<Vec<u8>>,
    redirect: Option<Vec<u8>>,
}

/// Why there is no answer.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_server_refusal {
    /// A tuleap_front_status: OK, REQUEST_REFUSED where nginx refuses the head, or another.
    pub status: i32,
    /// What to answer, 400, 405, 501 or 505; 0 where it is not refused.
    pub http_status: u32,
    /// A tuleap_front_request_reason.
    pub reason: u32,
}

/// An answer, read. The texts point into the answer; of one that there is not, ptr is NULL. Where
/// there is neither backend nor redirect, the server answers itself.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_server_answer_view {
    /// Which server, from 0.
    pub server: usize,
    /// Why this server: a tuleap_front_server_reason.
    pub reason: u32,
    /// $server_name: the first name of the server.
    pub server_name: tuleap_front_str,
    /// $host; the name of the server where the client names none.
    pub host: tuleap_front_str,
    /// $request_uri
    pub request_uri: tuleap_front_str,
    /// $uri, the decoded and normalized path.
    pub uri: tuleap_front_str,
    /// $args
    pub args: tuleap_front_str,
    /// The pattern of the location.
    pub location: tuleap_front_str,
    /// Scheme, host and port of the next server, as proxy_pass has them.
    pub backend: tuleap_front_str,
    /// The request target that it is sent.
    pub target: tuleap_front_str,
    /// Where the client is sent to instead, by 301: path and query.
    pub redirect: tuleap_front_str,
    /// The header lines that the next server is sent.
    pub line_count: usize,
}

/// Reads servers: blocks of nginx with server_name, underscores_in_headers, ignore_invalid_headers,
/// merge_slashes, proxy_set_header, proxy_pass and location; the first one is the default. UTF-8.
/// rules: a tuleap_front_nginx_rules. NULL if they are refused: then problem and message (each may
/// be NULL) say what is wrong, where, and what to write instead.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_nginx_servers_parse(
    text: *const c_char,
    text_len: usize,
    rules: u32,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_nginx_servers {
    let sink = Sink { problem, message, cap: message_cap };
    let Ok(rules) = nginx_rules_of(rules) else {
        let status = Status::TULEAP_FRONT_STATUS_ARGUMENT;
        // SAFETY: the caller vouches for the out-pointers.
        unsafe { sink.refuse(status, "a number that has no meaning here") };
        return std::ptr::null_mut();
    };
    // SAFETY: the caller vouches for pointer and length.
    let text = unsafe { bytes(text, text_len) };
    let handle = |servers: NginxServers| tuleap_front_nginx_servers(servers.with_rules(rules));
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.read(text, "the servers are not UTF-8", handle) }
}

/// Frees servers; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_nginx_servers_free(servers: *mut tuleap_front_nginx_servers) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(servers) }
}

/// Writes the servers as they are read: >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_nginx_servers_text(
    servers: *const tuleap_front_nginx_servers,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let servers = unsafe { handle(servers) }?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(servers.0.to_string().as_bytes(), out, cap) })
    })
}

/// Answers the request whose head a text starts with. remote_addr: the other end, an address or
/// "unix:". scheme: what the client speaks, a tuleap_front_scheme. NULL where there is no answer:
/// *refusal (may be NULL) then says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_nginx_servers_answer(
    servers: *const tuleap_front_nginx_servers,
    head: *const c_char,
    head_len: usize,
    remote_addr: *const c_char,
    remote_addr_len: usize,
    scheme: u32,
    refusal: *mut tuleap_front_server_refusal,
) -> *mut tuleap_front_server_answer {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(refusal, Status::TULEAP_FRONT_STATUS_PANIC.into()) };
    guard(|| {
        // SAFETY: the caller vouches for handle, pointers and lengths.
        let answered = unsafe {
            ask(servers, (head, head_len), (remote_addr, remote_addr_len), scheme, |answer| {
                give(tuleap_front_server_answer::from(answer))
            })
        };
        let described = match &answered {
            Ok(Ok(_)) => Status::TULEAP_FRONT_STATUS_OK.into(),
            Ok(Err(reason)) => (*reason).into(),
            Err(status) => (*status).into(),
        };
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(refusal, described) };
        answered?.map_err(|_| Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED)
    })
}

/// Writes what becomes of a request, and why. format: a tuleap_front_format. >= 0 the length, < 0 a
/// status, REQUEST_REFUSED where nginx refuses the head. The rest as for
/// tuleap_front_nginx_servers_answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_nginx_servers_explain(
    servers: *const tuleap_front_nginx_servers,
    head: *const c_char,
    head_len: usize,
    remote_addr: *const c_char,
    remote_addr_len: usize,
    scheme: u32,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        let write = |answer: &ServerAnswer<'_>| {
            // SAFETY: the caller vouches for the buffer.
            unsafe { write_explanation(answer, format, out, cap) }
        };
        let remote_addr = (remote_addr, remote_addr_len);
        // SAFETY: the caller vouches for handle, pointers and lengths.
        let written = unsafe { ask(servers, (head, head_len), remote_addr, scheme, write) }?;
        written.map_err(|_| Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED)?
    })
}

/// A pointer and its length.
type Text = (*const c_char, usize);

/// Does something with the answer to a request.
unsafe fn ask<R>(
    servers: *const tuleap_front_nginx_servers,
    head: Text,
    remote_addr: Text,
    scheme: u32,
    then: impl FnOnce(&ServerAnswer<'_>) -> R,
) -> Result<Result<R, HeadReason>, Status> {
    // SAFETY: the caller of the C function vouches for the handle.
    let servers = unsafe { handle(servers) }?;
    // SAFETY: the caller of the C function vouches for pointer and length.
    let head = unsafe { bytes(head.0, head.1) };
    // SAFETY: the caller of the C function vouches for pointer and length.
    let remote_addr = NginxAddr::parse(unsafe { bytes(remote_addr.0, remote_addr.1) })
        .ok_or(Status::TULEAP_FRONT_STATUS_PEER_NOT_AN_ADDRESS)?;
    let facts = ServerFacts { remote_addr, scheme: scheme_of(scheme)? };
    Ok(servers.0.answer(head, &facts).map(|answer| then(&answer)))
}

/// Frees an answer; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_server_answer_free(answer: *mut tuleap_front_server_answer) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(answer) }
}

/// Reads an answer: 0 if *out is it, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_server_answer_read(
    answer: *const tuleap_front_server_answer,
    out: *mut tuleap_front_server_answer_view,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(out, tuleap_front_server_answer_view::NONE) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let answer = unsafe { handle(answer) }?;
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, answer.into()) };
        Ok(0)
    })
}

/// Reads a header line that the next server is sent, from 0: 1 if *out is it, 0 where there is none,
/// < 0 a status. A value may hold any byte: a line with $uri has what the path is decoded to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_server_answer_line(
    answer: *const tuleap_front_server_answer,
    index: usize,
    out: *mut tuleap_front_header,
) -> i32 {
    let nothing =
        tuleap_front_header { name: tuleap_front_str::NONE, value: tuleap_front_str::NONE };
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(out, nothing) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let answer = unsafe { handle(answer) }?;
        let Some((name, value)) = answer.lines.get(index) else { return Ok(0) };
        let line =
            tuleap_front_header { name: name.as_slice().into(), value: value.as_slice().into() };
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, line) };
        Ok(1)
    })
}

impl From<&ServerAnswer<'_>> for tuleap_front_server_answer {
    fn from(answer: &ServerAnswer<'_>) -> Self {
        let (target, upstream) = (answer.head().target(), answer.upstream());
        let lines = upstream.map(|upstream| upstream.lines()).unwrap_or_default();
        Self {
            server: answer.server(),
            reason: server_reason::number(answer.reason()) as u32,
            texts: Texts {
                server_name: answer.server_name().to_owned(),
                host: answer.host().to_vec(),
                request_uri: target.request_uri().to_vec(),
                uri: target.uri().to_vec(),
                args: target.args().to_vec(),
                location: answer.location().map(|location| location.pattern().to_owned()),
                backend: upstream.map(|upstream| upstream.backend().to_owned()),
                target: upstream.map(|upstream| upstream.target().to_vec()),
                redirect: answer.redirect().map(<[u8]>::to_vec),
            },
            lines: lines.iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect(),
        }
    }
}

impl From<Status> for tuleap_front_server_refusal {
    fn from(status: Status) -> Self {
        let reason = match status {
            Status::TULEAP_FRONT_STATUS_OK => {
                tuleap_front_request_reason::TULEAP_FRONT_REQUEST_REASON_NONE
            }
            _ => tuleap_front_request_reason::TULEAP_FRONT_REQUEST_REASON_OTHER,
        };
        Self { status: status as i32, http_status: 0, reason: reason as u32 }
    }
}

impl From<HeadReason> for tuleap_front_server_refusal {
    fn from(reason: HeadReason) -> Self {
        Self {
            status: Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED as i32,
            http_status: u32::from(reason.status().as_u16()),
            reason: request_reason::number(reason) as u32,
        }
    }
}

impl tuleap_front_server_answer_view {
    /// What a caller finds who does not look at the status.
    const NONE: Self = Self {
        server: usize::MAX,
        reason: tuleap_front_server_reason::TULEAP_FRONT_SERVER_REASON_OTHER as u32,
        server_name: tuleap_front_str::NONE,
        host: tuleap_front_str::NONE,
        request_uri: tuleap_front_str::NONE,
        uri: tuleap_front_str::NONE,
        args: tuleap_front_str::NONE,
        location: tuleap_front_str::NONE,
        backend: tuleap_front_str::NONE,
        target: tuleap_front_str::NONE,
        redirect: tuleap_front_str::NONE,
        line_count: 0,
    };
}

impl From<&tuleap_front_server_answer> for tuleap_front_server_answer_view {
    fn from(answer: &tuleap_front_server_answer) -> Self {
        let text = |text: Option<&[u8]>| text.map_or(tuleap_front_str::NONE, Into::into);
        let texts = &answer.texts;
        Self {
            server: answer.server,
            reason: answer.reason,
            server_name: texts.server_name.as_bytes().into(),
            host: texts.host.as_slice().into(),
            request_uri: texts.request_uri.as_slice().into(),
            uri: texts.uri.as_slice().into(),
            args: texts.args.as_slice().into(),
            location: text(texts.location.as_deref().map(str::as_bytes)),
            backend: text(texts.backend.as_deref().map(str::as_bytes)),
            target: text(texts.target.as_deref()),
            redirect: text(texts.redirect.as_deref()),
            line_count: answer.lines.len(),
        }
    }
}
