//! Redirects to https.

use serde_json::{Value, json};
use tuleap_front::{ProxyChain, Scheme};

use super::bare;
use crate::row::ProxyChainRow;

/// An answer in the form of a row of `proxy-chain.json`.
pub(super) fn proxy_chain(row: &ProxyChainRow) -> Result<Value, String> {
    let chain = match row.chain.parse::<ProxyChain>() {
        Ok(chain) => chain,
        Err(error) => {
            return Ok(json!({ "config_error": {
                "code": bare(error.code()), "entry": error.entry(), "line": error.line(),
                "column": error.column(), "offset": error.offset(), "length": error.length(),
                "hint": error.hint(),
            } }));
        }
    };
    let explanation = chain.explain();
    for run in [explanation.https(), explanation.http()] {
        if run.verdict() != chain.verdict(run.client()) {
            return Err(format!("{}: explain and verdict differ", row.id));
        }
    }
    let corrected = explanation.corrected().unwrap_or(&chain);
    let fault = [Scheme::Https, Scheme::Http].map(|client| corrected.verdict(client).as_str());
    if !corrected.explain().is_sound() || !matches!(fault, ["served", _]) {
        return Err(format!("{}: what is corrected is {fault:?}", row.id));
    }
    serde_json::to_value(&explanation).map_err(|error| error.to_string())
}
