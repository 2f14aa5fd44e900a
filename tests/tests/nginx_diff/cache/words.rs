//! What cases of the cache consist of.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::case::{Answer, Case, Framing, Line, Origin, Request, Step};

/// Values that are generated are Latin-1; `{date:+60}` and `{epoch:+60}` are times.
const DIRECTIVES: &[&str] = &[
    "proxy_cache_valid 1h;",
    "proxy_cache_valid 200 302 1h;",
    "proxy_cache_valid any 10m;",
    "proxy_cache_valid 404 500 502 30m;",
    "proxy_cache_valid 200 0;",
    "proxy_cache_valid 301 1d;",
    "proxy_cache_methods POST;",
    "proxy_cache_methods GET HEAD;",
    "proxy_ignore_headers Set-Cookie;",
    "proxy_ignore_headers Cache-Control Expires;",
    "proxy_ignore_headers X-Accel-Expires;",
    "proxy_ignore_headers Vary;",
    "proxy_ignore_headers X-Accel-Buffering X-Accel-Redirect;",
    "proxy_hide_header Set-Cookie;",
    "proxy_hide_header ETag;",
    "proxy_hide_header Cache-Control;",
    "proxy_hide_header Accept-Ranges;",
    "proxy_cache_min_uses 2;",
    "proxy_cache_min_uses 3;",
    "proxy_cache_use_stale error;",
    "proxy_cache_use_stale invalid_header updating;",
    "proxy_cache_use_stale http_500 http_502 http_503 http_504;",
    "proxy_cache_use_stale http_403 http_404 http_429 off;",
    "proxy_cache_revalidate on;",
    "proxy_cache_background_update on;",
    "proxy_cache_bypass $http_x_bypass;",
    "proxy_cache_bypass $cookie_nocache $arg_nocache;",
    "proxy_cache_bypass $http_x_bypass$arg_nocache;",
    "proxy_no_cache $http_x_bypass;",
    "proxy_no_cache $cookie_session $http_authorization;",
    "proxy_no_cache $arg_nocache;",
    "proxy_cache_convert_head off;",
    "proxy_cache_convert_head on;",
    "proxy_cache_max_range_offset 0;",
    "proxy_cache_max_range_offset 10;",
    "proxy_buffering off;",
    SMALL_BUFFER,
    "proxy_intercept_errors on;",
    "error_page 404 500 /err;",
    "error_page 403 404 =200 /err;",
    "error_page 502 504 =503 /err;",
    "expires 1h;",
    "expires -1;",
    "expires epoch;",
    "expires max;",
    "expires off;",
    "gzip on;",
    "gzip_vary on;",
    "gzip_min_length 0;",
    "gzip_types *;",
    "gzip_proxied any;",
];

/// What is about entries that are too old is chosen more often.
const LIKELY: &[&str] = &[
    "proxy_cache_valid 200 1h;",
    "proxy_cache_revalidate on;",
    "proxy_cache_use_stale error updating http_500;",
    "proxy_cache_background_update on;",
];

/// Some keys are too long for it.
const SMALL_BUFFER: &str = "proxy_buffer_size 640;";

/// Those that may stand more than once.
const SEVERAL: &[&str] = &[
    "error_page",
    "proxy_cache_bypass",
    "proxy_cache_use_stale",
    "proxy_cache_valid",
    "proxy_hide_header",
    "proxy_ignore_headers",
    "proxy_no_cache",
];

const KEY: &[&str] = &[
    "$scheme",
    "$request_method",
    "$host",
    "$request_uri",
    "$uri",
    "$is_args",
    "$args",
    "|",
    "$http_x_key",
    "${cookie_session}",
    "$arg_x",
    "$http_host",
];

const REQUEST: &[Line] = &[
    ("Cookie", "session=1; nocache=0"),
    ("Cookie", "Nocache = 1"),
    ("Cookie", "session=2, nocache=;"),
    ("Authorization", "Basic YTo="),
    ("X-Bypass", "1"),
    ("X-Bypass", "0"),
    ("X-Bypass", "00"),
    ("X-Bypass", ""),
    ("X-Key", "a"),
    ("X-Key", "\u{e9}"),
    ("Accept-Encoding", "gzip, br"),
    ("Accept-Encoding", "gzip,br"),
    ("Accept-Encoding", "gzip"),
    ("Accept-Language", "fr;q=1, en"),
    ("Accept-Language", "fr;q=1 en"),
    ("X-A", "1"),
    ("X-A", "2 ,3"),
    ("Range", "bytes=0-3"),
    ("Range", "bytes=-4"),
    ("Range", "bytes=10-"),
    ("Range", "bytes=0-1,4-5"),
    ("Range", "bytes=900-"),
    ("Range", "items=0-1"),
    ("If-Range", "\"a\""),
    ("If-Range", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("If-None-Match", "\"a\""),
    ("If-None-Match", "W/\"a\" , \"b\""),
    ("If-None-Match", "*"),
    ("If-Modified-Since", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("If-Modified-Since", "Wed, 21 Oct 2015 07:28:01 GMT"),
    ("If-Modified-Since", "x"),
    ("If-Match", "\"a\""),
    ("If-Match", "\"c\", W/\"a\""),
    ("If-Unmodified-Since", "Tue, 20 Oct 2015 07:28:00 GMT"),
    ("If-Unmodified-Since", "Sun, 06 Nov 2033 08:49:37 GMT"),
    ("Cache-Control", "no-cache"),
    ("Pragma", "no-cache"),
    ("Via", "1.1 a"),
];

/// Lines of which nginx refuses a second one.
const ONCE: &[&str] = &[
    "Authorization",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
];

const RESPONSE: &[Line] = &[
    ("Cache-Control", "max-age=600"),
    ("Cache-Control", "max-age=0"),
    ("Cache-Control", "public, s-maxage=60, max-age=0"),
    ("Cache-Control", "MAX-AGE=3600, Stale-While-Revalidate=9000"),
    ("Cache-Control", "max-age=600;stale-if-error=9000"),
    ("Cache-Control", "stale-while-revalidate=9000"),
    ("Cache-Control", "stale-if-error=x"),
    ("Cache-Control", "max-age=\"600\""),
    ("Cache-Control", "max-age = 60"),
    ("Cache-Control", "max-age=-1"),
    ("Cache-Control", "max-age=99999999999"),
    ("Cache-Control", "max-age=99999999999999999999"),
    ("Cache-Control", "s-maxage=, max-age=100"),
    ("Cache-Control", "no-cache"),
    ("Cache-Control", "no-store"),
    ("Cache-Control", "private=\"Set-Cookie\""),
    ("cache-control", "x-no-cachexyz"),
    ("Cache-Control", "max-age=60, private"),
    ("Cache-Control", "immutable\u{ff}"),
    ("Cache-Control", ""),
    ("Expires", "{date:+1000000}"),
    ("Expires", "{date:-1000000}"),
    ("Expires", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("Expires", "Sun, 06 Nov 2033 08:49:37 GMT"),
    ("Expires", "Sunday, 06-Nov-33 08:49:37 GMT"),
    ("Expires", "Sun Nov  6 08:49:37 2033"),
    ("Expires", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ("Expires", "Sun, 31 Feb 2033 08:49:37 GMT"),
    ("Expires", "0"),
    ("EXPIRES", "-1"),
    ("Expires", ""),
    ("X-Accel-Expires", "300"),
    ("X-Accel-Expires", "0"),
    ("X-Accel-Expires", "@{epoch:+1000000}"),
    ("X-Accel-Expires", "@{epoch:-1000000}"),
    ("X-Accel-Expires", "@0"),
    ("X-Accel-Expires", "-1"),
    ("X-Accel-Expires", "1 "),
    ("X-Accel-Expires", "x"),
    ("x-accel-expires", "99999999999999999999"),
    ("X-Accel-Buffering", "no"),
    ("X-Accel-Buffering", "YES"),
    ("X-Accel-Redirect", "/accel"),
    ("Set-Cookie", "a=b"),
    ("Set-Cookie", ""),
    ("Vary", "Accept-Encoding"),
    ("Vary", "accept-language , X-A"),
    ("Vary", "X-A"),
    ("Vary", "*"),
    ("Vary", "*, X-A"),
    ("Vary", ""),
    ("Vary", "Cookie"),
    ("Vary", LONG),
    ("ETag", "\"a\""),
    ("ETag", "W/\"a\""),
    ("ETag", "a"),
    ("ETag", LONG),
    ("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("Last-Modified", "Sun, 06 Nov 2033 08:49:37 GMT"),
    ("Last-Modified", "x"),
    ("Accept-Ranges", "bytes"),
    ("Accept-Ranges", "none"),
    ("Content-Type", "text/css; charset=utf-8"),
    ("Content-Type", ""),
    ("Content-Encoding", "br"),
    ("Date", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("Age", "100000"),
    ("Pragma", "no-cache"),
    ("Location", "/elsewhere"),
    ("Surrogate-Control", "no-store"),
    ("X-B", "\u{1}\u{7f}\u{e9}\t"),
    ("X_B", "b"),
];

/// Of an answer that is likely to be stored.
const STORED: &[Line] = &[
    ("Content-Type", "text/plain"),
    ("ETag", "\"a\""),
    ("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("Accept-Ranges", "bytes"),
    ("Cache-Control", "max-age=600, stale-while-revalidate=9000"),
    ("Cache-Control", "max-age=60, stale-if-error=9000"),
    ("Expires", "{date:+1000000}"),
    ("X-Accel-Expires", "300"),
    ("Vary", "X-A"),
];

/// More than a cache file has room for.
const LONG: &str = "X-1234567890123456789012345678901234567890123456789012345678901234567890123456\
                    78901234567890123456789012345678901234567890123456789012345678";

const TARGETS: &[&str] = &[
    "a.css?x=1",
    "a.css?x=1&nocache=1",
    "a.css?nocache=0",
    "a.css?",
    "a.css#f?x",
    "%61.css",
    "x/../a.css",
    "/a.css",
    "\u{e9}\"<",
    "",
    "a.css?X=2&x=3",
];

const HOSTS: &[&str] = &["A.Example", "a.example:8080", "a.example.", "[::1]:80", "127.0.0.1"];

fn often<T: Clone + std::fmt::Debug + 'static>(
    likely: T,
    weight: u32,
    others: Vec<T>,
) -> impl Strategy<Value = T> {
    prop_oneof![weight => Just(likely), 1 => select(others)]
}

fn request() -> impl Strategy<Value = Request> {
    (
        often("GET", 6, vec!["HEAD", "HEAD", "POST", "PUT", "OPTIONS"]),
        often("a.css", 3, TARGETS.to_vec()),
        often("a.example", 6, HOSTS.to_vec()),
        often("HTTP/1.1", 9, vec!["HTTP/1.0"]),
        prop_oneof![2 => Just(Vec::new()), 3 => subsequence(REQUEST, 0..=3).prop_shuffle()],
    )
        .prop_map(|(method, target, host, version, all)| {
            let mut lines: Vec<Line> = Vec::new();
            for line in all {
                if !ONCE.contains(&line.0) || lines.iter().all(|(name, _)| *name != line.0) {
                    lines.push(line);
                }
            }
            Request { method, target, host, version, lines }
        })
}

fn origin() -> impl Strategy<Value = Origin> {
    let framing =
        || often(Framing::Length, 4, vec![Framing::Chunked, Framing::Close, Framing::Cut]);
    let body = move || (select(vec![0, 1, 19, 20, 50]), framing());
    let statuses =
        vec![200, 201, 204, 206, 301, 302, 303, 307, 403, 404, 410, 429, 500, 502, 503, 504];
    let odd = (
        often(200, 2, statuses),
        prop::bool::weighted(0.7),
        subsequence(RESPONSE, 0..=5).prop_shuffle(),
        body(),
    );
    let odd = odd.prop_map(|(status, has_type, mut lines, body)| {
        if has_type {
            lines.insert(0, ("Content-Type", "text/html"));
        }
        Origin::Answer(Answer { status, lines, body })
    });
    let stored = (subsequence(STORED, 0..=STORED.len()).prop_shuffle(), body())
        .prop_map(|(lines, body)| Origin::Answer(Answer { status: 200, lines, body }));
    let unmodified = prop_oneof![subsequence(STORED, 0..=4), subsequence(RESPONSE, 0..=3)]
        .prop_map(|lines| Origin::Answer(Answer { status: 304, lines, body: (0, Framing::Close) }));
    let failed = select(vec![Origin::Closed, Origin::Invalid]);
    prop_oneof![6 => odd, 6 => stored, 3 => unmodified, 2 => failed]
}

fn directives() -> impl Strategy<Value = Vec<&'static str>> {
    let likely = subsequence(LIKELY, 0..=LIKELY.len());
    let words = subsequence(DIRECTIVES, 0..=6).prop_shuffle();
    (likely, words).prop_map(|(mut all, words)| {
        // nginx refuses the second directive of most names.
        for directive in words {
            let name = directive.split(' ').next().unwrap_or_default();
            let is_it = |known: &&str| known.split(' ').next() == Some(name);
            if SEVERAL.contains(&name) || !all.iter().any(is_it) {
                all.push(directive);
            }
        }
        all
    })
}

/// Several requests, mostly for the same, some of them when time has passed.
pub(super) fn case() -> impl Strategy<Value = Case> {
    let key = prop_oneof![
        3 => Just(vec!["$scheme", "$request_method", "$host", "$request_uri"]),
        2 => subsequence(KEY, 0..=5).prop_shuffle(),
    ];
    let age = often(0, 1, vec![100, 1000, 5000, 5000, 50_000]);
    let step = (age, prop::bool::weighted(0.15), request(), origin());
    let step = step.prop_map(|(age, is_meanwhile, request, origin)| Step {
        age,
        is_meanwhile,
        request,
        origin,
    });
    (
        select(vec!["", "1", "2", "1:2", "2:2:1", "1:1:1"]),
        key,
        directives(),
        prop::collection::vec(step, 1..=6),
    )
        .prop_map(|(levels, key, directives, mut steps)| {
            if directives.contains(&SMALL_BUFFER) {
                steps.iter_mut().for_each(fit);
            }
            Case { levels, key, directives, steps }
        })
}

/// What is left of an answer has room in a small buffer; what nginx does with longer ones is not
/// about the cache.
fn fit(step: &mut Step) {
    if let Origin::Answer(answer) = &mut step.origin {
        answer.lines.retain(|(_, value)| *value != LONG);
        answer.lines.truncate(3);
    }
}
