//! The walk.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::*;
use tuleap_front::{
    ClientIpKind, ClientIpResolver, ForwardedHeaders, ForwardingHeader, Peer, Reason,
};
use tuleap_front_tests::oracle::Answer;

use super::cases;
use super::strategies::{
    Setup, bytes, forwarded, forwarded_for, peer, setup, single, slices, trusted_address,
    untrusted_address,
};

fn real_ip() -> ForwardingHeader {
    ForwardingHeader::Single(HeaderName::from_static("x-real-ip"))
}

/// The product's answer is the oracle's.
fn check_oracle(setup: &Setup, peer: Option<Peer>, lines: &[Vec<u8>]) -> Result<(), TestCaseError> {
    let values = slices(lines);
    let ours = Answer::from(setup.resolver.resolve_values(peer, &values));
    let shown: Vec<_> = values.iter().map(|line| line.escape_ascii().to_string()).collect();
    prop_assert_eq!(ours, setup.oracle.resolve(peer, &values), "{:#?}", shown);
    Ok(())
}

/// Every way to ask gives one answer.
fn check_ways(
    resolver: &ClientIpResolver,
    peer: Option<Peer>,
    lines: &[Vec<u8>],
) -> Result<(), TestCaseError> {
    let Some(source) = resolver.sources().next() else { return Ok(()) };
    let name = source.name();
    let by_values = resolver.resolve_values(peer, &slices(lines));
    let pairs: Vec<(&str, &[u8])> =
        lines.iter().map(|line| (name.as_str(), line.as_slice())).collect();
    let explanation = resolver.explain(peer, pairs.as_slice());
    prop_assert_eq!(resolver.resolve(peer, pairs.as_slice()), by_values);
    prop_assert_eq!(explanation.client(), by_values);
    let source = resolver.source(peer, pairs.as_slice()).map(|header| header.name().as_str());
    prop_assert_eq!(explanation.source(), source);
    // The text of an explanation is for people; it must come out for any bytes.
    prop_assert!(!explanation.to_string().is_empty());
    let mut map = HeaderMap::new();
    for line in lines {
        // A header map refuses what the wire cannot carry.
        let Ok(value) = HeaderValue::from_bytes(line) else { return Ok(()) };
        map.append(name.clone(), value);
    }
    prop_assert_eq!(resolver.resolve(peer, &map), by_values);
    Ok(())
}

/// The lines with a hop's entry at the end of the last one.
fn appended(lines: &[Vec<u8>], entry: &str) -> Vec<Vec<u8>> {
    let mut lines = lines.to_vec();
    if let Some(last) = lines.last_mut() {
        last.extend_from_slice(entry.as_bytes());
    }
    lines
}

fn is_blank(lines: &[Vec<u8>]) -> bool {
    lines.iter().flatten().all(|byte| matches!(byte, b' ' | b'\t'))
}

proptest! {
    #![proptest_config(cases(1_500))]

    /// Oracle: the slow resolver of `src/oracle.rs`.
    #[test]
    fn x_forwarded_for_equals_the_oracle(
        setup in setup(ForwardingHeader::XForwardedFor), peer in peer(), lines in forwarded_for(),
    ) {
        check_oracle(&setup, peer, &lines)?;
    }

    /// Oracle: the slow resolver of `src/oracle.rs`.
    #[test]
    fn forwarded_equals_the_oracle(
        setup in setup(ForwardingHeader::Forwarded), peer in peer(), lines in forwarded(),
    ) {
        check_oracle(&setup, peer, &lines)?;
    }
}

proptest! {
    #![proptest_config(cases(600))]

    /// Oracle: the slow resolver of `src/oracle.rs`.
    #[test]
    fn a_single_value_equals_the_oracle(
        setup in setup(real_ip()), peer in peer(), lines in single(),
    ) {
        check_oracle(&setup, peer, &lines)?;
    }

    /// Oracle: the slow resolver of `src/oracle.rs`, on bytes nobody meant as a header.
    #[test]
    fn raw_bytes_equal_the_oracle(peer in peer(), lines in vec(bytes(90), 0..3)) {
        for header in [ForwardingHeader::XForwardedFor, ForwardingHeader::Forwarded, real_ip()] {
            check_oracle(&Setup::new(header), peer, &lines)?;
        }
    }

    /// Oracle: `resolve_values`, `resolve` on pairs, `resolve` on a header map and `explain` are
    /// four ways to ask one question.
    #[test]
    fn every_way_to_ask_gives_one_answer(
        peer in peer(), list in forwarded_for(), elements in forwarded(), raw in vec(bytes(60), 0..3),
    ) {
        for header in [ForwardingHeader::XForwardedFor, ForwardingHeader::Forwarded, real_ip()] {
            let resolver = Setup::new(header).resolver;
            for lines in [&list, &elements, &raw] {
                check_ways(&resolver, peer, lines)?;
            }
        }
    }

    /// Oracle: what an access rule is given was written by a hop of ours or is the socket's own
    /// word, and is not one of us; and an IPv4 client has one spelling.
    #[test]
    fn a_certain_address_is_never_one_of_ours(
        peer in peer(), list in forwarded_for(), elements in forwarded(),
    ) {
        for (header, lines) in
            [(ForwardingHeader::XForwardedFor, &list), (ForwardingHeader::Forwarded, &elements)]
        {
            let setup = Setup::new(header);
            let client = setup.resolver.resolve_values(peer, &slices(lines));
            if let Some(address) = client.addr() {
                prop_assert!(!setup.oracle.trusts(address));
                prop_assert_eq!(address, address.to_canonical());
            }
            prop_assert_eq!(client.addr().is_some(), client.kind().is_certain());
        }
    }

    /// Oracle: a hop of ours that appends itself has said nothing about the client. Only where
    /// nobody was named does the log address move, to that hop, if it is not the peer again.
    #[test]
    fn appending_a_trusted_hop_never_changes_the_answer(
        at in trusted_address(), hop in trusted_address(), list in forwarded_for(),
        elements in forwarded(), is_peer in any::<bool>(),
    ) {
        let hop = if is_peer { at } else { hop };
        let entries = [
            (ForwardingHeader::XForwardedFor, &list, format!(", {hop}")),
            (ForwardingHeader::Forwarded, &elements, format!(", for=\"{hop}\"")),
        ];
        for (header, lines, entry) in entries {
            if is_blank(lines) {
                continue;
            }
            // The limit counts hops, so it is set out of reach.
            let resolver = Setup::new(header).resolver.with_max_hops(std::num::NonZeroU8::MAX);
            let peer = Some(Peer::from(at));
            let before = resolver.resolve_values(peer, &slices(lines));
            let longer = appended(lines, &entry);
            let after = resolver.resolve_values(peer, &slices(&longer));
            prop_assert_eq!(
                (after.addr(), after.kind(), after.reason(), after.port()),
                (before.addr(), before.kind(), before.reason(), before.port())
            );
            prop_assert_eq!(after.hops(), before.hops() + 1);
            if is_peer || before.hops() > 0 {
                prop_assert_eq!(after.addr_for_log(), before.addr_for_log());
            }
        }
    }

    /// Oracle: the client may write what it likes left of the entry that names it, in the same
    /// line and in lines before.
    #[test]
    fn text_left_of_the_answer_never_matters(
        at in trusted_address(), client in untrusted_address(), hops in vec(trusted_address(), 0..4),
        left in bytes(200), line in bytes(80),
    ) {
        let chain = |entry: fn(IpAddr) -> String| {
            let entries: Vec<_> =
                std::iter::once(client).chain(hops.iter().copied()).map(entry).collect();
            entries.join(", ").into_bytes()
        };
        let element = |address: IpAddr| match address {
            IpAddr::V4(v4) => format!("by=\"a,b\";for={v4}"),
            IpAddr::V6(v6) => format!("for=\"[{v6}]:80\";host=\"\\\"\""),
        };
        let values = [
            (ForwardingHeader::XForwardedFor, chain(|address| address.to_string())),
            (ForwardingHeader::Forwarded, chain(element)),
        ];
        for (header, value) in values {
            let resolver = Setup::new(header).resolver;
            let peer = Some(Peer::from(at));
            let plain = resolver.resolve_values(peer, &[&value]);
            prop_assert_eq!(plain.addr(), Some(client));
            let dirty = [&left[..], b",", &value].concat();
            prop_assert_eq!(resolver.resolve_values(peer, &[&dirty]), plain);
            prop_assert_eq!(resolver.resolve_values(peer, &[&line, &left, &dirty]), plain);
            prop_assert_eq!(resolver.resolve_values(peer, &[&line, &value]), plain);
        }
    }

    /// Oracle: whoever is not in the list has no forwarding headers at all, and is answered by
    /// its own address.
    #[test]
    fn an_untrusted_peer_never_yields_forwarded_headers(
        stranger in untrusted_address(), lines in vec((
            proptest::sample::select(vec![
                "x-forwarded-for", "forwarded", "x-forwarded-proto", "x-forwarded-host", "x-real-ip",
            ]),
            bytes(60),
        ), 0..6),
    ) {
        for header in [ForwardingHeader::XForwardedFor, ForwardingHeader::Forwarded, real_ip()] {
            let resolver = Setup::new(header).resolver;
            for peer in [None, Some(Peer::from(stranger))] {
                prop_assert!(ForwardedHeaders::from_trusted(&resolver, peer, lines.as_slice()).is_none());
                let client = resolver.resolve(peer, lines.as_slice());
                prop_assert_eq!(client.addr(), peer.and_then(Peer::addr));
                let kinds = [ClientIpKind::Direct, ClientIpKind::None];
                prop_assert!(kinds.contains(&client.kind()));
                let reasons = [Reason::PeerUntrusted, Reason::PeerUnknown];
                prop_assert!(reasons.contains(&client.reason()));
            }
        }
    }
}
