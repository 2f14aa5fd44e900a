//! `If`, `Location` and `Content-Location`.

use std::ffi::c_char;

use serde_json::{Value, json};
use tuleap_front_c::*;

use super::{Asked, Rule};
use crate::row::{DestinationRow, hex};
use crate::surface::c::{parts, read};

/// The answer to a row about one of them.
pub(super) fn answer(
    row: &DestinationRow,
    rule: &Rule,
    facts: &tuleap_front_destination_facts,
) -> Result<Value, String> {
    let line = row.value().ok_or("each line of these headers is one question")?;
    let (value, explain): (_, Explain) = match row.header.as_str() {
        "If" => (if_line(rule, facts, &line)?, tuleap_front_destination_rule_explain_if),
        _ => (location(rule, facts, &line)?, tuleap_front_destination_rule_explain_location),
    };
    let explanation = explained(explain, rule, facts, &line)?;
    let action = if value.is_some() { "rewrite" } else { "unchanged" };
    if explanation.get("action") != Some(&json!(action)) {
        return Err(format!("{}: {action}, but {explanation}", row.name));
    }
    Ok(json!({
        "action": action,
        "value_hex": value.map(|value| hex(&value)),
        "status": null,
        "reason": null,
        "cause": explanation.get("cause"),
    }))
}

type Explain = unsafe extern "C" fn(
    *const tuleap_front_destination_rule,
    *const tuleap_front_destination_facts,
    *const c_char,
    usize,
    u32,
    *mut c_char,
    usize,
) -> isize;

/// The value that is sent; `None` for a line that is left as it is.
fn if_line(
    rule: &Rule,
    facts: &tuleap_front_destination_facts,
    line: &[u8],
) -> Result<Option<Vec<u8>>, String> {
    let (ptr, len) = parts(line);
    // SAFETY: the handle is live, pointers and lengths belong together.
    let value = read(|out, cap| unsafe {
        tuleap_front_destination_rule_rewrite_if(rule.0, facts, ptr, len, out, cap)
    });
    let value = value.map_err(|status| format!("status {status}"))?;
    Ok(Some(value).filter(|value| !value.is_empty()))
}

/// The value that is sent; `None` for a value that is left as it is.
fn location(
    rule: &Rule,
    facts: &tuleap_front_destination_facts,
    line: &[u8],
) -> Result<Option<Vec<u8>>, String> {
    let (ptr, len) = parts(line);
    // SAFETY: the handle is live, pointers and lengths belong together.
    let asked = Asked::read(&[], |out| unsafe {
        tuleap_front_destination_rule_rewrite_location(rule.0, facts, ptr, len, out)
    })?;
    match asked.action {
        "unchanged" | "rewrite" => Ok(asked.value),
        other => Err(format!("a Location is never a case for {other}")),
    }
}

/// The JSON of an explanation, which has a text, too.
fn explained(
    explain: Explain,
    rule: &Rule,
    facts: &tuleap_front_destination_facts,
    line: &[u8],
) -> Result<Value, String> {
    let (ptr, len) = parts(line);
    let explained = |format| {
        // SAFETY: the handle is live, pointers and lengths belong together.
        let text = read(|out, cap| unsafe { explain(rule.0, facts, ptr, len, format, out, cap) });
        text.map_err(|status| format!("status {status}"))
    };
    if explained(0)?.is_empty() {
        return Err("an explanation says something".to_owned());
    }
    serde_json::from_slice(&explained(1)?).map_err(|error| error.to_string())
}
