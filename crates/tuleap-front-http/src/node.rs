//! One node: an X-Forwarded-For entry, a `for=` value, a single-value header (RFC 7239 §6).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::address::{Ipv4Fault, is_host_ipv4, is_host_ipv6, parse_ipv4, split_ipv6};
use crate::blanks::trim;
use crate::client_ip::Reason;

/// Bytes read of one node; a longer one is not scanned further.
pub(crate) const MAX_NODE: usize = 64;

/// A node that names somebody.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Node {
    /// An address, IPv4-mapped unwrapped, with the port that was written beside it.
    Ip(IpAddr, Option<u16>),
    /// `unix:` or `unix:/path`: a hop over a local socket.
    Unix,
}

/// Reads one node; SP and HTAB around it do not count.
pub(crate) fn parse(text: &[u8]) -> Result<Node, Reason> {
    let text = trim(text);
    if text.is_empty() {
        return Err(Reason::EntryEmpty);
    }
    if text.len() > MAX_NODE {
        return Err(Reason::EntryTooLong);
    }
    let node = match text {
        text if is_unix(text) => Ok(Node::Unix),
        [b'_', ..] => Err(hidden(text)),
        [b'u' | b'U', ..] => Err(unknown(text)),
        [b'[', tail @ ..] => bracketed(tail),
        _ => bare(text),
    };
    // An address cannot hold such bytes; whatever else does is malformed before all.
    if matches!(node, Ok(Node::Ip(..))) || text.iter().all(u8::is_ascii_graphic) {
        node
    } else {
        Err(Reason::EntryMalformed)
    }
}

/// The node of an IPv4 address, if one host can have it.
#[inline]
pub(crate) fn ipv4_node(bits: u32, port: Option<u16>) -> Result<Node, Reason> {
    if is_host_ipv4(bits) {
        Ok(Node::Ip(IpAddr::V4(Ipv4Addr::from_bits(bits)), port))
    } else {
        Err(Reason::EntryNotHost)
    }
}

/// `unix:`, or `unix:/` and a path.
pub(crate) fn is_unix(text: &[u8]) -> bool {
    matches!(text, [b'u', b'n', b'i', b'x', b':'] | [b'u', b'n', b'i', b'x', b':', b'/', ..])
}

/// `unknown`, alone or with anything after a colon, in any case (RFC 7239 §6.2).
fn unknown(text: &[u8]) -> Reason {
    match text.split_at_checked(7) {
        Some((word, [] | [b':', ..])) if word.eq_ignore_ascii_case(b"unknown") => {
            Reason::EntryUnknown
        }
        _ => Reason::EntryMalformed,
    }
}

/// `_name`, perhaps with a port (RFC 7239 §6.3).
fn hidden(text: &[u8]) -> Reason {
    let (name, port) = cut(text, b':');
    if !is_obfuscated(name) {
        Reason::EntryMalformed
    } else if port.is_some_and(|port| parse_port(port).is_none()) {
        Reason::EntryBadPort
    } else {
        Reason::EntryHidden
    }
}

/// An address without brackets: IPv4 with a port or without, or IPv6 without.
///
/// A bare IPv6 address is never cut at a colon: `2001:db8::9:4711` names no port.
fn bare(text: &[u8]) -> Result<Node, Reason> {
    // No IPv4 address ends so early.
    if text.iter().take(5).any(|byte| *byte == b':') {
        return ipv6_or_mapped(ipv6(text)?, None);
    }
    let (head, port) = cut(text, b':');
    match parse_ipv4(head) {
        Ok(address) => ipv4_node(address.to_bits(), optional_port(port)?),
        Err(Ipv4Fault::LeadingZero) => Err(Reason::EntryLeadingZero),
        Err(Ipv4Fault::Range | Ipv4Fault::Shape) => ipv6_or_mapped(ipv6(text)?, None),
    }
}

/// What follows `[`: an IPv6 address, `]`, and perhaps a port.
fn bracketed(text: &[u8]) -> Result<Node, Reason> {
    let (inside, Some(after)) = cut(text, b']') else { return Err(Reason::EntryMalformed) };
    let address = ipv6(inside)?;
    let port = match after {
        [] => None,
        [b':', port @ ..] => Some(port),
        _ => return Err(Reason::EntryMalformed),
    };
    ipv6_or_mapped(address, optional_port(port)?)
}

/// An IPv6 address; a zone only where it has a meaning, on `fe80::/10`, and it is dropped.
fn ipv6(text: &[u8]) -> Result<Ipv6Addr, Reason> {
    match split_ipv6(text) {
        Some((address, [])) => Ok(address),
        Some((address, [b'%', zone @ ..])) if is_zone(zone) && address.is_unicast_link_local() => {
            Ok(address)
        }
        _ => Err(Reason::EntryMalformed),
    }
}

fn ipv6_or_mapped(address: Ipv6Addr, port: Option<u16>) -> Result<Node, Reason> {
    match address.to_canonical() {
        IpAddr::V4(address) => ipv4_node(address.to_bits(), port),
        IpAddr::V6(address) if is_host_ipv6(address) => Ok(Node::Ip(IpAddr::V6(address), port)),
        IpAddr::V6(_) => Err(Reason::EntryNotHost),
    }
}

/// The port of a node: a number, or an obfuscated one which tells nothing.
fn optional_port(port: Option<&[u8]>) -> Result<Option<u16>, Reason> {
    port.map_or(Ok(None), |port| parse_port(port).ok_or(Reason::EntryBadPort))
}

/// `Some(None)` is a valid port without a number, `_x` (RFC 7239 §6).
fn parse_port(text: &[u8]) -> Option<Option<u16>> {
    if is_obfuscated(text) { Some(None) } else { parse_port_number(text).map(Some) }
}

/// One to five digits, at most 65535; no sign.
pub(crate) fn parse_port_number(text: &[u8]) -> Option<u16> {
    if text.is_empty() || text.len() > 5 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = text.iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0'));
    u16::try_from(number).ok()
}

/// `"_" 1*(ALPHA / DIGIT / "." / "_" / "-")`, RFC 7239 §6.3.
fn is_obfuscated(text: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    matches!(text, [b'_', name @ ..] if !name.is_empty() && name.iter().all(is_part))
}

/// An interface name or number: 1 to 32 unreserved characters (RFC 6874 §2).
pub(crate) fn is_zone(text: &[u8]) -> bool {
    let is_part =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'-');
    (1..=32).contains(&text.len()) && text.iter().all(is_part)
}

/// Splits at the first `separator`.
pub(crate) fn cut(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let mut parts = text.splitn(2, |byte| *byte == separator);
    (parts.next().unwrap_or_default(), parts.next())
}
