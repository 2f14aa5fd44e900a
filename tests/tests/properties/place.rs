//! The other headers that name a place: `If`, and `Location` on the way back.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tuleap_front::{DestinationFacts, DestinationRule};
use tuleap_front_tests::fuzz;

use super::cases;
use super::destination::percent_encoded;

const TAGS: &[&str] = &[
    "https://tuleap.example.com/svn/a%20b",
    "HTTPS://me:pw@TULEAP.example.com:0443//a/../b?x#y",
    "https://[2001:DB8:0::1]:8443/a",
    "https://shop.example:8443/a b\u{e9}",
    "http://shop.example:8443/a",
    "http://tuleap.example.com/a",
    "http://127.0.0.1:8080/a",
    "https://other.example/a",
    "https://tuleap.example.com",
    "https://tuleap.example.com?a",
    "/svn/a",
    " /svn/a\t",
    " https://tuleap.example.com/a ",
    "//tuleap.example.com/a",
    "https://tuleap.example.com/\u{1}",
    "https:a",
    "a",
    "",
];
const LISTS: &[&str] = &[
    "(<urn:uuid:1>)",
    "(Not <urn:uuid:1> [\"x\"])",
    "([W/\"a]b)\"])",
    "([\"a\\\"]b)\"])",
    "(<https://tuleap.example.com/token>)",
    "(<urn:)(> [<\">\"] \"(\")",
    "()",
];
const BLANKS: &[&str] = &["", "", " ", "\t", "  "];
/// What makes a line malformed, or does where it stands.
const FAULTS: &[&str] = &[
    "<", ">", "(", ")", "[", "]", "\"", "\\", ",", "a", "<a", "(<a", "([\"\\", "\u{0}", "<a> <b>",
];

/// A tag and its lists.
fn tagged() -> impl Strategy<Value = String> {
    let lists = vec((select(BLANKS), select(LISTS)), 1..4);
    (select(BLANKS), select(TAGS), lists).prop_map(|(blank, tag, lists)| {
        let lists: String =
            lists.into_iter().map(|(blank, list)| format!("{blank}{list}")).collect();
        format!("{blank}<{tag}>{lists}")
    })
}

/// A line of the kind, one with a fault somewhere, or any bytes.
fn if_line() -> impl Strategy<Value = Vec<u8>> {
    let whole = vec(tagged(), 0..5).prop_map(|tags| tags.concat());
    let pieces = [TAGS, LISTS, FAULTS, BLANKS].concat();
    let with_fault = (vec(tagged(), 0..3), select(FAULTS), vec(tagged(), 0..2))
        .prop_map(|(before, fault, after)| before.concat() + fault + &after.concat());
    prop_oneof![
        4 => whole.prop_map(String::into_bytes),
        2 => with_fault.prop_map(String::into_bytes),
        1 => vec(select(LISTS), 0..4).prop_map(|lists| lists.concat().into_bytes()),
        1 => vec(select(pieces), 0..7).prop_map(|pieces| pieces.concat().into_bytes()),
        1 => "[<>()\\[\\]\"\\\\ a/:]{0,16}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..40),
    ]
}

const SCHEMES: &[&str] =
    &["http://", "http://", "HTTP://", "https://", "ftp://", "http:", "//", ""];
const AUTHORITIES: &[&str] = &[
    "127.0.0.1:8080",
    "127.0.0.1:08080",
    "127.0.0.1",
    "[2001:db8::1]:8080",
    "[2001:0DB8:0:0:0::1]:8080",
    "shop.example",
    "SHOP.example:80",
    "shop.example:",
    "shop.example:8443",
    "tuleap.example.com",
    "me@shop.example",
    "127.0.0.1:8080@evil.example",
    "shop.example\\@evil.example",
    "[::1",
    "",
];
const RESTS: &[&str] =
    &["/", "/a%20b?q#f", "", "?q", "#f", "//a/../b", "/a b\u{e9}", "/\u{7f}", "/ ", "\\a", "@b/"];

fn location() -> impl Strategy<Value = Vec<u8>> {
    let pieces = (select(BLANKS), select(SCHEMES), select(AUTHORITIES), select(RESTS));
    prop_oneof![
        8 => pieces.prop_map(|(blank, scheme, authority, rest)| {
            [blank, scheme, authority, rest].concat().into_bytes()
        }),
        1 => vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// Oracle: the model of the grammar; a second server changes nothing; lists are the same
    /// bytes, and a tag names the same path. The body is that of the fuzz target.
    #[test]
    fn every_if_line_gets_the_answer_of_the_model(
        line in if_line(),
        site in 0_u8..4,
        flags in prop_oneof![2 => Just(0_u8), 1 => any::<u8>()],
    ) {
        fuzz::if_header(&[&[site, flags][..], &line].concat());
    }

    /// Oracle: the model; a second server changes nothing. The body is that of the fuzz target.
    #[test]
    fn every_location_gets_the_answer_of_the_model(
        value in location(),
        site in 0_u8..4,
        flags in any::<u8>(),
    ) {
        fuzz::location(&[&[site, flags][..], &value].concat());
    }

    /// Oracle: the name. Whatever bytes a file's name has, a locked file and a redirect keep it.
    #[test]
    fn a_name_arrives_both_ways(name in vec(any::<u8>(), 1..60)) {
        let path = format!("/svn/{}", percent_encoded(&name));
        let (there, back) = (format!("http://a.example{path}"), format!("https://a.example{path}"));
        let host = b"a.example";
        let facts = DestinationFacts { host, forwarded_host: host, ..DestinationFacts::default() };
        let rule = DestinationRule::recommended();
        let line = format!("<{back}> (<urn:1>)");
        let sent = rule.rewrite_if(&facts, line.as_bytes()).value();
        prop_assert_eq!(sent, Some(format!("<{there}> (<urn:1>)").into_bytes()));
        let sent = rule.rewrite_location(&facts, there.as_bytes()).value(&[&there]);
        prop_assert_eq!(sent, Some(back.into_bytes()));
    }
}

/// A line of a megabyte is read once, whatever it is made of: where it was read once for each of
/// its items, this would not end.
#[test]
fn hostile_lines_of_a_megabyte_are_read_once() {
    let long_host = "h".repeat(60_000);
    let facts = DestinationFacts {
        host: long_host.as_bytes(),
        forwarded_host: long_host.as_bytes(),
        ..DestinationFacts::default()
    };
    let rule = DestinationRule::recommended();
    let items = [
        "<",
        ">",
        "(",
        ")",
        "[",
        "\"",
        "\\",
        " ",
        "<>",
        "()",
        "(<",
        "([",
        "([\"",
        "([\"\\",
        "<a> (",
        "<a://",
        "<> ()",
        "<a>()",
        "</> ()",
        "<https://h/> ()",
        "<http:// > ()",
        "<//> ([\"\\\"\"])",
    ];
    for item in items {
        let line = item.repeat(1_000_000 / item.len());
        let rewrite = rule.rewrite_if(&facts, line.as_bytes());
        assert!(rewrite.is_unchanged() && rewrite.parts().count() == 1, "{item}");
        assert!(rule.explain_if(&facts, line.as_bytes()).to_string().len() < 2_000, "{item}");
        let value = rule.rewrite_location(&facts, line.as_bytes());
        assert_eq!(value.action(), "unchanged", "{item}");
    }

    let facts = DestinationFacts { host: b"h", forwarded_host: b"h", ..facts };
    let line = "<https://h/> ()".repeat(60_000);
    let rewrite = rule.rewrite_if(&facts, line.as_bytes());
    assert_eq!(rewrite.length(), Some(line.len() - 60_000));
    assert_eq!(rewrite.parts().count(), 4 * 60_000 + 1);
    assert_eq!(rewrite.value(), Some("<http://h/> ()".repeat(60_000).into_bytes()));
}
