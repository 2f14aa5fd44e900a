//! Answers about request lines, locations and routes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Difference, config_error, same};
use crate::row::{NginxLocationInput, NginxRow};

/// The differences between an answer and what its row expects: the fields of the row, and nothing
/// else is there.
#[must_use]
pub fn routes(expect: &BTreeMap<String, Value>, got: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (name, expected) in expect {
        let got = got.get(name).cloned().unwrap_or_default();
        match name.as_str() {
            "config_error" => config_error(name, expected, &got, &mut differences),
            _ => same(name.clone(), expected.clone(), got, &mut differences),
        }
    }
    for (name, got) in got.as_object().into_iter().flatten() {
        if !expect.contains_key(name) && !got.is_null() {
            same(name.clone(), Value::Null, got.clone(), &mut differences);
        }
    }
    differences
}

/// The differences between an answer and a row of `nginx-location.json`: refused or not, what
/// nginx made of the target, and the location.
#[must_use]
pub fn nginx_location(
    row: &NginxRow<NginxLocationInput>,
    expect: &BTreeMap<String, Value>,
    got: &Value,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut check = |name: &str, expected: Value, got: Value| {
        same(name.to_owned(), expected, got, &mut differences);
    };
    let field = |name: &str| got.get(name).cloned().unwrap_or_default();
    let is_refused = |status: &Value| status.as_u64().is_some_and(|status| status >= 400);
    for (name, expected) in expect {
        match name.as_str() {
            "status" => {
                let (theirs, ours) = (is_refused(expected), is_refused(&field(name)));
                check("refused", json!(theirs), json!(ours));
            }
            "uri" | "args" | "request_uri" => check(name, expected.clone(), field(name)),
            // Without a head it is not seen.
            "location" if row.input.has_head() => check(name, expected.clone(), field(name)),
            "media" => {
                let location = field("location");
                let is_media =
                    if location.is_null() { location } else { json!(location == "media") };
                check(name, expected.clone(), is_media);
            }
            "location" | "nginx_log" => {}
            _ => check(name, json!("a field we read"), Value::Null),
        }
    }
    differences
}
