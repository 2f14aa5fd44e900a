//! `Destination` and the other headers that name a place, in every way to ask.

use std::ptr;

use serde_json::{Value, json};
use tuleap_front_c::*;

use super::{Handle, Reported, c_str, last, parts, read, text};
use crate::row::{
    DestinationMode, DestinationRow, NginxDestinationInput, NginxDestinationRule, from_latin1, hex,
};
use crate::surface::Rules;

mod place;

type Rule = Handle<tuleap_front_destination_rule>;

/// The answer to a row.
pub(super) fn answer(row: &DestinationRow) -> Result<Value, String> {
    let rule = rule(row)?;
    let part = |text: &Option<String>| c_str(text.as_deref().unwrap_or_default().as_bytes());
    let facts = tuleap_front_destination_facts {
        method: c_str(row.method.as_bytes()),
        host: part(&row.client_host),
        forwarded_host: part(&row.forwarded_host),
        scheme: u32::from(row.client_scheme.as_deref() != Some("http")),
    };
    if row.header != "Destination" {
        return place::answer(row, &rule, &facts);
    }
    let (value, lines) = (row.value(), row.lines());
    let lines: Vec<_> = lines.iter().map(|line| c_str(line)).collect();
    let by_lines = Asked::lines(&rule, &facts, &lines)?;
    let asked = match &value {
        Some(value) => Asked::value(&rule, &facts, value)?,
        None => Asked::lines(&rule, &facts, &lines)?,
    };
    let headers: Vec<_> = lines
        .iter()
        .map(|value| tuleap_front_header { name: c_str(b"DESTINATION"), value: *value })
        .collect();
    let by_headers = Asked::headers(&rule, &facts, &headers)?;
    // An empty value is one thing and an empty line another.
    let is_same = asked == by_lines || by_lines.action == "remove";
    if !is_same || by_headers != by_lines {
        return Err(format!("{asked:?}, {by_lines:?}, {by_headers:?}"));
    }
    let explanation = explain(&rule, &facts, &headers)?;
    Ok(json!({
        "action": asked.action,
        "value_hex": asked.value.map(|value| hex(&value)),
        "status": asked.status,
        "reason": asked.reason,
        "cause": explanation.get("cause"),
    }))
}

fn rule(row: &DestinationRow) -> Result<Rule, String> {
    let mut reported = Reported::new();
    let rule = match row.mode {
        // SAFETY: numbers alone.
        DestinationMode::Compat => unsafe { tuleap_front_destination_rule_documented(0, 0) },
        _ => {
            let origins = std::iter::once(&row.public_origin).chain(&row.aliases);
            let origins = origins.map(String::as_str).collect::<Vec<_>>().join(", ");
            let (public, public_len) = parts(origins.as_bytes());
            let (backend, backend_len) = parts(row.backend_origin.as_bytes());
            let pass = u32::from(row.foreign.as_deref() == Some("pass"));
            let flags = pass | (u32::from(row.promote_path_absolute) << 1);
            // SAFETY: pointers and lengths belong together.
            unsafe {
                tuleap_front_destination_rule_new(
                    public,
                    public_len,
                    backend,
                    backend_len,
                    flags,
                    &raw mut reported.problem,
                    reported.message.as_mut_ptr(),
                    512,
                )
            }
        }
    };
    match rule.is_null() {
        true => Err(format!("{}: {}", row.name, reported.message())),
        false => Ok(Handle(rule, tuleap_front_destination_rule_free)),
    }
}

/// A decision with its parts copied.
#[derive(Debug, PartialEq)]
struct Asked {
    action: &'static str,
    value: Option<Vec<u8>>,
    status: Option<u32>,
    reason: Option<String>,
}

impl Asked {
    fn lines(
        rule: &Rule,
        facts: &tuleap_front_destination_facts,
        lines: &[tuleap_front_str],
    ) -> Result<Self, String> {
        let (ptr, count) = (lines.as_ptr(), lines.len());
        // SAFETY: the handle is live, pointers and counts belong together.
        Self::read(lines, |out| unsafe {
            tuleap_front_destination_rule_rewrite_lines(rule.0, facts, ptr, count, out)
        })
    }

    fn headers(
        rule: &Rule,
        facts: &tuleap_front_destination_facts,
        headers: &[tuleap_front_header],
    ) -> Result<Self, String> {
        let lines: Vec<_> = headers.iter().map(|header| header.value).collect();
        let (ptr, count) = (headers.as_ptr(), headers.len());
        // SAFETY: the handle is live, pointers and counts belong together.
        Self::read(&lines, |out| unsafe {
            tuleap_front_destination_rule_rewrite(rule.0, facts, ptr, count, out)
        })
    }

    fn value(
        rule: &Rule,
        facts: &tuleap_front_destination_facts,
        value: &[u8],
    ) -> Result<Self, String> {
        let (ptr, len) = parts(value);
        // SAFETY: the handle is live, pointers and lengths belong together.
        Self::read(&[c_str(value)], |out| unsafe {
            tuleap_front_destination_rule_rewrite_value(rule.0, facts, ptr, len, out)
        })
    }

    fn read(
        lines: &[tuleap_front_str],
        ask: impl FnOnce(*mut tuleap_front_rewrite) -> i32,
    ) -> Result<Self, String> {
        let nothing = tuleap_front_str { ptr: ptr::null(), len: 0 };
        let mut rewrite = tuleap_front_rewrite {
            action: u32::MAX,
            http_status: 0,
            reason: 0,
            parts: [nothing; 3],
            length: 0,
        };
        let status = ask(&raw mut rewrite);
        if status != 0 {
            return Err(format!("status {status}"));
        }
        let action = match rewrite.action {
            0 => "unchanged",
            1 | 2 => "rewrite",
            3 => "remove",
            4 => "reject",
            other => return Err(format!("action {other}")),
        };
        let value = match action {
            "rewrite" => Some(value_of(&rewrite, lines)?),
            _ => None,
        };
        let is_refused = action == "reject";
        let reason = text(tuleap_front_destination_reason_code(rewrite.reason));
        // SAFETY: the buffer is as long as is said.
        let in_words = read(|out, cap| unsafe {
            tuleap_front_destination_reason_text(rewrite.reason, out, cap)
        });
        if in_words.is_ok() != is_refused {
            return Err(format!("reason {}", rewrite.reason));
        }
        Ok(Self {
            action,
            value,
            status: is_refused.then_some(rewrite.http_status),
            reason: is_refused.then(|| last(&reason).to_owned()),
        })
    }
}

/// The value, which is as long as the decision says.
fn value_of(rewrite: &tuleap_front_rewrite, lines: &[tuleap_front_str]) -> Result<Vec<u8>, String> {
    // SAFETY: the parts are those of a decision whose rule, facts and lines live.
    let value = read(|out, cap| unsafe {
        tuleap_front_rewrite_text(rewrite, lines.as_ptr(), lines.len(), out, cap)
    });
    let value = value.map_err(|status| format!("status {status}"))?;
    match rewrite.action == 2 || value.len() == rewrite.length {
        true => Ok(value),
        false => Err(format!("{} is not the length of {value:?}", rewrite.length)),
    }
}

fn explain(
    rule: &Rule,
    facts: &tuleap_front_destination_facts,
    headers: &[tuleap_front_header],
) -> Result<Value, String> {
    let explained = |format| {
        // SAFETY: the handle is live, pointers and counts belong together.
        let explained = read(|out, cap| unsafe {
            let (lines, count) = (headers.as_ptr(), headers.len());
            tuleap_front_destination_rule_explain(rule.0, facts, lines, count, format, out, cap)
        });
        explained.map_err(|status| format!("status {status}"))
    };
    if explained(0)?.is_empty() {
        return Err("an explanation says something".to_owned());
    }
    serde_json::from_slice(&explained(1)?).map_err(|error| error.to_string())
}

/// What nginx sends.
pub(super) fn nginx(row: &NginxDestinationInput, rules: Rules) -> Result<Value, String> {
    let lines = row.lines();
    let guide = match row.rule {
        NginxDestinationRule::Location | NginxDestinationRule::Server => 0,
        NginxDestinationRule::Pass => 1,
        NginxDestinationRule::None => {
            let lines: Vec<_> = lines.iter().map(|line| from_latin1(line)).collect();
            return Ok(json!({ "destination": lines }));
        }
    };
    let rules = match rules {
        Rules::Current => 0,
        Rules::V1_22 => 1,
    };
    let (target, target_len) = parts(row.target.as_bytes());
    let lines: Vec<_> = lines.iter().map(|line| c_str(line)).collect();
    let (ptr, count) = (lines.as_ptr(), lines.len());
    // SAFETY: pointers and lengths belong together.
    let sent = read(|out, cap| unsafe {
        tuleap_front_nginx_destination_sent(guide, rules, target, target_len, ptr, count, out, cap)
    });
    let sent = sent.map_err(|status| format!("status {status}"))?;
    let sent: Vec<_> = (!sent.is_empty()).then(|| from_latin1(&sent)).into_iter().collect();
    Ok(json!({ "destination": sent }))
}
