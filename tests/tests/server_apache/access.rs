//! Access rules and everything else in Apache that asks for an address see the client.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::client::{Client, Way};

use crate::{CLIENT, ON, add_cgi, client, config, logged, said, with_config};

const DENIED: &str = "client denied by server configuration";
const REFUSED: &str = "refused by TuleapRequireClient: the client is not certain";

/// Asks for a path as this client of a proxy, and compares the status.
fn answers(client: &mut Client, path: &str, value: &str, status: u16) -> Fallible<()> {
    match client.get(path, &[("X-Forwarded-For", value)])?.status {
        got if got == status => Ok(()),
        got => Err(format!("{path} for {value}: {got}, not {status}")),
    }
}

#[test]
fn access_rules_see_the_client() -> Fallible<()> {
    let text = format!(
        "{ON}{}<Location /ip>\nRequire ip 203.0.113.9 2001:db8::/32\n</Location>\n\
         <Location /not>\n<RequireAll>\nRequire all granted\nRequire not ip 203.0.113.0/24\n\
         </RequireAll>\n</Location>\n\
         <Location /and>\nRequire ip 203.0.113.0/24\n</Location>\n\
         <Location /and/in>\nAuthMerging And\nRequire ip 203.0.113.9 2001:db8::9\n</Location>\n\
         <Location /local>\nRequire local\n</Location>\n\
         <Location /old>\nOrder Deny,Allow\nDeny from all\nAllow from 203.0.113.9\n</Location>\n",
        said("%{REMOTE_ADDR}")
    );
    let config = config(&text).modules(&["authz_host", "access_compat"]);
    with_config(config, &[DENIED], |apache| {
        let mut client = client(apache)?;
        for (path, value, status) in [
            ("/ip/said", "203.0.113.9", 200),
            ("/ip/said", "6.6.6.6, 2001:db8::1", 200),
            ("/ip/said", "203.0.113.9, 203.0.113.8", 403),
            ("/ip/said", "2001:db9::1", 403),
            ("/not/said", "203.0.114.9", 200),
            ("/not/said", "203.0.113.9", 403),
            ("/and/in/said", "203.0.113.9", 200),
            ("/and/in/said", "203.0.113.8", 403),
            ("/and/in/said", "2001:db8::9", 403),
            ("/local/said", "203.0.113.9", 403),
            ("/old/said", "203.0.113.9", 200),
            ("/old/said", "203.0.113.8", 403),
        ] {
            answers(&mut client, path, value, status)?;
        }
        Ok(())
    })
}

#[test]
fn expressions_and_rewriting_see_the_client() -> Fallible<()> {
    let text = format!(
        "{ON}{}RewriteEngine On\nRewriteCond %{{REMOTE_ADDR}} =203.0.113.9\n\
         RewriteRule ^/rewritten$ /said [PT]\n\
         <If \"-R '203.0.113.0/24' || -R '2001:db8::/32'\">\nHeader always set X-If yes\n</If>\n\
         SetEnvIf Remote_Addr ^203\\.0\\.113\\. near=yes\n\
         Header always set X-Near \"expr=%{{reqenv:near}}\"\n",
        said("%{REMOTE_ADDR}")
    );
    let config = config(&text).modules(&["rewrite", "setenvif"]);
    with_config(config, &[], |apache| {
        let mut client = client(apache)?;
        answers(&mut client, "/rewritten", "203.0.113.9", 200)?;
        answers(&mut client, "/rewritten", "203.0.113.9, 203.0.113.8", 404)?;
        for (value, inside, near) in [
            ("203.0.113.9", Some("yes"), "yes"),
            ("2001:db8::9", Some("yes"), ""),
            ("203.0.114.9", None, ""),
        ] {
            let head = client.get("/said", &[("X-Forwarded-For", value)])?.head;
            assert_eq!(head.text("X-If").as_deref(), inside, "{value}");
            assert_eq!(head.text("X-Near").as_deref(), Some(near), "{value}");
        }
        Ok(())
    })
}

/// Names are looked up for the client, and not kept for the next one of the connection.
#[test]
fn host_names_are_those_of_the_client() -> Fallible<()> {
    let Some(name) = name_of("127.0.0.1") else { return Ok(()) };
    let text = format!(
        "TuleapTrustedProxies 127.0.0.9\nTuleapClientIP On\nHostnameLookups On\n{}\
         <Location /host>\nRequire host {name}\n</Location>\n\
         LogFormat %h h\nCustomLog @folder@/access.log h\n",
        said("%{REMOTE_ADDR}")
    );
    with_config(config(&text).modules(&["authz_host"]), &[], |apache| {
        let from = std::net::IpAddr::from([127, 0, 0, 9]);
        let mut client = Client::new(Way::from_to(from, apache.port("port")?));
        for path in ["/said", "/host/said"] {
            answers(&mut client, path, "127.0.0.1", 200)?;
        }
        assert_eq!(logged(apache, 2)?, [name.as_str(), &name]);
        Ok(())
    })
}

/// The name that this machine knows itself.
fn name_of(address: &str) -> Option<String> {
    let output = std::process::Command::new("getent").args(["hosts", address]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}

#[test]
fn who_is_not_certain_is_refused_where_that_is_wanted() -> Fallible<()> {
    let rights = "TuleapRequireClient On\n";
    let text = format!(
        "{ON}{}<Location /rights>\n{rights}</Location>\n\
         <Location /rights/none>\nTuleapRequireClient Off\n</Location>\n\
         <Location /satisfy>\n{rights}Satisfy Any\nAllow from all\n</Location>\n\
         <Location /any>\n{rights}<RequireAny>\nRequire all granted\nRequire ip 127.0.0.1\n\
         </RequireAny>\n</Location>\n\
         <Location /off>\n{rights}TuleapClientIP Off\n</Location>\n\
         <Location /b>\n{rights}</Location>\n\
         DirectoryIndex said\n<Files said>\n<If \"%{{QUERY_STRING}} == 'index'\">\n{rights}</If>\n\
         </Files>\n",
        said("%{reqenv:TULEAP_CLIENT_IP}")
    );
    let config = config(&text).modules(&["access_compat", "authz_host", "dir"]);
    with_config(config, &[REFUSED], |apache| {
        let mut client = client(apache)?;
        for path in ["/rights/said", "/satisfy/said", "/any/said", "/b", "/said?index", "/?index"] {
            for (value, status) in [("203.0.113.9", 200), ("unknown", 403), ("10.0.0.2", 403)] {
                answers(&mut client, path, value, status)?;
            }
            assert_eq!(client.get(path, &[])?.status, 403, "{path}");
        }
        for path in ["/said", "/rights/none/said", "/off/said", "/"] {
            answers(&mut client, path, "unknown", 200)?;
        }
        Ok(())
    })
}

/// What is tried by whoever wants to get past it.
#[test]
fn nothing_gets_past_a_client_that_is_required() -> Fallible<()> {
    let text = format!(
        "{ON}TuleapRequireClient On\nProxyRequests Off\nErrorDocument 403 /cgi/error\n\
         <Directory @folder@/html/cgi>\nOptions +ExecCGI\nSetHandler cgi-script\n</Directory>\n"
    );
    let config = config(&text).modules(&["cgid", "proxy_connect"]);
    with_config(config, &[REFUSED], |apache| {
        add_cgi(apache, "cgi/env")?;
        add_cgi(apache, "cgi/error")?;
        let mut client = client(apache)?;
        let unknown = "X-Forwarded-For: unknown\r\nConnection: close\r\n\r\n";
        for (request, status) in [
            ("GET /cgi/env HTTP/1.1\r\nHost: a\r\n", 403),
            ("HEAD /cgi/env HTTP/1.1\r\nHost: a\r\n", 403),
            ("OPTIONS /cgi/env HTTP/1.1\r\nHost: a\r\n", 403),
            ("GET http://a/cgi/env HTTP/1.1\r\nHost: a\r\n", 403),
            ("GET /cgi/env HTTP/1.0\r\n", 403),
            ("GET /x/../cgi/%65nv HTTP/1.1\r\nHost: a\r\n", 403),
            (
                "POST /cgi/env HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\
              Content-Length: 0\r\n",
                403,
            ),
            ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n", 403),
            // httpd answers these before it looks at a section, and with nothing.
            ("OPTIONS * HTTP/1.1\r\nHost: a\r\n", 200),
            ("TRACE /cgi/env HTTP/1.1\r\nHost: a\r\n", 200),
        ] {
            let answer = client.send(format!("{request}{unknown}").as_bytes())?;
            assert_eq!(answer.status, status, "{request}");
            assert!(!answer.text().contains("TULEAP_CLIENT_IP_KIND"), "{request}");
        }
        Ok(())
    })
}

/// The oldest requests have no header, and several may come at once.
#[test]
fn requests_without_a_header_and_requests_at_once_have_clients_of_their_own() -> Fallible<()> {
    let text = format!("{ON}<Location /b/rights>\nTuleapRequireClient On\n</Location>\n");
    with_config(config(&text), &[REFUSED], |apache| {
        let said = raw(apache.port("port")?, b"GET /b/rights\r\n")?;
        assert!(said.contains("403 Forbidden") && !said.contains("HTTP/1.1 200"), "{said}");
        let get = |path: &str, value: &str, rest: &str| {
            format!("GET {path} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {value}\r\n{rest}\r\n")
        };
        let all = [
            get("/b/rights", "203.0.113.9", ""),
            get("/b/rights", "203.0.113.9, -", ""),
            get("/b/rights", "203.0.113.8", "Connection: close\r\n"),
        ];
        let said = raw(apache.port("port")?, all.concat().as_bytes())?;
        let statuses = said.lines().filter(|line| line.starts_with("HTTP/1.1 "));
        let statuses: Vec<&str> = statuses.filter_map(|line| line.split(' ').nth(1)).collect();
        assert_eq!(statuses, ["200", "403", "200"], "{said}");
        Ok(())
    })
}

/// Sends bytes and reads until the server closes.
fn raw(port: u16, bytes: &[u8]) -> Fallible<String> {
    use std::io::{Read as _, Write as _};
    let words = |error: std::io::Error| error.to_string();
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).map_err(words)?;
    stream.write_all(bytes).map_err(words)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(words)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A rule within a section that finds the client itself, asked by a page that does not.
#[test]
fn access_rules_of_an_included_page_see_the_client() -> Fallible<()> {
    let section = |path: &str, address: &str| {
        format!("<Location {path}>\nTuleapClientIP On\nRequire ip {address}\n</Location>\n")
    };
    let text = format!(
        "TuleapTrustedProxies 127.0.0.1\n{}{}\
         <Directory @folder@/html>\nOptions +Includes\nSetOutputFilter INCLUDES\n</Directory>\n\
         LogFormat \"%a %{{TULEAP_CLIENT_IP}}e\" l\nCustomLog @folder@/access.log l\n",
        section("/peer", "127.0.0.1"),
        section("/client", "203.0.113.9"),
    );
    let config = config(&text).modules(&["include", "authz_host"]);
    with_config(config, &[DENIED, "unable to include \"/peer/page\""], |apache| {
        for name in ["peer", "client"] {
            let include = format!("<!--#include virtual=\"/{name}/page\"-->");
            apache.folder().write(&format!("html/from-{name}"), include)?;
            apache.folder().write(&format!("html/{name}/page"), "inside")?;
        }
        let mut client = client(apache)?;
        assert_eq!(client.get("/from-client", &[CLIENT])?.text(), "inside");
        assert!(!client.get("/from-peer", &[CLIENT])?.text().contains("inside"));
        // From then on it is the client of the page too.
        assert_eq!(logged(apache, 2)?, ["203.0.113.9 203.0.113.9"; 2]);
        Ok(())
    })
}
