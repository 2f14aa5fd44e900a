use std::fmt;

use super::reason::GzipReason;

/// What becomes of an answer, and of its header.
///
/// ```
/// use tuleap_front_http::{EtagEffect, GzipFacts, GzipPolicy, GzipReason, Scheme};
///
/// let request = [("Accept-Encoding", "gzip")];
/// let response = [("Content-Type", "text/css"), ("ETag", "\"a\"")];
/// let facts = GzipFacts::new(Scheme::Https, request.as_slice(), 200, response.as_slice());
/// let verdict = GzipPolicy::recommended().decide(&facts);
/// assert!(verdict.compresses() && verdict.varies());
/// assert_eq!((verdict.reason(), verdict.etag()), (GzipReason::Accepted, EtagEffect::Weaken));
/// assert_eq!(verdict.removes(), ["content-length", "accept-ranges"]);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct GzipVerdict {
    pub(super) reason: GzipReason,
    pub(super) varies: bool,
    pub(super) etag: EtagEffect,
}

impl GzipVerdict {
    /// Is it compressed? Then it gets `Content-Encoding: gzip`.
    #[must_use]
    pub const fn compresses(&self) -> bool {
        self.reason.compresses()
    }

    /// The rule that decided.
    #[must_use]
    pub const fn reason(&self) -> GzipReason {
        self.reason
    }

    /// Is a `Vary: Accept-Encoding` due?
    #[must_use]
    pub const fn varies(&self) -> bool {
        self.varies
    }

    /// What becomes of the `ETag`.
    #[must_use]
    pub const fn etag(&self) -> EtagEffect {
        self.etag
    }

    /// The lines that go, names in lower case.
    #[must_use]
    pub const fn removes(&self) -> &'static [&'static str] {
        match (self.compresses(), self.etag) {
            (false, _) => &[],
            (true, EtagEffect::Remove) => &["content-length", "accept-ranges", "etag"],
            (true, _) => &["content-length", "accept-ranges"],
        }
    }
}

/// What becomes of an `ETag`: what is compressed has other bytes, which a strong one denies
/// (RFC 9110 §8.8.1).
///
/// ```
/// use tuleap_front_http::EtagEffect;
///
/// assert_eq!(EtagEffect::of_compressed(b"\"a\""), EtagEffect::Weaken);
/// assert_eq!(EtagEffect::of_compressed(b"W/\"a\""), EtagEffect::Keep);
/// assert_eq!(EtagEffect::of_compressed(b"a").as_str(), "remove");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum EtagEffect {
    /// It stays: it is weak already, or nothing is compressed.
    Keep,
    /// There is none.
    None,
    /// It goes: it is none of the two forms.
    Remove,
    /// It gets `W/` before it.
    Weaken,
}

impl EtagEffect {
    /// What becomes of this one where the answer is compressed.
    #[must_use]
    pub const fn of_compressed(value: &[u8]) -> Self {
        match value {
            [b'W', b'/', _, ..] => Self::Keep,
            [b'"', ..] => Self::Weaken,
            _ => Self::Remove,
        }
    }

    /// `keep`, `none`, `remove` or `weaken`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::None => "none",
            Self::Remove => "remove",
            Self::Weaken => "weaken",
        }
    }
}

impl fmt::Display for EtagEffect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
