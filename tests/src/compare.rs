//! Holds an answer against a row, field by field.

use std::collections::BTreeMap;

use serde_json::{Value, json};

mod cache;
mod gzip;
mod redirect;
mod routes;
mod servers;

pub use cache::*;
pub use gzip::*;
pub use redirect::*;
pub use routes::*;
pub use servers::*;

use crate::row::{DestinationRow, hex};

/// A field that is not as the row says.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The field, with dots.
    pub field: String,
    /// What the row says.
    pub expected: Value,
    /// What the surface says.
    pub got: Value,
}

/// Every difference between a `client-ip` answer and its row. What a row leaves out must be
/// absent, empty or, for the origin, is not asked. Nor are the fields that the answer of a server
/// lists as `unasked`.
#[must_use]
pub fn client_ip(expect: &Value, got: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    client_ip_fields("", expect, got, &mut differences);
    differences
}

/// Fields that every answer has and a row may leave out, and what that means. The `strict` half
/// of a compatibility row says nothing of warnings.
fn default_of(path: &str, field: &str) -> Option<Value> {
    match field {
        "client_port" => Some(Value::Null),
        "config_warnings" if path.is_empty() => Some(json!([])),
        "notes" => Some(json!([])),
        _ => None,
    }
}

const CLIENT_IP_FIELDS: &[&str] = &[
    "client",
    "client_port",
    "compat",
    "config_error",
    "config_warnings",
    "hops",
    "host",
    "kind",
    "notes",
    "port",
    "reason",
    "scheme",
    "steps",
    "strict",
    "unread",
];

fn client_ip_fields(path: &str, expect: &Value, got: &Value, out: &mut Vec<Difference>) {
    let nothing = serde_json::Map::new();
    let expect = expect.as_object().unwrap_or(&nothing);
    let is_answer = expect.contains_key("client");
    let unasked = got.get("unasked").and_then(Value::as_array);
    let is_asked = |field: &&&str| !unasked.is_some_and(|fields| fields.contains(&json!(field)));
    for field in CLIENT_IP_FIELDS.iter().filter(is_asked) {
        let expected = match expect.get(*field) {
            Some(value) => value.clone(),
            None if is_answer => match default_of(path, field) {
                Some(default) => default,
                None => continue,
            },
            None => continue,
        };
        let got = got.get(*field).cloned().unwrap_or(Value::Null);
        let field = format!("{path}{field}");
        match field.as_str() {
            "strict" => client_ip_fields("strict.", &expected, &got, out),
            _ if field.ends_with("config_error") => config_error(&field, &expected, &got, out),
            _ => same(field, expected, got, out),
        }
    }
    for field in expect.keys().filter(|field| !CLIENT_IP_FIELDS.contains(&field.as_str())) {
        out.push(Difference {
            field: format!("{path}{field}"),
            expected: json!("a field we read"),
            got: Value::Null,
        });
    }
}

/// Everything but the words of the hint, which must be there.
fn config_error(path: &str, expect: &Value, got: &Value, out: &mut Vec<Difference>) {
    for field in ["entry", "line", "column", "offset", "length", "code"] {
        if let Some(expected) = expect.get(field) {
            let got = got.get(field).cloned().unwrap_or(Value::Null);
            same(format!("{path}.{field}"), expected.clone(), got, out);
        }
    }
    if got.get("hint").and_then(Value::as_str).is_none_or(str::is_empty) {
        out.push(Difference {
            field: format!("{path}.hint"),
            expected: json!("not empty"),
            got: got.get("hint").cloned().unwrap_or(Value::Null),
        });
    }
}

/// The differences between a `destination` answer and its row: `action`, the bytes of the value
/// (`value_hex` of a rewrite, the input where it is unchanged), `status`, `reason`, and the
/// `cause` where the row has one.
#[must_use]
pub fn destination(row: &DestinationRow, got: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut check = |field: &str, expected: Value, got: Value| {
        same(field.to_owned(), expected, got, &mut differences);
    };
    let field = |name: &str| got.get(name).cloned().unwrap_or_default();
    let unchanged = row.value().map(|value| json!(hex(&value))).unwrap_or_default();
    let is_unchanged = field("action") == "unchanged";
    let value = if is_unchanged { unchanged } else { field("value_hex") };
    check("value", expected_value(&row.expect), value);
    let unasked = got.get("unasked").and_then(Value::as_array);
    let is_asked = |name: &str| !unasked.is_some_and(|fields| fields.contains(&json!(name)));
    for (name, expected) in row.expect.iter().filter(|(name, _)| is_asked(name)) {
        match name.as_str() {
            "action" | "status" | "cause" => check(name, expected.clone(), field(name)),
            "reason" => check(name, kebab_reason(expected), field(name)),
            "value" | "value_hex" => {}
            _ => check(name, json!("a field we read"), Value::Null),
        }
    }
    for name in ["status", "reason"].iter().filter(|name| !row.expect.contains_key(**name)) {
        check(name, Value::Null, field(name));
    }
    differences
}

/// The bytes of the value that a row expects.
fn expected_value(expect: &BTreeMap<String, Value>) -> Value {
    match (expect.get("value_hex"), expect.get("value")) {
        (Some(hex), _) => hex.clone(),
        (None, Some(Value::String(text))) => json!(hex(text.as_bytes())),
        _ => Value::Null,
    }
}

/// A reason in words as its stable name; `control` is an older name of `control byte`.
fn kebab_reason(text: &Value) -> Value {
    let text = text.as_str().unwrap_or_default().to_lowercase();
    let words = text.split(|char: char| !char.is_ascii_alphanumeric());
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    json!(if name == "control" { "control-byte" } else { &name })
}

/// What a field of an nginx row is to us.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Field {
    /// Compared.
    Ours,
    /// Decided by a noun that is not there yet.
    Later,
    /// Never compared.
    NotOurs,
}

/// The differences between an nginx answer and its row; fields of unknown meaning are one.
#[must_use]
pub fn nginx(
    expect: &BTreeMap<String, Value>,
    got: &Value,
    meaning: impl Fn(&str) -> Option<Field>,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (field, expected) in expect {
        let got = got.get(field).cloned().unwrap_or(Value::Null);
        match meaning(field) {
            Some(Field::Ours) => same(field.clone(), expected.clone(), got, &mut differences),
            Some(Field::Later | Field::NotOurs) => {}
            None => differences.push(Difference {
                field: field.clone(),
                expected: json!("a field we read"),
                got: Value::Null,
            }),
        }
    }
    differences
}

fn same(field: String, expected: Value, got: Value, out: &mut Vec<Difference>) {
    if expected != got && !same_large(&expected, &got) {
        out.push(Difference { field, expected, got });
    }
}

/// Numbers that JavaScript cannot tell apart: it has no whole ones above 2⁵³.
fn same_large(expected: &Value, got: &Value) -> bool {
    let large =
        |value: &Value| value.as_f64().filter(|number| number.abs() > 9_007_199_254_740_992.0);
    large(expected)
        .zip(large(got))
        .is_some_and(|(expected, got)| expected.to_bits() == got.to_bits())
}
