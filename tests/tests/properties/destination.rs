//! Where a copy goes.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tuleap_front::{
    DestinationFacts, DestinationOrigin, DestinationRule, Guide, NginxDestination, NginxRules,
    Rewrite,
};
use tuleap_front_tests::fuzz;

use super::cases;

const SCHEMES: &[&str] = &["https", "HTTPS", "http", "hTTp", "davs", "https+x", "1http", ""];
const MARKS: &[&str] = &["://", ":///", ":/", ":", "//", "/", "", ":\\\\"];
const USERS: &[&str] = &["", "", "", "me@", "me:p%40w@", "@", "a@b@", "a b@", "\\@", "%4@"];
const HOSTS: &[&str] = &[
    "tuleap.example.com",
    "TULEAP.example.COM",
    "shop.example",
    "svn.example.com",
    "[2001:db8::1]",
    "[2001:0DB8:0:0:0::1]",
    "[2001:db8::2]",
    "[::1",
    "[zz]",
    "other.example",
    "tuleap.example.com.",
    "tuleap%2eexample.com",
    "tuleap.example.com.evil.example",
    "",
    "a b",
];
const PORTS: &[&str] =
    &["", "", "", ":443", ":0443", ":80", ":", ":8443", ":08080", ":8080", ":65536", ":x", ":-1"];
const PATHS: &[&str] = &["/", "/a%20b", "//a/../b", "", "?a", "#a", "/a?x#y", "/a b\u{e9}", "/\t"];

/// Text that looks like a `Destination`: each piece is likely to matter.
fn uri() -> impl Strategy<Value = String> {
    let pieces = (
        select(SCHEMES),
        select(MARKS),
        select(USERS),
        select(HOSTS),
        select(PORTS),
        select(PATHS),
    );
    pieces.prop_map(|(scheme, mark, user, host, port, path)| {
        [scheme, mark, user, host, port, path].concat()
    })
}

/// A value of the kind, or any bytes.
fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => uri().prop_map(String::into_bytes),
        1 => "[ \t]{0,2}(https?:|/)?/?[a-z@:\\[\\]%.?#\\\\]{0,12}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..40),
    ]
}

pub(crate) fn percent_encoded(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "%{byte:02X}");
        text
    })
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// Oracle: the model of the steps; a second server changes nothing; the path is the same. The
    /// body is that of the fuzz target, fed with values that look like values.
    #[test]
    fn every_value_gets_the_answer_of_the_model(
        value in value(),
        site in 0_u8..4,
        flags in prop_oneof![3 => Just(0_u8), 1 => any::<u8>()],
    ) {
        fuzz::destination(&[&[site, flags][..], &value].concat());
    }

    /// Oracle: the name. Whatever bytes a file's name has, the copy has that name.
    #[test]
    fn a_name_arrives_as_it_was_sent(name in vec(any::<u8>(), 1..60), user in select(&["", "me@"][..])) {
        let path = format!("/svn/{}", percent_encoded(&name));
        let sent = format!("https://{user}tuleap.example.com{path}");
        let host = b"tuleap.example.com";
        let facts = DestinationFacts { method: b"COPY", host, forwarded_host: host, ..DestinationFacts::default() };
        let rule = DestinationRule::recommended();
        let rewrite = rule.rewrite_value(&facts, sent.as_bytes());
        prop_assert_eq!(rewrite, Rewrite::Parts([b"http://", host, path.as_bytes()]));
    }

    /// Oracle: the joined text; one line of the old nginx is the first one.
    #[test]
    fn documented_lines_are_those_of_nginx(lines in vec("[a-zA-Z:/, ]{0,9}|https://[a-z]", 0..4)) {
        let rule = DestinationRule::documented(Guide::ReverseProxy);
        let facts = DestinationFacts::default();
        let of = |value: &str| match value.get(..5) {
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => {
                format!("http{}", value.get(5..).unwrap_or_default())
            }
            _ => value.to_owned(),
        };
        let sent = |rule: &DestinationRule| match rule.rewrite_values(&facts, &lines) {
            Rewrite::Unchanged => lines.first().map(|line| line.clone().into_bytes()),
            rewrite => rewrite.value(&lines),
        };
        let is_empty = |value: &String| value.is_empty();
        let joined = Some(of(&lines.join(", "))).filter(|value| !is_empty(value));
        let first = lines.first().map(|line| of(line)).filter(|value| !is_empty(value));
        let old = rule.clone().with_nginx_rules(NginxRules::V1_22);
        prop_assert_eq!(sent(&rule), joined.map(String::into_bytes));
        prop_assert_eq!(sent(&old), first.map(String::into_bytes));
    }

    /// Oracle: the request target alone decides whether nginx encodes.
    #[test]
    fn nginx_encodes_by_the_path_of_the_target(
        scheme in select(&["", "http://a%b+c"][..]),
        path in "/[a-z]{0,3}",
        mark in select(&["%", "+", ""][..]),
        rest in select(&["", "?%+", "#%+"][..]),
    ) {
        let nginx = NginxDestination::new(Guide::ReverseProxy, NginxRules::Current);
        let target = [scheme, &path, mark, rest].concat();
        let sent = nginx.sent(target.as_bytes(), &["https://a/%b"]);
        let expect: &[u8] = if mark.is_empty() { b"http://a/%b" } else { b"http://a/%25b" };
        prop_assert_eq!(sent.as_deref(), Some(expect));
    }

    /// Oracle: the text. What is read is written as it was, and any text is read or refused.
    #[test]
    fn an_origin_reads_back(text in uri()) {
        match text.parse::<DestinationOrigin>() {
            Ok(origin) => {
                let again = origin.to_string().parse::<DestinationOrigin>();
                prop_assert_eq!(again.as_ref().map(ToString::to_string), Ok(origin.to_string()));
                prop_assert_eq!(again, Ok(origin));
            }
            Err(error) => prop_assert!(error.code().starts_with("destination-origin/")),
        }
    }
}
