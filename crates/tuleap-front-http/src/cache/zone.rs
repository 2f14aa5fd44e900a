mod answered;
mod entry;
mod turn;

use std::collections::BTreeMap;

pub(super) use self::entry::Conditions;

use self::entry::{Entry, variant_of};
use self::turn::{OwnedRequest, Turn};

use super::client::Told;
use super::facts::{CacheAnswer, CacheFacts, View};
use super::freshness::Freshness;
use super::key::{CacheKey, CacheMd5};
use super::lookup::CacheLookup;
use super::policy::CachePolicy;
use super::reason::CacheReason;
use super::status::{CacheStatus, UpstreamFailure};
use super::step::{CacheStep, OwnedLine, UpstreamRequest};
use super::upstream::upstream_request;
use crate::headers::RequestHeaders;
use crate::response_line::ResponseLine;

/// A cache that holds what a [`CachePolicy`] stores, without bodies, files and clocks: what
/// `$upstream_cache_status` shows over many requests, and why.
///
/// A request is asked about; where the step that comes back has a ticket, the backend is to be
/// asked, and the zone to be told what it answered. Between the two others may ask: they see
/// `UPDATING`, as in nginx.
///
/// An entry goes when nobody asked for it for [`inactive`](CachePolicy::inactive) seconds; in nginx
/// its cache manager comes by some time later. Tickets that are never answered are kept.
///
/// ```
/// use tuleap_front_http::{
///     CacheAnswer, CacheBody, CacheFacts, CachePolicy, CacheStatus, CacheZone, Guide,
///     RequestVersion, Scheme,
/// };
///
/// let facts = CacheFacts {
///     scheme: Scheme::Http,
///     method: b"GET",
///     host: b"tuleap.example.com",
///     target: b"/a.png",
///     version: RequestVersion::Http1 { minor: 1 },
///     headers: [("Authorization", "Basic YWxpY2U6")].as_slice(),
/// };
/// let lines = [("Content-Type", "image/png")];
/// let answer = CacheAnswer { status: 200, headers: lines.as_slice(), body: CacheBody::Whole };
/// let anonymous = CacheFacts { headers: [("", ""); 0].as_slice(), ..facts };
///
/// // The file that Alice may see, and what the next client gets.
/// let mut statuses = |policy| {
///     let mut zone = CacheZone::new(policy);
///     let mut ask = |facts: &CacheFacts<'_, [(&str, &str)]>, now| {
///         zone.request(facts, now, |_| Ok(answer)).cache_status()
///     };
///     [ask(&facts, 0), ask(&anonymous, 1)]
/// };
/// let (bypass, hit) = (Some(CacheStatus::Bypass), Some(CacheStatus::Hit));
/// let miss = Some(CacheStatus::Miss);
/// assert_eq!(statuses(CachePolicy::documented(Guide::ReverseProxy)), [miss, hit]);
/// assert_eq!(statuses(CachePolicy::recommended()), [bypass, miss]);
/// ```
#[derive(Clone, Debug)]
pub struct CacheZone {
    policy: CachePolicy,
    nodes: BTreeMap<CacheMd5, Node>,
    turns: BTreeMap<u64, Turn>,
    next_ticket: u64,
}

/// What is known of a file, there or not.
#[derive(Clone, Debug, Default)]
struct Node {
    uses: u64,
    is_updating: bool,
    /// A status without a file, and until when it is remembered.
    error: Option<(u16, i64)>,
    entry: Option<Entry>,
    /// When it goes, unless somebody asks.
    expire: i64,
}

/// What a look at the files found.
enum Found {
    /// A remembered error.
    Error(u16),
    /// No entry; it may be stored, or not yet.
    Nothing {
        is_scarce: bool,
    },
    Entry(Entry),
}

impl CacheZone {
    /// An empty cache.
    #[must_use]
    pub const fn new(policy: CachePolicy) -> Self {
        Self { policy, nodes: BTreeMap::new(), turns: BTreeMap::new(), next_ticket: 0 }
    }

    /// Whose rules it keeps.
    #[must_use]
    pub const fn policy(&self) -> &CachePolicy {
        &self.policy
    }

    /// Was nothing asked for yet, or is all of it forgotten?
    ///
    /// ```
    /// use tuleap_front_http::{CachePolicy, CacheZone};
    ///
    /// assert!(CacheZone::new(CachePolicy::recommended()).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.turns.is_empty()
    }

    /// A request, and what the backend answers where it is asked: the step at the end.
    ///
    /// `now` is in Unix seconds.
    pub fn request<'a, Q, S>(
        &mut self,
        facts: &CacheFacts<'_, Q>,
        now: i64,
        backend: impl FnOnce(&UpstreamRequest) -> Result<CacheAnswer<'a, S>, UpstreamFailure>,
    ) -> CacheStep
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized + 'a,
    {
        let mut step = self.ask(facts, now);
        let (Some(ticket), Some(upstream)) = (step.ticket, &step.upstream) else { return step };
        let end = match backend(upstream) {
            Ok(answer) => self.answer(ticket, &answer, now),
            Err(failure) => self.fail(ticket, failure, now),
        };
        match (end, step.status) {
            (Some(end), None) => end,
            (end, _) => {
                // The client has its answer; the entry is another one now.
                step.ticket = None;
                if let Some(end) = end {
                    (step.entry, step.stores) = (end.entry, end.stores);
                    (step.file, step.path) = (end.file, end.path);
                }
                step
            }
        }
    }

    /// A request: the client's answer, or what the backend is to be asked, or both.
    pub fn ask<Q>(&mut self, facts: &CacheFacts<'_, Q>, now: i64) -> CacheStep
    where
        Q: RequestHeaders + ?Sized,
    {
        self.nodes.retain(|_, node| node.expire > now);
        let mut turn = Turn {
            request: OwnedRequest::new(facts),
            key: None,
            skipped: None,
            cache_status: None,
            main: None,
            file: None,
            is_secondary: false,
            updates: false,
            may_be_stale_on_error: false,
            is_background: false,
            is_refused: false,
            entry: None,
            expire: now.saturating_add(self.policy.config.inactive),
            ticket: 0,
            upstream: None,
        };
        let lookup = self.policy.look_up(facts);
        if let CacheLookup::Skip(reason) = lookup {
            turn.skipped = Some(reason);
            return self.pend(turn, None);
        }
        turn.key = self.policy.key(facts);
        turn.main = turn.key.as_ref().map(CacheKey::md5);
        turn.file = turn.main;
        if self.policy.passes_range(facts.headers) {
            turn.skipped = Some(CacheReason::RangePassed);
        }
        let Some(main) = turn.main.filter(|_| lookup == CacheLookup::LookUp) else {
            turn.cache_status = Some(CacheStatus::Bypass);
            turn.skipped = None;
            return self.pend(turn, None);
        };
        turn.cache_status = Some(CacheStatus::Miss);
        match self.open(main, &mut turn, now) {
            Found::Error(status) => self.remembered(turn, status),
            Found::Nothing { is_scarce } => {
                if is_scarce {
                    turn.skipped = Some(CacheReason::TooFewUses);
                }
                self.pend(turn, None)
            }
            Found::Entry(entry) => self.found(turn, &entry, now),
        }
    }

    /// Looks at the entry, and at its variant where the request is for another one.
    fn open(&mut self, main: CacheMd5, turn: &mut Turn, now: i64) -> Found {
        let found = self.exists(main, now);
        let Found::Entry(entry) = &found else { return found };
        let Some(vary) = entry.vary.as_deref() else { return found };
        let variant = variant_of(main, vary, &turn.request.lines);
        if Some(variant) == entry.variant {
            return found;
        }
        (turn.is_secondary, turn.file) = (true, Some(variant));
        let found = self.exists(variant, now);
        let Found::Entry(entry) = &found else { return found };
        let vary = entry.vary.as_deref();
        let is_it = vary
            .is_none_or(|vary| Some(variant_of(main, vary, &turn.request.lines)) == entry.variant);
        if is_it { found } else { Found::Nothing { is_scarce: false } }
    }

    fn exists(&mut self, file: CacheMd5, now: i64) -> Found {
        let min_uses = self.policy.config.min_uses;
        let expire = now.saturating_add(self.policy.config.inactive);
        let is_new = !self.nodes.contains_key(&file);
        let node = self.nodes.entry(file).or_default();
        node.uses = node.uses.saturating_add(1);
        node.expire = expire;
        if let Some((status, until)) = node.error {
            if until >= now {
                return Found::Error(status);
            }
            (node.error, node.entry) = (None, None);
            return Found::Nothing { is_scarce: min_uses > 1 };
        }
        match &node.entry {
            Some(entry) => Found::Entry(entry.clone()),
            None if is_new => Found::Nothing { is_scarce: min_uses > 1 },
            None => Found::Nothing { is_scarce: node.uses < min_uses },
        }
    }

    /// An entry is there: is it fresh, and who refreshes it?
    fn found(&mut self, mut turn: Turn, entry: &Entry, now: i64) -> CacheStep {
        if entry.valid >= now {
            turn.cache_status = Some(CacheStatus::Hit);
            return self.serve(turn, entry, (entry.valid, CacheReason::Fresh), now);
        }
        let config = &self.policy.config;
        let may_stand_in =
            config.use_stale.updating || entry.valid.wrapping_add(entry.updating) >= now;
        turn.may_be_stale_on_error = entry.valid.wrapping_add(entry.error) >= now;
        let (in_background, fresh) =
            (config.updates_in_background, (entry.valid, CacheReason::StaleWhileUpdating));
        let is_updating =
            self.node(turn.file).is_some_and(|node| std::mem::replace(&mut node.is_updating, true));
        if is_updating {
            if may_stand_in {
                turn.cache_status = Some(CacheStatus::Updating);
                return self.serve(turn, entry, fresh, now);
            }
        } else {
            turn.updates = true;
            if may_stand_in && in_background {
                let mut behind = turn.clone();
                (behind.is_background, behind.cache_status) = (true, Some(CacheStatus::Expired));
                turn.updates = false;
                turn.cache_status = Some(CacheStatus::Stale);
                let mut step = self.serve(turn, entry, fresh, now);
                if step.status == Some(412) && entry.status != 412 {
                    // nginx ends such a request, and the one behind it too.
                    self.release(&mut behind, None);
                    return step;
                }
                let asked = self.pend(behind, Some(entry));
                (step.ticket, step.upstream) = (asked.ticket, asked.upstream);
                return step;
            }
        }
        turn.cache_status = Some(CacheStatus::Expired);
        self.pend(turn, Some(entry))
    }

    /// The backend is to be asked.
    fn pend(&mut self, mut turn: Turn, entry: Option<&Entry>) -> CacheStep {
        let is_in_cache = turn.key.is_some() && turn.skipped.is_none();
        let revalidated = entry.filter(|_| {
            self.policy.config.revalidates
                && is_in_cache
                && turn.cache_status == Some(CacheStatus::Expired)
        });
        let conditions = revalidated.map(Entry::conditions).unwrap_or_default();
        let facts = turn.request.facts();
        turn.upstream = Some(upstream_request(&self.policy, &facts, is_in_cache, conditions));
        (turn.entry, turn.ticket) = (entry.cloned(), self.next_ticket);
        let mut step = self.step(&turn, turn.skipped.unwrap_or(CacheReason::LookedUp));
        step.ticket = Some(self.next_ticket);
        self.turns.insert(self.next_ticket, turn);
        self.next_ticket = self.next_ticket.wrapping_add(1);
        step
    }

    /// The client gets an entry.
    fn serve(
        &mut self,
        turn: Turn,
        entry: &Entry,
        (valid, reason): (i64, CacheReason),
        now: i64,
    ) -> CacheStep {
        let facts = turn.request.facts();
        let mut step = self.step(&turn, reason);
        let Ok(view) = View::new(&facts, self.policy.rules) else { return step };
        // Where the backend was asked for a range and failed, and where its answer may not be
        // stored, conditions are left aside.
        let is_aside =
            reason == CacheReason::StaleOnFailure && (turn.skipped.is_some() || turn.is_refused);
        let is_cacheable = !is_aside && self.reread(&view, entry, valid, now).refusal().is_none();
        let source = entry.source(is_cacheable || self.policy.is_recommended());
        step.told(self.policy.tell(&view, source, now));
        step
    }

    /// What the lines of an entry say when nginx reads them again; a time that is known counts.
    fn reread<Q>(&self, view: &View<'_, Q>, entry: &Entry, valid: i64, now: i64) -> Freshness
    where
        Q: RequestHeaders + ?Sized,
    {
        let policy = &self.policy;
        if policy.is_recommended() {
            return policy.freshness(view, (entry.status, entry.lines.as_slice()), now, &mut ());
        }
        let mut freshness = Freshness::new(&policy.config);
        freshness.valid = valid;
        freshness.read(&policy.config, policy.rules, entry.lines.as_slice(), now, &mut ())
    }

    /// An error that is remembered, without a file.
    fn remembered(&mut self, mut turn: Turn, status: u16) -> CacheStep {
        turn.cache_status = Some(CacheStatus::Hit);
        turn.file = None;
        let mut step = self.step(&turn, CacheReason::CachedError);
        self.fill_error(&mut step, status);
        step
    }

    /// nginx's own page, or that of another location.
    fn fill_error(&self, step: &mut CacheStep, status: u16) {
        step.status = Some(status);
        if let Some(instead) = self.policy.error_page_of_own(status) {
            (step.status, step.cache_status) = (Some(instead), None);
        }
    }

    /// What the backend answered; `None` where the ticket is not known.
    pub fn answer<S>(
        &mut self,
        ticket: u64,
        answer: &CacheAnswer<'_, S>,
        now: i64,
    ) -> Option<CacheStep>
    where
        S: RequestHeaders + ?Sized,
    {
        let mut turn = self.turns.remove(&ticket)?;
        let config = &self.policy.config;
        if turn.cache_status == Some(CacheStatus::Expired) {
            if config.use_stale.statuses.contains(&answer.status) {
                let facts = turn.request.facts();
                turn.is_refused = View::new(&facts, self.policy.rules).is_ok_and(|view| {
                    let source = (answer.status, answer.headers);
                    self.policy.freshness(&view, source, now, &mut ()).never.is_some()
                });
                return Some(self.stand_in(turn, now));
            }
            if answer.status == 304 && config.revalidates {
                return Some(self.revalidate(turn, answer, now));
            }
        }
        Some(self.take(turn, answer, now))
    }

    /// The backend did not answer; `None` where the ticket is not known.
    pub fn fail(&mut self, ticket: u64, failure: UpstreamFailure, now: i64) -> Option<CacheStep> {
        let mut turn = self.turns.remove(&ticket)?;
        let stale = &self.policy.config.use_stale;
        let is_listed = match failure {
            UpstreamFailure::Error => stale.error,
            UpstreamFailure::InvalidHeader => stale.invalid_header,
            UpstreamFailure::Timeout => stale.timeout,
        };
        if turn.cache_status == Some(CacheStatus::Expired)
            && (is_listed || turn.may_be_stale_on_error)
        {
            return Some(self.stand_in(turn, now));
        }
        let status = failure.status();
        let valid = self.policy.config.valid_for(status);
        let is_remembered = turn.cache_status.is_some()
            && turn.cache_status != Some(CacheStatus::Bypass)
            && turn.skipped.is_none()
            && !self.policy.is_recommended();
        let error = (status, now.saturating_add(valid));
        self.release(&mut turn, (valid != 0 && is_remembered).then_some(error));
        let mut step = self.step(&turn, CacheReason::UpstreamFailed);
        self.fill_error(&mut step, status);
        Some(step)
    }

    fn node(&mut self, file: Option<CacheMd5>) -> Option<&mut Node> {
        self.nodes.get_mut(&file?)
    }

    fn step(&self, turn: &Turn, reason: CacheReason) -> CacheStep {
        let facts = turn.request.facts();
        let is_in_location = View::new(&facts, self.policy.rules)
            .is_ok_and(|view| self.policy.is_in_location(&view).is_ok());
        let node = turn.file.and_then(|file| self.nodes.get(&file));
        CacheStep {
            ticket: None,
            upstream: turn.upstream.clone(),
            is_in_location,
            status: None,
            cache_status: turn.cache_status,
            shows_status: false,
            lines: Vec::new(),
            reason,
            key: turn.key.clone(),
            file: turn.file,
            path: turn.file.map(|file| file.path(&self.policy.config.levels)),
            stores: false,
            entry: node.and_then(|node| node.entry.as_ref()).map(Entry::shown),
        }
    }
}

impl CacheStep {
    fn told(&mut self, told: Told<'_>) {
        self.status = Some(told.status);
        self.shows_status = told.adds_headers;
        self.lines = told.lines.into_iter().map(own_line).collect();
    }

    /// A request in the background has no client.
    fn finish(&mut self, turn: &Turn) {
        if turn.is_background {
            (self.status, self.cache_status) = (None, None);
            self.lines.clear();
        }
    }
}

fn own_line((name, value): ResponseLine<'_>) -> OwnedLine {
    (name.into_owned(), value.into_owned())
}
