//! Text that goes out into a buffer of the caller's.

use std::ffi::c_char;
use std::fmt;
use std::mem::MaybeUninit;
use std::slice;

use serde::Serialize;
use tuleap_front::escape_json_controls;

use crate::status::tuleap_front_status as Status;

/// Copies as much as fits and a NUL where there is room, and returns the full length.
pub(crate) unsafe fn copy_out(text: &[u8], out: *mut c_char, cap: usize) -> isize {
    // SAFETY: the caller vouches for the buffer.
    let mut out = unsafe { Output::new(out, cap) };
    out.push(text);
    out.finish()
}

/// A buffer of the caller's that is written piece by piece: what does not fit is counted.
pub(crate) struct Output<'a> {
    buffer: &'a mut [MaybeUninit<u8>],
    length: usize,
}

impl Output<'_> {
    pub(crate) unsafe fn new(out: *mut c_char, cap: usize) -> Self {
        // SAFETY: the caller vouches for the buffer.
        Self { buffer: unsafe { buffer(out, cap) }, length: 0 }
    }

    /// Everything that was pushed, what did not fit included.
    pub(crate) const fn len(&self) -> usize {
        self.length
    }

    #[inline]
    pub(crate) fn push(&mut self, text: &[u8]) {
        fill(self.buffer.get_mut(self.length..).unwrap_or_default(), text);
        self.length = self.length.saturating_add(text.len());
    }

    /// Writes a NUL where there is room, and returns the full length.
    pub(crate) fn finish(mut self) -> isize {
        let length = self.length;
        self.push(&[0]);
        isize::try_from(length).unwrap_or(isize::MAX)
    }
}

impl fmt::Write for Output<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// Writes an explanation as a tuleap_front_format says.
pub(crate) unsafe fn write_explanation(
    explanation: &(impl fmt::Display + Serialize),
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> Result<isize, Status> {
    let text = match format {
        0 => explanation.to_string(),
        1 => {
            let json = serde_json::to_string(explanation);
            escape_json_controls(json.map_err(|_| Status::TULEAP_FRONT_STATUS_OTHER)?)
        }
        _ => return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
    };
    // SAFETY: the caller vouches for the buffer.
    Ok(unsafe { copy_out(text.as_bytes(), out, cap) })
}

/// Writes header lines, "Name: value" and CR LF each.
pub(crate) unsafe fn write_lines<'l>(
    lines: impl Iterator<Item = (&'l [u8], &'l [u8])> + Clone,
    out: *mut c_char,
    cap: usize,
) -> Result<isize, Status> {
    let is_end = |byte: &u8| matches!(byte, b'\0' | b'\r' | b'\n');
    if lines.clone().any(|(name, value)| name.iter().chain(value).any(is_end)) {
        return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT);
    }
    // SAFETY: the caller vouches for the buffer.
    let mut out = unsafe { Output::new(out, cap) };
    for (name, value) in lines {
        for part in [name, b": ", value, b"\r\n"] {
            out.push(part);
        }
    }
    Ok(out.finish())
}

/// Writes data as JSON.
pub(crate) unsafe fn write_json(
    data: &impl Serialize,
    out: *mut c_char,
    cap: usize,
) -> Result<isize, Status> {
    let json = serde_json::to_string(data).map_err(|_| Status::TULEAP_FRONT_STATUS_OTHER)?;
    // SAFETY: the caller vouches for the buffer.
    Ok(unsafe { copy_out(escape_json_controls(json).as_bytes(), out, cap) })
}

/// Copies a message, cut between characters, always with its NUL.
pub(crate) unsafe fn copy_message(text: &str, out: *mut c_char, cap: usize) {
    let room = cap.saturating_sub(1);
    let fits = (0..=room.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    let text = text.get(..fits.unwrap_or(0)).unwrap_or_default().replace('\0', "?");
    // SAFETY: the caller vouches for the buffer.
    unsafe { copy_out(text.as_bytes(), out, cap) };
}

/// The caller's buffer, which need not hold anything yet; NULL is an empty one.
pub(crate) unsafe fn buffer<'a>(out: *mut c_char, cap: usize) -> &'a mut [MaybeUninit<u8>] {
    if out.is_null() {
        return &mut [];
    }
    // SAFETY: the caller of the C function vouches for `cap` bytes that nobody else uses now.
    unsafe { slice::from_raw_parts_mut(out.cast(), cap) }
}

fn fill(buffer: &mut [MaybeUninit<u8>], text: &[u8]) {
    for (to, byte) in buffer.iter_mut().zip(text) {
        to.write(*byte);
    }
}
