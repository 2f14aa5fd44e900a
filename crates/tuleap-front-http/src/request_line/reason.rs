use std::fmt;

use http::StatusCode;
use thiserror::Error;

use crate::request_target::RequestTargetReason;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:ident: $text:literal,)*) => {
        /// Why a request line is refused. A closed set of stable names.
        ///
        /// ```
        /// use tuleap_front_http::{RequestLineReason, RequestTargetReason};
        ///
        /// let reason = RequestLineReason::MethodNotAllowed;
        /// assert_eq!((reason.as_str(), reason.status().as_u16()), ("method-not-allowed", 405));
        /// assert_eq!(reason.code(), "request-line/method-not-allowed");
        /// assert!(reason.text().contains("method"));
        /// assert!(RequestLineReason::OWN.contains(&reason));
        ///
        /// let target = RequestLineReason::from(RequestTargetReason::Nul);
        /// assert_eq!(target.code(), "request-target/nul");
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum RequestLineReason {
            $($(#[$doc])* $variant,)*
            /// Its target is refused, for this reason.
            Target(#[from] RequestTargetReason),
        }

        impl RequestLineReason {
            /// The reasons that are not the target's, in the order of declaration.
            pub const OWN: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Target(reason) => reason.as_str(),
                }
            }

            /// The stable id, the same in every language.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("request-line/", $name),)*
                    Self::Target(reason) => reason.code(),
                }
            }

            /// What to answer the client: 400, 405 or 505.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)*
                    Self::Target(reason) => reason.status(),
                }
            }

            /// The reason in words, for the body of the answer. It holds nothing of the client's.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Target(reason) => reason.text(),
                }
            }
        }
    };
}

reasons! {
    /// There is no line.
    Empty = "empty", BAD_REQUEST:
        "the request line is empty",
    /// No version, and not a GET.
    Http09Method = "http09-method", BAD_REQUEST:
        "a request line without a version has the method GET",
    /// Not capital letters, `_` and `-`, or no space behind it.
    Method = "method", BAD_REQUEST:
        "the method of the request line is malformed",
    /// TRACE or CONNECT.
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED:
        "the method is not allowed here",
    /// Not `HTTP/` and a number.
    Version = "version", BAD_REQUEST:
        "the version of the request line is malformed",
    /// HTTP/2 and later.
    VersionNotSupported = "version-not-supported", HTTP_VERSION_NOT_SUPPORTED:
        "the version of the request line is not HTTP/1",
}

/// The stable name.
impl fmt::Display for RequestLineReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
