//! Whatever a client sends: no crash, and never a wrong client.

use std::net::IpAddr;

use tuleap_front_tests::random::Random;
use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::client::{Client, Line, Way, request};

use crate::{client, line, with_nginx};

const HTTP: &str = "large_client_header_buffers 8 128k;\n\
    server { listen 127.0.0.1:@port@; underscores_in_headers on; ignore_invalid_headers off;\n\
    tuleap_trusted_proxies 127.0.0.1 10.0.0.0/8; tuleap_client_ip on;\n\
    location / { return 200 '$remote_addr $tuleap_client_ip_kind'; }\n\
    location /b { tuleap_forwarded_headers on; proxy_pass http://@backend@; } }";

fn ask(client: &mut Client, value: &[u8]) -> Fallible<(u16, String)> {
    let lines = [line_of("Host", b"a"), line_of("X-Forwarded-For", value)];
    let answer = client.send(&request("/", &lines))?;
    Ok((answer.status, line(&answer)))
}

fn line_of(name: &str, value: &[u8]) -> Line {
    (name.as_bytes().to_vec(), value.to_vec())
}

#[test]
fn each_byte_in_the_place_of_an_address_is_nobody() -> Fallible<()> {
    with_nginx(HTTP, |nginx| {
        let mut client = client(nginx)?;
        for byte in 1..=u8::MAX {
            if matches!(byte, b'\r' | b'\n') {
                continue;
            }
            let (status, said) = ask(&mut client, &[byte])?;
            // A line of blanks is no line: nobody stands before our proxy.
            let kind = if matches!(byte, b' ' | b'\t') { "edge" } else { "unnamed" };
            assert_eq!((status, said), (200, format!("127.0.0.1 {kind}")), "{byte:#04x}");
            let at_the_end = [b"203.0.113.9", [byte].as_slice()].concat();
            let (_, said) = ask(&mut client, &at_the_end)?;
            // A blank is none of the value, and a digit or a colon may make another address.
            let may_be_valid = matches!(byte, b' ' | b'\t' | b'0'..=b'9');
            assert!(may_be_valid || said == "127.0.0.1 unnamed", "{byte:#04x}: {said}");
        }
        Ok(())
    })
}

#[test]
fn what_stands_left_of_the_client_is_not_read() -> Fallible<()> {
    with_nginx(HTTP, |nginx| {
        let mut client = client(nginx)?;
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
    with_nginx(HTTP, |nginx| {
        let mut client = client(nginx)?;
        let mut ask = |lines: &[(&str, &str)], expected: &str| -> Fallible<()> {
            crate::says(&mut client, "/", lines, expected)
        };
        let xff = "x-FORWARDED-for";
        ask(&[(xff, "6.6.6.6"), ("X-Forwarded-For", "203.0.113.9")], "203.0.113.9 forwarded")?;
        ask(&[(xff, "203.0.113.9"), (xff, "10.0.0.2")], "203.0.113.9 forwarded")?;
        ask(&[(xff, "203.0.113.9"), (xff, "")], "127.0.0.1 unnamed")?;
        ask(&[(xff, ""), (xff, "203.0.113.9")], "203.0.113.9 forwarded")?;
        ask(&[("X_Forwarded_For", "203.0.113.9")], "127.0.0.1 edge")?;
        let many: Vec<(&str, &str)> = std::iter::repeat_n((xff, "10.0.0.3"), 30).collect();
        let first = [("X-Forwarded-For", "203.0.113.9")];
        ask(&[&first[..], &many].concat(), "203.0.113.9 forwarded")
    })
}

/// Random bytes, lines and peers: a stranger is always itself, and a client is never one of ours.
#[test]
fn nobody_becomes_one_of_ours() -> Fallible<()> {
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
        "\u{7f}",
        "-",
        "%",
        "unix:",
        "0x7f.1",
        "1.2.3",
    ];
    with_nginx(HTTP, |nginx| {
        let mut random = Random::new(4);
        let port = nginx.port("port")?;
        let mut ours = Client::new(Way::port(port));
        let mut stranger = Client::new(Way::from_to(IpAddr::from([127, 0, 0, 9]), port));
        for _ in 0..2_000 {
            let mut lines = vec![line_of("Host", b"a")];
            for _ in 0..random.below(4) {
                let pieces = (0..random.below(9)).map(|_| random.word(PIECES)).collect::<String>();
                let name = random.word(&["X-Forwarded-For", "x-forwarded-for", "Forwarded"]);
                lines.push(line_of(name, pieces.as_bytes()));
            }
            let path = random.word(&["/", "/b"]);
            let question = request(path, &lines);
            let said = line(&stranger.send(&question)?);
            assert!(path == "/b" || said == "127.0.0.9 direct", "{lines:?}: {said}");
            let answer = ours.send(&question)?;
            assert_eq!(answer.status, 200, "{lines:?}");
            let said = line(&answer);
            if path == "/" && said.ends_with(" forwarded") {
                assert!(!said.starts_with("127.") && !said.starts_with("10."), "{lines:?}: {said}");
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
        "\\",
        "%2f",
        "..",
        "\u{80}",
        "<",
        "> (<urn:1>)",
    ];
    let http = crate::site(
        "tuleap_destination on; tuleap_destination_if on;\n\
         location / { proxy_pass http://@backend@; }\n\
         location /again { error_page 418 = @again; return 418; }\n\
         location @again { proxy_pass http://@backend@; }",
    );
    with_nginx(&http, |nginx| {
        let mut random = Random::new(5);
        let mut client = client(nginx)?;
        for _ in 0..4_000 {
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
            let path = random.word(&["/", "/again"]);
            let answer = crate::ask(&mut client, word, path, &lines)?;
            if answer.status != 200 {
                assert!(matches!(answer.status, 400 | 502), "{lines:?}: {}", answer.status);
                assert!(answer.text().contains("Destination"), "{lines:?}: {}", answer.text());
                continue;
            }
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
