//! Reload, upgrade, end and a configuration that is refused, under load; no request is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::client::{Client, Way};
use tuleap_front_tests::server::nginx::{Config, Nginx};

use crate::with_module;

fn config(proxies: &str) -> Config {
    // A connection that waits when its worker ends would look like a lost request.
    let mut config = Config::http(format!(
        "keepalive_requests 7;\n\
         tuleap_trusted_proxies {proxies}; tuleap_client_ip on;\n\
         server {{ listen 127.0.0.1:@port@; location / {{ \
         return 200 '$remote_addr $tuleap_client_ip_kind'; }} }}"
    ));
    config.workers = 2;
    config
}

/// Asks from two threads until the value is dropped.
struct Load {
    ends: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
    threads: Vec<thread::JoinHandle<Fallible<()>>>,
}

impl Load {
    /// Every answer must be this one.
    fn start(nginx: &Nginx) -> Fallible<Self> {
        let (ends, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let port = nginx.port("port")?;
        let threads = (0..2).map(|_| {
            let (ends, asked) = (Arc::clone(&ends), Arc::clone(&asked));
            thread::spawn(move || {
                while !ends.load(Ordering::SeqCst) {
                    let mut client = Client::new(Way::port(port));
                    for _ in 0..5 {
                        let lines = [("X-Forwarded-For", "6.6.6.6, 203.0.113.9")];
                        let said = client.get("/", &lines)?.text();
                        if said != "203.0.113.9 forwarded" {
                            return Err(format!("answered {said:?}"));
                        }
                        asked.fetch_add(1, Ordering::SeqCst);
                    }
                }
                Ok(())
            })
        });
        Ok(Self { threads: threads.collect(), ends, asked })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn end(self) -> Fallible<()> {
        self.ends.store(true, Ordering::SeqCst);
        for thread in self.threads {
            thread.join().map_err(|_| "a thread of the load stopped")??;
        }
        Ok(())
    }
}

#[test]
fn reloads_under_load_lose_nothing() -> Fallible<()> {
    with_module(|program| {
        let mut nginx = program.start(&config("127.0.0.1"))?;
        let load = Load::start(&nginx)?;
        for round in 0..20 {
            let before = load.asked();
            nginx.reload_with(&config(["127.0.0.1", "127.0.0.0/8 10.0.0.0/8"][round % 2]))?;
            tuleap_front_tests::server::process::until("more requests", || {
                Ok((load.asked() > before + 5).then_some(()))
            })?;
        }
        load.end()?;
        nginx.quit()
    })
}

/// The old configuration stays in use, and nothing of the new one.
#[test]
fn a_configuration_that_is_refused_changes_nothing() -> Fallible<()> {
    with_module(|program| {
        let mut nginx = program.start(&config("127.0.0.1"))?;
        let load = Load::start(&nginx)?;
        let refused = nginx.reload_with(&config("127.0.0.1/99"));
        assert!(refused.is_err_and(|why| why.contains("\"tuleap_trusted_proxies\": ")));
        load.end()?;
        nginx.quit_having_logged(&["\"tuleap_trusted_proxies\": "])
    })
}

#[test]
fn the_program_can_be_replaced_under_load() -> Fallible<()> {
    with_module(|program| {
        let nginx = program.start(&config("127.0.0.1"))?;
        let load = Load::start(&nginx)?;
        let before = load.asked();
        nginx.upgrade()?;
        tuleap_front_tests::server::process::until("more requests", || {
            Ok((load.asked() > before + 20).then_some(()))
        })?;
        load.end()?;
        nginx.quit()
    })
}

/// Handles are freed with the configuration they were made for.
#[test]
fn reloads_do_not_grow_the_master() -> Fallible<()> {
    // Under valgrind or a sanitizer memory is not what it would be.
    const ROUNDS: usize = 60;
    with_module(|program| {
        let hosts = (0..2_000).map(|number| format!("10.{}.{}.1", number / 250, number % 250));
        let hosts: Vec<String> = hosts.collect();
        let nginx = program.start(&config(&format!("127.0.0.1 {}", hosts.join(" "))))?;
        let resident = || -> Fallible<usize> {
            let path = format!("/proc/{}/statm", nginx.master()?);
            let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
            text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).ok_or(text)
        };
        let mut sizes = Vec::new();
        for _ in 0..ROUNDS {
            nginx.reload()?;
            sizes.push(resident()?);
        }
        let is_watched = std::env::var_os("TULEAP_FRONT_UNDER").is_some();
        let (middle, end) = (sizes.get(ROUNDS / 3), sizes.last());
        let (middle, end) = middle.zip(end).ok_or("no sizes")?;
        assert!(is_watched || *end <= middle + 64, "pages of the master: {sizes:?}");
        nginx.quit()
    })
}
