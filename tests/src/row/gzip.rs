//! Rows about what is compressed. Texts are Latin-1: one code point up to U+00FF is one byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tuleap_front::Expires;

use crate::surface::Rules;

/// A request and the answer to it: a row of `gzip.json`, and what is asked of a row of
/// `nginx-gzip.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GzipRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// A policy with a name.
    pub policy: Option<GzipPolicyName>,
    /// Or the directives that one is read from.
    pub directives: Option<String>,
    /// The parameters of an `expires` beside them.
    pub expires: Option<String>,
    /// Which nginx is equalled: `1.22`, or `current`.
    #[serde(default = "current")]
    pub rules: String,
    /// Whether what is made for one user may be compressed: `compress`, or `identity`.
    #[serde(default = "identity")]
    pub secrets: String,
    /// `http` or `https`.
    #[serde(default = "https")]
    pub scheme: String,
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// The version of the request, as `SERVER_PROTOCOL` has it.
    #[serde(default = "http_1_1")]
    pub version: String,
    /// The lines of the request.
    #[serde(default)]
    pub request: Vec<(String, String)>,
    /// The status of the answer.
    #[serde(default = "ok")]
    pub status: u16,
    /// The lines of the answer.
    #[serde(default)]
    pub response: Vec<(String, String)>,
    /// How long the content is: a number, or `unknown`; what is missing is as the lines say.
    pub length: Option<Length>,
    /// Unix seconds.
    #[serde(default = "now")]
    pub now: i64,
    /// The answer.
    #[serde(default, skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}

/// A policy with a name.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GzipPolicyName {
    /// The guide's, the same in both.
    Documented,
    /// Ours.
    Recommended,
    /// Tuleap's own.
    Tuleap,
}

/// How long the content is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Length {
    /// So many bytes.
    Known(u64),
    /// `unknown`
    Unknown(Unknown),
}

/// The word for it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unknown {
    /// The length is not known.
    Unknown,
}

/// The time of every row that does not say one: after the dates that recorded rows have in them.
pub(super) const NOW: i64 = 1_790_000_000;

fn current() -> String {
    "current".to_owned()
}

fn identity() -> String {
    "identity".to_owned()
}

fn https() -> String {
    "https".to_owned()
}

fn get() -> String {
    "GET".to_owned()
}

fn http_1_1() -> String {
    "HTTP/1.1".to_owned()
}

const fn ok() -> u16 {
    200
}

const fn now() -> i64 {
    NOW
}

/// Input of `nginx-gzip.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NginxGzipInput {
    /// Which server of the rig.
    pub profile: String,
    /// Its directives, and further ones of its location.
    pub config: Map<String, Value>,
    /// What is asked.
    pub request: NginxGzipRequest,
    /// What the backend answers.
    pub upstream_response: NginxGzipResponse,
}

/// What is asked.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NginxGzipRequest {
    /// The method.
    pub method: String,
    /// The version.
    pub http_version: String,
    /// Header lines in wire order.
    pub headers: Vec<(String, String)>,
}

/// What the backend answers.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NginxGzipResponse {
    /// The status.
    pub status: u16,
    /// Header lines in wire order, but for those of the framing.
    pub headers: Vec<(String, String)>,
    /// Bytes of the content.
    pub body_length: u64,
    /// `content-length`, `chunked` or `close`.
    pub framing: String,
}

impl NginxGzipInput {
    /// The directives as one text.
    #[must_use]
    pub fn directives(&self) -> String {
        let directive = |(name, value): (&String, &Value)| {
            let value = value.as_str().unwrap_or_default();
            match name.as_str() {
                "location_extra" => format!("{value}\n"),
                name => format!("{name} {value};\n"),
            }
        };
        self.config.iter().map(directive).collect()
    }

    /// The same in the form of a row of ours.
    #[must_use]
    pub fn row(&self, name: &str, rules: Rules) -> GzipRow {
        let response = &self.upstream_response;
        let mut lines = with_times(&response.headers);
        let framing = match response.framing.as_str() {
            "content-length" => Some(("Content-Length", response.body_length.to_string())),
            "chunked" => Some(("Transfer-Encoding", "chunked".to_owned())),
            _ => None,
        };
        lines.extend(framing.map(|(name, value)| (name.to_owned(), value)));
        GzipRow {
            id: name.to_owned(),
            why: String::new(),
            policy: None,
            directives: Some(self.directives()),
            expires: None,
            rules: match rules {
                Rules::Current => current(),
                Rules::V1_22 => "1.22".to_owned(),
            },
            secrets: identity(),
            scheme: "http".to_owned(),
            method: self.request.method.clone(),
            version: self.request.http_version.clone(),
            request: with_times(&self.request.headers),
            status: response.status,
            response: lines,
            length: None,
            now: NOW,
            expect: BTreeMap::new(),
        }
    }
}

/// Lines in which `{http_date:+60}` and `{epoch:-60}` are written out.
pub(super) fn with_times(lines: &[(String, String)]) -> Vec<(String, String)> {
    lines.iter().map(|(name, value)| (name.clone(), with_time(value))).collect()
}

fn with_time(value: &str) -> String {
    let Some((before, rest)) = value.split_once('{') else { return value.to_owned() };
    let Some((time, after)) = rest.split_once('}') else { return value.to_owned() };
    let written = time.split_once(':').and_then(|(form, seconds)| {
        let seconds: i64 = seconds.parse().ok()?;
        match form {
            "epoch" => Some((NOW + seconds).to_string()),
            "http_date" => {
                let expires = Expires::Access { seconds }.effect(200, None, NOW)?;
                Some(expires.expires())
            }
            _ => None,
        }
    });
    match written {
        Some(written) => format!("{before}{written}{}", with_time(after)),
        None => format!("{before}{{{time}}}{}", with_time(after)),
    }
}
