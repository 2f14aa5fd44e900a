use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use thiserror::Error;

use crate::address::{split_ipv4, split_ipv6};
use crate::node::{is_unix, is_zone};

/// The other end of the connection, as the socket knows it.
///
/// A peer that is not known is `None::<Peer>`; it is never guessed from a header.
///
/// ```
/// use tuleap_front_http::Peer;
///
/// let peer = Peer::parse(b"::ffff:10.0.0.1").unwrap();
/// assert_eq!(peer, Peer::from(std::net::IpAddr::from([10, 0, 0, 1])));
/// assert_eq!(Peer::parse(b"unix:/run/front.sock"), Some(Peer::UnixSocket));
/// assert_eq!(Peer::parse(b"10.0.0.1:80"), None);
/// assert!("localhost".parse::<Peer>().is_err());
/// ```
#[expect(clippy::exhaustive_enums, reason = "a socket has an address or a path, nothing else")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Peer {
    /// An address; an IPv4-mapped one (`::ffff:0:0/96`) is written as IPv4.
    Ip(IpAddr),
    /// A local socket, whatever its path.
    UnixSocket,
}

impl Peer {
    /// Reads a bare IPv4 or IPv6 address, with a zone or without, or `unix:` with a path or
    /// without. Anything else (a port, a name, a leading zero, nothing) is `None`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        if let Some((bits, [])) = split_ipv4(text) {
            return Some(Self::Ip(IpAddr::V4(Ipv4Addr::from_bits(bits))));
        }
        match split_ipv6(text) {
            Some((address, [])) => Some(Self::from(IpAddr::V6(address))),
            Some((address, [b'%', zone @ ..])) if is_zone(zone) => {
                Some(Self::from(IpAddr::V6(address)))
            }
            Some(_) => None,
            None => is_unix(text).then_some(Self::UnixSocket),
        }
    }

    /// The address, unless the peer is a local socket.
    #[must_use]
    #[inline]
    pub const fn addr(self) -> Option<IpAddr> {
        match self {
            Self::Ip(address) => Some(address),
            Self::UnixSocket => None,
        }
    }
}

impl From<IpAddr> for Peer {
    #[inline]
    fn from(address: IpAddr) -> Self {
        Self::Ip(address.to_canonical())
    }
}

impl From<SocketAddr> for Peer {
    fn from(address: SocketAddr) -> Self {
        Self::from(address.ip())
    }
}

impl FromStr for Peer {
    type Err = PeerError;

    fn from_str(text: &str) -> Result<Self, PeerError> {
        Self::parse(text.as_bytes()).ok_or(PeerError::NotAnAddress)
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(out),
            Self::UnixSocket => out.write_str("unix:"),
        }
    }
}

/// Why text does not name a peer.
///
/// ```
/// use tuleap_front_http::Peer;
///
/// let error = "10.0.0.1:80".parse::<Peer>().unwrap_err();
/// assert_eq!(error.code(), "peer/not-an-address");
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PeerError {
    /// Neither an address nor `unix:`.
    #[error("the peer is not an address: write an IPv4 or IPv6 address without port, or unix:")]
    NotAnAddress,
}

impl PeerError {
    /// The stable name of this error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAnAddress => "peer/not-an-address",
        }
    }
}
