//! What is compressed.

use tuleap_front_js as js;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Thrown;

crate::handles! {
    /// What is compressed.
    GzipPolicy,
}

/// Reads a policy about what is compressed.
#[wasm_bindgen(js_name = gzipPolicy)]
pub fn gzip_policy(directives: &str, options: &str) -> Result<GzipPolicy, Thrown> {
    Ok(GzipPolicy(js::gzip_policy(directives, options)?))
}

/// Ours.
#[wasm_bindgen(js_name = gzipRecommended)]
pub fn gzip_recommended(options: &str) -> Result<GzipPolicy, Thrown> {
    Ok(GzipPolicy(js::gzip_recommended(options)?))
}

/// What Tuleap comes with.
#[wasm_bindgen(js_name = gzipTuleap)]
pub fn gzip_tuleap(options: &str) -> Result<GzipPolicy, Thrown> {
    Ok(GzipPolicy(js::gzip_tuleap(options)?))
}

/// The lines of a guide.
#[wasm_bindgen(js_name = gzipDocumented)]
pub fn gzip_documented(guide: &str, options: &str) -> Result<GzipPolicy, Thrown> {
    Ok(GzipPolicy(js::gzip_documented(guide, options)?))
}

/// The policy as directives.
#[wasm_bindgen(js_name = gzipText)]
pub fn gzip_text(policy: &GzipPolicy) -> String {
    policy.0.to_string()
}

/// What the policy says.
#[wasm_bindgen(js_name = gzipFields)]
pub fn gzip_fields(policy: &GzipPolicy) -> String {
    js::gzip_fields(&policy.0)
}

/// What becomes of an answer.
#[wasm_bindgen(js_name = gzipDecide)]
pub fn gzip_decide(
    policy: &GzipPolicy,
    facts: &str,
    request: &str,
    response: &str,
) -> Result<String, Thrown> {
    Ok(js::gzip_decide(&policy.0, facts, request, response)?)
}

/// The explanation.
#[wasm_bindgen(js_name = gzipExplain)]
pub fn gzip_explain(
    policy: &GzipPolicy,
    facts: &str,
    request: &str,
    response: &str,
) -> Result<String, Thrown> {
    Ok(js::gzip_explain(&policy.0, facts, request, response)?)
}

/// The lines that a client gets.
#[wasm_bindgen(js_name = gzipResponseLines)]
pub fn gzip_response_lines(
    policy: &GzipPolicy,
    facts: &str,
    request: &str,
    response: &str,
) -> Result<String, Thrown> {
    Ok(js::gzip_response_lines(&policy.0, facts, request, response)?)
}
