//! What is compressed.

use serde_json::{Value, json};
use tuleap_front::{
    Guide, GzipCheck, GzipFacts, GzipLength, GzipPolicy, NginxRules, RequestVersion, Scheme,
    Secrets,
};

use super::bare;
use crate::row::{GzipPolicyName, GzipRow, Length, from_latin1, latin1};

/// The answer to a row of `gzip.json`.
pub(super) fn gzip(row: &GzipRow) -> Result<Value, String> {
    let policy = match (row.policy, &row.directives) {
        (Some(GzipPolicyName::Documented), None) => GzipPolicy::documented(Guide::ReverseProxy),
        (Some(GzipPolicyName::Recommended), None) => GzipPolicy::recommended(),
        (Some(GzipPolicyName::Tuleap), None) => GzipPolicy::tuleap(),
        (None, Some(directives)) => match directives.parse::<GzipPolicy>() {
            Ok(policy) => policy,
            Err(error) => {
                return Ok(json!({ "config_error": {
                    "code": bare(error.code()), "entry": error.entry(), "line": error.line(),
                    "column": error.column(), "offset": error.offset(),
                    "length": error.length(), "hint": error.hint(),
                } }));
            }
        },
        _ => return Err(format!("{}: policy or directives", row.id)),
    };
    let policy = policy.with_rules(rules(&row.rules)?).with_secrets(match row.secrets.as_str() {
        "compress" => Secrets::Compress,
        _ => Secrets::Identity,
    });
    let policy = match &row.expires {
        Some(expires) => policy.with_expires(expires.parse().map_err(|_| "expires")?),
        None => policy,
    };
    let (request, response) = (lines(&row.request), lines(&row.response));
    let version = row.version.as_bytes();
    let facts = GzipFacts {
        method: row.method.as_bytes(),
        version: RequestVersion::of_protocol(version).ok_or("a version")?,
        length: match row.length {
            None => GzipLength::FromHeaders,
            Some(Length::Known(length)) => GzipLength::Known(length),
            Some(Length::Unknown(_)) => GzipLength::Unknown,
        },
        now: row.now,
        ..GzipFacts::new(
            Scheme::parse(row.scheme.as_bytes()).ok_or("a scheme")?,
            request.as_slice(),
            row.status,
            response.as_slice(),
        )
    };
    let verdict = policy.decide(&facts);
    let explanation = policy.explain(&facts);
    if *explanation.verdict() != verdict {
        return Err(format!("{}: explain and decide differ", row.id));
    }
    let checks = explanation.steps().iter().map(|step| step.check());
    let lines = policy.response_lines(&facts);
    let line = |(name, value): &(_, _)| json!([text(name), text(value)]);
    Ok(json!({
        "compresses": verdict.compresses(), "reason": verdict.reason().as_str(),
        "varies": verdict.varies(), "etag": verdict.etag().as_str(), "removes": verdict.removes(),
        "checks": checks.map(GzipCheck::as_str).collect::<Vec<_>>(),
        "lines": lines.iter().map(line).collect::<Vec<_>>(),
        "directives": policy.to_string(),
    }))
}

fn rules(name: &str) -> Result<NginxRules, String> {
    match name {
        "1.22" => Ok(NginxRules::V1_22),
        "current" => Ok(NginxRules::Current),
        _ => Err(format!("{name}: rules are 1.22 or current")),
    }
}

fn lines(lines: &[(String, String)]) -> Vec<(Vec<u8>, Vec<u8>)> {
    lines.iter().map(|(name, value)| (latin1(name), latin1(value))).collect()
}

fn text(bytes: &impl AsRef<[u8]>) -> String {
    from_latin1(bytes.as_ref())
}
