//! What is refused: by nginx, in words, and nothing of it reaches the backend.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::client::Answer;
use tuleap_front_tests::server::nginx::{Config, Nginx};

use crate::{ask, client, method, site, with_module, with_nginx};

const SITE: &str = "tuleap_destination on; location / { proxy_pass http://@backend@; }\n\
    location /count { return 200 $connection_requests; }";

/// Every reason, with its status and the words of the answer.
const REFUSED: &[(&[&str], u16, &str)] = &[
    (&["https://other.example/a"], 502, "the Destination is on another server"),
    (&["https://tuleap.example.com:8443/a"], 502, "the Destination is on another server"),
    (&["ftp://tuleap.example.com/a"], 502, "the Destination is on another server"),
    (&["https://tuleap.example.com"], 400, "the Destination has no path"),
    (&["https://tuleap.example.com?a"], 400, "the Destination has no path"),
    (&["https:/a"], 400, "the Destination has a scheme and no host"),
    (&["https:///a"], 400, "the Destination names no host"),
    (&["//tuleap.example.com/a"], 400, "the Destination starts with two slashes"),
    (&["a"], 400, "the Destination is a relative reference"),
    (&[""], 400, "the Destination is empty"),
    (&["/a\tb"], 400, "the Destination holds a control byte"),
    (&["https://a b/"], 400, "the host of the Destination is malformed"),
    (&["https://a@b@c/"], 400, "the user info of the Destination is malformed"),
    (&["https://a:x/"], 400, "the port of the Destination is not a number up to 65535"),
    (&["https://[::1/"], 400, "the Destination has an open bracket"),
    (&["https://[::g]/"], 400, "the Destination has brackets around what is no IPv6 address"),
    (
        &["https://tuleap.example.com/a", "https://tuleap.example.com/a"],
        400,
        "there is more than one Destination",
    ),
];

fn with_backend(http: &str, test: impl FnOnce(&Nginx, &Backend) -> Fallible<()>) -> Fallible<()> {
    with_backend_having_logged(http, &[], test)
}

fn with_backend_having_logged(
    http: &str,
    texts: &[&str],
    test: impl FnOnce(&Nginx, &Backend) -> Fallible<()>,
) -> Fallible<()> {
    with_module(|program| {
        let backend = Backend::start()?;
        let nginx = program.start(&Config::http(http).with("backend", backend.address()))?;
        test(&nginx, &backend)?;
        nginx.quit_having_logged(texts)
    })
}

fn is_kept(answer: &Answer) -> bool {
    answer.head.text("connection").as_deref() == Some("keep-alive")
}

#[test]
fn each_reason_has_its_status_and_words() -> Fallible<()> {
    with_backend(&site(SITE), |nginx, backend| {
        let mut client = client(nginx)?;
        for (values, status, words) in REFUSED {
            let lines: Vec<(&str, &str)> =
                values.iter().map(|value| ("Destination", *value)).collect();
            for word in ["COPY", "MOVE", "BIND", "REBIND"] {
                let answer = ask(&mut client, word, "/", &lines)?;
                assert_eq!(answer.status, *status, "{values:?}");
                assert_eq!(answer.text(), format!("{words}\n"), "{values:?}");
                assert_eq!(answer.head.text("content-type").as_deref(), Some("text/plain"));
                assert!(is_kept(&answer));
            }
            assert_eq!(backend.count(), 0);
        }
        // Another method has no Destination: whatever is said there is not read.
        for (index, (values, ..)) in REFUSED.iter().enumerate() {
            let lines: Vec<(&str, &str)> =
                values.iter().map(|value| ("Destination", *value)).collect();
            let answer = ask(&mut client, "PUT", "/", &lines)?;
            assert_eq!((answer.status, backend.count()), (200, index + 1), "{values:?}");
        }
        Ok(())
    })
}

/// The next request of the connection is the next one, whatever the body was.
#[test]
fn a_body_is_read_and_thrown_away() -> Fallible<()> {
    let logged = ["client sent invalid chunked body"];
    with_backend_having_logged(&site(SITE), &logged, |nginx, backend| {
        let mut client = client(nginx)?;
        let big = "b".repeat(300_000);
        let lines: &[(&str, &str)] = &[("Destination", "https://other.example/a")];
        let bodies = [
            ("Content-Length: 4", "body".to_owned()),
            ("Content-Length: 300000", big.clone()),
            ("Content-Length: 4\r\nExpect: 100-continue", "body".to_owned()),
            ("Transfer-Encoding: chunked", "4\r\nbody\r\n0\r\n\r\n".to_owned()),
            ("Transfer-Encoding: chunked", format!("493e0\r\n{big}\r\n0\r\n\r\n")),
            ("Transfer-Encoding: chunked\r\nExpect: 100-continue", "0\r\n\r\n".to_owned()),
        ];
        for (index, (head, body)) in bodies.iter().enumerate() {
            let mut request = method("COPY", "/", lines);
            request.truncate(request.len() - 2);
            request.extend_from_slice(format!("{head}\r\n\r\n{body}").as_bytes());
            let answer = client.send(&request)?;
            assert_eq!(answer.status, 502, "{head}");
            assert!(is_kept(&answer), "{head}");
            let count = ask(&mut client, "GET", "/count", &[])?.text();
            assert_eq!(count, (2 * index + 2).to_string(), "{head}");
        }
        // What is no body ends the connection, and is no request either.
        let mut request = method("COPY", "/", lines);
        request.truncate(request.len() - 2);
        request
            .extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nGET / HTTP/1.1\r\n\r\n");
        assert!(client.send(&request)?.status >= 400);
        assert_eq!(backend.count(), 0);
        Ok(())
    })
}

/// `return` and access come first: they would have answered without the directive, too.
#[test]
fn what_is_answered_before_is_answered_so() -> Fallible<()> {
    let http = site(
        "tuleap_destination on; location / { proxy_pass http://@backend@; }\n\
         location /return { return 204; }\n\
         location /deny { deny all; proxy_pass http://@backend@; }\n\
         location /auth { auth_request /no; proxy_pass http://@backend@; }\n\
         location = /no { internal; return 401; }\n\
         location /yes { auth_request /ok; proxy_pass http://@backend@; }\n\
         location = /ok { internal; return 204; }\n\
         location /try { root @folder@/html; try_files $uri @try; }\n\
         location @try { proxy_pass http://@backend@; }",
    );
    with_module(|program| {
        let backend = Backend::start()?;
        let nginx = program.start(&Config::http(&http).with("backend", backend.address()))?;
        let mut client = client(&nginx)?;
        let lines = [("Destination", "https://other.example/a")];
        for (path, status) in [
            ("/return", 204),
            ("/deny", 403),
            ("/auth", 401),
            ("/yes", 502),
            ("/try", 502),
            ("/", 502),
        ] {
            assert_eq!(ask(&mut client, "COPY", path, &lines)?.status, status, "{path}");
        }
        assert_eq!(backend.count(), 0);
        nginx.end()
    })
}

#[test]
fn an_error_page_is_shown_where_there_is_one() -> Fallible<()> {
    let http = site(
        "tuleap_destination on; location / { error_page 502 /page; error_page 400 = @named;\n\
         proxy_pass http://@backend@; }\n\
         location = /page { internal; return 200 \"page $request_method\\n\"; }\n\
         location @named { proxy_pass http://@backend@; }\n\
         location /other { error_page 503 /page; proxy_pass http://@backend@; }\n\
         location /elsewhere { error_page 502 https://front.example/sorry; \
         proxy_pass http://@backend@; }",
    );
    with_backend(&http, |nginx, backend| {
        let mut client = client(nginx)?;
        let foreign = [("Destination", "https://other.example/a")];
        let answer = ask(&mut client, "COPY", "/", &foreign)?;
        assert_eq!((answer.status, answer.text().as_str()), (502, "page GET\n"));
        // A page that is a backend's is asked about again, with the same answer.
        let answer = ask(&mut client, "COPY", "/", &[("Destination", "a")])?;
        let words = "the Destination is a relative reference\n";
        assert_eq!((answer.status, answer.text().as_str()), (400, words));
        let answer = ask(&mut client, "COPY", "/other", &foreign)?;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (502, "the Destination is on another server\n")
        );
        let answer = ask(&mut client, "COPY", "/elsewhere", &foreign)?;
        assert_eq!(answer.status, 302);
        assert_eq!(answer.head.text("location").as_deref(), Some("https://front.example/sorry"));
        assert_eq!(backend.count(), 0);
        Ok(())
    })
}

/// Whatever bytes a value has, the answer is one of ours or what was sent is the right thing.
#[test]
fn each_byte_is_refused_or_kept() -> Fallible<()> {
    with_nginx(&site(SITE), |nginx| {
        let mut client = client(nginx)?;
        for byte in 1..=u8::MAX {
            if matches!(byte, b'\r' | b'\n') {
                continue;
            }
            let mut request = method("COPY", "/", &[]);
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

/// It is refused when the configuration is read, at its line, in the words of the library.
#[test]
fn what_is_not_clear_is_refused_at_the_start() -> Fallible<()> {
    with_module(|program| {
        for (directives, words) in [
            ("tuleap_destination maybe;", "invalid value \"maybe\""),
            ("tuleap_destination_public tuleap.example.com;", "\"tuleap_destination_public\": "),
            ("tuleap_destination_public https://a.example/svn;", "\"tuleap_destination_public\": "),
            ("tuleap_destination_public;", "invalid number of arguments"),
            ("tuleap_destination_public \"\";", "\"tuleap_destination_public\": "),
            ("tuleap_destination_backend backend;", "\"tuleap_destination_backend\": "),
            ("tuleap_destination_backend http://u@a/;", "\"tuleap_destination_backend\": "),
            (
                "tuleap_destination_backend http; tuleap_destination_backend http;",
                "\"tuleap_destination_backend\" directive is duplicate",
            ),
            ("tuleap_destination_foreign maybe;", "invalid value \"maybe\""),
            ("tuleap_destination_path maybe;", "invalid value \"maybe\""),
            ("tuleap_destination_if maybe;", "invalid value \"maybe\""),
            ("tuleap_location maybe;", "invalid value \"maybe\""),
        ] {
            let checked = program.check(&Config::http(site(directives)))?;
            assert!(!checked.is_accepted && checked.said.contains(words), "{}", checked.said);
            assert!(checked.said.contains("nginx.conf:"), "{}", checked.said);
        }
        let levels = "tuleap_destination on; tuleap_destination_public https://a.example;\n";
        let http = format!("{levels}{}", site(&format!("{levels} location / {{ {levels} }}")));
        assert!(program.check(&Config::http(http))?.is_accepted);
        Ok(())
    })
}
