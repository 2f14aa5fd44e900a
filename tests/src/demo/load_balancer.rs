//! A load balancer before the front: it ends TLS, speaks HTTP to the front, and names its client.

use std::net::{IpAddr, Ipv4Addr};

use crate::server::Fallible;
use crate::server::backend::{Backend, Received};
use crate::server::client::{Answer, Client, Way};
use crate::server::message::Head;

/// Lines about one connection, and the length, which is written anew.
const OF_THE_CONNECTION: &[&str] =
    &["connection", "content-length", "keep-alive", "te", "transfer-encoding"];

/// Passes requests on to a port of the front, each as that of this client.
pub(super) fn start(client: &'static str, front: u16) -> Fallible<Backend> {
    Backend::scripted(move |received| {
        let way = Way::from_to(IpAddr::from(Ipv4Addr::LOCALHOST), front);
        match Client::new(way).send(&request(received, client)) {
            Ok(answer) => response(&answer),
            Err(_) => b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".to_vec(),
        }
    })
}

fn request(received: &Received, client: &str) -> Vec<u8> {
    let lines = format!("X-Forwarded-For: {client}\r\nX-Forwarded-Proto: https\r\n");
    message(&received.head, lines.as_bytes(), &received.body)
}

fn response(answer: &Answer) -> Vec<u8> {
    message(&answer.head, b"", &answer.body)
}

/// The head with these lines more, and the body.
fn message(head: &Head, more: &[u8], body: &[u8]) -> Vec<u8> {
    let mut bytes = [&head.first, b"\r\n".as_slice()].concat();
    let is_kept = |name: &[u8]| {
        !OF_THE_CONNECTION.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
    };
    for (name, value) in head.lines.iter().filter(|(name, _)| is_kept(name)) {
        bytes.extend([name, b": ".as_slice(), value, b"\r\n"].concat());
    }
    bytes.extend(more);
    bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend(body);
    bytes
}
