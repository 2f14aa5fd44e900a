//! Where COPY and MOVE go.

use tuleap_front_js as js;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Thrown;

crate::handles! {
    /// Where COPY and MOVE go.
    DestinationRule,
}

/// The strict rule.
#[wasm_bindgen(js_name = destinationRule)]
pub fn destination_rule(
    public: &str,
    backend: &str,
    foreign: &str,
    path_absolute: &str,
    if_tags: &str,
) -> Result<DestinationRule, Thrown> {
    Ok(DestinationRule(js::destination_rule(public, backend, foreign, path_absolute, if_tags)?))
}

/// The strict rule for a server that ends TLS.
#[wasm_bindgen(js_name = destinationRecommended)]
pub fn destination_recommended() -> DestinationRule {
    DestinationRule(js::destination_recommended())
}

/// The lines of a guide.
#[wasm_bindgen(js_name = destinationDocumented)]
pub fn destination_documented(guide: &str, rules: &str) -> Result<DestinationRule, Thrown> {
    Ok(DestinationRule(js::destination_documented(guide, rules)?))
}

/// The decision about header lines.
#[wasm_bindgen(js_name = destinationRewrite)]
pub fn destination_rewrite(
    rule: &DestinationRule,
    facts: &str,
    headers: &str,
) -> Result<String, Thrown> {
    Ok(js::destination_rewrite(&rule.0, facts, headers)?)
}

/// The decision about the lines of the one header.
#[wasm_bindgen(js_name = destinationRewriteLines)]
pub fn destination_rewrite_lines(
    rule: &DestinationRule,
    facts: &str,
    values: &str,
) -> Result<String, Thrown> {
    Ok(js::destination_rewrite_lines(&rule.0, facts, values)?)
}

/// The decision about one value.
#[wasm_bindgen(js_name = destinationRewriteValue)]
pub fn destination_rewrite_value(
    rule: &DestinationRule,
    facts: &str,
    value: &str,
) -> Result<String, Thrown> {
    Ok(js::destination_rewrite_value(&rule.0, facts, value)?)
}

/// The explanation.
#[wasm_bindgen(js_name = destinationExplain)]
pub fn destination_explain(
    rule: &DestinationRule,
    facts: &str,
    headers: &str,
) -> Result<String, Thrown> {
    Ok(js::destination_explain(&rule.0, facts, headers)?)
}

/// The value that replaces one `If` line.
#[wasm_bindgen(js_name = destinationRewriteIf)]
pub fn destination_rewrite_if(
    rule: &DestinationRule,
    facts: &str,
    value: &str,
) -> Result<Option<String>, Thrown> {
    Ok(js::destination_rewrite_if(&rule.0, facts, value)?)
}

/// The explanation of one `If` line.
#[wasm_bindgen(js_name = destinationExplainIf)]
pub fn destination_explain_if(
    rule: &DestinationRule,
    facts: &str,
    value: &str,
) -> Result<String, Thrown> {
    Ok(js::destination_explain_if(&rule.0, facts, value)?)
}

/// The value that replaces that of a `Location`.
#[wasm_bindgen(js_name = destinationRewriteLocation)]
pub fn destination_rewrite_location(
    rule: &DestinationRule,
    facts: &str,
    value: &str,
) -> Result<Option<String>, Thrown> {
    Ok(js::destination_rewrite_location(&rule.0, facts, value)?)
}

/// The explanation of the value of a `Location`.
#[wasm_bindgen(js_name = destinationExplainLocation)]
pub fn destination_explain_location(
    rule: &DestinationRule,
    facts: &str,
    value: &str,
) -> Result<String, Thrown> {
    Ok(js::destination_explain_location(&rule.0, facts, value)?)
}

/// Are the tags of `If` to be mapped?
#[wasm_bindgen(js_name = destinationMapsIf)]
pub fn destination_maps_if(rule: &DestinationRule) -> bool {
    js::destination_maps_if(&rule.0)
}
