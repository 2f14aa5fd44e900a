use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use super::authority::{self, Authority, HostRef};
use super::error::{DestinationOriginError, DestinationOriginFault as Fault};
use super::reason::DestinationReason;
use super::reference;
use crate::scheme::Scheme;

/// `http` or `https`, a host and perhaps a port: what the front of a URI names (RFC 6454 §4).
///
/// The text is kept as it was written, for the next server may compare it byte for byte. Two
/// origins are one if scheme, host without regard to case (IPv6 by value) and effective port are.
/// A host with a dot at its end is another host: list both where both are used.
///
/// ```
/// use tuleap_front_http::DestinationOrigin;
///
/// let origin: DestinationOrigin = "https://Tuleap.example.com:443".parse()?;
/// assert_eq!(origin.authority(), "Tuleap.example.com:443");
/// assert_eq!((origin.scheme().as_str(), origin.port()), ("https", 443));
/// assert_eq!(origin, "HTTPS://tuleap.example.com".parse()?);
/// assert_eq!(origin.to_string(), "https://Tuleap.example.com:443");
///
/// let error = "https://tuleap.example.com/svn".parse::<DestinationOrigin>().unwrap_err();
/// assert_eq!(error.code(), "destination-origin/path");
/// # Ok::<(), tuleap_front_http::DestinationOriginError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DestinationOrigin {
    scheme: Scheme,
    authority: String,
    host: OwnedHost,
    port: u16,
}

#[derive(Clone, Debug)]
enum OwnedHost {
    Ipv6(Ipv6Addr),
    Name(String),
}

impl DestinationOrigin {
    /// The scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Host and perhaps port, as they were written: the text of the `Host` header.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The effective port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn borrow(&self) -> OriginRef<'_> {
        let host = match &self.host {
            OwnedHost::Ipv6(address) => HostRef::Ipv6(*address),
            OwnedHost::Name(name) => HostRef::Name(name.as_bytes()),
        };
        let place = Authority { host, port: Some(self.port) };
        OriginRef { scheme: self.scheme, authority: self.authority.as_bytes(), place }
    }
}

impl PartialEq for DestinationOrigin {
    fn eq(&self, other: &Self) -> bool {
        self.borrow().is(other.scheme, &other.borrow().place)
    }
}

impl Eq for DestinationOrigin {}

impl fmt::Display for DestinationOrigin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}", self.scheme, self.authority)
    }
}

impl FromStr for DestinationOrigin {
    type Err = DestinationOriginError;

    fn from_str(text: &str) -> Result<Self, DestinationOriginError> {
        parse(text.trim()).map_err(|fault| DestinationOriginError::new(0, fault))
    }
}

fn parse(text: &str) -> Result<DestinationOrigin, Fault> {
    let cut = reference::cut(text.as_bytes()).map_err(|_| Fault::Scheme)?;
    let scheme = cut.scheme.ok_or(Fault::Scheme)?;
    let read = authority::parse_host(cut.authority).map_err(|reason| match reason {
        _ if cut.authority.contains(&b'@') => Fault::Userinfo,
        DestinationReason::AuthorityPort => Fault::Port,
        _ => Fault::Host,
    })?;
    if !cut.rest.is_empty() {
        return Err(Fault::Path);
    }
    if read.port == Some(0) || cut.authority.ends_with(b":") {
        return Err(Fault::Port);
    }
    let authority = std::str::from_utf8(cut.authority).map_err(|_| Fault::Host)?.to_owned();
    let host = match read.host {
        HostRef::Ipv6(address) => OwnedHost::Ipv6(address),
        HostRef::Name(name) => OwnedHost::Name(String::from_utf8_lossy(name).into_owned()),
    };
    let port = read.port.unwrap_or(scheme.default_port());
    Ok(DestinationOrigin { scheme, authority, host, port })
}

/// An origin as it is compared and written.
#[derive(Clone, Copy, Debug)]
pub(super) struct OriginRef<'a> {
    pub(super) scheme: Scheme,
    pub(super) authority: &'a [u8],
    /// What the authority names.
    pub(super) place: Authority<'a>,
}

impl<'a> OriginRef<'a> {
    /// The origin of a `Host` header, if it is one.
    pub(super) fn of_host(scheme: Scheme, host: &'a [u8]) -> Option<Self> {
        let place = authority::parse_host(host).ok()?;
        Some(Self { scheme, authority: host, place })
    }

    /// Does a URI with this scheme and authority name this origin?
    pub(super) fn is(&self, scheme: Scheme, authority: &Authority<'_>) -> bool {
        self.scheme == scheme && self.place.is(scheme, authority)
    }

    /// The start of a URI of this origin.
    pub(super) const fn prefix(&self) -> &'static [u8] {
        match self.scheme {
            Scheme::Http => b"http://",
            Scheme::Https => b"https://",
        }
    }
}

/// The origins by which clients reach the site.
///
/// ```
/// use tuleap_front_http::PublicOrigins;
///
/// let origins: PublicOrigins = "https://tuleap.example.com, https://svn.example.com".parse()?;
/// assert_eq!(origins.listed().len(), 2);
/// assert_eq!(origins.to_string(), "https://tuleap.example.com, https://svn.example.com");
/// assert_eq!("auto".parse(), Ok(PublicOrigins::auto()));
///
/// let error = "https://a.example tuleap.example.com".parse::<PublicOrigins>().unwrap_err();
/// assert_eq!((error.entry(), error.code()), (1, "destination-origin/scheme"));
/// # Ok::<(), tuleap_front_http::DestinationOriginError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicOrigins {
    /// None: those of the request's `Host`.
    listed: Vec<DestinationOrigin>,
}

impl PublicOrigins {
    /// `http` and `https` with the client's `Host`, whatever it is: for a server that answers
    /// under names it does not list.
    #[must_use]
    pub const fn auto() -> Self {
        Self { listed: Vec::new() }
    }

    /// These and no others.
    ///
    /// # Errors
    ///
    /// An empty list.
    pub fn new(
        origins: impl IntoIterator<Item = DestinationOrigin>,
    ) -> Result<Self, DestinationOriginError> {
        let listed: Vec<_> = origins.into_iter().collect();
        if listed.is_empty() {
            return Err(DestinationOriginError::new(0, Fault::Empty));
        }
        Ok(Self { listed })
    }

    /// The listed ones; none for [`auto`](Self::auto).
    #[must_use]
    pub fn listed(&self) -> &[DestinationOrigin] {
        &self.listed
    }

    /// Is it one of them, and which? For `auto`, the client's `Host` is the one.
    pub(super) fn find(
        &self,
        scheme: Scheme,
        authority: &Authority<'_>,
        client: Option<&Authority<'_>>,
    ) -> Option<Option<usize>> {
        if self.listed.is_empty() {
            return client?.is(scheme, authority).then_some(None);
        }
        let is_it = |origin: &DestinationOrigin| origin.borrow().is(scheme, authority);
        self.listed.iter().position(is_it).map(Some)
    }

    /// The one by which a client came, and its place in the list: the listed one that its `Host`
    /// names, else the first.
    pub(super) fn of_client<'a>(
        &'a self,
        scheme: Scheme,
        host: &'a [u8],
    ) -> Option<(OriginRef<'a>, Option<usize>)> {
        if self.listed.is_empty() {
            return Some((OriginRef::of_host(scheme, host)?, None));
        }
        let client = authority::parse_host(host).ok();
        let is_named = |origin: &DestinationOrigin| {
            client.as_ref().is_some_and(|client| origin.borrow().is(origin.scheme, client))
        };
        let entry = self.listed.iter().position(is_named).unwrap_or(0);
        Some((self.listed.get(entry)?.borrow(), Some(entry)))
    }
}

/// `auto`, or origins with commas or blanks between them.
impl FromStr for PublicOrigins {
    type Err = DestinationOriginError;

    fn from_str(text: &str) -> Result<Self, DestinationOriginError> {
        if text.trim() == "auto" {
            return Ok(Self::auto());
        }
        let is_separator = |char: char| char == ',' || char.is_ascii_whitespace();
        let entries = text.split(is_separator).filter(|entry| !entry.is_empty()).enumerate();
        let origin =
            |(entry, text)| parse(text).map_err(|fault| DestinationOriginError::new(entry, fault));
        Self::new(entries.map(origin).collect::<Result<Vec<_>, _>>()?)
    }
}

impl fmt::Display for PublicOrigins {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, more @ ..] = self.listed.as_slice() else { return out.write_str("auto") };
        write!(out, "{first}")?;
        more.iter().try_for_each(|origin| write!(out, ", {origin}"))
    }
}

/// What the next server takes for its own origin: it compares a `Destination` with its scheme
/// and, mostly, with the `Host` it is sent.
///
/// ```
/// use tuleap_front_http::{BackendOrigin, Scheme};
///
/// let fixed: BackendOrigin = "http://127.0.0.1:8080".parse()?;
/// assert_eq!(fixed.origin().unwrap().authority(), "127.0.0.1:8080");
/// let http: BackendOrigin = "http".parse()?;
/// assert_eq!(http, BackendOrigin::forwarded_host(Scheme::Http));
/// assert_eq!((http.scheme(), http.to_string().as_str()), (Scheme::Http, "http"));
/// # Ok::<(), tuleap_front_http::DestinationOriginError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BackendOrigin {
    scheme: Scheme,
    fixed: Option<DestinationOrigin>,
}

impl BackendOrigin {
    /// This scheme with the `Host` that each request is forwarded with.
    #[must_use]
    pub const fn forwarded_host(scheme: Scheme) -> Self {
        Self { scheme, fixed: None }
    }

    /// The scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The origin, where it is the same for every request.
    #[must_use]
    pub const fn origin(&self) -> Option<&DestinationOrigin> {
        self.fixed.as_ref()
    }

    /// The origin of a request; none where the `Host` is not one.
    pub(super) fn of_request<'a>(&'a self, forwarded_host: &'a [u8]) -> Option<OriginRef<'a>> {
        match &self.fixed {
            Some(origin) => Some(origin.borrow()),
            None => OriginRef::of_host(self.scheme, forwarded_host),
        }
    }
}

/// The same for every request.
impl From<DestinationOrigin> for BackendOrigin {
    fn from(origin: DestinationOrigin) -> Self {
        Self { scheme: origin.scheme, fixed: Some(origin) }
    }
}

/// An origin, or `http` or `https` alone.
impl FromStr for BackendOrigin {
    type Err = DestinationOriginError;

    fn from_str(text: &str) -> Result<Self, DestinationOriginError> {
        match text.trim() {
            "http" => Ok(Self::forwarded_host(Scheme::Http)),
            "https" => Ok(Self::forwarded_host(Scheme::Https)),
            text => text.parse::<DestinationOrigin>().map(Self::from),
        }
    }
}

impl fmt::Display for BackendOrigin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fixed {
            Some(origin) => write!(out, "{origin}"),
            None => write!(out, "{}", self.scheme),
        }
    }
}
