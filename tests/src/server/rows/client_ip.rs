//! Rows of `client-ip.json`: what any server answers them.

use serde_json::{Map, Value, json};

use super::unasked;
use crate::row::ClientIpRow;
use crate::surface::rust;

/// The arguments of the directive that names the trusted proxies: the list in one, by `quoted`.
/// Nothing for an empty list, which is what there is without the directive.
pub(super) fn list(
    row: &ClientIpRow,
    quoted: impl Fn(&str) -> Result<String, &'static str>,
) -> Result<Option<String>, &'static str> {
    let list = row.text().map_or_else(|| row.trusted.join(","), str::to_owned);
    if list.is_empty() {
        return Ok(None);
    }
    let word = if row.options.allow_trust_all { "allow_trust_all " } else { "" };
    Ok(Some(format!("{word}{}", quoted(&list)?)))
}

/// The request: the row's lines, after a host of its own unless the row has one.
pub(super) fn request(row: &ClientIpRow) -> Vec<u8> {
    crate::server::client::request("/", &with_host(row.lines()))
}

pub(super) fn with_host(mut lines: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<(Vec<u8>, Vec<u8>)> {
    if !lines.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"host")) {
        lines.insert(0, (b"Host".to_vec(), b"local.example".to_vec()));
    }
    lines
}

/// The answer in the row's form: from the explanation as JSON, the scheme, and what was said of
/// the list. `warned` tells the lines that warn of something.
pub(super) fn answer(
    row: &ClientIpRow,
    trace: &str,
    scheme: &str,
    said: &str,
    warned: impl Fn(&str) -> bool,
) -> Value {
    let mut fields = match serde_json::from_str(trace) {
        Ok(Value::Object(fields)) => fields,
        // The comparison shows what came instead.
        _ => Map::from_iter([("client".to_owned(), json!(trace))]),
    };
    fields.insert("scheme".to_owned(), json!(scheme));
    fields.insert("config_warnings".to_owned(), warnings(row, said, warned));
    let mut unasked = unasked::FIELDS.to_vec();
    if rust::has_origin_notes(row) {
        unasked.push("notes");
    }
    fields.insert("unasked".to_owned(), json!(unasked));
    of_both_halves(row, Value::Object(fields))
}

/// The library's warnings, if each was said in its words and nothing else was; else what was said.
fn warnings(row: &ClientIpRow, said: &str, warned: impl Fn(&str) -> bool) -> Value {
    let lines: Vec<&str> = said.lines().filter(|line| warned(line)).collect();
    let expected = rust::warnings(row);
    let all = expected.iter().all(|(text, _)| lines.iter().any(|line| line.contains(text)));
    if all && expected.len() == lines.len() {
        expected.into_iter().map(|(_, warning)| warning).collect()
    } else {
        json!(lines)
    }
}

/// The library's error, if the server refused in its words; else what the server said.
pub(super) fn refused(row: &ClientIpRow, said: &str) -> Value {
    let error = match rust::refusal(row) {
        Some((text, error)) if said.contains(&text) => error,
        _ => json!({ "code": "refused", "hint": said }),
    };
    of_both_halves(row, json!({ "config_error": error }))
}

/// A row of the compatibility type has two halves, and the module is the strict one.
fn of_both_halves(row: &ClientIpRow, strict: Value) -> Value {
    match &row.trusted_string {
        Some(_) => json!({ "strict": strict, "unasked": [unasked::COMPAT] }),
        None => strict,
    }
}
