//! A second destination rule, slow and plain: the steps written down once more over owned text,
//! with the standard library's parsers.

use std::net::Ipv6Addr;

use tuleap_front::DestinationFacts;

use crate::row::{from_latin1, latin1};

/// What a rule is configured with, and the facts of a request.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    /// `auto`, or origins with commas between them.
    pub site: &'a str,
    /// An origin, or a scheme alone.
    pub next: &'a str,
    /// The request.
    pub facts: DestinationFacts<'a>,
    /// Is another server passed on?
    pub is_passed: bool,
    /// Is an origin put before a path?
    pub is_promoted: bool,
}

/// Scheme, host (lower case, or an address), port.
type Origin = (String, Result<Ipv6Addr, String>, u32);

impl Model<'_> {
    /// The value that is sent on, or why none is.
    ///
    /// # Errors
    ///
    /// The reason.
    pub fn answer(&self, value: &[u8]) -> Result<Vec<u8>, &'static str> {
        let methods: [&[u8]; 4] = [b"COPY", b"MOVE", b"BIND", b"REBIND"];
        match self.steps(from_latin1(value).trim_matches([' ', '\t'])) {
            Err(_) if !methods.contains(&self.facts.method) => Ok(value.to_vec()),
            answer => answer.map(|value| latin1(&value)),
        }
    }

    /// The value of a `Location` that the client gets.
    #[must_use]
    pub fn location(&self, value: &[u8]) -> Vec<u8> {
        let text = from_latin1(value);
        let mapped = self.location_steps(text.trim_matches([' ', '\t']));
        mapped.map_or_else(|| value.to_vec(), |text| latin1(&text))
    }

    fn location_steps(&self, value: &str) -> Option<String> {
        let (scheme, rest) = value.split_once("://")?;
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let named = origin(scheme, authority, false).ok()?;
        let public = self.public_text()?;
        let is_of_next = parsed(&self.next_text()?)? == named;
        let is_public = parsed(&public)? == named;
        let is_text = !value.chars().any(|char| char.is_ascii_control());
        (is_of_next && !is_public && is_text).then(|| public + rest)
    }

    /// The start of a URI as this client knows the site.
    fn public_text(&self) -> Option<String> {
        let host = from_latin1(self.facts.host);
        if self.site == "auto" {
            return Some(format!("{}://{host}", self.facts.scheme));
        }
        let sites: Vec<&str> = self.site.split(", ").collect();
        let is_named = |site: &&&str| {
            let named =
                site.split_once("://").and_then(|(scheme, _)| origin(scheme, &host, false).ok());
            named.is_some() && named == parsed(site)
        };
        sites.iter().find(is_named).or(sites.first()).map(|site| (*site).to_owned())
    }

    pub(super) fn steps(&self, value: &str) -> Result<String, &'static str> {
        if value.is_empty() {
            return Err("empty");
        }
        if value.chars().any(|char| char.is_ascii_control()) {
            return Err("control-byte");
        }
        let next = self.next_text();
        if value.starts_with("//") {
            return Err("network-path-reference");
        }
        if value.starts_with('/') {
            let next = next.filter(|_| self.is_promoted).unwrap_or_default();
            return Ok(next + value);
        }
        let (scheme, rest) = value.split_once(':').ok_or("relative-reference")?;
        let is_scheme = |char: char| char.is_ascii_alphanumeric() || "+-.".contains(char);
        let is_first = |char: char| char.is_ascii_alphabetic();
        if !scheme.starts_with(is_first) || !scheme.chars().all(is_scheme) {
            return Err("relative-reference");
        }
        let rest = rest.strip_prefix("//").ok_or("no-authority")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let origin = origin(scheme, authority, true)?;
        if !path.starts_with('/') {
            return Err("no-path");
        }
        match next {
            Some(next) if self.is_site(&origin) => Ok(next + path),
            Some(next) if parsed(&next).as_ref() == Some(&origin) => Ok(value.to_owned()),
            _ if self.is_passed => Ok(value.to_owned()),
            _ => Err("foreign-origin"),
        }
    }

    /// The start of a URI on the next server.
    fn next_text(&self) -> Option<String> {
        let forwarded = format!("{}://{}", self.next, from_latin1(self.facts.forwarded_host));
        let text = if self.next.contains("://") { self.next.to_owned() } else { forwarded };
        parsed(&text).map(|_| text)
    }

    fn is_site(&self, origin: &Origin) -> bool {
        let host = from_latin1(self.facts.host);
        let sites = match self.site {
            "auto" => vec![format!("http://{host}"), format!("https://{host}")],
            listed => listed.split(", ").map(str::to_owned).collect(),
        };
        sites.iter().any(|site| parsed(site).as_ref() == Some(origin))
    }
}

fn parsed(text: &str) -> Option<Origin> {
    let (scheme, authority) = text.split_once("://")?;
    origin(scheme, authority, false).ok()
}

fn origin(scheme: &str, authority: &str, may_have_user: bool) -> Result<Origin, &'static str> {
    let host = match authority.split_once('@') {
        Some((user, host)) if may_have_user => {
            if !is_made_of(user, ":") || host.contains('@') {
                return Err("authority-userinfo");
            }
            host
        }
        _ => authority,
    };
    let (host, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or("authority-unclosed")?;
            let address = address.parse::<Ipv6Addr>().map_err(|_| "authority-ipv6")?;
            (Ok(address), port)
        }
        None => {
            let (name, port) = host.split_at(host.find(':').unwrap_or(host.len()));
            if name.is_empty() {
                return Err("authority-empty-host");
            }
            if !is_made_of(name, "") {
                return Err("authority-host");
            }
            (Err(name.to_ascii_lowercase()), port)
        }
    };
    let scheme = scheme.to_ascii_lowercase();
    let default = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        // No origin of ours has such a port.
        _ => u32::MAX,
    };
    Ok((scheme, host, port_number(port)?.unwrap_or(default)))
}

/// Of `""` or `:` and digits.
fn port_number(text: &str) -> Result<Option<u32>, &'static str> {
    let digits = match text.strip_prefix(':') {
        Some(digits) => digits,
        None if text.is_empty() => return Ok(None),
        None => return Err("authority-port"),
    };
    if digits.is_empty() {
        return Ok(None);
    }
    if !digits.chars().all(|char| char.is_ascii_digit()) {
        return Err("authority-port");
    }
    let number = digits.trim_start_matches('0');
    let number = if number.is_empty() { "0" } else { number };
    number.parse::<u16>().map(|port| Some(u32::from(port))).map_err(|_| "authority-port")
}

/// Unreserved, sub-delims, percent-encoded, and these.
fn is_made_of(text: &str, more: &str) -> bool {
    let mut pieces = text.split('%');
    let is_plain = |char: char| {
        char.is_ascii_alphanumeric() || "-._~!$&'()*+,;=".contains(char) || more.contains(char)
    };
    let is_encoded = |piece: &str| {
        piece.get(..2).is_some_and(|two| two.chars().all(|char| char.is_ascii_hexdigit()))
    };
    pieces.next().is_none_or(|first| first.chars().all(is_plain))
        && pieces.all(|piece| is_encoded(piece) && piece.chars().all(is_plain))
}

/// The path that a value names, with what follows it: what a rewrite must not change.
#[must_use]
pub fn path(value: &[u8]) -> Option<&[u8]> {
    if value.starts_with(b"/") {
        return Some(value);
    }
    let authority = value.windows(3).position(|three| three == b"://")? + 3;
    let slash = value.get(authority..)?.iter().position(|byte| *byte == b'/')?;
    value.get(authority + slash..)
}
