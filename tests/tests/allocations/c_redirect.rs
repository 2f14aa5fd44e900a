//! What a server asks about a redirect through C.

use std::ptr::{null, null_mut};

use tuleap_front_c::*;

use super::{allocations, text};

#[test]
fn a_redirect_is_decided_in_c_without_the_heap() {
    let origin = text("tuleap.example.com");
    // SAFETY: a text with its length; nothing is to be reported.
    let redirect = unsafe {
        tuleap_front_https_redirect_new(origin.ptr, origin.len, 0, 0, null_mut(), null_mut(), 0)
    };
    let long = format!("/{}", "x%20/".repeat(10_000));
    let targets = [("/a?b", 1), ("http://other.example?a", 1), (&long, 1), ("/%zz", 2), ("*", 2)];
    for (target, action) in targets {
        let (method, target) = (text("GET"), text(target));
        let location = [tuleap_front_str { ptr: null(), len: 0 }; 3];
        let mut decision = tuleap_front_redirect_decision {
            action: 9,
            http_status: 0,
            reason: 0,
            location,
            length: 0,
        };
        let mut out = [0_u8; 64];
        // SAFETY: a handle, texts with their lengths, a place for the decision.
        let (decided, status) = allocations(|| unsafe {
            tuleap_front_https_redirect_decide(
                redirect,
                0,
                method.ptr,
                method.len,
                target.ptr,
                target.len,
                &raw mut decision,
            )
        });
        assert_eq!((decided, status, decision.action), (0, 0, action));
        // SAFETY: a decision, and a buffer with its length.
        let (written, _) = allocations(|| unsafe {
            tuleap_front_redirect_location(&raw const decision, out.as_mut_ptr().cast(), out.len())
        });
        assert_eq!(written, 0);
    }
    // SAFETY: the handle is given up.
    unsafe { tuleap_front_https_redirect_free(redirect) };
}
