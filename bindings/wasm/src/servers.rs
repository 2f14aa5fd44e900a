//! What Tuleap and nginx do themselves, to compare with.

use tuleap_front_js as js;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Thrown;
use crate::client_ip::ClientIpResolver;

crate::handles! {
    /// The `Destination` that nginx sends.
    NginxDestination,
    /// What nginx's realip does.
    NginxRealip,
    /// What Tuleap does.
    TuleapCompat,
}

/// What nginx sends with the lines of a guide.
#[wasm_bindgen(js_name = nginxDestination)]
pub fn nginx_destination(guide: &str, rules: &str) -> Result<NginxDestination, Thrown> {
    Ok(NginxDestination(js::nginx_destination(guide, rules)?))
}

/// The value that nginx sends.
#[wasm_bindgen(js_name = nginxDestinationSent)]
pub fn nginx_destination_sent(
    nginx: &NginxDestination,
    target: &str,
    values: &str,
) -> Option<String> {
    js::nginx_destination_sent(&nginx.0, target, values)
}

/// What nginx's realip does.
#[wasm_bindgen(js_name = nginxRealip)]
pub fn nginx_realip(
    trusted: &str,
    header: &str,
    recursive: bool,
    rules: &str,
) -> Result<NginxRealip, Thrown> {
    Ok(NginxRealip(js::nginx_realip(trusted, header, recursive, rules)?))
}

/// What realip makes of a request.
#[wasm_bindgen(js_name = realipResolve)]
pub fn realip_resolve(realip: &NginxRealip, peer: &str, headers: &str) -> Result<String, Thrown> {
    Ok(js::realip_resolve(&realip.0, peer, headers)?)
}

/// Reads the setting as Tuleap does.
#[wasm_bindgen(js_name = tuleapCompat)]
pub fn tuleap_compat(setting: &str) -> TuleapCompat {
    TuleapCompat(js::tuleap_compat(setting))
}

/// What Tuleap answers.
#[wasm_bindgen(js_name = compatResolve)]
pub fn compat_resolve(
    compat: &TuleapCompat,
    remote_addr: Option<String>,
    forwarded_for: Option<String>,
) -> String {
    js::compat_resolve(&compat.0, remote_addr.as_deref(), forwarded_for.as_deref())
}

/// Both answers.
#[wasm_bindgen(js_name = compatCompare)]
pub fn compat_compare(
    compat: &TuleapCompat,
    resolver: &ClientIpResolver,
    remote_addr: Option<String>,
    forwarded_for: Option<String>,
) -> String {
    let (remote_addr, forwarded_for) = (remote_addr.as_deref(), forwarded_for.as_deref());
    js::compat_compare(&compat.0, &resolver.0, remote_addr, forwarded_for)
}

/// The entries that Tuleap and the strict list read differently.
#[wasm_bindgen(js_name = compatWarnings)]
pub fn compat_warnings(compat: &TuleapCompat) -> String {
    js::warnings(compat.0.warnings())
}
