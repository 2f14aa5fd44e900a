//! The native module under the npm package `tuleap-front`.
//!
//! The functions of `tuleap-front-js`, one by one: a text in, a text or a handle out. A handle is
//! freed by the garbage collector. `shared/api` makes classes of them, for this module and for
//! WASM alike, and is what people call. A panic becomes an exception.
#![expect(unsafe_code, reason = "a value of the engine is read through its C functions")]

use napi::bindgen_prelude::External;
use napi::{Error, Result};
use napi_derive::napi;
use tuleap_front_js::{
    self as js, ClientIpResolver, DestinationRule, ForwardedHop, HttpsRedirect, Locations,
    NginxDestination, NginxRealip, OriginPolicy, Problem, ProxyChain, ResolverOptions, Routes,
    TrustedProxies, TuleapCompat,
};

pub mod cache;
pub mod gzip;
pub mod servers;
mod text;

use text::Text;

/// What is thrown: an error whose message is the problem as JSON.
fn thrown(problem: Problem) -> Error {
    Error::from_reason(String::from(problem))
}

/// The version.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    js::VERSION
}

/// The names that answers refer to.
#[napi(catch_unwind)]
pub fn names() -> String {
    js::names()
}

/// Reads a list.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn trusted_proxies(
    text: String,
    allow_trust_all: bool,
    commas_only: bool,
) -> Result<External<TrustedProxies>> {
    let proxies = js::trusted_proxies(&text, allow_trust_all, commas_only).map_err(thrown)?;
    // The collector learns about how much memory goes with the handle.
    Ok(External::new_with_size_hint(proxies, text.len()))
}

/// Is this address in the list?
#[napi(catch_unwind)]
pub fn proxies_contain(proxies: &External<TrustedProxies>, address: Text) -> Result<bool> {
    js::contains(proxies, address.as_str()).map_err(thrown)
}

/// The same for any text.
#[napi(catch_unwind)]
pub fn proxies_cover(proxies: &External<TrustedProxies>, address: Text) -> bool {
    js::covers(proxies, address.as_str())
}

/// Are peers on a local socket trusted?
#[napi(catch_unwind)]
pub fn proxies_trust_unix_socket(proxies: &External<TrustedProxies>) -> bool {
    proxies.trusts_unix_socket()
}

/// Is nobody trusted?
#[napi(catch_unwind)]
pub fn proxies_are_empty(proxies: &External<TrustedProxies>) -> bool {
    proxies.is_empty()
}

/// The merged list.
#[napi(catch_unwind)]
pub fn proxies_text(proxies: &External<TrustedProxies>) -> String {
    proxies.to_string()
}

/// The merged networks.
#[napi(catch_unwind)]
pub fn proxies_networks(proxies: &External<TrustedProxies>) -> String {
    js::networks(proxies)
}

/// What is risky about the list.
#[napi(catch_unwind)]
pub fn proxies_warnings(proxies: &External<TrustedProxies>) -> String {
    js::warnings(proxies.warnings())
}

/// Makes a resolver.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn resolver(
    trusted: &External<TrustedProxies>,
    headers: String,
    hops: u8,
    max_hops: u8,
    danger_any_peer: bool,
) -> Result<External<ClientIpResolver>> {
    let options = ResolverOptions { headers: &headers, hops, max_hops, danger_any_peer };
    js::resolver(trusted, options).map(External::new).map_err(thrown)
}

/// The names of the headers that are read.
#[napi(catch_unwind)]
pub fn resolver_sources(resolver: &External<ClientIpResolver>) -> String {
    js::sources(resolver)
}

/// May this peer's headers be read?
#[napi(catch_unwind)]
pub fn resolver_trusts(resolver: &External<ClientIpResolver>, peer: Text) -> Result<bool> {
    js::trusts(resolver, peer.as_str()).map_err(thrown)
}

/// What is risky about the resolver.
#[napi(catch_unwind)]
pub fn resolver_warnings(resolver: &External<ClientIpResolver>) -> String {
    js::warnings(&resolver.warnings())
}

/// The answer for header lines.
#[napi(catch_unwind)]
pub fn resolve(resolver: &External<ClientIpResolver>, peer: Text, headers: Text) -> String {
    js::resolve(resolver, peer.as_str(), headers.as_str())
}

/// The answer for the values of the one header that is read.
#[napi(catch_unwind)]
pub fn resolve_values(resolver: &External<ClientIpResolver>, peer: Text, values: Text) -> String {
    js::resolve_values(resolver, peer.as_str(), values.as_str())
}

/// The explanation.
#[napi(catch_unwind)]
pub fn explain(resolver: &External<ClientIpResolver>, peer: Text, headers: Text) -> String {
    js::explain(resolver, peer.as_str(), headers.as_str())
}

/// Makes a policy.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn origin_policy(
    forwarded_scheme: bool,
    proto_hops: u8,
    allowed_hosts: Option<String>,
    forwarded_host: bool,
    forwarded_port: bool,
) -> Result<External<OriginPolicy>> {
    let hosts = allowed_hosts.as_deref();
    js::origin_policy(forwarded_scheme, proto_hops, hosts, forwarded_host, forwarded_port)
        .map(External::new)
        .map_err(thrown)
}

/// The origin of a request.
#[napi(catch_unwind)]
pub fn origin(
    policy: &External<OriginPolicy>,
    resolver: &External<ClientIpResolver>,
    peer: Text,
    headers: Text,
    local: Text,
) -> Result<String> {
    js::origin(policy, resolver, peer.as_str(), headers.as_str(), local.as_str()).map_err(thrown)
}

/// One certain address, scheme and host.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn hop_recommended() -> External<ForwardedHop> {
    External::new(js::hop_recommended())
}

/// The lines of a guide.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn hop_documented(guide: Text) -> Result<External<ForwardedHop>> {
    js::hop_documented(guide.as_str()).map(External::new).map_err(thrown)
}

/// Does something else with one header.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn hop_with(
    hop: &External<ForwardedHop>,
    field: Text,
    directive: Text,
) -> Result<External<ForwardedHop>> {
    js::hop_with(hop, field.as_str(), directive.as_str()).map(External::new).map_err(thrown)
}

/// Strips the headers that this resolver reads, too.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn hop_for_resolver(
    hop: &External<ForwardedHop>,
    resolver: &External<ClientIpResolver>,
) -> External<ForwardedHop> {
    External::new(js::hop_for_resolver(hop, resolver))
}

/// Why a client's header with this name is kept from the next server.
#[napi(catch_unwind)]
pub fn hop_strip_reason(hop: &External<ForwardedHop>, name: Text) -> Option<&'static str> {
    js::hop_strip_reason(hop, name.as_str())
}

/// The headers to send on.
#[napi(catch_unwind)]
pub fn hop_headers(
    hop: &External<ForwardedHop>,
    policy: &External<OriginPolicy>,
    resolver: &External<ClientIpResolver>,
    peer: Text,
    headers: Text,
    local: Text,
) -> Result<String> {
    js::hop_headers(hop, policy, resolver, peer.as_str(), headers.as_str(), local.as_str())
        .map_err(thrown)
}

/// The strict rule.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn destination_rule(
    public: String,
    backend: String,
    foreign: String,
    path_absolute: String,
    if_tags: String,
) -> Result<External<DestinationRule>> {
    js::destination_rule(&public, &backend, &foreign, &path_absolute, &if_tags)
        .map(External::new)
        .map_err(thrown)
}

/// The strict rule for a server that ends TLS.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn destination_recommended() -> External<DestinationRule> {
    External::new(js::destination_recommended())
}

/// The lines of a guide.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn destination_documented(guide: Text, rules: Text) -> Result<External<DestinationRule>> {
    js::destination_documented(guide.as_str(), rules.as_str()).map(External::new).map_err(thrown)
}

/// The decision about header lines.
#[napi(catch_unwind)]
pub fn destination_rewrite(
    rule: &External<DestinationRule>,
    facts: Text,
    headers: Text,
) -> Result<String> {
    js::destination_rewrite(rule, facts.as_str(), headers.as_str()).map_err(thrown)
}

/// The decision about the lines of the one header.
#[napi(catch_unwind)]
pub fn destination_rewrite_lines(
    rule: &External<DestinationRule>,
    facts: Text,
    values: Text,
) -> Result<String> {
    js::destination_rewrite_lines(rule, facts.as_str(), values.as_str()).map_err(thrown)
}

/// The decision about one value.
#[napi(catch_unwind)]
pub fn destination_rewrite_value(
    rule: &External<DestinationRule>,
    facts: Text,
    value: Text,
) -> Result<String> {
    js::destination_rewrite_value(rule, facts.as_str(), value.as_str()).map_err(thrown)
}

/// The explanation.
#[napi(catch_unwind)]
pub fn destination_explain(
    rule: &External<DestinationRule>,
    facts: Text,
    headers: Text,
) -> Result<String> {
    js::destination_explain(rule, facts.as_str(), headers.as_str()).map_err(thrown)
}

/// The value that replaces one `If` line.
#[napi(catch_unwind)]
pub fn destination_rewrite_if(
    rule: &External<DestinationRule>,
    facts: Text,
    value: Text,
) -> Result<Option<String>> {
    js::destination_rewrite_if(rule, facts.as_str(), value.as_str()).map_err(thrown)
}

/// The explanation of one `If` line.
#[napi(catch_unwind)]
pub fn destination_explain_if(
    rule: &External<DestinationRule>,
    facts: Text,
    value: Text,
) -> Result<String> {
    js::destination_explain_if(rule, facts.as_str(), value.as_str()).map_err(thrown)
}

/// The value that replaces that of a `Location`.
#[napi(catch_unwind)]
pub fn destination_rewrite_location(
    rule: &External<DestinationRule>,
    facts: Text,
    value: Text,
) -> Result<Option<String>> {
    js::destination_rewrite_location(rule, facts.as_str(), value.as_str()).map_err(thrown)
}

/// The explanation of the value of a `Location`.
#[napi(catch_unwind)]
pub fn destination_explain_location(
    rule: &External<DestinationRule>,
    facts: Text,
    value: Text,
) -> Result<String> {
    js::destination_explain_location(rule, facts.as_str(), value.as_str()).map_err(thrown)
}

/// Are the tags of `If` to be mapped?
#[napi(catch_unwind)]
pub fn destination_maps_if(rule: &External<DestinationRule>) -> bool {
    js::destination_maps_if(rule)
}

/// What nginx sends with the lines of a guide.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn nginx_destination(guide: Text, rules: Text) -> Result<External<NginxDestination>> {
    js::nginx_destination(guide.as_str(), rules.as_str()).map(External::new).map_err(thrown)
}

/// The value that nginx sends.
#[napi(catch_unwind)]
pub fn nginx_destination_sent(
    nginx: &External<NginxDestination>,
    target: Text,
    values: Text,
) -> Option<String> {
    js::nginx_destination_sent(nginx, target.as_str(), values.as_str())
}

/// The redirect to a host.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn https_redirect(
    origin: String,
    status: Text,
    rules: Text,
) -> Result<External<HttpsRedirect>> {
    js::https_redirect(&origin, status.as_str(), rules.as_str()).map(External::new).map_err(thrown)
}

/// The redirect of a guide.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn https_redirect_documented(
    guide: Text,
    server_name: String,
    status: Text,
    rules: Text,
) -> Result<External<HttpsRedirect>> {
    let (status, rules) = (status.as_str(), rules.as_str());
    js::https_redirect_documented(guide.as_str(), &server_name, status, rules)
        .map(External::new)
        .map_err(thrown)
}

/// What is answered.
#[napi(catch_unwind)]
pub fn redirect_decide(redirect: &External<HttpsRedirect>, facts: Text) -> Result<String> {
    js::redirect_decide(redirect, facts.as_str()).map_err(thrown)
}

/// The explanation.
#[napi(catch_unwind)]
pub fn redirect_explain(redirect: &External<HttpsRedirect>, facts: Text) -> Result<String> {
    js::redirect_explain(redirect, facts.as_str()).map_err(thrown)
}

/// Reads locations.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn locations(text: String) -> Result<External<Locations>> {
    js::locations(&text).map(External::new).map_err(thrown)
}

/// Compiles a list of locations.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn locations_of(list: String) -> Result<External<Locations>> {
    js::locations_of(&list).map(External::new).map_err(thrown)
}

/// The locations as text.
#[napi(catch_unwind)]
pub fn locations_text(locations: &External<Locations>) -> String {
    locations.to_string()
}

/// The location that takes a path.
#[napi(catch_unwind)]
pub fn locations_find(locations: &External<Locations>, uri: Text) -> String {
    js::locations_find(locations, uri.as_str())
}

/// What was compared.
#[napi(catch_unwind)]
pub fn locations_explain(locations: &External<Locations>, uri: Text) -> String {
    js::locations_explain(locations, uri.as_str())
}

/// Reads routes.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn routes(text: String) -> Result<External<Routes>> {
    js::routes(&text).map(External::new).map_err(thrown)
}

/// The distributed set-up as it is right today.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn routes_recommended() -> External<Routes> {
    External::new(js::routes_recommended())
}

/// The locations of a guide.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn routes_documented(guide: Text, root: Text) -> Result<External<Routes>> {
    js::routes_documented(guide.as_str(), root.as_str()).map(External::new).map_err(thrown)
}

/// The routes as text.
#[napi(catch_unwind)]
pub fn routes_text(routes: &External<Routes>) -> String {
    routes.to_string()
}

/// The names of the backends.
#[napi(catch_unwind)]
pub fn routes_backends(routes: &External<Routes>) -> String {
    js::routes_backends(routes)
}

/// The way of a request.
#[napi(catch_unwind)]
pub fn routes_route(routes: &External<Routes>, asked: Text, merges: bool) -> Result<String> {
    js::routes_route(routes, asked.as_str(), merges).map_err(thrown)
}

/// The explanation of the way of a request.
#[napi(catch_unwind)]
pub fn routes_explain(routes: &External<Routes>, asked: Text, merges: bool) -> Result<String> {
    js::routes_explain(routes, asked.as_str(), merges).map_err(thrown)
}

/// The numbers of the guide's ssh stream.
#[napi(catch_unwind)]
pub fn ssh_documented() -> String {
    js::ssh_documented()
}

/// The numbers of an ssh stream that are right today.
#[napi(catch_unwind)]
pub fn ssh_recommended() -> String {
    js::ssh_recommended()
}

/// What nginx's realip does.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn nginx_realip(
    trusted: String,
    header: String,
    recursive: bool,
    rules: String,
) -> Result<External<NginxRealip>> {
    js::nginx_realip(&trusted, &header, recursive, &rules).map(External::new).map_err(thrown)
}

/// What realip makes of a request.
#[napi(catch_unwind)]
pub fn realip_resolve(realip: &External<NginxRealip>, peer: Text, headers: Text) -> Result<String> {
    js::realip_resolve(realip, peer.as_str(), headers.as_str()).map_err(thrown)
}

/// Reads a chain.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn proxy_chain(text: String) -> Result<External<ProxyChain>> {
    js::proxy_chain(&text).map(External::new).map_err(thrown)
}

/// How a request ends that a client sends by this scheme.
#[napi(catch_unwind)]
pub fn chain_verdict(chain: &External<ProxyChain>, scheme: Text) -> Result<&'static str> {
    js::chain_verdict(chain, scheme.as_str()).map_err(thrown)
}

/// Both verdicts and what led to them.
#[napi(catch_unwind)]
pub fn chain_explain(chain: &External<ProxyChain>) -> String {
    js::chain_explain(chain)
}

/// The chain as text.
#[napi(catch_unwind)]
pub fn chain_text(chain: &External<ProxyChain>) -> String {
    chain.to_string()
}

/// The chain with everything changed that is wrong.
#[napi(catch_unwind)]
pub fn chain_corrected(chain: &External<ProxyChain>) -> String {
    chain.corrected().to_string()
}

/// Reads a request target.
#[napi(catch_unwind)]
pub fn request_target(target: Text, merges: bool) -> String {
    js::request_target(target.as_str(), merges)
}

/// Reads a request line.
#[napi(catch_unwind)]
pub fn request_line(line: Text, rules: Text, merges: bool) -> Result<String> {
    js::request_line(line.as_str(), rules.as_str(), merges).map_err(thrown)
}

/// Reads the setting as Tuleap does.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn tuleap_compat(setting: String) -> External<TuleapCompat> {
    External::new(js::tuleap_compat(&setting))
}

/// What Tuleap answers.
#[napi(catch_unwind)]
pub fn compat_resolve(
    compat: &External<TuleapCompat>,
    remote_addr: Option<Text>,
    forwarded_for: Option<Text>,
) -> String {
    let (remote_addr, forwarded_for) = (remote_addr.as_ref(), forwarded_for.as_ref());
    js::compat_resolve(compat, remote_addr.map(Text::as_str), forwarded_for.map(Text::as_str))
}

/// Both answers.
#[napi(catch_unwind)]
pub fn compat_compare(
    compat: &External<TuleapCompat>,
    resolver: &External<ClientIpResolver>,
    remote_addr: Option<Text>,
    forwarded_for: Option<Text>,
) -> String {
    let remote_addr = remote_addr.as_ref().map(Text::as_str);
    let forwarded_for = forwarded_for.as_ref().map(Text::as_str);
    js::compat_compare(compat, resolver, remote_addr, forwarded_for)
}

/// The entries that Tuleap and the strict list read differently.
#[napi(catch_unwind)]
pub fn compat_warnings(compat: &External<TuleapCompat>) -> String {
    js::warnings(compat.warnings())
}
