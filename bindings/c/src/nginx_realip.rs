use std::ffi::c_char;
use std::fmt::Write as _;

use tuleap_front::{NginxAddr, NginxRealip, NginxRealipOptions, NginxRules, Recursion};

use crate::abi::{Lines, array, bytes, tuleap_front_header};
use crate::guard::{give, guard, handle, store, take};
use crate::output::Output;
use crate::problem::{Sink, tuleap_front_problem};
use crate::status::tuleap_front_status as Status;

/// What nginx's realip module answers; for running beside it, not for decisions.
/// Immutable; any thread; freed by tuleap_front_nginx_realip_free.
#[derive(Debug)]
pub struct tuleap_front_nginx_realip(NginxRealip);

/// Flags for tuleap_front_nginx_realip_new.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_realip_flag {
    /// real_ip_recursive on.
    TULEAP_FRONT_REALIP_RECURSIVE = 1,
    /// The rules of nginx 1.22; otherwise the current ones.
    TULEAP_FRONT_REALIP_1_22 = 2,
}

/// Makes it from the values of set_real_ip_from, comma-separated, and of real_ip_header, spelled
/// as in the configuration (empty is X-Real-IP). flags: of tuleap_front_realip_flag. NULL if
/// something is refused: then problem and message (each may be NULL) say what.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_nginx_realip_new(
    trusted: *const c_char,
    trusted_len: usize,
    header: *const c_char,
    header_len: usize,
    flags: u32,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_nginx_realip {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.begin() };
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let trusted = unsafe { bytes(trusted, trusted_len) };
        // SAFETY: the caller vouches for pointer and length.
        let header = unsafe { bytes(header, header_len) };
        let (Ok(trusted), Ok(header)) = (std::str::from_utf8(trusted), std::str::from_utf8(header))
        else {
            let status = Status::TULEAP_FRONT_STATUS_NOT_UTF8;
            // SAFETY: the caller vouches for the out-pointers.
            return Err(unsafe { sink.refuse(status, "the list or the header is not UTF-8") });
        };
        if flags > 3 {
            let status = Status::TULEAP_FRONT_STATUS_ARGUMENT;
            // SAFETY: the caller vouches for the out-pointers.
            return Err(unsafe { sink.refuse(status, "a flag that is not known") });
        }
        let entries = trusted.split(',').filter(|_| !trusted.is_empty());
        match NginxRealip::new(entries, options(header, flags)) {
            Ok(realip) => Ok(give(tuleap_front_nginx_realip(realip))),
            Err(error) => {
                let entry = match error {
                    tuleap_front::NginxRealipError::Entry { entry } => entry,
                    _ => usize::MAX,
                };
                let problem = tuleap_front_problem::new(error.into(), entry);
                // SAFETY: the caller vouches for the out-pointers.
                Err(unsafe { sink.report(problem, &error.to_string()) })
            }
        }
    })
}

fn options(header: &str, flags: u32) -> NginxRealipOptions {
    let is_set = |flag: tuleap_front_realip_flag| flags & flag as u32 != 0;
    let mut options = NginxRealipOptions::default();
    if !header.is_empty() {
        header.clone_into(&mut options.header);
    }
    if is_set(tuleap_front_realip_flag::TULEAP_FRONT_REALIP_RECURSIVE) {
        options.recursion = Recursion::On;
    }
    if is_set(tuleap_front_realip_flag::TULEAP_FRONT_REALIP_1_22) {
        options.rules = NginxRules::V1_22;
    }
    options
}

/// Frees it; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_nginx_realip_free(realip: *mut tuleap_front_nginx_realip) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(realip) }
}

/// Writes $remote_addr as it is afterwards: >= 0 its length, < 0 a status, PEER_NOT_AN_ADDRESS for
/// a peer that is neither an address nor unix:. *rewritten (may be NULL): 1 if the peer was replaced.
/// *port (may be NULL): the entry's port, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_nginx_realip_resolve(
    realip: *const tuleap_front_nginx_realip,
    peer: *const c_char,
    peer_len: usize,
    headers: *const tuleap_front_header,
    header_count: usize,
    rewritten: *mut u32,
    port: *mut i32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let realip = unsafe { handle(realip) }?;
        // SAFETY: the caller vouches for pointer and length.
        let peer = NginxAddr::parse(unsafe { bytes(peer, peer_len) })
            .ok_or(Status::TULEAP_FRONT_STATUS_PEER_NOT_AN_ADDRESS)?;
        // SAFETY: the caller vouches for pointer and count.
        let lines = Lines(unsafe { array(headers, header_count) });
        let client = realip.0.resolve(peer, &lines);
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(rewritten, u32::from(client.is_rewritten())) };
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(port, client.port().map_or(-1, i32::from)) };
        // SAFETY: the caller vouches for the buffer.
        let mut out = unsafe { Output::new(out, cap) };
        // A buffer that is too small is counted on, not refused.
        let _ = write!(out, "{}", client.addr());
        Ok(out.finish())
    })
}
