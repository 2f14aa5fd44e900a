use std::ffi::c_char;

use tuleap_front::{
    HttpsOrigin, HttpsOriginError, HttpsRedirect, RedirectDecision, RedirectExplanation,
    RedirectFacts, RedirectStatus,
};

use crate::abi::{bytes, tuleap_front_str};
use crate::guard::{give, guard, handle, store, take};
use crate::guide::{guide_of, nginx_rules_of};
use crate::origin::scheme_of;
use crate::output::{Output, write_explanation};
use crate::problem::{Sink, tuleap_front_problem};
use crate::redirect_reason::{number, tuleap_front_redirect_reason};
use crate::status::tuleap_front_status as Status;

/// Redirects from http to https, to a host of the configuration. Immutable; any thread; freed by
/// tuleap_front_https_redirect_free.
#[derive(Debug)]
pub struct tuleap_front_https_redirect(HttpsRedirect);

/// The status of redirects.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_redirect_status {
    /// That of the rule: BY_SAFETY, and 301 for the documented one.
    TULEAP_FRONT_REDIRECT_STATUS_DEFAULT = 0,
    /// 301 for GET, HEAD and OPTIONS, 308 for every other method, which keeps it.
    TULEAP_FRONT_REDIRECT_STATUS_BY_SAFETY = 1,
    /// 301
    TULEAP_FRONT_REDIRECT_STATUS_MOVED_PERMANENTLY = 301,
    /// 302
    TULEAP_FRONT_REDIRECT_STATUS_FOUND = 302,
    /// 303
    TULEAP_FRONT_REDIRECT_STATUS_SEE_OTHER = 303,
    /// 307
    TULEAP_FRONT_REDIRECT_STATUS_TEMPORARY_REDIRECT = 307,
    /// 308
    TULEAP_FRONT_REDIRECT_STATUS_PERMANENT_REDIRECT = 308,
}

/// What becomes of a request.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_redirect_action {
    /// The client uses https: the request goes on.
    TULEAP_FRONT_REDIRECT_STAY = 0,
    /// It is answered with http_status and the Location.
    TULEAP_FRONT_REDIRECT_REDIRECT = 1,
    /// It is answered with http_status, 400 or 405: the request line is refused.
    TULEAP_FRONT_REDIRECT_REFUSE = 2,
}

/// A decision. Nothing is copied: the parts point into the redirect and the target, and are valid
/// as long as those are.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_redirect_decision {
    /// A tuleap_front_redirect_action.
    pub action: u32,
    /// What to answer; 0 for STAY.
    pub http_status: u32,
    /// A tuleap_front_redirect_reason.
    pub reason: u32,
    /// The Location, one part after another; empty but for REDIRECT.
    pub location: [tuleap_front_str; 3],
    /// The length of the parts together.
    pub length: usize,
}

/// Makes a redirect to an origin: "host", "host:port" or "https://host[:port]". status: a
/// tuleap_front_redirect_status. rules: a tuleap_front_nginx_rules, for what is refused. NULL if
/// something is refused: then problem and message (each may be NULL) say what.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_https_redirect_new(
    origin: *const c_char,
    origin_len: usize,
    status: u32,
    rules: u32,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_https_redirect {
    let sink = Sink { problem, message, cap: message_cap };
    let recommended =
        |origin: &str| Ok(origin.parse::<HttpsOrigin>().map(HttpsRedirect::recommended));
    // SAFETY: the caller vouches for the pointers.
    unsafe { make(&sink, origin, origin_len, status, rules, recommended) }
}

/// Makes the redirect of the deployment guide's nginx line: 301 to $server_name, with ":443" after
/// it for the reverse proxy. guide: a tuleap_front_guide. server_name: the parameters of that
/// directive. The rest as for tuleap_front_https_redirect_new.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_https_redirect_documented(
    guide: u32,
    server_name: *const c_char,
    server_name_len: usize,
    status: u32,
    rules: u32,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_https_redirect {
    let sink = Sink { problem, message, cap: message_cap };
    let documented = |name: &str| Ok(HttpsRedirect::documented(guide_of(guide)?, name));
    // SAFETY: the caller vouches for the pointers.
    unsafe { make(&sink, server_name, server_name_len, status, rules, documented) }
}

/// Reads a text and numbers, or reports what is wrong.
unsafe fn make(
    sink: &Sink,
    text: *const c_char,
    text_len: usize,
    status: u32,
    rules: u32,
    read: impl FnOnce(&str) -> Result<Result<HttpsRedirect, HttpsOriginError>, Status>,
) -> *mut tuleap_front_https_redirect {
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.begin() };
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let text = unsafe { bytes(text, text_len) };
        let Ok(text) = std::str::from_utf8(text) else {
            let status = Status::TULEAP_FRONT_STATUS_NOT_UTF8;
            // SAFETY: the caller vouches for the out-pointers.
            return Err(unsafe { sink.refuse(status, "the host is not UTF-8") });
        };
        let made = read(text).and_then(|rule| {
            let rules = nginx_rules_of(rules)?;
            let status = redirect_status_of(status)?;
            Ok(rule.map(|rule| {
                let rule = rule.with_nginx_rules(rules);
                match status {
                    Some(status) => rule.with_status(status),
                    None => rule,
                }
            }))
        });
        match made {
            Ok(Ok(rule)) => Ok(give(tuleap_front_https_redirect(rule))),
            // SAFETY: the caller vouches for the out-pointers.
            Ok(Err(error)) => Err(unsafe { sink.report(error.into(), &error.to_string()) }),
            Err(status) => {
                let text = "a number that has no meaning here";
                // SAFETY: the caller vouches for the out-pointers.
                Err(unsafe { sink.refuse(status, text) })
            }
        }
    })
}

/// The status with this number; none for that of the rule.
const fn redirect_status_of(number: u32) -> Result<Option<RedirectStatus>, Status> {
    Ok(Some(match number {
        0 => return Ok(None),
        1 => RedirectStatus::BySafety,
        301 => RedirectStatus::MovedPermanently,
        302 => RedirectStatus::Found,
        303 => RedirectStatus::SeeOther,
        307 => RedirectStatus::TemporaryRedirect,
        308 => RedirectStatus::PermanentRedirect,
        _ => return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
    }))
}

/// Frees a redirect; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_https_redirect_free(
    redirect: *mut tuleap_front_https_redirect,
) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(redirect) }
}

/// Decides about a request. scheme: how the client reached the site, a tuleap_front_scheme. method
/// and target: as they were sent; no Host is read. 0 if *out is the decision, < 0 a status; *out is
/// then REFUSE with 400 and the reason OTHER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_https_redirect_decide(
    redirect: *const tuleap_front_https_redirect,
    scheme: u32,
    method: *const c_char,
    method_len: usize,
    target: *const c_char,
    target_len: usize,
    out: *mut tuleap_front_redirect_decision,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(out, tuleap_front_redirect_decision::REFUSED) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let rule = unsafe { handle(redirect) }?;
        // SAFETY: the caller vouches for pointers and lengths.
        let facts = unsafe { facts(scheme, (method, method_len), (target, target_len)) }?;
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, (&rule.0.explain(&facts)).into()) };
        Ok(0)
    })
}

/// Writes the Location of a decision REDIRECT: >= 0 its length, < 0 a status, ARGUMENT for another
/// action.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_redirect_location(
    decision: *const tuleap_front_redirect_decision,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the pointer.
        let decision = unsafe { handle(decision) }?;
        if decision.action != tuleap_front_redirect_action::TULEAP_FRONT_REDIRECT_REDIRECT as u32 {
            return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT);
        }
        // SAFETY: the caller vouches for the buffer.
        let mut out = unsafe { Output::new(out, cap) };
        decision.location.iter().for_each(|part| out.push(part.get()));
        Ok(out.finish())
    })
}

/// Writes the decision and the rule that led to it. format: a tuleap_front_format. >= 0 the length,
/// < 0 a status. Not for every request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_https_redirect_explain(
    redirect: *const tuleap_front_https_redirect,
    scheme: u32,
    method: *const c_char,
    method_len: usize,
    target: *const c_char,
    target_len: usize,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let rule = unsafe { handle(redirect) }?;
        // SAFETY: the caller vouches for pointers and lengths.
        let facts = unsafe { facts(scheme, (method, method_len), (target, target_len)) }?;
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_explanation(&rule.0.explain(&facts), format, out, cap) }
    })
}

/// A pointer and its length.
type Text = (*const c_char, usize);

unsafe fn facts<'a>(scheme: u32, method: Text, target: Text) -> Result<RedirectFacts<'a>, Status> {
    let scheme = scheme_of(scheme)?;
    // SAFETY: the caller of the C function vouches for pointer and length.
    let method = unsafe { bytes(method.0, method.1) };
    // SAFETY: the caller of the C function vouches for pointer and length.
    let target = unsafe { bytes(target.0, target.1) };
    Ok(RedirectFacts { scheme, method, target })
}

impl tuleap_front_redirect_decision {
    /// What a caller that does not look at the status does: nothing that could be wrong.
    const REFUSED: Self = Self {
        action: tuleap_front_redirect_action::TULEAP_FRONT_REDIRECT_REFUSE as u32,
        http_status: 400,
        reason: tuleap_front_redirect_reason::TULEAP_FRONT_REDIRECT_REASON_OTHER as u32,
        location: [tuleap_front_str { ptr: std::ptr::null(), len: 0 }; 3],
        length: 0,
    };
}

impl From<&RedirectExplanation<'_>> for tuleap_front_redirect_decision {
    fn from(explanation: &RedirectExplanation<'_>) -> Self {
        use tuleap_front_redirect_action as Action;
        let decision = explanation.decision();
        let answer = Self {
            action: match decision {
                RedirectDecision::Stay => Action::TULEAP_FRONT_REDIRECT_STAY as u32,
                RedirectDecision::Redirect { .. } => Action::TULEAP_FRONT_REDIRECT_REDIRECT as u32,
                _ => Action::TULEAP_FRONT_REDIRECT_REFUSE as u32,
            },
            http_status: decision.status().map_or(0, |status| u32::from(status.as_u16())),
            reason: number(explanation.reason()) as u32,
            ..Self::REFUSED
        };
        match decision {
            RedirectDecision::Redirect { location, .. } => Self {
                location: location.map(Into::into),
                length: decision.length().unwrap_or_default(),
                ..answer
            },
            _ => answer,
        }
    }
}
