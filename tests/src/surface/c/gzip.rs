//! What is compressed.

use std::ptr;

use serde_json::{Map, Value, json};
use tuleap_front_c::*;

use super::{Handle, Reported, c_headers, c_str, headers, last, parts, read, text};
use crate::row::{GzipPolicyName, GzipRow, Length, from_latin1};

type Policy = Handle<tuleap_front_gzip_policy>;

/// The answer to a row of `gzip.json`.
pub(super) fn gzip(row: &GzipRow) -> Result<Value, String> {
    let mut reported = Reported::new();
    let Some(policy) = policy(row, &mut reported)? else {
        let mut error = reported.to_json(true);
        if let Some(fields) = error.as_object_mut() {
            fields.insert("line".to_owned(), json!(reported.problem.line));
            fields.insert("column".to_owned(), json!(reported.problem.column));
        }
        return Ok(json!({ "config_error": error }));
    };
    let (request, response) = (headers(&row.request), headers(&row.response));
    let (request, response) = (c_headers(&request), c_headers(&response));
    let facts = tuleap_front_gzip_facts {
        scheme: u32::from(row.scheme == "https"),
        status: u32::from(row.status),
        method: c_str(row.method.as_bytes()),
        version: c_str(row.version.as_bytes()),
        request: request.as_ptr(),
        request_count: request.len(),
        response: response.as_ptr(),
        response_count: response.len(),
        length: match row.length {
            None => -1,
            Some(Length::Unknown(_)) => -2,
            Some(Length::Known(length)) => length.try_into().map_err(|_| "a length")?,
        },
        now: row.now,
    };
    let (verdict, words) = decide(&policy, &facts)?;
    let mut explained = explain(&policy, &facts)?;
    let checks: Option<Vec<Value>> = explained
        .get("steps")
        .and_then(Value::as_array)
        .map(|steps| steps.iter().filter_map(|step| step.get("check").cloned()).collect());
    let because = explained.remove("because").unwrap_or_default();
    explained.retain(|name, _| verdict.contains_key(name));
    if explained != verdict {
        return Err(format!("{}: decide says {verdict:?}, explain {explained:?}", row.id));
    }
    if because != json!(words) {
        return Err(format!("{}: because {because}, and in words {words}", row.id));
    }
    let mut answer = verdict;
    answer.insert("checks".into(), json!(checks));
    answer.insert("lines".into(), lines(&policy, &facts)?);
    answer.insert("directives".into(), json!(directives(&policy)?));
    Ok(Value::Object(answer))
}

fn policy(row: &GzipRow, reported: &mut Reported) -> Result<Option<Policy>, String> {
    let expires = row.expires.as_deref().map(|text| c_str(text.as_bytes()));
    let options = tuleap_front_gzip_options {
        rules: u32::from(row.rules == "1.22"),
        secrets: u32::from(row.secrets == "compress"),
        expires: expires.unwrap_or(tuleap_front_str { ptr: ptr::null(), len: 0 }),
    };
    let options = &raw const options;
    let (problem, message) = (&raw mut reported.problem, reported.message.as_mut_ptr());
    let policy = match (row.policy, &row.directives) {
        // SAFETY: the options and the out-pointers are ours.
        (Some(GzipPolicyName::Documented), None) => unsafe {
            tuleap_front_gzip_policy_documented(0, options, problem, message, 512)
        },
        // SAFETY: the options and the out-pointers are ours.
        (Some(GzipPolicyName::Recommended), None) => unsafe {
            tuleap_front_gzip_policy_recommended(options, problem, message, 512)
        },
        // SAFETY: the options and the out-pointers are ours.
        (Some(GzipPolicyName::Tuleap), None) => unsafe {
            tuleap_front_gzip_policy_tuleap(options, problem, message, 512)
        },
        (None, Some(directives)) => {
            let (text, len) = parts(directives.as_bytes());
            // SAFETY: a text with its length; the options and the out-pointers are ours.
            unsafe { tuleap_front_gzip_policy_parse(text, len, options, problem, message, 512) }
        }
        _ => return Err(format!("{}: policy or directives", row.id)),
    };
    Ok((!policy.is_null()).then_some(Handle(policy, tuleap_front_gzip_policy_free)))
}

/// The verdict, and the rule in words.
fn decide(
    policy: &Policy,
    facts: &tuleap_front_gzip_facts,
) -> Result<(Map<String, Value>, String), String> {
    let mut verdict =
        tuleap_front_gzip_verdict { compresses: 9, varies: 9, reason: 9, etag: 9, removes: 9 };
    // SAFETY: the handle is live, and what the facts point to, too; the verdict is ours.
    let status = unsafe { tuleap_front_gzip_policy_decide(policy.0, facts, &raw mut verdict) };
    if status != 0 {
        return Err(format!("decide: status {status}"));
    }
    let removes = ["content-length", "accept-ranges", "etag"].into_iter().enumerate();
    let removes = removes.filter(|(bit, _)| verdict.removes >> bit & 1 == 1);
    let fields = [
        ("compresses", json!(verdict.compresses == 1)),
        ("reason", json!(last(&text(tuleap_front_gzip_reason_code(verdict.reason))))),
        ("varies", json!(verdict.varies == 1)),
        ("etag", json!(text(tuleap_front_etag_effect_name(verdict.etag)))),
        ("removes", removes.map(|(_, name)| name).collect()),
    ];
    // SAFETY: the buffer is of `read`.
    let words = read(|out, cap| unsafe { tuleap_front_gzip_reason_text(verdict.reason, out, cap) });
    let words = words.map_err(|status| format!("words: status {status}"))?;
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    Ok((fields, String::from_utf8_lossy(&words).into_owned()))
}

fn explain(policy: &Policy, facts: &tuleap_front_gzip_facts) -> Result<Map<String, Value>, String> {
    let explain = |format| {
        // SAFETY: the handle is live, and what the facts point to, too; the buffer is `read`'s.
        let text = read(|out, cap| unsafe {
            tuleap_front_gzip_policy_explain(policy.0, facts, format, out, cap)
        });
        text.map_err(|status| format!("explain: status {status}"))
    };
    if !explain(0)?.starts_with(b"gzip ") {
        return Err("an explanation for people".to_owned());
    }
    serde_json::from_slice(&explain(1)?).map_err(|error| error.to_string())
}

fn lines(policy: &Policy, facts: &tuleap_front_gzip_facts) -> Result<Value, String> {
    // SAFETY: the handle is live, and what the facts point to, too; the buffer is `read`'s.
    let head = read(|out, cap| unsafe {
        tuleap_front_gzip_policy_response_lines(policy.0, facts, out, cap)
    });
    let head = from_latin1(&head.map_err(|status| format!("lines: status {status}"))?);
    let lines = head.split_terminator("\r\n").map(|line| line.split_once(": "));
    let lines: Option<Vec<(&str, &str)>> = lines.collect();
    Ok(json!(lines.ok_or("a colon in every line")?))
}

fn directives(policy: &Policy) -> Result<String, String> {
    // SAFETY: the handle is live, and the buffer is of `read`.
    let text = read(|out, cap| unsafe { tuleap_front_gzip_policy_text(policy.0, out, cap) });
    let text = text.map_err(|status| format!("text: status {status}"))?;
    String::from_utf8(text).map_err(|error| error.to_string())
}
