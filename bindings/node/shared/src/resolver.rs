use std::num::NonZeroU8;

use serde::Serialize;
use tuleap_front::{ClientIpResolver, Explanation, TrustedProxies};

use crate::client_ip::columns;
use crate::problem::Problem;
use crate::trusted_proxies::peer;
use crate::wire::{bytes, lines, texts};

/// How a resolver reads headers.
#[expect(clippy::exhaustive_structs, reason = "an input: the two bindings fill in every field")]
#[derive(Clone, Copy, Debug)]
pub struct ResolverOptions<'a> {
    /// The names of the headers that name the client, in order; none is `X-Forwarded-For`.
    pub headers: &'a str,
    /// Takes the n-th entry from the right; 0 walks.
    pub hops: u8,
    /// Hops of our own that are walked at most; 0 is the default.
    pub max_hops: u8,
    /// With `hops`: from any peer.
    pub danger_any_peer: bool,
}

/// Makes a resolver.
///
/// # Errors
///
/// A header name that is none, or `danger_any_peer` without `hops`.
pub fn resolver(
    trusted: &TrustedProxies,
    options: ResolverOptions<'_>,
) -> Result<ClientIpResolver, Problem> {
    let mut resolver = with_headers(ClientIpResolver::new(trusted.clone()), options.headers)?;
    if let Some(max_hops) = NonZeroU8::new(options.max_hops) {
        resolver = resolver.with_max_hops(max_hops);
    }
    match NonZeroU8::new(options.hops) {
        Some(hops) if options.danger_any_peer => Ok(resolver.with_danger_hops_of_any_peer(hops)),
        Some(hops) => Ok(resolver.with_hops(hops)),
        None if options.danger_any_peer => {
            Err(Problem::argument("dangerAnyPeer counts hops: give hops too"))
        }
        None => Ok(resolver),
    }
}

#[cfg(feature = "header-names")]
fn with_headers(resolver: ClientIpResolver, names: &str) -> Result<ClientIpResolver, Problem> {
    Ok(resolver.with_headers(texts(names))?)
}

#[cfg(not(feature = "header-names"))]
fn with_headers(resolver: ClientIpResolver, names: &str) -> Result<ClientIpResolver, Problem> {
    match names {
        "" => Ok(resolver),
        _ => Err(Problem::argument("this build reads X-Forwarded-For alone")),
    }
}

/// The names of the headers that are read, lower case, separated by one blank.
#[must_use]
pub fn sources(resolver: &ClientIpResolver) -> String {
    resolver.sources().map(|header| header.name().as_str()).collect::<Vec<_>>().join(" ")
}

/// May this peer's headers be read?
///
/// # Errors
///
/// Text that is no peer.
pub fn trusts(resolver: &ClientIpResolver, address: &str) -> Result<bool, Problem> {
    peer(address).map(|peer| resolver.trusts(peer)).ok_or_else(Problem::peer)
}

/// The answer for header lines, in columns.
#[must_use]
pub fn resolve(resolver: &ClientIpResolver, address: &str, headers: &str) -> String {
    columns(&resolver.resolve(peer(address), lines(headers).as_slice()))
}

/// The answer for the values of the one header that is read, in columns. No value and a blank
/// one are the same to the resolver.
#[must_use]
pub fn resolve_values(resolver: &ClientIpResolver, address: &str, values: &str) -> String {
    #[cfg(feature = "panic-test")]
    crate::panic_on_purpose(address.as_bytes());
    let peer = peer(address);
    // The usual case: one value, and its text is its bytes.
    if values.is_ascii() {
        return columns(&resolver.resolve_values(peer, &[values.as_bytes()]));
    }
    let values: Vec<_> = texts(values).map(bytes).collect();
    let values: Vec<&[u8]> = values.iter().map(AsRef::as_ref).collect();
    columns(&resolver.resolve_values(peer, &values))
}

/// An explanation.
#[derive(Serialize)]
struct Explained<'a> {
    /// In columns.
    client: String,
    /// For programs.
    form: &'a Explanation<'a>,
    /// For people.
    text: String,
}

/// The explanation: JSON of [`Explained`].
#[must_use]
pub fn explain(resolver: &ClientIpResolver, address: &str, headers: &str) -> String {
    let (address, lines) = (bytes(address), lines(headers));
    let explanation = resolver.explain_text(&address, lines.as_slice());
    crate::json(&Explained {
        client: columns(&explanation.client()),
        form: &explanation,
        text: explanation.to_string(),
    })
}
