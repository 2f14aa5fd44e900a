//! Sections, subrequests, internal redirects, and what has no section at all.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::client::{Client, Way};

use crate::{CLIENT, ON, add_cgi, client, config, logged, said, says, with_apache, with_config};

const WHO: &str = "%{REMOTE_ADDR} %{reqenv:TULEAP_CLIENT_IP} %{reqenv:TULEAP_PEER_ADDR}";

#[test]
fn redirects_inside_keep_the_client() -> Fallible<()> {
    let text = format!(
        "{ON}{}RewriteEngine On\nRewriteRule ^/rewrite$ /said [PT]\n\
         <Location /section>\nRewriteEngine On\nRewriteRule ^ /said [PT]\n</Location>\n\
         ErrorDocument 404 /said\nDirectoryIndex said\n\
         <Directory @folder@/html/fall>\nFallbackResource /fall/said\n</Directory>\n\
         Action local /said virtual\n<Location /action>\nSetHandler local\n</Location>\n",
        said(WHO)
    );
    let config = config(&text).modules(&["rewrite", "dir", "actions"]);
    with_config(config, &[], |apache| {
        apache.folder().write("html/fall/other", "")?;
        let mut client = client(apache)?;
        let mut ask = |path: &str| -> Fallible<()> {
            says(&mut client, path, &[CLIENT], "203.0.113.9 203.0.113.9 127.0.0.1")?;
            says(&mut client, path, &[("X-Forwarded-For", "-")], "127.0.0.1  127.0.0.1")
        };
        for path in ["/said", "/rewrite", "/section", "/nowhere", "/", "/fall/x", "/action"] {
            ask(path)?;
        }
        Ok(())
    })
}

/// A page and what it includes, a rewriting rule that looks ahead.
#[test]
fn subrequests_have_the_same_client() -> Fallible<()> {
    let text = format!(
        "{ON}<Directory @folder@/html>\nOptions +Includes\nSetOutputFilter INCLUDES\n\
         </Directory>\nRewriteEngine On\nRewriteCond %{{LA-U:REMOTE_ADDR}} =203.0.113.9\n\
         RewriteCond %{{LA-U:ENV:TULEAP_CLIENT_IP}} =203.0.113.9\nRewriteRule ^/ahead$ /page [PT]\n"
    );
    with_config(config(&text).modules(&["include", "rewrite"]), &[], |apache| {
        let echo = "<!--#echo var=\"REMOTE_ADDR\"--> <!--#echo var=\"TULEAP_CLIENT_IP_KIND\"-->";
        apache.folder().write("html/inner", echo)?;
        apache.folder().write("html/page", "<!--#include virtual=\"/inner\"-->")?;
        let mut client = client(apache)?;
        for path in ["/page", "/ahead"] {
            assert_eq!(client.get(path, &[CLIENT])?.text(), "203.0.113.9 forwarded", "{path}");
        }
        let lines = [("X-Forwarded-For", "-")];
        assert_eq!(client.get("/page", &lines)?.text(), "127.0.0.1 unnamed");
        assert_eq!(client.get("/ahead", &lines)?.status, 404);
        Ok(())
    })
}

/// Where the server is off, rules outside of sections still see the peer.
#[test]
fn a_section_finds_the_client_before_its_own_rules() -> Fallible<()> {
    let text = format!(
        "TuleapTrustedProxies 127.0.0.1\n{}RewriteEngine On\n\
         RewriteRule ^ - [E=early:%{{REMOTE_ADDR}}]\n\
         <Location /in>\nTuleapClientIP On\nRequire ip 203.0.113.9\nRewriteEngine On\n\
         RewriteCond %{{REMOTE_ADDR}} (.*)\nRewriteRule ^ - [E=late:%1]\n</Location>\n\
         <Directory @folder@/html/directory>\nTuleapClientIP On\n</Directory>\n\
         <If \"%{{QUERY_STRING}} == 'if'\">\nTuleapClientIP On\n</If>\n",
        said("%{reqenv:early} %{reqenv:late} %{REMOTE_ADDR} %{reqenv:TULEAP_CLIENT_IP_KIND}")
    );
    with_config(config(&text).modules(&["rewrite", "authz_host"]), &[], |apache| {
        apache.folder().write("html/directory/file", "")?;
        let mut client = client(apache)?;
        let both = "127.0.0.1 203.0.113.9 203.0.113.9 forwarded";
        says(&mut client, "/in/said", &[CLIENT], both)?;
        let found = "127.0.0.1  203.0.113.9 forwarded";
        says(&mut client, "/directory/file", &[CLIENT], found)?;
        says(&mut client, "/said?if", &[CLIENT], found)?;
        says(&mut client, "/said", &[CLIENT], "127.0.0.1  127.0.0.1 ")
    })
}

/// The client is found once: neither a section nor where a redirect leads can change it.
#[test]
fn the_first_that_is_on_decides() -> Fallible<()> {
    let text = format!(
        "{}TuleapTrustedProxies 127.0.0.1\nErrorDocument 404 /other/said\n\
         <Location /other>\nTuleapTrustedProxies unix:\nTuleapClientIP On\n</Location>\n\
         <Location /off>\nTuleapClientIP Off\n</Location>\n\
         <Location /first>\nTuleapClientIP On\n</Location>\n\
         <VirtualHost *:@port@>\nServerName on\nTuleapClientIP On\n</VirtualHost>\n\
         <VirtualHost *:@port@>\nServerName off\n</VirtualHost>\n\
         <VirtualHost *:@port@>\nServerName shadow\nTuleapClientIP Shadow\n\
         TuleapClientIPTrace On\n</VirtualHost>\n",
        said("%{REMOTE_ADDR} %{reqenv:TULEAP_CLIENT_IP_KIND}")
    );
    with_apache(&text, |apache| {
        let mut client = client(apache)?;
        for (host, path, expected) in [
            ("on", "/other/said", "203.0.113.9 forwarded"),
            ("on", "/off/said", "203.0.113.9 forwarded"),
            ("off", "/said", "127.0.0.1 "),
            ("off", "/other/said", "127.0.0.1 direct"),
            ("off", "/first/nowhere", "203.0.113.9 forwarded"),
            ("off", "/nowhere", "127.0.0.1 direct"),
            ("shadow", "/other/said", "127.0.0.1 forwarded"),
        ] {
            says(&mut client, path, &[("Host", host), CLIENT], expected)?;
        }
        Ok(())
    })
}

/// httpd gives up in the middle of the header: the line of the proxy may not have been read. A
/// page for the error is told nothing that is not certain.
#[test]
fn a_request_that_is_no_request_has_a_peer_and_no_client() -> Fallible<()> {
    let host = |place: &str, page: &str| {
        format!(
            "Listen 127.0.0.1:@{place}@\n<VirtualHost *:@{place}@>\nErrorDocument 400 {page}\n\
             <Location /rights>\nTuleapRequireClient On\n</Location>\n</VirtualHost>\n"
        )
    };
    let text = format!(
        "{ON}TuleapForwardedHeaders On\nTuleapClientIPTrace On\nLimitRequestFields 10\n{}{}{}\
         <Directory @folder@/html>\nOptions +Includes\nSetOutputFilter INCLUDES\n</Directory>\n\
         LogFormat \"%a %{{TULEAP_PEER_ADDR}}e %{{TULEAP_CLIENT_IP}}e \
         %{{TULEAP_CLIENT_IP_KIND}}e\" f\nCustomLog @folder@/access.log f\n",
        host("port-none", "default"),
        host("port-page", "/page"),
        host("port-rights", "/rights/page")
    );
    let refused = ["refused by TuleapRequireClient: the client is not certain (edge)"];
    with_config(config(&text).modules(&["include"]), &refused, |apache| {
        let names = ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "TULEAP_CLIENT_IP_KIND"];
        let page = names.map(|name| format!("<!--#echo var=\"{name}\"--> ")).concat();
        apache.folder().write("html/page", &page)?;
        apache.folder().write("html/rights/page", &page)?;
        let many = "X-Line: v\r\n".repeat(10);
        let (nobody, edge) = ("127.0.0.1 - - -", "127.0.0.1 127.0.0.1 - edge");
        let mut expected = Vec::new();
        for rest in ["no line\r\n", many.as_str()] {
            let request = format!(
                "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n{rest}\
                 X-Forwarded-For: 203.0.113.9\r\n\r\n"
            );
            for (place, is_said, line) in
                [("none", false, nobody), ("page", true, edge), ("rights", false, edge)]
            {
                let port = apache.port(&format!("port-{place}"))?;
                let answer = Client::new(Way::port(port)).send(request.as_bytes())?;
                assert_eq!(answer.status, 400, "{place}");
                assert_eq!(answer.text() == "unknown (none) edge ", is_said, "{}", answer.text());
                expected.push(line);
                assert_eq!(logged(apache, expected.len())?, expected, "{place}");
            }
        }
        Ok(())
    })
}

/// With MergeTrailers, lines that come after the body.
#[test]
fn what_comes_after_the_body_names_nobody() -> Fallible<()> {
    let text = format!(
        "{ON}TuleapForwardedHeaders On\nMergeTrailers On\n\
         LogFormat \"%a %{{TULEAP_CLIENT_IP}}e\" f\nCustomLog @folder@/access.log f\n\
         <Directory @folder@/html/cgi>\nOptions +ExecCGI\nSetHandler cgi-script\n</Directory>\n"
    );
    with_config(config(&text).modules(&["cgid"]), &[], |apache| {
        add_cgi(apache, "cgi/env")?;
        let trailer = "X-Forwarded-For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n\r\n";
        let request = format!(
            "POST /cgi/env HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\
             X-Forwarded-For: 203.0.113.9\r\n\r\n1\r\nx\r\n0\r\n{trailer}"
        );
        let said = client(apache)?.send(request.as_bytes())?.text();
        assert!(said.contains("HTTP_X_FORWARDED_FOR=203.0.113.9\n"), "{said}");
        assert!(!said.contains("6.6.6.6"), "{said}");
        assert_eq!(logged(apache, 1)?, ["203.0.113.9 203.0.113.9"]);
        Ok(())
    })
}
