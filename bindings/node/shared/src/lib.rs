//! What the Node and the WASM binding have in common: the border between Rust and JavaScript.
//!
//! Only texts, numbers and handles cross it, since each further value costs as much as a call.
//! What has parts crosses as one text: lists by [`wire`], an answer by [`client_ip`], everything
//! that is not asked for every request, and every error, as JSON. `shared/api` is the other side.
#![forbid(unsafe_code)]

mod cache_key;
mod cache_policy;
mod cache_zone;
mod client_ip;
mod destination;
mod forwarded_hop;
mod gzip_policy;
mod head;
mod https_redirect;
mod locations;
mod nginx_realip;
mod origin;
mod problem;
mod proxy_chain;
mod request_target;
mod resolver;
mod routes;
mod servers;
mod ssh_stream;
mod trusted_proxies;
mod tuleap_compat;
mod wire;
mod words;

pub use cache_key::{
    cache_key_documented, cache_key_md5, cache_key_path, cache_key_variant, cache_levels,
};
pub use cache_policy::{
    CacheExchange, cache_documented, cache_explain, cache_explain_look_up, cache_fields,
    cache_gzip, cache_key, cache_locations, cache_look_up, cache_policy, cache_recommended,
    cache_response_lines, cache_store,
};
pub use cache_zone::{cache_zone, zone_answer, zone_ask, zone_fail};
pub use client_ip::names;
pub use destination::{
    destination_documented, destination_explain, destination_explain_if,
    destination_explain_location, destination_maps_if, destination_recommended,
    destination_rewrite, destination_rewrite_if, destination_rewrite_lines,
    destination_rewrite_location, destination_rewrite_value, destination_rule, nginx_destination,
    nginx_destination_sent,
};
pub use forwarded_hop::{
    hop_documented, hop_for_resolver, hop_headers, hop_recommended, hop_strip_reason, hop_with,
};
pub use gzip_policy::{
    gzip_decide, gzip_documented, gzip_explain, gzip_fields, gzip_policy, gzip_recommended,
    gzip_response_lines, gzip_tuleap,
};
pub use head::{nginx_host, request_head, response_head};
pub use https_redirect::{
    https_redirect, https_redirect_documented, redirect_decide, redirect_explain,
};
pub use locations::{locations, locations_explain, locations_find, locations_of};
pub use nginx_realip::{nginx_realip, realip_resolve};
pub use origin::{origin, origin_policy};
pub use problem::Problem;
pub use proxy_chain::{chain_explain, chain_verdict, proxy_chain};
pub use request_target::{request_line, request_target};
pub use resolver::{ResolverOptions, explain, resolve, resolve_values, resolver, sources, trusts};
pub use routes::{
    routes, routes_backends, routes_documented, routes_explain, routes_recommended, routes_route,
};
pub use servers::{nginx_servers, servers_answer};
pub use ssh_stream::{ssh_documented, ssh_recommended};
pub use trusted_proxies::{contains, covers, networks, trusted_proxies};
pub use tuleap_compat::{compat_compare, compat_resolve, tuleap_compat};

/// The types behind the handles.
pub use tuleap_front::{
    CachePolicy, CacheZone, ClientIpResolver, DestinationRule, ForwardedHop, GzipPolicy,
    HttpsRedirect, Locations, NginxDestination, NginxRealip, NginxServers, OriginPolicy,
    ProxyChain, Routes, TrustedProxies, TuleapCompat,
};

/// The version of every crate and every binding.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// JSON of what has a JSON form.
fn json(value: &impl serde::Serialize) -> String {
    // Structs with text keys always have one.
    serde_json::to_string(value).unwrap_or_default()
}

/// An explanation for programs and for people.
#[derive(serde::Serialize)]
struct Explained<E> {
    form: E,
    text: String,
}

/// JSON of an explanation's parts, `form`, and of its `text`.
fn explained(explanation: impl serde::Serialize + ToString) -> String {
    json(&Explained { text: explanation.to_string(), form: explanation })
}

/// What is risky about a configuration, as a JSON list.
#[must_use]
pub fn warnings<'a, W: 'a>(warnings: impl IntoIterator<Item = &'a W>) -> String
where
    Problem: From<&'a W>,
{
    json(&warnings.into_iter().map(Problem::from).collect::<Vec<_>>())
}

/// Panics if the text asks for it.
#[cfg(feature = "panic-test")]
#[expect(clippy::panic, reason = "this is what the feature is for")]
fn panic_on_purpose(text: &[u8]) {
    if text == b"panic-test" {
        panic!("on purpose");
    }
}
