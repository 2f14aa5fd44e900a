//! Text that goes out into a buffer of the caller's.

use std::ffi::c_char;
use std::io::Write as _;
use std::mem::MaybeUninit;
use std::net::IpAddr;
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

/// An address as text, without an allocation.
pub(crate) struct AddressText {
    buffer: [u8; 45],
    length: usize,
}

impl AddressText {
    #[inline]
    pub(crate) fn new(address: IpAddr) -> Self {
        let mut text = Self { buffer: [0; 45], length: 0 };
        match address {
            // The common case without the formatting machinery, which costs more than the answer.
            IpAddr::V4(address) => {
                for (index, octet) in address.octets().into_iter().enumerate() {
                    if index > 0 {
                        text.push(b'.');
                    }
                    text.push_decimal(octet);
                }
            }
            IpAddr::V6(address) => {
                let mut rest = text.buffer.as_mut_slice();
                // The longest address fits; were it otherwise, it would be cut.
                let _ = write!(rest, "{address}");
                text.length = 45 - rest.len();
            }
        }
        text
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    fn push_decimal(&mut self, octet: u8) {
        if octet >= 100 {
            self.push(b'0' + octet / 100);
        }
        if octet >= 10 {
            self.push(b'0' + octet / 10 % 10);
        }
        self.push(b'0' + octet % 10);
    }

    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.buffer.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_the_standard_library_does() {
        let v6 = ["::", "::1", "2001:db8::a", "1:2:3:4:5:6:7:8", "::ffff:203.0.113.9"];
        let every_octet = (0..=255).map(|octet| IpAddr::from([octet, 255 - octet, 9, 10]));
        let longest = IpAddr::from([0xffff_u16; 8]);
        for address in every_octet.chain(v6.map(|text| text.parse().unwrap())).chain([longest]) {
            assert_eq!(AddressText::new(address).as_bytes(), address.to_string().as_bytes());
        }
    }
}
