use std::net::IpAddr;

use serde::Serialize;
use tuleap_front::{ClientIp, ClientIpKind, Reason};

const KINDS: [ClientIpKind; 5] = [
    ClientIpKind::Direct,
    ClientIpKind::Edge,
    ClientIpKind::Forwarded,
    ClientIpKind::None,
    ClientIpKind::Unnamed,
];

#[derive(Serialize)]
struct Names {
    kinds: [&'static str; 5],
    /// The codes of the reasons.
    reasons: Vec<&'static str>,
}

/// The names that answers refer to by their place: JSON of [`Names`].
#[must_use]
pub fn names() -> String {
    let reasons = Reason::ALL.iter().map(|reason| reason.code()).collect();
    crate::json(&Names { kinds: KINDS.map(ClientIpKind::as_str), reasons })
}

/// An answer as one text: `+` if it is certain or `-`; the kind, the reason and the hops, each a
/// character that counts from `A` for 0; the port, if there is one; a blank; the address, if there
/// is one. `+CQB 203.0.113.9`
///
/// It is made for every request, so it goes around the formatter where it can.
pub(crate) fn columns(client: &ClientIp) -> String {
    let mut text = String::with_capacity(64);
    text.push(if client.kind().is_certain() { '+' } else { '-' });
    text.push(letter(client.kind() as u8));
    text.push(letter(client.reason() as u8));
    text.push(letter(client.hops()));
    let mut push = |byte: u8| text.push(char::from(byte));
    if let Some(port) = client.port() {
        port.to_string().bytes().for_each(&mut push);
    }
    push(b' ');
    match client.addr_for_log() {
        Some(IpAddr::V4(address)) => push_ipv4(address.octets(), push),
        Some(IpAddr::V6(address)) => address.to_string().bytes().for_each(push),
        None => {}
    }
    text
}

fn letter(count: u8) -> char {
    // 65 to 320 are characters.
    char::from_u32(u32::from('A') + u32::from(count)).unwrap_or('A')
}

fn push_ipv4(octets: [u8; 4], mut push: impl FnMut(u8)) {
    for (index, octet) in octets.into_iter().enumerate() {
        if index > 0 {
            push(b'.');
        }
        if octet >= 100 {
            push(b'0' + octet / 100);
        }
        if octet >= 10 {
            push(b'0' + octet / 10 % 10);
        }
        push(b'0' + octet % 10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_the_formatter_does() {
        for number in 0..=u8::MAX {
            let octets = [number, 0, number / 10, 255];
            let mut text = Vec::new();
            push_ipv4(octets, |byte| text.push(byte));
            assert_eq!(text, IpAddr::from(octets).to_string().into_bytes());
        }
    }

    #[test]
    fn names_stand_at_their_number() {
        for (index, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(usize::from(kind as u8), index);
        }
        for (index, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(usize::from(*reason as u8), index);
        }
    }
}
