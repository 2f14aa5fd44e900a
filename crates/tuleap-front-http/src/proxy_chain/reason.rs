use std::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// Why a chain redirects for ever, or does not redirect at all. A closed set of stable
        /// names.
        ///
        /// ```
        /// use tuleap_front_http::ChainReason;
        ///
        /// let reason = ChainReason::NotTrusted;
        /// assert_eq!((reason.as_str(), reason.code()), ("not-trusted", "redirect-loop/not-trusted"));
        /// assert!(reason.text().contains("does not trust"));
        /// assert!(ChainReason::ALL.contains(&reason));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum ChainReason {
            $($(#[$doc])* $variant,)*
        }

        impl ChainReason {
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
                    $(Self::$variant => concat!("redirect-loop/", $name),)*
                }
            }

            /// The reason in words, without the names of hops.
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
    /// A header that the client wrote itself is believed.
    ClientDecides = "client-decides":
        "what the client wrote into X-Forwarded-Proto decides",
    /// The first hop redirects on a header that nobody before it could write.
    NobodyBefore = "nobody-before":
        "it redirects on X-Forwarded-Proto, and no hop is before it that could write it",
    /// No hop redirects.
    NobodyRedirects = "nobody-redirects":
        "no hop redirects to https",
    /// The first hop has no `http` listener.
    NoHttp = "no-http":
        "nothing listens for http",
    /// The first hop has no `https` listener.
    NoHttps = "no-https":
        "nothing listens for https",
    /// The trusted proxies of a hop do not hold the one that connects to it.
    NotTrusted = "not-trusted":
        "it does not trust the hop that connects to it",
    /// A hop writes a fixed scheme.
    ProtoFixed = "proto-fixed":
        "it writes the same scheme into X-Forwarded-Proto for every request",
    /// The first hop writes no header.
    ProtoMissing = "proto-missing":
        "nobody writes X-Forwarded-Proto",
    /// A hop behind the one that ends TLS writes how it was reached itself.
    ProtoOverwritten = "proto-overwritten":
        "it writes its own scheme over X-Forwarded-Proto",
    /// A hop removes the header.
    ProtoRemoved = "proto-removed":
        "it removes X-Forwarded-Proto",
    /// A hop behind the one that ends TLS redirects by its own connection.
    RedirectOnScheme = "redirect-on-scheme":
        "it redirects by its own connection, which is not the client's",
}

/// The stable name.
impl fmt::Display for ChainReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
