//! Ways to tell whether an address is in a set of networks: ours and those of other crates.

use std::net::IpAddr;

use ip_network::{Ipv4Network, Ipv6Network};
use ip_network_table::IpNetworkTable;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use iptrie::{IpPrefix, Ipv4RTrieSet, Ipv6RTrieSet};
use prefix_trie::PrefixSet;
use tuleap_front::TrustedProxies;

use crate::addresses::{Family, half_inside, networks};
use crate::{Contender, Fallible, OURS};

// The crates have a type for each family; we ask them with addresses of that type.
macro_rules! lookups {
    ($name:ident, $family:ident, $variant:ident, $trie:ty, $net:ty, $network:ty, $longest:ident) => {
        pub(crate) fn $name(count: usize) -> Fallible<Vec<Contender>> {
            let networks = networks(count, Family::$family)?;
            let queries = half_inside(&networks, Family::$family)?.leak();
            let typed = queries.iter().filter_map(|(address, inside)| match address {
                IpAddr::$variant(address) => Some((*address, *inside)),
                _ => None,
            });
            let typed = typed.collect::<Vec<_>>().leak();

            let trusted = TrustedProxies::from_networks(networks.iter().copied())?;
            let mut trie = <$trie>::new();
            let mut set = PrefixSet::<$net>::new();
            let mut table = IpNetworkTable::new();
            for network in networks {
                if let IpNet::$variant(net) = network {
                    trie.insert(net.into());
                    set.insert(net);
                    table.insert(<$network>::new(net.network(), net.prefix_len())?, ());
                }
            }
            let trie = trie.compress();
            Ok(vec![
                Contender::answering(OURS, queries, move |address| trusted.contains(*address)),
                Contender::answering("iptrie", typed, move |address| {
                    trie.lookup(address).len() > 0
                }),
                Contender::answering("prefix-trie", typed, move |address| {
                    set.is_covered(&<$net>::from(*address))
                }),
                Contender::answering("ip_network_table", typed, move |address| {
                    table.$longest(*address).is_some()
                }),
            ])
        }
    };
}
lookups!(ipv4, Ipv4, V4, Ipv4RTrieSet, Ipv4Net, Ipv4Network, longest_match_ipv4);
lookups!(ipv6, Ipv6, V6, Ipv6RTrieSet, Ipv6Net, Ipv6Network, longest_match_ipv6);
