use std::fmt;

use http::StatusCode;
use thiserror::Error;

use crate::nginx::HostReason;
use crate::request_line::RequestLineReason;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:ident: $text:literal,)*) => {
        /// Why a head is refused. A closed set of stable names.
        ///
        /// ```
        /// use tuleap_front_http::{HeadReason, HostReason, RequestTargetReason, RequestLineReason};
        ///
        /// let reason = HeadReason::NoHost;
        /// assert_eq!((reason.as_str(), reason.status().as_u16()), ("no-host", 400));
        /// assert_eq!(reason.code(), "head/no-host");
        /// assert!(reason.text().contains("Host"));
        /// assert!(HeadReason::OWN.contains(&reason));
        ///
        /// assert_eq!(HeadReason::from(HostReason::Dots).code(), "host/dots");
        /// let line = RequestLineReason::from(RequestTargetReason::Nul);
        /// assert_eq!(HeadReason::from(line).code(), "request-target/nul");
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum HeadReason {
            $($(#[$doc])* $variant,)*
            /// Its host is refused, for this reason.
            Host(#[from] HostReason),
            /// Its first line is refused, for this reason.
            Line(#[from] RequestLineReason),
        }

        impl HeadReason {
            /// The reasons that are not those of the first line or of the host, in the order of
            /// declaration.
            pub const OWN: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Host(reason) => reason.as_str(),
                    Self::Line(reason) => reason.as_str(),
                }
            }

            /// The stable id, the same in every language.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("head/", $name),)*
                    Self::Host(reason) => reason.code(),
                    Self::Line(reason) => reason.code(),
                }
            }

            /// What to answer the client: 400, 405, 501, 502 or 505.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)*
                    Self::Host(_) => StatusCode::BAD_REQUEST,
                    Self::Line(reason) => reason.status(),
                }
            }

            /// The reason in words, for the body of the answer. It holds nothing of the client's.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Host(reason) => reason.text(),
                    Self::Line(reason) => reason.text(),
                }
            }
        }
    };
}

reasons! {
    /// `Content-Length` and `Transfer-Encoding`.
    BothLengths = "both-lengths", BAD_REQUEST:
        "the request has Content-Length and Transfer-Encoding",
    /// Not a number.
    ContentLength = "content-length", BAD_REQUEST:
        "Content-Length is not a number",
    /// A name that is empty or holds a blank or a control byte: `Host :`, a folded line.
    HeaderName = "header-name", BAD_REQUEST:
        "the name of a header holds a blank or a control byte, or there is none",
    /// Of a header that may be sent once: conditions, lengths, `Authorization`, `Expect`.
    HeaderTwice = "header-twice", BAD_REQUEST:
        "a header that may be sent once is sent twice",
    /// A value with NUL, or with CR before its end.
    HeaderValue = "header-value", BAD_REQUEST:
        "the value of a header holds a NUL, or a carriage return",
    /// Two lines `Host`, equal or not.
    HostTwice = "host-twice", BAD_REQUEST:
        "Host is sent twice",
    /// No line `Host`, in HTTP/1.1.
    NoHost = "no-host", BAD_REQUEST:
        "the request has no Host",
    /// A response that does not start with `HTTP/`, a version and a status.
    StatusLine = "status-line", BAD_GATEWAY:
        "the first line of the response is not a status line",
    /// Something else than `chunked`.
    TransferEncoding = "transfer-encoding", NOT_IMPLEMENTED:
        "Transfer-Encoding is not chunked",
    /// `Transfer-Encoding`, in HTTP/1.0.
    TransferEncodingVersion = "transfer-encoding-version", BAD_REQUEST:
        "Transfer-Encoding is sent in HTTP/1.0",
}

/// The stable name.
impl fmt::Display for HeadReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
