use std::ffi::c_char;
use std::fmt::Write as _;
use std::num::NonZeroU32;

use tuleap_front::{AddressMask, ClientIp, ShadowLine, ShadowLog, ShadowLogOptions};

use crate::abi::bytes;
use crate::client_ip::tuleap_front_client_ip;
use crate::guard::{give, guard, handle, take};
use crate::output::Output;
use crate::status::tuleap_front_status as Status;

/// What is logged where a server only looks on: one line for each difference, so many in a
/// minute. It counts them; any thread may share it; freed by tuleap_front_shadow_log_free.
#[derive(Debug)]
pub struct tuleap_front_shadow_log(ShadowLog);

/// Flags for tuleap_front_shadow_log_new.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_shadow_flag {
    /// Show the first 24 bits of an IPv4 address and the first 48 of an IPv6 address only.
    TULEAP_FRONT_SHADOW_MASK_ADDRESSES = 1,
}

/// How long a line can be.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_shadow_size {
    /// Bytes that hold any line.
    TULEAP_FRONT_SHADOW_LINE_MAX = 512,
}

const _: () = assert!(
    ShadowLine::MAX == tuleap_front_shadow_size::TULEAP_FRONT_SHADOW_LINE_MAX as usize,
    "the header says what the core does"
);

/// Makes a log. flags: of tuleap_front_shadow_flag. lines_per_minute: lines in one minute at most;
/// those above are counted; 0 is 60. NULL for a flag that has no meaning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_shadow_log_new(
    flags: u32,
    lines_per_minute: u32,
) -> *mut tuleap_front_shadow_log {
    guard(|| {
        let mut options = ShadowLogOptions::default();
        options.mask = match flags {
            0 => AddressMask::Off,
            1 => AddressMask::On,
            _ => return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
        };
        if let Some(lines_per_minute) = NonZeroU32::new(lines_per_minute) {
            options.lines_per_minute = lines_per_minute;
        }
        Ok(give(tuleap_front_shadow_log(ShadowLog::new(options))))
    })
}

/// Frees a log; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_shadow_log_free(log: *mut tuleap_front_shadow_log) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(log) }
}

/// Compares the address that the server uses for the client (theirs) with the one it would use if
/// our answer counted: the client's for kind FORWARDED, the peer otherwise. 0 if there is nothing
/// to log, since they are the same or the minute has had its lines; > 0 the length of the line in
/// out, at most TULEAP_FRONT_SHADOW_LINE_MAX; < 0 a status. now_seconds: of any clock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_shadow_log_client_ip(
    log: *const tuleap_front_shadow_log,
    ours: *const tuleap_front_client_ip,
    peer: *const c_char,
    peer_len: usize,
    theirs: *const c_char,
    theirs_len: usize,
    now_seconds: u64,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let log = unsafe { handle(log) }?;
        // SAFETY: the caller vouches for the pointer.
        let ours = ClientIp::try_from(unsafe { handle(ours) }?)?;
        // SAFETY: the caller vouches for pointer and length.
        let peer = unsafe { bytes(peer, peer_len) };
        // SAFETY: the caller vouches for pointer and length.
        let theirs = unsafe { bytes(theirs, theirs_len) };
        let Some(line) = log.0.client_ip_text(&ours, peer, theirs, now_seconds) else {
            return Ok(0);
        };
        // SAFETY: the caller vouches for the buffer.
        let mut out = unsafe { Output::new(out, cap) };
        write!(out, "{line}").map_err(|_| Status::TULEAP_FRONT_STATUS_OTHER)?;
        Ok(out.finish())
    })
}
