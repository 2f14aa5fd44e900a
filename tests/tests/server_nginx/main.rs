//! The nginx module in a real nginx: what its directives do, request in and header out.
//!
//! `TULEAP_FRONT_NGINX` and `TULEAP_FRONT_NGINX_MODULE` name the program and the module; every
//! test ends nginx gracefully and wants its error log empty.
#![cfg(unix)]

use tuleap_front_tests::require::skip;
use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::Backend;
use tuleap_front_tests::server::client::{Answer, Client, Way};
use tuleap_front_tests::server::nginx::{Config, Nginx, Program};

mod bad_input;
mod client_ip;
mod configuration;
mod dialect;
mod headers;
mod headers_more;
mod lifecycle;
mod paths;
mod shadow;

/// Runs a test with the program under test, or skips it.
fn with_module(test: impl FnOnce(&Program) -> Fallible<()>) -> Fallible<()> {
    match Program::under_test() {
        Ok(program) => test(&program),
        Err(reason) => skip("server_nginx", &reason),
    }
}

/// Starts nginx and a backend, which is `@backend@`, lets a test ask, and ends both.
fn with_nginx(http: &str, test: impl FnOnce(&Nginx) -> Fallible<()>) -> Fallible<()> {
    with_module(|program| {
        let backend = Backend::start()?;
        let config = Config::http(http).with("backend", backend.address());
        let nginx = program.start(&config)?;
        test(&nginx)?;
        nginx.quit()
    })
}

/// A client of the place `@port@`, from 127.0.0.1.
fn client(nginx: &Nginx) -> Fallible<Client> {
    Ok(Client::new(Way::port(nginx.port("port")?)))
}

/// The answer's body, where it is expected to be one line.
fn line(answer: &Answer) -> String {
    answer.text().trim_end().to_owned()
}

/// Asks and compares the one line of the answer.
fn says(client: &mut Client, path: &str, lines: &[(&str, &str)], expected: &str) -> Fallible<()> {
    let answer = client.get(path, lines)?;
    match line(&answer) {
        said if said == expected => Ok(()),
        said => Err(format!("{path} {lines:?}: {} {said:?}, not {expected:?}", answer.status)),
    }
}
