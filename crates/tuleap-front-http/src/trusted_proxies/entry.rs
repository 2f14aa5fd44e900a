//! One entry of a trust list.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{TrustAll, TrustedProxiesFault as Code};
use crate::address::{Ipv4Fault, parse_ipv4, parse_ipv6, split_ipv4};
use crate::node::parse_port_number;

/// What an entry stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry {
    Network(IpNet),
    Preset(Preset),
    UnixSocket,
}

/// What is wrong with an entry, where inside it, and what to write instead.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) code: Code,
    pub(super) offset: usize,
    pub(super) length: usize,
    pub(super) hint: Cow<'static, str>,
}

impl Fault {
    pub(super) fn whole(code: Code, text: &str, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { code, offset: 0, length: text.len(), hint: hint.into() }
    }

    fn at(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }
}

impl Entry {
    pub(super) fn parse(text: &str, trust_all: TrustAll) -> Result<Self, Fault> {
        match plain_network(text.as_bytes()) {
            Some(network) => Ok(Self::Network(network)),
            None => Self::parse_other(text, trust_all),
        }
    }

    /// Names, networks that need a second look, and what is wrong with the others.
    fn parse_other(text: &str, trust_all: TrustAll) -> Result<Self, Fault> {
        if text == "unix:" {
            return Ok(Self::UnixSocket);
        }
        if let Some(preset) = Preset::from_name(text) {
            return Ok(Self::Preset(preset));
        }
        if text == "*" {
            let hint =
                "write the addresses of your proxies; 0.0.0.0/0 and ::/0 need allow_trust_all";
            return Err(Fault::whole(Code::TrustAll, text, hint));
        }
        let (address_text, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address = parse_address(address_text, text)?;
        let network = match prefix {
            None => IpNet::from(address.to_canonical()),
            Some(prefix) => parse_network(text, address, prefix, address_text.len() + 1)?,
        };
        if network.prefix_len() == 0 && trust_all == TrustAll::Refuse {
            let hint = "this trusts every address; set allow_trust_all if that is meant";
            return Err(Fault::whole(Code::TrustAll, text, hint));
        }
        Ok(Self::Network(network))
    }
}

/// The network of nearly every entry of a long list, without a search for what could be wrong.
fn plain_network(text: &[u8]) -> Option<IpNet> {
    let slash = text.iter().rposition(|byte| *byte == b'/');
    let (address, prefix) = text.split_at_checked(slash.unwrap_or(text.len()))?;
    let address = match split_ipv4(address) {
        Some((bits, [])) => IpAddr::V4(Ipv4Addr::from_bits(bits)),
        _ => IpAddr::V6(parse_ipv6(address)?),
    };
    let network = match prefix {
        [] => IpNet::from(address),
        [_, digits @ ..] if !digits.starts_with(b"0") => {
            let length = u8::try_from(parse_port_number(digits)?).ok()?;
            IpNet::new(address, length).ok()?
        }
        _ => return None,
    };
    (network.network() == address && address.to_canonical() == address).then_some(network)
}

/// The address part; `entry` is the whole, for faults of the whole.
fn parse_address(text: &str, entry: &str) -> Result<IpAddr, Fault> {
    let is_numeric = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    if text.contains(['[', ']'])
        || text.split_once(':').is_some_and(|(host, port)| {
            is_numeric(host) && host.contains('.') && !port.contains(':')
        })
    {
        let hint = "a trust list names hosts, not ports: drop the brackets and the port";
        return Err(Fault::whole(Code::PortOrBrackets, text, hint));
    }
    if let Some(percent) = text.find('%').filter(|_| text.contains(':')) {
        let (_, zone) = text.split_at_checked(percent).unwrap_or((text, ""));
        let hint = "a zone has no meaning here: write the address without %zone, or fe80::/10";
        return Err(Fault::whole(Code::ZoneNotAllowed, zone, hint).at(percent));
    }
    if is_numeric(text) {
        return parse_ipv4(text.as_bytes()).map(IpAddr::V4).map_err(|_| ipv4_fault(text));
    }
    let is_ipv6_shape = text.matches(':').count() > 1
        || (text.contains(':')
            && text.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')));
    match parse_ipv6(text.as_bytes()) {
        Some(address) => Ok(IpAddr::V6(address)),
        None if is_ipv6_shape => {
            let hint = "not an IPv6 address: eight groups of up to four hexadecimal digits, \
                        :: once for a run of zeros";
            Err(Fault::whole(Code::BadIpv6, text, hint))
        }
        None => {
            let hint = "host names are not resolved; known names: cgnat, linklocal, loopback, \
                        private_ranges, uniquelocal, unix:";
            Err(Fault::whole(Code::NotAnAddress, entry, hint))
        }
    }
}

/// Digits and dots that are no address: the first number that is wrong, or their count.
fn ipv4_fault(text: &str) -> Fault {
    let numbers: Vec<&str> = text.split('.').collect();
    let decimal = "write each of the four numbers in plain decimal, 0-255, without leading zeros";
    if numbers.len() != 4 || numbers.iter().any(|number| number.is_empty()) {
        return Fault::whole(Code::BadIpv4, text, "an IPv4 address has four decimal numbers");
    }
    let first_fault = numbers.iter().find_map(|number| {
        let probe = format!("{number}.0.0.0");
        parse_ipv4(probe.as_bytes()).err()
    });
    match first_fault {
        Some(Ipv4Fault::LeadingZero) => Fault::whole(Code::LeadingZero, text, decimal),
        _ => Fault::whole(Code::OctetRange, text, decimal),
    }
}

/// The network of an address and the text of its prefix, which stands at `offset`.
fn parse_network(text: &str, address: IpAddr, prefix: &str, offset: usize) -> Result<IpNet, Fault> {
    let prefix_fault = |code, hint: Cow<'static, str>| Fault::whole(code, prefix, hint).at(offset);
    if prefix.is_empty() {
        let hint = "write a prefix length after the slash or drop the slash";
        return Err(Fault {
            code: Code::EmptyPrefix,
            offset: offset - 1,
            length: 1,
            hint: hint.into(),
        });
    }
    if prefix.contains('.') || prefix.matches(':').count() > 1 {
        let hint = "write the prefix length, such as /24, instead of a mask";
        return Err(prefix_fault(Code::NetmaskForm, hint.into()));
    }
    let is_plain = prefix.bytes().all(|byte| byte.is_ascii_digit())
        && (prefix == "0" || !prefix.starts_with('0'));
    if !is_plain {
        return Err(prefix_fault(Code::BadPrefix, "a prefix is a plain decimal number".into()));
    }
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let Some(length) = prefix.parse().ok().filter(|length: &u8| *length <= longest) else {
        return Err(prefix_fault(Code::PrefixRange, format!("at most {longest} here").into()));
    };
    let (address, length) = match (address, address.to_canonical()) {
        (IpAddr::V6(_), IpAddr::V4(inner)) if length >= 96 => (IpAddr::V4(inner), length - 96),
        (IpAddr::V6(_), IpAddr::V4(_)) => {
            let hint = "an IPv4-mapped network has a prefix of 96 to 128; write it as IPv4";
            return Err(prefix_fault(Code::MappedPrefix, hint.into()));
        }
        _ => (address, length),
    };
    let network = match IpNet::new(address, length) {
        Ok(network) => network,
        Err(_) => return Err(prefix_fault(Code::PrefixRange, "at most 128 here".into())),
    };
    if network != network.trunc() {
        let hint = format!(
            "write {} for the whole network or {} for the one host",
            network.trunc(),
            IpNet::from(address)
        );
        return Err(Fault::whole(Code::HostBitsSet, text, hint));
    }
    Ok(network)
}

/// A name that stands for fixed networks. A change of the lists is a change of the API.
#[derive(Clone, Copy, Debug)]
pub(super) enum Preset {
    Cgnat,
    LinkLocal,
    Loopback,
    PrivateRanges,
    UniqueLocal,
}

impl Preset {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "cgnat" => Self::Cgnat,
            "linklocal" => Self::LinkLocal,
            "loopback" => Self::Loopback,
            "private_ranges" => Self::PrivateRanges,
            "uniquelocal" => Self::UniqueLocal,
            _ => return None,
        })
    }

    pub(super) fn networks(self) -> impl Iterator<Item = IpNet> {
        let (own, more): (&[IpNet], &[IpNet]) = match self {
            Self::Cgnat => (CGNAT, &[]),
            Self::LinkLocal => (LINK_LOCAL, &[]),
            Self::Loopback => (LOOPBACK, &[]),
            Self::PrivateRanges => (UNIQUE_LOCAL, LOOPBACK),
            Self::UniqueLocal => (UNIQUE_LOCAL, &[]),
        };
        own.iter().chain(more).copied()
    }
}

/// RFC 6598.
const CGNAT: &[IpNet] = &[ipv4([100, 64, 0, 0], 10)];
/// RFC 3927 and RFC 4291 §2.5.6.
const LINK_LOCAL: &[IpNet] = &[ipv4([169, 254, 0, 0], 16), ipv6(0xfe80, 0, 10)];
/// RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3.
const LOOPBACK: &[IpNet] = &[ipv4([127, 0, 0, 0], 8), ipv6(0, 1, 128)];
/// RFC 1918 and RFC 4193.
const UNIQUE_LOCAL: &[IpNet] = &[
    ipv4([10, 0, 0, 0], 8),
    ipv4([172, 16, 0, 0], 12),
    ipv4([192, 168, 0, 0], 16),
    ipv6(0xfc00, 0, 7),
];

const fn ipv4([a, b, c, d]: [u8; 4], length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length))
}

const fn ipv6(first: u16, last: u16, length: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, last), length))
}
