//! `tuleap_dialect nginx-…` beside nginx's own realip, in one server and one run.

use tuleap_front_tests::lines;
use tuleap_front_tests::random::Random;
use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::client::{Client, Way, request};
use tuleap_front_tests::server::nginx::Config;

use crate::with_module;

const REQUESTS: usize = 4_000;

/// `set_real_ip_from`, `real_ip_header`, `real_ip_recursive`.
const SITES: &[(&[&str], Option<&str>, bool)] = &[
    (&["127.0.0.1"], Some("X-Forwarded-For"), false),
    (&["127.0.0.1"], Some("X-Forwarded-For"), true),
    (&["127.0.0.0/8", "10.0.0.0/8", "2001:db8::/32"], Some("X-Forwarded-For"), true),
    (&["127.0.0.0/8", "10.0.0.0/8"], Some("x-forwarded-for"), true),
    (&["127.0.0.0/8", "10.0.0.0/8"], None, true),
    (&["127.0.0.0/8", "10.0.0.0/8"], Some("Forwarded"), true),
    (&["0.0.0.0/0", "::/0"], Some("X-Forwarded-For"), true),
    (&["192.168.1.9/24", "127.1.2.3/8"], Some("X-Forwarded-For"), true),
    (&["unix:"], Some("X-Forwarded-For"), true),
];

/// Both servers say the same things about the connection.
const LOCATION: &str = "location / { return 200 '$remote_addr\n$remote_port\n\
    $proxy_add_x_forwarded_for\n'; }";

#[test]
fn the_dialect_answers_as_realip_does() -> Fallible<()> {
    with_module(|program| {
        let dialect = if program.version < (1, 27, 3) { "nginx-1.22" } else { "nginx-current" };
        let mut http = String::from(
            "large_client_header_buffers 8 64k; keepalive_requests 100000;\n\
             server_names_hash_bucket_size 128;\n",
        );
        for (index, (trusted, header, is_recursive)) in SITES.iter().enumerate() {
            let recursive = if *is_recursive { "recursive" } else { "" };
            let ours = header.map(|name| format!("tuleap_client_ip_header {name};"));
            let theirs = header.map(|name| format!("real_ip_header {name};"));
            let state = if *is_recursive { "on" } else { "off" };
            let list = trusted.join(" ");
            let lines: String =
                trusted.iter().map(|entry| format!("set_real_ip_from {entry};")).collect();
            http += &format!(
                "server {{ listen 127.0.0.1:@port@; server_name ours{index};\n\
                 tuleap_dialect {dialect} {recursive}; tuleap_trusted_proxies {list};\n\
                 {} tuleap_client_ip on; {LOCATION} }}\n\
                 server {{ listen 127.0.0.1:@port@; server_name theirs{index}; {lines}\n\
                 {} real_ip_recursive {state}; {LOCATION} }}\n",
                ours.unwrap_or_default(),
                theirs.unwrap_or_default(),
            );
        }
        let nginx = program.start(&Config::http(http))?;
        let (mut random, mut client) =
            (Random::new(9), Client::new(Way::port(nginx.port("port")?)));
        let (mut answered, mut rewritten) = (0, 0);
        for _ in 0..REQUESTS {
            let index = random.below(SITES.len());
            let (_, header, _) = SITES.get(index).ok_or("a site")?;
            let headers = lines::headers(&mut random, header.unwrap_or("X-Real-IP"));
            let mut ask = |host: &str| {
                let host = (b"Host".to_vec(), format!("{host}{index}").into_bytes());
                client.send(&request("/", &[&[host], headers.as_slice()].concat()))
            };
            let (ours, theirs) = (ask("ours")?, ask("theirs")?);
            assert_eq!(ours.status, theirs.status, "{headers:?}");
            assert_eq!(ours.text(), theirs.text(), "site {index}: {headers:?}");
            answered += usize::from(ours.status == 200);
            rewritten += usize::from(!ours.body.starts_with(b"127.0.0.1\n"));
        }
        assert!(answered > REQUESTS / 2 && rewritten > REQUESTS / 10, "{answered} {rewritten}");
        // nginx masks what stands right of a prefix, and says so.
        nginx.quit_having_logged(&["low address bits of"])
    })
}
