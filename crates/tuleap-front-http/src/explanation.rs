use std::borrow::Cow;
use std::fmt;

use crate::client_ip::{ClientIp, ClientIpKind, Reason};
use crate::trusted_proxies::EntryRef;

/// The steps that led to an answer: each hop from right to left, the verdict on it, the
/// configuration entry that matched.
///
/// `Display` writes it for people; the text of entries is cut at 64 bytes and escaped.
///
/// ```
/// use tuleap_front_http::{ClientIpResolver, Peer, Verdict};
///
/// let resolver = ClientIpResolver::new("10.0.0.0/8".parse()?);
/// let headers = [("X-Forwarded-For", "192.0.2.66, 203.0.113.9, 10.0.0.2")];
/// let explanation = resolver.explain(Peer::parse(b"10.0.0.1"), headers.as_slice());
///
/// assert_eq!(explanation.steps().len(), 3);
/// let step = &explanation.steps()[1];
/// assert_eq!(step.place().to_string(), "x-forwarded-for[-1]");
/// assert_eq!((step.text(), step.verdict()), ("10.0.0.2".into(), Verdict::Trusted));
/// assert_eq!(step.matched().unwrap().text(), "10.0.0.0/8");
/// assert_eq!(explanation.unread(), "192.0.2.66".len());
/// assert!(explanation.to_string().starts_with("client 203.0.113.9 (forwarded: first-untrusted)"));
/// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Explanation<'a> {
    pub(crate) client: ClientIp,
    pub(crate) source: Option<&'a str>,
    pub(crate) steps: Vec<Step<'a>>,
    pub(crate) notes: Vec<Note>,
    pub(crate) unread: usize,
}

impl<'a> Explanation<'a> {
    /// The answer that is explained.
    pub const fn client(&self) -> ClientIp {
        self.client
    }

    /// The header the answer was read from, lower case; none where no header was read.
    #[must_use]
    pub const fn source(&self) -> Option<&'a str> {
        self.source
    }

    /// The steps, the peer first and then each entry from the right.
    #[must_use]
    pub fn steps(&self) -> &[Step<'a>] {
        &self.steps
    }

    /// Side remarks, in the order of [`Note`].
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Bytes of the source header left of the last entry that was read.
    #[must_use]
    pub const fn unread(&self) -> usize {
        self.unread
    }
}

/// One step of an explanation.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) text: Cow<'a, [u8]>,
    pub(crate) verdict: Verdict,
    pub(crate) matched: Option<EntryRef<'a>>,
}

/// Bytes of an entry that an explanation shows.
const SHOWN: usize = 64;

impl<'a> Step<'a> {
    pub(crate) fn new(
        place: Place<'a>,
        text: impl Into<Cow<'a, [u8]>>,
        verdict: Verdict,
        matched: Option<EntryRef<'a>>,
    ) -> Self {
        let text = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(..SHOWN).unwrap_or(text)),
            Cow::Owned(mut text) => {
                text.truncate(SHOWN);
                Cow::Owned(text)
            }
        };
        Self { place, text, verdict, matched }
    }

    /// Where the text was found.
    #[must_use]
    pub const fn place(&self) -> Place<'a> {
        self.place
    }

    /// The first 64 bytes of what was found there; bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text)
    }

    /// What it was taken for.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The entry of the trust list that covers it.
    #[must_use]
    pub const fn matched(&self) -> Option<EntryRef<'a>> {
        self.matched
    }
}

/// Where a step looked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Place<'a> {
    /// The n-th entry from the right, from 1, of the header with this name.
    Entry(&'a str, u8),
    /// The socket.
    Peer,
    /// The one value of the header with this name.
    Single(&'a str),
}

/// `peer`, `x-forwarded-for[-1]`, `x-real-ip`.
impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(name, index) => write!(out, "{name}[-{index}]"),
            Self::Peer => out.write_str("peer"),
            Self::Single(name) => out.write_str(name),
        }
    }
}

/// What one step found.
///
/// ```
/// use tuleap_front_http::{Reason, Verdict};
///
/// assert_eq!(Verdict::NotTrusted.as_str(), "not-trusted");
/// assert_eq!(Verdict::Fault(Reason::EntryHidden).as_str(), "entry-hidden");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// This is the client.
    Client,
    /// Skipped by hop count, unread.
    Counted,
    /// The entry names nobody: the walk stops here.
    Fault(Reason),
    /// The peer is no address.
    NotAnAddress,
    /// The peer is not one of our proxies.
    NotTrusted,
    /// One of our own.
    Trusted,
}

impl Verdict {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Counted => "counted",
            Self::Fault(reason) => reason.as_str(),
            Self::NotAnAddress => "not-an-address",
            Self::NotTrusted => "not-trusted",
            Self::Trusted => "trusted",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

macro_rules! notes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// A side remark: nothing was decided by it, but somebody will want to know.
        ///
        /// ```
        /// use tuleap_front_http::Note;
        ///
        /// assert_eq!(Note::ProtoInvalid.as_str(), "proto-invalid");
        /// assert_eq!(Note::ProtoInvalid.code(), "client-ip/proto-invalid");
        /// assert!(Note::ProtoInvalid.text().contains("http or https"));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Note {
            $($(#[$doc])* $variant,)*
        }

        impl Note {
            /// The name, as explanations and recorded rows write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The stable id, the same in every language.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("client-ip/", $name),)*
                }
            }

            /// The remark in words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

notes! {
    /// An untrusted peer sent the source header.
    HeaderFromUntrustedPeer = "header-from-untrusted-peer":
        "the peer is not a trusted proxy, so its forwarding header was not read",
    /// A header that names a client, but is not the configured source.
    OtherSourceIgnored = "other-source-ignored":
        "another header that names a client was sent and not read: only the configured one is",
    /// A look-alike such as `X_Forwarded_For`.
    AliasHeaderIgnored = "alias-header-ignored":
        "a look-alike of a forwarding header was sent; some backends read it, so strip it",
    /// `Connection` nominates one of our headers for removal.
    HopByHopNominated = "hop-by-hop-nominated":
        "Connection names a forwarding header, so a proxy on the way may have removed it",
    /// `X-Forwarded-Proto` or `proto=` is neither http nor https.
    ProtoInvalid = "proto-invalid":
        "the forwarded scheme is not http or https, so the listener's own was used",
    /// Fewer values than `proto_hops`.
    ProtoTooFew = "proto-too-few":
        "X-Forwarded-Proto has fewer values than hops, so the listener's own scheme was used",
    /// The host is not in the list of allowed hosts.
    HostNotAllowed = "host-not-allowed":
        "the host is not an allowed one: answer 400 or 421",
    /// The host is not a host.
    HostInvalid = "host-invalid":
        "the host is malformed: answer 400 or 421",
    /// `X-Forwarded-Port` is not 1 to 65535.
    PortInvalid = "port-invalid":
        "the forwarded port is not a number from 1 to 65535, so it was not used",
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, .. } = self;
        writeln!(out, "client {client} ({}: {})", client.kind(), client.reason())?;
        self.write_because(out)?;
        let rows: Vec<_> = self.steps.iter().map(Row::from).collect();
        let width = |column: fn(&Row) -> &str| {
            rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0)
        };
        let (place, text) = (width(|row| &row.place), width(|row| &row.text));
        let verdict = width(|row| row.verdict);
        for row in &rows {
            let line = format!(
                "  {:place$}  {:text$}  {:verdict$}  {}",
                row.place, row.text, row.verdict, row.remark
            );
            writeln!(out, "{}", line.trim_end())?;
        }
        if self.unread > 0 {
            writeln!(out, "  {} bytes not read", self.unread)?;
        }
        if let Some(hint) = hint(client) {
            writeln!(out, "  hint: {hint}")?;
        }
        self.notes.iter().try_for_each(|note| writeln!(out, "  note: {note}: {}", note.text()))
    }
}

impl Explanation<'_> {
    /// Why a certain address is certain.
    fn write_because(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.client.kind(), self.steps.as_slice()) {
            (ClientIpKind::Forwarded, [.., namer, _]) => {
                write!(out, "  because {} named it", namer.text().escape_debug())?;
                match namer.matched() {
                    Some(entry) => writeln!(out, ", which is trusted by {entry}"),
                    None => writeln!(out),
                }
            }
            (ClientIpKind::Direct, _) => {
                writeln!(out, "  because the peer is in no entry, so that no header of it counts")
            }
            _ => Ok(()),
        }
    }
}

/// One step, ready to be aligned.
struct Row {
    place: String,
    text: String,
    verdict: &'static str,
    remark: String,
}

impl From<&Step<'_>> for Row {
    fn from(step: &Step<'_>) -> Self {
        let remark = match (step.verdict, step.matched) {
            (_, Some(entry)) => entry.to_string(),
            (Verdict::Client | Verdict::NotTrusted, None) => "in no entry".to_owned(),
            _ => String::new(),
        };
        let text = step.text().escape_debug().to_string();
        Self { place: step.place.to_string(), text, verdict: step.verdict.as_str(), remark }
    }
}

/// What to do about an answer that is no certain address.
fn hint(client: &ClientIp) -> Option<&'static str> {
    Some(match (client.kind(), client.reason()) {
        (_, Reason::PeerUnknown) => {
            "the host program gave no socket address; it must pass the peer, never a header"
        }
        (_, Reason::EntryUnknown | Reason::EntryHidden) => {
            "a trusted proxy hides who is before it; do not use this address for access rules"
        }
        (_, Reason::NoHeader) => {
            "a trusted proxy sent no address: let it set the header, or take it off the list"
        }
        (_, Reason::AllTrusted) => {
            "every address is trusted, so a client inside these networks can forge: list proxies"
        }
        (ClientIpKind::Unnamed, _) => {
            "a trusted proxy did not name its client; do not use this address for access rules"
        }
        _ => return None,
    })
}
