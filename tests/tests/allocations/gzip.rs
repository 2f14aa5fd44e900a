//! What is compressed.

use http::{HeaderMap, HeaderValue, header};
use tuleap_front::{Expires, Guide, GzipFacts, GzipPolicy, NginxRules, Scheme};

use crate::allocations;

#[test]
fn an_answer_is_decided_about_without_the_heap() {
    let long = "x-gzip;q=0.5,".repeat(10_000);
    let words = "max-age=1, no-cachex;".repeat(10_000);
    let requests: [&[(&str, &str)]; 4] = [
        &[("Accept-Encoding", "br, gzip"), ("User-Agent", "Mozilla/5.0 (compatible; MSIE 7.0)")],
        &[("Accept-Encoding", &long), ("Via", "1.1 a"), ("User-Agent", &words)],
        &[("Accept-Encoding", "gzip"), ("Via", "1.1 a"), ("Cookie", "a")],
        &[],
    ];
    let responses: [&[(&str, &str)]; 5] = [
        &[
            ("Content-Type", "text/css; charset=utf-8"),
            ("ETag", "\"a\""),
            ("Content-Length", "300"),
        ],
        &[("Content-Type", "text/html"), ("Cache-Control", &words), ("Vary", &words)],
        &[("Content-Type", "text/html"), ("Expires", "Sun, 06 Nov 1994 08:49:37 GMT")],
        &[("Content-Type", &long), ("Content-Length", &long), ("Expires", &long)],
        &[],
    ];
    let policies = [
        GzipPolicy::recommended(),
        GzipPolicy::documented(Guide::ReverseProxy),
        GzipPolicy::tuleap().with_rules(NginxRules::V1_22).with_expires(Expires::Max),
    ];
    for policy in &policies {
        for request in requests {
            for response in responses {
                let facts = GzipFacts::new(Scheme::Https, request, 200, response);
                let (count, verdict) = allocations(|| policy.decide(&facts));
                assert_eq!(count, 0, "{}", verdict.reason());
            }
        }
    }
}

#[test]
fn a_header_map_is_read_without_the_heap() {
    let mut request = HeaderMap::new();
    request.append(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    let mut response = HeaderMap::new();
    response.append(header::CONTENT_TYPE, HeaderValue::from_static("text/css"));
    let policy = GzipPolicy::recommended();
    let facts = GzipFacts::new(Scheme::Https, &request, 200, &response);
    let (count, verdict) = allocations(|| policy.decide(&facts));
    assert_eq!((count, verdict.compresses()), (0, true));
}
