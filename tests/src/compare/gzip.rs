//! Answers about what is compressed.

use serde_json::{Value, json};

use super::{Difference, same};
use crate::row::GzipRow;

/// The differences between an answer and its row.
#[must_use]
pub fn gzip(row: &GzipRow, got: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    let unasked = got.get("unasked").and_then(Value::as_array);
    let is_asked = |name: &str| !unasked.is_some_and(|fields| fields.contains(&json!(name)));
    for (name, expected) in row.expect.iter().filter(|(name, _)| is_asked(name)) {
        let got = got.get(name).cloned().unwrap_or_default();
        match name.as_str() {
            "checks" | "compresses" | "directives" | "etag" | "lines" | "reason" | "removes"
            | "varies" => same(name.clone(), expected.clone(), got, &mut differences),
            "config_error" => super::config_error(name, expected, &got, &mut differences),
            _ => same(name.clone(), json!("a field we read"), Value::Null, &mut differences),
        }
    }
    differences
}

/// An answer in the fields of a row of `nginx-gzip.json`: what of the lines that a client gets is
/// recorded there.
#[must_use]
pub fn nginx_gzip(got: &Value) -> Value {
    let lines = got.get("lines").and_then(Value::as_array).cloned().unwrap_or_default();
    let values = |name: &str| -> Vec<Value> {
        let is_named = |line: &&Value| {
            line.get(0).and_then(Value::as_str).is_some_and(|line| line.eq_ignore_ascii_case(name))
        };
        lines.iter().filter(is_named).filter_map(|line| line.get(1).cloned()).collect()
    };
    let value = |name: &str| values(name).into_iter().next();
    json!({
        "gzip": got.get("compresses"),
        "content_encoding": values("content-encoding"),
        "vary": values("vary"),
        "content_length": value("content-length"),
        "etag": value("etag"),
        "accept_ranges": value("accept-ranges"),
        "content_type": value("content-type"),
        "cache_control": values("cache-control"),
        "has_expires": values("expires").len(),
        "config_error": got.get("config_error"),
        "skip": got.get("skip"),
    })
}
