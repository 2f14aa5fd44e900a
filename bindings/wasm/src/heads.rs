//! Heads, and the servers of an address.

use tuleap_front_js as js;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Thrown;

crate::handles! {
    /// The servers of an address.
    NginxServers,
}

/// Reads the head of a request.
#[wasm_bindgen(js_name = requestHead)]
pub fn request_head(head: &str, options: &str, merges: bool) -> Result<String, Thrown> {
    Ok(js::request_head(head, options, merges)?)
}

/// Reads the head of a response.
#[wasm_bindgen(js_name = responseHead)]
pub fn response_head(head: &str) -> String {
    js::response_head(head)
}

/// What `$host` becomes of a host.
#[wasm_bindgen(js_name = nginxHost)]
pub fn nginx_host(value: &str, rules: &str) -> Result<String, Thrown> {
    Ok(js::nginx_host(value, rules)?)
}

/// Reads the servers of an address.
#[wasm_bindgen(js_name = nginxServers)]
pub fn nginx_servers(text: &str, rules: &str) -> Result<NginxServers, Thrown> {
    Ok(NginxServers(js::nginx_servers(text, rules)?))
}

/// The servers as text.
#[wasm_bindgen(js_name = serversText)]
pub fn servers_text(servers: &NginxServers) -> String {
    servers.0.to_string()
}

/// What becomes of a request.
#[wasm_bindgen(js_name = serversAnswer)]
pub fn servers_answer(servers: &NginxServers, head: &str, facts: &str) -> Result<String, Thrown> {
    Ok(js::servers_answer(&servers.0, head, facts)?)
}
