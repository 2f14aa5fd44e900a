//! What the cases do not ask of the cache in C: arguments without a meaning, problems with their
//! place, calls that fail, keys without a policy, and tickets that are not known.
#![expect(unsafe_code, reason = "a C ABI is called")]

use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};

use serde_json::{Value, json};
use tuleap_front_c::tuleap_front_status as Status;
use tuleap_front_c::*;

const ARGUMENT: i32 = Status::TULEAP_FRONT_STATUS_ARGUMENT as i32;
const NULL: i32 = Status::TULEAP_FRONT_STATUS_NULL as i32;
const OTHER: u32 = 255;

/// A handle that is freed.
struct Handle<T>(*mut T, unsafe extern "C" fn(*mut T));

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        // SAFETY: the handle is given up, or is NULL.
        unsafe { (self.1)(self.0) }
    }
}

fn text(bytes: &[u8]) -> tuleap_front_str {
    tuleap_front_str { ptr: bytes.as_ptr().cast(), len: bytes.len() }
}

fn line(name: &'static [u8], value: &'static [u8]) -> tuleap_front_header {
    tuleap_front_header { name: text(name), value: text(value) }
}

fn recommended() -> Handle<tuleap_front_cache_policy> {
    Handle(tuleap_front_cache_policy_recommended(0), tuleap_front_cache_policy_free)
}

/// A GET of a style without a header.
fn facts(target: &[u8]) -> tuleap_front_cache_facts {
    tuleap_front_cache_facts {
        scheme: 1,
        method: text(b"GET"),
        host: text(b"tuleap.example.com"),
        target: text(target),
        version: text(b"HTTP/1.1"),
        headers: null(),
        header_count: 0,
    }
}

fn answer(headers: &[tuleap_front_header]) -> tuleap_front_cache_answer {
    let (headers, header_count) = (headers.as_ptr(), headers.len());
    tuleap_front_cache_answer { status: 200, body: 0, headers, header_count }
}

fn look_up(
    policy: *const tuleap_front_cache_policy,
    facts: *const tuleap_front_cache_facts,
) -> (i32, u32, u32) {
    let mut out = tuleap_front_cache_lookup { action: 9, reason: 9 };
    // SAFETY: a handle or NULL, facts that point to what lives, or NULL, and a place.
    let status = unsafe { tuleap_front_cache_policy_look_up(policy, facts, &raw mut out) };
    (status, out.action, out.reason)
}

fn stored(
    policy: &Handle<tuleap_front_cache_policy>,
    facts: &tuleap_front_cache_facts,
    answer: *const tuleap_front_cache_answer,
) -> (i32, u32, u32, i64) {
    let mut out = tuleap_front_cache_store {
        stored: 9,
        reason: 9,
        valid_until: 9,
        lifetime: 9,
        kept_for: 9,
        stale_while_revalidate: 9,
        stale_if_error: 9,
        has_variant: 9,
        variant: [9; 16],
    };
    // SAFETY: a handle, facts and an answer that point to what lives, or NULL, and a place.
    let status =
        unsafe { tuleap_front_cache_policy_store(policy.0, facts, answer, 1000, &raw mut out) };
    (status, out.stored, out.reason, out.lifetime)
}

/// What a function writes, or its status.
fn read(call: impl FnOnce(*mut c_char, usize) -> isize) -> Result<String, i32> {
    let mut out = [0_u8; 2048];
    let length = call(out.as_mut_ptr().cast(), out.len());
    match usize::try_from(length) {
        Ok(length) => Ok(String::from_utf8_lossy(out.get(..length).unwrap_or(&[])).into_owned()),
        Err(_) => Err(i32::try_from(length).unwrap_or(0)),
    }
}

#[test]
fn numbers_without_a_meaning_are_refused() {
    assert!(tuleap_front_cache_policy_recommended(2).is_null());
    assert!(tuleap_front_cache_policy_documented(2, 0).is_null());
    assert!(tuleap_front_cache_policy_documented(0, 2).is_null());
    assert!(tuleap_front_cache_reason_code(254).is_null());
    assert!(tuleap_front_cache_reason_code(OTHER).is_null());
    assert!(tuleap_front_cache_status_name(0).is_null());
    assert!(tuleap_front_cache_status_name(8).is_null());
    // SAFETY: a buffer.
    let words = read(|out, cap| unsafe { tuleap_front_cache_reason_text(OTHER, out, cap) });
    assert_eq!(words, Err(ARGUMENT));

    let policy = recommended();
    let good = facts(b"/a.css");
    let bad = [
        tuleap_front_cache_facts { scheme: 2, ..good },
        tuleap_front_cache_facts { version: text(b"HTTP/x"), ..good },
    ];
    let styles = [line(b"Content-Type", b"text/css"), line(b"Cache-Control", b"max-age=60")];
    let of_styles = answer(&styles);
    for facts in &bad {
        assert_eq!(look_up(policy.0, facts), (ARGUMENT, 0, OTHER), "the cache has no part in it");
        assert_eq!(stored(&policy, facts, &raw const of_styles), (ARGUMENT, 0, OTHER, 0));
    }
    assert_eq!(look_up(policy.0, &raw const good).1, 1);
    assert_eq!(stored(&policy, &good, &raw const of_styles).3, 60);
    let bad = [
        tuleap_front_cache_answer { body: 2, ..of_styles },
        tuleap_front_cache_answer { status: 65_536, ..of_styles },
    ];
    for answer in &bad {
        assert_eq!(stored(&policy, &good, answer), (ARGUMENT, 0, OTHER, 0), "it is not stored");
    }
    let explained = read(|out, cap| {
        // SAFETY: a handle, facts, no answer, and a buffer.
        unsafe {
            tuleap_front_cache_policy_explain(policy.0, &raw const good, null(), 0, 2, out, cap)
        }
    });
    assert_eq!(explained, Err(ARGUMENT), "no such format");
}

#[test]
fn a_call_that_fails_says_so() {
    let policy = recommended();
    let good = facts(b"/a.css");
    assert_eq!(look_up(null(), &raw const good), (NULL, 0, OTHER));
    assert_eq!(look_up(policy.0, null()), (NULL, 0, OTHER));
    assert_eq!(stored(&policy, &good, null()), (NULL, 0, OTHER, 0));
    // SAFETY: NULL is checked.
    let zone = unsafe { tuleap_front_cache_zone_new(null()) };
    assert!(zone.is_null());
    // SAFETY: NULL is checked.
    let step = unsafe { tuleap_front_cache_zone_ask(null(), &raw const good, 0) };
    assert!(step.is_null());
    // SAFETY: NULL is checked.
    let status = unsafe { tuleap_front_cache_step_read(null(), null_mut()) };
    assert_eq!(status, NULL);
    // SAFETY: NULL is checked.
    let json = read(|out, cap| unsafe { tuleap_front_cache_step_json(null(), out, cap) });
    assert_eq!(json, Err(NULL));

    let refused = facts(b"*");
    let key = read(|out, cap| {
        // SAFETY: a handle, facts and a buffer.
        unsafe { tuleap_front_cache_policy_key(policy.0, &raw const refused, out, cap) }
    });
    assert_eq!(key, Err(Status::TULEAP_FRONT_STATUS_NO_KEY as i32));
}

#[test]
fn a_problem_says_where_and_what_to_write() {
    let refused = |directives: &[u8], rules| {
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
        // SAFETY: a text with its length, a problem and a buffer of its length.
        let policy = unsafe {
            let text = directives.as_ptr().cast();
            let out = message.as_mut_ptr();
            tuleap_front_cache_policy_parse(
                text,
                directives.len(),
                rules,
                &raw mut problem,
                out,
                512,
            )
        };
        assert!(policy.is_null());
        // SAFETY: the library ends messages with a NUL, and the buffer began as zeros.
        let message = unsafe { CStr::from_ptr(message.as_ptr()) }.to_string_lossy().into_owned();
        (problem, message)
    };
    let (problem, message) = refused(b"proxy_cache zone;\nproxy_cache_min_uses x;", 0);
    assert_eq!(problem.status, Status::TULEAP_FRONT_STATUS_CACHE_POLICY_NUMBER as isize);
    assert_eq!((problem.entry, problem.line, problem.column, problem.length), (1, 2, 22, 1));
    assert!(message.get(problem.hint_offset..).unwrap().starts_with("write digits"), "{message}");
    let part = |text| refused(text, 0).0.status;
    let expires = Status::TULEAP_FRONT_STATUS_EXPIRES_DAILY as isize;
    assert_eq!(part(b"proxy_cache off; expires @25h;"), expires);
    assert_eq!(part(b"gzip maybe;"), Status::TULEAP_FRONT_STATUS_GZIP_SWITCH as isize);
    assert_eq!(part(b"\xff"), Status::TULEAP_FRONT_STATUS_NOT_UTF8 as isize);
    let (problem, _) = refused(b"proxy_cache off;", 2);
    assert_eq!(problem.status, Status::TULEAP_FRONT_STATUS_ARGUMENT as isize);
}

#[test]
fn a_key_has_its_file() {
    let (method, host, uri) = (text(b"GET"), text(b"tuleap.example.com"), text(b"/c002/a.css"));
    let key = |scheme| {
        read(|out, cap| {
            // SAFETY: texts with their lengths, and a buffer.
            unsafe {
                tuleap_front_cache_key_documented(
                    scheme, method.ptr, method.len, host.ptr, host.len, uri.ptr, uri.len, out, cap,
                )
            }
        })
    };
    assert_eq!(key(2), Err(ARGUMENT));
    let key = key(0).unwrap();
    assert_eq!(key, "httpGETtuleap.example.com/c002/a.css");
    let key = text(key.as_bytes());
    // SAFETY: a text with its length, and a buffer.
    let md5 = read(|out, cap| unsafe { tuleap_front_cache_key_md5(key.ptr, key.len, out, cap) });
    assert_eq!(md5.as_deref(), Ok("c1b46a28356afba7bfb22f8d73acdd19"));
    let path = |levels: &[u8]| {
        let (at, len) = (levels.as_ptr().cast(), levels.len());
        // SAFETY: texts with their lengths, and a buffer.
        read(|out, cap| unsafe { tuleap_front_cache_key_path(key.ptr, key.len, at, len, out, cap) })
    };
    assert_eq!(path(b"1:2").as_deref(), Ok("9/d1/c1b46a28356afba7bfb22f8d73acdd19"));
    assert_eq!(path(b"").as_deref(), Ok("c1b46a28356afba7bfb22f8d73acdd19"));
    assert_eq!(path(b"1:3"), Err(Status::TULEAP_FRONT_STATUS_CACHE_LEVELS_DIGIT as i32));
    assert_eq!(path(b"1:1:1:1"), Err(Status::TULEAP_FRONT_STATUS_CACHE_LEVELS_COUNT as i32));
    assert_eq!(path(b"\xff"), Err(Status::TULEAP_FRONT_STATUS_NOT_UTF8 as i32));

    let key = text(b"httpGETtuleap.example.com/c199/a.css");
    let (vary, lines) = (text(b"Accept-Encoding"), [line(b"accept-encoding", b"gzip")]);
    let variant = read(|out, cap| {
        // SAFETY: texts with their lengths, lines with their count, and a buffer.
        unsafe {
            tuleap_front_cache_key_variant(
                key.ptr,
                key.len,
                vary.ptr,
                vary.len,
                lines.as_ptr(),
                lines.len(),
                out,
                cap,
            )
        }
    });
    assert_eq!(variant.as_deref(), Ok("ce010beae4a158d61f47a59a1314babf"));
}

#[test]
fn a_ticket_is_good_once() {
    let policy = recommended();
    // SAFETY: a handle.
    let zone =
        Handle(unsafe { tuleap_front_cache_zone_new(policy.0) }, tuleap_front_cache_zone_free);
    drop(policy);
    let good = facts(b"/a.css");
    let ask = || {
        // SAFETY: a handle, and facts that point to what lives.
        let step = unsafe { tuleap_front_cache_zone_ask(zone.0, &raw const good, 1000) };
        Handle(step, tuleap_front_cache_step_free)
    };
    let json = |step: &Handle<tuleap_front_cache_step>| {
        // SAFETY: a handle and a buffer.
        let json = read(|out, cap| unsafe { tuleap_front_cache_step_json(step.0, out, cap) });
        serde_json::from_str::<Value>(&json.unwrap()).unwrap()
    };
    let ticket = json(&ask())["ticket"].as_u64().unwrap();
    let styles = [line(b"Content-Type", b"text/css"), line(b"Cache-Control", b"max-age=60")];
    let of_styles = answer(&styles);
    let tell = |ticket| {
        // SAFETY: a handle, and an answer that points to what lives.
        let step =
            unsafe { tuleap_front_cache_zone_answer(zone.0, ticket, &raw const of_styles, 1000) };
        Handle(step, tuleap_front_cache_step_free)
    };
    let fail = |ticket, failure| {
        // SAFETY: a handle.
        let step = unsafe { tuleap_front_cache_zone_fail(zone.0, ticket, failure, 1000) };
        Handle(step, tuleap_front_cache_step_free)
    };
    assert!(fail(ticket, 3).0.is_null(), "no such failure");
    assert_eq!(json(&tell(ticket))["cache_status"], json!("MISS"));
    assert!(tell(ticket).0.is_null());
    assert!(fail(ticket, 0).0.is_null());
    let hit = json(&ask());
    assert_eq!([&hit["cache_status"], &hit["ticket"]], [&json!("HIT"), &Value::Null]);
}

#[test]
fn every_setting_is_told() {
    let policy = Handle(tuleap_front_cache_policy_documented(0, 1), tuleap_front_cache_policy_free);
    // SAFETY: a handle and a buffer.
    let settings =
        read(|out, cap| unsafe { tuleap_front_cache_policy_settings(policy.0, out, cap) });
    let settings: Value = serde_json::from_str(&settings.unwrap()).unwrap();
    assert_eq!(settings["recommended"], json!(false));
    assert_eq!(settings["rules"], json!("1.22"));
    assert_eq!(settings["key"], json!("$scheme$request_method$host$request_uri"));
    assert_eq!([&settings["levels"], &settings["inactive"]], [&json!("1:2"), &json!(1800)]);
    assert_eq!([&settings["expires"], &settings["gzip"]], [&json!("1h"), &Value::Null]);
    assert!(settings["locations"].as_str().is_some_and(|text| text.starts_with("~*")));
    let directives = settings["directives"].as_array().unwrap();
    assert!(directives.iter().any(|words| words[0] == json!("proxy_cache_valid")));
}
