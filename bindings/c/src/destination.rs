use std::ffi::c_char;

use tuleap_front::{
    DestinationFacts, DestinationRule, ForeignDestination, IfTags, NginxDestination, PathAbsolute,
    Rewrite,
};

use crate::abi::{Lines, array, bytes, tuleap_front_header, tuleap_front_str};
use crate::guard::{give, guard, handle, store, take};
use crate::guide::{guide_of, nginx_rules_of};
use crate::origin::scheme_of;
use crate::output::{Output, copy_out, write_explanation};
use crate::problem::{Sink, tuleap_front_problem};
use crate::rewrite::tuleap_front_rewrite;
use crate::status::tuleap_front_status as Status;

/// Maps the Destination of COPY and MOVE from the origin that clients know to the one that the
/// next server takes for its own. Immutable; any thread; freed by
/// tuleap_front_destination_rule_free.
#[derive(Debug)]
pub struct tuleap_front_destination_rule(DestinationRule);

/// Flags for tuleap_front_destination_rule_new.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_destination_flag {
    /// Pass a Destination on another server as it is; otherwise it is refused with 502. A server
    /// that does not look at the host takes it for its own.
    TULEAP_FRONT_DESTINATION_FOREIGN_PASS = 1,
    /// Put the backend's origin before a path alone; otherwise it is passed as it is.
    TULEAP_FRONT_DESTINATION_PROMOTE_PATH = 2,
    /// Leave the tags of If as they are. Without this and IF_REWRITE they are left where the backend
    /// is a scheme alone, and mapped where it is an origin.
    TULEAP_FRONT_DESTINATION_IF_KEEP = 4,
    /// Map the tags of If; not together with IF_KEEP.
    TULEAP_FRONT_DESTINATION_IF_REWRITE = 8,
}

/// What is known about a request whose Destination is read, or whose answer is.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_destination_facts {
    /// The method, as it was sent.
    pub method: tuleap_front_str,
    /// The client's Host, for public origins "auto"; empty where there is none.
    pub host: tuleap_front_str,
    /// The Host that the next server is sent, for a backend that is a scheme alone.
    pub forwarded_host: tuleap_front_str,
    /// What the client speaks to the site, a tuleap_front_scheme: for Location and "auto" alone.
    pub scheme: u32,
}

/// Makes the strict rule. public_origins: "auto", which is http and https with the client's Host,
/// or origins with commas or blanks between them. backend: an origin, or "http" or "https", which
/// is that scheme with the forwarded Host. flags: of tuleap_front_destination_flag. NULL if
/// something is refused: then problem and message (each may be NULL) say what.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_new(
    public_origins: *const c_char,
    public_origins_len: usize,
    backend: *const c_char,
    backend_len: usize,
    flags: u32,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_destination_rule {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.begin() };
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let public = unsafe { bytes(public_origins, public_origins_len) };
        // SAFETY: the caller vouches for pointer and length.
        let backend = unsafe { bytes(backend, backend_len) };
        let (Ok(public), Ok(backend)) = (std::str::from_utf8(public), std::str::from_utf8(backend))
        else {
            let status = Status::TULEAP_FRONT_STATUS_NOT_UTF8;
            // SAFETY: the caller vouches for the out-pointers.
            return Err(unsafe { sink.refuse(status, "an origin is not UTF-8") });
        };
        let Some(with_flags) = choices(flags) else {
            let status = Status::TULEAP_FRONT_STATUS_ARGUMENT;
            // SAFETY: the caller vouches for the out-pointers.
            return Err(unsafe { sink.refuse(status, "a flag that is not known") });
        };
        let parsed = public.parse().and_then(|public| Ok((public, backend.parse()?)));
        match parsed {
            Ok((public, backend)) => {
                let rule = with_flags(DestinationRule::new(public, backend));
                Ok(give(tuleap_front_destination_rule(rule)))
            }
            // SAFETY: the caller vouches for the out-pointers.
            Err(error) => Err(unsafe { sink.report((&error).into(), &error.to_string()) }),
        }
    })
}

/// What flags make of a rule; `None` for flags that have no meaning.
fn choices(flags: u32) -> Option<impl FnOnce(DestinationRule) -> DestinationRule> {
    use tuleap_front_destination_flag as Flag;
    let is_set = move |flag: Flag| flags & flag as u32 != 0;
    let keeps = is_set(Flag::TULEAP_FRONT_DESTINATION_IF_KEEP);
    let rewrites = is_set(Flag::TULEAP_FRONT_DESTINATION_IF_REWRITE);
    if flags > 15 || keeps && rewrites {
        return None;
    }
    Some(move |mut rule: DestinationRule| {
        if is_set(Flag::TULEAP_FRONT_DESTINATION_FOREIGN_PASS) {
            rule = rule.with_foreign(ForeignDestination::Pass);
        }
        if is_set(Flag::TULEAP_FRONT_DESTINATION_PROMOTE_PATH) {
            rule = rule.with_path_absolute(PathAbsolute::Promote);
        }
        match (keeps, rewrites) {
            (true, _) => rule.with_if_tags(IfTags::Keep),
            (_, true) => rule.with_if_tags(IfTags::Rewrite),
            _ => rule,
        }
    })
}

/// Makes the rule that the lines of the deployment guide say, byte for byte. guide: a
/// tuleap_front_guide. rules: a tuleap_front_nginx_rules, for a header that stands on several
/// lines. NULL for a number that has no meaning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_documented(
    guide: u32,
    rules: u32,
) -> *mut tuleap_front_destination_rule {
    guard(|| {
        let rule = DestinationRule::documented(guide_of(guide)?);
        Ok(give(tuleap_front_destination_rule(rule.with_nginx_rules(nginx_rules_of(rules)?))))
    })
}

/// Frees a rule; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_free(
    rule: *mut tuleap_front_destination_rule,
) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(rule) }
}

/// Decides about every Destination among the header lines of a request, which are in wire order:
/// 0 if *out is the decision, < 0 a status; *out is then REJECT with 400 and the reason OTHER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_rewrite(
    rule: *const tuleap_front_destination_rule,
    facts: *const tuleap_front_destination_facts,
    headers: *const tuleap_front_header,
    header_count: usize,
    out: *mut tuleap_front_rewrite,
) -> i32 {
    // SAFETY: the caller vouches for pointer and count.
    let lines = Lines(unsafe { array(headers, header_count) });
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        let failed = tuleap_front_rewrite::REFUSED;
        decide(rule, facts, out, failed, |rule, facts| rule.rewrite(facts, &lines).into())
    }
}

/// The same for the values of the Destination lines alone, in wire order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_rewrite_lines(
    rule: *const tuleap_front_destination_rule,
    facts: *const tuleap_front_destination_facts,
    lines: *const tuleap_front_str,
    line_count: usize,
    out: *mut tuleap_front_rewrite,
) -> i32 {
    // SAFETY: the caller vouches for pointer and count.
    let lines = unsafe { array(lines, line_count) };
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        let failed = tuleap_front_rewrite::REFUSED;
        decide(rule, facts, out, failed, |rule, facts| rule.rewrite_values(facts, lines).into())
    }
}

/// The same for one value. The documented rule leaves an empty one as it is here, and removes the
/// line of such a value above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_rewrite_value(
    rule: *const tuleap_front_destination_rule,
    facts: *const tuleap_front_destination_facts,
    value: *const c_char,
    value_len: usize,
    out: *mut tuleap_front_rewrite,
) -> i32 {
    // SAFETY: the caller vouches for pointer and length.
    let value = unsafe { bytes(value, value_len) };
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        let failed = tuleap_front_rewrite::REFUSED;
        decide(rule, facts, out, failed, |rule, facts| rule.rewrite_value(facts, value).into())
    }
}

/// Asks the rule and stores its answer, or what stands there when it could not be asked.
unsafe fn decide(
    rule: *const tuleap_front_destination_rule,
    facts: *const tuleap_front_destination_facts,
    out: *mut tuleap_front_rewrite,
    failed: tuleap_front_rewrite,
    ask: impl FnOnce(&DestinationRule, &DestinationFacts<'_>) -> tuleap_front_rewrite,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(out, failed) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let rule = unsafe { handle(rule) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?.get()?;
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, ask(&rule.0, &facts)) };
        Ok(0)
    })
}

/// Writes the decision about the header lines of a request and the rule that led to it; user info
/// is left out. format: a tuleap_front_format. >= 0 the length, < 0 a status. Not for every
/// request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_explain(
    rule: *const tuleap_front_destination_rule,
    facts: *const tuleap_front_destination_facts,
    headers: *const tuleap_front_header,
    header_count: usize,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let rule = unsafe { handle(rule) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?.get()?;
        // SAFETY: the caller vouches for pointer and count.
        let lines = Lines(unsafe { array(headers, header_count) });
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_explanation(&rule.0.explain(&facts, &lines), format, out, cap) }
    })
}

/// Maps the tags of one If line to the backend's origin; lists in parentheses, tags on another
/// server and malformed lines are left as they are. > 0 the length of the value in out, 0 if the
/// line is left as it is, < 0 a status. It does so whatever tuleap_front_destination_rule_if_tags
/// says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_rewrite_if(
    rule: *const tuleap_front_destination_rule,
    facts: *const tuleap_front_destination_facts,
    value: *const c_char,
    value_len: usize,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let rule = unsafe { handle(rule) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?.get()?;
        // SAFETY: the caller vouches for pointer and length.
        let rewrite = rule.0.rewrite_if(&facts, unsafe { bytes(value, value_len) });
        if rewrite.is_unchanged() {
            return Ok(0);
        }
        // SAFETY: the caller vouches for the buffer.
        let mut out = unsafe { Output::new(out, cap) };
        rewrite.parts().for_each(|part| out.push(part));
        Ok(out.finish())
    })
}

/// Are the tags of If to be mapped? 1 yes, 0 no; < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_if_tags(
    rule: *const tuleap_front_destination_rule,
) -> i32 {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let rule = unsafe { handle(rule) }?;
        Ok(i32::from(rule.0.if_tags() == IfTags::Rewrite))
    })
}

/// Maps the value of a Location or Content-Location of the backend's answer to the public origin:
/// 0 if *out is the decision, UNCHANGED or PARTS, < 0 a status; *out is then UNCHANGED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_rewrite_location(
    rule: *const tuleap_front_destination_rule,
    facts: *const tuleap_front_destination_facts,
    value: *const c_char,
    value_len: usize,
    out: *mut tuleap_front_rewrite,
) -> i32 {
    // SAFETY: the caller vouches for pointer and length.
    let value = unsafe { bytes(value, value_len) };
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        let failed = Rewrite::Unchanged.into();
        decide(rule, facts, out, failed, |rule, facts| rule.rewrite_location(facts, value).into())
    }
}

/// Writes what was decided about one If line, tag by tag: as tuleap_front_destination_rule_explain.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_explain_if(
    rule: *const tuleap_front_destination_rule,
    facts: *const tuleap_front_destination_facts,
    value: *const c_char,
    value_len: usize,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let rule = unsafe { handle(rule) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?.get()?;
        // SAFETY: the caller vouches for pointer and length.
        let explanation = rule.0.explain_if(&facts, unsafe { bytes(value, value_len) });
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_explanation(&explanation, format, out, cap) }
    })
}

/// Writes what was decided about the value of a Location: as tuleap_front_destination_rule_explain.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_rule_explain_location(
    rule: *const tuleap_front_destination_rule,
    facts: *const tuleap_front_destination_facts,
    value: *const c_char,
    value_len: usize,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let rule = unsafe { handle(rule) }?;
        // SAFETY: the caller vouches for the pointer.
        let facts = unsafe { handle(facts) }?.get()?;
        // SAFETY: the caller vouches for pointer and length.
        let explanation = rule.0.explain_location(&facts, unsafe { bytes(value, value_len) });
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_explanation(&explanation, format, out, cap) }
    })
}

/// Writes the Destination that nginx itself sends with the lines of the deployment guide, for a
/// request target and the Destination lines in wire order: >= 0 its length, 0 if no such header is
/// sent, < 0 a status. guide: a tuleap_front_guide. rules: a tuleap_front_nginx_rules. For running
/// beside nginx, not for requests.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_nginx_destination_sent(
    guide: u32,
    rules: u32,
    target: *const c_char,
    target_len: usize,
    lines: *const tuleap_front_str,
    line_count: usize,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        let nginx = NginxDestination::new(guide_of(guide)?, nginx_rules_of(rules)?);
        // SAFETY: the caller vouches for pointer and length.
        let target = unsafe { bytes(target, target_len) };
        // SAFETY: the caller vouches for pointer and count.
        let lines = unsafe { array(lines, line_count) };
        let sent = nginx.sent(target, lines).unwrap_or_default();
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(&sent, out, cap) })
    })
}

impl tuleap_front_destination_facts {
    fn get(&self) -> Result<DestinationFacts<'_>, Status> {
        Ok(DestinationFacts {
            method: self.method.get(),
            host: self.host.get(),
            forwarded_host: self.forwarded_host.get(),
            scheme: scheme_of(self.scheme)?,
        })
    }
}
