//! A second resolver, slow and plain: the specification of the walk written down once more with
//! the standard library's parsers, owned strings and a scan over the whole list. Of the product it
//! uses names only, no rule: where the two answer differently, one of them is wrong.

use std::net::IpAddr;

use ipnet::IpNet;
use tuleap_front::{ClientIp, ClientIpKind, ForwardingHeader, Peer, Reason};

pub mod chain;
pub mod destination;
mod entry;
pub mod if_header;
pub mod uri;

use entry::{Named, elements, for_node, node, text, trim};

/// What a resolver is configured with.
#[derive(Clone, Debug)]
pub struct Oracle {
    /// The trusted networks, IPv4-mapped ones as IPv4.
    pub networks: Vec<IpNet>,
    /// Are local sockets trusted?
    pub unix: bool,
    /// The header that is read.
    pub header: ForwardingHeader,
    /// The n-th entry from the right.
    pub hops: Option<u8>,
    /// Hop count whatever the peer.
    pub any_peer: bool,
    /// Entries read at most.
    pub max_hops: u8,
}

/// An answer in plain fields.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The address, whatever the kind.
    pub client: Option<IpAddr>,
    /// The port written beside it.
    pub port: Option<u16>,
    /// How sure it is.
    pub kind: ClientIpKind,
    /// The rule that decided.
    pub reason: Reason,
    /// Entries accepted.
    pub hops: usize,
}

impl From<ClientIp> for Answer {
    fn from(client: ClientIp) -> Self {
        Self {
            client: client.addr_for_log(),
            port: client.port(),
            kind: client.kind(),
            reason: client.reason(),
            hops: usize::from(client.hops()),
        }
    }
}

impl Oracle {
    /// The answer for the lines of the configured header, in wire order.
    #[must_use]
    pub fn resolve(&self, peer: Option<Peer>, lines: &[&[u8]]) -> Answer {
        let Some(peer) = peer else {
            return answer(ClientIpKind::None, None, Reason::PeerUnknown, 0);
        };
        let address = peer.addr().map(|address| address.to_canonical());
        let is_trusted = match address {
            Some(address) => self.trusts(address),
            None => self.unix,
        };
        if !is_trusted && !self.any_peer {
            return answer(ClientIpKind::Direct, address, Reason::PeerUntrusted, 0);
        }
        let lines: Vec<String> = lines.iter().map(|line| text(line)).collect();
        if lines.iter().all(|line| trim(line).is_empty()) {
            return answer(ClientIpKind::Edge, address, Reason::NoHeader, 0);
        }
        match &self.header {
            ForwardingHeader::XForwardedFor => {
                // Joined and separate lines mean the same.
                let joined = lines.join(",");
                self.walk(address, joined.split(',').map(node).collect())
            }
            ForwardingHeader::Forwarded => {
                let elements = lines.iter().flat_map(|line| elements(line));
                self.walk(address, elements.map(|element| for_node(&element)).collect())
            }
            _ => self.single(address, &lines),
        }
    }

    /// Is the address in one of the networks?
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    fn single(&self, peer: Option<IpAddr>, lines: &[String]) -> Answer {
        let [line] = lines else {
            return answer(ClientIpKind::Unnamed, peer, Reason::SingleDuplicate, 0);
        };
        if line.contains(',') {
            return answer(ClientIpKind::Unnamed, peer, Reason::EntryMalformed, 0);
        }
        match node(line) {
            Ok(Named::Address(address, port)) if self.trusts(address) => {
                Answer { port, ..answer(ClientIpKind::Edge, Some(address), Reason::AllTrusted, 1) }
            }
            Ok(Named::Socket) if self.unix => {
                answer(ClientIpKind::Edge, None, Reason::AllTrusted, 1)
            }
            Ok(Named::Address(address, port)) => client(address, port, Reason::FirstUntrusted, 1),
            Ok(Named::Socket) => answer(ClientIpKind::Unnamed, peer, Reason::EntryUnix, 0),
            Err(fault) => answer(ClientIpKind::Unnamed, peer, fault, 0),
        }
    }

    /// Walks entries that are given from left to right.
    fn walk(&self, peer: Option<IpAddr>, mut entries: Vec<Result<Named, Reason>>) -> Answer {
        entries.reverse();
        if let Some(count) = self.hops {
            return self.count(peer, &entries, usize::from(count));
        }
        let mut nearest = peer;
        for (index, entry) in entries.iter().enumerate() {
            if index == usize::from(self.max_hops) {
                return answer(ClientIpKind::Unnamed, nearest, Reason::HopLimit, index);
            }
            match *entry {
                Ok(Named::Address(address, _)) if self.trusts(address) => nearest = Some(address),
                Ok(Named::Socket) if self.unix => nearest = None,
                Ok(Named::Address(address, port)) => {
                    return client(address, port, Reason::FirstUntrusted, index + 1);
                }
                Ok(Named::Socket) => {
                    return answer(ClientIpKind::Unnamed, nearest, Reason::EntryUnix, index);
                }
                Err(fault) => return answer(ClientIpKind::Unnamed, nearest, fault, index),
            }
        }
        answer(ClientIpKind::Edge, nearest, Reason::AllTrusted, entries.len())
    }

    fn count(
        &self,
        peer: Option<IpAddr>,
        entries: &[Result<Named, Reason>],
        count: usize,
    ) -> Answer {
        match entries.get(count - 1) {
            None => answer(ClientIpKind::Unnamed, peer, Reason::TooFewHops, entries.len()),
            Some(Ok(Named::Address(address, port))) => {
                let kind = if self.trusts(*address) {
                    ClientIpKind::Edge
                } else {
                    ClientIpKind::Forwarded
                };
                Answer { kind, ..client(*address, *port, Reason::HopCount, count) }
            }
            Some(Ok(Named::Socket)) => {
                answer(ClientIpKind::Unnamed, peer, Reason::EntryUnix, count - 1)
            }
            Some(Err(fault)) => answer(ClientIpKind::Unnamed, peer, *fault, count - 1),
        }
    }
}

fn answer(kind: ClientIpKind, client: Option<IpAddr>, reason: Reason, hops: usize) -> Answer {
    let kind = if client.is_none() { ClientIpKind::None } else { kind };
    Answer { client, port: None, kind, reason, hops }
}

fn client(address: IpAddr, port: Option<u16>, reason: Reason, hops: usize) -> Answer {
    Answer { port, ..answer(ClientIpKind::Forwarded, Some(address), reason, hops) }
}
