//! Heads, and the servers of an address.

use napi::Result;
use napi::bindgen_prelude::External;
use napi_derive::napi;
use tuleap_front_js::{self as js, NginxServers};

use crate::text::Text;
use crate::thrown;

/// Reads the head of a request.
#[napi(catch_unwind)]
pub fn request_head(head: String, options: Text, merges: bool) -> Result<String> {
    js::request_head(&head, options.as_str(), merges).map_err(thrown)
}

/// Reads the head of a response.
#[napi(catch_unwind)]
pub fn response_head(head: String) -> String {
    js::response_head(&head)
}

/// What `$host` becomes of a host.
#[napi(catch_unwind)]
pub fn nginx_host(value: Text, rules: Text) -> Result<String> {
    js::nginx_host(value.as_str(), rules.as_str()).map_err(thrown)
}

/// Reads the servers of an address.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn nginx_servers(text: String, rules: Text) -> Result<External<NginxServers>> {
    js::nginx_servers(&text, rules.as_str()).map(External::new).map_err(thrown)
}

/// The servers as text.
#[napi(catch_unwind)]
pub fn servers_text(servers: &External<NginxServers>) -> String {
    servers.to_string()
}

/// What becomes of a request.
#[napi(catch_unwind)]
pub fn servers_answer(
    servers: &External<NginxServers>,
    head: String,
    facts: Text,
) -> Result<String> {
    js::servers_answer(servers, &head, facts.as_str()).map_err(thrown)
}
