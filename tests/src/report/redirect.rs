//! The files about redirects to https.

use std::path::Path;

use super::{Outcome, Rows, check_count, read};
use crate::compare;
use crate::surface::Surface;

/// `proxy-chain.json`
pub(super) fn proxy_chain(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows = read(dir, "proxy-chain.json")?;
    let Some(answers) = surface.proxy_chain(&rows)? else { return Ok(None) };
    check_count(rows.len(), &answers)?;
    let outcome = rows.iter().zip(&answers).map(|(row, got)| {
        let compare = || compare::proxy_chain(row, got);
        (row.id.clone(), Outcome::of(surface.name(), got, compare))
    });
    Ok(Some(outcome.collect()))
}
