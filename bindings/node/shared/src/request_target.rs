use serde::Serialize;
use tuleap_front::{
    MergeSlashes, RequestLine, RequestLineReason, RequestTarget, RequestTargetReason,
};

use crate::problem::Problem;
use crate::wire::{bytes, text};
use crate::words::{nginx_rules, version_word};

/// What is read, or why it is refused.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Read<T> {
    Refusal(Refusal),
    Value(T),
}

/// What nginx answers.
#[derive(Serialize)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) reason: &'static str,
    pub(crate) code: &'static str,
    pub(crate) text: &'static str,
}

/// A target, as JavaScript reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Target {
    request_uri: String,
    uri: String,
    args: String,
    host: Option<String>,
}

/// A line, as JavaScript reads it.
#[derive(Serialize)]
struct Line {
    method: String,
    target: Target,
    version: String,
}

/// Reads a request target: JSON of [`Read`].
#[must_use]
pub fn request_target(target: &str, merges: bool) -> String {
    crate::json(&match RequestTarget::parse(&bytes(target), merge_slashes(merges)) {
        Ok(target) => Read::Value(Target::from(&target)),
        Err(reason) => Read::Refusal(reason.into()),
    })
}

/// Reads a request line: JSON of [`Read`].
///
/// # Errors
///
/// Other rules.
pub fn request_line(line: &str, rules: &str, merges: bool) -> Result<String, Problem> {
    let (line, rules) = (bytes(line), nginx_rules(rules)?);
    Ok(crate::json(&match RequestLine::parse(&line, rules, merge_slashes(merges)) {
        Ok(line) => Read::Value(Line::from(&line)),
        Err(reason) => Read::Refusal(reason.into()),
    }))
}

pub(crate) const fn merge_slashes(merges: bool) -> MergeSlashes {
    if merges { MergeSlashes::On } else { MergeSlashes::Off }
}

impl From<RequestTargetReason> for Refusal {
    fn from(reason: RequestTargetReason) -> Self {
        Self {
            status: reason.status().as_u16(),
            reason: reason.as_str(),
            code: reason.code(),
            text: reason.text(),
        }
    }
}

impl From<RequestLineReason> for Refusal {
    fn from(reason: RequestLineReason) -> Self {
        Self {
            status: reason.status().as_u16(),
            reason: reason.as_str(),
            code: reason.code(),
            text: reason.text(),
        }
    }
}

impl From<&RequestTarget<'_>> for Target {
    fn from(target: &RequestTarget<'_>) -> Self {
        Self {
            request_uri: text(target.request_uri()),
            uri: text(target.uri()),
            args: text(target.args()),
            host: target.host().map(text),
        }
    }
}

impl From<&RequestLine<'_>> for Line {
    fn from(line: &RequestLine<'_>) -> Self {
        Self {
            method: text(line.method()),
            target: line.target().into(),
            version: version_word(line.version()),
        }
    }
}
