use super::config::Style;
use super::facts::{CacheAnswer, CacheBody, CacheFacts, View};
use super::freshness::{Freshness, Trace, vary_lines};
use super::key::CacheMd5;
use super::lookup::{CacheLookup, any};
use super::policy::CachePolicy;
use super::reason::CacheReason;
use super::recommended;
use super::variant::Variant;
use crate::blanks::skip_spaces;
use crate::digits;
use crate::headers::{RequestHeaders, lookup};

/// Whether an answer is stored, and for how long.
///
/// ```
/// use tuleap_front_http::{
///     CacheAnswer, CacheBody, CacheFacts, CachePolicy, CacheReason, RequestVersion, Scheme,
/// };
///
/// let policy: CachePolicy = r"
///     proxy_cache_path /var/cache/nginx levels=1:2 keys_zone=zone:1m inactive=10m;
///     proxy_cache zone;
///     proxy_cache_key $host$uri;
/// ".parse()?;
/// let facts = CacheFacts {
///     scheme: Scheme::Http,
///     method: b"GET",
///     host: b"tuleap.example.com",
///     target: b"/a",
///     version: RequestVersion::Http1 { minor: 1 },
///     headers: [("Accept-Language", "fr")].as_slice(),
/// };
/// let lines = [
///     ("Cache-Control", "max-age=3600, stale-while-revalidate=60"),
///     ("Vary", "Accept-Language"),
/// ];
/// let answer = CacheAnswer { status: 200, headers: lines.as_slice(), body: CacheBody::Whole };
/// let store = policy.store(&facts, &answer, 1000);
/// assert_eq!((store.is_stored(), store.reason()), (true, CacheReason::MaxAge));
/// assert_eq!((store.lifetime(), store.valid_until()), (Some(3600), Some(4600)));
/// assert_eq!(store.kept_for(), Some(600));
/// assert_eq!((store.stale_while_revalidate(), store.stale_if_error()), (60, 60));
/// assert_eq!(store.variant(), Some(policy.key(&facts).unwrap().variant(b"Accept-Language", facts.headers)));
/// # Ok::<(), tuleap_front_http::CachePolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct CacheStore {
    pub(super) reason: CacheReason,
    pub(super) now: i64,
    /// 0 where it is not stored.
    pub(super) valid: i64,
    pub(super) inactive: i64,
    pub(super) updating: i64,
    pub(super) error: i64,
    pub(super) variant: Option<CacheMd5>,
}

impl CacheStore {
    pub(super) const fn refused(reason: CacheReason, now: i64) -> Self {
        Self { reason, now, valid: 0, inactive: 0, updating: 0, error: 0, variant: None }
    }

    /// Is it stored?
    #[must_use]
    pub const fn is_stored(&self) -> bool {
        self.valid != 0
    }

    /// The rule that decided: why not, or what gives the lifetime.
    #[must_use]
    pub const fn reason(&self) -> CacheReason {
        self.reason
    }

    /// Until when it is fresh, in Unix seconds. It may be over already: then it is stored for what
    /// old entries are good for.
    #[must_use]
    pub const fn valid_until(&self) -> Option<i64> {
        if self.is_stored() { Some(self.valid) } else { None }
    }

    /// For how many seconds it is fresh.
    #[must_use]
    pub const fn lifetime(&self) -> Option<i64> {
        if self.is_stored() { Some(self.valid.wrapping_sub(self.now)) } else { None }
    }

    /// For how many seconds it is served where nobody asks for it meanwhile: the lifetime, or
    /// `inactive` where that is less.
    #[must_use]
    pub fn kept_for(&self) -> Option<i64> {
        self.lifetime().map(|lifetime| lifetime.min(self.inactive))
    }

    /// For how many seconds more it may be served while it is refreshed.
    #[must_use]
    pub const fn stale_while_revalidate(&self) -> i64 {
        self.updating
    }

    /// For how many seconds more it may be served where the backend cannot be reached.
    #[must_use]
    pub const fn stale_if_error(&self) -> i64 {
        self.error
    }

    /// The variant that it is stored as, where the answer has a `Vary`.
    #[must_use]
    pub const fn variant(&self) -> Option<CacheMd5> {
        self.variant
    }
}

impl CachePolicy {
    /// Is an answer stored, and for how long? As if no entry were there: what
    /// `proxy_cache_min_uses` and a revalidation change is known to a
    /// [`CacheZone`](crate::CacheZone).
    ///
    /// `now` is in Unix seconds.
    pub fn store<Q, S>(
        &self,
        facts: &CacheFacts<'_, Q>,
        answer: &CacheAnswer<'_, S>,
        now: i64,
    ) -> CacheStore
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        self.store_traced(facts, answer, now, &mut ())
    }

    pub(super) fn store_traced<Q, S>(
        &self,
        facts: &CacheFacts<'_, Q>,
        answer: &CacheAnswer<'_, S>,
        now: i64,
        trace: &mut impl Trace,
    ) -> CacheStore
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let Ok(view) = View::new(facts, self.rules) else {
            return CacheStore::refused(CacheReason::Target, now);
        };
        let freshness = self.freshness(&view, (answer.status, answer.headers), now, trace);
        match self.look_up_view(&view) {
            CacheLookup::Skip(reason) => CacheStore::refused(reason, now),
            CacheLookup::LookUp if self.passes_range(facts.headers) => {
                CacheStore::refused(CacheReason::RangePassed, now)
            }
            _ => self.decide_store(&view, answer, &freshness, now),
        }
    }

    /// What the lines of an answer say.
    pub(super) fn freshness<Q, S>(
        &self,
        view: &View<'_, Q>,
        answer: (u16, &S),
        now: i64,
        trace: &mut impl Trace,
    ) -> Freshness
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        match self.config.style {
            Style::Recommended => recommended::read(&self.config, view, answer, now, trace),
            Style::Nginx => {
                Freshness::new(&self.config).read(&self.config, self.rules, answer.1, now, trace)
            }
        }
    }

    /// The answer to a request that may be stored.
    pub(super) fn decide_store<Q, S>(
        &self,
        view: &View<'_, Q>,
        answer: &CacheAnswer<'_, S>,
        freshness: &Freshness,
        now: i64,
    ) -> CacheStore
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let refused = |reason| CacheStore::refused(reason, now);
        if self.error_page(answer.status).is_some() {
            return refused(CacheReason::Intercepted);
        }
        if freshness.is_redirected {
            return refused(CacheReason::AccelRedirect);
        }
        if let Some(reason) = freshness.refusal() {
            return refused(reason);
        }
        if !freshness.is_buffered {
            return refused(CacheReason::Unbuffered);
        }
        if any(&self.config.no_cache, view) {
            return refused(CacheReason::NoCachePredicate);
        }
        let (valid, reason) = match (freshness.valid, self.config.valid_for(answer.status)) {
            (0, 0) => return refused(CacheReason::NoLifetime),
            (0, seconds) => (now.saturating_add(seconds), CacheReason::CacheValid),
            (valid, _) => (valid, freshness.valid_by),
        };
        if answer.body == CacheBody::Cut {
            return refused(CacheReason::NotWhole);
        }
        let Freshness { updating, error, .. } = *freshness;
        let inactive = self.config.inactive;
        let variant = self.variant(view, freshness, answer.headers);
        CacheStore { reason, now, valid, inactive, updating, error, variant }
    }

    /// The variant that an answer is stored as.
    pub(super) fn variant<Q, S>(
        &self,
        view: &View<'_, Q>,
        freshness: &Freshness,
        headers: &S,
    ) -> Option<CacheMd5>
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        if !freshness.has_vary() {
            return None;
        }
        let mut variant = Variant::new(self.key_md5(view.facts)?);
        vary_lines(&self.config, self.rules, headers)
            .for_each(|line| variant.add(line, view.facts.headers));
        Some(variant.end())
    }

    /// The status that `error_page` answers with, where it takes over.
    pub(super) fn error_page(&self, status: u16) -> Option<u16> {
        let pages = self.config.intercepts_errors.then_some(&self.config.error_pages)?;
        let (_, instead) = pages.iter().find(|(known, _)| *known == status && status >= 300)?;
        Some(instead.unwrap_or(status))
    }

    /// Is the backend asked for the range that the client asks for?
    pub(super) fn passes_range<Q: RequestHeaders + ?Sized>(&self, request: &Q) -> bool {
        let (Some(most), Some(range)) =
            (self.config.max_range_offset, lookup::first(request, b"range"))
        else {
            return false;
        };
        if most == 0 {
            return true;
        }
        let Some((unit, rest)) = range.split_at_checked(6).filter(|_| range.len() > 6) else {
            return false;
        };
        if !unit.eq_ignore_ascii_case(b"bytes=") {
            return false;
        }
        let rest = skip_spaces(rest);
        // What is no number, or too large for one, is taken for -1.
        let offset = digits::length(digits::split(rest).0);
        rest.starts_with(b"-") || offset.is_some_and(|offset| offset >= most)
    }
}
