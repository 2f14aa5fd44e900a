//! What is cached.

use tuleap_front_js as js;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Thrown;
use crate::gzip::GzipPolicy;
use crate::routes::Locations;

crate::handles! {
    /// What is cached.
    CachePolicy,
    /// What a policy stores, over many requests.
    CacheZone,
}

/// Reads a policy about what is cached.
#[wasm_bindgen(js_name = cachePolicy)]
pub fn cache_policy(directives: &str, rules: &str) -> Result<CachePolicy, Thrown> {
    Ok(CachePolicy(js::cache_policy(directives, rules)?))
}

/// Ours.
#[wasm_bindgen(js_name = cacheRecommended)]
pub fn cache_recommended(rules: &str) -> Result<CachePolicy, Thrown> {
    Ok(CachePolicy(js::cache_recommended(rules)?))
}

/// The lines of a guide.
#[wasm_bindgen(js_name = cacheDocumented)]
pub fn cache_documented(guide: &str, rules: &str) -> Result<CachePolicy, Thrown> {
    Ok(CachePolicy(js::cache_documented(guide, rules)?))
}

/// The policy as directives.
#[wasm_bindgen(js_name = cacheText)]
pub fn cache_text(policy: &CachePolicy) -> String {
    policy.0.to_string()
}

/// What the policy says.
#[wasm_bindgen(js_name = cacheFields)]
pub fn cache_fields(policy: &CachePolicy) -> String {
    js::cache_fields(&policy.0)
}

/// What its gzip directives say.
#[wasm_bindgen(js_name = cacheGzip)]
pub fn cache_gzip(policy: &CachePolicy) -> Option<GzipPolicy> {
    js::cache_gzip(&policy.0).map(GzipPolicy)
}

/// The paths that it is about.
#[wasm_bindgen(js_name = cacheLocations)]
pub fn cache_locations(policy: &CachePolicy) -> Option<Locations> {
    js::cache_locations(&policy.0).map(Locations)
}

/// Is the cache asked for a request?
#[wasm_bindgen(js_name = cacheLookUp)]
pub fn cache_look_up(policy: &CachePolicy, facts: &str, headers: &str) -> Result<String, Thrown> {
    Ok(js::cache_look_up(&policy.0, facts, headers)?)
}

/// The key of a request.
#[wasm_bindgen(js_name = cacheKey)]
pub fn cache_key(
    policy: &CachePolicy,
    facts: &str,
    headers: &str,
) -> Result<Option<String>, Thrown> {
    Ok(js::cache_key(&policy.0, facts, headers)?)
}

/// The explanation before there is an answer.
#[wasm_bindgen(js_name = cacheExplainLookUp)]
pub fn cache_explain_look_up(
    policy: &CachePolicy,
    facts: &str,
    headers: &str,
) -> Result<String, Thrown> {
    Ok(js::cache_explain_look_up(&policy.0, facts, headers)?)
}

/// Is an answer stored?
#[wasm_bindgen(js_name = cacheStore)]
pub fn cache_store(
    policy: &CachePolicy,
    facts: &str,
    headers: &str,
    answer: &str,
    answer_headers: &str,
) -> Result<String, Thrown> {
    let exchange = js::CacheExchange { facts, headers, answer, answer_headers };
    Ok(js::cache_store(&policy.0, exchange)?)
}

/// The lines that a client gets.
#[wasm_bindgen(js_name = cacheResponseLines)]
pub fn cache_response_lines(
    policy: &CachePolicy,
    facts: &str,
    headers: &str,
    answer: &str,
    answer_headers: &str,
) -> Result<String, Thrown> {
    let exchange = js::CacheExchange { facts, headers, answer, answer_headers };
    Ok(js::cache_response_lines(&policy.0, exchange)?)
}

/// The explanation.
#[wasm_bindgen(js_name = cacheExplain)]
pub fn cache_explain(
    policy: &CachePolicy,
    facts: &str,
    headers: &str,
    answer: &str,
    answer_headers: &str,
) -> Result<String, Thrown> {
    let exchange = js::CacheExchange { facts, headers, answer, answer_headers };
    Ok(js::cache_explain(&policy.0, exchange)?)
}

/// The guide's key.
#[wasm_bindgen(js_name = cacheKeyDocumented)]
pub fn cache_key_documented(parts: &str) -> Result<String, Thrown> {
    Ok(js::cache_key_documented(parts)?)
}

/// The name of the file.
#[wasm_bindgen(js_name = cacheKeyMd5)]
pub fn cache_key_md5(key: &str) -> String {
    js::cache_key_md5(key)
}

/// The file, from the folder of the cache on.
#[wasm_bindgen(js_name = cacheKeyPath)]
pub fn cache_key_path(key: &str, levels: &str) -> Result<String, Thrown> {
    Ok(js::cache_key_path(key, levels)?)
}

/// The name of the file of one variant.
#[wasm_bindgen(js_name = cacheKeyVariant)]
pub fn cache_key_variant(key: &str, vary: &str, headers: &str) -> String {
    js::cache_key_variant(key, vary, headers)
}

/// Reads levels.
#[wasm_bindgen(js_name = cacheLevels)]
pub fn cache_levels(levels: &str) -> Result<String, Thrown> {
    Ok(js::cache_levels(levels)?)
}

/// An empty cache.
#[wasm_bindgen(js_name = cacheZone)]
pub fn cache_zone(policy: &CachePolicy) -> CacheZone {
    CacheZone(js::cache_zone(&policy.0))
}

/// Was nothing asked for yet, or is all of it forgotten?
#[wasm_bindgen(js_name = zoneIsEmpty)]
pub fn zone_is_empty(zone: &CacheZone) -> bool {
    zone.0.is_empty()
}

/// A request.
#[wasm_bindgen(js_name = zoneAsk)]
pub fn zone_ask(
    zone: &mut CacheZone,
    facts: &str,
    headers: &str,
    now: &str,
) -> Result<String, Thrown> {
    Ok(js::zone_ask(&mut zone.0, facts, headers, now)?)
}

/// What the backend answered.
#[wasm_bindgen(js_name = zoneAnswer)]
pub fn zone_answer(
    zone: &mut CacheZone,
    ticket: &str,
    answer: &str,
    headers: &str,
) -> Result<String, Thrown> {
    Ok(js::zone_answer(&mut zone.0, ticket, answer, headers)?)
}

/// How the backend failed.
#[wasm_bindgen(js_name = zoneFail)]
pub fn zone_fail(zone: &mut CacheZone, failed: &str) -> Result<String, Thrown> {
    Ok(js::zone_fail(&mut zone.0, failed)?)
}
