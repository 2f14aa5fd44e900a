use std::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// The rule that decided about a request or an answer.
        ///
        /// ```
        /// use tuleap_front_http::CacheReason;
        ///
        /// let reason = CacheReason::SetCookie;
        /// assert_eq!(reason.as_str(), "set-cookie");
        /// assert_eq!(reason.code(), "cache/set-cookie");
        /// assert_eq!(reason.text(), "the answer has Set-Cookie");
        /// assert!(CacheReason::ALL.contains(&reason));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum CacheReason {
            $($(#[$doc])* $variant,)*
        }

        impl CacheReason {
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
                    $(Self::$variant => concat!("cache/", $name),)*
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
    /// `X-Accel-Expires` gives the lifetime.
    AccelExpires = "accel-expires": "X-Accel-Expires says for how long",
    /// `X-Accel-Expires: 0`
    AccelExpiresZero = "accel-expires-zero": "X-Accel-Expires is 0",
    /// `X-Accel-Redirect`: another location answers.
    AccelRedirect = "accel-redirect": "X-Accel-Redirect hands the request to another location",
    /// The request has `Authorization`: its answer belongs to a user.
    Authorization = "authorization": "the request has Authorization, so that its answer may belong to a user",
    /// `proxy_cache_bypass`
    Bypass = "bypass": "proxy_cache_bypass is true: the backend is asked",
    /// `proxy_cache_valid` gives the lifetime.
    CacheValid = "cache-valid": "proxy_cache_valid says for how long",
    /// A status that `error_page` takes over, or 502 and 504, kept in memory without a file.
    CachedError = "cached-error": "the error is remembered, and the backend is not asked",
    /// The content type is none of static files.
    ContentType = "content-type": "the Content-Type is not one of static files",
    /// The request has cookies, and the answer is not marked as public.
    Cookie = "cookie": "the request has cookies, and the answer is not marked public",
    /// `Expires` gives the lifetime.
    Expires = "expires": "Expires says for how long",
    /// `Expires` is no date.
    ExpiresMalformed = "expires-malformed": "Expires is not a date",
    /// `Expires` is over.
    ExpiresPast = "expires-past": "Expires is over",
    /// The entry is not too old.
    Fresh = "fresh": "the entry is fresh",
    /// `proxy_intercept_errors` with an `error_page` for this status.
    Intercepted = "intercepted": "error_page answers instead",
    /// The key and 599 bytes do not fit in `proxy_buffer_size`.
    KeyTooLong = "key-too-long": "the key does not fit in proxy_buffer_size",
    /// The path is not one of the location.
    Location = "location": "the path is not one of this location",
    /// The request may be looked up.
    LookedUp = "looked-up": "the method is one that is cached",
    /// `max-age` gives the lifetime.
    MaxAge = "max-age": "Cache-Control: max-age says for how long",
    /// What follows `max-age=` or `s-maxage=` is no number.
    MaxAgeMalformed = "max-age-malformed": "max-age or s-maxage is not a number",
    /// `max-age=0` or `s-maxage=0`
    MaxAgeZero = "max-age-zero": "max-age or s-maxage is 0",
    /// Neither GET nor HEAD, nor listed in `proxy_cache_methods`.
    Method = "method": "the method is not cached",
    /// `Cache-Control: no-cache`
    NoCache = "no-cache": "Cache-Control has no-cache",
    /// `proxy_no_cache`
    NoCachePredicate = "no-cache-predicate": "proxy_no_cache is true",
    /// Nothing says for how long.
    NoLifetime = "no-lifetime": "neither the answer nor proxy_cache_valid says for how long",
    /// `Cache-Control: no-store`
    NoStore = "no-store": "Cache-Control has no-store",
    /// The body ends too early.
    NotWhole = "not-whole": "the body did not come completely",
    /// There is no `proxy_cache`.
    Off = "off": "proxy_cache is off",
    /// What servers read in more than one way: encoded slashes and dots, `;`, dot segments.
    Path = "path": "the path has what servers read in more than one way",
    /// `If-Match` or `If-Unmodified-Since` does not hold.
    PreconditionFailed = "precondition-failed": "the client's precondition does not hold",
    /// `Cache-Control: private`
    Private = "private": "Cache-Control has private",
    /// `proxy_cache_max_range_offset` hands the range to the backend.
    RangePassed = "range-passed": "the backend is asked for the range itself",
    /// No byte of the range is there.
    RangeUnsatisfiable = "range-unsatisfiable": "the range is not satisfiable",
    /// The backend's 304 makes the entry fresh again.
    Revalidated = "revalidated": "the backend says that the entry is as it was",
    /// `s-maxage` gives the lifetime.
    SMaxAge = "s-maxage": "Cache-Control: s-maxage says for how long",
    /// `Set-Cookie`
    SetCookie = "set-cookie": "the answer has Set-Cookie",
    /// What follows `stale-while-revalidate=` or `stale-if-error=` is no number.
    StaleMalformed = "stale-malformed": "stale-while-revalidate or stale-if-error is not a number",
    /// The entry is too old, and the backend failed.
    StaleOnFailure = "stale-on-failure": "the backend failed, and the old entry may stand in",
    /// The entry is too old, and is being refreshed.
    StaleWhileUpdating = "stale-while-updating": "the entry is being refreshed, and may stand in meanwhile",
    /// The status is not one that is stored.
    Status = "status": "the status is not one of proxy_cache_valid",
    /// nginx answers 400.
    Target = "target": "the request target is refused",
    /// Fewer requests than `proxy_cache_min_uses`.
    TooFewUses = "too-few-uses": "proxy_cache_min_uses is not reached",
    /// `proxy_buffering off`, or `X-Accel-Buffering: no`.
    Unbuffered = "unbuffered": "the answer is not buffered",
    /// The backend did not answer.
    UpstreamFailed = "upstream-failed": "the backend did not answer",
    /// `Vary: *`
    VaryAny = "vary-any": "Vary is *",
    /// `Vary` has more than 128 bytes.
    VaryTooLong = "vary-too-long": "Vary has more than 128 bytes",
    /// `Vary` names `Authorization` or `Cookie`.
    VaryUser = "vary-user": "Vary names Authorization or Cookie",
}

impl fmt::Display for CacheReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
