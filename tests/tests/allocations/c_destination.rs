//! What a server asks about `Destination`, `If` and `Location` through C.

use std::ffi::c_char;
use std::ptr::{null, null_mut};

use tuleap_front_c::*;

use super::{allocations, text};

/// A decision that nothing was written to yet.
fn nothing() -> tuleap_front_rewrite {
    let nothing = tuleap_front_str { ptr: null(), len: 0 };
    let parts = [nothing; 3];
    tuleap_front_rewrite { action: 9, http_status: 0, reason: 0, parts, length: 0 }
}

fn facts(host: &str) -> tuleap_front_destination_facts {
    let (method, host) = (text("COPY"), text(host));
    tuleap_front_destination_facts { method, host, forwarded_host: host, scheme: 1 }
}

struct Rule(*mut tuleap_front_destination_rule);

impl Drop for Rule {
    fn drop(&mut self) {
        // SAFETY: the handle is given up.
        unsafe { tuleap_front_destination_rule_free(self.0) }
    }
}

impl Rule {
    fn new(public: &str, backend: &str) -> Self {
        let (public, backend) = (text(public), text(backend));
        // SAFETY: texts with their lengths; nothing is to be reported.
        let rule = unsafe {
            tuleap_front_destination_rule_new(
                public.ptr,
                public.len,
                backend.ptr,
                backend.len,
                0,
                null_mut(),
                null_mut(),
                0,
            )
        };
        assert!(!rule.is_null());
        Self(rule)
    }

    /// The action for these lines, in every way to ask, and the value that is sent.
    fn rewrite(&self, lines: &[&str]) -> (u32, String) {
        let (rule, facts, mut out) = (self.0, facts("tuleap.example.com"), nothing());
        let values: Vec<tuleap_front_str> = lines.iter().map(|line| text(line)).collect();
        let headers: Vec<tuleap_front_header> = values
            .iter()
            .map(|value| tuleap_front_header { name: text("destination"), value: *value })
            .collect();
        let (ptr, count) = (headers.as_ptr(), headers.len());
        // SAFETY: a handle, and pointers with their counts.
        let asked = allocations(|| unsafe {
            tuleap_front_destination_rule_rewrite(rule, &raw const facts, ptr, count, &raw mut out)
        });
        assert_eq!(asked, (0, 0), "{lines:?}");
        let (action, (ptr, count)) = (out.action, (values.as_ptr(), values.len()));
        // SAFETY: a handle, and pointers with their counts.
        let asked = allocations(|| unsafe {
            let (facts, out) = (&raw const facts, &raw mut out);
            tuleap_front_destination_rule_rewrite_lines(rule, facts, ptr, count, out)
        });
        assert_eq!((asked, out.action), ((0, 0), action), "{lines:?}");
        // An empty value is one thing and an empty line another.
        if let ([value], true) = (values.as_slice(), lines != [""]) {
            // SAFETY: a handle, and pointers with their lengths.
            let asked = allocations(|| unsafe {
                let (facts, out) = (&raw const facts, &raw mut out);
                tuleap_front_destination_rule_rewrite_value(rule, facts, value.ptr, value.len, out)
            });
            assert_eq!((asked, out.action), ((0, 0), action), "{lines:?}");
        }
        (
            action,
            value(|to, cap| {
                // SAFETY: the parts are alive, and the buffer is as long as is said.
                unsafe { tuleap_front_rewrite_text(&raw const out, ptr, count, to, cap) }
            }),
        )
    }

    fn rewrite_if(&self, line: &str) -> String {
        let (rule, facts, line) = (self.0, facts("tuleap.example.com"), text(line));
        value(|to, cap| {
            let facts = &raw const facts;
            // SAFETY: a handle, and pointers with their lengths.
            unsafe {
                tuleap_front_destination_rule_rewrite_if(rule, facts, line.ptr, line.len, to, cap)
            }
        })
    }

    fn rewrite_location(&self, line: &str) -> (u32, String) {
        let (rule, facts, mut out) = (self.0, facts("tuleap.example.com"), nothing());
        let (ptr, len) = (line.as_ptr().cast(), line.len());
        // SAFETY: a handle, and pointers with their lengths.
        let asked = allocations(|| unsafe {
            let (facts, out) = (&raw const facts, &raw mut out);
            tuleap_front_destination_rule_rewrite_location(rule, facts, ptr, len, out)
        });
        assert_eq!(asked, (0, 0), "{line}");
        (
            out.action,
            value(|to, cap| {
                // SAFETY: the parts are alive, and the buffer is as long as is said.
                unsafe { tuleap_front_rewrite_text(&raw const out, null(), 0, to, cap) }
            }),
        )
    }
}

/// The text that a function writes; empty where it writes none.
fn value(ask: impl Fn(*mut c_char, usize) -> isize) -> String {
    let mut buffer = vec![0_u8; 70_000];
    let (count, length) = allocations(|| ask(buffer.as_mut_ptr().cast(), buffer.len()));
    assert_eq!(count, 0);
    let text = usize::try_from(length).ok().and_then(|length| buffer.get(..length));
    String::from_utf8_lossy(text.unwrap_or_default()).into_owned()
}

#[test]
fn a_destination_is_decided_without_the_heap_in_c() {
    let (site, next) = ("https://tuleap.example.com", "http://tuleap.example.com");
    let (unchanged, parts, rejected) = (0, 1, 4);
    for rule in [Rule::new(site, "http://tuleap.example.com"), Rule::new("auto", "http")] {
        assert_eq!(rule.rewrite(&[]), (unchanged, String::new()));
        assert_eq!(rule.rewrite(&["/svn/a%20b"]), (unchanged, String::new()));
        let long = "x".repeat(65_536);
        for path in ["/svn/a%20b", &format!("/{long}")] {
            let sent = format!("{next}{path}");
            assert_eq!(rule.rewrite(&[&format!("{site}{path}")]), (parts, sent));
        }
        for line in ["https://other.example/a", "//a", "a", "https:", "https://[", "", site] {
            assert_eq!(rule.rewrite(&[line]), (rejected, String::new()), "{line}");
        }
        assert_eq!(rule.rewrite(&["/a", "/b"]), (rejected, String::new()));
    }
}

#[test]
fn the_documented_rule_joins_and_removes_without_the_heap_in_c() {
    // SAFETY: numbers; the newest nginx.
    let rule = Rule(unsafe { tuleap_front_destination_rule_documented(0, 0) });
    assert_eq!(rule.rewrite(&["https://a/b", "c"]), (2, "http://a/b, c".to_owned()));
    assert_eq!(rule.rewrite(&[""]).0, 3);
}

#[test]
fn if_and_location_are_mapped_without_the_heap_in_c() {
    let rule = Rule::new("https://tuleap.example.com", "http://tuleap:8080");
    let (tag, list) = ("<https://tuleap.example.com/a>", "(Not <urn:uuid:1> [\"e)\"])");
    assert_eq!(rule.rewrite_if(&format!("{tag} {list}")), format!("<http://tuleap:8080/a> {list}"));
    let all = format!("{tag} {list} ").repeat(500);
    let sent = format!("<http://tuleap:8080/a> {list} ").repeat(500);
    assert_eq!(rule.rewrite_if(&all), sent);
    for line in ["", "(<urn:uuid:1>)", "<", &"(".repeat(5_000), "<https://other.example/a> (<b>)"] {
        assert_eq!(rule.rewrite_if(line), "", "{line}");
    }
    let location = (1, "https://tuleap.example.com/a".to_owned());
    assert_eq!(rule.rewrite_location("http://tuleap:8080/a"), location);
    for line in ["", "/a", "http://me@tuleap:8080/a", "http://other.example/", "http://[", "\u{1}"]
    {
        assert_eq!(rule.rewrite_location(line), (0, String::new()), "{line}");
    }
}
