//! What is sent on.

use std::net::IpAddr;

use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use tuleap_front::{
    ClientIpResolver, ForwardedHop, ForwardingHeader, HopDirective, HopFacts, HopField, HopHeader,
    HopOutput, Host, NginxAddr, Origin, Peer, Reason, Scheme, TrustedProxies,
};

use super::cases;
use super::strategies::{Setup, forwarded_for, peer, slices};

/// The values as they are written piece by piece.
#[derive(Default)]
struct Pieces(Vec<(HopField, HopDirective, Vec<u8>)>);

impl HopOutput for Pieces {
    fn header(&mut self, field: HopField, directive: HopDirective) {
        self.0.push((field, directive, Vec::new()));
    }

    fn value(&mut self, piece: &[u8]) {
        if let Some((_, _, value)) = self.0.last_mut() {
            value.extend_from_slice(piece);
        }
    }
}

const FRONT: [u8; 4] = [172, 16, 0, 1];

/// The resolver of the next server: the same list, and the front itself.
fn behind(resolver: &ClientIpResolver) -> Result<ClientIpResolver, TestCaseError> {
    let list: TrustedProxies = format!("{}, {}", resolver.trusted(), IpAddr::from(FRONT))
        .parse()
        .map_err(|error| TestCaseError::fail(format!("{error}")))?;
    Ok(ClientIpResolver::new(list))
}

/// Could a host have this address? A socket may report what no header may name.
fn is_host(address: IpAddr) -> bool {
    !address.is_unspecified()
        && !address.is_multicast()
        && address != IpAddr::from([255, 255, 255, 255])
        && address != IpAddr::from(FRONT)
}

proptest! {
    #![proptest_config(cases(800))]

    /// Oracle: the next server, which trusts this one, finds the same client and is as sure of it.
    #[test]
    fn what_a_hop_writes_reads_back_as_the_same_client(peer in peer(), lines in forwarded_for()) {
        let setup = Setup::new(ForwardingHeader::XForwardedFor);
        let first = setup.resolver.resolve_values(peer, &slices(&lines));
        if first.addr_for_log().is_some_and(|address| !is_host(address)) {
            return Ok(());
        }
        let mut headers = HeaderMap::new();
        for value in lines.iter().filter_map(|line| HeaderValue::from_bytes(line).ok()) {
            headers.append("x-forwarded-for", value.clone());
            headers.append("x_forwarded_for", value.clone());
            headers.append("forwarded", value);
        }
        let origin = Origin::new(Scheme::Https, None, 443);
        let remote_addr = peer.and_then(Peer::addr).map(NginxAddr::from);
        let facts = HopFacts { client: first, origin: &origin, local: &origin, remote_addr };
        let hop = ForwardedHop::recommended();
        hop.apply(&facts, &mut headers);
        prop_assert!(!headers.contains_key("forwarded") && !headers.contains_key("x_forwarded_for"));
        prop_assert_eq!(headers.get_all("x-forwarded-for").iter().count(), 1);

        let front = Some(Peer::from(IpAddr::from(FRONT)));
        let second = behind(&setup.resolver)?.resolve(front, &headers);
        prop_assert_eq!(second.addr(), first.addr());
        prop_assert_eq!(second.kind().is_certain(), first.kind().is_certain());
        // Where the address is not certain the next server says so too.
        if !first.kind().is_certain() {
            prop_assert_eq!(second.reason(), Reason::EntryUnknown);
        }
    }

    /// Oracle: the headers that are collected.
    #[test]
    fn pieces_are_the_same_headers(
        peer in peer(),
        lines in forwarded_for(),
        host in "[a-cA-C.:0-9\\[\\]]{0,12}",
        directives in proptest::array::uniform4(0_u8..4),
        is_recommended in any::<bool>(),
    ) {
        let setup = Setup::new(ForwardingHeader::XForwardedFor);
        let pairs: Vec<(&str, &[u8])> =
            lines.iter().map(|line| ("X-Forwarded-For", line.as_slice())).collect();
        let origin = Origin::new(Scheme::Https, Host::parse(host.as_bytes()), 8443);
        let facts = HopFacts {
            client: setup.resolver.resolve(peer, pairs.as_slice()),
            origin: &origin,
            local: &origin,
            remote_addr: peer.and_then(Peer::addr).map(NginxAddr::from),
        };
        let guide = ForwardedHop::documented(tuleap_front::Guide::Distributed);
        let mut hop = if is_recommended { ForwardedHop::recommended() } else { guide };
        for (field, number) in HopField::ALL.into_iter().zip(directives) {
            hop = hop.with(field, match number {
                0 => HopDirective::Keep,
                1 => HopDirective::Remove,
                _ => HopDirective::Write,
            });
        }
        let mut pieces = Pieces::default();
        hop.write(&facts, pairs.as_slice(), &mut pieces);
        let collected = hop.headers(&facts, pairs.as_slice());
        let collected = collected.iter().map(|(field, header)| match header {
            HopHeader::Keep => (field, HopDirective::Keep, Vec::new()),
            HopHeader::Remove => (field, HopDirective::Remove, Vec::new()),
            HopHeader::Set(value) => (field, HopDirective::Write, value.to_vec()),
        });
        prop_assert_eq!(pieces.0, collected.collect::<Vec<_>>());
    }

    /// Oracle: a recommended header value is an address, a scheme or the word `unknown`, whatever
    /// was received; the documented one is what was received, and an address.
    #[test]
    fn nothing_of_the_client_passes_a_recommended_hop(peer in peer(), lines in forwarded_for()) {
        let setup = Setup::new(ForwardingHeader::XForwardedFor);
        let pairs: Vec<(&str, &[u8])> =
            lines.iter().map(|line| ("X-Forwarded-For", line.as_slice())).collect();
        let origin = Origin::new(Scheme::Http, None, 80);
        let facts = HopFacts {
            client: setup.resolver.resolve(peer, pairs.as_slice()),
            origin: &origin,
            local: &origin,
            remote_addr: Some(IpAddr::from(FRONT).into()),
        };
        let sent = ForwardedHop::recommended().headers(&facts, pairs.as_slice());
        for field in [HopField::RealIp, HopField::ForwardedFor] {
            let HopHeader::Set(value) = sent.get(field) else { continue };
            let text = std::str::from_utf8(value).unwrap_or_default();
            prop_assert!(text == "unknown" || text.parse::<IpAddr>().is_ok(), "{}", text);
        }
        let guide = ForwardedHop::documented(tuleap_front::Guide::ReverseProxy);
        let sent = guide.headers(&facts, pairs.as_slice());
        let HopHeader::Set(value) = sent.get(HopField::ForwardedFor) else {
            return Err(TestCaseError::fail("the guide writes X-Forwarded-For"));
        };
        let mut expect: Vec<Vec<u8>> = lines
            .iter()
            .map(|line| String::from_utf8_lossy(line).trim_matches(' ').as_bytes().to_vec())
            .collect();
        expect.push(b"172.16.0.1".to_vec());
        prop_assert_eq!(value.as_ref(), expect.join(&b", "[..]));
    }
}
