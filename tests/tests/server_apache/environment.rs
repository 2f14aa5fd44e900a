//! The environment and the notes: for applications and logs, and not for clients to write.

use serde_json::Value;
use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::fastcgi::parameter;

use crate::{
    CLIENT, ON, add_cgi, client, config, heard, logged, said, says, with_apache, with_config,
};

const NAMES: &[&str] = &[
    "TULEAP_CLIENT_IP",
    "TULEAP_CLIENT_IP_FOR_LOG",
    "TULEAP_CLIENT_IP_KIND",
    "TULEAP_CLIENT_IP_REASON",
    "TULEAP_CLIENT_IP_SOURCE",
    "TULEAP_PEER_ADDR",
    "TULEAP_PEER_TRUSTED",
    "TULEAP_SCHEME",
    "TULEAP_HTTPS",
];

const CGI: &str = "<Directory @folder@/html/cgi>\nOptions +ExecCGI\nSetHandler cgi-script\n\
                   </Directory>\n";

fn text(body: &[u8], name: &str) -> Option<String> {
    parameter(body, name).map(|value| String::from_utf8_lossy(&value).into_owned())
}

#[test]
fn notes_are_the_environment() -> Fallible<()> {
    let list = |of: &str| {
        NAMES.iter().map(|name| format!("[%{{{of}:{name}}}]")).collect::<Vec<_>>().concat()
    };
    let compare = format!("Header always set X-Notes \"expr={}\"\n", list("note"));
    let text = format!("{ON}{}{compare}", said(&list("reqenv")));
    with_apache(&text, |apache| {
        let mut client = client(apache)?;
        let secure = ("X-Forwarded-Proto", "https");
        for lines in [&[CLIENT, secure][..], &[CLIENT], &[("X-Forwarded-For", "-")], &[]] {
            let answer = client.get("/said", lines)?;
            let notes = answer.head.text("X-Notes").unwrap_or_default();
            assert_eq!(heard(&answer), notes, "{lines:?}");
            assert!(notes.contains("[client-ip/"), "{notes}");
        }
        Ok(())
    })
}

/// Whatever a client calls its lines, and whatever another module made of them before.
#[test]
fn a_client_cannot_write_them() -> Fallible<()> {
    for (mpm, cgi) in [("event", "cgid"), ("prefork", "cgi")] {
        let written = NAMES.iter().map(|name| format!("SetEnvIf X-Forge (.*) {name}=$1\n"));
        let directives = format!(
            "TuleapTrustedProxies 127.0.0.1\n{CGI}{}\
             <Location /cgi>\nTuleapClientIP On\n</Location>\n",
            written.collect::<String>()
        );
        let config = config(&directives).mpm(mpm).modules(&[cgi, "setenvif"]);
        with_config(config, &[], |apache| {
            add_cgi(apache, "cgi/env")?;
            let mut lines = vec![("X-Forwarded-For", "203.0.113.9, -"), ("X-Forge", "forged")];
            let dashed: Vec<String> = NAMES.iter().map(|name| name.replace('_', "-")).collect();
            lines.extend(NAMES.iter().map(|name| (*name, "forged")));
            lines.extend(dashed.iter().map(|name| (name.as_str(), "forged")));
            let body = client(apache)?.get("/cgi/env", &lines)?.body;
            assert_eq!(text(&body, "TULEAP_CLIENT_IP"), None);
            assert_eq!(text(&body, "TULEAP_CLIENT_IP_KIND").as_deref(), Some("unnamed"));
            assert_eq!(text(&body, "TULEAP_SCHEME").as_deref(), Some("http"));
            assert_eq!(text(&body, "TULEAP_HTTPS"), None);
            assert_eq!(text(&body, "REMOTE_ADDR").as_deref(), Some("127.0.0.1"));
            let all = String::from_utf8_lossy(&body).into_owned();
            let mut forged = all.lines().filter(|line| line.ends_with("=forged"));
            assert!(forged.all(|line| line.starts_with("HTTP_")), "{all}");
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn nothing_is_set_where_it_is_off() -> Fallible<()> {
    let directives = format!("{CGI}<Location /cgi/on>\n{ON}</Location>\n");
    with_config(config(&directives).modules(&["cgid"]), &[], |apache| {
        add_cgi(apache, "cgi/env")?;
        add_cgi(apache, "cgi/on/env")?;
        let mut client = client(apache)?;
        let body = client.get("/cgi/on/env", &[CLIENT])?.body;
        assert_eq!(text(&body, "TULEAP_CLIENT_IP").as_deref(), Some("203.0.113.9"));
        let body = client.get("/cgi/env", &[CLIENT])?.text();
        assert!(!body.contains("TULEAP_"), "{body}");
        Ok(())
    })
}

/// As the README writes it.
#[test]
fn php_and_cgi_learn_of_tls_before_this_server() -> Fallible<()> {
    let line = "SetEnvIfExpr \"reqenv('TULEAP_HTTPS') == 'on'\" HTTPS=on\n";
    let directives = format!("{ON}{CGI}{line}");
    with_config(config(&directives).modules(&["cgid", "setenvif"]), &[], |apache| {
        add_cgi(apache, "cgi/env")?;
        let mut client = client(apache)?;
        let secure = ("X-Forwarded-Proto", "https");
        let body = client.get("/cgi/env", &[CLIENT, secure])?.body;
        assert_eq!(text(&body, "HTTPS").as_deref(), Some("on"));
        assert_eq!(text(&body, "REMOTE_ADDR").as_deref(), Some("203.0.113.9"));
        let body = client.get("/cgi/env", &[CLIENT])?.body;
        assert_eq!(text(&body, "HTTPS"), None);
        Ok(())
    })
}

/// The LogFormat of the README.
#[test]
fn a_log_can_say_who_it_was_and_how_sure_that_is() -> Fallible<()> {
    let text = format!(
        "{ON}{}LogFormat \"%a %{{TULEAP_CLIENT_IP_KIND}}e %l %u \\\"%r\\\" %>s \
         peer=%{{TULEAP_PEER_ADDR}}e\" tuleap\nCustomLog @folder@/access.log tuleap\n",
        said("")
    );
    with_apache(&text, |apache| {
        let mut client = client(apache)?;
        client.get("/said", &[CLIENT])?;
        client.get("/said", &[("X-Forwarded-For", "203.0.113.9, -")])?;
        let expected = [
            "203.0.113.9 forwarded - - \"GET /said HTTP/1.1\" 200 peer=127.0.0.1",
            "127.0.0.1 unnamed - - \"GET /said HTTP/1.1\" 200 peer=127.0.0.1",
        ];
        assert_eq!(logged(apache, 2)?, expected);
        Ok(())
    })
}

/// The steps, as JSON; a quote in the log has a backslash before it.
#[test]
fn every_answer_can_be_explained() -> Fallible<()> {
    let text = format!(
        "TuleapTrustedProxies 127.0.0.1 2001:db8::/32\nTuleapClientIPTrace On\n{}\
         LogFormat %{{tuleap_client_ip_trace}}n trace\nCustomLog @folder@/access.log trace\n\
         <VirtualHost *:@port@>\nServerName on\nTuleapClientIP On\n</VirtualHost>\n\
         <VirtualHost *:@port@>\nServerName shadow\nTuleapClientIP Shadow\n</VirtualHost>\n\
         <VirtualHost *:@port@>\nServerName none\nTuleapClientIP On\nTuleapClientIPTrace Off\n\
         </VirtualHost>\n",
        said("%{note:tuleap_client_ip_trace}")
    );
    with_apache(&text, |apache| {
        let mut client = client(apache)?;
        let long = ", 2001:db8:1111:2222:3333:4444:5555:6666".repeat(30);
        for (host, list) in [
            ("on", "6.6.6.6, 203.0.113.9, 127.0.0.1"),
            ("shadow", "203.0.113.9"),
            ("on", &format!("203.0.113.8{long}")),
            ("none", "203.0.113.9"),
        ] {
            let lines = [("Host", host), ("X-Forwarded-For", list)];
            // It is made for the log, when everything else is done.
            says(&mut client, "/said", &lines, "")?;
        }
        let lines = logged(apache, 4)?;
        let (none, traces) = lines.split_last().ok_or("no lines")?;
        assert_eq!(none, "-");
        for (line, address) in traces.iter().zip(["203.0.113.9", "203.0.113.9", "203.0.113.8"]) {
            let trace: Value = serde_json::from_str(&line.replace("\\\"", "\""))
                .map_err(|error| format!("{error}: {line}"))?;
            assert_eq!(trace["client"], address, "{line}");
        }
        Ok(())
    })
}

/// Where a redirect leads, the section says whether that is wanted.
#[test]
fn a_redirect_is_explained_where_it_leads() -> Fallible<()> {
    let text = format!(
        "{ON}{}ErrorDocument 404 /traced/said\nErrorDocument 403 /said\n\
         LogFormat %{{tuleap_client_ip_trace}}n trace\nCustomLog @folder@/access.log trace\n\
         <Location /traced>\nTuleapClientIPTrace On\n</Location>\n\
         <Location /traced/denied>\nRequire all denied\n</Location>\n",
        said("")
    );
    with_config(config(&text), &["client denied by server configuration"], |apache| {
        let mut client = client(apache)?;
        client.get("/nowhere", &[CLIENT])?;
        client.get("/traced/denied", &[CLIENT])?;
        let lines = logged(apache, 2)?;
        let [traced, none] = lines.as_slice() else { return Err(lines.concat()) };
        assert!(traced.contains("203.0.113.9") && none == "-", "{lines:?}");
        Ok(())
    })
}
