//! Redirects to https.

use serde_json::{Value, json};
use tuleap_front_c::*;

use super::{Handle, Reported, last, parts, read, text};
use crate::row::ProxyChainRow;

/// An answer in the form of a row of `proxy-chain.json`.
pub(super) fn proxy_chain(row: &ProxyChainRow) -> Result<Value, String> {
    let mut reported = Reported::new();
    let (chain, chain_len) = parts(row.chain.as_bytes());
    // SAFETY: pointers and lengths belong together, and the out-pointers are ours.
    let chain = unsafe {
        tuleap_front_proxy_chain_parse(
            chain,
            chain_len,
            &raw mut reported.problem,
            reported.message.as_mut_ptr(),
            512,
        )
    };
    if chain.is_null() {
        let mut error = reported.to_json(true);
        if let Some(fields) = error.as_object_mut() {
            fields.insert("line".to_owned(), json!(reported.problem.line));
            fields.insert("column".to_owned(), json!(reported.problem.column));
        }
        return Ok(json!({ "config_error": error }));
    }
    let chain = Handle(chain, tuleap_front_proxy_chain_free);
    // SAFETY: the handle is live, and the buffer is of `read`.
    let json = read(|out, cap| unsafe { tuleap_front_proxy_chain_explain(chain.0, 1, out, cap) });
    // SAFETY: the handle is live, and the buffer is of `read`.
    let people = read(|out, cap| unsafe { tuleap_front_proxy_chain_explain(chain.0, 0, out, cap) });
    // SAFETY: the handle is live, and the buffer is of `read`.
    let fixed = read(|out, cap| unsafe { tuleap_front_proxy_chain_corrected(chain.0, out, cap) });
    let status = |status| format!("status {status}");
    let (json, people) = (json.map_err(status)?, people.map_err(status)?);
    let answer: Value = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
    let corrected = answer.get("corrected").and_then(Value::as_str);
    if corrected.is_some_and(|text| fixed != Ok(text.as_bytes().to_vec())) || people.is_empty() {
        return Err(format!("{}: corrected is {fixed:?}", row.id));
    }
    for (number, scheme) in ["http", "https"].into_iter().enumerate() {
        let number = u32::try_from(number).map_err(|error| error.to_string())?;
        // SAFETY: the handle is live.
        let verdict = unsafe { tuleap_front_proxy_chain_verdict(chain.0, number) };
        let verdict = u32::try_from(verdict).map_err(|_| format!("status {verdict}"))?;
        let code = text(tuleap_front_chain_verdict_code(verdict));
        let explained = answer.get(scheme).and_then(|run| run.get("verdict"));
        if explained.and_then(Value::as_str) != Some(last(&code)) {
            return Err(format!("{}: {scheme}: verdict {code}, explain {explained:?}", row.id));
        }
    }
    Ok(answer)
}
