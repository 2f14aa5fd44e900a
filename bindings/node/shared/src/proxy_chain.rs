use tuleap_front::{ProxyChain, Scheme};

use crate::problem::Problem;

/// Reads a chain: hops with line ends or `;` between them.
///
/// # Errors
///
/// A hop that cannot be read.
pub fn proxy_chain(text: &str) -> Result<ProxyChain, Problem> {
    Ok(text.parse()?)
}

/// How a request ends that a client sends by this scheme, by name.
///
/// # Errors
///
/// A scheme that is none.
pub fn chain_verdict(chain: &ProxyChain, scheme: &str) -> Result<&'static str, Problem> {
    let scheme = Scheme::parse(scheme.as_bytes())
        .ok_or_else(|| Problem::argument("the scheme is neither http nor https"))?;
    Ok(chain.verdict(scheme).as_str())
}

/// Both verdicts and what led to them: JSON of the parts and the text.
#[must_use]
pub fn chain_explain(chain: &ProxyChain) -> String {
    crate::explained(chain.explain())
}
