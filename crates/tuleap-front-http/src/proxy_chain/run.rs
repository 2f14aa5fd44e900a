//! One request on its way through a chain.

use super::hop::{ChainHop, ChainListener, ChainProto, ChainRedirect};
use crate::scheme::Scheme;

/// What a hop sees of a request, and what it makes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// How the hop was reached.
    pub(super) scheme: Scheme,
    /// The `X-Forwarded-Proto` that it got.
    pub(super) proto: Option<Scheme>,
    /// The scheme that it takes the client to use.
    pub(super) believes: Scheme,
    pub(super) belief: ChainBelief,
    pub(super) redirects: bool,
    /// The `X-Forwarded-Proto` that it sends on.
    pub(super) sends: Option<Scheme>,
}

/// What a hop goes by when it takes a scheme for the client's.
///
/// ```
/// use tuleap_front_http::{ChainBelief, ProxyChain, Scheme};
///
/// let chain: ProxyChain = "lb: https, writes proto; tuleap: http, redirects".parse()?;
/// let explanation = chain.explain();
/// let [lb, tuleap] = explanation.https().steps() else { panic!() };
/// assert_eq!((lb.hop().name(), lb.reached_by(), lb.proto()), ("lb", Scheme::Https, None));
/// assert_eq!((lb.belief(), lb.sends()), (ChainBelief::Connection, Some(Scheme::Https)));
/// assert_eq!((tuleap.proto(), tuleap.believes()), (Some(Scheme::Https), Scheme::Http));
/// assert_eq!((tuleap.belief(), tuleap.belief().as_str()), (ChainBelief::NotTrusted, "not-trusted"));
/// assert!(tuleap.redirects() && !lb.redirects());
/// # Ok::<(), tuleap_front_http::ProxyChainError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ChainBelief {
    /// Its own connection: no `X-Forwarded-Proto` came.
    Connection,
    /// Its own connection: a header came from a hop that it does not trust.
    NotTrusted,
    /// The header.
    Proto,
}

impl ChainBelief {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::NotTrusted => "not-trusted",
            Self::Proto => "proto",
        }
    }
}

/// The hops that a request gets to: up to the one that redirects, or the last. None where the
/// first one does not listen. `sent` is the header that the client wrote itself.
pub(super) fn run(
    hops: &[ChainHop],
    client: Scheme,
    sent: Option<Scheme>,
) -> impl Iterator<Item = (&ChainHop, Seen)> {
    let mut hops = hops.iter();
    let mut before: Option<(&ChainHop, Seen)> = None;
    let mut is_done = false;
    std::iter::from_fn(move || {
        let hop = hops.next().filter(|_| !is_done)?;
        let seen = match before {
            None if hop.listener.takes(client) => see(hop, None, client, sent),
            None => return None,
            Some((peer, seen)) => {
                let scheme = match hop.listener {
                    ChainListener::Both => seen.scheme,
                    ChainListener::Http => Scheme::Http,
                    ChainListener::Https => Scheme::Https,
                };
                see(hop, Some(peer.name()), scheme, seen.sends)
            }
        };
        is_done = seen.redirects;
        before = Some((hop, seen));
        before
    })
}

/// `peer`: the hop before, none for the client.
fn see(hop: &ChainHop, peer: Option<&str>, scheme: Scheme, proto: Option<Scheme>) -> Seen {
    let is_trusted = peer.map_or(hop.trusts_everyone(), |peer| hop.trusts(peer));
    let (believes, belief) = match proto {
        None => (scheme, ChainBelief::Connection),
        Some(_) if !is_trusted => (scheme, ChainBelief::NotTrusted),
        Some(proto) => (proto, ChainBelief::Proto),
    };
    let redirects = match hop.redirect {
        ChainRedirect::Never => false,
        ChainRedirect::OnBelief => believes == Scheme::Http,
        ChainRedirect::OnHeader => proto != Some(Scheme::Https),
        ChainRedirect::OnScheme => scheme == Scheme::Http,
    };
    let sends = match hop.proto {
        ChainProto::Always(scheme) => Some(scheme),
        ChainProto::Pass => proto,
        ChainProto::Remove => None,
        ChainProto::Write => Some(scheme),
        ChainProto::WriteBelieved => Some(believes),
    };
    Seen { scheme, proto, believes, belief, redirects, sends }
}
