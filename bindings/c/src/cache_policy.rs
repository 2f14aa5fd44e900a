use std::ffi::c_char;

use serde::Serialize;
use tuleap_front::{
    CacheAnswer, CacheBody, CacheFacts, CacheLookup, CachePolicy, CacheStore, Guide, NginxRules,
};

use crate::abi::{Lines, array, bytes, tuleap_front_header, tuleap_front_str};
use crate::cache_reason::{number, tuleap_front_cache_reason};
use crate::guard::{give, guard, handle, store, take};
use crate::guide::{guide_of, nginx_rules_name, nginx_rules_of};
use crate::origin::scheme_of;
use crate::output::{copy_out, write_explanation, write_json, write_lines};
use crate::problem::{Sink, tuleap_front_problem};
use crate::request::version_of;
use crate::status::tuleap_front_status as Status;

/// What a location of nginx keeps in its cache, for how long, and what the client gets. Immutable;
/// any thread; freed by tuleap_front_cache_policy_free.
#[derive(Debug)]
pub struct tuleap_front_cache_policy(pub(crate) CachePolicy);

/// What is known about a request. Header lines are in wire order.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_cache_facts {
    /// How the connection reached this server, nginx's $scheme: a tuleap_front_scheme.
    pub scheme: u32,
    /// The method, as it was sent.
    pub method: tuleap_front_str,
    /// nginx's $host: in lower case, without port and without one final dot.
    pub host: tuleap_front_str,
    /// The request target, as it was sent.
    pub target: tuleap_front_str,
    /// The version of the request, such as "HTTP/1.1"; empty for HTTP/0.9, which has none.
    pub version: tuleap_front_str,
    /// The header.
    pub headers: *const tuleap_front_header,
    /// Lines.
    pub header_count: usize,
}

/// How much of a body the backend sent.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_cache_body {
    /// All of it, as far as can be told.
    TULEAP_FRONT_CACHE_BODY_WHOLE = 0,
    /// Less than Content-Length, or a chunked body without its end.
    TULEAP_FRONT_CACHE_BODY_CUT = 1,
}

/// What the backend answered. Header lines are in wire order.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_cache_answer {
    /// The status.
    pub status: u32,
    /// A tuleap_front_cache_body.
    pub body: u32,
    /// The header.
    pub headers: *const tuleap_front_header,
    /// Lines.
    pub header_count: usize,
}

/// What becomes of a request.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_cache_action {
    /// The cache has no part in it.
    TULEAP_FRONT_CACHE_SKIP = 0,
    /// The cache is asked.
    TULEAP_FRONT_CACHE_LOOK_UP = 1,
    /// The backend is asked, and its answer may be stored.
    TULEAP_FRONT_CACHE_BYPASS = 2,
}

/// Whether the cache is asked.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_cache_lookup {
    /// A tuleap_front_cache_action.
    pub action: u32,
    /// A tuleap_front_cache_reason.
    pub reason: u32,
}

/// Whether an answer is stored, and for how long.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_cache_store {
    /// 1 if it is stored; otherwise what follows the reason is 0.
    pub stored: u32,
    /// A tuleap_front_cache_reason.
    pub reason: u32,
    /// Until when it is fresh, in Unix seconds; it may be over already.
    pub valid_until: i64,
    /// For how many seconds it is fresh.
    pub lifetime: i64,
    /// For how many seconds it is served where nobody asks for it meanwhile.
    pub kept_for: i64,
    /// For how many seconds more it may be served while it is refreshed.
    pub stale_while_revalidate: i64,
    /// For how many seconds more it may be served where the backend cannot be reached.
    pub stale_if_error: i64,
    /// 1 if the answer has a Vary, and is stored as a variant.
    pub has_variant: u32,
    /// The MD5 of the variant.
    pub variant: [u8; 16],
}

/// Makes our policy: today's static files, and nothing that belongs to a user. rules: a
/// tuleap_front_nginx_rules. NULL for a number that has no meaning.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_cache_policy_recommended(
    rules: u32,
) -> *mut tuleap_front_cache_policy {
    guard(|| Ok(made(CachePolicy::recommended(), nginx_rules_of(rules)?)))
}

/// Makes the policy that the lines of the deployment guide say: to see what a server with them
/// does. guide: a tuleap_front_guide. rules: a tuleap_front_nginx_rules. NULL for a number that has
/// no meaning.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_cache_policy_documented(
    guide: u32,
    rules: u32,
) -> *mut tuleap_front_cache_policy {
    guard(|| {
        let guide: Guide = guide_of(guide)?;
        Ok(made(CachePolicy::documented(guide), nginx_rules_of(rules)?))
    })
}

fn made(policy: CachePolicy, rules: NginxRules) -> *mut tuleap_front_cache_policy {
    give(tuleap_front_cache_policy(policy.with_rules(rules)))
}

/// Reads a policy from nginx's directives about a cache, and "location MODIFIER PATTERN;" for the
/// paths that they are for; with "tuleap_cache recommended;" what is not there is ours. UTF-8.
/// rules: a tuleap_front_nginx_rules. NULL if they are refused: then problem and message (each may
/// be NULL) say what is wrong, where, and what to write instead.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_policy_parse(
    text: *const c_char,
    text_len: usize,
    rules: u32,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_cache_policy {
    let sink = Sink { problem, message, cap: message_cap };
    let Ok(rules) = nginx_rules_of(rules) else {
        let status = Status::TULEAP_FRONT_STATUS_ARGUMENT;
        // SAFETY: the caller vouches for the out-pointers.
        unsafe { sink.refuse(status, "a number that has no meaning here") };
        return std::ptr::null_mut();
    };
    // SAFETY: the caller vouches for pointer and length.
    let text = unsafe { bytes(text, text_len) };
    let handle = |policy: CachePolicy| tuleap_front_cache_policy(policy.with_rules(rules));
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.read(text, "the directives are not UTF-8", handle) }
}

/// Frees a policy; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_policy_free(policy: *mut tuleap_front_cache_policy) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(policy) }
}

/// Decides whether the cache is asked: 0 if *out says so, < 0 a status; *out is then SKIP for the
/// reason OTHER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_policy_look_up(
    policy: *const tuleap_front_cache_policy,
    facts: *const tuleap_front_cache_facts,
    out: *mut tuleap_front_cache_lookup,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(out, tuleap_front_cache_lookup::NONE) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?;
        let lookup = facts.with(|facts| policy.0.look_up(facts))?;
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, lookup.into()) };
        Ok(0)
    })
}

/// Decides whether an answer is stored, and for how long: 0 if *out says so, < 0 a status; *out is
/// then not stored for the reason OTHER. now: Unix seconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_policy_store(
    policy: *const tuleap_front_cache_policy,
    facts: *const tuleap_front_cache_facts,
    answer: *const tuleap_front_cache_answer,
    now: i64,
    out: *mut tuleap_front_cache_store,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(out, tuleap_front_cache_store::NONE) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?;
        // SAFETY: the caller vouches for the pointer.
        let answer = unsafe { handle(answer) }?;
        let decided = facts.with(|facts| answer.with(|answer| policy.0.store(facts, answer, now)));
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, decided??.into()) };
        Ok(0)
    })
}

/// Writes the key of a request: >= 0 the length, < 0 a status, NO_KEY where the cache is off or the
/// target is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_policy_key(
    policy: *const tuleap_front_cache_policy,
    facts: *const tuleap_front_cache_facts,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?;
        let key = facts.with(|facts| policy.0.key(facts))?;
        let key = key.ok_or(Status::TULEAP_FRONT_STATUS_NO_KEY)?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(key.as_bytes(), out, cap) })
    })
}

/// Writes the 16 bytes of the MD5 of the key of a request, without the key: 0 written, < 0 a
/// status, as for tuleap_front_cache_policy_key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_policy_key_md5(
    policy: *const tuleap_front_cache_policy,
    facts: *const tuleap_front_cache_facts,
    md5: *mut [u8; 16],
) -> i32 {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?;
        let key = facts.with(|facts| policy.0.key_md5(facts))?;
        let key = key.ok_or(Status::TULEAP_FRONT_STATUS_NO_KEY)?;
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(md5, *key.as_bytes()) };
        Ok(0)
    })
}

/// Writes the header lines that the client gets of an answer, "Name: value" and CR LF each, in wire
/// order, but for those of the connection, Date and Server. now: Unix seconds. >= 0 the length, < 0
/// a status, ARGUMENT also for a line with a line end or a NUL in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_policy_response_lines(
    policy: *const tuleap_front_cache_policy,
    facts: *const tuleap_front_cache_facts,
    answer: *const tuleap_front_cache_answer,
    now: i64,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?;
        // SAFETY: the caller vouches for the pointer.
        let answer = unsafe { handle(answer) }?;
        facts.with(|facts| {
            answer.with(|answer| {
                let lines = policy.0.response_lines(facts, answer, now);
                let lines = lines.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
                // SAFETY: the caller vouches for the buffer.
                unsafe { write_lines(lines, out, cap) }
            })
        })??
    })
}

/// Writes what becomes of a request and of its answer, and why. answer: NULL where there is none
/// yet. now: Unix seconds. format: a tuleap_front_format. >= 0 the length, < 0 a status. Not for
/// every request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_policy_explain(
    policy: *const tuleap_front_cache_policy,
    facts: *const tuleap_front_cache_facts,
    answer: *const tuleap_front_cache_answer,
    now: i64,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?;
        // SAFETY: the caller vouches for the pointer, which may be NULL.
        let answer = unsafe { answer.as_ref() };
        let explanation = facts.with(|facts| match answer {
            Some(answer) => answer.with(|answer| policy.0.explain(facts, answer, now)),
            None => Ok(policy.0.explain_look_up(facts)),
        })??;
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_explanation(&explanation, format, out, cap) }
    })
}

/// Writes the directives as they are read, one a line. >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_policy_text(
    policy: *const tuleap_front_cache_policy,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(policy.0.to_string().as_bytes(), out, cap) })
    })
}

/// Writes the settings of the policy as a JSON object: recommended, rules, key, levels, inactive,
/// expires, locations (a text, or null), gzip (its directives, or null) and directives, each a list
/// of words. >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_cache_policy_settings(
    policy: *const tuleap_front_cache_policy,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = &unsafe { handle(policy) }?.0;
        let settings = Settings {
            recommended: policy.is_recommended(),
            rules: nginx_rules_name(policy.rules()),
            key: policy.key_text(),
            levels: policy.levels().to_string(),
            inactive: policy.inactive(),
            expires: policy.expires().to_string(),
            locations: policy.locations().map(ToString::to_string),
            gzip: policy.gzip().map(ToString::to_string),
            directives: policy.directives().collect(),
        };
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_json(&settings, out, cap) }
    })
}

#[derive(Serialize)]
struct Settings<'p> {
    recommended: bool,
    rules: &'static str,
    key: Option<&'p str>,
    levels: String,
    inactive: i64,
    expires: String,
    locations: Option<String>,
    gzip: Option<String>,
    directives: Vec<&'p [String]>,
}

impl tuleap_front_cache_facts {
    /// Asks about these facts.
    pub(crate) fn with<R>(
        &self,
        ask: impl FnOnce(&CacheFacts<'_, Lines<'_>>) -> R,
    ) -> Result<R, Status> {
        // SAFETY: the caller of the C function vouches for pointer and count.
        let headers = Lines(unsafe { array(self.headers, self.header_count) });
        Ok(ask(&CacheFacts {
            scheme: scheme_of(self.scheme)?,
            method: self.method.get(),
            host: self.host.get(),
            target: self.target.get(),
            version: version_of(self.version.get())?,
            headers: &headers,
        }))
    }
}

impl tuleap_front_cache_answer {
    /// Asks about this answer.
    pub(crate) fn with<R>(
        &self,
        ask: impl FnOnce(&CacheAnswer<'_, Lines<'_>>) -> R,
    ) -> Result<R, Status> {
        const ARGUMENT: Status = Status::TULEAP_FRONT_STATUS_ARGUMENT;
        // SAFETY: the caller of the C function vouches for pointer and count.
        let headers = Lines(unsafe { array(self.headers, self.header_count) });
        let body = match self.body {
            0 => CacheBody::Whole,
            1 => CacheBody::Cut,
            _ => return Err(ARGUMENT),
        };
        let status = u16::try_from(self.status).map_err(|_| ARGUMENT)?;
        Ok(ask(&CacheAnswer { status, headers: &headers, body }))
    }
}

impl tuleap_front_cache_lookup {
    /// What a caller finds who does not look at the status.
    const NONE: Self = Self {
        action: tuleap_front_cache_action::TULEAP_FRONT_CACHE_SKIP as u32,
        reason: tuleap_front_cache_reason::TULEAP_FRONT_CACHE_REASON_OTHER as u32,
    };
}

impl From<CacheLookup> for tuleap_front_cache_lookup {
    fn from(lookup: CacheLookup) -> Self {
        use tuleap_front_cache_action as Action;
        let action = match lookup {
            CacheLookup::LookUp => Action::TULEAP_FRONT_CACHE_LOOK_UP,
            CacheLookup::Bypass(_) => Action::TULEAP_FRONT_CACHE_BYPASS,
            _ => Action::TULEAP_FRONT_CACHE_SKIP,
        };
        Self { action: action as u32, reason: number(lookup.reason()) as u32 }
    }
}

impl tuleap_front_cache_store {
    /// What a caller finds who does not look at the status.
    const NONE: Self = Self {
        stored: 0,
        reason: tuleap_front_cache_reason::TULEAP_FRONT_CACHE_REASON_OTHER as u32,
        valid_until: 0,
        lifetime: 0,
        kept_for: 0,
        stale_while_revalidate: 0,
        stale_if_error: 0,
        has_variant: 0,
        variant: [0; 16],
    };
}

impl From<CacheStore> for tuleap_front_cache_store {
    fn from(store: CacheStore) -> Self {
        let reason = number(store.reason()) as u32;
        if !store.is_stored() {
            return Self { reason, ..Self::NONE };
        }
        Self {
            stored: 1,
            reason,
            valid_until: store.valid_until().unwrap_or_default(),
            lifetime: store.lifetime().unwrap_or_default(),
            kept_for: store.kept_for().unwrap_or_default(),
            stale_while_revalidate: store.stale_while_revalidate(),
            stale_if_error: store.stale_if_error(),
            has_variant: u32::from(store.variant().is_some()),
            variant: store.variant().map_or([0; 16], |variant| *variant.as_bytes()),
        }
    }
}
