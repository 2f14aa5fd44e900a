//! Who the client is, from every kind of peer, and who nginx says it is.

use std::net::IpAddr;

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::client::{Client, Way};
use tuleap_front_tests::server::http2::nghttp;
use tuleap_front_tests::server::nginx::has_ipv6;

use crate::{client, says, with_nginx};

/// Everything that is known, one line.
const FACTS: &str = "return 200 \"$remote_addr:$remote_port \
    $tuleap_client_ip/$tuleap_client_ip_for_log/$tuleap_client_ip_kind/$tuleap_client_ip_reason/\
    $tuleap_client_ip_source trusted=$tuleap_peer_trusted peer=$tuleap_peer_addr \
    $tuleap_scheme/$tuleap_https\";";

fn server(directives: &str) -> String {
    format!("server {{ listen 127.0.0.1:@port@; {directives}\n location / {{ {FACTS} }} }}")
}

#[test]
fn a_client_has_an_address_a_kind_and_a_reason() -> Fallible<()> {
    let http = server("tuleap_trusted_proxies 127.0.0.1 10.0.0.0/8; tuleap_client_ip on;");
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        let peer = "trusted=1 peer=127.0.0.1 http/";
        says(
            &mut client,
            "/",
            &[("X-Forwarded-For", "6.6.6.6, 203.0.113.9:77, 10.0.0.2")],
            &format!(
                "203.0.113.9:77 203.0.113.9/203.0.113.9/forwarded/client-ip/first-untrusted/\
                 x-forwarded-for {peer}"
            ),
        )?;
        let unnamed = client.get("/", &[("X-Forwarded-For", "6.6.6.6, unknown")])?.text();
        assert!(unnamed.starts_with("127.0.0.1:"), "{unnamed}");
        assert!(
            unnamed.ends_with(&format!(
                " /127.0.0.1/unnamed/client-ip/entry-unknown/x-forwarded-for {peer}"
            )),
            "{unnamed}"
        );
        let edge = client.get("/", &[("X-Forwarded-For", "10.0.0.3")])?.text();
        assert!(edge.starts_with("127.0.0.1:"), "{edge}");
        assert!(edge.contains(" /10.0.0.3/edge/client-ip/all-trusted/"), "{edge}");
        let secure = [("X-Forwarded-For", "::ffff:203.0.113.9"), ("X-Forwarded-Proto", "https")];
        let secure = client.get("/", &secure)?.text();
        assert!(secure.starts_with("203.0.113.9: 203.0.113.9/"), "{secure}");
        assert!(secure.ends_with("https/on"), "{secure}");
        Ok(())
    })
}

#[test]
fn a_stranger_is_itself_and_its_headers_count_for_nothing() -> Fallible<()> {
    let http = server("tuleap_trusted_proxies 127.0.0.1; tuleap_client_ip on;");
    with_nginx(&http, |nginx| {
        let from = IpAddr::from([127, 0, 0, 9]);
        let mut client = Client::new(Way::from_to(from, nginx.port("port")?));
        let lines = [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "https")];
        let said = client.get("/", &lines)?.text();
        assert!(said.starts_with("127.0.0.9:"), "{said}");
        let rest = " 127.0.0.9/127.0.0.9/direct/client-ip/peer-untrusted/peer trusted=0 \
                    peer=127.0.0.9 http/";
        assert!(said.ends_with(rest), "{said}");
        Ok(())
    })
}

/// The outermost server needs no list: nobody else may name its clients.
#[test]
fn without_a_list_every_client_is_its_peer() -> Fallible<()> {
    with_nginx(&server("tuleap_client_ip on;"), |nginx| {
        let said = client(nginx)?.get("/", &[("X-Forwarded-For", "203.0.113.9")])?.text();
        assert!(
            said.contains(" 127.0.0.1/127.0.0.1/direct/client-ip/peer-untrusted/peer "),
            "{said}"
        );
        Ok(())
    })
}

#[test]
fn each_request_of_a_connection_begins_with_the_socket_s_peer() -> Fallible<()> {
    let http = server("tuleap_trusted_proxies 127.0.0.1; tuleap_client_ip on;");
    with_nginx(&http, |nginx| {
        let mut client = client(nginx)?;
        for address in ["203.0.113.1", "203.0.113.2", "2001:db8::3"] {
            let said = client.get("/", &[("X-Forwarded-For", address)])?.text();
            assert!(said.starts_with(&format!("{address}: ")), "{said}");
            assert!(said.contains("peer=127.0.0.1"), "{said}");
            let said = client.get("/", &[])?.text();
            assert!(said.starts_with("127.0.0.1:"), "{said}");
            assert!(said.contains("edge/client-ip/no-header"), "{said}");
        }
        Ok(())
    })
}

#[test]
fn peers_may_be_local_sockets_and_ipv6() -> Fallible<()> {
    let listens = match has_ipv6() {
        true => "listen [::1]:@port@; listen [::]:@port-mapped@ ipv6only=off;",
        false => "",
    };
    let http = server(&format!(
        "listen unix:@folder@/s; {listens} tuleap_trusted_proxies unix: ::1 127.0.0.1; \
         tuleap_client_ip on;"
    ));
    with_nginx(&http, |nginx| {
        let forwarded = [("X-Forwarded-For", "2001:DB8::9")];
        let mut ways = vec![(Way::Unix(nginx.folder().join("s")), "unix:")];
        if has_ipv6() {
            let one = IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]);
            ways.push((Way::from_to(one, nginx.port("port")?), "::1"));
            ways.push((Way::port(nginx.port("port-mapped")?), "::ffff:127.0.0.1"));
        }
        for (way, peer) in ways {
            let mut client = Client::new(way);
            let said = client.get("/", &forwarded)?.text();
            assert!(said.starts_with("2001:db8::9: 2001:db8::9/"), "{said}");
            assert!(said.contains(&format!("trusted=1 peer={peer} ")), "{said}");
            let nobody = client.get("/", &[("X-Forwarded-For", "-")])?.text();
            assert!(nobody.starts_with(&format!("{peer}:")), "{nobody}");
            assert!(nobody.contains("client-ip/entry-malformed"), "{nobody}");
        }
        Ok(())
    })
}

#[test]
fn other_headers_and_hop_counts_name_the_client_too() -> Fallible<()> {
    let server = |name: &str, directives: &str| {
        format!(
            "server {{ listen 127.0.0.1:@port@; server_name {name}; tuleap_client_ip on;\n\
             {directives} location / {{ return 200 \
             \"$remote_addr $tuleap_client_ip_kind $tuleap_client_ip_source\"; }} }}\n"
        )
    };
    let http = [
        "tuleap_trusted_proxies 127.0.0.1;\n".to_owned(),
        server("forwarded", "tuleap_client_ip_header Forwarded;"),
        server("single", "tuleap_client_ip_header x-real-ip;"),
        server("hops", "tuleap_client_ip_hops 2;"),
        server("any", "tuleap_trusted_proxies unix:; tuleap_client_ip_hops 1 danger_any_peer;"),
        server("most", "tuleap_trusted_proxies 127.0.0.1 10.0.0.0/8; tuleap_client_ip_max_hops 2;"),
        server("both", "tuleap_client_ip_header X-Real-IP X-Forwarded-For;"),
    ];
    let warned = ["\"tuleap_client_ip_hops\": ", "\"tuleap_client_ip_header\": "];
    crate::with_module(|program| {
        let config = tuleap_front_tests::server::nginx::Config::http(http.concat());
        let nginx = program.start(&config)?;
        let mut client = client(&nginx)?;
        let mut ask = |host: &str, line: (&str, &str), expected: &str| {
            says(&mut client, "/", &[("Host", host), line], expected)
        };
        let element = "for=6.6.6.6, For=\"[2001:db8::9]:80\";proto=https";
        ask("forwarded", ("Forwarded", element), "2001:db8::9 forwarded forwarded")?;
        ask("single", ("X-Real-IP", "203.0.113.9"), "203.0.113.9 forwarded x-real-ip")?;
        ask("single", ("X-Real-IP", "1.1.1.1, 2.2.2.2"), "127.0.0.1 unnamed x-real-ip")?;
        let list = ("X-Forwarded-For", "203.0.113.8, 203.0.113.9, 203.0.113.10");
        ask("hops", list, "203.0.113.9 forwarded x-forwarded-for")?;
        ask("any", list, "203.0.113.10 forwarded x-forwarded-for")?;
        let ours = ("X-Forwarded-For", "203.0.113.9, 10.0.0.3, 10.0.0.2");
        ask("most", ours, "127.0.0.1 unnamed x-forwarded-for")?;
        ask("both", ("X-Forwarded-For", "203.0.113.9"), "203.0.113.9 forwarded x-forwarded-for")?;
        ask("both", ("X-Real-IP", "203.0.113.9"), "203.0.113.9 forwarded x-real-ip")?;
        nginx.quit_having_logged(&warned)
    })
}

#[test]
fn remote_addr_is_left_alone_where_that_is_wanted() -> Fallible<()> {
    let http = server(
        "tuleap_trusted_proxies 127.0.0.1; tuleap_client_ip on; tuleap_replace_remote_addr off;",
    );
    with_nginx(&http, |nginx| {
        let said = client(nginx)?.get("/", &[("X-Forwarded-For", "203.0.113.9")])?.text();
        assert!(said.starts_with("127.0.0.1:"), "{said}");
        assert!(said.contains(" 203.0.113.9/203.0.113.9/forwarded/"), "{said}");
        Ok(())
    })
}

#[test]
fn access_rules_and_limits_see_the_client() -> Fallible<()> {
    let http = "geo $place { 203.0.113.0/24 inside; default outside; }\n\
        limit_req_zone $binary_remote_addr zone=z:32k rate=1r/m;\n\
        server { listen 127.0.0.1:@port@; tuleap_trusted_proxies 127.0.0.1; tuleap_client_ip on;\n\
        location /allow { allow 203.0.113.9; deny all; proxy_pass http://@backend@; }\n\
        location /geo { return 200 $place; }\n\
        location /limit { limit_req zone=z; limit_req_log_level info; \
        proxy_pass http://@backend@; } }";
    crate::with_module(|program| {
        let backend = tuleap_front_tests::server::backend::Backend::start()?;
        let config = tuleap_front_tests::server::nginx::Config::http(http);
        let nginx = program.start(&config.with("backend", backend.address()))?;
        let mut client = client(&nginx)?;
        let mut status = |path: &str, address: &str| -> Fallible<u16> {
            Ok(client.get(path, &[("X-Forwarded-For", address)])?.status)
        };
        assert_eq!(status("/allow", "203.0.113.9")?, 200);
        assert_eq!(status("/allow", "203.0.113.10")?, 403);
        assert_eq!(status("/limit", "203.0.113.9")?, 200);
        assert_eq!(status("/limit", "203.0.113.9")?, 503);
        assert_eq!(status("/limit", "203.0.113.10")?, 200);
        says(&mut client, "/geo", &[("X-Forwarded-For", "203.0.113.9")], "inside")?;
        says(&mut client, "/geo", &[("X-Forwarded-For", "203.0.114.9")], "outside")?;
        // deny logs, and tells the client's address.
        nginx.quit_having_logged(&["access forbidden by rule, client: 203.0.113.10"])
    })
}

#[test]
fn who_is_not_certain_is_refused_where_that_is_wanted() -> Fallible<()> {
    let http = "tuleap_trusted_proxies 127.0.0.1 10.0.0.0/8; tuleap_client_ip on;\n\
        server { listen 127.0.0.1:@port@; location / { proxy_pass http://@backend@; }\n\
        location /rights { tuleap_require_client on; proxy_pass http://@backend@; } }";
    with_nginx(http, |nginx| {
        let mut client = client(nginx)?;
        for (value, status) in [("203.0.113.9", 200), ("unknown", 403), ("10.0.0.2", 403)] {
            let lines = [("X-Forwarded-For", value)];
            assert_eq!(client.get("/rights", &lines)?.status, status, "{value}");
            assert_eq!(client.get("/", &lines)?.status, 200, "{value}");
        }
        assert_eq!(client.get("/rights", &[])?.status, 403);
        Ok(())
    })
}

#[test]
fn http_2_streams_have_clients_of_their_own() -> Fallible<()> {
    let http = server("tuleap_trusted_proxies 127.0.0.1; tuleap_client_ip on;")
        .replace("listen 127.0.0.1:@port@;", "listen 127.0.0.1:@port@ http2;");
    crate::with_module(|program| {
        let config = tuleap_front_tests::server::nginx::Config::http(http);
        let nginx = program.start(&config)?;
        let url = format!("http://127.0.0.1:{}/", nginx.port("port")?);
        let said = nghttp(&["--multiply=5", "--header=x-forwarded-for: 203.0.113.9:77", &url])?;
        let expected = "203.0.113.9:77 203.0.113.9/203.0.113.9/forwarded/";
        assert_eq!(said.matches(expected).count(), 5, "{said}");
        assert_eq!(said.matches("peer=127.0.0.1").count(), 5, "{said}");
        // Newer versions want a directive instead of the parameter, and say so.
        match program.version < (1, 25, 1) {
            true => nginx.quit(),
            false => {
                nginx.quit_having_logged(&["the \"listen ... http2\" directive is deprecated"])
            }
        }
    })
}

/// realip in a location runs after us, and takes our answer for the peer.
#[test]
fn realip_beside_it_does_not_win() -> Fallible<()> {
    let http = "server { listen 127.0.0.1:@port@; tuleap_trusted_proxies 127.0.0.1;\n\
        tuleap_client_ip on; set $early $remote_addr;\n\
        location / { set_real_ip_from 0.0.0.0/0; real_ip_header X-Real-IP; allow 203.0.113.9;\n\
        deny all; proxy_set_header X-Client $remote_addr; proxy_pass http://@backend@; } }\n\
        server { listen 127.0.0.1:@port-server@; tuleap_trusted_proxies 127.0.0.1;\n\
        tuleap_client_ip on; set_real_ip_from 0.0.0.0/0; real_ip_header X-Real-IP;\n\
        set $early $remote_addr; location / { allow 203.0.113.9; deny all;\n\
        proxy_set_header X-Client $remote_addr; proxy_pass http://@backend@; } }\n\
        server { listen 127.0.0.1:@port-auth@; tuleap_trusted_proxies 127.0.0.1;\n\
        tuleap_client_ip on; location / { auth_request /auth;\n\
        proxy_set_header X-Client $remote_addr; proxy_pass http://@backend@; }\n\
        location /auth { set_real_ip_from 0.0.0.0/0; real_ip_header X-Real-IP;\n\
        proxy_pass http://@backend@; } }";
    crate::with_module(|program| {
        let backend = tuleap_front_tests::server::backend::Backend::start()?;
        let config = tuleap_front_tests::server::nginx::Config::http(http);
        let nginx = program.start(&config.with("backend", backend.address()))?;
        for port in ["port", "port-server", "port-auth"] {
            let mut client = Client::new(Way::port(nginx.port(port)?));
            let lines = [("X-Forwarded-For", "203.0.113.9"), ("X-Real-IP", "10.9.9.9")];
            let answer = client.get("/", &lines)?;
            assert_eq!(answer.status, 200, "{port}");
            assert_eq!(answer.received().text("x-client").as_deref(), Some("203.0.113.9"));
        }
        nginx.quit_having_logged(&["remove \"set_real_ip_from\""])
    })
}
