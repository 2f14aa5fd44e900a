//! `Locations`: which one takes a path.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::select;
use tuleap_front::{LocationModifier, LocationRule, Locations, MergeSlashes, RequestTarget};
use tuleap_front_tests::row::latin1;
use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::client::{Client, Way};
use tuleap_front_tests::server::nginx::Config;

use super::explore::{Beside, Kind, Outcome};

/// What stands between the parts of an answer.
const BETWEEN: &str = "~between~";

const REGEX: &[&str] = &[
    "^",
    "^/",
    "/",
    "a",
    "b",
    "A",
    "svn",
    "\\.",
    "\\.css",
    ".",
    "*",
    "+",
    "?",
    "{1,2}",
    "{2}",
    "$",
    "|",
    "(",
    "(?:",
    ")",
    ")",
    "[a-c]",
    "[^/]",
    "[^a]",
    "\\d",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\x41",
    "\\x0a",
    "\\b",
    "\\B",
    "\\z",
    "\\Z",
    "\\A",
    "\u{e9}",
    "[\u{e9}]",
    "\\.(?:js|css)$",
    "*?",
    "(?<n>",
    "[]a]",
    "[\\w.-]",
    "\\%",
    "\\+",
    "%",
    ";",
    "\"",
    "'",
    "#",
    " ",
    "}",
];

const PREFIX: &[&str] = &[
    "/", "a", "b", "A", "svn", ".css", ".", "\u{e9}", "+", " ", "\"", "\\", "'", "#", "%", ";",
    "{", "a/", "//", "?",
];

/// Pieces of a path, Latin-1: decoding, merging and resolving are about them.
const PATH: &[&str] = &[
    "/",
    "/",
    "/",
    "//",
    ".",
    "..",
    "/.",
    "/..",
    "/../",
    "/./",
    "%2f",
    "%2F",
    "%2e",
    "%2E",
    "%25",
    "%23",
    "%3f",
    "%3F",
    "%2b",
    "+",
    "%0a",
    "%0d",
    "%7e",
    "%61",
    "%41",
    "%c3%a9",
    "%ff",
    "a",
    "b",
    "A",
    "svn",
    "css",
    ".css",
    ".js",
    "\u{c3}\u{a9}",
    "\u{ff}",
    ";",
    "\\",
    "\"<>",
    "'",
    "*",
    "%20",
    "=",
    "&",
    ":",
    "@",
    "%22",
    "%5c",
    "%3b",
    "%7b",
    "?",
    "?a=/b.css",
    "#",
];

/// Rules that have been read, and paths.
#[derive(Clone, Debug)]
struct Case {
    rules: Vec<(LocationModifier, String)>,
    path: String,
}

impl Case {
    /// Without the rules that we refuse, alone or behind those before them.
    fn locations(&self) -> Fallible<Locations> {
        let mut rules: Vec<LocationRule> = Vec::new();
        for (index, (modifier, pattern)) in self.rules.iter().enumerate() {
            let rule = LocationRule::new(*modifier, pattern.as_str(), format!("l{index}"));
            let more = [rules.as_slice(), &[rule]].concat();
            if Locations::new(more.clone()).is_ok() {
                rules = more;
            }
        }
        if rules.is_empty() {
            rules.push(LocationRule::new(LocationModifier::Exact, "/none", "none"));
        }
        Locations::new(rules).map_err(|error| error.to_string())
    }
}

fn rule() -> impl Strategy<Value = (LocationModifier, String)> {
    let some = |words: &'static [&'static str], most| {
        prop::collection::vec(select(words), 0..=most).prop_map(|words| words.concat())
    };
    (select(LocationModifier::ALL), some(REGEX, 6), some(PREFIX, 4)).prop_map(
        |(modifier, regex, prefix)| match modifier {
            LocationModifier::CaselessRegex | LocationModifier::Regex => (modifier, regex),
            _ => (modifier, format!("/{prefix}")),
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    let words = prop::collection::vec(select(PATH), 0..=6).prop_map(|words| words.concat());
    let end = prop_oneof![8 => Just(""), 1 => select(vec!["%0a", "%0a%0a", "%0d%0a", ".css"])];
    let rules = prop::collection::vec(rule(), 1..=8);
    (rules, any::<prop::sample::Index>(), prop::bool::weighted(0.7), words, end).prop_map(
        |(rules, chosen, is_near, words, end)| {
            // Pieces of a pattern make it likely that it is the path's.
            let near = match rules.get(chosen.index(rules.len())) {
                Some((_, pattern)) if is_near => escaped(pattern),
                _ => String::new(),
            };
            let mut path = format!("{near}{words}{end}");
            if !path.starts_with('/') {
                path.insert(0, '/');
            }
            Case { rules, path }
        },
    )
}

/// A pattern without what regular expressions are made of, as a target decodes to it.
fn escaped(pattern: &str) -> String {
    let mut text = String::new();
    for byte in pattern.bytes().filter(|byte| !b"^$()?:|\\*".contains(byte)) {
        match byte {
            b'/' | b'a'..=b'z' | b'A'..=b'Z' | b'.' => text.push(char::from(byte)),
            byte => {
                let _ = write!(text, "%{byte:02x}");
            }
        }
    }
    text
}

/// One server for each. Where no location takes a path, it has no such file.
fn config(sites: &[Locations]) -> Config {
    let mut text = String::from(
        "default_type text/plain; server_names_hash_bucket_size 128; server_names_hash_max_size 8192;\n",
    );
    for (index, locations) in sites.iter().enumerate() {
        let _ = writeln!(text, "server {{ server_name c{index}.example; root @folder@/html;");
        let _ = writeln!(text, "listen 127.0.0.1:@port@;");
        for rule in locations.rules() {
            let answer = format!("{BETWEEN}{}{BETWEEN}$uri{BETWEEN}", rule.name());
            let named = LocationRule::new(rule.modifier(), rule.pattern(), "n").to_string();
            let head = named.strip_suffix(" n").unwrap_or(&named);
            let _ = writeln!(text, "location {head} {{ return 200 \"{answer}\"; }}");
        }
        text.push_str("}\n");
    }
    let mut config = Config::http(text);
    config.log_level = "crit";
    config
}

fn run(beside: &Beside, cases: &[Case]) -> Fallible<Vec<Outcome>> {
    let sites: Vec<Locations> = cases.iter().map(Case::locations).collect::<Result<_, _>>()?;
    let nginx = beside.program.start(&config(&sites))?;
    let mut client = Client::new(Way::port(nginx.port("port")?));
    let mut outcomes = Vec::new();
    for (index, (case, locations)) in cases.iter().zip(&sites).enumerate() {
        let path = latin1(&case.path);
        let host = format!(" HTTP/1.1\r\nHost: c{index}.example\r\n\r\n");
        let answer = client.send(&[b"GET ", path.as_slice(), host.as_bytes()].concat())?;
        outcomes.push(compare(case, locations, &path, answer.status, &answer.text()));
    }
    drop(client);
    nginx.end()?;
    Ok(outcomes)
}

fn compare(case: &Case, locations: &Locations, path: &[u8], status: u16, body: &str) -> Outcome {
    let Ok(target) = RequestTarget::parse(path, MergeSlashes::On) else {
        let difference = (status != 400)
            .then(|| format!("{case:#?}\n  nginx {status} {body}\n  ours  no target"));
        return Outcome { seen: vec!["refused"], difference };
    };
    let found = locations.find(target.uri());
    let ours = found.as_ref().map(|found| found.rule().name());
    let parts: Vec<&str> = body.split(BETWEEN).collect();
    let theirs = match parts.as_slice() {
        [_, name, uri, _] if *uri == String::from_utf8_lossy(target.uri()) => Some(*name),
        _ => None,
    };
    let is_same = ours == theirs && (ours.is_some() || matches!(status, 403 | 404));
    let seen = match found.as_ref().map(|found| found.rule().modifier()) {
        None => "in no location",
        Some(LocationModifier::Prefix) => "prefix",
        Some(modifier) => modifier.as_str(),
    };
    let difference = (!is_same).then(|| {
        format!("{case:#?}\n{locations}  nginx {status} {theirs:?} {body}\n  ours  {ours:?}")
    });
    Outcome { seen: vec![seen], difference }
}

#[test]
fn locations_are_found_as_nginx_finds_them() -> Result<(), String> {
    let kind = Kind { name: "location", cases: 1000, batch: 1000 };
    kind.explore(&case(), run)
}
