use std::ffi::c_char;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tuleap_front::{CacheStep, CacheZone, UpstreamFailure};

use crate::abi::tuleap_front_str;
use crate::cache_policy::{
    tuleap_front_cache_answer, tuleap_front_cache_facts, tuleap_front_cache_policy,
};
use crate::cache_reason::{number, tuleap_front_cache_reason};
use crate::cache_status;
use crate::guard::{give, guard, handle, store, take};
use crate::output::{write_json, write_lines};
use crate::status::tuleap_front_status as Status;

/// A cache that holds what a policy stores, without bodies, files and clocks. Any thread; freed by
/// tuleap_front_cache_zone_free.
#[derive(Debug)]
pub struct tuleap_front_cache_zone(Mutex<CacheZone>);

/// What became of a request, or what the backend is to be asked first. Immutable; any thread; freed
/// by tuleap_front_cache_step_free.
#[derive(Debug)]
pub struct tuleap_front_cache_step(CacheStep);

/// How a backend failed to answer.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_upstream_failure {
    /// It could not be reached, or closed the connection.
    TULEAP_FRONT_UPSTREAM_FAILURE_ERROR = 0,
    /// What it sent is no answer.
    TULEAP_FRONT_UPSTREAM_FAILURE_INVALID_HEADER = 1,
    /// It took too long.
    TULEAP_FRONT_UPSTREAM_FAILURE_TIMEOUT = 2,
}

/// A step, read. The texts point into the step; of one that there is not, ptr is NULL.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_cache_step_view {
    /// 1 if the backend is to be asked, and the zone to be told by the ticket what came of it.
    pub has_ticket: u32,
    /// What to tell the zone by.
    pub ticket: u64,
    /// The status that the client gets; 0 where it is not known yet.
    pub http_status: u32,
    /// $upstream_cache_status: a tuleap_front_cache_status.
    pub cache_status: u32,
    /// What the guide's X-Cache-Status shows: a tuleap_front_cache_status.
    pub shown_status: u32,
    /// Why the answer was stored or not, or what let the cache answer: a tuleap_front_cache_reason.
    pub reason: u32,
    /// 1 if the path is one of the policy's location.
    pub in_location: u32,
    /// 1 if the backend's answer was stored.
    pub stores: u32,
    /// 1 if there is an entry now, of this answer or of an older one; otherwise the numbers that
    /// follow are 0.
    pub has_entry: u32,
    /// For how many seconds the entry is fresh, from when it was stored.
    pub lifetime: i64,
    /// Until when the entry is fresh, in Unix seconds.
    pub valid_until: i64,
    /// For how many seconds more the entry may be served while it is refreshed.
    pub stale_while_revalidate: i64,
    /// For how many seconds more the entry may be served where the backend cannot be reached.
    pub stale_if_error: i64,
    /// The key, where the cache has a part in it.
    pub key: tuleap_front_str,
    /// The file, from the folder of the cache on.
    pub path: tuleap_front_str,
    /// The Vary that the entry is kept with.
    pub vary: tuleap_front_str,
    /// The method that the backend is asked by, or was.
    pub upstream_method: tuleap_front_str,
    /// The target that the backend is asked for, or was.
    pub upstream_target: tuleap_front_str,
}

/// Makes an empty cache with a copy of the policy; NULL if the policy is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_zone_new(
    policy: *const tuleap_front_cache_policy,
) -> *mut tuleap_front_cache_zone {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        Ok(give(tuleap_front_cache_zone(Mutex::new(CacheZone::new(policy.0.clone())))))
    })
}

/// Frees a cache; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_zone_free(zone: *mut tuleap_front_cache_zone) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(zone) }
}

/// Asks about a request. Where the step has a ticket, the backend is to be asked, and the zone to
/// be told by tuleap_front_cache_zone_answer or _fail what came of it; where it has a status as
/// well, the client has its answer already. now: Unix seconds. NULL for facts without a meaning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_zone_ask(
    zone: *const tuleap_front_cache_zone,
    facts: *const tuleap_front_cache_facts,
    now: i64,
) -> *mut tuleap_front_cache_step {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let zone = unsafe { handle(zone) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?;
        facts.with(|facts| tuleap_front_cache_step::give(zone.lock().ask(facts, now)))
    })
}

/// Tells what the backend answered: the step at the end; NULL for a ticket that is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_zone_answer(
    zone: *const tuleap_front_cache_zone,
    ticket: u64,
    answer: *const tuleap_front_cache_answer,
    now: i64,
) -> *mut tuleap_front_cache_step {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let zone = unsafe { handle(zone) }?;
        // SAFETY: the caller vouches for the pointer.
        let answer = unsafe { handle(answer) }?;
        let step = answer.with(|answer| zone.lock().answer(ticket, answer, now))?;
        step.map(tuleap_front_cache_step::give).ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)
    })
}

/// Tells that the backend did not answer. failure: a tuleap_front_upstream_failure. As
/// tuleap_front_cache_zone_answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_zone_fail(
    zone: *const tuleap_front_cache_zone,
    ticket: u64,
    failure: u32,
    now: i64,
) -> *mut tuleap_front_cache_step {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let zone = unsafe { handle(zone) }?;
        let failure = match failure {
            0 => UpstreamFailure::Error,
            1 => UpstreamFailure::InvalidHeader,
            2 => UpstreamFailure::Timeout,
            _ => return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
        };
        let step = zone.lock().fail(ticket, failure, now);
        step.map(tuleap_front_cache_step::give).ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)
    })
}

/// Frees a step; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_step_free(step: *mut tuleap_front_cache_step) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(step) }
}

/// Reads a step: 0 if *out is it, < 0 a status; *out is then without ticket and status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_step_read(
    step: *const tuleap_front_cache_step,
    out: *mut tuleap_front_cache_step_view,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(out, tuleap_front_cache_step_view::NONE) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let step = unsafe { handle(step) }?;
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, step.into()) };
        Ok(0)
    })
}

/// Writes the header lines that the client gets, "Name: value" and CR LF each, as far as they come
/// from the backend, from expires and from ranges. >= 0 the length, < 0 a status, ARGUMENT also for
/// a line with a line end or a NUL in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_step_lines(
    step: *const tuleap_front_cache_step,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let step = unsafe { handle(step) }?;
        let lines: Vec<(&[u8], &[u8])> = step.0.lines().collect();
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_lines(lines.iter().copied(), out, cap) }
    })
}

/// Writes the header lines that the backend is asked with, or was: as tuleap_front_cache_step_lines.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_step_upstream_lines(
    step: *const tuleap_front_cache_step,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let step = unsafe { handle(step) }?;
        let lines: Vec<(&[u8], &[u8])> =
            step.0.upstream().into_iter().flat_map(|upstream| upstream.lines()).collect();
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_lines(lines.iter().copied(), out, cap) }
    })
}

/// Writes all of a step as a JSON object, in the form that every language shares; one code point up
/// to U+00FF is one byte. >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_step_json(
    step: *const tuleap_front_cache_step,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let step = unsafe { handle(step) }?;
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_json(&step.0, out, cap) }
    })
}

impl tuleap_front_cache_zone {
    /// A zone is whole between two calls, after a panic in one of them, too.
    fn lock(&self) -> MutexGuard<'_, CacheZone> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl tuleap_front_cache_step {
    fn give(step: CacheStep) -> *mut Self {
        give(Self(step))
    }
}

impl tuleap_front_cache_step_view {
    /// What a caller finds who does not look at the status.
    const NONE: Self = Self {
        has_ticket: 0,
        ticket: 0,
        http_status: 0,
        cache_status: 0,
        shown_status: 0,
        reason: tuleap_front_cache_reason::TULEAP_FRONT_CACHE_REASON_OTHER as u32,
        in_location: 0,
        stores: 0,
        has_entry: 0,
        lifetime: 0,
        valid_until: 0,
        stale_while_revalidate: 0,
        stale_if_error: 0,
        key: tuleap_front_str::NONE,
        path: tuleap_front_str::NONE,
        vary: tuleap_front_str::NONE,
        upstream_method: tuleap_front_str::NONE,
        upstream_target: tuleap_front_str::NONE,
    };
}

impl From<&tuleap_front_cache_step> for tuleap_front_cache_step_view {
    fn from(handle: &tuleap_front_cache_step) -> Self {
        let step = &handle.0;
        let text = |text: Option<&[u8]>| text.map_or(tuleap_front_str::NONE, Into::into);
        Self {
            has_ticket: u32::from(step.ticket().is_some()),
            ticket: step.ticket().unwrap_or_default(),
            http_status: step.status().map_or(0, u32::from),
            cache_status: cache_status::number(step.cache_status()) as u32,
            shown_status: cache_status::number(step.shown_status()) as u32,
            reason: number(step.reason()) as u32,
            in_location: u32::from(step.is_in_location()),
            stores: u32::from(step.stores()),
            has_entry: u32::from(step.has_entry()),
            lifetime: step.lifetime().unwrap_or_default(),
            valid_until: step.valid_until().unwrap_or_default(),
            stale_while_revalidate: step.stale_while_revalidate().unwrap_or_default(),
            stale_if_error: step.stale_if_error().unwrap_or_default(),
            key: text(step.key().map(|key| key.as_bytes())),
            path: text(step.path().map(str::as_bytes)),
            vary: text(step.vary()),
            upstream_method: text(step.upstream().map(|upstream| upstream.method())),
            upstream_target: text(step.upstream().map(|upstream| upstream.target())),
        }
    }
}
