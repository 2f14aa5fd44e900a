//! Redirects to https.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tuleap_front::HttpsOrigin;
use tuleap_front_tests::fuzz;

use super::cases;

const LISTENERS: &[&str] = &["http", "https", "http and https"];
const PROTOS: &[&str] = &[
    "",
    ", passes proto",
    ", removes proto",
    ", writes proto",
    ", writes believed proto",
    ", writes https",
    ", writes http",
];
const REDIRECTS: &[&str] =
    &["", "", ", redirects", ", redirects on scheme", ", redirects on header"];

/// A chain of up to five hops, each of which does anything.
fn chain() -> impl Strategy<Value = String> {
    let hop = (select(LISTENERS), 0_usize..6, select(PROTOS), select(REDIRECTS));
    vec(hop, 1..6).prop_map(|hops| {
        let hop =
            |(at, (listener, trust, proto, redirect)): (usize, &(&str, usize, &str, &str))| {
                let trust = match trust {
                    0 => ", trusts everyone".to_owned(),
                    1 | 2 if at > 0 => format!(", trusts h{}", at - 1),
                    3 if at > 1 => format!(", trusts h{} and h{}", at - 2, at - 1),
                    4 if at > 1 => format!(", trusts h{}", at - 2),
                    _ => String::new(),
                };
                format!("h{at}: {listener}{trust}{proto}{redirect}")
            };
        hops.iter().enumerate().map(hop).collect::<Vec<_>>().join("; ")
    })
}

/// Text that looks like a chain.
fn words() -> impl Strategy<Value = String> {
    let word = select(
        &[
            "lb",
            "t",
            ":",
            ": http",
            ": https",
            ",",
            ";",
            "\n",
            "#",
            " ",
            "and",
            "http",
            "trusts",
            "everyone",
            "writes",
            "proto",
            "believed",
            "redirects",
            "on",
            "scheme",
            "\u{e9}",
        ][..],
    );
    vec(word, 0..14).prop_map(|words| words.join(" "))
}

const METHODS: &[&str] =
    &["GET", "HEAD", "OPTIONS", "POST", "COPY", "PROPFIND", "TRACE", "CONNECT", "get", "", "G T"];
const HEADS: &[&str] = &[
    "",
    "",
    "",
    "http://other.example",
    "https://tuleap.example.com:443",
    "x+y://h",
    "http://",
    "http://[2001:db8::1]:80",
    "http://me@h",
    "*",
    "h:443",
    "//other.example",
];
const PIECES: &[&str] = &[
    "/",
    "/",
    "a",
    "..",
    ".",
    "%2e",
    "%2F",
    "%0d%0a",
    "%00",
    "%",
    "%zz",
    "?",
    "#",
    "//",
    "\\",
    "\r",
    "\n",
    "\t",
    "\0",
    "\u{7f}",
    " ",
    "\u{e9}",
    "@other.example",
    ":80",
    "\"<>",
];

/// A target each piece of which is likely to matter, or any bytes.
fn target() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => (select(HEADS), vec(select(PIECES), 0..6))
            .prop_map(|(head, pieces)| [head, &pieces.concat()].concat().into_bytes()),
        1 => vec(any::<u8>(), 0..24),
    ]
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// Oracle: the bytes of the target behind the configured origin; the request line as a whole.
    /// The body is that of the fuzz target.
    #[test]
    fn every_redirect_leads_to_the_configured_origin(
        flags in 0_u8..4,
        method in select(METHODS),
        target in target(),
    ) {
        fuzz::https_redirect(&[&[flags], method.as_bytes(), b"\n", &target].concat());
    }

    /// Oracle: the text. An origin is written as it is read, and any text is read or refused.
    #[test]
    fn an_https_origin_reads_back(
        scheme in select(&["", "", "https://", "HTTPS://", "http://"][..]),
        host in select(&["Tuleap.example.com", "a_b", "[2001:DB8::1]", "192.0.2.1", "me@a", "", "a b"][..]),
        port in select(&["", "", ":443", ":8443", ":0", ":", ":65536", ":x"][..]),
        rest in select(&["", "", "", "/", "?a", "#a", "\\a", "\r\n"][..]),
    ) {
        let text = [scheme, host, port, rest].concat();
        match text.parse::<HttpsOrigin>() {
            Ok(origin) => {
                let shown = origin.to_string();
                prop_assert_eq!(shown.parse(), Ok(origin));
                prop_assert!(shown.starts_with("https://") && !shown.ends_with(":443"), "{}", shown);
                prop_assert!(!shown.bytes().any(|byte| byte.is_ascii_control() || byte == b' '));
            }
            Err(error) => prop_assert!(error.code().starts_with("https-origin/")),
        }
    }

    /// Oracle: the model's verdicts; what is corrected is sound. The body is that of the fuzz
    /// target.
    #[test]
    fn every_chain_has_the_verdict_of_the_model(text in prop_oneof![3 => chain(), 1 => words()]) {
        fuzz::proxy_chain(text.as_bytes());
    }
}
