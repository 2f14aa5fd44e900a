//! The main job, shown: requests with forged headers, and what the backend gets to see.
//!
//! Built-in backends, the front before them, and a client that writes raw requests to real
//! sockets. The trusted proxy is 127.0.0.1. A stranger is [`STRANGER`]: on Linux all of
//! 127.0.0.0/8 is this host, so a socket can have it without any set-up. Where that address cannot
//! be had (macOS), strangers come from 127.0.0.1 too, and to a second front that does not trust it.

use std::fmt;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::mpsc;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpSocket;
use tokio::time::timeout;
use tuleap_front::{
    ClientIp, ClientIpResolver, HttpsOriginError, HttpsRedirect, Routes, TrustedProxies,
    TrustedProxiesError,
};

use crate::{Backend, Exchange, Front, FrontConfig, StartError};
use client::{Answer, Client};
use stories::{HOST, STORIES, Sender, Story, WAYS};

mod client;
mod report;
mod stories;

/// Where strangers come from, if it can be had.
pub const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

const PROXY: Ipv4Addr = Ipv4Addr::LOCALHOST;
const TRUSTED: &str = "127.0.0.1, 10.0.0.0/8";
/// For the second front.
const TRUSTED_WITHOUT_PROXY: &str = "10.0.0.0/8";

/// How a run went.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct Outcome {
    /// Requests that were sent.
    pub requests: usize,
    /// Requests of which the backend received what the SDK promises.
    pub as_promised: usize,
}

impl Outcome {
    /// Was every request passed on as promised?
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.requests > 0 && self.requests == self.as_promised
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "demo: {} requests, {} as promised", self.requests, self.as_promised)
    }
}

/// Why the demo cannot run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DemoError {
    /// The front does not start.
    #[error("the front does not start")]
    Front(#[from] StartError),
    /// The site's name is refused.
    #[error("the name of the site is refused")]
    Host(#[from] HttpsOriginError),
    /// No socket, or nobody reads what is written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The client's end of TLS cannot be set up.
    #[error("the client's TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    /// The list of trusted proxies is refused.
    #[error("the list of trusted proxies is refused")]
    Trusted(#[from] TrustedProxiesError),
}

/// Runs every story and writes what happens, in colour: a stream that shows none removes it.
///
/// # Errors
///
/// The demo cannot run. A promise that is not kept is in the outcome.
pub async fn run(out: &mut dyn Write, stranger: Ipv4Addr) -> Result<Outcome, DemoError> {
    let stage = Stage::set(stranger).await?;
    stage.describe(out)?;
    let mut outcome = Outcome::default();
    for story in STORIES {
        outcome.requests += 1;
        let result = stage.play(story).await;
        if report::write(out, outcome.requests, story, &stage.cast, &result)? {
            outcome.as_promised += 1;
        }
    }
    let number = outcome.requests + 1;
    let mut ways = Vec::new();
    for story in WAYS {
        outcome.requests += 1;
        ways.push((story, stage.play(story).await));
    }
    outcome.as_promised += report::write_ways(out, number, &stage.cast, &ways)?;
    stage.clear().await;
    report::outcome(out, outcome)?;
    Ok(outcome)
}

/// Who comes from which address.
struct Cast {
    stranger: Ipv4Addr,
}

impl Cast {
    const fn address(&self, sender: Sender) -> Ipv4Addr {
        match sender {
            Sender::Stranger => self.stranger,
            Sender::TrustedProxy => PROXY,
        }
    }
}

/// What the front logged about a request.
struct Record {
    line: String,
    client: ClientIp,
    explanation: String,
}

/// Who it is, and what else was decided.
fn explain(exchange: &Exchange<'_>) -> String {
    let mut text = exchange.explain().to_string();
    if let Some(redirect) = exchange.redirect().filter(|_| exchange.status().is_redirection()) {
        text.push_str(&redirect.to_string());
    }
    let destination = exchange.destination();
    if destination.lines() > 0 {
        text.push_str(&destination.to_string());
    }
    text
}

/// What became of a request.
type Played = Result<(Answer, Record), io::Error>;

/// A front, and a client that trusts its certificate.
struct Door {
    front: Front,
    client: Client,
}

struct Stage {
    backends: Vec<(&'static str, Backend)>,
    cast: Cast,
    door: Door,
    /// For strangers that have no address of their own.
    strangers_door: Option<Door>,
    records: mpsc::Receiver<Record>,
}

impl Stage {
    async fn set(stranger: Ipv4Addr) -> Result<Self, DemoError> {
        let mut backends = Vec::new();
        for name in ["web", "svn", "php"] {
            backends.push((name, Backend::start_as(name).await?));
        }
        let (log, records) = mpsc::channel();
        let door = Door::open(&backends, TRUSTED, log.clone()).await?;
        let has_own_address = TcpSocket::new_v4()?.bind((stranger, 0).into()).is_ok();
        let (stranger, strangers_door) = if has_own_address {
            (stranger, None)
        } else {
            (PROXY, Some(Door::open(&backends, TRUSTED_WITHOUT_PROXY, log).await?))
        };
        Ok(Self { backends, cast: Cast { stranger }, door, strangers_door, records })
    }

    fn describe(&self, out: &mut dyn Write) -> io::Result<()> {
        let front = &self.door.front;
        let backends = self.backends.iter().map(|(name, at)| format!("{name} {}", at.addr()));
        writeln!(out, "backends {}", backends.collect::<Vec<_>>().join(", "))?;
        writeln!(out, "front    http://{}, https://{}", front.http_addr(), front.https_addr())?;
        writeln!(out, "         which stand for ports 80 and 443 of {HOST}")?;
        writeln!(out, "trusted  {TRUSTED}")?;
        if let Some(door) = &self.strangers_door {
            let (http, https) = (door.front.http_addr(), door.front.https_addr());
            writeln!(
                out,
                "note     {STRANGER} cannot be used here, so strangers come from {PROXY}"
            )?;
            writeln!(out, "         to a second front, http://{http}, https://{https},")?;
            writeln!(out, "         which trusts {TRUSTED_WITHOUT_PROXY} only")?;
        }
        Ok(())
    }

    async fn play(&self, story: &Story) -> Played {
        let door = match (story.sender, &self.strangers_door) {
            (Sender::Stranger, Some(door)) => door,
            _ => &self.door,
        };
        // What a request left that came too late.
        while self.records.try_recv().is_ok() {}
        let from = IpAddr::from(self.cast.address(story.sender));
        let request = door.client.send(&door.front, from, story.scheme, story.request());
        let answer = timeout(Duration::from_secs(10), request).await??;
        let record = self.records.try_recv().map_err(|_| io::Error::other("nothing was logged"))?;
        Ok((answer, record))
    }

    /// Leaves nothing behind.
    async fn clear(self) {
        self.door.front.stop().await;
        if let Some(door) = self.strangers_door {
            door.front.stop().await;
        }
        for (_, backend) in self.backends {
            backend.stop().await;
        }
    }
}

impl Door {
    async fn open(
        backends: &[(&'static str, Backend)],
        trusted: &str,
        log: mpsc::Sender<Record>,
    ) -> Result<Self, DemoError> {
        let resolver = ClientIpResolver::new(trusted.parse::<TrustedProxies>()?);
        let addresses = backends.iter().map(|(name, backend)| (*name, backend.addr()));
        // Nobody answers there: each backend of the routes is named.
        let config = FrontConfig::new((PROXY, 9).into(), resolver)
            .with_routes(Routes::recommended(), addresses)
            .with_host(HOST)
            .with_public_ports(80, 443)
            .with_https_redirect(HttpsRedirect::recommended(HOST.parse()?))
            .with_log(move |exchange| {
                let record = Record {
                    line: exchange.to_string(),
                    client: exchange.client(),
                    explanation: explain(exchange),
                };
                // Who does not listen any more has left the stage.
                let _ = log.send(record);
            });
        let front = Front::start(config).await?;
        let client = Client::new(front.certificate())?;
        Ok(Self { front, client })
    }
}
