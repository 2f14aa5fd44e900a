//! `HttpsRedirect::documented` beside nginx itself.

use std::fmt::Write as _;

use tuleap_front::{
    Guide, HttpsRedirect, NginxRules, RedirectDecision, RedirectFacts, RedirectStatus, Scheme,
};
use tuleap_front_tests::random::Random;
use tuleap_front_tests::report::read;
use tuleap_front_tests::require::skip;
use tuleap_front_tests::row::{NginxRedirectInput, NginxRow, latin1};
use tuleap_front_tests::server::client::{Answer, Client, Way};
use tuleap_front_tests::server::nginx::{Config, Program};

/// Generated requests.
const REQUESTS: usize = 12_000;

/// What follows `server_name` and `return`; the same in our words.
const SITES: &[(&str, &str, Guide, RedirectStatus)] = &[
    ("tuleap.example.com", "301 ", Guide::ReverseProxy, RedirectStatus::MovedPermanently),
    ("Tuleap.EXAMPLE.com b.example", "301 ", Guide::Distributed, RedirectStatus::MovedPermanently),
    ("*.Example.com", "", Guide::Distributed, RedirectStatus::Found),
    (".Example.com", "303 ", Guide::ReverseProxy, RedirectStatus::SeeOther),
    ("tuleap.EXAMPLE.*", "307 ", Guide::Distributed, RedirectStatus::TemporaryRedirect),
    (
        r"~^(?<X>.+)\.Example$ b.example",
        "308 ",
        Guide::ReverseProxy,
        RedirectStatus::PermanentRedirect,
    ),
    ("\"\"", "301 ", Guide::Distributed, RedirectStatus::MovedPermanently),
    ("'A B' c", "301 ", Guide::ReverseProxy, RedirectStatus::MovedPermanently),
    ("_", "301 ", Guide::Distributed, RedirectStatus::MovedPermanently),
];

/// A request: to which site, by which method, for which target.
type Question = (usize, Vec<u8>, Vec<u8>);

/// Methods, what targets start with, and what follows.
type Words = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// What clients send.
const PLAIN: Words = (
    &["GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "COPY", "PROPFIND"],
    &[
        "",
        "/",
        "/",
        "http://other.example",
        "HTTPS://Tuleap.example.com:443/",
        "x+y.z-1://h/",
        "http://[2001:db8::1]:80/",
    ],
    &["/", "/", "a", "b.css", "%2f", "%0d%0a", "?", "#", "\u{e9}", "%25"],
);

/// What they do not.
const ODD: Words = (
    &["GET", "GET", "TRACE", "CONNECT", "FOO", "M-SEARCH", "A_B", "get", "GE7"],
    &[
        "",
        "/",
        "http://",
        "http://h:",
        "http://h:65536",
        "http://h.:1",
        "http://me@h",
        "http:/",
        "1http://h",
        "*",
        "h:443",
        "[::1]:80",
        "http://a_b",
        "//other.example",
    ],
    &[
        "/",
        "a",
        "..",
        ".",
        "%2e",
        "%2E%2e",
        "%00",
        "%",
        "%z",
        "%a",
        "//",
        "\\",
        "\t",
        "\u{1}",
        "\0",
        "\u{7f}",
        "@other.example",
        ":80",
        "\"<>`{|}",
        "+",
        ";",
        "~",
    ],
);

fn questions() -> Result<Vec<Question>, String> {
    let mut questions = Vec::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded");
    let rows: Vec<NginxRow<NginxRedirectInput>> = read(&folder, "nginx-redirect.json")?;
    for row in rows {
        questions.push((0, latin1(&row.input.method), latin1(&row.input.target)));
    }
    let mut random = Random::new(301);
    for _ in 0..REQUESTS {
        let (methods, heads, pieces) = if random.below(3) == 0 { ODD } else { PLAIN };
        let mut target = random.word(heads).to_owned();
        for _ in 0..random.below(6) {
            target.push_str(random.word(pieces));
        }
        let site = random.below(SITES.len());
        questions.push((site, latin1(random.word(methods)), latin1(&target)));
    }
    // These end a method or a target.
    let ends = |byte: &u8| b" \r\n".contains(byte);
    questions
        .retain(|(_, method, target)| !target.is_empty() && !method.iter().chain(target).any(ends));
    Ok(questions)
}

fn config() -> Config {
    let mut text = String::from("default_type text/plain; keepalive_requests 1000000;\n");
    for (index, (name, code, guide, _)) in SITES.iter().enumerate() {
        let port = if *guide == Guide::ReverseProxy { ":443" } else { "" };
        let _ = writeln!(
            text,
            "server {{ listen 127.0.0.1:@port-{index}@; server_name {name}; \
             return {code}https://$server_name{port}$request_uri; }}"
        );
    }
    let mut config = Config::http(text);
    config.log_level = "crit";
    config
}

/// What the type answers, in nginx's words.
fn ours(rule: &HttpsRedirect, method: &[u8], target: &[u8]) -> (u16, Option<Vec<u8>>) {
    let decision = rule.decide(&RedirectFacts { scheme: Scheme::Http, method, target });
    let status = match decision {
        RedirectDecision::Redirect { status, .. } | RedirectDecision::Refuse { status, .. } => {
            status.as_u16()
        }
        _ => 0,
    };
    (status, decision.location())
}

fn theirs(answer: &Answer) -> (u16, Option<Vec<u8>>) {
    (answer.status, answer.head.values("location").next().map(<[u8]>::to_vec))
}

#[test]
fn the_documented_redirect_answers_as_nginx_does() -> Result<(), String> {
    let program = match Program::installed() {
        Ok(program) => program,
        Err(reason) => return skip("differential_nginx", &reason),
    };
    // Of a request line the rules changed with this version.
    let rules = if program.version < (1, 29, 3) { NginxRules::V1_22 } else { NginxRules::Current };
    let nginx = program.start(&config())?;
    let mut sites = Vec::new();
    for (index, (name, _, guide, status)) in SITES.iter().enumerate() {
        let rule = HttpsRedirect::documented(*guide, name).map_err(|error| error.to_string())?;
        let rule = rule.with_status(*status).with_nginx_rules(rules);
        sites.push((rule, Client::new(Way::port(nginx.port(&format!("port-{index}"))?))));
    }
    let (questions, mut refused, mut differences) = (questions()?, 0, Vec::new());
    for (site, method, target) in &questions {
        let (rule, client) = sites.get_mut(*site).ok_or("a site")?;
        let head = b" HTTP/1.1\r\nHost: other.example\r\n\r\n";
        let answer = client.send(&[method.as_slice(), b" ", target, head].concat())?;
        let (ours, theirs) = (ours(rule, method, target), theirs(&answer));
        refused += usize::from(theirs.0 >= 400);
        if ours != theirs {
            let line = [method.as_slice(), b" ", target].concat();
            differences.push(format!("{}: nginx {theirs:?}, ours {ours:?}", line.escape_ascii()));
        }
    }
    drop(sites);
    nginx.quit_having_logged(&[])?;
    println!("nginx {:?}: {} redirects asked, {refused} refused", program.version, questions.len());
    assert!((questions.len() / 10..questions.len() * 9 / 10).contains(&refused), "some of each");
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
    Ok(())
}
