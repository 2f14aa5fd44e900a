//! Directives of `Destination`: what is refused, in which words; and `ServerName https://…`.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::apache::Program;
use tuleap_front_tests::server::certificate::Certificate;

use crate::{client, config, with_config, with_module};

/// What `apachectl configtest` says of these directives, and whether it accepts them.
fn check(program: &Program, directives: &str) -> Fallible<(bool, String)> {
    let config = config(directives).with("backend", "127.0.0.1:1");
    let config = config.modules(&["ssl", "dav", "dav_fs"]).log_level("error");
    let checked = program.check(&config)?;
    Ok((checked.is_accepted, checked.said))
}

fn refuses(program: &Program, directives: &str, text: &str) -> Fallible<()> {
    let (is_accepted, said) = check(program, directives)?;
    let is_located = said.contains("Syntax error on line ") && said.contains("/httpd.conf:");
    match !is_accepted && said.contains(text) && is_located {
        true => Ok(()),
        false => Err(format!("{directives}: not refused with {text:?}:\n{said}")),
    }
}

fn accepts(program: &Program, directives: &str) -> Fallible<()> {
    match check(program, directives)? {
        (true, said) if said == "Syntax OK\n" => Ok(()),
        (_, said) => Err(format!("{directives}:\n{said}")),
    }
}

#[test]
fn what_is_wrong_is_refused_with_the_library_s_words() -> Fallible<()> {
    with_module(|program| {
        for (directives, text) in [
            ("TuleapDestination maybe", "\"maybe\" is none of On, Documented, Off"),
            ("TuleapDestination", "TuleapDestination takes one argument"),
            ("TuleapDestinationPublic tuleap.example.com", "TuleapDestinationPublic: "),
            ("TuleapDestinationPublic https://a/svn", "TuleapDestinationPublic: "),
            ("TuleapDestinationPublic https://a b", "entry 1"),
            ("TuleapDestinationPublic https://a\nTuleapDestinationPublic auto", "entry 1"),
            ("TuleapDestinationPublic", "TuleapDestinationPublic: "),
            ("TuleapDestinationPublic \"\"", "TuleapDestinationPublic: "),
            ("TuleapDestinationBackend backend", "TuleapDestinationBackend: "),
            ("TuleapDestinationBackend http://u@a", "TuleapDestinationBackend: "),
            ("TuleapDestinationBackend ftp", "TuleapDestinationBackend: "),
            ("TuleapDestinationForeign maybe", "\"maybe\" is none of Reject, Pass"),
            ("TuleapDestinationPath maybe", "\"maybe\" is none of Keep, Promote"),
            ("TuleapDestinationIf maybe", "TuleapDestinationIf must be On or Off"),
            ("TuleapLocation maybe", "TuleapLocation must be On or Off"),
        ] {
            refuses(program, directives, text)?;
            let section = format!("<Location />\n{directives}\n</Location>");
            refuses(program, &section, text)?;
        }
        accepts(program, "TuleapDestinationPublic https://a https://b:8443 \"http://c, http://d\"")
    })
}

/// Whoever may write a file into a folder decides nothing.
#[test]
fn a_file_in_a_folder_cannot_use_them() -> Fallible<()> {
    let text = "<Directory @folder@/html>\nAllowOverride All\n</Directory>\n";
    with_config(config(text), &["TuleapDestination not allowed here"], |apache| {
        apache.folder().write("html/.htaccess", "TuleapDestination On\n")?;
        assert_eq!(client(apache)?.get("/said", &[])?.status, 500);
        Ok(())
    })
}

/// Not even by name: their handles are made before there is any request.
#[test]
fn a_file_in_a_folder_cannot_use_them_by_name() -> Fallible<()> {
    let lines = [
        "TuleapTrustedProxies 127.0.0.1",
        "TuleapClientIP On",
        "TuleapClientIPHeader Forwarded",
        "TuleapClientIPHops 1",
        "TuleapClientIPMaxHops 1",
        "TuleapReplaceRemoteAddr On",
        "TuleapRequireClient Off",
        "TuleapForwardedHeaders Off",
        "TuleapClientIPTrace On",
        "TuleapDestination Off",
        "TuleapDestinationPublic https://other.example",
        "TuleapDestinationBackend http",
        "TuleapDestinationForeign Pass",
        "TuleapDestinationPath Keep",
        "TuleapDestinationIf On",
        "TuleapLocation Off",
        "TuleapHttpsRedirect other.example",
    ];
    let name = |line: &'static str| line.split(' ').next().unwrap_or_default();
    let names: Vec<&str> = lines.iter().map(|line| name(line)).collect();
    let text = format!(
        "TuleapDestination On\n<Directory @folder@/html>\nAllowOverrideList {}\n</Directory>\n",
        names.join(" ")
    );
    let logged: Vec<String> =
        names.iter().map(|name| format!("{name} cannot occur within htaccess files")).collect();
    let logged: Vec<&str> = logged.iter().map(String::as_str).collect();
    with_config(config(&text), &logged, |apache| {
        let mut client = client(apache)?;
        for line in lines {
            apache.folder().write("html/.htaccess", line)?;
            assert_eq!(client.get("/said", &[])?.status, 500, "{line}");
        }
        Ok(())
    })
}

const BOTH: &str = "TuleapDestination: together with ServerName https://tuleap.example.com";

fn host(text: &str) -> String {
    format!("<VirtualHost *:1>\nServerName https://tuleap.example.com\n{text}\n</VirtualHost>\n")
}

/// httpd would want https, and is given http: one of the two is too many.
#[test]
fn servername_with_https_and_a_rewritten_destination_are_refused_together() -> Fallible<()> {
    with_module(|program| {
        let on = "TuleapDestination On\n";
        let dav = "<Location /svn>\nDAV On\n</Location>\n";
        let both = "<Location /svn>\nDAV On\nTuleapDestination On\n</Location>\n";
        for text in [
            host(on),
            host(&format!("{on}{dav}")),
            host("TuleapDestination Documented"),
            host(&format!("{on}{dav}TuleapDestinationBackend http")),
            host(&format!("{on}{dav}TuleapDestinationBackend http://a")),
            host(&format!("TuleapDestination Documented\n{dav}TuleapDestinationBackend https")),
            host(both),
            host(&format!("TuleapDestinationBackend http\n{both}")),
            host("<Location /svn>\nDAV On\n</Location>\n<If true>\nTuleapDestination On\n</If>"),
            format!("{on}{}", host("")),
            format!("{both}{}", host("")),
            format!("{on}TuleapDestinationBackend http\n{dav}{}", host("")),
            format!("<IfModule dav_module>\n{}</IfModule>", host(on)),
            format!("SSLEngine On\n{}", host(&format!("SSLEngine Off\n{on}"))),
            format!("ServerName https://tuleap.example.com\n{on}"),
        ] {
            refuses(program, &text, BOTH)?;
        }
        Ok(())
    })
}

/// Where it is said which of the two is meant, or there is only one of them.
#[test]
fn servername_with_https_is_accepted_where_it_is_clear() -> Fallible<()> {
    let certificate = Certificate::new()?;
    let tls = format!(
        "SSLEngine On\nSSLCertificateFile {}\nSSLCertificateKeyFile {}\n",
        certificate.chain(),
        certificate.key()
    );
    with_module(|program| {
        let on = "TuleapDestination On\n";
        let dav = "<Location /svn>\nDAV On\n</Location>\n";
        let elsewhere = "<VirtualHost *:2>\nServerName b\n<Location />\nDAV On\n</Location>\n\
                         </VirtualHost>\n";
        for text in [
            // This server speaks TLS, and what it sends on is another thing.
            host(&format!("{tls}{on}{dav}")),
            format!("{tls}{}", host(on)),
            // https is what is written.
            host(&format!("{on}{dav}TuleapDestinationBackend https")),
            host(&format!("{on}{dav}TuleapDestinationBackend https://tuleap.example.com")),
            host("<Location />\nTuleapDestination On\nTuleapDestinationBackend https\n</Location>"),
            // http is for a backend, and this server has no DAV.
            host(&format!("{on}TuleapDestinationBackend http")),
            format!("{}{elsewhere}", host(&format!("{on}TuleapDestinationBackend http"))),
            host(&format!("{on}TuleapDestinationBackend http\n<Location />\nDAV Off\n</Location>")),
            host("TuleapDestination Documented\nTuleapDestinationBackend http"),
            // One of them alone.
            host(dav),
            host("TuleapDestination Off"),
            format!("{on}{}", host(&format!("TuleapDestination Off\n{dav}"))),
            format!("{on}<VirtualHost *:1>\nServerName http://a\n{dav}</VirtualHost>\n"),
            format!("{}{elsewhere}{on}", host("TuleapDestination Off")),
        ] {
            accepts(program, &text)?;
        }
        Ok(())
    })
}

/// A port that `Listen` gives to TLS is one without `SSLEngine`.
#[test]
fn a_port_for_https_speaks_tls() -> Fallible<()> {
    let certificate = Certificate::new()?;
    with_module(|program| {
        let files = format!(
            "SSLCertificateFile {}\nSSLCertificateKeyFile {}\nTuleapDestination On\n",
            certificate.chain(),
            certificate.key()
        );
        let with =
            |listen: &str| format!("{listen}\n{}", host(&files).replace("*:1>", "*:@port-tls@>"));
        accepts(program, &with("Listen 127.0.0.1:@port-tls@ https"))?;
        refuses(program, &with("Listen 127.0.0.1:@port-tls@ http"), BOTH)?;
        refuses(program, &with("Listen 127.0.0.1:@port-tls@"), BOTH)
    })
}
