//! Whatever a client sends: no crash, and never a wrong client.

use std::net::IpAddr;

use tuleap_front_tests::random::Random;
use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::apache::Config;
use tuleap_front_tests::server::client::{Client, Line, Way, request};

use crate::{ON, client, config, heard, said, says, with_config};

const WHO: &str = "%{REMOTE_ADDR} %{reqenv:TULEAP_CLIENT_IP_KIND}";

/// Long headers, and lines that httpd itself would refuse, for what `more` allows.
fn liberal(more: &str) -> Config {
    let limits = "LimitRequestFieldSize 200000\nLimitRequestFields 0\nMaxKeepAliveRequests 0\n";
    config(&format!("{ON}{}{limits}{more}", said(WHO)))
}

fn line_of(name: &str, value: &[u8]) -> Line {
    (name.as_bytes().to_vec(), value.to_vec())
}

fn ask(client: &mut Client, value: &[u8]) -> Fallible<(u16, String)> {
    let lines = [line_of("Host", b"a"), line_of("X-Forwarded-For", value)];
    let answer = client.send(&request("/said", &lines))?;
    Ok((answer.status, heard(&answer)))
}

/// httpd refuses control bytes, all of them or a few.
#[test]
fn each_byte_in_the_place_of_an_address_is_nobody() -> Fallible<()> {
    for (options, refused) in [("Strict", 29), ("Unsafe", 2)] {
        with_config(liberal(&format!("HttpProtocolOptions {options}\n")), &[], |apache| {
            let (mut client, mut count) = (client(apache)?, 0);
            for byte in (1..=u8::MAX).filter(|byte| !matches!(byte, b'\r' | b'\n')) {
                let (status, said) = ask(&mut client, &[byte])?;
                let at_the_end = [b"203.0.113.9", [byte].as_slice()].concat();
                let (_, with_address) = ask(&mut client, &at_the_end)?;
                if status == 400 && byte.is_ascii_control() {
                    assert_eq!((said, with_address), ("127.0.0.1 ".into(), "127.0.0.1 ".into()));
                    count += 1;
                    continue;
                }
                // A line of blanks is no line: nobody stands before our proxy.
                let is_blank = matches!(byte, b' ' | b'\t');
                let kind = if is_blank { "edge" } else { "unnamed" };
                assert_eq!((status, said), (200, format!("127.0.0.1 {kind}")), "{byte:#04x}");
                // A blank is none of the value, and a digit may make another address.
                let may_be_valid = is_blank || byte.is_ascii_digit();
                let is_nobody = with_address == "127.0.0.1 unnamed";
                assert!(may_be_valid || is_nobody, "{byte:#04x}: {with_address}");
            }
            assert_eq!(count, refused);
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn what_stands_left_of_the_client_is_not_read() -> Fallible<()> {
    with_config(liberal(""), &[], |apache| {
        let mut client = client(apache)?;
        let forged = "127.0.0.1, 10.0.0.1, ".repeat(3_000);
        let value = format!("{forged}203.0.113.9, 10.0.0.2");
        assert!(value.len() > 60_000);
        let (status, said) = ask(&mut client, value.as_bytes())?;
        assert_eq!((status, said.as_str()), (200, "203.0.113.9 forwarded"));
        let all_ours = "10.0.0.1, ".repeat(6_500);
        assert_eq!(ask(&mut client, all_ours.as_bytes())?.1, "127.0.0.1 unnamed");
        assert_eq!(ask(&mut client, &[b'9'; 64 << 10])?.1, "127.0.0.1 unnamed");
        assert_eq!(ask(&mut client, &[b','; 64 << 10])?.1, "127.0.0.1 unnamed");
        Ok(())
    })
}

#[test]
fn lines_may_be_many_empty_and_in_any_case() -> Fallible<()> {
    with_config(liberal("HttpProtocolOptions Unsafe\n"), &[], |apache| {
        let mut client = client(apache)?;
        let mut ask = |lines: &[(&str, &str)], expected: &str| -> Fallible<()> {
            says(&mut client, "/said", lines, expected)
        };
        let xff = "x-FORWARDED-for";
        ask(&[(xff, "6.6.6.6"), ("X-Forwarded-For", "203.0.113.9")], "203.0.113.9 forwarded")?;
        ask(&[(xff, "203.0.113.9"), (xff, "10.0.0.2")], "203.0.113.9 forwarded")?;
        ask(&[(xff, "203.0.113.9"), (xff, "")], "127.0.0.1 unnamed")?;
        ask(&[(xff, ""), (xff, "203.0.113.9")], "203.0.113.9 forwarded")?;
        ask(&[(xff, "203.0.113.9"), (xff, ",")], "127.0.0.1 unnamed")?;
        ask(&[("X_Forwarded_For", "203.0.113.9")], "127.0.0.1 edge")?;
        // Where that is allowed, a line goes on in the next one.
        ask(&[(xff, "203.0.113.9,\r\n 6.6.6.6")], "6.6.6.6 forwarded")?;
        let many: Vec<(&str, &str)> = std::iter::repeat_n((xff, "10.0.0.3"), 30).collect();
        let first = [("X-Forwarded-For", "203.0.113.9")];
        ask(&[&first[..], &many].concat(), "203.0.113.9 forwarded")?;
        let other: Vec<(&str, &str)> = std::iter::repeat_n(("X-Other", "6.6.6.6"), 300).collect();
        ask(&[&other[..], &first, &other].concat(), "203.0.113.9 forwarded")
    })
}

const PIECES: &[&str] = &[
    "127.0.0.1",
    "10.0.0.1",
    "203.0.113.9",
    "::1",
    "[::ffff:10.0.0.1]:1",
    "unknown",
    "_x",
    ",",
    ", ",
    " ",
    "\t",
    "for=",
    ";",
    "\"",
    "\u{80}",
    "-",
    "%",
    "%{REMOTE_ADDR}",
    "unix:",
    "0x7f.1",
    "1.2.3",
];

/// Random bytes, lines and peers: a stranger is always itself, and a client is never one of ours.
#[test]
fn nobody_becomes_one_of_ours() -> Fallible<()> {
    let sends = "TuleapForwardedHeaders On\nTuleapClientIPTrace On\n";
    with_config(liberal(sends), &[], |apache| {
        let mut random = Random::new(4);
        let port = apache.port("port")?;
        let mut ours = Client::new(Way::port(port));
        let mut stranger = Client::new(Way::from_to(IpAddr::from([127, 0, 0, 9]), port));
        for _ in 0..1_500 {
            let mut lines = vec![line_of("Host", b"a")];
            for _ in 0..random.below(4) {
                let pieces = (0..random.below(9)).map(|_| random.word(PIECES)).collect::<String>();
                let name = random.word(&["X-Forwarded-For", "x-forwarded-for", "Forwarded"]);
                lines.push(line_of(name, pieces.as_bytes()));
            }
            let path = random.word(&["/said", "/b"]);
            let question = request(path, &lines);
            let said = stranger.send(&question)?;
            let told = said.received().text("X-Real-IP").unwrap_or_default();
            let is_itself = if path == "/b" { told == "127.0.0.9" } else { true };
            assert!(is_itself && heard(&said) == "127.0.0.9 direct", "{lines:?}: {said:?}");
            let answer = ours.send(&question)?;
            assert_eq!(answer.status, 200, "{lines:?}");
            let said = heard(&answer);
            let is_named = said.ends_with(" forwarded");
            let is_ours = said.starts_with("127.") || said.starts_with("10.");
            assert_ne!(is_named, is_ours, "{lines:?}: {said}");
            if path == "/b" {
                let told = answer.received().text("X-Forwarded-For").unwrap_or_default();
                let expected =
                    if is_named { said.replace(" forwarded", "") } else { "unknown".into() };
                assert_eq!(told, expected, "{lines:?}");
            }
        }
        Ok(())
    })
}

/// Random copies: what reaches the backend is a path or a place on its own origin, and nothing
/// else does; a tag of `If` that named the site names the backend.
#[test]
fn no_copy_goes_to_another_server() -> Fallible<()> {
    const PIECES: &[&str] = &[
        "https://",
        "HTTP://",
        "tuleap.example.com",
        "TULEAP.example.com",
        "other.example",
        "/",
        "/",
        "//",
        "/a%20b",
        "me@",
        ":",
        ":443",
        ":0443",
        "[::1]",
        "?a",
        "#b",
        " ",
        "\t",
        ",",
        ", ",
        "\\",
        "%2f",
        "..",
        "\u{80}",
        "<",
        "> (<urn:1>)",
    ];
    let text = "TuleapDestination On\nTuleapDestinationIf On\nProxyPreserveHost On\n\
        <Location /again>\nRewriteEngine On\nRewriteRule ^ /b/again [PT]\n</Location>\n";
    with_config(liberal(text).modules(&["rewrite"]), &[], |apache| {
        let mut random = Random::new(5);
        let mut client = client(apache)?;
        for _ in 0..3_000 {
            let mut value = || {
                let start = random.word(&["https://tuleap.example.com", "", "https://"]);
                let pieces = (0..random.below(6)).map(|_| random.word(PIECES)).collect::<String>();
                format!("{start}{pieces}")
            };
            let (destination, place) = (value(), value());
            let tag = format!("<{place}> (<urn:1>)");
            let mut lines = vec![("Destination", destination.as_str()), ("If", tag.as_str())];
            if random.below(20) == 0 {
                lines.push(("destination", "/b"));
            }
            let word = random.word(&["COPY", "MOVE"]);
            let path = random.word(&["/b", "/again"]);
            let answer = crate::ask(&mut client, word, path, &lines)?;
            if answer.status != 200 {
                assert!(matches!(answer.status, 400 | 502), "{lines:?}: {}", answer.status);
                assert!(answer.text().contains("Destination"), "{lines:?}: {}", answer.text());
                continue;
            }
            assert_eq!(lines.len(), 2, "{lines:?}");
            let received = answer.received();
            let sent: Vec<&[u8]> = received.values("destination").collect();
            let [sent] = sent.as_slice() else { return Err(format!("{lines:?}: {sent:?}")) };
            let path = sent.strip_prefix(b"http://tuleap.example.com").unwrap_or(sent);
            let is_path =
                path.starts_with(b"/") && (path.len() < sent.len() || !sent.starts_with(b"//"));
            assert!(is_path, "{lines:?}: {}", String::from_utf8_lossy(sent));
            assert!(destination.trim().as_bytes().ends_with(path), "{lines:?}");
            let tag = received.text("if").unwrap_or_default();
            let is_tag = !place.contains(['\t', '<', '>']);
            let is_left = tag.starts_with("<https://tuleap.example.com/");
            assert!(!(is_tag && is_left), "{lines:?}: {tag}");
        }
        Ok(())
    })
}
