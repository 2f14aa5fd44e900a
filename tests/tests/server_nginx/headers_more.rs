//! Beside Debian's headers-more, which changes the header lines of a request in between.

use std::path::Path;

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::client::Client;
use tuleap_front_tests::server::message::Head;
use tuleap_front_tests::server::nginx::Config;

use crate::{client, method, with_module};

const MODULE: &str = "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so";

/// Only the nginx that Debian built takes Debian's module.
fn with_both(http: &str, test: impl FnOnce(&mut Client) -> Fallible<()>) -> Fallible<()> {
    with_module(|program| {
        let is_debian = program.path() == Path::new("/usr/sbin/nginx");
        if !is_debian || !Path::new(MODULE).exists() {
            return Ok(());
        }
        let backend = Backend::start()?;
        let gone = Backend::scripted(|_| {
            b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".to_vec()
        })?;
        let mut config = Config::http(http).with("backend", backend.address());
        config = config.with("gone", gone.address());
        config.main = format!("load_module {MODULE};");
        let nginx = program.start(&config)?;
        test(&mut client(&nginx)?)?;
        nginx.quit()
    })
}

fn text(head: &Head, name: &str) -> String {
    head.text(name).unwrap_or_default()
}

const ON: &str = "tuleap_trusted_proxies 127.0.0.1; tuleap_client_ip on;\n\
    tuleap_forwarded_headers on; proxy_intercept_errors on;";

const LINES: &[(&str, &str)] = &[
    ("X-Drop", "a"),
    ("X-Remote-User", "admin"),
    ("X-Forwarded-For", "6.6.6.6, 203.0.113.9"),
    ("Forwarded", "for=1.1.1.1"),
    ("X-Keep", "b"),
];

#[test]
fn lines_that_come_and_go_do_not_shift_the_others() -> Fallible<()> {
    let ten: String =
        (0..30).map(|number| format!("more_set_input_headers 'X-New-{number}: n';")).collect();
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON}\n\
         location / {{ more_clear_input_headers X-Drop; {ten} proxy_pass http://@backend@; }} }}"
    );
    with_both(&http, |client| {
        let received = client.get("/", LINES)?.received();
        assert_eq!(text(&received, "x-forwarded-for"), "203.0.113.9");
        assert_eq!(text(&received, "x-real-ip"), "203.0.113.9");
        assert_eq!(text(&received, "x-keep"), "b");
        assert_eq!(text(&received, "x-new-29"), "n");
        assert!(received.text("x-drop").is_none() && received.text("forwarded").is_none());
        Ok(())
    })
}

/// What another module took away on the way does not come back.
#[test]
fn a_second_location_keeps_what_was_changed_there() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON}\n\
         location / {{ proxy_pass http://@gone@; error_page 502 = @app; }}\n\
         location @app {{ more_clear_input_headers X-Remote-User; proxy_pass http://@backend@; }}\n\
         location /off {{ proxy_pass http://@gone@; error_page 502 = @off; }}\n\
         location @off {{ tuleap_forwarded_headers off;\n\
         more_set_input_headers 'Forwarded: for=_safe'; proxy_pass http://@backend@; }} }}"
    );
    with_both(&http, |client| {
        let received = client.get("/", LINES)?.received();
        assert!(received.text("x-remote-user").is_none());
        assert_eq!(text(&received, "x-forwarded-for"), "203.0.113.9");
        let received = client.get("/off", LINES)?.received();
        assert_eq!(text(&received, "forwarded"), "for=_safe");
        assert_eq!(text(&received, "x-forwarded-for"), "6.6.6.6, 203.0.113.9");
        assert_eq!(text(&received, "x-remote-user"), "admin");
        // A request without a line, to which lines are added.
        let bare = client.send(b"GET /off HTTP/1.0\r\n\r\n")?.received();
        assert_eq!(text(&bare, "forwarded"), "for=_safe");
        Ok(())
    })
}

/// The client is that of the lines as they came, whoever asks again later.
#[test]
fn the_client_is_found_once() -> Fallible<()> {
    let http = "server { listen 127.0.0.1:@port@; tuleap_trusted_proxies 127.0.0.1;\n\
        tuleap_client_ip on; location / { tuleap_forwarded_headers on;\n\
        more_set_input_headers 'X-Forwarded-For: 9.9.9.9';\n\
        proxy_set_header X-Client '$remote_addr $tuleap_client_ip $tuleap_scheme';\n\
        proxy_pass http://@backend@; } }";
    with_both(http, |client| {
        let received = client.get("/", LINES)?.received();
        assert_eq!(text(&received, "x-client"), "203.0.113.9 203.0.113.9 http");
        assert_eq!(text(&received, "x-forwarded-for"), "203.0.113.9");
        Ok(())
    })
}

/// What the configuration sets or clears is decided about as if the client had sent it so.
#[test]
fn a_destination_that_is_set_or_cleared_counts() -> Fallible<()> {
    let http = "server { listen 127.0.0.1:@port@; tuleap_destination on;\n\
        proxy_intercept_errors on; location / { more_clear_input_headers Destination;\n\
        proxy_pass http://@backend@; }\n\
        location /set { more_set_input_headers 'Destination: https://local.example/set';\n\
        proxy_pass http://@backend@; }\n\
        location /bad { more_set_input_headers 'Destination: https://other.example/set';\n\
        proxy_pass http://@backend@; }\n\
        location /later { proxy_pass http://@gone@; error_page 502 = @later; }\n\
        location @later { more_set_input_headers 'Destination: https://local.example/later';\n\
        proxy_pass http://@backend@; }\n\
        location /off { proxy_pass http://@gone@; error_page 502 = @off; }\n\
        location @off { tuleap_destination off;\n\
        more_set_input_headers 'Destination: https://local.example/off';\n\
        proxy_pass http://@backend@; }\n\
        location /gone { proxy_pass http://@gone@; error_page 502 = @gone; }\n\
        location @gone { more_clear_input_headers Destination; proxy_pass http://@backend@; }\n\
        location /other { proxy_pass http://@gone@; error_page 502 = @other; }\n\
        location @other { tuleap_destination off; more_set_input_headers 'X-New: n';\n\
        proxy_pass http://@backend@; } }";
    with_both(http, |client| {
        let lines = [
            ("Host", "local.example"),
            ("Destination", "https://local.example/a"),
            ("X-Keep", "b"),
        ];
        for (path, expected) in [
            ("/", None),
            ("/set", Some("http://local.example/set")),
            ("/later", Some("http://local.example/later")),
            ("/off", Some("https://local.example/off")),
            ("/gone", None),
            ("/other", Some("https://local.example/a")),
        ] {
            let received = client.send(&method("COPY", path, &lines))?.received();
            assert_eq!(received.text("destination").as_deref(), expected, "{path}");
            assert_eq!(text(&received, "x-keep"), "b", "{path}");
        }
        assert_eq!(client.send(&method("COPY", "/bad", &lines))?.status, 502);
        Ok(())
    })
}
