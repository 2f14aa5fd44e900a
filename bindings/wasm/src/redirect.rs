//! Plain http, and the hops between a client and the application.

use tuleap_front_js as js;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Thrown;

crate::handles! {
    /// Where a request over plain http is sent.
    HttpsRedirect,
    /// The hops between a client and the application.
    ProxyChain,
}

/// The redirect to a host.
#[wasm_bindgen(js_name = httpsRedirect)]
pub fn https_redirect(origin: &str, status: &str, rules: &str) -> Result<HttpsRedirect, Thrown> {
    Ok(HttpsRedirect(js::https_redirect(origin, status, rules)?))
}

/// The redirect of a guide.
#[wasm_bindgen(js_name = httpsRedirectDocumented)]
pub fn https_redirect_documented(
    guide: &str,
    server_name: &str,
    status: &str,
    rules: &str,
) -> Result<HttpsRedirect, Thrown> {
    Ok(HttpsRedirect(js::https_redirect_documented(guide, server_name, status, rules)?))
}

/// What is answered.
#[wasm_bindgen(js_name = redirectDecide)]
pub fn redirect_decide(redirect: &HttpsRedirect, facts: &str) -> Result<String, Thrown> {
    Ok(js::redirect_decide(&redirect.0, facts)?)
}

/// The explanation.
#[wasm_bindgen(js_name = redirectExplain)]
pub fn redirect_explain(redirect: &HttpsRedirect, facts: &str) -> Result<String, Thrown> {
    Ok(js::redirect_explain(&redirect.0, facts)?)
}

/// Reads a chain.
#[wasm_bindgen(js_name = proxyChain)]
pub fn proxy_chain(text: &str) -> Result<ProxyChain, Thrown> {
    Ok(ProxyChain(js::proxy_chain(text)?))
}

/// How a request ends that a client sends by this scheme.
#[wasm_bindgen(js_name = chainVerdict)]
pub fn chain_verdict(chain: &ProxyChain, scheme: &str) -> Result<String, Thrown> {
    Ok(js::chain_verdict(&chain.0, scheme)?.to_owned())
}

/// Both verdicts and what led to them.
#[wasm_bindgen(js_name = chainExplain)]
pub fn chain_explain(chain: &ProxyChain) -> String {
    js::chain_explain(&chain.0)
}

/// The chain as text.
#[wasm_bindgen(js_name = chainText)]
pub fn chain_text(chain: &ProxyChain) -> String {
    chain.0.to_string()
}

/// The chain with everything changed that is wrong.
#[wasm_bindgen(js_name = chainCorrected)]
pub fn chain_corrected(chain: &ProxyChain) -> String {
    chain.0.corrected().to_string()
}
