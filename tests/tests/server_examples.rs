//! The examples of the server modules, in the real servers.
#![cfg(unix)]

use std::sync::atomic::AtomicBool;

use tuleap_front_tests::demo::{self, Program};
use tuleap_front_tests::require::skip;
use tuleap_front_tests::server::certificate::Certificate;
use tuleap_front_tests::server::{apache, nginx};

/// The text with each first replaced by its second, which must be there.
fn replaced(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in\n{text}");
        text.replace(from, to)
    })
}

#[test]
fn nginx_accepts_the_front() -> Result<(), String> {
    let program = match nginx::Program::under_test() {
        Ok(program) => program,
        Err(reason) => return skip("nginx_accepts_the_front", &reason),
    };
    let certificate = Certificate::new()?;
    let text = replaced(
        include_str!("../../examples/nginx/front.conf"),
        &[
            ("listen 443", "listen 127.0.0.1:@port-https@"),
            ("listen 80", "listen 127.0.0.1:@port-http@"),
            ("/etc/nginx/ssl/server.crt", &certificate.chain()),
            ("/etc/nginx/ssl/server.key", &certificate.key()),
            ("/var/log/nginx", "@folder@"),
            ("/var/cache/nginx", "@folder@"),
        ],
    );
    let checked = program.check(&nginx::Config::http(text))?;
    assert!(checked.is_accepted, "{}", checked.said);
    assert!(!checked.said.contains("[warn]"), "{}", checked.said);
    Ok(())
}

#[test]
fn apache_accepts_the_front() -> Result<(), String> {
    let program = match apache::Program::under_test() {
        Ok(program) => program,
        Err(reason) => return skip("apache_accepts_the_front", &reason),
    };
    let certificate = Certificate::new()?;
    let text = replaced(
        include_str!("../../examples/apache/front.conf"),
        &[
            ("/etc/apache2/ssl/server.crt", &certificate.chain()),
            ("/etc/apache2/ssl/server.key", &certificate.key()),
            ("${APACHE_LOG_DIR}", "@folder@"),
            // Debian's configuration of mod_cache_disk has it.
            ("CacheEnable disk /", "CacheEnable disk /\nCacheRoot @folder@"),
        ],
    );
    let modules = [
        "alias",
        "cache",
        "cache_disk",
        "deflate",
        "filter",
        "proxy",
        "proxy_http",
        "socache_shmcb",
        "ssl",
    ];
    let checked = program.check(&apache::Config::new(text).modules(&modules))?;
    assert!(checked.is_accepted, "{}", checked.said);
    assert_eq!(checked.said.trim(), "Syntax OK");
    Ok(())
}

fn runs_as_promised(program: &Program) -> Result<(), String> {
    let mut out = anstream::StripStream::new(Vec::new());
    let outcome = demo::run(&mut out, program, &AtomicBool::new(false));
    let outcome = outcome.map_err(|halt| format!("{halt:?}"))?;
    let text = String::from_utf8_lossy(&out.into_inner()).into_owned();
    assert!(outcome.is_success(), "{text}");
    assert_eq!(text.lines().last(), Some(outcome.to_string().as_str()));
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let always = ["203.0.113.9 forwarded", "203.0.113.9 PUT", "entry-unknown", "the same"];
    let copies = match program {
        Program::Nginx(_) => ["/c%2520d.txt\n", "        c%20d.txt\n", "        c d.txt\n"],
        Program::Apache(_) => ["E175002", "/c%20d.txt\n", "        c d.txt\n"],
    };
    for wanted in always.iter().chain(&copies) {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    Ok(())
}

#[test]
fn nginx_runs_the_demo_as_promised() -> Result<(), String> {
    match nginx::Program::under_test() {
        Ok(program) => runs_as_promised(&Program::Nginx(program)),
        Err(reason) => skip("nginx_runs_the_demo_as_promised", &reason),
    }
}

#[test]
fn apache_runs_the_demo_as_promised() -> Result<(), String> {
    match apache::Program::under_test() {
        Ok(program) => runs_as_promised(&Program::Apache(program)),
        Err(reason) => skip("apache_runs_the_demo_as_promised", &reason),
    }
}
