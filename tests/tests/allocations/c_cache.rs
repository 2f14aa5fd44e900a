//! What a server asks about its cache through C.

use std::ptr::null;

use tuleap_front_c::*;

use super::{allocations, text};

#[test]
fn a_cache_is_asked_in_c_without_the_heap() {
    let line = |name, value| tuleap_front_header { name: text(name), value: text(value) };
    let lines = [line("Content-Type", "text/css"), line("Cache-Control", "public, max-age=60")];
    let facts = tuleap_front_cache_facts {
        scheme: 1,
        method: text("GET"),
        host: text("tuleap.example.com"),
        target: text("/assets/a.css?b"),
        version: text("HTTP/1.1"),
        headers: null(),
        header_count: 0,
    };
    let answer = tuleap_front_cache_answer {
        status: 200,
        body: 0,
        headers: lines.as_ptr(),
        header_count: lines.len(),
    };
    let policies =
        [tuleap_front_cache_policy_recommended(0), tuleap_front_cache_policy_documented(0, 0)];
    for policy in policies {
        let mut lookup = tuleap_front_cache_lookup { action: 9, reason: 9 };
        // SAFETY: a handle, facts that point to what lives, and a place.
        let (asked, status) = allocations(|| unsafe {
            tuleap_front_cache_policy_look_up(policy, &raw const facts, &raw mut lookup)
        });
        assert_eq!((asked, status, lookup.action), (0, 0, 1));
        let mut md5 = [0; 16];
        // SAFETY: a handle, facts that point to what lives, and a place.
        let (asked, status) = allocations(|| unsafe {
            tuleap_front_cache_policy_key_md5(policy, &raw const facts, &raw mut md5)
        });
        assert_eq!((asked, status), (0, 0));
        let mut store = tuleap_front_cache_store {
            stored: 9,
            reason: 9,
            valid_until: 0,
            lifetime: 0,
            kept_for: 0,
            stale_while_revalidate: 0,
            stale_if_error: 0,
            has_variant: 0,
            variant: [0; 16],
        };
        // SAFETY: a handle, facts and an answer that point to what lives, and a place.
        let (asked, status) = allocations(|| unsafe {
            let (facts, answer) = (&raw const facts, &raw const answer);
            tuleap_front_cache_policy_store(policy, facts, answer, 0, &raw mut store)
        });
        assert_eq!((asked, status, store.stored, store.lifetime), (0, 0, 1, 60));
        // SAFETY: the handle is given up.
        unsafe { tuleap_front_cache_policy_free(policy) };
    }
}
