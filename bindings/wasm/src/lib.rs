//! The WASM module under the npm package `tuleap-front-wasm`.
//!
//! The functions of `tuleap-front-js`, one by one, under the names that the native module of
//! `bindings/node` has: a text in, a text or a handle out. `bindings/node/shared/api` makes
//! classes of them and is what people call. A panic is a trap, which it turns into an exception.

use tuleap_front_js::{self as js, ResolverOptions};
use wasm_bindgen::prelude::wasm_bindgen;

/// What is thrown: the problem as JSON.
type Thrown = String;

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        $($(#[$doc])*
        #[wasm_bindgen]
        #[derive(Debug)]
        pub struct $name(js::$name);)*
    };
}

handles! {
    /// A resolver.
    ClientIpResolver,
    /// Where COPY and MOVE go.
    DestinationRule,
    /// What the next server is told.
    ForwardedHop,
    /// Where a request over plain http is sent.
    HttpsRedirect,
    /// Which location takes a path.
    Locations,
    /// The `Destination` that nginx sends.
    NginxDestination,
    /// What nginx's realip does.
    NginxRealip,
    /// Which facts may come from headers.
    OriginPolicy,
    /// The hops between a client and the application.
    ProxyChain,
    /// Which server or file answers a path.
    Routes,
    /// A list of trusted proxies.
    TrustedProxies,
    /// What Tuleap does.
    TuleapCompat,
}

/// The version.
#[wasm_bindgen]
pub fn version() -> String {
    js::VERSION.to_owned()
}

/// The names that answers refer to.
#[wasm_bindgen]
pub fn names() -> String {
    js::names()
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

/// What is risky about the resolver.
#[wasm_bindgen(js_name = resolverWarnings)]
pub fn resolver_warnings(resolver: &ClientIpResolver) -> String {
    js::warnings(&resolver.0.warnings())
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

/// The explanation.
#[wasm_bindgen]
pub fn explain(resolver: &ClientIpResolver, peer: &str, headers: &str) -> String {
    js::explain(&resolver.0, peer, headers)
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

/// Reads locations.
#[wasm_bindgen]
pub fn locations(text: &str) -> Result<Locations, Thrown> {
    Ok(Locations(js::locations(text)?))
}

/// Compiles a list of locations.
#[wasm_bindgen(js_name = locationsOf)]
pub fn locations_of(list: &str) -> Result<Locations, Thrown> {
    Ok(Locations(js::locations_of(list)?))
}

/// The locations as text.
#[wasm_bindgen(js_name = locationsText)]
pub fn locations_text(locations: &Locations) -> String {
    locations.0.to_string()
}

/// The location that takes a path.
#[wasm_bindgen(js_name = locationsFind)]
pub fn locations_find(locations: &Locations, uri: &str) -> String {
    js::locations_find(&locations.0, uri)
}

/// What was compared.
#[wasm_bindgen(js_name = locationsExplain)]
pub fn locations_explain(locations: &Locations, uri: &str) -> String {
    js::locations_explain(&locations.0, uri)
}

/// Reads routes.
#[wasm_bindgen]
pub fn routes(text: &str) -> Result<Routes, Thrown> {
    Ok(Routes(js::routes(text)?))
}

/// The distributed set-up as it is right today.
#[wasm_bindgen(js_name = routesRecommended)]
pub fn routes_recommended() -> Routes {
    Routes(js::routes_recommended())
}

/// The locations of a guide.
#[wasm_bindgen(js_name = routesDocumented)]
pub fn routes_documented(guide: &str, root: &str) -> Result<Routes, Thrown> {
    Ok(Routes(js::routes_documented(guide, root)?))
}

/// The routes as text.
#[wasm_bindgen(js_name = routesText)]
pub fn routes_text(routes: &Routes) -> String {
    routes.0.to_string()
}

/// The names of the backends.
#[wasm_bindgen(js_name = routesBackends)]
pub fn routes_backends(routes: &Routes) -> String {
    js::routes_backends(&routes.0)
}

/// The way of a request.
#[wasm_bindgen(js_name = routesRoute)]
pub fn routes_route(routes: &Routes, asked: &str, merges: bool) -> Result<String, Thrown> {
    Ok(js::routes_route(&routes.0, asked, merges)?)
}

/// The explanation of the way of a request.
#[wasm_bindgen(js_name = routesExplain)]
pub fn routes_explain(routes: &Routes, asked: &str, merges: bool) -> Result<String, Thrown> {
    Ok(js::routes_explain(&routes.0, asked, merges)?)
}

/// The numbers of the guide's ssh stream.
#[wasm_bindgen(js_name = sshDocumented)]
pub fn ssh_documented() -> String {
    js::ssh_documented()
}

/// The numbers of an ssh stream that are right today.
#[wasm_bindgen(js_name = sshRecommended)]
pub fn ssh_recommended() -> String {
    js::ssh_recommended()
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

/// Reads a request target.
#[wasm_bindgen(js_name = requestTarget)]
pub fn request_target(target: &str, merges: bool) -> String {
    js::request_target(target, merges)
}

/// Reads a request line.
#[wasm_bindgen(js_name = requestLine)]
pub fn request_line(line: &str, rules: &str, merges: bool) -> Result<String, Thrown> {
    Ok(js::request_line(line, rules, merges)?)
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
