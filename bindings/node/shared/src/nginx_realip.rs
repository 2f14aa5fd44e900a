use serde::Serialize;
use tuleap_front::{NginxAddr, NginxRealip, NginxRealipOptions, Recursion};

use crate::problem::Problem;
use crate::wire::{bytes, lines, texts};
use crate::words::nginx_rules;

/// Makes it from the values of `set_real_ip_from`, of `real_ip_header` and `real_ip_recursive`.
/// `rules`: `current` or `1.22`.
///
/// # Errors
///
/// An entry or a header name that is none, or other rules.
pub fn nginx_realip(
    trusted: &str,
    header: &str,
    recursive: bool,
    rules: &str,
) -> Result<NginxRealip, Problem> {
    let mut options = NginxRealipOptions::default();
    header.clone_into(&mut options.header);
    options.recursion = if recursive { Recursion::On } else { Recursion::Off };
    options.rules = nginx_rules(rules)?;
    Ok(NginxRealip::new(texts(trusted), options)?)
}

/// What realip made of a request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Client {
    addr: String,
    port: Option<u16>,
    is_rewritten: bool,
}

/// What realip makes of a request: JSON of [`Client`].
///
/// # Errors
///
/// Text that is no peer.
pub fn realip_resolve(
    realip: &NginxRealip,
    address: &str,
    headers: &str,
) -> Result<String, Problem> {
    let peer = NginxAddr::parse(&bytes(address)).ok_or_else(Problem::peer)?;
    let client = realip.resolve(peer, lines(headers).as_slice());
    Ok(crate::json(&Client {
        addr: client.addr().to_string(),
        port: client.port(),
        is_rewritten: client.is_rewritten(),
    }))
}
