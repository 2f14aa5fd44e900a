//! Trusted proxies and the client behind them: what every module has.

use tuleap_front_js::{self as js, ResolverOptions};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Thrown;

crate::handles! {
    /// A resolver.
    ClientIpResolver,
    /// A list of trusted proxies.
    TrustedProxies,
}

/// Reads a list.
#[wasm_bindgen(js_name = trustedProxies)]
pub fn trusted_proxies(
    text: &str,
    allow_trust_all: bool,
    commas_only: bool,
) -> Result<TrustedProxies, Thrown> {
    Ok(TrustedProxies(js::trusted_proxies(text, allow_trust_all, commas_only)?))
}

/// Is this address in the list?
#[wasm_bindgen(js_name = proxiesContain)]
pub fn proxies_contain(proxies: &TrustedProxies, address: &str) -> Result<bool, Thrown> {
    Ok(js::contains(&proxies.0, address)?)
}

/// The same for any text.
#[wasm_bindgen(js_name = proxiesCover)]
pub fn proxies_cover(proxies: &TrustedProxies, address: &str) -> bool {
    js::covers(&proxies.0, address)
}

/// Are peers on a local socket trusted?
#[wasm_bindgen(js_name = proxiesTrustUnixSocket)]
pub fn proxies_trust_unix_socket(proxies: &TrustedProxies) -> bool {
    proxies.0.trusts_unix_socket()
}

/// Is nobody trusted?
#[wasm_bindgen(js_name = proxiesAreEmpty)]
pub fn proxies_are_empty(proxies: &TrustedProxies) -> bool {
    proxies.0.is_empty()
}

/// Makes a resolver.
#[wasm_bindgen]
pub fn resolver(
    trusted: &TrustedProxies,
    headers: &str,
    hops: u8,
    max_hops: u8,
    danger_any_peer: bool,
) -> Result<ClientIpResolver, Thrown> {
    let options = ResolverOptions { headers, hops, max_hops, danger_any_peer };
    Ok(ClientIpResolver(js::resolver(&trusted.0, options)?))
}

/// The names of the headers that are read.
#[wasm_bindgen(js_name = resolverSources)]
pub fn resolver_sources(resolver: &ClientIpResolver) -> String {
    js::sources(&resolver.0)
}

/// May this peer's headers be read?
#[wasm_bindgen(js_name = resolverTrusts)]
pub fn resolver_trusts(resolver: &ClientIpResolver, peer: &str) -> Result<bool, Thrown> {
    Ok(js::trusts(&resolver.0, peer)?)
}

/// The answer for header lines.
#[wasm_bindgen]
pub fn resolve(resolver: &ClientIpResolver, peer: &str, headers: &str) -> String {
    js::resolve(&resolver.0, peer, headers)
}

/// The answer for the values of the one header that is read.
#[wasm_bindgen(js_name = resolveValues)]
pub fn resolve_values(resolver: &ClientIpResolver, peer: &str, values: &str) -> String {
    js::resolve_values(&resolver.0, peer, values)
}
