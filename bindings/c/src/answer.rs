use std::ffi::c_char;

use tuleap_front::{AddressText, ClientIp, Peer};

use crate::abi::{Lines, array, bytes, optional_bytes, tuleap_front_header};
use crate::client_ip::{tuleap_front_client_ip, tuleap_front_client_ip_resolver};
use crate::guard::{guard, handle, store};
use crate::output::copy_out;
use crate::status::tuleap_front_status as Status;

/// An answer with its address as text, for languages whose strings are made of C's.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_answer {
    /// The answer.
    pub client: tuleap_front_client_ip,
    /// A tuleap_front_status: OK, NO_ADDRESS, or why there is no answer.
    pub status: i32,
    /// The address, ended by a NUL; empty if there is none.
    pub text: [c_char; 48],
}

/// As tuleap_front_client_ip_resolve_text, with everything in *answer: returns its text, or NULL
/// if its status is not OK. The fewest arguments, which is what a call from a script costs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_answer(
    resolver: *const tuleap_front_client_ip_resolver,
    peer: *const c_char,
    peer_len: usize,
    value: *const c_char,
    value_len: usize,
    answer: *mut tuleap_front_answer,
) -> *const c_char {
    // SAFETY: the caller vouches for the pointer.
    let answer = unsafe { begin(answer) };
    guard(|| {
        let answer = answer?;
        // SAFETY: the caller vouches for the handle.
        let resolver = &answer.known(unsafe { handle(resolver) })?.0;
        // SAFETY: the caller vouches for pointer and length.
        let peer = Peer::parse(unsafe { bytes(peer, peer_len) });
        // SAFETY: the caller vouches for pointer and length.
        let value = unsafe { optional_bytes(value, value_len) };
        Ok(answer.fill(resolver.resolve_values(peer, value.as_slice())))
    })
    .cast_const()
}

/// As tuleap_front_client_ip_answer, from all header lines of a request in wire order: those count
/// that the resolver was told to read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_answer_headers(
    resolver: *const tuleap_front_client_ip_resolver,
    peer: *const c_char,
    peer_len: usize,
    headers: *const tuleap_front_header,
    header_count: usize,
    answer: *mut tuleap_front_answer,
) -> *const c_char {
    // SAFETY: the caller vouches for the pointer.
    let answer = unsafe { begin(answer) };
    guard(|| {
        let answer = answer?;
        // SAFETY: the caller vouches for the handle.
        let resolver = &answer.known(unsafe { handle(resolver) })?.0;
        // SAFETY: the caller vouches for pointer and length.
        let peer = Peer::parse(unsafe { bytes(peer, peer_len) });
        // SAFETY: the caller vouches for pointer and count.
        let lines = Lines(unsafe { array(headers, header_count) });
        Ok(answer.fill(resolver.resolve(peer, &lines)))
    })
    .cast_const()
}

/// The answer to be written, which tells of a panic until something else is known.
unsafe fn begin<'a>(
    answer: *mut tuleap_front_answer,
) -> Result<&'a mut tuleap_front_answer, Status> {
    // SAFETY: the caller of the C function vouches that the pointer may be written.
    unsafe { store(answer, tuleap_front_answer::new(Status::TULEAP_FRONT_STATUS_PANIC)) };
    // SAFETY: it is NULL or was written just now.
    unsafe { answer.as_mut() }.ok_or(Status::TULEAP_FRONT_STATUS_NULL)
}

impl tuleap_front_answer {
    fn new(status: Status) -> Self {
        Self { client: tuleap_front_client_ip::NONE, status: status as i32, text: [0; 48] }
    }

    /// What is needed for an answer; without it its status stands in the answer.
    fn known<T>(&mut self, needed: Result<T, Status>) -> Result<T, Status> {
        needed.inspect_err(|status| self.status = *status as i32)
    }

    /// Writes the answer, and returns where its text stands.
    fn fill(&mut self, client: ClientIp) -> *mut c_char {
        self.client = client.into();
        let text = self.text.as_mut_ptr();
        let Some(address) = client.addr_for_log() else {
            self.status = Status::TULEAP_FRONT_STATUS_NO_ADDRESS as i32;
            return std::ptr::null_mut();
        };
        self.status = Status::TULEAP_FRONT_STATUS_OK as i32;
        // SAFETY: the buffer is this struct's own, and longer than any address and its NUL.
        unsafe { copy_out(AddressText::new(address).as_bytes(), text, 48) };
        text
    }
}
