//! What is compressed.

use napi::Result;
use napi::bindgen_prelude::External;
use napi_derive::napi;
use tuleap_front_js::{self as js, GzipPolicy};

use crate::text::Text;
use crate::thrown;

/// Reads a policy about what is compressed.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn gzip_policy(directives: String, options: Text) -> Result<External<GzipPolicy>> {
    js::gzip_policy(&directives, options.as_str()).map(External::new).map_err(thrown)
}

/// Ours.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn gzip_recommended(options: Text) -> Result<External<GzipPolicy>> {
    js::gzip_recommended(options.as_str()).map(External::new).map_err(thrown)
}

/// What Tuleap comes with.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn gzip_tuleap(options: Text) -> Result<External<GzipPolicy>> {
    js::gzip_tuleap(options.as_str()).map(External::new).map_err(thrown)
}

/// The lines of a guide.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn gzip_documented(guide: Text, options: Text) -> Result<External<GzipPolicy>> {
    js::gzip_documented(guide.as_str(), options.as_str()).map(External::new).map_err(thrown)
}

/// The policy as directives.
#[napi(catch_unwind)]
pub fn gzip_text(policy: &External<GzipPolicy>) -> String {
    policy.to_string()
}

/// What the policy says.
#[napi(catch_unwind)]
pub fn gzip_fields(policy: &External<GzipPolicy>) -> String {
    js::gzip_fields(policy)
}

/// What becomes of an answer.
#[napi(catch_unwind)]
pub fn gzip_decide(
    policy: &External<GzipPolicy>,
    facts: Text,
    request: Text,
    response: Text,
) -> Result<String> {
    js::gzip_decide(policy, facts.as_str(), request.as_str(), response.as_str()).map_err(thrown)
}

/// The explanation.
#[napi(catch_unwind)]
pub fn gzip_explain(
    policy: &External<GzipPolicy>,
    facts: Text,
    request: Text,
    response: Text,
) -> Result<String> {
    js::gzip_explain(policy, facts.as_str(), request.as_str(), response.as_str()).map_err(thrown)
}

/// The lines that a client gets.
#[napi(catch_unwind)]
pub fn gzip_response_lines(
    policy: &External<GzipPolicy>,
    facts: Text,
    request: Text,
    response: Text,
) -> Result<String> {
    js::gzip_response_lines(policy, facts.as_str(), request.as_str(), response.as_str())
        .map_err(thrown)
}
