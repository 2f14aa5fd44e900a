//! Strict address text: four decimal numbers without leading zeros, IPv6 of RFC 4291 §2.2.
//!
//! No shorthand of `inet_aton`, no octal, no names: every spelling that two programs could
//! read differently is refused.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Why text is not a strict IPv4 address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ipv4Fault {
    /// A number starts with a zero: decimal to one reader, octal to another.
    LeadingZero,
    /// A number is above 255.
    Range,
    /// Not four runs of digits with single dots between them.
    Shape,
}

/// Parses the whole of `text` as four decimal numbers.
pub(crate) fn parse_ipv4(text: &[u8]) -> Result<Ipv4Addr, Ipv4Fault> {
    let (mut value, mut octets, mut octet, mut digits) = (0_u32, 1_u32, 0_u32, 0_u32);
    let (mut leading_zero, mut range) = (false, false);
    for &byte in text {
        if byte.is_ascii_digit() {
            leading_zero |= digits > 0 && octet == 0;
            octet = (octet * 10 + u32::from(byte - b'0')).min(1_000);
            digits += 1;
            range |= octet > 255;
        } else if byte == b'.' && digits > 0 && octets < 4 {
            value = value << 8 | octet & 0xff;
            (octets, octet, digits) = (octets + 1, 0, 0);
        } else {
            return Err(Ipv4Fault::Shape);
        }
    }
    if octets != 4 || digits == 0 {
        Err(Ipv4Fault::Shape)
    } else if leading_zero {
        Err(Ipv4Fault::LeadingZero)
    } else if range {
        Err(Ipv4Fault::Range)
    } else {
        Ok(Ipv4Addr::from_bits(value << 8 | octet))
    }
}

/// Parses the whole of `text` as an IPv6 address, without zone, brackets or port.
pub(crate) fn parse_ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    let mut groups = Groups::default();
    let mut rest = text;
    if let [b':', b':', tail @ ..] = rest {
        groups.gap = Some(0);
        rest = tail;
    }
    while !rest.is_empty() {
        let (group, after) = hex_group(rest)?;
        if let [b'.', ..] = after {
            let tail = parse_ipv4(rest).ok()?.to_bits();
            groups.push(tail >> 16)?;
            groups.push(tail & 0xffff)?;
            break;
        }
        groups.push(group)?;
        rest = match after {
            [] => break,
            [b':', b':', tail @ ..] if groups.gap.is_none() => {
                groups.gap = Some(groups.count);
                tail
            }
            [b':', tail @ ..] if !tail.is_empty() => tail,
            _ => return None,
        };
    }
    groups.finish()
}

/// The 16-bit groups read so far, the last one lowest.
#[derive(Default)]
struct Groups {
    value: u128,
    count: u32,
    /// How many groups stand before `::`.
    gap: Option<u32>,
}

impl Groups {
    fn push(&mut self, group: u32) -> Option<()> {
        self.value = self.value << 16 | u128::from(group);
        self.count += 1;
        (self.count <= 8).then_some(())
    }

    fn finish(self) -> Option<Ipv6Addr> {
        let Some(gap) = self.gap else {
            return (self.count == 8).then(|| Ipv6Addr::from_bits(self.value));
        };
        // `::` stands for one group or more.
        let missing = 8_u32.checked_sub(self.count).filter(|missing| *missing > 0)?;
        let after = (self.count - gap) * 16;
        let low = self.value & (1_u128 << after).wrapping_sub(1);
        let high = (self.value ^ low).checked_shl(missing * 16).unwrap_or(0);
        Some(Ipv6Addr::from_bits(high | low))
    }
}

/// One to four hexadecimal digits, and what follows them.
fn hex_group(text: &[u8]) -> Option<(u32, &[u8])> {
    let (mut group, mut rest, mut digits) = (0, text, 0);
    while let [byte, tail @ ..] = rest {
        let Some(digit) = char::from(*byte).to_digit(16) else { break };
        if digits == 4 {
            return None;
        }
        (group, rest, digits) = (group << 4 | digit, tail, digits + 1);
    }
    (digits > 0).then_some((group, rest))
}

/// Is this the address of one host? `0.0.0.0`, `::`, broadcast and multicast are not.
#[inline]
pub(crate) fn is_host_ipv4(bits: u32) -> bool {
    bits != 0 && bits != u32::MAX && bits >> 28 != 0xe
}

/// The same question for IPv6, after an IPv4-mapped address was unwrapped.
pub(crate) fn is_host_ipv6(address: Ipv6Addr) -> bool {
    !address.is_unspecified() && !address.is_multicast()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    /// The standard library is as strict as we are, so it is the oracle.
    fn check(text: &str) {
        let ours = parse_ipv4(text.as_bytes())
            .ok()
            .map(IpAddr::V4)
            .or_else(|| parse_ipv6(text.as_bytes()).map(IpAddr::V6));
        assert_eq!(ours, text.parse().ok(), "{text:?}");
    }

    #[test]
    fn reads_what_the_standard_library_reads() {
        for text in [
            "",
            ":",
            "::",
            ":::",
            "1::",
            "::1",
            "1::2::3",
            ":1::",
            "1:",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7",
            "::1:2:3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8",
            "12345::",
            "::ffff:1.2.3.4",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::1.2.3",
            "::01.2.3.4",
            "1.2.3.4",
            "1.2.3.04",
            "1.2.3.256",
            "1.2.3",
            "1.2.3.4.",
            ".1.2.3",
            "1..2.3",
            "0.0.0.0",
            "255.255.255.255",
            "::1.2.3.4:5",
            "1::1.2.3.4",
            "1.2.3.4::",
            "fe80::1%eth0",
            "2001:DB8::A",
            "1.2.3.4000000000",
        ] {
            check(text);
        }
    }

    #[test]
    fn says_what_is_wrong_with_ipv4() {
        assert_eq!(parse_ipv4(b"010.0.0.1"), Err(Ipv4Fault::LeadingZero));
        assert_eq!(parse_ipv4(b"0177.0.0.1"), Err(Ipv4Fault::LeadingZero));
        assert_eq!(parse_ipv4(b"10.0.0.256"), Err(Ipv4Fault::Range));
        assert_eq!(parse_ipv4(b"1203.0.113.9"), Err(Ipv4Fault::Range));
        assert_eq!(parse_ipv4(b"203..113.9"), Err(Ipv4Fault::Shape));
    }
}
