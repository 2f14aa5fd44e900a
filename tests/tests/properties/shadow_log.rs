//! Shadow running.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::thread;

use proptest::collection::vec;
use proptest::prelude::*;
use tuleap_front::{
    AddressMask, ClientIp, ClientIpKind, Peer, Reason, ShadowLine, ShadowLog, ShadowLogOptions,
};

use super::cases;
use super::strategies::{address, bytes, peer};

fn log(mask: AddressMask, lines_per_minute: u32) -> ShadowLog {
    let mut options = ShadowLogOptions::default();
    options.mask = mask;
    options.lines_per_minute = NonZeroU32::new(lines_per_minute).unwrap_or(NonZeroU32::MIN);
    ShadowLog::new(options)
}

fn client() -> impl Strategy<Value = ClientIp> {
    use ClientIpKind::{Direct, Edge, Forwarded, None, Unnamed};
    let kind = proptest::sample::select(vec![Direct, Edge, Forwarded, Forwarded, None, Unnamed]);
    let reason = proptest::sample::select(Reason::ALL);
    (kind, proptest::option::weighted(0.9, address()), reason)
        .prop_map(|(kind, address, reason)| ClientIp::from_parts(kind, address, reason))
}

/// What the host program has: mostly an address, of these or of any.
fn theirs() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => address().prop_map(|address| address.to_string().into_bytes()),
        1 => bytes(200),
        1 => vec(any::<u8>(), 64..70),
        1 => Just(b"unix:".to_vec()),
    ]
}

/// Oracle: an address with the bits behind the prefix taken away.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

fn shown(peer: Option<Peer>, mask: AddressMask) -> String {
    match (peer.map(|peer| (peer, peer.addr())), mask) {
        (None, _) => "-".to_owned(),
        (Some((_, Some(address))), AddressMask::On) => network(address),
        (Some((_, Some(address))), AddressMask::Off) => address.to_canonical().to_string(),
        (Some((peer, None)), _) => peer.to_string(),
    }
}

/// Differences of one minute, by a clock that is mostly steady.
fn clock() -> impl Strategy<Value = Vec<(u64, bool)>> {
    let step = prop_oneof![
        6 => 0_i64..20, 2 => 20_i64..70, 1 => 70_i64..500, 1 => -70_i64..0, 1 => any::<i64>(),
    ];
    vec((step, prop::bool::weighted(0.8)), 1..120).prop_map(|steps| {
        let mut now = 1_000_u64;
        let times = steps.into_iter().map(|(step, differs)| {
            now = now.saturating_add_signed(step);
            (now, differs)
        });
        times.collect()
    })
}

proptest! {
    #![proptest_config(cases(800))]

    /// Oracle: the line in words, where the two addresses are not one. It is short and printable.
    #[test]
    fn a_line_is_written_where_the_answers_differ(
        client in client(), peer in peer(), theirs in theirs(), is_masked in any::<bool>(),
    ) {
        let mask = if is_masked { AddressMask::On } else { AddressMask::Off };
        let ours = match client.kind() {
            ClientIpKind::Forwarded => client.addr().map(Peer::from),
            _ => peer.map(|peer| peer.addr().map_or(peer, Peer::from)),
        };
        let line = log(mask, 1).client_ip(&client, peer, &theirs, 0);
        let known = Peer::parse(&theirs);
        let is_same = ours == known && (known.is_some() || theirs.is_empty());
        prop_assert_eq!(line.is_none(), is_same);
        let Some(line) = line else { return Ok(()) };
        let text = line.to_string();
        prop_assert!(text.len() < ShadowLine::MAX);
        prop_assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{}", text);
        let start = format!(
            "tuleap_front shadow client_ip: ours {} ({}, {}), theirs ",
            shown(ours, mask), client.kind(), client.reason().code(),
        );
        prop_assert!(text.starts_with(&start), "{}", text);
        let end = format!(", peer {}", shown(peer, mask));
        prop_assert!(text.ends_with(&end), "{}", text);
        let middle = text.get(start.len()..text.len() - end.len()).unwrap_or_default();
        match (known, mask) {
            (Some(_), _) => prop_assert_eq!(middle, shown(known, mask)),
            (None, _) if theirs.is_empty() => prop_assert_eq!(middle, "-"),
            (None, AddressMask::On) => prop_assert_eq!(middle, "(not an address)"),
            (None, AddressMask::Off) => prop_assert!(middle.starts_with('"')),
        }
    }

    /// A peer in text form is the same peer, and text that is none is unknown.
    #[test]
    fn text_and_address_give_one_line(client in client(), peer in peer(), theirs in theirs()) {
        let text = peer.map_or_else(String::new, |peer| peer.to_string());
        let by_text = log(AddressMask::Off, 1);
        let by_text = by_text.client_ip_text(&client, text.as_bytes(), &theirs, 0);
        let by_peer = log(AddressMask::Off, 1);
        let by_peer = by_peer.client_ip(&client, peer, &theirs, 0);
        prop_assert_eq!(by_text.map(|line| line.to_string()), by_peer.map(|line| line.to_string()));
    }

    /// Oracle: a list of the differences of the current minute. Every difference is a line or is
    /// told of by a later one, whatever the clock does.
    #[test]
    fn a_minute_has_its_lines_and_no_more(clock in clock(), limit in 1_u32..8) {
        let log = log(AddressMask::Off, limit);
        let ours = ClientIp::from_parts(ClientIpKind::None, None, Reason::PeerUnknown);
        let (mut minute, mut differences) = (0_u64, 0_u32);
        let (mut lines, mut told, mut all) = (0_u32, 0_u32, 0_u32);
        for (now, differs) in clock {
            let theirs: &[u8] = if differs { b"192.0.2.1" } else { b"" };
            let line = log.client_ip(&ours, None, theirs, now);
            if !differs {
                prop_assert!(line.is_none());
                continue;
            }
            let asked = now / 60 % (1 << 32);
            let withheld = differences.saturating_sub(limit);
            let is_new = asked != minute && asked + 1 != minute;
            (minute, differences) = if is_new { (asked, 1) } else { (minute, differences + 1) };
            prop_assert_eq!(line.is_some(), differences <= limit);
            let expect = if differences == 1 { withheld } else { 0 };
            prop_assert_eq!(line.map_or(0, |line| line.withheld()), if is_new { expect } else { 0 });
            lines += u32::from(line.is_some());
            told += line.map_or(0, |line| line.withheld());
            all += 1;
        }
        prop_assert_eq!(lines + told + differences.saturating_sub(limit), all);
    }
}

/// Every difference of many threads is counted once.
#[test]
fn threads_share_the_lines_of_a_minute() {
    const THREADS: u32 = 8;
    const EACH: u32 = 20_000;
    let log = log(AddressMask::Off, 1_000);
    let ours = ClientIp::from_parts(ClientIpKind::None, None, Reason::PeerUnknown);
    let ask = |now| log.client_ip(&ours, None, b"192.0.2.1", now);
    for minute in 1..4 {
        let lines: u32 = thread::scope(|scope| {
            let count = || (0..EACH).filter(|_| ask(minute * 60).is_some()).count() as u32;
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(count)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(lines, 1_000);
    }
    let withheld = ask(240).map(|line| line.withheld());
    assert_eq!(withheld, Some(THREADS * EACH - 1_000));
}
