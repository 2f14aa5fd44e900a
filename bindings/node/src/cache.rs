//! What is cached.

use napi::Result;
use napi::bindgen_prelude::External;
use napi_derive::napi;
use tuleap_front_js::{self as js, CacheExchange, CachePolicy, CacheZone, GzipPolicy, Locations};

use crate::text::Text;
use crate::thrown;

/// Reads a policy about what is cached.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn cache_policy(directives: String, rules: Text) -> Result<External<CachePolicy>> {
    js::cache_policy(&directives, rules.as_str()).map(External::new).map_err(thrown)
}

/// Ours.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn cache_recommended(rules: Text) -> Result<External<CachePolicy>> {
    js::cache_recommended(rules.as_str()).map(External::new).map_err(thrown)
}

/// The lines of a guide.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn cache_documented(guide: Text, rules: Text) -> Result<External<CachePolicy>> {
    js::cache_documented(guide.as_str(), rules.as_str()).map(External::new).map_err(thrown)
}

/// The policy as directives.
#[napi(catch_unwind)]
pub fn cache_text(policy: &External<CachePolicy>) -> String {
    policy.to_string()
}

/// What the policy says.
#[napi(catch_unwind)]
pub fn cache_fields(policy: &External<CachePolicy>) -> String {
    js::cache_fields(policy)
}

/// What its gzip directives say.
#[napi(catch_unwind, ts_return_type = "object | null")]
pub fn cache_gzip(policy: &External<CachePolicy>) -> Option<External<GzipPolicy>> {
    js::cache_gzip(policy).map(External::new)
}

/// The paths that it is about.
#[napi(catch_unwind, ts_return_type = "object | null")]
pub fn cache_locations(policy: &External<CachePolicy>) -> Option<External<Locations>> {
    js::cache_locations(policy).map(External::new)
}

/// Is the cache asked for a request?
#[napi(catch_unwind)]
pub fn cache_look_up(policy: &External<CachePolicy>, facts: Text, headers: Text) -> Result<String> {
    js::cache_look_up(policy, facts.as_str(), headers.as_str()).map_err(thrown)
}

/// The key of a request.
#[napi(catch_unwind)]
pub fn cache_key(
    policy: &External<CachePolicy>,
    facts: Text,
    headers: Text,
) -> Result<Option<String>> {
    js::cache_key(policy, facts.as_str(), headers.as_str()).map_err(thrown)
}

/// The explanation before there is an answer.
#[napi(catch_unwind)]
pub fn cache_explain_look_up(
    policy: &External<CachePolicy>,
    facts: Text,
    headers: Text,
) -> Result<String> {
    js::cache_explain_look_up(policy, facts.as_str(), headers.as_str()).map_err(thrown)
}

/// Is an answer stored?
#[napi(catch_unwind)]
pub fn cache_store(
    policy: &External<CachePolicy>,
    facts: Text,
    headers: Text,
    answer: Text,
    answer_headers: Text,
) -> Result<String> {
    let exchange = CacheExchange {
        facts: facts.as_str(),
        headers: headers.as_str(),
        answer: answer.as_str(),
        answer_headers: answer_headers.as_str(),
    };
    js::cache_store(policy, exchange).map_err(thrown)
}

/// The lines that a client gets.
#[napi(catch_unwind)]
pub fn cache_response_lines(
    policy: &External<CachePolicy>,
    facts: Text,
    headers: Text,
    answer: Text,
    answer_headers: Text,
) -> Result<String> {
    let exchange = CacheExchange {
        facts: facts.as_str(),
        headers: headers.as_str(),
        answer: answer.as_str(),
        answer_headers: answer_headers.as_str(),
    };
    js::cache_response_lines(policy, exchange).map_err(thrown)
}

/// The explanation.
#[napi(catch_unwind)]
pub fn cache_explain(
    policy: &External<CachePolicy>,
    facts: Text,
    headers: Text,
    answer: Text,
    answer_headers: Text,
) -> Result<String> {
    let exchange = CacheExchange {
        facts: facts.as_str(),
        headers: headers.as_str(),
        answer: answer.as_str(),
        answer_headers: answer_headers.as_str(),
    };
    js::cache_explain(policy, exchange).map_err(thrown)
}

/// The guide's key.
#[napi(catch_unwind)]
pub fn cache_key_documented(parts: Text) -> Result<String> {
    js::cache_key_documented(parts.as_str()).map_err(thrown)
}

/// The name of the file.
#[napi(catch_unwind)]
pub fn cache_key_md5(key: Text) -> String {
    js::cache_key_md5(key.as_str())
}

/// The file, from the folder of the cache on.
#[napi(catch_unwind)]
pub fn cache_key_path(key: Text, levels: Text) -> Result<String> {
    js::cache_key_path(key.as_str(), levels.as_str()).map_err(thrown)
}

/// The name of the file of one variant.
#[napi(catch_unwind)]
pub fn cache_key_variant(key: Text, vary: Text, headers: Text) -> String {
    js::cache_key_variant(key.as_str(), vary.as_str(), headers.as_str())
}

/// Reads levels.
#[napi(catch_unwind)]
pub fn cache_levels(levels: Text) -> Result<String> {
    js::cache_levels(levels.as_str()).map_err(thrown)
}

/// An empty cache.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn cache_zone(policy: &External<CachePolicy>) -> External<CacheZone> {
    External::new(js::cache_zone(policy))
}

/// Was nothing asked for yet, or is all of it forgotten?
#[napi(catch_unwind)]
pub fn zone_is_empty(zone: &External<CacheZone>) -> bool {
    zone.is_empty()
}

/// A request.
#[napi(catch_unwind)]
pub fn zone_ask(
    zone: &mut External<CacheZone>,
    facts: Text,
    headers: Text,
    now: Text,
) -> Result<String> {
    js::zone_ask(zone, facts.as_str(), headers.as_str(), now.as_str()).map_err(thrown)
}

/// What the backend answered.
#[napi(catch_unwind)]
pub fn zone_answer(
    zone: &mut External<CacheZone>,
    ticket: Text,
    answer: Text,
    headers: Text,
) -> Result<String> {
    js::zone_answer(zone, ticket.as_str(), answer.as_str(), headers.as_str()).map_err(thrown)
}

/// How the backend failed.
#[napi(catch_unwind)]
pub fn zone_fail(zone: &mut External<CacheZone>, failed: Text) -> Result<String> {
    js::zone_fail(zone, failed.as_str()).map_err(thrown)
}
