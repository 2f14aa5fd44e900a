use serde::Serialize;
use tuleap_front::{GzipFacts, GzipLength, GzipPolicy, RequestVersion, Scheme, Secrets};

use crate::problem::Problem;
use crate::wire::{Bytes, Line, bytes, kept_lines, pairs, texts};
use crate::words::{guide, nginx_rules, number, rules_word, scheme, version, version_word};

/// Reads a policy from nginx's directives. `options`: a list of the rules, `current` or `1.22`, of
/// what becomes of secrets, `identity` or `compress`, and perhaps of the parameters of an `expires`.
///
/// # Errors
///
/// A directive that cannot be read, or another word.
pub fn gzip_policy(directives: &str, options: &str) -> Result<GzipPolicy, Problem> {
    with_options(directives.parse()?, options)
}

/// Ours.
///
/// # Errors
///
/// Another word.
pub fn gzip_recommended(options: &str) -> Result<GzipPolicy, Problem> {
    with_options(GzipPolicy::recommended(), options)
}

/// What Tuleap comes with.
///
/// # Errors
///
/// Another word.
pub fn gzip_tuleap(options: &str) -> Result<GzipPolicy, Problem> {
    with_options(GzipPolicy::tuleap(), options)
}

/// The lines of a guide.
///
/// # Errors
///
/// Another word.
pub fn gzip_documented(of: &str, options: &str) -> Result<GzipPolicy, Problem> {
    with_options(GzipPolicy::documented(guide(of)?), options)
}

fn with_options(policy: GzipPolicy, options: &str) -> Result<GzipPolicy, Problem> {
    let mut options = texts(options);
    let policy = policy.with_rules(nginx_rules(options.next().unwrap_or_default())?);
    let policy = policy.with_secrets(match options.next() {
        Some("compress") => Secrets::Compress,
        Some("identity") => Secrets::Identity,
        _ => return Err(Problem::argument("no such secrets: write identity or compress")),
    });
    Ok(match options.next() {
        Some(expires) => policy.with_expires(expires.parse()?),
        None => policy,
    })
}

/// What a policy says, as JavaScript reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    is_recommended: bool,
    is_on: bool,
    has_vary: bool,
    proxied: Vec<&'static str>,
    types: Vec<&'a str>,
    has_all_types: bool,
    disable: Vec<&'a str>,
    min_length: u64,
    http_version: String,
    expires: String,
    passes_date: bool,
    nginx: &'static str,
    secrets: &'static str,
}

/// What a policy says: JSON of [`Fields`].
#[must_use]
pub fn gzip_fields(policy: &GzipPolicy) -> String {
    crate::json(&Fields {
        is_recommended: policy.is_recommended(),
        is_on: policy.is_on(),
        has_vary: policy.has_vary(),
        proxied: policy.proxied().map(|flag| flag.as_str()).collect(),
        types: policy.types().collect(),
        has_all_types: policy.has_all_types(),
        disable: policy.disable().collect(),
        min_length: policy.min_length(),
        http_version: version_word(policy.http_version()),
        expires: policy.expires().to_string(),
        passes_date: policy.passes_date(),
        nginx: rules_word(policy.rules()),
        secrets: match policy.secrets() {
            Secrets::Compress => "compress",
            Secrets::Identity => "identity",
        },
    })
}

/// What is known about a request and its answer. `facts`: a list of scheme, method, version, status,
/// Unix seconds, and the length, which is empty where the header says it, or `unknown`.
struct Facts<'a> {
    scheme: Scheme,
    method: Bytes<'a>,
    version: RequestVersion,
    status: u16,
    now: i64,
    length: GzipLength,
    request: Vec<Line>,
    response: Vec<Line>,
}

impl<'a> Facts<'a> {
    fn read(facts: &'a str, request: &'a str, response: &'a str) -> Result<Self, Problem> {
        let mut parts = texts(facts);
        let mut part = || parts.next().unwrap_or_default();
        Ok(Self {
            scheme: scheme(part())?,
            method: bytes(part()),
            version: version(part())?,
            status: number(part())?,
            now: number(part())?,
            length: match part() {
                "" => GzipLength::FromHeaders,
                "unknown" => GzipLength::Unknown,
                length => GzipLength::Known(number(length)?),
            },
            request: kept_lines(request),
            response: kept_lines(response),
        })
    }

    fn borrow(&self) -> GzipFacts<'_, [Line], [Line]> {
        GzipFacts {
            scheme: self.scheme,
            method: &self.method,
            version: self.version,
            request: self.request.as_slice(),
            status: self.status,
            response: self.response.as_slice(),
            length: self.length,
            now: self.now,
        }
    }
}

/// A verdict, as JavaScript reads it.
#[derive(Serialize)]
struct Answer {
    compresses: bool,
    reason: &'static str,
    code: &'static str,
    text: &'static str,
    varies: bool,
    etag: &'static str,
    removes: &'static [&'static str],
}

/// What becomes of an answer: JSON of [`Answer`].
///
/// # Errors
///
/// A fact that is none.
pub fn gzip_decide(
    policy: &GzipPolicy,
    facts: &str,
    request: &str,
    response: &str,
) -> Result<String, Problem> {
    let facts = Facts::read(facts, request, response)?;
    let verdict = policy.decide(&facts.borrow());
    let reason = verdict.reason();
    Ok(crate::json(&Answer {
        compresses: verdict.compresses(),
        reason: reason.as_str(),
        code: reason.code(),
        text: reason.text(),
        varies: verdict.varies(),
        etag: verdict.etag().as_str(),
        removes: verdict.removes(),
    }))
}

/// The explanation: JSON of its parts and its text.
///
/// # Errors
///
/// A fact that is none.
pub fn gzip_explain(
    policy: &GzipPolicy,
    facts: &str,
    request: &str,
    response: &str,
) -> Result<String, Problem> {
    let facts = Facts::read(facts, request, response)?;
    Ok(crate::explained(policy.explain(&facts.borrow())))
}

/// The lines that a client gets: JSON of pairs.
///
/// # Errors
///
/// A fact that is none.
pub fn gzip_response_lines(
    policy: &GzipPolicy,
    facts: &str,
    request: &str,
    response: &str,
) -> Result<String, Problem> {
    let facts = Facts::read(facts, request, response)?;
    let lines = policy.response_lines(&facts.borrow());
    Ok(crate::json(&pairs(&lines)))
}
