//! What the fuzz targets of `fuzz/` assert, as plain functions: the same bodies replay the
//! committed corpora in an ordinary test.
//!
//! The first bytes of the data choose options, the rest is text; lines are parted by line feeds.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU8;

use http::HeaderName;
use ipnet::IpNet;
use tuleap_front::{
    AllowedHosts, BackendOrigin, ClientIpResolver, DestinationFacts, DestinationRule,
    ForeignDestination, ForwardedHeaders, ForwardingHeader, Guide, Host, NginxAddr,
    NginxDestination, NginxRealip, NginxRealipOptions, NginxRules, Origin, OriginPolicy,
    PathAbsolute, Peer, PublicOrigins, Recursion, Rewrite, Scheme, Separators, TrustAll,
    TrustedProxies, TrustedProxiesOptions, TuleapCompat,
};

use crate::oracle::{Answer, Oracle, destination as model};

mod cache;
mod gzip;
mod place;
mod redirect;
mod routes;
mod servers;

pub use cache::{cache, cache_key, cache_policy, expires};
pub use gzip::{gzip, gzip_policy};
pub use place::{if_header, location};
pub use redirect::{https_redirect, proxy_chain};
use routes::{halves, points};
pub use routes::{locations, request_target, routes};
pub use servers::{request_head, servers};

/// A body.
pub type Target = fn(&[u8]);

/// Every target by the name of its program and of its corpus.
pub const TARGETS: &[(&str, Target)] = &[
    ("cache", cache),
    ("cache_key", cache_key),
    ("cache_policy", cache_policy),
    ("destination", destination),
    ("expires", expires),
    ("forwarded", forwarded),
    ("gzip", gzip),
    ("gzip_policy", gzip_policy),
    ("https_redirect", https_redirect),
    ("if_header", if_header),
    ("location", location),
    ("locations", locations),
    ("nginx_realip", nginx_realip),
    ("origin", origin),
    ("proxy_chain", proxy_chain),
    ("request_head", request_head),
    ("request_target", request_target),
    ("routes", routes),
    ("servers", servers),
    ("single", single),
    ("trusted_proxies", trusted_proxies),
    ("tuleap_compat", tuleap_compat),
    ("x_forwarded_for", x_forwarded_for),
];

const NETWORKS: &[&str] = &["10.0.0.0/8", "192.0.2.128/25", "2001:db8:77::/48", "fe80::/64"];

/// Takes bytes off the front, zeros where there are none left.
fn take<const N: usize>(data: &[u8]) -> ([u8; N], &[u8]) {
    let (head, rest) = data.split_at_checked(N).unwrap_or((&[], &[]));
    (head.try_into().unwrap_or([0; N]), rest)
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| *byte == b'\n').collect()
}

/// A list, by text.
fn list(text: &str) -> TrustedProxies {
    let list = text.parse::<TrustedProxies>();
    assert!(list.is_ok(), "the list of the targets is a list");
    list.unwrap_or_default()
}

fn peer(byte: u8) -> Option<Peer> {
    match byte % 8 {
        0 => None,
        1 => Some(Peer::UnixSocket),
        2 => Some(Peer::from(IpAddr::from([203, 0, 113, 9]))),
        3 => Some(Peer::Ip(IpAddr::V6(Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped()))),
        _ => Some(Peer::from(IpAddr::from([10, 0, 0, 1]))),
    }
}

/// The resolver of the options, beside the oracle.
fn setup(header: ForwardingHeader, [hops, max_hops, flags]: [u8; 3]) -> (ClientIpResolver, Oracle) {
    let unix = if flags & 1 == 0 { ", unix:" } else { "" };
    let trusted = list(&(NETWORKS.join(", ") + unix));
    let mut resolver = ClientIpResolver::new(trusted).with_header(header.clone());
    let mut oracle = Oracle {
        networks: NETWORKS.iter().filter_map(|text| text.parse::<IpNet>().ok()).collect(),
        unix: flags & 1 == 0,
        header,
        hops: None,
        any_peer: false,
        max_hops: 32,
    };
    if let Some(max_hops) = NonZeroU8::new(max_hops) {
        resolver = resolver.with_max_hops(max_hops);
        oracle.max_hops = max_hops.get();
    }
    // Few requests count hops.
    if let Some(count) = NonZeroU8::new(hops).filter(|count| count.get() < 8) {
        oracle.hops = Some(count.get());
        oracle.any_peer = flags & 2 != 0;
        resolver = match oracle.any_peer {
            true => resolver.with_danger_hops_of_any_peer(count),
            false => resolver.with_hops(count),
        };
    }
    (resolver, oracle)
}

fn walk(header: ForwardingHeader, data: &[u8]) {
    let ([who, options @ ..], text) = take::<4>(data);
    let (resolver, oracle) = setup(header, options);
    let (peer, values) = (peer(who), lines(text));
    let client = resolver.resolve_values(peer, &values);
    assert_eq!(Answer::from(client), oracle.resolve(peer, &values));

    let name = oracle.header.name().as_str();
    let pairs: Vec<(&str, &[u8])> = values.iter().map(|value| (name, *value)).collect();
    assert_eq!(resolver.resolve(peer, pairs.as_slice()), client);
    let explanation = resolver.explain(peer, pairs.as_slice());
    assert_eq!(explanation.client(), client);
    assert!(explanation.unread() <= values.iter().map(|value| value.len()).sum());
    assert!(!explanation.to_string().is_empty());
    if let Some(address) = client.addr() {
        assert_eq!(address, address.to_canonical());
        let is_counted = client.reason() == tuleap_front::Reason::HopCount;
        assert!(!oracle.trusts(address), "certain, and one of ours; counted: {is_counted}");
    }
}

/// `X-Forwarded-For`: the oracle's answer, in every way to ask.
pub fn x_forwarded_for(data: &[u8]) {
    walk(ForwardingHeader::XForwardedFor, data);
}

/// `Forwarded`: the oracle's answer, in every way to ask.
pub fn forwarded(data: &[u8]) {
    walk(ForwardingHeader::Forwarded, data);
}

/// A header with one value: the oracle's answer, in every way to ask.
pub fn single(data: &[u8]) {
    walk(ForwardingHeader::Single(HeaderName::from_static("x-real-ip")), data);
}

/// A list: it reads back as it is displayed and holds what a scan finds, or its error points
/// into the text.
pub fn trusted_proxies(data: &[u8]) {
    let ([flags], text) = take::<1>(data);
    let text = String::from_utf8_lossy(text);
    let mut options = TrustedProxiesOptions::default();
    if flags & 1 != 0 {
        options.trust_all = TrustAll::Allow;
    }
    if flags & 2 != 0 {
        options.separators = Separators::Commas;
    }
    match TrustedProxies::parse_with(&text, options) {
        Ok(list) => read_list(&list, options),
        Err(error) => {
            let place = error.offset()..error.offset() + error.length();
            assert!(text.get(place.clone()).is_some(), "{place:?} is no place in the text");
            assert!(error.offset_in_entry() <= error.offset());
            assert!(!error.hint().is_empty() && error.line() > 0 && error.column() > 0);
        }
    }
}

fn read_list(list: &TrustedProxies, mut options: TrustedProxiesOptions) {
    options.separators = Separators::CommasAndBlanks;
    let shown = list.to_string();
    let again = TrustedProxies::parse_with(&shown, options);
    assert_eq!(again.as_ref().ok(), Some(list), "{shown}");
    let networks: Vec<IpNet> = list.networks().collect();
    for network in &networks {
        assert_eq!(*network, network.trunc());
        for address in around(network) {
            let is_inside = networks.iter().any(|network| network.contains(&address));
            assert_eq!(list.contains(address), is_inside, "{address}");
            assert_eq!(list.matching_entry(address).is_some(), is_inside, "{address}");
        }
    }
    assert_eq!(list.is_empty(), networks.is_empty() && !list.trusts_unix_socket());
}

/// The first and the last address of a network and those beside it. An IPv4-mapped one is IPv4,
/// which no IPv6 network covers.
fn around(network: &IpNet) -> [IpAddr; 4] {
    let edges = match (network.network(), network.broadcast()) {
        (IpAddr::V4(low), IpAddr::V4(high)) => {
            let (low, high) = (low.to_bits(), high.to_bits());
            [low.wrapping_sub(1), low, high, high.wrapping_add(1)]
                .map(|bits| IpAddr::from(Ipv4Addr::from_bits(bits)))
        }
        (IpAddr::V6(low), IpAddr::V6(high)) => {
            let (low, high) = (low.to_bits(), high.to_bits());
            [low.wrapping_sub(1), low, high, high.wrapping_add(1)]
                .map(|bits| IpAddr::from(Ipv6Addr::from_bits(bits)))
        }
        (low, high) => [low, low, high, high],
    };
    edges.map(|address| address.to_canonical())
}

/// Scheme, host and port: a stranger changes nothing, a host is an allowed one or none.
pub fn origin(data: &[u8]) {
    let ([who, flags, hops], text) = take::<3>(data);
    let header = match flags & 1 {
        0 => ForwardingHeader::XForwardedFor,
        _ => ForwardingHeader::Forwarded,
    };
    let resolver = ClientIpResolver::new(list("10.0.0.0/8")).with_header(header);
    let names: [&[u8]; 6] = [
        b"x-forwarded-for",
        b"X-Forwarded-Proto",
        b"X-Forwarded-Host",
        b"X-Forwarded-Port",
        b"Forwarded",
        b"Connection",
    ];
    let line = |(index, line)| {
        let ([name], value) = take::<1>(line);
        // A digit chooses the header, anything else is the place in the request.
        let at = if name.is_ascii_digit() { usize::from(name - b'0') } else { index };
        names.get(at % names.len()).map(|name| (*name, value))
    };
    let headers: Vec<(&[u8], &[u8])> =
        lines(text).into_iter().enumerate().filter_map(line).collect();
    let allowed = ["shop.example", ".tenant.example", "[::1]", "local.example"];
    let Ok(hosts) = AllowedHosts::new(allowed) else { return };
    let mut policy = OriginPolicy::default().with_forwarded_host(hosts.clone());
    if flags & 2 != 0 {
        policy = policy.with_forwarded_port();
    }
    if let Some(count) = NonZeroU8::new(hops) {
        policy = policy.with_proto_hops(count);
    }
    let local = Origin::new(Scheme::Http, Host::parse(b"local.example"), 8080);
    let peer = peer(who);
    let forwarded = ForwardedHeaders::from_trusted(&resolver, peer, headers.as_slice());
    assert_eq!(forwarded.is_some(), peer.is_some_and(|peer| resolver.trusts(peer)));
    let explained = policy.explain(forwarded.as_ref(), &local);
    let origin = policy.origin(forwarded.as_ref(), &local);
    assert_eq!(*explained.origin(), origin);
    if let Some(host) = origin.host() {
        assert!(hosts.allows(host), "{host}");
        assert_eq!(
            Host::parse(host.as_bytes()).map(|host| host.name().to_owned()).as_deref(),
            Some(host)
        );
    }
    assert_ne!(origin.port(), 0);
    match &forwarded {
        None => assert_eq!(origin, local),
        Some(forwarded) => {
            assert_eq!(forwarded.client(), resolver.resolve(peer, headers.as_slice()));
        }
    }
}

/// nginx's rules: any bytes are answered; nobody trusted, nothing changed; not recursive, the
/// answer of a list is that of its last line.
pub fn nginx_realip(data: &[u8]) {
    let ([flags], text) = take::<1>(data);
    let mut texts = lines(text).into_iter();
    let entry = String::from_utf8_lossy(texts.next().unwrap_or_default()).into_owned();
    let mut options = NginxRealipOptions::default();
    options.header = if flags & 1 == 0 { "X-Forwarded-For" } else { "X-Real-IP" }.to_owned();
    options.recursion = if flags & 2 == 0 { Recursion::On } else { Recursion::Off };
    options.rules = if flags & 4 == 0 { NginxRules::Current } else { NginxRules::V1_22 };
    let header = options.header.clone();
    let headers: Vec<(&str, &[u8])> = texts.map(|value| (header.as_str(), value)).collect();
    let peer = NginxAddr::from(IpAddr::from([10, 0, 0, 1]));
    let nobody = NginxRealip::new([""; 0], options.clone());
    assert!(nobody.is_ok_and(|nobody| !nobody.resolve(peer, headers.as_slice()).is_rewritten()));
    let Ok(realip) = NginxRealip::new(["10.0.0.0/8", entry.as_str()], options.clone()) else {
        return;
    };
    let client = realip.resolve(peer, headers.as_slice());
    assert!(client.is_rewritten() || (client.addr() == peer && client.port().is_none()));
    assert_ne!(client.port(), Some(0));
    if options.recursion == Recursion::Off {
        let one = if flags & 1 == 0 { headers.last() } else { headers.first() };
        let one: Vec<(&str, &[u8])> = one.copied().into_iter().collect();
        assert_eq!(realip.resolve(peer, one.as_slice()), client);
    }
}

/// Tuleap's rules: the answer is the header or the peer.
pub fn tuleap_compat(data: &[u8]) {
    let mut texts = lines(data).into_iter();
    let (setting, peer) = (texts.next().unwrap_or_default(), texts.next());
    let header = texts.next();
    let compat = TuleapCompat::new(setting);
    let answer = compat.resolve(peer, header);
    let plain = peer.unwrap_or_default();
    assert!(answer == plain || (peer.is_some() && Some(answer) == header));
    assert_eq!(compat.resolve(peer, None), plain);
    assert_eq!(TuleapCompat::new(b"").resolve(peer, header), plain);
    let resolver = ClientIpResolver::new(TrustedProxies::default());
    assert_eq!(compat.compare(&resolver, peer, header).compat(), answer);
}

/// The sites and next servers of the target.
const SITES: &[(&str, &str)] = &[
    ("https://tuleap.example.com", "http://tuleap.example.com"),
    ("https://[2001:db8::1]:8443, https://svn.example.com", "http://[2001:db8:0::1]:8080"),
    ("auto", "http"),
    ("http://tuleap.example.com", "https://tuleap.example.com:443"),
];

/// Where a copy goes: the model's answer; a second server leaves it as it is; what is sent names
/// the same path on the next server.
pub fn destination(data: &[u8]) {
    let ([site, flags], text) = take::<2>(data);
    let (site, next) = SITES.get(usize::from(site) % SITES.len()).copied().unwrap_or_default();
    let (Ok(public), Ok(backend)) = (site.parse::<PublicOrigins>(), next.parse::<BackendOrigin>())
    else {
        return;
    };
    let methods: [&[u8]; 4] = [b"COPY", b"MOVE", b"GET", b"copy"];
    let facts = DestinationFacts {
        method: methods.get(usize::from(flags >> 2) % methods.len()).copied().unwrap_or_default(),
        host: b"Shop.example:8443",
        forwarded_host: if flags & 32 == 0 { b"shop.example" } else { b"" },
        scheme: Scheme::Https,
    };
    let (is_passed, is_promoted) = (flags & 1 != 0, flags & 2 != 0);
    let foreign = if is_passed { ForeignDestination::Pass } else { ForeignDestination::Reject };
    let path = if is_promoted { PathAbsolute::Promote } else { PathAbsolute::Keep };
    let rule = DestinationRule::new(public, backend).with_foreign(foreign).with_path_absolute(path);

    let rewrite = rule.rewrite_value(&facts, text);
    let model = model::Model { site, next, facts, is_passed, is_promoted };
    let value = rewrite.value(&[text]);
    let answer = match rewrite {
        Rewrite::Reject { status, reason } => {
            assert_eq!(status, reason.status());
            Err(reason.as_str())
        }
        _ => Ok(value.clone().unwrap_or_else(|| text.to_vec())),
    };
    assert_eq!(answer, model.answer(text));
    assert_eq!(rule.rewrite_values(&facts, &[text]), rewrite);
    let headers = [("destination", text)];
    let explanation = rule.explain(&facts, headers.as_slice());
    assert_eq!(*explanation.rewrite(), rewrite);
    assert!(!explanation.to_string().is_empty());
    if let Some(value) = value {
        assert_ne!(value, text);
        assert_eq!(rewrite.length(), Some(value.len()));
        assert!(!value.iter().any(u8::is_ascii_control));
        assert_eq!(rule.rewrite_value(&facts, &value), Rewrite::Unchanged);
        assert_eq!(model::path(&value), model::path(text.trim_ascii()));
    }
    documented(text);
}

/// The documented rule: a byte less, or nothing less; and what nginx does beside.
fn documented(text: &[u8]) {
    let facts = DestinationFacts::default();
    let rule = DestinationRule::documented(Guide::ReverseProxy);
    let kept = DestinationRule::documented(Guide::Distributed);
    let mut expect = text.to_vec();
    if text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"https")) {
        expect.splice(..5, *b"http");
    }
    match rule.rewrite_value(&facts, text) {
        Rewrite::Reject { .. } => {
            assert!(text.iter().any(|byte| b"\r\n\0".contains(byte)));
            assert!(matches!(kept.rewrite_value(&facts, text), Rewrite::Reject { .. }));
        }
        rewrite => {
            assert_eq!(rewrite.value(&[text]).unwrap_or_else(|| text.to_vec()), expect);
            assert_eq!(kept.rewrite_value(&facts, text), Rewrite::Unchanged);
        }
    }
    let lines = lines(text);
    for rules in [NginxRules::Current, NginxRules::V1_22] {
        let nginx = NginxDestination::new(Guide::ReverseProxy, rules);
        let (plain, escaped) = (nginx.sent(b"/a", &lines), nginx.sent(b"/a%20b", &lines));
        assert_eq!(plain.is_some(), escaped.is_some());
        let (Some(plain), Some(escaped)) = (plain, escaped) else { continue };
        let has_scheme = |value: &[u8]| value.starts_with(b"http");
        assert!(plain == escaped || has_scheme(&plain) && has_scheme(&escaped));
        assert!(plain.len() <= escaped.len());
    }
}
