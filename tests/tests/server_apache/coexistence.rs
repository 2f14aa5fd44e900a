//! mod_remoteip in the same server, loaded before and after.

use std::path::Path;

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::apache::{Config, Program};
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::client::Client;

use crate::{client, config, heard, said, says, with_module};

const REMOTEIP: &str = "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n";

/// mod_remoteip takes the last entry, since it trusts no other; ours walks on.
const LIST: (&str, &str) = ("X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.0.0.2");

/// Ours stops at what is no address.
const OTHER: (&str, &str) = ("X-Forwarded-For", "-, 10.0.0.2");

const BOTH: &str = "RemoteIPHeader and TuleapClientIP On both set the client's address";
const PUT_BACK: &str =
    "another module replaced the client's address; that of TuleapClientIP is put back";

/// Both modules, in one order or the other.
fn both(text: &str, is_after: bool) -> Config {
    let order =
        if is_after { "LoadModule remoteip_module @modules@/mod_remoteip.so\n" } else { "" };
    let who = said("%{REMOTE_ADDR} %{reqenv:TULEAP_CLIENT_IP} %{HTTP:X-Forwarded-For}");
    let config = config(&format!("{order}TuleapTrustedProxies 127.0.0.1 10.0.0.0/8\n{text}{who}"));
    let config = config.with("modules", "/usr/lib/apache2/modules");
    if is_after { config } else { config.modules(&["remoteip"]) }
}

/// Runs a test in both orders.
fn in_both_orders(
    text: &str,
    logged: &[&str],
    test: impl Fn(&mut Client) -> Fallible<()>,
) -> Fallible<()> {
    with_module(|program| {
        [false, true].into_iter().try_for_each(|is_after| {
            let backend = Backend::start()?;
            let config = both(text, is_after).with("backend", backend.address());
            let apache = program.start(&config)?;
            apache.folder().write("html/said", "")?;
            test(&mut client(&apache)?)?;
            apache.stop_having_logged(logged)
        })
    })
}

/// mod_remoteip goes on from the client that it finds, and sets another where that is the peer.
#[test]
fn on_wins_and_says_so() -> Fallible<()> {
    let logged = [BOTH, PUT_BACK];
    in_both_orders(&format!("{REMOTEIP}TuleapClientIP On\n"), &logged, |client| {
        for _ in 0..3 {
            says(client, "/said", &[LIST], &format!("203.0.113.9 203.0.113.9 {}", LIST.1))?;
            let said = heard(&client.get("/said", &[OTHER])?);
            assert!(said.starts_with("127.0.0.1  "), "{said}");
        }
        Ok(())
    })
}

/// Once in each process, and this test has one.
#[test]
fn an_answer_that_is_put_back_is_reported_once() -> Fallible<()> {
    with_module(|program| {
        let config = both(&format!("{REMOTEIP}TuleapClientIP On\n"), false);
        let apache = program.start(&config.with("backend", "127.0.0.1:1"))?;
        let mut asking = client(&apache)?;
        for _ in 0..5 {
            asking.get("/said", &[OTHER])?;
        }
        drop(asking);
        assert_eq!(apache.log.with(PUT_BACK).len(), 1);
        apache.end()
    })
}

#[test]
fn shadow_leaves_everything_to_it() -> Fallible<()> {
    in_both_orders(&format!("{REMOTEIP}TuleapClientIP Shadow\n"), &[], |client| {
        // mod_remoteip takes what it used out of the header.
        says(client, "/said", &[LIST], "10.0.0.2 203.0.113.9 6.6.6.6, 203.0.113.9")
    })
}

#[test]
fn without_replacing_the_address_is_the_other_s() -> Fallible<()> {
    let text = format!("{REMOTEIP}TuleapClientIP On\nTuleapReplaceRemoteAddr Off\n");
    in_both_orders(&text, &[BOTH], |client| {
        says(client, "/said", &[LIST], "10.0.0.2 203.0.113.9 6.6.6.6, 203.0.113.9")
    })
}

/// A section decides when mod_remoteip has taken its entry out of the header.
#[test]
fn a_section_reads_the_header_as_it_came() -> Fallible<()> {
    let text = format!("{REMOTEIP}<Location /in>\nTuleapClientIP On\n</Location>\n");
    in_both_orders(&text, &[BOTH, PUT_BACK], |client| {
        says(client, "/said", &[LIST], "10.0.0.2  6.6.6.6, 203.0.113.9")?;
        let said = heard(&client.get("/in/said", &[LIST])?);
        assert!(said.starts_with("203.0.113.9 203.0.113.9 "), "{said}");
        Ok(())
    })
}

/// What `apachectl configtest` says of a configuration, by line.
fn warned(program: &Program, text: &str) -> Fallible<Vec<String>> {
    let checked = program.check(&both(text, false).with("backend", "127.0.0.1:1"))?;
    assert!(checked.is_accepted, "{}", checked.said);
    let lines = checked.said.lines().filter(|line| *line != "Syntax OK");
    Ok(lines.map(str::to_owned).collect())
}

#[test]
fn what_conflicts_is_named_with_its_line() -> Fallible<()> {
    with_module(|program| {
        let proxy = "<VirtualHost *:@port@>\nServerName a\nRemoteIPProxyProtocol On\n\
                     </VirtualHost>\n";
        for (text, words) in [
            (format!("{REMOTEIP}TuleapClientIP On\n"), BOTH),
            (format!("{proxy}TuleapClientIP On\n"), "RemoteIPProxyProtocol is not seen"),
        ] {
            let lines = warned(program, &text)?;
            let [line] = lines.as_slice() else { return Err(format!("{text}: {lines:?}")) };
            let (file, rest) = line.split_once(": ").ok_or("no file")?;
            let number = file.rsplit(':').next().unwrap_or_default();
            assert!(Path::new(file.trim_end_matches(number).trim_end_matches(':')).is_absolute());
            assert!(number.parse::<usize>().is_ok_and(|number| number > 5), "{line}");
            assert!(rest.starts_with(words), "{line}");
        }
        for text in [
            format!("{REMOTEIP}TuleapClientIP Shadow\n"),
            format!("{REMOTEIP}TuleapClientIP Off\n"),
            REMOTEIP.to_owned(),
            "TuleapClientIP On\n".to_owned(),
        ] {
            assert!(warned(program, &text)?.is_empty(), "{text}");
        }
        Ok(())
    })
}

/// The PROXY protocol's address is not the peer: nobody can write it to be trusted.
#[test]
fn the_proxy_protocol_names_no_peer() -> Fallible<()> {
    with_module(|program| {
        let text = "TuleapClientIP On\n<VirtualHost *:@port@>\nServerName a\n\
                    RemoteIPProxyProtocol On\n</VirtualHost>\n";
        let config = both(text, false).with("backend", "127.0.0.1:1");
        let apache = program.start(&config)?;
        apache.folder().write("html/said", "")?;
        let from = std::net::IpAddr::from([127, 0, 0, 9]);
        let way = tuleap_front_tests::server::client::Way::from_to(from, apache.port("port")?);
        let request = "PROXY TCP4 127.0.0.1 127.0.0.1 9 80\r\nGET /said HTTP/1.1\r\nHost: a\r\n\
                       X-Forwarded-For: 203.0.113.9\r\n\r\n";
        let said = heard(&Client::new(way).send(request.as_bytes())?);
        assert_eq!(said, "127.0.0.9 127.0.0.9 203.0.113.9");
        apache.stop_having_logged(&["RemoteIPProxyProtocol is not seen", PUT_BACK])
    })
}
