//! Graceful restarts and ends under load, and what is left of them: no request is lost.

use std::thread;
use std::time::Duration;

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::apache::{Apache, Config};
use tuleap_front_tests::server::client::{Client, Way};
use tuleap_front_tests::server::load::Load;
use tuleap_front_tests::server::process::until;

use crate::{config, heard, said, with_module};

/// A connection that waits when its worker ends would look like a lost request.
const SHORT: &str = "MaxKeepAliveRequests 7\n";

fn trusting(proxies: &str, mpm: &'static str) -> Config {
    let who = said("%{REMOTE_ADDR} %{reqenv:TULEAP_CLIENT_IP_KIND}");
    let text = format!("{SHORT}{who}TuleapTrustedProxies {proxies}\nTuleapClientIP On\n");
    config(&text).mpm(mpm).with("backend", "127.0.0.1:1")
}

/// Is it slower than it would be, or larger?
fn is_watched() -> bool {
    std::env::var_os("TULEAP_FRONT_UNDER").is_some()
}

fn load(apache: &Apache) -> Fallible<Load> {
    Ok(Load::start(apache.port("port")?, "/said", heard, "203.0.113.9 forwarded"))
}

#[test]
fn restarts_under_load_lose_nothing() -> Fallible<()> {
    let rounds = if is_watched() { 2 } else { 10 };
    with_module(|program| {
        for mpm in ["event", "prefork"] {
            let mut apache = program.start(&trusting("127.0.0.1", mpm))?;
            apache.folder().write("html/said", "")?;
            let load = load(&apache)?;
            for round in 0..rounds {
                load.goes_on(5)?;
                let lists = ["127.0.0.1", "127.0.0.0/8 10.0.0.0/8"];
                let list = lists.get(round % 2).copied().unwrap_or_default();
                apache.graceful_with(&trusting(list, mpm))?;
            }
            load.goes_on(5)?;
            load.end()?;
            apache.stop()?;
        }
        Ok(())
    })
}

/// A worker that reached its number of requests ends, and the next one starts.
#[test]
fn workers_end_and_start_under_load() -> Fallible<()> {
    with_module(|program| {
        for mpm in ["event", "prefork"] {
            let who = said("%{REMOTE_ADDR} %{reqenv:TULEAP_CLIENT_IP_KIND}");
            let text = format!("{SHORT}{who}MaxConnectionsPerChild 3\n{}", crate::ON);
            let apache = program.start(&config(&text).mpm(mpm).with("backend", "127.0.0.1:1"))?;
            apache.folder().write("html/said", "")?;
            let first = apache.workers();
            let load = load(&apache)?;
            load.goes_on(20)?;
            until("another worker", || {
                let workers = apache.workers();
                Ok(workers.iter().any(|worker| !first.contains(worker)).then_some(()))
            })?;
            load.end()?;
            apache.stop()?;
        }
        Ok(())
    })
}

/// The end waits for what was begun.
#[test]
fn an_end_finishes_what_was_begun() -> Fallible<()> {
    use std::io::{Read as _, Write as _};
    with_module(|program| {
        let apache = program.start(&trusting("127.0.0.1", "event"))?;
        apache.folder().write("html/said", "")?;
        let port = apache.port("port")?;
        let words = |error: std::io::Error| error.to_string();
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).map_err(words)?;
        stream.write_all(b"GET /said HTTP/1.0\r\n").map_err(words)?;
        // Something must have been read, or it is not a request yet.
        let moment = Duration::from_millis(if is_watched() { 2_000 } else { 100 });
        thread::sleep(moment);
        let rest = thread::spawn(move || -> Fallible<String> {
            thread::sleep(moment * 2);
            stream.write_all(b"X-Forwarded-For: 203.0.113.9\r\n\r\n").map_err(words)?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).map_err(words)?;
            Ok(answer)
        });
        apache.stop()?;
        let answer = rest.join().map_err(|_| "the request stopped")??;
        assert!(answer.contains("X-Said: 203.0.113.9 forwarded\r\n"), "{answer}");
        Ok(())
    })
}

fn resident(process: u32) -> Fallible<usize> {
    let path = format!("/proc/{process}/statm");
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).ok_or(text)
}

/// Handles are freed with the configuration they were made for.
#[test]
fn restarts_do_not_grow_the_leader() -> Fallible<()> {
    // Under valgrind or a sanitizer memory is not what it would be.
    let rounds = if is_watched() { 3 } else { 45 };
    with_module(|program| {
        let hosts = (0..2_000).map(|number| format!("10.{}.{}.1", number / 250, number % 250));
        let lists = hosts.map(|host| format!("TuleapTrustedProxies {host}\n"));
        let sections = (0..500).map(|number| {
            format!(
                "<Location /{number}>\nTuleapDestinationBackend http://b{number}.example\n\
                 TuleapHttpsRedirect b{number}.example\n</Location>\n"
            )
        });
        let text = format!(
            "{}TuleapClientIP On\nTuleapDestination On\n{}",
            lists.collect::<String>(),
            sections.collect::<String>()
        );
        let mut apache = program.start(&config(&text).with("backend", "127.0.0.1:1"))?;
        let mut sizes = Vec::new();
        for _ in 0..rounds {
            apache.graceful()?;
            sizes.push(resident(apache.master())?);
        }
        let (middle, end) = (sizes.get(rounds / 3), sizes.last());
        let (middle, end) = middle.zip(end).ok_or("no sizes")?;
        assert!(is_watched() || *end <= middle + 64, "pages of the leader: {sizes:?}");
        apache.stop()
    })
}

/// What is made for a request goes with it.
#[test]
fn requests_do_not_grow_a_worker() -> Fallible<()> {
    let (rounds, count) = if is_watched() { (2, 20) } else { (9, 300) };
    with_module(|program| {
        let text = format!(
            "{}TuleapClientIPTrace On\nTuleapForwardedHeaders On\nMaxKeepAliveRequests 0\n\
             TuleapDestination On\nTuleapDestinationIf On\nStartServers 1\n",
            crate::ON
        );
        let config = config(&text).mpm("prefork").with("backend", "127.0.0.1:1");
        let apache = program.start(&config)?;
        apache.folder().write("html/said", "")?;
        let mut client = Client::new(Way::port(apache.port("port")?));
        let list = format!("{}203.0.113.9", "10.0.0.1, ".repeat(500));
        let mut sizes = Vec::new();
        for _ in 0..rounds {
            for _ in 0..count {
                let lines = [
                    ("X-Forwarded-For", list.as_str()),
                    ("Forwarded", "for=1.1.1.1"),
                    ("Destination", "https://local.example/a"),
                    ("If", "<https://local.example/a> (<t:1>)"),
                ];
                assert_eq!(client.get("/said", &lines)?.status, 200);
            }
            let largest = apache.workers().into_iter().filter_map(|worker| resident(worker).ok());
            sizes.push(largest.max().unwrap_or(0));
        }
        let (middle, end) = (sizes.get(rounds / 3), sizes.last());
        let (middle, end) = middle.zip(end).ok_or("no sizes")?;
        assert!(is_watched() || *end <= middle + 8, "pages of a worker: {sizes:?}");
        drop(client);
        apache.stop()
    })
}
