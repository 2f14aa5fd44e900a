//! What the next server is told, by mod_proxy, by FastCGI and by CGI.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::client::Client;
use tuleap_front_tests::server::fastcgi::{FastCgi, parameter};
use tuleap_front_tests::server::message::Head;
use tuleap_front_tests::server::told::{FORGED, one, told, values};

use crate::{ON, add_cgi, client, config, with_apache, with_config, with_module};

const SENDS: &str = "TuleapForwardedHeaders On\n";

fn names(head: &Head) -> Vec<String> {
    let names = head.lines.iter().map(|(name, _)| String::from_utf8_lossy(name).to_lowercase());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// What mod_proxy adds itself, and what other modules write, changes nothing.
#[test]
fn the_backend_is_told_one_certain_address() -> Fallible<()> {
    let others = "RequestHeader set X-Forwarded-For 7.7.7.7\nRequestHeader append X-Real-IP 7\n\
                  RequestHeader set X-Forwarded-Proto gopher\n\
                  RequestHeader set X-Forwarded-Host evil.example\n";
    for more in ["", "ProxyAddHeaders Off\n", others, "ProxyVia Full\n"] {
        with_apache(&format!("{ON}{SENDS}{more}"), |apache| {
            let mut client = client(apache)?;
            let received = client.get("/b", FORGED)?.received();
            assert_eq!(told(&received), one(["203.0.113.9", "203.0.113.9", "https"]), "{more}");
            let mut expected = vec![
                "accept",
                "connection",
                "cookie",
                "host",
                "x-forwarded-for",
                "x-forwarded-proto",
                "x-real-ip",
            ];
            if more.contains("Via") {
                expected.insert(4, "via");
            }
            assert_eq!(names(&received), expected, "{more}");
            for lines in [&[("X-Forwarded-For", "203.0.113.9, unknown")][..], &[]] {
                let received = client.get("/b", lines)?.received();
                assert_eq!(told(&received), one(["", "unknown", "http"]), "{more}");
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// A client names a line in Connection, so that a proxy drops it.
#[test]
fn a_client_cannot_have_a_line_dropped() -> Fallible<()> {
    let documented = "<Location /b/guide>\nTuleapForwardedHeaders Documented\n</Location>\n";
    with_apache(&format!("{ON}{SENDS}{documented}"), |apache| {
        let mut client = client(apache)?;
        for value in ["X-Forwarded-For, X-Real-IP, X-Forwarded-Proto", "x-real-ip"] {
            let lines = [("Connection", value), ("X-Forwarded-For", "203.0.113.9")];
            let received = client.get("/b", &lines)?.received();
            assert_eq!(told(&received), one(["203.0.113.9", "203.0.113.9", "http"]), "{value}");
            let received = client.get("/b/guide", &lines)?.received();
            let list = "203.0.113.9, 203.0.113.9";
            assert_eq!(told(&received), one(["203.0.113.9", list, "http"]), "{value}");
        }
        Ok(())
    })
}

/// However a request comes to the backend.
#[test]
fn every_way_of_mod_proxy_tells_the_same() -> Fallible<()> {
    let text = format!(
        "{ON}{SENDS}RewriteEngine On\nRewriteRule ^/rewrite http://@backend@/ [P]\n\
         <Location /section>\nProxyPass http://@backend@/\n</Location>\n\
         <Location /directory>\nRewriteEngine On\nRewriteRule ^ http://@backend@/ [P]\n\
         </Location>\n<Location /handler>\nSetHandler \"proxy:http://@backend@\"\n</Location>\n\
         <Proxy balancer://two>\nBalancerMember http://@backend@\n</Proxy>\n\
         ProxyPass /balancer balancer://two/\n\
         ProxyPass /upgrade http://@other@/ upgrade=websocket\nProxyPass /ws ws://@backend@/ws\n"
    );
    let modules =
        ["rewrite", "proxy_balancer", "slotmem_shm", "lbmethod_byrequests", "proxy_wstunnel"];
    let other = Backend::start()?;
    let config = config(&text).modules(&modules).with("other", other.address());
    with_config(config, &[], |apache| {
        apache.folder().write("html/handler", "")?;
        let mut client = client(apache)?;
        for path in ["/b", "/rewrite", "/section", "/directory", "/handler", "/balancer"] {
            let received = client.get(path, FORGED)?.received();
            let expected = one(["203.0.113.9", "203.0.113.9", "https"]);
            assert_eq!(told(&received), expected, "{path}");
            assert!(values(&received, "X-Forwarded-Host").is_empty(), "{path}");
            assert!(values(&received, "Forwarded").is_empty(), "{path}");
        }
        for path in ["/upgrade", "/ws"] {
            let upgrade = [("Connection", "Upgrade"), ("Upgrade", "websocket")];
            let received = client.get(path, &[FORGED, &upgrade].concat())?.received();
            assert_eq!(values(&received, "Upgrade"), ["websocket"], "{path}");
            let expected = one(["203.0.113.9", "203.0.113.9", "https"]);
            assert_eq!(told(&received), expected, "{path}");
        }
        Ok(())
    })
}

#[test]
fn php_and_cgi_are_told_the_same() -> Fallible<()> {
    let text = format!(
        "{ON}{SENDS}ProxyPass /php fcgi://@php@/\n\
         <Directory @folder@/html/cgi>\nOptions +ExecCGI\nSetHandler cgi-script\n</Directory>\n"
    );
    let php = FastCgi::start()?;
    let config = config(&text).with("php", php.address()).modules(&["proxy_fcgi", "cgid"]);
    with_config(config, &[], |apache| {
        add_cgi(apache, "cgi/env")?;
        let mut client = client(apache)?;
        for path in ["/php/x", "/cgi/env"] {
            let said = client.get(path, FORGED)?.body;
            for (name, expected) in [
                ("REMOTE_ADDR", Some("203.0.113.9")),
                ("TULEAP_HTTPS", Some("on")),
                ("HTTP_X_REAL_IP", Some("203.0.113.9")),
                ("HTTP_X_FORWARDED_FOR", Some("203.0.113.9")),
                ("HTTP_X_FORWARDED_PROTO", Some("https")),
                ("HTTP_X_FORWARDED_HOST", None),
                ("HTTP_X_FORWARDED_SERVER", None),
                ("HTTP_FORWARDED", None),
                ("HTTP_TRUE_CLIENT_IP", None),
                ("HTTP_ACCEPT", Some("text/css")),
            ] {
                let value = parameter(&said, name);
                let value = value.map(|value| String::from_utf8_lossy(&value).into_owned());
                assert_eq!(value.as_deref(), expected, "{path} {name}");
            }
            let said = client.get(path, &[("X-Forwarded-For", "-")])?.body;
            assert_eq!(parameter(&said, "HTTP_X_REAL_IP"), None, "{path}");
            assert_eq!(parameter(&said, "HTTP_X_FORWARDED_FOR"), Some(b"unknown".to_vec()));
        }
        Ok(())
    })
}

/// What `proxy_add_x_forwarded_for` and its neighbours make in nginx.
#[test]
fn documented_writes_the_guide_s_lines() -> Fallible<()> {
    let text = format!("{ON}TuleapForwardedHeaders Documented\n");
    for more in ["", "ProxyAddHeaders Off\n"] {
        with_apache(&format!("{text}{more}"), |apache| {
            let mut client = client(apache)?;
            let received = client.get("/b", FORGED)?.received();
            let list = "6.6.6.6, 203.0.113.9:77, 10.0.0.2, 203.0.113.9";
            assert_eq!(told(&received), one(["203.0.113.9", list, "http"]), "{more}");
            for (name, value) in FORGED.iter().skip(3) {
                assert_eq!(values(&received, name), [*value], "{more}");
            }
            let received = client.get("/b", &[("X-Forwarded-For", "6.6.6.6, -")])?.received();
            assert_eq!(told(&received), one(["127.0.0.1", "6.6.6.6, -, 127.0.0.1", "http"]));
            let long = format!("{}203.0.113.9", "6.6.6.6, ".repeat(800));
            let received = client.get("/b", &[("X-Forwarded-For", &long)])?.received();
            let list = format!("{long}, 203.0.113.9");
            assert_eq!(told(&received), one(["203.0.113.9", &list, "http"]), "{more}");
            let received = client.get("/b", &[])?.received();
            assert_eq!(told(&received), one(["127.0.0.1", "127.0.0.1", "http"]), "{more}");
            assert!(values(&received, "X-Forwarded-Server").is_empty(), "{more}");
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn the_host_is_left_to_mod_proxy() -> Fallible<()> {
    let text = format!(
        "{ON}ProxyPass /kept/b http://@backend@\n<Location /kept>\nProxyPreserveHost On\n\
         </Location>\n<Location /kept/b/guide>\nTuleapForwardedHeaders Documented\n</Location>\n\
         {SENDS}"
    );
    with_config(config(&text), &[], |apache| {
        let mut client = client(apache)?;
        for (path, expected) in [("/b", None), ("/kept/b", Some(())), ("/kept/b/guide", Some(()))] {
            let lines = [("Host", "tuleap.example.com"), ("X-Forwarded-Host", "evil.example")];
            let host = client.get(path, &lines)?.received().text("Host");
            let is_kept = host.as_deref() == Some("tuleap.example.com");
            assert_eq!(is_kept, expected.is_some(), "{path}: {host:?}");
        }
        Ok(())
    })
}

/// Each section has its own word, also for a request that has been elsewhere.
#[test]
fn a_section_that_is_off_sees_the_lines_as_they_came() -> Fallible<()> {
    let text = format!(
        "{ON}{SENDS}ProxyErrorOverride On\nProxyPass /error http://@error@\n\
         ErrorDocument 404 /b/off\nErrorDocument 410 /b/guide\nErrorDocument 402 /b\n\
         <Location /b/off>\nTuleapForwardedHeaders Off\nProxyAddHeaders Off\n</Location>\n\
         <Location /b/guide>\nTuleapForwardedHeaders Documented\n</Location>\n\
         <Location /b/elsewhere>\nTuleapClientIP Off\nProxyAddHeaders Off\n</Location>\n"
    );
    with_module(|program| {
        let backend = Backend::start()?;
        let error = Backend::scripted(|received| {
            let status = String::from_utf8_lossy(received.head.word(1)).into_owned();
            let status = status.trim_start_matches('/');
            format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n").into_bytes()
        })?;
        let config = config(&text).with("backend", backend.address());
        let apache = program.start(&config.with("error", error.address()))?;
        let mut asking = client(&apache)?;
        let lines = [("X-Forwarded-For", "6.6.6.6, 203.0.113.9"), ("Forwarded", "for=1.1.1.1")];
        let as_they_came = one(["", "6.6.6.6, 203.0.113.9", ""]);
        let list = "6.6.6.6, 203.0.113.9, 203.0.113.9";
        for (path, expected, forwarded) in [
            ("/b", one(["203.0.113.9", "203.0.113.9", "http"]), 0),
            ("/b/off", as_they_came.clone(), 1),
            ("/b/elsewhere", as_they_came.clone(), 1),
            ("/error/404", as_they_came, 1),
            ("/error/410", one(["203.0.113.9", list, "http"]), 1),
            ("/error/402", one(["203.0.113.9", "203.0.113.9", "http"]), 0),
        ] {
            let received = asking.get(path, &lines)?.received();
            assert_eq!(told(&received), expected, "{path}");
            assert_eq!(values(&received, "Forwarded").len(), forwarded, "{path}");
        }
        drop(asking);
        apache.stop()
    })
}

/// The header that names the client here may name it at the next server as well.
#[test]
fn the_header_that_was_read_is_not_sent_on() -> Fallible<()> {
    let text = format!("{ON}{SENDS}TuleapClientIPHeader X-Cdn-Client\n");
    with_apache(&text, |apache| {
        let lines = [("X-Cdn-Client", "203.0.113.9"), ("X-Forwarded-For", "6.6.6.6")];
        let received = client(apache)?.get("/b", &lines)?.received();
        assert_eq!(told(&received), one(["203.0.113.9", "203.0.113.9", "http"]));
        assert!(values(&received, "X-Cdn-Client").is_empty());
        Ok(())
    })
}

/// `RequestHeader … early` comes after the client was found, and before the lines are written.
#[test]
fn an_early_line_names_nobody() -> Fallible<()> {
    let text = format!("{ON}{SENDS}RequestHeader set X-Forwarded-For 6.6.6.6 early\n");
    with_apache(&text, |apache| {
        let lines = [("X-Forwarded-For", "203.0.113.9")];
        let received = client(apache)?.get("/b", &lines)?.received();
        assert_eq!(told(&received), one(["203.0.113.9", "203.0.113.9", "http"]));
        Ok(())
    })
}

#[test]
fn the_log_has_the_line_that_was_sent() -> Fallible<()> {
    let text = format!(
        "{ON}{SENDS}LogFormat \"%{{X-Forwarded-For}}i %{{X-Real-IP}}i\" sent\n\
         CustomLog @folder@/access.log sent\n"
    );
    with_apache(&text, |apache| {
        client(apache)?.get("/b", FORGED)?;
        assert_eq!(crate::logged(apache, 1)?, ["203.0.113.9 203.0.113.9"]);
        Ok(())
    })
}

/// A page in a section without the directive, and a program in one with it: the page's own
/// environment is no way around.
#[test]
fn an_included_program_is_told_what_its_section_says() -> Fallible<()> {
    let text = format!(
        "{ON}<Directory @folder@/html>\nOptions +Includes +ExecCGI\n</Directory>\n\
         <FilesMatch page>\nSetOutputFilter INCLUDES\n</FilesMatch>\n\
         <FilesMatch env>\nSetHandler cgi-script\n</FilesMatch>\n\
         <Location /on>\n{SENDS}RewriteEngine On\nRewriteRule away$ /env [PT]\n</Location>\n"
    );
    with_config(config(&text).modules(&["include", "cgid", "rewrite"]), &[], |apache| {
        add_cgi(apache, "env")?;
        add_cgi(apache, "on/env")?;
        for (name, target) in [("page", "/on/env"), ("away-page", "/on/away"), ("on/page", "/env")]
        {
            let include = format!("<!--#include virtual=\"{target}\"-->");
            apache.folder().write(&format!("html/{name}"), include)?;
        }
        let mut client = client(apache)?;
        let mut ask = |path: &str| -> Fallible<[Option<String>; 3]> {
            let body = client.get(path, FORGED)?.body;
            let names = ["HTTP_X_REAL_IP", "HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"];
            let text = |value: Vec<u8>| String::from_utf8_lossy(&value).into_owned();
            Ok(names.map(|name| parameter(&body, name).map(text)))
        };
        let client = Some("203.0.113.9".to_owned());
        let (list, element) = ("6.6.6.6, 203.0.113.9:77, 10.0.0.2", "for=6.6.6.6");
        let as_they_came = ["6.6.6.6", list, element].map(|value| Some(value.to_owned()));
        assert_eq!(ask("/page")?, [client.clone(), client, None]);
        assert_eq!(ask("/on/page")?, as_they_came);
        assert_eq!(ask("/away-page")?, as_they_came);
        Ok(())
    })
}

/// A request of ninety lines.
#[test]
fn long_requests_keep_every_line() -> Fallible<()> {
    with_apache(&format!("{ON}{SENDS}"), |apache| {
        let names: Vec<String> = (0..90).map(|number| format!("X-Line-{number}")).collect();
        let mut lines: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "v")).collect();
        lines.insert(50, ("X-Forwarded-For", "203.0.113.9"));
        let received = client(apache)?.get("/b", &lines)?.received();
        assert!(names.iter().all(|name| values(&received, name) == ["v"]));
        assert_eq!(told(&received), one(["203.0.113.9", "203.0.113.9", "http"]));
        Ok(())
    })
}

/// A backend that speaks HTTP/2, here Apache itself: mod_proxy_http2 adds its lines late.
#[test]
fn a_backend_of_http_2_is_told_the_same() -> Fallible<()> {
    let text = format!(
        "{ON}{SENDS}Protocols h2c http/1.1\nListen 127.0.0.1:@port-next@\n\
         <VirtualHost *:@port@>\nProxyAddHeaders Off\nProxyPass /h2 h2c://127.0.0.1:@port-next@/b\n\
         </VirtualHost>\n\
         <VirtualHost *:@port-next@>\nTuleapClientIP Off\nProxyAddHeaders Off\n</VirtualHost>\n"
    );
    with_config(config(&text).modules(&["http2", "proxy_http2"]), &[], |apache| {
        let mut client = client(apache)?;
        let mut ask = |lines: &[(&str, &str)]| -> Fallible<Head> {
            Ok(Client::get(&mut client, "/h2", lines)?.received())
        };
        let received = ask(FORGED)?;
        assert_eq!(told(&received), one(["203.0.113.9", "203.0.113.9", "https"]));
        assert!(values(&received, "Forwarded").is_empty());
        assert_eq!(told(&ask(&[])?), one(["", "unknown", "http"]));
        Ok(())
    })
}
