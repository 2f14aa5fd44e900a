use std::net::IpAddr;
use std::str::FromStr;

use http::HeaderName;
use thiserror::Error;

use super::inet::{NginxAddr, parse_addr, parse_addr_port, parse_number};
use crate::blanks::trim_spaces;
use crate::headers::{RequestHeaders, X_FORWARDED_FOR, X_REAL_IP};
use crate::network_set::NetworkSet;

/// What nginx's realip module answers, for running beside it and for moving away from it.
///
/// It reads addresses more leniently, ends its walk by other rules and has no kinds: use
/// [`ClientIpResolver`](crate::ClientIpResolver) for decisions.
///
/// Source: `ngx_http_realip_module`, directives `set_real_ip_from`, `real_ip_header`,
/// `real_ip_recursive`.
///
/// ```
/// use tuleap_front_http::{NginxAddr, NginxRealip, NginxRealipOptions, Recursion};
///
/// let mut options = NginxRealipOptions::default();
/// options.header = "X-Forwarded-For".to_owned();
/// options.recursion = Recursion::On;
/// let realip = NginxRealip::new(["10.0.0.0/8"], options)?;
///
/// let peer = NginxAddr::parse(b"10.0.0.1").unwrap();
/// let headers = [("X-Forwarded-For", "6.6.6.6, 203.0.113.9, , 10.0.0.2")];
/// let client = realip.resolve(peer, headers.as_slice());
/// assert_eq!(client.addr().to_string(), "203.0.113.9");
/// assert!(client.is_rewritten());
/// # Ok::<(), tuleap_front_http::NginxRealipError>(())
/// ```
#[derive(Clone, Debug)]
pub struct NginxRealip {
    ipv4: NetworkSet<u32>,
    ipv6: NetworkSet<u128>,
    unix: bool,
    source: Source,
    recursion: Recursion,
    rules: NginxRules,
}

/// The directives beside `set_real_ip_from`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct NginxRealipOptions {
    /// `real_ip_header`, spelled as in the configuration: `X-Forwarded-For` is a list over all
    /// lines, any other spelling is a header of which the first line counts.
    pub header: String,
    /// `real_ip_recursive`.
    pub recursion: Recursion,
    /// Which nginx.
    pub rules: NginxRules,
}

/// nginx's defaults: `X-Real-IP`, not recursive; the rules of the current version.
impl Default for NginxRealipOptions {
    fn default() -> Self {
        Self {
            header: "X-Real-IP".to_owned(),
            recursion: Recursion::Off,
            rules: NginxRules::Current,
        }
    }
}

/// `real_ip_recursive`.
#[expect(clippy::exhaustive_enums, reason = "a directive that is on or off")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Recursion {
    /// The last entry, whether trusted or not.
    Off,
    /// The last entry that is not trusted.
    On,
}

/// The versions of nginx whose answers differ.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NginxRules {
    /// 1.27.3 and later, proved against 1.31.5: `[2001:db8::1]` without a port is an address,
    /// lines of an unknown header are joined. Hosts are checked as since 1.29.4.
    Current,
    /// Up to 1.27.2, proved against 1.22.1, which reads the first line of an unknown header.
    V1_22,
}

#[derive(Clone, Debug)]
enum Source {
    /// The first line of a header.
    First(HeaderName),
    /// Every line of `X-Forwarded-For`.
    List,
    /// The PROXY protocol, or a header that nginx never lets through: no header is read.
    Nothing,
}

impl NginxRealip {
    /// Compiles the values of `set_real_ip_from`: networks (host bits do not count), addresses,
    /// `unix:` and `localhost`, which is 127.0.0.1 and ::1 (RFC 6761 §6.3). nginx resolves other
    /// names when it starts; here they are refused.
    ///
    /// # Errors
    ///
    /// An entry that is none of these, or a header name that is none.
    pub fn new(
        trusted: impl IntoIterator<Item = impl AsRef<str>>,
        options: NginxRealipOptions,
    ) -> Result<Self, NginxRealipError> {
        let (mut ipv4, mut ipv6, mut unix) = (Vec::new(), Vec::new(), false);
        for (entry, text) in trusted.into_iter().enumerate() {
            match text.as_ref() {
                "unix:" => unix = true,
                "localhost" => {
                    ipv4.push((0x7f00_0001, 0x7f00_0001));
                    ipv6.push((1, 1));
                }
                text => match parse_cidr(text).ok_or(NginxRealipError::Entry { entry })? {
                    Cidr::V4(range) => ipv4.push(range),
                    Cidr::V6(range) => ipv6.push(range),
                },
            }
        }
        Ok(Self {
            ipv4: NetworkSet::from_ranges(ipv4),
            ipv6: NetworkSet::from_ranges(ipv6),
            unix,
            source: Source::from_directive(&options.header)?,
            recursion: options.recursion,
            rules: options.rules,
        })
    }

    /// The address that `$remote_addr` has afterwards.
    pub fn resolve(
        &self,
        peer: NginxAddr,
        headers: &(impl RequestHeaders + ?Sized),
    ) -> NginxClient {
        let mut walk = Walk { realip: self, at: peer, port: None, moved: false };
        match &self.source {
            Source::First(name) => {
                let first = headers.values_from_last(name).last();
                first.map(|value| walk.line(trim_spaces(value)));
            }
            Source::List => {
                let mut lines = headers.values_from_last(&X_FORWARDED_FOR).map(trim_spaces);
                let is_recursive = self.recursion == Recursion::On;
                while lines.next().is_some_and(|line| walk.line(line)) && is_recursive {}
            }
            Source::Nothing => {}
        }
        NginxClient { addr: walk.at, port: walk.port, is_rewritten: walk.moved }
    }

    /// An IPv4-mapped address is compared with IPv4 networks only.
    fn trusts(&self, address: NginxAddr) -> bool {
        match address {
            NginxAddr::UnixSocket => self.unix,
            NginxAddr::Ip(address) => match address.to_canonical() {
                IpAddr::V4(address) => self.ipv4.contains(address.to_bits()),
                IpAddr::V6(address) => self.ipv6.contains(address.to_bits()),
            },
        }
    }
}

impl Source {
    fn from_directive(header: &str) -> Result<Self, NginxRealipError> {
        match header {
            "X-Forwarded-For" => Ok(Self::List),
            "X-Real-IP" => Ok(Self::First(X_REAL_IP.clone())),
            "proxy_protocol" => Ok(Self::Nothing),
            _ => {
                let name = HeaderName::from_str(header).map_err(|_| NginxRealipError::Header)?;
                let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
                // nginx drops a line whose name holds anything else before realip sees it.
                let passes = name.as_str().bytes().all(is_plain);
                Ok(if passes { Self::First(name) } else { Self::Nothing })
            }
        }
    }
}

/// The walk over one request, from the peer towards the client.
struct Walk<'r> {
    realip: &'r NginxRealip,
    at: NginxAddr,
    port: Option<u16>,
    moved: bool,
}

impl Walk<'_> {
    /// Walks one line from the right; was every entry of it trusted or, where the walk is not
    /// recursive, was one read?
    fn line(&mut self, line: &[u8]) -> bool {
        let mut rest = line;
        loop {
            if !self.realip.trusts(self.at) {
                return false;
            }
            let (entry, before) = last_entry(rest);
            let Some((address, port)) = parse_addr_port(entry, self.realip.rules) else {
                return false;
            };
            (self.at, self.port, self.moved) = (NginxAddr::Ip(address), port, true);
            match before {
                Some(before) if self.realip.recursion == Recursion::On => rest = before,
                _ => return true,
            }
        }
    }
}

/// The last entry of a line, and what stands before its separator. Spaces and commas separate;
/// the first byte of the line is never taken for a separator.
fn last_entry(line: &[u8]) -> (&[u8], Option<&[u8]>) {
    let is_separator = |byte: &u8| matches!(byte, b' ' | b',');
    let after_first = line.get(1..).unwrap_or_default();
    let end = after_first.iter().rposition(|byte| !is_separator(byte)).map_or(1, |at| at + 2);
    let line = line.get(..end).unwrap_or(line);
    let after_first = line.get(1..).unwrap_or_default();
    match after_first.iter().rposition(is_separator) {
        Some(at) => (line.get(at + 2..).unwrap_or_default(), line.get(..=at)),
        None => (line, None),
    }
}

enum Cidr {
    V4((u32, u32)),
    V6((u128, u128)),
}

/// `ngx_ptocidr`.
fn parse_cidr(text: &str) -> Option<Cidr> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix.as_bytes())),
        None => (text, None),
    };
    let length = |most: u32| prefix.map_or(Some(most), |prefix| parse_number(prefix, most));
    Some(match parse_addr(address.as_bytes())? {
        IpAddr::V4(address) => {
            let host = u32::MAX.checked_shr(length(32)?).unwrap_or(0);
            Cidr::V4((address.to_bits() & !host, address.to_bits() | host))
        }
        IpAddr::V6(address) => {
            let host = u128::MAX.checked_shr(length(128)?).unwrap_or(0);
            Cidr::V6((address.to_bits() & !host, address.to_bits() | host))
        }
    })
}

/// What realip made of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct NginxClient {
    addr: NginxAddr,
    port: Option<u16>,
    is_rewritten: bool,
}

impl NginxClient {
    /// `$remote_addr`.
    #[must_use]
    pub const fn addr(&self) -> NginxAddr {
        self.addr
    }

    /// `$remote_port`, where the entry had one.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.port
    }

    /// Was the peer's address replaced?
    #[must_use]
    pub const fn is_rewritten(&self) -> bool {
        self.is_rewritten
    }
}

/// Why realip's directives were refused.
///
/// ```
/// use tuleap_front_http::{NginxRealip, NginxRealipOptions};
///
/// let error = NginxRealip::new(["proxy.internal"], NginxRealipOptions::default()).unwrap_err();
/// assert_eq!(error.code(), "nginx-realip/entry");
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum NginxRealipError {
    /// Not an address, a network, `unix:` or `localhost`.
    #[error(
        "set_real_ip_from, entry {entry}: not an address: write an address, a network or unix:"
    )]
    Entry {
        /// Which entry, from 0.
        entry: usize,
    },
    /// `real_ip_header` is no header name.
    #[error("real_ip_header: not a header name: write one such as X-Forwarded-For")]
    Header,
}

impl NginxRealipError {
    /// The stable name of this error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Entry { .. } => "nginx-realip/entry",
            Self::Header => "nginx-realip/header",
        }
    }
}
