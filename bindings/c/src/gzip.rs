use std::ffi::c_char;

use serde::Serialize;
use tuleap_front::{
    Expires, ExpiresError, GzipFacts, GzipLength, GzipPolicy, GzipPolicyError, GzipProxied,
    GzipVerdict, RequestVersion, Secrets,
};

use crate::abi::{Lines, array, bytes, tuleap_front_header, tuleap_front_str};
use crate::etag_effect;
use crate::etag_effect::tuleap_front_etag_effect;
use crate::guard::{give, guard, handle, store, take};
use crate::guide::{guide_of, nginx_rules_name, nginx_rules_of};
use crate::gzip_reason::{number, tuleap_front_gzip_reason};
use crate::origin::scheme_of;
use crate::output::{copy_out, write_explanation, write_json, write_lines};
use crate::problem::{Sink, tuleap_front_problem};
use crate::request::version_of;
use crate::status::tuleap_front_status as Status;

/// Which answers are compressed, and what becomes of their header. Immutable; any thread; freed by
/// tuleap_front_gzip_policy_free.
#[derive(Debug)]
pub struct tuleap_front_gzip_policy(GzipPolicy);

/// Whether answers that are made for one user may be compressed over https.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_secrets {
    /// They stay as they are.
    TULEAP_FRONT_SECRETS_IDENTITY = 0,
    /// They may: pages mask their tokens, or pad their length.
    TULEAP_FRONT_SECRETS_COMPRESS = 1,
}

/// What a policy is made with; all zeros is the default.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_gzip_options {
    /// A tuleap_front_nginx_rules.
    pub rules: u32,
    /// A tuleap_front_secrets, for the recommended policy alone.
    pub secrets: u32,
    /// The parameters of an nginx expires in the same place, such as "1h" or "off"; where ptr is
    /// NULL that of the policy stays.
    pub expires: tuleap_front_str,
}

/// What length may be, but for a number of bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_gzip_length {
    /// As Content-Length says, unless Transfer-Encoding says chunked.
    TULEAP_FRONT_GZIP_LENGTH_FROM_HEADERS = -1,
    /// It is not known.
    TULEAP_FRONT_GZIP_LENGTH_UNKNOWN = -2,
}

/// What is known about a request and the answer to it. Header lines are in wire order.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_gzip_facts {
    /// How the client reached the site, trusted proxies believed: a tuleap_front_scheme.
    pub scheme: u32,
    /// The status of the answer.
    pub status: u32,
    /// The method, as it was sent.
    pub method: tuleap_front_str,
    /// The version of the client's request, such as "HTTP/1.1"; empty for HTTP/0.9, which has none.
    pub version: tuleap_front_str,
    /// The header of the request.
    pub request: *const tuleap_front_header,
    /// Lines.
    pub request_count: usize,
    /// The header of the answer, as the backend sent it.
    pub response: *const tuleap_front_header,
    /// Lines.
    pub response_count: usize,
    /// Bytes of the content before it is compressed, or a tuleap_front_gzip_length.
    pub length: i64,
    /// Unix seconds; matters where there is an expires, or an Expires that is asked about.
    pub now: i64,
}

/// Flags for the lines of an answer that go.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_gzip_removes {
    /// Content-Length
    TULEAP_FRONT_GZIP_REMOVES_CONTENT_LENGTH = 1,
    /// Accept-Ranges
    TULEAP_FRONT_GZIP_REMOVES_ACCEPT_RANGES = 2,
    /// ETag
    TULEAP_FRONT_GZIP_REMOVES_ETAG = 4,
}

/// What becomes of an answer, and of its header.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_gzip_verdict {
    /// 1 if it is compressed, and gets Content-Encoding: gzip.
    pub compresses: u32,
    /// 1 if a Vary: Accept-Encoding is due, compressed or not.
    pub varies: u32,
    /// A tuleap_front_gzip_reason.
    pub reason: u32,
    /// A tuleap_front_etag_effect.
    pub etag: u32,
    /// Of tuleap_front_gzip_removes.
    pub removes: u32,
}

/// Makes our policy. options: NULL for the default. NULL if something is refused: then problem and
/// message (each may be NULL) say what.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_policy_recommended(
    options: *const tuleap_front_gzip_options,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_gzip_policy {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for the pointers.
    unsafe { make(&sink, options, || Ok(GzipPolicy::recommended())) }
}

/// Makes the policy that the lines of the deployment guide say. guide: a tuleap_front_guide. The
/// rest as for tuleap_front_gzip_policy_recommended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_policy_documented(
    guide: u32,
    options: *const tuleap_front_gzip_options,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_gzip_policy {
    let sink = Sink { problem, message, cap: message_cap };
    let documented = || match guide_of(guide) {
        Ok(guide) => Ok(GzipPolicy::documented(guide)),
        Err(status) => Err(Refusal::Call(status)),
    };
    // SAFETY: the caller vouches for the pointers.
    unsafe { make(&sink, options, documented) }
}

/// Makes the policy of the configuration that Tuleap comes with today: JSON and scripts are listed,
/// too. As tuleap_front_gzip_policy_recommended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_policy_tuleap(
    options: *const tuleap_front_gzip_options,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_gzip_policy {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for the pointers.
    unsafe { make(&sink, options, || Ok(GzipPolicy::tuleap())) }
}

/// Reads a policy from nginx's directives about gzip, and expires. UTF-8. NULL if they are refused:
/// then problem and message (each may be NULL) say what is wrong, where, and what to write instead.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_policy_parse(
    text: *const c_char,
    text_len: usize,
    options: *const tuleap_front_gzip_options,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_gzip_policy {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for pointer and length.
    let text = unsafe { bytes(text, text_len) };
    let parse = || match std::str::from_utf8(text) {
        Ok(text) => text.parse().map_err(Refusal::Policy),
        Err(_) => Err(Refusal::NotUtf8("the directives are not UTF-8")),
    };
    // SAFETY: the caller vouches for the pointers.
    unsafe { make(&sink, options, parse) }
}

/// Why there is no policy.
enum Refusal {
    Call(Status),
    Expires(ExpiresError),
    NotUtf8(&'static str),
    Policy(GzipPolicyError),
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self::Call(status)
    }
}

/// Makes a policy with its options, or reports what is wrong.
unsafe fn make(
    sink: &Sink,
    options: *const tuleap_front_gzip_options,
    policy: impl FnOnce() -> Result<GzipPolicy, Refusal>,
) -> *mut tuleap_front_gzip_policy {
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.begin() };
    guard(|| {
        // SAFETY: the caller vouches for the pointer, which may be NULL.
        let options = unsafe { options.as_ref() };
        let made = policy().and_then(|policy| match options {
            Some(options) => options.apply(policy),
            None => Ok(policy),
        });
        match made {
            Ok(policy) => Ok(give(tuleap_front_gzip_policy(policy))),
            Err(refusal) => {
                let (problem, message) = refusal.problem();
                // SAFETY: the caller vouches for the out-pointers.
                Err(unsafe { sink.report(problem, &message) })
            }
        }
    })
}

impl Refusal {
    fn problem(&self) -> (tuleap_front_problem, String) {
        let whole = |status| tuleap_front_problem::new(status, usize::MAX);
        match self {
            Self::Call(status) => (whole(*status), "a number that has no meaning here".to_owned()),
            Self::Expires(error) => ((*error).into(), error.to_string()),
            Self::NotUtf8(text) => {
                (whole(Status::TULEAP_FRONT_STATUS_NOT_UTF8), (*text).to_owned())
            }
            Self::Policy(error) => (error.into(), error.to_string()),
        }
    }
}

impl tuleap_front_gzip_options {
    fn apply(&self, policy: GzipPolicy) -> Result<GzipPolicy, Refusal> {
        let secrets = match self.secrets {
            0 => Secrets::Identity,
            1 => Secrets::Compress,
            _ => return Err(Refusal::Call(Status::TULEAP_FRONT_STATUS_ARGUMENT)),
        };
        let policy = policy.with_rules(nginx_rules_of(self.rules)?).with_secrets(secrets);
        if self.expires.ptr.is_null() {
            return Ok(policy);
        }
        let expires = std::str::from_utf8(self.expires.get())
            .map_err(|_| Refusal::NotUtf8("the parameters of expires are not UTF-8"))?;
        Ok(policy.with_expires(expires.parse::<Expires>().map_err(Refusal::Expires)?))
    }
}

/// Frees a policy; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_policy_free(policy: *mut tuleap_front_gzip_policy) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(policy) }
}

/// Decides about an answer: 0 if *out is the verdict, < 0 a status; *out then leaves the answer as
/// it is, for the reason OTHER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_policy_decide(
    policy: *const tuleap_front_gzip_policy,
    facts: *const tuleap_front_gzip_facts,
    out: *mut tuleap_front_gzip_verdict,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(out, tuleap_front_gzip_verdict::NONE) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?;
        let verdict = facts.with(|facts| policy.0.decide(facts))?;
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, verdict.into()) };
        Ok(0)
    })
}

/// Writes the verdict, and what was looked at. format: a tuleap_front_format. >= 0 the length, < 0
/// a status. Not for every answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_policy_explain(
    policy: *const tuleap_front_gzip_policy,
    facts: *const tuleap_front_gzip_facts,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?;
        let explanation = facts.with(|facts| policy.0.explain(facts))?;
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_explanation(&explanation, format, out, cap) }
    })
}

/// Writes the lines that the client gets of those that are changed, "Name: value" and CR LF each:
/// Content-Type, Content-Length, Vary, ETag, Accept-Ranges, Cache-Control, Expires and
/// Content-Encoding, in the order in which nginx writes them. >= 0 the length, < 0 a status,
/// ARGUMENT also for a value with a line end or a NUL in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_policy_response_lines(
    policy: *const tuleap_front_gzip_policy,
    facts: *const tuleap_front_gzip_facts,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?;
        facts.with(|facts| {
            let lines = policy.0.response_lines(facts);
            let lines = lines.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
            // SAFETY: the caller vouches for the buffer.
            unsafe { write_lines(lines, out, cap) }
        })?
    })
}

/// Writes the policy as nginx's directives, one a line; of the recommended one, those that come
/// nearest to it. >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_policy_text(
    policy: *const tuleap_front_gzip_policy,
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

/// Writes every setting of the policy as a JSON object: recommended, on, vary, proxied, types,
/// all_types, disable, min_length, http_version, expires, passes_date, rules and secrets. >= 0 the
/// length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_gzip_policy_settings(
    policy: *const tuleap_front_gzip_policy,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_json(&Settings::from(&policy.0), out, cap) }
    })
}

#[derive(Serialize)]
struct Settings<'p> {
    recommended: bool,
    on: bool,
    vary: bool,
    proxied: Vec<&'static str>,
    types: Vec<&'p str>,
    all_types: bool,
    disable: Vec<&'p str>,
    min_length: u64,
    http_version: &'static str,
    expires: String,
    passes_date: bool,
    rules: &'static str,
    secrets: &'static str,
}

impl<'p> From<&'p GzipPolicy> for Settings<'p> {
    fn from(policy: &'p GzipPolicy) -> Self {
        Self {
            recommended: policy.is_recommended(),
            on: policy.is_on(),
            vary: policy.has_vary(),
            proxied: policy.proxied().map(GzipProxied::as_str).collect(),
            types: policy.types().collect(),
            all_types: policy.has_all_types(),
            disable: policy.disable().collect(),
            min_length: policy.min_length(),
            http_version: match policy.http_version() {
                RequestVersion::Http1 { minor: 0 } => "1.0",
                _ => "1.1",
            },
            expires: policy.expires().to_string(),
            passes_date: policy.passes_date(),
            rules: nginx_rules_name(policy.rules()),
            secrets: match policy.secrets() {
                Secrets::Compress => "compress",
                Secrets::Identity => "identity",
            },
        }
    }
}

impl tuleap_front_gzip_facts {
    /// Asks about these facts.
    fn with<R>(
        &self,
        ask: impl FnOnce(&GzipFacts<'_, Lines<'_>, Lines<'_>>) -> R,
    ) -> Result<R, Status> {
        const ARGUMENT: Status = Status::TULEAP_FRONT_STATUS_ARGUMENT;
        let version = version_of(self.version.get())?;
        let length = match self.length {
            -1 => GzipLength::FromHeaders,
            -2 => GzipLength::Unknown,
            length => GzipLength::Known(u64::try_from(length).map_err(|_| ARGUMENT)?),
        };
        // SAFETY: the caller of the C function vouches for pointer and count.
        let request = Lines(unsafe { array(self.request, self.request_count) });
        // SAFETY: the caller of the C function vouches for pointer and count.
        let response = Lines(unsafe { array(self.response, self.response_count) });
        Ok(ask(&GzipFacts {
            scheme: scheme_of(self.scheme)?,
            method: self.method.get(),
            version,
            request: &request,
            status: u16::try_from(self.status).map_err(|_| ARGUMENT)?,
            response: &response,
            length,
            now: self.now,
        }))
    }
}

impl tuleap_front_gzip_verdict {
    /// The answer stays as it is.
    const NONE: Self = Self {
        compresses: 0,
        varies: 0,
        reason: tuleap_front_gzip_reason::TULEAP_FRONT_GZIP_REASON_OTHER as u32,
        etag: tuleap_front_etag_effect::TULEAP_FRONT_ETAG_EFFECT_KEEP as u32,
        removes: 0,
    };
}

impl From<GzipVerdict> for tuleap_front_gzip_verdict {
    fn from(verdict: GzipVerdict) -> Self {
        use tuleap_front_gzip_removes as Removes;
        let flag = |name: &&str| match *name {
            "content-length" => Removes::TULEAP_FRONT_GZIP_REMOVES_CONTENT_LENGTH as u32,
            "accept-ranges" => Removes::TULEAP_FRONT_GZIP_REMOVES_ACCEPT_RANGES as u32,
            "etag" => Removes::TULEAP_FRONT_GZIP_REMOVES_ETAG as u32,
            _ => 0,
        };
        Self {
            compresses: u32::from(verdict.compresses()),
            varies: u32::from(verdict.varies()),
            reason: number(verdict.reason()) as u32,
            etag: etag_effect::number(verdict.etag()) as u32,
            removes: verdict.removes().iter().map(flag).fold(0, |flags, flag| flags | flag),
        }
    }
}
