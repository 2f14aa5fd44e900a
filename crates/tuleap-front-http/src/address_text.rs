use std::io::Write as _;
use std::net::IpAddr;

/// An address as text without an allocation, for hosts with buffers of their own.
///
/// ```
/// use tuleap_front_http::AddressText;
///
/// let text = AddressText::new([203, 0, 113, 9].into());
/// assert_eq!(text.as_bytes(), b"203.0.113.9");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AddressText {
    buffer: [u8; 45],
    length: usize,
}

impl AddressText {
    /// Writes the address as [`IpAddr`]'s `Display` does.
    #[must_use]
    #[inline]
    pub fn new(address: IpAddr) -> Self {
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

    /// The text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    fn push_decimal(&mut self, octet: u8) {
        let decimal = DECIMALS.get(usize::from(octet)).copied().unwrap_or_default();
        let [digits @ .., length] = decimal;
        // All three at once; what is written next overwrites those that are too many.
        if let Some(place) = self.buffer.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut) {
            *place = digits;
            self.length += usize::from(length);
        }
    }

    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.buffer.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }
}

/// Each octet in decimal: three digits, of which the first `length` count.
const DECIMALS: [[u8; 4]; 256] = decimals();

#[expect(clippy::as_conversions, reason = "TryFrom is not const, and the numbers are small")]
#[expect(clippy::indexing_slicing, reason = "it runs when this is compiled")]
const fn decimals() -> [[u8; 4]; 256] {
    let mut decimals = [[0; 4]; 256];
    let mut octet = 0_usize;
    while octet < 256 {
        let [hundreds, tens, ones] = [octet / 100, octet / 10 % 10, octet % 10];
        let [hundreds, tens, ones] = [b'0' + hundreds as u8, b'0' + tens as u8, b'0' + ones as u8];
        decimals[octet] = match octet {
            0..10 => [ones, 0, 0, 1],
            10..100 => [tens, ones, 0, 2],
            _ => [hundreds, tens, ones, 3],
        };
        octet += 1;
    }
    decimals
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
