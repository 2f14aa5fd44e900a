use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::peer::Peer;

/// A host on the way to the client, as a number: while a walk goes on it stays in registers,
/// where an [`IpAddr`] would go through memory byte by byte.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hop {
    Ipv4(u32),
    Ipv6(u128),
    /// A local socket: a host without an address.
    Unix,
}

impl Hop {
    #[inline]
    pub(crate) fn addr(self) -> Option<IpAddr> {
        match self {
            Self::Ipv4(bits) => Some(IpAddr::V4(Ipv4Addr::from_bits(bits))),
            Self::Ipv6(bits) => Some(IpAddr::V6(Ipv6Addr::from_bits(bits))),
            Self::Unix => None,
        }
    }
}

impl From<IpAddr> for Hop {
    #[inline]
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::Ipv4(address.to_bits()),
            IpAddr::V6(address) => Self::Ipv6(address.to_bits()),
        }
    }
}

impl From<Peer> for Hop {
    #[inline]
    fn from(peer: Peer) -> Self {
        match peer {
            // It can be written by hand, with an IPv4-mapped address.
            Peer::Ip(address) => address.to_canonical().into(),
            Peer::UnixSocket => Self::Unix,
        }
    }
}
