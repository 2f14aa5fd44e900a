//! A `Destination` that is refused: by Apache itself, before anything else is asked.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::apache::{Apache, Config};
use tuleap_front_tests::server::backend::Backend;

use crate::{ask, client, config, logged, method, with_config, with_module};

const FRONT: &str = "TuleapDestination On\nProxyPreserveHost On\n";

/// Nothing may have reached the backend.
fn with_silent_backend(
    config: Config,
    logged: &[&str],
    test: impl FnOnce(&Apache) -> Fallible<()>,
) -> Fallible<()> {
    with_module(|program| {
        let backend = Backend::start()?;
        let apache = program.start(&config.with("backend", backend.address()))?;
        apache.folder().write("html/said", "said\n")?;
        test(&apache)?;
        assert_eq!(backend.count(), 0);
        apache.stop_having_logged(logged)
    })
}

#[test]
fn it_is_answered_in_a_line_of_plain_text() -> Fallible<()> {
    with_silent_backend(config(FRONT), &[], |apache| {
        let mut client = client(apache)?;
        for (sent, status, words) in [
            ("https://other.example/a", 502, "the Destination is on another server"),
            ("https://tuleap.example.com:8443/a", 502, "the Destination is on another server"),
            ("https://tuleap.example.com", 400, "the Destination has no path"),
            ("https://tuleap.example.com?a", 400, "the Destination has no path"),
            ("https:a", 400, "the Destination has a scheme and no host"),
            ("a/b", 400, "the Destination is a relative reference"),
            ("", 400, "the Destination is empty"),
            ("//tuleap.example.com/a", 400, "the Destination starts with two slashes"),
            ("https:///a", 400, "the Destination names no host"),
            ("https://a b/", 400, "the host of the Destination is malformed"),
            ("https://[::1/", 400, "the Destination has an open bracket"),
            ("https://[1]/", 400, "the Destination has brackets around what is no IPv6 address"),
            (
                "https://tuleap.example.com:99999/",
                400,
                "the port of the Destination is not a number up to 65535",
            ),
            ("https://a@b@c/", 400, "the user info of the Destination is malformed"),
            ("https://tuleap.example.com/a\tb", 400, "the Destination holds a control byte"),
        ] {
            for word in ["COPY", "MOVE", "BIND", "REBIND"] {
                let answer = ask(&mut client, word, "/b", &[("Destination", sent)])?;
                assert_eq!(answer.status, status, "{word} {sent}");
                assert_eq!(answer.text(), format!("{words}\n"), "{word} {sent}");
                let kind = answer.head.text("content-type").unwrap_or_default();
                assert_eq!(kind, "text/plain", "{word} {sent}");
            }
        }
        Ok(())
    })
}

/// httpd makes one line of several. A blank after a comma can be of either, and a URI has none.
#[test]
fn several_lines_are_refused_and_what_looks_like_them() -> Fallible<()> {
    with_silent_backend(config(FRONT), &[], |apache| {
        let mut client = client(apache)?;
        let own = "https://tuleap.example.com/a";
        for lines in [
            &[own, own][..],
            &[own, "https://other.example/a"],
            &["https://other.example/a", own],
            &["http://a/1, http://b/2"],
            &["https://tuleap.example.com/a, b"],
            &[own, ""],
            &["", own],
            &[own, "b"],
            &[own, "/b", "c"],
        ] {
            let lines: Vec<_> = lines.iter().map(|line| ("Destination", *line)).collect();
            let answer = ask(&mut client, "COPY", "/b", &lines)?;
            assert_eq!(answer.text(), "there is more than one Destination\n", "{lines:?}");
            assert_eq!(answer.status, 400, "{lines:?}");
        }
        Ok(())
    })
}

/// It is answered before it is asked who may do it.
#[test]
fn it_comes_before_access_rules_and_after_the_client_s_own() -> Fallible<()> {
    let text = format!(
        "TuleapClientIP On\nTuleapTrustedProxies 127.0.0.1\n{FRONT}\
         <Location /b/denied>\nRequire all denied\n</Location>\n\
         <Location /b/unknown>\nTuleapRequireClient On\n</Location>\n"
    );
    let said = ["refused by TuleapRequireClient"];
    with_silent_backend(config(&text), &said, |apache| {
        let mut client = client(apache)?;
        let lines = [("Destination", "https://other.example/a"), ("X-Forwarded-For", "-")];
        for (path, status) in [("/b/denied", 502), ("/b/unknown", 403), ("/b", 502)] {
            assert_eq!(ask(&mut client, "COPY", path, &lines)?.status, status, "{path}");
        }
        Ok(())
    })
}

#[test]
fn an_errordocument_is_shown_where_there_is_one() -> Fallible<()> {
    let text = format!(
        "{FRONT}ErrorDocument 502 /said\nLogFormat \"%>s %{{TULEAP_DESTINATION_ACTION}}e \
         %{{TULEAP_DESTINATION_REASON}}e %{{TULEAP_DESTINATION}}e\" f\n\
         CustomLog @folder@/access.log f\n\
         <Location /text>\nErrorDocument 502 \"text\"\n</Location>\n\
         <Location /none>\nErrorDocument 502 default\n</Location>\n\
         <Location /elsewhere>\nErrorDocument 502 https://front.example/sorry\n</Location>\n"
    );
    with_silent_backend(config(&text), &[], |apache| {
        let mut client = client(apache)?;
        let lines = [("Destination", "https://other.example/a")];
        let ours = "the Destination is on another server\n";
        for (path, expected) in [("/b", "said\n"), ("/text", "text"), ("/none", ours)] {
            let answer = ask(&mut client, "COPY", path, &lines)?;
            assert_eq!(answer.status, 502, "{path}");
            assert_eq!(answer.text(), expected, "{path}");
        }
        let answer = ask(&mut client, "COPY", "/elsewhere", &lines)?;
        assert_eq!(answer.head.text("location").as_deref(), Some("https://front.example/sorry"));
        for line in logged(apache, 4)? {
            let (_, line) = line.split_once(' ').ok_or("no status")?;
            assert_eq!(line, "reject destination/foreign-origin -");
        }
        Ok(())
    })
}

/// The connection is kept after 502, and what follows is the next request.
#[test]
fn a_body_that_comes_with_it_is_not_the_next_request() -> Fallible<()> {
    with_silent_backend(config(FRONT), &[], |apache| {
        let mut client = client(apache)?;
        let body = "GET /said HTTP/1.1\r\nHost: a\r\n\r\n";
        let length = body.len().to_string();
        let lines = [("Destination", "https://other.example/a"), ("Content-Length", &length)];
        for _ in 0..3 {
            let request = [method("COPY", "/b", &lines), body.as_bytes().to_vec()].concat();
            let answer = client.send(&request)?;
            assert_eq!(answer.text(), "the Destination is on another server\n");
            assert_eq!(ask(&mut client, "GET", "/said", &[])?.text(), "said\n");
        }
        Ok(())
    })
}

/// Headers that are set for every answer are on these, too.
#[test]
fn it_has_the_headers_of_every_answer() -> Fallible<()> {
    let text = format!("{FRONT}Header always set X-Frame-Options DENY\n");
    with_silent_backend(config(&text), &[], |apache| {
        let lines = [("Destination", "https://other.example/a")];
        let answer = ask(&mut client(apache)?, "COPY", "/b", &lines)?;
        assert_eq!(answer.head.text("x-frame-options").as_deref(), Some("DENY"));
        Ok(())
    })
}

/// At level `info` the log says it, with nothing of the client's in the words.
#[test]
fn the_log_says_it_to_who_wants_to_know() -> Fallible<()> {
    let text = format!("{FRONT}LogLevel tuleap_front:info\n");
    with_module(|program| {
        let config = config(&text).with("backend", "127.0.0.1:1");
        let apache = program.start(&config)?;
        let lines = [("Destination", "https://other.example/a")];
        assert_eq!(ask(&mut client(&apache)?, "COPY", "/b", &lines)?.status, 502);
        let log = apache.folder().join("error.log");
        let log = std::fs::read_to_string(log).map_err(|error| error.to_string())?;
        let line = "refused by TuleapDestination: the Destination is on another server";
        assert!(log.contains(line) && !log.contains("other.example"), "{log}");
        apache.end()
    })
}

/// Whatever bytes a value has, the answer is one of ours or what was sent is the right thing.
#[test]
fn each_byte_is_refused_or_kept() -> Fallible<()> {
    with_config(config(FRONT), &[], |apache| {
        let mut client = client(apache)?;
        for byte in 1..=u8::MAX {
            if matches!(byte, b'\r' | b'\n') {
                continue;
            }
            let mut request = method("COPY", "/b", &[]);
            request.truncate(request.len() - 2);
            request.extend_from_slice(b"Destination: https://tuleap.example.com/a");
            request.push(byte);
            request.extend_from_slice(b"b\r\n\r\n");
            let answer = client.send(&request)?;
            if byte < b' ' || byte == 0x7f {
                assert_eq!(answer.status, 400, "{byte:#04x}");
                continue;
            }
            let received = answer.received();
            let sent: Vec<&[u8]> = received.values("Destination").collect();
            let expected = [b"http://tuleap.example.com/a", [byte, b'b'].as_slice()].concat();
            assert_eq!(sent, [expected], "{byte:#04x}");
        }
        Ok(())
    })
}
