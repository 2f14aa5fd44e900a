use std::fmt;

/// `http` or `https`: what the client speaks to the outermost server.
///
/// ```
/// use tuleap_front_http::Scheme;
///
/// assert_eq!(Scheme::parse(b"HTTPS"), Some(Scheme::Https));
/// assert_eq!(Scheme::parse(b"wss"), Some(Scheme::Https));
/// assert_eq!(Scheme::parse(b"on"), None);
/// assert_eq!(Scheme::Https.default_port(), 443);
/// ```
#[expect(clippy::exhaustive_enums, reason = "TLS or not")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Scheme {
    /// Without TLS.
    Http,
    /// With TLS.
    Https,
}

impl Scheme {
    /// Reads `http` and `https`, and `ws` and `wss` which stand for them, in any case.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.eq_ignore_ascii_case(b"https") || text.eq_ignore_ascii_case(b"wss") {
            Some(Self::Https)
        } else if text.eq_ignore_ascii_case(b"http") || text.eq_ignore_ascii_case(b"ws") {
            Some(Self::Http)
        } else {
            None
        }
    }

    /// `http` or `https`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// 80 or 443.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
