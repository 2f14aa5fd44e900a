//! Which server a request is for, as `$tuleap_route` says it.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::nginx::Config;

use crate::{ask, client, line, site, with_module, with_nginx};

const SAYS: &str = "return 200 '$tuleap_route';";

#[test]
fn the_guide_s_set_ups_are_known() -> Fallible<()> {
    let http = format!(
        "tuleap_routes documented;\n{}{}{}",
        site(&format!("location / {{ {SAYS} }}")),
        site(&format!("tuleap_routes documented=reverse-proxy; location / {{ {SAYS} }}"))
            .replace("@port@", "@port-reverse@"),
        site("tuleap_routes off; location / { return 200 \"$tuleap_route.\"; }")
            .replace("@port@", "@port-off@"),
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        for (target, expected) in [
            ("/", "web"),
            ("/projects/a", "web"),
            ("/svnplugin/a/trunk", "svn"),
            ("/plugins/svn/", "php"),
            ("/svnplugin%2fa", "svn"),
            ("http://tuleap.example.com/svnplugin/a?b", "svn"),
            ("/x/../svnplugin/a", "svn"),
        ] {
            let said = line(&client.get(target, &[])?);
            assert_eq!(said, expected, "{target}");
        }
        let mut reverse = crate::client_of(nginx, "port-reverse")?;
        assert_eq!(line(&reverse.get("/svnplugin/a", &[])?), "web");
        let mut off = crate::client_of(nginx, "port-off")?;
        assert_eq!(line(&off.get("/svnplugin/a", &[])?), ".");
        Ok(())
    })
}

/// Files are asked for where they are, and the answer may choose the backend.
#[test]
fn a_file_of_routes_can_be_read() -> Fallible<()> {
    let http = site(
        "tuleap_routes file=routes; merge_slashes off; rewrite ^/api/ /elsewhere;\n\
         location / { return 200 $tuleap_route; }",
    );
    with_module(|program| {
        let folder = tuleap_front_tests::server::folder::Folder::new()?;
        let routes = |text: &str| -> Fallible<String> {
            let path = folder.write("routes", text)?;
            Ok(http.replace("file=routes", &format!("file={}", path.display())))
        };
        let root = folder.path().display();
        let text = format!(
            "root {root}/html\nindex index.html\n\
             / try_files $uri $uri/ /index.php?$args\n~ \\.php$ fastcgi php\n\
             ^~ /api/ proxy web\n= /none try_files $uri =404\n"
        );
        folder.write("html/a b.txt", "a")?;
        folder.write("html/folder/index.html", "a")?;
        let nginx = program.start(&Config::http(routes(&text)?))?;
        let mut client = client(&nginx)?;
        for (target, expected) in [
            ("/api/x", "web"),
            ("/a%20b.txt", "file"),
            ("/nothing", "php"),
            ("/folder/", "file"),
            ("/folder", "redirect"),
            ("/none", "refuse"),
            ("/x.php", "php"),
            ("//api/x", "php"),
        ] {
            let said = line(&ask(&mut client, "GET", target, &[])?);
            assert_eq!(said, expected, "{target}");
        }
        nginx.quit()
    })
}

#[test]
fn what_is_not_clear_is_refused_at_the_start() -> Fallible<()> {
    with_module(|program| {
        let folder = tuleap_front_tests::server::folder::Folder::new()?;
        let bad = folder.write("routes", "/ nowhere\n")?;
        for (directive, words) in [
            ("tuleap_routes;".to_owned(), "invalid number of arguments"),
            ("tuleap_routes maybe;".to_owned(), "takes recommended, documented"),
            ("tuleap_routes file=/nothing/here;".to_owned(), "can not read \"/nothing/here\""),
            (format!("tuleap_routes file={};", bad.display()), "\"tuleap_routes\": "),
            ("location / { tuleap_routes documented; }".to_owned(), "is not allowed here"),
            ("tuleap_routes off; tuleap_routes off;".to_owned(), "is duplicate"),
        ] {
            let checked = program.check(&Config::http(site(&directive)))?;
            assert!(!checked.is_accepted && checked.said.contains(words), "{}", checked.said);
        }
        for known in ["recommended", "documented=distributed", "documented=distributed-try-files"] {
            let checked = program.check(&Config::http(site(&format!("tuleap_routes {known};"))))?;
            assert!(checked.is_accepted, "{}", checked.said);
        }
        Ok(())
    })
}
