//! The Rust API.

use http::HeaderName;
use serde_json::{Map, Value, json};
use tuleap_front::{
    AllowedHosts, AllowedHostsError, ClientIpResolver, ForwardedHeaders, ForwardedHop,
    ForwardingHeader, Guide, HopDirective, HopFacts, HopField, HopHeader, Host, NginxAddr,
    NginxRealip, NginxRealipOptions, NginxRules, Origin, OriginPolicy, Peer, Recursion,
    RequestHeaders, Scheme, Separators, TrustAll, TrustedProxies, TrustedProxiesError,
    TrustedProxiesOptions, TrustedProxiesWarning, TuleapCompat,
};

use super::{Rules, Surface};
use crate::row::{
    CacheRow, ClientIpOptions, ClientIpRow, DestinationRow, Directive, ForwardedInput, GzipRow,
    HttpsRedirectRow, Local, LocationsRow, NginxDestinationInput, NginxLocationInput,
    NginxRedirectInput, ProxyChainRow, RealipInput, RequestHeadRow, RequestLineRow,
    RequestTargetRow, RoutesRow, ServersRow, from_latin1, latin1,
};

mod cache;
mod destination;
mod gzip;
mod redirect;
mod routes;
mod servers;

/// The Rust API.
#[derive(Debug)]
pub struct Rust;

impl Surface for Rust {
    fn name(&self) -> &str {
        "rust"
    }

    fn client_ip(&self, rows: &[ClientIpRow]) -> Result<Vec<Value>, String> {
        rows.iter().map(client_ip).collect()
    }

    fn realip(&self, rows: &[RealipInput], rules: Rules) -> Result<Vec<Value>, String> {
        rows.iter().map(|row| realip(row, rules)).collect()
    }

    fn forwarded(&self, rows: &[ForwardedInput]) -> Result<Vec<Value>, String> {
        rows.iter().map(forwarded).collect()
    }

    fn destination(&self, rows: &[DestinationRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(destination::answer).collect::<Result<_, _>>().map(Some)
    }

    fn nginx_destination(
        &self,
        rows: &[NginxDestinationInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        Ok(Some(rows.iter().map(|row| destination::nginx(row, rules)).collect()))
    }

    fn cache(&self, rows: &[CacheRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(cache::cache).collect::<Result<_, _>>().map(Some)
    }

    fn gzip(&self, rows: &[GzipRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(gzip::gzip).collect::<Result<_, _>>().map(Some)
    }

    fn https_redirect(&self, rows: &[HttpsRedirectRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(redirect::https_redirect).collect::<Result<_, _>>().map(Some)
    }

    fn nginx_redirect(
        &self,
        rows: &[NginxRedirectInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        let answer = |row| redirect::nginx(row, rules);
        rows.iter().map(answer).collect::<Result<_, _>>().map(Some)
    }

    fn proxy_chain(&self, rows: &[ProxyChainRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(redirect::proxy_chain).collect::<Result<_, _>>().map(Some)
    }

    fn request_target(&self, rows: &[RequestTargetRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(routes::request_target).collect::<Result<_, _>>().map(Some)
    }

    fn request_line(&self, rows: &[RequestLineRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(routes::request_line).collect::<Result<_, _>>().map(Some)
    }

    fn request_head(&self, rows: &[RequestHeadRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(servers::request_head).collect::<Result<_, _>>().map(Some)
    }

    fn servers(&self, rows: &[ServersRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(servers::servers).collect::<Result<_, _>>().map(Some)
    }

    fn locations(&self, rows: &[LocationsRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(routes::locations).collect::<Result<_, _>>().map(Some)
    }

    fn routes(&self, rows: &[RoutesRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(routes::routes).collect::<Result<_, _>>().map(Some)
    }

    fn nginx_location(
        &self,
        rows: &[NginxLocationInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        let answer = |row| routes::nginx_location(row, rules);
        rows.iter().map(answer).collect::<Result<_, _>>().map(Some)
    }
}

fn client_ip(row: &ClientIpRow) -> Result<Value, String> {
    let Some(setting) = &row.trusted_string else { return strict(row) };
    let lines: Vec<&str> = row
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("x-forwarded-for"))
        .map(|(_, value)| value.as_str())
        .collect();
    let joined = lines.join(", ");
    let header = (!lines.is_empty()).then_some(joined.as_bytes());
    let compat = TuleapCompat::new(setting.as_bytes());
    let answer = compat.resolve(row.peer.as_deref().map(str::as_bytes), header);
    Ok(json!({ "compat": String::from_utf8_lossy(answer), "strict": strict(row)? }))
}

/// The answer to a row of `destination.json`.
pub(crate) fn destination(row: &DestinationRow) -> Result<Value, String> {
    destination::answer(row)
}

/// The answer of the strict rules.
pub(crate) fn strict(row: &ClientIpRow) -> Result<Value, String> {
    let trusted = match trusted(row) {
        Ok(trusted) => trusted,
        Err(error) => return Ok(json!({ "config_error": config_error(&error, row) })),
    };
    let policy = match policy(&row.options) {
        Ok(policy) => policy,
        Err(error) => {
            return Ok(
                json!({ "config_error": { "code": bare(error.code()), "hint": error.to_string() } }),
            );
        }
    };
    let warnings: Vec<Value> = warnings(row).into_iter().map(|(_, warning)| warning).collect();
    let resolver = resolver(trusted, &row.options)?;
    let lines = row.lines();
    let headers = lines.as_slice();
    let peer = row.peer.as_deref().and_then(|peer| Peer::parse(peer.as_bytes()));
    let explanation = match &row.peer {
        Some(peer) => resolver.explain_text(peer.as_bytes(), headers),
        None => resolver.explain(None, headers),
    };
    same_answer_without_explanation(&resolver, peer, headers, &explanation)?;
    let local = row.options.local.clone().unwrap_or_default();
    let local = origin(&local)?;
    let forwarded = ForwardedHeaders::from_trusted(&resolver, peer, headers);
    let explained = policy.explain(forwarded.as_ref(), &local);
    let (origin, origin_notes) = (explained.origin(), explained.notes());

    let mut answer = serde_json::to_value(&explanation).map_err(|error| error.to_string())?;
    let fields = answer.as_object_mut().ok_or("an object")?;
    if let Some(Value::Array(notes)) = fields.get_mut("notes") {
        notes.extend(origin_notes.iter().map(|note| json!(note)));
    }
    fields.insert("config_warnings".into(), Value::Array(warnings));
    fields.insert("scheme".into(), json!(origin.scheme().as_str()));
    fields.insert("host".into(), json!(origin.host()));
    fields.insert("port".into(), json!(origin.port()));
    Ok(answer)
}

/// `resolve` and `resolve_values` answer what `explain` explains.
fn same_answer_without_explanation(
    resolver: &ClientIpResolver,
    peer: Option<Peer>,
    headers: &[(Vec<u8>, Vec<u8>)],
    explanation: &tuleap_front::Explanation<'_>,
) -> Result<(), String> {
    let resolved = resolver.resolve(peer, headers);
    if resolved != explanation.client() {
        return Err(format!("resolve says {resolved:?}, explain says {:?}", explanation.client()));
    }
    let mut sources = resolver.sources();
    if let (Some(source), None) = (sources.next(), sources.next()) {
        let mut values: Vec<&[u8]> = headers.values_from_last(source.name()).collect();
        values.reverse();
        let by_values = resolver.resolve_values(peer, &values);
        if by_values != resolved {
            return Err(format!("resolve_values says {by_values:?}, resolve says {resolved:?}"));
        }
    }
    Ok(())
}

/// Has the row notes that are about the origin and not about the client?
pub(crate) fn has_origin_notes(row: &ClientIpRow) -> bool {
    let (Ok(trusted), Ok(policy)) = (trusted(row), policy(&row.options)) else { return false };
    let Ok(resolver) = resolver(trusted, &row.options) else { return false };
    let lines = row.lines();
    let peer = row.peer.as_deref().and_then(|peer| Peer::parse(peer.as_bytes()));
    let forwarded = ForwardedHeaders::from_trusted(&resolver, peer, lines.as_slice());
    let local = row.options.local.clone().unwrap_or_default();
    let Ok(local) = origin(&local) else { return false };
    !policy.explain(forwarded.as_ref(), &local).notes().is_empty()
}

/// The warnings of a list: the text and the row's form of each.
pub(crate) fn warnings(row: &ClientIpRow) -> Vec<(String, Value)> {
    let trusted = trusted(row).unwrap_or_default();
    let form = |warning: &TrustedProxiesWarning| json!({ "entry": warning.entry(), "code": bare(warning.code()) });
    trusted.warnings().iter().map(|warning| (warning.to_string(), form(warning))).collect()
}

/// Why a list is refused: the text and the row's form.
pub(crate) fn refusal(row: &ClientIpRow) -> Option<(String, Value)> {
    trusted(row).err().map(|error| (error.to_string(), config_error(&error, row)))
}

/// What the listener knows by itself.
fn origin(local: &Local) -> Result<Origin<'_>, String> {
    let scheme = Scheme::parse(local.scheme.as_bytes()).ok_or("local scheme")?;
    Ok(Origin::new(scheme, Host::parse(local.host.as_bytes()), local.port))
}

fn trusted(row: &ClientIpRow) -> Result<TrustedProxies, TrustedProxiesError> {
    let mut options = TrustedProxiesOptions::default();
    if row.options.allow_trust_all {
        options.trust_all = TrustAll::Allow;
    }
    match row.text() {
        Some(text) => TrustedProxies::parse_with(text, options),
        None => {
            options.separators = Separators::Commas;
            TrustedProxies::parse_with(&row.trusted.join(","), options)
        }
    }
}

fn config_error(error: &TrustedProxiesError, row: &ClientIpRow) -> Value {
    let in_whole = row.text().is_some();
    let offset = if in_whole { error.offset() } else { error.offset_in_entry() };
    json!({
        "entry": error.entry(), "offset": offset, "length": error.length(),
        "code": bare(error.code()), "hint": error.hint(),
    })
}

/// A code without its noun, as rows have it.
fn bare(code: &str) -> &str {
    code.rsplit('/').next().unwrap_or(code)
}

fn resolver(
    trusted: TrustedProxies,
    options: &ClientIpOptions,
) -> Result<ClientIpResolver, String> {
    let mut resolver = ClientIpResolver::new(trusted);
    if let Some(source) = &options.source {
        for (index, name) in source.words().into_iter().enumerate() {
            let name: HeaderName = name.parse().map_err(|_| "a header name")?;
            let header = ForwardingHeader::from(name);
            resolver = match index {
                0 => resolver.with_header(header),
                _ => resolver.with_fallback(header),
            };
        }
    }
    if let Some(max_hops) = options.max_hops {
        resolver = resolver.with_max_hops(max_hops);
    }
    Ok(match options.hops {
        Some(count) if options.peer_any => resolver.with_danger_hops_of_any_peer(count),
        Some(count) => resolver.with_hops(count),
        None => resolver,
    })
}

fn policy(options: &ClientIpOptions) -> Result<OriginPolicy, AllowedHostsError> {
    let trusts = |fact: &str| match &options.trust {
        Some(facts) => facts.iter().any(|known| known == fact),
        None => fact == "for" || fact == "proto",
    };
    let mut policy = OriginPolicy::default();
    if !trusts("proto") {
        policy = policy.without_forwarded_scheme();
    }
    if trusts("host") {
        policy = policy.with_forwarded_host(AllowedHosts::new(&options.allowed_hosts)?);
    } else if !options.allowed_hosts.is_empty() {
        policy = policy.with_allowed_hosts(AllowedHosts::new(&options.allowed_hosts)?);
    }
    if trusts("port") {
        policy = policy.with_forwarded_port();
    }
    Ok(match options.proto_hops {
        Some(count) => policy.with_proto_hops(count),
        None => policy,
    })
}

fn realip(row: &RealipInput, rules: Rules) -> Result<Value, String> {
    let mut options = NginxRealipOptions::default();
    if let Some(header) = &row.real_ip_header {
        options.header.clone_from(header);
    }
    options.recursion = if row.recursive { Recursion::On } else { Recursion::Off };
    options.rules = match rules {
        Rules::Current => NginxRules::Current,
        Rules::V1_22 => NginxRules::V1_22,
    };
    let realip = NginxRealip::new(&row.trusted, options).map_err(|error| error.to_string())?;
    let peer = NginxAddr::parse(row.peer.as_bytes()).ok_or("the peer is no address")?;
    let headers = headers(&row.headers);
    let client = realip.resolve(peer, headers.as_slice());
    let mut answer = hop(client.addr(), "http", &[Directive::Write; 3], &headers)?;
    answer.insert("remote_addr".into(), json!(client.addr().to_string()));
    answer.insert("rewritten".into(), json!(client.is_rewritten()));
    answer.insert("realip_remote_addr".into(), json!(peer.to_string()));
    Ok(Value::Object(answer))
}

fn forwarded(row: &ForwardedInput) -> Result<Value, String> {
    let peer = NginxAddr::parse(row.peer.as_bytes()).ok_or("the peer is no address")?;
    Ok(Value::Object(hop(peer, &row.scheme, &row.directives(), &headers(&row.headers))?))
}

type Headers = Vec<(Vec<u8>, Vec<u8>)>;

fn headers(lines: &[(String, String)]) -> Headers {
    lines.iter().map(|(name, value)| (latin1(name), latin1(value))).collect()
}

/// The three X- fields that the next server gets.
fn hop(
    remote_addr: NginxAddr,
    scheme: &str,
    directives: &[Directive; 3],
    headers: &Headers,
) -> Result<Map<String, Value>, String> {
    let fields = [HopField::RealIp, HopField::ForwardedFor, HopField::Proto];
    let mut hop = ForwardedHop::documented(Guide::ReverseProxy);
    for (field, directive) in fields.into_iter().zip(directives) {
        hop = hop.with(
            field,
            match directive {
                Directive::Keep => HopDirective::Keep,
                Directive::Remove => HopDirective::Remove,
                Directive::Write => HopDirective::Write,
            },
        );
    }
    let scheme = Scheme::parse(scheme.as_bytes()).ok_or("a scheme")?;
    let local = Origin::new(scheme, None, scheme.default_port());
    let facts = HopFacts {
        client: ClientIpResolver::new(TrustedProxies::default()).resolve(None, headers.as_slice()),
        origin: &local,
        local: &local,
        remote_addr: Some(remote_addr),
    };
    let sent = hop.headers(&facts, headers.as_slice());
    let lines = |field: HopField| match sent.get(field) {
        HopHeader::Keep => {
            let mut lines: Vec<_> =
                headers.values_from_last(field.name()).map(from_latin1).collect();
            lines.reverse();
            lines
        }
        HopHeader::Remove => Vec::new(),
        HopHeader::Set(value) => vec![from_latin1(value)],
    };
    let name = |field: HopField| field.name().as_str().replace('-', "_");
    Ok(fields.into_iter().map(|field| (name(field), json!(lines(field)))).collect())
}
