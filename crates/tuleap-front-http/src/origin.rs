use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU8;

use crate::explanation::Note;
use crate::forwarded_headers::ForwardedHeaders;
use crate::headers::RequestHeaders;
use crate::host::{AllowedHosts, Host, read_port};
use crate::host_name::HostName;
use crate::scheme::Scheme;

/// Scheme, host and port by which the client reached the site.
///
/// ```
/// use tuleap_front_http::{Host, Origin, Scheme};
///
/// let local = Origin::new(Scheme::Http, Host::parse(b"tuleap.example.com"), 8080);
/// assert_eq!(local.to_string(), "http://tuleap.example.com:8080");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Origin<'h> {
    scheme: Scheme,
    host: Option<HostName<'h>>,
    port: u16,
    /// The port written beside the host, which a proxy may have passed on with it.
    host_port: Option<u16>,
}

impl<'h> Origin<'h> {
    /// What a listener knows by itself: its scheme, the request's `Host`, and its own port.
    pub fn new(scheme: Scheme, host: Option<Host<'h>>, port: u16) -> Self {
        let host_port = host.as_ref().and_then(Host::port);
        Self { scheme, host: host.map(Host::into_name), port, host_port }
    }

    /// The same origin, borrowing from nothing.
    pub fn into_owned(self) -> Origin<'static> {
        let host = self.host.map(HostName::into_owned);
        Origin { scheme: self.scheme, host, port: self.port, host_port: self.host_port }
    }

    /// The scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host, lower case; `None` if it is not an allowed one: answer 400 or 421.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_ref().map(HostName::as_str)
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The value of a `Host` header for this origin: with the port where it is not the
    /// scheme's own.
    #[must_use]
    pub fn host_header(&self) -> Option<Cow<'_, str>> {
        let host = self.host()?;
        Some(match self.shown_port() {
            None => Cow::Borrowed(host),
            Some(port) => Cow::Owned(format!("{host}:{port}")),
        })
    }

    /// The port, where it is not the scheme's own.
    pub(crate) fn shown_port(&self) -> Option<u16> {
        Some(self.port).filter(|port| *port != self.scheme.default_port())
    }
}

/// `https://tuleap.example.com`; without an allowed host, `https://-`.
impl fmt::Display for Origin<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}", self.scheme, self.host_header().as_deref().unwrap_or("-"))
    }
}

/// Which facts about the origin may come from a trusted peer's headers. By default only the
/// scheme.
///
/// ```
/// use tuleap_front_http::{
///     AllowedHosts, ClientIpResolver, ForwardedHeaders, Host, Origin, OriginPolicy, Peer, Scheme,
/// };
///
/// let resolver = ClientIpResolver::new("10.0.0.1".parse().unwrap());
/// let hosts = AllowedHosts::new(["tuleap.example.com"]).unwrap();
/// let policy = OriginPolicy::default().with_forwarded_host(hosts);
/// let local = Origin::new(Scheme::Http, Host::parse(b"backend.internal"), 80);
/// let headers = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "tuleap.example.com")];
///
/// let peer = Peer::parse(b"10.0.0.1");
/// let forwarded = ForwardedHeaders::from_trusted(&resolver, peer, headers.as_slice());
/// let origin = policy.origin(forwarded.as_ref(), &local);
/// assert_eq!(origin.to_string(), "https://tuleap.example.com");
///
/// let stranger = Peer::parse(b"203.0.113.9");
/// assert!(ForwardedHeaders::from_trusted(&resolver, stranger, headers.as_slice()).is_none());
/// ```
#[derive(Clone, Debug)]
pub struct OriginPolicy {
    read_scheme: bool,
    read_host: bool,
    read_port: bool,
    proto_hops: NonZeroU8,
    allowed_hosts: Option<AllowedHosts>,
}

/// Reads the scheme, from the right-most value.
impl Default for OriginPolicy {
    fn default() -> Self {
        Self {
            read_scheme: true,
            read_host: false,
            read_port: false,
            proto_hops: NonZeroU8::MIN,
            allowed_hosts: None,
        }
    }
}

impl OriginPolicy {
    /// Leaves the listener's scheme as it is.
    #[must_use]
    pub const fn without_forwarded_scheme(mut self) -> Self {
        self.read_scheme = false;
        self
    }

    /// Reads the n-th value of `X-Forwarded-Proto` from the right, where inner proxies append.
    #[must_use]
    pub const fn with_proto_hops(mut self, count: NonZeroU8) -> Self {
        self.proto_hops = count;
        self
    }

    /// Checks the listener's own host against a list, and reads no host from headers.
    #[must_use]
    pub fn with_allowed_hosts(mut self, hosts: AllowedHosts) -> Self {
        self.allowed_hosts = Some(hosts);
        self
    }

    /// Reads `X-Forwarded-Host`, or `host=` of `Forwarded`, and checks it against a list.
    #[must_use]
    pub fn with_forwarded_host(mut self, hosts: AllowedHosts) -> Self {
        self.read_host = true;
        self.with_allowed_hosts(hosts)
    }

    /// Reads `X-Forwarded-Port`.
    #[must_use]
    pub const fn with_forwarded_port(mut self) -> Self {
        self.read_port = true;
        self
    }

    /// The origin of a request: `forwarded` is `None` where the peer is not trusted.
    ///
    /// Behind a trusted peer the port is the forwarded one, or that of the host, or the scheme's
    /// own; the listener's port is one that no client sees.
    pub fn origin<'o, H: RequestHeaders + ?Sized>(
        &self,
        forwarded: Option<&ForwardedHeaders<'o, H>>,
        local: &Origin<'o>,
    ) -> Origin<'o> {
        self.explain(forwarded, local).origin
    }

    /// The origin, where each part of it came from, and what was remarkable.
    pub fn explain<'o, H: RequestHeaders + ?Sized>(
        &self,
        forwarded: Option<&ForwardedHeaders<'o, H>>,
        local: &Origin<'o>,
    ) -> OriginExplanation<'o> {
        let mut explanation = OriginExplanation {
            origin: local.clone(),
            scheme_source: OriginSource::Listener,
            host_source: OriginSource::Listener,
            port_source: OriginSource::Listener,
            notes: Notes::default(),
        };
        match forwarded {
            Some(forwarded) => self.read(forwarded, &mut explanation),
            None => self.check_host(&mut explanation),
        }
        explanation
    }

    fn read<'o, H: RequestHeaders + ?Sized>(
        &self,
        forwarded: &ForwardedHeaders<'o, H>,
        explanation: &mut OriginExplanation<'o>,
    ) {
        if self.read_scheme {
            match forwarded.scheme_at(self.proto_hops) {
                Ok(Some(scheme)) => {
                    explanation.origin.scheme = scheme;
                    explanation.scheme_source = OriginSource::Forwarded;
                }
                Ok(None) => {}
                Err(note) => explanation.notes.push(note),
            }
        }
        if self.read_host
            && let Some(sent) = forwarded.host()
        {
            explanation.host_source = OriginSource::Forwarded;
            explanation.origin.host_port = sent.as_ref().and_then(Host::port);
            if sent.is_none() {
                explanation.notes.push(Note::HostInvalid);
            }
            explanation.origin.host = sent.map(Host::into_name);
        }
        self.check_host(explanation);
        self.read_port(forwarded, explanation);
    }

    /// Takes a host away that is not an allowed one.
    fn check_host(&self, explanation: &mut OriginExplanation<'_>) {
        let (Some(host), Some(hosts)) = (explanation.origin.host(), &self.allowed_hosts) else {
            return;
        };
        if !hosts.allows(host) {
            explanation.notes.push(Note::HostNotAllowed);
            (explanation.origin.host, explanation.origin.host_port) = (None, None);
        }
    }

    fn read_port<H: RequestHeaders + ?Sized>(
        &self,
        forwarded: &ForwardedHeaders<'_, H>,
        explanation: &mut OriginExplanation<'_>,
    ) {
        let sent = if self.read_port { forwarded.port_value().map(read_port) } else { None };
        if sent == Some(None) {
            explanation.notes.push(Note::PortInvalid);
        }
        let origin = &mut explanation.origin;
        (origin.port, explanation.port_source) = match (sent.flatten(), origin.host_port) {
            (Some(port), _) => (port, OriginSource::Forwarded),
            (None, Some(port)) => (port, explanation.host_source),
            (None, None) => (origin.scheme.default_port(), OriginSource::Scheme),
        };
    }
}

/// An origin, and where each part of it came from.
///
/// ```
/// use tuleap_front_http::{
///     ClientIpResolver, ForwardedHeaders, Host, Origin, OriginPolicy, OriginSource, Peer, Scheme,
/// };
///
/// let resolver = ClientIpResolver::new("10.0.0.1".parse().unwrap());
/// let headers = [("X-Forwarded-Proto", "https")];
/// let forwarded =
///     ForwardedHeaders::from_trusted(&resolver, Peer::parse(b"10.0.0.1"), headers.as_slice());
/// let local = Origin::new(Scheme::Http, Host::parse(b"tuleap.example.com:8443"), 4430);
/// let explanation = OriginPolicy::default().explain(forwarded.as_ref(), &local);
///
/// assert_eq!(explanation.origin().to_string(), "https://tuleap.example.com:8443");
/// assert_eq!(explanation.scheme_source(), OriginSource::Forwarded);
/// assert_eq!(explanation.host_source(), OriginSource::Listener);
/// assert!(explanation.notes().is_empty());
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct OriginExplanation<'h> {
    origin: Origin<'h>,
    scheme_source: OriginSource,
    host_source: OriginSource,
    port_source: OriginSource,
    notes: Notes,
}

impl<'h> OriginExplanation<'h> {
    /// The answer.
    pub const fn origin(&self) -> &Origin<'h> {
        &self.origin
    }

    /// Where the scheme came from.
    #[must_use]
    pub const fn scheme_source(&self) -> OriginSource {
        self.scheme_source
    }

    /// Where the host came from, or would have if it were allowed.
    #[must_use]
    pub const fn host_source(&self) -> OriginSource {
        self.host_source
    }

    /// Where the port came from.
    #[must_use]
    pub const fn port_source(&self) -> OriginSource {
        self.port_source
    }

    /// What was remarkable.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        self.notes.list.get(..self.notes.length).unwrap_or_default()
    }
}

/// At most one note on each of scheme, host and port.
#[derive(Clone, Copy, Debug)]
struct Notes {
    list: [Note; 3],
    length: usize,
}

impl Default for Notes {
    fn default() -> Self {
        Self { list: [Note::ProtoInvalid; 3], length: 0 }
    }
}

impl Notes {
    fn push(&mut self, note: Note) {
        if let Some(place) = self.list.get_mut(self.length) {
            *place = note;
            self.length += 1;
        }
    }
}

/// Where a part of an origin came from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum OriginSource {
    /// A header of a trusted peer.
    Forwarded,
    /// The listener itself, or the request's `Host`.
    Listener,
    /// The scheme's own port.
    Scheme,
}

impl OriginSource {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forwarded => "forwarded",
            Self::Listener => "listener",
            Self::Scheme => "scheme",
        }
    }
}

impl fmt::Display for OriginSource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
