//! The Apache module in a real Apache: what its directives do, request in and header out.
//!
//! `TULEAP_FRONT_APACHE` and `TULEAP_FRONT_APACHE_MODULE` name the program and the module; every
//! test ends Apache gracefully and wants its error log to hold what is expected and nothing else.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;

use tuleap_front_tests::require::skip;
use tuleap_front_tests::server::apache::{Apache, Config, Program};
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::client::{Answer, Client, Way};
use tuleap_front_tests::server::process::until;
use tuleap_front_tests::server::told::values;
use tuleap_front_tests::server::{Fallible, at};

mod access;
mod bad_input;
mod client_ip;
mod coexistence;
mod configuration;
mod destination;
mod destination_configuration;
mod destination_dav;
mod destination_paths;
mod destination_refused;
mod environment;
mod headers;
mod lifecycle;
mod location;
mod paths;
mod redirect;
mod routes;
mod shadow;
mod svn;
mod svn_destination;
mod verdict;

const MODULES: &[&str] = &["alias", "headers", "proxy", "proxy_http"];

/// Processes that start soon and are few.
const FEW: &str = "StartServers 1\n\
    <IfModule mpm_event_module>\nThreadsPerChild 10\nServerLimit 6\nMaxRequestWorkers 60\n\
    MinSpareThreads 5\nMaxSpareThreads 60\n</IfModule>\n\
    <IfModule mpm_prefork_module>\nMinSpareServers 1\nMaxSpareServers 2\n</IfModule>\n";

/// A list that every test can use: the clients here come from 127.0.0.1.
const ON: &str = "TuleapTrustedProxies 127.0.0.1 10.0.0.0/8\nTuleapClientIP On\n";

/// What a client behind a trusted proxy sends.
const CLIENT: (&str, &str) = ("X-Forwarded-For", "203.0.113.9");

/// Every path that ends with `said` is answered with what is known, in a header.
fn said(what: &str) -> String {
    format!("AliasMatch said$ @folder@/html/said\nHeader always set X-Said \"expr={what}\"\n")
}

/// One server on `@port@`. What begins with `/b` goes to the backend.
fn config(text: &str) -> Config {
    let text = format!("{FEW}Listen 127.0.0.1:@port@\nProxyPass /b http://@backend@\n{text}\n");
    Config::new(text).modules(MODULES)
}

/// Runs a test with the program under test, or skips it.
fn with_module(test: impl FnOnce(&Program) -> Fallible<()>) -> Fallible<()> {
    match Program::under_test() {
        Ok(program) => test(&program),
        Err(reason) => skip("server_apache", &reason),
    }
}

/// Starts Apache and a backend, which is `@backend@`, and lets a test ask. Then it ends both, and
/// wants these texts in the error log.
fn with_config(
    config: Config,
    logged: &[&str],
    test: impl FnOnce(&Apache) -> Fallible<()>,
) -> Fallible<()> {
    with_module(|program| {
        let backend = Backend::start()?;
        let apache = program.start(&config.with("backend", backend.address()))?;
        apache.folder().write("html/said", "")?;
        test(&apache)?;
        apache.stop_having_logged(logged)
    })
}

/// The same for a text, with nothing in the error log.
fn with_apache(text: &str, test: impl FnOnce(&Apache) -> Fallible<()>) -> Fallible<()> {
    with_config(config(text), &[], test)
}

/// A client of the place `@port@`, from 127.0.0.1.
fn client(apache: &Apache) -> Fallible<Client> {
    Ok(Client::new(Way::port(apache.port("port")?)))
}

/// A request without a body, to tuleap.example.com unless there is a `Host` among the lines.
fn method(word: &str, target: &str, lines: &[(&str, &str)]) -> Vec<u8> {
    let host = ("Host", "tuleap.example.com");
    let has_host = lines.iter().any(|(name, _)| name.eq_ignore_ascii_case("host"));
    let mut request = format!("{word} {target} HTTP/1.1\r\n");
    for (name, value) in (!has_host).then_some(&host).into_iter().chain(lines) {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.into_bytes()
}

/// Asks by any method.
fn ask(client: &mut Client, word: &str, target: &str, lines: &[(&str, &str)]) -> Fallible<Answer> {
    client.send(&method(word, target, lines))
}

/// The lines of `Destination` that a backend which tells got.
fn destinations(answer: &Answer) -> Vec<String> {
    values(&answer.received(), "Destination")
}

/// What the answer says in its header.
fn heard(answer: &Answer) -> String {
    answer.head.text("X-Said").unwrap_or_default()
}

/// Asks and compares what is said.
fn says(client: &mut Client, path: &str, lines: &[(&str, &str)], expected: &str) -> Fallible<()> {
    let answer = client.get(path, lines)?;
    match heard(&answer) {
        said if said == expected => Ok(()),
        said => Err(format!("{path} {lines:?}: {} {said:?}, not {expected:?}", answer.status)),
    }
}

/// A program under `html` that answers with the environment it is given.
fn add_cgi(apache: &Apache, path: &str) -> Fallible<()> {
    let script = "#!/bin/sh\ncat > /dev/null\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\nenv\n";
    add_program(apache, path, script)
}

/// A program under `html`.
fn add_program(apache: &Apache, path: &str, script: &str) -> Fallible<()> {
    let path = apache.folder().write(&format!("html/{path}"), script)?;
    let all = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, all).map_err(at(path.display()))
}

/// The lines of `access.log` in its folder, once there are so many.
fn logged(apache: &Apache, count: usize) -> Fallible<Vec<String>> {
    let path = apache.folder().join("access.log");
    until("lines in the access log", || {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        Ok((text.ends_with('\n') && lines.len() >= count).then_some(lines))
    })
}

/// Workers are somebody else where tests run as the superuser.
fn let_everybody_write(path: &std::path::Path) -> Fallible<()> {
    let all = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(path, all).map_err(at(path.display()))
}
