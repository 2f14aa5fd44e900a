use std::net::IpAddr;
use std::num::NonZeroU8;

use thiserror::Error;

use crate::blanks::{is_blank, trim};
use crate::client_ip::{ClientIp, ClientIpKind, Reason};
use crate::explanation::{Explanation, Note, Place, Step, Verdict};
use crate::headers::{
    ForwardingHeader, ForwardingHeaderError, RequestHeaders, is_alias, is_alias_of, is_forwarding,
    names_a_client,
};
use crate::hop::Hop;
use crate::node::Node;
use crate::peer::Peer;
use crate::sorted::sorted;
use crate::trusted_proxies::TrustedProxies;
use crate::walk::{ElementList, Entry, Limits, NodeList, Trace, read_single, walk};

/// Who is the client? Built once from configuration, asked for every request.
///
/// The peer must be trusted before any header is looked at. Then the configured header is read
/// from the right: each entry was written by the host right of it, and the first that is not one
/// of ours is the client. Nothing left of the answer is read, so its cost does not depend on what
/// the client sent. An entry that names nobody ends the walk: the answer is then the farthest
/// host known and its kind [`ClientIpKind::Unnamed`], which no access rule may use.
///
/// Asking does not fail, allocate, lock or panic. Cloning is cheap.
///
/// ```
/// use tuleap_front_http::{ClientIpKind, ClientIpResolver, Peer};
///
/// let resolver = ClientIpResolver::new("192.168.0.0/24, 127.0.0.1".parse()?);
/// let mut headers = http::HeaderMap::new();
/// headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.9".parse().unwrap());
///
/// let client = resolver.resolve(Peer::parse(b"192.168.0.7"), &headers);
/// assert_eq!(client.addr(), "203.0.113.9".parse().ok());
///
/// let stranger = resolver.resolve(Peer::parse(b"198.51.100.1"), &headers);
/// assert_eq!(stranger.kind(), ClientIpKind::Direct);
/// assert_eq!(stranger.addr(), "198.51.100.1".parse().ok());
/// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientIpResolver {
    trusted: TrustedProxies,
    source: ForwardingHeader,
    fallbacks: Vec<ForwardingHeader>,
    limits: Limits,
    any_peer: bool,
}

impl ClientIpResolver {
    /// Reads `X-Forwarded-For` of the peers in the list, up to 32 of our own hops.
    #[must_use]
    pub const fn new(trusted: TrustedProxies) -> Self {
        let max_hops = NonZeroU8::MIN.saturating_add(31);
        Self {
            trusted,
            source: ForwardingHeader::XForwardedFor,
            fallbacks: Vec::new(),
            limits: Limits { hop_count: None, max_hops },
            any_peer: false,
        }
    }

    /// Reads this header instead of `X-Forwarded-For`.
    ///
    /// ```
    /// use tuleap_front_http::{ClientIpResolver, ForwardingHeader, Peer};
    ///
    /// let resolver =
    ///     ClientIpResolver::new("loopback".parse()?).with_header(ForwardingHeader::Forwarded);
    /// let value = br#"for="_x, for="[2001:db8::9]:4711""#;
    /// let client = resolver.resolve_values(Peer::parse(b"::1"), &[value]);
    /// assert_eq!(client.addr(), "2001:db8::9".parse().ok());
    /// assert_eq!(client.port(), Some(4711));
    /// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
    /// ```
    ///
    /// Hop counts apply to lists; a single-value header has one value and is read as it is.
    #[must_use]
    pub fn with_header(mut self, header: ForwardingHeader) -> Self {
        self.source = header;
        self
    }

    /// Reads this header where those named before are absent.
    ///
    /// A client can send what the proxy does not: name a second header only where the proxy sets
    /// or removes both. [`warnings`](Self::warnings) says so.
    #[must_use]
    pub fn with_fallback(mut self, header: ForwardingHeader) -> Self {
        self.fallbacks.push(header);
        self
    }

    /// Reads the headers of these names, each where those before it are absent; no name leaves
    /// the resolver as it is. For settings that list names: the first is
    /// [`with_header`](Self::with_header), the others [`with_fallback`](Self::with_fallback).
    ///
    /// ```
    /// use tuleap_front_http::{ClientIpResolver, TrustedProxies};
    ///
    /// let resolver = ClientIpResolver::new(TrustedProxies::default());
    /// let resolver = resolver.with_headers(["Forwarded", "X-Real-IP"])?;
    /// let names: Vec<String> = resolver.sources().map(|header| header.name().to_string()).collect();
    /// assert_eq!(names, ["forwarded", "x-real-ip"]);
    /// # Ok::<(), tuleap_front_http::ForwardingHeaderError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ForwardingHeaderError`] for the first name that is none.
    pub fn with_headers<'n>(
        self,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, ForwardingHeaderError> {
        let mut headers = names.into_iter().map(str::parse);
        let Some(first) = headers.next() else { return Ok(self) };
        headers.try_fold(self.with_header(first?), |resolver, header| {
            Ok(resolver.with_fallback(header?))
        })
    }

    /// Takes the n-th entry from the right, for proxies whose addresses are not known. The peer
    /// must be in the list all the same.
    ///
    /// ```
    /// use std::num::NonZeroU8;
    /// use tuleap_front_http::{ClientIpResolver, Peer};
    ///
    /// let two = NonZeroU8::new(2).unwrap();
    /// let resolver = ClientIpResolver::new("10.0.0.0/8".parse()?).with_hops(two);
    /// let value: &[u8] = b"192.0.2.66, 203.0.113.9, 198.51.100.7";
    /// let client = resolver.resolve_values(Peer::parse(b"10.0.0.1"), &[value]);
    /// assert_eq!(client.addr(), "203.0.113.9".parse().ok());
    /// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
    /// ```
    #[must_use]
    pub const fn with_hops(mut self, count: NonZeroU8) -> Self {
        self.limits.hop_count = Some(count);
        self.any_peer = false;
        self
    }

    /// Takes the n-th entry from the right **from any peer**: whoever reaches the server without
    /// the proxies names its own address. [`warnings`](Self::warnings) says so. Scheme and host
    /// are still read from peers in the list only.
    ///
    /// ```
    /// use std::num::NonZeroU8;
    /// use tuleap_front_http::{ClientIpResolver, ResolverWarning, TrustedProxies};
    ///
    /// let resolver =
    ///     ClientIpResolver::new(TrustedProxies::default()).with_danger_hops_of_any_peer(NonZeroU8::MIN);
    /// assert_eq!(resolver.warnings(), [ResolverWarning::HopsWithPeerAny]);
    /// assert_eq!(ResolverWarning::HopsWithPeerAny.code(), "client-ip/hops-with-peer-any");
    /// ```
    #[must_use]
    pub const fn with_danger_hops_of_any_peer(mut self, count: NonZeroU8) -> Self {
        self.limits.hop_count = Some(count);
        self.any_peer = true;
        self
    }

    /// Walks over at most so many of our own hops; 32 unless told.
    #[must_use]
    pub const fn with_max_hops(mut self, max_hops: NonZeroU8) -> Self {
        self.limits.max_hops = max_hops;
        self
    }

    /// The list of trusted proxies.
    #[must_use]
    pub const fn trusted(&self) -> &TrustedProxies {
        &self.trusted
    }

    /// The headers that are read, in order.
    pub fn sources(&self) -> impl Iterator<Item = &ForwardingHeader> {
        std::iter::once(&self.source).chain(&self.fallbacks)
    }

    /// What is risky about this configuration.
    #[must_use]
    pub fn warnings(&self) -> Vec<ResolverWarning> {
        let several = (!self.fallbacks.is_empty()).then_some(ResolverWarning::SeveralSources);
        several
            .into_iter()
            .chain(self.any_peer.then_some(ResolverWarning::HopsWithPeerAny))
            .collect()
    }

    /// May this peer's headers be read?
    #[must_use]
    #[inline]
    pub fn trusts(&self, peer: Peer) -> bool {
        self.lets_in(peer.into())
    }

    /// Answers for a request. `peer` is the socket's other end; `None` where it is not known.
    #[inline]
    pub fn resolve(
        &self,
        peer: Option<Peer>,
        headers: &(impl RequestHeaders + ?Sized),
    ) -> ClientIp {
        match self.gate(peer) {
            Ok(peer) => self.walk_headers(peer, headers, &mut ()),
            Err(client) => client,
        }
    }

    /// Answers from the values of the first configured header, in wire order: for hosts without
    /// a header map. One value per header line; a line with a list is one value.
    #[inline]
    pub fn resolve_values(&self, peer: Option<Peer>, values: &[&[u8]]) -> ClientIp {
        // Compiled for the family of nearly every peer, and once more for the others.
        if let Some(Peer::Ip(IpAddr::V4(peer))) = peer {
            self.resolve_from(Hop::Ipv4(peer.to_bits()), values)
        } else {
            self.resolve_from_other(peer, values)
        }
    }

    #[inline(never)]
    fn resolve_from_other(&self, peer: Option<Peer>, values: &[&[u8]]) -> ClientIp {
        match peer {
            Some(peer) => self.resolve_from(peer.into(), values),
            None => turned_away(None),
        }
    }

    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    fn resolve_from(&self, peer: Hop, values: &[&[u8]]) -> ClientIp {
        if !self.lets_in(peer) {
            return turned_away(Some(peer));
        }
        match present(|| values.iter().rev().copied()) {
            Some((first, lines)) => self.walk_lines(&self.source, peer, first, lines, &mut ()),
            None => no_header(peer),
        }
    }

    /// The header that [`resolve`](Self::resolve) reads the answer from; `None` where no header
    /// counts or none is there.
    ///
    /// ```
    /// use tuleap_front_http::{ClientIpResolver, ForwardingHeader, Peer};
    ///
    /// let resolver = ClientIpResolver::new("10.0.0.1".parse()?);
    /// let headers = [("X-Forwarded-For", "203.0.113.9")];
    /// let source = |peer: &[u8]| resolver.source(Peer::parse(peer), headers.as_slice());
    /// assert_eq!(source(b"10.0.0.1"), Some(&ForwardingHeader::XForwardedFor));
    /// assert_eq!(source(b"192.0.2.1"), None);
    /// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
    /// ```
    #[must_use]
    pub fn source(
        &self,
        peer: Option<Peer>,
        headers: &(impl RequestHeaders + ?Sized),
    ) -> Option<&ForwardingHeader> {
        self.gate(peer).ok()?;
        let is_there = |source: &ForwardingHeader| {
            present(|| headers.values_from_last(source.name())).is_some()
        };
        self.sources().find(|source| is_there(source))
    }

    /// The same answer with the steps that lead to it. Not for every request: it allocates.
    pub fn explain<'a>(
        &'a self,
        peer: Option<Peer>,
        headers: &'a (impl RequestHeaders + ?Sized),
    ) -> Explanation<'a> {
        let mut recorder = Recorder::new(&self.trusted);
        recorder.steps.push(self.peer_step(peer));
        let client = match self.gate(peer) {
            Ok(peer) => self.walk_headers(peer, headers, &mut recorder),
            Err(client) => client,
        };
        let source = recorder.source;
        Explanation {
            client,
            source: source.map(|header| header.name().as_str()),
            unread: recorder.unread(source.unwrap_or(&self.source), headers),
            notes: self.notes(peer, headers),
            steps: recorder.steps,
        }
    }

    /// [`explain`](Self::explain) for a peer in text form, which is shown as it is where it is
    /// not an address.
    ///
    /// ```
    /// use tuleap_front_http::{ClientIpResolver, TrustedProxies, Verdict};
    ///
    /// let resolver = ClientIpResolver::new(TrustedProxies::default());
    /// let no_headers: &[(&str, &str)] = &[];
    /// let explanation = resolver.explain_text(b"localhost", no_headers);
    /// assert_eq!(explanation.steps()[0].text(), "localhost");
    /// assert_eq!(explanation.steps()[0].verdict(), Verdict::NotAnAddress);
    /// ```
    pub fn explain_text<'a>(
        &'a self,
        peer: &'a [u8],
        headers: &'a (impl RequestHeaders + ?Sized),
    ) -> Explanation<'a> {
        let mut explanation = self.explain(Peer::parse(peer), headers);
        if explanation.client.reason == Reason::PeerUnknown {
            explanation.steps = vec![Step::new(Place::Peer, peer, Verdict::NotAnAddress, None)];
        }
        explanation
    }

    /// A peer whose headers count, or the answer without them.
    #[inline]
    pub(crate) fn gate(&self, peer: Option<Peer>) -> Result<Hop, ClientIp> {
        let peer = peer.map(Hop::from);
        peer.filter(|peer| self.lets_in(*peer)).ok_or_else(|| turned_away(peer))
    }

    #[inline(always)]
    fn lets_in(&self, peer: Hop) -> bool {
        self.trusted.trusts(peer) || self.any_peer
    }

    /// Walks the first configured header that is there.
    #[inline]
    pub(crate) fn walk_headers<'h>(
        &'h self,
        peer: Hop,
        headers: &'h (impl RequestHeaders + ?Sized),
        trace: &mut impl Trace<'h>,
    ) -> ClientIp {
        for source in self.sources() {
            if let Some((first, lines)) = present(|| headers.values_from_last(source.name())) {
                return self.walk_lines(source, peer, first, lines, trace);
            }
        }
        no_header(peer)
    }

    /// Walks the lines of one header, last line first; it is not blank.
    #[inline]
    fn walk_lines<'h>(
        &self,
        source: &'h ForwardingHeader,
        peer: Hop,
        first: &'h [u8],
        mut lines: impl Iterator<Item = &'h [u8]>,
        trace: &mut impl Trace<'h>,
    ) -> ClientIp {
        // A page loads every copy that the compiler makes, so it gets one.
        if cfg!(target_family = "wasm") {
            let lines: &mut dyn Iterator<Item = &'h [u8]> = &mut lines;
            let trace: &mut dyn Trace<'h> = trace;
            return self.walk_source(source, peer, first, lines, trace);
        }
        self.walk_source(source, peer, first, lines, trace)
    }

    #[inline]
    fn walk_source<'h>(
        &self,
        source: &'h ForwardingHeader,
        peer: Hop,
        first: &'h [u8],
        mut lines: impl Iterator<Item = &'h [u8]>,
        trace: &mut (impl Trace<'h> + ?Sized),
    ) -> ClientIp {
        trace.source(source);
        let (trusted, limits) = (&self.trusted, self.limits);
        match source {
            ForwardingHeader::XForwardedFor => {
                walk::<NodeList>(trusted, limits, peer, first, lines, trace)
            }
            ForwardingHeader::Forwarded => {
                walk::<ElementList>(trusted, limits, peer, first, lines, trace)
            }
            ForwardingHeader::Single(_) if lines.next().is_some() => {
                ClientIp::new(ClientIpKind::Unnamed, peer, Reason::SingleDuplicate, 0)
            }
            ForwardingHeader::Single(_) if first.contains(&b',') => {
                ClientIp::new(ClientIpKind::Unnamed, peer, Reason::EntryMalformed, 0)
            }
            ForwardingHeader::Single(_) => read_single(trusted, peer, first, trace),
        }
    }

    fn peer_step(&self, peer: Option<Peer>) -> Step<'_> {
        let Some(peer) = peer else {
            return Step::new(Place::Peer, &[][..], Verdict::NotAnAddress, None);
        };
        let verdict = if self.trusts(peer) { Verdict::Trusted } else { Verdict::NotTrusted };
        let matched = match peer {
            Peer::Ip(address) => self.trusted.matching_entry(address),
            Peer::UnixSocket => self.trusted.unix_entry(),
        };
        Step::new(Place::Peer, peer.to_string().into_bytes(), verdict, matched)
    }

    /// Remarks on the headers as a whole.
    fn notes(&self, peer: Option<Peer>, headers: &(impl RequestHeaders + ?Sized)) -> Vec<Note> {
        let Some(peer) = peer else { return Vec::new() };
        let is_source = |name: &[u8]| {
            self.sources().any(|source| name.eq_ignore_ascii_case(source.name().as_ref()))
        };
        let is_source_alias =
            |name: &[u8]| self.sources().any(|source| is_alias_of(name, source.name()));
        let mut notes = Vec::new();
        for (name, value) in headers.lines() {
            if !self.trusts(peer) {
                notes.extend(is_source(name).then_some(Note::HeaderFromUntrustedPeer));
            } else if is_alias(name) || is_source_alias(name) {
                notes.push(Note::AliasHeaderIgnored);
            } else if names_a_client(name) && !is_source(name) {
                notes.push(Note::OtherSourceIgnored);
            } else if name.eq_ignore_ascii_case(b"connection") {
                let is_ours = |token: &[u8]| is_forwarding(token) || is_source(token);
                let mut tokens = value.split(|byte| *byte == b',').map(trim);
                let nominates = tokens.any(is_ours);
                notes.extend(nominates.then_some(Note::HopByHopNominated));
            }
        }
        notes = sorted(notes);
        notes.dedup();
        notes
    }
}

#[inline]
fn no_header(peer: Hop) -> ClientIp {
    ClientIp::new(ClientIpKind::Edge, peer, Reason::NoHeader, 0)
}

/// The answer for a peer whose headers do not count.
#[inline]
fn turned_away(peer: Option<Hop>) -> ClientIp {
    match peer {
        None => ClientIp::new(ClientIpKind::None, Hop::Unix, Reason::PeerUnknown, 0),
        Some(peer) => ClientIp::new(ClientIpKind::Direct, peer, Reason::PeerUntrusted, 0),
    }
}

/// The last line of a header and those before it; `None` if it is absent or blank.
#[inline]
fn present<'h, I: Iterator<Item = &'h [u8]>>(lines: impl Fn() -> I) -> Option<(&'h [u8], I)> {
    let mut from_last = lines();
    let first = from_last.next()?;
    (!is_blank(first) || !lines().all(is_blank)).then_some((first, from_last))
}

/// Something risky about a resolver.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ResolverWarning {
    /// Hop count without a list.
    #[error(
        "hops are counted from any peer: whoever reaches the server directly names its own address"
    )]
    HopsWithPeerAny,
    /// More than one header can name the client.
    #[error("several headers name the client: the proxy must set or remove every one of them")]
    SeveralSources,
}

impl ResolverWarning {
    /// The stable name of the warning.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HopsWithPeerAny => "client-ip/hops-with-peer-any",
            Self::SeveralSources => "client-ip/several-sources",
        }
    }
}

/// Writes the steps of a walk down.
struct Recorder<'a> {
    trusted: &'a TrustedProxies,
    source: Option<&'a ForwardingHeader>,
    steps: Vec<Step<'a>>,
    last: Option<Entry<'a>>,
    /// Lines that were read up to their first entry.
    lines_read: usize,
}

impl<'a> Recorder<'a> {
    const fn new(trusted: &'a TrustedProxies) -> Self {
        Self { trusted, source: None, steps: Vec::new(), last: None, lines_read: 0 }
    }

    /// Bytes of the header that were not looked at.
    fn unread(&self, source: &ForwardingHeader, headers: &(impl RequestHeaders + ?Sized)) -> usize {
        let before = self.last.map_or(0, Entry::bytes_before);
        let lines = headers.values_from_last(source.name());
        before + lines.skip(self.lines_read).map(<[u8]>::len).sum::<usize>()
    }
}

impl<'a> Trace<'a> for Recorder<'a> {
    fn source(&mut self, header: &'a ForwardingHeader) {
        self.source = Some(header);
    }

    fn entry(&mut self, index: u8, entry: Entry<'a>, node: Option<Node>, verdict: Verdict) {
        let place = match self.source {
            Some(ForwardingHeader::Single(name)) => Place::Single(name.as_str()),
            source => Place::Entry(source.map_or("", |header| header.name().as_str()), index),
        };
        if self.last.is_none_or(Entry::is_first_of_line) {
            self.lines_read += 1;
        }
        self.last = Some(entry);
        let matched = match node {
            Some(Node::Ip(address, _)) => self.trusted.matching_entry(address),
            Some(Node::Unix) => self.trusted.unix_entry(),
            None => None,
        };
        self.steps.push(Step::new(place, entry.text(), verdict, matched));
    }
}
