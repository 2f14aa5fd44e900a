//! Asks the SDK about one request. No rule is decided here.

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use tuleap_front::{
    AllowedHosts, AllowedHostsError, ClientIpResolver, Explanation, ForwardedHeaders, ForwardedHop,
    ForwardingHeaderError, Guide, HopDirective, HopFacts, HopField, HopHeader, HopHeaders, Host,
    NginxAddr, NginxRealip, NginxRealipError, NginxRealipOptions, NginxRules, Origin,
    OriginExplanation, OriginPolicy, Peer, Recursion, RequestHeaders, Scheme, Separators, TrustAll,
    TrustedProxies, TrustedProxiesError, TrustedProxiesOptions, TuleapCompat,
};

use crate::request::{Directive, Fact, Mode, OneOrMany, Options, Request, TextEncoding};
use crate::words::without_noun;

/// Header lines as bytes, in wire order.
pub(crate) type Headers = Vec<(Vec<u8>, Vec<u8>)>;

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("trusted proxies: {0}")]
    TrustedProxies(#[from] TrustedProxiesError),
    #[error("header: {0}")]
    Header(#[from] ForwardingHeaderError),
    #[error("allowed hosts: {0}")]
    AllowedHosts(#[from] AllowedHostsError),
    #[error("{0}")]
    NginxRealip(#[from] NginxRealipError),
    #[error("trusted proxies: {0}")]
    Refused(String),
    #[error("the listener's scheme is http or https")]
    Scheme,
    #[error("nginx needs a peer: an IPv4 or IPv6 address, or unix:")]
    NginxPeer,
}

/// What our own rules say about a request.
pub(crate) struct Decision<'a> {
    pub(crate) explanation: Explanation<'a>,
    pub(crate) origin: OriginExplanation<'a>,
    pub(crate) sent: HopHeaders<'a>,
    pub(crate) stripped: Vec<Cow<'a, str>>,
    pub(crate) warnings: Vec<String>,
}

/// The policies of one configuration.
pub(crate) struct Policies {
    resolver: ClientIpResolver,
    origin: OriginPolicy,
}

impl Policies {
    pub(crate) fn new(request: &Request) -> Result<Self, ConfigError> {
        Ok(Self {
            resolver: resolver(trusted(request)?, &request.options)?,
            origin: origin_policy(&request.options)?,
        })
    }

    /// Calls `then` with the decision, which borrows from the request.
    pub(crate) fn decide<R>(
        &self,
        request: &Request,
        headers: &Headers,
        then: impl FnOnce(&Decision<'_>) -> R,
    ) -> Result<R, ConfigError> {
        let lines = headers.as_slice();
        let explanation = match &request.peer {
            Some(peer) => self.resolver.explain_text(peer.as_bytes(), lines),
            None => self.resolver.explain(None, lines),
        };
        let peer = request.peer.as_deref().and_then(|peer| Peer::parse(peer.as_bytes()));
        let local = &request.options.local;
        let scheme = Scheme::parse(local.scheme.as_bytes()).ok_or(ConfigError::Scheme)?;
        let local = Origin::new(scheme, Host::parse(local.host.as_bytes()), local.port);
        let forwarded = ForwardedHeaders::from_trusted(&self.resolver, peer, lines);
        let origin = self.origin.explain(forwarded.as_ref(), &local);
        let hop = ForwardedHop::recommended().for_resolver(&self.resolver);
        let facts = HopFacts {
            client: explanation.client(),
            origin: origin.origin(),
            local: &local,
            remote_addr: None,
        };
        Ok(then(&Decision {
            sent: hop.headers(&facts, lines),
            stripped: stripped(&hop, headers),
            warnings: self.warnings(),
            explanation,
            origin: origin.clone(),
        }))
    }

    fn warnings(&self) -> Vec<String> {
        let list = self.resolver.trusted().warnings();
        let list = list.iter().map(|warning| format!("trusted proxies, {warning}"));
        list.chain(self.resolver.warnings().iter().map(ToString::to_string)).collect()
    }

    /// The answer in the form of a recorded row, and what is sent on.
    pub(crate) fn answer(&self, request: &Request) -> Result<Value, ConfigError> {
        let headers = headers(request);
        self.decide(request, &headers, |decision| self.to_json(decision))
    }

    fn to_json(&self, decision: &Decision<'_>) -> Value {
        let mut answer = json!(decision.explanation);
        let Some(fields) = answer.as_object_mut() else { return answer };
        if let Some(Value::Array(notes)) = fields.get_mut("notes") {
            notes.extend(decision.origin.notes().iter().map(|note| json!(note)));
        }
        let list = self.resolver.trusted().warnings().iter();
        let list = list.map(
            |warning| json!({ "entry": warning.entry(), "code": without_noun(warning.code()) }),
        );
        fields.insert("config_warnings".into(), list.collect());
        let resolver = self.resolver.warnings();
        let resolver = resolver.iter().map(|warning| Value::from(without_noun(warning.code())));
        fields.insert("resolver_warnings".into(), resolver.collect());
        fields.insert("scheme".into(), json!(decision.origin.origin().scheme().as_str()));
        fields.insert("host".into(), json!(decision.origin.origin().host()));
        fields.insert("port".into(), json!(decision.origin.origin().port()));
        fields.insert("forward".into(), forward(&decision.sent));
        fields.insert("stripped".into(), json!(decision.stripped));
        answer
    }
}

/// The answer to any request as JSON, whatever its mode. A configuration that is refused is an
/// answer too.
pub(crate) fn answer(request: &Request) -> Result<Value, ConfigError> {
    match request.options.mode {
        Mode::Strict => strict(request),
        Mode::TuleapCompat => tuleap(request),
        Mode::Nginx122 => nginx(request, NginxRules::V1_22),
        Mode::NginxCurrent => nginx(request, NginxRules::Current),
    }
}

fn strict(request: &Request) -> Result<Value, ConfigError> {
    match Policies::new(request) {
        Ok(policies) => policies.answer(request),
        Err(ConfigError::TrustedProxies(error)) => {
            Ok(json!({ "config_error": config_error(&error, request) }))
        }
        Err(ConfigError::AllowedHosts(error)) => {
            let code = without_noun(error.code());
            Ok(json!({ "config_error": { "code": code, "hint": error.to_string() } }))
        }
        Err(error) => Err(error),
    }
}

fn tuleap(request: &Request) -> Result<Value, ConfigError> {
    let setting = setting(request);
    let headers = headers(request);
    let lines: Vec<&[u8]> = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(b"x-forwarded-for"))
        .map(|(_, value)| value.as_slice())
        .collect();
    let joined = lines.join(&b", "[..]);
    let header = (!lines.is_empty()).then_some(joined.as_slice());
    let peer = request.peer.as_deref().map(str::as_bytes);
    let compat = TuleapCompat::new(setting.as_bytes());
    // A list that we refuse has no strict answer, which is a difference too.
    let differs = match Policies::new(request) {
        Ok(policies) => compat.compare(&policies.resolver, peer, header).differs(),
        Err(_) => true,
    };
    let text = request.options.text.decode(compat.resolve(peer, header));
    let warnings: Vec<_> = compat.warnings().iter().map(ToString::to_string).collect();
    let strict = strict(request)?;
    Ok(json!({ "compat": text, "strict": strict, "differs": differs, "warnings": warnings }))
}

fn nginx(request: &Request, rules: NginxRules) -> Result<Value, ConfigError> {
    let options = &request.options;
    let mut directives = NginxRealipOptions::default();
    if let Some(header) = &options.real_ip_header {
        directives.header.clone_from(header);
    }
    directives.recursion = if options.recursive { Recursion::On } else { Recursion::Off };
    directives.rules = rules;
    let realip = NginxRealip::new(&request.trusted, directives)?;
    let peer = request.peer.as_deref().and_then(|peer| NginxAddr::parse(peer.as_bytes()));
    let peer = peer.ok_or(ConfigError::NginxPeer)?;
    let headers = headers(request);
    let client = realip.resolve(peer, headers.as_slice());
    let mut answer = documented_hop(request, client.addr(), &headers)?;
    answer.insert("remote_addr".into(), json!(client.addr().to_string()));
    answer.insert("remote_port".into(), json!(client.port()));
    answer.insert("rewritten".into(), json!(client.is_rewritten()));
    answer.insert("realip_remote_addr".into(), json!(peer.to_string()));
    Ok(Value::Object(answer))
}

/// What the guide's lines send on, each header as the lines the next server gets.
fn documented_hop(
    request: &Request,
    remote_addr: NginxAddr,
    headers: &Headers,
) -> Result<Map<String, Value>, ConfigError> {
    let local = &request.options.local;
    let scheme = Scheme::parse(local.scheme.as_bytes()).ok_or(ConfigError::Scheme)?;
    let origin = Origin::new(scheme, Host::parse(local.host.as_bytes()), local.port);
    let mut hop = ForwardedHop::documented(Guide::ReverseProxy);
    for field in HopField::ALL {
        if let Some(directive) = directive(&request.options, field) {
            hop = hop.with(field, directive);
        }
    }
    // The documented lines look at the address and not at the kind.
    let nobody = ClientIpResolver::new(TrustedProxies::default());
    let client = nobody.resolve(None, headers.as_slice());
    let facts =
        HopFacts { client, origin: &origin, local: &origin, remote_addr: Some(remote_addr) };
    let sent = hop.headers(&facts, headers.as_slice());
    let text = request.options.text;
    let name = |field: HopField| field.name().as_str().replace('-', "_");
    Ok(sent
        .iter()
        .map(|(field, value)| (name(field), lines(field, value, headers, text)))
        .collect())
}

fn lines(field: HopField, value: &HopHeader<'_>, headers: &Headers, text: TextEncoding) -> Value {
    match value {
        HopHeader::Keep => {
            let values = headers.as_slice().values_from_last(field.name());
            let mut lines: Vec<_> = values.map(|value| text.decode(value)).collect();
            lines.reverse();
            json!(lines)
        }
        HopHeader::Remove => json!([]),
        HopHeader::Set(value) => json!([text.decode(value)]),
    }
}

fn directive(options: &Options, field: HopField) -> Option<HopDirective> {
    let is_named = |name: &str| name.eq_ignore_ascii_case(field.name().as_str());
    let (_, directive) = options.proxy_set_header.iter().find(|(name, _)| is_named(name))?;
    Some(match directive {
        Directive::Keep => HopDirective::Keep,
        Directive::Remove => HopDirective::Remove,
        Directive::Write => HopDirective::Write,
    })
}

pub(crate) fn headers(request: &Request) -> Headers {
    let text = request.options.text;
    let encode = |(name, value): &(String, String)| (text.encode(name), text.encode(value));
    request.headers.iter().map(encode).collect()
}

/// The names of the client's lines that are kept from the next server.
fn stripped<'a>(hop: &ForwardedHop, headers: &Headers) -> Vec<Cow<'a, str>> {
    let is_written = |name: &[u8]| {
        HopField::ALL.iter().any(|field| name.eq_ignore_ascii_case(field.name().as_ref()))
    };
    let names = headers.iter().map(|(name, _)| name.as_slice());
    names
        .filter(|name| hop.strips(name) && !is_written(name))
        .map(|name| String::from_utf8_lossy(name).into_owned().into())
        .collect()
}

fn forward(sent: &HopHeaders<'_>) -> Value {
    let value = |value: &HopHeader<'_>| match value {
        HopHeader::Set(value) => Some(json!(String::from_utf8_lossy(value))),
        HopHeader::Keep | HopHeader::Remove => None,
    };
    let fields = sent.iter();
    Value::Object(
        fields.filter_map(|(field, header)| Some((field.to_string(), value(header)?))).collect(),
    )
}

fn setting(request: &Request) -> Cow<'_, str> {
    match &request.trusted_string {
        Some(setting) => Cow::Borrowed(setting),
        None => Cow::Owned(request.trusted.join(",")),
    }
}

fn trusted(request: &Request) -> Result<TrustedProxies, TrustedProxiesError> {
    let mut options = TrustedProxiesOptions::default();
    if request.options.allow_trust_all {
        options.trust_all = TrustAll::Allow;
    }
    if request.trusted_string.is_none() {
        options.separators = Separators::Commas;
    }
    TrustedProxies::parse_with(&setting(request), options)
}

fn config_error(error: &TrustedProxiesError, request: &Request) -> Value {
    let is_text = request.trusted_string.is_some();
    let offset = if is_text { error.offset() } else { error.offset_in_entry() };
    json!({
        "entry": error.entry(), "offset": offset, "length": error.length(),
        "code": without_noun(error.code()), "hint": error.hint(), "message": error.to_string(),
    })
}

fn resolver(
    trusted: TrustedProxies,
    options: &Options,
) -> Result<ClientIpResolver, ForwardingHeaderError> {
    let sources = match &options.source {
        None => &[][..],
        Some(OneOrMany::One(name)) => std::slice::from_ref(name),
        Some(OneOrMany::Many(names)) => names,
    };
    let names = sources.iter().map(String::as_str);
    let mut resolver = ClientIpResolver::new(trusted).with_headers(names)?;
    if let Some(max_hops) = options.max_hops {
        resolver = resolver.with_max_hops(max_hops);
    }
    Ok(match options.hops {
        Some(count) if options.peer_any => resolver.with_danger_hops_of_any_peer(count),
        Some(count) => resolver.with_hops(count),
        None => resolver,
    })
}

fn origin_policy(options: &Options) -> Result<OriginPolicy, AllowedHostsError> {
    let trusts = |fact: Fact| match &options.trust {
        Some(facts) => facts.contains(&fact),
        None => matches!(fact, Fact::For | Fact::Proto),
    };
    let mut policy = OriginPolicy::default();
    if !trusts(Fact::Proto) {
        policy = policy.without_forwarded_scheme();
    }
    if trusts(Fact::Host) {
        policy = policy.with_forwarded_host(AllowedHosts::new(&options.allowed_hosts)?);
    } else if !options.allowed_hosts.is_empty() {
        policy = policy.with_allowed_hosts(AllowedHosts::new(&options.allowed_hosts)?);
    }
    if trusts(Fact::Port) {
        policy = policy.with_forwarded_port();
    }
    Ok(match options.proto_hops {
        Some(count) => policy.with_proto_hops(count),
        None => policy,
    })
}
