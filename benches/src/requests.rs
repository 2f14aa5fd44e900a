//! Ways to a request's client: ours, nginx's and those of other crates.

use std::hint::black_box;
use std::net::IpAddr;

use http::{HeaderMap, HeaderValue};
use tuleap_front::{ClientIpResolver, Peer, TrustedProxies};

use crate::cases::Case;
use crate::nginx::NginxWalk;
use crate::{Contender, Fallible, NOTHING, OURS, OURS_FROM_MAP};

/// What one request holds, and whose address is the answer.
struct Sent {
    lines: Vec<Vec<u8>>,
    map: HeaderMap,
    client: IpAddr,
}

pub(crate) fn contenders(case: Case) -> Fallible<Vec<Contender>> {
    let sent = case.headers.iter().map(|(value, client)| {
        let lines = value.iter().map(|value| value.as_bytes().to_vec()).collect();
        Ok(Sent { lines, map: header_map(value.as_deref())?, client: *client })
    });
    let sent = sent.collect::<Fallible<Vec<_>>>()?.leak();
    let mut contenders = ours(&case, sent)?;
    // Without a header nginx does not start its walk.
    if sent.iter().all(|one| !one.lines.is_empty()) {
        contenders.push(nginx(&case, sent)?);
    }
    contenders.extend(other_crates(case, sent));
    Ok(contenders)
}

fn ours(case: &Case, sent: &'static [Sent]) -> Fallible<Vec<Contender>> {
    let trusted = TrustedProxies::from_networks(case.networks.iter().copied())?;
    let resolver = ClientIpResolver::new(trusted);
    let by_map = resolver.clone();
    let peer = Some(Peer::from(case.peer));
    // Headers as a server has them: slices of its buffer.
    let values = sent.iter().map(|one| (one.lines.iter().map(Vec::as_slice).collect(), one.client));
    let values: &'static [(Vec<&[u8]>, IpAddr)] = values.collect::<Vec<_>>().leak();
    let is_right = values.iter().all(|(values, client)| {
        resolver.resolve_values(peer, values).addr_for_log() == Some(*client)
    });
    Ok(vec![
        Contender::new(OURS, is_right, values, move |(values, _)| {
            black_box(&resolver.resolve_values(black_box(peer), values));
        }),
        Contender::new(OURS_FROM_MAP, is_right, sent, move |one| {
            black_box(&by_map.resolve(black_box(peer), &one.map));
        }),
        Contender::new(NOTHING, true, values, move |_| {
            black_box(black_box(peer));
        }),
    ])
}

fn nginx(case: &Case, sent: &'static [Sent]) -> Fallible<Contender> {
    let mut nginx = NginxWalk::new(&case.networks, case.peer).ok_or("out of memory")?;
    let is_right = sent.iter().all(|one| nginx.client(first(&one.lines)) == one.client);
    Ok(Contender::new("nginx", is_right, sent, move |one| {
        black_box(nginx.walk(first(&one.lines)));
    }))
}

fn other_crates(case: Case, sent: &'static [Sent]) -> [Contender; 2] {
    let Case { networks, peer, .. } = case;
    let by_real_ip = move |one: &Sent| real_ip::real_ip(&one.map, black_box(peer), &networks);
    let by_client_ip = |one: &Sent| client_ip::rightmost_x_forwarded_for(&one.map);
    let is_right = sent.iter().all(|one| by_real_ip(one) == Some(one.client));
    let is_client_ip_right = sent.iter().all(|one| by_client_ip(one).ok() == Some(one.client));
    [
        Contender::new("real-ip", is_right, sent, move |one| {
            black_box(&by_real_ip(one));
        }),
        Contender::new("client-ip", is_client_ip_right, sent, move |one| {
            black_box(&by_client_ip(one));
        }),
    ]
}

#[inline]
fn first(lines: &[Vec<u8>]) -> &[u8] {
    lines.first().map_or(&[], Vec::as_slice)
}

/// What a browser's request holds besides.
fn header_map(forwarded_for: Option<&str>) -> Fallible<HeaderMap> {
    let mut map = HeaderMap::new();
    for name in ["host", "user-agent", "accept", "accept-encoding", "cookie"] {
        map.insert(name, HeaderValue::from_static("some value"));
    }
    if let Some(value) = forwarded_for {
        map.insert("x-forwarded-for", value.parse()?);
    }
    Ok(map)
}
