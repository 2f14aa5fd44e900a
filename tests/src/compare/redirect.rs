//! Answers about redirects to https.

use serde_json::{Value, json};

use super::{Difference, same};
use crate::row::{HttpsRedirectRow, ProxyChainRow};

/// The differences between an explanation of a chain and its row.
#[must_use]
pub fn proxy_chain(row: &ProxyChainRow, got: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    if !row.expect.contains_key("config_error") {
        let is_sound = row.expect.get("corrected") == Some(&Value::Null);
        same("is_sound".to_owned(), json!(is_sound), field(got, "is_sound"), &mut differences);
    }
    for (name, expected) in &row.expect {
        let got = field(got, name);
        match name.as_str() {
            "corrected" => same(name.clone(), expected.clone(), got, &mut differences),
            "notes" => same(name.clone(), expected.clone(), causes(&got), &mut differences),
            "http" | "https" => run(name, expected, &got, &mut differences),
            "config_error" => super::config_error(name, expected, &got, &mut differences),
            _ => same(name.clone(), json!("a field we read"), Value::Null, &mut differences),
        }
    }
    differences
}

/// The differences between an answer about a redirect and its row.
#[must_use]
pub fn https_redirect(row: &HttpsRedirectRow, got: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (name, expected) in &row.expect {
        let got = field(got, name);
        match name.as_str() {
            "action" | "status" | "location" | "reason" => {
                same(name.clone(), expected.clone(), got, &mut differences);
            }
            "config_error" => super::config_error(name, expected, &got, &mut differences),
            _ => same(name.clone(), json!("a field we read"), Value::Null, &mut differences),
        }
    }
    differences
}

fn run(name: &str, expect: &Value, got: &Value, out: &mut Vec<Difference>) {
    for (key, expected) in expect.as_object().into_iter().flatten() {
        let got = field(got, key);
        let got = if key == "causes" { causes(&got) } else { got };
        same(format!("{name}.{key}"), expected.clone(), got, out);
    }
}

/// Each cause as `REASON HOP`; one that says nothing is a fault.
fn causes(list: &Value) -> Value {
    let cause = |cause: &Value| {
        let text = |name: &str| cause.get(name).and_then(Value::as_str).unwrap_or_default();
        let says_something = !text("text").is_empty() && !text("advice").is_empty();
        let mute = if says_something { "" } else { " says nothing" };
        format!("{} {}{mute}", text("reason"), text("hop"))
    };
    list.as_array().map(|list| list.iter().map(cause).collect()).unwrap_or_default()
}

fn field(value: &Value, name: &str) -> Value {
    value.get(name).cloned().unwrap_or_default()
}
