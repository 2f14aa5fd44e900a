use std::fmt::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::client_ip::{ClientIp, ClientIpKind, Reason};
use crate::peer::Peer;

/// What a server logs that runs us beside its own rules: one line where the address it uses is not
/// the one it would use if our answer counted. Nothing else changes.
///
/// It would use the client's address where that is [`ClientIpKind::Forwarded`], and its peer
/// otherwise. Both are compared as addresses, and as text where one is no address. Equal answers
/// cost no allocation, and no answer takes a lock.
///
/// ```
/// use tuleap_front_http::{ClientIpResolver, Peer, ShadowLog, ShadowLogOptions};
///
/// let resolver = ClientIpResolver::new("127.0.0.1".parse()?);
/// let log = ShadowLog::new(ShadowLogOptions::default());
/// let peer = Peer::parse(b"127.0.0.1");
/// let ours = resolver.resolve_values(peer, &[b"6.6.6.6, 203.0.113.9"]);
/// let now = 1_700_000_000;
///
/// assert!(log.client_ip(&ours, peer, b"203.0.113.9", now).is_none());
/// let line = log.client_ip(&ours, peer, b"6.6.6.6", now).unwrap();
/// assert_eq!(
///     line.to_string(),
///     "tuleap_front shadow client_ip: \
///      ours 203.0.113.9 (forwarded, client-ip/first-untrusted), theirs 6.6.6.6, peer 127.0.0.1"
/// );
/// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
/// ```
#[derive(Debug)]
pub struct ShadowLog {
    options: ShadowLogOptions,
    /// The current [`Window`], packed: one word, so that threads need no lock.
    window: AtomicU64,
}

/// How shadow running logs.
///
/// ```
/// use tuleap_front_http::{AddressMask, ShadowLogOptions};
///
/// let mut options = ShadowLogOptions::default();
/// assert_eq!(options.lines_per_minute.get(), 60);
/// options.mask = AddressMask::On;
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ShadowLogOptions {
    /// Are addresses shortened to their network?
    pub mask: AddressMask,
    /// Lines in one minute of the clock at most; those above are counted.
    pub lines_per_minute: NonZeroU32,
}

impl Default for ShadowLogOptions {
    fn default() -> Self {
        let lines_per_minute = NonZeroU32::MIN.saturating_add(59);
        Self { mask: AddressMask::Off, lines_per_minute }
    }
}

/// Are addresses in a log shortened, so that they name nobody?
#[expect(clippy::exhaustive_enums, reason = "a question with two answers")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum AddressMask {
    /// As they are.
    #[default]
    Off,
    /// The first 24 bits of IPv4, the first 48 of IPv6: `203.0.113.0/24`, `2001:db8:9::/48`.
    On,
}

impl ShadowLog {
    /// A log in which no line was written yet.
    #[must_use]
    pub const fn new(options: ShadowLogOptions) -> Self {
        Self { options, window: AtomicU64::new(0) }
    }

    /// The line to write for one request; `None` where the answers are the same, or the minute
    /// has had its lines. `theirs` is the client's address as the host program has it, in text;
    /// `now_seconds` is any clock that counts seconds.
    pub fn client_ip<'a>(
        &self,
        ours: &ClientIp,
        peer: Option<Peer>,
        theirs: &'a [u8],
        now_seconds: u64,
    ) -> Option<ShadowLine<'a>> {
        self.compare(ours, peer.map_or(Named::Text(b""), Named::from), theirs, now_seconds)
    }

    /// [`client_ip`](Self::client_ip) for a peer in text form. Where it is no address, the host
    /// program may have the same text for it.
    ///
    /// ```
    /// use tuleap_front_http::{ClientIpResolver, ShadowLog, ShadowLogOptions, TrustedProxies};
    ///
    /// let ours = ClientIpResolver::new(TrustedProxies::default()).resolve_values(None, &[]);
    /// let log = ShadowLog::new(ShadowLogOptions::default());
    /// assert!(log.client_ip_text(&ours, b"/run/front.sock", b"/run/front.sock", 0).is_none());
    /// assert!(log.client_ip_text(&ours, b"/run/front.sock", b"192.0.2.1", 0).is_some());
    /// ```
    pub fn client_ip_text<'a>(
        &self,
        ours: &ClientIp,
        peer: &'a [u8],
        theirs: &'a [u8],
        now_seconds: u64,
    ) -> Option<ShadowLine<'a>> {
        self.compare(ours, Named::parse(peer), theirs, now_seconds)
    }

    fn compare<'a>(
        &self,
        client: &ClientIp,
        peer: Named<'a>,
        theirs: &'a [u8],
        now_seconds: u64,
    ) -> Option<ShadowLine<'a>> {
        let ours = match (client.kind(), client.addr()) {
            (ClientIpKind::Forwarded, Some(address)) => Peer::from(address).into(),
            _ => peer,
        };
        let theirs = Named::parse(theirs);
        if ours == theirs {
            return None;
        }
        let withheld = self.take_line(now_seconds)?;
        let (kind, reason, mask) = (client.kind(), client.reason(), self.options.mask);
        Some(ShadowLine { ours, kind, reason, theirs, peer, mask, withheld })
    }

    /// Counts a line: how many were withheld before it, or `None` if it is withheld too.
    fn take_line(&self, now_seconds: u64) -> Option<u32> {
        let limit = self.options.lines_per_minute.get();
        let next = |packed| Some(Window::unpack(packed).next(now_seconds).pack());
        let (Ok(before) | Err(before)) =
            self.window.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        let before = Window::unpack(before);
        let now = before.next(now_seconds);
        match now.differences {
            1 => Some(before.differences.saturating_sub(limit)),
            count => (count <= limit).then_some(0),
        }
    }
}

/// A minute of the clock, and how many differences there were in it.
#[derive(Clone, Copy)]
struct Window {
    minute: u32,
    differences: u32,
}

impl Window {
    const fn unpack(packed: u64) -> Self {
        let [a, b, c, d, e, f, g, h] = packed.to_be_bytes();
        let minute = u32::from_be_bytes([a, b, c, d]);
        Self { minute, differences: u32::from_be_bytes([e, f, g, h]) }
    }

    const fn pack(self) -> u64 {
        let ([a, b, c, d], [e, f, g, h]) =
            (self.minute.to_be_bytes(), self.differences.to_be_bytes());
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// One more difference, in this window or in a new one. A thread whose time is of the minute
    /// before counts here; a clock that was set back further starts anew.
    fn next(self, now_seconds: u64) -> Self {
        // 2^32 minutes are 8 000 years.
        let minute = u32::try_from(now_seconds / 60 % (1 << 32)).unwrap_or_default();
        if minute == self.minute || minute.checked_add(1) == Some(self.minute) {
            return Self { differences: self.differences.saturating_add(1), ..self };
        }
        Self { minute, differences: 1 }
    }
}

/// An address, or text that is none. Equal as addresses where both are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Named<'a> {
    Peer(Peer),
    Text(&'a [u8]),
}

impl<'a> Named<'a> {
    fn parse(text: &'a [u8]) -> Self {
        Peer::parse(text).map_or(Self::Text(text), Self::Peer)
    }
}

impl From<Peer> for Named<'_> {
    fn from(peer: Peer) -> Self {
        // It can be written by hand, with an IPv4-mapped address.
        Self::Peer(peer.addr().map_or(peer, Peer::from))
    }
}

/// One line for a log: `Display` writes it, without a line end and in printable ASCII of at most
/// [`MAX`](Self::MAX) bytes.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ShadowLine<'a> {
    ours: Named<'a>,
    kind: ClientIpKind,
    reason: Reason,
    theirs: Named<'a>,
    peer: Named<'a>,
    mask: AddressMask,
    withheld: u32,
}

impl ShadowLine<'_> {
    /// No line is longer, in bytes.
    pub const MAX: usize = 512;

    /// Lines that were withheld since the last one that was not.
    #[must_use]
    pub const fn withheld(&self) -> u32 {
        self.withheld
    }
}

impl fmt::Display for ShadowLine<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |named| Shown { named, mask: self.mask };
        write!(
            out,
            "tuleap_front shadow client_ip: ours {} ({}, {}), theirs {}, peer {}",
            shown(known(self.ours)),
            self.kind,
            self.reason.code(),
            shown(self.theirs),
            shown(known(self.peer)),
        )?;
        match self.withheld {
            0 => Ok(()),
            count => write!(out, " ({count} more were not logged)"),
        }
    }
}

/// Text of the host program's own that is no address tells nothing.
const fn known(named: Named<'_>) -> Named<'_> {
    match named {
        Named::Peer(_) => named,
        Named::Text(_) => Named::Text(b""),
    }
}

/// Writes an address, shortened if it is to be, or what stands in its place.
struct Shown<'a> {
    named: Named<'a>,
    mask: AddressMask,
}

/// Bytes of a text that are shown.
const CLIP: usize = 64;

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.named, self.mask) {
            (Named::Peer(Peer::Ip(IpAddr::V4(address))), AddressMask::On) => {
                write!(out, "{}/24", Ipv4Addr::from_bits(address.to_bits() >> 8 << 8))
            }
            (Named::Peer(Peer::Ip(IpAddr::V6(address))), AddressMask::On) => {
                write!(out, "{}/48", Ipv6Addr::from_bits(address.to_bits() >> 80 << 80))
            }
            (Named::Peer(peer), _) => peer.fmt(out),
            (Named::Text(b""), _) => out.write_char('-'),
            (Named::Text(_), AddressMask::On) => out.write_str("(not an address)"),
            // In quotes, for it may hold words of this line.
            (Named::Text(text), AddressMask::Off) => match text.get(..CLIP) {
                Some(start) if start != text => write!(out, "\"{}\"...", start.escape_ascii()),
                _ => write!(out, "\"{}\"", text.escape_ascii()),
            },
        }
    }
}
