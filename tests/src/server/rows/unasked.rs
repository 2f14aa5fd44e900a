//! What a server cannot be asked, each with the reason. This is all of it: what is not here is
//! asked, and counts.

use std::net::IpAddr;

use super::question::Question;
use super::{destination, gzip};
use crate::row::ClientIpOptions;

/// Fields of `client-ip` rows that no server shows: the host and the port of the request are not
/// variables, and the library says only whom the next server is told.
pub(super) const FIELDS: &[&str] = &["host", "port"];

/// The other half of a row of the compatibility type.
pub(super) const COMPAT: &str = "compat";

/// Fields of `destination` rows that no server shows.
pub(super) const DESTINATION_FIELDS: &[&str] = &["cause"];

pub(super) const KIND: &str = "no directive answers these rows yet";
pub(super) const NO_PEER: &str = "a connection has a peer, and its other end is an address";
pub(super) const OTHER_SPELLING: &str = "a server writes the peer's address in one way only";
pub(super) const NO_HOST: &str = "no host has this address";
pub(super) const ZONE: &str = "a server does not show the zone of an address";
pub(super) const SOCKET_PATH: &str = "a client of a local socket has no path";
pub(super) const NO_LINE: &str = "these bytes are no header line";
pub(super) const REFUSED: &str = "the server refuses the request without the module too";
pub(super) const TRUSTED_FACTS: &str = "the module trusts proxies for the client and the scheme";
pub(super) const HOSTS: &str = "which hosts a request may be for is said otherwise in a server";
pub(super) const PROTO_HOPS: &str = "there is no directive for the n-th scheme";
pub(super) const BLANK_IN_ENTRY: &str = "in a directive a blank ends an entry";
pub(super) const TOO_LONG: &str = "longer than an argument of a directive may be";
pub(super) const NO_ARGUMENT: &str = "these bytes are no argument of a directive";
pub(super) const PROXY_PROTOCOL: &str = "the client of the PROXY protocol is nginx's own";
pub(super) const NOT_APACHE: &str = "Apache has no dialect of nginx";
pub(super) const NO_UNIX: &str = "Apache does not listen on local sockets";
pub(super) const NO_MAPPED: &str = "Apache shows IPv4-mapped peers as IPv4";
pub(super) const JOINED: &str = "Apache makes one line of several before a module sees them";
pub(super) const HOST_SENT: &str = "Apache always sends a Host on";
pub(super) const HOST_LATE: &str =
    "Apache's module refuses before another module sets the Host that is sent on";
pub(super) const PADDED: &str = "a server reads a value without the blanks around it";
pub(super) const NO_VALUE: &str = "a server decides about lines, and this one is none";
pub(super) const OTHER_NGINX: &str =
    "the module does as the nginx that it is in, of another version";
pub(super) const NO_CAPTURE: &str = "the module sends a value as it is, whatever the target";
pub(super) const GZIP_LINES: &str = "the module has policies with a name";
pub(super) const VERSION: &str = "a server says itself which versions of HTTP it speaks";
pub(super) const TIME: &str = "a server has a clock of its own";
pub(super) const NO_ANSWER: &str = "these lines are no answer that a server passes on";
pub(super) const PARTS: &str = "what a location of nginx's keeps or removes is no part of Apache";

/// Why a row cannot be asked through any server, if so.
pub(super) fn reason(question: &Question) -> Option<&'static str> {
    peer(question.peer()).or_else(|| match question {
        Question::ClientIp(row) => {
            let is_split = row.trusted.iter().any(|entry| entry.trim().contains(is_blank));
            let list = is_split.then_some(BLANK_IN_ENTRY);
            list.or_else(|| options(&row.options)).or_else(|| lines(&row.lines()))
        }
        Question::Realip(input, _) => {
            let is_proxy_protocol = input.listener == "proxy_protocol"
                || input.real_ip_header.as_deref() == Some("proxy_protocol");
            is_proxy_protocol.then_some(PROXY_PROTOCOL)
        }
        Question::Forwarded(_) | Question::NginxDestination(..) | Question::NginxRedirect(..) => {
            None
        }
        Question::Gzip(row) => gzip::reason(row).or_else(|| lines(&gzip::lines(row))),
        Question::Destination(row) => {
            destination::reason(row).or_else(|| lines(&destination::lines(row)))
        }
    })
}

/// What separates entries in a directive.
fn is_blank(char: char) -> bool {
    char.is_ascii_whitespace()
}

/// Can a connection have this peer, spelled so?
fn peer(peer: Option<&str>) -> Option<&'static str> {
    let Some(peer) = peer else { return Some(NO_PEER) };
    if let Some(path) = peer.strip_prefix("unix:") {
        return (!path.is_empty()).then_some(SOCKET_PATH);
    }
    if peer.contains('%') {
        return Some(ZONE);
    }
    let Ok(address) = peer.parse::<IpAddr>() else { return Some(NO_PEER) };
    let is_nobody = match address {
        IpAddr::V4(v4) => v4.is_unspecified() || v4.is_broadcast() || v4.is_multicast(),
        IpAddr::V6(v6) => v6.is_unspecified() || v6.is_multicast(),
    };
    match (is_nobody, address.to_string() == peer) {
        (true, _) => Some(NO_HOST),
        (_, false) => Some(OTHER_SPELLING),
        _ => None,
    }
}

fn options(options: &ClientIpOptions) -> Option<&'static str> {
    let ClientIpOptions { trust, allowed_hosts, proto_hops, .. } = options;
    if let Some(facts) = trust {
        let mut facts: Vec<&str> = facts.iter().map(String::as_str).collect();
        facts.sort_unstable();
        if facts != ["for", "proto"] {
            return Some(TRUSTED_FACTS);
        }
    }
    match (allowed_hosts.is_empty(), proto_hops) {
        (false, _) => Some(HOSTS),
        (true, Some(_)) => Some(PROTO_HOPS),
        _ => None,
    }
}

/// Is this what a server answers to a request that is none, or to one that is too large? Apache
/// finds nothing under a path with NUL.
pub(super) fn is_refusal(status: u16) -> bool {
    matches!(status, 0 | 400 | 404 | 405 | 408 | 413 | 414 | 431 | 501 | 505)
}

/// Names are tokens; values hold neither line ends nor NUL.
fn lines(lines: &[(Vec<u8>, Vec<u8>)]) -> Option<&'static str> {
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let is_line = |(name, value): &(Vec<u8>, Vec<u8>)| {
        let is_value = !value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
        !name.is_empty() && name.iter().all(is_token) && is_value
    };
    (!lines.iter().all(is_line)).then_some(NO_LINE)
}
