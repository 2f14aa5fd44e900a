//! The named deviations: each entry of the files of `deviations/` is asserted here.
#![expect(clippy::unwrap_used, reason = "the functions below are the tests' own")]

use std::collections::BTreeSet;

use http::HeaderName;
use serde_json::Value;
use tuleap_front::{
    ClientIp, ClientIpKind, ClientIpResolver, DestinationFacts, DestinationRule,
    ForeignDestination, ForwardedHeaders, ForwardingHeader, Guide, Host, HttpsRedirect, NginxAddr,
    NginxDestination, NginxRealip, NginxRealipOptions, NginxRules, Peer, Reason, Recursion,
    RedirectFacts, RedirectStatus, Rewrite, Scheme, TrustAll, TrustedProxies, TrustedProxiesFault,
    TrustedProxiesOptions, TuleapCompat,
};

const FILES: &[&str] = &[
    include_str!("../deviations/client-ip.json"),
    include_str!("../deviations/destination.json"),
    include_str!("../deviations/redirect.json"),
];

fn resolver() -> ClientIpResolver {
    ClientIpResolver::new("172.20.0.0/16".parse().unwrap())
}

fn xff(value: &str) -> ClientIp {
    resolver().resolve_values(Peer::parse(b"172.20.0.1"), &[value.as_bytes()])
}

fn forwarded(lines: &[&str]) -> ClientIp {
    let values: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
    let resolver = resolver().with_header(ForwardingHeader::Forwarded);
    resolver.resolve_values(Peer::parse(b"172.20.0.1"), &values)
}

/// Somebody is named for certain: this address.
fn is_client(client: ClientIp, address: &str) {
    assert_eq!(client.kind(), ClientIpKind::Forwarded);
    assert_eq!(client.addr(), Some(address.parse().unwrap()));
}

/// Nobody is named, for this reason.
fn is_unnamed(client: ClientIp, reason: Reason) {
    assert_eq!((client.kind(), client.reason()), (ClientIpKind::Unnamed, reason));
    assert_eq!(client.addr(), None);
}

fn is_refused(list: &str, fault: TrustedProxiesFault) {
    assert_eq!(list.parse::<TrustedProxies>().unwrap_err().fault(), fault, "{list}");
}

/// nginx's answer for a header of a peer, recursive.
fn nginx(trusted: &[&str], header: &str, lines: &[&str]) -> String {
    let mut options = NginxRealipOptions::default();
    (options.header, options.recursion) = (header.to_owned(), Recursion::On);
    let realip = NginxRealip::new(trusted, options).unwrap();
    let peer = NginxAddr::parse(b"172.20.0.1").unwrap();
    let lines: Vec<(&str, &str)> = lines.iter().map(|line| ("X-Forwarded-For", *line)).collect();
    realip.resolve(peer, lines.as_slice()).addr().to_string()
}

fn nginx_xff(value: &str) -> String {
    nginx(&["172.20.0.0/16"], "X-Forwarded-For", &[value])
}

fn address(text: &str) -> std::net::IpAddr {
    text.parse().unwrap()
}

type Check = (&'static str, fn());

const RFC: &[Check] = &[
    ("empty-list-element-ends-the-walk", || {
        is_unnamed(xff("203.0.113.50, , 172.20.0.2"), Reason::EntryEmpty);
        is_unnamed(forwarded(&["for=203.0.113.50,"]), Reason::EntryEmpty);
    }),
    ("quoted-string-stays-in-its-line", || {
        is_client(forwarded(&["by=\"open", "for=203.0.113.50"]), "203.0.113.50");
        is_unnamed(forwarded(&["for=\"x", "for=203.0.113.50\""]), Reason::EntryMalformed);
    }),
    ("forwarded-is-cut-from-the-right", || {
        is_client(forwarded(&["by=\"open, for=203.0.113.50"]), "203.0.113.50");
        is_client(forwarded(&["by=\"a, b\", for=203.0.113.50;by=\"c, d\""]), "203.0.113.50");
    }),
    ("forwarded-blanks-around-semicolons", || {
        is_client(forwarded(&["by=_me ;\tfor=203.0.113.50 ; proto=http"]), "203.0.113.50");
    }),
    ("forwarded-ipv6-without-brackets", || {
        is_client(forwarded(&["for=\"2001:db8::50\""]), "2001:db8::50");
        assert_eq!(forwarded(&["for=\"2001:db8::50:80\""]).port(), None);
    }),
    ("forwarded-unquoted-colon-and-brackets", || {
        let client = forwarded(&["for=[2001:db8::50]:80"]);
        is_client(client, "2001:db8::50");
        assert_eq!(client.port(), Some(80));
    }),
    ("forwarded-blanks-inside-a-quoted-node", || {
        is_client(forwarded(&["for=\" 203.0.113.50\t\""]), "203.0.113.50");
    }),
    ("forwarded-at-most-32-parameters", || {
        let element = |count: usize| {
            (1..count).map(|index| format!("p{index}=x;")).collect::<String>() + "for=203.0.113.50"
        };
        is_client(forwarded(&[&element(32)]), "203.0.113.50");
        is_unnamed(forwarded(&[&element(33)]), Reason::EntryMalformed);
    }),
    ("forwarded-proto-is-http-or-https", || {
        let resolver = resolver().with_header(ForwardingHeader::Forwarded);
        let scheme = |value: &str| {
            let lines = [("Forwarded", value)];
            let peer = Peer::parse(b"172.20.0.1");
            ForwardedHeaders::from_trusted(&resolver, peer, lines.as_slice()).unwrap().scheme()
        };
        assert_eq!(scheme("for=203.0.113.50;proto=gopher"), None);
        assert_eq!(scheme("for=203.0.113.50;proto=wss"), Some(Scheme::Https));
    }),
    ("node-of-64-bytes", || {
        is_unnamed(xff(&"x".repeat(64)), Reason::EntryMalformed);
        is_unnamed(xff(&"x".repeat(65)), Reason::EntryTooLong);
    }),
    ("node-zone-is-dropped", || {
        is_client(xff("fe80::50%eth0"), "fe80::50");
        is_unnamed(xff("2001:db8::50%eth0"), Reason::EntryMalformed);
    }),
    ("node-mapped-address-is-ipv4", || {
        is_client(xff("::ffff:203.0.113.50"), "203.0.113.50");
        assert_eq!(nginx_xff("::ffff:203.0.113.50"), "::ffff:203.0.113.50");
    }),
    ("node-of-no-host", || {
        for node in ["0.0.0.0", "255.255.255.255", "224.0.0.1", "::", "ff02::1"] {
            is_unnamed(xff(node), Reason::EntryNotHost);
        }
        assert_eq!(nginx_xff("224.0.0.1"), "224.0.0.1");
    }),
    ("node-unix", || {
        let list = "172.20.0.0/16, unix:".parse().unwrap();
        let value: &[u8] = b"203.0.113.50, unix:/run/x.sock";
        let client =
            ClientIpResolver::new(list).resolve_values(Peer::parse(b"172.20.0.1"), &[value]);
        is_client(client, "203.0.113.50");
        is_unnamed(xff("203.0.113.50, unix:"), Reason::EntryUnix);
    }),
    ("host-without-percent-encoding", || {
        assert_eq!(Host::parse(b"shop%2eexample"), None);
        assert_eq!(Host::parse(b"shop_1.Example.").unwrap().name(), "shop_1.example");
    }),
];

const PROGRAMS: &[Check] = &[
    ("list-host-bits-are-refused", || {
        is_refused("10.0.0.1/8", TrustedProxiesFault::HostBitsSet);
        let masked = TrustedProxies::from_networks(["10.0.0.1/8".parse().unwrap()]).unwrap();
        assert!(masked.contains(address("10.9.9.9")));
        assert_eq!(nginx(&["172.20.9.9/16"], "X-Forwarded-For", &["203.0.113.50"]), "203.0.113.50");
    }),
    ("list-leading-zeros-are-refused", || {
        is_refused("010.0.0.1", TrustedProxiesFault::LeadingZero);
        let nginx = nginx(&["172.020.0.01"], "X-Forwarded-For", &["203.0.113.50"]);
        assert_eq!(nginx, "203.0.113.50");
    }),
    ("list-names-are-not-resolved", || {
        is_refused("localhost", TrustedProxiesFault::NotAnAddress);
        is_refused("front.example", TrustedProxiesFault::NotAnAddress);
    }),
    ("list-mapped-entry-is-ipv4", || {
        let list: TrustedProxies = "::ffff:172.20.0.0/112".parse().unwrap();
        assert!(
            list.contains(address("172.20.0.1")) && list.contains(address("::ffff:172.20.0.1"))
        );
        let nginx = nginx(&["::ffff:172.20.0.0/112"], "X-Forwarded-For", &["203.0.113.50"]);
        assert_eq!(nginx, "172.20.0.1");
    }),
    ("list-trusting-all-needs-a-switch", || {
        is_refused("0.0.0.0/0", TrustedProxiesFault::TrustAll);
        is_refused("8000::/1 ::/1", TrustedProxiesFault::TrustAll);
        let mut options = TrustedProxiesOptions::default();
        options.trust_all = TrustAll::Allow;
        assert!(TrustedProxies::parse_with("0.0.0.0/0", options).is_ok());
        assert_eq!(nginx(&["0.0.0.0/0"], "X-Forwarded-For", &["203.0.113.50"]), "203.0.113.50");
    }),
    ("list-blanks-and-comments-separate", || {
        let list: TrustedProxies = "10.0.0.1 10.0.0.2\n10.0.0.3 # the third".parse().unwrap();
        assert_eq!(list.networks().count(), 2, "10.0.0.1 and 10.0.0.2/31");
        let mut options = TrustedProxiesOptions::default();
        options.separators = tuleap_front::Separators::Commas;
        assert!(TrustedProxies::parse_with("10.0.0.1 10.0.0.2", options).is_err());
    }),
    ("list-is-refused-as-a-whole", || {
        is_refused("10.0.0.1, front", TrustedProxiesFault::NotAnAddress);
        let compat = TuleapCompat::new(b"10.0.0.1, front");
        assert_eq!(compat.resolve(Some(b"10.0.0.1"), Some(b"203.0.113.50")), b"203.0.113.50");
    }),
    ("answer-is-an-address", || {
        is_client(xff("192.0.2.1, 203.0.113.50"), "203.0.113.50");
        assert_eq!(xff("[2001:DB8::0050]:80").to_string(), "2001:db8::50");
    }),
    ("answer-has-a-kind", || {
        is_unnamed(xff("junk, 172.20.0.2"), Reason::EntryMalformed);
        assert_eq!(xff("junk, 172.20.0.2").addr_for_log(), Some(address("172.20.0.2")));
        let edge = xff("172.20.0.3, 172.20.0.2");
        assert_eq!((edge.kind(), edge.addr()), (ClientIpKind::Edge, None));
        assert_eq!(nginx_xff("junk, 172.20.0.2"), "172.20.0.2");
        assert_eq!(nginx_xff("172.20.0.3, 172.20.0.2"), "172.20.0.3");
    }),
    ("walk-spaces-do-not-separate", || {
        is_unnamed(xff("192.0.2.1 203.0.113.50"), Reason::EntryMalformed);
        assert_eq!(nginx_xff("192.0.2.1 203.0.113.50"), "203.0.113.50");
    }),
    ("walk-header-in-any-case", || {
        let name: HeaderName = "X-FORWARDED-FOR".parse().unwrap();
        assert_eq!(ForwardingHeader::from(name), ForwardingHeader::XForwardedFor);
        let lines = ["192.0.2.1", "203.0.113.50"];
        assert_eq!(nginx(&["172.20.0.0/16"], "x-forwarded-for", &lines), "192.0.2.1");
        assert_eq!(nginx(&["172.20.0.0/16"], "X-Forwarded-For", &lines), "203.0.113.50");
    }),
    ("walk-at-most-32-hops", || {
        let value = "203.0.113.50, ".to_owned() + &["172.20.0.2"; 32].join(", ");
        is_unnamed(xff(&value), Reason::HopLimit);
        let longer = resolver().with_max_hops(std::num::NonZeroU8::MAX);
        let peer = Peer::parse(b"172.20.0.1");
        is_client(longer.resolve_values(peer, &[value.as_bytes()]), "203.0.113.50");
        assert_eq!(nginx_xff(&value), "203.0.113.50");
    }),
    ("nginx-localhost-without-dns", || {
        let options = NginxRealipOptions::default();
        assert!(NginxRealip::new(["localhost"], options.clone()).is_ok());
        let error = NginxRealip::new(["localhost", "front.example"], options).unwrap_err();
        assert_eq!(error.code(), "nginx-realip/entry");
    }),
    ("nginx-proxy-protocol-is-not-read", || {
        let nginx = nginx(&["172.20.0.0/16"], "proxy_protocol", &["203.0.113.50"]);
        assert_eq!(nginx, "172.20.0.1");
    }),
];

fn strict() -> DestinationRule {
    let (public, backend) = ("https://shop.example".parse(), "http://shop.example".parse());
    DestinationRule::new(public.unwrap(), backend.unwrap())
}

/// What a COPY with these lines becomes: `400 reason`, or the value that is sent on.
fn copy(rule: &DestinationRule, lines: &[&str]) -> String {
    let facts = DestinationFacts { method: b"COPY", ..DestinationFacts::default() };
    match rule.rewrite_values(&facts, lines) {
        Rewrite::Unchanged => lines.join("; "),
        Rewrite::Reject { status, reason } => format!("{} {reason}", status.as_u16()),
        rewrite => String::from_utf8(rewrite.value(lines).unwrap()).unwrap(),
    }
}

/// What an `If` line becomes.
fn if_line(line: &str) -> String {
    let rule = strict();
    let sent = rule.rewrite_if(&DestinationFacts::default(), line.as_bytes()).value();
    sent.map_or_else(|| line.to_owned(), |sent| String::from_utf8(sent).unwrap())
}

/// The answers of the strict rule and of the documented one.
fn both_copy(lines: &[&str]) -> [String; 2] {
    [&strict(), &DestinationRule::documented(Guide::ReverseProxy)].map(|rule| copy(rule, lines))
}

const DESTINATION: &[Check] = &[
    ("destination-on-another-server", || {
        let lines = ["https://other.example/a"];
        assert_eq!(both_copy(&lines), ["502 foreign-origin", "http://other.example/a"]);
        let passing = strict().with_foreign(ForeignDestination::Pass);
        assert_eq!(copy(&passing, &lines), lines[0]);
    }),
    ("destination-more-than-one-line", || {
        let lines = ["https://shop.example/a", "b"];
        let joined = "http://shop.example/a, b";
        assert_eq!(both_copy(&lines), ["400 more-than-one-field-line", joined]);
        let documented = DestinationRule::documented(Guide::ReverseProxy);
        let old = documented.with_nginx_rules(NginxRules::V1_22);
        assert_eq!(copy(&old, &lines), "http://shop.example/a");
    }),
    ("destination-without-path", || {
        assert_eq!(both_copy(&["https://shop.example"]), ["400 no-path", "http://shop.example"]);
    }),
    ("destination-host-is-not-normalised", || {
        for host in ["shop%2eexample", "shop.example."] {
            let value = format!("https://{host}/a");
            assert_eq!(copy(&strict(), &[&value]), "502 foreign-origin");
            let listed = format!("https://{host}").parse().unwrap();
            let rule = DestinationRule::new(listed, "http://shop.example".parse().unwrap());
            assert_eq!(copy(&rule, &[&value]), "http://shop.example/a");
        }
    }),
    ("destination-path-is-opaque", || {
        let sent = copy(&strict(), &["https://shop.example/../a b\u{e9}%zz#c"]);
        assert_eq!(sent, "http://shop.example/../a b\u{e9}%zz#c");
    }),
    ("destination-network-path", || {
        let line = "//shop.example/a";
        assert_eq!(both_copy(&[line]), ["400 network-path-reference", line]);
    }),
    ("destination-userinfo-is-dropped", || {
        let sent = both_copy(&["https://me:pw@shop.example/a"]);
        assert_eq!(sent, ["http://shop.example/a", "http://me:pw@shop.example/a"]);
    }),
    ("destination-keeps-its-bytes", || {
        let lines = ["https://shop.example/c%20d"];
        assert_eq!(both_copy(&lines), ["http://shop.example/c%20d"; 2]);
        let nginx = NginxDestination::new(Guide::ReverseProxy, NginxRules::Current);
        assert_eq!(nginx.sent(b"/a%20b", &lines).unwrap().as_ref(), b"http://shop.example/c%2520d");
    }),
    ("destination-documented-refuses-line-ends", || {
        for end in ['\r', '\n', '\0'] {
            let line = format!("https://shop.example/a{end}b");
            assert_eq!(both_copy(&[&line]), ["400 control-byte"; 2]);
        }
    }),
    ("destination-other-methods-pass", || {
        let facts = DestinationFacts { method: b"PUT", ..DestinationFacts::default() };
        assert_eq!(strict().rewrite_value(&facts, b"https://other.example/a"), Rewrite::Unchanged);
    }),
    ("if-backslash-in-an-entity-tag", || {
        assert_eq!(
            if_line(r#"<https://shop.example/a> (["\"])"]) "#),
            r#"<http://shop.example/a> (["\"])"]) "#
        );
        assert_eq!(
            if_line(r#"<https://shop.example/a> (["\"])"#),
            r#"<https://shop.example/a> (["\"])"#
        );
    }),
    ("if-lists-are-not-judged", || {
        assert_eq!(if_line("<https://shop.example/a> () (x)"), "<http://shop.example/a> () (x)");
    }),
    ("if-malformed-is-left-whole", || {
        for end in ["(", "<urn:1>", "x"] {
            let line = format!("<https://shop.example/a> (<urn:1>) {end}");
            assert_eq!(if_line(&line), line);
        }
    }),
    ("location-by-origin", || {
        let facts = DestinationFacts::default();
        let location = |value: &str| {
            let rule = strict();
            let rewrite = rule.rewrite_location(&facts, value.as_bytes());
            rewrite.value(&[value]).map(|value| String::from_utf8(value).unwrap())
        };
        let mapped = Some("https://shop.example/a".to_owned());
        assert_eq!(location("http://SHOP.example:80/a"), mapped);
        assert_eq!(location("http://shop.example.other.example/a"), None);
        let mut headers = http::HeaderMap::new();
        for name in ["content-location", "refresh"] {
            headers.insert(name, "http://shop.example/a".parse().unwrap());
        }
        strict().apply_response(&facts, &mut headers);
        assert_eq!(headers.get("content-location").unwrap(), "https://shop.example/a");
        assert_eq!(headers.get("refresh").unwrap(), "http://shop.example/a");
    }),
];

/// What a request by http is answered: `301 https://...`.
fn sent(rule: &HttpsRedirect, method: &str, target: &str) -> String {
    let (method, target) = (method.as_bytes(), target.as_bytes());
    let decision = rule.decide(&RedirectFacts { scheme: Scheme::Http, method, target });
    let location = String::from_utf8(decision.location().unwrap()).unwrap();
    format!("{} {location}", decision.status().unwrap().as_u16())
}

fn shop() -> HttpsRedirect {
    HttpsRedirect::recommended("shop.example".parse().unwrap())
}

/// The answers of the recommended rule and of the documented one.
fn both_sent(method: &str, target: &str) -> [String; 2] {
    let documented = HttpsRedirect::documented(Guide::ReverseProxy, "shop.example").unwrap();
    [&shop(), &documented].map(|rule| sent(rule, method, target))
}

const REDIRECT: &[Check] = &[
    ("redirect-from-request", || {
        let [ours, documented] = both_sent("GET", "http://other.example//a%0d%0a/../b");
        assert_eq!(ours, "301 https://shop.example//a%0d%0a/../b");
        assert_eq!(documented, "301 https://shop.example:443//a%0d%0a/../b");
    }),
    ("redirect-methods-are-told-apart", || {
        let answers = ["308 https://shop.example/a", "301 https://shop.example:443/a"];
        assert_eq!(both_sent("COPY", "/a"), answers);
        assert_eq!(both_sent("OPTIONS", "/a")[0], "301 https://shop.example/a");
        let alike = shop().with_status(RedirectStatus::MovedPermanently);
        assert_eq!(sent(&alike, "COPY", "/a"), "301 https://shop.example/a");
    }),
    ("redirect-of-a-question-with-a-body", || {
        for method in ["PROPFIND", "REPORT", "SEARCH"] {
            assert_eq!(both_sent(method, "/a")[0], "308 https://shop.example/a");
        }
    }),
    ("redirect-target-without-a-path", || {
        let answers = ["301 https://shop.example/?a", "301 https://shop.example:443?a"];
        assert_eq!(both_sent("GET", "http://shop.example?a"), answers);
    }),
    ("redirect-port-is-not-written", || {
        let rule = HttpsRedirect::recommended("https://shop.example:443".parse().unwrap());
        assert_eq!(sent(&rule, "GET", "/"), "301 https://shop.example/");
        assert_eq!(both_sent("GET", "/")[1], "301 https://shop.example:443/");
    }),
    ("redirect-name-of-the-machine", || {
        let error = HttpsRedirect::documented(Guide::Distributed, "$hostname").unwrap_err();
        assert_eq!(error.code(), "https-origin/server-name");
    }),
];

#[test]
fn deviations_of_redirects_are_as_documented() {
    REDIRECT.iter().for_each(|(_, check)| check());
}

#[test]
fn deviations_of_destination_are_as_documented() {
    DESTINATION.iter().for_each(|(_, check)| check());
}

#[test]
fn deviations_from_standards_are_as_documented() {
    RFC.iter().for_each(|(_, check)| check());
}

#[test]
fn deviations_from_programs_are_as_documented() {
    PROGRAMS.iter().for_each(|(_, check)| check());
}

/// The list and the assertions are one set, and every field of every entry says something.
#[test]
fn every_deviation_is_documented_and_asserted() {
    let read = |file: &&str| serde_json::from_str::<Vec<Value>>(file).unwrap();
    let list: Vec<Value> = FILES.iter().flat_map(read).collect();
    let listed: BTreeSet<&str> = list.iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    let asserted: BTreeSet<&str> =
        RFC.iter().chain(PROGRAMS).chain(DESTINATION).chain(REDIRECT).map(|(id, _)| *id).collect();
    assert_eq!(listed, asserted);
    assert_eq!(list.len(), asserted.len(), "each stands once");
    for entry in &list {
        assert!(tuleap_front_tests::schema::is_kebab_case(entry["id"].as_str().unwrap()));
        for field in ["from", "instead", "why", "otherwise"] {
            assert!(entry[field].as_str().unwrap().len() > 7, "{entry}");
        }
        assert_eq!(entry.as_object().unwrap().len(), 5, "{entry}");
    }
}
