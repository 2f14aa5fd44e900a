use serde::Serialize;
use tuleap_front::{CacheKey, CacheLevels};

use crate::problem::Problem;
use crate::wire::{bytes, lines, text, texts};
use crate::words::scheme;

/// The guide's key: of a list of scheme, method, host and target.
///
/// # Errors
///
/// A scheme that is none.
pub fn cache_key_documented(parts: &str) -> Result<String, Problem> {
    let mut parts = texts(parts);
    let mut part = || parts.next().unwrap_or_default();
    let scheme = scheme(part())?;
    let (method, host, target) = (bytes(part()), bytes(part()), bytes(part()));
    Ok(text(CacheKey::documented(scheme, &method, &host, &target).as_bytes()))
}

/// The name of the file.
#[must_use]
pub fn cache_key_md5(key: &str) -> String {
    CacheKey::from_bytes(bytes(key)).md5().to_string()
}

/// The file, from the folder of the cache on.
///
/// # Errors
///
/// Levels that nginx does not read.
pub fn cache_key_path(key: &str, levels: &str) -> Result<String, Problem> {
    let levels: CacheLevels = levels.parse()?;
    Ok(CacheKey::from_bytes(bytes(key)).path(&levels))
}

/// The name of the file of one variant.
#[must_use]
pub fn cache_key_variant(key: &str, vary: &str, headers: &str) -> String {
    let key = CacheKey::from_bytes(bytes(key));
    key.variant(&bytes(vary), lines(headers).as_slice()).to_string()
}

/// Levels, as JavaScript reads them.
#[derive(Serialize)]
struct Levels {
    text: String,
    digits: Vec<u8>,
}

/// Reads levels: JSON of [`Levels`].
///
/// # Errors
///
/// Levels that nginx does not read.
pub fn cache_levels(text: &str) -> Result<String, Problem> {
    let levels: CacheLevels = text.parse()?;
    Ok(crate::json(&Levels { text: levels.to_string(), digits: levels.digits().collect() }))
}
