use std::num::NonZeroU8;

use serde::Serialize;
use tuleap_front::{
    AllowedHosts, ClientIpResolver, ForwardedHeaders, Host, Note, Origin, OriginPolicy, Scheme,
};

use crate::problem::Problem;
use crate::trusted_proxies::peer;
use crate::wire::{lines, texts};

/// What the listener knows by itself, from a list of scheme, host (empty if there is none) and
/// port.
pub(crate) fn listener(list: &str) -> Result<Origin<'_>, Problem> {
    let mut parts = texts(list);
    let mut part = || parts.next().unwrap_or_default();
    let scheme = Scheme::parse(part().as_bytes())
        .ok_or_else(|| Problem::argument("the scheme is neither http nor https"))?;
    let host = Host::parse(part().as_bytes());
    let port = part().parse().map_err(|_| Problem::argument("the port is not one"))?;
    Ok(Origin::new(scheme, host, port))
}

/// Makes a policy. `proto_hops`: the n-th value from the right, 0 is the right-most.
/// `allowed_hosts`: `None` where every host of the listener's own is allowed.
///
/// # Errors
///
/// An empty list of hosts, where one is needed, or an entry that is no host.
pub fn origin_policy(
    forwarded_scheme: bool,
    proto_hops: u8,
    allowed_hosts: Option<&str>,
    forwarded_host: bool,
    forwarded_port: bool,
) -> Result<OriginPolicy, Problem> {
    let mut policy = OriginPolicy::default();
    if !forwarded_scheme {
        policy = policy.without_forwarded_scheme();
    }
    if let Some(proto_hops) = NonZeroU8::new(proto_hops) {
        policy = policy.with_proto_hops(proto_hops);
    }
    if forwarded_port {
        policy = policy.with_forwarded_port();
    }
    let hosts = || AllowedHosts::new(texts(allowed_hosts.unwrap_or_default()));
    Ok(if forwarded_host {
        policy.with_forwarded_host(hosts()?)
    } else if allowed_hosts.is_some() {
        policy.with_allowed_hosts(hosts()?)
    } else {
        policy
    })
}

/// An origin and how it came about.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Explained<'a> {
    scheme: &'static str,
    host: Option<&'a str>,
    port: u16,
    scheme_source: &'static str,
    host_source: &'static str,
    port_source: &'static str,
    notes: &'a [Note],
    text: String,
}

/// The origin: JSON of [`Explained`].
///
/// # Errors
///
/// A scheme or a port of the listener that is none.
pub fn origin(
    policy: &OriginPolicy,
    resolver: &ClientIpResolver,
    address: &str,
    headers: &str,
    local: &str,
) -> Result<String, Problem> {
    let (lines, local) = (lines(headers), listener(local)?);
    let forwarded = ForwardedHeaders::from_trusted(resolver, peer(address), lines.as_slice());
    let explanation = policy.explain(forwarded.as_ref(), &local);
    let origin = explanation.origin();
    Ok(crate::json(&Explained {
        scheme: origin.scheme().as_str(),
        host: origin.host(),
        port: origin.port(),
        scheme_source: explanation.scheme_source().as_str(),
        host_source: explanation.host_source().as_str(),
        port_source: explanation.port_source().as_str(),
        notes: explanation.notes(),
        text: origin.to_string(),
    }))
}
