//! Subrequests, internal redirects, named locations and what was read too early.

use tuleap_front_tests::server::Fallible;

use crate::{client, says, with_nginx};

const CLIENT: (&str, &str) = ("X-Forwarded-For", "203.0.113.9");
const ON: &str = "tuleap_trusted_proxies 127.0.0.1; tuleap_client_ip on; ";

#[test]
fn redirects_inside_keep_the_client() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON}\n\
         location /rewrite {{ rewrite ^ /last last; }}\n\
         location /try {{ root @folder@/html; try_files $uri @named; }}\n\
         location /page {{ error_page 404 /last; return 404; }}\n\
         location /named {{ error_page 404 = @named; return 404; }}\n\
         location /last {{ return 200 '$remote_addr $tuleap_client_ip $tuleap_peer_addr'; }}\n\
         location @named {{ return 200 '$remote_addr $tuleap_client_ip $tuleap_peer_addr'; }} }}"
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        for path in ["/rewrite", "/try/x", "/page", "/named"] {
            says(&mut client, path, &[CLIENT], "203.0.113.9 203.0.113.9 127.0.0.1")?;
            says(&mut client, path, &[], "127.0.0.1  127.0.0.1")?;
        }
        Ok(())
    })
}

/// An authorisation subrequest has the same client, and its answer decides.
#[test]
fn subrequests_have_the_same_client() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON}\n\
         location / {{ auth_request /auth; auth_request_set $seen $upstream_http_x_seen;\n\
         add_header X-Seen $seen; proxy_pass http://@backend@; }}\n\
         location /auth {{ internal; proxy_pass http://@auth@;\n\
         proxy_set_header X-Client '$remote_addr/$tuleap_client_ip_kind/$tuleap_peer_addr'; }} }}"
    );
    crate::with_module(|program| {
        use tuleap_front_tests::server::backend::Backend;
        use tuleap_front_tests::server::nginx::Config;
        let backend = Backend::start()?;
        let auth = Backend::scripted(|received| {
            let seen = received.head.text("x-client").unwrap_or_default();
            let head = format!("HTTP/1.1 204 No Content\r\nX-Seen: {seen}\r\n\r\n");
            head.into_bytes()
        })?;
        let config = Config::http(&http).with("backend", backend.address());
        let nginx = program.start(&config.with("auth", auth.address()))?;
        let mut client = client(&nginx)?;
        let seen = client.get("/", &[CLIENT])?.head.text("x-seen");
        assert_eq!(seen.as_deref(), Some("203.0.113.9/forwarded/127.0.0.1"));
        let seen = client.get("/", &[])?.head.text("x-seen");
        assert_eq!(seen.as_deref(), Some("127.0.0.1/edge/127.0.0.1"));
        nginx.quit()
    })
}

/// A location decides after the rewrite phase: what nginx kept from before is forgotten.
#[test]
fn what_was_read_before_a_location_decided_is_read_again() -> Fallible<()> {
    let http = "tuleap_trusted_proxies 127.0.0.1;\n\
        server { listen 127.0.0.1:@port@; set $early '$remote_addr $tuleap_client_ip_kind';\n\
        location / { tuleap_client_ip on;\n\
        proxy_set_header X-Early $early; proxy_set_header X-Late \
        '$remote_addr $tuleap_client_ip_kind'; proxy_pass http://@backend@; } }";
    with_nginx(http, |nginx| {
        let received = client(nginx)?.get("/", &[CLIENT])?.received();
        assert_eq!(received.text("x-early").as_deref(), Some("127.0.0.1 "));
        assert_eq!(received.text("x-late").as_deref(), Some("203.0.113.9 forwarded"));
        Ok(())
    })
}

/// The client is found once: the location an error page stands in cannot take it back.
#[test]
fn the_first_level_that_is_on_decides() -> Fallible<()> {
    let http = format!(
        "server {{ listen 127.0.0.1:@port@; {ON}\n\
         location / {{ error_page 404 /off; return 404; }}\n\
         location /off {{ tuleap_client_ip off; return 200 '$remote_addr $tuleap_client_ip'; }} }}"
    );
    with_nginx(&http, |nginx| says(&mut client(nginx)?, "/", &[CLIENT], "203.0.113.9 203.0.113.9"))
}

/// A request that is refused before it has a location is logged with the socket's peer.
#[test]
fn a_request_that_is_no_request_has_a_peer_and_no_client() -> Fallible<()> {
    let http = format!(
        "log_format f '$status [$tuleap_client_ip] [$tuleap_client_ip_kind] $tuleap_peer_addr \
         $remote_addr';\n\
         server {{ listen 127.0.0.1:@port@; access_log @folder@/access.log f; {ON} location / {{ return 204; }} }}"
    );
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        assert_eq!(
            client.send(b"GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n")?.status,
            400
        );
        assert_eq!(client.get("/", &[CLIENT])?.status, 204);
        let log = nginx.folder().join("access.log");
        let read = || std::fs::read_to_string(&log).map_err(|error| error.to_string());
        let expected = "400 [-] [-] 127.0.0.1 127.0.0.1\n\
                        204 [203.0.113.9] [forwarded] 127.0.0.1 203.0.113.9\n";
        tuleap_front_tests::server::process::until("two lines", || {
            Ok((read()?.lines().count() == 2).then_some(()))
        })?;
        assert_eq!(read()?, expected);
        Ok(())
    })
}

/// Such a request has no post-read phase; its error page has a backend all the same.
#[test]
fn the_error_page_of_a_refused_request_knows_nobody() -> Fallible<()> {
    let http = format!(
        "{ON} tuleap_forwarded_headers on;\n\
         server {{ listen 127.0.0.1:@port@; error_page 400 405 = @app;\n\
         location / {{ return 204; }}\n\
         location @app {{ proxy_set_header X-Client '$remote_addr/$tuleap_client_ip_kind';\n\
         proxy_pass http://@backend@; }} }}\n\
         server {{ listen 127.0.0.1:@port-rights@; error_page 405 = @app; \
         location @app {{ tuleap_require_client on; proxy_pass http://@backend@; }} }}"
    );
    with_nginx(&http, |nginx| {
        let forged = "Host: a\r\nX-Forwarded-For: 203.0.113.9\r\nForwarded: for=1.1.1.1\r\n\
                      X-Forwarded-Proto: https\r\nX-Real-IP: 6.6.6.6\r\n\r\n";
        let trace = format!("TRACE / HTTP/1.1\r\n{forged}");
        let received = client(nginx)?.send(trace.as_bytes())?.received();
        assert_eq!(received.text("x-client").as_deref(), Some("127.0.0.1/edge"));
        assert_eq!(received.text("x-forwarded-for").as_deref(), Some("unknown"));
        assert_eq!(received.text("x-forwarded-proto").as_deref(), Some("http"));
        assert!(received.text("x-real-ip").is_none() && received.text("forwarded").is_none());
        let way = tuleap_front_tests::server::client::Way::port(nginx.port("port-rights")?);
        let mut rights = tuleap_front_tests::server::client::Client::new(way);
        assert_eq!(rights.send(trace.as_bytes())?.status, 403);
        Ok(())
    })
}
