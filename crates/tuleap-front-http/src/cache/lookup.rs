use super::config::Style;
use super::facts::View;
use super::policy::CachePolicy;
use super::reason::CacheReason;
use super::recommended;
use super::value::ValueText;
use crate::headers::{RequestHeaders, lookup};
use crate::request_target::{MergeSlashes, RequestTarget};

/// Is the cache asked for a request?
///
/// ```
/// use tuleap_front_http::{CacheLookup, CacheReason};
///
/// let lookup = CacheLookup::Skip(CacheReason::Method);
/// assert_eq!((lookup.action(), lookup.reason()), ("skip", CacheReason::Method));
/// assert_eq!(CacheLookup::LookUp.reason(), CacheReason::LookedUp);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[must_use]
#[non_exhaustive]
pub enum CacheLookup {
    /// The backend is asked, and its answer may be stored.
    Bypass(CacheReason),
    /// The cache is asked.
    LookUp,
    /// The cache has no part in it.
    Skip(CacheReason),
}

impl CacheLookup {
    /// `bypass`, `look-up` or `skip`.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::Bypass(_) => "bypass",
            Self::LookUp => "look-up",
            Self::Skip(_) => "skip",
        }
    }

    /// The rule that decided.
    #[must_use]
    pub const fn reason(self) -> CacheReason {
        match self {
            Self::Bypass(reason) | Self::Skip(reason) => reason,
            Self::LookUp => CacheReason::LookedUp,
        }
    }
}

/// What nginx writes before the key of a file.
const BEFORE_KEY: u64 = 336 + 6 + 1;

/// What must be free behind it.
const BEHIND_KEY: u64 = 256;

impl CachePolicy {
    pub(super) fn look_up_view<Q>(&self, view: &View<'_, Q>) -> CacheLookup
    where
        Q: RequestHeaders + ?Sized,
    {
        let config = &self.config;
        if let Err(reason) = self.is_in_location(view) {
            return CacheLookup::Skip(reason);
        }
        let Some(key) = config.key.as_ref().filter(|_| config.is_on) else {
            return CacheLookup::Skip(CacheReason::Off);
        };
        match view.facts.method {
            b"GET" | b"HEAD" => {}
            b"POST" if config.has_post => {}
            _ => return CacheLookup::Skip(CacheReason::Method),
        }
        if config.style == Style::Recommended && recommended::is_ambiguous(view.request_uri) {
            return CacheLookup::Skip(CacheReason::Path);
        }
        let mut length = BEFORE_KEY + BEHIND_KEY;
        key.give(view, &mut |piece| length = length.saturating_add(as_u64(piece.len())));
        if length > config.buffer_size {
            return CacheLookup::Skip(CacheReason::KeyTooLong);
        }
        if any(&config.bypass, view) {
            return CacheLookup::Bypass(CacheReason::Bypass);
        }
        if config.style == Style::Recommended && lookup::has(view.facts.headers, b"authorization") {
            return CacheLookup::Bypass(CacheReason::Authorization);
        }
        CacheLookup::LookUp
    }

    /// Are the directives about the path?
    pub(super) fn is_in_location<Q: ?Sized>(&self, view: &View<'_, Q>) -> Result<(), CacheReason> {
        let target = RequestTarget::parse(view.facts.target, MergeSlashes::On)
            .map_err(|_| CacheReason::Target)?;
        match &self.config.locations {
            Some(locations) if locations.find(target.uri()).is_none() => Err(CacheReason::Location),
            _ => Ok(()),
        }
    }
}

/// Is one of nginx's predicates true?
pub(super) fn any<Q: RequestHeaders + ?Sized>(values: &[ValueText], view: &View<'_, Q>) -> bool {
    values.iter().any(|value| value.is_true(view))
}

pub(super) fn as_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
