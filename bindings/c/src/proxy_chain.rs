use std::ffi::{CStr, c_char};

use tuleap_front::{ChainVerdict, ProxyChain};

use self::tuleap_front_chain_verdict as Verdict;
use crate::abi::bytes;
use crate::guard::{guard, handle, take};
use crate::origin::scheme_of;
use crate::output::{copy_out, write_explanation};
use crate::problem::{Sink, tuleap_front_problem};

/// The servers from the client to the application, each with what it does with the scheme.
/// Immutable; any thread; freed by tuleap_front_proxy_chain_free.
#[derive(Debug)]
pub struct tuleap_front_proxy_chain(ProxyChain);

/// How a request ends. Numbers are never used again for another thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_chain_verdict {
    /// The application answers over https.
    TULEAP_FRONT_CHAIN_SERVED = 0,
    /// It is redirected to https, and then served.
    TULEAP_FRONT_CHAIN_REDIRECTED_ONCE = 1,
    /// It is redirected to what it asked for, for ever.
    TULEAP_FRONT_CHAIN_LOOP = 2,
    /// The application answers over plain http: nobody redirects.
    TULEAP_FRONT_CHAIN_PLAIN_HTTP_SERVED = 3,
    /// Nobody listens: for it, or for what it is redirected to.
    TULEAP_FRONT_CHAIN_UNREACHABLE = 4,
    /// A verdict that this version of the border has no number for.
    TULEAP_FRONT_CHAIN_OTHER = 255,
}

/// Reads a chain, such as "lb: https, writes proto; tuleap: http, trusts lb, redirects": one hop
/// per line, or with ";" between them, from the client on. NULL if something is refused: then
/// problem and message (each may be NULL) say what.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_proxy_chain_parse(
    text: *const c_char,
    text_len: usize,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_proxy_chain {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for pointer and length.
    let text = unsafe { bytes(text, text_len) };
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.read(text, "the chain is not UTF-8", tuleap_front_proxy_chain) }
}

/// Frees a chain; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_proxy_chain_free(chain: *mut tuleap_front_proxy_chain) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(chain) }
}

/// How a request ends that a client sends by a scheme, a tuleap_front_scheme: >= 0 a
/// tuleap_front_chain_verdict, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_proxy_chain_verdict(
    chain: *const tuleap_front_proxy_chain,
    scheme: u32,
) -> i32 {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let chain = unsafe { handle(chain) }?;
        Ok(number(chain.0.verdict(scheme_of(scheme)?)) as i32)
    })
}

/// The stable name of a tuleap_front_chain_verdict, such as "redirect-loop/served"; NULL for a
/// number that is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_chain_verdict_code(verdict: u32) -> *const c_char {
    let entry = CODES.iter().find(|(known, _)| *known as u32 == verdict);
    entry.map_or(std::ptr::null(), |(_, code)| code.as_ptr())
}

/// Writes what becomes of a request over https and of one over http, who is to blame for what is
/// wrong, and what to write instead. format: a tuleap_front_format. >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_proxy_chain_explain(
    chain: *const tuleap_front_proxy_chain,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let explanation = unsafe { handle(chain) }?.0.explain();
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_explanation(&explanation, format, out, cap) }
    })
}

/// Writes the chain on one line: >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_proxy_chain_text(
    chain: *const tuleap_front_proxy_chain,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let chain = unsafe { handle(chain) }?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(chain.0.to_string().as_bytes(), out, cap) })
    })
}

/// Writes the chain with everything changed that is wrong; itself where nothing is. >= 0 the
/// length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_proxy_chain_corrected(
    chain: *const tuleap_front_proxy_chain,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let corrected = unsafe { handle(chain) }?.0.corrected().to_string();
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(corrected.as_bytes(), out, cap) })
    })
}

const fn number(verdict: ChainVerdict) -> Verdict {
    match verdict {
        ChainVerdict::Served => Verdict::TULEAP_FRONT_CHAIN_SERVED,
        ChainVerdict::RedirectedOnce => Verdict::TULEAP_FRONT_CHAIN_REDIRECTED_ONCE,
        ChainVerdict::Loop => Verdict::TULEAP_FRONT_CHAIN_LOOP,
        ChainVerdict::PlainHttpServed => Verdict::TULEAP_FRONT_CHAIN_PLAIN_HTTP_SERVED,
        ChainVerdict::Unreachable => Verdict::TULEAP_FRONT_CHAIN_UNREACHABLE,
        _ => Verdict::TULEAP_FRONT_CHAIN_OTHER,
    }
}

const CODES: &[(Verdict, &CStr)] = &[
    (Verdict::TULEAP_FRONT_CHAIN_SERVED, c"redirect-loop/served"),
    (Verdict::TULEAP_FRONT_CHAIN_REDIRECTED_ONCE, c"redirect-loop/redirected-once"),
    (Verdict::TULEAP_FRONT_CHAIN_LOOP, c"redirect-loop/loop"),
    (Verdict::TULEAP_FRONT_CHAIN_PLAIN_HTTP_SERVED, c"redirect-loop/plain-http-served"),
    (Verdict::TULEAP_FRONT_CHAIN_UNREACHABLE, c"redirect-loop/unreachable"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_a_number_and_its_code() {
        for verdict in ChainVerdict::ALL {
            let code = CODES.iter().find(|(known, _)| *known as u32 == number(*verdict) as u32);
            assert_eq!(code.map(|(_, code)| code.to_str()), Some(Ok(verdict.code())));
        }
    }
}
