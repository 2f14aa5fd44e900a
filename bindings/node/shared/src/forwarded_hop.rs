use tuleap_front::{
    ClientIpResolver, ForwardedHeaders, ForwardedHop, HopDirective, HopFacts, HopField, HopHeader,
    NginxAddr, OriginPolicy, Peer, StripReason,
};

use crate::origin::listener;
use crate::problem::Problem;
use crate::wire::{bytes, lines, text};
use crate::words;

/// One certain address, scheme and host.
#[must_use]
pub fn hop_recommended() -> ForwardedHop {
    ForwardedHop::recommended()
}

/// The lines of a guide: `reverse-proxy` or `distributed`.
///
/// # Errors
///
/// Another word.
pub fn hop_documented(guide: &str) -> Result<ForwardedHop, Problem> {
    words::guide(guide).map(ForwardedHop::documented)
}

/// Does something else with one header, which is given by its name in any case.
///
/// # Errors
///
/// A header that a hop does not write, or a word that is no directive.
pub fn hop_with(hop: &ForwardedHop, field: &str, directive: &str) -> Result<ForwardedHop, Problem> {
    let is_named =
        |known: &HopField| field.as_bytes().eq_ignore_ascii_case(known.name().as_str().as_bytes());
    let field = HopField::ALL.into_iter().find(is_named).ok_or_else(|| {
        Problem::argument("a hop writes X-Real-IP, X-Forwarded-For, X-Forwarded-Proto and Host")
    })?;
    let directive = match directive {
        "keep" => HopDirective::Keep,
        "remove" => HopDirective::Remove,
        "write" => HopDirective::Write,
        _ => return Err(Problem::argument("no such directive: write keep, remove or write")),
    };
    Ok(hop.clone().with(field, directive))
}

/// Strips the headers that this resolver reads, too.
#[must_use]
pub fn hop_for_resolver(hop: &ForwardedHop, resolver: &ClientIpResolver) -> ForwardedHop {
    hop.clone().for_resolver(resolver)
}

/// Why a client's header with this name is kept from the next server, as a code; `None` if it is
/// not.
#[must_use]
pub fn hop_strip_reason(hop: &ForwardedHop, name: &str) -> Option<&'static str> {
    hop.strip_reason(&bytes(name)).map(StripReason::code)
}

/// The headers to send on: JSON of `[[NAME, value to set, or null to remove]]`; what is kept is
/// absent.
///
/// # Errors
///
/// Text that is no peer, or a scheme or a port of the listener that is none.
pub fn hop_headers(
    hop: &ForwardedHop,
    policy: &OriginPolicy,
    resolver: &ClientIpResolver,
    address: &str,
    headers: &str,
    local: &str,
) -> Result<String, Problem> {
    let (address, lines, local) = (bytes(address), lines(headers), listener(local)?);
    let peer = Peer::parse(&address).ok_or_else(Problem::peer)?;
    let shown = NginxAddr::parse(&address).or_else(|| peer.addr().map(NginxAddr::from));
    let lines = lines.as_slice();
    let (client, forwarded) = ForwardedHeaders::read(resolver, Some(peer), lines);
    let facts = HopFacts {
        client,
        origin: &policy.origin(forwarded.as_ref(), &local),
        local: &local,
        remote_addr: Some(shown.unwrap_or(NginxAddr::UnixSocket)),
    };
    let sent: Vec<_> = hop
        .headers(&facts, lines)
        .iter()
        .filter_map(|(field, header)| match header {
            HopHeader::Keep => None,
            HopHeader::Remove => Some((field.to_string(), None)),
            HopHeader::Set(value) => Some((field.to_string(), Some(text(value)))),
        })
        .collect();
    Ok(crate::json(&sent))
}
