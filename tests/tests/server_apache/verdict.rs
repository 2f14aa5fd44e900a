//! `TuleapGzip` and `TuleapCache`: what mod_deflate compresses and what mod_cache keeps, each
//! beside what they do on their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::apache::{Apache, Config};
use tuleap_front_tests::server::backend::{Backend, Received};
use tuleap_front_tests::server::client::{Answer, Client};

use crate::{ask, client, config, let_everybody_write, logged, with_module};

/// `/b/plain` is mod_cache's own and `/b/ours` ours.
const CACHE: &str = "CacheRoot @folder@/cache\nCacheEnable disk /b\nCacheHeader On\n\
    CacheDefaultExpire 3600\nTuleapCache recommended\n\
    <Location /b/plain>\nTuleapCache Off\n</Location>\n\
    CustomLog @folder@/access.log \"%{TULEAP_CACHE_REASON}e\"\n";

const ALICE: (&str, &str) = ("X-User", "alice");
const SESSION: (&str, &str) = ("Cookie", "session=1");

/// The number of the answer as the body, with the lines that `X-Lines` asks for. A user is named
/// by `X-User`.
fn numbered(received: &Received, count: &AtomicUsize) -> Vec<u8> {
    let head = &received.head;
    let number = count.fetch_add(1, Ordering::SeqCst) + 1;
    let lines = head.text("x-lines").unwrap_or_default().replace(" | ", "\r\n");
    let status = head.text("x-status").unwrap_or_else(|| "200".to_owned());
    // Nothing is unmodified but for who has it.
    let is_conditional = head.text("if-none-match").is_some();
    let status = if status == "304" && !is_conditional { "200".to_owned() } else { status };
    let user = head.text("x-user").unwrap_or_else(|| "nobody".to_owned());
    let body = format!("{number} for {user}{}\n", " and so on".repeat(200));
    let end = if lines.is_empty() { "" } else { "\r\n" };
    let has_body = head.word(0) != b"HEAD" && status != "304";
    let length = if status == "304" { String::new() } else { body.len().to_string() };
    let length = if length.is_empty() { length } else { format!("Content-Length: {length}\r\n") };
    let first = format!("HTTP/1.1 {status} Status\r\n{length}{lines}{end}\r\n");
    format!("{first}{}", if has_body { body.as_str() } else { "" }).into_bytes()
}

fn with_backend(config: &Config, test: impl FnOnce(&Apache) -> Fallible<()>) -> Fallible<()> {
    with_module(|program| {
        let count = Arc::new(AtomicUsize::new(0));
        let backend = Backend::scripted(move |received| numbered(received, &count))?;
        let apache = program.start(&config.clone().with("backend", backend.address()))?;
        apache.folder().write("cache/said", "")?;
        let_everybody_write(&apache.folder().join("cache"))?;
        test(&apache)?;
        apache.stop()
    })
}

/// In both places that mod_cache has in a request.
fn with_cache(text: &str, test: impl Fn(&Apache, &str) -> Fallible<()>) -> Fallible<()> {
    for quick in ["On", "Off"] {
        let text = format!("CacheQuickHandler {quick}\n{CACHE}{text}");
        let config = config(&text).modules(&["cache", "cache_disk"]);
        with_backend(&config, |apache| test(apache, quick))
            .map_err(|error| format!("{quick}: {error}"))?;
    }
    Ok(())
}

fn get(client: &mut Client, path: &str, answer: &str, lines: &[(&str, &str)]) -> Fallible<Answer> {
    let lines: Vec<(&str, &str)> = lines.iter().copied().chain([("X-Lines", answer)]).collect();
    client.get(path, &lines)
}

fn is_hit(answer: &Answer) -> bool {
    answer.head.text("x-cache").is_some_and(|text| text.starts_with("HIT"))
}

fn is_for(answer: &Answer, user: &str) -> bool {
    answer.text().contains(&format!(" for {user} "))
}

#[test]
fn a_user_s_file_is_never_another_s() -> Fallible<()> {
    with_cache("", |apache, quick| {
        let mut client = client(apache)?;
        let modified = "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT";
        let image = &format!("Content-Type: image/png | {modified}");
        let public = &format!("{image} | Cache-Control: public, max-age=60");
        let password = ("Authorization", "Basic YTpi");
        // The quick handler of mod_cache's own knows of passwords, and of nothing else.
        let leaks = [("a.png", image, SESSION, true), ("b.png", public, password, quick == "Off")];
        for (name, answer, who, leaks) in leaks {
            for (side, is_shared) in [("ours", false), ("plain", leaks)] {
                let path = &format!("/b/{side}/{name}");
                assert!(is_for(&get(&mut client, path, answer, &[who, ALICE])?, "alice"), "{path}");
                let second = get(&mut client, path, answer, &[])?;
                assert_eq!(is_for(&second, "alice"), is_shared, "{path}");
                assert_eq!(is_hit(&second), is_shared, "{path}");
            }
        }
        // What is the same for all is kept, and who has a password is not answered from it.
        let third = get(&mut client, "/b/ours/b.png", public, &[])?;
        assert!(is_hit(&third) && is_for(&third, "nobody"));
        let alice = get(&mut client, "/b/ours/b.png", public, &[password, ALICE])?;
        assert!(!is_hit(&alice) && is_for(&alice, "alice"));
        let reasons = logged(apache, 10)?;
        for reason in ["cache/cookie", "cache/authorization", "cache/looked-up"] {
            assert!(reasons.iter().any(|line| line == reason), "{reason}: {reasons:?}");
        }
        Ok(())
    })
}

#[test]
fn a_redirect_to_the_login_page_is_never_replayed() -> Fallible<()> {
    with_cache("", |apache, _| {
        let mut client = client(apache)?;
        let login = "Location: /account/login.php | Cache-Control: max-age=60";
        for (path, replays) in [("/b/ours/a.png", false), ("/b/plain/a.png", true)] {
            assert_eq!(get(&mut client, path, login, &[("X-Status", "302")])?.status, 302);
            let second = get(&mut client, path, "Content-Type: image/png", &[])?;
            assert_eq!(second.status == 302, replays, "{path}");
        }
        Ok(())
    })
}

/// With `CacheStorePrivate` a private answer is kept, and shown for as long as the backend fails.
#[test]
fn a_private_answer_is_never_shown_stale() -> Fallible<()> {
    with_cache("CacheStorePrivate On\nCacheStaleOnError On\n", |apache, _| {
        let mut client = client(apache)?;
        let private = "Content-Type: image/png | Cache-Control: private, max-age=1 | ETag: \"a\"";
        let paths = ["/b/ours/a.png", "/b/plain/a.png"];
        for path in paths {
            assert!(is_for(&get(&mut client, path, private, &[ALICE])?, "alice"));
        }
        std::thread::sleep(std::time::Duration::from_millis(2100));
        for (path, status) in paths.into_iter().zip([500, 200]) {
            let answer =
                get(&mut client, path, "Content-Type: text/plain", &[("X-Status", "500")])?;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(is_for(&answer, "alice"), status == 200, "{path}");
        }
        Ok(())
    })
}

/// The log holds the faults of mod_cache_disk alone.
#[test]
fn what_is_kept_is_refreshed_and_deleted_as_before() -> Fallible<()> {
    with_cache("LogLevel cache_disk:crit\n", |apache, _| {
        let mut client = client(apache)?;
        let css = "Content-Type: text/css | Cache-Control: max-age=1 | ETag: \"a\"";
        let path = "/b/ours/a.css";
        let first = get(&mut client, path, css, &[])?;
        std::thread::sleep(std::time::Duration::from_millis(2100));
        let fresh = "Cache-Control: max-age=60 | ETag: \"a\"";
        let second = get(&mut client, path, fresh, &[("X-Status", "304")])?;
        assert_eq!((second.status, second.text()), (200, first.text()));
        let third = get(&mut client, path, css, &[])?;
        assert!(is_hit(&third));
        assert_eq!(third.text(), first.text());
        ask(&mut client, "DELETE", path, &[("Host", "local.example")])?;
        assert_ne!(get(&mut client, path, css, &[])?.text(), first.text());
        // Who has a session gets an answer of its own, not a 304 that it did not ask for.
        let path = "/b/ours/b.css";
        get(&mut client, path, css, &[])?;
        std::thread::sleep(std::time::Duration::from_millis(2100));
        let alice = get(&mut client, path, css, &[("X-Status", "304"), SESSION, ALICE])?;
        assert!(alice.status == 200 && is_for(&alice, "alice"));
        assert!(!is_for(&get(&mut client, path, css, &[])?, "alice"));
        // Paths that servers read in two ways, and those of no static file.
        for path in ["/b/ours/account%3bx.css", "/b/ours/x", "/b/ours/x.php"] {
            for _ in 0..2 {
                assert!(!is_hit(&get(&mut client, path, css, &[])?), "{path}");
            }
        }
        Ok(())
    })
}

/// `/b/plain` is compressed by mod_deflate alone.
const GZIP: &str = "TuleapTrustedProxies 127.0.0.1\nTuleapClientIP On\nTuleapGzip recommended\n\
    <Location /b/plain>\nTuleapGzip Off\nSetOutputFilter DEFLATE\n</Location>\n\
    <Location /b/both>\nSetOutputFilter DEFLATE\n</Location>\n\
    <Location /b/guide>\nTuleapGzip Documented\n</Location>\n\
    CustomLog @folder@/access.log \"%{TULEAP_GZIP_REASON}e\"\n";

#[test]
fn pages_with_secrets_stay_as_they_are() -> Fallible<()> {
    let config = config(GZIP).modules(&["deflate", "filter"]);
    with_backend(&config, |apache| {
        let mut client = client(apache)?;
        let https = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")];
        let gzip = ("Accept-Encoding", "gzip");
        let html = "Content-Type: text/html; charset=utf-8 | Vary: Accept-Encoding, Cookie";
        let css = "Content-Type: text/css | Vary: accept-encoding | Vary: Origin";
        let png = "Content-Type: image/png";
        let both = "Accept-Encoding,Cookie";
        let css_vary = Some("accept-encoding,Origin");
        for (path, answer, lines, compressed, vary) in [
            ("/b/ours", html, &[gzip, SESSION][..], false, Some(both)),
            ("/b/both", html, &[gzip, SESSION], false, Some(both)),
            ("/b/plain", html, &[gzip, SESSION], true, None),
            ("/b/ours", html, &[gzip], true, Some(both)),
            ("/b/ours", css, &[gzip, SESSION], true, css_vary),
            ("/b/both", css, &[gzip, SESSION], true, css_vary),
            ("/b/ours", css, &[], false, css_vary),
            ("/b/ours", css, &[("Accept-Encoding", "*")], true, None),
            ("/b/ours", "Content-Type: text/css", &[gzip], true, Some("Accept-Encoding")),
            ("/b/both", png, &[gzip], false, None),
            ("/b/plain", png, &[gzip], true, None),
            ("/b/guide", html, &[gzip, SESSION], true, Some(both)),
        ] {
            let lines: Vec<(&str, &str)> = https.into_iter().chain(lines.iter().copied()).collect();
            let answer = get(&mut client, path, answer, &lines)?;
            let encoding = answer.head.text("content-encoding");
            assert_eq!(encoding.as_deref() == Some("gzip"), compressed, "{path} {lines:?}");
            let said = answer.head.text("vary").map(|text| text.replace(' ', ""));
            assert!(vary.is_none() || said.as_deref() == vary, "{path} {lines:?}: {said:?}");
        }
        let reasons = logged(apache, 12)?;
        assert_eq!(reasons[..4], ["gzip/secret", "gzip/secret", "-", "gzip/accepted"]);
        assert_eq!(reasons[9..11], ["gzip/type", "-"]);
        Ok(())
    })
}

/// What is kept is what it became: compressed, with a Vary, for whom it suits.
#[test]
fn what_is_compressed_is_kept_as_such() -> Fallible<()> {
    let text = format!("{CACHE}TuleapGzip recommended\n");
    let config = config(&text).modules(&["cache", "cache_disk", "deflate"]);
    with_backend(&config, |apache| {
        let mut client = client(apache)?;
        let css = "Content-Type: text/css | Vary: Accept-Encoding | Cache-Control: max-age=60";
        let gzip = [("Accept-Encoding", "gzip")];
        for (lines, hit) in [(&gzip[..], false), (&gzip, true), (&[], false), (&[], true)] {
            let answer = get(&mut client, "/b/ours/a.css", css, lines)?;
            assert_eq!(is_hit(&answer), hit, "{lines:?}");
            assert_eq!(answer.head.text("content-encoding").is_some(), !lines.is_empty());
            assert_eq!(answer.head.text("vary").as_deref(), Some("Accept-Encoding"));
        }
        Ok(())
    })
}

#[test]
fn what_is_no_policy_is_refused_at_the_start() -> Fallible<()> {
    with_module(|program| {
        for (line, text) in [
            ("TuleapGzip On", "TuleapGzip: \"On\" is none of recommended, tuleap, documented, Off"),
            ("TuleapCache documented", "TuleapCache: \"documented\" is none of recommended, Off"),
        ] {
            let checked = program.check(&config(line).with("backend", "127.0.0.1:1"))?;
            assert!(!checked.is_accepted && checked.said.contains(text), "{}", checked.said);
        }
        for (line, text) in [
            ("TuleapGzip tuleap", "compresses nothing: mod_deflate is not loaded"),
            ("TuleapCache Recommended", "keeps nothing: mod_cache is not loaded"),
        ] {
            let checked = program.check(&config(line).with("backend", "127.0.0.1:1"))?;
            assert!(checked.is_accepted && checked.said.contains(text), "{}", checked.said);
        }
        Ok(())
    })
}
