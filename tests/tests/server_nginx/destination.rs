//! `Destination` on its way: in the place of the client's before anything else reads it.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::fastcgi::{FastCgi, parameter};
use tuleap_front_tests::server::http2::nghttp;
use tuleap_front_tests::server::nginx::Config;
use tuleap_front_tests::server::told::values;

use crate::{ask, client, destinations, method, site, with_module, with_nginx};

#[test]
fn the_public_origin_becomes_the_backend_s() -> Fallible<()> {
    let http = site("tuleap_destination on; location / { proxy_pass http://@backend@; }");
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        for (sent, expected) in [
            ("https://tuleap.example.com/svn/a%20b", "http://tuleap.example.com/svn/a%20b"),
            ("HTTPS://TULEAP.example.com:443/a b", "http://tuleap.example.com/a b"),
            ("https://me@tuleap.example.com:0443/a", "http://tuleap.example.com/a"),
            ("http://tuleap.example.com/a", "http://tuleap.example.com/a"),
            ("/svn/a", "/svn/a"),
        ] {
            for word in ["COPY", "MOVE", "GET"] {
                let answer = ask(&mut client, word, "/svn/x%20y", &[("Destination", sent)])?;
                assert_eq!(destinations(&answer), [expected], "{word} {sent}");
            }
        }
        let answer = ask(&mut client, "COPY", "/", &[("X-A", "a"), ("X-B", "b")])?;
        assert!(destinations(&answer).is_empty());
        Ok(())
    })
}

/// The line stands where the client's stood, and the other lines as they were.
#[test]
fn only_the_value_is_another_one() -> Fallible<()> {
    let http = site("tuleap_destination on; location / { proxy_pass http://@backend@; }");
    with_nginx(&http, |nginx| {
        let lines = [("X-A", "a"), ("DESTINATION", "https://tuleap.example.com/b"), ("Depth", "0")];
        let received = ask(&mut client(nginx)?, "COPY", "/", &lines)?.received();
        let lines: Vec<(String, String)> = received
            .lines
            .iter()
            .skip(2)
            .map(|(name, value)| {
                (
                    String::from_utf8_lossy(name).into_owned(),
                    String::from_utf8_lossy(value).into_owned(),
                )
            })
            .collect();
        let expected =
            [("X-A", "a"), ("DESTINATION", "http://tuleap.example.com/b"), ("Depth", "0")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(lines, expected);
        Ok(())
    })
}

#[test]
fn a_public_and_a_backend_origin_can_be_said() -> Fallible<()> {
    let http = site(
        "tuleap_destination on;\n\
         tuleap_destination_public https://tuleap.example.com https://svn.example.com:8443;\n\
         location / { proxy_pass http://@backend@; }\n\
         location /fixed { tuleap_destination_backend http://127.0.0.1:8080;\n\
         proxy_pass http://@backend@; }\n\
         location /https { tuleap_destination_backend https; proxy_pass http://@backend@; }\n\
         location /host { tuleap_destination_host $host; proxy_pass http://@backend@; }\n\
         location /name { tuleap_destination_host svn.internal; proxy_pass http://@backend@; }\n\
         location /auto { tuleap_destination_public auto; proxy_pass http://@backend@; }\n\
         location /promote { tuleap_destination_path promote; proxy_pass http://@backend@; }\n\
         location /pass { tuleap_destination_foreign pass; proxy_pass http://@backend@; }",
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        let host = ("Host", "Tuleap.example.com:8443");
        let first = "https://tuleap.example.com/a";
        for (path, sent, expected) in [
            ("/", first, "http://Tuleap.example.com:8443/a"),
            ("/", "https://svn.example.com:8443/a", "http://Tuleap.example.com:8443/a"),
            ("/fixed", first, "http://127.0.0.1:8080/a"),
            ("/fixed", "http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
            ("/https", first, "https://Tuleap.example.com:8443/a"),
            ("/host", first, "http://tuleap.example.com/a"),
            ("/name", first, "http://svn.internal/a"),
            ("/auto", "https://tuleap.example.com:8443/a", "http://Tuleap.example.com:8443/a"),
            ("/promote", "/a", "http://Tuleap.example.com:8443/a"),
            ("/pass", "https://other.example/a", "https://other.example/a"),
        ] {
            let answer = ask(&mut client, "COPY", path, &[host, ("Destination", sent)])?;
            assert_eq!(destinations(&answer), [expected], "{path} {sent}");
        }
        let answer = ask(&mut client, "COPY", "/auto", &[host, ("Destination", first)])?;
        assert_eq!(answer.status, 502);
        Ok(())
    })
}

/// The host may be another one than the one that is asked for with an absolute target.
#[test]
fn the_host_is_the_one_of_the_host_line() -> Fallible<()> {
    let http = site("tuleap_destination on; location / { proxy_pass http://@backend@; }");
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        let request = "COPY http://other.example/x HTTP/1.1\r\nHost: tuleap.example.com\r\n\
                       Destination: https://tuleap.example.com/a\r\n\r\n";
        let answer = client.send(request.as_bytes())?;
        assert_eq!(destinations(&answer), ["http://tuleap.example.com/a"]);
        let request = "COPY /x HTTP/1.0\r\nDestination: https://tuleap.example.com/a\r\n\r\n";
        assert_eq!(client.send(request.as_bytes())?.status, 502);
        Ok(())
    })
}

/// What the guide says in a location and what it says in a server finds nothing left to do.
#[test]
fn the_guide_s_own_lines_may_stay() -> Fallible<()> {
    let guide = "set $fixed $http_destination;\n\
        if ($http_destination ~* ^https(.*)$) { set $fixed http$1; }";
    let send = "proxy_set_header Destination $fixed; proxy_set_header Host $host;\n\
        proxy_pass http://@backend@;";
    let http = [
        site(&format!("tuleap_destination on; location / {{ {guide} {send} }}")),
        site(&format!("tuleap_destination on; {guide} location / {{ {send} }}"))
            .replace("@port@", "@port-server@"),
    ];
    with_nginx(&http.concat(), |nginx| {
        let lines = [("Destination", "https://tuleap.example.com/c%20d")];
        for port in ["port", "port-server"] {
            let mut client = crate::client_of(nginx, port)?;
            let answer = ask(&mut client, "COPY", "/a%20b", &lines)?;
            assert_eq!(destinations(&answer), ["http://tuleap.example.com/c%20d"], "{port}");
        }
        Ok(())
    })
}

#[test]
fn it_is_there_with_and_without_the_client_s_address() -> Fallible<()> {
    let on = "tuleap_trusted_proxies 127.0.0.1; tuleap_client_ip on; tuleap_forwarded_headers on;";
    let http = site(&format!(
        "{on} location / {{ tuleap_destination on; proxy_pass http://@backend@; }}\n\
         location /off {{ proxy_pass http://@backend@; }}\n\
         location /named {{ tuleap_destination on; tuleap_forwarded_headers off;\n\
         error_page 418 = @named; return 418; }}\n\
         location @named {{ tuleap_destination on; proxy_pass http://@backend@; }}\n\
         location /back {{ tuleap_destination on; error_page 502 = @back;\n\
         proxy_pass http://127.0.0.1:9; }}\n\
         location @back {{ tuleap_forwarded_headers off; proxy_pass http://@backend@; }}"
    ));
    with_module(|program| {
        let backend = tuleap_front_tests::server::backend::Backend::start()?;
        let nginx = program.start(&Config::http(&http).with("backend", backend.address()))?;
        let mut client = client(&nginx)?;
        let sent = "https://tuleap.example.com/a";
        let lines = [("X-Forwarded-For", "6.6.6.6, 203.0.113.9"), ("Destination", sent)];
        for (path, destination, list) in [
            ("/", "http://tuleap.example.com/a", "203.0.113.9"),
            ("/off", sent, "203.0.113.9"),
            ("/named", "http://tuleap.example.com/a", "203.0.113.9"),
            ("/back", sent, "6.6.6.6, 203.0.113.9"),
        ] {
            let answer = ask(&mut client, "COPY", path, &lines)?;
            assert_eq!(destinations(&answer), [destination], "{path}");
            assert_eq!(values(&answer.received(), "X-Forwarded-For"), [list], "{path}");
        }
        nginx.end()
    })
}

#[test]
fn fastcgi_gets_it_too() -> Fallible<()> {
    let http = site("tuleap_destination on; location / { fastcgi_pass @php@; }");
    with_module(|program| {
        let php = FastCgi::start()?;
        let nginx = program.start(&Config::http(&http).with("php", php.address()))?;
        let lines = [("Destination", "https://tuleap.example.com/a")];
        let said = ask(&mut client(&nginx)?, "MOVE", "/", &lines)?.body;
        let expected = b"http://tuleap.example.com/a".to_vec();
        assert_eq!(parameter(&said, "HTTP_DESTINATION"), Some(expected));
        nginx.quit()
    })
}

#[test]
fn http2_says_the_host_in_its_own_way() -> Fallible<()> {
    let http = site("tuleap_destination on; location / { proxy_pass http://@backend@; }")
        .replace("@port@;", "@port@ http2;");
    with_module(|program| {
        let backend = tuleap_front_tests::server::backend::Backend::start()?;
        let nginx = program.start(&Config::http(&http).with("backend", backend.address()))?;
        let url = format!("http://127.0.0.1:{}/x", nginx.port("port")?);
        let ask = |destination: &str| {
            let line = format!("--header=destination: {destination}");
            let authority = "--header=:authority: tuleap.example.com:8443";
            nghttp(&["--header=:method: COPY", authority, &line, &url])
        };
        let said = ask("https://tuleap.example.com:8443/a%20b")?;
        assert!(
            said.contains("\nDestination: http://tuleap.example.com:8443/a%20b\r")
                || said.contains("\ndestination: http://tuleap.example.com:8443/a%20b\r"),
            "{said}"
        );
        let count = backend.count();
        assert_eq!(ask("https://other.example/a")?, "the Destination is on another server\n");
        assert_eq!(backend.count(), count);
        nginx.end()
    })
}

/// A copy and a move in a real folder, by nginx itself. It wants the scheme of the connection.
#[test]
fn nginx_s_own_dav_reads_the_new_value() -> Fallible<()> {
    let http = site(
        "tuleap_destination on; root @folder@/html;\n\
         location / { dav_methods PUT DELETE MKCOL COPY MOVE; }\n\
         location /off/ { tuleap_destination off; dav_methods COPY; }\n\
         location /fixed/ { tuleap_destination_backend http://tuleap.example.com;\n\
         dav_methods COPY; }",
    );
    with_module(|program| {
        if !program.has("http_dav_module") {
            return Ok(());
        }
        let nginx = program.start(&Config::http(&http))?;
        let mut client = client(&nginx)?;
        let file =
            |name: &str| std::fs::read_to_string(nginx.folder().join("html").join(name)).ok();
        nginx.folder().write("html/a b.txt", "text")?;
        nginx.folder().write("html/off/a.txt", "text")?;
        nginx.folder().write("html/fixed/a.txt", "text")?;
        let mut copy = |word: &str, path: &str, to: &str| -> Fallible<u16> {
            Ok(ask(&mut client, word, path, &[("Destination", to)])?.status)
        };
        let site = "https://tuleap.example.com";
        assert_eq!(copy("COPY", "/a%20b.txt", &format!("{site}/c%20d.txt"))?, 204);
        assert_eq!(file("c d.txt").as_deref(), Some("text"));
        // Neither a port nor another spelling of the host is in the way.
        assert_eq!(copy("COPY", "/a%20b.txt", "HTTPS://me@Tuleap.Example.com:443/e.txt")?, 204);
        assert_eq!(file("e.txt").as_deref(), Some("text"));
        assert_eq!(copy("MOVE", "/e.txt", &format!("{site}/f.txt"))?, 204);
        assert_eq!((file("e.txt"), file("f.txt").as_deref()), (None, Some("text")));
        assert_eq!(copy("COPY", "/fixed/a.txt", &format!("{site}/fixed/b.txt"))?, 204);
        assert_eq!(copy("MOVE", "/f.txt", "https://other.example/g.txt")?, 502);
        assert_eq!(copy("MOVE", "/f.txt", site)?, 400);
        assert_eq!(file("f.txt").as_deref(), Some("text"));
        assert_eq!(copy("COPY", "/off/a.txt", &format!("{site}/off/b.txt"))?, 400);
        nginx.end()
    })
}

/// By TLS nginx's DAV wants `https`, and a backend `http`.
#[test]
fn by_tls_nginx_s_own_dav_and_a_backend_each_get_what_they_want() -> Fallible<()> {
    use tuleap_front_tests::server::certificate::Certificate;
    use tuleap_front_tests::server::client::{Client, Way};
    with_module(|program| {
        if !program.has("http_dav_module") {
            return Ok(());
        }
        let certificate = Certificate::new()?;
        let backend = tuleap_front_tests::server::backend::Backend::start()?;
        let http = format!(
            "server {{ listen 127.0.0.1:@port@ ssl; server_name tuleap.example.com;\n\
             ssl_certificate {}; ssl_certificate_key {};\n\
             tuleap_destination on; root @folder@/html;\n\
             location / {{ proxy_pass http://@backend@; }}\n\
             location /dav/ {{ dav_methods COPY; }} }}",
            certificate.chain(),
            certificate.key()
        );
        let nginx = program.start(&Config::http(&http).with("backend", backend.address()))?;
        nginx.folder().write("html/dav/a.txt", "text")?;
        let to = std::net::SocketAddr::from(([127, 0, 0, 1], nginx.port("port")?));
        let mut client = Client::new(Way::Tls { from: None, to });
        let lines = [("Destination", "https://Tuleap.example.com:443/dav/b.txt")];
        assert_eq!(ask(&mut client, "COPY", "/dav/a.txt", &lines)?.status, 204);
        let answer = ask(&mut client, "COPY", "/x", &lines)?;
        assert_eq!(destinations(&answer), ["http://tuleap.example.com/dav/b.txt"]);
        // An older nginx logs how this client ends TLS.
        nginx.end()
    })
}

/// As the guide's lines in the nginx that runs, and for any method.
#[test]
fn documented_is_what_the_guide_s_lines_send() -> Fallible<()> {
    let http = site(
        "tuleap_destination documented; location / { proxy_pass http://@backend@; }\n\
         location /distributed { tuleap_destination documented=distributed;\n\
         proxy_pass http://@backend@; }\n\
         location /guide { tuleap_destination off;\n\
         set $fixed $http_destination;\n\
         if ($http_destination ~* ^https(.*)$) { set $fixed http$1; }\n\
         proxy_set_header Destination $fixed; proxy_pass http://@backend@; }\n\
         location /passed { tuleap_destination off;\n\
         proxy_set_header Destination $http_destination; proxy_pass http://@backend@; }",
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        for sent in [
            &["https://other.example/a%20b"] as &[&str],
            &["HTTPsfoo"],
            &["/a"],
            &["//a"],
            &[""],
            &[],
            &["https://a/1", "https://b/2"],
            &["", "https://b/2"],
            &["http://a/1", "", "https://b/2"],
        ] {
            let lines: Vec<(&str, &str)> =
                sent.iter().map(|value| ("Destination", *value)).collect();
            for (ours, guide) in [("/", "/guide"), ("/distributed", "/passed")] {
                for word in ["COPY", "PUT"] {
                    let ours = destinations(&ask(&mut client, word, ours, &lines)?);
                    let guide = destinations(&ask(&mut client, word, guide, &lines)?);
                    assert_eq!(ours, guide, "{word} {sent:?}");
                }
            }
        }
        Ok(())
    })
}

/// All lines are read, also those that a second buffer holds.
#[test]
fn every_line_is_looked_at() -> Fallible<()> {
    let http = site("tuleap_destination on; location / { proxy_pass http://@backend@; }");
    with_nginx(&http, |nginx| {
        let mut lines = vec![("X-D", "d"); 70];
        lines.push(("Destination", "https://tuleap.example.com/a"));
        lines.extend([("X-E", "e"); 30]);
        let mut client = client(nginx)?;
        let received = ask(&mut client, "COPY", "/", &lines)?.received();
        assert_eq!(values(&received, "Destination"), ["http://tuleap.example.com/a"]);
        assert_eq!((values(&received, "X-D").len(), values(&received, "X-E").len()), (70, 30));
        lines.push(("destination", "https://tuleap.example.com/b"));
        assert_eq!(ask(&mut client, "COPY", "/", &lines)?.status, 400);
        let request = method("COPY", "/", &lines);
        assert_eq!(client.send(&request)?.status, 400);
        Ok(())
    })
}
