//! The command line, read by hand: a parser crate would be half of the build.

use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use tuleap_front::{HttpsOrigin, TrustedProxies};

pub(crate) const USAGE: &str = "\
A small reverse proxy on tuleap-front.

usage:
  tuleap-front-example demo
      forged headers against a built-in backend; what arrives, and why
  tuleap-front-example serve --backend ADDR [--listen ADDR] [--tls ADDR] [--trusted LIST]
      [--redirect HOST]
      --backend ADDR   where requests go, such as 127.0.0.1:8000
      --listen ADDR    for HTTP; without it a free port of 127.0.0.1
      --tls ADDR       for HTTPS, with a self-signed certificate; likewise
      --trusted LIST   the proxies whose word counts, as in $sys_trusted_proxies; without it none
      --redirect HOST  what comes by http is sent to https at this host, such as
                       tuleap.example.com; without it it is passed on";

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
    pub(crate) redirect: Option<HttpsOrigin>,
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
    let (mut listen, mut tls, mut backend) = (any_port, any_port, None);
    let (mut trusted, mut redirect) = (TrustedProxies::default(), None);
    while let Some(flag) = words.next() {
        if matches!(flag.as_str(), "--help" | "-h") {
            return Ok(Command::Help);
        }
        let mut value = || words.next().ok_or_else(|| format!("{flag} needs a value"));
        match flag.as_str() {
            "--listen" => listen = address(&flag, &value()?)?,
            "--tls" => tls = address(&flag, &value()?)?,
            "--backend" => backend = Some(address(&flag, &value()?)?),
            "--trusted" => {
                trusted = value()?.parse().map_err(|error| format!("{flag}: {error}"))?;
            }
            "--redirect" => {
                redirect = Some(value()?.parse().map_err(|error| format!("{flag}: {error}"))?);
            }
            _ => return Err(format!("serve has no `{flag}`")),
        }
    }
    let backend = backend.ok_or("serve needs --backend")?;
    Ok(Command::Serve(Box::new(Serve { backend, listen, tls, trusted, redirect })))
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
                let Serve { backend, listen, tls, trusted, redirect } = *serve;
                let redirect = redirect.map(|origin| format!(", redirecting to {origin}"));
                let redirect = redirect.unwrap_or_default();
                Ok(format!("{listen} {tls} to {backend} trusting {trusted}{redirect}"))
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
            Ok("[::1]:1 127.0.0.1:0 to 127.0.0.1:80 trusting 10.0.0.1, ::1"),
        );
        check(
            "serve --backend 127.0.0.1:80 --redirect Tuleap.example.com:443",
            Ok("127.0.0.1:0 127.0.0.1:0 to 127.0.0.1:80 trusting , \
                redirecting to https://tuleap.example.com"),
        );
        check(
            "serve --redirect http://a",
            Err("--redirect: the scheme is not https: write tuleap.example.com, \
                 or https://tuleap.example.com"),
        );
        check("", Err("a command is missing"));
        check("demo now", Err("demo takes no `now`"));
        check("serve", Err("serve needs --backend"));
        check("serve --backend", Err("--backend needs a value"));
        check("serve --port 1", Err("serve has no `--port`"));
    }
}
