use std::fmt;

use http::StatusCode;
use thiserror::Error;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// Why a request target is refused. A closed set of stable names.
        ///
        /// ```
        /// use tuleap_front_http::RequestTargetReason;
        ///
        /// let reason = RequestTargetReason::AboveRoot;
        /// assert_eq!((reason.as_str(), reason.status().as_u16()), ("above-root", 400));
        /// assert_eq!(reason.code(), "request-target/above-root");
        /// assert!(reason.text().contains(".."));
        /// assert!(RequestTargetReason::ALL.contains(&reason));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum RequestTargetReason {
            $($(#[$doc])* $variant,)*
        }

        impl RequestTargetReason {
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
                    $(Self::$variant => concat!("request-target/", $name),)*
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
    /// `..` where there is no segment left.
    AboveRoot = "above-root":
        "the request target has .. above the root",
    /// A raw space, which ends the target of a request line.
    Blank = "blank":
        "the request target holds a blank",
    /// A byte below 0x20, or 0x7f.
    ControlByte = "control-byte":
        "the request target holds a control byte",
    /// `%` without two hexadecimal digits.
    Escape = "escape":
        "the request target has % without two hexadecimal digits",
    /// Neither a path nor an absolute URI: `*`, `?x`, `host:port`.
    Form = "form":
        "the request target is neither a path nor an absolute URI",
    /// No host in the absolute form, or one that is not letters, digits, `.`, `-`, nor an IP
    /// literal; user info is no part of a target.
    Host = "host":
        "the host of the request target is malformed",
    /// `%00`
    Nul = "nul":
        "the request target holds %00",
    /// Not digits.
    Port = "port":
        "the port of the request target is not a number",
}

impl RequestTargetReason {
    /// What to answer the client: 400.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

/// The stable name.
impl fmt::Display for RequestTargetReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
