use std::ffi::c_char;

use tuleap_front::TuleapCompat;

use crate::abi::{bytes, optional_bytes};
use crate::guard::{give, guard, handle, take};
use crate::output::copy_out;

/// What Tuleap's own address extractor answers; for running beside it, not for decisions.
/// Immutable; any thread; freed by tuleap_front_tuleap_compat_free.
#[derive(Debug)]
pub struct tuleap_front_tuleap_compat(TuleapCompat);

/// Reads the text of $sys_trusted_proxies as Tuleap does. NULL only after a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_tuleap_compat_new(
    setting: *const c_char,
    setting_len: usize,
) -> *mut tuleap_front_tuleap_compat {
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let setting = unsafe { bytes(setting, setting_len) };
        Ok(give(tuleap_front_tuleap_compat(TuleapCompat::new(setting))))
    })
}

/// Frees it; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_tuleap_compat_free(compat: *mut tuleap_front_tuleap_compat) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(compat) }
}

/// Writes what Tuleap answers for REMOTE_ADDR and HTTP_X_FORWARDED_FOR (NULL: not set): >= 0 its
/// length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_tuleap_compat_resolve(
    compat: *const tuleap_front_tuleap_compat,
    remote_addr: *const c_char,
    remote_addr_len: usize,
    forwarded_for: *const c_char,
    forwarded_for_len: usize,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let compat = unsafe { handle(compat) }?;
        // SAFETY: the caller vouches for pointer and length.
        let remote_addr = unsafe { optional_bytes(remote_addr, remote_addr_len) };
        // SAFETY: the caller vouches for pointer and length.
        let forwarded_for = unsafe { optional_bytes(forwarded_for, forwarded_for_len) };
        let answer = compat.0.resolve(remote_addr, forwarded_for);
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(answer, out, cap) })
    })
}

/// How many entries Tuleap and the strict list read differently; < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_tuleap_compat_warning_count(
    compat: *const tuleap_front_tuleap_compat,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let count = unsafe { handle(compat) }?.0.warnings().len();
        Ok(isize::try_from(count).unwrap_or(isize::MAX))
    })
}
