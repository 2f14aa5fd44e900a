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
