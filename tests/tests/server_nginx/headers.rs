//! What the next server is told, by proxy_pass and by fastcgi_pass.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::fastcgi::{FastCgi, parameter};
use tuleap_front_tests::server::message::Head;
use tuleap_front_tests::server::nginx::Config;
use tuleap_front_tests::server::told::{FORGED, one, told, values};

use crate::{client, with_module, with_nginx};

const ON: &str = "tuleap_trusted_proxies 127.0.0.1 10.0.0.0/8; tuleap_client_ip on; ";

#[test]
fn the_backend_is_told_one_certain_address() -> Fallible<()> {
    let http = format!(
        "underscores_in_headers on; server {{ listen 127.0.0.1:@port@; {ON}\n\
         tuleap_forwarded_headers on; location / {{ proxy_pass http://@backend@; }} }}"
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        let received = client.get("/", FORGED)?.received();
        assert_eq!(told(&received), one(["203.0.113.9", "203.0.113.9", "https"]));
        let names: Vec<String> = received
            .lines
            .iter()
            .map(|(name, _)| String::from_utf8_lossy(name).to_lowercase())
            .collect();
        let expected = [
            "host",
            "connection",
            "accept",
            "cookie",
            "x-real-ip",
            "x-forwarded-for",
            "x-forwarded-proto",
        ];
        assert_eq!(names, expected);
        let received = client.get("/", &[("X-Forwarded-For", "203.0.113.9, unknown")])?.received();
        assert_eq!(told(&received), one(["", "unknown", "http"]));
        let received = client.get("/", &[])?.received();
        assert_eq!(told(&received), one(["", "unknown", "http"]));
        Ok(())
    })
}

#[test]
fn php_is_told_the_same() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON} tuleap_forwarded_headers on;\n\
         location / {{ fastcgi_pass @php@; fastcgi_param REMOTE_ADDR $remote_addr;\n\
         fastcgi_param HTTPS $tuleap_https if_not_empty; }} }}"
    );
    with_module(|program| {
        let php = FastCgi::start()?;
        let nginx = program.start(&Config::http(&http).with("php", php.address()))?;
        let mut client = client(&nginx)?;
        let said = client.get("/", FORGED)?.body;
        let text =
            |name| parameter(&said, name).map(|value| String::from_utf8_lossy(&value).into_owned());
        for (name, expected) in [
            ("REMOTE_ADDR", Some("203.0.113.9")),
            ("HTTPS", Some("on")),
            ("HTTP_X_REAL_IP", Some("203.0.113.9")),
            ("HTTP_X_FORWARDED_FOR", Some("203.0.113.9")),
            ("HTTP_X_FORWARDED_PROTO", Some("https")),
            ("HTTP_X_FORWARDED_HOST", None),
            ("HTTP_FORWARDED", None),
            ("HTTP_TRUE_CLIENT_IP", None),
            ("HTTP_ACCEPT", Some("text/css")),
        ] {
            assert_eq!(text(name).as_deref(), expected, "{name}");
        }
        let plain = client.get("/", &[])?.body;
        assert_eq!(parameter(&plain, "HTTPS"), None);
        nginx.quit()
    })
}

/// The guide's lines may stay: what they make is right.
#[test]
fn the_guide_s_own_lines_are_right_with_it() -> Fallible<()> {
    let guide = "proxy_set_header X-Real-IP $remote_addr;\n\
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
        proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header Host $host;";
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON} tuleap_forwarded_headers on;\n\
         location / {{ proxy_pass http://@backend@; {guide} }}\n\
         location /kept {{ proxy_pass http://@backend@; {guide} }} }}\n\
         server {{ listen 127.0.0.1:@port-kept@; {ON} tuleap_forwarded_headers on;\n\
         tuleap_replace_remote_addr off; location / {{ proxy_pass http://@backend@; {guide} }} }}"
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        let host = ("Host", "tuleap.example.com");
        let mut ask = |value: &str| -> Fallible<Head> {
            Ok(client.get("/", &[host, ("X-Forwarded-For", value)])?.received())
        };
        let received = ask("6.6.6.6, 203.0.113.9")?;
        assert_eq!(told(&received), one(["203.0.113.9", "203.0.113.9", "http"]));
        assert_eq!(values(&received, "Host"), ["tuleap.example.com"]);
        // Whoever reads this from the right finds a proxy of ours and then nobody.
        let received = ask("6.6.6.6, unknown")?;
        assert_eq!(told(&received), one(["127.0.0.1", "unknown, 127.0.0.1", "http"]));
        let way = tuleap_front_tests::server::client::Way::port(nginx.port("port-kept")?);
        let mut kept = tuleap_front_tests::server::client::Client::new(way);
        let received = kept.get("/", &[("X-Forwarded-For", "6.6.6.6, 203.0.113.9")])?.received();
        assert_eq!(told(&received), one(["127.0.0.1", "203.0.113.9, 127.0.0.1", "http"]));
        Ok(())
    })
}

#[test]
fn documented_writes_the_guide_s_lines() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON}\n\
         location / {{ tuleap_forwarded_headers documented; proxy_pass http://@backend@; }}\n\
         location /guide {{ proxy_pass http://@backend@; proxy_set_header X-Real-IP $remote_addr;\n\
         proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
         proxy_set_header X-Forwarded-Proto $scheme; }} }}"
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        let list: &[(&str, &str)] = &[
            ("X-Forwarded-For", "6.6.6.6"),
            ("X-Forwarded-For", ""),
            ("Forwarded", "for=1.1.1.1"),
        ];
        for lines in [FORGED, list, &[("X-Forwarded-For", "203.0.113.9")], &[]] {
            let ours = client.get("/", lines)?.received();
            let theirs = client.get("/guide", lines)?.received();
            assert_eq!(told(&ours), told(&theirs), "{lines:?}");
            assert_eq!(values(&ours, "Forwarded"), values(&theirs, "Forwarded"));
        }
        Ok(())
    })
}

/// Each location has its own word, also for a request that has been elsewhere.
#[test]
fn a_location_that_is_off_sees_the_lines_as_they_came() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON} proxy_intercept_errors on;\n\
         location / {{ tuleap_forwarded_headers on; proxy_pass http://@error@;\n\
         error_page 404 = /off; error_page 410 = /documented; }}\n\
         location /off {{ tuleap_forwarded_headers off; proxy_pass http://@backend@; }}\n\
         location /documented {{ tuleap_forwarded_headers documented;\n\
         proxy_pass http://@backend@; }} }}"
    );
    with_module(|program| {
        let backend = Backend::start()?;
        let error = Backend::scripted(|received| {
            let status =
                if received.head.word(1) == b"/gone" { "410 Gone" } else { "404 Not Found" };
            format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").into_bytes()
        })?;
        let config = Config::http(&http).with("backend", backend.address());
        let nginx = program.start(&config.with("error", error.address()))?;
        let mut client = client(&nginx)?;
        let lines = [("X-Forwarded-For", "6.6.6.6, 203.0.113.9"), ("Forwarded", "for=1.1.1.1")];
        let received = client.get("/", &lines)?.received();
        assert_eq!(told(&received), one(["", "6.6.6.6, 203.0.113.9", ""]));
        assert_eq!(values(&received, "Forwarded"), ["for=1.1.1.1"]);
        let received = client.get("/gone", &lines)?.received();
        let list = "6.6.6.6, 203.0.113.9, 203.0.113.9";
        assert_eq!(told(&received), one(["203.0.113.9", list, "http"]));
        assert_eq!(values(&received, "Forwarded"), ["for=1.1.1.1"]);
        nginx.quit()
    })
}

/// The header that names the client here may name it at the next server as well.
#[test]
fn the_header_that_was_read_is_not_sent_on() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON} tuleap_client_ip_header X-Cdn-Client;\n\
         tuleap_forwarded_headers on; location / {{ proxy_pass http://@backend@; }} }}"
    );
    with_nginx(&http, |nginx| {
        let lines = [("X-Cdn-Client", "203.0.113.9"), ("X-Forwarded-For", "6.6.6.6")];
        let received = client(nginx)?.get("/", &lines)?.received();
        assert_eq!(told(&received), one(["203.0.113.9", "203.0.113.9", "http"]));
        assert!(values(&received, "X-Cdn-Client").is_empty());
        Ok(())
    })
}

/// A request of a hundred lines, in several blocks of nginx's list.
#[test]
fn long_requests_keep_every_line() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON} tuleap_forwarded_headers on;\n\
         location / {{ proxy_pass http://@backend@; }} }}"
    );
    with_nginx(&http, |nginx| {
        let names: Vec<String> = (0..100).map(|number| format!("X-Line-{number}")).collect();
        let mut lines: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "v")).collect();
        lines.insert(50, ("X-Forwarded-For", "203.0.113.9"));
        let received = client(nginx)?.get("/", &lines)?.received();
        assert!(names.iter().all(|name| values(&received, name) == ["v"]));
        assert_eq!(told(&received), one(["203.0.113.9", "203.0.113.9", "http"]));
        Ok(())
    })
}

/// fastcgi_pass links lines of one name; a list that was changed must be linked anew.
#[test]
fn repeated_lines_survive_a_change_of_locations() -> Fallible<()> {
    let params = "fastcgi_param URI $uri;";
    let http = format!(
        "{ON} server {{ listen 127.0.0.1:@port@; error_page 404 = /second;\n\
         error_page 410 = /third; fastcgi_intercept_errors on;\n\
         location /on-off {{ tuleap_forwarded_headers on; fastcgi_pass @error@; }}\n\
         location /off-on {{ fastcgi_pass @gone@; }}\n\
         location /second {{ fastcgi_pass @php@; {params} }}\n\
         location /third {{ tuleap_forwarded_headers on; fastcgi_pass @php@; {params} }} }}"
    );
    with_module(|program| {
        let php = FastCgi::start()?;
        let error = FastCgi::with_status("404 Not Found")?;
        let gone = FastCgi::with_status("410 Gone")?;
        let config = Config::http(&http).with("php", php.address());
        let config = config.with("error", error.address()).with("gone", gone.address());
        let nginx = program.start(&config)?;
        let mut client = client(&nginx)?;
        let mut lines: Vec<(&str, &str)> = std::iter::repeat_n(("X-D", "d"), 60).collect();
        lines.push(("X-Forwarded-For", "6.6.6.6"));
        lines.push(("X-Forwarded-For", "203.0.113.9"));
        // Only newer versions join what is repeated.
        let joined = if program.version < (1, 23, 0) { "d" } else { &["d"; 60].join(", ") };
        for (path, list) in [("/on-off", "6.6.6.6, 203.0.113.9"), ("/off-on", "203.0.113.9")] {
            let said = client.get(path, &lines)?.body;
            let text =
                |name| parameter(&said, name).map(|it| String::from_utf8_lossy(&it).into_owned());
            let d = text("HTTP_X_D").unwrap_or_default();
            assert!(d.starts_with(joined), "{path}: {d}");
            let found = text("HTTP_X_FORWARDED_FOR").unwrap_or_default();
            let is_first = program.version < (1, 23, 0) && list.starts_with(&found);
            assert!(found == list || is_first, "{path}: {found}");
        }
        nginx.quit()
    })
}

/// What nginx kept of the header lines before they were changed is forgotten.
#[test]
fn what_was_read_of_the_client_s_lines_is_not_sent_on() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON} tuleap_forwarded_headers on;\n\
         if ($proxy_add_x_forwarded_for = never) {{ return 403; }}\n\
         if ($http_x_forwarded_proto = never) {{ return 403; }}\n\
         if ($http_forwarded = never) {{ return 403; }}\n\
         location / {{ proxy_pass http://@backend@; proxy_set_header X-A $http_forwarded;\n\
         proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
         proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto; }} }}"
    );
    with_nginx(&http, |nginx| {
        let received = client(nginx)?.get("/", FORGED)?.received();
        assert_eq!(values(&received, "X-Forwarded-For"), ["203.0.113.9"]);
        assert_eq!(values(&received, "X-Forwarded-Proto"), ["https"]);
        assert!(values(&received, "X-A").is_empty());
        Ok(())
    })
}

/// A subrequest reads the client's own lines in its location; its parent does not get them.
#[test]
fn what_a_subrequest_read_is_not_sent_on_by_its_request() -> Fallible<()> {
    let guide = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
        proxy_set_header X-A $http_x_forwarded_host;";
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON}\n\
         location / {{ auth_request /auth; tuleap_forwarded_headers on; {guide}\n\
         proxy_pass http://@backend@; }}\n\
         location /auth {{ {guide} proxy_pass http://@backend@; }} }}"
    );
    with_nginx(&http, |nginx| {
        let received = client(nginx)?.get("/", FORGED)?.received();
        assert_eq!(values(&received, "X-Forwarded-For"), ["203.0.113.9"]);
        assert!(values(&received, "X-A").is_empty());
        Ok(())
    })
}
