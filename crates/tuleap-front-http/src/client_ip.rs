use std::fmt;
use std::net::IpAddr;

use crate::hop::Hop;

/// The answer: who the client is, how sure that is, and why.
///
/// Look at [`kind`](Self::kind) before giving rights. [`addr`](Self::addr) is the short name
/// because it is the safe one: it answers for [`ClientIpKind::Direct`] and
/// [`ClientIpKind::Forwarded`] only.
///
/// ```
/// use tuleap_front_http::{ClientIpKind, ClientIpResolver, Peer, Reason};
///
/// let resolver = ClientIpResolver::new("10.0.0.0/8".parse()?);
/// let peer = Peer::parse(b"10.0.0.1");
///
/// let client = resolver.resolve_values(peer, &[b"6.6.6.6, 203.0.113.9"]);
/// assert_eq!(client.kind(), ClientIpKind::Forwarded);
/// assert_eq!(client.addr(), "203.0.113.9".parse().ok());
/// assert_eq!(client.hops(), 1);
///
/// let hidden = resolver.resolve_values(peer, &[b"unknown"]);
/// assert_eq!(hidden.kind(), ClientIpKind::Unnamed);
/// assert_eq!(hidden.reason(), Reason::EntryUnknown);
/// assert_eq!(hidden.addr(), None);
/// assert_eq!(hidden.addr_for_log(), "10.0.0.1".parse().ok());
/// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct ClientIp {
    pub(crate) address: Option<IpAddr>,
    pub(crate) port: Option<u16>,
    pub(crate) kind: ClientIpKind,
    pub(crate) reason: Reason,
    pub(crate) hops: u8,
}

impl ClientIp {
    /// `kind`, or [`ClientIpKind::None`] when there is no address to go with it.
    #[inline]
    pub(crate) fn new(kind: ClientIpKind, host: Hop, reason: Reason, hops: u8) -> Self {
        let address = host.addr();
        let kind = if address.is_none() { ClientIpKind::None } else { kind };
        Self { address, port: None, kind, reason, hops }
    }

    /// An answer that was somewhere else in the meantime, such as in a C struct: whoever calls this
    /// vouches for it. Kind `None` goes without an address, and no other kind does.
    ///
    /// ```
    /// use tuleap_front_http::{ClientIp, ClientIpKind, Reason};
    ///
    /// let address = "203.0.113.9".parse().ok();
    /// let kind = ClientIpKind::Forwarded;
    /// let client = ClientIp::from_parts(kind, address, Reason::FirstUntrusted);
    /// assert_eq!(client.addr(), address);
    /// assert_eq!(ClientIp::from_parts(kind, None, client.reason()).kind(), ClientIpKind::None);
    /// ```
    pub fn from_parts(kind: ClientIpKind, address: Option<IpAddr>, reason: Reason) -> Self {
        match address {
            Some(address) if kind != ClientIpKind::None => {
                Self::new(kind, address.to_canonical().into(), reason, 0)
            }
            _ => Self { address: None, port: None, kind: ClientIpKind::None, reason, hops: 0 },
        }
    }

    /// The client's address, if it is certain: for access rules, rate limits, sessions.
    #[must_use]
    #[inline]
    pub const fn addr(&self) -> Option<IpAddr> {
        match self.kind {
            ClientIpKind::Direct | ClientIpKind::Forwarded => self.address,
            ClientIpKind::Edge | ClientIpKind::Unnamed | ClientIpKind::None => None,
        }
    }

    /// The nearest address known to stand before the request, whatever the kind: for logs only.
    #[must_use]
    #[inline]
    pub const fn addr_for_log(&self) -> Option<IpAddr> {
        self.address
    }

    /// The client's port, where the hop that named it wrote one.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.port
    }

    /// How the address came about.
    #[must_use]
    #[inline]
    pub const fn kind(&self) -> ClientIpKind {
        self.kind
    }

    /// The rule that decided.
    #[must_use]
    #[inline]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// Header entries accepted on the way to the answer, the answer's own included.
    #[must_use]
    pub const fn hops(&self) -> u8 {
        self.hops
    }
}

/// The address, or `-` where there is none.
impl fmt::Display for ClientIp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            Some(address) => address.fmt(out),
            None => out.write_str("-"),
        }
    }
}

/// How sure an address is.
///
/// ```
/// use tuleap_front_http::ClientIpKind;
///
/// assert!(ClientIpKind::Forwarded.is_certain());
/// assert!(!ClientIpKind::Unnamed.is_certain());
/// assert_eq!(ClientIpKind::Edge.as_str(), "edge");
/// ```
#[expect(clippy::exhaustive_enums, reason = "a new kind must make every access rule be reread")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum ClientIpKind {
    /// The socket's peer, which is not one of our proxies.
    Direct,
    /// Made by one of our own hosts: every address on the way is trusted.
    Edge,
    /// Named by a hop we trust.
    Forwarded,
    /// No address at all.
    None,
    /// Somebody behind this hop of ours, who was not validly named.
    Unnamed,
}

impl ClientIpKind {
    /// May an access rule use the address?
    #[must_use]
    pub const fn is_certain(self) -> bool {
        matches!(self, Self::Direct | Self::Forwarded)
    }

    /// The stable name, lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Edge => "edge",
            Self::Forwarded => "forwarded",
            Self::None => "none",
            Self::Unnamed => "unnamed",
        }
    }
}

impl fmt::Display for ClientIpKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The rule that decided. The `Entry…` reasons say why an entry names nobody.
        ///
        /// ```
        /// use tuleap_front_http::Reason;
        ///
        /// assert_eq!(Reason::FirstUntrusted.as_str(), "first-untrusted");
        /// assert_eq!(Reason::EntryHidden.code(), "client-ip/entry-hidden");
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Reason {
            $($(#[$doc])* $variant,)*
        }

        impl Reason {
            /// Every reason, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name of the rule, as explanations and recorded rows write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The stable id of the rule, the same in every language.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("client-ip/", $name),)*
                }
            }
        }
    };
}

reasons! {
    /// Every entry is one of our own; the client is the farthest.
    AllTrusted = "all-trusted",
    /// A port that is none: empty, above 65535, not digits.
    EntryBadPort = "entry-bad-port",
    /// A parameter stands twice in one `Forwarded` element.
    EntryDuplicateParam = "entry-duplicate-param",
    /// Nothing between two commas.
    EntryEmpty = "entry-empty",
    /// An obfuscated identifier, `_name` (RFC 7239 §6.3).
    EntryHidden = "entry-hidden",
    /// An IPv4 number that starts with a zero.
    EntryLeadingZero = "entry-leading-zero",
    /// Not a node: a name, shorthand, a stray byte.
    EntryMalformed = "entry-malformed",
    /// A `Forwarded` element without `for`.
    EntryNoFor = "entry-no-for",
    /// An address no host can have: unspecified, broadcast, multicast.
    EntryNotHost = "entry-not-host",
    /// More than 64 bytes.
    EntryTooLong = "entry-too-long",
    /// A local socket that is not in the list.
    EntryUnix = "entry-unix",
    /// `unknown` (RFC 7239 §6.2).
    EntryUnknown = "entry-unknown",
    /// The nearest entry that is not one of our own.
    FirstUntrusted = "first-untrusted",
    /// The entry that the configured number of hops points at.
    HopCount = "hop-count",
    /// More trusted entries than `max_hops`.
    HopLimit = "hop-limit",
    /// A trusted peer sent no such header.
    NoHeader = "no-header",
    /// The host program does not know the peer.
    PeerUnknown = "peer-unknown",
    /// The peer is not one of our proxies: its headers count for nothing.
    PeerUntrusted = "peer-untrusted",
    /// A single-value header stands twice.
    SingleDuplicate = "single-duplicate",
    /// Fewer entries than the configured number of hops.
    TooFewHops = "too-few-hops",
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
