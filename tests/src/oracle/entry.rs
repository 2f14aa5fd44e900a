//! One entry: the table of section 7.3 and the grammar of `Forwarded`, row by row.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tuleap_front::Reason;

/// What an entry names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Named {
    /// A host, and the port beside it.
    Address(IpAddr, Option<u16>),
    /// A local socket.
    Socket,
}

/// One character for each byte.
pub(super) fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

pub(super) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// The table of section 7.3, row by row.
pub(super) fn node(entry: &str) -> Result<Named, Reason> {
    let entry = trim(entry);
    if entry.is_empty() {
        return Err(Reason::EntryEmpty);
    }
    if entry.chars().count() > 64 {
        return Err(Reason::EntryTooLong);
    }
    if entry.chars().any(|char| !('\x21'..='\x7e').contains(&char)) {
        return Err(Reason::EntryMalformed);
    }
    if entry == "unix:" || entry.starts_with("unix:/") {
        return Ok(Named::Socket);
    }
    let (name, port) = match entry.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (entry, None),
    };
    if name.eq_ignore_ascii_case("unknown") {
        return Err(Reason::EntryUnknown);
    }
    if is_obfuscated(name) {
        read_port(port)?;
        return Err(Reason::EntryHidden);
    }
    if has_leading_zero(name) {
        return Err(Reason::EntryLeadingZero);
    }
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return host(IpAddr::V4(address), read_port(port)?);
    }
    if let Ok(address) = ipv6(entry) {
        return host(address, None);
    }
    let (inside, after) = entry
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .ok_or(Reason::EntryMalformed)?;
    let address = ipv6(inside)?;
    let port = match (after, after.strip_prefix(':')) {
        ("", _) => None,
        (_, Some(port)) => Some(port),
        _ => return Err(Reason::EntryMalformed),
    };
    host(address, read_port(port)?)
}

/// An IPv6 address with a zone where it may have one, as IPv4 where it is mapped.
fn ipv6(text: &str) -> Result<IpAddr, Reason> {
    let (address, zone) = match text.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (text, None),
    };
    let address: Ipv6Addr = address.parse().map_err(|_| Reason::EntryMalformed)?;
    if let Some(zone) = zone {
        let is_zone = (1..=32).contains(&zone.len())
            && zone.chars().all(|char| char.is_ascii_alphanumeric() || "._~-".contains(char));
        let is_link_local =
            address.segments().first().is_some_and(|first| first >> 6 == 0xfe80 >> 6);
        if !is_zone || !is_link_local {
            return Err(Reason::EntryMalformed);
        }
    }
    Ok(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
}

fn host(address: IpAddr, port: Option<u16>) -> Result<Named, Reason> {
    let is_broadcast = address == IpAddr::V4(Ipv4Addr::BROADCAST);
    if address.is_unspecified() || address.is_multicast() || is_broadcast {
        Err(Reason::EntryNotHost)
    } else {
        Ok(Named::Address(address, port))
    }
}

/// No port, a number, or a name which tells nothing.
fn read_port(port: Option<&str>) -> Result<Option<u16>, Reason> {
    let Some(port) = port else { return Ok(None) };
    if is_obfuscated(port) {
        return Ok(None);
    }
    let is_number = (1..=5).contains(&port.len()) && port.chars().all(|char| char.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(number) if is_number => Ok(Some(number)),
        _ => Err(Reason::EntryBadPort),
    }
}

fn is_obfuscated(text: &str) -> bool {
    text.strip_prefix('_').is_some_and(|name| {
        !name.is_empty()
            && name.chars().all(|char| char.is_ascii_alphanumeric() || "._-".contains(char))
    })
}

/// Four numbers, and one of them starts with a zero it does not need.
fn has_leading_zero(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_number =
        |part: &&str| !part.is_empty() && part.chars().all(|char| char.is_ascii_digit());
    parts.len() == 4
        && parts.iter().all(is_number)
        && parts.iter().any(|part| part.len() > 1 && part.starts_with('0'))
}

/// The elements of a line of `Forwarded` from left to right, cut from the right.
pub(super) fn elements(line: &str) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let (mut elements, mut element, mut quoted) = (Vec::new(), Vec::new(), false);
    for (at, char) in chars.iter().copied().enumerate().rev() {
        let backslashes = chars.iter().take(at).rev().take_while(|char| **char == '\\').count();
        match char {
            ',' if !quoted => {
                elements.push(element.iter().rev().collect());
                element.clear();
                continue;
            }
            '"' if !quoted => quoted = true,
            '"' if backslashes % 2 == 0 => quoted = false,
            _ => {}
        }
        element.push(char);
    }
    elements.push(element.iter().rev().collect());
    elements.reverse();
    elements
}

/// The node that the `for` of an element names.
pub(super) fn for_node(element: &str) -> Result<Named, Reason> {
    let element = trim(element);
    if element.is_empty() {
        return Err(Reason::EntryEmpty);
    }
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut rest: Vec<char> = element.chars().rev().collect();
    loop {
        skip_blanks(&mut rest);
        if !matches!(rest.last(), None | Some(';')) {
            let (name, value) = pair(&mut rest).ok_or(Reason::EntryMalformed)?;
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(Reason::EntryDuplicateParam);
            }
            pairs.push((name, value));
            if pairs.len() > 32 {
                return Err(Reason::EntryMalformed);
            }
            skip_blanks(&mut rest);
        }
        match rest.pop() {
            Some(';') => {}
            Some(_) => return Err(Reason::EntryMalformed),
            None => break,
        }
    }
    let value = pairs.iter().find(|(name, _)| name == "for");
    node(&value.ok_or(Reason::EntryNoFor)?.1)
}

fn skip_blanks(rest: &mut Vec<char>) {
    while rest.last().is_some_and(|char| " \t".contains(*char)) {
        rest.pop();
    }
}

/// `token=token` or `token="quoted"`, taken off the end of the reversed text: the name in lower
/// case, and the value without quotes and escapes.
fn pair(rest: &mut Vec<char>) -> Option<(String, String)> {
    let token = "!#$%&'*+-.^_`|~";
    let name = take_while(rest, |char| char.is_ascii_alphanumeric() || token.contains(char));
    if name.is_empty() || rest.pop() != Some('=') {
        return None;
    }
    if rest.last() != Some(&'"') {
        let is_value = |char: char| {
            char.is_ascii_alphanumeric() || token.contains(char) || ":[]".contains(char)
        };
        let value = take_while(rest, is_value);
        return (!value.is_empty()).then(|| (name.to_ascii_lowercase(), value));
    }
    rest.pop();
    let mut value = String::new();
    loop {
        let char = match rest.pop()? {
            '"' => return Some((name.to_ascii_lowercase(), value)),
            '\\' => rest.pop()?,
            char => char,
        };
        if char != '\t' && (char < ' ' || char == '\x7f') {
            return None;
        }
        value.push(char);
    }
}

fn take_while(rest: &mut Vec<char>, belongs: impl Fn(char) -> bool) -> String {
    let mut taken = String::new();
    while let Some(char) = rest.last().copied().filter(|char| belongs(*char)) {
        taken.push(char);
        rest.pop();
    }
    taken
}
