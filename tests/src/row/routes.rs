//! Rows about request lines, locations and routes. Texts are Latin-1: one code point up to U+00FF
//! is one byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request target: a row of `request-target.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RequestTargetRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// The target.
    pub target: String,
    /// `merge_slashes`
    #[serde(default = "yes")]
    pub merge_slashes: bool,
    /// The answer.
    #[serde(skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}

/// A request line: a row of `request-line.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RequestLineRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// The line.
    pub line: String,
    /// `1.22` or `current`; nothing is `current`.
    pub rules: Option<String>,
    /// `merge_slashes`
    #[serde(default = "yes")]
    pub merge_slashes: bool,
    /// The answer.
    #[serde(skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}

/// Which location takes a path: a row of `locations.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LocationsRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// The text of the locations, which is Unicode.
    pub locations: String,
    /// The path.
    pub uri: String,
    /// The answer.
    #[serde(skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}

/// Where a request goes: a row of `routes.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RoutesRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// The text of the routes, which is Unicode.
    pub routes: Option<String>,
    /// Routes that have a name, instead.
    pub known: Option<KnownRoutes>,
    /// The target.
    pub target: String,
    /// `merge_slashes`
    #[serde(default = "yes")]
    pub merge_slashes: bool,
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// The files and directories that are there.
    #[serde(default)]
    pub files: BTreeMap<String, FileKindName>,
    /// The answer.
    #[serde(skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}

/// Routes that have a name.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownRoutes {
    /// The guide's distributed configuration, with `location /` to the web backend.
    Distributed,
    /// The same with the other `location /`.
    DistributedTryFiles,
    /// Ours.
    Recommended,
    /// The guide's reverse proxy.
    ReverseProxy,
}

/// What a path is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKindName {
    /// A directory.
    Directory,
    /// A file.
    File,
}

fn yes() -> bool {
    true
}

fn get() -> String {
    "GET".to_owned()
}

/// Input of `nginx-location.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NginxLocationInput {
    /// `merge_slashes`
    pub merge_slashes: bool,
    /// Which server of the rig.
    pub locations: LocationsName,
    /// The method.
    pub method: String,
    /// The request target.
    pub target: String,
    /// The version.
    pub http_version: String,
    /// The request as it was sent, where the fields cannot say it.
    pub raw_request: Option<String>,
}

/// The servers of the rig.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocationsName {
    /// `/` and the media.
    Media,
    /// One of each kind.
    Many,
}

impl NginxLocationInput {
    /// The request line as it was sent.
    #[must_use]
    pub fn line(&self) -> String {
        if let Some(raw) = &self.raw_request {
            return raw.clone();
        }
        match self.http_version.as_str() {
            "HTTP/0.9" => format!("{} {}", self.method, self.target),
            version => format!("{} {} {version}", self.method, self.target),
        }
    }

    /// Does the answer have a head?
    #[must_use]
    pub fn has_head(&self) -> bool {
        self.http_version != "HTTP/0.9"
    }

    /// The locations of the server.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        match self.locations {
            LocationsName::Media => "/ other\n~* \\.(?:js|css|png|gif|eot|woff)$ media\n",
            LocationsName::Many => {
                "/ other\n= /exact.css exact\n^~ /stop/ stop\n/prefix/ prefix\n\
                 ~ ^/svn/ earlier_regex\n~* \\.(?:js|css|png|gif|eot|woff)$ media\n\
                 ~ ^/late/ later_regex\n"
            }
        }
    }
}
