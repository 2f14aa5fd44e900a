use std::ffi::c_char;
use std::net::IpAddr;

use tuleap_front::{Separators, TrustAll, TrustedProxies, TrustedProxiesOptions};

use crate::abi::bytes;
use crate::guard::{give, guard, handle, store, take};
use crate::output::{copy_message, copy_out};
use crate::problem::{Sink, tuleap_front_problem};
use crate::status::tuleap_front_status as Status;

/// The proxies whose forwarding headers count: Tuleap's $sys_trusted_proxies, compiled.
/// Immutable; any thread; freed by tuleap_front_trusted_proxies_free.
#[derive(Debug)]
pub struct tuleap_front_trusted_proxies(pub(crate) TrustedProxies);

/// How a list is read: flags for tuleap_front_trusted_proxies_parse.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_list_flag {
    /// The list may hold a whole address family.
    TULEAP_FRONT_LIST_ALLOW_TRUST_ALL = 1,
    /// Commas alone separate; otherwise white space does too, and # starts a comment.
    TULEAP_FRONT_LIST_COMMAS_ONLY = 2,
}

/// Reads a list: UTF-8; addresses, networks, presets, unix:. NULL if it is refused: then problem
/// and message (each may be NULL) say what is wrong, where, and what to write instead.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_trusted_proxies_parse(
    text: *const c_char,
    text_len: usize,
    flags: u32,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_trusted_proxies {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.begin() };
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let text = unsafe { bytes(text, text_len) };
        let Ok(text) = std::str::from_utf8(text) else {
            let status = Status::TULEAP_FRONT_STATUS_NOT_UTF8;
            // SAFETY: the caller vouches for the out-pointers.
            return Err(unsafe { sink.refuse(status, "the list is not UTF-8") });
        };
        if flags > 3 {
            let status = Status::TULEAP_FRONT_STATUS_ARGUMENT;
            // SAFETY: the caller vouches for the out-pointers.
            return Err(unsafe { sink.refuse(status, "a flag that is not known") });
        }
        match TrustedProxies::parse_with(text, options(flags)) {
            Ok(proxies) => Ok(give(tuleap_front_trusted_proxies(proxies))),
            Err(error) => {
                let problem = tuleap_front_problem::from(&error);
                // SAFETY: the caller vouches for the out-pointers.
                Err(unsafe { sink.report(problem, &error.to_string()) })
            }
        }
    })
}

fn options(flags: u32) -> TrustedProxiesOptions {
    let is_set = |flag: tuleap_front_list_flag| flags & flag as u32 != 0;
    let mut options = TrustedProxiesOptions::default();
    if is_set(tuleap_front_list_flag::TULEAP_FRONT_LIST_ALLOW_TRUST_ALL) {
        options.trust_all = TrustAll::Allow;
    }
    if is_set(tuleap_front_list_flag::TULEAP_FRONT_LIST_COMMAS_ONLY) {
        options.separators = Separators::Commas;
    }
    options
}

/// Frees a list; NULL is allowed. Resolvers made from it stay valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_trusted_proxies_free(
    proxies: *mut tuleap_front_trusted_proxies,
) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(proxies) }
}

/// Is this address, as text, in the list? 1 yes, 0 no; < 0 a status, PEER_NOT_AN_ADDRESS for text
/// that is no address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_trusted_proxies_contains(
    proxies: *const tuleap_front_trusted_proxies,
    address: *const c_char,
    address_len: usize,
) -> i32 {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let proxies = unsafe { handle(proxies) }?;
        // SAFETY: the caller vouches for pointer and length.
        let address = unsafe { bytes(address, address_len) };
        match tuleap_front::Peer::parse(address) {
            Some(tuleap_front::Peer::Ip(address)) => Ok(i32::from(proxies.0.contains(address))),
            Some(tuleap_front::Peer::UnixSocket) => Ok(i32::from(proxies.0.trusts_unix_socket())),
            None => Err(Status::TULEAP_FRONT_STATUS_PEER_NOT_AN_ADDRESS),
        }
    })
}

/// Is this address, as 4 or 16 bytes in network order, in the list? 1 yes, 0 no; < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_trusted_proxies_contains_addr(
    proxies: *const tuleap_front_trusted_proxies,
    address: *const c_char,
    address_len: usize,
) -> i32 {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let proxies = unsafe { handle(proxies) }?;
        // SAFETY: the caller vouches for pointer and length.
        let address = ip_addr(unsafe { bytes(address, address_len) })?;
        Ok(i32::from(proxies.0.contains(address)))
    })
}

/// An address of 4 or 16 bytes in network order.
pub(crate) fn ip_addr(bytes: &[u8]) -> Result<IpAddr, Status> {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return Ok(IpAddr::from(bytes));
    }
    let bytes = <[u8; 16]>::try_from(bytes).map_err(|_| Status::TULEAP_FRONT_STATUS_ARGUMENT)?;
    Ok(IpAddr::from(bytes))
}

/// Writes the merged list in the syntax of the setting: >= 0 its length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_trusted_proxies_text(
    proxies: *const tuleap_front_trusted_proxies,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let text = unsafe { handle(proxies) }?.0.to_string();
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(text.as_bytes(), out, cap) })
    })
}

/// Writes the networks, as few as possible, each with its prefix and a comma between two: >= 0
/// the length, < 0 a status. unix: is not among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_trusted_proxies_networks(
    proxies: *const tuleap_front_trusted_proxies,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let networks = unsafe { handle(proxies) }?.0.networks();
        let texts: Vec<String> = networks.map(|network| network.to_string()).collect();
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(texts.join(",").as_bytes(), out, cap) })
    })
}

/// How many things about the list are risky; < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_trusted_proxies_warning_count(
    proxies: *const tuleap_front_trusted_proxies,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let count = unsafe { handle(proxies) }?.0.warnings().len();
        isize::try_from(count).map_err(|_| Status::TULEAP_FRONT_STATUS_ARGUMENT)
    })
}

/// The index-th warning, from 0: 0 if problem and message (each may be NULL) were written,
/// < 0 a status, ARGUMENT for an index that is too high.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_trusted_proxies_warning(
    proxies: *const tuleap_front_trusted_proxies,
    index: usize,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let proxies = unsafe { handle(proxies) }?;
        let warnings = proxies.0.warnings();
        let warning = warnings.get(index).ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)?;
        let text = warning.to_string();
        let found = tuleap_front_problem {
            offset: warning.offset(),
            length: warning.length(),
            message_len: text.len(),
            ..tuleap_front_problem::new(warning.kind().into(), warning.entry())
        };
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(problem, found) };
        // SAFETY: the caller vouches for the buffer.
        unsafe { copy_message(&text, message, message_cap) };
        Ok(0)
    })
}
