mod cause;
mod error;
mod explanation;
mod hop;
mod parse;
mod reason;
mod run;
#[cfg(feature = "serde")]
mod serialize;

use std::fmt;
use std::str::FromStr;

pub use self::error::{ProxyChainError, ProxyChainFault};
pub use self::explanation::{ChainCause, ChainExplanation, ChainRun, ChainStep};
pub use self::hop::{ChainHop, ChainListener, ChainProto, ChainRedirect};
pub use self::reason::ChainReason;
pub use self::run::ChainBelief;

use self::cause::{Steps, causes, client_decides};
use self::run::run;
use crate::scheme::Scheme;

/// The servers from the client to the application, each with what it does with the scheme: does
/// a redirect to https come to an end, or is it a loop?
///
/// The text has one hop per line, or hops with `;` between them, from the client on; `#` starts a
/// comment. A hop is its name, a colon, and clauses with commas between them:
///
/// | clause | meaning |
/// |---|---|
/// | `http`, `https`, `http and https` | how it is reached; must be said |
/// | `trusts NAME`, `trusts NAME and NAME` | the `X-Forwarded-Proto` of these hops counts: `$sys_trusted_proxies` |
/// | `trusts everyone`, `trusts nobody` | anybody's counts, or nobody's, as where nothing is said |
/// | `writes proto` | sends on how it was reached itself: nginx's `$scheme` |
/// | `writes believed proto` | sends on what it believes: [`ForwardedHop`](crate::ForwardedHop) |
/// | `writes https`, `writes http` | sends on this |
/// | `passes proto`, `removes proto` | sends on what it got, as where nothing is said, or nothing |
/// | `redirects` | redirects to https where it believes that the client used http |
/// | `redirects on scheme` | the same by how it was reached itself: `$scheme`, `listen 80` |
/// | `redirects on header` | the same by the header, whoever wrote it |
///
/// A hop believes the header of a hop before it that it trusts, and its own connection otherwise.
/// With `http and https` a later hop is reached as the hop before it was.
///
/// Not looked at: ports, names, and whether the servers are configured as the text says.
///
/// ```
/// use tuleap_front_http::{ChainVerdict, ProxyChain, Scheme};
///
/// let chain: ProxyChain = "
///     lb:     http and https, writes proto
///     nginx:  http, writes proto              # over what lb wrote
///     tuleap: http, trusts nginx, redirects
/// ".parse()?;
/// assert_eq!(chain.verdict(Scheme::Https), ChainVerdict::Loop);
/// assert_eq!(
///     chain.explain().https().text(),
///     "TLS ends at lb; tuleap believes http because nginx writes its own scheme over \
///      X-Forwarded-Proto; it redirects to https, which reaches it the same way: a loop"
/// );
/// assert_eq!(
///     chain.corrected().to_string(),
///     "lb: http and https, writes proto; nginx: http, trusts lb, writes believed proto; \
///      tuleap: http, trusts nginx, redirects"
/// );
/// # Ok::<(), tuleap_front_http::ProxyChainError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProxyChain {
    /// One at least; the names are different, and trust is in hops before.
    hops: Vec<ChainHop>,
}

/// How a request ends.
///
/// ```
/// use tuleap_front_http::{ChainVerdict, ProxyChain, Scheme};
///
/// let verdicts = |text: &str| {
///     let chain: ProxyChain = text.parse().unwrap();
///     [Scheme::Https, Scheme::Http].map(|client| chain.verdict(client))
/// };
/// assert_eq!(
///     verdicts("nginx: http and https, redirects; tuleap: http"),
///     [ChainVerdict::Served, ChainVerdict::RedirectedOnce]
/// );
/// assert_eq!(
///     verdicts("lb: https; nginx: http, redirects"),
///     [ChainVerdict::Loop, ChainVerdict::Unreachable]
/// );
/// assert_eq!(verdicts("nginx: http and https")[1], ChainVerdict::PlainHttpServed);
/// assert_eq!(ChainVerdict::Loop.as_str(), "loop");
/// assert_eq!(ChainVerdict::Loop.code(), "redirect-loop/loop");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ChainVerdict {
    /// It is redirected to what it asked for, for ever.
    Loop,
    /// The application answers over plain http: nobody redirects.
    PlainHttpServed,
    /// It is redirected to https, and then served.
    RedirectedOnce,
    /// The application answers over https.
    Served,
    /// Nobody listens: for it, or for what it is redirected to.
    Unreachable,
}

impl ProxyChain {
    /// The hops, from the client on.
    #[must_use]
    pub fn hops(&self) -> &[ChainHop] {
        &self.hops
    }

    /// How a request ends that a client sends by this scheme.
    #[must_use]
    pub fn verdict(&self, client: Scheme) -> ChainVerdict {
        match (client, run(&self.hops, client, None).last()) {
            (_, None) => ChainVerdict::Unreachable,
            (Scheme::Https, Some((_, seen))) if seen.redirects => ChainVerdict::Loop,
            (Scheme::Https, Some(_)) => ChainVerdict::Served,
            (Scheme::Http, Some((_, seen))) if seen.redirects => {
                match self.verdict(Scheme::Https) {
                    ChainVerdict::Served => ChainVerdict::RedirectedOnce,
                    verdict => verdict,
                }
            }
            (Scheme::Http, Some(_)) => ChainVerdict::PlainHttpServed,
        }
    }

    /// Both verdicts, and what led to them.
    pub fn explain(&self) -> ChainExplanation<'_> {
        ChainExplanation::new(self)
    }

    /// The chain with everything changed that is wrong; itself where nothing is.
    ///
    /// ```
    /// use tuleap_front_http::ProxyChain;
    ///
    /// let chain: ProxyChain = "lb: http and https; nginx: http, redirects".parse()?;
    /// let corrected = "lb: http and https, writes proto; nginx: http, trusts lb, redirects";
    /// assert_eq!(chain.corrected().to_string(), corrected);
    /// # Ok::<(), tuleap_front_http::ProxyChainError>(())
    /// ```
    #[must_use]
    pub fn corrected(&self) -> Self {
        let mut chain = self.clone();
        // A correction may show the next fault. Each is made once at a hop at most, and there are
        // eleven kinds.
        for _ in 0..self.hops.len() * ChainReason::ALL.len() {
            let before = chain.clone();
            let all = [Scheme::Https, Scheme::Http].map(|client| {
                let steps: Steps<'_> = run(&before.hops, client, None).collect();
                causes(&steps, client)
            });
            let all = all.into_iter().flatten().chain(client_decides(&before.hops));
            all.for_each(|cause| cause.correct(&mut chain.hops));
            if chain == before {
                break;
            }
        }
        chain
    }
}

impl FromStr for ProxyChain {
    type Err = ProxyChainError;

    fn from_str(text: &str) -> Result<Self, ProxyChainError> {
        Ok(Self { hops: parse::parse(text)? })
    }
}

/// As it is read, on one line.
impl fmt::Display for ProxyChain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for hop in &self.hops {
            write!(out, "{between}{hop}")?;
            between = "; ";
        }
        Ok(())
    }
}

impl ChainVerdict {
    /// Every verdict, in the order of declaration.
    pub const ALL: &[Self] =
        &[Self::Loop, Self::PlainHttpServed, Self::RedirectedOnce, Self::Served, Self::Unreachable];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::PlainHttpServed => "plain-http-served",
            Self::RedirectedOnce => "redirected-once",
            Self::Served => "served",
            Self::Unreachable => "unreachable",
        }
    }

    /// The stable id, the same in every language.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Loop => "redirect-loop/loop",
            Self::PlainHttpServed => "redirect-loop/plain-http-served",
            Self::RedirectedOnce => "redirect-loop/redirected-once",
            Self::Served => "redirect-loop/served",
            Self::Unreachable => "redirect-loop/unreachable",
        }
    }
}

impl fmt::Display for ChainVerdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests;
