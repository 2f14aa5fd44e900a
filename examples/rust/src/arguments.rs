//! The command line, read by hand: a parser crate would be half of the build.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use tuleap_front::{Guide, HttpsOrigin, Routes, TrustedProxies};

pub(crate) const USAGE: &str = "\
A small reverse proxy on tuleap-front.

usage:
  tuleap-front-example demo
      forged headers against a built-in backend; what arrives, and why
  tuleap-front-example serve --backend [NAME=]ADDR … [--routes ROUTES] [--listen ADDR]
      [--tls ADDR] [--host HOST] [--redirect HOST] [--trusted LIST]
      --backend ADDR       where requests go, such as 127.0.0.1:8000
      --backend NAME=ADDR  where those go that the routes have for this backend
      --routes ROUTES      which backend answers a path: recommended or distributed, which are the
                           deployment guide's with backends web, svn and php, or a file with
                           locations; a fastcgi backend is asked by HTTP
      --listen ADDR        for HTTP; without it a free port of 127.0.0.1
      --tls ADDR           for HTTPS, with a self-signed certificate; likewise
      --host HOST          the name of the site, for the certificate and where routes add a slash;
                           without it that of --redirect, or localhost
      --redirect HOST      what comes by http is sent to https at this host, such as
                           tuleap.example.com; without it it is passed on
      --trusted LIST       the proxies whose word counts, as in $sys_trusted_proxies; without it
                           none";

pub(crate) enum Command {
    Demo,
    Help,
    Serve(Box<Serve>),
}

pub(crate) struct Serve {
    pub(crate) backend: SocketAddr,
    pub(crate) listen: SocketAddr,
    pub(crate) tls: SocketAddr,
    pub(crate) trusted: TrustedProxies,
    pub(crate) host: String,
    pub(crate) redirect: Option<HttpsOrigin>,
    pub(crate) routing: Option<Routing>,
}

/// Routes, and the backends that were named.
pub(crate) struct Routing {
    pub(crate) routes: Routes,
    pub(crate) backends: Vec<(String, SocketAddr)>,
}

/// Reads what follows the program's name; the error is a sentence.
pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Command, String> {
    match words.next().as_deref() {
        Some("demo") => match words.next() {
            None => Ok(Command::Demo),
            Some(word) => Err(format!("demo takes no `{word}`")),
        },
        Some("serve") => serve(words),
        Some("help" | "--help" | "-h") => Ok(Command::Help),
        Some(word) => Err(format!("there is no command `{word}`")),
        None => Err("a command is missing".to_owned()),
    }
}

fn serve(mut words: impl Iterator<Item = String>) -> Result<Command, String> {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (mut listen, mut tls) = (any_port, any_port);
    let (mut backend, mut backends, mut routes) = (None, Vec::new(), None);
    let (mut trusted, mut host) = (TrustedProxies::default(), None);
    let mut redirect: Option<HttpsOrigin> = None;
    while let Some(flag) = words.next() {
        if matches!(flag.as_str(), "--help" | "-h") {
            return Ok(Command::Help);
        }
        let mut value = || words.next().ok_or_else(|| format!("{flag} needs a value"));
        match flag.as_str() {
            "--listen" => listen = address(&flag, &value()?)?,
            "--tls" => tls = address(&flag, &value()?)?,
            "--backend" => {
                let value = value()?;
                match value.rsplit_once('=') {
                    Some((name, text)) => backends.push((name.to_owned(), address(&flag, text)?)),
                    None => backend = Some(address(&flag, &value)?),
                }
            }
            "--routes" => routes = Some(self::routes(&flag, &value()?)?),
            "--host" => host = Some(value()?),
            "--trusted" => {
                trusted = value()?.parse().map_err(|error| format!("{flag}: {error}"))?;
            }
            "--redirect" => {
                redirect = Some(value()?.parse().map_err(|error| format!("{flag}: {error}"))?);
            }
            _ => return Err(format!("serve has no `{flag}`")),
        }
    }
    let backend = everything_else(backend, &backends, routes.as_ref())?;
    let routing = routes.map(|routes| Routing { routes, backends });
    let host = host.or_else(|| Some(redirect.as_ref()?.host().to_owned()));
    let host = host.unwrap_or_else(|| "localhost".to_owned());
    Ok(Command::Serve(Box::new(Serve { backend, listen, tls, trusted, host, redirect, routing })))
}

/// Where requests go that no named backend answers.
fn everything_else(
    backend: Option<SocketAddr>,
    named: &[(String, SocketAddr)],
    routes: Option<&Routes>,
) -> Result<SocketAddr, String> {
    if let (Some((name, _)), None) = (named.first(), routes) {
        return Err(format!("--backend {name}=… needs --routes"));
    }
    if let Some(backend) = backend {
        return Ok(backend);
    }
    let missing = "serve needs --backend".to_owned();
    let Some(routes) = routes else { return Err(missing) };
    let is_named = |wanted: &&str| named.iter().any(|(name, _)| name == wanted);
    match (routes.backends().iter().find(|name| !is_named(name)), named.first()) {
        (Some(name), _) => Err(format!("the routes need --backend {name}=ADDR, or --backend ADDR")),
        // Nobody goes there.
        (None, Some((_, address))) => Ok(*address),
        (None, None) => Err(missing),
    }
}

fn routes(flag: &str, text: &str) -> Result<Routes, String> {
    match text {
        "distributed" => Ok(Routes::documented(Guide::Distributed)),
        "recommended" => Ok(Routes::recommended()),
        path => {
            let text =
                fs::read_to_string(path).map_err(|error| format!("{flag} {path}: {error}"))?;
            text.parse().map_err(|error| format!("{flag} {path}: {error}"))
        }
    }
}

fn address(flag: &str, text: &str) -> Result<SocketAddr, String> {
    let wrong = |_| format!("{flag}: `{text}` is not an address with a port, such as 127.0.0.1:80");
    SocketAddr::from_str(text).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Result<&str, &str>) {
        let command = match parse(line.split_whitespace().map(str::to_owned)) {
            Ok(Command::Demo) => Ok("demo".to_owned()),
            Ok(Command::Help) => Ok("help".to_owned()),
            Ok(Command::Serve(serve)) => {
                let Serve { backend, listen, tls, trusted, host, redirect, routing } = *serve;
                let mut text = format!("{host} {listen} {tls} to {backend} trusting {trusted}");
                text.extend(redirect.map(|origin| format!(", redirecting to {origin}")));
                text.extend(routing.map(|routing| format!(", routing {:?}", routing.backends)));
                Ok(text)
            }
            Err(error) => Err(error),
        };
        assert_eq!(command, expect.map(str::to_owned).map_err(str::to_owned), "{line}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        check("demo", Ok("demo"));
        check("serve --backend 127.0.0.1:80 --help", Ok("help"));
        check(
            "serve --listen [::1]:1 --backend 127.0.0.1:80 --trusted 10.0.0.1,::1",
            Ok("localhost [::1]:1 127.0.0.1:0 to 127.0.0.1:80 trusting 10.0.0.1, ::1"),
        );
        check(
            "serve --backend 127.0.0.1:80 --redirect Tuleap.example.com:443",
            Ok("tuleap.example.com 127.0.0.1:0 127.0.0.1:0 to 127.0.0.1:80 trusting , \
                redirecting to https://tuleap.example.com"),
        );
        check(
            "serve --redirect http://a",
            Err("--redirect: the scheme is not https: write tuleap.example.com, \
                 or https://tuleap.example.com"),
        );
        check(
            "serve --routes recommended --host a --backend 127.0.0.1:80 --backend svn=[::1]:81",
            Ok("a 127.0.0.1:0 127.0.0.1:0 to 127.0.0.1:80 trusting , \
                routing [(\"svn\", [::1]:81)]"),
        );
        check(
            "serve --routes distributed --backend svn=[::1]:81",
            Err("the routes need --backend web=ADDR, or --backend ADDR"),
        );
        check("serve --backend svn=[::1]:81", Err("--backend svn=… needs --routes"));
        check("", Err("a command is missing"));
        check("demo now", Err("demo takes no `now`"));
        check("serve", Err("serve needs --backend"));
        check("serve --backend", Err("--backend needs a value"));
        check("serve --port 1", Err("serve has no `--port`"));
    }
}
