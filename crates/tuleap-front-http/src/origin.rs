use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU8;

use crate::explanation::Note;
use crate::forwarded_headers::ForwardedHeaders;
use crate::headers::RequestHeaders;
use crate::host::{AllowedHosts, Host, read_port};

/// `http` or `https`: what the client speaks to the outermost server.
///
/// ```
/// use tuleap_front_http::Scheme;
///
/// assert_eq!(Scheme::parse(b"HTTPS"), Some(Scheme::Https));
/// assert_eq!(Scheme::parse(b"wss"), Some(Scheme::Https));
/// assert_eq!(Scheme::parse(b"on"), None);
/// assert_eq!(Scheme::Https.default_port(), 443);
/// ```
#[expect(clippy::exhaustive_enums, reason = "TLS or not")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Scheme {
    /// Without TLS.
    Http,
    /// With TLS.
    Https,
}

impl Scheme {
    /// Reads `http` and `https`, and `ws` and `wss` which stand for them, in any case.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.eq_ignore_ascii_case(b"https") || text.eq_ignore_ascii_case(b"wss") {
            Some(Self::Https)
        } else if text.eq_ignore_ascii_case(b"http") || text.eq_ignore_ascii_case(b"ws") {
            Some(Self::Http)
        } else {
            None
        }
    }

    /// `http` or `https`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// 80 or 443.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

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
    host: Option<Cow<'h, str>>,
    port: u16,
}

impl<'h> Origin<'h> {
    /// What a listener knows by itself: its scheme, the request's `Host` (its port is not
    /// looked at), and its port.
    pub fn new(scheme: Scheme, host: Option<Host<'h>>, port: u16) -> Self {
        Self { scheme, host: host.map(Host::into_name), port }
    }

    /// The scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host, lower case; `None` if it is not an allowed one: answer 400 or 421.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
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
        let host = self.host.as_deref()?;
        Some(if self.port == self.scheme.default_port() {
            Cow::Borrowed(host)
        } else {
            Cow::Owned(format!("{host}:{}", self.port))
        })
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
    pub fn origin<'o, H: RequestHeaders + ?Sized>(
        &self,
        forwarded: Option<&ForwardedHeaders<'o, H>>,
        local: &Origin<'o>,
    ) -> Origin<'o> {
        self.decide(forwarded, local, &mut |_| {})
    }

    /// The origin, and what was remarkable about it.
    pub fn explain<'o, H: RequestHeaders + ?Sized>(
        &self,
        forwarded: Option<&ForwardedHeaders<'o, H>>,
        local: &Origin<'o>,
    ) -> (Origin<'o>, Vec<Note>) {
        let mut notes = Vec::new();
        (self.decide(forwarded, local, &mut |note| notes.push(note)), notes)
    }

    fn decide<'o, H: RequestHeaders + ?Sized>(
        &self,
        forwarded: Option<&ForwardedHeaders<'o, H>>,
        local: &Origin<'o>,
        note: &mut dyn FnMut(Note),
    ) -> Origin<'o> {
        let Some(forwarded) = forwarded else {
            let host = local.host.clone().and_then(|host| self.allowed(host, note));
            return Origin { scheme: local.scheme, host, port: local.port };
        };
        let scheme = self.scheme(forwarded, note).unwrap_or(local.scheme);
        let (host, host_port) = self.host(forwarded, local, note);
        let port = self.port(forwarded, note).or(host_port).unwrap_or(scheme.default_port());
        Origin { scheme, host, port }
    }

    fn scheme<H: RequestHeaders + ?Sized>(
        &self,
        forwarded: &ForwardedHeaders<'_, H>,
        note: &mut dyn FnMut(Note),
    ) -> Option<Scheme> {
        if !self.read_scheme {
            return None;
        }
        forwarded.scheme_at(self.proto_hops).unwrap_or_else(|reason| {
            note(reason);
            None
        })
    }

    /// The host and the port written beside it.
    fn host<'o, H: RequestHeaders + ?Sized>(
        &self,
        forwarded: &ForwardedHeaders<'o, H>,
        local: &Origin<'o>,
        note: &mut dyn FnMut(Note),
    ) -> (Option<Cow<'o, str>>, Option<u16>) {
        let sent = if self.read_host { forwarded.host() } else { None };
        let Some(sent) = sent else {
            return (local.host.clone().and_then(|host| self.allowed(host, note)), None);
        };
        let Some(host) = sent else {
            note(Note::HostInvalid);
            return (None, None);
        };
        let port = host.port();
        match self.allowed(host.into_name(), note) {
            Some(name) => (Some(name), port),
            None => (None, None),
        }
    }

    fn allowed<'o>(&self, host: Cow<'o, str>, note: &mut dyn FnMut(Note)) -> Option<Cow<'o, str>> {
        let is_allowed = self.allowed_hosts.as_ref().is_none_or(|hosts| hosts.allows(&host));
        if !is_allowed {
            note(Note::HostNotAllowed);
        }
        is_allowed.then_some(host)
    }

    fn port<H: RequestHeaders + ?Sized>(
        &self,
        forwarded: &ForwardedHeaders<'_, H>,
        note: &mut dyn FnMut(Note),
    ) -> Option<u16> {
        let value = if self.read_port { forwarded.port_value() } else { None }?;
        let port = read_port(value);
        if port.is_none() {
            note(Note::PortInvalid);
        }
        port
    }
}
