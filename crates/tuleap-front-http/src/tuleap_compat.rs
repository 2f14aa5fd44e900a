use std::net::IpAddr;

use thiserror::Error;

use crate::address::parse_ipv4;
use crate::client_ip::ClientIp;
use crate::peer::Peer;
use crate::resolver::ClientIpResolver;

/// What Tuleap's own address extractor answers, text in, text out: for shadow running only.
///
/// [`compare`](Self::compare) says where the strict answer differs: log that for a while, then
/// switch. Never use this type for a decision.
///
/// Source: Tuleap's setting `sys_trusted_proxies`, `REMOTE_ADDR`, `HTTP_X_FORWARDED_FOR`.
///
/// ```
/// use tuleap_front_http::TuleapCompat;
///
/// let tuleap = TuleapCompat::new(b"192.168.0.0/24");
/// let header: &[u8] = b"192.0.2.66, 203.0.113.9";
/// assert_eq!(tuleap.resolve(Some(b"192.168.0.7"), Some(header)), header);
/// assert_eq!(tuleap.resolve(Some(b"192.168.1.7"), Some(header)), b"192.168.1.7");
/// assert_eq!(tuleap.resolve(None, Some(header)), b"");
/// ```
#[derive(Clone, Debug)]
pub struct TuleapCompat {
    entries: Vec<Entry>,
    warnings: Vec<TuleapCompatWarning>,
}

/// A peer matches when the first `length` of its 32 bits equal those of `bits`.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Bits { bits: u32, length: u32 },
    Everybody,
}

impl TuleapCompat {
    /// Reads the setting as Tuleap does: commas separate, what is not understood is kept.
    #[must_use]
    pub fn new(setting: &[u8]) -> Self {
        let mut compat = Self { entries: Vec::new(), warnings: Vec::new() };
        let texts = setting.split(|byte| *byte == b',').map(trim_php);
        for (entry, text) in texts.enumerate().filter(|(_, text)| !matches!(text, [] | [b'0'])) {
            let Some(parsed) = Entry::parse(text) else { continue };
            if parsed.matches(0) {
                compat.warnings.push(TuleapCompatWarning::NotAnIpv4Network { entry });
            }
            compat.entries.push(parsed);
        }
        compat
    }

    /// The whole header if the peer matches an entry, the peer otherwise; empty without a peer.
    #[must_use]
    pub fn resolve<'t>(
        &self,
        remote_addr: Option<&'t [u8]>,
        forwarded_for: Option<&'t [u8]>,
    ) -> &'t [u8] {
        let peer = remote_addr.unwrap_or_default();
        match forwarded_for {
            Some(header) if remote_addr.is_some() && self.trusts(peer) => header,
            _ => peer,
        }
    }

    /// Both answers, side by side. The resolver must be one that reads `X-Forwarded-For`; the
    /// header's lines are joined with `, ` as PHP sees them.
    pub fn compare<'t>(
        &self,
        resolver: &ClientIpResolver,
        remote_addr: Option<&'t [u8]>,
        forwarded_for: Option<&'t [u8]>,
    ) -> TuleapComparison<'t> {
        let compat = self.resolve(remote_addr, forwarded_for);
        let peer = remote_addr.and_then(Peer::parse);
        let strict = resolver.resolve_values(peer, forwarded_for.as_slice());
        let address = std::str::from_utf8(compat).ok().and_then(|text| text.parse::<IpAddr>().ok());
        let same = match strict.addr_for_log() {
            Some(strict) => address.is_some_and(|address| address.to_canonical() == strict),
            // Neither knows an address: the text is the peer's own, or empty.
            None => address.is_none() && compat == remote_addr.unwrap_or_default(),
        };
        TuleapComparison { compat, strict, differs: !same }
    }

    /// The entries that are no IPv4 address or network and are not left out either.
    #[must_use]
    pub fn warnings(&self) -> &[TuleapCompatWarning] {
        &self.warnings
    }

    fn trusts(&self, peer: &[u8]) -> bool {
        let peer = ip2long(peer);
        self.entries.iter().any(|entry| entry.matches(peer))
    }
}

impl Entry {
    fn matches(self, peer: u32) -> bool {
        match self {
            Self::Everybody => true,
            Self::Bits { bits, length } => {
                (bits ^ peer).checked_shr(32 - length).unwrap_or_default() == 0
            }
        }
    }

    /// `None` for an entry that matches nobody.
    fn parse(text: &[u8]) -> Option<Self> {
        let mut parts = text.splitn(2, |byte| *byte == b'/');
        let address = parts.next().unwrap_or_default();
        let Some(mask) = parts.next() else {
            return Some(Self::Bits { bits: ip2long(address), length: 32 });
        };
        if mask == b"0" {
            return parse_ipv4(address).is_ok().then_some(Self::Everybody);
        }
        let length = Mask::parse(mask).length()?;
        Some(Self::Bits { bits: ip2long(address), length })
    }
}

/// A mask as PHP 8 compares and converts it.
struct Mask<'t> {
    text: &'t [u8],
    /// The number at the start of the text.
    number: f64,
    /// The text is that number and white space.
    is_numeric: bool,
}

impl<'t> Mask<'t> {
    fn parse(text: &'t [u8]) -> Self {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
        let start = text.iter().take_while(|byte| is_blank(byte)).count();
        let body = text.get(start..).unwrap_or_default();
        let length = numeric_prefix(body);
        let (number, rest) = body.split_at_checked(length).unwrap_or_default();
        let number = std::str::from_utf8(number).ok().and_then(|text| text.parse().ok());
        Self {
            text,
            number: number.unwrap_or(0.0),
            is_numeric: number.is_some() && rest.iter().all(is_blank),
        }
    }

    /// How many bits count; `None` below 0 and above 32. Numbers are compared as numbers, other
    /// text as text.
    fn length(&self) -> Option<u32> {
        let fits = if self.is_numeric {
            (0.0..=32.0).contains(&self.number)
        } else {
            self.text >= b"0".as_slice() && self.text <= b"32".as_slice()
        };
        // PHP casts a float that is too large to the maximum, and infinity to 0.
        let number = if self.number.is_finite() { self.number } else { 0.0 };
        fits.then_some((number as u32).min(32))
    }
}

/// The length of PHP's numeric prefix: sign, digits with a point, exponent.
fn numeric_prefix(text: &[u8]) -> usize {
    let digits =
        |from: usize| text.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let sign = usize::from(matches!(text, [b'+' | b'-', ..]));
    let whole = digits(sign);
    let mut end = sign + whole;
    if text.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if whole + fraction == 0 {
            return 0;
        }
        end += 1 + fraction;
    } else if whole == 0 {
        return 0;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

/// PHP's `ip2long`, with `false` taken for 0: it reads up to a NUL.
fn ip2long(text: &[u8]) -> u32 {
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    parse_ipv4(text).map_or(0, |address| address.to_bits())
}

/// PHP's `trim`.
fn trim_php(mut text: &[u8]) -> &[u8] {
    const BLANK: &[u8] = b" \t\n\r\0\x0b";
    while let [byte, rest @ ..] = text
        && BLANK.contains(byte)
    {
        text = rest;
    }
    while let [rest @ .., byte] = text
        && BLANK.contains(byte)
    {
        text = rest;
    }
    text
}

/// Tuleap's answer beside the strict one.
///
/// ```
/// use tuleap_front_http::{ClientIpResolver, TuleapCompat};
///
/// let tuleap = TuleapCompat::new(b"10.0.0.1");
/// let strict = ClientIpResolver::new("10.0.0.1".parse()?);
/// let both = tuleap.compare(&strict, Some(b"10.0.0.1"), Some(b"192.0.2.66, 203.0.113.9"));
/// assert_eq!(both.compat(), b"192.0.2.66, 203.0.113.9");
/// assert_eq!(both.strict().addr(), "203.0.113.9".parse().ok());
/// assert!(both.differs());
/// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct TuleapComparison<'t> {
    compat: &'t [u8],
    strict: ClientIp,
    differs: bool,
}

impl<'t> TuleapComparison<'t> {
    /// What Tuleap answers.
    #[must_use]
    pub const fn compat(&self) -> &'t [u8] {
        self.compat
    }

    /// What the resolver answers.
    pub const fn strict(&self) -> ClientIp {
        self.strict
    }

    /// Is Tuleap's text another address than the resolver's, or none?
    #[must_use]
    pub const fn differs(&self) -> bool {
        self.differs
    }
}

/// An entry of the setting that is not what it seems.
///
/// ```
/// use tuleap_front_http::TuleapCompat;
///
/// let warning = TuleapCompat::new(b"10.0.0.1, proxy.example").warnings()[0];
/// assert_eq!(warning.code(), "tuleap-compat/not-an-ipv4-network");
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum TuleapCompatWarning {
    /// The entry is not an IPv4 address or network that can be a proxy's.
    #[error(
        "entry {entry} is not an IPv4 address or network of a proxy: do not rely on it, rewrite it"
    )]
    NotAnIpv4Network {
        /// Which entry, from 0.
        entry: usize,
    },
}

impl TuleapCompatWarning {
    /// The stable name of the warning.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAnIpv4Network { .. } => "tuleap-compat/not-an-ipv4-network",
        }
    }
}
