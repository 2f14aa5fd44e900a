//! Directives: what is refused, where, in which words; what contexts inherit.

use std::path::PathBuf;
use std::process::Command;

use tuleap_front_tests::server::apache::Program;
use tuleap_front_tests::server::certificate::Certificate;
use tuleap_front_tests::server::{Fallible, at};

use crate::{CLIENT, ON, client, config, said, says, with_apache, with_config, with_module};

/// What `apachectl configtest` says of these directives, and whether it accepts them.
fn check(program: &Program, directives: &str) -> Fallible<(bool, String)> {
    let config = config(directives).with("backend", "127.0.0.1:1").modules(&["ssl"]);
    let checked = program.check(&config)?;
    Ok((checked.is_accepted, checked.said))
}

/// They are refused with this text.
fn refuses(program: &Program, directives: &str, text: &str) -> Fallible<()> {
    let (is_accepted, said) = check(program, directives)?;
    let is_located = said.contains("Syntax error on line ") && said.contains("/httpd.conf:");
    match !is_accepted && said.contains(text) && is_located {
        true => Ok(()),
        false => Err(format!("{directives}: not refused with {text:?}:\n{said}")),
    }
}

#[test]
fn what_is_wrong_is_refused_with_the_library_s_words() -> Fallible<()> {
    with_module(|program| {
        let list = "TuleapTrustedProxies: ";
        let cases = [
            ("TuleapTrustedProxies 10.0.0.1/8", "write 10.0.0.0/8 for the whole network"),
            ("TuleapTrustedProxies 10.0.0.1 10.0.0.300", "entry 1"),
            ("TuleapTrustedProxies \"10.0.0.1, 10.0.0.300\"", "entry 1"),
            ("TuleapTrustedProxies 0.0.0.0/0", list),
            ("TuleapTrustedProxies 10.0.0.0/33", list),
            ("TuleapTrustedProxies localhost", list),
            ("TuleapTrustedProxies allow_trust_all", "TuleapTrustedProxies: there is no list"),
            ("TuleapTrustedProxies", "TuleapTrustedProxies: there is no list"),
            ("TuleapTrustedProxies \"\"", "TuleapTrustedProxies: there is no list"),
            ("TuleapClientIP yes", "TuleapClientIP: \"yes\" is none of On, Off, Shadow"),
            ("TuleapClientIP", "TuleapClientIP takes one argument"),
            ("TuleapClientIPHeader \"X Y\"", "TuleapClientIPHeader: "),
            ("TuleapClientIPHeader", "TuleapClientIPHeader: there is no name of a header"),
            ("TuleapClientIPHops 0", "TuleapClientIPHops: \"0\" is not a number of hops"),
            ("TuleapClientIPHops -1", "TuleapClientIPHops: \"-1\" is not a number of hops"),
            ("TuleapClientIPHops 2x", "TuleapClientIPHops: \"2x\" is not a number of hops"),
            ("TuleapClientIPHops 4294967297", "is not a number of hops"),
            ("TuleapClientIPHops 256", "TuleapClientIPHops: "),
            ("TuleapClientIPHops 2 any", "TuleapClientIPHops: \"any\" is not danger_any_peer"),
            ("TuleapClientIPHops Off danger_any_peer", "TuleapClientIPHops: "),
            ("TuleapClientIPMaxHops 0", "TuleapClientIPMaxHops: \"0\" is not a number of hops"),
            ("TuleapClientIPMaxHops 256", "TuleapClientIPMaxHops: "),
            ("TuleapReplaceRemoteAddr maybe", "TuleapReplaceRemoteAddr must be On or Off"),
            ("TuleapRequireClient maybe", "TuleapRequireClient must be On or Off"),
            ("TuleapClientIPTrace maybe", "TuleapClientIPTrace must be On or Off"),
            (
                "TuleapForwardedHeaders some",
                "TuleapForwardedHeaders: \"some\" is none of On, Documented, Off",
            ),
            (
                "TuleapShadowLog rate=0",
                "TuleapShadowLog: \"rate=0\" is neither mask nor rate=NUMBER",
            ),
            ("TuleapShadowLog masks", "TuleapShadowLog: \"masks\" is neither mask nor rate=NUMBER"),
            (
                "<Location />\nTuleapShadowLog mask\n</Location>",
                "TuleapShadowLog not allowed in <Location> context",
            ),
        ];
        cases.iter().try_for_each(|(directives, text)| refuses(program, directives, text))
    })
}

/// What a section has of the four stands for itself: without a list nobody would be trusted.
#[test]
fn a_section_needs_a_list_of_its_own() -> Fallible<()> {
    with_module(|program| {
        for directive in
            ["TuleapClientIPHeader X-Real-IP", "TuleapClientIPHops 1", "TuleapClientIPMaxHops 2"]
        {
            for section in ["Location /x", "Directory /x", "If true", "Files x"] {
                let (name, _) = section.split_once(' ').unwrap_or_default();
                let text = format!("{ON}<{section}>\n{directive}\n</{name}>");
                let word = directive.split(' ').next().unwrap_or_default();
                let said = format!("{word}: a section that has it needs TuleapTrustedProxies too");
                refuses(program, &text, &said)?;
                let list = format!("<{section}>\nTuleapTrustedProxies ::1\n{directive}\n</{name}>");
                let (is_accepted, said) = check(program, &format!("{ON}{list}"))?;
                assert!(is_accepted, "{list}: {said}");
            }
        }
        Ok(())
    })
}

/// The number that an unknown directive in the same place gets.
#[test]
fn an_error_names_the_line_of_its_directive() -> Fallible<()> {
    with_module(|program| {
        let line = |directive: &str| -> Fallible<Option<usize>> {
            let text = format!("<VirtualHost *:1>\nServerName a\n{directive}\n\n</VirtualHost>\n");
            let (is_accepted, said) = check(program, &text)?;
            assert!(!is_accepted, "{directive}");
            let number =
                said.split("error on line ").nth(1).and_then(|rest| rest.split(' ').next());
            Ok(number.and_then(|number| number.parse().ok()))
        };
        let expected = line("Nothing")?;
        assert!(expected.is_some());
        for directive in [
            "TuleapTrustedProxies 10.0.0.0/99",
            "TuleapClientIPHops 256",
            "<Location />\nTuleapTrustedProxies x\n</Location>",
            "<Location />\nTuleapClientIPHops 1\n</Location>",
        ] {
            let is_inside = usize::from(directive.starts_with('<'));
            assert_eq!(line(directive)?.map(|line| line - is_inside), expected, "{directive}");
        }
        Ok(())
    })
}

#[test]
fn what_is_risky_is_accepted_with_a_warning_at_its_line() -> Fallible<()> {
    with_module(|program| {
        for (directives, text) in [
            ("TuleapTrustedProxies 10.0.0.0/7", "10.0.0.0/7"),
            ("TuleapTrustedProxies allow_trust_all 0.0.0.0/0", "0.0.0.0/0"),
            ("TuleapClientIPHeader A B", "several headers name the client"),
            ("TuleapClientIPHops 1 danger_any_peer", "hops are counted from any peer"),
            ("TuleapRequireClient On", "does nothing: TuleapClientIP is On nowhere"),
            ("TuleapForwardedHeaders On", "does nothing: TuleapClientIP is On nowhere"),
            ("TuleapForwardedHeaders Documented", "does nothing: TuleapClientIP is On nowhere"),
        ] {
            let hosts = "<VirtualHost *:1>\nServerName a\n</VirtualHost>\n\
                         <Location /b>\nTuleapClientIPTrace On\n</Location>";
            let (is_accepted, said) = check(program, &format!("{directives}\n{hosts}"))?;
            assert!(is_accepted, "{directives}: {said}");
            let lines: Vec<&str> = said.lines().filter(|line| *line != "Syntax OK").collect();
            let [line] = lines.as_slice() else { return Err(format!("{directives}: {said}")) };
            assert!(line.contains(text) && line.contains("/httpd.conf:"), "{line}");
        }
        for quiet in [ON, "TuleapRequireClient Off", "TuleapClientIPHops Off", ""] {
            assert_eq!(check(program, quiet)?, (true, "Syntax OK\n".to_owned()), "{quiet}");
        }
        Ok(())
    })
}

fn host(name: &str, directives: &str) -> String {
    format!("<VirtualHost *:@port@>\nServerName {name}\n{directives}\n</VirtualHost>\n")
}

#[test]
fn hosts_inherit_each_setting_that_they_do_not_have() -> Fallible<()> {
    let text = [
        "TuleapTrustedProxies \"127.0.0.1, 10.0.0.0/8\"\nTuleapTrustedProxies 192.0.2.1 192.0.2.2\n\
         TuleapClientIPHeader Forwarded\nTuleapClientIPMaxHops 2\nTuleapClientIP On\n"
            .to_owned(),
        said("%{REMOTE_ADDR}"),
        host("inherits", ""),
        host("list", "TuleapTrustedProxies 127.0.0.1"),
        host("header", "TuleapClientIPHeader X-Forwarded-For"),
        host("most", "TuleapClientIPMaxHops 3"),
        host("hops", "TuleapClientIPHops 2"),
        host("off", "TuleapClientIP Off"),
    ];
    with_apache(&text.concat(), |apache| {
        let mut client = client(apache)?;
        let short = ["203.0.113.9", "192.0.2.1"];
        let long = ["203.0.113.9", "10.0.0.2", "192.0.2.1"];
        for (host, name, list, expected) in [
            ("inherits", "Forwarded", &short[..], "203.0.113.9"),
            ("inherits", "Forwarded", &long, "127.0.0.1"),
            ("list", "Forwarded", &short, "192.0.2.1"),
            ("header", "X-Forwarded-For", &short, "203.0.113.9"),
            ("header", "X-Forwarded-For", &long, "127.0.0.1"),
            ("most", "Forwarded", &long, "203.0.113.9"),
            ("hops", "Forwarded", &short, "203.0.113.9"),
            ("off", "Forwarded", &short, "127.0.0.1"),
        ] {
            let list = match name {
                "Forwarded" => list.iter().map(|address| format!("for={address}")).collect(),
                _ => list.iter().map(ToString::to_string).collect::<Vec<_>>(),
            };
            let list = list.join(", ");
            says(&mut client, "/said", &[("Host", host), (name, &list)], expected)?;
        }
        Ok(())
    })
}

/// As the README says of a server with nothing before it.
#[test]
fn without_a_list_everybody_is_who_connected() -> Fallible<()> {
    let hosts = host("a", "TuleapClientIP On\nTuleapForwardedHeaders On") + &host("b", "");
    with_apache(&format!("{hosts}<Location /b/in>\nTuleapClientIP On\n</Location>\n"), |apache| {
        let mut client = client(apache)?;
        let forged = [CLIENT, ("X-Forwarded-Proto", "https"), ("Forwarded", "for=6.6.6.6")];
        let received = client.get("/b", &[&[("Host", "a")], &forged[..]].concat())?.received();
        assert_eq!(received.text("x-real-ip").as_deref(), Some("127.0.0.1"));
        assert_eq!(received.text("x-forwarded-for").as_deref(), Some("127.0.0.1"));
        assert_eq!(received.text("x-forwarded-proto").as_deref(), Some("http"));
        assert!(received.text("forwarded").is_none());
        assert_eq!(client.get("/b/in", &[("Host", "b"), CLIENT])?.status, 200);
        Ok(())
    })
}

/// What is not the default can be taken back, and a list may name networks.
#[test]
fn a_host_can_take_back_what_the_server_says() -> Fallible<()> {
    let text = format!(
        "TuleapTrustedProxies unix:\nTuleapClientIPHops 1 danger_any_peer\nTuleapClientIP On\n\
         TuleapRequireClient On\nTuleapReplaceRemoteAddr Off\n{}{}{}{}{}{}",
        said("%{REMOTE_ADDR} %{reqenv:TULEAP_CLIENT_IP} %{reqenv:TULEAP_CLIENT_IP_KIND}"),
        host("inherits", ""),
        host("list", "TuleapTrustedProxies 192.0.2.1"),
        host("walks", "TuleapClientIPHops Off\nTuleapTrustedProxies loopback private_ranges"),
        host("counts", "TuleapClientIPHops 1"),
        host("replaces", "TuleapReplaceRemoteAddr On"),
    );
    let warned = ["hops are counted from any peer", "refused by TuleapRequireClient"];
    with_config(config(&text), &warned, |apache| {
        let mut client = client(apache)?;
        let list = ("X-Forwarded-For", "203.0.113.9, 203.0.113.8, 10.0.0.2");
        for (host, expected) in [
            ("inherits", "127.0.0.1 10.0.0.2 forwarded"),
            ("list", "127.0.0.1 10.0.0.2 forwarded"),
            ("walks", "127.0.0.1 203.0.113.8 forwarded"),
            ("counts", "127.0.0.1 127.0.0.1 direct"),
            ("replaces", "10.0.0.2 10.0.0.2 forwarded"),
        ] {
            says(&mut client, "/said", &[("Host", host), list], expected).map_err(at(host))?;
        }
        let nobody = [("Host", "walks"), ("X-Forwarded-For", "-")];
        assert_eq!(client.get("/said", &nobody)?.status, 403);
        Ok(())
    })
}

/// A section that has none of the four has those of its host; one that has any has no other.
#[test]
fn a_section_inherits_all_of_the_four_or_none() -> Fallible<()> {
    let text = format!(
        "{}TuleapTrustedProxies 127.0.0.1\nTuleapClientIPHeader X-Real-IP\n\
         <Location /same>\nTuleapClientIP On\n</Location>\n\
         <Location /own>\nTuleapTrustedProxies 127.0.0.1\nTuleapClientIP On\n</Location>\n\
         <Location /own/in>\nTuleapClientIPTrace On\n</Location>\n",
        said("%{REMOTE_ADDR}")
    );
    with_apache(&text, |apache| {
        let mut client = client(apache)?;
        for (path, expected) in [
            ("/same/said", "203.0.113.1"),
            ("/own/said", "203.0.113.9"),
            ("/own/in/said", "203.0.113.9"),
            ("/said", "127.0.0.1"),
        ] {
            says(&mut client, path, &[CLIENT, ("X-Real-IP", "203.0.113.1")], expected)?;
        }
        Ok(())
    })
}

/// Loaded and not used, it does nothing: as the file for a2enmod is.
#[test]
fn without_directives_nothing_is_different() -> Fallible<()> {
    let shipped = std::fs::read_to_string(repository().join("bindings/apache/tuleap_front.conf"))
        .map_err(at("tuleap_front.conf"))?;
    assert!(shipped.lines().all(|line| line.is_empty() || line.starts_with('#')), "{shipped}");
    let off = "TuleapTrustedProxies 127.0.0.1\nTuleapClientIP Off\nTuleapClientIPTrace On\n";
    for directives in [shipped.as_str(), off] {
        let said = said(
            "%{REMOTE_ADDR} [%{reqenv:TULEAP_CLIENT_IP}%{reqenv:TULEAP_CLIENT_IP_KIND}\
             %{note:TULEAP_SCHEME}%{note:tuleap_client_ip_trace}]",
        );
        with_apache(&format!("{directives}{said}ProxyAddHeaders Off\n"), |apache| {
            let mut client = client(apache)?;
            says(&mut client, "/said", &[CLIENT], "127.0.0.1 []")?;
            let received = client.get("/b", &[CLIENT])?.received();
            assert_eq!(received.text("x-forwarded-for").as_deref(), Some("203.0.113.9"));
            assert!(received.text("x-real-ip").is_none());
            Ok(())
        })?;
    }
    Ok(())
}

/// Whoever may write a file into a folder decides nothing.
#[test]
fn a_file_in_a_folder_cannot_use_them() -> Fallible<()> {
    let text = "<Directory @folder@/html>\nAllowOverride All\n</Directory>\n";
    with_config(config(text), &["TuleapClientIP not allowed here"], |apache| {
        apache.folder().write("html/.htaccess", "TuleapClientIP On\n")?;
        assert_eq!(client(apache)?.get("/said", &[])?.status, 500);
        Ok(())
    })
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The deployment guide's reverse proxy, as the README links it: whole, and the three lines.
#[test]
fn the_example_is_accepted_and_right() -> Fallible<()> {
    let path = repository().join("examples/apache/front.conf");
    let example = std::fs::read_to_string(&path).map_err(at(path.display()))?;
    let certificate = Certificate::new()?;
    let replaced = [
        ("192.0.2.10", "127.0.0.1"),
        ("*:443", "*:@port-tls@"),
        ("*:80", "*:@port@"),
        ("/etc/apache2/ssl/server.crt", &certificate.chain()),
        ("/etc/apache2/ssl/server.key", &certificate.key()),
        ("${APACHE_LOG_DIR}/tuleap.log", "@folder@/access.log"),
        ("https://192.168.0.20:443/", "http://@backend@/"),
    ];
    let example = replaced.iter().fold(example, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    let text = format!("Listen 127.0.0.1:@port-tls@\n{example}");
    let modules = ["ssl", "cache", "cache_disk", "deflate"];
    let config = config(&text).modules(&modules).log_level("error");
    with_config(config, &[], |apache| {
        use tuleap_front_tests::server::client::{Client, Way};
        let to = ([127, 0, 0, 1], apache.port("port-tls")?).into();
        let mut client = Client::new(Way::Tls { from: None, to });
        let lines = [("Host", "tuleap.example.com"), ("X-Forwarded-For", "6.6.6.6, 203.0.113.9")];
        let received = client.get("/x", &lines)?.received();
        for (name, expected) in [
            ("Host", "tuleap.example.com"),
            ("X-Real-IP", "203.0.113.9"),
            ("X-Forwarded-For", "203.0.113.9"),
            ("X-Forwarded-Proto", "https"),
        ] {
            assert_eq!(received.text(name).as_deref(), Some(expected), "{name}");
        }
        let log = crate::logged(apache, 1)?.concat();
        assert!(log.starts_with("203.0.113.9 forwarded - - ["), "{log}");
        assert!(log.ends_with(" peer=127.0.0.1"), "{log}");
        let copy = [("Destination", "https://tuleap.example.com/a%20b")];
        let answer = crate::ask(&mut client, "COPY", "/x", &copy)?;
        assert_eq!(crate::destinations(&answer), ["http://tuleap.example.com/a%20b"]);
        let mut plain = crate::client(apache)?;
        let answer = crate::ask(&mut plain, "GET", "/x?y", &[("Host", "evil.example")])?;
        let location = answer.head.text("location");
        assert_eq!(location.as_deref(), Some("https://tuleap.example.com/x?y"));
        let https = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")];
        assert_eq!(crate::ask(&mut plain, "GET", "/x", &https)?.status, 200);
        Ok(())
    })
}

/// No library in the server's process can meet a name of ours, and none is needed beside it.
#[test]
fn the_module_exports_its_one_name() -> Fallible<()> {
    with_module(|_| {
        let module = std::env::var_os("TULEAP_FRONT_APACHE_MODULE").ok_or("no module")?;
        let mut nm = Command::new("nm");
        let output = nm.args(["--dynamic", "--defined-only"]).arg(&module).output();
        let text = String::from_utf8(output.map_err(at("nm"))?.stdout).map_err(at("nm"))?;
        let names = text.lines().filter_map(|line| line.split(' ').next_back());
        let names: Vec<&str> = names.collect();
        assert_eq!(names, ["tuleap_front_module"]);
        Ok(())
    })
}
