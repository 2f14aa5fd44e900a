//! Heads and hosts.

use tuleap_front::{HeadOptions, NginxHost, NginxRules, RequestHead, ResponseHead};

use crate::allocations;

#[test]
fn a_host_is_read_without_the_heap_unless_it_has_capitals() {
    let long = "a.".repeat(10_000);
    for (host, expected) in
        [("tuleap.example.com:8443", 0), ("[::1]", 0), ("", 0), ("A", 1), ("a..b", 0), (&long, 0)]
    {
        for rules in [NginxRules::Current, NginxRules::V1_22] {
            let host = host.as_bytes();
            let (checked, _) = allocations(|| NginxHost::check(host, rules));
            let (read, _) = allocations(|| NginxHost::parse(host, rules));
            assert_eq!((checked, read), (0, expected), "{}", host.escape_ascii());
        }
    }
}

/// A list of lines is what a head needs, however long they are.
#[test]
fn a_head_has_one_list() {
    let long = "a".repeat(100_000);
    let request = format!("GET /a HTTP/1.1\r\nHost: h\r\nA: {long}\r\nB: c\r\nC: d\r\n\r\n");
    let options = HeadOptions::default();
    let (count, head) = allocations(|| RequestHead::parse(request.as_bytes(), &options));
    assert_eq!((count, head.map(|head| head.lines().len())), (1, Ok(4)));
    let response = format!("HTTP/1.1 200 OK\r\nA: {long}\r\n\r\n");
    let (count, head) = allocations(|| ResponseHead::parse(response.as_bytes()));
    assert_eq!((count, head.map(|head| head.lines().len())), (1, Ok(1)));
}
