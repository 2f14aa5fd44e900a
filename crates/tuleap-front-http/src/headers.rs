pub(crate) mod lookup;

use std::str::FromStr;

use http::HeaderMap;
use http::header::HeaderName;
use thiserror::Error;

/// Request headers in the form the host program has them.
///
/// Implemented for [`http::HeaderMap`] and for slices of `(name, value)` pairs in wire order,
/// which also hold what a `HeaderMap` refuses. Names are compared without regard to case and
/// byte for byte otherwise: `X_Forwarded_For` is another header (and is reported as such).
///
/// ```
/// use http::HeaderName;
/// use tuleap_front_http::RequestHeaders;
///
/// let lines = [("X-Forwarded-For", "192.0.2.1"), ("x-forwarded-for", "192.0.2.2")];
/// let name = HeaderName::from_static("x-forwarded-for");
/// let values: Vec<&[u8]> = lines.as_slice().values_from_last(&name).collect();
/// assert_eq!(values, [b"192.0.2.2", b"192.0.2.1"]);
/// ```
pub trait RequestHeaders {
    /// The value of each line with this name, the last line first.
    fn values_from_last<'h>(&'h self, name: &'h HeaderName) -> impl Iterator<Item = &'h [u8]>;

    /// Every line: its name as it was sent, and its value.
    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])>;
}

impl RequestHeaders for HeaderMap {
    #[inline]
    fn values_from_last<'h>(&'h self, name: &'h HeaderName) -> impl Iterator<Item = &'h [u8]> {
        self.get_all(name).iter().rev().map(http::HeaderValue::as_bytes)
    }

    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()))
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> RequestHeaders for [(N, V)] {
    #[inline]
    fn values_from_last<'h>(&'h self, name: &'h HeaderName) -> impl Iterator<Item = &'h [u8]> {
        let name: &[u8] = name.as_ref();
        let is_named = move |line: &&'h (N, V)| is_same(line.0.as_ref(), name);
        self.iter().rev().filter(is_named).map(|line| line.1.as_ref())
    }

    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }
}

/// The one header that names the client.
///
/// ```
/// use tuleap_front_http::ForwardingHeader;
///
/// assert_eq!("X-Forwarded-For".parse(), Ok(ForwardingHeader::XForwardedFor));
/// assert_eq!("forwarded".parse(), Ok(ForwardingHeader::Forwarded));
/// let header: ForwardingHeader = "X-Real-IP".parse()?;
/// assert_eq!(header.name().as_str(), "x-real-ip");
/// assert!(matches!(header, ForwardingHeader::Single(_)));
/// # Ok::<(), tuleap_front_http::ForwardingHeaderError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ForwardingHeader {
    /// `Forwarded` (RFC 7239): a list, each hop adds an element at the end.
    Forwarded,
    /// A header with one address, which the proxy replaces: `X-Real-IP`, `CF-Connecting-IP`, …
    Single(HeaderName),
    /// `X-Forwarded-For`: a list, each hop adds an address at the end.
    XForwardedFor,
}

impl ForwardingHeader {
    /// The header's name, lower case.
    #[must_use]
    #[inline]
    pub fn name(&self) -> &HeaderName {
        match self {
            Self::Forwarded => &FORWARDED,
            Self::Single(name) => name,
            Self::XForwardedFor => &X_FORWARDED_FOR,
        }
    }
}

impl From<HeaderName> for ForwardingHeader {
    fn from(name: HeaderName) -> Self {
        match name.as_str() {
            "forwarded" => Self::Forwarded,
            "x-forwarded-for" => Self::XForwardedFor,
            _ => Self::Single(name),
        }
    }
}

impl FromStr for ForwardingHeader {
    type Err = ForwardingHeaderError;

    fn from_str(name: &str) -> Result<Self, ForwardingHeaderError> {
        HeaderName::from_str(name.trim()).map(Self::from).map_err(|_| ForwardingHeaderError::Name)
    }
}

/// Why text does not name a forwarding header.
///
/// ```
/// use tuleap_front_http::ForwardingHeader;
///
/// let error = "X-Real-IP:".parse::<ForwardingHeader>().unwrap_err();
/// assert_eq!(error.code(), "forwarding-header/name");
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ForwardingHeaderError {
    /// Not a field name of RFC 9110 §5.1.
    #[error("not a header name: write one such as X-Forwarded-For, without colon or spaces")]
    Name,
}

impl ForwardingHeaderError {
    /// The stable name of this error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "forwarding-header/name",
        }
    }
}

static FORWARDED: HeaderName = HeaderName::from_static("forwarded");
pub(crate) static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
pub(crate) static X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
pub(crate) static X_FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
pub(crate) static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
pub(crate) static X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// Every header by which a proxy tells the next server about the client: the one table that is
/// used to notice look-alikes and to strip. Whatever starts with one of [`PREFIXES`] belongs to
/// it too.
const FORWARDING: &[&str] = &[
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-visitor",
    "client-ip",
    "cloudfront-forwarded-proto",
    "fastly-client-ip",
    "forwarded",
    "forwarded-for",
    "front-end-https",
    "proxy",
    "proxy-client-ip",
    "true-client-ip",
    "wl-proxy-client-ip",
    "x-arr-ssl",
    "x-azure-clientip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-external-address",
    "x-forwarded",
    "x-host",
    "x-http-host-override",
    "x-originating-ip",
    "x-real-ip",
    "x-remote-addr",
    "x-remote-ip",
    "x-rewrite-url",
    "x-scheme",
    "x-url-scheme",
];

const PREFIXES: &[&str] = &["x-forwarded-", "x-original-"];

/// Headers that name a client: reported when they are there and are not the configured source.
const NAMES_A_CLIENT: &[&str] =
    &["forwarded", "x-forwarded-for", "x-real-ip", "cf-connecting-ip", "true-client-ip"];

/// Is this one of the headers of the table, spelled as it is or as a look-alike that a gateway
/// folds onto it (`X_Forwarded_For`, `X.Forwarded.For`)?
#[inline]
pub(crate) fn is_forwarding(name: &[u8]) -> bool {
    may_be_forwarding(name) && is_in_table(name)
}

/// One look rules out nearly every header of a request.
#[inline]
pub(crate) fn may_be_forwarding(name: &[u8]) -> bool {
    let letter = name.first().map_or(0, |first| usize::from(first | 0x20));
    LENGTHS.get(letter).is_some_and(|lengths| lengths & length_bit(name.len()) != 0)
}

/// For each first byte, lower case, the lengths of the names that start with it, as bits.
const LENGTHS: [u64; 128] = lengths();

#[expect(clippy::indexing_slicing, reason = "it runs when this is compiled")]
const fn lengths() -> [u64; 128] {
    let mut lengths = [0; 128];
    let mut index = 0;
    while index < FORWARDING.len() {
        let name = FORWARDING[index].as_bytes();
        lengths[name[0] as usize] |= length_bit(name.len());
        index += 1;
    }
    index = 0;
    while index < PREFIXES.len() {
        let prefix = PREFIXES[index].as_bytes();
        lengths[prefix[0] as usize] |= !(length_bit(prefix.len()) - 1);
        index += 1;
    }
    lengths
}

/// The bit of a length; what is longer than all names of the table has the last one.
const fn length_bit(length: usize) -> u64 {
    1 << if length < 63 { length } else { 63 }
}

/// The prefixes first: they are what most proxies send.
fn is_in_table(name: &[u8]) -> bool {
    let has_prefix =
        |prefix: &&str| name.get(..prefix.len()).is_some_and(|start| folds_to(start, prefix));
    PREFIXES.iter().any(has_prefix) || FORWARDING.iter().any(|known| folds_to(name, known))
}

/// A look-alike: folds onto a header of the table without being spelled as one.
pub(crate) fn is_alias(name: &[u8]) -> bool {
    is_forwarding(name) && !is_plain(name)
}

/// Does this name fold onto another without being it?
pub(crate) fn is_alias_of(name: &[u8], known: &HeaderName) -> bool {
    folds_to(name, known.as_str()) && !name.eq_ignore_ascii_case(known.as_ref())
}

pub(crate) fn names_a_client(name: &[u8]) -> bool {
    NAMES_A_CLIENT.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Are these one name? Most are too short for the blocks of the standard library.
#[inline]
pub(crate) fn is_same(name: &[u8], known: &[u8]) -> bool {
    let same = |one: &[u8], other: &[u8]| {
        one.iter()
            .zip(other)
            .fold(true, |same, (one, other)| same & one.eq_ignore_ascii_case(other))
    };
    if name.len() != known.len() {
        return false;
    }
    let ((blocks, rest), (known_blocks, known_rest)) = (name.as_chunks::<8>(), known.as_chunks());
    blocks.iter().zip(known_blocks).all(|(one, other): (_, &[u8; 8])| same(one, other))
        && match (name.last_chunk::<8>(), known.last_chunk::<8>()) {
            // The last block takes some bytes a second time, so that no rest is left.
            (Some(one), Some(other)) => rest.is_empty() || same(one, other),
            _ => same(rest, known_rest),
        }
}

/// Letters, digits and `-`, as all names of the table are spelled.
pub(crate) fn is_plain(name: &[u8]) -> bool {
    name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// CGI and its descendants turn every byte that is no letter or digit into `_`.
fn folds_to(name: &[u8], known: &str) -> bool {
    let fold =
        |byte: u8| if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { b'-' };
    name.len() == known.len()
        && (is_same(name, known.as_bytes())
            || name.iter().zip(known.bytes()).all(|(byte, to)| fold(*byte) == fold(to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The one look must not rule out what the table holds.
    #[test]
    fn the_table_is_found_by_first_byte_and_length() {
        let longer = PREFIXES.iter().flat_map(|prefix| {
            [0, 1, 5, 40, 70].map(|length| format!("{prefix}{}", "a".repeat(length)))
        });
        for name in FORWARDING.iter().map(|name| (*name).to_owned()).chain(longer) {
            assert!(is_forwarding(name.as_bytes()), "{name}");
            assert!(is_forwarding(name.to_uppercase().replace('-', "_").as_bytes()), "{name}");
        }
        for name in ["", "host", "accept", "cookie", "x", "x-requested-with", "\u{d8}-real-ip"] {
            assert!(!is_forwarding(name.as_bytes()), "{name}");
        }
    }
}
