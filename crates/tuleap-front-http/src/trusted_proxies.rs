use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};

use crate::hop::Hop;
use crate::network_set::NetworkSet;

mod entry;
mod error;
mod list;

pub use error::{
    TrustedProxiesError, TrustedProxiesFault, TrustedProxiesWarning, TrustedProxiesWarningKind,
};

use list::List;

/// The proxies whose forwarding headers count: Tuleap's `$sys_trusted_proxies`, compiled.
///
/// Entries are addresses, networks (`10.0.0.0/8`), the names `loopback`, `linklocal`,
/// `uniquelocal`, `private_ranges` and `cgnat`, and `unix:` for local sockets. Commas, white
/// space and line ends separate them; `#` starts a comment. IPv4-mapped IPv6 addresses are IPv4
/// on both sides. An empty list trusts nobody. A list that is not right is refused as a whole:
/// it never becomes a weaker one.
///
/// List proxies, not the networks they stand in: whoever is inside a trusted network can name
/// any client. Cloning is cheap: to change the list while requests run, build a new one and swap.
///
/// ```
/// use tuleap_front_http::TrustedProxies;
///
/// let proxies: TrustedProxies = "127.0.0.1, 192.168.0.0/25 192.168.0.128/25, unix:".parse()?;
/// assert!(proxies.contains("::ffff:192.168.0.200".parse().unwrap()));
/// assert!(!proxies.contains("192.168.1.1".parse().unwrap()));
/// assert!(proxies.trusts_unix_socket());
/// assert_eq!(proxies.to_string(), "127.0.0.1, 192.168.0.0/24, unix:");
///
/// let error = "127.0.0.1,10.0.0.1/8".parse::<TrustedProxies>().unwrap_err();
/// assert_eq!(error.code(), "trusted-proxies/host-bits-set");
/// assert_eq!((error.entry(), error.offset(), error.length()), (1, 10, 10));
/// assert_eq!(
///     error.hint(),
///     "write 10.0.0.0/8 for the whole network or 10.0.0.1/32 for the one host"
/// );
/// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TrustedProxies(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    ipv4: NetworkSet<u32>,
    ipv6: NetworkSet<u128>,
    list: List,
}

/// How a list is read.
///
/// ```
/// use tuleap_front_http::{TrustAll, TrustedProxies, TrustedProxiesOptions};
///
/// assert!("0.0.0.0/0".parse::<TrustedProxies>().is_err());
/// let mut options = TrustedProxiesOptions::default();
/// options.trust_all = TrustAll::Allow;
/// let everybody = TrustedProxies::parse_with("0.0.0.0/0", options)?;
/// assert_eq!(everybody.warnings()[0].code(), "trusted-proxies/very-wide");
/// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct TrustedProxiesOptions {
    /// May the list hold everybody?
    pub trust_all: TrustAll,
    /// What stands between two entries.
    pub separators: Separators,
}

/// May a list hold a whole address family?
#[expect(clippy::exhaustive_enums, reason = "a question with two answers")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum TrustAll {
    /// Yes: every client may name any address.
    Allow,
    /// No.
    #[default]
    Refuse,
}

/// What stands between two entries.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Separators {
    /// Commas only: white space inside an entry is a fault of that entry.
    Commas,
    /// Commas, white space and line ends, with `#` comments: the syntax of the setting.
    #[default]
    CommasAndBlanks,
}

impl TrustedProxies {
    /// Reads a list.
    ///
    /// # Errors
    ///
    /// The first entry that is not right, with its place and what to write instead.
    pub fn parse_with(
        text: &str,
        options: TrustedProxiesOptions,
    ) -> Result<Self, TrustedProxiesError> {
        Self::compile(List::parse(text, options)?)
    }

    /// A list of networks. A network's host bits do not count, as in [`IpNet::trunc`].
    ///
    /// # Errors
    ///
    /// A whole address family; [`parse_with`](Self::parse_with) can allow it.
    ///
    /// ```
    /// use ipnet::IpNet;
    /// use tuleap_front_http::TrustedProxies;
    ///
    /// let proxies = TrustedProxies::from_networks(["10.0.0.0/9", "10.128.0.0/9"]
    ///     .map(|text| text.parse::<IpNet>().unwrap()))?;
    /// assert_eq!(proxies.networks().collect::<Vec<_>>(), ["10.0.0.0/8".parse::<IpNet>().unwrap()]);
    /// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
    /// ```
    pub fn from_networks(
        networks: impl IntoIterator<Item = IpNet>,
    ) -> Result<Self, TrustedProxiesError> {
        let texts: Vec<_> = networks.into_iter().map(|net| net.trunc().to_string()).collect();
        texts.join(", ").parse()
    }

    fn compile(list: List) -> Result<Self, TrustedProxiesError> {
        let (ipv4, ipv6) = sets(&list.networks);
        if ipv4.is_everything() || ipv6.is_everything() {
            list.refuse_trust_all(|networks| {
                let (ipv4, ipv6) = sets(networks);
                ipv4.is_everything() || ipv6.is_everything()
            })?;
        }
        Ok(Self(Arc::new(Compiled { ipv4, ipv6, list })))
    }

    /// Is this address one of our proxies? An IPv4-mapped address is looked up as IPv4.
    #[must_use]
    #[inline]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.contains_canonical(address.to_canonical())
    }

    #[inline]
    pub(crate) fn contains_canonical(&self, address: IpAddr) -> bool {
        self.trusts(address.into())
    }

    #[inline]
    pub(crate) fn trusts(&self, host: Hop) -> bool {
        match host {
            Hop::Ipv4(bits) => self.0.ipv4.contains(bits),
            Hop::Ipv6(bits) => self.0.ipv6.contains(bits),
            Hop::Unix => self.trusts_unix_socket(),
        }
    }

    /// Are peers on a local socket trusted? Only `unix:` says so; no network does.
    #[must_use]
    #[inline]
    pub fn trusts_unix_socket(&self) -> bool {
        self.0.list.unix.is_some()
    }

    /// Is nobody trusted?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.list.networks.is_empty() && !self.trusts_unix_socket()
    }

    /// The trusted networks: as few as possible, IPv4 first, lowest first.
    pub fn networks(&self) -> impl Iterator<Item = IpNet> {
        let v4 = self.0.ipv4.ranges().flat_map(|(low, high)| {
            Ipv4Subnets::new(Ipv4Addr::from_bits(low), Ipv4Addr::from_bits(high), 0)
        });
        let v6 = self.0.ipv6.ranges().flat_map(|(low, high)| {
            Ipv6Subnets::new(Ipv6Addr::from_bits(low), Ipv6Addr::from_bits(high), 0)
        });
        v4.map(IpNet::V4).chain(v6.map(IpNet::V6))
    }

    /// The first entry that covers this address, for explanations: it searches the whole list.
    #[must_use]
    pub fn matching_entry(&self, address: IpAddr) -> Option<EntryRef<'_>> {
        let address = address.to_canonical();
        let list = &self.0.list;
        let (entry, _) = list.networks.iter().find(|(_, network)| network.contains(&address))?;
        list.entry(*entry)
    }

    /// The entry `unix:`, if it is there.
    #[must_use]
    pub fn unix_entry(&self) -> Option<EntryRef<'_>> {
        self.0.list.entry(self.0.list.unix?)
    }

    /// What is risky about this list: the first 1 000 findings.
    #[must_use]
    pub fn warnings(&self) -> &[TrustedProxiesWarning] {
        &self.0.list.warnings
    }
}

/// The networks of both families, merged.
fn sets(networks: &[(usize, IpNet)]) -> (NetworkSet<u32>, NetworkSet<u128>) {
    let (mut ipv4, mut ipv6) = (Vec::new(), Vec::new());
    for (_, network) in networks {
        match network {
            IpNet::V4(net) => ipv4.push((net.network().to_bits(), net.broadcast().to_bits())),
            IpNet::V6(net) => ipv6.push((net.network().to_bits(), net.broadcast().to_bits())),
        }
    }
    (NetworkSet::from_ranges(ipv4), NetworkSet::from_ranges(ipv6))
}

/// Trusts nobody.
impl Default for TrustedProxies {
    fn default() -> Self {
        let (ipv4, ipv6) = (NetworkSet::from_ranges(vec![]), NetworkSet::from_ranges(vec![]));
        Self(Arc::new(Compiled { ipv4, ipv6, list: List::default() }))
    }
}

impl FromStr for TrustedProxies {
    type Err = TrustedProxiesError;

    fn from_str(text: &str) -> Result<Self, TrustedProxiesError> {
        Self::parse_with(text, TrustedProxiesOptions::default())
    }
}

/// The merged list, in the syntax of the setting: what it reads back as trusts the same peers.
impl fmt::Display for TrustedProxies {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for network in self.networks() {
            out.write_str(separator)?;
            if network.prefix_len() == network.max_prefix_len() {
                network.addr().fmt(out)?;
            } else {
                network.fmt(out)?;
            }
            separator = ", ";
        }
        if self.trusts_unix_socket() {
            write!(out, "{separator}unix:")?;
        }
        Ok(())
    }
}

/// Equal lists trust the same peers, however they are written.
impl PartialEq for TrustedProxies {
    fn eq(&self, other: &Self) -> bool {
        self.trusts_unix_socket() == other.trusts_unix_socket()
            && self.0.ipv4.ranges().eq(other.0.ipv4.ranges())
            && self.0.ipv6.ranges().eq(other.0.ipv6.ranges())
    }
}

impl Eq for TrustedProxies {}

/// An entry of the list, as it was written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EntryRef<'a> {
    index: usize,
    text: &'a str,
}

impl<'a> EntryRef<'a> {
    /// Which entry, from 0.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// The entry's text.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }
}

/// `entry 1 "10.0.0.0/8"`
impl fmt::Display for EntryRef<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "entry {} {:?}", self.index, self.text)
    }
}
