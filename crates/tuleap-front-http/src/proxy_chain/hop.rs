use std::fmt;

use crate::scheme::Scheme;

/// One server on the way from the client to the application.
///
/// ```
/// use tuleap_front_http::{ChainListener, ChainProto, ChainRedirect, ProxyChain};
///
/// let chain: ProxyChain = "lb: https, writes proto; tuleap: http, trusts lb, redirects".parse()?;
/// let [lb, tuleap] = chain.hops() else { panic!() };
/// assert_eq!((lb.name(), lb.listener(), lb.proto()), ("lb", ChainListener::Https, ChainProto::Write));
/// assert!(tuleap.trusts("lb") && !tuleap.trusts("nginx") && !tuleap.trusts_everyone());
/// assert_eq!(tuleap.redirect(), ChainRedirect::OnBelief);
/// assert_eq!(tuleap.to_string(), "tuleap: http, trusts lb, redirects");
/// # Ok::<(), tuleap_front_http::ProxyChainError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChainHop {
    pub(super) name: String,
    pub(super) listener: ChainListener,
    pub(super) trust: Trust,
    pub(super) proto: ChainProto,
    pub(super) redirect: ChainRedirect,
}

/// Whose `X-Forwarded-Proto` counts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Trust {
    Everyone,
    /// These hops, by name; may be none.
    Hops(Vec<String>),
}

/// How a hop is reached.
#[expect(clippy::exhaustive_enums, reason = "with TLS, without, or either")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChainListener {
    /// `http and https`: the first hop as the client chooses, a later one as the hop before it
    /// was.
    Both,
    /// `http`
    Http,
    /// `https`
    Https,
}

/// What a hop does with `X-Forwarded-Proto`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum ChainProto {
    /// `writes http`, `writes https`: always this, however the hop was reached.
    Always(Scheme),
    /// `passes proto`: sends on what it got, which is what a server does that says nothing.
    #[default]
    Pass,
    /// `removes proto`: sends none.
    Remove,
    /// `writes proto`: how the hop itself was reached, nginx's `$scheme`.
    Write,
    /// `writes believed proto`: what it believes, as `ForwardedHop` does.
    WriteBelieved,
}

/// Whether a hop redirects to https, and by what it decides.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum ChainRedirect {
    /// It does not.
    #[default]
    Never,
    /// `redirects`: where it believes that the client used http.
    OnBelief,
    /// `redirects on header`: where `X-Forwarded-Proto` is not https, whoever wrote it.
    OnHeader,
    /// `redirects on scheme`: where it was itself reached by http, nginx's `$scheme` or a
    /// `listen 80` of its own.
    OnScheme,
}

impl ChainHop {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is reached.
    #[must_use]
    pub const fn listener(&self) -> ChainListener {
        self.listener
    }

    /// Does the word of this peer count?
    #[must_use]
    pub fn trusts(&self, peer: &str) -> bool {
        match &self.trust {
            Trust::Everyone => true,
            Trust::Hops(names) => names.iter().any(|name| name == peer),
        }
    }

    /// Does anybody's word count, the client's too?
    #[must_use]
    pub const fn trusts_everyone(&self) -> bool {
        matches!(self.trust, Trust::Everyone)
    }

    /// What it does with `X-Forwarded-Proto`.
    #[must_use]
    pub const fn proto(&self) -> ChainProto {
        self.proto
    }

    /// Whether it redirects.
    #[must_use]
    pub const fn redirect(&self) -> ChainRedirect {
        self.redirect
    }
}

impl ChainListener {
    /// Are there connections of this kind?
    pub(super) const fn takes(self, scheme: Scheme) -> bool {
        matches!(
            (self, scheme),
            (Self::Both, _) | (Self::Http, Scheme::Http) | (Self::Https, Scheme::Https)
        )
    }
}

/// As it is read.
impl fmt::Display for ChainHop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listener = match self.listener {
            ChainListener::Both => "http and https",
            ChainListener::Http => "http",
            ChainListener::Https => "https",
        };
        write!(out, "{}: {listener}", self.name)?;
        match &self.trust {
            Trust::Everyone => out.write_str(", trusts everyone")?,
            Trust::Hops(names) if names.is_empty() => {}
            Trust::Hops(names) => write!(out, ", trusts {}", names.join(" and "))?,
        }
        match self.proto {
            ChainProto::Always(scheme) => write!(out, ", writes {scheme}")?,
            ChainProto::Pass => {}
            ChainProto::Remove => out.write_str(", removes proto")?,
            ChainProto::Write => out.write_str(", writes proto")?,
            ChainProto::WriteBelieved => out.write_str(", writes believed proto")?,
        }
        out.write_str(match self.redirect {
            ChainRedirect::Never => "",
            ChainRedirect::OnBelief => ", redirects",
            ChainRedirect::OnHeader => ", redirects on header",
            ChainRedirect::OnScheme => ", redirects on scheme",
        })
    }
}
