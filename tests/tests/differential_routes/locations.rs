//! `Locations`.

use std::fmt::Write as _;

use tuleap_front::{LocationModifier, LocationRule, Locations, MergeSlashes, RequestTarget};
use tuleap_front_tests::random::Random;
use tuleap_front_tests::require::skip;
use tuleap_front_tests::server::client::{Client, Way};
use tuleap_front_tests::server::nginx::{Config, Program};

use super::{BETWEEN, directives, none_differs, number, parts, some, words};

const SITES: usize = 150;
const PATHS: u64 = 12_000;

const REGEX: &[&[u8]] = &[
    b"^",
    b"^/",
    b"/",
    b"a",
    b"b",
    b"A",
    b"svn",
    b"\\.",
    b"\\.css",
    b".",
    b"*",
    b"+",
    b"?",
    b"{1,2}",
    b"{2}",
    b"$",
    b"|",
    b"(",
    b"(?:",
    b")",
    b")",
    b"[a-c]",
    b"[^/]",
    b"[^a]",
    b"\\d",
    b"\\w",
    b"\\W",
    b"\\s",
    b"\\S",
    b"\\x41",
    b"\\x0a",
    b"\\b",
    b"\\B",
    b"\\z",
    b"\\Z",
    b"\\A",
    b"\xc3\xa9",
    b"[\xc3\xa9]",
    b"\\.(?:js|css)$",
    b"*?",
    b"(?<n>",
    b"[]a]",
    b"[\\w.-]",
    b"\\%",
    b"\\+",
    b"%",
    b";",
    b"\"",
    b"'",
    b"#",
    b" ",
    b"}",
];

const PREFIX: &[&[u8]] = &[
    b"/",
    b"a",
    b"b",
    b"A",
    b"svn",
    b".css",
    b".",
    b"\xc3\xa9",
    b"+",
    b" ",
    b"\"",
    b"\\",
    b"'",
    b"#",
    b"%",
    b";",
    b"{",
    b"a/",
    b"//",
    b"?",
];

/// A location that we read.
fn rule(random: &mut Random, index: usize) -> Option<LocationRule> {
    let modifier = *random.pick(LocationModifier::ALL)?;
    let pattern = match modifier {
        LocationModifier::CaselessRegex | LocationModifier::Regex => some(random, REGEX, 6),
        _ => [&b"/"[..], &some(random, PREFIX, 4)].concat(),
    };
    let rule = LocationRule::new(modifier, String::from_utf8(pattern).ok()?, format!("l{index}"));
    Locations::new([rule.clone()]).is_ok().then_some(rule)
}

/// Several locations without duplicates.
fn locations(random: &mut Random) -> Result<Locations, String> {
    let mut rules: Vec<LocationRule> = Vec::new();
    for index in 0..40 {
        let Some(rule) = rule(random, index) else { continue };
        let more = [rules.as_slice(), &[rule]].concat();
        if Locations::new(more.clone()).is_ok() {
            rules = more;
        }
        if rules.len() > 7 {
            break;
        }
    }
    Locations::new(rules).map_err(|error| error.to_string())
}

/// One server for each. Where no location takes a path, it has no such file.
fn config(sites: &[Locations]) -> Config {
    let mut text = String::from("default_type text/plain; server_names_hash_bucket_size 128;\n");
    for (index, locations) in sites.iter().enumerate() {
        let _ = writeln!(text, "server {{ server_name c{index}.example; root @folder@/html;");
        let _ = writeln!(text, "listen 127.0.0.1:@port@;");
        for rule in locations.rules() {
            let answer = format!("{BETWEEN}{}{BETWEEN}$uri{BETWEEN}", rule.name());
            let head = directives::head(rule);
            let _ = writeln!(text, "location {head} {{ return 200 \"{answer}\"; }}");
        }
        text.push_str("}\n");
    }
    let mut config = Config::http(text);
    config.log_level = "crit";
    config
}

/// A path in which pieces of the patterns are likely.
fn path(random: &mut Random, locations: &Locations) -> Vec<u8> {
    let mut path = match random.pick(locations.rules()) {
        Some(rule) if !random.once_in(3) => {
            let piece = rule.pattern().bytes().filter(|byte| !b"^$()?:|\\*".contains(byte));
            escaped(&piece.collect::<Vec<u8>>())
        }
        _ => words::path(random),
    };
    if random.once_in(2) {
        path.extend(words::path(random));
    }
    if random.once_in(4) {
        path.extend_from_slice(
            random.pick(&[&b"%0a"[..], b"%0a%0a", b"%0d%0a"]).unwrap_or(&&b""[..]),
        );
    }
    if !path.starts_with(b"/") {
        path.insert(0, b'/');
    }
    path
}

/// So that it is what a target decodes to.
fn escaped(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| match byte {
            b'/' | b'a'..=b'z' | b'A'..=b'Z' | b'.' => vec![*byte],
            byte => format!("%{byte:02x}").into_bytes(),
        })
        .collect()
}

#[test]
fn locations_are_found_as_nginx_finds_them() -> Result<(), String> {
    let program = match Program::installed() {
        Ok(program) => program,
        Err(reason) => return skip("differential_routes", &reason),
    };
    let (seed, cases) = (number("TULEAP_FRONT_SEED", 23)?, number("TULEAP_FRONT_CASES", PATHS)?);
    let mut random = Random::new(seed);
    let sites: Vec<Locations> =
        (0..SITES).map(|_| locations(&mut random)).collect::<Result<_, _>>()?;
    let nginx = program.start(&config(&sites))?;
    let mut client = Client::new(Way::port(nginx.port("port")?));
    let (mut differences, mut asked, mut found) = (Vec::new(), 0_u64, 0_u64);
    while asked < cases {
        let index = random.below(sites.len());
        let locations = sites.get(index).ok_or("a site")?;
        let path = path(&mut random, locations);
        let Ok(target) = RequestTarget::parse(&path, MergeSlashes::On) else { continue };
        let head = [
            b"GET ",
            path.as_slice(),
            format!(" HTTP/1.1\r\nHost: c{index}.example\r\n\r\n").as_bytes(),
        ]
        .concat();
        let answer = client.send(&head)?;
        asked += 1;
        let ours = locations.find(target.uri()).map(|found| found.rule().name().to_owned());
        let parts = parts(&answer.body);
        let theirs = match parts.as_slice() {
            [_, name, uri, _] if *uri == target.uri() => {
                Some(String::from_utf8_lossy(name).into_owned())
            }
            _ => None,
        };
        found += u64::from(theirs.is_some());
        if ours != theirs || (ours.is_none() && !matches!(answer.status, 403 | 404)) {
            differences.push(format!(
                "{} in\n{locations}  nginx {} {theirs:?} {}\n  ours  {ours:?}",
                path.escape_ascii(),
                answer.status,
                answer.body.escape_ascii()
            ));
        }
    }
    drop(client);
    nginx.end()?;
    println!("location: {asked} cases, {} disagreements (seed {seed})", differences.len());
    println!("  {found:6} found\n  {:6} in no location", asked - found);
    assert!(found > asked / 2, "{found} of {asked} found");
    none_differs("paths", usize::try_from(asked).unwrap_or(usize::MAX), &differences);
    Ok(())
}
