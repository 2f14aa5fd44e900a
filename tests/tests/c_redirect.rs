//! What the cases do not ask of redirects and chains in C: arguments without a meaning, problems
//! with their place, buffers that are too short, and what the parts of a decision point into.
#![expect(unsafe_code, reason = "a C ABI is called")]

use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};

use tuleap_front_c::tuleap_front_status as Status;
use tuleap_front_c::*;

const ARGUMENT: i32 = Status::TULEAP_FRONT_STATUS_ARGUMENT as i32;
const NULL: i32 = Status::TULEAP_FRONT_STATUS_NULL as i32;

const fn no_problem() -> tuleap_front_problem {
    tuleap_front_problem {
        status: 0,
        entry: 0,
        offset: 0,
        offset_in_entry: 0,
        length: 0,
        line: 0,
        column: 0,
        hint_offset: 0,
        message_len: 0,
    }
}

/// As a C program has it before it asks: of no meaning.
const fn nothing() -> tuleap_front_redirect_decision {
    let location = [tuleap_front_str { ptr: null(), len: 9 }; 3];
    tuleap_front_redirect_decision { action: 9, http_status: 9, reason: 9, location, length: 9 }
}

struct Redirect(*mut tuleap_front_https_redirect);

impl Drop for Redirect {
    fn drop(&mut self) {
        // SAFETY: the handle is given up, or is NULL.
        unsafe { tuleap_front_https_redirect_free(self.0) }
    }
}

struct Chain(*mut tuleap_front_proxy_chain);

impl Drop for Chain {
    fn drop(&mut self) {
        // SAFETY: the handle is given up, or is NULL.
        unsafe { tuleap_front_proxy_chain_free(self.0) }
    }
}

/// What is wrong: the status, the entry, the message and the hint in it.
type Refused = (isize, usize, String, String);

fn refused(problem: &tuleap_front_problem, message: &[c_char; 512]) -> Refused {
    // SAFETY: the library ends messages with a NUL, and the buffer began as zeros.
    let text = unsafe { CStr::from_ptr(message.as_ptr()) }.to_string_lossy().into_owned();
    assert_eq!(problem.message_len, text.len());
    let hint = text.get(problem.hint_offset..).unwrap_or_default().to_owned();
    (problem.status, problem.entry, text, hint)
}

fn recommended(origin: &[u8], status: u32, rules: u32) -> Result<Redirect, Refused> {
    let (mut problem, mut message) = (no_problem(), [0 as c_char; 512]);
    // SAFETY: a text with its length, a problem and a buffer of its length.
    let made = Redirect(unsafe {
        tuleap_front_https_redirect_new(
            origin.as_ptr().cast(),
            origin.len(),
            status,
            rules,
            &raw mut problem,
            message.as_mut_ptr(),
            message.len(),
        )
    });
    if made.0.is_null() { Err(refused(&problem, &message)) } else { Ok(made) }
}

fn documented(guide: u32, name: &[u8]) -> Result<Redirect, Refused> {
    let (mut problem, mut message) = (no_problem(), [0 as c_char; 512]);
    // SAFETY: a text with its length, a problem and a buffer of its length.
    let made = Redirect(unsafe {
        tuleap_front_https_redirect_documented(
            guide,
            name.as_ptr().cast(),
            name.len(),
            0,
            0,
            &raw mut problem,
            message.as_mut_ptr(),
            message.len(),
        )
    });
    if made.0.is_null() { Err(refused(&problem, &message)) } else { Ok(made) }
}

fn decide(
    redirect: *const tuleap_front_https_redirect,
    scheme: u32,
    target: &[u8],
    out: *mut tuleap_front_redirect_decision,
) -> i32 {
    // SAFETY: a handle or NULL, texts with their lengths, and a place or NULL.
    unsafe {
        let target_len = target.len();
        tuleap_front_https_redirect_decide(
            redirect,
            scheme,
            c"GET".as_ptr(),
            3,
            target.as_ptr().cast(),
            target_len,
            out,
        )
    }
}

fn status_of(made: Result<Redirect, Refused>) -> i32 {
    made.err().and_then(|(status, ..)| i32::try_from(status).ok()).unwrap_or(0)
}

#[test]
fn numbers_without_a_meaning_are_refused() {
    assert_eq!(status_of(recommended(b"a.example", 300, 0)), ARGUMENT);
    assert_eq!(status_of(recommended(b"a.example", 2, 0)), ARGUMENT);
    assert_eq!(status_of(recommended(b"a.example", 0, 2)), ARGUMENT);
    assert_eq!(status_of(documented(2, b"a.example")), ARGUMENT);
    let not_utf8 = Status::TULEAP_FRONT_STATUS_NOT_UTF8 as i32;
    assert_eq!(status_of(recommended(b"\xff.example", 0, 0)), not_utf8);
    assert_eq!(status_of(documented(0, b"\xff")), not_utf8);
    for status in [0, 1, 301, 302, 303, 307, 308] {
        assert_eq!(status_of(recommended(b"a.example", status, 1)), 0);
    }
    assert!(tuleap_front_redirect_reason_code(5).is_null());
    assert!(tuleap_front_redirect_reason_code(255).is_null());
    assert!(tuleap_front_chain_verdict_code(5).is_null());
    // SAFETY: NULL is a buffer without room.
    let text = unsafe { tuleap_front_redirect_reason_text(255, null_mut(), 0) };
    assert_eq!(i32::try_from(text), Ok(ARGUMENT));
}

#[test]
fn a_problem_says_what_to_write() {
    let (status, entry, message, hint) =
        recommended(b"http://a.example", 0, 0).err().unwrap_or_default();
    assert_eq!(status, Status::TULEAP_FRONT_STATUS_HTTPS_ORIGIN_SCHEME as isize);
    assert_eq!((entry, message.ends_with(&hint)), (usize::MAX, true));
    assert!(hint.starts_with("write "), "{hint}");
    let (status, ..) = documented(0, b"$hostname").err().unwrap_or_default();
    assert_eq!(status, Status::TULEAP_FRONT_STATUS_HTTPS_ORIGIN_SERVER_NAME as isize);
    // SAFETY: NULL is no problem and a buffer without room.
    let made =
        unsafe { tuleap_front_https_redirect_new(null(), 0, 0, 0, null_mut(), null_mut(), 0) };
    assert!(made.is_null(), "and nothing is written");
}

#[test]
fn a_call_that_fails_refuses_the_request() {
    let Ok(redirect) = recommended(b"a.example", 0, 0) else { panic!("an origin") };
    for (handle, scheme, expect) in [(null_mut(), 0, NULL), (redirect.0, 2, ARGUMENT)] {
        let mut decision = nothing();
        assert_eq!(decide(handle, scheme, b"/", &raw mut decision), expect);
        assert_eq!((decision.action, decision.http_status, decision.length), (2, 400, 0));
        assert_eq!(decision.reason, 255);
        assert!(decision.location.iter().all(|part| part.len == 0));
    }
    assert_eq!(decide(redirect.0, 0, b"/", null_mut()), 0, "nobody wants the answer");
    // SAFETY: NULL is checked.
    let location = unsafe { tuleap_front_redirect_location(null(), null_mut(), 0) };
    assert_eq!(i32::try_from(location), Ok(NULL));
    // SAFETY: NULL is checked, and is a buffer without room.
    let explained = unsafe {
        tuleap_front_https_redirect_explain(redirect.0, 0, null(), 0, null(), 0, 2, null_mut(), 0)
    };
    assert_eq!(i32::try_from(explained), Ok(ARGUMENT), "no such format");
}

#[test]
fn a_location_is_parts_of_what_went_in() {
    let Ok(redirect) = recommended(b"A.example:8443", 0, 0) else { panic!("an origin") };
    let (target, mut decision) = (b"http://other.example?c\xe9", nothing());
    assert_eq!(decide(redirect.0, 0, target, &raw mut decision), 0);
    assert_eq!((decision.action, decision.http_status), (1, 301));
    let [_, slash, rest] = decision.location;
    assert_eq!(slash.len, 1);
    assert!(target.as_ptr_range().contains(&rest.ptr.cast()), "nothing is copied");
    let expect = b"https://a.example:8443/?c\xe9";
    assert_eq!(decision.length, expect.len());
    for cap in [0, 1, 9, expect.len(), expect.len() + 1, 64] {
        let mut out = vec![0xaa_u8; cap];
        // SAFETY: a decision, and a buffer with its length.
        let length = unsafe {
            tuleap_front_redirect_location(&raw const decision, out.as_mut_ptr().cast(), cap)
        };
        assert_eq!(usize::try_from(length), Ok(expect.len()), "the whole length, always");
        let fits = cap.min(expect.len());
        assert_eq!(out.get(..fits), expect.get(..fits));
        assert!(out.get(fits).is_none_or(|end| *end == 0), "a NUL where there is room");
        assert!(out.iter().skip(fits + 1).all(|byte| *byte == 0xaa), "and nothing behind it");
    }
}

#[test]
fn a_chain_is_asked_with_numbers_that_have_a_meaning() {
    let (mut problem, mut message) = (no_problem(), [0 as c_char; 512]);
    let parse = |text: &[u8], problem: &mut tuleap_front_problem, message: &mut [c_char; 512]| {
        // SAFETY: a text with its length, a problem and a buffer of its length.
        Chain(unsafe {
            tuleap_front_proxy_chain_parse(
                text.as_ptr().cast(),
                text.len(),
                problem,
                message.as_mut_ptr(),
                message.len(),
            )
        })
    };
    assert!(parse(b"a: http;\nb: http, \xff", &mut problem, &mut message).0.is_null());
    assert_eq!(problem.status, Status::TULEAP_FRONT_STATUS_NOT_UTF8 as isize);
    assert!(parse(b"a: http;\nb: http, x", &mut problem, &mut message).0.is_null());
    assert_eq!(problem.status, Status::TULEAP_FRONT_STATUS_PROXY_CHAIN_WORD as isize);
    assert_eq!((problem.entry, problem.line, problem.column), (1, 2, 10));
    let (.., hint) = refused(&problem, &message);
    assert!(hint.starts_with("say one of"), "{hint}");

    let chain = parse(b"a: http and https, redirects", &mut problem, &mut message);
    let verdict = |chain, scheme| {
        // SAFETY: a handle or NULL.
        unsafe { tuleap_front_proxy_chain_verdict(chain, scheme) }
    };
    assert_eq!([0, 1, 2].map(|scheme| verdict(chain.0, scheme)), [1, 0, ARGUMENT]);
    assert_eq!(verdict(null_mut(), 0), NULL);
    // SAFETY: a handle, and a buffer without room.
    let explained = unsafe { tuleap_front_proxy_chain_explain(chain.0, 2, null_mut(), 0) };
    assert_eq!(i32::try_from(explained), Ok(ARGUMENT), "no such format");
    // SAFETY: NULL is checked, and is a buffer without room.
    let corrected = unsafe { tuleap_front_proxy_chain_corrected(null(), null_mut(), 0) };
    assert_eq!(i32::try_from(corrected), Ok(NULL));
}
