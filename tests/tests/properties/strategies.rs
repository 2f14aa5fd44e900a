//! Random requests that look like requests: each piece is likely to matter to the walk.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use proptest::collection::vec;
use proptest::prelude::*;
use tuleap_front::{ClientIpResolver, ForwardingHeader, Peer, TrustedProxies};
use tuleap_front_tests::oracle::Oracle;

/// The list that most properties walk with.
const TRUSTED: &str =
    "10.0.0.0/8, 192.0.2.128/25, 198.51.100.7, 2001:db8:77::/48, fe80::/64, unix:";

/// One configuration, for the product and for the oracle.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) resolver: ClientIpResolver,
    pub(crate) oracle: Oracle,
}

/// The oracle's fields say it all.
impl fmt::Debug for Setup {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.oracle.fmt(out)
    }
}

impl Setup {
    pub(crate) fn new(header: ForwardingHeader) -> Self {
        let trusted: TrustedProxies = TRUSTED.parse().unwrap_or_default();
        let networks: Vec<IpNet> = TRUSTED.split(", ").filter_map(network).collect();
        assert_eq!(networks.len(), 5, "the oracle reads the list by itself");
        let oracle = Oracle {
            networks,
            unix: true,
            header: header.clone(),
            hops: None,
            any_peer: false,
            max_hops: 32,
        };
        Self { resolver: ClientIpResolver::new(trusted).with_header(header), oracle }
    }
}

/// The oracle's way to read an entry: a network, or an address and its whole length.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Any header, hop count, limit and peer gate.
pub(crate) fn setup(header: ForwardingHeader) -> impl Strategy<Value = Setup> {
    let hops = prop_oneof![3 => Just(None), 1 => (1_u8..6).prop_map(Some)];
    let max_hops = prop_oneof![3 => Just(32_u8), 1 => 1_u8..5, 1 => Just(255)];
    (hops, max_hops, prop::bool::weighted(0.2)).prop_map(move |(hops, max_hops, any_peer)| {
        let mut setup = Setup::new(header.clone());
        let nonzero = |count| std::num::NonZeroU8::new(count).unwrap_or(std::num::NonZeroU8::MIN);
        setup.resolver = setup.resolver.with_max_hops(nonzero(max_hops));
        setup.oracle.max_hops = max_hops;
        if let Some(count) = hops {
            setup.oracle.hops = hops;
            setup.oracle.any_peer = any_peer;
            setup.resolver = if any_peer {
                setup.resolver.with_danger_hops_of_any_peer(nonzero(count))
            } else {
                setup.resolver.with_hops(nonzero(count))
            };
        }
        setup
    })
}

/// An address, half of the time one of ours.
pub(crate) fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        3 => trusted_address(),
        3 => untrusted_address(),
        1 => any::<[u8; 4]>().prop_map(IpAddr::from),
        1 => any::<[u8; 16]>().prop_map(IpAddr::from),
    ]
}

/// An address in the list.
pub(crate) fn trusted_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<[u8; 3]>().prop_map(|[b, c, d]| IpAddr::from([10, b, c, d])),
        (128_u8..).prop_map(|last| IpAddr::from([192, 0, 2, last])),
        any::<u64>().prop_map(|low| {
            IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_0077_u128 << 80) | u128::from(low)))
        }),
    ]
}

/// The address of a host that is not in the list.
pub(crate) fn untrusted_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u8>().prop_map(|last| IpAddr::from([203, 0, 113, last])),
        (0_u8..128).prop_map(|last| IpAddr::from([192, 0, 2, last])),
        any::<u64>().prop_map(|low| {
            IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_0078_u128 << 80) | u128::from(low)))
        }),
    ]
}

/// One of the spellings of an address.
fn spelling(address: IpAddr) -> impl Strategy<Value = String> {
    let spellings = match address {
        IpAddr::V4(v4) => {
            let mapped = v4.to_ipv6_mapped();
            let [a, b, c, d] = v4.octets();
            vec![
                v4.to_string(),
                format!("{mapped}"),
                format!("::FFFF:{:x}:{:x}", u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])),
                format!("[{mapped}]"),
                format!("{a}.{b}.{c}.0{d}"),
            ]
        }
        IpAddr::V6(v6) => {
            let groups = v6.segments().map(|group| format!("{group:04X}"));
            let tail = Ipv4Addr::from_bits(v6.to_bits() as u32);
            let [a, b, c, d, e, f, ..] = v6.segments();
            vec![
                v6.to_string(),
                format!("[{v6}]"),
                groups.join(":"),
                format!("{a:x}:{b:x}:{c:x}:{d:x}:{e:x}:{f:x}:{tail}"),
                format!("{v6}%eth0"),
            ]
        }
    };
    (proptest::sample::select(spellings), port()).prop_map(|(text, port)| text + &port)
}

fn port() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(String::new()),
        1 => any::<u16>().prop_map(|port| format!(":{port}")),
        1 => proptest::sample::select(vec![":", ":_x", ":65536", ":080", ":x", "::1"])
            .prop_map(str::to_owned),
    ]
}

/// What an entry of a list may hold.
pub(crate) fn node() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => address().prop_flat_map(spelling),
        2 => proptest::sample::select(vec![
            "", " ", "\t", "unknown", "Unknown:80", "_hidden", "_", "_a:_b", "unix:", "unix:/run/x",
            "localhost", "127.1", "0.0.0.0", "255.255.255.255", "::", "[::]:x", "[::]x", "ff02::1",
            "for=10.0.0.1", "\"10.0.0.1\"", "10.0.0.1/8", "fe80::1%", "fe80::5%eth0", "[", "[]",
            "1.2.3.4.5", "10.0.0.1 10.0.0.2", "::ffff:1.2.3.4:80",
        ]).prop_map(str::to_owned),
        1 => (60_usize..70).prop_map(|length| "9".repeat(length)),
        1 => (60_usize..70).prop_map(|length| format!("fe80::1%{}", "z".repeat(length - 8))),
        1 => (0_usize..80).prop_map(|length| format!("x{}x", " ".repeat(length))),
        1 => "[0-9a-f:.\\[\\]% _]{0,12}",
    ]
}

/// Nothing, a blank, or so many that they must not count.
fn blanks() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(String::new()),
        4 => Just(" ".to_owned()),
        1 => "[ \t]{0,3}",
        1 => (60_usize..140).prop_map(|length| " ".repeat(length)),
    ]
}

fn list_of<S: Strategy<Value = String>>(
    entry: impl Fn() -> S,
    most: usize,
) -> impl Strategy<Value = Vec<u8>> {
    let padded =
        (blanks(), entry(), blanks()).prop_map(|(before, entry, after)| before + &entry + &after);
    vec(padded, 0..most).prop_map(|entries| entries.join(",").into_bytes())
}

/// The lines of `X-Forwarded-For`.
pub(crate) fn forwarded_for() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(prop_oneof![9 => list_of(node, 6), 1 => list_of(node, 40)], 0..4)
}

/// The lines of a header with one value.
pub(crate) fn single() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(list_of(node, 2), 0..3)
}

/// An element of `Forwarded`, mostly well formed.
fn element() -> impl Strategy<Value = String> {
    let names = || {
        proptest::sample::select(vec![
            "for", "For", "FOR", "by", "host", "proto", "x", "secret", "", "fo r",
        ])
    };
    let value = prop_oneof![
        4 => node(),
        4 => node().prop_map(|node| format!("\"{node}\"")),
        2 => node().prop_map(|node| {
            format!("\"{}\"", node.chars().flat_map(|char| ['\\', char]).collect::<String>())
        }),
        1 => proptest::sample::select(vec![
            "\"", "\"\"", "\"a,b\"", "\"a\\\"b, c\"", "\"a\\\\\"", "\"\\", "'a'", "a=b", "\"a\"b",
            "\"a;b\"", "\"\\\\\"x\"", "\"\\\\\\\"x\"", "https", "\"\u{7f}\"", "\"\u{e9}\"",
        ]).prop_map(str::to_owned),
    ];
    let pair = (names(), value).prop_map(|(name, value)| format!("{name}={value}"));
    let pair = prop_oneof![12 => pair, 1 => Just(String::new()), 1 => Just("for".to_owned())];
    let named = node().prop_map(|node| format!("for=\"{node}\""));
    let rest = vec(pair, 0..3);
    let separator = proptest::sample::select(vec![";", "; ", " ;\t", ";;"]);
    prop_oneof![
        3 => (named, rest.clone(), separator.clone()).prop_map(|(first, mut rest, separator)| {
            rest.insert(0, first);
            rest.join(separator)
        }),
        1 => (rest, separator).prop_map(|(rest, separator)| rest.join(separator)),
        1 => (30_usize..36).prop_map(|count| {
            let extra: String = (0..count).map(|index| format!("p{index}=1;")).collect();
            extra + "for=10.0.0.2"
        }),
    ]
}

/// The lines of `Forwarded`.
pub(crate) fn forwarded() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(list_of(element, 5), 0..4)
}

/// Bytes with what the grammars look for among them.
pub(crate) fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => proptest::sample::select(b",\"\\;=:[]._- \t0123456789afFor%/".to_vec()),
        1 => any::<u8>(),
    ];
    prop_oneof![3 => vec(byte, 0..most), 1 => vec(any::<u8>(), 0..most)]
}

/// A peer: one of ours more often than not.
pub(crate) fn peer() -> impl Strategy<Value = Option<Peer>> {
    prop_oneof![
        6 => trusted_address().prop_map(|address| Some(Peer::from(address))),
        2 => address().prop_map(|address| Some(Peer::from(address))),
        1 => untrusted_address().prop_map(|address| Some(Peer::Ip(mapped(address)))),
        1 => trusted_address().prop_map(|address| Some(Peer::Ip(mapped(address)))),
        1 => Just(Some(Peer::UnixSocket)),
        1 => Just(None),
    ]
}

/// As a dual-stack socket shows it.
fn mapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V6(v4.to_ipv6_mapped()),
        IpAddr::V6(_) => address,
    }
}

/// Borrows the lines.
pub(crate) fn slices(lines: &[Vec<u8>]) -> Vec<&[u8]> {
    lines.iter().map(Vec::as_slice).collect()
}
