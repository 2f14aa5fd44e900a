//! Redirects to https.

use serde_json::{Value, json};
use tuleap_front_c::*;

use super::{Handle, Reported, c_str, last, parts, read, text};
use crate::row::{
    DocumentedRedirect, GuideName, HttpsRedirectRow, NginxRedirectInput, ProxyChainRow,
    RedirectStatusName, from_latin1, latin1,
};
use crate::surface::Rules;

type Redirect = Handle<tuleap_front_https_redirect>;

/// The answer to a row of `https-redirect.json`.
pub(super) fn https_redirect(row: &HttpsRedirectRow) -> Result<Value, String> {
    let mut reported = Reported::new();
    let rules = u32::from(row.rules.as_deref() == Some("1.22"));
    let status = row.redirect_status.map_or(0, status);
    let rule = match (&row.documented, &row.origin) {
        (Some(documented), _) => self::documented(documented, status, rules, &mut reported),
        (None, Some(origin)) => recommended(origin, status, rules, &mut reported),
        (None, None) => return Err(format!("{}: neither origin nor documented", row.id)),
    };
    let Some(rule) = rule else {
        return Ok(json!({ "config_error": reported.to_json(true) }));
    };
    let scheme = u32::from(row.scheme == "https");
    let (method, target) = (latin1(&row.method), latin1(&row.target));
    let decision = decide(&rule, scheme, &method, &target)?;
    let reason = text(tuleap_front_redirect_reason_code(decision.reason));
    let explained = explain(&rule, scheme, &method, &target)?;
    if explained.get("reason") != Some(&json!(last(&reason))) {
        return Err(format!("{}: {reason}, and explained {explained}", row.id));
    }
    // SAFETY: the buffer is of `read`.
    let words =
        read(|out, cap| unsafe { tuleap_front_redirect_reason_text(decision.reason, out, cap) });
    if words.map_err(|status| format!("status {status}"))?.is_empty() {
        return Err(format!("{}: no words for {reason}", row.id));
    }
    let mut answer = answer(&decision)?;
    if let Some(fields) = answer.as_object_mut() {
        let actions = ["stay", "redirect", "refuse"];
        let action = usize::try_from(decision.action).ok().and_then(|action| actions.get(action));
        fields.insert("action".into(), json!(action));
        fields.insert("reason".into(), json!(last(&reason)));
    }
    Ok(answer)
}

/// The answer to a row of `nginx-redirect.json`.
pub(super) fn nginx(row: &NginxRedirectInput, rules: Rules) -> Result<Value, String> {
    let mut reported = Reported::new();
    let rules = u32::from(rules == Rules::V1_22);
    let rule = documented(&row.documented(), status(row.status()), rules, &mut reported);
    let rule = rule.ok_or_else(|| reported.message())?;
    let scheme = u32::from(row.listener == "https");
    answer(&decide(&rule, scheme, &latin1(&row.method), &latin1(&row.target))?)
}

fn recommended(text: &str, status: u32, rules: u32, reported: &mut Reported) -> Option<Redirect> {
    let (origin, len) = parts(text.as_bytes());
    let problem = &raw mut reported.problem;
    let message = reported.message.as_mut_ptr();
    // SAFETY: pointers and lengths belong together, and the out-pointers are ours.
    let rule = unsafe {
        tuleap_front_https_redirect_new(origin, len, status, rules, problem, message, 512)
    };
    (!rule.is_null()).then_some(Handle(rule, tuleap_front_https_redirect_free))
}

fn documented(
    rule: &DocumentedRedirect,
    status: u32,
    rules: u32,
    reported: &mut Reported,
) -> Option<Redirect> {
    let guide = match rule.guide {
        GuideName::ReverseProxy => 0,
        GuideName::Distributed => 1,
    };
    let (name, len) = parts(rule.server_name.as_bytes());
    let problem = &raw mut reported.problem;
    let message = reported.message.as_mut_ptr();
    // SAFETY: pointers and lengths belong together, and the out-pointers are ours.
    let rule = unsafe {
        tuleap_front_https_redirect_documented(
            guide, name, len, status, rules, problem, message, 512,
        )
    };
    (!rule.is_null()).then_some(Handle(rule, tuleap_front_https_redirect_free))
}

const fn status(name: RedirectStatusName) -> u32 {
    match name {
        RedirectStatusName::BySafety => 1,
        RedirectStatusName::MovedPermanently => 301,
        RedirectStatusName::Found => 302,
        RedirectStatusName::SeeOther => 303,
        RedirectStatusName::TemporaryRedirect => 307,
        RedirectStatusName::PermanentRedirect => 308,
    }
}

fn decide(
    rule: &Redirect,
    scheme: u32,
    method: &[u8],
    target: &[u8],
) -> Result<tuleap_front_redirect_decision, String> {
    let mut decision = tuleap_front_redirect_decision {
        action: 0,
        http_status: 0,
        reason: 0,
        location: [c_str(b""); 3],
        length: 0,
    };
    let ((method, method_len), (target, target_len)) = (parts(method), parts(target));
    // SAFETY: pointers and lengths belong together, the handle is live, the decision is ours.
    let status = unsafe {
        tuleap_front_https_redirect_decide(
            rule.0,
            scheme,
            method,
            method_len,
            target,
            target_len,
            &raw mut decision,
        )
    };
    if status == 0 { Ok(decision) } else { Err(format!("status {status}")) }
}

fn explain(rule: &Redirect, scheme: u32, method: &[u8], target: &[u8]) -> Result<Value, String> {
    let ((method, method_len), (target, target_len)) = (parts(method), parts(target));
    let explain = |format| {
        // SAFETY: pointers and lengths belong together, the handle is live, the buffer is `read`'s.
        let text = read(|out, cap| unsafe {
            tuleap_front_https_redirect_explain(
                rule.0, scheme, method, method_len, target, target_len, format, out, cap,
            )
        });
        text.map_err(|status| format!("explain: status {status}"))
    };
    if !explain(0)?.starts_with(b"https-redirect ") {
        return Err("an explanation for people".to_owned());
    }
    serde_json::from_slice(&explain(1)?).map_err(|error| error.to_string())
}

fn answer(decision: &tuleap_front_redirect_decision) -> Result<Value, String> {
    // SAFETY: the decision is ours, what it points into is live, and the buffer is of `read`.
    let location = read(|out, cap| unsafe { tuleap_front_redirect_location(decision, out, cap) });
    let location = match (decision.action, location) {
        (1, Ok(location)) if location.len() == decision.length => Some(from_latin1(&location)),
        (0 | 2, Err(-4)) => None,
        (action, location) => return Err(format!("action {action}, location {location:?}")),
    };
    let status = Some(decision.http_status).filter(|status| *status != 0);
    Ok(json!({ "status": status, "location": location }))
}

/// An answer in the form of a row of `proxy-chain.json`.
pub(super) fn proxy_chain(row: &ProxyChainRow) -> Result<Value, String> {
    let mut reported = Reported::new();
    let (chain, chain_len) = parts(row.chain.as_bytes());
    // SAFETY: pointers and lengths belong together, and the out-pointers are ours.
    let chain = unsafe {
        tuleap_front_proxy_chain_parse(
            chain,
            chain_len,
            &raw mut reported.problem,
            reported.message.as_mut_ptr(),
            512,
        )
    };
    if chain.is_null() {
        let mut error = reported.to_json(true);
        if let Some(fields) = error.as_object_mut() {
            fields.insert("line".to_owned(), json!(reported.problem.line));
            fields.insert("column".to_owned(), json!(reported.problem.column));
        }
        return Ok(json!({ "config_error": error }));
    }
    let chain = Handle(chain, tuleap_front_proxy_chain_free);
    // SAFETY: the handle is live, and the buffer is of `read`.
    let json = read(|out, cap| unsafe { tuleap_front_proxy_chain_explain(chain.0, 1, out, cap) });
    // SAFETY: the handle is live, and the buffer is of `read`.
    let people = read(|out, cap| unsafe { tuleap_front_proxy_chain_explain(chain.0, 0, out, cap) });
    // SAFETY: the handle is live, and the buffer is of `read`.
    let fixed = read(|out, cap| unsafe { tuleap_front_proxy_chain_corrected(chain.0, out, cap) });
    let status = |status| format!("status {status}");
    let (json, people) = (json.map_err(status)?, people.map_err(status)?);
    let answer: Value = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
    let corrected = answer.get("corrected").and_then(Value::as_str);
    if corrected.is_some_and(|text| fixed != Ok(text.as_bytes().to_vec())) || people.is_empty() {
        return Err(format!("{}: corrected is {fixed:?}", row.id));
    }
    for (number, scheme) in ["http", "https"].into_iter().enumerate() {
        let number = u32::try_from(number).map_err(|error| error.to_string())?;
        // SAFETY: the handle is live.
        let verdict = unsafe { tuleap_front_proxy_chain_verdict(chain.0, number) };
        let verdict = u32::try_from(verdict).map_err(|_| format!("status {verdict}"))?;
        let code = text(tuleap_front_chain_verdict_code(verdict));
        let explained = answer.get(scheme).and_then(|run| run.get("verdict"));
        if explained.and_then(Value::as_str) != Some(last(&code)) {
            return Err(format!("{}: {scheme}: verdict {code}, explain {explained:?}", row.id));
        }
    }
    Ok(answer)
}
