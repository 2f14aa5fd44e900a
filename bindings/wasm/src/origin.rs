//! The origin of a request, and what the next server is told.

use tuleap_front_js as js;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Thrown;
use crate::client_ip::ClientIpResolver;

crate::handles! {
    /// What the next server is told.
    ForwardedHop,
    /// Which facts may come from headers.
    OriginPolicy,
}

/// Makes a policy.
#[wasm_bindgen(js_name = originPolicy)]
pub fn origin_policy(
    forwarded_scheme: bool,
    proto_hops: u8,
    allowed_hosts: Option<String>,
    forwarded_host: bool,
    forwarded_port: bool,
) -> Result<OriginPolicy, Thrown> {
    let hosts = allowed_hosts.as_deref();
    let policy =
        js::origin_policy(forwarded_scheme, proto_hops, hosts, forwarded_host, forwarded_port)?;
    Ok(OriginPolicy(policy))
}

/// The origin of a request.
#[wasm_bindgen]
pub fn origin(
    policy: &OriginPolicy,
    resolver: &ClientIpResolver,
    peer: &str,
    headers: &str,
    local: &str,
) -> Result<String, Thrown> {
    Ok(js::origin(&policy.0, &resolver.0, peer, headers, local)?)
}

/// One certain address, scheme and host.
#[wasm_bindgen(js_name = hopRecommended)]
pub fn hop_recommended() -> ForwardedHop {
    ForwardedHop(js::hop_recommended())
}

/// The lines of a guide.
#[wasm_bindgen(js_name = hopDocumented)]
pub fn hop_documented(guide: &str) -> Result<ForwardedHop, Thrown> {
    Ok(ForwardedHop(js::hop_documented(guide)?))
}

/// Does something else with one header.
#[wasm_bindgen(js_name = hopWith)]
pub fn hop_with(hop: &ForwardedHop, field: &str, directive: &str) -> Result<ForwardedHop, Thrown> {
    Ok(ForwardedHop(js::hop_with(&hop.0, field, directive)?))
}

/// Strips the headers that this resolver reads, too.
#[wasm_bindgen(js_name = hopForResolver)]
pub fn hop_for_resolver(hop: &ForwardedHop, resolver: &ClientIpResolver) -> ForwardedHop {
    ForwardedHop(js::hop_for_resolver(&hop.0, &resolver.0))
}

/// Why a client's header with this name is kept from the next server.
#[wasm_bindgen(js_name = hopStripReason)]
pub fn hop_strip_reason(hop: &ForwardedHop, name: &str) -> Option<String> {
    js::hop_strip_reason(&hop.0, name).map(str::to_owned)
}

/// The headers to send on.
#[wasm_bindgen(js_name = hopHeaders)]
pub fn hop_headers(
    hop: &ForwardedHop,
    policy: &OriginPolicy,
    resolver: &ClientIpResolver,
    peer: &str,
    headers: &str,
    local: &str,
) -> Result<String, Thrown> {
    Ok(js::hop_headers(&hop.0, &policy.0, &resolver.0, peer, headers, local)?)
}
