//! Rows about heads and servers. Texts are Latin-1: one code point up to U+00FF is one byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ForwardedInput;
use crate::surface::Rules;

/// A head: a row of `request-head.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RequestHeadRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// The head of a request.
    pub request: Option<String>,
    /// Or that of a response.
    pub response: Option<String>,
    /// `1.22` or `current`.
    #[serde(default = "current")]
    pub rules: String,
    /// Which names of headers are kept: `any`, `plain` or `underscores`.
    #[serde(default = "plain")]
    pub names: String,
    /// `merge_slashes`
    #[serde(default = "yes")]
    pub merge_slashes: bool,
    /// The answer.
    #[serde(default, skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}

/// What becomes of a request: a row of `servers.json`, and what is asked of a row of
/// `nginx-forwarded.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServersRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// The text of the servers, which is Unicode.
    pub servers: String,
    /// The head of the request.
    #[serde(default)]
    pub request: String,
    /// The other end.
    #[serde(default = "peer")]
    pub remote_addr: String,
    /// `http` or `https`.
    #[serde(default = "https")]
    pub scheme: String,
    /// `1.22` or `current`.
    #[serde(default = "current")]
    pub rules: String,
    /// The answer.
    #[serde(default, skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}

fn current() -> String {
    "current".to_owned()
}

fn plain() -> String {
    "plain".to_owned()
}

fn yes() -> bool {
    true
}

fn https() -> String {
    "https".to_owned()
}

fn peer() -> String {
    "192.0.2.7".to_owned()
}

/// What the four servers of the rig have in common.
const LOCATIONS: &str = r#"
    location / {
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:28080;
    }
    location /plain/ { proxy_pass http://127.0.0.1:28080; }
    location /empty/ {
        proxy_set_header X-Real-IP "";
        proxy_set_header X-Forwarded-For "";
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:28080;
    }
    location /uri/ {
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:28080/base/;
    }
}
"#;

impl ForwardedInput {
    /// The request as it was sent to the rig.
    #[must_use]
    pub fn head(&self) -> String {
        if let Some(raw) = &self.raw_request {
            return raw.clone();
        }
        let Self { method, target, http_version, .. } = self;
        if http_version == "HTTP/0.9" {
            return format!("{method} {target}\r\n");
        }
        let lines: String =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{method} {target} {http_version}\r\n{lines}\r\n")
    }

    /// The question in the form of `servers.json`, about the servers of the rig.
    #[must_use]
    pub fn servers(&self, name: &str, rules: Rules) -> ServersRow {
        let servers = [
            "server_name tuleap.example.com;",
            "server_name other.example.org alias.example.org;",
            "server_name *.wild.example.net;",
            "server_name under.example.com; underscores_in_headers on; ignore_invalid_headers off;",
        ];
        ServersRow {
            id: name.to_owned(),
            why: "The row was recorded.".to_owned(),
            servers: servers.map(|names| format!("server {{ {names}{LOCATIONS}")).concat(),
            request: self.head(),
            remote_addr: self.peer.clone(),
            scheme: self.scheme.clone(),
            rules: match rules {
                Rules::Current => "current",
                Rules::V1_22 => "1.22",
            }
            .to_owned(),
            expect: BTreeMap::new(),
        }
    }
}
