use tuleap_front::{Peer, Separators, TrustAll, TrustedProxies, TrustedProxiesOptions};

use crate::problem::Problem;
use crate::wire::bytes;

/// Reads a list.
///
/// # Errors
///
/// The first entry that is not right.
pub fn trusted_proxies(
    text: &str,
    allow_trust_all: bool,
    commas_only: bool,
) -> Result<TrustedProxies, Problem> {
    #[cfg(feature = "panic-test")]
    crate::panic_on_purpose(text.as_bytes());
    let mut options = TrustedProxiesOptions::default();
    if allow_trust_all {
        options.trust_all = TrustAll::Allow;
    }
    if commas_only {
        options.separators = Separators::Commas;
    }
    Ok(TrustedProxies::parse_with(text, options)?)
}

/// Is this address, or `unix:`, in the list?
///
/// # Errors
///
/// Text that is neither.
pub fn contains(proxies: &TrustedProxies, address: &str) -> Result<bool, Problem> {
    peer(address).map(|peer| has(proxies, peer)).ok_or_else(Problem::peer)
}

/// The same for text that may be anything: what is no address is not in the list.
#[must_use]
pub fn covers(proxies: &TrustedProxies, address: &str) -> bool {
    peer(address).is_some_and(|peer| has(proxies, peer))
}

/// The merged networks, separated by one blank.
#[must_use]
pub fn networks(proxies: &TrustedProxies) -> String {
    proxies.networks().map(|network| network.to_string()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn peer(text: &str) -> Option<Peer> {
    Peer::parse(&bytes(text))
}

fn has(proxies: &TrustedProxies, peer: Peer) -> bool {
    peer.addr().map_or(proxies.trusts_unix_socket(), |address| proxies.contains(address))
}
