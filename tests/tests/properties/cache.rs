//! What is cached.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tuleap_front_tests::fuzz;

use super::cases;

const DIRECTIVES: &[&str] = &[
    "tuleap_cache recommended;",
    "location ~* \\.(?:js|css)$;",
    "location /;",
    "proxy_cache zone;",
    "proxy_cache off;",
    "proxy_cache_path /c levels=1:2:2 keys_zone=zone:1m inactive=10;",
    "proxy_cache_key $scheme$request_method$host$request_uri;",
    "proxy_cache_key '${host}$uri$is_args$args $http_x $cookie_a $arg_a';",
    "proxy_cache_valid 200 302 1h;",
    "proxy_cache_valid any 2;",
    "proxy_cache_valid '1h 30m';",
    "proxy_cache_methods POST;",
    "proxy_cache_bypass $http_x $arg_a;",
    "proxy_no_cache $cookie_a$arg_b;",
    "proxy_ignore_headers Set-Cookie Vary Expires;",
    "proxy_ignore_headers Cache-Control X-Accel-Expires X-Accel-Buffering;",
    "proxy_hide_header Set-Cookie;",
    "proxy_cache_use_stale error timeout updating http_500 http_404;",
    "proxy_cache_revalidate on;",
    "proxy_cache_background_update on;",
    "proxy_cache_convert_head off;",
    "proxy_cache_min_uses 2;",
    "proxy_cache_max_range_offset 10;",
    "proxy_buffering off;",
    "proxy_intercept_errors on;",
    "error_page 404 500 /nf;",
    "expires 1h;",
    "gzip on; gzip_vary on;",
    "# a comment\n",
    "proxy_cache_valid",
    ";",
    "'",
    "{",
    "\u{e9} ",
];

/// What most policies have.
const OFTEN: &[&str] = &[
    "location /; proxy_cache zone; proxy_cache_key $host$request_uri; proxy_cache_valid any 2;",
    "proxy_cache zone; proxy_cache_key $host$uri; proxy_cache_valid 200 2; \
     proxy_cache_use_stale updating error; proxy_cache_revalidate on;",
    "tuleap_cache recommended; proxy_cache_valid 200 2;",
];

const TARGETS: &[&str] = &["/a.css", "/a.css?a=1", "/b.js", "/a%2f.css", "/a/../b.css", "/x", "*"];

const WORDS: &[&str] = &[
    "HEAD",
    "POST",
    "cut",
    "fail",
    "timeout",
    "+1",
    "+3",
    "+100",
    "=302",
    "=304",
    "=404",
    "=503",
    "Authorization: a",
    "Cookie: a=1; b=2",
    "X: 1",
    "X: 0",
    "Range: bytes=0-9",
    "Range: bytes=90-",
    "If-None-Match: \"a\"",
    "If-Match: \"b\"",
    "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
    "Accept-Encoding: gzip",
    "<Content-Type: text/css",
    "<content-type: text/html",
    "<Content-Length: 50",
    "<Accept-Ranges: bytes",
    "<ETag: \"a\"",
    "<Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
    "<Set-Cookie: a=b",
    "<Cache-Control: max-age=2",
    "<Cache-Control: public, s-maxage=3, stale-if-error=9",
    "<Cache-Control: stale-while-revalidate=9",
    "<Cache-Control: no-store",
    "<cache-control: x-private",
    "<Cache-Control: private",
    "<Cache-Control: max-age=99999999999999999999",
    "<Expires: 0",
    "<Expires: Sun, 06 Nov 1994 08:49:40 GMT",
    "<X-Accel-Expires: 2",
    "<X-Accel-Expires: @784111780",
    "<X-Accel-Expires: 0",
    "<X-Accel-Buffering: no",
    "<X-Accel-Redirect: /x",
    "<Vary: Accept-Encoding, X",
    "<Vary: *",
    "<Vary: cookie",
    "<Age: 1",
    "<\u{9b}: \u{e9}",
];

fn exchange() -> impl Strategy<Value = String> {
    let usual = vec!["<Content-Type: text/css"];
    let words = prop_oneof![vec(select(WORDS), 0..5), vec(select(WORDS), 0..3), Just(usual)];
    (select(TARGETS), any::<bool>(), words).prop_map(|(target, is_static, words)| {
        let first = if is_static { "\t<Content-Type: text/css" } else { "" };
        format!("{target}{first}\t{}", words.join("\t"))
    })
}

fn facts() -> impl Strategy<Value = Vec<u8>> {
    let directives = prop_oneof![
        select(OFTEN).prop_map(str::to_owned),
        (select(OFTEN), vec(select(DIRECTIVES), 0..3))
            .prop_map(|(often, more)| format!("{often} {}", more.join(" "))),
        vec(select(DIRECTIVES), 0..9).prop_map(|all| all.join(" ")),
    ];
    (any::<u8>(), directives, vec(exchange(), 1..6)).prop_map(|(flags, directives, exchanges)| {
        let directives = directives.replace('\n', " ");
        let text = format!("{directives}\n{}", exchanges.join("\n"));
        [&[flags], text.as_bytes()].concat()
    })
}

proptest! {
    #![proptest_config(cases(400))]

    /// The oracle is what was written, read again.
    #[test]
    fn directives_are_written_as_they_are_read(words in vec(select(DIRECTIVES), 0..9)) {
        fuzz::cache_policy(words.join(" ").as_bytes());
    }

    /// The oracle is the text: where an error points is a place in it.
    #[test]
    fn any_text_of_directives_gets_an_answer(text in any::<String>()) {
        fuzz::cache_policy(text.as_bytes());
    }

    /// The oracle is the policy alone, asked about each request.
    #[test]
    fn a_zone_keeps_what_its_policy_stores(facts in facts()) {
        fuzz::cache(&facts);
    }

    /// The same, for any bytes.
    #[test]
    fn any_requests_get_a_step(facts in vec(any::<u8>(), 0..300)) {
        fuzz::cache(&facts);
    }
}
