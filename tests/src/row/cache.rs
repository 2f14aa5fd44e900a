//! Rows about what is cached. Texts are Latin-1: one code point up to U+00FF is one byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tuleap_front::{MergeSlashes, NginxHost, NginxRules, RequestTarget};

use super::gzip::{NOW, with_times};
use super::{from_latin1, latin1};
use crate::surface::Rules;

/// Requests in a row, and what the backend answers: a row of `cache.json`, and what is asked of a
/// row of `nginx-cache.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CacheRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// A policy with a name.
    pub policy: Option<CachePolicyName>,
    /// Or the directives that one is read from.
    pub directives: Option<String>,
    /// Which nginx is equalled: `1.22`, or `current`.
    #[serde(default = "current")]
    pub rules: String,
    /// `http` or `https`.
    #[serde(default = "https")]
    pub scheme: String,
    /// In order.
    #[serde(default)]
    pub requests: Vec<CacheRequest>,
    /// One for each time that the backend is asked; the last one again and again.
    #[serde(default)]
    pub answers: Vec<CacheReply>,
    /// The answer.
    #[serde(default, skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}

/// A policy with a name.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CachePolicyName {
    /// That of "Distributed Tuleap".
    Distributed,
    /// Ours.
    Recommended,
    /// That of "Deploy Tuleap behind a reverse proxy".
    ReverseProxy,
}

/// A request.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CacheRequest {
    /// Unix seconds.
    #[serde(default = "now")]
    pub now: i64,
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// The target.
    pub target: String,
    /// The version of the request, as `SERVER_PROTOCOL` has it.
    #[serde(default = "http_1_1")]
    pub version: String,
    /// nginx's `$host`.
    #[serde(default = "host")]
    pub host: String,
    /// The lines.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The request, by its index, behind which the backend answers this one; itself where nothing
    /// is said.
    pub answered_after: Option<usize>,
}

/// What the backend does.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CacheReply {
    /// The status.
    #[serde(default = "ok")]
    pub status: u16,
    /// The lines.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// Does the body end too early?
    #[serde(default)]
    pub cut: bool,
    /// It does not answer: `error`, `invalid-header` or `timeout`.
    pub failure: Option<String>,
}

fn current() -> String {
    "current".to_owned()
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

fn host() -> String {
    "tuleap.example.com".to_owned()
}

const fn ok() -> u16 {
    200
}

const fn now() -> i64 {
    NOW
}

/// Input of `nginx-cache.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NginxCacheInput {
    /// Which server of the rig.
    pub profile: String,
    /// Its directives.
    pub config: Map<String, Value>,
    /// With TLS or without.
    pub scheme: String,
    /// Its name.
    pub server_name: String,
    /// What is asked, in order.
    pub requests: Vec<NginxCacheRequest>,
    /// What the backend answers, in order.
    pub upstream_responses: Vec<NginxCacheResponse>,
}

/// What is asked.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NginxCacheRequest {
    /// The method.
    pub method: String,
    /// The target.
    pub target: String,
    /// The version.
    pub http_version: String,
    /// Header lines in wire order.
    pub headers: Vec<(String, String)>,
    /// Seconds before it.
    #[serde(default)]
    pub sleep_before: f64,
    /// Is it sent twice at once?
    #[serde(default)]
    pub concurrent: bool,
}

/// What the backend answers.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct NginxCacheResponse {
    /// The status.
    pub status: Option<u16>,
    /// Header lines in wire order, but for those of the framing.
    pub headers: Vec<(String, String)>,
    /// Bytes of the content.
    pub body_length: u64,
    /// `content-length`, `chunked` or `close`.
    pub framing: String,
    /// Seconds before it.
    pub delay: f64,
    /// Nothing is answered.
    pub raw_empty: bool,
    /// The status of an answer whose body is too short.
    pub raw_status: Option<u16>,
    /// Its lines.
    pub raw_headers: Vec<(String, String)>,
    /// Its `Content-Length`.
    pub raw_cl: u64,
    /// Bytes of its body.
    pub raw_body: u64,
}

impl NginxCacheInput {
    /// The directives as one text.
    #[must_use]
    pub fn directives(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.config {
            let values = match value {
                Value::Array(values) => values.iter().collect(),
                value => vec![value],
            };
            for value in values.into_iter().filter_map(Value::as_str) {
                text += &match name.as_str() {
                    "levels" => format!(
                        "proxy_cache_path /cache levels={value} keys_zone=zone:1m inactive=1h;\n"
                    ),
                    name => format!("{name} {value};\n"),
                };
            }
        }
        text
    }

    /// The same in the form of a row of ours.
    #[must_use]
    pub fn row(&self, name: &str, rules: Rules) -> CacheRow {
        let nginx = match rules {
            Rules::Current => NginxRules::Current,
            Rules::V1_22 => NginxRules::V1_22,
        };
        let mut requests = Vec::new();
        let mut milliseconds = 0.0;
        for request in &self.requests {
            milliseconds += request.sleep_before * 1000.0;
            let after = format!("{:.0}", milliseconds / 1000.0 - 0.5).parse().unwrap_or(0_i64);
            let at = requests.len();
            let once = CacheRequest {
                now: NOW + after.max(0),
                method: request.method.clone(),
                target: request.target.clone(),
                version: request.http_version.clone(),
                host: self.host(request, nginx),
                headers: with_times(&request.headers),
                answered_after: request.concurrent.then_some(at + 1),
            };
            let twice = CacheRequest { answered_after: None, ..once.clone() };
            requests.push(once);
            requests.extend(request.concurrent.then_some(twice));
        }
        CacheRow {
            id: name.to_owned(),
            why: String::new(),
            policy: None,
            directives: Some(self.directives()),
            rules: match rules {
                Rules::Current => current(),
                Rules::V1_22 => "1.22".to_owned(),
            },
            scheme: self.scheme.clone(),
            requests,
            answers: self.upstream_responses.iter().map(NginxCacheResponse::reply).collect(),
            expect: BTreeMap::new(),
        }
    }

    /// `$host`: of the target, of the header, or the server's name.
    fn host(&self, request: &NginxCacheRequest, rules: NginxRules) -> String {
        let target = latin1(&request.target);
        let absolute = RequestTarget::parse(&target, MergeSlashes::On)
            .ok()
            .and_then(|target| target.host().map(<[u8]>::to_vec));
        let header = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
        match absolute.or_else(|| header.map(|(_, value)| latin1(value))) {
            None => self.server_name.clone(),
            Some(value) => match NginxHost::parse(&value, rules) {
                Ok(host) => from_latin1(host.as_bytes()),
                Err(_) => String::new(),
            },
        }
    }

    /// Which request of a row of ours each one is.
    #[must_use]
    pub fn indexes(&self) -> Vec<usize> {
        let before = |at: usize| self.requests.iter().take(at).filter(|other| other.concurrent);
        (0..self.requests.len()).map(|at| at + before(at).count()).collect()
    }
}

impl NginxCacheResponse {
    fn reply(&self) -> CacheReply {
        if self.raw_empty {
            let failure = Some("error".to_owned());
            return CacheReply { status: 502, headers: Vec::new(), cut: false, failure };
        }
        let is_raw = self.raw_status.is_some();
        let mut headers = with_times(if is_raw { &self.raw_headers } else { &self.headers });
        let length = if is_raw { self.raw_cl } else { self.body_length };
        let framing = match self.framing.as_str() {
            "chunked" => Some(("Transfer-Encoding", "chunked".to_owned())),
            "close" => None,
            _ => Some(("Content-Length", length.to_string())),
        };
        headers.extend(framing.map(|(name, value)| (name.to_owned(), value)));
        CacheReply {
            status: self.raw_status.or(self.status).unwrap_or(200),
            headers,
            cut: is_raw && self.raw_body < self.raw_cl,
            failure: None,
        }
    }
}
