//! `GzipPolicy`.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use tuleap_front::{GzipFacts, GzipPolicy, NginxRules, RequestVersion, Scheme};
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::client::{Client, Way};
use tuleap_front_tests::server::nginx::Config;

use super::explore::{Beside, Kind, Outcome};

type Line = (&'static str, &'static str);
type Bytes = (Vec<u8>, Vec<u8>);

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
    mutations: Vec<Mutation>,
}

/// A byte of a value that is another one.
#[derive(Clone, Debug)]
struct Mutation {
    of: Side,
    line: Index,
    place: Index,
    byte: u8,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Side {
    Request,
    Response,
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

const PROXIED: &[&str] = &[
    "gzip_proxied any;",
    "gzip_proxied off;",
    "gzip_proxied expired;",
    "gzip_proxied no-cache;",
    "gzip_proxied no-store;",
    "gzip_proxied private;",
    "gzip_proxied no_last_modified;",
    "gzip_proxied no_etag;",
    "gzip_proxied auth;",
    "gzip_proxied expired auth;",
    "gzip_proxied no_etag no-store;",
];

/// What `gzip_proxied` is about.
const DECIDING: &[Line] = &[
    ("Cache-Control", "no-cache"),
    ("Cache-Control", "no-store"),
    ("Cache-Control", "private"),
    ("Cache-Control", "max-age=1 ,no-store"),
    ("Cache-Control", "a=no-store, b"),
    ("Expires", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("Expires", "Sun, 06 Nov 2033 08:49:37 GMT"),
    ("Expires", "x"),
    ("Date", "Wed, 21 Oct 2015 07:28:01 GMT"),
    ("Date", "Wed, 21 Oct 2043 07:28:01 GMT"),
    ("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("ETag", "\"a\""),
];

/// Bytes that may stand in a value.
const BYTES: &[u8] = b" \t,;=\"/qQzZ0.\x01\x7f\x80\xc3\xff*-_a";

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let of = select(vec![Side::Request, Side::Response]);
    let one = (of, any::<Index>(), any::<Index>(), select(BYTES));
    let one = one.prop_map(|(of, line, place, byte)| Mutation { of, line, place, byte });
    prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(one, 1..=3)]
}

/// Cases, a third of them of a request that says that it was proxied.
fn any_case() -> impl Strategy<Value = Case> {
    let deciding = subsequence(DECIDING, 0..=3).prop_shuffle();
    let proxied = (case(), select(PROXIED), prop::bool::weighted(0.2), deciding).prop_map(
        |(mut case, directive, has_user, deciding)| {
            case.directives.retain(|known| !known.starts_with("gzip_proxied"));
            case.directives.push(directive);
            case.request.retain(|(name, _)| *name != "Authorization");
            case.request.push(("Via", "1.1 a"));
            if has_user {
                case.request.push(("Authorization", "a"));
            }
            // All else is as it must be for a rule about proxies to decide.
            case.directives.insert(0, "gzip on;");
            let mut known = std::collections::BTreeSet::new();
            case.directives.retain(|text| known.insert(text.split(' ').next()));
            case.directives.retain(|text| !text.starts_with("gzip_min_length"));
            (case.version, case.status, case.body.0) = ("HTTP/1.1", 200, 1024);
            case.request.retain(|(name, _)| *name != "Accept-Encoding");
            case.request.push(("Accept-Encoding", "gzip"));
            case.response.retain(|(name, _)| !name.starts_with("Content-"));
            case.response.truncate(2);
            case.response.push(("Content-Type", "text/html"));
            case.response.extend(deciding);
            case
        },
    );
    prop_oneof![2 => case(), 1 => proxied]
}

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
        mutations(),
    )
        .prop_map(|((on, words), method, version, request, status, response, body, mutations)| {
            let mut directives = if on { vec!["gzip on;"] } else { Vec::new() };
            // nginx refuses the second directive of a name.
            for directive in words {
                let name = |text: &&str| text.split(' ').next() == directive.split(' ').next();
                if !directives.iter().any(name) {
                    directives.push(directive);
                }
            }
            Case { directives, method, version, request, status, response, body, mutations }
        })
}

impl Case {
    fn answer(&self) -> Vec<u8> {
        let mut bytes = format!("HTTP/1.1 {} X\r\n", self.status).into_bytes();
        write_lines(&mut bytes, &self.response_lines());
        bytes.extend_from_slice(b"\r\n");
        if self.status != 304 {
            bytes.extend(std::iter::repeat_n(b'x', self.body.0));
        }
        bytes
    }

    fn response_lines(&self) -> Vec<Bytes> {
        let mut lines = self.mutated(&self.response, Side::Response);
        if let (length, Framing::Length) = self.body {
            lines.push((b"Content-Length".to_vec(), length.to_string().into_bytes()));
        }
        lines
    }

    fn mutated(&self, lines: &[Line], of: Side) -> Vec<Bytes> {
        let bytes = |(name, value): &Line| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
        let mut lines: Vec<Bytes> = lines.iter().map(bytes).collect();
        for mutation in self.mutations.iter().filter(|mutation| mutation.of == of) {
            let at = mutation.line.index(lines.len().max(1));
            let Some((_, value)) = lines.get_mut(at) else { continue };
            let place = mutation.place.index(value.len().max(1));
            if let Some(byte) = value.get_mut(place) {
                *byte = mutation.byte;
            }
        }
        lines
    }

    fn directives(&self) -> String {
        if self.directives.is_empty() { "gzip off;".to_owned() } else { self.directives.join(" ") }
    }
}

fn write_lines(head: &mut Vec<u8>, lines: &[Bytes]) {
    for (name, value) in lines {
        head.extend([name.as_slice(), b": ", value, b"\r\n"].concat());
    }
}

/// What nginx and we say, for each case.
fn run(beside: &Beside, cases: &[Case]) -> Result<Vec<Outcome>, String> {
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
    let nginx = beside.program.start(&config)?;
    let mut client = Client::new(Way::port(nginx.port("port")?));
    let mut results = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let head = format!("{} /{index}/ {}\r\nHost: a\r\n", case.method, case.version);
        let mut request = head.into_bytes();
        write_lines(&mut request, &case.mutated(&case.request, Side::Request));
        request.extend_from_slice(b"Connection: close\r\n\r\n");
        let answer = client.send(&request)?;
        results.push(compare(case, beside.rules, answer.status, &answer.head.lines)?);
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
) -> Result<Outcome, String> {
    let policy: GzipPolicy = case.directives().parse().map_err(|error| format!("{error}"))?;
    let policy = policy.with_rules(rules);
    let request = case.mutated(&case.request, Side::Request);
    let response = case.response_lines();
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
    Ok(Outcome { seen: vec![policy.decide(&facts(now)).reason().as_str()], difference })
}

#[test]
fn gzip_answers_as_nginx_answers() -> Result<(), String> {
    let kind = Kind { name: "gzip", cases: 300, batch: 500 };
    kind.explore(&any_case(), run)
}
