//! `tuleap_client_ip shadow` changes nothing, and logs where the answers differ.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::nginx::{Config, Nginx};

use crate::{client, with_module};

const WORDS: &str = "tuleap_front shadow client_ip: ";

fn with_shadow(
    directives: &str,
    test: impl FnOnce(&Nginx) -> Fallible<&'static [&'static str]>,
) -> Fallible<()> {
    with_module(|program| {
        let backend = Backend::start()?;
        let http = format!(
            "{directives}\nserver {{ listen 127.0.0.1:@port@; tuleap_trusted_proxies 127.0.0.1 \
             10.0.0.0/8; tuleap_client_ip shadow;\n\
             location / {{ proxy_set_header X-Client $remote_addr; proxy_set_header X-Ours \
             $tuleap_client_ip; proxy_pass http://@backend@; }}\n\
             location /realip {{ set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;\n\
             proxy_set_header X-Client $remote_addr; proxy_pass http://@backend@; }} }}"
        );
        let nginx = program.start(&Config::http(http).with("backend", backend.address()))?;
        let logged = test(&nginx)?;
        nginx.quit_having_logged(logged)
    })
}

#[test]
fn a_difference_is_logged_and_nothing_is_changed() -> Fallible<()> {
    with_shadow("", |nginx| {
        let list = ("X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.0.0.2");
        let received = client(nginx)?.get("/", &[list])?.received();
        assert_eq!(received.text("x-client").as_deref(), Some("127.0.0.1"));
        assert_eq!(received.text("x-ours").as_deref(), Some("203.0.113.9"));
        assert_eq!(received.text("x-forwarded-for").as_deref(), Some(list.1));
        let received = client(nginx)?.get("/realip", &[list])?.received();
        assert_eq!(received.text("x-client").as_deref(), Some("10.0.0.2"));
        Ok(&[
            "tuleap_front shadow client_ip: ours 203.0.113.9 (forwarded, \
             client-ip/first-untrusted), theirs 127.0.0.1, peer 127.0.0.1",
            "tuleap_front shadow client_ip: ours 203.0.113.9 (forwarded, \
             client-ip/first-untrusted), theirs 10.0.0.2, peer 127.0.0.1",
        ])
    })
}

#[test]
fn where_the_answers_are_the_same_nothing_is_logged() -> Fallible<()> {
    with_shadow("", |nginx| {
        client(nginx)?.get("/", &[("X-Forwarded-For", "unknown")])?;
        client(nginx)?.get("/", &[])?;
        client(nginx)?.get("/realip", &[("X-Forwarded-For", "203.0.113.9")])?;
        Ok(&[])
    })
}

#[test]
fn lines_are_limited_and_addresses_can_be_masked() -> Fallible<()> {
    with_shadow("tuleap_shadow_log mask rate=3;", |nginx| {
        let mut client = client(nginx)?;
        for number in 0..10 {
            client.get("/", &[("X-Forwarded-For", &format!("203.0.113.{number}"))])?;
        }
        let lines = nginx.log.with(WORDS);
        // A minute may end in between, once.
        assert!((3..=6).contains(&lines.len()), "{lines:?}");
        assert!(lines.iter().all(|line| !line.contains("203.0.113.1 ")), "{lines:?}");
        Ok(&["ours 203.0.113.0/24 (forwarded, client-ip/first-untrusted), theirs 127.0.0.0/24"])
    })
}

/// What the other directives would change stays as it is.
#[test]
fn the_other_directives_do_nothing() -> Fallible<()> {
    with_module(|program| {
        let backend = Backend::start()?;
        let http = "tuleap_trusted_proxies 127.0.0.1; tuleap_client_ip shadow;\n\
            tuleap_require_client on; tuleap_forwarded_headers on;\n\
            server { listen 127.0.0.1:@port@; location / { proxy_pass http://@backend@; } }";
        let nginx = program.start(&Config::http(http).with("backend", backend.address()))?;
        let answer = client(&nginx)?.get("/", &[("X-Forwarded-For", "unknown")])?;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.received().text("x-forwarded-for").as_deref(), Some("unknown"));
        assert!(answer.received().text("x-forwarded-proto").is_none());
        nginx.quit_having_logged(&["does nothing with \"tuleap_client_ip shadow\""])
    })
}

/// A request that leaves a location in shadow is not in shadow any more.
#[test]
fn what_comes_after_shadow_counts() -> Fallible<()> {
    with_module(|program| {
        let backend = Backend::start()?;
        let moved = Backend::scripted(|_| {
            b"HTTP/1.1 200 OK\r\nX-Accel-Redirect: /on\r\nContent-Length: 0\r\n\r\n".to_vec()
        })?;
        let http = "tuleap_trusted_proxies 127.0.0.1;\n\
            server { listen 127.0.0.1:@port@;\n\
            location / { tuleap_client_ip shadow; proxy_pass http://@moved@; }\n\
            location /on { tuleap_client_ip on; tuleap_require_client on;\n\
            tuleap_forwarded_headers on; proxy_pass http://@backend@; } }";
        let config = Config::http(http).with("backend", backend.address());
        let nginx = program.start(&config.with("moved", moved.address()))?;
        let mut client = client(&nginx)?;
        let lines = [("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=6.6.6.6")];
        let received = client.get("/", &lines)?.received();
        assert_eq!(received.text("x-forwarded-for").as_deref(), Some("203.0.113.9"));
        assert!(received.text("forwarded").is_none());
        assert_eq!(client.get("/", &[("X-Forwarded-For", "unknown")])?.status, 403);
        nginx.quit()
    })
}
