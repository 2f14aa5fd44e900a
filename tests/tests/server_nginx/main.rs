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
use tuleap_front_tests::server::told::values;

mod bad_input;
mod cache;
mod cache_rows;
mod client_ip;
mod configuration;
mod destination;
mod destination_paths;
mod destination_refused;
mod dialect;
mod gzip;
mod headers;
mod headers_more;
mod lifecycle;
mod location;
mod paths;
mod redirect;
mod routes;
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

/// A server on the place `@port@` with these directives.
fn site(directives: &str) -> String {
    format!("server {{ listen 127.0.0.1:@port@; server_name tuleap.example.com;\n{directives} }}\n")
}

/// A client of the place `@port@`, from 127.0.0.1.
fn client(nginx: &Nginx) -> Fallible<Client> {
    client_of(nginx, "port")
}

/// A client of this place, from 127.0.0.1.
fn client_of(nginx: &Nginx, place: &str) -> Fallible<Client> {
    Ok(Client::new(Way::port(nginx.port(place)?)))
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
