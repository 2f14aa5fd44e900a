use std::ffi::c_char;

use tuleap_front::{CacheKey, CacheLevels, Scheme};

use crate::abi::{Lines, array, bytes, tuleap_front_header};
use crate::guard::guard;
use crate::origin::scheme_of;
use crate::output::copy_out;
use crate::status::tuleap_front_status as Status;

/// Writes the guide's key, $scheme$request_method$host$request_uri: >= 0 the length, < 0 a status.
/// scheme: a tuleap_front_scheme. host: nginx's $host, in lower case, without port and without one
/// final dot. uri: the target from the path on, as it was sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_key_documented(
    scheme: u32,
    method: *const c_char,
    method_len: usize,
    host: *const c_char,
    host_len: usize,
    uri: *const c_char,
    uri_len: usize,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        let scheme: Scheme = scheme_of(scheme)?;
        // SAFETY: the caller vouches for pointer and length.
        let method = unsafe { bytes(method, method_len) };
        // SAFETY: the caller vouches for pointer and length.
        let host = unsafe { bytes(host, host_len) };
        // SAFETY: the caller vouches for pointer and length.
        let uri = unsafe { bytes(uri, uri_len) };
        let key = CacheKey::documented(scheme, method, host, uri);
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(key.as_bytes(), out, cap) })
    })
}

/// Writes the name of a key's file, 32 hexadecimal digits: >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_key_md5(
    key: *const c_char,
    key_len: usize,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let key = CacheKey::from_bytes(unsafe { bytes(key, key_len) });
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(key.md5().to_string().as_bytes(), out, cap) })
    })
}

/// Writes a key's file, from the folder of the cache on: what to remove to purge the entry. levels:
/// levels= of proxy_cache_path, such as "1:2"; empty for no folders. >= 0 the length, < 0 a status,
/// CACHE_LEVELS_ for levels that are none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_key_path(
    key: *const c_char,
    key_len: usize,
    levels: *const c_char,
    levels_len: usize,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let key = CacheKey::from_bytes(unsafe { bytes(key, key_len) });
        // SAFETY: the caller vouches for pointer and length.
        let levels = std::str::from_utf8(unsafe { bytes(levels, levels_len) })
            .map_err(|_| Status::TULEAP_FRONT_STATUS_NOT_UTF8)?;
        let levels: CacheLevels = levels.parse().map_err(Status::from)?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(key.path(&levels).as_bytes(), out, cap) })
    })
}

/// Writes the name of the file of a variant, 32 hexadecimal digits, for an answer with this Vary to
/// a request with these header lines: >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_key_variant(
    key: *const c_char,
    key_len: usize,
    vary: *const c_char,
    vary_len: usize,
    headers: *const tuleap_front_header,
    header_count: usize,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let key = CacheKey::from_bytes(unsafe { bytes(key, key_len) });
        // SAFETY: the caller vouches for pointer and length.
        let vary = unsafe { bytes(vary, vary_len) };
        // SAFETY: the caller vouches for pointer and count.
        let lines = Lines(unsafe { array(headers, header_count) });
        let variant = key.variant(vary, &lines).to_string();
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(variant.as_bytes(), out, cap) })
    })
}
