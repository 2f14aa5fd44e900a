//! What the recorded rows do not ask of `Destination` in C: arguments without a meaning, problems
//! with their place, buffers that are too short, and what the parts of a decision point into.
#![expect(unsafe_code, reason = "a C ABI is called")]

use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};

use tuleap_front_c::tuleap_front_status as Status;
use tuleap_front_c::*;

const ARGUMENT: isize = Status::TULEAP_FRONT_STATUS_ARGUMENT as isize;
const NULL: isize = Status::TULEAP_FRONT_STATUS_NULL as isize;

fn text(text: &str) -> tuleap_front_str {
    tuleap_front_str { ptr: text.as_ptr().cast(), len: text.len() }
}

/// Rewrites as a C program has them before it asks: of no meaning.
fn nothing() -> tuleap_front_rewrite {
    let parts = [tuleap_front_str { ptr: null(), len: 0 }; 3];
    tuleap_front_rewrite { action: 9, http_status: 9, reason: 9, parts, length: 9 }
}

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

fn facts() -> tuleap_front_destination_facts {
    let (method, host) = (text("COPY"), text("tuleap.example.com"));
    tuleap_front_destination_facts { method, host, forwarded_host: host, scheme: 1 }
}

struct Rule(*mut tuleap_front_destination_rule);

impl Drop for Rule {
    fn drop(&mut self) {
        // SAFETY: the handle is given up, or is NULL.
        unsafe { tuleap_front_destination_rule_free(self.0) }
    }
}

/// The rule, or what is wrong with it: the status, the entry, the message and the hint in it.
fn rule(public: &[u8], backend: &[u8], flags: u32) -> Result<Rule, (isize, usize, String, String)> {
    let (mut problem, mut message) = (no_problem(), [0 as c_char; 512]);
    // SAFETY: texts with their lengths, a problem and a buffer of its length.
    let rule = Rule(unsafe {
        tuleap_front_destination_rule_new(
            public.as_ptr().cast(),
            public.len(),
            backend.as_ptr().cast(),
            backend.len(),
            flags,
            &raw mut problem,
            message.as_mut_ptr(),
            message.len(),
        )
    });
    if !rule.0.is_null() {
        return Ok(rule);
    }
    // SAFETY: a message ends in NUL.
    let text = unsafe { CStr::from_ptr(message.as_ptr()) }.to_string_lossy().into_owned();
    assert_eq!(problem.message_len, text.len());
    let hint = text.get(problem.hint_offset..).unwrap_or_default().to_owned();
    Err((problem.status, problem.entry, text, hint))
}

fn recommended() -> Rule {
    rule(b"auto", b"http", 0).unwrap_or(Rule(null_mut()))
}

fn rewrite_value(
    rule: &Rule,
    facts: &tuleap_front_destination_facts,
    value: &str,
) -> (i32, tuleap_front_rewrite) {
    let (mut out, value) = (nothing(), text(value));
    // SAFETY: a handle, and pointers with their lengths.
    let status = unsafe {
        let (facts, out) = (std::ptr::from_ref(facts), &raw mut out);
        tuleap_front_destination_rule_rewrite_value(rule.0, facts, value.ptr, value.len, out)
    };
    (status, out)
}

#[test]
fn flags_and_numbers_without_a_meaning_are_refused() {
    for flags in [16, 12, 15, u32::MAX] {
        let (status, entry, ..) = rule(b"auto", b"http", flags).err().unwrap();
        assert_eq!((status, entry), (ARGUMENT, usize::MAX), "{flags}");
    }
    for flags in [0, 1, 2, 3, 4, 8, 7, 11] {
        assert!(rule(b"auto", b"http", flags).is_ok(), "{flags}");
    }
    for (guide, rules) in [(2, 0), (0, 2), (u32::MAX, 0)] {
        // SAFETY: numbers.
        assert!(unsafe { tuleap_front_destination_rule_documented(guide, rules) }.is_null());
        // SAFETY: numbers, and no lines.
        let sent = unsafe {
            tuleap_front_nginx_destination_sent(guide, rules, null(), 0, null(), 0, null_mut(), 0)
        };
        assert_eq!(sent, ARGUMENT);
    }
    // SAFETY: NULL is nothing to free.
    unsafe { tuleap_front_destination_rule_free(null_mut()) }
}

#[test]
fn a_problem_says_which_origin_and_what_to_write() {
    let list = b"https://tuleap.example.com, https://me@svn.example.com";
    let (status, entry, message, hint) = rule(list, b"http", 0).err().unwrap();
    assert_eq!(status, Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_USERINFO as isize);
    assert_eq!(entry, 1);
    assert!(message.starts_with("entry 1: ") && hint.starts_with("write "), "{message}, {hint}");
    for (public, backend, expect) in [
        (&b""[..], &b"http"[..], Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_EMPTY),
        (b"https://a b", b"http", Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_SCHEME),
        (b"auto", b"http://a/b", Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_PATH),
        (b"auto", b"http://a:0", Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_PORT),
        (b"auto", b"http://a_%", Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_HOST),
        (b"auto", b"ftp", Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_SCHEME),
        (b"\xff", b"http", Status::TULEAP_FRONT_STATUS_NOT_UTF8),
        (b"auto", b"http://\xff", Status::TULEAP_FRONT_STATUS_NOT_UTF8),
    ] {
        let (status, _, message, _) = rule(public, backend, 0).err().unwrap();
        assert_eq!(status, expect as isize, "{message}");
    }
    // Whoever does not want to know need not be told.
    // SAFETY: NULL is an empty text, and no place to report to.
    let silent = unsafe {
        tuleap_front_destination_rule_new(null(), 0, null(), 0, 0, null_mut(), null_mut(), 0)
    };
    assert!(silent.is_null());
}

#[test]
fn a_question_that_fails_lets_no_destination_through() {
    let good = recommended();
    let no_scheme = tuleap_front_destination_facts { scheme: 2, ..facts() };
    let (status, out) = rewrite_value(&good, &no_scheme, "https://tuleap.example.com/a");
    assert_eq!((status as isize, out.action, out.http_status), (ARGUMENT, 4, 400));
    assert_eq!((out.reason, out.length), (255, 0));
    let (status, out) = rewrite_value(&Rule(null_mut()), &facts(), "https://other.example/a");
    assert_eq!((status as isize, out.action, out.reason), (NULL, 4, 255));
    let (mut out, value) = (nothing(), text("https://other.example/a"));
    // SAFETY: a handle, no facts, and a text with its length.
    let status = unsafe {
        tuleap_front_destination_rule_rewrite_location(
            good.0,
            null(),
            value.ptr,
            value.len,
            &raw mut out,
        )
    };
    assert_eq!((status as isize, out.action), (NULL, 0));
    // SAFETY: a handle, facts, and a text with its length; the decision is not wanted.
    let status = unsafe {
        let facts = facts();
        let (facts, out) = (&raw const facts, null_mut());
        tuleap_front_destination_rule_rewrite_value(good.0, facts, value.ptr, value.len, out)
    };
    assert_eq!(status, 0);
    // SAFETY: NULL.
    assert_eq!(unsafe { tuleap_front_destination_rule_if_tags(null()) } as isize, NULL);
}

#[test]
fn the_parts_point_into_the_facts_and_the_value() {
    let (rule, facts, value) = (recommended(), facts(), "https://tuleap.example.com/svn/a");
    let (status, out) = rewrite_value(&rule, &facts, value);
    assert_eq!((status, out.action, out.length), (0, 1, value.len() - 1));
    let [_, host, path] = out.parts;
    assert_eq!((host.ptr, host.len), (facts.forwarded_host.ptr, facts.forwarded_host.len));
    let at = value.find("/svn").unwrap();
    assert_eq!((path.ptr, path.len), (text(value.get(at..).unwrap()).ptr, 6));
}

#[test]
fn a_value_that_does_not_fit_is_cut_and_counted() {
    // SAFETY: numbers.
    let documented = Rule(unsafe { tuleap_front_destination_rule_documented(0, 0) });
    let (facts, lines) = (facts(), [text("https://a/b"), text("c"), text("d")]);
    let mut out = nothing();
    // SAFETY: a handle, and pointers with their counts.
    let status = unsafe {
        let (facts, out) = (&raw const facts, &raw mut out);
        tuleap_front_destination_rule_rewrite_lines(documented.0, facts, lines.as_ptr(), 3, out)
    };
    assert_eq!((status, out.action, out.length), (0, 2, 10));
    let whole = b"http://a/b, c, d\0";
    for cap in [0, 1, 9, 11, 14, 16, 17, 20] {
        let mut buffer = vec![b'!'; cap];
        // SAFETY: the lines are alive, and the buffer is as long as is said.
        let length = unsafe {
            let to = buffer.as_mut_ptr().cast();
            tuleap_front_rewrite_text(&raw const out, lines.as_ptr(), lines.len(), to, cap)
        };
        assert_eq!(length, 16);
        let fits = cap.min(whole.len());
        assert_eq!(buffer.get(..fits), whole.get(..fits), "{cap}");
        assert!(buffer.iter().skip(fits).all(|byte| *byte == b'!'), "{cap}");
    }
    for action in [0, 3, 4, 5] {
        let other = tuleap_front_rewrite { action, ..out };
        // SAFETY: the lines are alive; there is no buffer.
        let length = unsafe {
            tuleap_front_rewrite_text(&raw const other, lines.as_ptr(), 3, null_mut(), 0)
        };
        assert_eq!(length, ARGUMENT);
    }
}

#[test]
fn an_if_line_that_does_not_fit_is_cut_and_counted() {
    let rule = rule(b"auto", b"http://b", 0).unwrap();
    let (facts, line) = (facts(), text("<https://tuleap.example.com/a> (<c>)"));
    let whole = b"<http://b/a> (<c>)\0";
    for cap in [0, 5, 18, 19, 30] {
        let mut buffer = vec![b'!'; cap];
        // SAFETY: a handle, pointers with their lengths, and a buffer as long as is said.
        let length = unsafe {
            let (facts, to) = (&raw const facts, buffer.as_mut_ptr().cast());
            tuleap_front_destination_rule_rewrite_if(rule.0, facts, line.ptr, line.len, to, cap)
        };
        assert_eq!(length, 18);
        let fits = cap.min(whole.len());
        assert_eq!(buffer.get(..fits), whole.get(..fits), "{cap}");
        assert!(buffer.iter().skip(fits).all(|byte| *byte == b'!'), "{cap}");
    }
}

#[test]
fn flags_choose_what_becomes_of_if_and_of_other_servers() {
    for (backend, flags, expect) in [
        (&b"http"[..], 0, 0),
        (b"http", 8, 1),
        (b"http://tuleap:8080", 0, 1),
        (b"http://tuleap:8080", 4, 0),
    ] {
        let rule = rule(b"auto", backend, flags).unwrap();
        // SAFETY: a handle.
        assert_eq!(unsafe { tuleap_front_destination_rule_if_tags(rule.0) }, expect);
    }
    let (facts, other) = (facts(), "https://other.example/a");
    let (_, out) = rewrite_value(&recommended(), &facts, other);
    assert_eq!((out.action, out.http_status), (4, 502));
    let (_, out) = rewrite_value(&rule(b"auto", b"http", 1).unwrap(), &facts, other);
    assert_eq!((out.action, out.http_status), (0, 0));
    let (_, out) = rewrite_value(&rule(b"auto", b"http", 2).unwrap(), &facts, "/a");
    assert_eq!((out.action, out.length), (1, "http://tuleap.example.com/a".len()));
}

/// Explains one value in a format, of a Destination, of If or of a Location.
fn explained(of: &str, rule: &Rule, value: &str, format: u32) -> Result<String, isize> {
    let (rule, facts, line, cap) = (rule.0, facts(), text(value), 4096);
    let headers = [tuleap_front_header { name: text("Destination"), value: line }];
    let mut out = vec![0_u8; cap];
    let (facts, to) = (&raw const facts, out.as_mut_ptr().cast());
    let (lines, ptr, len) = (headers.as_ptr(), line.ptr, line.len);
    let length = match of {
        // SAFETY: a handle, pointers with their lengths, and a buffer as long as is said.
        "destination" => unsafe {
            tuleap_front_destination_rule_explain(rule, facts, lines, 1, format, to, cap)
        },
        // SAFETY: the same.
        "if" => unsafe {
            tuleap_front_destination_rule_explain_if(rule, facts, ptr, len, format, to, cap)
        },
        // SAFETY: the same.
        _ => unsafe {
            tuleap_front_destination_rule_explain_location(rule, facts, ptr, len, format, to, cap)
        },
    };
    out.truncate(usize::try_from(length).map_err(|_| length)?);
    String::from_utf8(out).map_err(|_| length)
}

#[test]
fn an_explanation_is_text_or_json_and_nothing_else() {
    let (rule, value) = (recommended(), "https://other.example/\u{85}");
    for of in ["destination", "if", "location"] {
        assert!(explained(of, &rule, value, 0).is_ok_and(|text| text.lines().count() > 1));
        let json = explained(of, &rule, value, 1).unwrap();
        assert!(!json.chars().any(char::is_control), "{json}");
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(json.is_object(), "{json}");
        assert_eq!(explained(of, &rule, value, 2), Err(ARGUMENT));
    }
}

#[test]
fn a_reason_has_a_code_and_words_and_a_number_that_is_none_has_not() {
    let (_, out) = rewrite_value(&recommended(), &facts(), "https://other.example/a");
    let code = tuleap_front_destination_reason_code(out.reason);
    // SAFETY: static text that ends in NUL.
    assert_eq!(unsafe { CStr::from_ptr(code) }, c"destination/foreign-origin");
    for reason in [0, 15, 255, u32::MAX] {
        assert!(tuleap_front_destination_reason_code(reason).is_null());
        // SAFETY: a number; there is no buffer.
        let length = unsafe { tuleap_front_destination_reason_text(reason, null_mut(), 0) };
        assert_eq!(length, ARGUMENT);
    }
}

#[test]
fn nginx_sends_nothing_where_there_is_nothing() {
    // SAFETY: numbers, and no lines.
    let sent =
        unsafe { tuleap_front_nginx_destination_sent(0, 0, null(), 0, null(), 0, null_mut(), 0) };
    assert_eq!(sent, 0);
}
