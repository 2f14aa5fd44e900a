use std::ffi::c_char;

use tuleap_front::{TuleapCompat, TuleapCompatWarning};

use crate::abi::{bytes, optional_bytes};
use crate::client_ip::{tuleap_front_client_ip, tuleap_front_client_ip_resolver};
use crate::guard::{give, guard, handle, store, take};
use crate::output::copy_out;
use crate::problem::{Sink, tuleap_front_problem};
use crate::status::tuleap_front_status as Status;

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

/// Compares what Tuleap answers with the strict answer, which is written to *strict (may be NULL):
/// 1 if they differ, 0 if not, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_tuleap_compat_compare(
    compat: *const tuleap_front_tuleap_compat,
    resolver: *const tuleap_front_client_ip_resolver,
    remote_addr: *const c_char,
    remote_addr_len: usize,
    forwarded_for: *const c_char,
    forwarded_for_len: usize,
    strict: *mut tuleap_front_client_ip,
) -> i32 {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let compat = unsafe { handle(compat) }?;
        // SAFETY: the caller vouches for the handle.
        let resolver = unsafe { handle(resolver) }?;
        // SAFETY: the caller vouches for pointer and length.
        let remote_addr = unsafe { optional_bytes(remote_addr, remote_addr_len) };
        // SAFETY: the caller vouches for pointer and length.
        let forwarded_for = unsafe { optional_bytes(forwarded_for, forwarded_for_len) };
        let both = compat.0.compare(&resolver.0, remote_addr, forwarded_for);
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(strict, both.strict().into()) };
        Ok(i32::from(both.differs()))
    })
}

/// The index-th warning, from 0: 0 if problem and message (each may be NULL) were written,
/// < 0 a status, ARGUMENT for an index that is too high.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_tuleap_compat_warning(
    compat: *const tuleap_front_tuleap_compat,
    index: usize,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let warnings = unsafe { handle(compat) }?.0.warnings();
        let warning = *warnings.get(index).ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)?;
        let entry = match warning {
            TuleapCompatWarning::NotAnIpv4Network { entry } => entry,
            _ => usize::MAX,
        };
        let sink = Sink { problem, message, cap: message_cap };
        let found = tuleap_front_problem::new(warning.into(), entry);
        // SAFETY: the caller vouches for the out-pointers.
        unsafe { sink.report(found, &warning.to_string()) };
        Ok(0)
    })
}

/// How many entries are not IPv4 addresses or networks; < 0 a status.
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
