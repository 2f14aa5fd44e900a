//! What a server asks about an answer through C.

use std::ptr::{null, null_mut};

use tuleap_front_c::*;

use super::{allocations, text};

#[test]
fn an_answer_is_decided_about_in_c_without_the_heap() {
    let line = |name, value| tuleap_front_header { name: text(name), value: text(value) };
    // SAFETY: no options; nothing is to be reported.
    let ours = unsafe { tuleap_front_gzip_policy_recommended(null(), null_mut(), null_mut(), 0) };
    // SAFETY: no options; nothing is to be reported.
    let documented =
        unsafe { tuleap_front_gzip_policy_documented(0, null(), null_mut(), null_mut(), 0) };
    // SAFETY: no options; nothing is to be reported.
    let tuleap = unsafe { tuleap_front_gzip_policy_tuleap(null(), null_mut(), null_mut(), 0) };
    let long = "br;q=0.5,".repeat(10_000);
    let request = [line("Accept-Encoding", "gzip"), line("Accept-Encoding", &long)];
    let response = [line("Content-Type", "text/css"), line("ETag", "\"a\"")];
    let facts = tuleap_front_gzip_facts {
        scheme: 1,
        status: 200,
        method: text("GET"),
        version: text("HTTP/1.1"),
        request: request.as_ptr(),
        request_count: request.len(),
        response: response.as_ptr(),
        response_count: response.len(),
        length: -2,
        now: 0,
    };
    for policy in [ours, documented, tuleap] {
        let mut verdict =
            tuleap_front_gzip_verdict { compresses: 0, varies: 0, reason: 9, etag: 9, removes: 0 };
        // SAFETY: a handle, facts that point to what lives, and a place for the verdict.
        let (decided, status) = allocations(|| unsafe {
            tuleap_front_gzip_policy_decide(policy, &raw const facts, &raw mut verdict)
        });
        assert_eq!((decided, status, verdict.compresses, verdict.etag), (0, 0, 1, 2));
        // SAFETY: the handle is given up.
        unsafe { tuleap_front_gzip_policy_free(policy) };
    }
}
