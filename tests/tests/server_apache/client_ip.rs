//! Who the client is, from every kind of peer, and who Apache says it is.

use std::net::IpAddr;

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::apache::Config;
use tuleap_front_tests::server::certificate::Certificate;
use tuleap_front_tests::server::client::{Client, Way};
use tuleap_front_tests::server::http2::nghttp;
use tuleap_front_tests::server::nginx::has_ipv6;

use crate::{CLIENT, ON, client, config, heard, logged, said, says, with_apache, with_config};

/// Everything that is known, in one line.
fn facts() -> String {
    said(
        "%{REMOTE_ADDR} %{reqenv:TULEAP_CLIENT_IP}/%{reqenv:TULEAP_CLIENT_IP_FOR_LOG}/\
         %{reqenv:TULEAP_CLIENT_IP_KIND}/%{reqenv:TULEAP_CLIENT_IP_REASON}/\
         %{reqenv:TULEAP_CLIENT_IP_SOURCE} trusted=%{reqenv:TULEAP_PEER_TRUSTED} \
         peer=%{reqenv:TULEAP_PEER_ADDR} %{reqenv:TULEAP_SCHEME}/%{reqenv:TULEAP_HTTPS}",
    )
}

#[test]
fn a_client_has_an_address_a_kind_and_a_reason() -> Fallible<()> {
    with_apache(&format!("{ON}{}", facts()), |apache| {
        let mut client = client(apache)?;
        let peer = "trusted=1 peer=127.0.0.1 http/";
        says(
            &mut client,
            "/said",
            &[("X-Forwarded-For", "6.6.6.6, 203.0.113.9:77, 10.0.0.2")],
            &format!(
                "203.0.113.9 203.0.113.9/203.0.113.9/forwarded/client-ip/first-untrusted/\
                 x-forwarded-for {peer}"
            ),
        )?;
        says(
            &mut client,
            "/said",
            &[("X-Forwarded-For", "6.6.6.6, unknown")],
            &format!("127.0.0.1 /127.0.0.1/unnamed/client-ip/entry-unknown/x-forwarded-for {peer}"),
        )?;
        says(
            &mut client,
            "/said",
            &[("X-Forwarded-For", "10.0.0.3")],
            &format!("127.0.0.1 /10.0.0.3/edge/client-ip/all-trusted/x-forwarded-for {peer}"),
        )?;
        says(
            &mut client,
            "/said",
            &[("X-Forwarded-For", "::ffff:203.0.113.9"), ("X-Forwarded-Proto", "https")],
            "203.0.113.9 203.0.113.9/203.0.113.9/forwarded/client-ip/first-untrusted/\
             x-forwarded-for trusted=1 peer=127.0.0.1 https/on",
        )
    })
}

#[test]
fn a_stranger_is_itself_and_its_headers_count_for_nothing() -> Fallible<()> {
    with_apache(&format!("{ON}{}", facts()), |apache| {
        let from = IpAddr::from([127, 0, 0, 9]);
        let mut client = Client::new(Way::from_to(from, apache.port("port")?));
        let lines = [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "https")];
        let expected = "127.0.0.9 127.0.0.9/127.0.0.9/direct/client-ip/peer-untrusted/peer \
                        trusted=0 peer=127.0.0.9 http/";
        says(&mut client, "/said", &lines, expected)
    })
}

#[test]
fn each_request_of_a_connection_begins_with_the_socket_s_peer() -> Fallible<()> {
    for mpm in ["event", "prefork"] {
        let config = config(&format!("{ON}{}", facts())).mpm(mpm);
        with_config(config, &[], |apache| {
            let mut client = client(apache)?;
            for address in ["203.0.113.1", "203.0.113.2", "2001:db8::3"] {
                let said = heard(&client.get("/said", &[("X-Forwarded-For", address)])?);
                assert!(said.starts_with(&format!("{address} {address}/")), "{said}");
                assert!(said.contains("peer=127.0.0.1"), "{said}");
                let said = heard(&client.get("/said", &[])?);
                assert!(said.starts_with("127.0.0.1 /127.0.0.1/"), "{said}");
                assert!(said.contains("edge/client-ip/no-header"), "{said}");
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn peers_may_be_ipv6() -> Fallible<()> {
    if !has_ipv6() {
        return Ok(());
    }
    let listens = "Listen [::1]:@port-v6@\nListen [::]:@port-mapped@\n\
                   TuleapTrustedProxies ::1 127.0.0.1\nTuleapClientIP On\n";
    with_apache(&format!("{listens}{}", facts()), |apache| {
        let one = IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]);
        let ways = [
            (Way::from_to(one, apache.port("port-v6")?), "::1"),
            (Way::port(apache.port("port-mapped")?), "127.0.0.1"),
        ];
        for (way, peer) in ways {
            let mut client = Client::new(way);
            let said = heard(&client.get("/said", &[("X-Forwarded-For", "2001:DB8::9")])?);
            assert!(said.starts_with("2001:db8::9 2001:db8::9/"), "{said}");
            assert!(said.contains(&format!("trusted=1 peer={peer} ")), "{said}");
            let nobody = heard(&client.get("/said", &[("X-Forwarded-For", "-")])?);
            assert!(nobody.starts_with(&format!("{peer} /{peer}/")), "{nobody}");
            assert!(nobody.contains("client-ip/entry-malformed"), "{nobody}");
        }
        Ok(())
    })
}

/// Hosts that differ in a few directives, on one port.
fn hosts(hosts: &[(&str, &str)]) -> Config {
    let said = said(
        "%{REMOTE_ADDR} %{reqenv:TULEAP_CLIENT_IP_KIND} \
                     %{reqenv:TULEAP_CLIENT_IP_SOURCE}",
    );
    let mut text = format!("TuleapTrustedProxies 127.0.0.1\n{said}");
    for (name, directives) in hosts {
        text += &format!(
            "<VirtualHost *:@port@>\nServerName {name}\nTuleapClientIP On\n{directives}\n\
             </VirtualHost>\n"
        );
    }
    config(&text)
}

#[test]
fn other_headers_and_hop_counts_name_the_client_too() -> Fallible<()> {
    let config = hosts(&[
        ("forwarded", "TuleapClientIPHeader Forwarded"),
        ("single", "TuleapClientIPHeader x-real-ip"),
        ("hops", "TuleapClientIPHops 2"),
        ("any", "TuleapTrustedProxies unix:\nTuleapClientIPHops 1 danger_any_peer"),
        ("most", "TuleapTrustedProxies 127.0.0.1 10.0.0.0/8\nTuleapClientIPMaxHops 2"),
        ("both", "TuleapClientIPHeader X-Real-IP X-Forwarded-For"),
    ]);
    let warned = ["hops are counted from any peer", "several headers name the client"];
    with_config(config, &warned, |apache| {
        let mut client = client(apache)?;
        let mut ask = |host: &str, line: (&str, &str), expected: &str| {
            says(&mut client, "/said", &[("Host", host), line], expected)
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
        ask("both", CLIENT, "203.0.113.9 forwarded x-forwarded-for")?;
        ask("both", ("X-Real-IP", "203.0.113.9"), "203.0.113.9 forwarded x-real-ip")
    })
}

/// httpd joins lines: a header with a single value that came twice is no address, and a quote
/// that a client left open does not reach the element of the proxy.
#[test]
fn lines_that_httpd_joined_name_nobody_else() -> Fallible<()> {
    let config = hosts(&[
        ("forwarded", "TuleapClientIPHeader Forwarded"),
        ("single", "TuleapClientIPHeader X-Real-IP"),
    ]);
    with_config(config, &[], |apache| {
        let mut client = client(apache)?;
        let mut ask = |host: &str, name: &str, values: [&str; 2], expected: &str| {
            let lines = values.map(|value| (name, value));
            says(&mut client, "/said", &[&[("Host", host)], &lines[..]].concat(), expected)
        };
        ask("single", "X-Real-IP", ["6.6.6.6", "203.0.113.9"], "127.0.0.1 unnamed x-real-ip")?;
        let open = ["for=\"6.6.6.6, for=7.7.7.7", "for=203.0.113.9"];
        ask("forwarded", "Forwarded", open, "203.0.113.9 forwarded forwarded")
    })
}

#[test]
fn remote_addr_is_left_alone_where_that_is_wanted() -> Fallible<()> {
    let text = format!("{ON}TuleapReplaceRemoteAddr Off\n{}", facts());
    with_apache(&text, |apache| {
        let said = heard(&client(apache)?.get("/said", &[CLIENT])?);
        assert!(said.starts_with("127.0.0.1 203.0.113.9/203.0.113.9/forwarded/"), "{said}");
        Ok(())
    })
}

#[test]
fn the_log_has_the_client_the_port_and_the_peer() -> Fallible<()> {
    let text = format!(
        "{ON}LogFormat \"%a %h %{{c}}a %{{remote}}p %{{TULEAP_CLIENT_IP}}n \
         %{{TULEAP_CLIENT_IP_KIND}}e\" l\nCustomLog @folder@/access.log l\n{}",
        facts()
    );
    with_apache(&text, |apache| {
        let mut client = client(apache)?;
        for value in ["203.0.113.9:77", "203.0.113.9", "[2001:db8::9]:78"] {
            client.get("/said", &[("X-Forwarded-For", value)])?;
        }
        client.get("/said", &[("X-Forwarded-For", "unknown")])?;
        let lines = logged(apache, 4)?;
        let (last, lines) = lines.split_last().ok_or("no lines")?;
        assert_eq!(
            lines,
            [
                "203.0.113.9 203.0.113.9 127.0.0.1 77 203.0.113.9 forwarded",
                "203.0.113.9 203.0.113.9 127.0.0.1 0 203.0.113.9 forwarded",
                "2001:db8::9 2001:db8::9 127.0.0.1 78 2001:db8::9 forwarded",
            ]
        );
        let (start, end) = ("127.0.0.1 127.0.0.1 127.0.0.1 ", " - unnamed");
        let port = last.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
        let port: u16 = port.and_then(|port| port.parse().ok()).unwrap_or(0);
        assert_ne!(port, 0, "{last}");
        Ok(())
    })
}

#[test]
fn the_scheme_is_the_one_that_the_client_used() -> Fallible<()> {
    let certificate = Certificate::new()?;
    let text = format!(
        "{ON}SSLSessionCache none\nListen 127.0.0.1:@port-tls@\n{}\
         <VirtualHost *:@port-tls@>\nSSLEngine On\nSSLCertificateFile {}\n\
         SSLCertificateKeyFile {}\n</VirtualHost>\n\
         <VirtualHost *:@port@>\nServerName plain\n</VirtualHost>\n\
         <VirtualHost *:@port@>\nServerName https://named:443\n</VirtualHost>\n",
        said("%{reqenv:TULEAP_SCHEME} %{reqenv:TULEAP_HTTPS}"),
        certificate.chain(),
        certificate.key()
    );
    with_config(
        config(&text).modules(&["ssl", "socache_shmcb"]).log_level("error"),
        &[],
        |apache| {
            let mut client = client(apache)?;
            let to_http = ("X-Forwarded-Proto", "http");
            let to_https = ("X-Forwarded-Proto", "https");
            says(&mut client, "/said", &[("Host", "plain")], "http ")?;
            says(&mut client, "/said", &[("Host", "plain"), CLIENT, to_https], "https on")?;
            says(&mut client, "/said", &[("Host", "named")], "https on")?;
            says(&mut client, "/said", &[("Host", "named"), CLIENT, to_http], "http ")?;
            let tls = |from: [u8; 4]| -> Fallible<Client> {
                let to = ([127, 0, 0, 1], apache.port("port-tls")?).into();
                Ok(Client::new(Way::Tls { from: Some(IpAddr::from(from)), to }))
            };
            says(&mut tls([127, 0, 0, 1])?, "/said", &[], "https on")?;
            says(&mut tls([127, 0, 0, 9])?, "/said", &[to_http], "https on")
        },
    )
}

/// Streams are connections of their own to httpd.
#[test]
fn http_2_streams_have_clients_of_their_own() -> Fallible<()> {
    let text = format!(
        "{ON}Protocols h2c http/1.1\nTuleapForwardedHeaders On\n\
         RequestHeader set X-Seen \"expr=%{{REMOTE_ADDR}} %{{reqenv:TULEAP_PEER_ADDR}}\"\n"
    );
    with_config(config(&text).modules(&["http2"]), &[], |apache| {
        let url = format!("http://127.0.0.1:{}/b", apache.port("port")?);
        let header = "--header=x-forwarded-for: 6.6.6.6, 203.0.113.9:77";
        let said = nghttp(&["--multiply=5", header, &url])?;
        assert_eq!(said.matches("X-Seen: 203.0.113.9 127.0.0.1\r").count(), 5, "{said}");
        assert_eq!(said.matches("X-Forwarded-For: 203.0.113.9\r").count(), 5, "{said}");
        let said = nghttp(&["--header=x-forwarded-for: 203.0.113.9, -", &url])?;
        assert!(said.contains("X-Seen: 127.0.0.1 127.0.0.1\r"), "{said}");
        assert!(said.contains("X-Forwarded-For: unknown\r"), "{said}");
        Ok(())
    })
}

/// The request that asks for the upgrade comes again as a stream, with the header as it is sent.
#[test]
fn an_upgrade_to_http_2_keeps_the_client() -> Fallible<()> {
    let text = format!(
        "{ON}Protocols h2c http/1.1\nTuleapForwardedHeaders On\n\
         RequestHeader set X-Seen \"expr=%{{REMOTE_ADDR}} %{{reqenv:TULEAP_CLIENT_IP}}\"\n\
         <Location /b/documented>\nTuleapForwardedHeaders Documented\n</Location>\n"
    );
    with_config(config(&text).modules(&["http2"]), &[], |apache| {
        let url = |path: &str| -> Fallible<String> {
            Ok(format!("http://127.0.0.1:{}{path}", apache.port("port")?))
        };
        let header = "--header=x-forwarded-for: 6.6.6.6, 203.0.113.9";
        for path in ["/b", "/b/documented"] {
            let said = nghttp(&["--upgrade", header, &url(path)?])?;
            assert!(said.contains("X-Seen: 203.0.113.9 203.0.113.9\r"), "{path}: {said}");
            let none = ["--upgrade", "--header=x-forwarded-for: 203.0.113.9, -", &url(path)?];
            let said = nghttp(&none)?;
            assert!(said.contains("X-Seen: 127.0.0.1 \r"), "{path}: {said}");
        }
        Ok(())
    })
}
