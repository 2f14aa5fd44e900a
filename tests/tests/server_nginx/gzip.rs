//! What is compressed, by which rule, and beside which lines of nginx's own.

use std::net::SocketAddr;

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::{Backend, Received};
use tuleap_front_tests::server::certificate::Certificate;
use tuleap_front_tests::server::client::{Answer, Client, Way};
use tuleap_front_tests::server::http2::nghttp;
use tuleap_front_tests::server::nginx::{Config, Nginx};
use tuleap_front_tests::server::process::until;

use crate::{ask, client, site, with_module, with_nginx};

/// What the deployment guide says.
const GUIDE: &str = "gzip on; gzip_vary on;\n\
    gzip_proxied expired no-cache no-store private auth;\n\
    gzip_types text/plain text/css text/xml text/javascript application/x-javascript \
    application/xml;\n\
    gzip_disable \"MSIE [1-6]\\.\";\n";

/// The verdict and its reason, as each answer has them.
const TOLD: &str = "add_header X-Gzip \"$tuleap_gzip $tuleap_gzip_reason\" always;\n";

const GZIP: (&str, &str) = ("Accept-Encoding", "gzip");
const CSS: &str = "Content-Type: text/css";

/// The lines of an answer's header, which a request asks for by `X-Lines`, with ` | ` between.
fn as_asked(received: &Received) -> Vec<u8> {
    let head = &received.head;
    let lines = head.text("x-lines").unwrap_or_default().replace(" | ", "\r\n");
    let status = head.text("x-status").unwrap_or_else(|| "200".to_owned());
    let length = head.text("x-length").and_then(|text| text.parse().ok()).unwrap_or(1000);
    let end = if lines.is_empty() { "" } else { "\r\n" };
    let first = format!("HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\n");
    let head_only = head.word(0) == b"HEAD";
    let body = "x".repeat(if head_only { 0 } else { length });
    format!("{first}{lines}{end}\r\n{body}").into_bytes()
}

/// With a backend that answers as it is asked.
fn with_answers(http: &str, test: impl FnOnce(&Nginx) -> Fallible<()>) -> Fallible<()> {
    with_answers_until(http, test, Nginx::quit)
}

/// The same with another end.
fn with_answers_until(
    http: &str,
    test: impl FnOnce(&Nginx) -> Fallible<()>,
    end: fn(Nginx) -> Fallible<()>,
) -> Fallible<()> {
    with_module(|program| {
        let backend = Backend::scripted(as_asked)?;
        let certificate = Certificate::new()?;
        let config = Config::http(http)
            .with("backend", backend.address())
            .with("chain", certificate.chain())
            .with("key", certificate.key());
        let nginx = program.start(&config)?;
        test(&nginx)?;
        end(nginx)
    })
}

fn get(client: &mut Client, path: &str, answer: &str, lines: &[(&str, &str)]) -> Fallible<Answer> {
    let lines: Vec<(&str, &str)> = lines.iter().copied().chain([("X-Lines", answer)]).collect();
    client.get(path, &lines)
}

fn is_compressed(answer: &Answer) -> bool {
    let says = answer.head.text("content-encoding").as_deref() == Some("gzip");
    assert_eq!(says, answer.body.starts_with(&[0x1f, 0x8b]), "{}", answer.status);
    says
}

/// Every line of a name.
fn all(answer: &Answer, name: &str) -> Vec<String> {
    answer.head.values(name).map(|value| String::from_utf8_lossy(value).into_owned()).collect()
}

fn told(answer: &Answer) -> String {
    answer.head.text("x-gzip").unwrap_or_default().trim_start().to_owned()
}

#[test]
fn recommended_looks_at_what_the_backend_sent() -> Fallible<()> {
    let http = site(&format!(
        "{TOLD} tuleap_gzip recommended; location / {{ proxy_pass http://@backend@; }}\n\
         location /hour {{ expires 1h; proxy_pass http://@backend@; }}"
    ));
    with_answers(&http, |nginx| {
        let mut client = client(nginx)?;
        let via = ("Via", "1.1 cdn");
        for (path, answer, lines, expected) in [
            ("/", CSS, &[GZIP][..], "1 gzip/accepted"),
            ("/", "Content-Type: text/css; version=1", &[GZIP], "1 gzip/accepted"),
            ("/", "Content-Type: application/problem+json", &[GZIP], "1 gzip/accepted"),
            ("/", "Content-Type: image/svg+xml", &[GZIP], "1 gzip/accepted"),
            ("/", "Content-Type: image/png", &[GZIP], "gzip/type"),
            ("/", "", &[GZIP], "gzip/type"),
            ("/", CSS, &[], "gzip/no-accept-encoding"),
            ("/", CSS, &[("Accept-Encoding", "gzip;q=0, br")], "gzip/not-accepted"),
            ("/", CSS, &[("Accept-Encoding", "br"), GZIP], "1 gzip/accepted"),
            ("/", CSS, &[GZIP, via], "1 gzip/accepted"),
            ("/hour", CSS, &[GZIP, via], "1 gzip/accepted"),
            ("/", CSS, &[GZIP, ("X-Length", "100")], "gzip/too-short"),
            ("/", CSS, &[GZIP, ("X-Status", "500")], "gzip/status"),
            ("/", CSS, &[GZIP, ("X-Status", "404")], "1 gzip/accepted"),
            (
                "/",
                "Content-Type: text/css | Cache-Control: no-transform",
                &[GZIP],
                "gzip/no-transform",
            ),
            ("/", "Content-Type: text/css | Content-Encoding: br", &[GZIP], "gzip/already-encoded"),
        ] {
            let answer = get(&mut client, path, answer, lines)?;
            assert_eq!(told(&answer), expected, "{path} {lines:?}");
            assert_eq!(is_compressed(&answer), expected.starts_with('1'), "{path} {lines:?}");
        }
        let answer = get(&mut client, "/", &format!("{CSS} | ETag: \"a\""), &[GZIP])?;
        assert_eq!(all(&answer, "etag"), ["W/\"a\""]);
        assert_eq!(all(&answer, "content-length"), Vec::<String>::new());
        let answer = ask(&mut client, "HEAD", "/", &[GZIP, ("X-Lines", CSS)])?;
        assert_eq!(all(&answer, "content-encoding"), ["gzip"]);
        let answer = client.send(
            format!("GET / HTTP/1.0\r\nAccept-Encoding: gzip\r\nX-Lines: {CSS}\r\n\r\n").as_bytes(),
        )?;
        assert_eq!(told(&answer), "gzip/http-version");
        Ok(())
    })
}

/// A compressed page that has a secret beside what an attacker chose tells the secret by its
/// length. The guide's lines compress it.
#[test]
fn a_user_s_page_stays_as_it_is_by_https() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; listen 127.0.0.1:@port-tls@ ssl;\n\
         ssl_certificate @chain@; ssl_certificate_key @key@;\n\
         tuleap_client_ip on; tuleap_trusted_proxies 127.0.0.1; {TOLD}\n\
         location /documented {{ {GUIDE} proxy_pass http://@backend@; }}\n\
         location /recommended {{ tuleap_gzip on; proxy_pass http://@backend@; }}\n\
         location /compress {{ tuleap_gzip on; tuleap_gzip_secrets compress;\n\
         proxy_pass http://@backend@; }} }}"
    );
    let asks = |nginx: &Nginx| {
        let to = SocketAddr::from(([127, 0, 0, 1], nginx.port("port-tls")?));
        let mut tls = Client::new(Way::Tls { from: None, to });
        let mut plain = client(nginx)?;
        let page = "Content-Type: text/html; charset=utf-8";
        let user = [GZIP, ("Cookie", "session=1")];
        let basic = [GZIP, ("Authorization", "Basic eDp5")];
        for lines in [&user, &basic] {
            let answer = get(&mut tls, "/recommended", page, lines)?;
            assert_eq!((told(&answer).as_str(), is_compressed(&answer)), ("gzip/secret", false));
            assert!(is_compressed(&get(&mut tls, "/documented", page, lines)?));
            assert!(is_compressed(&get(&mut tls, "/compress", page, lines)?));
            assert!(is_compressed(&get(&mut plain, "/recommended", page, lines)?));
            // What a balancer got by https, too.
            let [first, second] = *lines;
            let forwarded = [first, second, ("X-Forwarded-Proto", "https")];
            assert!(!is_compressed(&get(&mut plain, "/recommended", page, &forwarded)?));
        }
        // Nobody's page, and files that are the same for all.
        assert!(is_compressed(&get(&mut tls, "/recommended", page, &[GZIP])?));
        assert!(is_compressed(&get(&mut tls, "/recommended", CSS, &user)?));
        let login = format!("{page} | Set-Cookie: session=1");
        assert!(!is_compressed(&get(&mut tls, "/recommended", &login, &[GZIP])?));
        Ok(())
    };
    // An old nginx logs a client that ends TLS without a word.
    with_answers_until(&http, asks, Nginx::end)
}

#[test]
fn a_part_is_a_part_of_the_answer_as_it_is() -> Fallible<()> {
    let http = site(&format!(
        "root @folder@/html; default_type text/css; {TOLD} location /documented {{ {GUIDE} }}\n\
         location /recommended {{ tuleap_gzip on; }}"
    ));
    with_nginx(&http, |nginx| {
        for name in ["documented", "recommended"] {
            nginx.folder().write(&format!("html/{name}"), "x".repeat(1000))?;
        }
        let mut client = client(nginx)?;
        let lines = [GZIP, ("Range", "bytes=0-9")];
        let answer = client.get("/recommended", &lines)?;
        assert_eq!((answer.status, answer.body.len()), (206, 10));
        assert_eq!(told(&answer), "gzip/range");
        let answer = client.get("/documented", &lines)?;
        assert_eq!((answer.status, is_compressed(&answer)), (200, true));
        Ok(())
    })
}

#[test]
fn one_line_says_by_what_an_answer_varies() -> Fallible<()> {
    let http = site(&format!(
        "root @folder@/html; default_type text/css; {TOLD} tuleap_gzip on;\n\
         location / {{ proxy_pass http://@backend@; }} location /file {{ }}\n\
         location /documented {{ tuleap_gzip documented; }}"
    ));
    with_answers(&http, |nginx| {
        for name in ["documented", "file"] {
            nginx.folder().write(&format!("html/{name}"), "x".repeat(1000))?;
        }
        let mut client = client(nginx)?;
        let long = format!("Vary: X-{}", "a".repeat(600));
        for (lines, expected) in [
            ("", "Accept-Encoding"),
            ("Vary: Cookie", "Cookie, Accept-Encoding"),
            ("Vary: Cookie | Vary: Origin, accept-encoding", "Cookie, Origin, accept-encoding"),
            ("Vary: Cookie | Vary: *", "*"),
            ("Vary: ", "Accept-Encoding"),
            (&long, &format!("{}, Accept-Encoding", long.replace("Vary: ", ""))),
        ] {
            let lines = if lines.is_empty() { CSS.to_owned() } else { format!("{CSS} | {lines}") };
            for request in [&[GZIP][..], &[]] {
                let answer = get(&mut client, "/", &lines, request)?;
                assert_eq!(all(&answer, "vary"), [expected], "{lines}");
            }
            let answer = get(&mut client, "/", &lines.replace("text/css", "image/gif"), &[GZIP])?;
            assert_eq!(all(&answer, "vary").len(), lines.matches("Vary: ").count(), "{lines}");
        }
        // What a cache has is varied by whether it is changed or not.
        for (path, expected) in [("/file", 1), ("/documented", 0)] {
            let etag = client.get(path, &[])?.head.text("etag").unwrap_or_default();
            let answer = client.get(path, &[GZIP, ("If-None-Match", &etag)])?;
            assert_eq!((answer.status, all(&answer, "vary").len()), (304, expected), "{path}");
        }
        Ok(())
    })
}

/// Asked side by side, the two answer alike, and the policy knows why.
#[test]
fn documented_is_what_the_guide_s_lines_make() -> Fallible<()> {
    let http = site(&format!(
        "location /guide/ {{ {GUIDE} proxy_pass http://@backend@/; }}\n\
         location /guide/hour/ {{ {GUIDE} expires 1h; proxy_pass http://@backend@/; }}\n\
         {TOLD} location /ours/ {{ tuleap_gzip documented; proxy_pass http://@backend@/; }}\n\
         location /ours/hour/ {{ tuleap_gzip documented; expires 1h; proxy_pass http://@backend@/; }}"
    ));
    with_answers(&http, |nginx| {
        let mut client = client(nginx)?;
        let past = "Expires: Thu, 01 Jan 1970 00:00:01 GMT";
        let answers = [
            CSS.to_owned(),
            "Content-Type: text/html;charset=utf-8".to_owned(),
            "Content-Type: text/css; version=1".to_owned(),
            "Content-Type: application/json".to_owned(),
            format!("{CSS} | Vary: Cookie"),
            format!("{CSS} | Cache-Control: private"),
            format!("{CSS} | Cache-Control: max-age=60"),
            format!("{CSS} | {past}"),
            format!("{CSS} | ETag: a | Last-Modified: Thu, 01 Jan 1970 00:00:01 GMT"),
            format!("{CSS} | Content-Encoding: br"),
        ];
        let requests: [&[(&str, &str)]; 7] = [
            &[],
            &[GZIP],
            &[GZIP, ("Via", "1.1 a")],
            &[GZIP, ("Via", "1.1 a"), ("Authorization", "Basic eDp5")],
            &[("Accept-Encoding", "gzipx, gzip")],
            &[GZIP, ("User-Agent", "Mozilla/4.0 (compatible; MSIE 6.0)")],
            &[GZIP, ("X-Status", "403")],
        ];
        let names = ["content-encoding", "content-length", "vary", "etag", "cache-control"];
        for place in ["", "hour/"] {
            for (answer, lines) in
                answers.iter().flat_map(|answer| requests.map(|lines| (answer, lines)))
            {
                let theirs = get(&mut client, &format!("/guide/{place}"), answer, lines)?;
                let ours = get(&mut client, &format!("/ours/{place}"), answer, lines)?;
                for name in names {
                    assert_eq!(all(&ours, name), all(&theirs, name), "{place} {answer} {lines:?}");
                }
                let (told, is_it) = (told(&ours), is_compressed(&ours));
                assert_eq!(told.starts_with("1 "), is_it, "{place} {answer} {lines:?}: {told}");
            }
        }
        Ok(())
    })
}

#[test]
fn levels_inherit_and_can_be_left_out() -> Fallible<()> {
    let http = format!(
        "tuleap_gzip on; {}",
        site(&format!(
            "{TOLD} location / {{ proxy_pass http://@backend@; }}\n\
             location /off {{ tuleap_gzip off; proxy_pass http://@backend@;\n\
             location /off/on {{ tuleap_gzip recommended; proxy_pass http://@backend@; }} }}\n\
             location /tuleap {{ tuleap_gzip tuleap; proxy_pass http://@backend@; }}\n\
             location /less {{ gzip_min_length 2000; proxy_pass http://@backend@; }}\n\
             location /page {{ error_page 500 /off; proxy_intercept_errors on;\n\
             proxy_pass http://@backend@; }}\n\
             location /sub {{ auth_request /auth; proxy_pass http://@backend@; }}\n\
             location /auth {{ proxy_pass http://@backend@; }}"
        ))
    );
    with_answers(&http, |nginx| {
        let mut client = client(nginx)?;
        for (path, answer, expected) in [
            ("/", CSS, "1 gzip/accepted"),
            ("/off", CSS, ""),
            ("/off/on", CSS, "1 gzip/accepted"),
            ("/tuleap", "Content-Type: application/json", "1 gzip/accepted"),
            ("/tuleap", "Content-Type: image/svg+xml", "gzip/type"),
            ("/sub", CSS, "1 gzip/accepted"),
        ] {
            let answer = get(&mut client, path, answer, &[GZIP])?;
            assert_eq!(told(&answer), expected, "{path}");
            assert_eq!(is_compressed(&answer), expected.starts_with('1'), "{path}");
        }
        // What nginx is told beside it in a deeper level stays nginx's.
        assert!(!is_compressed(&get(&mut client, "/less", CSS, &[GZIP])?));
        let answer = get(&mut client, "/page", CSS, &[GZIP, ("X-Status", "500")])?;
        assert_eq!((told(&answer).as_str(), is_compressed(&answer)), ("", false));
        Ok(())
    })
}

#[test]
fn http2_is_asked_like_everybody() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port-http@ http2; {TOLD}\n\
         tuleap_gzip on; location / {{ proxy_pass http://@backend@; }} }}"
    );
    with_module(|program| {
        let backend = Backend::scripted(as_asked)?;
        let nginx = program.start(&Config::http(http).with("backend", backend.address()))?;
        let url = format!("http://127.0.0.1:{}/", nginx.port("port-http")?);
        let lines = format!("--header=X-Lines: {CSS} | Vary: Cookie");
        let said = nghttp(&["--verbose", "--header=Accept-Encoding: gzip", &lines, &url])?;
        for line in ["x-gzip: 1 gzip/accepted", "vary: Cookie, Accept-Encoding"] {
            assert!(said.contains(line), "{said}");
        }
        // A newer nginx says that it knows another way to write the listener.
        nginx.end()
    })
}

/// The log asks when nginx has changed the header.
#[test]
fn a_log_has_the_reason() -> Fallible<()> {
    let http = format!(
        "log_format gzip '$uri $tuleap_gzip $tuleap_gzip_reason';\n{}",
        site(
            "access_log @folder@/gzip.log gzip; tuleap_gzip on;\n\
             location / { proxy_pass http://@backend@; }\n\
             location /documented { tuleap_gzip documented; proxy_pass http://@backend@; }\n\
             location /early { set $before $tuleap_gzip_reason; proxy_pass http://@backend@; }\n\
             location /off { tuleap_gzip off; return 204; }"
        )
    );
    with_answers(&http, |nginx| {
        let mut client = client(nginx)?;
        let answer = format!("{CSS} | Content-Encoding: br");
        get(&mut client, "/", CSS, &[GZIP])?;
        get(&mut client, "/documented", CSS, &[GZIP])?;
        get(&mut client, "/documented/br", &answer, &[GZIP])?;
        get(&mut client, "/documented/short", CSS, &[GZIP, ("X-Length", "10")])?;
        get(&mut client, "/off", CSS, &[GZIP])?;
        let expected = [
            "/ 1 gzip/accepted",
            "/documented 1 gzip/accepted",
            "/documented/br  gzip/already-encoded",
            "/documented/short  gzip/too-short",
            "/off - -",
        ];
        // A request is logged behind its answer.
        let log = until("the log", || {
            let text = std::fs::read_to_string(nginx.folder().join("gzip.log"));
            let text = text.unwrap_or_default();
            Ok((text.lines().count() == expected.len()).then_some(text))
        })?;
        assert_eq!(log.lines().collect::<Vec<_>>(), expected);
        Ok(())
    })
}

#[test]
fn what_nginx_is_told_twice_is_refused() -> Fallible<()> {
    with_module(|program| {
        for (directives, words) in [
            ("tuleap_gzip;", "invalid number of arguments"),
            ("tuleap_gzip maybe;", "must be recommended, tuleap, documented or off"),
            ("tuleap_gzip on; tuleap_gzip on;", "\"tuleap_gzip\" directive is duplicate"),
            ("gzip on; tuleap_gzip on;", "\"tuleap_gzip\" stands for \"gzip on; gzip_types *;"),
            ("tuleap_gzip on; gzip on;", "\"gzip\" directive is duplicate"),
            ("gzip_vary on; tuleap_gzip documented;", "\"tuleap_gzip\" stands for \"gzip on;"),
            ("gzip on; tuleap_gzip off;", "\"tuleap_gzip\" stands for \"gzip off;\""),
            ("tuleap_gzip_secrets some;", "invalid value \"some\""),
        ] {
            let checked = program.check(&Config::http(site(directives)))?;
            assert!(!checked.is_accepted && checked.said.contains(words), "{}", checked.said);
            let place = "nginx.conf:";
            assert!(checked.said.lines().any(|line| line.contains(place)), "{}", checked.said);
        }
        let checked = program.check(&Config::http(site("tuleap_gzip_secrets compress;")))?;
        let words = "\"tuleap_gzip_secrets\" does nothing without \"tuleap_gzip recommended\"";
        assert!(checked.is_accepted && checked.said.contains(words), "{}", checked.said);
        // Levels are beside nobody, and other lines of nginx's gzip stay.
        let http = format!(
            "gzip on; gzip_comp_level 2; {}",
            site("tuleap_gzip on; gzip_comp_level 3; gzip_disable msie6; location / { gzip off; }")
        );
        let checked = program.check(&Config::http(http))?;
        assert!(checked.is_accepted && !checked.said.contains("[warn]"), "{}", checked.said);
        Ok(())
    })
}
