use std::fmt;

use http::StatusCode;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:ident: $text:literal,)*) => {
        /// Why a `Destination` is refused. A closed set of stable names.
        ///
        /// ```
        /// use tuleap_front_http::DestinationReason;
        ///
        /// let reason = DestinationReason::ForeignOrigin;
        /// assert_eq!((reason.as_str(), reason.status().as_u16()), ("foreign-origin", 502));
        /// assert_eq!(reason.code(), "destination/foreign-origin");
        /// assert!(reason.text().contains("another server"));
        /// assert!(DestinationReason::ALL.contains(&reason));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum DestinationReason {
            $($(#[$doc])* $variant,)*
        }

        impl DestinationReason {
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
                    $(Self::$variant => concat!("destination/", $name),)*
                }
            }

            /// What to answer the client: 400, or 502 where another server is named (RFC 4918
            /// §9.8.5).
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)*
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
    /// `https:///path`
    AuthorityEmptyHost = "authority-empty-host", BAD_REQUEST:
        "the Destination names no host",
    /// A byte that RFC 3986 §3.2.2 does not have in a host: a blank, a backslash, raw UTF-8.
    AuthorityHost = "authority-host", BAD_REQUEST:
        "the host of the Destination is malformed",
    /// Brackets around what is no IPv6 address.
    AuthorityIpv6 = "authority-ipv6", BAD_REQUEST:
        "the Destination has brackets around what is no IPv6 address",
    /// Not digits, or above 65535.
    AuthorityPort = "authority-port", BAD_REQUEST:
        "the port of the Destination is not a number up to 65535",
    /// `[` without `]`.
    AuthorityUnclosed = "authority-unclosed", BAD_REQUEST:
        "the Destination has an open bracket",
    /// A byte that RFC 3986 §3.2.1 does not have in user info, or a second `@`.
    AuthorityUserinfo = "authority-userinfo", BAD_REQUEST:
        "the user info of the Destination is malformed",
    /// A byte below 0x20, or 0x7f.
    ControlByte = "control-byte", BAD_REQUEST:
        "the Destination holds a control byte",
    /// Nothing, or blanks.
    Empty = "empty", BAD_REQUEST:
        "the Destination is empty",
    /// Another scheme, host or port than the site's.
    ForeignOrigin = "foreign-origin", BAD_GATEWAY:
        "the Destination is on another server",
    /// Two field lines, of which each server would take another.
    MoreThanOneFieldLine = "more-than-one-field-line", BAD_REQUEST:
        "there is more than one Destination",
    /// `//host/path`, which servers read in different ways.
    NetworkPathReference = "network-path-reference", BAD_REQUEST:
        "the Destination starts with two slashes",
    /// `https:path`, which some servers take for a path beside the source.
    NoAuthority = "no-authority", BAD_REQUEST:
        "the Destination has a scheme and no host",
    /// `https://host`, which some servers take for the folder of the source.
    NoPath = "no-path", BAD_REQUEST:
        "the Destination has no path",
    /// Neither a URI nor a path that starts with `/` (RFC 4918 §8.3).
    RelativeReference = "relative-reference", BAD_REQUEST:
        "the Destination is a relative reference",
}

/// The stable name.
impl fmt::Display for DestinationReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
