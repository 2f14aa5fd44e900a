//! Reload, upgrade, end and a configuration that is refused, under load; no request is lost.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::load::Load;
use tuleap_front_tests::server::nginx::{Config, Nginx};

use crate::{line, with_module};

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

fn load(nginx: &Nginx) -> Fallible<Load> {
    Ok(Load::start(nginx.port("port")?, "/", line, "203.0.113.9 forwarded"))
}

#[test]
fn reloads_under_load_lose_nothing() -> Fallible<()> {
    with_module(|program| {
        let mut nginx = program.start(&config("127.0.0.1"))?;
        let load = load(&nginx)?;
        for round in 0..20 {
            nginx.reload_with(&config(["127.0.0.1", "127.0.0.0/8 10.0.0.0/8"][round % 2]))?;
            load.goes_on(5)?;
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
        let load = load(&nginx)?;
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
        let load = load(&nginx)?;
        nginx.upgrade()?;
        load.goes_on(20)?;
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
