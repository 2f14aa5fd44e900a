//! What is compressed.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tuleap_front_tests::fuzz;

use super::cases;

const DIRECTIVES: &[&str] = &[
    "gzip on;",
    "gzip on; gzip_vary on;",
    "gzip_vary on;",
    "gzip_proxied any;",
    "gzip_proxied expired no-cache;",
    "gzip_proxied private auth no_etag;",
    "gzip_proxied off no-store;",
    "gzip_types *;",
    "gzip_types text/css 'a b' application/json;",
    "gzip_disable msie6;",
    "gzip_disable \"MSIE [1-6]\\.\" '^(a|b)c*$';",
    "gzip_min_length 0;",
    "gzip_min_length 1k;",
    "gzip_http_version 1.0;",
    "expires 1h;",
    "expires modified -1d;",
    "expires @2h;",
    "proxy_pass_header Date;",
    "# a comment",
    "\n",
    "gzip",
    ";",
    "'",
    "}",
    "\u{e9} ",
];

const LINES: &[&str] = &[
    "Accept-Encoding: gzip",
    "Accept-Encoding: gzip, br",
    "Accept-Encoding: *;q=0, x-gzip;q=0.5",
    "accept-encoding: br, *",
    "Accept-Encoding: gzip;q=0.0",
    "Via: 1.1 a",
    "Authorization: a",
    "Cookie: a",
    "Range: bytes=0-",
    "User-Agent: MSIE 6.0; a",
    "Cache-Control: no-transform",
    "<Content-Type: text/css",
    "<Content-Type: text/html; charset=utf-8",
    "<Content-Type: text/html;a",
    "<content-type: application/json",
    "<Content-Type: image/png",
    "<Content-Encoding: ",
    "<Content-Encoding: br",
    "<Content-Length: 300",
    "<Content-Length: 3",
    "<Content-Length: x",
    "<Transfer-Encoding: chunked",
    "<ETag: \"a\"",
    "<ETag: W/\"a\"",
    "<ETag: a",
    "<Accept-Ranges: bytes",
    "<Vary: Cookie, accept-encoding",
    "<Vary: *",
    "<Cache-Control: max-age=1;no-cache",
    "<Cache-Control: private, no-transform",
    "<Expires: Sun, 06 Nov 1994 08:49:36 GMT",
    "<Expires: Sun, 06 Nov 1994 08:49:38 GMT",
    "<Expires: 0",
    "<Date: Sun, 06 Nov 1994 08:49:37 GMT",
    "<Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
    "<Set-Cookie: a=b",
    "<\u{9b}: \u{e9}",
];

/// Without these nothing is compressed.
const OFTEN: &[&str] =
    &["Accept-Encoding: gzip", "<Content-Type: text/css", "<Content-Type: text/html"];

/// Facts of an answer that is often compressed.
fn facts() -> impl Strategy<Value = Vec<u8>> {
    let lines = vec(prop_oneof![8 => select(LINES), 2 => select(OFTEN)], 0..12);
    (any::<u8>(), vec(select(DIRECTIVES), 0..6), lines).prop_map(|(flags, directives, lines)| {
        let text = format!("{}\n{}", directives.join(" "), lines.join("\n"));
        [&[flags], text.as_bytes()].concat()
    })
}

proptest! {
    #![proptest_config(cases(2000))]

    /// The oracle is what was written, read again.
    #[test]
    fn directives_are_written_as_they_are_read(words in vec(select(DIRECTIVES), 0..8)) {
        fuzz::gzip_policy(words.join(" ").as_bytes());
    }

    /// The oracle is the text: where an error points is a place in it.
    #[test]
    fn any_text_of_directives_gets_an_answer(text in any::<String>()) {
        fuzz::gzip_policy(text.as_bytes());
    }

    /// The oracle is what a compressed answer must and must not have.
    #[test]
    fn lines_are_those_of_the_verdict(facts in facts()) {
        fuzz::gzip(&facts);
    }

    /// The same, for any bytes.
    #[test]
    fn any_lines_get_a_verdict(facts in vec(any::<u8>(), 0..300)) {
        fuzz::gzip(&facts);
    }
}
