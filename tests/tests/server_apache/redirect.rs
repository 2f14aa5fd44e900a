//! `TuleapHttpsRedirect`: to https and to the configured host, whatever the request says.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::apache::Config;
use tuleap_front_tests::server::certificate::Certificate;
use tuleap_front_tests::server::client::{Answer, Client, Way};

use crate::{ask, client, config, with_config, with_module};

const ON: &str = "TuleapHttpsRedirect tuleap.example.com\n";

fn asked(answer: &Answer) -> (u16, Option<String>) {
    (answer.status, answer.head.text("location"))
}

fn to(status: u16, location: &str) -> (u16, Option<String>) {
    (status, Some(location.to_owned()))
}

#[test]
fn everybody_is_sent_to_the_configured_host() -> Fallible<()> {
    with_config(config(ON), &[], |apache| {
        let mut client = client(apache)?;
        let site = "https://tuleap.example.com";
        for (target, path) in [
            ("/", "/"),
            ("/a%20b?c=d%2F", "/a%20b?c=d%2F"),
            ("//evil.example/x", "//evil.example/x"),
            ("/b", "/b"),
            ("/./a/../b", "/./a/../b"),
            ("http://evil.example/x", "/x"),
            ("http://evil.example?x", "/?x"),
            ("/%0d%0aSet-Cookie:a", "/%0d%0aSet-Cookie:a"),
        ] {
            for (word, status) in
                [("GET", 301), ("HEAD", 301), ("POST", 308), ("PROPFIND", 308), ("COPY", 308)]
            {
                let lines = [("Host", "evil.example"), ("X-Forwarded-Host", "evil.example")];
                let answer = ask(&mut client, word, target, &lines)?;
                assert_eq!(asked(&answer), to(status, &format!("{site}{path}")), "{word} {target}");
            }
        }
        Ok(())
    })
}

#[test]
fn what_is_no_target_is_refused_in_a_line_of_text() -> Fallible<()> {
    with_config(config(ON), &[], |apache| {
        let mut client = client(apache)?;
        for (word, target, words) in [
            ("get", "/b", "the method of the request line is malformed\n"),
            ("GET", "http://a_b/x", "the host of the request target is malformed\n"),
        ] {
            let answer = ask(&mut client, word, target, &[])?;
            assert_eq!(asked(&answer), (400, None), "{word} {target}");
            assert_eq!(answer.text(), words, "{word} {target}");
        }
        // What is for the server and not for the site, httpd answers itself.
        assert_eq!(asked(&ask(&mut client, "OPTIONS", "*", &[])?), (200, None));
        Ok(())
    })
}

#[test]
fn the_directive_says_which_host_and_which_status() -> Fallible<()> {
    let section = |path: &str, text: &str| {
        format!("<Location /{path}>\nTuleapHttpsRedirect {text}\n</Location>\n")
    };
    let text = [
        section("port", "tuleap.example.com:8443"),
        section("default", "https://Tuleap.example.com:443"),
        section("ipv6", "[::1]:8443"),
        section("found", "tuleap.example.com status=302"),
        section("same", "tuleap.example.com status=308"),
        section("safe", "tuleap.example.com status=by-safety"),
        section("guide", "\"Tuleap.example.com www.example.com\" Documented"),
        section("guide/inner", "tuleap.example.com documented=distributed"),
        section("guide/307", "tuleap.example.com Documented=reverse-proxy STATUS=307"),
        section("guide/off", "Off"),
    ];
    with_config(config(&text.concat()), &[], |apache| {
        let mut client = client(apache)?;
        for (path, status, location) in [
            ("/port", 308, "https://tuleap.example.com:8443"),
            ("/default", 308, "https://tuleap.example.com"),
            ("/ipv6", 308, "https://[::1]:8443"),
            ("/found", 302, "https://tuleap.example.com"),
            ("/same", 308, "https://tuleap.example.com"),
            ("/safe", 308, "https://tuleap.example.com"),
            ("/guide", 301, "https://tuleap.example.com:443"),
            ("/guide/inner", 301, "https://tuleap.example.com"),
            ("/guide/307", 307, "https://tuleap.example.com:443"),
        ] {
            let answer = ask(&mut client, "POST", path, &[])?;
            assert_eq!(asked(&answer), to(status, &format!("{location}{path}")), "{path}");
        }
        assert_eq!(asked(&ask(&mut client, "GET", "/guide/off", &[])?), (404, None));
        assert_eq!(asked(&ask(&mut client, "GET", "/other", &[])?), (404, None));
        Ok(())
    })
}

/// Behind a balancer that ends TLS there is no loop, and nobody can say so but the balancer.
#[test]
fn a_client_by_tls_stays() -> Fallible<()> {
    for mode in ["On", "Shadow"] {
        let text = format!("TuleapTrustedProxies 127.0.0.1\nTuleapClientIP {mode}\n{ON}");
        with_config(config(&text), &[], |apache| {
            let mut client = client(apache)?;
            let https = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")];
            assert_eq!(ask(&mut client, "GET", "/b", &https)?.status, 200, "{mode}");
            let http = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "http")];
            assert_eq!(ask(&mut client, "GET", "/b", &http)?.status, 301, "{mode}");
            let stranger = std::net::IpAddr::from([127, 0, 0, 9]);
            let mut stranger = Client::new(Way::from_to(stranger, apache.port("port")?));
            assert_eq!(ask(&mut stranger, "GET", "/b", &https)?.status, 301, "{mode}");
            Ok(())
        })?;
    }
    let certificate = Certificate::new()?;
    let text = format!(
        "Listen 127.0.0.1:@port-tls@\n{ON}<VirtualHost *:@port-tls@>\nSSLEngine On\n\
         SSLCertificateFile {}\nSSLCertificateKeyFile {}\n</VirtualHost>\n",
        certificate.chain(),
        certificate.key()
    );
    let config: Config = config(&text).modules(&["ssl"]).log_level("error");
    with_config(config, &[], |apache| {
        let to = ([127, 0, 0, 1], apache.port("port-tls")?).into();
        let mut client = Client::new(Way::Tls { from: None, to });
        assert_eq!(ask(&mut client, "GET", "/b", &[])?.status, 200);
        Ok(())
    })
}

/// Nobody is asked for a password by http.
#[test]
fn it_comes_before_access_rules_and_before_destination() -> Fallible<()> {
    let text = format!(
        "{ON}TuleapDestination On\n<Location /b>\nRequire all denied\n</Location>\n\
         <Location /b/.well-known>\nTuleapHttpsRedirect Off\n</Location>\n"
    );
    with_config(config(&text).log_level("crit"), &[], |apache| {
        let mut client = client(apache)?;
        let lines = [("Destination", "https://other.example/a")];
        let answer = ask(&mut client, "COPY", "/b", &lines)?;
        assert_eq!(asked(&answer), to(308, "https://tuleap.example.com/b"));
        assert_eq!(ask(&mut client, "GET", "/b/.well-known", &[])?.status, 403);
        Ok(())
    })
}

/// What the client asked for is what it is sent to, and an error page is shown as it is.
#[test]
fn redirects_inside_keep_the_client_s_target() -> Fallible<()> {
    let text = "RewriteEngine On\nRewriteRule ^/rewrite /said [PT]\nErrorDocument 404 /said\n\
         <Location /inside>\nRewriteEngine On\nRewriteRule ^ /said [PT]\n</Location>\n\
         <Location /said>\nTuleapHttpsRedirect tuleap.example.com\n</Location>\n";
    with_config(config(text).modules(&["rewrite"]), &[], |apache| {
        let mut client = client(apache)?;
        for path in ["/said?a", "/rewrite?a", "/inside?a"] {
            let answer = ask(&mut client, "GET", path, &[])?;
            assert_eq!(asked(&answer), to(301, &format!("https://tuleap.example.com{path}")));
        }
        assert_eq!(asked(&ask(&mut client, "GET", "/nowhere", &[])?), (404, None));
        Ok(())
    })
}

#[test]
fn what_is_not_clear_is_refused_at_the_start() -> Fallible<()> {
    with_module(|program| {
        for (arguments, text) in [
            ("", "TuleapHttpsRedirect: there is no host"),
            ("http://tuleap.example.com", "TuleapHttpsRedirect: "),
            ("tuleap.example.com/x", "TuleapHttpsRedirect: "),
            ("\"\"", "TuleapHttpsRedirect: "),
            ("a:b", "TuleapHttpsRedirect: "),
            ("tuleap.example.com 301", "\"301\" is neither Documented, "),
            ("tuleap.example.com status=200", "\"status=200\" is neither Documented, "),
            ("Off status=301", "TuleapHttpsRedirect: "),
        ] {
            let config = config(&format!("TuleapHttpsRedirect {arguments}\n"));
            let checked = program.check(&config.with("backend", "127.0.0.1:1"))?;
            assert!(!checked.is_accepted && checked.said.contains(text), "{}", checked.said);
            assert!(checked.said.contains("/httpd.conf:"), "{}", checked.said);
        }
        Ok(())
    })
}
