//! `Destination` through locations that follow each other, subrequests, and other modules.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::{Backend, answer};
use tuleap_front_tests::server::nginx::Config;
use tuleap_front_tests::server::process::until;

use crate::{ask, client, destinations, site, with_module, with_nginx};

const SENT: &str = "https://tuleap.example.com/a%20b";
const NEW: &str = "http://tuleap.example.com/a%20b";

/// Every way from one location to another, and what the last one sends.
#[test]
fn each_location_decides_by_the_client_s_own_line() -> Fallible<()> {
    let http = site(
        "tuleap_destination on; root @folder@/html; recursive_error_pages on;\n\
         location / { proxy_pass http://@backend@; }\n\
         location /off { tuleap_destination off; proxy_pass http://@backend@; }\n\
         location /other { tuleap_destination_backend http://127.0.0.1:8080;\n\
         proxy_pass http://@backend@; }\n\
         location @on { proxy_pass http://@backend@; }\n\
         location @off { tuleap_destination off; proxy_pass http://@backend@; }\n\
         location @other { tuleap_destination_backend http://127.0.0.1:8080;\n\
         proxy_pass http://@backend@; }\n\
         location /rewrite/on { rewrite ^ /x last; }\n\
         location /rewrite/off { rewrite ^ /off last; }\n\
         location /rewrite/other { rewrite ^ /other last; }\n\
         location /back/on { tuleap_destination off; rewrite ^ /x last; }\n\
         location /try/on { try_files /nothing @on; }\n\
         location /try/off { try_files /nothing @off; }\n\
         location /try/uri { try_files /nothing /off; }\n\
         location /named/on { error_page 418 = @on; return 418; }\n\
         location /named/off { error_page 418 = @off; return 418; }\n\
         location /twice { error_page 418 = @first; return 418; }\n\
         location @first { tuleap_destination off; error_page 419 = @second; return 419; }\n\
         location @second { error_page 420 = @other; return 420; }\n\
         location /if/on { if ($request_method = COPY) { set $seen yes; } \
         proxy_pass http://@backend@; }\n\
         location /if/off { tuleap_destination off; if ($request_method = COPY) { set $seen yes; } \
         proxy_pass http://@backend@; }\n\
         location /break { set $a $http_destination; rewrite ^ /y break;\n\
         proxy_set_header X-A $a; proxy_pass http://@backend@; }\n\
         location /nested { location /nested/off { tuleap_destination off;\n\
         proxy_pass http://@backend@; } proxy_pass http://@backend@; }\n\
         location /bad { error_page 502 = @off; proxy_pass http://127.0.0.1:9; }\n\
         location ~ ^/regex/(on|off)$ { set $to $1; proxy_pass http://@backend@; }",
    );
    with_module(|program| {
        let backend = Backend::start()?;
        let nginx = program.start(&Config::http(&http).with("backend", backend.address()))?;
        let mut client = client(&nginx)?;
        let other = "http://127.0.0.1:8080/a%20b";
        for (path, expected) in [
            ("/", NEW),
            ("/off", SENT),
            ("/other", other),
            ("/rewrite/on", NEW),
            ("/rewrite/off", SENT),
            ("/rewrite/other", other),
            ("/back/on", NEW),
            ("/try/on", NEW),
            ("/try/off", SENT),
            ("/try/uri", SENT),
            ("/named/on", NEW),
            ("/named/off", SENT),
            ("/twice", other),
            ("/if/on", NEW),
            ("/if/off", SENT),
            ("/break", NEW),
            ("/nested/on", NEW),
            ("/nested/off", SENT),
            ("/bad", SENT),
            ("/regex/on", NEW),
        ] {
            let answer = ask(&mut client, "COPY", path, &[("Destination", SENT)])?;
            assert_eq!(destinations(&answer), [expected], "{path}");
        }
        let answer = ask(&mut client, "COPY", "/break", &[("Destination", SENT)])?;
        assert_eq!(answer.received().text("x-a").as_deref(), Some(NEW));
        nginx.end()
    })
}

/// Several lines, none of them, and one that is dropped come back as they were.
#[test]
fn what_was_joined_or_dropped_comes_back() -> Fallible<()> {
    let http = site(
        "tuleap_destination documented; recursive_error_pages on;\n\
         location / { error_page 418 = @off; return 418; }\n\
         location @off { tuleap_destination off; proxy_pass http://@backend@; }\n\
         location /twice { error_page 418 = @between; return 418; }\n\
         location @between { tuleap_destination off; error_page 419 = @on; return 419; }\n\
         location @on { proxy_pass http://@backend@; }\n\
         location /strict { error_page 418 = @strict; return 418; }\n\
         location @strict { tuleap_destination on; proxy_pass http://@backend@; }",
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        for sent in [&["https://a/1", "https://b/2"] as &[&str], &[""], &["", "x"], &["https://a/"]]
        {
            let mut lines = vec![("X-A", "a")];
            lines.extend(sent.iter().map(|value| ("Destination", *value)));
            lines.push(("X-B", "b"));
            let answer = ask(&mut client, "COPY", "/", &lines)?;
            assert_eq!(destinations(&answer), sent, "{sent:?}");
            let received = answer.received();
            assert_eq!(received.text("x-a").as_deref(), Some("a"));
            assert_eq!(received.text("x-b").as_deref(), Some("b"));
            let once = destinations(&ask(&mut client, "COPY", "/on", &lines)?);
            assert_eq!(once, sent);
            let twice = destinations(&ask(&mut client, "COPY", "/twice", &lines)?);
            assert!(twice.len() <= 1, "{twice:?}");
            // By the strict rule none of them is a place on this site.
            assert!(ask(&mut client, "COPY", "/strict", &lines)?.status >= 400, "{sent:?}");
        }
        Ok(())
    })
}

/// A subrequest has lines of its own: what it does to them is not its parent's.
#[test]
fn an_authorisation_and_its_request_do_not_share_lines() -> Fallible<()> {
    let http = site(
        "location / { tuleap_destination on; auth_request /auth-off; proxy_pass http://@backend@; }\n\
         location /off { auth_request /auth-on; proxy_pass http://@backend@; }\n\
         location = /auth-off { internal; proxy_pass http://@auth@;\n\
         proxy_set_header X-Seen $http_destination; }\n\
         location = /auth-on { internal; tuleap_destination on; proxy_pass http://@auth@;\n\
         proxy_set_header X-Seen $http_destination; }",
    );
    with_module(|program| {
        let backend = Backend::start()?;
        let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let keeps = std::sync::Arc::clone(&seen);
        let auth = Backend::scripted(move |received| {
            let said = ["x-seen", "destination"].map(|name| received.head.text(name));
            keeps.lock().unwrap().push(said);
            answer(b"")
        })?;
        let config = Config::http(&http).with("backend", backend.address());
        let nginx = program.start(&config.with("auth", auth.address()))?;
        let mut client = client(&nginx)?;
        let said = ask(&mut client, "COPY", "/", &[("Destination", SENT)])?;
        assert_eq!(destinations(&said), [NEW]);
        let said = ask(&mut client, "COPY", "/off", &[("Destination", SENT)])?;
        assert_eq!(destinations(&said), [SENT]);
        let expected = [SENT, NEW].map(|value| [Some(value.to_owned()), Some(value.to_owned())]);
        assert_eq!(*seen.lock().unwrap(), expected);
        nginx.quit()
    })
}

/// What a location has dropped comes back to each request of it, whoever had it back before.
#[test]
fn a_line_that_was_dropped_comes_back_to_each_of_them() -> Fallible<()> {
    let http = site(
        "tuleap_destination documented; recursive_error_pages on; proxy_intercept_errors on;\n\
         location / { auth_request /auth; error_page 418 = @off; proxy_pass http://@backend@; }\n\
         location /strict { auth_request /auth; error_page 418 = @strict;\n\
         proxy_pass http://@backend@; }\n\
         location = /auth { internal; tuleap_destination off; proxy_pass http://@auth@; }\n\
         location @off { tuleap_destination off; proxy_pass http://@auth@; }\n\
         location @strict { tuleap_destination on; proxy_pass http://@auth@; }",
    );
    with_module(|program| {
        let teapot = b"HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n";
        let backend = Backend::scripted(|_| teapot.to_vec())?;
        let auth = Backend::start()?;
        let config = Config::http(&http).with("backend", backend.address());
        let nginx = program.start(&config.with("auth", auth.address()))?;
        let mut client = client(&nginx)?;
        let sent = ["", "https://other.example/a"];
        let lines = sent.map(|value| ("Destination", value));
        assert_eq!(destinations(&ask(&mut client, "COPY", "/", &lines)?), sent);
        let (asked, copied) = (auth.count(), backend.count());
        assert_eq!(ask(&mut client, "COPY", "/strict", &lines)?.status, 400);
        assert_eq!((auth.count(), backend.count()), (asked + 1, copied + 1));
        nginx.quit()
    })
}

/// A mirror runs beside its request, for the same lines.
#[test]
fn a_mirror_gets_what_its_location_says() -> Fallible<()> {
    let http = site(
        "tuleap_destination on; location / { mirror /mirror; proxy_pass http://@backend@; }\n\
         location = /mirror { internal; tuleap_destination off; proxy_pass http://@mirror@; }",
    );
    with_module(|program| {
        let backend = Backend::start()?;
        let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let keeps = std::sync::Arc::clone(&seen);
        let mirror = Backend::scripted(move |received| {
            keeps.lock().unwrap().push(received.head.text("destination"));
            answer(b"")
        })?;
        let config = Config::http(&http).with("backend", backend.address());
        let nginx = program.start(&config.with("mirror", mirror.address()))?;
        let said = ask(&mut client(&nginx)?, "COPY", "/", &[("Destination", SENT)])?;
        assert_eq!(destinations(&said), [NEW]);
        until("the mirror", || Ok((mirror.count() == 1).then_some(())))?;
        assert_eq!(*seen.lock().unwrap(), [Some(SENT.to_owned())]);
        nginx.quit()
    })
}

/// Maps, logs and headers read the value that is sent.
#[test]
fn variables_say_what_is_sent_and_why() -> Fallible<()> {
    let says = "'$http_destination|$tuleap_destination|$tuleap_destination_action|\
                $tuleap_destination_reason|$place'";
    let http = format!(
        "map $http_destination $place {{ volatile; default none; ~^http:// ours; ~^https:// theirs; }}\n\
         log_format f {says};\n{}",
        site(&format!(
            "access_log @folder@/access.log f; tuleap_destination on; \
             error_page 502 /50x.html;\n\
             location / {{ add_header X-Says {says} always; proxy_pass http://@backend@; }}\n\
             location /off {{ tuleap_destination off; add_header X-Says {says};\n\
             proxy_pass http://@backend@; }}\n\
             location /page {{ add_header X-Says {says} always; error_page 502 = /50x.html; \
             proxy_pass http://@backend@; }}\n\
             location = /50x.html {{ tuleap_destination off; return 200 page; }}"
        ))
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        let foreign = "https://other.example/a";
        let mut expected = String::new();
        for (path, sent, says) in [
            ("/", Some(SENT), format!("{NEW}|{NEW}|rewrite||ours")),
            ("/", Some("/a"), "/a|/a|unchanged||none".to_owned()),
            ("/", None, "||||none".to_owned()),
            ("/off", Some(SENT), format!("{SENT}||||theirs")),
        ] {
            let lines: Vec<(&str, &str)> =
                sent.map(|sent| ("Destination", sent)).into_iter().collect();
            let answer = ask(&mut client, "COPY", path, &lines)?;
            assert_eq!(answer.head.text("x-says").as_deref(), Some(says.as_str()), "{path}");
            expected.push_str(
                &says
                    .split('|')
                    .map(|it| if it.is_empty() { "-" } else { it })
                    .collect::<Vec<_>>()
                    .join("|"),
            );
            expected.push('\n');
        }
        let answer = ask(&mut client, "COPY", "/page", &[("Destination", foreign)])?;
        assert_eq!((answer.status, answer.text().as_str()), (200, "page"));
        expected.push_str(&format!("{foreign}|-|reject|destination/foreign-origin|theirs\n"));
        let log = nginx.folder().join("access.log");
        let read = || std::fs::read_to_string(&log).map_err(|error| error.to_string());
        until("five lines", || Ok((read()?.lines().count() == 5).then_some(())))?;
        assert_eq!(read()?, expected);
        Ok(())
    })
}

#[test]
fn a_reload_changes_the_rule() -> Fallible<()> {
    let config = |says: &str| {
        Config::http(site(&format!("{says} location / {{ proxy_pass http://@backend@; }}")))
    };
    with_module(|program| {
        let backend = Backend::start()?;
        let with = |says: &str| config(says).with("backend", backend.address());
        let mut nginx = program.start(&with("tuleap_destination on;"))?;
        let ask = |nginx: &_| -> Fallible<Vec<String>> {
            Ok(destinations(&ask(&mut client(nginx)?, "COPY", "/", &[("Destination", SENT)])?))
        };
        assert_eq!(ask(&nginx)?, [NEW]);
        nginx.reload_with(&with("tuleap_destination off;"))?;
        until("the new configuration", || Ok((ask(&nginx)? == [SENT]).then_some(())))?;
        let fixed = "tuleap_destination on; tuleap_destination_backend http://127.0.0.1:8080;";
        nginx.reload_with(&with(fixed))?;
        let new = "http://127.0.0.1:8080/a%20b";
        until("the new configuration", || Ok((ask(&nginx)? == [new]).then_some(())))?;
        nginx.quit()
    })
}
