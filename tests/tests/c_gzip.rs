//! What the cases do not ask of gzip in C: arguments without a meaning, problems with their place,
//! calls that fail, and lines that are no lines.
#![expect(unsafe_code, reason = "a C ABI is called")]

use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};

use serde_json::{Value, json};
use tuleap_front_c::tuleap_front_status as Status;
use tuleap_front_c::*;

const ARGUMENT: i32 = Status::TULEAP_FRONT_STATUS_ARGUMENT as i32;
const NULL: i32 = Status::TULEAP_FRONT_STATUS_NULL as i32;
const NOT_UTF8: i32 = Status::TULEAP_FRONT_STATUS_NOT_UTF8 as i32;

struct Policy(*mut tuleap_front_gzip_policy);

impl Drop for Policy {
    fn drop(&mut self) {
        // SAFETY: the handle is given up, or is NULL.
        unsafe { tuleap_front_gzip_policy_free(self.0) }
    }
}

/// The problem, and its message.
type Refused = (tuleap_front_problem, String);

const fn text(bytes: &[u8]) -> tuleap_front_str {
    tuleap_front_str { ptr: bytes.as_ptr().cast(), len: bytes.len() }
}

const NO_TEXT: tuleap_front_str = tuleap_front_str { ptr: null(), len: 0 };

const fn line(name: &'static [u8], value: &'static [u8]) -> tuleap_front_header {
    tuleap_front_header { name: text(name), value: text(value) }
}

const DEFAULTS: tuleap_front_gzip_options =
    tuleap_front_gzip_options { rules: 0, secrets: 0, expires: NO_TEXT };

/// Makes a policy of directives, of a guide's number, or our own.
fn make(
    directives: Option<&[u8]>,
    guide: Option<u32>,
    options: *const tuleap_front_gzip_options,
) -> Result<Policy, Refused> {
    let mut problem = tuleap_front_problem {
        status: 0,
        entry: 0,
        offset: 0,
        offset_in_entry: 0,
        length: 0,
        line: 0,
        column: 0,
        hint_offset: 0,
        message_len: 0,
    };
    let mut message = [0 as c_char; 512];
    let (at, out) = (&raw mut problem, message.as_mut_ptr());
    let policy = Policy(match (directives, guide) {
        (Some(text), _) => {
            let (text, len) = (text.as_ptr().cast(), text.len());
            // SAFETY: a text with its length, a problem and a buffer of its length.
            unsafe { tuleap_front_gzip_policy_parse(text, len, options, at, out, 512) }
        }
        // SAFETY: a problem and a buffer of its length.
        (None, Some(guide)) => unsafe {
            tuleap_front_gzip_policy_documented(guide, options, at, out, 512)
        },
        // SAFETY: a problem and a buffer of its length.
        (None, None) => unsafe { tuleap_front_gzip_policy_recommended(options, at, out, 512) },
    });
    if !policy.0.is_null() {
        return Ok(policy);
    }
    // SAFETY: the library ends messages with a NUL, and the buffer began as zeros.
    let message = unsafe { CStr::from_ptr(message.as_ptr()) }.to_string_lossy().into_owned();
    assert_eq!(problem.message_len, message.len());
    Err((problem, message))
}

fn status_of(made: Result<Policy, Refused>) -> i32 {
    made.err().and_then(|(problem, _)| i32::try_from(problem.status).ok()).unwrap_or(0)
}

/// A GET of a style by HTTP/1.1.
fn facts(response: &[tuleap_front_header]) -> tuleap_front_gzip_facts {
    const REQUEST: &[tuleap_front_header] = &[line(b"Accept-Encoding", b"gzip")];
    tuleap_front_gzip_facts {
        scheme: 1,
        status: 200,
        method: text(b"GET"),
        version: text(b"HTTP/1.1"),
        request: REQUEST.as_ptr(),
        request_count: REQUEST.len(),
        response: response.as_ptr(),
        response_count: response.len(),
        length: -1,
        now: 0,
    }
}

/// As a C program has it before it asks: of no meaning.
const NOTHING: tuleap_front_gzip_verdict =
    tuleap_front_gzip_verdict { compresses: 9, varies: 9, reason: 9, etag: 9, removes: 9 };

fn decide(
    policy: *const tuleap_front_gzip_policy,
    facts: *const tuleap_front_gzip_facts,
) -> (i32, [u32; 5]) {
    let mut out = NOTHING;
    // SAFETY: a handle or NULL, facts that point to what lives, or NULL, and a place.
    let status = unsafe { tuleap_front_gzip_policy_decide(policy, facts, &raw mut out) };
    (status, [out.compresses, out.varies, out.reason, out.etag, out.removes])
}

/// The lines, or the status.
fn lines(policy: &Policy, facts: &tuleap_front_gzip_facts) -> Result<String, i32> {
    let mut out = [0_u8; 512];
    // SAFETY: a handle, facts that point to what lives, and a buffer with its length.
    let length = unsafe {
        let (out, cap) = (out.as_mut_ptr().cast(), out.len());
        tuleap_front_gzip_policy_response_lines(policy.0, facts, out, cap)
    };
    match usize::try_from(length) {
        Ok(length) => Ok(String::from_utf8_lossy(out.get(..length).unwrap_or(&[])).into_owned()),
        Err(_) => Err(i32::try_from(length).unwrap_or(0)),
    }
}

#[test]
fn numbers_without_a_meaning_are_refused() {
    assert_eq!(status_of(make(None, Some(2), null())), ARGUMENT);
    let options = |rules, secrets| tuleap_front_gzip_options { rules, secrets, ..DEFAULTS };
    assert_eq!(status_of(make(None, None, &options(2, 0))), ARGUMENT);
    assert_eq!(status_of(make(None, None, &options(0, 2))), ARGUMENT);
    assert_eq!(status_of(make(None, None, &options(1, 1))), 0);
    assert!(tuleap_front_gzip_reason_code(26).is_null());
    assert!(tuleap_front_gzip_reason_code(255).is_null());
    assert!(tuleap_front_etag_effect_name(4).is_null());
    // SAFETY: NULL is a buffer without room.
    let words = unsafe { tuleap_front_gzip_reason_text(255, null_mut(), 0) };
    assert_eq!(i32::try_from(words), Ok(ARGUMENT));

    let Ok(policy) = make(None, None, null()) else { panic!("ours") };
    let styles = [line(b"Content-Type", b"text/css")];
    let good = facts(&styles);
    let bad = [
        tuleap_front_gzip_facts { scheme: 2, ..good },
        tuleap_front_gzip_facts { status: 65_536, ..good },
        tuleap_front_gzip_facts { length: -3, ..good },
        tuleap_front_gzip_facts { version: text(b"HTTP/x"), ..good },
    ];
    for facts in &bad {
        assert_eq!(decide(policy.0, facts), (ARGUMENT, [0, 0, 255, 1, 0]), "it stays as it is");
        assert_eq!(lines(&policy, facts), Err(ARGUMENT));
        // SAFETY: a handle, facts, and a buffer without room.
        let explained =
            unsafe { tuleap_front_gzip_policy_explain(policy.0, facts, 0, null_mut(), 0) };
        assert_eq!(i32::try_from(explained), Ok(ARGUMENT));
    }
    assert_eq!(decide(policy.0, &raw const good), (0, [1, 1, 0, 0, 3]));
    // SAFETY: a handle, facts, and a buffer without room.
    let explained =
        unsafe { tuleap_front_gzip_policy_explain(policy.0, &raw const good, 2, null_mut(), 0) };
    assert_eq!(i32::try_from(explained), Ok(ARGUMENT), "no such format");
}

#[test]
fn a_call_that_fails_leaves_the_answer_as_it_is() {
    let Ok(policy) = make(None, Some(1), null()) else { panic!("the guide's") };
    let good = facts(&[]);
    assert_eq!(decide(null(), &raw const good), (NULL, [0, 0, 255, 1, 0]));
    assert_eq!(decide(policy.0, null()), (NULL, [0, 0, 255, 1, 0]));
    // SAFETY: nobody wants the answer.
    let status = unsafe { tuleap_front_gzip_policy_decide(policy.0, &raw const good, null_mut()) };
    assert_eq!(status, 0);
    // SAFETY: NULL is checked, and is a buffer without room.
    let text = unsafe { tuleap_front_gzip_policy_text(null(), null_mut(), 0) };
    // SAFETY: NULL is checked, and is a buffer without room.
    let settings = unsafe { tuleap_front_gzip_policy_settings(null(), null_mut(), 0) };
    // SAFETY: NULL is checked, and is a buffer without room.
    let lines = unsafe { tuleap_front_gzip_policy_response_lines(policy.0, null(), null_mut(), 0) };
    // SAFETY: NULL is checked, and is a buffer without room.
    let explained =
        unsafe { tuleap_front_gzip_policy_explain(null(), &raw const good, 0, null_mut(), 0) };
    let texts = [text, settings, lines, explained];
    assert_eq!(texts.map(i32::try_from), [Ok(NULL); 4]);
}

#[test]
fn a_problem_says_where_and_what_to_write() {
    let (problem, message) = make(Some(b"gzip on;\ngzip_vary yes;"), None, null()).err().unwrap();
    assert_eq!(problem.status, Status::TULEAP_FRONT_STATUS_GZIP_SWITCH as isize);
    assert_eq!((problem.entry, problem.line, problem.column), (1, 2, 11));
    assert_eq!((problem.offset, problem.offset_in_entry, problem.length), (19, 10, 3));
    assert_eq!(message.get(problem.hint_offset..), Some("write on or off"));
    let (problem, _) = make(Some(b"gzip on; expires @25h;"), None, null()).err().unwrap();
    assert_eq!(problem.status, Status::TULEAP_FRONT_STATUS_EXPIRES_DAILY as isize);
    assert_eq!((problem.entry, problem.line, problem.column), (1, 1, 18));
    assert_eq!(status_of(make(Some(b"gzip \xff;"), None, null())), NOT_UTF8);

    let options = tuleap_front_gzip_options { expires: text(b"1h 30"), ..DEFAULTS };
    let (problem, message) = make(None, None, &raw const options).err().unwrap();
    assert_eq!(problem.status, Status::TULEAP_FRONT_STATUS_EXPIRES_WORD as isize);
    assert_eq!((problem.entry, problem.line), (usize::MAX, 0));
    assert!(message.get(problem.hint_offset..).unwrap().starts_with("write one time"), "{message}");
    let options = tuleap_front_gzip_options { expires: text(b"\xff"), ..DEFAULTS };
    assert_eq!(status_of(make(None, None, &raw const options)), NOT_UTF8);
    let options = tuleap_front_gzip_options { expires: text(b""), ..DEFAULTS };
    let empty = Status::TULEAP_FRONT_STATUS_EXPIRES_EMPTY as i32;
    assert_eq!(status_of(make(None, None, &raw const options)), empty);
    // SAFETY: NULL is no problem and a buffer without room.
    let made =
        unsafe { tuleap_front_gzip_policy_parse(null(), 0, null(), null_mut(), null_mut(), 0) };
    assert!(made.is_null(), "and nothing is written");
}

#[test]
fn a_length_is_told_in_three_ways() {
    let Ok(policy) = make(None, None, null()) else { panic!("ours") };
    let short = [line(b"Content-Type", b"text/css"), line(b"Content-Length", b"3")];
    let of_header = facts(&short);
    let too_short = tuleap_front_gzip_reason::TULEAP_FRONT_GZIP_REASON_TOO_SHORT as u32;
    assert_eq!(decide(policy.0, &raw const of_header).1, [0, 0, too_short, 0, 0]);
    let unknown = tuleap_front_gzip_facts { length: -2, ..of_header };
    assert_eq!(decide(policy.0, &raw const unknown).1, [1, 1, 0, 0, 3]);
    let long = tuleap_front_gzip_facts { length: 256, ..of_header };
    assert_eq!(decide(policy.0, &raw const long).1, [1, 1, 0, 0, 3]);
}

#[test]
fn an_old_request_has_no_version() {
    let Ok(policy) = make(Some(b"gzip on;"), None, null()) else { panic!("nginx's") };
    let page = [line(b"Content-Type", b"text/html"), line(b"ETag", b"a")];
    let new = facts(&page);
    assert_eq!(decide(policy.0, &raw const new).1, [1, 0, 0, 3, 7], "no form of an ETag: it goes");
    let old = tuleap_front_gzip_facts { version: NO_TEXT, ..new };
    let version = tuleap_front_gzip_reason::TULEAP_FRONT_GZIP_REASON_HTTP_VERSION as u32;
    assert_eq!(decide(policy.0, &raw const old).1, [0, 0, version, 1, 0]);
}

#[test]
fn lines_are_written_as_they_are_sent() {
    let options = tuleap_front_gzip_options { expires: text(b"1h"), ..DEFAULTS };
    let Ok(policy) = make(None, None, &raw const options) else { panic!("ours") };
    let styles = [
        line(b"ETag", b"\"a\""),
        line(b"Content-Type", b"text/css"),
        line(b"X-Other", b"a"),
        line(b"Vary", b"Cookie"),
    ];
    let facts_of_styles = facts(&styles);
    let now = tuleap_front_gzip_facts { now: 784_111_777, ..facts_of_styles };
    let expect = "Content-Type: text/css\r\n\
                  Vary: Cookie, Accept-Encoding\r\n\
                  ETag: W/\"a\"\r\n\
                  Expires: Sun, 06 Nov 1994 09:49:37 GMT\r\n\
                  Cache-Control: max-age=3600\r\n\
                  Content-Encoding: gzip\r\n";
    assert_eq!(lines(&policy, &now), Ok(expect.to_owned()));
    for broken in [b"a\nb".as_slice(), b"a\rb", b"a\0b"] {
        let page = [line(b"Content-Type", b"text/css"), line(b"Vary", broken)];
        assert_eq!(lines(&policy, &facts(&page)), Err(ARGUMENT), "it would be another line");
        assert_eq!(decide(policy.0, &facts(&page)).0, 0);
    }
}

#[test]
fn every_setting_is_told() {
    let directives = b"gzip on; gzip_vary on; gzip_proxied no-cache auth; gzip_types text/css *;
        gzip_disable msie6; gzip_min_length 1k; gzip_http_version 1.0; proxy_pass_header Date;";
    let options = tuleap_front_gzip_options { rules: 1, secrets: 1, expires: text(b"modified 1h") };
    let Ok(policy) = make(Some(directives), None, &raw const options) else { panic!("all") };
    let mut out = [0_u8; 512];
    // SAFETY: a handle, and a buffer with its length.
    let length =
        unsafe { tuleap_front_gzip_policy_settings(policy.0, out.as_mut_ptr().cast(), out.len()) };
    let settings: Value =
        serde_json::from_slice(out.get(..usize::try_from(length).unwrap()).unwrap()).unwrap();
    let expect = json!({
        "recommended": false, "on": true, "vary": true, "proxied": ["no-cache", "auth"],
        "types": ["text/css"], "all_types": true, "disable": ["msie6"], "min_length": 1024,
        "http_version": "1.0", "expires": "modified 1h", "passes_date": true, "rules": "1.22",
        "secrets": "compress",
    });
    assert_eq!(settings, expect);
}
