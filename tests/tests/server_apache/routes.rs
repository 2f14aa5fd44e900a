//! `TuleapRoutes`: which server a request is for.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::client::Client;

use crate::{ask, client, config, heard, said, with_config, with_module};

const SAYS: &str = "%{reqenv:TULEAP_ROUTE}";

fn route(client: &mut Client, host: &str, path: &str) -> Fallible<String> {
    Ok(heard(&ask(client, "GET", path, &[("Host", host)])?))
}

#[test]
fn a_request_is_for_the_server_that_nginx_chooses() -> Fallible<()> {
    let host = |name: &str, text: &str| {
        format!("<VirtualHost *:@port@>\nServerName {name}\n{text}\n</VirtualHost>\n")
    };
    let text = [
        "TuleapRoutes On\nErrorDocument 404 /said\n".to_owned(),
        said(SAYS),
        host("today", ""),
        host("guide", "TuleapRoutes Documented"),
        host("files", "TuleapRoutes documented=distributed-try-files"),
        host("front", "TuleapRoutes Documented=reverse-proxy"),
        host("own", "TuleapRoutes @routes@"),
        host("off", "TuleapRoutes Off"),
    ];
    let folder = tuleap_front_tests::server::folder::Folder::new()?;
    let routes = folder.write(
        "routes",
        format!(
            "^~ /svn/ proxy subversion\n/files root {}\n/ proxy app\n",
            folder.path().display()
        ),
    )?;
    folder.write("files/a", "")?;
    let config = config(&text.concat()).with("routes", routes.display());
    with_config(config, &[], |apache| {
        let mut client = client(apache)?;
        for (host, path, expected) in [
            ("today", "/said", "web"),
            ("today", "/svnplugin/a/trunk", "svn"),
            ("today", "/svnpluginX", "web"),
            ("today", "/svnplugin", "redirect"),
            ("today", "/index.php", "php"),
            ("today", "/plugins/svn/?group_id=1", "php"),
            ("today", "/%73vnplugin/a", "svn"),
            ("today", "//svnplugin/../svnplugin//a", "svn"),
            ("guide", "/svnpluginX", "svn"),
            ("guide", "/a.css", "web"),
            ("files", "/projects/a", "php"),
            ("front", "/svnplugin/a", "web"),
            ("own", "/svn/a", "subversion"),
            ("own", "/files/a", "file"),
            ("own", "/files/b", "refuse"),
            ("own", "/x", "app"),
            ("off", "/svnplugin/a", ""),
        ] {
            assert_eq!(route(&mut client, host, path)?, expected, "{host} {path}");
        }
        Ok(())
    })
}

/// It is there before rules of the server, and the client cannot write it.
#[test]
fn rules_of_the_server_can_read_it() -> Fallible<()> {
    let text = "TuleapRoutes On\nRewriteEngine On\nRewriteCond %{ENV:TULEAP_ROUTE} =svn\n\
                RewriteRule ^ http://@backend@/ [P]\n";
    with_config(config(text).modules(&["rewrite"]), &[], |apache| {
        let mut client = client(apache)?;
        let forged = [("TULEAP_ROUTE", "svn"), ("TULEAP-ROUTE", "svn")];
        assert_eq!(client.get("/svnplugin/x", &[])?.status, 200);
        assert_eq!(client.get("/other", &forged)?.status, 404);
        Ok(())
    })
}

#[test]
fn what_is_not_clear_is_refused_at_the_start() -> Fallible<()> {
    with_module(|program| {
        let folder = tuleap_front_tests::server::folder::Folder::new()?;
        let broken = folder.write("routes", "/ nowhere web\n")?.display().to_string();
        for (argument, text) in [
            ("maybe", "TuleapRoutes: \"maybe\" is none of On, Documented, "),
            ("/nowhere/at-all", "TuleapRoutes: /nowhere/at-all cannot be read"),
            (&broken, "TuleapRoutes: "),
            ("", "TuleapRoutes takes one argument"),
        ] {
            let config = config(&format!("TuleapRoutes {argument}\n"));
            let checked = program.check(&config.with("backend", "127.0.0.1:1"))?;
            assert!(!checked.is_accepted && checked.said.contains(text), "{}", checked.said);
        }
        let config = config("<Location />\nTuleapRoutes On\n</Location>\n");
        let checked = program.check(&config.with("backend", "127.0.0.1:1"))?;
        assert!(
            checked.said.contains("TuleapRoutes not allowed in <Location>"),
            "{}",
            checked.said
        );
        Ok(())
    })
}
