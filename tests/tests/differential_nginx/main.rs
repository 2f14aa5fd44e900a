//! `NginxRealip` and `ForwardedHop::documented` beside nginx itself.
//!
//! Recorded inputs whose peer is on this host, and generated ones, are sent to the nginx that is
//! installed; its own answers are the expectation.
#![cfg(unix)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use tuleap_front::{
    ClientIpResolver, ForwardedHop, Guide, HopFacts, HopField, HopHeader, NginxAddr, NginxRealip,
    NginxRealipOptions, NginxRules, Origin, Recursion, Scheme, TrustedProxies,
};
use tuleap_front_tests::lines::{self, Headers};
use tuleap_front_tests::random::Random;
use tuleap_front_tests::report::read;
use tuleap_front_tests::require::skip;
use tuleap_front_tests::row::{ForwardedInput, NginxRow, RealipInput, latin1};
use tuleap_front_tests::server::nginx::{Program, has_ipv6};

mod client;
mod redirect;
mod server;

use client::{Answer, Client, From};
use server::Site;

/// Generated requests.
const REQUESTS: usize = 30_000;

/// A request: to which site, from where, with which lines.
type Question = (usize, From, Headers);

/// What the type answers, in nginx's words.
fn ours(
    realip: &NginxRealip,
    peer: &str,
    headers: &Headers,
) -> Result<(String, Option<u16>, bool, Vec<u8>), String> {
    let peer = NginxAddr::parse(peer.as_bytes()).ok_or("the peer is no address")?;
    let client = realip.resolve(peer, headers.as_slice());
    let nobody = ClientIpResolver::new(TrustedProxies::default());
    let origin = Origin::new(Scheme::Http, None, 80);
    let facts = HopFacts {
        client: nobody.resolve(None, headers.as_slice()),
        origin: &origin,
        local: &origin,
        remote_addr: Some(client.addr()),
    };
    let sent = ForwardedHop::documented(Guide::ReverseProxy).headers(&facts, headers.as_slice());
    let set = |field| match sent.get(field) {
        HopHeader::Set(value) => value.to_vec(),
        HopHeader::Keep | HopHeader::Remove => Vec::new(),
    };
    let text = client.addr().to_string();
    if set(HopField::RealIp) != text.as_bytes() || set(HopField::Proto) != b"http" {
        return Err("the guide writes $remote_addr and $scheme".to_owned());
    }
    Ok((text, client.port(), client.is_rewritten(), set(HopField::ForwardedFor)))
}

fn realip(site: &Site, rules: NginxRules) -> Result<NginxRealip, String> {
    let mut options = NginxRealipOptions::default();
    if let Some(header) = &site.header {
        options.header.clone_from(header);
    }
    options.recursion = if site.recursive { Recursion::On } else { Recursion::Off };
    options.rules = rules;
    NginxRealip::new(&site.trusted, options).map_err(|error| error.to_string())
}

/// A difference between nginx's answer and ours, in words.
fn difference(
    site: &Site,
    from: From,
    headers: &Headers,
    answer: &Answer,
    rules: NginxRules,
) -> Result<Option<String>, String> {
    let peer = from.peer();
    let (address, port, is_rewritten, forwarded_for) = ours(&realip(site, rules)?, &peer, headers)?;
    let port = port.map(|port| port.to_string()).unwrap_or_default();
    // Without realip the port is that of the socket.
    let is_same = answer.remote_addr == address
        && (!is_rewritten || answer.remote_port == port)
        && answer.realip_remote_addr == peer
        && answer.scheme == "http"
        && answer.forwarded_for == forwarded_for;
    let shown = || {
        let lines = headers
            .iter()
            .map(|(name, value)| format!("{}: {}", name.escape_ascii(), value.escape_ascii()));
        let forwarded_for = forwarded_for.escape_ascii();
        format!(
            "{site:?} from {peer}: {:?}\n  nginx {answer:?}\n  ours  {address} {port} {forwarded_for}",
            lines.collect::<Vec<_>>()
        )
    };
    Ok((!is_same).then(shown))
}

/// The sites of the generated requests.
fn generated_sites() -> Vec<Site> {
    let lists: [&[&str]; 6] = [
        &["127.0.0.1"],
        &["127.0.0.0/8", "10.0.0.0/8", "2001:db8::/32", "::1"],
        &["0.0.0.0/0", "::/0"],
        &["unix:", "10.0.0.0/8", "192.168.1.9/24"],
        &["127.1.2.3/31", "127.0.0.9", "::/127"],
        &["::ffff:0:0/96", "::1", "127.0.00.1"],
    ];
    let headers = [Some("X-Forwarded-For"), Some("x-forwarded-for"), None, Some("Forwarded")];
    let mut sites = Vec::new();
    for list in lists {
        for header in headers {
            for recursive in [false, true] {
                let trusted = list.iter().map(|entry| (*entry).to_owned()).collect();
                let header = header.map(str::to_owned);
                sites.push(Site { trusted, header, recursive });
            }
        }
    }
    sites
}

fn recorded<I: serde::de::DeserializeOwned>(file: &str) -> Result<Vec<NginxRow<I>>, String> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded"), file)
}

/// The lines of a recorded row that can be sent once more; `Host` chooses the site here.
fn headers(lines: &[(String, String)]) -> Headers {
    let lines = lines.iter().map(|(name, value)| (latin1(name), latin1(value)));
    lines.filter(|(name, _)| !name.eq_ignore_ascii_case(b"host")).collect()
}

fn site_of(row: &RealipInput) -> Site {
    Site {
        trusted: row.trusted.clone(),
        header: row.real_ip_header.clone(),
        recursive: row.recursive,
    }
}

/// Every question: the site, the client and what it sends. Rows of other peers are counted.
fn questions(sites: &mut Vec<Site>) -> Result<(Vec<Question>, usize), String> {
    let (mut questions, mut elsewhere) = (Vec::new(), 0);
    for row in recorded::<RealipInput>("nginx-realip.json")? {
        let site = site_of(&row.input);
        let index = sites.iter().position(|known| *known == site).unwrap_or_else(|| {
            sites.push(site);
            sites.len() - 1
        });
        match From::parse(&row.input.peer) {
            Some(from) => questions.push((index, from, headers(&row.input.headers))),
            None => elsewhere += 1,
        }
    }
    sites.push(Site { trusted: Vec::new(), header: None, recursive: false });
    let plain = sites.len() - 1;
    for row in recorded::<ForwardedInput>("nginx-forwarded.json")? {
        match From::parse(&row.input.peer) {
            Some(from) if row.input.scheme == "http" && row.input.raw_request.is_none() => {
                questions.push((plain, from, headers(&row.input.headers)));
            }
            _ => elsewhere += 1,
        }
    }
    let froms = [
        From::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        From::Ip(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 9))),
        From::Ip(IpAddr::V4(Ipv4Addr::new(127, 1, 2, 3))),
        From::Ip(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        From::Mapped,
        From::Unix,
    ];
    let mut random = Random::new(22);
    let generated = generated_sites();
    let first = sites.len();
    sites.extend(generated);
    for _ in 0..REQUESTS {
        let site = first + random.below(sites.len() - first);
        let from = random.pick(&froms).copied().unwrap_or(From::Unix);
        let header = sites.get(site).and_then(|site| site.header.as_deref());
        questions.push((site, from, lines::headers(&mut random, header.unwrap_or("X-Real-IP"))));
    }
    Ok((questions, elsewhere))
}

#[test]
fn realip_and_the_documented_hop_answer_as_nginx_does() -> Result<(), String> {
    let program = match Program::installed() {
        Ok(program) => program,
        Err(reason) => return skip("differential_nginx", &reason),
    };
    let rules = if program.version < (1, 27, 3) { NginxRules::V1_22 } else { NginxRules::Current };
    let mut sites = Vec::new();
    let (mut questions, elsewhere) = questions(&mut sites)?;
    let has_ipv6 = has_ipv6();
    let nginx = program.start(&server::config(&sites, has_ipv6))?;
    let all = questions.len();
    if !has_ipv6 {
        questions.retain(|(_, from, _)| !matches!(from, From::Mapped | From::Ip(IpAddr::V6(_))));
        println!("SKIP {} questions: no IPv6 on the loopback", all - questions.len());
    }
    let (mut clients, mut refused, mut differences): (Vec<(From, Client)>, _, _) =
        (Vec::new(), 0, Vec::new());
    for (site, from, headers) in &questions {
        let at = match clients.iter().position(|(known, _)| known == from) {
            Some(at) => at,
            None => {
                clients.push((*from, Client::new(&nginx, *from)?));
                clients.len() - 1
            }
        };
        let (_, client) = clients.get_mut(at).ok_or("a client")?;
        let Some(answer) = client.ask(*site, headers)? else {
            refused += 1;
            continue;
        };
        let site = sites.get(*site).ok_or("a site")?;
        differences.extend(difference(site, *from, headers, &answer, rules)?);
    }
    drop(clients);
    nginx.quit_having_logged(&["low address bits"])?;
    println!(
        "nginx {:?}, {rules:?}: {} questions, {refused} refused, {elsewhere} rows of other peers or TLS",
        program.version,
        questions.len()
    );
    assert!(refused < questions.len() / 20, "most requests are answered");
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
    Ok(())
}
