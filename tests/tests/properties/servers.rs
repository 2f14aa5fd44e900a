//! Heads and servers.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tuleap_front_tests::fuzz;

use super::cases;

/// Pieces of heads.
const HEAD: &[&str] = &[
    "GET / HTTP/1.1\r\n",
    "GET //a%2f?b HTTP/1.0\r\n",
    "M-_ http://h:80/a HTTP/1.1\r\n",
    "GET http://h?q HTTP/1.0\n",
    "CONNECT a:1 HTTP/1.1\r\n",
    "GET /",
    "HTTP/1.1 200 OK\r\n",
    "Host: a\r\n",
    "Host:",
    "host: A.b.:80\r\n",
    "Host: [::1]\r\n",
    "X-A: b\r\n",
    "X_A:  b \r\n",
    "X.A: b\n",
    "Content-Length: 3\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Authorization: a\r\n",
    "Cookie: a\r\n",
    "\r\n",
    "\n",
    "\r",
    " ",
    "\t",
    ":",
    "a",
    ".",
    "[",
    "]",
    "/",
    "@",
    "99999",
    "\u{e9}",
    "\0",
];

/// Pieces of servers.
const TEXT: &[&str] = &[
    "server {",
    "server { server_name a;",
    "server_name a.b *.b .c;",
    "server_name w.* ~^x;",
    "server_name",
    "underscores_in_headers on;",
    "ignore_invalid_headers off;",
    "merge_slashes off;",
    "location / {",
    "location /a/ {",
    "location = /a {",
    "location ~ [.]b$ {",
    "proxy_pass http://b:80;",
    "proxy_pass https://b/c/;",
    "proxy_set_header Host $host;",
    "proxy_set_header X-A \"$http_x_a,$args\";",
    "proxy_set_header X-A '';",
    "proxy_set_header F $proxy_add_x_forwarded_for;",
    "}",
    "}",
    "# a\n",
    "\u{e9}",
    ";",
    "\"",
];

/// Servers that are right by themselves.
fn blocks() -> impl Strategy<Value = String> {
    let names = select(&["", "server_name a;", "server_name *.b .c;", "server_name w.* ~^x;"][..]);
    let switch = select(&["", "merge_slashes off;", "underscores_in_headers on;"][..]);
    let head = select(&["/", "/a/", "= /a", "~ [.]b$"][..]);
    let pass = select(&["", "proxy_pass http://b:80;", "proxy_pass https://c:80;"][..]);
    let line = select(&["", "proxy_set_header Host $host;", "proxy_set_header X-A $http_x_a;"][..]);
    let block = (names, switch, line.clone(), head, line, pass).prop_map(
        |(names, switch, of_server, head, line, pass)| {
            format!(
                "server {{ {names} {switch} {of_server} location {head} {{ {line} {pass} }} }}\n"
            )
        },
    );
    vec(block, 1..4).prop_map(|blocks| blocks.concat())
}

fn head() -> impl Strategy<Value = Vec<u8>> {
    let any = vec(select(HEAD), 0..10);
    let line = select(HEAD.iter().take(4).copied().collect::<Vec<_>>());
    let right =
        (line, vec(select(HEAD.iter().skip(7).take(11).copied().collect::<Vec<_>>()), 0..5))
            .prop_map(|(line, rest)| {
                let mut pieces = vec![line];
                pieces.extend(rest);
                pieces
            });
    prop_oneof![any, right].prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #![proptest_config(cases(512))]

    /// The oracle is a second reading of the rule for hosts, and the head that is written again.
    #[test]
    fn what_is_kept_of_a_head_is_read_again(flags in any::<u8>(), head in head()) {
        fuzz::request_head(&[&[flags], head.as_slice()].concat());
    }

    /// The same, for hosts alone.
    #[test]
    fn hosts_are_those_of_the_model(
        flags in any::<u8>(),
        host in vec(select(&b"ab.:[]19@/ A%-_\x7f\xe9"[..]), 0..8),
    ) {
        fuzz::request_head(&[&[flags], host.as_slice()].concat());
    }

    /// The same, for any bytes.
    #[test]
    fn any_bytes_get_an_answer(head in vec(any::<u8>(), 0..200)) {
        fuzz::request_head(&head);
    }

    /// The oracle is the text: where an error points is a place in it.
    #[test]
    fn any_servers_get_an_answer(text in vec(select(TEXT), 0..16), head in head()) {
        fuzz::servers(&[text.join(" ").as_bytes(), b"\0", head.as_slice()].concat());
    }

    /// The oracle is the same text, read, written and read again.
    #[test]
    fn servers_answer_as_they_are_written(text in blocks(), head in head()) {
        fuzz::servers(&[text.as_bytes(), b"\0", head.as_slice()].concat());
    }
}
