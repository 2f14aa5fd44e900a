//! Sites: what rows say of the configuration, and how they are asked.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use serde_json::{Value, json};

use super::question::Question;
use super::{namespace, unasked};
use crate::server::Fallible;
use crate::server::client::{Answer, Client, Way};

/// A row as a server is asked it.
pub(super) struct Asked {
    /// Directives of the row's site.
    pub(super) site: String,
    /// Directives that are checked by themselves; then nothing is sent if they are refused.
    pub(super) is_checked: bool,
    /// The request.
    pub(super) request: Vec<u8>,
}

/// What a server says of a configuration.
pub(super) struct Checked {
    pub(super) is_accepted: bool,
    pub(super) said: String,
}

/// What a server tells of a request.
pub(super) struct Told {
    pub(super) answer: Answer,
    pub(super) logged: String,
}

/// A server that rows are asked through.
pub(super) trait Server {
    /// How the row is asked, or why it is not.
    fn ask(&self, question: &Question) -> Result<Asked, &'static str>;

    /// What it says of a configuration with this one site.
    fn check(&self, site: &str) -> Fallible<Checked>;

    /// Starts it with these sites, and with one without the module's directives: it is the last.
    fn start(&self, sites: &[(String, BTreeSet<Listener>)]) -> Fallible<Box<dyn Running>>;

    /// The row's answer from the server's, and from what it said of the configuration.
    fn read(&self, question: &Question, told: &Told, said: &str) -> Value;

    /// The row's answer where the configuration is refused.
    fn refused(&self, question: &Question, said: &str) -> Value;
}

/// A server that runs.
pub(super) trait Running {
    /// Where a site listens so.
    fn port(&self, site: usize, listener: Listener) -> Fallible<u16>;

    /// The local socket of a site.
    fn socket(&self, site: usize) -> std::path::PathBuf;

    /// What was logged of the request that was just answered.
    fn logged(&self) -> Fallible<String>;

    /// Ends it.
    fn end(self: Box<Self>) -> Fallible<()>;
}

/// How a site listens.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Listener {
    V4,
    V6,
    /// IPv4 clients have IPv4-mapped addresses.
    Mapped,
    Unix,
    Tls,
}

impl Listener {
    pub(super) fn of(question: &Question) -> Self {
        let address = question.peer().and_then(|peer| peer.parse::<IpAddr>().ok());
        match address {
            None => Self::Unix,
            Some(_) if question.is_tls() => Self::Tls,
            Some(IpAddr::V4(_)) => Self::V4,
            Some(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_some() => Self::Mapped,
            Some(IpAddr::V6(_)) => Self::V6,
        }
    }

    /// A word for places.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::V4 => "v4",
            Self::V6 => "v6",
            Self::Mapped => "mapped",
            Self::Unix => "unix",
            Self::Tls => "tls",
        }
    }
}

/// Asks all of them.
pub(super) fn ask_all(server: &dyn Server, questions: &[Question]) -> Fallible<Vec<Value>> {
    let plans: Vec<Result<Asked, &'static str>> = questions
        .iter()
        .map(|question| match unasked::reason(question) {
            Some(reason) => Err(reason),
            None => server.ask(question),
        })
        .collect();
    if plans.iter().all(Result::is_err) {
        return Ok(plans.into_iter().filter_map(Result::err).map(skip).collect());
    }
    let sites = Sites::of(server, questions, &plans)?;
    let mut addresses = BTreeSet::new();
    for (question, _) in questions.iter().zip(&plans).filter(|(_, plan)| plan.is_ok()) {
        addresses.extend(question.peer().and_then(own_address));
    }
    namespace::add(&addresses)?;
    let running = server.start(&sites.accepted)?;
    let answers = questions
        .iter()
        .zip(&plans)
        .map(|(question, plan)| match plan {
            Err(reason) => Ok(skip(reason)),
            Ok(asked) => sites.ask(server, running.as_ref(), question, asked),
        })
        .collect();
    running.end()?;
    answers
}

fn skip(reason: &str) -> Value {
    json!({ "skip": reason })
}

/// The address that a client binds to.
fn own_address(peer: &str) -> Option<IpAddr> {
    peer.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Every site that some row needs.
struct Sites {
    /// Those that the server accepts; the last has none of our directives.
    accepted: Vec<(String, BTreeSet<Listener>)>,
    /// Its place among them, or nothing, and what the server said.
    known: BTreeMap<String, (Option<usize>, String)>,
}

impl Sites {
    fn of(
        server: &dyn Server,
        questions: &[Question],
        plans: &[Result<Asked, &'static str>],
    ) -> Fallible<Self> {
        let mut wanted: BTreeMap<&str, (bool, BTreeSet<Listener>)> = BTreeMap::new();
        let mut stock = BTreeSet::new();
        for (question, plan) in questions.iter().zip(plans) {
            let Ok(asked) = plan else { continue };
            let (is_checked, listeners) = wanted.entry(&asked.site).or_default();
            *is_checked |= asked.is_checked;
            listeners.insert(Listener::of(question));
            stock.insert(Listener::of(question));
        }
        let mut sites = Self { accepted: Vec::new(), known: BTreeMap::new() };
        for (site, (is_checked, listeners)) in wanted {
            let checked = match is_checked {
                true => server.check(site)?,
                false => Checked { is_accepted: true, said: String::new() },
            };
            let place = checked.is_accepted.then_some(sites.accepted.len());
            if checked.is_accepted {
                sites.accepted.push((site.to_owned(), listeners));
            }
            sites.known.insert(site.to_owned(), (place, checked.said));
        }
        sites.accepted.push((String::new(), stock));
        Ok(sites)
    }

    fn ask(
        &self,
        server: &dyn Server,
        running: &dyn Running,
        question: &Question,
        asked: &Asked,
    ) -> Fallible<Value> {
        let (place, said) = self.known.get(&asked.site).ok_or("an unknown site")?;
        let Some(place) = *place else { return Ok(server.refused(question, said)) };
        let told = send(running, place, question, &asked.request)?;
        if unasked::is_refusal(told.answer.status) {
            let stock = self.accepted.len() - 1;
            let without = send(running, stock, question, &asked.request)?;
            if without.answer.status == told.answer.status {
                return Ok(skip(unasked::REFUSED));
            }
        }
        Ok(server.read(question, &told, said))
    }
}

fn send(running: &dyn Running, site: usize, question: &Question, request: &[u8]) -> Fallible<Told> {
    let listener = Listener::of(question);
    let peer = question.peer().and_then(own_address);
    let way = match peer {
        None => Way::Unix(running.socket(site)),
        Some(peer) => {
            let port = running.port(site, listener)?;
            let (from, to) = (Some(peer), target(peer, port));
            if listener == Listener::Tls { Way::Tls { from, to } } else { Way::Tcp { from, to } }
        }
    };
    let answer = Client::new(way).send(request)?;
    Ok(Told { answer, logged: running.logged()? })
}

/// The server's address for a client that has this one.
fn target(peer: IpAddr, port: u16) -> SocketAddr {
    /// The number of the loopback.
    const LOOPBACK: u32 = 1;
    match peer {
        IpAddr::V4(_) => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        IpAddr::V6(v6) if v6.is_unicast_link_local() => {
            SocketAddrV6::new(v6, port, 0, LOOPBACK).into()
        }
        IpAddr::V6(_) => SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
    }
}
