//! The demo keeps its promises, with a stranger's address of its own and without.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::net::Ipv4Addr;

use tuleap_front_example::demo::{self, Outcome, STRANGER};

async fn run(stranger: Ipv4Addr) -> (Outcome, String) {
    let mut out = anstream::StripStream::new(Vec::new());
    let outcome = demo::run(&mut out, stranger).await.unwrap();
    (outcome, String::from_utf8(out.into_inner()).unwrap())
}

#[tokio::test]
async fn every_request_is_passed_on_as_promised() {
    let (outcome, text) = run(STRANGER).await;
    assert!(outcome.is_success(), "{text}");
    assert!(outcome.requests >= 8);
    assert_eq!(text.lines().last(), Some(outcome.to_string().as_str()));
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    for wanted in [
        "x-forwarded-for: 203.0.113.9 ",
        "not passed on: a stranger's word",
        "entry-unknown",
        "location: https://tuleap.example.com//plugins/tracker/?func=new",
        "GET /plugins/svn/?group_id=1  php receives GET /index.php?group_id=1 ",
        "next  http://tuleap.example.com/svnplugin/repo/c%20d.txt",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
}

/// As on a system that has one loopback address: RFC 5737 keeps this one from being any host's.
#[tokio::test]
async fn strangers_without_an_address_of_their_own_meet_a_second_front() {
    let (outcome, text) = run(Ipv4Addr::new(192, 0, 2, 1)).await;
    assert!(outcome.is_success(), "{text}");
    assert!(text.contains("127.0.0.1, a stranger, sends"), "{text}");
    assert!(text.contains("second front"), "{text}");
}
