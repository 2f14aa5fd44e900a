use std::borrow::Cow;
use std::fmt::{self, Write as _};

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::address_text::AddressText;
use crate::blanks::trim_spaces;
use crate::client_ip::ClientIp;
use crate::headers::{
    ForwardingHeader, RequestHeaders, X_FORWARDED_FOR, X_FORWARDED_PROTO, X_REAL_IP, is_alias_of,
    is_forwarding, is_plain, is_same, may_be_forwarding,
};
use crate::nginx::NginxAddr;
use crate::origin::Origin;
use crate::resolver::ClientIpResolver;

/// What the next server is told about the client, and what of the client's own words it never
/// sees.
///
/// [`recommended`](Self::recommended) sends one certain address, the effective scheme and the
/// allowed host, and strips every other forwarding header, look-alikes included: a backend that
/// takes the whole of `X-Forwarded-For` for an address gets the right one. Where the address is
/// not certain it writes `unknown` (RFC 7239 §6.2), so that the next resolver says so too.
/// [`documented`](Self::documented) is what the deployment guide's nginx lines do, byte for byte.
///
/// ```
/// use tuleap_front_http::{
///     ClientIpResolver, ForwardedHop, HopField, HopFacts, HopHeader, Host, Origin, Peer, Scheme,
/// };
///
/// let resolver = ClientIpResolver::new("10.0.0.1".parse()?);
/// let headers = [("X-Forwarded-For", "6.6.6.6, 203.0.113.9"), ("Forwarded", "for=6.6.6.6")];
/// let peer = std::net::IpAddr::from([10, 0, 0, 1]);
/// let origin = Origin::new(Scheme::Https, Host::parse(b"tuleap.example.com"), 443);
/// let facts = HopFacts {
///     client: resolver.resolve(Some(Peer::from(peer)), headers.as_slice()),
///     origin: &origin,
///     local: &origin,
///     remote_addr: Some(peer.into()),
/// };
///
/// let hop = ForwardedHop::recommended();
/// let sent = hop.headers(&facts, headers.as_slice());
/// assert_eq!(sent.get(HopField::ForwardedFor), &HopHeader::set("203.0.113.9"));
/// assert_eq!(sent.get(HopField::Proto), &HopHeader::set("https"));
/// assert!(hop.strips(b"Forwarded") && hop.strips(b"X_Forwarded_For"));
///
/// let guide = ForwardedHop::documented(tuleap_front_http::Guide::ReverseProxy);
/// let sent = guide.headers(&facts, headers.as_slice());
/// assert_eq!(
///     sent.get(HopField::ForwardedFor),
///     &HopHeader::set("6.6.6.6, 203.0.113.9, 10.0.0.1")
/// );
/// assert!(!guide.strips(b"Forwarded"));
/// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ForwardedHop {
    style: Style,
    directives: [HopDirective; 4],
    /// Headers of the resolver's own that are stripped too, beside those that always are.
    sources: Vec<HeaderName>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Style {
    Documented,
    Recommended,
}

/// The two configurations of Tuleap's deployment guide.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Guide {
    /// "Distributed Tuleap".
    Distributed,
    /// "Deploy Tuleap behind a reverse proxy".
    ReverseProxy,
}

/// A header that a hop writes.
#[expect(clippy::exhaustive_enums, reason = "the four headers of the guide")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HopField {
    /// `X-Real-IP`
    RealIp,
    /// `X-Forwarded-For`
    ForwardedFor,
    /// `X-Forwarded-Proto`
    Proto,
    /// `Host`
    Host,
}

/// What a hop does with one header.
#[expect(clippy::exhaustive_enums, reason = "what proxy_set_header can do")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum HopDirective {
    /// Lets the client's own lines pass: a location without `proxy_set_header`.
    Keep,
    /// Sends no such header: `proxy_set_header NAME ""`.
    Remove,
    /// Replaces every line by one.
    #[default]
    Write,
}

/// What is known about a request when it is passed on.
#[expect(clippy::exhaustive_structs, reason = "an input: a new fact must be given by every caller")]
#[derive(Clone, Copy, Debug)]
pub struct HopFacts<'a> {
    /// The resolver's answer.
    pub client: ClientIp,
    /// How the client reached the site, trusted proxies believed.
    pub origin: &'a Origin<'a>,
    /// How the connection reached this listener: nginx's `$scheme` and `$host`.
    pub local: &'a Origin<'a>,
    /// The address this server shows, nginx's `$remote_addr`; `None` if it knows none.
    pub remote_addr: Option<NginxAddr>,
}

impl HopField {
    /// Every field, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::RealIp, Self::ForwardedFor, Self::Proto, Self::Host];

    /// The header's name.
    #[must_use]
    pub fn name(self) -> &'static HeaderName {
        static HOST: HeaderName = http::header::HOST;
        match self {
            Self::RealIp => &X_REAL_IP,
            Self::ForwardedFor => &X_FORWARDED_FOR,
            Self::Proto => &X_FORWARDED_PROTO,
            Self::Host => &HOST,
        }
    }

    const fn spelling(self) -> &'static str {
        match self {
            Self::RealIp => "X-Real-IP",
            Self::ForwardedFor => "X-Forwarded-For",
            Self::Proto => "X-Forwarded-Proto",
            Self::Host => "Host",
        }
    }

    /// The field with this name, if it is one.
    #[inline]
    fn of_name(name: &[u8]) -> Option<Self> {
        // Their lengths differ: at most one of them is compared.
        let field = match name.len() {
            4 => Self::Host,
            9 => Self::RealIp,
            15 => Self::ForwardedFor,
            17 => Self::Proto,
            _ => return None,
        };
        is_same(name, field.spelling().as_bytes()).then_some(field)
    }
}

/// The name as it is usually spelled: `X-Forwarded-For`.
impl fmt::Display for HopField {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.spelling())
    }
}

impl ForwardedHop {
    /// One certain address, scheme and host; everything else is stripped.
    #[must_use]
    pub const fn recommended() -> Self {
        Self {
            style: Style::Recommended,
            directives: [HopDirective::Write; 4],
            sources: Vec::new(),
        }
    }

    /// `proxy_set_header` as the guide has it: `X-Real-IP $remote_addr`,
    /// `X-Forwarded-For $proxy_add_x_forwarded_for`, `X-Forwarded-Proto $scheme`, `Host $host`.
    /// Both configurations of the guide have the same four lines.
    #[must_use]
    pub const fn documented(_guide: Guide) -> Self {
        Self { style: Style::Documented, directives: [HopDirective::Write; 4], sources: Vec::new() }
    }

    /// Strips the headers that this resolver reads, too: the next server may read the same.
    ///
    /// ```
    /// use tuleap_front_http::{ClientIpResolver, ForwardedHop, TrustedProxies};
    ///
    /// let resolver = ClientIpResolver::new(TrustedProxies::default())
    ///     .with_header("X-Cdn-Client".parse().unwrap());
    /// let hop = ForwardedHop::recommended().for_resolver(&resolver);
    /// assert!(hop.strips(b"X-Cdn-Client") && hop.strips(b"X_CDN_Client"));
    /// ```
    #[must_use]
    pub fn for_resolver(mut self, resolver: &ClientIpResolver) -> Self {
        let names = resolver.sources().map(ForwardingHeader::name);
        self.sources = names.filter(|name| !is_forwarding(name.as_ref())).cloned().collect();
        self
    }

    /// Does something else with one header.
    #[must_use]
    pub fn with(mut self, field: HopField, directive: HopDirective) -> Self {
        let [real_ip, forwarded_for, proto, host] = &mut self.directives;
        *match field {
            HopField::RealIp => real_ip,
            HopField::ForwardedFor => forwarded_for,
            HopField::Proto => proto,
            HopField::Host => host,
        } = directive;
        self
    }

    /// What is done with one header.
    ///
    /// ```
    /// use tuleap_front_http::{ForwardedHop, HopDirective, HopField};
    ///
    /// let hop = ForwardedHop::recommended().with(HopField::Host, HopDirective::Keep);
    /// assert_eq!(hop.directive(HopField::Host), HopDirective::Keep);
    /// ```
    #[must_use]
    pub const fn directive(&self, field: HopField) -> HopDirective {
        let [real_ip, forwarded_for, proto, host] = self.directives;
        match field {
            HopField::RealIp => real_ip,
            HopField::ForwardedFor => forwarded_for,
            HopField::Proto => proto,
            HopField::Host => host,
        }
    }

    /// The headers to send on.
    pub fn headers<'a>(
        &self,
        facts: &HopFacts<'a>,
        headers: &(impl RequestHeaders + ?Sized),
    ) -> HopHeaders<'a> {
        let values = self.values(facts).map(|(directive, value)| match (directive, value) {
            (HopDirective::Keep, _) => HopHeader::Keep,
            (HopDirective::Remove, _) => HopHeader::Remove,
            (HopDirective::Write, HopValue::Text(text)) => HopHeader::set(text),
            (HopDirective::Write, value) => {
                let mut text = Vec::new();
                value.write(headers, &mut |piece: &[u8]| text.extend_from_slice(piece));
                HopHeader::Set(Cow::Owned(text))
            }
        });
        HopHeaders { values }
    }

    /// [`headers`](Self::headers) without an allocation, for hosts with a buffer of their own.
    ///
    /// ```
    /// use tuleap_front_http::{
    ///     ClientIpResolver, ForwardedHop, HopDirective, HopFacts, HopField, HopOutput, Host, Origin,
    ///     Scheme, TrustedProxies,
    /// };
    ///
    /// struct Lines(Vec<u8>);
    ///
    /// impl HopOutput for Lines {
    ///     fn header(&mut self, field: HopField, directive: HopDirective) {
    ///         self.0.extend_from_slice(format!("\n{field} {directive:?} ").as_bytes());
    ///     }
    ///
    ///     fn value(&mut self, piece: &[u8]) {
    ///         self.0.extend_from_slice(piece);
    ///     }
    /// }
    ///
    /// let resolver = ClientIpResolver::new(TrustedProxies::default());
    /// let origin = Origin::new(Scheme::Https, Host::parse(b"tuleap.example.com"), 8443);
    /// let client = resolver.resolve_values(None, &[]);
    /// let facts = HopFacts { client, origin: &origin, local: &origin, remote_addr: None };
    /// let mut lines = Lines(Vec::new());
    /// let no_headers: &[(&str, &str)] = &[];
    /// ForwardedHop::recommended().write(&facts, no_headers, &mut lines);
    /// assert_eq!(
    ///     String::from_utf8_lossy(&lines.0),
    ///     "\nX-Real-IP Remove \nX-Forwarded-For Write unknown\
    ///      \nX-Forwarded-Proto Write https\nHost Write tuleap.example.com:8443"
    /// );
    /// ```
    pub fn write(
        &self,
        facts: &HopFacts<'_>,
        headers: &(impl RequestHeaders + ?Sized),
        out: &mut impl HopOutput,
    ) {
        for (field, (directive, value)) in HopField::ALL.into_iter().zip(self.values(facts)) {
            out.header(field, directive);
            if directive == HopDirective::Write {
                value.write(headers, &mut |piece: &[u8]| out.value(piece));
            }
        }
    }

    /// What to do with each header, and what would be written.
    fn values<'a>(&self, facts: &HopFacts<'a>) -> [(HopDirective, HopValue<'a>); 4] {
        let values = match self.style {
            Style::Documented => documented(facts),
            Style::Recommended => recommended(facts),
        };
        let mut directives = self.directives.into_iter();
        values.map(|value| match (directives.next().unwrap_or_default(), value) {
            (HopDirective::Write, None) => (HopDirective::Remove, HopValue::Text("")),
            (directive, value) => (directive, value.unwrap_or(HopValue::Text(""))),
        })
    }

    /// Is a client's header with this name kept from the next server?
    #[must_use]
    #[inline]
    pub fn strips(&self, name: &[u8]) -> bool {
        self.strip_reason(name).is_some()
    }

    /// Why a client's header with this name is kept from the next server; `None` if it is not.
    ///
    /// ```
    /// use tuleap_front_http::{ForwardedHop, StripReason};
    ///
    /// let hop = ForwardedHop::recommended();
    /// assert_eq!(hop.strip_reason(b"X-Forwarded-For"), Some(StripReason::Replaced));
    /// assert_eq!(hop.strip_reason(b"X_Forwarded_For"), Some(StripReason::Alias));
    /// assert_eq!(hop.strip_reason(b"X-Forwarded-Host"), Some(StripReason::Claim));
    /// assert_eq!(hop.strip_reason(b"Accept"), None);
    /// assert_eq!(StripReason::Alias.code(), "forwarded-hop/alias");
    /// ```
    #[must_use]
    #[inline]
    pub fn strip_reason(&self, name: &[u8]) -> Option<StripReason> {
        if may_be_forwarding(name) || name.len() == "host".len() || !self.sources.is_empty() {
            self.read_strip_reason(name)
        } else {
            None
        }
    }

    /// [`strip_reason`](Self::strip_reason) of a name that a look does not rule out.
    fn read_strip_reason(&self, name: &[u8]) -> Option<StripReason> {
        if let Some(field) = HopField::of_name(name) {
            return match self.directive(field) {
                HopDirective::Keep => None,
                HopDirective::Remove => Some(StripReason::Claim),
                HopDirective::Write => Some(StripReason::Replaced),
            };
        }
        match self.style {
            Style::Documented => None,
            Style::Recommended if is_forwarding(name) => {
                Some(if is_plain(name) { StripReason::Claim } else { StripReason::Alias })
            }
            Style::Recommended => self.source_reason(name),
        }
    }

    /// Why a header that is none of the table is kept back: the resolver reads it, or one that it
    /// folds onto.
    fn source_reason(&self, name: &[u8]) -> Option<StripReason> {
        self.sources.iter().find_map(|source| match name {
            _ if name.eq_ignore_ascii_case(source.as_ref()) => Some(StripReason::Claim),
            _ if is_alias_of(name, source) => Some(StripReason::Alias),
            _ => None,
        })
    }

    /// Rewrites the headers of a request that is passed on.
    ///
    /// Take the headers of the connection away first (RFC 9110 §7.6.1), so that
    /// `Connection: X-Forwarded-For` cannot take away what is written here.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use tuleap_front_http::{ClientIpResolver, ForwardedHop, HopFacts, Origin, Peer, Scheme};
    ///
    /// let resolver = ClientIpResolver::new("10.0.0.1".parse()?);
    /// let mut headers = HeaderMap::new();
    /// headers.insert("x-forwarded-for", "127.0.0.1".parse().unwrap());
    /// headers.insert("x-forwarded-host", "evil.example".parse().unwrap());
    ///
    /// let stranger = std::net::IpAddr::from([203, 0, 113, 9]);
    /// let local = Origin::new(Scheme::Http, None, 80);
    /// let facts = HopFacts {
    ///     client: resolver.resolve(Some(Peer::from(stranger)), &headers),
    ///     origin: &local,
    ///     local: &local,
    ///     remote_addr: Some(stranger.into()),
    /// };
    /// ForwardedHop::recommended().apply(&facts, &mut headers);
    /// assert_eq!(headers["x-forwarded-for"], "203.0.113.9");
    /// assert!(!headers.contains_key("x-forwarded-host"));
    /// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
    /// ```
    pub fn apply(&self, facts: &HopFacts<'_>, headers: &mut HeaderMap) {
        let sent = self.headers(facts, headers);
        let stripped: Vec<HeaderName> =
            headers.keys().filter(|name| self.strips(name.as_ref())).cloned().collect();
        for name in stripped {
            headers.remove(name);
        }
        for (field, value) in HopField::ALL.iter().zip(&sent.values) {
            // What is written comes from addresses, checked hosts and header values.
            if let HopHeader::Set(value) = value
                && let Ok(value) = HeaderValue::from_bytes(value)
            {
                headers.insert(field.name(), value);
            }
        }
    }
}

/// Why a client's header is kept from the next server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum StripReason {
    /// It looks like a forwarding header to a server that folds names.
    Alias,
    /// It claims something that the next server must not read.
    Claim,
    /// The hop writes this header itself.
    Replaced,
}

impl StripReason {
    /// The stable name, `forwarded-hop/…`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Alias => "forwarded-hop/alias",
            Self::Claim => "forwarded-hop/claim",
            Self::Replaced => "forwarded-hop/replaced",
        }
    }
}

/// The four headers of a request that is passed on.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct HopHeaders<'a> {
    values: [HopHeader<'a>; 4],
}

impl<'a> HopHeaders<'a> {
    /// What to do with one header.
    #[must_use]
    pub const fn get(&self, field: HopField) -> &HopHeader<'a> {
        let [real_ip, forwarded_for, proto, host] = &self.values;
        match field {
            HopField::RealIp => real_ip,
            HopField::ForwardedFor => forwarded_for,
            HopField::Proto => proto,
            HopField::Host => host,
        }
    }

    /// The headers in the order in which they are written.
    pub fn iter(&self) -> impl Iterator<Item = (HopField, &HopHeader<'a>)> {
        HopField::ALL.into_iter().zip(&self.values)
    }
}

/// What to do with one header of a request that is passed on.
#[expect(clippy::exhaustive_enums, reason = "what proxy_set_header can do")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum HopHeader<'a> {
    /// The client's lines pass as they are.
    Keep,
    /// No such header is sent.
    Remove,
    /// One line with this value replaces the client's.
    Set(Cow<'a, [u8]>),
}

impl<'a> HopHeader<'a> {
    /// One line with this value.
    #[must_use]
    pub const fn set(value: &'a str) -> Self {
        Self::Set(Cow::Borrowed(value.as_bytes()))
    }
}

/// Where a hop writes its headers to, piece by piece.
pub trait HopOutput {
    /// What becomes of a header; the pieces of its value follow where it is written.
    fn header(&mut self, field: HopField, directive: HopDirective);

    /// The next piece of the value.
    fn value(&mut self, piece: &[u8]);
}

/// A value that is not text yet.
#[derive(Clone, Copy)]
enum HopValue<'a> {
    /// `$proxy_add_x_forwarded_for`: each line, empty ones too, and a comma; then the address.
    AddedTo(NginxAddr),
    Address(AddressText),
    HostPort(&'a str, u16),
    NginxAddr(NginxAddr),
    Text(&'a str),
}

impl HopValue<'_> {
    fn write(self, headers: &(impl RequestHeaders + ?Sized), out: &mut impl FnMut(&[u8])) {
        match self {
            Self::AddedTo(address) => {
                for (_, line) in headers.lines().filter(|(name, _)| is_forwarded_for(name)) {
                    out(trim_spaces(line));
                    out(b", ");
                }
                write_nginx(address, out);
            }
            Self::Address(text) => out(text.as_bytes()),
            Self::HostPort(host, port) => write_text(format_args!("{host}:{port}"), out),
            Self::NginxAddr(address) => write_nginx(address, out),
            Self::Text(text) => out(text.as_bytes()),
        }
    }
}

fn is_forwarded_for(name: &[u8]) -> bool {
    is_same(name, X_FORWARDED_FOR.as_ref())
}

fn write_nginx(address: NginxAddr, out: &mut impl FnMut(&[u8])) {
    match address {
        // The spelling of IPv4 is everybody's.
        NginxAddr::Ip(address) if address.is_ipv4() => out(AddressText::new(address).as_bytes()),
        address => write_text(address, out),
    }
}

fn write_text(text: impl fmt::Display, out: &mut impl FnMut(&[u8])) {
    // What takes the pieces cannot refuse them.
    let _ = write!(Pieces(out), "{text}");
}

struct Pieces<'o, F>(&'o mut F);

impl<F: FnMut(&[u8])> fmt::Write for Pieces<'_, F> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        (self.0)(text.as_bytes());
        Ok(())
    }
}

fn recommended<'a>(facts: &HopFacts<'a>) -> [Option<HopValue<'a>>; 4] {
    // Not `addr_for_log`: what is uncertain here could look certain to a server that trusts fewer
    // hosts than we do.
    let address = facts.client.addr().map(AddressText::new).map(HopValue::Address);
    let forwarded_for = address.unwrap_or(HopValue::Text("unknown"));
    let host = facts.origin.host().map(|host| match facts.origin.shown_port() {
        None => HopValue::Text(host),
        Some(port) => HopValue::HostPort(host, port),
    });
    let scheme = HopValue::Text(facts.origin.scheme().as_str());
    [address, Some(forwarded_for), Some(scheme), host]
}

fn documented<'a>(facts: &HopFacts<'a>) -> [Option<HopValue<'a>>; 4] {
    [
        facts.remote_addr.map(HopValue::NginxAddr),
        facts.remote_addr.map(HopValue::AddedTo),
        Some(HopValue::Text(facts.local.scheme().as_str())),
        facts.local.host().map(HopValue::Text),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name() {
        for field in HopField::ALL {
            assert_eq!(HopField::of_name(field.spelling().as_bytes()), Some(field));
            assert_eq!(HopField::of_name(field.name().as_str().as_bytes()), Some(field));
        }
    }
}
