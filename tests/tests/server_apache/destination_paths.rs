//! Sections, internal redirects and subrequests; what the log is told.

use tuleap_front_tests::server::Fallible;

use crate::{ask, client, config, destinations, logged, with_apache, with_config};

const SENT: &str = "https://tuleap.example.com/a";
const MAPPED: &str = "http://tuleap.example.com/a";

/// Which sections say so, in httpd's own order: directories, files, locations, conditions.
#[test]
fn sections_are_merged_as_httpd_does() -> Fallible<()> {
    let text = "ProxyPreserveHost On\nTuleapDestinationForeign Pass\n\
         <Location /b/on>\nTuleapDestination On\n</Location>\n\
         <Location /b/on/off>\nTuleapDestination Off\n</Location>\n\
         <Location /b/on/off/on>\nTuleapDestination On\n</Location>\n\
         <Location /b/on/strict>\nTuleapDestinationForeign Reject\n</Location>\n\
         <Location /b/on/strict/path>\nTuleapDestinationPath Promote\n</Location>\n\
         <LocationMatch ^/b/match>\nTuleapDestination On\n</LocationMatch>\n\
         <If \"%{QUERY_STRING} == 'if'\">\nTuleapDestination On\n</If>\n\
         <Proxy http://@backend@/in-proxy>\nTuleapDestination On\n</Proxy>\n\
         <Directory @folder@/html/directory>\nTuleapDestination On\n\
         RewriteEngine On\nRewriteRule ^ http://@backend@/ [P]\n</Directory>\n\
         <Files file>\nTuleapDestination Off\n</Files>\n";
    with_config(config(text).modules(&["rewrite"]), &[], |apache| {
        apache.folder().write("html/directory/other", "")?;
        apache.folder().write("html/directory/file", "")?;
        let mut client = client(apache)?;
        for (path, expected) in [
            ("/b", SENT),
            ("/b/on", MAPPED),
            ("/b/on/x", MAPPED),
            ("/b/on/off", SENT),
            ("/b/on/off/on", MAPPED),
            ("/b/match", MAPPED),
            ("/b?if", MAPPED),
            ("/b/in-proxy", MAPPED),
            ("/directory/other", MAPPED),
            ("/directory/file", SENT),
        ] {
            let answer = ask(&mut client, "COPY", path, &[("Destination", SENT)])?;
            assert_eq!(destinations(&answer), [expected], "{path}");
        }
        // What a section has of its own goes before the server's, and not before another section's.
        let foreign = "https://other.example/a";
        for (path, sent, expected) in [
            ("/b/on", foreign, foreign),
            ("/b/on/strict", foreign, ""),
            ("/b/on/strict/path", foreign, foreign),
            ("/b/on/strict/path", "/a", MAPPED),
            ("/b/on/strict", "/a", "/a"),
        ] {
            let answer = ask(&mut client, "COPY", path, &[("Destination", sent)])?;
            match expected {
                "" => assert_eq!(answer.status, 502, "{path}"),
                expected => assert_eq!(destinations(&answer), [expected], "{path}"),
            }
        }
        Ok(())
    })
}

/// A folder's own page answers in the place of the folder, by what is said for the page.
#[test]
fn the_section_of_an_index_decides() -> Fallible<()> {
    let handler = "SetHandler proxy:http://@backend@/";
    let text = format!(
        "ProxyPreserveHost On\nDirectoryIndex page\n\
         <Location /on/page>\nTuleapDestination On\n{handler}\n</Location>\n\
         <Location /off>\nTuleapDestination On\n</Location>\n\
         <Location /off/page>\nTuleapDestination Off\n{handler}\n</Location>\n\
         <Directory @folder@/html/fallback>\nDirectoryIndex disabled\n\
         FallbackResource /on/page\n</Directory>\n"
    );
    with_config(config(&text).modules(&["dir"]), &[], |apache| {
        for page in ["html/on/page", "html/off/page", "html/fallback/other"] {
            apache.folder().write(page, "")?;
        }
        let mut client = client(apache)?;
        for (path, expected) in [("/on/", MAPPED), ("/fallback/x", MAPPED), ("/off/", SENT)] {
            let answer = ask(&mut client, "COPY", path, &[("Destination", SENT)])?;
            assert_eq!(destinations(&answer), [expected], "{path}");
            let foreign = [("Destination", "https://other.example/a")];
            assert_eq!(ask(&mut client, "COPY", path, &foreign)?.status, 502, "{path}");
        }
        Ok(())
    })
}

/// Where a redirect leads decides, by the client's own lines.
#[test]
fn redirects_inside_start_from_what_the_client_sent() -> Fallible<()> {
    let redirect = |path: &str, text: &str, to: &str| {
        format!(
            "<Location /{path}>\n{text}\nRewriteEngine On\nRewriteRule ^ {to} [PT]\n</Location>\n"
        )
    };
    let text = [
        "ProxyPreserveHost On\n\
         <Location /b>\nTuleapDestination On\nTuleapDestinationIf On\n</Location>\n\
         <Location /b/off>\nTuleapDestination Off\n</Location>\n\
         <Location /b/other>\nTuleapDestinationBackend http://backend.internal\n</Location>\n"
            .to_owned(),
        redirect("on-to-on", "TuleapDestination On", "/b"),
        redirect("on-to-off", "TuleapDestination On\nTuleapDestinationIf On", "/b/off"),
        redirect("off-to-on", "", "/b"),
        redirect("guide-to-on", "TuleapDestination Documented", "/b"),
        redirect("on-to-other", "TuleapDestination On", "/b/other"),
        redirect("twice", "TuleapDestination On\nTuleapDestinationIf On", "/on-to-off"),
    ];
    with_config(config(&text.concat()).modules(&["rewrite"]), &[], |apache| {
        let mut client = client(apache)?;
        for (path, expected) in [
            ("/on-to-on", "http://tuleap.example.com"),
            ("/on-to-off", "https://tuleap.example.com"),
            ("/off-to-on", "http://tuleap.example.com"),
            ("/guide-to-on", "http://tuleap.example.com"),
            ("/on-to-other", "http://backend.internal"),
            ("/twice", "https://tuleap.example.com"),
        ] {
            let tag = |origin: &str| format!("<{origin}/b> (<t:1>)");
            let sent = tag("https://tuleap.example.com");
            let lines = [("Destination", SENT), ("If", sent.as_str())];
            let received = ask(&mut client, "COPY", path, &lines)?.received();
            let expected = (format!("{expected}/a"), tag(expected));
            let got = (received.text("destination"), received.text("if"));
            assert_eq!(got, (Some(expected.0), Some(expected.1)), "{path}");
        }
        // A refusal on the way is one.
        let foreign = [("Destination", "https://other.example/a")];
        for (path, status) in [("/on-to-off", 502), ("/off-to-on", 502), ("/guide-to-on", 502)] {
            assert_eq!(ask(&mut client, "COPY", path, &foreign)?.status, status, "{path}");
        }
        Ok(())
    })
}

/// An empty line is left out by the guide's, and is there again where it is not.
#[test]
fn a_line_that_is_left_out_comes_back() -> Fallible<()> {
    let text = "<Location /guide>\nTuleapDestination Documented\nRewriteEngine On\n\
                RewriteRule ^ /b [PT]\n</Location>\n";
    with_config(config(text).modules(&["rewrite"]), &[], |apache| {
        let answer = ask(&mut client(apache)?, "COPY", "/guide", &[("Destination", "")])?;
        assert_eq!(destinations(&answer), [""]);
        Ok(())
    })
}

#[test]
fn hosts_inherit_each_setting_that_they_do_not_have() -> Fallible<()> {
    let host = |name: &str, text: &str| {
        format!("<VirtualHost *:@port@>\nServerName {name}\n{text}\n</VirtualHost>\n")
    };
    let text = [
        "ProxyPreserveHost On\nTuleapDestination On\nTuleapDestinationPath Promote\n\
         TuleapDestinationPublic https://tuleap.example.com\n\
         TuleapDestinationBackend http://backend.internal\n"
            .to_owned(),
        host("inherits", ""),
        host("public", "TuleapDestinationPublic https://public"),
        host("backend", "TuleapDestinationBackend http"),
        host("path", "TuleapDestinationPath Keep"),
        host("foreign", "TuleapDestinationForeign Pass"),
        host("off", "TuleapDestination Off"),
        host(
            "section",
            "TuleapDestinationBackend http://host.internal\n\
             <Location />\nTuleapDestinationForeign Pass\n</Location>",
        ),
    ];
    with_apache(&text.concat(), |apache| {
        let mut client = client(apache)?;
        let other = "https://other.example/a";
        for (host, sent, expected) in [
            ("inherits", SENT, "http://backend.internal/a"),
            ("inherits", "/a", "http://backend.internal/a"),
            ("public", "https://public/a", "http://backend.internal/a"),
            ("public", "/a", "http://backend.internal/a"),
            ("backend", SENT, "http://backend/a"),
            ("path", "/a", "/a"),
            ("path", SENT, "http://backend.internal/a"),
            ("foreign", other, other),
            ("off", other, other),
            ("section", other, other),
            ("section", SENT, "http://host.internal/a"),
            ("section", "/a", "http://host.internal/a"),
        ] {
            let lines = [("Host", host), ("Destination", sent)];
            let answer = ask(&mut client, "COPY", "/b", &lines)?;
            assert_eq!(destinations(&answer), [expected], "{host} {sent}");
        }
        let lines = [("Host", "public"), ("Destination", SENT)];
        assert_eq!(ask(&mut client, "COPY", "/b", &lines)?.status, 502);
        Ok(())
    })
}

#[test]
fn the_log_is_told_what_was_done_and_why() -> Fallible<()> {
    let variables = ["", "_ACTION", "_REASON"];
    let format = variables.map(|name| format!("%{{TULEAP_DESTINATION{name}}}e")).join(" ");
    let notes = variables.map(|name| format!("%{{TULEAP_DESTINATION{name}}}n")).join(" ");
    let text = format!(
        "ProxyPreserveHost On\nLogFormat \"{format} {notes}\" f\nCustomLog @folder@/access.log f\n\
         <Location /b/on>\nTuleapDestination On\n</Location>\n\
         <Location /b/guide>\nTuleapDestination Documented\n</Location>\n\
         <Location /inside>\nTuleapDestination On\nRewriteEngine On\nRewriteRule ^ /b/on [PT]\n\
         </Location>\n\
         <Location /out>\nTuleapDestination On\nRewriteEngine On\nRewriteRule ^ /b [PT]\n\
         </Location>\n"
    );
    with_config(config(&text).modules(&["rewrite"]), &[], |apache| {
        let mut client = client(apache)?;
        let own = "http://tuleap.example.com/a";
        let mut expected = Vec::new();
        for (path, sent, line) in [
            ("/b/on", Some(SENT), "http://tuleap.example.com/a rewrite -"),
            ("/b/on", Some(own), "http://tuleap.example.com/a unchanged -"),
            ("/b/on", Some("https://x/"), "- reject destination/foreign-origin"),
            ("/b/on", None, "- - -"),
            ("/b", Some(SENT), "- - -"),
            ("/b/guide", Some("https://x/"), "http://x/ rewrite -"),
            ("/b/guide", Some(""), "- remove -"),
            ("/inside", Some(SENT), "http://tuleap.example.com/a rewrite -"),
            ("/out", Some(SENT), "- - -"),
        ] {
            let lines: Vec<_> = sent.iter().map(|sent| ("Destination", *sent)).collect();
            ask(&mut client, "COPY", path, &lines)?;
            expected.push(format!("{line} {line}"));
        }
        assert_eq!(logged(apache, expected.len())?, expected);
        Ok(())
    })
}

/// A client cannot write them.
#[test]
fn a_script_sees_what_was_done_and_nothing_else() -> Fallible<()> {
    let text = "TuleapDestination On\n<Directory @folder@/html/cgi>\nOptions +ExecCGI\n\
                SetHandler cgi-script\n</Directory>\n";
    with_config(config(text).modules(&["cgid"]), &[], |apache| {
        crate::add_cgi(apache, "cgi/env")?;
        let mut client = client(apache)?;
        let lines = [("Destination", SENT), ("TULEAP_DESTINATION_ACTION", "forged")];
        let said = ask(&mut client, "MOVE", "/cgi/env", &lines)?.text();
        for line in [
            "HTTP_DESTINATION=http://tuleap.example.com/a",
            "TULEAP_DESTINATION=http://tuleap.example.com/a",
            "TULEAP_DESTINATION_ACTION=rewrite",
        ] {
            assert!(said.lines().any(|said| said == line), "{line}: {said}");
        }
        Ok(())
    })
}
