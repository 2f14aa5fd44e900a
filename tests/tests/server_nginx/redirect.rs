//! To https: who is sent there, where to, and who is not.

use std::net::SocketAddr;

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::certificate::Certificate;
use tuleap_front_tests::server::client::{Answer, Client, Way};
use tuleap_front_tests::server::http2::nghttp;
use tuleap_front_tests::server::nginx::Config;

use crate::{ask, client, client_of, line, method, says, site, with_module, with_nginx};

fn location(answer: &Answer) -> Option<String> {
    answer.head.text("location")
}

/// The status and the Location.
fn told(answer: &Answer) -> (u16, Option<String>) {
    (answer.status, location(answer))
}

fn to(status: u16, location: &str) -> (u16, Option<String>) {
    (status, Some(location.to_owned()))
}

#[test]
fn plain_http_is_sent_to_the_configured_host() -> Fallible<()> {
    let http = site("tuleap_https_redirect tuleap.example.com; location / { return 204; }");
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        let host = "https://tuleap.example.com";
        for (word, target, status, expected) in [
            ("GET", "/", 301, "/"),
            ("HEAD", "/a%20b?c=%0d%0a", 301, "/a%20b?c=%0d%0a"),
            ("GET", "//evil.example/", 301, "//evil.example/"),
            ("POST", "/a", 308, "/a"),
            ("COPY", "/a", 308, "/a"),
            ("GET", "http://evil.example/a?b", 301, "/a?b"),
            ("GET", "/x/../a//b", 301, "/x/../a//b"),
        ] {
            let lines = [("Host", "evil.example"), ("X-Forwarded-Proto", "https")];
            let answer = ask(&mut client, word, target, &lines)?;
            assert_eq!(told(&answer), to(status, &format!("{host}{expected}")), "{word} {target}");
        }
        // With the page of nginx's, and the connection stays for the next.
        let answer = ask(&mut client, "POST", "/a", &[("Content-Length", "0")])?;
        assert!(answer.text().contains("308 Permanent Redirect"), "{}", answer.text());
        assert_eq!(answer.head.text("connection").as_deref(), Some("keep-alive"));
        let mut request = method("POST", "/a", &[("Content-Length", "4")]);
        request.extend_from_slice(b"body");
        assert_eq!(client.send(&request)?.status, 308);
        assert_eq!(ask(&mut client, "GET", "/", &[])?.status, 301);
        Ok(())
    })
}

#[test]
fn the_guide_s_lines_and_other_statuses_can_be_said() -> Fallible<()> {
    let http = site(
        "location / { tuleap_https_redirect Tuleap.example.com documented; }\n\
         location /distributed { tuleap_https_redirect Tuleap.example.com documented=distributed; }\n\
         location /port { tuleap_https_redirect https://tuleap.example.com:8443; }\n\
         location /default { tuleap_https_redirect tuleap.example.com:443; }\n\
         location /302 { tuleap_https_redirect tuleap.example.com status=302; }\n\
         location /307 { tuleap_https_redirect tuleap.example.com documented status=307; }\n\
         location /safe { tuleap_https_redirect tuleap.example.com documented status=by-safety; }",
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        for (target, status, expected) in [
            ("/", 301, "https://tuleap.example.com:443/"),
            ("/distributed", 301, "https://tuleap.example.com/distributed"),
            ("/port", 308, "https://tuleap.example.com:8443/port"),
            ("/default", 308, "https://tuleap.example.com/default"),
            ("/302", 302, "https://tuleap.example.com/302"),
            ("/307", 307, "https://tuleap.example.com:443/307"),
            ("/safe", 308, "https://tuleap.example.com:443/safe"),
        ] {
            let answer = ask(&mut client, "POST", target, &[])?;
            assert_eq!(told(&answer), to(status, expected), "{target}");
        }
        Ok(())
    })
}

/// A balancer that ends TLS before nginx makes no loop, and nobody else can say that it does.
#[test]
fn who_used_https_before_a_trusted_proxy_stays() -> Fallible<()> {
    let redirect = "tuleap_https_redirect tuleap.example.com; ";
    let on = "tuleap_client_ip on; tuleap_trusted_proxies 127.0.0.1; ";
    let http = [
        site(&format!("{on} {redirect} location / {{ return 200 '$tuleap_scheme'; }}")),
        site(&format!(
            "tuleap_client_ip on; tuleap_trusted_proxies 10.0.0.0/8; {redirect}\n\
             location / {{ return 200 '$tuleap_scheme'; }}"
        ))
        .replace("@port@", "@port-untrusted@"),
        // Found by the location, as soon as that is known.
        site(&format!("{redirect} location / {{ {on} return 200 '$tuleap_client_ip'; }}"))
            .replace("@port@", "@port-late@"),
        site(&format!(
            "tuleap_client_ip shadow; tuleap_trusted_proxies 127.0.0.1; {redirect}\n\
             location / {{ return 200 served; }}\n\
             location /on {{ tuleap_client_ip off; return 200 served; }}"
        ))
        .replace("@port@", "@port-shadow@"),
    ];
    with_module(|program| {
        let nginx = program.start(&Config::http(http.concat()))?;
        let forwarded = [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.9")];
        let plain = [("X-Forwarded-Proto", "http"), ("X-Forwarded-For", "203.0.113.9")];
        let mut trusted = client(&nginx)?;
        says(&mut trusted, "/", &forwarded, "https")?;
        assert_eq!(trusted.get("/", &plain)?.status, 301);
        assert_eq!(trusted.get("/", &[])?.status, 301);
        assert_eq!(client_of(&nginx, "port-untrusted")?.get("/", &forwarded)?.status, 301);
        let mut late = client_of(&nginx, "port-late")?;
        says(&mut late, "/", &forwarded, "203.0.113.9")?;
        assert_eq!(late.get("/", &plain)?.status, 301);
        let mut shadow = client_of(&nginx, "port-shadow")?;
        says(&mut shadow, "/", &forwarded, "served")?;
        assert_eq!(shadow.get("/", &plain)?.status, 301);
        // What shadow logs is about the address.
        nginx.end()
    })
}

#[test]
fn tls_stays_and_http2_is_sent_like_everybody() -> Fallible<()> {
    with_module(|program| {
        let certificate = Certificate::new()?;
        let http = format!(
            "server {{ listen 127.0.0.1:@port@ ssl; listen 127.0.0.1:@port-http@ http2;\n\
             ssl_certificate {}; ssl_certificate_key {};\n\
             tuleap_https_redirect tuleap.example.com; location / {{ return 200 served; }} }}",
            certificate.chain(),
            certificate.key()
        );
        let nginx = program.start(&Config::http(http))?;
        let address = SocketAddr::from(([127, 0, 0, 1], nginx.port("port")?));
        let mut client = Client::new(Way::Tls { from: None, to: address });
        assert_eq!(line(&client.get("/", &[])?), "served");
        let url = format!("http://127.0.0.1:{}/a%20b", nginx.port("port-http")?);
        let said = nghttp(&["--verbose", "--header=:method: POST", &url])?;
        assert!(said.contains(":status: 308"), "{said}");
        assert!(said.contains("location: https://tuleap.example.com/a%20b"), "{said}");
        nginx.end()
    })
}

/// Each location says for itself; what stands in a server before is before.
#[test]
fn a_location_can_be_left_out() -> Fallible<()> {
    let http = site(
        "tuleap_https_redirect tuleap.example.com; root @folder@/html; log_not_found off;\n\
         if ($arg_before) { return 410; }\n\
         error_page 404 /missing; recursive_error_pages on;\n\
         location / { return 200 plain; }\n\
         location /.well-known/ { tuleap_https_redirect off; }\n\
         location /named { tuleap_https_redirect off; try_files /nothing @named; }\n\
         location @named { return 200 plain; }\n\
         location /moved { tuleap_https_redirect off; rewrite ^ /other last; }\n\
         location /page { tuleap_https_redirect off; error_page 418 =404 /missing; return 418; }\n\
         location /missing { return 200 page; }\n\
         location /sub { tuleap_https_redirect off; auth_request /auth; }\n\
         location = /auth { internal; return 403; }\n\
         location /rewritten { rewrite ^ /y break; }",
    );
    with_nginx(&http, |nginx| {
        nginx.folder().write("html/.well-known/a", "a")?;
        let mut client = client(nginx)?;
        let there = |path: &str| to(301, &format!("https://tuleap.example.com{path}"));
        assert_eq!(line(&client.get("/.well-known/a", &[])?), "a");
        for path in ["/", "/named", "/moved", "/rewritten"] {
            assert_eq!(told(&client.get(path, &[])?), there(path), "{path}");
        }
        // An error page is shown as the error's own.
        let answer = client.get("/.well-known/b", &[])?;
        assert_eq!((answer.status, line(&answer).as_str()), (404, "page"));
        let answer = client.get("/page", &[])?;
        assert_eq!((answer.status, line(&answer).as_str()), (404, "page"));
        // A subrequest goes nowhere.
        assert_eq!(client.get("/sub", &[])?.status, 403);
        assert_eq!(client.get("/?before=1", &[])?.status, 410);
        Ok(())
    })
}

/// It comes before what Destination says: that is asked again by https.
#[test]
fn a_copy_is_sent_to_https_before_its_destination_is_read() -> Fallible<()> {
    let http = site(
        "tuleap_https_redirect tuleap.example.com; tuleap_destination on;\n\
         location / { proxy_pass http://@backend@; }",
    );
    with_nginx(&http, |nginx| {
        let lines = [("Destination", "https://other.example/a")];
        let answer = ask(&mut client(nginx)?, "COPY", "/a%20b", &lines)?;
        assert_eq!(told(&answer), to(308, "https://tuleap.example.com/a%20b"));
        Ok(())
    })
}

#[test]
fn what_is_not_clear_is_refused_at_the_start() -> Fallible<()> {
    with_module(|program| {
        for (directive, words) in [
            ("tuleap_https_redirect;", "invalid number of arguments"),
            ("tuleap_https_redirect \"\";", "\"tuleap_https_redirect\": "),
            ("tuleap_https_redirect http://tuleap.example.com;", "\"tuleap_https_redirect\": "),
            ("tuleap_https_redirect tuleap.example.com/a;", "\"tuleap_https_redirect\": "),
            ("tuleap_https_redirect $host;", "\"tuleap_https_redirect\": "),
            ("tuleap_https_redirect a.example maybe;", "takes documented"),
            ("tuleap_https_redirect a.example status=200;", "takes documented"),
            ("tuleap_https_redirect a.example status=;", "takes documented"),
            ("tuleap_https_redirect off documented;", "is off: nothing follows"),
            (
                "tuleap_https_redirect off; tuleap_https_redirect a.example;",
                "\"tuleap_https_redirect\" directive is duplicate",
            ),
        ] {
            let checked = program.check(&Config::http(site(directive)))?;
            assert!(!checked.is_accepted && checked.said.contains(words), "{}", checked.said);
            assert!(checked.said.contains("nginx.conf:"), "{}", checked.said);
        }
        Ok(())
    })
}
