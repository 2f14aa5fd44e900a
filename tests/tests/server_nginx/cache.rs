//! What nginx's proxy keeps, and what it never does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::{Backend, Received};
use tuleap_front_tests::server::client::{Answer, Client};
use tuleap_front_tests::server::nginx::{Config, Nginx};

use crate::{ask, client, line, site, with_module};

/// The guide's own lines, in a location for its files.
const GUIDE: &str = "proxy_cache zone; proxy_cache_key \"$scheme$request_method$host$request_uri\";\n\
    proxy_cache_valid 200 302 1h; expires 1h;\n\
    proxy_ignore_headers Set-Cookie; proxy_hide_header Set-Cookie;\n";

const PATHS: &str = "proxy_cache_path @folder@/cache levels=1:2 keys_zone=zone:1m inactive=30m;\n\
    proxy_cache_path @folder@/other keys_zone=other:1m;\n";

/// What each answer has of it.
const TOLD: &str = "add_header X-Cache \"$upstream_cache_status $tuleap_cache_reason\" always;\n";

const CSS: &str = "Content-Type: text/css";

/// The number of the answer as the body, with the lines that `X-Lines` asks for. A user is named
/// by `X-User`.
fn numbered(received: &Received, count: &AtomicUsize) -> Vec<u8> {
    let head = &received.head;
    let number = count.fetch_add(1, Ordering::SeqCst) + 1;
    let lines = head.text("x-lines").unwrap_or_default().replace(" | ", "\r\n");
    let status = head.text("x-status").unwrap_or_else(|| "200".to_owned());
    let user = head.text("x-user").unwrap_or_else(|| "nobody".to_owned());
    let method = String::from_utf8_lossy(head.word(0)).into_owned();
    let body = format!("{number} for {user} by {method}\n");
    let end = if lines.is_empty() { "" } else { "\r\n" };
    let length = body.len();
    let head_only = method == "HEAD";
    let first = format!("HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\n");
    format!("{first}{lines}{end}\r\n{}", if head_only { "" } else { &body }).into_bytes()
}

fn with_cache(http: &str, test: impl FnOnce(&Nginx) -> Fallible<()>) -> Fallible<()> {
    with_module(|program| {
        let count = Arc::new(AtomicUsize::new(0));
        let backend = Backend::scripted(move |received| numbered(received, &count))?;
        let config = Config::http(format!("{PATHS}{http}")).with("backend", backend.address());
        let nginx = program.start(&config)?;
        test(&nginx)?;
        nginx.quit()
    })
}

/// Both, side by side: `/guide/` has the guide's lines and `/ours/` ours.
fn side_by_side() -> String {
    site(&format!(
        "{TOLD} location /guide/ {{ {GUIDE} proxy_pass http://@backend@; }}\n\
         location /ours/ {{ tuleap_cache zone; proxy_pass http://@backend@; }}"
    ))
}

fn get(client: &mut Client, path: &str, answer: &str, lines: &[(&str, &str)]) -> Fallible<Answer> {
    let lines: Vec<(&str, &str)> = lines.iter().copied().chain([("X-Lines", answer)]).collect();
    client.get(path, &lines)
}

fn told(answer: &Answer) -> String {
    answer.head.text("x-cache").unwrap_or_default()
}

#[test]
fn a_user_s_file_is_never_another_s() -> Fallible<()> {
    with_cache(&side_by_side(), |nginx| {
        let mut client = client(nginx)?;
        let answer = "Content-Type: image/png";
        let alice = [("Authorization", "Basic YTpi"), ("X-User", "alice")];
        get(&mut client, "/ours/a.png", answer, &alice)?;
        get(&mut client, "/guide/a.png", answer, &alice)?;
        let ours = get(&mut client, "/ours/a.png", answer, &[])?;
        assert!(line(&ours).contains("for nobody"), "{}", line(&ours));
        // The guide's lines hand it to everybody.
        let theirs = get(&mut client, "/guide/a.png", answer, &[])?;
        assert!(line(&theirs).contains("for alice"), "{}", line(&theirs));
        // Nor is a user's request answered from what is kept.
        let again = get(&mut client, "/ours/a.png", answer, &alice)?;
        assert!(line(&again).contains("for alice"), "{}", line(&again));
        assert_eq!(told(&again), "BYPASS cache/authorization");
        let nobody = get(&mut client, "/ours/a.png", answer, &[])?;
        assert_eq!((told(&nobody), line(&nobody)), ("HIT cache/looked-up".to_owned(), line(&ours)));
        Ok(())
    })
}

#[test]
fn what_a_cookie_made_is_not_kept_unless_it_is_public() -> Fallible<()> {
    with_cache(&side_by_side(), |nginx| {
        let mut client = client(nginx)?;
        let alice = [("Cookie", "session=1"), ("X-User", "alice")];
        let public = "Content-Type: text/css | Cache-Control: public";
        for (name, answer, reason, is_kept) in [
            ("a.css", CSS, "cookie", false),
            ("b.css", public, "cache-valid", true),
            ("c.css", &format!("{public} | Set-Cookie: a=b"), "set-cookie", false),
            ("d.css", "Content-Type: text/html | Cache-Control: public", "content-type", false),
            ("e.css", &format!("{public} | Vary: Cookie"), "vary-user", false),
        ] {
            let first = get(&mut client, &format!("/ours/{name}"), answer, &alice)?;
            assert_eq!(told(&first), format!("MISS cache/{reason}"), "{name}");
            let second = get(&mut client, &format!("/ours/{name}"), answer, &[])?;
            assert_eq!(line(&second).contains("for alice"), is_kept, "{name}");
        }
        // Web cache deception: a page under the name of a file.
        let page = "Content-Type: text/html | Set-Cookie: session=2";
        get(&mut client, "/guide/account/x.css", page, &alice)?;
        let theirs = get(&mut client, "/guide/account/x.css", page, &[])?;
        assert!(line(&theirs).contains("for alice"), "{}", line(&theirs));
        Ok(())
    })
}

#[test]
fn a_redirect_to_the_login_page_is_never_replayed() -> Fallible<()> {
    with_cache(&side_by_side(), |nginx| {
        let mut client = client(nginx)?;
        let login = "Location: /account/login.php";
        for (path, replays) in [("/ours/a.png", false), ("/guide/a.png", true)] {
            let first = get(&mut client, path, login, &[("X-Status", "302")])?;
            assert_eq!(first.status, 302, "{path}");
            let second = get(&mut client, path, "Content-Type: image/png", &[])?;
            assert_eq!(second.status == 302, replays, "{path}");
        }
        Ok(())
    })
}

/// Under `proxy_ignore_headers Cache-Control`, which people write beside the guide's lines, a
/// private answer is kept, and shown for as long as the backend fails.
#[test]
fn a_private_answer_is_never_shown_stale() -> Fallible<()> {
    let http = site(&format!(
        "{TOLD} proxy_cache_use_stale error timeout updating http_500;\n\
         location /guide/ {{ {GUIDE} proxy_ignore_headers Cache-Control;\n\
         proxy_cache_valid 200 1s; proxy_pass http://@backend@; }}\n\
         location /ours/ {{ tuleap_cache zone; proxy_pass http://@backend@; }}"
    ));
    let http = http.replace("proxy_cache_valid 200 302 1h; expires 1h;", "");
    with_cache(&http, |nginx| {
        let mut client = client(nginx)?;
        let private = "Content-Type: image/png | Cache-Control: private, max-age=1";
        let alice = [("Cookie", "session=1"), ("X-User", "alice")];
        let fails = [("X-Status", "500")];
        for path in ["/ours/a.png", "/guide/a.png"] {
            get(&mut client, path, private, &alice)?;
        }
        std::thread::sleep(std::time::Duration::from_millis(2100));
        let ours = get(&mut client, "/ours/a.png", "", &fails)?;
        assert_eq!(ours.status, 500);
        assert!(line(&ours).contains("for nobody"), "{}", line(&ours));
        let theirs = get(&mut client, "/guide/a.png", "", &fails)?;
        assert_eq!(theirs.status, 200);
        assert!(line(&theirs).contains("for alice"), "{}", line(&theirs));
        Ok(())
    })
}

#[test]
fn paths_that_servers_read_in_two_ways_are_not_looked_up() -> Fallible<()> {
    with_cache(&side_by_side(), |nginx| {
        let mut client = client(nginx)?;
        for (path, reason) in [
            ("/ours/account%2fx.css", "cache/path"),
            ("/ours/a/../x.css", "cache/path"),
            ("/ours//x.css", "cache/path"),
            ("/ours/x;a.css", "cache/path"),
            ("/ours/x", "cache/location"),
            ("/ours/x.php", "cache/location"),
        ] {
            for _ in 0..2 {
                let answer = get(&mut client, path, CSS, &[])?;
                assert_eq!(told(&answer), format!(" {reason}"), "{path}");
            }
        }
        let answer = ask(&mut client, "POST", "/ours/x.css", &[("X-Lines", CSS)])?;
        assert_eq!(told(&answer), " cache/method");
        // The cache has no part in it: a HEAD stays one, a range is the backend's.
        let answer = ask(&mut client, "HEAD", "/ours/x", &[("X-Lines", CSS)])?;
        assert_eq!(answer.status, 200);
        Ok(())
    })
}

#[test]
fn what_is_the_same_for_all_is_kept() -> Fallible<()> {
    with_cache(&side_by_side(), |nginx| {
        let mut client = client(nginx)?;
        let first = get(&mut client, "/ours/a.css", CSS, &[])?;
        assert_eq!(told(&first), "MISS cache/cache-valid");
        assert_eq!(first.head.text("cache-control").as_deref(), Some("max-age=3600"));
        assert!(first.head.text("expires").is_some());
        // HEAD and GET share an entry, and cookies do not keep anybody from it.
        let second = get(&mut client, "/ours/a.css", CSS, &[("Cookie", "session=1")])?;
        assert_eq!((told(&second).as_str(), line(&second)), ("HIT cache/looked-up", line(&first)));
        assert_eq!(second.head.text("cache-control").as_deref(), Some("max-age=3600"));
        let head = ask(&mut client, "HEAD", "/ours/a.css", &[("Host", "local.example")])?;
        assert_eq!(told(&head), "HIT cache/looked-up");
        // Of another site, or with another query, it is another.
        for (path, host) in [("/ours/a.css", "other.example"), ("/ours/a.css?b", "local.example")] {
            let answer = get(&mut client, path, CSS, &[("Host", host)])?;
            assert_eq!(told(&answer), "MISS cache/cache-valid", "{path} {host}");
        }
        // What the backend says of it stays.
        let lines = "Content-Type: text/css | Cache-Control: public, max-age=60";
        for status in ["MISS cache/max-age", "HIT cache/looked-up"] {
            let answer = get(&mut client, "/ours/b.css", lines, &[])?;
            assert_eq!(told(&answer), status);
            let control = answer.head.text("cache-control");
            assert_eq!(control.as_deref(), Some("public, max-age=60"));
            assert_eq!(answer.head.text("expires"), None);
        }
        let lines = "Content-Type: text/css | Cache-Control: no-store";
        let answer = get(&mut client, "/ours/c.css", lines, &[])?;
        assert_eq!(told(&answer), "MISS cache/no-store");
        assert_eq!(answer.head.text("cache-control").as_deref(), Some("no-store"));
        assert_eq!(answer.head.text("expires"), None);
        Ok(())
    })
}

/// What a cache before nginx has kept for a time is not new.
#[test]
fn a_lifetime_is_the_policy_s() -> Fallible<()> {
    with_cache(&side_by_side(), |nginx| {
        let mut client = client(nginx)?;
        let aged = "Content-Type: text/css | Cache-Control: max-age=60 | Age: 59";
        let first = get(&mut client, "/ours/a.css", aged, &[])?;
        assert_eq!(told(&first), "MISS cache/max-age");
        let old = "Content-Type: text/css | Cache-Control: max-age=60 | Age: 60";
        let answer = get(&mut client, "/ours/b.css", old, &[])?;
        assert_eq!(told(&answer), "MISS cache/max-age-zero");
        std::thread::sleep(std::time::Duration::from_millis(2500));
        let again = get(&mut client, "/ours/a.css", aged, &[])?;
        assert_ne!(told(&again), "HIT cache/looked-up");
        Ok(())
    })
}

/// Refreshed in the background, for a request with cookies, an entry would stay old for good: what
/// comes is not kept.
#[test]
fn what_is_old_does_not_stay_where_everybody_has_a_session() -> Fallible<()> {
    with_cache(&side_by_side(), |nginx| {
        let mut client = client(nginx)?;
        let short = "Content-Type: text/css | Cache-Control: max-age=1";
        let user = [("Cookie", "session=1"), ("X-User", "alice")];
        let first = get(&mut client, "/ours/a.css", short, &[])?;
        assert_eq!(told(&first), "MISS cache/max-age");
        let again = get(&mut client, "/ours/a.css", short, &user)?;
        assert_eq!((told(&again).as_str(), line(&again)), ("HIT cache/looked-up", line(&first)));
        std::thread::sleep(std::time::Duration::from_millis(2100));
        for _ in 0..2 {
            let answer = get(&mut client, "/ours/a.css", short, &user)?;
            assert_eq!(told(&answer), "EXPIRED cache/cookie");
            assert!(line(&answer).contains("for alice"), "{}", line(&answer));
        }
        // While the backend fails, the old one is better than none.
        let answer = get(&mut client, "/ours/a.css", short, &[("X-Status", "500")])?;
        assert_eq!(
            (told(&answer).as_str(), line(&answer)),
            ("STALE cache/looked-up", line(&first))
        );
        Ok(())
    })
}

/// nginx's key has the request's target, which a subrequest has from its request.
#[test]
fn a_subrequest_is_not_its_request() -> Fallible<()> {
    let http = site(&format!(
        "{TOLD} tuleap_cache zone; proxy_set_header X-Lines 'Content-Type: text/css';\n\
         location / {{ auth_request /auth; proxy_pass http://@backend@; }}\n\
         location = /auth {{ internal; proxy_set_header X-User auth;\n\
         proxy_pass http://@backend@; }}"
    ));
    with_cache(&http, |nginx| {
        let mut client = client(nginx)?;
        for status in ["MISS cache/cache-valid", "HIT cache/looked-up"] {
            let answer = client.get("/a.css", &[])?;
            assert_eq!(told(&answer), status);
            assert!(line(&answer).contains("for nobody"), "{}", line(&answer));
        }
        Ok(())
    })
}

#[test]
fn documented_is_what_the_guide_s_lines_make() -> Fallible<()> {
    let http = site(&format!(
        "{TOLD} location /guide/ {{ {GUIDE} proxy_pass http://@backend@/; }}\n\
         location /ours/ {{ tuleap_cache other documented; proxy_pass http://@backend@/; }}"
    ));
    with_cache(&http, |nginx| {
        let mut client = client(nginx)?;
        let answers = [
            CSS,
            "Content-Type: text/html | Set-Cookie: a=b",
            "Cache-Control: private",
            "Cache-Control: max-age=60",
            "Cache-Control: no-cache | X-Accel-Expires: 30",
            "X-Accel-Expires: 30 | Cache-Control: no-cache",
            "Expires: Thu, 01 Jan 1970 00:00:01 GMT | Cache-Control: max-age=60",
            "Vary: *",
            "Vary: Accept-Language",
        ];
        let requests: [&[(&str, &str)]; 4] = [
            &[],
            &[("Cookie", "session=1")],
            &[("Authorization", "Basic YTpi")],
            &[("X-Status", "302")],
        ];
        let names = ["cache-control", "set-cookie", "x-accel-expires", "vary"];
        for (at, (answer, lines)) in
            answers.iter().flat_map(|answer| requests.map(|lines| (answer, lines))).enumerate()
        {
            for time in 0..2 {
                let theirs = get(&mut client, &format!("/guide/{at}.css"), answer, lines)?;
                let ours = get(&mut client, &format!("/ours/{at}.css"), answer, lines)?;
                let status =
                    |answer: &Answer| told(answer).split(' ').next().unwrap_or_default().to_owned();
                assert_eq!(status(&ours), status(&theirs), "{answer} {lines:?} {time}");
                for name in names {
                    assert_eq!(ours.head.text(name), theirs.head.text(name), "{name} {answer}");
                }
                // The policy knows whether it is kept.
                let reason = told(&ours);
                let keeps = ["cache-valid", "max-age", "accel-expires", "expires", "looked-up"];
                let says = keeps.iter().any(|keeps| reason.ends_with(&format!("cache/{keeps}")));
                let hits = time == 1 && status(&theirs) == "HIT";
                assert!(time == 0 || says == hits, "{answer} {lines:?}: {reason}");
            }
        }
        Ok(())
    })
}

#[test]
fn a_file_says_what_else_is_kept() -> Fallible<()> {
    let http = site(&format!(
        "{TOLD} location / {{ tuleap_cache zone file=policy.conf; proxy_pass http://@backend@; }}\n\
         location /nginx/ {{ tuleap_cache other file=nginx.conf.policy;\n\
         proxy_pass http://@backend@; }}"
    ));
    with_module(|program| {
        let count = Arc::new(AtomicUsize::new(0));
        let backend = Backend::scripted(move |received| numbered(received, &count))?;
        let folder = tuleap_front_tests::server::folder::Folder::new()?;
        let ours = folder.write(
            "policy",
            "tuleap_cache recommended;\nlocation ~* \\.(?:css|map)$;\nproxy_cache_valid 200 1s;\n\
             proxy_cache_bypass $arg_fresh;\n",
        )?;
        let theirs = folder.write(
            "nginx",
            "proxy_cache zone;\nproxy_cache_key $uri;\nproxy_cache_valid any 1h;\n",
        )?;
        let http = http
            .replace("policy.conf", &ours.display().to_string())
            .replace("nginx.conf.policy", &theirs.display().to_string());
        let config = Config::http(format!("{PATHS}{http}")).with("backend", backend.address());
        let nginx = program.start(&config)?;
        let mut client = client(&nginx)?;
        for (path, expected) in [
            ("/a.map", "MISS cache/cache-valid"),
            ("/a.map", "HIT cache/looked-up"),
            ("/a.map?fresh=1", "BYPASS cache/cache-valid"),
            ("/a.png", " cache/location"),
            ("/nginx/a?1", "MISS cache/cache-valid"),
            ("/nginx/a?2", "HIT cache/looked-up"),
        ] {
            let answer = get(&mut client, path, CSS, &[])?;
            assert_eq!(told(&answer), expected, "{path}");
        }
        nginx.quit()
    })
}

#[test]
fn levels_inherit_and_can_be_left_out() -> Fallible<()> {
    let http = format!(
        "tuleap_cache zone; {}",
        site(&format!(
            "{TOLD} location / {{ proxy_pass http://@backend@; }}\n\
             location /off/ {{ tuleap_cache off; proxy_pass http://@backend@; }}\n\
             location /own/ {{ proxy_no_cache $arg_never; proxy_pass http://@backend@; }}\n\
             location /key {{ return 200 '$tuleap_cache_key $tuleap_cache_zone \
             $tuleap_cache_bypass'; }}\n\
             location /off/key {{ tuleap_cache off; return 200 '[$tuleap_cache_key]'; }}"
        ))
    );
    with_cache(&http, |nginx| {
        let mut client = client(nginx)?;
        assert_eq!(told(&get(&mut client, "/a.css", CSS, &[])?), "MISS cache/cache-valid");
        assert_eq!(told(&get(&mut client, "/a.css", CSS, &[])?), "HIT cache/looked-up");
        assert_eq!(told(&get(&mut client, "/off/a.css", CSS, &[])?), " ");
        // A predicate of the location's own takes nothing back.
        let login = [("X-Status", "302")];
        for _ in 0..2 {
            let answer = get(&mut client, "/own/a.css", "Location: /login", &login)?;
            assert_eq!(told(&answer), "MISS cache/status");
        }
        let answer = client.get("/key.css?a", &[])?;
        assert_eq!(line(&answer), "http://local.example/key.css?a zone");
        assert_eq!(line(&client.get("/key", &[])?), "http://local.example/key off 1");
        assert_eq!(line(&client.get("/off/key", &[])?), "[]");
        Ok(())
    })
}

/// An error page has the variables, too, and nothing of them in the log.
#[test]
fn what_is_no_request_is_no_trouble() -> Fallible<()> {
    let http = format!(
        "tuleap_cache zone; tuleap_gzip on; {}",
        site(&format!(
            "{TOLD} add_header X-More '$tuleap_cache_key $tuleap_no_cache $tuleap_gzip_reason' \
             always; location / {{ proxy_pass http://@backend@; }}"
        ))
    );
    with_cache(&http, |nginx| {
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000));
        for (request, status) in [
            ("GET / HTTP/7.5\r\n\r\n", 505),
            ("GET / HTTP/1.\r\n\r\n", 400),
            ("BAD\r\n\r\n", 400),
            ("\u{16}\u{3}\u{1}\r\n\r\n", 400),
            ("GET /%00.css HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /a.css HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET http://a/%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("TRACE /a.css HTTP/1.1\r\nHost: a\r\n\r\n", 405),
            ("GET /a.css HTTP/1.999\r\nHost: a\r\n\r\n", 200),
            (&long, 414),
        ] {
            let answer = client(nginx)?.send(request.as_bytes())?;
            assert_eq!(answer.status, status, "{:.40}", request);
            assert!(answer.head.text("x-cache").is_some(), "{:.40}", request);
        }
        Ok(())
    })
}

#[test]
fn what_is_not_clear_is_refused_at_the_start() -> Fallible<()> {
    with_module(|program| {
        for (directives, words) in [
            ("tuleap_cache;", "invalid number of arguments"),
            ("tuleap_cache recommended;", "zone \"recommended\" is unknown"),
            ("tuleap_cache nowhere;", "zone \"nowhere\" is unknown: write a \"proxy_cache_path\""),
            ("tuleap_cache $zone;", "takes the name of a zone"),
            ("tuleap_cache zone maybe;", "takes recommended, documented or file=PATH"),
            ("tuleap_cache off documented;", "is off: nothing follows"),
            ("tuleap_cache zone; tuleap_cache zone;", "\"tuleap_cache\" directive is duplicate"),
            ("tuleap_cache zone file=missing;", "can not read"),
            ("proxy_cache zone; tuleap_cache zone;", "\"tuleap_cache\" stands for \"proxy_cache "),
            ("tuleap_cache zone; proxy_cache_key a;", "\"proxy_cache_key\" directive is duplicate"),
        ] {
            let checked = program.check(&Config::http(format!("{PATHS}{}", site(directives))))?;
            assert!(!checked.is_accepted && checked.said.contains(words), "{}", checked.said);
        }
        Ok(())
    })
}
