use std::borrow::Cow;

use thiserror::Error;

use super::entry::Fault;

/// A trust list that was refused: what is wrong, where, and what to write instead.
///
/// ```
/// use tuleap_front_http::{TrustedProxies, TrustedProxiesFault};
///
/// let error = "127.0.0.1,\n10.0.0.0/33".parse::<TrustedProxies>().unwrap_err();
/// assert_eq!(error.fault(), TrustedProxiesFault::PrefixRange);
/// assert_eq!(error.code(), "trusted-proxies/prefix-range");
/// assert_eq!((error.line(), error.column()), (2, 10));
/// assert_eq!(error.offset_in_entry(), 9);
/// assert_eq!(
///     error.to_string(),
///     r#"entry 1 "10.0.0.0/33" (line 2, column 10): the prefix is too long: at most 32 here"#
/// );
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("entry {entry} {shown:?} (line {line}, column {column}): {fault}: {hint}")]
pub struct TrustedProxiesError {
    fault: TrustedProxiesFault,
    entry: usize,
    entry_offset: usize,
    offset: usize,
    length: usize,
    line: usize,
    column: usize,
    shown: String,
    hint: Cow<'static, str>,
}

impl TrustedProxiesError {
    pub(super) fn new(text: &str, entry: usize, start: usize, shown: &str, fault: Fault) -> Self {
        let offset = start + fault.offset;
        let before = text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            fault: fault.code,
            entry,
            entry_offset: start,
            offset,
            length: fault.length,
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            shown: shown.chars().take(64).collect(),
            hint: fault.hint,
        }
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> TrustedProxiesFault {
        self.fault
    }

    /// The stable name of what is wrong, `trusted-proxies/…`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// Which entry, from 0.
    #[must_use]
    pub const fn entry(&self) -> usize {
        self.entry
    }

    /// Where the faulty part starts, in bytes from the start of the text.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Where the faulty part starts, in bytes from the start of its entry.
    #[must_use]
    pub const fn offset_in_entry(&self) -> usize {
        self.offset - self.entry_offset
    }

    /// How many bytes the faulty part has.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// The line of the faulty part, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column of the faulty part, in characters from 1.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// What to write instead.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.hint
    }
}

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// What is wrong with an entry of a trust list.
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum TrustedProxiesFault {
            $($(#[$doc])* #[error($text)] $variant,)*
        }

        impl TrustedProxiesFault {
            /// Every fault, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, `trusted-proxies/…`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("trusted-proxies/", $name),)*
                }
            }
        }
    };
}

faults! {
    /// Digits and dots, but not four numbers: `10.0.0`, `10/8`.
    BadIpv4 = "bad-ipv4": "not an IPv4 address",
    /// `2001::db8::1`.
    BadIpv6 = "bad-ipv6": "not an IPv6 address",
    /// `/08`, `/+8`, `/8x`, `/1e1`.
    BadPrefix = "bad-prefix": "the prefix is not a number",
    /// Nothing after the slash.
    EmptyPrefix = "empty-prefix": "the prefix is missing",
    /// `10.0.0.1/8`: the network or the host?
    HostBitsSet = "host-bits-set": "the address has bits set right of the prefix",
    /// `010.0.0.1`: octal to some readers.
    LeadingZero = "leading-zero": "a number has a leading zero",
    /// An IPv4-mapped network wider than all of IPv4.
    MappedPrefix = "mapped-prefix": "the prefix of an IPv4-mapped network is too short",
    /// `/255.0.0.0`.
    NetmaskForm = "netmask-form": "a netmask instead of a prefix",
    /// A name that is neither an address nor a preset.
    NotAnAddress = "not-an-address": "not an address",
    /// `10.0.0.256`.
    OctetRange = "octet-range": "a number is above 255",
    /// `10.0.0.1:80`, `[::1]`.
    PortOrBrackets = "port-or-brackets": "a port or brackets",
    /// `/33`.
    PrefixRange = "prefix-range": "the prefix is too long",
    /// Everybody, without the switch that allows it.
    TrustAll = "trust-all": "everybody would be trusted",
    /// `fe80::1%eth0`.
    ZoneNotAllowed = "zone-not-allowed": "a zone",
}

/// Something risky about a list that was read all the same.
///
/// ```
/// use tuleap_front_http::TrustedProxies;
///
/// let proxies: TrustedProxies = "127.0.0.1,,10.0.0.0/7".parse()?;
/// let codes: Vec<_> = proxies.warnings().iter().map(|w| (w.entry(), w.code())).collect();
/// assert_eq!(codes, [(1, "trusted-proxies/empty-entry"), (2, "trusted-proxies/very-wide")]);
/// assert_eq!(proxies.warnings()[1].offset(), 11);
/// # Ok::<(), tuleap_front_http::TrustedProxiesError>(())
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("entry {entry} {text:?}: {kind}")]
pub struct TrustedProxiesWarning {
    kind: TrustedProxiesWarningKind,
    entry: usize,
    offset: usize,
    text: String,
}

impl TrustedProxiesWarning {
    pub(super) fn new(
        kind: TrustedProxiesWarningKind,
        entry: usize,
        offset: usize,
        text: &str,
    ) -> Self {
        Self { kind, entry, offset, text: text.to_owned() }
    }

    /// What is risky.
    #[must_use]
    pub const fn kind(&self) -> TrustedProxiesWarningKind {
        self.kind
    }

    /// The stable name of what is risky, `trusted-proxies/…`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Which entry, from 0.
    #[must_use]
    pub const fn entry(&self) -> usize {
        self.entry
    }

    /// Where the entry starts, in bytes from the start of the text.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// How many bytes the entry has.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.text.len()
    }
}

/// What is risky about a list.
#[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
#[non_exhaustive]
pub enum TrustedProxiesWarningKind {
    /// Two commas with nothing between them.
    #[error("nothing stands here: drop the comma, or was an address lost?")]
    EmptyEntry,
    /// Wider than /8 (IPv4) or /16 (IPv6).
    #[error("very wide: every host inside can name any client; list the proxies alone")]
    VeryWide,
}

impl TrustedProxiesWarningKind {
    /// The stable name, `trusted-proxies/…`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmptyEntry => "trusted-proxies/empty-entry",
            Self::VeryWide => "trusted-proxies/very-wide",
        }
    }
}
