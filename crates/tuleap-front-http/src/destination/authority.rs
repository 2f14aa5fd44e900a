//! The authority of a URI (RFC 3986 §3.2), checked and not decoded.

use std::net::Ipv6Addr;

use super::reason::DestinationReason;
use crate::address::parse_ipv6;
use crate::node::cut;
use crate::scheme::Scheme;

/// A host as it is compared: a name without regard to case, an IPv6 address by value. `%2e` is
/// not `.`, and `host.` is not `host`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum HostRef<'a> {
    Ipv6(Ipv6Addr),
    Name(&'a [u8]),
}

impl HostRef<'_> {
    pub(crate) fn is(&self, other: &HostRef<'_>) -> bool {
        match (self, other) {
            (Self::Ipv6(one), HostRef::Ipv6(other)) => one == other,
            (Self::Name(one), HostRef::Name(other)) => one.eq_ignore_ascii_case(other),
            _ => false,
        }
    }
}

/// Host and port; user info is checked and forgotten, for it names nobody's place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Authority<'a> {
    pub(crate) host: HostRef<'a>,
    /// `None` where none is written, and for `host:`.
    pub(crate) port: Option<u16>,
}

impl Authority<'_> {
    /// Do both name one place of this scheme?
    pub(crate) fn is(&self, scheme: Scheme, other: &Authority<'_>) -> bool {
        let default = scheme.default_port();
        self.port.unwrap_or(default) == other.port.unwrap_or(default) && self.host.is(&other.host)
    }
}

/// Reads `[ userinfo "@" ] host [ ":" port ]`.
pub(crate) fn parse(text: &[u8]) -> Result<Authority<'_>, DestinationReason> {
    let (userinfo, Some(host)) = cut(text, b'@') else { return parse_host(text) };
    // Where there are two `@`, what is between them is a host to one reader and a user to another.
    if !is_userinfo(userinfo) || host.contains(&b'@') {
        return Err(DestinationReason::AuthorityUserinfo);
    }
    parse_host(host)
}

/// Reads `host [ ":" port ]`, as `Host` carries it (RFC 9110 §7.2).
pub(crate) fn parse_host(text: &[u8]) -> Result<Authority<'_>, DestinationReason> {
    if let [b'[', rest @ ..] = text {
        let (address, Some(after)) = cut(rest, b']') else {
            return Err(DestinationReason::AuthorityUnclosed);
        };
        let address = parse_ipv6(address).ok_or(DestinationReason::AuthorityIpv6)?;
        let port = match after {
            [] => None,
            [b':', port @ ..] => parse_port(port)?,
            _ => return Err(DestinationReason::AuthorityPort),
        };
        return Ok(Authority { host: HostRef::Ipv6(address), port });
    }
    let (name, port) = cut(text, b':');
    if name.is_empty() {
        return Err(DestinationReason::AuthorityEmptyHost);
    }
    if !is_reg_name(name) {
        return Err(DestinationReason::AuthorityHost);
    }
    let port = port.map_or(Ok(None), parse_port)?;
    Ok(Authority { host: HostRef::Name(name), port })
}

/// `*DIGIT`: zeros in front do not count, Subversion passes on what its user typed.
fn parse_port(text: &[u8]) -> Result<Option<u16>, DestinationReason> {
    let digit = |port: u32, byte: &u8| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        Some(port * 10 + digit).filter(|port| *port <= u32::from(u16::MAX))
    };
    let port = text.iter().try_fold(0, digit).and_then(|port| u16::try_from(port).ok());
    match port {
        None => Err(DestinationReason::AuthorityPort),
        Some(_) if text.is_empty() => Ok(None),
        port => Ok(port),
    }
}

fn is_userinfo(text: &[u8]) -> bool {
    is_made_of(text, |byte| is_unreserved_or_sub_delim(byte) || byte == b':')
}

fn is_reg_name(text: &[u8]) -> bool {
    is_made_of(text, is_unreserved_or_sub_delim)
}

/// Such bytes and percent-encoded ones.
fn is_made_of(mut text: &[u8], is_plain: impl Fn(u8) -> bool) -> bool {
    loop {
        text = match text {
            [] => return true,
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest
            }
            [byte, rest @ ..] if is_plain(*byte) => rest,
            _ => return false,
        };
    }
}

fn is_unreserved_or_sub_delim(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}
