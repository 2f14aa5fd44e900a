//! Addresses as `ngx_inet.c` reads and writes them, its leniency and its rounding included.

use std::fmt::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::realip::NginxRules;

/// An address as nginx keeps it: IPv4-mapped IPv6 stays IPv6, and `Display` writes it as
/// `$remote_addr` shows it.
///
/// ```
/// use tuleap_front_http::NginxAddr;
///
/// assert_eq!(NginxAddr::parse(b"::ffff:7f00:1").unwrap().to_string(), "::ffff:127.0.0.1");
/// assert_eq!(NginxAddr::parse(b"::1:2").unwrap().to_string(), "::0.1.0.2");
/// assert_eq!(NginxAddr::parse(b"unix:"), Some(NginxAddr::UnixSocket));
/// ```
#[expect(clippy::exhaustive_enums, reason = "a socket has an address or a path, nothing else")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NginxAddr {
    /// An address, not unwrapped.
    Ip(IpAddr),
    /// A local socket.
    UnixSocket,
}

impl NginxAddr {
    /// Reads a strict address or `unix:`, as a listening socket reports its peer.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text == b"unix:" {
            return Some(Self::UnixSocket);
        }
        std::str::from_utf8(text).ok()?.parse().ok().map(Self::Ip)
    }
}

impl From<IpAddr> for NginxAddr {
    fn from(address: IpAddr) -> Self {
        Self::Ip(address)
    }
}

impl fmt::Display for NginxAddr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(IpAddr::V4(address)) => address.fmt(out),
            Self::Ip(IpAddr::V6(address)) => write_ipv6(*address, out),
            Self::UnixSocket => out.write_str("unix:"),
        }
    }
}

/// The longest run of zero words is compressed, the first one of several, a single one never.
/// Some addresses get a dotted tail: IPv4-mapped ones, those with six leading zero words, and of
/// those with seven the ones whose last two bytes look like the end of an IPv4 address.
fn write_ipv6(address: Ipv6Addr, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let words = address.segments();
    let (start, length) = longest_zero_run(words);
    let [.., high, low] = address.octets();
    let is_dotted = start == 0
        && (length == 6
            || (length == 7 && high != 0 && low != 1)
            || (length == 5 && matches!(words, [.., 0xffff, _, _])));
    let last = if is_dotted { 6 } else { 8 };
    if start == 0 && length > 1 {
        out.write_char(':')?;
    }
    for (at, word) in words.iter().enumerate().take(last) {
        if length > 1 && (start..start + length).contains(&at) {
            if at == start {
                out.write_char(':')?;
            }
            continue;
        }
        write!(out, "{word:x}")?;
        if at < 7 {
            out.write_char(':')?;
        }
    }
    if is_dotted {
        let [.., a, b, c, d] = address.octets();
        write!(out, "{}", Ipv4Addr::new(a, b, c, d))?;
    }
    Ok(())
}

fn longest_zero_run(words: [u16; 8]) -> (usize, usize) {
    let (mut best, mut run) = ((0, 0), 0);
    for (at, word) in words.iter().enumerate() {
        run = if *word == 0 { run + 1 } else { 0 };
        if run > best.1 {
            best = (at + 1 - run, run);
        }
    }
    best
}

/// `ngx_parse_addr_port`: an address, perhaps with a port from 1 to 65535.
pub(super) fn parse_addr_port(text: &[u8], rules: NginxRules) -> Option<(IpAddr, Option<u16>)> {
    if let Some(address) = parse_addr(text) {
        return Some((address, None));
    }
    let (address, port) = match text {
        [b'[', inside @ ..] => {
            let end = inside.iter().position(|byte| *byte == b']')?;
            let (address, after) = inside.split_at_checked(end)?;
            match after {
                [b']'] if rules == NginxRules::Current => {
                    return Some((parse_addr(address)?, None));
                }
                [b']', b':', port @ ..] => (address, port),
                _ => return None,
            }
        }
        _ => {
            let colon = text.iter().position(|byte| *byte == b':')?;
            (text.get(..colon)?, text.get(colon + 1..)?)
        }
    };
    let port = parse_number(port, 65_535).filter(|port| *port != 0)?;
    Some((parse_addr(address)?, u16::try_from(port).ok()))
}

/// `ngx_parse_addr`: IPv4 or IPv6.
pub(super) fn parse_addr(text: &[u8]) -> Option<IpAddr> {
    parse_ipv4(text).map(IpAddr::V4).or_else(|| parse_ipv6(text).map(IpAddr::V6))
}

/// `ngx_atoi` with an upper bound: digits, leading zeros included.
pub(super) fn parse_number(text: &[u8], most: u32) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u32, |number, byte| {
        let digit = char::from(*byte).to_digit(10)?;
        Some(number * 10 + digit).filter(|number| *number <= most)
    })
}

/// `ngx_inet_addr`: three dots; an empty number is 0, leading zeros are decimal, and
/// 255.255.255.255 cannot be told from an error.
fn parse_ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    let (mut value, mut number, mut dots) = (0_u32, 0_u32, 0);
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                number = number * 10 + u32::from(byte - b'0');
                if number > 255 {
                    return None;
                }
            }
            b'.' => (value, number, dots) = (value.wrapping_shl(8) | number, 0, dots + 1),
            _ => return None,
        }
    }
    let value = value.wrapping_shl(8) | number;
    (dots == 3 && value != u32::MAX).then(|| Ipv4Addr::from_bits(value))
}

/// `ngx_inet6_addr`: one leading colon is stepped over, and a colon at the end after `::` adds a
/// zero word.
fn parse_ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    let mut rest = text.strip_prefix(b":").unwrap_or(text);
    let (mut words, mut gap) = (Words::default(), None);
    // Where the current word starts, once a colon was met.
    let mut word_text: Option<&[u8]> = None;
    let (mut word, mut nibbles) = (0_u16, 0);
    if text.is_empty() {
        return None;
    }
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match byte {
            b':' if nibbles > 0 => {
                word_text = Some(tail);
                words.push(word);
                if words.len() == 8 {
                    return None;
                }
                (word, nibbles) = (0, 0);
            }
            b':' if gap.is_none() => (word_text, gap) = (Some(tail), Some(words.len())),
            b'.' if nibbles > 0 => {
                let tail = parse_ipv4(word_text?)?.to_bits();
                words.push((tail >> 16) as u16);
                if words.len() > 7 {
                    return None;
                }
                word = tail as u16;
                nibbles = 1;
                break;
            }
            _ => {
                let digit = char::from(*byte).to_digit(16)?;
                if nibbles == 4 {
                    return None;
                }
                (word, nibbles) = (word << 4 | digit as u16, nibbles + 1);
            }
        }
    }
    if nibbles == 0 && gap.is_none() {
        return None;
    }
    words.push(word);
    expand(&words, gap)
}

/// At most eight words, which is as many as are kept.
#[derive(Default)]
struct Words {
    words: [u16; 8],
    count: usize,
}

impl Words {
    const fn len(&self) -> usize {
        self.count
    }

    fn push(&mut self, word: u16) {
        if let Some(place) = self.words.get_mut(self.count) {
            *place = word;
            self.count += 1;
        }
    }
}

/// Puts the zeros of `::` in: it must stand for a word or more.
fn expand(words: &Words, gap: Option<usize>) -> Option<Ipv6Addr> {
    let words = words.words.get(..words.count)?;
    let zeros = 8_usize.checked_sub(words.len())?;
    let gap = match gap {
        Some(gap) if zeros > 0 => gap,
        None if zeros == 0 => 0,
        _ => return None,
    };
    let (head, tail) = words.split_at_checked(gap)?;
    let mut all =
        head.iter().copied().chain(std::iter::repeat_n(0, zeros)).chain(tail.iter().copied());
    let address = std::array::from_fn::<u16, 8, _>(|_| all.next().unwrap_or_default());
    Some(Ipv6Addr::from(address))
}
