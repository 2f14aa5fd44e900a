//! A redirect to https, beside the same rule written with the `regex` crate:
//! `cargo bench -p tuleap-front-benches --bench https_redirect`.
//!
//! The expression checks method, form, host, port, control bytes and escapes, as far as an
//! expression can: `..` above the root it lets pass.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use regex::bytes::Regex;
use tuleap_front::{Guide, HttpsRedirect, RedirectFacts, Scheme};

const SERVER_NAME: &str = "tuleap.example.com";

/// A method and a target.
type Request = (&'static str, &'static [u8], Vec<u8>);

fn requests() -> Vec<Request> {
    let long = [b"/svn/repository/trunk/".as_slice(), &b"abcdefgh/".repeat(330)].concat();
    vec![
        ("page", b"GET", b"/plugins/tracker/?aid=1234&group_id=101".to_vec()),
        ("encoded", b"COPY", b"/svnplugin/repo/!svn/rvr/7/trunk/a%20b%C3%A9.txt".to_vec()),
        ("dots", b"GET", b"/assets/../themes/./css/style.css".to_vec()),
        ("absolute", b"GET", b"http://tuleap.example.com:80/project/101?x=y".to_vec()),
        ("3000-bytes", b"GET", long),
        ("refused", b"GET", b"/a%0d%0aSet-Cookie:b\r\nSet-Cookie:c".to_vec()),
    ]
}

/// The rule as one would write it with the crate.
struct Expressions {
    method: Regex,
    target: Regex,
}

impl Expressions {
    fn new() -> Result<Self, regex::Error> {
        let host = r"[A-Za-z][A-Za-z0-9+.-]*://(?:[A-Za-z0-9.-]+|\[[^\]]+\])(?::[0-9]*)?";
        let path = r"(?:/(?:[^\x00-\x20\x7f%?#]|%[0-9A-Fa-f]{2})*)";
        let rest = r"(?:[?#][^\x00-\x20\x7f]*)?";
        Ok(Self {
            method: Regex::new(r"(?-u)^[A-Z_-]+$")?,
            target: Regex::new(&format!("(?-u)^(?:{host})?({path}{rest}|{rest})$"))?,
        })
    }

    fn location(&self, method: &[u8], target: &[u8]) -> Option<Vec<u8>> {
        if !self.method.is_match(method) || method == b"TRACE" || method == b"CONNECT" {
            return None;
        }
        let uri = self.target.captures(target)?.get(1)?;
        Some([b"https://tuleap.example.com:443", uri.as_bytes()].concat())
    }
}

fn https_redirect(criterion: &mut Criterion) {
    let redirect = HttpsRedirect::documented(Guide::ReverseProxy, SERVER_NAME);
    let (Ok(redirect), Ok(expressions)) = (redirect, Expressions::new()) else {
        return eprintln!("a rule cannot be made");
    };
    let mut group = criterion.benchmark_group("https-redirect");
    for (name, method, target) in requests() {
        let facts = RedirectFacts { scheme: Scheme::Http, method, target: &target };
        let (ours, theirs) =
            (redirect.decide(&facts).location(), expressions.location(method, &target));
        assert_eq!(ours, theirs, "{name}: one rule");
        group.bench_function(BenchmarkId::new("decide", name), |bencher| {
            bencher.iter(|| redirect.decide(black_box(&facts)).length());
        });
        group.bench_function(BenchmarkId::new("decide and copy", name), |bencher| {
            bencher.iter(|| redirect.decide(black_box(&facts)).location());
        });
        group.bench_function(BenchmarkId::new("regex and copy", name), |bencher| {
            bencher.iter(|| expressions.location(black_box(method), black_box(&target)));
        });
    }
    group.finish();
}

criterion_group!(benches, https_redirect);
criterion_main!(benches);
