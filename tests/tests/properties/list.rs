//! Lists of trusted proxies.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use proptest::collection::vec;
use proptest::prelude::*;
use tuleap_front::{Separators, TrustAll, TrustedProxies, TrustedProxiesOptions};

use super::cases;

/// Networks that overlap, touch and nest often.
fn network() -> impl Strategy<Value = IpNet> {
    let v4 = (any::<u32>(), 1_u8..=32).prop_map(|(bits, length)| (bits, length));
    let near = (0_u32..64, 24_u8..=32).prop_map(|(bits, length)| (0xcb00_7100 + bits * 4, length));
    let v4 = prop_oneof![v4, near]
        .prop_filter_map("a prefix that is in range", |(bits, length)| {
            Ipv4Net::new(bits.into(), length).ok().map(|net| IpNet::V4(net.trunc()))
        });
    let v6 = (any::<u128>(), 1_u8..=128);
    let near = (0_u128..64, 112_u8..=128)
        .prop_map(|(bits, length)| ((0x2001_0db8_u128 << 96) + bits * 0x1000, length));
    let v6 = prop_oneof![v6, near].prop_filter_map("not mapped: that is IPv4", |(bits, length)| {
        let net = Ipv6Net::new(Ipv6Addr::from_bits(bits), length).ok()?.trunc();
        let is_mapped = net.network().to_ipv4_mapped().is_some();
        (!is_mapped).then_some(IpNet::V6(net))
    });
    prop_oneof![v4, v6]
}

/// An entry for the network: IPv4 also in its mapped form.
fn entry((network, mapped, bare): (IpNet, bool, bool)) -> String {
    match network {
        IpNet::V4(net) if mapped => {
            format!("{}/{}", net.network().to_ipv6_mapped(), 96 + u32::from(net.prefix_len()))
        }
        _ if bare && network.prefix_len() == network.max_prefix_len() => network.addr().to_string(),
        _ => network.to_string(),
    }
}

/// Addresses at which answers change: the edges of every network and one step beyond.
fn edges(network: &IpNet) -> Vec<IpAddr> {
    match network {
        IpNet::V4(net) => {
            let (low, high) = (net.network().to_bits(), net.broadcast().to_bits());
            [low, high, low.wrapping_sub(1), high.wrapping_add(1)]
                .map(|bits| IpAddr::V4(bits.into()))
                .to_vec()
        }
        IpNet::V6(net) => {
            let (low, high) = (net.network().to_bits(), net.broadcast().to_bits());
            [low, high, low.wrapping_sub(1), high.wrapping_add(1)]
                .map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)))
                .to_vec()
        }
    }
}

fn allow_all() -> TrustedProxiesOptions {
    let mut options = TrustedProxiesOptions::default();
    options.trust_all = TrustAll::Allow;
    options
}

fn check_error(text: &str, options: TrustedProxiesOptions) -> Result<(), TestCaseError> {
    let Err(error) = TrustedProxies::parse_with(text, options) else { return Ok(()) };
    let (start, length) = (error.offset(), error.length());
    // A caret can be drawn under the faulty part: it is a piece of the text.
    prop_assert!(text.get(start..start + length).is_some(), "{start} {length} in {text:?}");
    prop_assert!(error.offset_in_entry() <= start);
    prop_assert!(error.entry() <= text.len());
    prop_assert!(!error.hint().is_empty());
    prop_assert!(error.code().starts_with("trusted-proxies/"));
    let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
    prop_assert_eq!(error.line(), line);
    Ok(())
}

proptest! {
    #![proptest_config(cases(120))]

    /// Oracle: a scan over every network with ipnet, both families, mapped spellings on both
    /// sides; and what is displayed reads back as an equal list.
    #[test]
    fn a_list_contains_what_a_scan_finds(
        entries in vec((network(), any::<bool>(), any::<bool>()), 0..300),
        random in vec(any::<u32>(), 20), random6 in vec(any::<u128>(), 20),
        separator in proptest::sample::select(vec![",", " ", ", ", "\n", " , "]),
    ) {
        let networks: Vec<IpNet> = entries.iter().map(|(network, ..)| *network).collect();
        let text = entries.into_iter().map(entry).collect::<Vec<_>>().join(separator);
        let list = TrustedProxies::parse_with(&text, allow_all());
        let list = list.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let random = random.into_iter().map(|bits| IpAddr::V4(bits.into()));
        let random6 = random6.into_iter().map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)));
        for address in networks.iter().flat_map(edges).chain(random).chain(random6) {
            let canonical = address.to_canonical();
            let found = networks.iter().find(|network| network.contains(&canonical));
            prop_assert_eq!(list.contains(address), found.is_some(), "{}", address);
            prop_assert_eq!(list.matching_entry(address).is_some(), found.is_some());
            if let IpAddr::V4(v4) = address {
                let mapped = IpAddr::V6(v4.to_ipv6_mapped());
                prop_assert_eq!(list.contains(mapped), found.is_some(), "{}", mapped);
            }
        }
        let shown = list.to_string();
        let again = TrustedProxies::parse_with(&shown, allow_all());
        let again = again.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&again, &list);
        prop_assert_eq!(again.to_string(), shown);
        prop_assert!(list.networks().count() <= networks.len().max(1) * 2);
    }
}

proptest! {
    #![proptest_config(cases(1_500))]

    /// Oracle: any text is a list or an error that points into the text.
    #[test]
    fn any_text_is_a_list_or_an_error_with_a_place(
        any in "\\PC{0,40}",
        likely in "([0-9a-f]{1,3}[.:/,]|10\\.0\\.0\\.|::ffff:|[ ,\n#%*\\[\\]]|loopback|unix:|\u{e9}|\\d{1,3}){0,12}",
    ) {
        for text in [&any, &likely] {
            for trust_all in [TrustAll::Allow, TrustAll::Refuse] {
                for separators in [Separators::Commas, Separators::CommasAndBlanks] {
                    let mut options = TrustedProxiesOptions::default();
                    (options.trust_all, options.separators) = (trust_all, separators);
                    check_error(text, options)?;
                }
            }
        }
    }
}
