//! Generated configurations, requests and responses through the nginx that is installed and
//! through us. `cargo xtask test nginx-diff --cases N --seed S` chooses how many and which; a
//! disagreement is shrunk to the least case that still differs.
#![cfg(unix)]

mod gzip;

/// A number from the environment, or this one.
fn number(name: &str, default: u64) -> Result<u64, String> {
    match std::env::var(name) {
        Err(_) => Ok(default),
        Ok(text) => text.parse().map_err(|_| format!("{name}={text}: not a number")),
    }
}
