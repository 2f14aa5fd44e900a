//! Rows about redirects to https.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A chain and what becomes of requests: a row of `proxy-chain.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyChainRow {
    /// A stable id.
    pub id: String,
    /// Which rule decides.
    pub why: String,
    /// The text of the chain.
    pub chain: String,
    /// The answer: `https`, `http`, `notes` and `corrected`, or `config_error`.
    #[serde(skip_serializing)]
    pub expect: BTreeMap<String, Value>,
}
