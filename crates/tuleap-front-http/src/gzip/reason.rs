use std::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// The rule that decided whether an answer is compressed. A closed set of stable names.
        ///
        /// ```
        /// use tuleap_front_http::GzipReason;
        ///
        /// let reason = GzipReason::ProxiedExpires;
        /// assert_eq!(reason.as_str(), "proxied-expires");
        /// assert_eq!(reason.code(), "gzip/proxied-expires");
        /// assert!(reason.text().contains("Expires"));
        /// assert!(!reason.compresses() && reason.is_eligible());
        /// assert!(GzipReason::ALL.contains(&reason));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum GzipReason {
            $($(#[$doc])* $variant,)*
        }

        impl GzipReason {
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
                    $(Self::$variant => concat!("gzip/", $name),)*
                }
            }

            /// The rule in words.
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
    /// Compressed: no proxy lies between.
    Accepted = "accepted": "the client takes gzip, and nothing is in the way",
    /// A `Content-Encoding` that is not empty.
    AlreadyEncoded = "already-encoded": "the answer has a Content-Encoding already",
    /// A pattern of `gzip_disable`.
    Disabled = "disabled": "the User-Agent is one of those that gzip_disable excludes",
    /// `gzip_disable msie6`.
    DisabledMsie6 = "disabled-msie6": "the User-Agent is an Internet Explorer up to 6, which gzip_disable excludes",
    /// Older than `gzip_http_version`.
    HttpVersion = "http-version": "the request's version of HTTP is older than the one that is asked for",
    /// No `Accept-Encoding`.
    NoAcceptEncoding = "no-accept-encoding": "the client does not say that it takes gzip",
    /// `Cache-Control: no-transform`.
    NoTransform = "no-transform": "Cache-Control says no-transform",
    /// An `Accept-Encoding` that leaves gzip out.
    NotAccepted = "not-accepted": "Accept-Encoding does not allow gzip",
    /// 304: there is nothing to compress.
    NotModified = "not-modified": "an answer with 304 has no content; the one that it stands for may be compressed",
    /// `gzip off`.
    Off = "off": "gzip is off",
    /// Compressed: `gzip_proxied any`.
    ProxiedAny = "proxied-any": "the request came through a proxy, and all of those are allowed",
    /// Compressed: `gzip_proxied auth`.
    ProxiedAuth = "proxied-auth": "the request came through a proxy and has Authorization, so that no shared cache keeps the answer",
    /// A `Cache-Control` that allows to keep the answer.
    ProxiedCacheControl = "proxied-cache-control": "the request came through a proxy, and Cache-Control has none of the words that are asked for",
    /// Compressed: `gzip_proxied expired`.
    ProxiedExpired = "proxied-expired": "the request came through a proxy, and Expires is past, so that no cache keeps the answer",
    /// An `Expires` that is not past, or is not asked about.
    ProxiedExpires = "proxied-expires": "the request came through a proxy, and a cache may keep the answer until Expires",
    /// An `Expires` or a `Date` that is no date.
    ProxiedExpiresUnreadable = "proxied-expires-unreadable": "the request came through a proxy, and Expires or Date is no date",
    /// `gzip_proxied no_etag`.
    ProxiedEtag = "proxied-etag": "the request came through a proxy, and the answer has an ETag",
    /// `gzip_proxied no_last_modified`.
    ProxiedLastModified = "proxied-last-modified": "the request came through a proxy, and the answer has a Last-Modified",
    /// `gzip_proxied off`.
    ProxiedOff = "proxied-off": "the request came through a proxy, and for those gzip_proxied is off",
    /// Compressed: nothing that `gzip_proxied` is about.
    ProxiedPlain = "proxied-plain": "the request came through a proxy, and the answer has nothing that gzip_proxied forbids",
    /// Compressed: `gzip_proxied no-cache`, `no-store` or `private`.
    ProxiedUncached = "proxied-uncached": "the request came through a proxy, and Cache-Control keeps caches from keeping the answer",
    /// A `Range`, or a part of an answer.
    Range = "range": "the client asks for a part, which is one of the answer as it is",
    /// What a user's page says beside what an attacker chooses (BREACH).
    Secret = "secret": "the answer is made for one user and sent by https: its length, compressed, would tell what is in it (BREACH)",
    /// A status other than 200, 403 and 404.
    Status = "status": "the status is none of 200, 403 and 404",
    /// Shorter than `gzip_min_length`.
    TooShort = "too-short": "the answer is shorter than the least length",
    /// A `Content-Type` that is not listed.
    Type = "type": "the Content-Type is none of those that are compressed",
}

impl GzipReason {
    /// Is the answer compressed?
    #[must_use]
    pub const fn compresses(self) -> bool {
        matches!(
            self,
            Self::Accepted
                | Self::ProxiedAny
                | Self::ProxiedAuth
                | Self::ProxiedExpired
                | Self::ProxiedPlain
                | Self::ProxiedUncached
        )
    }

    /// Would another client get the answer compressed? Then it varies by `Accept-Encoding`.
    #[must_use]
    pub const fn is_eligible(self) -> bool {
        !matches!(
            self,
            Self::AlreadyEncoded
                | Self::NoTransform
                | Self::Off
                | Self::Status
                | Self::TooShort
                | Self::Type
        )
    }
}

impl fmt::Display for GzipReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What is looked at, one after another, until something decides.
        ///
        /// ```
        /// use tuleap_front_http::GzipCheck;
        ///
        /// assert_eq!(GzipCheck::AcceptEncoding.as_str(), "accept-encoding");
        /// assert_eq!(GzipCheck::ALL.len(), 19);
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum GzipCheck {
            $($(#[$doc])* $variant,)*
        }

        impl GzipCheck {
            /// Everything that is looked at, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

checks! {
    /// The request's `Accept-Encoding`.
    AcceptEncoding = "accept-encoding",
    /// Has the request an `Authorization`?
    Authorization = "authorization",
    /// The response's `Cache-Control`.
    CacheControl = "cache-control",
    /// The response's `Content-Encoding`.
    ContentEncoding = "content-encoding",
    /// The response's `ETag`.
    Etag = "etag",
    /// Until when caches may keep it, `expires` included.
    Expires = "expires",
    /// Is gzip on?
    Gzip = "gzip",
    /// The request's version.
    HttpVersion = "http-version",
    /// The response's `Last-Modified`.
    LastModified = "last-modified",
    /// The length of the content.
    Length = "length",
    /// The request's `User-Agent`, for `msie6`.
    Msie6 = "msie6",
    /// `no-transform` in `Cache-Control`.
    NoTransform = "no-transform",
    /// `gzip_proxied`: is it `off`, or `any`?
    Proxied = "proxied",
    /// The request's `Range`.
    Range = "range",
    /// Is the answer made for one user?
    Secret = "secret",
    /// The response's status.
    Status = "status",
    /// The response's `Content-Type`.
    Type = "type",
    /// The request's `User-Agent`, for patterns.
    UserAgent = "user-agent",
    /// Did the request come through a proxy?
    Via = "via",
}

impl fmt::Display for GzipCheck {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
