//! The program `nghttp`, a client of HTTP/2.

use std::process::Command;

use super::{Fallible, at};

/// The bodies of the answers to what these arguments ask for; certificates are not checked.
///
/// # Errors
///
/// It is not there or fails.
pub fn nghttp(arguments: &[&str]) -> Fallible<String> {
    let output = Command::new("nghttp").args(["--timeout=30"]).args(arguments).output();
    let output = output.map_err(at("nghttp"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("nghttp: {}", String::from_utf8_lossy(&output.stderr))),
    }
}
