//! Answers about what is cached.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use tuleap_front::Expires;

use super::{Difference, same};
use crate::row::{CacheRow, NginxCacheInput};
use crate::surface::Rules;

/// The differences between an answer and its row. Of a step the fields are compared that the row
/// has; of `lines` and `upstream_lines` the names that it has, each with its values, none as null.
#[must_use]
pub fn cache(row: &CacheRow, got: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (name, expected) in &row.expect {
        let got = got.get(name).cloned().unwrap_or_default();
        match name.as_str() {
            "directives" => same(name.clone(), expected.clone(), got, &mut differences),
            "config_error" => super::config_error(name, expected, &got, &mut differences),
            "steps" => {
                let (expected, got) = (steps(expected), steps(&got));
                same("steps".into(), json!(expected.len()), json!(got.len()), &mut differences);
                for (at, (expected, got)) in expected.iter().zip(got).enumerate() {
                    step(&format!("steps.{at}"), expected, &got, &mut differences);
                }
            }
            _ => same(name.clone(), json!("a field we read"), Value::Null, &mut differences),
        }
    }
    differences
}

fn steps(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn step(path: &str, expected: &Value, got: &Value, out: &mut Vec<Difference>) {
    for (name, expected) in expected.as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        let of = |lines: Value| {
            let names = expected.as_object().into_iter().flatten().map(|(name, _)| name);
            let value = |name: &String| (name.clone(), or_null(values(&lines, name)));
            Value::Object(names.map(value).collect())
        };
        let got = match name.as_str() {
            "lines" => of(field(got, "headers")),
            "upstream_lines" => of(field(&field(got, "upstream"), "headers")),
            "explanation" => {
                let explanation = field(got, "explanation");
                for (name, expected) in expected.as_object().into_iter().flatten() {
                    let got = explanation.get(name).cloned();
                    let got = got.unwrap_or_else(|| json!("no such field"));
                    same(format!("{path}.{name}"), expected.clone(), got, out);
                }
                continue;
            }
            "upstream_method" => field(&field(got, "upstream"), "method"),
            "upstream_target" => field(&field(got, "upstream"), "target"),
            name => match got.get(name) {
                Some(value) => value.clone(),
                None => json!("no such field"),
            },
        };
        same(path, expected.clone(), got, out);
    }
}

fn or_null(values: Vec<Value>) -> Value {
    if values.is_empty() { Value::Null } else { Value::Array(values) }
}

fn field(value: &Value, name: &str) -> Value {
    value.get(name).cloned().unwrap_or_default()
}

/// The values of a header among lines.
fn values(lines: &Value, name: &str) -> Vec<Value> {
    let lines = lines.as_array().map(Vec::as_slice).unwrap_or_default();
    let is_named = |line: &&Value| {
        line.get(0).and_then(Value::as_str).is_some_and(|line| line.eq_ignore_ascii_case(name))
    };
    lines.iter().filter(is_named).filter_map(|line| line.get(1).cloned()).collect()
}

/// What a row of `nginx-cache.json` says of bodies, of how often the backend was asked, and of
/// requests at once, is left out.
pub fn without_not_ours(expect: &mut BTreeMap<String, Value>) {
    let steps = expect.get_mut("steps").and_then(Value::as_array_mut).into_iter().flatten();
    for step in steps.filter_map(Value::as_object_mut) {
        for name in ["body_length", "second_concurrent", "upstream_requests"] {
            step.remove(name);
        }
    }
}

/// Lines that are recorded wherever they are.
const LINES: [&str; 6] =
    ["accept_ranges", "cache_control", "content_encoding", "content_range", "etag", "vary"];

/// Lines of the backend's request that are recorded wherever they are.
const UPSTREAM: [&str; 8] = [
    "cookie",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "range",
];

/// An answer in the fields of a row of `nginx-cache.json`.
#[must_use]
pub fn nginx_cache(
    input: &NginxCacheInput,
    expect: &BTreeMap<String, Value>,
    got: &Value,
) -> Value {
    let all = steps(&field(got, "steps"));
    let expected = expect.get("steps").map(steps).unwrap_or_default();
    let requests = input.row("", Rules::Current).requests;
    let steps: Vec<Value> = input
        .indexes()
        .iter()
        .zip(&expected)
        .filter_map(|(at, expected)| {
            Some(nginx_step(input, expected, all.get(*at)?, requests.get(*at)?.now))
        })
        .collect();
    let of =
        |at: usize, name: &str| steps.get(at).map(|step| field(step, name)).unwrap_or_default();
    json!({
        "key": of(0, "key"), "md5": of(0, "key_md5"), "path": of(0, "path"),
        "stored": of(0, "stored"), "ttl": of(0, "ttl"),
        "x_cache_status_2nd": of(1, "upstream_cache_status"),
        "steps": steps, "config_error": got.get("config_error"), "skip": got.get("skip"),
    })
}

fn nginx_step(input: &NginxCacheInput, expected: &Value, got: &Value, now: i64) -> Value {
    let headers = field(got, "headers");
    let mut step = Map::new();
    let is_media = field(got, "in_location") == json!(true);
    step.insert("location".into(), json!(if is_media { "media" } else { "other" }));
    step.insert("status".into(), field(got, "status"));
    step.insert("upstream_cache_status".into(), field(got, "cache_status"));
    step.insert("x_cache_status_header".into(), field(got, "shown_status"));
    step.insert("stored".into(), field(got, "stored"));
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            step.insert(name.to_owned(), value);
        }
    };
    for name in ["key", "key_md5", "file_md5", "path"] {
        add(name, field(got, name));
    }
    if field(got, "stored") == json!(true) {
        add("ttl", field(got, "lifetime"));
        add("entry_vary", field(got, "vary"));
        add("entry_variant_md5", field(got, "variant_md5"));
        let stale = ["stale_while_revalidate", "stale_if_error"].map(|name| field(got, name));
        if stale.iter().any(|seconds| *seconds != json!(0)) {
            let [updating, error] = stale;
            add("stale_while_revalidate", updating);
            add("stale_if_error", error);
        }
    }
    // A line of another name is compared where the row has it.
    let known = ["expires_delta", "location", "upstream_headers"];
    let more = expected.as_object().into_iter().flatten().filter(|(_, value)| value.is_array());
    let names = more.map(|(name, _)| name.as_str()).chain(LINES);
    for name in names.filter(|name| !known.contains(name)) {
        add(name, or_null(values(&headers, &name.replace('_', "-"))));
    }
    add("expires_delta", expires_delta(input, expected, &values(&headers, "expires"), now));
    step_upstream(&mut step, expected, got);
    Value::Object(step)
}

/// How far `Expires` is ahead: the row's number where it is that, the line where it is not.
fn expires_delta(input: &NginxCacheInput, expected: &Value, lines: &[Value], now: i64) -> Value {
    let delta = field(expected, "expires_delta");
    let written = delta
        .as_i64()
        .and_then(|seconds| Some(Expires::Access { seconds }.effect(200, None, now)?.expires()));
    match lines {
        [.., line] if written.is_some_and(|written| *line == json!(written)) => delta,
        [.., line] if !delta.is_null() || input.config.contains_key("expires") => line.clone(),
        _ => Value::Null,
    }
}

/// What the backend was asked.
fn step_upstream(step: &mut Map<String, Value>, expected: &Value, got: &Value) {
    let upstream = field(got, "upstream");
    if upstream.is_null() {
        return;
    }
    step.insert("upstream_method".into(), field(&upstream, "method"));
    step.insert("upstream_target".into(), field(&upstream, "target"));
    let headers = field(&upstream, "headers");
    let recorded = field(expected, "upstream_headers");
    let more = recorded.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let names = more.chain(UPSTREAM);
    // Of two lines the rig kept the last.
    let last = |name: &str| Some((name.to_owned(), values(&headers, name).pop()?));
    step.insert("upstream_headers".into(), Value::Object(names.filter_map(last).collect()));
}
