use std::fmt;
use std::num::NonZeroU8;

use http::HeaderName;

use crate::blanks::trim;
use crate::client_ip::ClientIp;
use crate::explanation::{Note, Verdict};
use crate::forwarded::Element;
use crate::headers::{
    ForwardingHeader, RequestHeaders, X_FORWARDED_HOST, X_FORWARDED_PORT, X_FORWARDED_PROTO,
};
use crate::host::Host;
use crate::node::Node;
use crate::peer::Peer;
use crate::resolver::ClientIpResolver;
use crate::scheme::Scheme;
use crate::walk::{Entry, Trace};

/// What a **trusted** peer says about the connection before it. Without trust there is no value
/// of this type, so a stranger's headers cannot be read by mistake.
///
/// Where the resolver reads `Forwarded`, `proto` and `host` are those of the element at which the
/// walk ended: the hop that named the client is the one the client talked to. Otherwise they come
/// from the right-most values of `X-Forwarded-Proto` and `X-Forwarded-Host`.
/// [`OriginPolicy`](crate::OriginPolicy) turns them into an origin.
///
/// ```
/// use tuleap_front_http::{ClientIpResolver, ForwardedHeaders, Peer, Scheme};
///
/// let resolver = ClientIpResolver::new("10.0.0.0/8".parse()?);
/// let headers = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https, http")];
/// let forwarded =
///     ForwardedHeaders::from_trusted(&resolver, Peer::parse(b"10.0.0.1"), headers.as_slice())
///         .expect("10.0.0.1 is trusted");
/// assert_eq!(forwarded.scheme(), Some(Scheme::Http));
/// assert_eq!(forwarded.client().addr(), "203.0.113.9".parse().ok());
/// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
/// ```
pub struct ForwardedHeaders<'h, H: ?Sized> {
    headers: &'h H,
    client: ClientIp,
    /// The element of `Forwarded` at which the walk ended; `None` where it is not the source.
    element: Option<Element<'h>>,
}

impl<'h, H: RequestHeaders + ?Sized> ForwardedHeaders<'h, H> {
    /// The headers of a peer that the resolver trusts; `None` for any other.
    pub fn from_trusted(
        resolver: &'h ClientIpResolver,
        peer: Option<Peer>,
        headers: &'h H,
    ) -> Option<Self> {
        Self::read(resolver, peer, headers).1
    }

    /// The client of any request and, if its peer is trusted, the headers: both questions in one
    /// walk.
    ///
    /// ```
    /// use tuleap_front_http::{ClientIpResolver, ForwardedHeaders, Peer};
    ///
    /// let resolver = ClientIpResolver::new("10.0.0.0/8".parse()?);
    /// let headers = [("X-Forwarded-For", "203.0.113.9")];
    /// let stranger = Peer::parse(b"192.0.2.1");
    /// let (client, forwarded) = ForwardedHeaders::read(&resolver, stranger, headers.as_slice());
    /// assert_eq!(client.addr(), "192.0.2.1".parse().ok());
    /// assert!(forwarded.is_none());
    /// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
    /// ```
    pub fn read(
        resolver: &'h ClientIpResolver,
        peer: Option<Peer>,
        headers: &'h H,
    ) -> (ClientIp, Option<Self>) {
        let peer = match resolver.gate(peer) {
            Ok(peer) => peer,
            Err(client) => return (client, None),
        };
        let mut chosen = Chosen { source: resolver.sources().next(), entry: None };
        let client = resolver.walk_headers(peer, headers, &mut chosen);
        if !resolver.trusted().trusts(peer) {
            return (client, None);
        }
        (client, Some(Self { headers, client, element: chosen.element() }))
    }

    /// The client that the same headers name.
    pub const fn client(&self) -> ClientIp {
        self.client
    }

    /// The scheme, from the right-most value; `None` if there is none or it is no scheme.
    #[must_use]
    pub fn scheme(&self) -> Option<Scheme> {
        self.scheme_at(NonZeroU8::MIN).ok().flatten()
    }

    /// The scheme from the n-th value from the right.
    pub(crate) fn scheme_at(&self, count: NonZeroU8) -> Result<Option<Scheme>, Note> {
        let parse = |value: &[u8]| Scheme::parse(value).map(Some).ok_or(Note::ProtoInvalid);
        if let Some(element) = &self.element {
            let Some(value) = element.proto else { return Ok(None) };
            let mut buffer = [0; 8];
            return parse(value.unescape(&mut buffer).ok_or(Note::ProtoInvalid)?);
        }
        if count == NonZeroU8::MIN {
            return self.last_value(&X_FORWARDED_PROTO).map_or(Ok(None), parse);
        }
        let mut values = self.values_from_last(&X_FORWARDED_PROTO).peekable();
        if values.peek().is_none() {
            return Ok(None);
        }
        parse(values.nth(usize::from(count.get()) - 1).ok_or(Note::ProtoTooFew)?)
    }

    /// The host as it was sent; `Some(None)` if what was sent is no host.
    pub(crate) fn host(&self) -> Option<Option<Host<'h>>> {
        match &self.element {
            Some(element) => element.host.map(|value| match value.plain() {
                Some(text) => Host::parse(text),
                None => {
                    let mut buffer = [0; 256];
                    value.unescape(&mut buffer).and_then(Host::parse).map(Host::into_owned)
                }
            }),
            None => self.last_value(&X_FORWARDED_HOST).map(Host::parse),
        }
    }

    /// The right-most value of `X-Forwarded-Port`.
    pub(crate) fn port_value(&self) -> Option<&'h [u8]> {
        self.last_value(&X_FORWARDED_PORT)
    }

    /// The right-most value of a list header.
    fn last_value(&self, name: &'static HeaderName) -> Option<&'h [u8]> {
        let line = self.headers.values_from_last(name).next()?;
        line.rsplit(|byte| *byte == b',').next().map(trim)
    }

    /// Every value of a list header, the right-most first.
    #[inline]
    fn values_from_last(&self, name: &'static HeaderName) -> impl Iterator<Item = &'h [u8]> {
        let lines = self.headers.values_from_last(name);
        lines.flat_map(|line| line.rsplit(|byte| *byte == b',')).map(trim)
    }
}

impl<H: ?Sized> fmt::Debug for ForwardedHeaders<'_, H> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ForwardedHeaders").field("client", &self.client).finish_non_exhaustive()
    }
}

/// Remembers the entry at which a walk ended.
struct Chosen<'h> {
    source: Option<&'h ForwardingHeader>,
    entry: Option<Entry<'h>>,
}

impl<'h> Chosen<'h> {
    /// The element, where `Forwarded` is the source: an empty one if none was chosen or it could
    /// not be parsed. There is no falling back to `X-Forwarded-…`.
    fn element(self) -> Option<Element<'h>> {
        matches!(self.source, Some(ForwardingHeader::Forwarded)).then(|| {
            self.entry.and_then(|entry| Element::parse(entry.text()).ok()).unwrap_or_default()
        })
    }
}

impl<'h> Trace<'h> for Chosen<'h> {
    fn source(&mut self, header: &'h ForwardingHeader) {
        self.source = Some(header);
    }

    fn entry(&mut self, _: u8, entry: Entry<'h>, _: Option<Node>, verdict: Verdict) {
        // An entry that was only counted was chosen by nobody, and perhaps written by the client.
        self.entry = (verdict != Verdict::Counted).then_some(entry);
    }
}
