use std::fmt;

macro_rules! statuses {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// What `$upstream_cache_status` shows about a request.
        ///
        /// ```
        /// use tuleap_front_http::CacheStatus;
        ///
        /// assert_eq!(CacheStatus::Hit.as_str(), "HIT");
        /// assert_eq!(CacheStatus::Hit.text(), "the entry is fresh");
        /// assert!(CacheStatus::Stale.is_from_cache() && !CacheStatus::Expired.is_from_cache());
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum CacheStatus {
            $($(#[$doc])* $variant,)*
        }

        impl CacheStatus {
            /// Every status, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As nginx writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What it means.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

statuses! {
    /// The cache was not asked, and the answer may be stored.
    Bypass = "BYPASS": "the cache was not asked",
    /// The entry is too old, and the backend answered.
    Expired = "EXPIRED": "the entry is too old, and the backend answered",
    /// The entry is fresh.
    Hit = "HIT": "the entry is fresh",
    /// There is no entry.
    Miss = "MISS": "there is no entry, and the backend answered",
    /// The backend says that the entry is as it was.
    Revalidated = "REVALIDATED": "the backend says that the entry is as it was",
    /// The entry is too old, and stands in for a backend that failed or is asked afterwards.
    Stale = "STALE": "the entry is too old, and stands in",
    /// The entry is too old, and stands in while another request refreshes it.
    Updating = "UPDATING": "the entry is too old, and another request refreshes it",
}

impl CacheStatus {
    /// Does the client get an entry of the cache?
    #[must_use]
    pub const fn is_from_cache(self) -> bool {
        matches!(self, Self::Hit | Self::Revalidated | Self::Stale | Self::Updating)
    }
}

impl fmt::Display for CacheStatus {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// How a backend failed to answer.
///
/// ```
/// use tuleap_front_http::UpstreamFailure;
///
/// assert_eq!(UpstreamFailure::Timeout.status(), 504);
/// assert_eq!(UpstreamFailure::Error.status(), 502);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum UpstreamFailure {
    /// It could not be reached, or closed the connection.
    Error,
    /// What it sent is no answer.
    InvalidHeader,
    /// It took too long.
    Timeout,
}

impl UpstreamFailure {
    /// What the client gets, unless an old entry stands in.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Timeout => 504,
            Self::Error | Self::InvalidHeader => 502,
        }
    }
}
