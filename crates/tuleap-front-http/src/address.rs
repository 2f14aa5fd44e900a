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
    match split_ipv4(text) {
        Some((bits, [])) => Ok(Ipv4Addr::from_bits(bits)),
        _ => Err(ipv4_fault(text)),
    }
}

/// Why this is not an address.
#[cold]
fn ipv4_fault(text: &[u8]) -> Ipv4Fault {
    let (mut numbers, mut number, mut digits) = (1_u32, 0_u32, 0_u32);
    let mut leading_zero = false;
    for &byte in text {
        if byte.is_ascii_digit() {
            leading_zero |= digits > 0 && number == 0;
            number = (number * 10 + u32::from(byte - b'0')).min(1_000);
            digits += 1;
        } else if byte == b'.' && digits > 0 && numbers < 4 {
            (numbers, number, digits) = (numbers + 1, 0, 0);
        } else {
            return Ipv4Fault::Shape;
        }
    }
    if numbers != 4 || digits == 0 {
        Ipv4Fault::Shape
    } else if leading_zero {
        Ipv4Fault::LeadingZero
    } else {
        Ipv4Fault::Range
    }
}

/// The four numbers at the end of `text`, and what stands before them.
#[inline(always)]
pub(crate) fn split_ipv4(text: &[u8]) -> Option<(u32, &[u8])> {
    let (bits, length) = match text.last_chunk::<16>() {
        // No address is longer, and a known length spares the tests for the end of the text.
        Some(window) => ipv4_at_end(window)?,
        None => ipv4_at_end(text)?,
    };
    Some((bits, text.get(..text.len().checked_sub(length)?)?))
}

/// The four numbers at the end of `text`, and how many bytes they take.
#[inline(always)]
fn ipv4_at_end(text: &[u8]) -> Option<(u32, usize)> {
    let (fourth, end) = number_before(text, text.len())?;
    let (third, end) = number_before(text, dot_before(text, end)?)?;
    let (second, end) = number_before(text, dot_before(text, end)?)?;
    let (first, start) = number_before(text, dot_before(text, end)?)?;
    Some((first << 24 | second << 16 | third << 8 | fourth, text.len().wrapping_sub(start)))
}

/// A number up to 255 without leading zeros that ends there, and where it starts.
#[inline(always)]
fn number_before(text: &[u8], end: usize) -> Option<(u32, usize)> {
    let digit = |back| {
        let digit = u32::from(*text.get(end.wrapping_sub(back))?) ^ u32::from(b'0');
        (digit < 10).then_some(digit)
    };
    let ones = digit(1)?;
    let Some(tens) = digit(2) else { return Some((ones, end.wrapping_sub(1))) };
    let value = tens * 10 + ones;
    let Some(hundreds) = digit(3) else {
        return (value >= 10).then_some((value, end.wrapping_sub(2)));
    };
    let value = hundreds * 100 + value;
    (100..=255).contains(&value).then_some((value, end.wrapping_sub(3)))
}

#[inline(always)]
fn dot_before(text: &[u8], end: usize) -> Option<usize> {
    let at = end.wrapping_sub(1);
    (text.get(at) == Some(&b'.')).then_some(at)
}

/// Parses the whole of `text` as an IPv6 address, without zone, brackets or port.
pub(crate) fn parse_ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    match split_ipv6(text)? {
        (address, []) => Some(address),
        _ => None,
    }
}

/// The IPv6 address at the start of `text`, and what follows it.
pub(crate) fn split_ipv6(text: &[u8]) -> Option<(Ipv6Addr, &[u8])> {
    let mut groups = Groups::default();
    let mut rest = text;
    if let [b':', b':', tail @ ..] = rest {
        groups.gap = Some(0);
        rest = tail;
    }
    loop {
        let (group, after) = match hex_group(rest) {
            Some(group) => group,
            // `::` may be the end.
            None if groups.gap == Some(groups.count) => break,
            None => return None,
        };
        if let [b'.', ..] = after {
            let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
            let end = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
            let (tail, after) = rest.split_at_checked(end)?;
            let tail = parse_ipv4(tail).ok()?.to_bits();
            groups.push(tail >> 16)?;
            groups.push(tail & 0xffff)?;
            rest = after;
            break;
        }
        groups.push(group)?;
        rest = match after {
            [b':', b':', tail @ ..] if groups.gap.is_none() => {
                groups.gap = Some(groups.count);
                tail
            }
            [b':', tail @ ..] => tail,
            _ => {
                rest = after;
                break;
            }
        };
    }
    Some((groups.finish()?, rest))
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
#[inline]
fn hex_group(text: &[u8]) -> Option<(u32, &[u8])> {
    let (mut group, mut rest) = (hex_digit(*text.first()?)?, text.get(1..)?);
    for _ in 0..3 {
        let [byte, tail @ ..] = rest else { break };
        let Some(digit) = hex_digit(*byte) else { break };
        (group, rest) = (group << 4 | digit, tail);
    }
    Some((group, rest))
}

#[inline]
fn hex_digit(byte: u8) -> Option<u32> {
    let value = *HEX_DIGITS.get(usize::from(byte))?;
    (value < 16).then_some(u32::from(value))
}

/// The value of each byte as a hexadecimal digit; 16 for the others.
#[expect(clippy::indexing_slicing, reason = "what is out of range does not compile")]
const HEX_DIGITS: [u8; 256] = {
    let mut values = [16; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value];
        values[digit as usize] = value as u8;
        values[digit.to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    values
};

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
