//! `Location` and `Content-Location` on the way back, and the tags of `If` on the way there.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::apache::{Apache, Config};
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::client::Answer;
use tuleap_front_tests::server::told::values;

use crate::{ask, client, config, with_apache, with_config, with_module};

/// TLS ended before this server, and it is known who says so.
const ON: &str = "TuleapTrustedProxies 127.0.0.1\nTuleapClientIP On\nTuleapDestination On\n\
                  ProxyPreserveHost On\n";
const TLS_BEFORE: (&str, &str) = ("X-Forwarded-Proto", "https");

/// A backend that answers 201, or as the request's X-Status says, with the line of X-Send.
fn sender() -> Fallible<Backend> {
    Backend::scripted(|received| {
        // Lines have a mark between them that no line has.
        let send = received.head.text("x-send").unwrap_or_default();
        let lines = send.split('|').filter(|line| !line.is_empty());
        let lines: String = lines.map(|line| format!("{line}\r\n")).collect();
        let status = received.head.text("x-status").unwrap_or_else(|| "201 Created".to_owned());
        format!("HTTP/1.1 {status}\r\n{lines}Content-Length: 0\r\n\r\n").into_bytes()
    })
}

fn with_sender(
    config: Config,
    test: impl FnOnce(&Apache, &Backend) -> Fallible<()>,
) -> Fallible<()> {
    with_module(|program| {
        let backend = sender()?;
        let apache = program.start(&config.with("backend", backend.address()))?;
        apache.folder().write("html/folder/said", "")?;
        apache.folder().write("html/said", "")?;
        test(&apache, &backend)?;
        apache.stop()
    })
}

fn location(answer: &Answer) -> Option<String> {
    answer.head.text("location")
}

#[test]
fn the_backend_s_origin_becomes_the_one_that_the_client_uses() -> Fallible<()> {
    let section = |path: &str, text: &str| format!("<Location /b/{path}>\n{text}\n</Location>\n");
    let text = [
        ON.to_owned(),
        section("own", "ProxyPreserveHost Off"),
        section("off", "TuleapDestination Off"),
        section("kept", "TuleapLocation Off"),
        section("alone", "TuleapDestination Off\nTuleapLocation On"),
        section("documented", "TuleapDestination Documented"),
        section("fixed", "TuleapDestinationBackend http://backend.internal:8080"),
        section(
            "listed",
            "TuleapDestinationPublic https://first.example https://tuleap.example.com",
        ),
    ];
    with_sender(config(&text.concat()), |apache, backend| {
        let mut client = client(apache)?;
        let host = "tuleap.example.com";
        let plain = "http://tuleap.example.com/a%20b?c#d";
        let mapped = "https://tuleap.example.com/a%20b?c#d";
        let address = format!("http://{}/a", backend.address());
        let fixed = "http://backend.internal:8080/a";
        for (path, host, sent, expected) in [
            ("", host, plain, mapped),
            ("", "a.example:8443", "http://a.example:8443/a", "https://a.example:8443/a"),
            ("", host, "http://tuleap.example.com", "https://tuleap.example.com"),
            ("", host, "http://other.example/a", "http://other.example/a"),
            ("", host, "https://tuleap.example.com/a", "https://tuleap.example.com/a"),
            ("", host, "http://u@tuleap.example.com/a", "http://u@tuleap.example.com/a"),
            ("", host, "/a", "/a"),
            ("", host, "", ""),
            ("/own", host, &address, "https://tuleap.example.com/a"),
            ("/off", host, plain, plain),
            ("/kept", host, plain, plain),
            ("/alone", host, plain, mapped),
            ("/documented", host, plain, plain),
            ("/fixed", host, fixed, "https://tuleap.example.com/a"),
            ("/listed", host, plain, mapped),
            ("/listed", "other.example", "http://other.example/a", "https://first.example/a"),
        ] {
            for name in ["Location", "content-location"] {
                let send = format!("{name}: {sent}");
                let lines = [("Host", host), TLS_BEFORE, ("X-Send", send.as_str())];
                let answer = ask(&mut client, "PUT", &format!("/b{path}"), &lines)?;
                let said = answer.head.text(name);
                assert_eq!(said.as_deref(), Some(expected), "{path} {host} {name} {sent}");
            }
        }
        // Nobody has said that there was TLS before.
        let send = format!("Location: {plain}");
        let answer = ask(&mut client, "PUT", "/b", &[("X-Send", send.as_str())])?;
        assert_eq!(location(&answer).as_deref(), Some(plain));
        Ok(())
    })
}

#[test]
fn every_status_and_every_line_is_mapped() -> Fallible<()> {
    with_sender(config(ON), |apache, _| {
        let mut client = client(apache)?;
        for status in ["200 OK", "201 Created", "301 Moved", "302 Found", "404 No", "503 No"] {
            let send = "Location: http://tuleap.example.com/a|Location: http://tuleap.example.com/b\
                        |Content-Location: http://tuleap.example.com/c";
            let lines = [TLS_BEFORE, ("X-Send", send), ("X-Status", status)];
            let answer = ask(&mut client, "GET", "/b", &lines)?;
            let lines: Vec<String> =
                [values(&answer.head, "Location"), values(&answer.head, "Content-Location")]
                    .concat();
            let all = lines.join(", ");
            assert!(!lines.is_empty() && !all.contains("http:"), "{status}: {all}");
            assert!(all.contains("https://tuleap.example.com/a"), "{status}: {all}");
        }
        Ok(())
    })
}

/// Either of them does it, and neither does it again.
#[test]
fn with_proxypassreverse_it_is_mapped_once() -> Fallible<()> {
    let text = format!(
        "{ON}ProxyPassReverse /b http://@backend@\n\
         <Location /b/own>\nProxyPreserveHost Off\n</Location>\n"
    );
    with_sender(config(&text), |apache, backend| {
        let mut client = client(apache)?;
        let address = backend.address();
        for (path, sent, expected) in [
            ("/b", "http://tuleap.example.com/x", "https://tuleap.example.com/x"),
            ("/b", &format!("http://{address}/x"), "https://tuleap.example.com/b/x"),
            ("/b/own", &format!("http://{address}/x"), "https://tuleap.example.com/b/x"),
            ("/b", "http://other.example/x", "http://other.example/x"),
        ] {
            let send = format!("Location: {sent}");
            let answer = ask(&mut client, "PUT", path, &[TLS_BEFORE, ("X-Send", &send)])?;
            assert_eq!(location(&answer).as_deref(), Some(expected), "{path} {sent}");
        }
        Ok(())
    })
}

/// What httpd says itself, with its own port and without TLS, is for clients that know neither.
#[test]
fn what_httpd_makes_itself_is_mapped_too() -> Fallible<()> {
    let text = format!(
        "{ON}Redirect /moved /elsewhere\nRedirectMatch 307 ^/match$ /elsewhere\n\
         Redirect /away http://away.example\n\
         <Location /in>\nRedirect /in /elsewhere\n</Location>\n\
         <Location /canonical>\nUseCanonicalName On\nRedirect /canonical /elsewhere\n</Location>\n\
         <Location /off>\nTuleapDestination Off\nRedirect /off /elsewhere\n</Location>\n\
         RewriteEngine On\nRewriteRule ^/rewrite$ /elsewhere [R=302]\n\
         Header always set Content-Location http://tuleap.example.com/always env=always\n\
         SetEnvIf X-Always . always\nErrorDocument 404 /folder\n\
         <Directory @folder@/html/cgi>\nOptions +ExecCGI\nSetHandler cgi-script\n</Directory>\n"
    );
    // A virtual host writes its port.
    let text = format!("<VirtualHost *:@port@>\n{text}</VirtualHost>\n");
    let config = config(&text).modules(&["dir", "rewrite", "setenvif", "cgid"]);
    with_sender(config, |apache, _| {
        let script = "#!/bin/sh\necho \"Location: http://$HTTP_HOST/from-cgi\"\necho\n";
        crate::add_program(apache, "cgi/go", script)?;
        let mut client = client(apache)?;
        let port = apache.port("port")?;
        for (path, expected) in [
            ("/moved/x", "https://tuleap.example.com/elsewhere/x"),
            ("/match", "https://tuleap.example.com/elsewhere"),
            ("/away/x", "http://away.example/x"),
            ("/in/x", "https://tuleap.example.com/elsewhere/x"),
            ("/canonical", "https://tuleap.example.com/elsewhere"),
            ("/off", &format!("http://tuleap.example.com:{port}/elsewhere")),
            ("/rewrite", "https://tuleap.example.com/elsewhere"),
            ("/folder", "https://tuleap.example.com/folder/"),
            ("/cgi/go", "https://tuleap.example.com/from-cgi"),
        ] {
            let answer = ask(&mut client, "GET", path, &[TLS_BEFORE])?;
            assert_eq!(location(&answer).as_deref(), Some(expected), "{path}");
        }
        let always = [TLS_BEFORE, ("X-Always", "1")];
        for path in ["/said", "/moved/", "/b"] {
            let answer = ask(&mut client, "GET", path, &always)?;
            let said = answer.head.text("content-location");
            assert_eq!(said.as_deref(), Some("https://tuleap.example.com/always"), "{path}");
        }
        Ok(())
    })
}

/// A subrequest has no answer of its own, and a redirect inside is one request.
#[test]
fn the_answer_of_the_whole_request_is_mapped() -> Fallible<()> {
    let text = format!(
        "{ON}RewriteEngine On\nRewriteRule ^/inside$ /folder [PT]\n\
         ErrorDocument 404 /b/missing\nErrorDocument 403 https://front.example/sorry\n\
         <Location /denied>\nRequire all denied\n</Location>\n"
    );
    let config = config(&text).modules(&["dir", "rewrite"]).log_level("crit");
    with_sender(config, |apache, _| {
        let mut client = client(apache)?;
        let send = ("X-Send", "Location: http://tuleap.example.com/found");
        let lines = [TLS_BEFORE, send, ("X-Status", "404 Not Found")];
        let answer = ask(&mut client, "GET", "/nowhere", &lines)?;
        assert_eq!(location(&answer).as_deref(), Some("https://tuleap.example.com/found"));
        let answer = ask(&mut client, "GET", "/inside", &[TLS_BEFORE])?;
        assert_eq!(location(&answer).as_deref(), Some("https://tuleap.example.com/folder/"));
        let answer = ask(&mut client, "GET", "/denied", &[TLS_BEFORE])?;
        assert_eq!(location(&answer).as_deref(), Some("https://front.example/sorry"));
        Ok(())
    })
}

/// What another module makes of `Host` is what the backend is sent, and the client's is what the
/// client is told.
#[test]
fn a_host_that_is_set_on_the_way_is_the_backend_s() -> Fallible<()> {
    let text = format!("{ON}RequestHeader set Host backend.internal\n");
    with_sender(config(&text), |apache, _| {
        let send = ("X-Send", "Location: http://backend.internal/a");
        let answer = ask(&mut client(apache)?, "PUT", "/b", &[TLS_BEFORE, send])?;
        assert_eq!(location(&answer).as_deref(), Some("https://tuleap.example.com/a"));
        Ok(())
    })?;
    with_apache(&text, |apache| {
        let lines = [("Destination", "https://tuleap.example.com/a")];
        let received = ask(&mut client(apache)?, "COPY", "/b", &lines)?.received();
        assert_eq!(values(&received, "Destination"), ["http://backend.internal/a"]);
        Ok(())
    })
}

#[test]
fn the_tags_of_if_go_the_way_of_destination() -> Fallible<()> {
    let section = |path: &str, text: &str| format!("<Location /b/{path}>\n{text}\n</Location>\n");
    let text = [
        ON.to_owned(),
        section("on", "TuleapDestinationIf On"),
        section("fixed", "TuleapDestinationBackend http://backend.internal:8080"),
        section(
            "not",
            "TuleapDestinationBackend http://backend.internal:8080\nTuleapDestinationIf Off",
        ),
        section("on/documented", "TuleapDestination Documented"),
        section("on/off", "TuleapDestination Off"),
    ];
    with_config(config(&text.concat()), &[], |apache| {
        let mut client = client(apache)?;
        let sent = "<https://tuleap.example.com/a%20b> (<opaquelocktoken:1> [\"e)\"]) \
                    <https://other.example/> (Not <DAV:no-lock>)";
        let with = |origin: &str| sent.replace("https://tuleap.example.com", origin);
        for (path, expected) in [
            ("/b", sent.to_owned()),
            ("/b/on", with("http://tuleap.example.com")),
            ("/b/fixed", with("http://backend.internal:8080")),
            ("/b/not", sent.to_owned()),
            ("/b/on/documented", sent.to_owned()),
            ("/b/on/off", sent.to_owned()),
        ] {
            for word in ["PUT", "COPY", "DELETE"] {
                let received = ask(&mut client, word, path, &[("If", sent)])?.received();
                assert_eq!(values(&received, "If"), [expected.as_str()], "{word} {path}");
            }
        }
        // One line of two is none that is known, and neither is what is open.
        for broken in [[sent, sent].as_slice(), &["<https://tuleap.example.com/a> (<b"]] {
            let lines: Vec<_> = broken.iter().map(|line| ("If", *line)).collect();
            let received = ask(&mut client, "PUT", "/b/on", &lines)?.received();
            assert_eq!(values(&received, "If"), [broken.join(", ")]);
        }
        Ok(())
    })
}
