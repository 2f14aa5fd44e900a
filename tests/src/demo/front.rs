//! The front: a real server with the guide's configuration, and what it says about a request.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde_json::Value;

use super::journal::Journal;
use super::stories::{Door, Story};
use super::texts::{self, Texts};
use crate::server::apache::{self, Apache};
use crate::server::certificate::Certificate;
use crate::server::client::{Client, Way, request};
use crate::server::nginx::{self, Nginx};
use crate::server::{Fallible, at};

/// Which server is the front, with our module.
#[derive(Clone, Debug)]
pub enum Program {
    /// nginx.
    Nginx(nginx::Program),
    /// Apache httpd.
    Apache(apache::Program),
}

impl Program {
    /// The installed server of this name, `nginx` or `apache`, and the module for it.
    ///
    /// # Errors
    ///
    /// Why it cannot be used.
    pub fn new(name: &str, module: PathBuf) -> Fallible<Self> {
        match name {
            "nginx" => nginx::Program::with("nginx".into(), module).map(Self::Nginx),
            "apache" => apache::Program::with("apache2".into(), module).map(Self::Apache),
            _ => Err(format!("{name} is neither nginx nor apache")),
        }
    }

    /// How it is called, with its version where that is known.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Nginx(program) => {
                let (major, minor, patch) = program.version;
                format!("nginx {major}.{minor}.{patch}")
            }
            Self::Apache(_) => "Apache httpd".to_owned(),
        }
    }

    pub(super) fn texts(&self) -> &'static Texts {
        match self {
            Self::Nginx(_) => &texts::NGINX,
            Self::Apache(_) => &texts::APACHE,
        }
    }
}

/// What the guide's configuration is completed with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Setup {
    /// The three lines, in the place of the guide's header lines.
    Ours,
    /// The three lines, and the guide's header lines left in.
    GuideKept,
    /// The server's own directives, and the guide's header lines.
    Stock,
}

/// A running front; it ends with this value.
#[derive(Debug)]
pub(super) struct Front {
    server: Server,
    access: Journal,
    decisions: Option<Journal>,
}

/// Either of them; it ends with this value.
#[derive(Debug)]
pub(super) enum Server {
    Nginx(Box<Nginx>),
    Apache(Box<Apache>),
}

/// What became of a request.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) status: u16,
    /// What the backend got, by name.
    pub(super) received: Vec<(String, String)>,
    /// The line of the access log; it begins with the address that the server itself uses.
    pub(super) line: String,
    pub(super) decision: Option<Decision>,
}

impl Exchange {
    /// The address that the server itself uses.
    pub(super) fn remote_addr(&self) -> &str {
        self.line.split(' ').next().unwrap_or_default()
    }

    /// What the backend got by this name; several lines as one list.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let lines = self.received.iter().filter(|(known, _)| known == name);
        let values: Vec<&str> = lines.map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// What our module says it decided.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) kind: String,
    /// With its topic: `client-ip/first-untrusted`.
    pub(super) reason: String,
    /// The steps.
    pub(super) trace: Value,
}

impl Front {
    pub(super) fn start(
        program: &Program,
        setup: Setup,
        certificate: &Certificate,
        backend: SocketAddr,
    ) -> Fallible<Self> {
        let texts = program.texts();
        let values = [
            ("client-ip", texts.client_ip(setup).to_owned()),
            ("headers", texts.headers(setup).to_owned()),
            ("log-formats", texts.log_formats(setup).to_owned()),
            ("logs", texts.logs(setup).to_owned()),
            ("chain", certificate.chain()),
            ("key", certificate.key()),
            ("backend", backend.to_string()),
        ];
        let server = Server::start(program, texts.demo, texts.modules(setup), &values)?;
        let journal = |name: &str| Journal::new(server.path(name));
        let decisions = (setup == Setup::Ours).then(|| journal("decisions.log"));
        Ok(Self { access: journal("access.log"), decisions, server })
    }

    /// The port of a door.
    pub(super) fn port(&self, door: Door) -> Fallible<u16> {
        let place = match door {
            Door::Http => "port-http",
            Door::Https => "port-https",
        };
        self.server.port(place)
    }

    /// Sends the story's request, and waits until it is logged.
    pub(super) fn play(&mut self, story: &Story) -> Fallible<Exchange> {
        let from = IpAddr::from(story.sender.address());
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port(story.door)?));
        let way = match story.door {
            Door::Http => Way::Tcp { from: Some(from), to },
            Door::Https => Way::Tls { from: Some(from), to },
        };
        let lines = story.sent().into_iter();
        let lines: Vec<_> = lines.map(|(name, value)| (name.into(), value.into())).collect();
        let answer = Client::new(way).send(&request(PATH, &lines))?;
        if answer.status == 0 {
            return Err("the front closes the connection".to_owned());
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let received = answer.received().lines;
        let mut received: Vec<_> = received
            .iter()
            .map(|(name, value)| (text(name).to_ascii_lowercase(), text(value)))
            // How long the connection to it lives is between the backend and its server.
            .filter(|(name, _)| name != "connection")
            .collect();
        received.sort();
        let line = self.access.next_line()?;
        let decision = self.decisions.as_mut().map(Journal::next_line).transpose()?;
        let decision = decision.map(|line| Decision::read(&line)).transpose()?;
        Ok(Exchange { status: answer.status, received, line, decision })
    }

    /// What was logged since the last time.
    pub(super) fn logged(&mut self) -> Vec<String> {
        self.access.new_lines()
    }

    /// Ends it, every request finished and nothing in its error log.
    pub(super) fn stop(self) -> Fallible<()> {
        self.server.stop()
    }
}

impl Server {
    /// With this configuration; the modules are Apache's own.
    pub(super) fn start(
        program: &Program,
        text: &str,
        modules: &[&'static str],
        values: &[(&str, String)],
    ) -> Fallible<Self> {
        Ok(match program {
            Program::Nginx(program) => {
                let config = nginx::Config::http(text);
                let config =
                    values.iter().fold(config, |config, (name, value)| config.with(name, value));
                Self::Nginx(Box::new(program.start(&config)?))
            }
            Program::Apache(program) => {
                // About certificates that nobody signed, mod_ssl has warnings.
                let config = apache::Config::new(text).modules(modules).log_level("error");
                let config =
                    values.iter().fold(config, |config, (name, value)| config.with(name, value));
                Self::Apache(Box::new(program.start(&config)?))
            }
        })
    }

    /// The port of a place.
    pub(super) fn port(&self, place: &str) -> Fallible<u16> {
        match self {
            Self::Nginx(server) => server.port(place),
            Self::Apache(server) => server.port(place),
        }
    }

    /// Ends it, every request finished and nothing in its error log.
    pub(super) fn stop(self) -> Fallible<()> {
        match self {
            Self::Nginx(server) => server.quit(),
            Self::Apache(server) => server.stop(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        match self {
            Self::Nginx(server) => server.folder().join(name),
            Self::Apache(server) => server.folder().join(name),
        }
    }
}

/// What is asked for.
pub(super) const PATH: &str = "/plugins/tracker/";

impl Decision {
    /// From a line `KIND REASON TRACE`.
    fn read(line: &str) -> Fallible<Self> {
        let mut words = line.splitn(3, ' ');
        let mut word =
            || words.next().map(str::to_owned).ok_or_else(|| format!("no trace: {line}"));
        let (kind, reason, trace) = (word()?, word()?, word()?);
        // Apache writes JSON as it writes any other text, with a backslash before a quote.
        let trace = trace.replace("\\\\", "\\").replace("\\\"", "\"");
        let trace = serde_json::from_str(&trace).map_err(at(&trace))?;
        Ok(Self { kind, reason, trace })
    }
}
