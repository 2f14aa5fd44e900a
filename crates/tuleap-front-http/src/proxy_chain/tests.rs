use super::*;

/// Both verdicts, https first, and what is to blame: `REASON HOP`.
fn check(text: &str, https: &str, http: &str, blamed: &[&str]) {
    let chain: ProxyChain = text.parse().unwrap();
    let explanation = chain.explain();
    let runs = [explanation.https(), explanation.http()];
    let names = runs.map(|run| run.verdict().as_str());
    assert_eq!(names, [https, http], "{text}\n{explanation}");
    let mut causes: Vec<String> = Vec::new();
    for cause in runs.into_iter().flat_map(ChainRun::causes).chain(explanation.notes()) {
        let cause = format!("{} {}", cause.reason(), cause.hop().name());
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    assert_eq!(causes, blamed, "{text}\n{explanation}");

    let corrected = chain.corrected();
    assert_eq!(corrected.verdict(Scheme::Https), ChainVerdict::Served, "{text}\n{corrected}");
    assert_ne!(corrected.verdict(Scheme::Http), ChainVerdict::PlainHttpServed, "{text}");
    assert_eq!(explanation.is_sound(), corrected == chain, "{text}");
    assert_eq!(corrected.to_string().parse(), Ok(corrected.clone()), "{text}");
    assert!(corrected.explain().is_sound(), "{corrected}");
}

/// A chain in which nothing is wrong.
fn fine(text: &str) {
    check(text, "served", "redirected-once", &[]);
}

#[test]
fn chains_that_are_fine() {
    // The guide's front: a server on 80 that redirects, one on 443 before Tuleap.
    fine("nginx: http and https, writes proto, redirects on scheme; tuleap: http, trusts nginx");
    // The same where Tuleap redirects itself.
    fine("nginx: http and https, writes proto; tuleap: http, trusts nginx, redirects");
    // A load balancer ends TLS and redirects; nobody behind it asks.
    fine("lb: http and https, redirects on scheme; nginx: http; tuleap: http");
    // A second hop passes on what the load balancer wrote.
    fine("lb: http and https, writes proto; nginx: http; tuleap: http, trusts nginx, redirects");
    // A second hop believes the load balancer and says so.
    fine(
        "lb: http and https, writes proto; nginx: http, trusts lb, writes believed proto; \
         tuleap: http, trusts nginx, redirects",
    );
    // TLS between the servers too; the first one redirects.
    fine("lb: http and https, redirects on scheme; nginx: https, writes proto; tuleap: http");
    // A load balancer with two listeners before an nginx with two.
    fine("lb: http and https; nginx: http and https, redirects on scheme; tuleap: http");
    // The header alone, behind one who writes it.
    fine("lb: http and https, writes proto; nginx: http, redirects on header; tuleap: http");
}

#[test]
fn a_chain_without_http_needs_no_redirect() {
    check("lb: https; tuleap: http", "served", "unreachable", &["no-http lb"]);
    let text = "lb: https, writes proto; tuleap: http, trusts lb, redirects";
    check(text, "served", "unreachable", &["no-http lb"]);
}

#[test]
fn the_trusted_proxies_do_not_hold_the_proxy() {
    let both = "lb: http and https, writes proto";
    let tuleap = |trust: &str| format!("{both}; tuleap: http{trust}, redirects");
    check(&tuleap(""), "loop", "loop", &["not-trusted tuleap"]);
    check(&tuleap(", trusts nobody"), "loop", "loop", &["not-trusted tuleap"]);
    // They hold the load balancer, but nginx is who connects.
    let text = format!("{both}; nginx: http; tuleap: http, trusts lb, redirects");
    check(&text, "loop", "loop", &["not-trusted tuleap"]);
    let chain: ProxyChain = text.parse().unwrap();
    let explanation = chain.explain();
    let text = "tuleap trusts lb, and not nginx, which connects to it";
    assert_eq!(explanation.https().causes()[0].text(), text);
    let instead = "tuleap: http, trusts lb and nginx, redirects";
    assert_eq!(explanation.https().causes()[0].instead().unwrap().to_string(), instead);
}

#[test]
fn the_scheme_of_a_second_hop_overwrites_the_header() {
    let lb = "lb: http and https, writes proto";
    let text = format!("{lb}; nginx: http, writes proto; tuleap: http, trusts nginx, redirects");
    check(&text, "loop", "loop", &["proto-overwritten nginx"]);
    // Trust in nginx does not help nginx, which writes its own scheme whatever it believes.
    let text = format!(
        "{lb}; nginx: http, trusts lb, writes proto; tuleap: http, trusts nginx, redirects"
    );
    check(&text, "loop", "loop", &["proto-overwritten nginx"]);
    // It would write what it believes, and believes nobody.
    let text =
        format!("{lb}; nginx: http, writes believed proto; tuleap: http, trusts nginx, redirects");
    check(&text, "loop", "loop", &["not-trusted nginx"]);
    let chain: ProxyChain = text.parse().unwrap();
    let text = "TLS ends at lb; tuleap believes http because nginx does not trust lb; it redirects \
                to https, which reaches it the same way: a loop";
    assert_eq!(chain.explain().https().text(), text);
}

#[test]
fn the_header_is_not_written_or_removed() {
    let tuleap = "tuleap: http, trusts nginx, redirects";
    let missing = format!("nginx: http and https; {tuleap}");
    let decides = ["proto-missing nginx", "client-decides nginx"];
    check(&missing, "loop", "loop", &decides);
    let removed = format!("nginx: http and https, removes proto; {tuleap}");
    check(&removed, "loop", "loop", &["proto-removed nginx"]);
    let lb = "lb: http and https, writes proto";
    let removed = format!("{lb}; nginx: http, trusts lb, removes proto; {tuleap}");
    check(&removed, "loop", "loop", &["proto-removed nginx"]);
    // Both: neither is trusted nor is there anything to believe.
    let text = "nginx: http and https; tuleap: http, redirects";
    check(text, "loop", "loop", &["not-trusted tuleap", "proto-missing nginx"]);
}

#[test]
fn the_redirect_looks_at_a_connection_behind_tls() {
    let lb = "lb: http and https, writes proto";
    let text = format!("{lb}; nginx: http, redirects on scheme; tuleap: http");
    check(&text, "loop", "loop", &["redirect-on-scheme nginx"]);
    // The same, and the load balancer redirects, too: a client is not led to the loop but into it.
    let text = "lb: http and https, redirects on scheme; nginx: http, redirects on scheme";
    check(text, "loop", "loop", &["redirect-on-scheme nginx"]);
    // Behind TLS between the servers it never redirects.
    let text = "lb: http and https, writes proto; nginx: https, redirects on scheme; tuleap: http";
    check(text, "served", "plain-http-served", &["redirect-on-scheme nginx"]);
}

#[test]
fn the_redirect_looks_at_a_header_alone() {
    let text = "nginx: http and https, redirects on header; tuleap: http";
    check(text, "loop", "loop", &["nobody-before nginx", "client-decides nginx"]);
    let text = "lb: http and https; nginx: http, redirects on header; tuleap: http";
    check(text, "loop", "loop", &["proto-missing lb", "client-decides lb"]);
}

#[test]
fn nobody_redirects() {
    check(
        "nginx: http and https; tuleap: http",
        "served",
        "plain-http-served",
        &["nobody-redirects nginx"],
    );
    // A fixed header is right for https, and wrong for http.
    let text = "lb: http and https, writes https; tuleap: http, trusts lb, redirects";
    check(text, "served", "plain-http-served", &["proto-fixed lb"]);
    // TLS between the servers hides that the client used none.
    let text = "lb: http and https, writes proto; nginx: https, redirects; tuleap: http";
    check(text, "served", "plain-http-served", &["not-trusted nginx"]);
}

#[test]
fn nothing_listens_for_https() {
    let text = "nginx: http, redirects; tuleap: http";
    check(text, "unreachable", "unreachable", &["no-https nginx"]);
    let text = "nginx: http; tuleap: http";
    check(text, "unreachable", "plain-http-served", &["no-https nginx", "nobody-redirects nginx"]);
}

#[test]
fn a_client_that_is_believed_is_noted() {
    let text = "nginx: http and https, trusts everyone, writes proto, redirects; tuleap: http";
    check(text, "served", "redirected-once", &["client-decides nginx"]);
    // Whatever a client writes, nobody asks.
    fine("nginx: http and https, redirects on scheme; tuleap: http, trusts nginx");
}

#[test]
fn explanations_are_for_people() {
    let text = "lb: http and https, writes proto; nginx: http, redirects; tuleap: http";
    let chain: ProxyChain = text.parse().unwrap();
    let expect = "\
https: loop (redirect-loop/loop)
  lb     reached by https  no proto     believes https  sends https
  nginx  reached by http   proto https  believes http   redirects
  TLS ends at lb; nginx believes http because it does not trust lb; it redirects to https, which reaches it the same way: a loop
  because nginx does not trust lb (redirect-loop/not-trusted)
    add lb to the trusted proxies of nginx: $sys_trusted_proxies in Tuleap, tuleap_trusted_proxies in nginx
    nginx: http, trusts lb, redirects
http: loop (redirect-loop/loop)
  lb     reached by http   no proto     believes http   sends http
  nginx  reached by http   proto http   believes http   redirects
  nginx believes http because it is reached by http; it redirects to https, which is redirected again: a loop
write
  lb: http and https, writes proto
  nginx: http, trusts lb, redirects
  tuleap: http
";
    assert_eq!(chain.explain().to_string(), expect);
}

/// What is wrong, in which hop, in which line and column; the text that is wrong.
fn refused(text: &str, code: &str, place: (usize, usize, usize), part: &str) {
    let error = text.parse::<ProxyChain>().unwrap_err();
    assert_eq!(error.code(), format!("proxy-chain/{code}"), "{text:?}: {error}");
    assert_eq!((error.entry(), error.line(), error.column()), place, "{text:?}: {error}");
    let end = error.offset() + error.length();
    assert_eq!(text.get(error.offset()..end), Some(part), "{text:?}: {error}");
    assert!(!error.hint().is_empty() && error.offset_in_entry() <= error.offset());
}

#[test]
fn what_is_no_chain_is_refused_at_its_place() {
    refused("", "empty", (0, 1, 1), "");
    refused(" ;\n # lb: http\n;", "empty", (0, 1, 1), "");
    refused("lb", "no-colon", (0, 1, 1), "lb");
    refused("lb: http\n  nginx http", "no-colon", (1, 2, 3), "nginx http");
    refused(": http", "name", (0, 1, 1), "");
    refused("a b: http", "name", (0, 1, 1), "a b");
    refused("l\u{f6}w: http", "name", (0, 1, 1), "l\u{f6}w");
    refused("Everyone: http", "name", (0, 1, 1), "Everyone");
    refused("lb: https; lb : http", "name-twice", (1, 1, 12), "lb");
    refused("lb:", "listener", (0, 1, 1), "lb:");
    refused("lb: redirects", "listener", (0, 1, 1), "lb: redirects");
    refused("lb: http, http", "twice", (0, 1, 11), "http");
    refused("lb: http and https, https", "twice", (0, 1, 21), "https");
    refused("lb: http, writes proto , passes  proto", "twice", (0, 1, 26), "passes  proto");
    refused("lb: http,", "word", (0, 1, 10), "");
    refused("lb: http, \u{f6}, redirects if asked", "word", (0, 1, 11), "\u{f6}");
    refused("lb: http, redirects if asked", "word", (0, 1, 11), "redirects if asked");
    refused("lb: http, trusts", "word", (0, 1, 11), "trusts");
    refused("lb: http, trusts lb", "trusts-unknown", (0, 1, 18), "lb");
    refused("lb: http; a: http, trusts b", "trusts-unknown", (1, 1, 27), "b");
    refused("lb: http; a: http, trusts lb lb", "word", (1, 1, 20), "trusts lb lb");
    refused("lb: http; a: http, trusts lb and", "word", (1, 1, 20), "trusts lb and");
    refused("lb: http; a: http, trusts lb and lb", "twice", (1, 1, 34), "lb");
    let many: String = (0..33).map(|index| format!("h{index}: http\n")).collect();
    refused(&many, "too-many-hops", (32, 33, 1), "h32: http");
}

#[test]
fn a_chain_reads_back() {
    let text = "LB.1: HTTPS , http, Writes  Believed Proto # the first\r\n\r\n\tnginx: http;;\
                tuleap_2: https and http, trusts nginx and LB.1, redirects on header, removes proto";
    let chain: ProxyChain = text.parse().unwrap();
    let expect = "LB.1: http and https, writes believed proto; nginx: http; \
                  tuleap_2: http and https, trusts nginx and LB.1, removes proto, redirects on header";
    assert_eq!(chain.to_string(), expect);
    assert_eq!(expect.parse(), Ok(chain));
}
