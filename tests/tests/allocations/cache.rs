//! What is cached.

use tuleap_front::{
    CacheAnswer, CacheBody, CacheFacts, CachePolicy, Guide, NginxRules, RequestVersion, Scheme,
};

use crate::allocations;

#[test]
fn a_request_and_its_answer_are_decided_about_without_the_heap() {
    let words = "max-age=1x, no-cachex, private=\"a\";".repeat(10_000);
    let targets: [&[u8]; 4] = [b"/assets/main.js?v=1", b"/a%2e.css", b"/account", b"*"];
    let requests: [&[(&str, &str)]; 3] = [
        &[("Accept-Encoding", "gzip"), ("Cookie", "session=1"), ("Range", "bytes=0-")],
        &[("Authorization", "a"), ("Cookie", &words)],
        &[],
    ];
    let answers: [&[(&str, &str)]; 4] = [
        &[
            ("Content-Type", "text/css"),
            ("Vary", "Accept-Encoding, X-A"),
            ("Cache-Control", "public, max-age=60, stale-while-revalidate=5"),
        ],
        &[("Cache-Control", &words), ("Vary", &words), ("Expires", &words)],
        &[("X-Accel-Expires", "@784111800"), ("Vary", "A"), ("Vary", "B"), ("Set-Cookie", "a")],
        &[],
    ];
    let read: CachePolicy = "proxy_cache zone; proxy_cache_key $host$request_uri$http_cookie; \
                             proxy_cache_bypass $cookie_session$arg_v;"
        .parse()
        .unwrap();
    let policies = [
        CachePolicy::recommended(),
        CachePolicy::documented(Guide::ReverseProxy),
        CachePolicy::documented(Guide::Distributed).with_rules(NginxRules::V1_22),
        read,
    ];
    for policy in &policies {
        for (target, request) in targets.iter().flat_map(|target| requests.map(|r| (target, r))) {
            let facts = CacheFacts {
                scheme: Scheme::Https,
                method: b"GET",
                host: b"tuleap.example.com",
                target,
                version: RequestVersion::Http1 { minor: 1 },
                headers: request,
            };
            // What a location is asked about is normalized first.
            let is_normal = !target.contains(&b'%');
            let (count, lookup) = allocations(|| policy.look_up(&facts));
            assert!(count == 0 || !is_normal, "{count}: {lookup:?}");
            for headers in answers {
                let answer = CacheAnswer { status: 200, headers, body: CacheBody::Whole };
                let (count, store) = allocations(|| policy.store(&facts, &answer, 784_111_777));
                assert!(count == 0 || !is_normal, "{count}: {store:?}");
            }
        }
    }
}
