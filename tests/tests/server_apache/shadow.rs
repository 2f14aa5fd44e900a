//! `TuleapClientIP Shadow` changes nothing, and logs where the answers differ.

use tuleap_front_tests::server::client::Client;
use tuleap_front_tests::server::{Fallible, at};

use crate::{client, config, logged, with_config};

const WORDS: &str = "tuleap_front shadow client_ip: ";

/// Hosts that differ in who sets the address, and in how they log.
const HOSTS: &str = "<VirtualHost *:@port@>\nServerName plain\n</VirtualHost>\n\
    <VirtualHost *:@port@>\nServerName remoteip\nRemoteIPHeader X-Forwarded-For\n\
    RemoteIPInternalProxy 127.0.0.1\n</VirtualHost>\n\
    <VirtualHost *:@port@>\nServerName own\nTuleapShadowLog mask rate=1\n</VirtualHost>\n";

/// Runs a test with these directives; it says how many requests it sent, for a request is logged
/// once the client has its answer. Then the lines of the error log are checked, from `ours` on.
fn with_shadow(
    directives: &str,
    test: impl FnOnce(&mut Client) -> Fallible<usize>,
    check: impl FnOnce(&[String]),
) -> Fallible<()> {
    let text = format!(
        "TuleapTrustedProxies 127.0.0.1 10.0.0.0/8\nTuleapClientIP Shadow\n{directives}\n\
         CustomLog @folder@/access.log %a\n\
         RequestHeader set X-Client \"expr=%{{REMOTE_ADDR}}\"\n\
         RequestHeader set X-Ours \"expr=%{{reqenv:TULEAP_CLIENT_IP}}\"\n{HOSTS}"
    );
    // They are notices, as those that tell of starts and ends are, which `Log` leaves out.
    let config = config(&text).modules(&["remoteip"]).log_level("error tuleap_front:notice");
    with_config(config, &[], |apache| {
        let count = test(&mut client(apache)?)?;
        logged(apache, count)?;
        let path = apache.folder().join("error.log");
        let text = std::fs::read_to_string(&path).map_err(at(path.display()))?;
        let lines = text.lines().filter_map(|line| Some(line.split_once(WORDS)?.1.to_owned()));
        check(&lines.collect::<Vec<_>>());
        // httpd's own mark of a client would show what is to be masked.
        assert!(!text.contains("[client "), "{text}");
        Ok(())
    })
}

fn line(ours: &str, theirs: &str, peer: &str) -> String {
    format!("ours {ours} (forwarded, client-ip/first-untrusted), theirs {theirs}, peer {peer}")
}

#[test]
fn a_difference_is_logged_and_nothing_is_changed() -> Fallible<()> {
    let test = |client: &mut Client| -> Fallible<usize> {
        let list = ("X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.0.0.2");
        let received = client.get("/b", &[("Host", "plain"), list])?.received();
        assert_eq!(received.text("x-client").as_deref(), Some("127.0.0.1"));
        assert_eq!(received.text("x-ours").as_deref(), Some("203.0.113.9"));
        assert_eq!(received.text("x-forwarded-for").as_deref(), Some(list.1));
        let received = client.get("/b", &[("Host", "remoteip"), list])?.received();
        assert_eq!(received.text("x-client").as_deref(), Some("10.0.0.2"));
        Ok(2)
    };
    with_shadow("ProxyAddHeaders Off", test, |lines| {
        let line = |theirs| line("203.0.113.9", theirs, "127.0.0.1");
        assert_eq!(lines, [line("127.0.0.1"), line("10.0.0.2")]);
    })
}

#[test]
fn where_the_answers_are_the_same_nothing_is_logged() -> Fallible<()> {
    let test = |client: &mut Client| -> Fallible<usize> {
        client.get("/b", &[("Host", "plain"), ("X-Forwarded-For", "unknown")])?;
        client.get("/b", &[("Host", "plain")])?;
        client.get("/b", &[("Host", "remoteip"), ("X-Forwarded-For", "203.0.113.9")])?;
        Ok(3)
    };
    with_shadow("", test, |lines| assert_eq!(lines, [""; 0]))
}

#[test]
fn lines_are_limited_and_addresses_can_be_masked() -> Fallible<()> {
    let test = |client: &mut Client| -> Fallible<usize> {
        for number in 0..10 {
            for host in ["plain", "own"] {
                let address = format!("203.0.113.{number}");
                client.get("/b", &[("Host", host), ("X-Forwarded-For", &address)])?;
            }
        }
        Ok(20)
    };
    with_shadow("TuleapShadowLog rate=3", test, |lines| {
        let masked = line("203.0.113.0/24", "127.0.0.0/24", "127.0.0.0/24");
        let (own, plain): (Vec<_>, Vec<_>) = lines.iter().partition(|line| **line == masked);
        // A minute may end in between, once.
        assert!((1..=2).contains(&own.len()) && (3..=6).contains(&plain.len()), "{lines:?}");
        assert!(plain.iter().all(|line| line.ends_with("theirs 127.0.0.1, peer 127.0.0.1")));
    })
}

#[test]
fn there_is_a_limit_where_none_is_written() -> Fallible<()> {
    let test = |client: &mut Client| -> Fallible<usize> {
        (0..130).try_for_each(|_| {
            client.get("/b", &[("Host", "plain"), ("X-Forwarded-For", "203.0.113.9")]).map(drop)
        })?;
        Ok(130)
    };
    // A minute may end in between, once.
    with_shadow("", test, |lines| assert!((60..=120).contains(&lines.len()), "{lines:?}"))
}

/// One network of the newer protocol.
#[test]
fn a_long_address_is_masked_too() -> Fallible<()> {
    let test = |client: &mut Client| -> Fallible<usize> {
        client.get("/b", &[("Host", "own"), ("X-Forwarded-For", "2001:db8:1:2::3")]).map(|_| 1)
    };
    with_shadow("", test, |lines| {
        assert_eq!(lines, [line("2001:db8:1::/48", "127.0.0.0/24", "127.0.0.0/24")]);
    })
}

/// What the other directives would change stays as it is.
#[test]
fn the_other_directives_do_nothing() -> Fallible<()> {
    let text = "TuleapTrustedProxies 127.0.0.1\nTuleapClientIP Shadow\nTuleapRequireClient On\n\
                TuleapForwardedHeaders On\nProxyAddHeaders Off\n";
    let warned = [
        "TuleapRequireClient does nothing: TuleapClientIP is On nowhere",
        "TuleapForwardedHeaders does nothing: TuleapClientIP is On nowhere",
    ];
    with_config(config(text), &warned, |apache| {
        let answer = client(apache)?.get("/b", &[("X-Forwarded-For", "unknown")])?;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.received().text("x-forwarded-for").as_deref(), Some("unknown"));
        assert!(answer.received().text("x-forwarded-proto").is_none());
        Ok(())
    })
}

/// A section where it is on cannot take it back: the client is found once.
#[test]
fn a_section_that_is_on_changes_nothing_either() -> Fallible<()> {
    let text = "TuleapTrustedProxies 127.0.0.1\nTuleapClientIP Shadow\nProxyAddHeaders Off\n\
                <Location /b>\nTuleapClientIP On\nTuleapRequireClient On\n\
                TuleapForwardedHeaders On\n</Location>\n\
                RequestHeader set X-Client \"expr=%{REMOTE_ADDR}\"\n";
    with_config(config(text), &[], |apache| {
        for value in ["203.0.113.9", "unknown"] {
            let answer = client(apache)?.get("/b", &[("X-Forwarded-For", value)])?;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.received().text("x-client").as_deref(), Some("127.0.0.1"));
            assert_eq!(answer.received().text("x-forwarded-for").as_deref(), Some(value));
            assert!(answer.received().text("x-forwarded-proto").is_none());
        }
        Ok(())
    })
}
