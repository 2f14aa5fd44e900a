//! Answers about servers, in the form of a row of nginx.

use serde_json::{Map, Value, json};

/// What an answer in the form of `servers.json` says of the fields of `nginx-forwarded.json`.
#[must_use]
pub fn nginx_forwarded(got: &Value) -> Value {
    /// What the rig writes for every request.
    const WRITTEN: [&str; 5] =
        ["host", "connection", "x-real-ip", "x-forwarded-for", "x-forwarded-proto"];
    let Some(lines) = got.get("lines").and_then(Value::as_array) else {
        return json!({ "forwarded": false });
    };
    let name =
        |line: &Value| line.get(0).and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let value = |line: &Value| line.get(1).cloned().unwrap_or_default();
    let values = |wanted: &str| -> Vec<Value> {
        lines.iter().filter(|line| name(line) == wanted).map(value).collect()
    };
    let others: Vec<&Value> =
        lines.iter().filter(|line| !WRITTEN.contains(&name(line).as_str())).collect();
    let mut fields = Map::new();
    for field in ["host", "x_real_ip", "x_forwarded_for", "x_forwarded_proto"] {
        fields.insert(field.to_owned(), json!(values(&field.replace('_', "-"))));
    }
    for field in ["uri", "request_uri", "server_name"] {
        fields.insert(field.to_owned(), got.get(field).cloned().unwrap_or_default());
    }
    let args = got.get("args").filter(|args| args.as_str() != Some(""));
    fields.insert("args".to_owned(), args.cloned().unwrap_or_default());
    fields.insert("upstream_target".to_owned(), got.get("target").cloned().unwrap_or_default());
    fields.insert("forwarded".to_owned(), json!(true));
    fields.insert("other_headers".to_owned(), json!(others));
    Value::Object(fields)
}
