//! `GzipPolicy`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config as Settings, RngAlgorithm, TestRng, TestRunner};
use tuleap_front::{GzipFacts, GzipPolicy, NginxRules, RequestVersion, Scheme};
use tuleap_front_tests::require::skip;
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::client::{Client, Way};
use tuleap_front_tests::server::nginx::{Config, Program};

use super::number;

const BATCH: usize = 500;

type Line = (&'static str, &'static str);

#[derive(Clone, Debug)]
struct Case {
    directives: Vec<&'static str>,
    method: &'static str,
    version: &'static str,
    request: Vec<Line>,
    status: u16,
    response: Vec<Line>,
    /// A length, and whether the response says it.
    body: (usize, Framing),
}

#[derive(Clone, Copy, Debug)]
enum Framing {
    Length,
    Close,
}

const DIRECTIVES: &[&str] = &[
    "gzip_vary on;",
    "gzip_http_version 1.0;",
    "gzip_min_length 0;",
    "gzip_min_length 21;",
    "gzip_types *;",
    "gzip_types text/plain TEXT/CSS;",
    "gzip_types application/json image/svg+xml;",
    "gzip_proxied any;",
    "gzip_proxied off;",
    "gzip_proxied expired no-cache auth;",
    "gzip_proxied no-store private;",
    "gzip_proxied no_last_modified no_etag;",
    "gzip_disable msie6;",
    "gzip_disable \"^curl\" \"Foo$\";",
    "expires 1h;",
    "expires -1;",
    "expires epoch;",
    "expires max;",
    "expires off;",
    "expires modified 1d;",
];

const REQUEST: &[Line] = &[
    ("Accept-Encoding", "gzip"),
    ("Accept-Encoding", "gzip, deflate, br"),
    ("Accept-Encoding", "GZIP"),
    ("Accept-Encoding", "br"),
    ("Accept-Encoding", "*"),
    ("Accept-Encoding", "x-gzip, gzip"),
    ("Accept-Encoding", "gzip;q=0"),
    ("Accept-Encoding", "gzip; q=0.5"),
    ("Accept-Encoding", "gzip ;q=0.001"),
    ("Accept-Encoding", "gzip;q=1.001"),
    ("Accept-Encoding", "gzip;q="),
    ("Accept-Encoding", ""),
    ("Via", "1.1 a"),
    ("Via", ""),
    ("Authorization", "a"),
    ("User-Agent", "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"),
    ("User-Agent", "MSIE 6.0; SV1"),
    ("User-Agent", "msie 4.0"),
    ("User-Agent", "curl/8"),
    ("User-Agent", "x Foo"),
    ("Cookie", "a"),
    ("Range", "bytes=0-1"),
];

const RESPONSE: &[Line] = &[
    ("Content-Type", "text/html"),
    ("Content-Type", "text/html; charset=x"),
    ("Content-Type", "TEXT/CSS"),
    ("Content-Type", "text/plain"),
    ("Content-Type", "text/css ; a=b"),
    ("Content-Type", "application/json"),
    ("Content-Type", "image/svg+xml"),
    ("Content-Type", ""),
    ("Content-Encoding", "br"),
    ("Content-Encoding", ""),
    ("Cache-Control", "no-cache"),
    ("Cache-Control", "max-age=1, no-store"),
    ("cache-control", "private=\"a\""),
    ("Cache-Control", "NO-CACHE"),
    ("Cache-Control", "no-cachex"),
    ("Cache-Control", ""),
    ("Expires", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("Expires", "Sun, 06 Nov 2033 08:49:37 GMT"),
    ("EXPIRES", "0"),
    ("Date", "Wed, 21 Oct 2015 07:28:01 GMT"),
    ("Date", "Sun Nov  6 08:49:37 1994"),
    ("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("Last-Modified", "x"),
    ("ETag", "\"a\""),
    ("ETag", "W/\"a\""),
    ("ETag", "a"),
    ("Vary", "Cookie"),
    ("Vary", "accept-encoding"),
    ("Accept-Ranges", "bytes"),
    ("Set-Cookie", "a=b"),
];

const TOUCHED: &[&str] = &[
    "content-type",
    "content-length",
    "vary",
    "etag",
    "accept-ranges",
    "cache-control",
    "expires",
    "content-encoding",
];

/// Mostly of what is compressed, so that the rules after the first ones are reached.
fn case() -> impl Strategy<Value = Case> {
    let with = |likely: Line, lines: &'static [Line], most: usize| {
        let rest = subsequence(lines, 0..=most).prop_shuffle();
        (prop::bool::weighted(0.7), rest).prop_map(move |(has, mut rest)| {
            rest.splice(0..0, has.then_some(likely));
            rest
        })
    };
    let directives = (prop::bool::weighted(0.95), subsequence(DIRECTIVES, 0..=7).prop_shuffle());
    let framing = prop_oneof![Just(Framing::Length), Just(Framing::Close)];
    let lengths = vec![0, 1, 19, 20, 21, 100, 1024];
    (
        directives,
        select(vec!["GET", "GET", "GET", "HEAD"]),
        select(vec!["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0"]),
        with(("Accept-Encoding", "gzip"), REQUEST, 4),
        prop_oneof![5 => select(vec![200, 200, 403, 404]), 1 => select(vec![201, 206, 301, 302, 304, 500])],
        with(("Content-Type", "text/html"), RESPONSE, 7),
        (select(lengths), framing),
    )
        .prop_map(|((on, words), method, version, request, status, response, body)| {
            let mut directives = if on { vec!["gzip on;"] } else { Vec::new() };
            // nginx refuses the second directive of a name.
            for directive in words {
                let name = |text: &&str| text.split(' ').next() == directive.split(' ').next();
                if !directives.iter().any(name) {
                    directives.push(directive);
                }
            }
            Case { directives, method, version, request, status, response, body }
        })
}

impl Case {
    fn answer(&self) -> Vec<u8> {
        let mut text = format!("HTTP/1.1 {} X\r\n", self.status);
        for (name, value) in self.response_lines() {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        if self.status != 304 {
            text.push_str(&"x".repeat(self.body.0));
        }
        text.into_bytes()
    }

    fn response_lines(&self) -> Vec<(String, String)> {
        let mut lines = owned(&self.response);
        if let (length, Framing::Length) = self.body {
            lines.push(("Content-Length".to_owned(), length.to_string()));
        }
        lines
    }

    fn directives(&self) -> String {
        if self.directives.is_empty() { "gzip off;".to_owned() } else { self.directives.join(" ") }
    }
}

fn owned(lines: &[Line]) -> Vec<(String, String)> {
    lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What nginx and we say, for each case: the reason, and the difference if there is one.
fn run(
    program: &Program,
    rules: NginxRules,
    cases: &[Case],
) -> Result<Vec<(&'static str, Option<String>)>, String> {
    let answers: Arc<Mutex<Vec<Vec<u8>>>> =
        Arc::new(Mutex::new(cases.iter().map(Case::answer).collect()));
    let backend = Backend::scripted(move |received| {
        let path = String::from_utf8_lossy(received.head.word(1)).into_owned();
        let index = path.trim_matches('/').parse::<usize>().unwrap_or(usize::MAX);
        answers.lock().ok().and_then(|all| all.get(index).cloned()).unwrap_or_default()
    })?;
    let mut text = String::from("server { listen 127.0.0.1:@port@;\n");
    for (index, case) in cases.iter().enumerate() {
        let directives = case.directives();
        let to = backend.address();
        let _ = writeln!(text, "location /{index}/ {{ {directives} proxy_pass http://{to}; }}");
    }
    text.push('}');
    let mut config = Config::http(text);
    config.log_level = "crit";
    let nginx = program.start(&config)?;
    let mut client = Client::new(Way::port(nginx.port("port")?));
    let mut results = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let mut request = format!("{} /{index}/ {}\r\nHost: a\r\n", case.method, case.version);
        for (name, value) in &case.request {
            let _ = write!(request, "{name}: {value}\r\n");
        }
        request.push_str("Connection: close\r\n\r\n");
        let answer = client.send(request.as_bytes())?;
        results.push(compare(case, rules, answer.status, &answer.head.lines)?);
    }
    drop(client);
    nginx.end()?;
    Ok(results)
}

fn compare(
    case: &Case,
    rules: NginxRules,
    status: u16,
    lines: &[(Vec<u8>, Vec<u8>)],
) -> Result<(&'static str, Option<String>), String> {
    let policy: GzipPolicy = case.directives().parse().map_err(|error| format!("{error}"))?;
    let policy = policy.with_rules(rules);
    let (request, response) = (owned(&case.request), case.response_lines());
    let version = RequestVersion::of_protocol(case.version.as_bytes()).ok_or("a version")?;
    let facts = |now| GzipFacts {
        method: case.method.as_bytes(),
        version,
        now,
        ..GzipFacts::new(Scheme::Http, request.as_slice(), case.status, response.as_slice())
    };
    let shown =
        |name: &[u8], value: &[u8]| format!("{}: {}", name.escape_ascii(), value.escape_ascii());
    let ours = |now| -> Vec<String> {
        let lines = policy.response_lines(&facts(now));
        lines.iter().map(|(name, value)| shown(name.as_ref(), value.as_ref())).collect()
    };
    let is_touched =
        |name: &[u8]| TOUCHED.iter().any(|touched| touched.as_bytes().eq_ignore_ascii_case(name));
    let theirs: Vec<String> = lines
        .iter()
        .filter(|(name, _)| is_touched(name))
        .map(|(name, value)| shown(name, value))
        .collect();
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
    let now = i64::try_from(clock.as_secs()).map_err(|error| error.to_string())?;
    // The second may have ended since nginx answered.
    let is_same = status == case.status && [now, now - 1].iter().any(|now| ours(*now) == theirs);
    let difference = (!is_same)
        .then(|| format!("{case:#?}\n  nginx {status} {theirs:?}\n  ours  {:?}", ours(now)));
    Ok((policy.decide(&facts(now)).reason().as_str(), difference))
}

/// The least case that differs.
fn shrink(
    program: &Program,
    rules: NginxRules,
    tree: &mut impl ValueTree<Value = Case>,
) -> Result<Option<String>, String> {
    let mut least = None;
    for _ in 0..200 {
        let difference = run(program, rules, &[tree.current()])?.pop().and_then(|(_, found)| found);
        let goes_on = match difference {
            Some(found) => {
                least = Some(found);
                tree.simplify()
            }
            None => tree.complicate(),
        };
        if !goes_on {
            break;
        }
    }
    Ok(least)
}

#[test]
fn gzip_answers_as_nginx_answers() -> Result<(), String> {
    let program = match Program::installed() {
        Ok(program) => program,
        Err(reason) => return skip("nginx_diff", &reason),
    };
    let rules = if program.version < (1, 29, 4) { NginxRules::V1_22 } else { NginxRules::Current };
    let total = number("TULEAP_FRONT_CASES", 300)?;
    let seed = number("TULEAP_FRONT_SEED", 6)?;
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(seed.to_le_bytes()).for_each(|(byte, given)| *byte = given);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Settings::default(), random);
    let (strategy, mut reasons, mut disagreements) = (case(), BTreeMap::new(), 0_usize);
    let mut left = usize::try_from(total).map_err(|error| error.to_string())?;
    while left > 0 {
        let count = left.min(BATCH);
        left -= count;
        let trees = (0..count).map(|_| strategy.new_tree(&mut runner));
        let mut trees = trees.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
        let cases: Vec<Case> = trees.iter().map(ValueTree::current).collect();
        for (tree, (reason, difference)) in trees.iter_mut().zip(run(&program, rules, &cases)?) {
            *reasons.entry(reason).or_insert(0_usize) += 1;
            let Some(difference) = difference else { continue };
            disagreements += 1;
            if disagreements <= 5 {
                println!("{}", shrink(&program, rules, tree)?.unwrap_or(difference));
            }
        }
    }
    println!("gzip: {total} cases, {disagreements} disagreements (seed {seed})");
    for (reason, count) in &reasons {
        println!("  {count:6} {reason}");
    }
    assert_eq!(disagreements, 0, "of {total} cases of seed {seed}");
    Ok(())
}
