//! Text that goes out into a buffer of the caller's.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::slice;

/// Copies as much as fits and a NUL where there is room, and returns the full length.
pub(crate) unsafe fn copy_out(text: &[u8], out: *mut c_char, cap: usize) -> isize {
    // SAFETY: the caller vouches for the buffer.
    fill(unsafe { buffer(out, cap) }, text);
    isize::try_from(text.len()).unwrap_or(isize::MAX)
}

/// Copies a message, cut between characters, always with its NUL.
pub(crate) unsafe fn copy_message(text: &str, out: *mut c_char, cap: usize) {
    let room = cap.saturating_sub(1);
    let fits = (0..=room.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    let text = text.get(..fits.unwrap_or(0)).unwrap_or_default().replace('\0', "?");
    // SAFETY: the caller vouches for the buffer.
    fill(unsafe { buffer(out, cap) }, text.as_bytes());
}

/// The caller's buffer, which need not hold anything yet; NULL is an empty one.
unsafe fn buffer<'a>(out: *mut c_char, cap: usize) -> &'a mut [MaybeUninit<u8>] {
    if out.is_null() {
        return &mut [];
    }
    // SAFETY: the caller of the C function vouches for `cap` bytes that nobody else uses now.
    unsafe { slice::from_raw_parts_mut(out.cast(), cap) }
}

fn fill(buffer: &mut [MaybeUninit<u8>], text: &[u8]) {
    for (to, byte) in buffer.iter_mut().zip(text.iter().chain([&0])) {
        to.write(*byte);
    }
}
