//! Why an answer is what it is, and what is risky about a configuration.

use tuleap_front_js as js;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::client_ip::{ClientIpResolver, TrustedProxies};

/// The merged list.
#[wasm_bindgen(js_name = proxiesText)]
pub fn proxies_text(proxies: &TrustedProxies) -> String {
    proxies.0.to_string()
}

/// The merged networks.
#[wasm_bindgen(js_name = proxiesNetworks)]
pub fn proxies_networks(proxies: &TrustedProxies) -> String {
    js::networks(&proxies.0)
}

/// What is risky about the list.
#[wasm_bindgen(js_name = proxiesWarnings)]
pub fn proxies_warnings(proxies: &TrustedProxies) -> String {
    js::warnings(proxies.0.warnings())
}

/// What is risky about the resolver.
#[wasm_bindgen(js_name = resolverWarnings)]
pub fn resolver_warnings(resolver: &ClientIpResolver) -> String {
    js::warnings(&resolver.0.warnings())
}

/// The explanation.
#[wasm_bindgen]
pub fn explain(resolver: &ClientIpResolver, peer: &str, headers: &str) -> String {
    js::explain(&resolver.0, peer, headers)
}
