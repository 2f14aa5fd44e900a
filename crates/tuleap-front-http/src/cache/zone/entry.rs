//! What a cache holds of an answer.

use crate::cache::client::Source;
use crate::cache::facts::View;
use crate::cache::freshness::{Freshness, vary_lines};
use crate::cache::key::CacheMd5;
use crate::cache::policy::CachePolicy;
use crate::cache::step::{OwnedLine, StepEntry};
use crate::cache::variant::{VARY_MAX, Variant};
use crate::headers::RequestHeaders;
use crate::headers::lookup::{first, values};
use crate::nginx::parse_http_date;

/// An answer that is stored.
#[derive(Clone, Debug)]
pub(in crate::cache) struct Entry {
    /// The ticket of the answer: which of several with one name it is.
    pub(super) serial: u64,
    pub(super) status: u16,
    pub(super) lines: Vec<OwnedLine>,
    pub(super) valid: i64,
    pub(super) updating: i64,
    pub(super) error: i64,
    pub(super) date: i64,
    pub(super) vary: Option<Vec<u8>>,
    pub(super) variant: Option<CacheMd5>,
}

pub(super) fn variant_of(main: CacheMd5, vary: &[u8], lines: &[OwnedLine]) -> CacheMd5 {
    let mut variant = Variant::new(main);
    variant.add(vary, lines);
    variant.end()
}

impl Entry {
    pub(super) fn shown(&self) -> StepEntry {
        StepEntry {
            valid_until: self.valid,
            lifetime: self.valid.wrapping_sub(self.date),
            stale_while_revalidate: self.updating,
            stale_if_error: self.error,
            vary: self.vary.clone(),
            variant: self.variant,
        }
    }

    pub(super) const fn source(&self, is_cacheable: bool) -> Source<'_, [OwnedLine]> {
        let (status, headers) = (self.status, self.lines.as_slice());
        Source { status, headers, is_cached: true, is_cacheable, is_stored: true }
    }

    /// By what the backend may say that it is as it was: the time, and the tag.
    pub(super) fn conditions(&self) -> Conditions {
        if !matches!(self.status, 200 | 206) {
            return Conditions::default();
        }
        let lines = self.lines.as_slice();
        Conditions {
            last_modified: values(lines, b"last-modified").last().and_then(parse_http_date),
            etag: first(lines, b"etag")
                .filter(|etag| !etag.is_empty() && etag.len() <= ETAG_MAX)
                .map(<[u8]>::to_vec),
        }
    }

    /// Replaces lines by those of a 304 (RFC 9111 §4.3.4), as far as they say for how long.
    pub(super) fn update<S: RequestHeaders + ?Sized>(&mut self, headers: &S) {
        const NAMES: [&[u8]; 7] = [
            b"age",
            b"cache-control",
            b"etag",
            b"expires",
            b"last-modified",
            b"set-cookie",
            b"vary",
        ];
        for name in NAMES {
            let new: Vec<OwnedLine> = headers
                .lines()
                .filter(|line| line.0.eq_ignore_ascii_case(name))
                .map(|(name, value)| (name.to_vec(), value.to_vec()))
                .collect();
            if !new.is_empty() {
                self.lines.retain(|line| !line.0.eq_ignore_ascii_case(name));
                self.lines.extend(new);
            }
        }
    }
}

/// A `Vary`, and the variant.
type KeptVary = (Option<Vec<u8>>, Option<CacheMd5>);

/// The longest tag that a cache file has room for.
const ETAG_MAX: usize = 128;

/// The conditions of a revalidation.
#[derive(Clone, Debug, Default)]
pub(in crate::cache) struct Conditions {
    pub(in crate::cache) last_modified: Option<i64>,
    pub(in crate::cache) etag: Option<Vec<u8>>,
}

impl CachePolicy {
    /// The `Vary` that an entry is kept with, and its variant.
    pub(super) fn kept_vary<Q, S>(
        &self,
        view: &View<'_, Q>,
        freshness: &Freshness,
        headers: &S,
    ) -> KeptVary
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let variant = self.variant(view, freshness, headers);
        let lines: Vec<&[u8]> = vary_lines(&self.config, self.rules, headers).collect();
        (variant.map(|_| lines.join(&b", "[..])), variant)
    }

    /// The same of an entry that a 304 leaves as it was: its lines are read again behind those of
    /// the 304, and a `Vary` that is too long is cut.
    pub(super) fn revalidated_vary<Q, S>(
        &self,
        view: &View<'_, Q>,
        (said, answer): (&Freshness, &S),
        (again, entry): (&Freshness, &Entry),
    ) -> KeptVary
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let lines = entry.lines.as_slice();
        let is_own = self.is_recommended() || first(lines, b"vary").is_some();
        let (mut vary, variant) = match is_own {
            true => self.kept_vary(view, again, lines),
            false => self.kept_vary(view, said, answer),
        };
        let (Some(long), Some(key)) =
            (vary.as_mut().filter(|vary| vary.len() > VARY_MAX), self.key_md5(view.facts))
        else {
            return (vary, variant);
        };
        long.truncate(VARY_MAX);
        let mut cut = Variant::new(key);
        cut.add(long, view.facts.headers);
        (vary, Some(cut.end()))
    }

    /// Until when an error that `error_page` takes over is remembered.
    pub(super) fn remembered_until(
        &self,
        status: u16,
        freshness: &Freshness,
        now: i64,
    ) -> Option<i64> {
        match (freshness.valid, self.config.valid_for(status)) {
            (0, 0) => None,
            (0, seconds) => Some(now.saturating_add(seconds)),
            (valid, _) => Some(valid),
        }
    }

    /// `error_page` of an error that nginx makes itself.
    pub(super) fn error_page_of_own(&self, status: u16) -> Option<u16> {
        let (_, instead) = self.config.error_pages.iter().find(|(known, _)| *known == status)?;
        Some(instead.unwrap_or(status))
    }
}
