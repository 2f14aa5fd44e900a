//! `If` on the way to the backend, `Location` and `Content-Location` on the way back.

use std::net::SocketAddr;

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::certificate::Certificate;
use tuleap_front_tests::server::client::{Answer, Client, Way};
use tuleap_front_tests::server::fastcgi::FastCgi;
use tuleap_front_tests::server::nginx::{Config, Nginx};
use tuleap_front_tests::server::told::values;

use crate::{ask, client, site, with_module};

/// A backend that answers 201 with the line that the request's X-Send has.
fn sender() -> Fallible<Backend> {
    Backend::scripted(|received| {
        // Several lines have a byte between them that no line has.
        let send = received.head.text("x-send").unwrap_or_default().replace('\u{1}', "\r\n");
        let status = received.head.text("x-status").unwrap_or_else(|| "201 Created".to_owned());
        format!("HTTP/1.1 {status}\r\n{send}\r\nContent-Length: 0\r\n\r\n").into_bytes()
    })
}

fn with_sender(http: &str, test: impl FnOnce(&Nginx) -> Fallible<()>) -> Fallible<()> {
    with_module(|program| {
        let backend = sender()?;
        let nginx = program.start(&Config::http(http).with("backend", backend.address()))?;
        test(&nginx)?;
        nginx.end()
    })
}

fn location(answer: &Answer) -> Option<String> {
    answer.head.text("location")
}

const TLS_BEFORE: (&str, &str) = ("X-Forwarded-Proto", "https");
const ON: &str = "tuleap_trusted_proxies 127.0.0.1; tuleap_client_ip on; tuleap_destination on;\n\
    proxy_redirect off; ";

#[test]
fn the_backend_s_origin_becomes_the_one_that_the_client_uses() -> Fallible<()> {
    let http = site(&format!(
        "{ON} location / {{ proxy_set_header Host $host; proxy_pass http://@backend@; }}\n\
         location /host {{ tuleap_destination_host $host; proxy_set_header Host $host;\n\
         proxy_pass http://@backend@; }}\n\
         location /off {{ tuleap_destination off; proxy_pass http://@backend@; }}\n\
         location /kept {{ tuleap_location off; proxy_pass http://@backend@; }}\n\
         location /documented {{ tuleap_destination documented; proxy_pass http://@backend@; }}\n\
         location /fixed {{ tuleap_destination_backend http://@backend@;\n\
         proxy_pass http://@backend@; }}\n\
         location /listed {{ tuleap_destination_public https://first.example \
         https://tuleap.example.com; proxy_pass http://@backend@; }}"
    ));
    with_module(|program| {
        let backend = sender()?;
        let nginx = program.start(&Config::http(&http).with("backend", backend.address()))?;
        let mut client = client(&nginx)?;
        let address = backend.address();
        let plain = "http://tuleap.example.com/a%20b?c#d";
        let fixed = format!("http://{address}/a");
        for (path, host, sent, expected) in [
            ("/", "tuleap.example.com", plain, "https://tuleap.example.com/a%20b?c#d"),
            (
                "/",
                "tuleap.example.com:8443",
                "http://tuleap.example.com:8443/a",
                "https://tuleap.example.com:8443/a",
            ),
            (
                "/host",
                "tuleap.example.com:8443",
                "http://tuleap.example.com/a",
                "https://tuleap.example.com:8443/a",
            ),
            ("/", "tuleap.example.com", "http://other.example/a", "http://other.example/a"),
            (
                "/",
                "tuleap.example.com",
                "https://tuleap.example.com/a",
                "https://tuleap.example.com/a",
            ),
            (
                "/",
                "tuleap.example.com",
                "http://u@tuleap.example.com/a",
                "http://u@tuleap.example.com/a",
            ),
            ("/", "tuleap.example.com", "/a", "/a"),
            ("/off", "tuleap.example.com", plain, plain),
            ("/kept", "tuleap.example.com", plain, plain),
            ("/documented", "tuleap.example.com", plain, plain),
            ("/fixed", "tuleap.example.com", &fixed, "https://tuleap.example.com/a"),
            ("/fixed", "tuleap.example.com", plain, plain),
            ("/listed", "tuleap.example.com", plain, "https://tuleap.example.com/a%20b?c#d"),
            ("/listed", "other.example", "http://other.example/a", "https://first.example/a"),
        ] {
            for name in ["Location", "content-location"] {
                let send = format!("{name}: {sent}");
                let lines = [("Host", host), TLS_BEFORE, ("X-Send", send.as_str())];
                let answer = ask(&mut client, "PUT", path, &lines)?;
                let said = answer.head.text(name);
                assert_eq!(said.as_deref(), Some(expected), "{path} {host} {name} {sent}");
            }
        }
        // Nobody has said that there was TLS before.
        let send = format!("Location: {plain}");
        let answer = ask(&mut client, "PUT", "/", &[("X-Send", send.as_str())])?;
        assert_eq!(location(&answer).as_deref(), Some(plain));
        nginx.quit()
    })
}

/// nginx sends several where it is old, and the first where it is not.
#[test]
fn every_line_is_mapped() -> Fallible<()> {
    with_sender(&site(&format!("{ON} location / {{ proxy_pass http://@backend@; }}")), |nginx| {
        let place = |name, path| format!("{name}: http://tuleap.example.com/{path}");
        let send = [place("Location", 1), place("LOCATION", 2), place("Content-Location", 3)];
        let send = send.join("\u{1}");
        let lines = [TLS_BEFORE, ("X-Send", send.as_str())];
        let answer = ask(&mut client(nginx)?, "PUT", "/", &lines)?;
        let mapped = |path| format!("https://tuleap.example.com/{path}");
        let places = values(&answer.head, "Location");
        assert!(places == [mapped(1)] || places == [mapped(1), mapped(2)], "{places:?}");
        assert_eq!(values(&answer.head, "Content-Location"), [mapped(3)]);
        Ok(())
    })
}

/// nginx's own directive runs before, and leaves a path.
#[test]
fn what_proxy_redirect_has_mapped_stays_so() -> Fallible<()> {
    let http = site(
        "location / { tuleap_destination on; tuleap_destination_backend http://@backend@;\n\
         proxy_pass http://@backend@/; }\n\
         location /mapped { tuleap_destination on; proxy_redirect http://$host/ https://$host:1/;\n\
         proxy_pass http://@backend@; }\n\
         location /stock/ { proxy_pass http://@backend@/; }",
    );
    with_module(|program| {
        let backend = sender()?;
        let nginx = program.start(&Config::http(&http).with("backend", backend.address()))?;
        let mut client = client(&nginx)?;
        let port = nginx.port("port")?;
        let send = format!("Location: http://{}/a", backend.address());
        let lines = [("X-Send", send.as_str())];
        let ours = location(&ask(&mut client, "PUT", "/", &lines)?);
        let expected = format!("http://tuleap.example.com:{port}/a");
        assert_eq!(ours.as_deref(), Some(expected.as_str()));
        let stock = location(&ask(&mut client, "PUT", "/stock/", &lines)?);
        let expected = format!("http://tuleap.example.com:{port}/stock/a");
        assert_eq!(stock.as_deref(), Some(expected.as_str()));
        let lines = [("X-Send", "Location: http://tuleap.example.com/a")];
        let mapped = location(&ask(&mut client, "PUT", "/mapped", &lines)?);
        assert_eq!(mapped.as_deref(), Some("https://tuleap.example.com:1/a"));
        nginx.quit()
    })
}

/// Whatever came from a backend before, a redirect of nginx's is nginx's.
#[test]
fn nginx_s_own_redirects_are_not_touched() -> Fallible<()> {
    let http = site(&format!(
        "{ON} root @folder@/html; proxy_intercept_errors on; recursive_error_pages on;\n\
         location /return {{ return 302 http://tuleap.example.com/a; }}\n\
         location /page {{ error_page 302 404 = @page; proxy_pass http://@backend@; }}\n\
         location @page {{ return 302 http://tuleap.example.com/a; }}\n\
         location /gone {{ error_page 404 http://tuleap.example.com/a; proxy_pass http://@backend@; }}\n\
         location /accel {{ proxy_pass http://@backend@; }}\n\
         location /inside {{ return 302 http://tuleap.example.com/a; }}\n\
         location /slash/ {{ proxy_pass http://@backend@; }}\n\
         location /folder {{ }}"
    ));
    with_sender(&http, |nginx| {
        nginx.folder().write("html/folder/a", "a")?;
        let mut client = client(nginx)?;
        let port = nginx.port("port")?;
        let plain = "http://tuleap.example.com/a".to_owned();
        for (path, status, send, expected) in [
            ("/return", "", "X-A: a", plain.clone()),
            ("/page", "404 Not Found", "Location: http://tuleap.example.com/b", plain.clone()),
            ("/page", "302 Found", "Location: http://tuleap.example.com/b", plain.clone()),
            ("/gone", "404 Not Found", "Location: http://tuleap.example.com/b", plain.clone()),
            (
                "/accel",
                "200 OK",
                "Location: http://tuleap.example.com/b\r\nX-Accel-Redirect: /inside",
                plain,
            ),
            ("/slash", "", "X-A: a", format!("http://tuleap.example.com:{port}/slash/")),
            ("/folder", "", "X-A: a", format!("http://tuleap.example.com:{port}/folder/")),
        ] {
            let send = send.replace("\r\n", "\u{1}");
            let lines = [TLS_BEFORE, ("X-Status", status), ("X-Send", send.as_str())];
            let answer = ask(&mut client, "GET", path, &lines)?;
            assert_eq!(values(&answer.head, "Location"), [expected], "{path} {status}");
        }
        Ok(())
    })
}

#[test]
fn an_answer_that_was_kept_is_mapped_for_each_client() -> Fallible<()> {
    let http = format!(
        "proxy_cache_path @folder@/cache keys_zone=c:1m;\n{}",
        site(&format!(
            "{ON} location / {{ proxy_cache c; proxy_cache_valid any 1h; proxy_cache_key a;\n\
             add_header X-Cached $upstream_cache_status always; proxy_pass http://@backend@; }}"
        ))
    );
    with_sender(&http, |nginx| {
        let mut client = client(nginx)?;
        let send = ("X-Send", "Location: http://tuleap.example.com/a");
        let status = ("X-Status", "302 Found");
        for (cached, line, expected) in [
            ("MISS", TLS_BEFORE, "https://tuleap.example.com/a"),
            ("HIT", TLS_BEFORE, "https://tuleap.example.com/a"),
            ("HIT", ("X-A", "a"), "http://tuleap.example.com/a"),
        ] {
            let answer = ask(&mut client, "GET", "/", &[line, status, send])?;
            assert_eq!(answer.head.text("x-cached").as_deref(), Some(cached));
            assert_eq!(location(&answer).as_deref(), Some(expected));
        }
        Ok(())
    })
}

/// What was kept may lead to a redirect of nginx's all the same.
#[test]
fn a_redirect_inside_that_was_kept_leads_to_nginx_s_own() -> Fallible<()> {
    let http = format!(
        "proxy_cache_path @folder@/cache keys_zone=c:1m;\n{}",
        site(&format!(
            "{ON} location / {{ proxy_cache c; proxy_cache_valid any 1h; proxy_cache_key $uri;\n\
             proxy_pass http://@backend@; }}\n\
             location @inside {{ return 302 http://tuleap.example.com/a; }}\n\
             location /inside {{ return 302 http://tuleap.example.com/a; }}"
        ))
    );
    with_sender(&http, |nginx| {
        let mut client = client(nginx)?;
        for place in ["@inside", "/inside"] {
            let send =
                format!("Location: http://tuleap.example.com/b\u{1}X-Accel-Redirect: {place}");
            let lines = [TLS_BEFORE, ("X-Status", "200 OK"), ("X-Send", send.as_str())];
            for _ in 0..2 {
                let answer = ask(&mut client, "GET", "/x", &lines)?;
                assert_eq!(values(&answer.head, "Location"), ["http://tuleap.example.com/a"]);
            }
        }
        Ok(())
    })
}

/// TLS ends here, and the responder writes what it believes.
#[test]
fn by_tls_and_from_fastcgi() -> Fallible<()> {
    with_module(|program| {
        let certificate = Certificate::new()?;
        let php = FastCgi::with_status("201 Created\r\nLocation: http://tuleap.example.com/a")?;
        let http = format!(
            "server {{ listen 127.0.0.1:@port@ ssl; server_name tuleap.example.com;\n\
             ssl_certificate {}; ssl_certificate_key {}; tuleap_destination on;\n\
             location / {{ fastcgi_pass @php@; }} }}",
            certificate.chain(),
            certificate.key()
        );
        let nginx = program.start(&Config::http(&http).with("php", php.address()))?;
        let to = SocketAddr::from(([127, 0, 0, 1], nginx.port("port")?));
        let mut client = Client::new(Way::Tls { from: None, to });
        let answer = ask(&mut client, "PUT", "/", &[])?;
        assert_eq!(answer.status, 201);
        assert_eq!(location(&answer).as_deref(), Some("https://tuleap.example.com/a"));
        nginx.quit()
    })
}

/// Tags outside of parentheses, each line by itself.
#[test]
fn the_tags_of_if_are_mapped_where_that_is_said() -> Fallible<()> {
    let http = site(
        "tuleap_destination on; recursive_error_pages on;\n\
         location / { proxy_pass http://@backend@; }\n\
         location /on { tuleap_destination_if on; proxy_pass http://@backend@; }\n\
         location /fixed { tuleap_destination_backend http://127.0.0.1:8080;\n\
         proxy_pass http://@backend@; }\n\
         location /fixed/off { tuleap_destination_backend http://127.0.0.1:8080;\n\
         tuleap_destination_if off; proxy_pass http://@backend@; }\n\
         location /documented { tuleap_destination documented; tuleap_destination_if on;\n\
         proxy_pass http://@backend@; }\n\
         location /back { tuleap_destination_if on; error_page 502 = @off;\n\
         proxy_pass http://127.0.0.1:9; }\n\
         location @off { proxy_pass http://@backend@; }\n\
         location /both { tuleap_destination_if on; error_page 418 = @fixed; return 418; }\n\
         location @fixed { tuleap_destination_backend http://127.0.0.1:8080;\n\
         proxy_pass http://@backend@; }",
    );
    with_module(|program| {
        let backend = Backend::start()?;
        let nginx = program.start(&Config::http(&http).with("backend", backend.address()))?;
        let mut client = client(&nginx)?;
        let sent = "<https://tuleap.example.com/a> (<opaquelocktoken:1>)";
        let other = "<https://other.example/b> ([\"e)\"])";
        let untagged = "(<https://tuleap.example.com/c>)";
        let http = "<http://tuleap.example.com/a> (<opaquelocktoken:1>)";
        let fixed = "<http://127.0.0.1:8080/a> (<opaquelocktoken:1>)";
        for (path, first) in [
            ("/", sent),
            ("/on", http),
            ("/fixed", fixed),
            ("/fixed/off", sent),
            ("/documented", sent),
            ("/back", sent),
            ("/both", fixed),
        ] {
            let destination = ("Destination", "https://tuleap.example.com/d");
            let lines = [("If", sent), destination, ("IF", other), ("X-A", "a"), ("if", untagged)];
            for lines in [&lines as &[_], &[lines[0], lines[2], lines[3], lines[4]]] {
                let received = ask(&mut client, "PUT", path, lines)?.received();
                assert_eq!(values(&received, "If"), [first, other, untagged], "{path}");
                assert_eq!(values(&received, "X-A"), ["a"]);
                let count = values(&received, "Destination").len();
                assert_eq!(count, lines.len() - 4, "{path}");
            }
        }
        nginx.end()
    })
}
