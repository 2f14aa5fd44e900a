//! The walk from the right: one rule, run silently for an answer and with a [`Trace`] for an
//! explanation.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU8;

use crate::address::split_ipv4;
use crate::blanks::{trim, trim_end, trim_start};
use crate::client_ip::{ClientIp, ClientIpKind, Reason};
use crate::explanation::Verdict;
use crate::forwarded;
use crate::headers::ForwardingHeader;
use crate::hop::Hop;
use crate::node::{self, MAX_NODE, Node};
use crate::trusted_proxies::TrustedProxies;

/// Hears of each step while the walk goes on.
pub(crate) trait Trace<'h> {
    /// The header that is read from now on.
    fn source(&mut self, header: &'h ForwardingHeader);

    /// The `index`-th entry from the right, from 1.
    fn entry(&mut self, index: u8, entry: Entry<'h>, node: Option<Node>, verdict: Verdict);
}

/// For an answer without explanation.
impl Trace<'_> for () {
    #[inline]
    fn source(&mut self, _: &ForwardingHeader) {}

    #[inline]
    fn entry(&mut self, _: u8, _: Entry<'_>, _: Option<Node>, _: Verdict) {}
}

/// Where an entry stands: at the end of `line`.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'h> {
    line: &'h [u8],
    split_last: fn(&'h [u8]) -> Cut<'h>,
}

impl<'h> Entry<'h> {
    #[inline]
    fn last_of<G: Grammar>(line: &'h [u8]) -> Self {
        Self { line, split_last: G::split_last }
    }

    /// The entry as it was written, without the blanks around it.
    pub(crate) fn text(self) -> &'h [u8] {
        trim((self.split_last)(self.line).0)
    }

    /// Does nothing stand left of the entry in its line?
    pub(crate) fn is_first_of_line(self) -> bool {
        (self.split_last)(self.line).1.is_none()
    }

    /// Bytes of the line that stand left of the entry and its comma.
    pub(crate) fn bytes_before(self) -> usize {
        (self.split_last)(self.line).1.map_or(0, <[u8]>::len)
    }
}

/// The last entry of a line, and what stands left of its comma.
type Cut<'h> = (&'h [u8], Option<&'h [u8]>);

/// How a header's lines are cut into entries and how an entry names a node.
pub(crate) trait Grammar {
    fn split_last(line: &[u8]) -> Cut<'_>;
    fn parse(entry: &[u8]) -> Result<Node, Reason>;

    /// Cuts the last entry off and reads it.
    fn take_last(line: &[u8]) -> (Result<Node, Reason>, Option<&[u8]>) {
        let (entry, before) = Self::split_last(line);
        (Self::parse(entry), before)
    }

    /// The same for an IPv4 address of a host, where a grammar has a short way to it.
    #[inline]
    fn take_ipv4(_: &[u8]) -> Option<(u32, Option<&[u8]>)> {
        None
    }
}

/// `X-Forwarded-For`: nodes with commas between them.
pub(crate) struct NodeList;

impl Grammar for NodeList {
    fn split_last(line: &[u8]) -> Cut<'_> {
        match line.iter().rposition(|byte| *byte == b',') {
            Some(comma) => (line.get(comma + 1..).unwrap_or_default(), line.get(..comma)),
            None => (line, None),
        }
    }

    fn parse(entry: &[u8]) -> Result<Node, Reason> {
        node::parse(entry)
    }

    fn take_last(line: &[u8]) -> (Result<Node, Reason>, Option<&[u8]>) {
        take_node(line)
    }

    #[inline(always)]
    fn take_ipv4(line: &[u8]) -> Option<(u32, Option<&[u8]>)> {
        take_ipv4(line)
    }
}

/// `Forwarded`: elements with commas between them, RFC 7239.
pub(crate) struct ElementList;

impl Grammar for ElementList {
    fn split_last(line: &[u8]) -> Cut<'_> {
        forwarded::split_last(line)
    }

    fn parse(entry: &[u8]) -> Result<Node, Reason> {
        forwarded::parse_for(entry)
    }
}

/// A header with one node, and nothing to cut.
struct SingleNode;

impl Grammar for SingleNode {
    fn split_last(line: &[u8]) -> Cut<'_> {
        (line, None)
    }

    fn parse(entry: &[u8]) -> Result<Node, Reason> {
        node::parse(entry)
    }
}

/// Any node at the end of `line`. At most [`MAX_NODE`] bytes are read, and blanks.
#[cold]
fn take_node(line: &[u8]) -> (Result<Node, Reason>, Option<&[u8]>) {
    let rest = trim_end(line);
    let window = rest.get(rest.len().saturating_sub(MAX_NODE + 1)..).unwrap_or_default();
    if let Some(comma) = window.iter().rposition(|byte| *byte == b',') {
        let entry = window.get(comma + 1..).unwrap_or_default();
        return (node::parse(entry), rest.get(..rest.len() - window.len() + comma));
    }
    // No comma near: the entry fills the line, or blanks lead up to it, or it is too long.
    let text = trim_start(window);
    match trim_end(rest.get(..rest.len() - text.len()).unwrap_or_default()) {
        [] => (node::parse(text), None),
        [before @ .., b','] => (node::parse(text), Some(before)),
        _ => (Err(Reason::EntryTooLong), None),
    }
}

/// The common case: an IPv4 address of a host, and `, ` or nothing before it. Anything else is
/// left to [`take_node`].
#[inline(always)]
fn take_ipv4(line: &[u8]) -> Option<(u32, Option<&[u8]>)> {
    let (bits, rest) = split_ipv4(line)?;
    let before = match rest {
        [] => None,
        [before @ .., b',', b' '] | [before @ .., b','] => Some(before),
        _ => return None,
    };
    // Above are few hosts: the long way tells.
    (1..0xe000_0000).contains(&bits).then_some((bits, before))
}

/// What bounds a walk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Limits {
    /// Take the n-th entry from the right instead of testing each.
    pub(crate) hop_count: Option<NonZeroU8>,
    pub(crate) max_hops: NonZeroU8,
}

/// Walks the lines, given last first, of a header that a trusted peer sent.
///
/// `first` is the last line; it may be blank, but then one of the others is not.
#[inline]
pub(crate) fn walk<'h, G: Grammar>(
    trusted: &TrustedProxies,
    limits: Limits,
    peer: Hop,
    first: &'h [u8],
    lines: impl Iterator<Item = &'h [u8]>,
    trace: &mut (impl Trace<'h> + ?Sized),
) -> ClientIp {
    match limits.hop_count {
        None => walk_trusted::<G>(trusted, limits.max_hops, peer, first, lines, trace),
        Some(count) => walk_counted::<G>(trusted, count.get(), peer, first, lines, trace),
    }
}

#[inline]
fn walk_trusted<'h, G: Grammar>(
    trusted: &TrustedProxies,
    max_hops: NonZeroU8,
    peer: Hop,
    first: &'h [u8],
    mut lines: impl Iterator<Item = &'h [u8]>,
    trace: &mut (impl Trace<'h> + ?Sized),
) -> ClientIp {
    let mut nearest = peer;
    let mut line = first;
    let mut hops = 1;
    loop {
        let entry = Entry::last_of::<G>(line);
        let before = if let Some((bits, before)) = G::take_ipv4(line) {
            let hop = Hop::Ipv4(bits);
            let is_ours = trusted.trusts(hop);
            let verdict = if is_ours { Verdict::Trusted } else { Verdict::Client };
            let node = Node::Ip(IpAddr::V4(Ipv4Addr::from_bits(bits)), None);
            trace.entry(hops, entry, Some(node), verdict);
            if !is_ours {
                return ClientIp::new(ClientIpKind::Forwarded, hop, Reason::FirstUntrusted, hops);
            }
            nearest = hop;
            before
        } else {
            match step::<G>(trusted, line, hops, nearest, trace) {
                Ok((address, before)) => {
                    nearest = address;
                    before
                }
                Err(client) => return client,
            }
        };
        match before.or_else(|| lines.next()) {
            Some(before) => line = before,
            None => return ClientIp::new(ClientIpKind::Edge, nearest, Reason::AllTrusted, hops),
        }
        if hops == max_hops.get() {
            return ClientIp::new(ClientIpKind::Unnamed, nearest, Reason::HopLimit, hops);
        }
        hops += 1;
    }
}

/// Goes over one entry of any kind: the hop's address and the rest of the line, or the answer.
#[cold]
fn step<'h, G: Grammar>(
    trusted: &TrustedProxies,
    line: &'h [u8],
    hops: u8,
    nearest: Hop,
    trace: &mut (impl Trace<'h> + ?Sized),
) -> Result<(Hop, Option<&'h [u8]>), ClientIp> {
    let (node, before) = G::take_last(line);
    let (verdict, result) = match node {
        Ok(Node::Ip(address, port)) if !trusted.contains_canonical(address) => {
            let client =
                named(address, port, ClientIpKind::Forwarded, Reason::FirstUntrusted, hops);
            (Verdict::Client, Err(client))
        }
        Ok(Node::Ip(address, _)) => (Verdict::Trusted, Ok((address.into(), before))),
        Ok(Node::Unix) if trusted.trusts_unix_socket() => {
            (Verdict::Trusted, Ok((Hop::Unix, before)))
        }
        Ok(Node::Unix) => unnamed(Reason::EntryUnix, nearest, hops),
        Err(fault) => unnamed(fault, nearest, hops),
    };
    trace.entry(hops, Entry::last_of::<G>(line), node.ok(), verdict);
    result
}

fn unnamed<T>(fault: Reason, nearest: Hop, hops: u8) -> (Verdict, Result<T, ClientIp>) {
    let client = ClientIp::new(ClientIpKind::Unnamed, nearest, fault, hops - 1);
    (Verdict::Fault(fault), Err(client))
}

#[cold]
fn walk_counted<'h, G: Grammar>(
    trusted: &TrustedProxies,
    count: u8,
    peer: Hop,
    first: &'h [u8],
    mut lines: impl Iterator<Item = &'h [u8]>,
    trace: &mut (impl Trace<'h> + ?Sized),
) -> ClientIp {
    let unnamed = |reason, hops| ClientIp::new(ClientIpKind::Unnamed, peer, reason, hops);
    let mut line = first;
    for index in 1..count {
        trace.entry(index, Entry::last_of::<G>(line), None, Verdict::Counted);
        let (_, before) = G::split_last(line);
        match before.or_else(|| lines.next()) {
            Some(before) => line = before,
            None => return unnamed(Reason::TooFewHops, index),
        }
    }
    let node = G::take_last(line).0;
    let (verdict, client) = match node {
        Ok(Node::Ip(address, port)) => {
            let is_ours = trusted.contains_canonical(address);
            let kind = if is_ours { ClientIpKind::Edge } else { ClientIpKind::Forwarded };
            (Verdict::Client, named(address, port, kind, Reason::HopCount, count))
        }
        Ok(Node::Unix) => {
            (Verdict::Fault(Reason::EntryUnix), unnamed(Reason::EntryUnix, count - 1))
        }
        Err(fault) => (Verdict::Fault(fault), unnamed(fault, count - 1)),
    };
    trace.entry(count, Entry::last_of::<G>(line), node.ok(), verdict);
    client
}

/// Reads the one node of a single-value header. Hop counts do not apply to it.
pub(crate) fn read_single<'h>(
    trusted: &TrustedProxies,
    peer: Hop,
    value: &'h [u8],
    trace: &mut (impl Trace<'h> + ?Sized),
) -> ClientIp {
    let unnamed = |fault| ClientIp::new(ClientIpKind::Unnamed, peer, fault, 0);
    let node = SingleNode::parse(value);
    let (verdict, client) = match node {
        Ok(Node::Ip(address, port)) if trusted.contains_canonical(address) => {
            (Verdict::Client, named(address, port, ClientIpKind::Edge, Reason::AllTrusted, 1))
        }
        Ok(Node::Ip(address, port)) => (
            Verdict::Client,
            named(address, port, ClientIpKind::Forwarded, Reason::FirstUntrusted, 1),
        ),
        Ok(Node::Unix) if trusted.trusts_unix_socket() => {
            (Verdict::Trusted, ClientIp::new(ClientIpKind::None, Hop::Unix, Reason::AllTrusted, 1))
        }
        Ok(Node::Unix) => (Verdict::Fault(Reason::EntryUnix), unnamed(Reason::EntryUnix)),
        Err(fault) => (Verdict::Fault(fault), unnamed(fault)),
    };
    trace.entry(1, Entry::last_of::<SingleNode>(value), node.ok(), verdict);
    client
}

#[inline]
fn named(
    address: IpAddr,
    port: Option<u16>,
    kind: ClientIpKind,
    reason: Reason,
    hops: u8,
) -> ClientIp {
    ClientIp { address: Some(address), port, kind, reason, hops }
}
