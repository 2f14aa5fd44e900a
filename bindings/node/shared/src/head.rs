use serde::Serialize;
use tuleap_front::{HeadOptions, HeadReason, HeaderNames, NginxHost, RequestHead, ResponseHead};

use crate::problem::Problem;
use crate::request_target::{Read, Refusal, Target, merge_slashes};
use crate::wire::{bytes, text, texts};
use crate::words::{nginx_rules, version_word};

impl From<HeadReason> for Refusal {
    fn from(reason: HeadReason) -> Self {
        Self {
            status: reason.status().as_u16(),
            reason: reason.as_str(),
            code: reason.code(),
            text: reason.text(),
        }
    }
}

/// A head of a request, as JavaScript reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head {
    method: String,
    target: Target,
    version: String,
    host: Option<String>,
    http_host: Option<String>,
    lines: Vec<(String, String)>,
    rest: String,
}

impl From<&RequestHead<'_>> for Head {
    fn from(head: &RequestHead<'_>) -> Self {
        Self {
            method: text(head.method()),
            target: head.target().into(),
            version: version_word(head.version()),
            host: head.host().map(|host| text(host.as_bytes())),
            http_host: head.http_host().map(text),
            lines: pairs(head.lines()),
            rest: text(head.rest()),
        }
    }
}

fn pairs(lines: &[(&[u8], &[u8])]) -> Vec<(String, String)> {
    lines.iter().map(|(name, value)| (text(name), text(value))).collect()
}

/// Reads the head of a request: JSON of it, or of the refusal. `options`: a list of the names that
/// are kept, `any`, `plain` or `underscores`, and of the rules, `current` or `1.22`.
///
/// # Errors
///
/// Another word.
pub fn request_head(head: &str, options: &str, merges: bool) -> Result<String, Problem> {
    let mut words = texts(options);
    let mut word = || words.next().unwrap_or_default();
    let options = HeadOptions {
        names: match word() {
            "any" => HeaderNames::Any,
            "plain" => HeaderNames::Plain,
            "underscores" => HeaderNames::Underscores,
            _ => return Err(Problem::argument("no such names: write plain, underscores or any")),
        },
        rules: nginx_rules(word())?,
        merge_slashes: merge_slashes(merges),
    };
    Ok(crate::json(&match RequestHead::parse(&bytes(head), &options) {
        Ok(head) => Read::Value(Head::from(&head)),
        Err(reason) => Read::Refusal(reason.into()),
    }))
}

/// A head of a response, as JavaScript reads it.
#[derive(Serialize)]
struct Response {
    status: u16,
    lines: Vec<(String, String)>,
    rest: String,
}

/// Reads the head of a response: JSON of it, or of the refusal.
#[must_use]
pub fn response_head(head: &str) -> String {
    crate::json(&match ResponseHead::parse(&bytes(head)) {
        Ok(head) => Read::Value(Response {
            status: head.status(),
            lines: pairs(head.lines()),
            rest: text(head.rest()),
        }),
        Err(reason) => Read::Refusal(reason.into()),
    })
}

/// What `$host` becomes of a host: JSON of the text, or of the refusal.
///
/// # Errors
///
/// Other rules.
pub fn nginx_host(value: &str, rules: &str) -> Result<String, Problem> {
    Ok(crate::json(&match NginxHost::parse(&bytes(value), nginx_rules(rules)?) {
        Ok(host) => Read::Value(text(host.as_bytes())),
        Err(reason) => Read::Refusal(HeadReason::from(reason).into()),
    }))
}
