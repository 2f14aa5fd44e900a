//! The walk from the right: one rule, run silently for an answer and with a [`Trace`] for an
//! explanation.

use std::net::IpAddr;

use crate::client_ip::{ClientIp, ClientIpKind, Reason};
use crate::explanation::Verdict;
use crate::forwarded;
use crate::headers::ForwardingHeader;
use crate::node::{self, MAX_NODE, Node, ipv4_node, trim, trim_end, trim_start};
use crate::peer::Peer;
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

    /// Cuts the last entry off and reads it; grammars that can do both at once do.
    #[inline]
    fn take_last(line: &[u8]) -> (Result<Node, Reason>, Option<&[u8]>) {
        let (entry, before) = Self::split_last(line);
        (Self::parse(entry), before)
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

    #[inline]
    fn take_last(line: &[u8]) -> (Result<Node, Reason>, Option<&[u8]>) {
        match take_ipv4(line) {
            Some((bits, before)) => (ipv4_node(bits, None), before),
            None => take_node(line),
        }
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

/// The common case in one pass: four decimal numbers at the end of `line`, read backwards up to
/// a comma or the start. Anything else is left to [`take_node`].
#[inline]
fn take_ipv4(line: &[u8]) -> Option<(u32, Option<&[u8]>)> {
    let (fourth, rest) = octet(trim_end(line))?;
    let (third, rest) = octet(rest.strip_suffix(b".")?)?;
    let (second, rest) = octet(rest.strip_suffix(b".")?)?;
    let (first, rest) = octet(rest.strip_suffix(b".")?)?;
    let bits = first << 24 | second << 16 | third << 8 | fourth;
    match trim_end(rest) {
        [] => Some((bits, None)),
        [before @ .., b','] => Some((bits, Some(before))),
        _ => None,
    }
}

/// A number up to 255 without leading zeros at the end of `text`, and what stands before it.
#[inline]
fn octet(text: &[u8]) -> Option<(u32, &[u8])> {
    let (ones, rest) = digit(text)?;
    let Some((tens, rest)) = digit(rest) else { return Some((ones, rest)) };
    let Some((hundreds, before)) = digit(rest) else {
        return (tens != 0).then_some((tens * 10 + ones, rest));
    };
    let value = hundreds * 100 + tens * 10 + ones;
    (hundreds != 0 && value <= 255).then_some((value, before))
}

#[inline]
fn digit(text: &[u8]) -> Option<(u32, &[u8])> {
    let (byte, rest) = text.split_last()?;
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some((u32::from(digit), rest))
}

/// What bounds a walk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Limits {
    /// Take the n-th entry from the right instead of testing each.
    pub(crate) hop_count: Option<std::num::NonZeroU8>,
    pub(crate) max_hops: std::num::NonZeroU8,
}

/// Walks the lines, given last first, of a header that a trusted peer sent.
///
/// `first` is the last line; it may be blank, but then one of the others is not.
#[inline]
pub(crate) fn walk<'h, G: Grammar>(
    trusted: &TrustedProxies,
    limits: Limits,
    peer: Peer,
    first: &'h [u8],
    lines: impl Iterator<Item = &'h [u8]>,
    trace: &mut impl Trace<'h>,
) -> ClientIp {
    match limits.hop_count {
        None => walk_trusted::<G>(trusted, limits.max_hops.get(), peer, first, lines, trace),
        Some(count) => walk_counted::<G>(trusted, count.get(), peer, first, lines, trace),
    }
}

#[inline]
fn walk_trusted<'h, G: Grammar>(
    trusted: &TrustedProxies,
    max_hops: u8,
    peer: Peer,
    first: &'h [u8],
    mut lines: impl Iterator<Item = &'h [u8]>,
    trace: &mut impl Trace<'h>,
) -> ClientIp {
    let mut nearest = peer.addr();
    let mut line = first;
    for hops in 0..max_hops {
        let (node, before) = G::take_last(line);
        let entry = Entry::last_of::<G>(line);
        let verdict = match node {
            Ok(Node::Ip(address, port)) if !trusted.contains_canonical(address) => {
                trace.entry(hops + 1, entry, node.ok(), Verdict::Client);
                return named(
                    address,
                    port,
                    ClientIpKind::Forwarded,
                    Reason::FirstUntrusted,
                    hops + 1,
                );
            }
            Ok(Node::Ip(address, _)) => {
                nearest = Some(address);
                Verdict::Trusted
            }
            Ok(Node::Unix) if trusted.trusts_unix_socket() => {
                nearest = None;
                Verdict::Trusted
            }
            Ok(Node::Unix) => Verdict::Fault(Reason::EntryUnix),
            Err(fault) => Verdict::Fault(fault),
        };
        trace.entry(hops + 1, entry, node.ok(), verdict);
        if let Verdict::Fault(fault) = verdict {
            return ClientIp::new(ClientIpKind::Unnamed, nearest, fault, hops);
        }
        match before.or_else(|| lines.next()) {
            Some(before) => line = before,
            None => {
                return ClientIp::new(ClientIpKind::Edge, nearest, Reason::AllTrusted, hops + 1);
            }
        }
    }
    ClientIp::new(ClientIpKind::Unnamed, nearest, Reason::HopLimit, max_hops)
}

#[cold]
fn walk_counted<'h, G: Grammar>(
    trusted: &TrustedProxies,
    count: u8,
    peer: Peer,
    first: &'h [u8],
    mut lines: impl Iterator<Item = &'h [u8]>,
    trace: &mut impl Trace<'h>,
) -> ClientIp {
    let unnamed = |reason, hops| ClientIp::new(ClientIpKind::Unnamed, peer.addr(), reason, hops);
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
    peer: Peer,
    value: &'h [u8],
    trace: &mut impl Trace<'h>,
) -> ClientIp {
    let unnamed = |fault| ClientIp::new(ClientIpKind::Unnamed, peer.addr(), fault, 0);
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
            (Verdict::Trusted, ClientIp::new(ClientIpKind::None, None, Reason::AllTrusted, 1))
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
