//! Lines of `--batch` about heads and servers; texts stand for bytes, one code point each.

use serde::Deserialize;
use serde_json::{Value, json};
use tuleap_front::{
    HeadOptions, HeadReason, HeaderNames, MergeSlashes, NginxAddr, NginxServers, RequestHead,
    RequestVersion, ResponseHead, ServerFacts,
};

use crate::words::{Nginx, Scheme, config_error, from_latin1, to_latin1};

/// A line of `--batch` of the kind `request-head`.
#[derive(Debug, Deserialize)]
pub(crate) struct HeadQuestion {
    request: Option<String>,
    response: Option<String>,
    rules: Option<Nginx>,
    names: Option<Names>,
    #[serde(default = "on")]
    merge_slashes: bool,
}

/// Which names of headers are kept.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Names {
    Any,
    Plain,
    Underscores,
}

const fn on() -> bool {
    true
}

impl HeadQuestion {
    pub(crate) fn answer(&self) -> Result<Value, String> {
        match (&self.request, &self.response) {
            (_, Some(response)) => Ok(response_head(&from_latin1(response))),
            (Some(request), None) => Ok(self.request_head(&from_latin1(request))),
            (None, None) => Err("there is neither request nor response".to_owned()),
        }
    }

    fn request_head(&self, request: &[u8]) -> Value {
        let options = HeadOptions {
            rules: self.rules.unwrap_or(Nginx::Current).into(),
            names: match self.names {
                Some(Names::Any) => HeaderNames::Any,
                Some(Names::Underscores) => HeaderNames::Underscores,
                Some(Names::Plain) | None => HeaderNames::Plain,
            },
            merge_slashes: if self.merge_slashes { MergeSlashes::On } else { MergeSlashes::Off },
        };
        let head = match RequestHead::parse(request, &options) {
            Ok(head) => head,
            Err(reason) => return refusal(reason),
        };
        let version = match head.version() {
            RequestVersion::Http1 { minor } => format!("1.{minor}"),
            _ => "0.9".to_owned(),
        };
        json!({
            "method": to_latin1(head.method()), "uri": to_latin1(head.target().uri()),
            "version": version, "host": head.host().map(|host| to_latin1(host.as_bytes())),
            "http_host": head.http_host().map(to_latin1), "lines": lines(head.lines()),
            "rest": to_latin1(head.rest()),
        })
    }
}

fn response_head(response: &[u8]) -> Value {
    match ResponseHead::parse(response) {
        Ok(head) => json!({
            "status": head.status(), "lines": lines(head.lines()), "rest": to_latin1(head.rest()),
        }),
        Err(reason) => refusal(reason),
    }
}

fn lines(lines: &[(impl AsRef<[u8]>, impl AsRef<[u8]>)]) -> Vec<(String, String)> {
    let line = |(name, value): &(_, _)| (latin1(name), latin1(value));
    lines.iter().map(line).collect()
}

fn latin1(bytes: &impl AsRef<[u8]>) -> String {
    to_latin1(bytes.as_ref())
}

fn refusal(reason: HeadReason) -> Value {
    json!({ "status": reason.status().as_u16(), "code": reason.code() })
}

/// A line of `--batch` of the kind `servers`; the text of the servers is Unicode.
#[derive(Debug, Deserialize)]
pub(crate) struct ServersQuestion {
    servers: String,
    request: String,
    remote_addr: String,
    scheme: Scheme,
    rules: Option<Nginx>,
}

impl ServersQuestion {
    pub(crate) fn answer(&self) -> Result<Value, String> {
        let servers = match self.servers.parse::<NginxServers>() {
            Ok(servers) => servers.with_rules(self.rules.unwrap_or(Nginx::Current).into()),
            Err(error) => return Ok(config_error!(error)),
        };
        let remote_addr = NginxAddr::parse(self.remote_addr.as_bytes());
        let remote_addr = remote_addr.ok_or("remote_addr is no address")?;
        let facts = ServerFacts { remote_addr, scheme: self.scheme.into() };
        let request = from_latin1(&self.request);
        let answer = match servers.answer(&request, &facts) {
            Ok(answer) => answer,
            Err(reason) => return Ok(refusal(reason)),
        };
        let (target, upstream) = (answer.head().target(), answer.upstream());
        Ok(json!({
            "server": answer.server(), "server_name": answer.server_name(),
            "reason": answer.reason().as_str(), "host": to_latin1(answer.host()),
            "request_uri": to_latin1(target.request_uri()), "uri": to_latin1(target.uri()),
            "args": to_latin1(target.args()),
            "location": answer.location().map(|location| location.pattern()),
            "backend": upstream.map(|upstream| upstream.backend()),
            "target": upstream.map(|upstream| to_latin1(upstream.target())),
            "lines": upstream.map(|upstream| lines(upstream.lines())),
            "redirect": answer.redirect().map(to_latin1),
        }))
    }
}
