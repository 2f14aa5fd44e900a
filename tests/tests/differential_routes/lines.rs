//! `RequestLine` and `RequestTarget`.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use tuleap_front::{MergeSlashes, NginxRules, RequestLine, RequestTarget, RequestVersion};
use tuleap_front_tests::random::Random;
use tuleap_front_tests::require::skip;
use tuleap_front_tests::server::nginx::{Config, Program};

use super::{BETWEEN, none_differs, parts, some, words};

const LINES: usize = 6_000;

fn config() -> Config {
    let mut text = String::from("default_type text/plain;\n");
    for (place, merge) in [("port", "on"), ("port-off", "off")] {
        let _ = writeln!(
            text,
            "server {{ listen 127.0.0.1:@{place}@; merge_slashes {merge}; location / {{ return 200 \
             \"{BETWEEN}$uri{BETWEEN}$args{BETWEEN}$request_uri{BETWEEN}$request_method{BETWEEN}\"; }} }}"
        );
    }
    let mut config = Config::http(text);
    config.log_level = "crit";
    config
}

/// A request line: mostly of words that are right.
fn line(random: &mut Random) -> Vec<u8> {
    let method: &[&[u8]] = &[
        b"GET",
        b"GET",
        b"GET",
        b"POST",
        b"PROPFIND",
        b"COPY",
        b"GET_-",
        b"TRACE",
        b"CONNECT",
        b"get",
        b"G\x01T",
        b"",
        b"GET1",
    ];
    let version: &[&[u8]] = &[
        b" HTTP/1.1",
        b" HTTP/1.1",
        b" HTTP/1.1",
        b" HTTP/1.0",
        b" HTTP/1.1 ",
        b"  HTTP/1.01",
        b" HTTP/1.999",
        b" HTTP/1.1000",
        b" HTTP/2.0",
        b" HTTP/2",
        b" HTTP/10",
        b" HTTP/1",
        b" HTTP/1.",
        b" HTTP/0.9",
        b" http/1.1",
        b" HTTP/1.1x",
        b" HTTP/1.1 x",
        b"\tHTTP/1.1",
        b" HTTP/01.1",
        b" HTTP",
        b" X",
        b"",
        b" ",
        b"  ",
        b" HTTP/1.0000001",
        b" HTTP/9",
        b" HTTP/1x",
    ];
    let often = |random: &mut Random, words: &[&[u8]], common: usize| {
        let at = if random.once_in(5) { random.below(words.len()) } else { random.below(common) };
        words.get(at).copied().unwrap_or_default().to_vec()
    };
    let blanks: &[&[u8]] = &[b" ", b" ", b" ", b" ", b" ", b" ", b"  ", b"\t", b""];
    let mut line = often(random, method, 6);
    line.extend(random.pick(blanks).copied().unwrap_or_default());
    line.extend(words::target(random));
    line.extend(often(random, version, 4));
    if random.once_in(40) {
        line.splice(0..0, some(random, &[b"\r", b"\n", b"\r\n"], 3));
    }
    line
}

/// What nginx answers: everything until it closes.
fn ask(port: u16, line: &[u8]) -> Result<Vec<u8>, String> {
    let error = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map_err(error)?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).map_err(error)?;
    stream
        .write_all(&[line, b"\r\nHost: h\r\nConnection: close\r\n\r\n"].concat())
        .map_err(error)?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        // What was not read when it closed.
        Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => Err(error.to_string()),
        _ => Ok(answer),
    }
}

/// The status; that of HTTP/0.9 is 200, or what the page says.
fn status(answer: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(answer);
    let number =
        match text.strip_prefix("HTTP/1.1 ").or(text.split_once("<title>").map(|(_, after)| after))
        {
            Some(after) => after.get(..3)?.parse().ok()?,
            None => text.starts_with(BETWEEN).then_some(200)?,
        };
    Some(number)
}

fn difference(
    line: &[u8],
    answer: &[u8],
    rules: NginxRules,
    merge: MergeSlashes,
) -> Option<String> {
    let ours = RequestLine::parse(line, rules, merge);
    assert_eq!(RequestLine::check(line, rules, merge).err(), ours.as_ref().err().copied());
    let theirs = status(answer);
    let shown = |ours: &str| {
        let answer = String::from_utf8_lossy(answer).escape_debug().to_string();
        format!("{}\n  nginx {theirs:?} {answer}\n  ours  {ours}", line.escape_ascii())
    };
    match ours {
        Err(reason) => {
            (theirs != Some(reason.status().as_u16())).then(|| shown(&format!("{reason:?}")))
        }
        Ok(ours) => {
            let target = ours.target();
            let again = RequestTarget::parse(target.request_uri(), merge);
            if target.request_uri().starts_with(b"/") {
                assert_eq!(again.as_ref().map(RequestTarget::uri), Ok(target.uri()));
            }
            let expected = [target.uri(), target.args(), target.request_uri(), ours.method()];
            let parts = parts(answer);
            let has_head = parts.first().is_some_and(|head| head.starts_with(b"HTTP/1.1 200"));
            let is_same = parts.get(1..5) == Some(expected.as_slice())
                && has_head == (ours.version() != RequestVersion::Http09);
            (!is_same).then(|| shown(&format!("{ours:?}")))
        }
    }
}

#[test]
fn request_lines_are_read_as_nginx_reads_them() -> Result<(), String> {
    let program = match Program::installed() {
        Ok(program) => program,
        Err(reason) => return skip("differential_routes", &reason),
    };
    let rules = if program.version < (1, 29, 4) { NginxRules::V1_22 } else { NginxRules::Current };
    let nginx = program.start(&config())?;
    let (mut random, mut differences, mut refused) = (Random::new(5), Vec::new(), 0);
    for _ in 0..LINES {
        let line = line(&mut random);
        let (place, merge) = if random.once_in(3) {
            ("port-off", MergeSlashes::Off)
        } else {
            ("port", MergeSlashes::On)
        };
        let answer = ask(nginx.port(place)?, &line)?;
        refused += usize::from(status(&answer) != Some(200));
        differences.extend(difference(&line, &answer, rules, merge));
    }
    nginx.end()?;
    assert!((LINES / 10..LINES * 2 / 3).contains(&refused), "{refused} of {LINES} refused");
    none_differs("request lines", LINES, &differences);
    Ok(())
}
