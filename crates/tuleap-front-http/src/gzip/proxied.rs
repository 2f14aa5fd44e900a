use std::fmt;

macro_rules! flags {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// A parameter of `gzip_proxied`: what becomes of a request that came through a proxy,
        /// which is one with a `Via`.
        ///
        /// Only what is in the way of compressing is listed by nginx: an answer that none of these
        /// is about is compressed whatever the list, unless it is `off`.
        ///
        /// ```
        /// use tuleap_front_http::GzipProxied;
        ///
        /// assert_eq!(GzipProxied::parse("no-cache"), Some(GzipProxied::NoCache));
        /// assert_eq!(GzipProxied::NoEtag.as_str(), "no_etag");
        /// assert!(GzipProxied::Expired.text().contains("Expires"));
        /// assert_eq!(GzipProxied::ALL.len(), 9);
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum GzipProxied {
            $($(#[$doc])* $variant,)*
        }

        impl GzipProxied {
            /// Every parameter, in nginx's order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As nginx writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What it does, in words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

flags! {
    /// `off`, which is the default.
    Off = "off": "an answer to a request with Via is not compressed",
    /// `expired`
    Expired = "expired": "an answer with Expires is compressed where that is past; without this, never",
    /// `no-cache`
    NoCache = "no-cache": "an answer with Cache-Control is compressed where it says no-cache",
    /// `no-store`
    NoStore = "no-store": "an answer with Cache-Control is compressed where it says no-store",
    /// `private`
    Private = "private": "an answer with Cache-Control is compressed where it says private",
    /// `no_last_modified`
    NoLastModified = "no_last_modified": "an answer with Last-Modified is not compressed",
    /// `no_etag`
    NoEtag = "no_etag": "an answer with ETag is not compressed",
    /// `auth`
    Auth = "auth": "an answer to a request with Authorization is compressed",
    /// `any`
    Any = "any": "an answer to a request with Via is compressed as any other",
}

impl GzipProxied {
    /// The parameter that is written so; the case does not count.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|flag| flag.as_str().eq_ignore_ascii_case(text))
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// As nginx writes it.
impl fmt::Display for GzipProxied {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// The parameters that are set.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct ProxiedSet(u16);

impl ProxiedSet {
    pub(super) const fn with(self, flag: GzipProxied) -> Self {
        Self(self.0 | flag.bit())
    }

    pub(super) const fn has(self, flag: GzipProxied) -> bool {
        self.0 & flag.bit() != 0
    }

    /// Nothing set means `off`.
    pub(super) const fn is_off(self) -> bool {
        self.0 == 0 || self.has(GzipProxied::Off)
    }

    /// In nginx's order; `off` where nothing is set.
    pub(super) fn flags(self) -> impl Iterator<Item = GzipProxied> {
        let set = if self.0 == 0 { self.with(GzipProxied::Off) } else { self };
        GzipProxied::ALL.iter().copied().filter(move |flag| set.has(*flag))
    }
}
