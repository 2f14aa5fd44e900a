//! Rows about redirects to https.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A chain and what becomes of requests: a row of `proxy-chain.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyChainRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// The text of the chain.
    pub chain: String,
    /// The answer: `https`, `http`, `notes` and `corrected`, or `config_error`.
    #[serde(skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}

/// A request that may be redirected: a row of `https-redirect.json`. Texts are Latin-1: one code
/// point up to U+00FF is one byte.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HttpsRedirectRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// Where the recommended rule redirects to.
    pub origin: Option<String>,
    /// The documented rule instead: whose, and the parameters of `server_name`.
    pub documented: Option<DocumentedRedirect>,
    /// The status, unless that of the rule.
    pub redirect_status: Option<RedirectStatusName>,
    /// `1.22` or `current`.
    pub rules: Option<String>,
    /// `http` or `https`.
    pub scheme: String,
    /// The method.
    pub method: String,
    /// The target.
    pub target: String,
    /// The answer: `action`, `status`, `location` and `reason`, or `config_error`.
    #[serde(skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}

/// What the documented rule is made of.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentedRedirect {
    /// `reverse-proxy` or `distributed`.
    pub guide: GuideName,
    /// The parameters of the directive.
    pub server_name: String,
}

/// A configuration of the deployment guide.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GuideName {
    /// Without a port.
    Distributed,
    /// With `:443`.
    ReverseProxy,
}

/// The status of redirects.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RedirectStatusName {
    /// 301 or 308.
    BySafety,
    /// 302
    Found,
    /// 301
    MovedPermanently,
    /// 308
    PermanentRedirect,
    /// 303
    SeeOther,
    /// 307
    TemporaryRedirect,
}

/// Input of `nginx-redirect.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NginxRedirectInput {
    /// Which server of the rig.
    pub variant: String,
    /// Its directives.
    pub directives: String,
    /// The parameters of its `server_name`.
    pub server_name_directive: Option<String>,
    /// With TLS or without.
    pub listener: String,
    /// The port, which answers stand for by a name.
    pub listen_port: String,
    /// The method.
    pub method: String,
    /// The request target.
    pub target: String,
    /// The version.
    pub http_version: String,
    /// Header lines in wire order.
    pub headers: Vec<(String, String)>,
}

impl NginxRedirectInput {
    /// Why no surface is asked: none where they are.
    #[must_use]
    pub fn unasked(&self) -> Option<&'static str> {
        let ours = ["server_name", "server_name_443", "location_wrapped", "tokens_off", "no_code"];
        let starts = ["names_", "status_"].iter().any(|start| self.variant.starts_with(start));
        if !starts && !ours.contains(&self.variant.as_str()) {
            return Some("deviation: redirect-from-request");
        }
        let hosts = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("host"));
        let has_host = match self.http_version.as_str() {
            "HTTP/1.0" => hosts.count() < 2,
            version => version.starts_with("HTTP/1.") && hosts.count() == 1,
        };
        (!has_host).then_some("nginx looks at version and Host before it redirects")
    }

    /// The guide's line that the server has.
    #[must_use]
    pub fn documented(&self) -> DocumentedRedirect {
        let has_port = self.directives.contains("$server_name:443");
        let guide = if has_port { GuideName::ReverseProxy } else { GuideName::Distributed };
        let server_name = self.server_name_directive.clone().unwrap_or_default();
        DocumentedRedirect { guide, server_name }
    }

    /// The status of its `return`.
    #[must_use]
    pub fn status(&self) -> RedirectStatusName {
        let (_, parameters) = self.directives.split_once("return ").unwrap_or_default();
        match parameters.split(' ').next() {
            Some("301") => RedirectStatusName::MovedPermanently,
            Some("303") => RedirectStatusName::SeeOther,
            Some("307") => RedirectStatusName::TemporaryRedirect,
            Some("308") => RedirectStatusName::PermanentRedirect,
            // Without a number it is this one.
            _ => RedirectStatusName::Found,
        }
    }
}
