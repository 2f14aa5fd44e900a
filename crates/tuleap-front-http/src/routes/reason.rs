use std::fmt;

use http::StatusCode;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:ident: $text:literal,)*) => {
        /// Why a request is answered without a backend and without a file. A closed set of stable
        /// names.
        ///
        /// ```
        /// use tuleap_front_http::RouteReason;
        ///
        /// let reason = RouteReason::DirectoryIndex;
        /// assert_eq!((reason.as_str(), reason.status().as_u16()), ("directory-index", 403));
        /// assert_eq!(reason.code(), "routes/directory-index");
        /// assert!(reason.text().contains("directory"));
        /// assert!(RouteReason::ALL.contains(&reason));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum RouteReason {
            $($(#[$doc])* $variant,)*
        }

        impl RouteReason {
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
                    $(Self::$variant => concat!("routes/", $name),)*
                }
            }

            /// What to answer the client, unless the configuration says another status.
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
    /// A directory, none of whose index files is there.
    DirectoryIndex = "directory-index", FORBIDDEN:
        "the directory has no index",
    /// More than 10 internal redirects.
    InternalRedirectCycle = "internal-redirect-cycle", INTERNAL_SERVER_ERROR:
        "there are too many internal redirects",
    /// No location takes the path, and the server has no root.
    NoLocation = "no-location", NOT_FOUND:
        "nothing is configured for this path",
    /// No such file.
    NotFound = "not-found", NOT_FOUND:
        "there is no such file",
    /// The last word of `try_files`.
    TryFiles = "try-files", NOT_FOUND:
        "none of the configured files is there",
}

impl fmt::Display for RouteReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// Why a request was redirected internally.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum RouteCause {
    /// There is no file, and the location has a fallback.
    Fallback,
    /// An index file of a directory.
    Index,
    /// The last word of `try_files`.
    TryFiles,
}

impl RouteCause {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fallback => "fallback",
            Self::Index => "index",
            Self::TryFiles => "try-files",
        }
    }
}

impl fmt::Display for RouteCause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
