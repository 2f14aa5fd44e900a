//! Heads and servers.

use std::borrow::Cow;

use serde_json::{Value, json};
use tuleap_front::{
    HeadOptions, HeadReason, HeaderNames, MergeSlashes, NginxAddr, NginxRules, NginxServers,
    RequestHead, ResponseHead, Scheme, ServerFacts,
};

use super::bare;
use super::routes::version;
use crate::row::{RequestHeadRow, ServersRow, from_latin1, latin1};

/// An answer in the form of a row of `request-head.json`.
pub(super) fn request_head(row: &RequestHeadRow) -> Result<Value, String> {
    let lines = |lines: &[(&[u8], &[u8])]| -> Vec<(String, String)> {
        lines.iter().map(|(name, value)| (from_latin1(name), from_latin1(value))).collect()
    };
    if let Some(response) = &row.response {
        let response = latin1(response);
        return Ok(match ResponseHead::parse(&response) {
            Ok(head) => json!({
                "status": head.status(), "lines": lines(head.lines()),
                "rest": from_latin1(head.rest()),
            }),
            Err(reason) => refused(reason),
        });
    }
    let options = HeadOptions {
        rules: rules(&row.rules)?,
        names: match row.names.as_str() {
            "any" => HeaderNames::Any,
            "plain" => HeaderNames::Plain,
            "underscores" => HeaderNames::Underscores,
            names => return Err(format!("{}: names {names}", row.id)),
        },
        merge_slashes: if row.merge_slashes { MergeSlashes::On } else { MergeSlashes::Off },
    };
    let request = latin1(row.request.as_deref().ok_or("a head")?);
    Ok(match RequestHead::parse(&request, &options) {
        Ok(head) => json!({
            "method": from_latin1(head.method()),
            "uri": from_latin1(head.target().uri()),
            "version": version(head.version()),
            "host": head.host().map(|host| from_latin1(host.as_bytes())),
            "http_host": head.http_host().map(from_latin1),
            "lines": lines(head.lines()),
            "rest": from_latin1(head.rest()),
        }),
        Err(reason) => refused(reason),
    })
}

/// An answer in the form of a row of `servers.json`.
pub(super) fn servers(row: &ServersRow) -> Result<Value, String> {
    let servers = match row.servers.parse::<NginxServers>() {
        Ok(servers) => servers.with_rules(rules(&row.rules)?),
        Err(error) => {
            return Ok(json!({ "config_error": {
                "code": bare(error.code()), "entry": error.entry(), "line": error.line(),
                "column": error.column(), "offset": error.offset(), "length": error.length(),
                "hint": error.hint(),
            } }));
        }
    };
    let written = servers.to_string();
    match written.parse::<NginxServers>() {
        Ok(again) if again.to_string() == written => {}
        _ => return Err(format!("{}: what is written is not read again", row.id)),
    }
    let facts = ServerFacts {
        remote_addr: NginxAddr::parse(row.remote_addr.as_bytes()).ok_or("an address")?,
        scheme: Scheme::parse(row.scheme.as_bytes()).ok_or("a scheme")?,
    };
    let request = latin1(&row.request);
    let answer = match servers.answer(&request, &facts) {
        Ok(answer) => answer,
        Err(reason) => return Ok(refused(reason)),
    };
    let target = answer.head().target();
    let upstream = answer.upstream();
    let lines = upstream.map(|upstream| {
        let text = |(name, value): &(Cow<'_, [u8]>, Cow<'_, [u8]>)| {
            (from_latin1(name), from_latin1(value))
        };
        upstream.lines().iter().map(text).collect::<Vec<_>>()
    });
    Ok(json!({
        "server": answer.server(),
        "server_name": answer.server_name(),
        "reason": answer.reason().as_str(),
        "host": from_latin1(answer.host()),
        "request_uri": from_latin1(target.request_uri()),
        "uri": from_latin1(target.uri()),
        "args": from_latin1(target.args()),
        "location": answer.location().map(|location| location.pattern()),
        "backend": upstream.map(|upstream| upstream.backend()),
        "target": upstream.map(|upstream| from_latin1(upstream.target())),
        "lines": lines,
        "redirect": answer.redirect().map(from_latin1),
    }))
}

fn refused(reason: HeadReason) -> Value {
    json!({ "status": reason.status().as_u16(), "code": reason.code() })
}

fn rules(name: &str) -> Result<NginxRules, String> {
    match name {
        "1.22" => Ok(NginxRules::V1_22),
        "current" => Ok(NginxRules::Current),
        name => Err(format!("rules {name}")),
    }
}
