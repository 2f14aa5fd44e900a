use std::borrow::Cow;
use std::fmt;

use thiserror::Error;

use super::realip::NginxRules;
use crate::scan::{Kind, has, has_pair};

/// What `$host` becomes of a `Host`, or of the host of an absolute target: lower case, without
/// the port and without one final dot.
///
/// It is nginx's own reading, for cache keys, for the choice of a server and for comparing. Since
/// 1.29.4 a host is one of RFC 3986 §3.2.2; before, whatever holds no slash, no blank and no
/// control byte is one, and what follows a colon is not looked at. [`Host`](crate::Host) is ours,
/// and strict.
///
/// Borrowed where it equals what was sent, and without room of its own otherwise only to ask
/// [`check`](Self::check).
///
/// ```
/// use tuleap_front_http::{HostReason, NginxHost, NginxRules};
///
/// let host = NginxHost::parse(b"Tuleap.Example.COM.:8443", NginxRules::Current)?;
/// assert_eq!(host.as_bytes(), b"tuleap.example.com");
/// assert_eq!(host.to_string(), "tuleap.example.com");
///
/// let user = b"user@tuleap.example.com";
/// assert_eq!(NginxHost::parse(user, NginxRules::V1_22)?.as_bytes(), user);
/// assert_eq!(NginxHost::parse(user, NginxRules::Current), Err(HostReason::Byte));
/// # Ok::<(), HostReason>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct NginxHost<'a>(Cow<'a, [u8]>);

impl<'a> NginxHost<'a> {
    /// Reads the value of a `Host`, blanks around it cut off.
    ///
    /// # Errors
    ///
    /// Where nginx answers 400.
    pub fn parse(value: &'a [u8], rules: NginxRules) -> Result<Self, HostReason> {
        let host = host_of(value, rules)?;
        Ok(Self(if host.iter().any(u8::is_ascii_uppercase) {
            Cow::Owned(host.to_ascii_lowercase())
        } else {
            Cow::Borrowed(host)
        }))
    }

    /// Would [`parse`](Self::parse) read it? Never allocates.
    ///
    /// ```
    /// use tuleap_front_http::{HostReason, NginxHost, NginxRules};
    ///
    /// assert_eq!(NginxHost::check(b"[::1]:80", NginxRules::V1_22), Ok(()));
    /// assert_eq!(NginxHost::check(b"a..b", NginxRules::V1_22), Err(HostReason::Dots));
    /// assert_eq!(NginxHost::check(b"a:65536", NginxRules::Current), Err(HostReason::Port));
    /// ```
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn check(value: &[u8], rules: NginxRules) -> Result<(), HostReason> {
        host_of(value, rules).map(|_| ())
    }

    /// `$host`. Under the rules of 1.22 it may hold any byte but blanks, control bytes and `/`.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same, kept beyond this value.
    #[must_use]
    pub fn into_bytes(self) -> Cow<'a, [u8]> {
        self.0
    }
}

/// `$host`; bytes that are not UTF-8 are replaced.
impl fmt::Display for NginxHost<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&String::from_utf8_lossy(&self.0))
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// Why a host is refused; nginx answers 400. A closed set of stable names.
        ///
        /// ```
        /// use tuleap_front_http::HostReason;
        ///
        /// let reason = HostReason::Dots;
        /// assert_eq!((reason.as_str(), reason.code()), ("dots", "host/dots"));
        /// assert!(reason.text().contains("dots"));
        /// assert!(HostReason::ALL.contains(&reason));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum HostReason {
            $($(#[$doc])* $variant,)*
        }

        impl HostReason {
            /// Every reason, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
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
                    $(Self::$variant => concat!("host/", $name),)*
                }
            }

            /// The reason in words, for the body of the answer. It holds nothing of the client's.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

reasons! {
    /// A blank, a control byte or `/`; since 1.29.4 whatever is not in a host of RFC 3986.
    Byte = "byte": "the host holds a byte that is not in a host",
    /// Two dots in a row.
    Dots = "dots": "the host holds two dots in a row",
    /// Nothing, or nothing but a dot.
    Empty = "empty": "the host is empty",
    /// An address that is not closed, or something behind its bracket that is no port: since
    /// 1.29.4.
    Literal = "literal": "the host is an address whose brackets are malformed",
    /// Not digits, or above 65535: since 1.29.4.
    Port = "port": "the port of the host is not a number up to 65535",
}

/// The stable name.
impl fmt::Display for HostReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

fn host_of(value: &[u8], rules: NginxRules) -> Result<&[u8], HostReason> {
    match rules {
        NginxRules::V1_22 => lax(value),
        NginxRules::Current => strict(value),
    }
}

/// Before 1.29.4.
fn lax(value: &[u8]) -> Result<&[u8], HostReason> {
    if has(value, |byte| (byte == b'/') | (byte <= b' ') | (byte == 0x7f)) {
        return Err(HostReason::Byte);
    }
    // Behind the host, too.
    if has_pair(value, |one, other| (one == b'.') & (other == b'.')) {
        return Err(HostReason::Dots);
    }
    let end = match value {
        [b'[', ..] => value.iter().position(|byte| *byte == b']').map(|at| at + 1),
        _ => value.iter().position(|byte| *byte == b':'),
    };
    let host = value.get(..end.unwrap_or(value.len())).unwrap_or(value);
    // A final dot is cut off unless another one follows behind the host.
    let is_last = value.iter().rposition(|byte| *byte == b'.') == host.len().checked_sub(1);
    named(if is_last { host.strip_suffix(b".").unwrap_or(host) } else { host })
}

/// Since 1.29.4.
fn strict(value: &[u8]) -> Result<&[u8], HostReason> {
    let (host, rest) = match value {
        [b'[', inside @ ..] => {
            let rest = LITERAL.skip(inside);
            let Some(behind) = rest.strip_prefix(b"]") else {
                let reason = if rest.is_empty() { HostReason::Literal } else { HostReason::Byte };
                return Err(reason);
            };
            if !matches!(behind, [] | [b':', ..]) {
                return Err(HostReason::Literal);
            }
            value.split_at_checked(value.len() - behind.len()).unwrap_or((value, b""))
        }
        _ => {
            let (host, rest) = NAME.split(value);
            if !matches!(rest, [] | [b':', ..]) {
                return Err(HostReason::Byte);
            }
            if has_pair(host, |one, other| (one == b'.') & (other == b'.')) {
                return Err(HostReason::Dots);
            }
            (host.strip_suffix(b".").unwrap_or(host), rest)
        }
    };
    let digits = rest.strip_prefix(b":").unwrap_or_default();
    let port = digits.iter().try_fold(0_u16, |port, digit| {
        let digit = digit.is_ascii_digit().then(|| u16::from(digit.wrapping_sub(b'0')))?;
        port.checked_mul(10)?.checked_add(digit)
    });
    port.ok_or(HostReason::Port)?;
    named(host)
}

fn named(host: &[u8]) -> Result<&[u8], HostReason> {
    if host.is_empty() { Err(HostReason::Empty) } else { Ok(host) }
}

/// What a name consists of: RFC 3986's unreserved and sub-delims, and `%`.
static NAME: Kind = Kind::alphanumeric_and(b"-._~!$&'()*+,;=%");

/// The same inside of brackets, and `:`.
static LITERAL: Kind = Kind::alphanumeric_and(b"-._~!$&'()*+,;=%:");

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, old: Result<&str, HostReason>, new: Result<&str, HostReason>) {
        for (rules, expect) in [(NginxRules::V1_22, old), (NginxRules::Current, new)] {
            let host = NginxHost::parse(value.as_bytes(), rules).map(|host| host.to_string());
            assert_eq!(host.as_deref().map_err(|reason| *reason), expect, "{value} {rules:?}");
            let checked = NginxHost::check(value.as_bytes(), rules);
            assert_eq!(checked, expect.map(|_| ()), "{value} {rules:?}");
        }
    }

    #[test]
    fn the_port_and_one_final_dot_go() {
        for (value, host) in [
            ("A.b:80", "a.b"),
            ("a.:80", "a"),
            ("a:", "a"),
            ("[::A.]:8", "[::a.]"),
            ("[]", "[]"),
            ("a%2E", "a%2e"),
        ] {
            check(value, Ok(host), Ok(host));
        }
        for (value, reason) in [
            ("", HostReason::Empty),
            (".", HostReason::Empty),
            (":80", HostReason::Empty),
            ("a..", HostReason::Dots),
            ("a/b", HostReason::Byte),
            ("a b", HostReason::Byte),
            ("a\x7f", HostReason::Byte),
        ] {
            check(value, Err(reason), Err(reason));
        }
    }

    #[test]
    fn what_follows_the_host_is_looked_at_since_1_29_4() {
        check("a:b:c", Ok("a"), Err(HostReason::Port));
        check("a.:8.0", Ok("a."), Err(HostReason::Port));
        check("a:0065535", Ok("a"), Ok("a"));
        check("a:65536", Ok("a"), Err(HostReason::Port));
        check("[::1", Ok("[::1"), Err(HostReason::Literal));
        check("[a.", Ok("[a"), Err(HostReason::Literal));
        check("[::1]x", Ok("[::1]"), Err(HostReason::Literal));
        check("[::1@]", Ok("[::1@]"), Err(HostReason::Byte));
        check("user@a", Ok("user@a"), Err(HostReason::Byte));
        check("\u{e9}", Ok("\u{e9}"), Err(HostReason::Byte));
    }
}
