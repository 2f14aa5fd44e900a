//! What becomes of a request whose backend has answered, or failed.

use super::entry::Entry;
use super::turn::{Turn, owned};
use super::{CacheZone, Node, own_line};
use crate::cache::client::{Source, Told};
use crate::cache::facts::{CacheAnswer, View};
use crate::cache::freshness::Freshness;
use crate::cache::lookup::any;
use crate::cache::reason::CacheReason;
use crate::cache::status::CacheStatus;
use crate::cache::step::{CacheStep, OwnedLine};
use crate::cache::store::CacheStore;
use crate::headers::RequestHeaders;

impl CacheZone {
    /// The old entry stands in for a backend that failed.
    pub(super) fn stand_in(&mut self, mut turn: Turn, now: i64) -> CacheStep {
        self.release(&mut turn, None);
        turn.cache_status = Some(CacheStatus::Stale);
        match turn.entry.take() {
            Some(entry) => {
                let reason = CacheReason::StaleOnFailure;
                self.serve(turn, &entry, (0, reason), now)
            }
            None => self.step(&turn, CacheReason::UpstreamFailed),
        }
    }

    /// The backend says that the entry is as it was.
    pub(super) fn revalidate<S>(
        &mut self,
        mut turn: Turn,
        answer: &CacheAnswer<'_, S>,
        now: i64,
    ) -> CacheStep
    where
        S: RequestHeaders + ?Sized,
    {
        self.release(&mut turn, None);
        turn.cache_status = Some(CacheStatus::Revalidated);
        let reason = CacheReason::Revalidated;
        let entry = turn.entry.take();
        let facts = turn.request.facts();
        let view = View::new(&facts, self.policy.rules).ok();
        let (Some(mut entry), Some(view)) = (entry, view) else {
            return self.step(&turn, reason);
        };
        let policy = &self.policy;
        let said = match policy.is_recommended() {
            false => policy.freshness(&view, (answer.status, answer.headers), now, &mut ()),
            // What the 304 says replaces what the entry says.
            true => {
                entry.update(answer.headers);
                policy.freshness(&view, (entry.status, entry.lines.as_slice()), now, &mut ())
            }
        };
        let mut again = Freshness::new(&policy.config);
        if policy.is_recommended() {
            again = said;
        } else {
            (again.valid, again.updating, again.error) = (said.valid, said.updating, said.error);
            again.never = said.never;
            let lines = entry.lines.as_slice();
            again = again.read(&policy.config, policy.rules, lines, now, &mut ());
        }
        let times = if said.valid != 0 { &said } else { &again };
        let mut valid = times.valid;
        if valid == 0 {
            valid = policy.config.valid_for(entry.status);
            valid = if valid == 0 { 0 } else { now.saturating_add(valid) };
        }
        let is_cacheable = again.refusal().is_none();
        if policy.is_recommended() && !is_cacheable {
            valid = 0;
        }
        if valid != 0 {
            (entry.valid, entry.updating, entry.error) = (valid, times.updating, times.error);
            entry.date = now;
            (entry.vary, entry.variant) =
                policy.revalidated_vary(&view, (&said, answer.headers), (&again, &entry));
        }
        // nginx leaves conditions aside where the backend was asked for a range.
        let is_conditional = is_cacheable && (turn.skipped.is_none() || policy.is_recommended());
        let told = policy.tell(&view, entry.source(is_conditional), now);
        let lines: Vec<OwnedLine> = told.lines.into_iter().map(own_line).collect();
        let (status, adds_headers) = (told.status, told.adds_headers);
        let is_dropped = policy.is_recommended() && !is_cacheable;
        // Somebody else may have stored another one meanwhile.
        let is_it = |node: &&mut Node| {
            node.entry.as_ref().is_some_and(|known| known.serial == entry.serial)
        };
        if let Some(node) = self.node(turn.file).filter(is_it) {
            node.entry = if is_dropped { None } else { Some(entry) };
        }
        let mut step = self.step(&turn, reason);
        (step.status, step.shows_status, step.lines) = (Some(status), adds_headers, lines);
        step.finish(&turn);
        step
    }

    /// The backend's answer goes to the client, and into the cache where it may.
    pub(super) fn take<S>(
        &mut self,
        mut turn: Turn,
        answer: &CacheAnswer<'_, S>,
        now: i64,
    ) -> CacheStep
    where
        S: RequestHeaders + ?Sized,
    {
        let facts = turn.request.facts();
        let policy = &self.policy;
        let Ok(view) = View::new(&facts, policy.rules) else {
            let mut step = self.step(&turn, CacheReason::Target);
            step.status = Some(400);
            return step;
        };
        let freshness = policy.freshness(&view, (answer.status, answer.headers), now, &mut ());
        let is_open = turn.key.is_some() && turn.skipped.is_none();
        let mut store = match turn.skipped {
            Some(reason) => CacheStore::refused(reason, now),
            None => policy.decide_store(&view, answer, &freshness, now),
        };
        let is_in_location = policy.is_in_location(&view).is_ok();
        if is_in_location && let Some(status) = policy.error_page(answer.status) {
            let error = (is_open && freshness.refusal().is_none())
                .then(|| policy.remembered_until(answer.status, &freshness, now))
                .flatten();
            let error = error.filter(|_| turn.cache_status != Some(CacheStatus::Bypass));
            self.release(&mut turn, error.map(|until| (answer.status, until)));
            let mut step = self.step(&turn, store.reason);
            (step.status, step.cache_status) = (Some(status), None);
            step.finish(&turn);
            return step;
        }
        let told = if is_in_location && freshness.is_redirected {
            turn.cache_status = None;
            Told { status: answer.status, lines: Vec::new(), adds_headers: false }
        } else if is_in_location {
            let source = Source {
                status: answer.status,
                headers: answer.headers,
                is_cached: false,
                is_cacheable: is_open && freshness.refusal().is_none(),
                is_stored: store.is_stored(),
            };
            policy.tell(&view, source, now)
        } else {
            policy.pass(answer.status, answer.headers)
        };
        let is_own = matches!(told.status, 412 | 416) && told.status != answer.status;
        if is_own && !turn.is_background {
            // nginx ends such a request before it stores; in the background it asks neither
            // conditions nor ranges.
            let reason = match told.status {
                412 => CacheReason::PreconditionFailed,
                _ => CacheReason::RangeUnsatisfiable,
            };
            store = CacheStore::refused(reason, now);
        }
        let lines: Vec<OwnedLine> = told.lines.into_iter().map(own_line).collect();
        let (status, adds_headers) = (told.status, told.adds_headers);
        if self.counts_bypass(&view, &turn, store.reason, &freshness, status) {
            let _ = turn.main.map(|main| self.exists(main, now));
        }
        if store.is_stored() {
            let (vary, variant) = self.policy.kept_vary(&view, &freshness, answer.headers);
            let entry = Entry {
                serial: turn.ticket,
                status: answer.status,
                lines: owned(answer.headers),
                valid: store.valid,
                updating: store.updating,
                error: store.error,
                date: now,
                vary,
                variant,
            };
            self.keep(&mut turn, entry, now);
        } else {
            self.release(&mut turn, None);
        }
        let mut step = self.step(&turn, store.reason);
        step.stores = store.is_stored();
        (step.status, step.shows_status, step.lines) = (Some(status), adds_headers, lines);
        step.finish(&turn);
        step
    }

    /// Is a request that bypassed the cache one of `proxy_cache_min_uses`? nginx opens the entry
    /// when the answer comes, also where it is not stored then, but for an answer without a body
    /// that may not be stored, and for one that ends before.
    fn counts_bypass<Q>(
        &self,
        view: &View<'_, Q>,
        turn: &Turn,
        reason: CacheReason,
        freshness: &Freshness,
        status: u16,
    ) -> bool
    where
        Q: RequestHeaders + ?Sized,
    {
        let has_body = view.facts.method != b"HEAD" && !matches!(status, 204 | 304);
        turn.cache_status == Some(CacheStatus::Bypass)
            && !matches!(reason, CacheReason::PreconditionFailed | CacheReason::RangeUnsatisfiable)
            && !freshness.is_redirected
            && freshness.is_buffered
            && (has_body || freshness.refusal().is_none())
            && !any(&self.policy.config.no_cache, view)
    }

    /// Writes an entry, under its variant where it was looked up there and still is one.
    fn keep(&mut self, turn: &mut Turn, entry: Entry, now: i64) {
        let is_variant = entry.variant.is_some() && entry.variant == turn.file;
        if turn.is_secondary && !is_variant {
            self.release(turn, None);
            turn.file = turn.main;
        }
        let expire = now.saturating_add(self.policy.config.inactive);
        if let Some(file) = turn.file {
            let node = self.nodes.entry(file).or_default();
            if node.uses == 0 {
                node.uses = 1;
            }
            (node.expire, node.entry, node.error) = (expire, Some(entry), None);
            node.is_updating = false;
        }
        turn.updates = false;
    }

    /// Nothing is stored, but for an error: somebody else may refresh the entry.
    pub(super) fn release(&mut self, turn: &mut Turn, error: Option<(u16, i64)>) {
        let is_counted = self.policy.config.min_uses > 1;
        let updates = std::mem::take(&mut turn.updates);
        let Some(file) = turn.file else { return };
        if error.is_some() {
            // Somebody else may have let go of it meanwhile.
            let expire = turn.expire;
            self.nodes.entry(file).or_insert_with(|| Node { expire, ..Node::default() });
        }
        if let Some(node) = self.nodes.get_mut(&file) {
            node.is_updating &= !updates;
            node.error = error.or(node.error);
            // One that asked before an error was remembered forgets it; a bypass has seen it.
            let has_error = error.is_some()
                || (node.error.is_some() && turn.cache_status == Some(CacheStatus::Bypass));
            if node.entry.is_none() && !has_error && !is_counted {
                self.nodes.remove(&file);
            }
        }
    }
}
