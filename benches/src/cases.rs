//! The requests that are timed.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use crate::Fallible;
use crate::addresses::{Family, networks, texts};

/// Requests that reach us from one peer, and the list of proxies that they meet.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) networks: Vec<IpNet>,
    pub(crate) peer: IpAddr,
    /// `X-Forwarded-For` of each request, if it is there, and whose address is the answer.
    pub(crate) headers: Vec<(Option<String>, IpAddr)>,
}

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));
const PROXY: &str = "10.0.0.2";
const FORGED: &str = "192.0.2.66, ";

/// The realistic case as words: the network, the peer, the header's value, the client.
///
/// # Errors
///
/// None: the case is a constant.
pub fn realistic_arguments() -> Fallible<[String; 4]> {
    let Case { networks, peer, headers } = Case::realistic()?;
    let network = networks.first().ok_or("no network")?;
    let (value, client) = headers.into_iter().next().ok_or("no header")?;
    Ok([network.to_string(), peer.to_string(), value.unwrap_or_default(), client.to_string()])
}

impl Case {
    /// One trusted /24.
    fn of(headers: impl IntoIterator<Item = (Option<String>, IpAddr)>) -> Fallible<Self> {
        let networks = vec!["10.0.0.0/24".parse()?];
        Ok(Self { networks, peer: PEER, headers: headers.into_iter().collect() })
    }

    /// One request with a header.
    fn header(value: String, client: IpAddr) -> Fallible<Self> {
        Self::of([(Some(value), client)])
    }

    pub(crate) fn no_header() -> Fallible<Self> {
        Self::of([(None, PEER)])
    }

    pub(crate) fn untrusted_peer() -> Fallible<Self> {
        let stranger: IpAddr = "198.51.100.1".parse()?;
        let case = Self::header(format!("{CLIENT}, {PROXY}"), stranger)?;
        Ok(Self { peer: stranger, ..case })
    }

    pub(crate) fn one_entry() -> Fallible<Self> {
        Self::header(CLIENT.to_string(), CLIENT)
    }

    pub(crate) fn realistic() -> Fallible<Self> {
        Self::header(format!("{CLIENT}, {PROXY}"), CLIENT)
    }

    /// Addresses of all lengths, so that nothing learns where their digits end.
    pub(crate) fn varied() -> Fallible<Self> {
        let clients = texts(Family::Ipv4)
            .into_iter()
            .filter_map(|(text, client)| Some((Some(format!("{text}, {PROXY}")), client?)));
        Self::of(clients)
    }

    pub(crate) fn forged_2() -> Fallible<Self> {
        Self::header(format!("{FORGED}{CLIENT}"), CLIENT)
    }

    pub(crate) fn forged_64() -> Fallible<Self> {
        Self::header(format!("{}{CLIENT}", FORGED.repeat(63)), CLIENT)
    }

    pub(crate) fn hops_32() -> Fallible<Self> {
        Self::header(format!("{CLIENT}{}", format!(", {PROXY}").repeat(31)), CLIENT)
    }

    pub(crate) fn ipv6_client() -> Fallible<Self> {
        let client = "2001:db8:85a3::8a2e:370:7334";
        Self::header(format!("{client}, {PROXY}"), client.parse()?)
    }

    pub(crate) fn unknown() -> Fallible<Self> {
        Self::header(format!("{}unknown", FORGED.repeat(63)), PEER)
    }

    pub(crate) fn networks_10() -> Fallible<Self> {
        Self::among(10)
    }

    pub(crate) fn networks_1_000() -> Fallible<Self> {
        Self::among(1_000)
    }

    pub(crate) fn networks_100_000() -> Fallible<Self> {
        Self::among(100_000)
    }

    /// The realistic case with our network as the last of many.
    fn among(count: usize) -> Fallible<Self> {
        let mut case = Self::realistic()?;
        let mut many = networks(count, Family::Ipv4)?;
        many.retain(|network| !network.contains(&CLIENT));
        many.append(&mut case.networks);
        Ok(Self { networks: many, ..case })
    }
}
