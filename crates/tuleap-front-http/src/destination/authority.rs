//! The authority of a URI (RFC 3986 §3.2), checked and not decoded.

use std::net::Ipv6Addr;

use super::reason::DestinationReason;
use crate::address::parse_ipv6;
use crate::node::cut;
use crate::scan::{Kind, before};
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
    if !text.contains(&b'@') {
        return parse_host(text);
    }
    // Where there are two `@`, what is between them is a host to one reader and a user to another.
    match skip(&USERINFO, text) {
        [b'@', host @ ..] if !host.contains(&b'@') => parse_host(host),
        _ => Err(DestinationReason::AuthorityUserinfo),
    }
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
    let after = skip(&REG_NAME, text);
    let name = before(text, after);
    let port = match after {
        [] | [b':', ..] if name.is_empty() => return Err(DestinationReason::AuthorityEmptyHost),
        [] => None,
        [b':', port @ ..] => parse_port(port)?,
        _ => return Err(DestinationReason::AuthorityHost),
    };
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

/// RFC 3986's unreserved and sub-delims.
static REG_NAME: Kind = Kind::alphanumeric_and(b"-._~!$&'()*+,;=");

static USERINFO: Kind = Kind::alphanumeric_and(b"-._~!$&'()*+,;=:");

/// What is left after bytes of this kind and percent-encoded ones.
fn skip<'t>(kind: &Kind, text: &'t [u8]) -> &'t [u8] {
    let mut rest = kind.skip(text);
    while let [b'%', high, low, after @ ..] = rest {
        if !high.is_ascii_hexdigit() || !low.is_ascii_hexdigit() {
            break;
        }
        rest = kind.skip(after);
    }
    rest
}
