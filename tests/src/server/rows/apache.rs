//! Rows through Apache.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::nginx::{forwarded_request, redirect_request, three_fields};
use super::question::Question;
use super::site::{Asked, Checked, Listener, Running, Server, Told};
use super::{client_ip, destination, unasked};
use crate::row::{
    ClientIpRow, Directive, ForwardedInput, GuideName, NginxRedirectInput, RedirectStatusName,
    from_latin1,
};
use crate::server::apache::{Apache as RunningApache, Config, Program};
use crate::server::backend::Backend;
use crate::server::certificate::Certificate;
use crate::server::process::until;
use crate::server::{Fallible, at};
use crate::surface::{Rules, rust};

mod place;

/// Headers of any length and number; a folder of files that everybody may read.
const LIBERAL: &str = "LimitRequestFieldSize 1000000\nLimitRequestFields 0\n\
                       LimitRequestLine 1000000\nThreadsPerChild 10\nServerLimit 2\n\
                       MaxRequestWorkers 20\nStartServers 1\nMinSpareThreads 5\n\
                       MaxSpareThreads 20\n";

/// A line for each request: the module explains in a note, which is made for the log.
const LOG: &str = "CustomLog @folder@/trace.log \
                   \"%{TULEAP_SCHEME}e %{tuleap_client_ip_trace}n\"\n";

/// To the backend, without what Apache writes itself.
const SEND_ON: &str =
    "ProxyAddHeaders Off\nAllowEncodedSlashes NoDecode\nProxyPass / http://@backend@/\n";

const MODULES: &[&str] = &["headers", "proxy", "proxy_http", "ssl", "socache_shmcb"];

/// An argument in quotes that a line of configuration can hold.
const LONGEST_ARGUMENT: usize = 8000;

/// An Apache with the module.
pub(super) struct Apache {
    program: Program,
    backend: Backend,
}

impl Apache {
    pub(super) fn new(module: PathBuf) -> Fallible<Self> {
        let backend = destination::backend()?;
        Ok(Self { program: Program::with("apache2".into(), module)?, backend })
    }

    fn config(&self, text: &str) -> Config {
        let config = Config::new(format!("{LIBERAL}{LOG}{text}")).modules(MODULES);
        config.with("backend", self.backend.address())
    }
}

impl Server for Apache {
    fn ask(&self, question: &Question) -> Result<Asked, &'static str> {
        match Listener::of(question) {
            Listener::Unix => return Err(unasked::NO_UNIX),
            Listener::Mapped => return Err(unasked::NO_MAPPED),
            _ => {}
        }
        if are_lines_joined(question) {
            return Err(unasked::JOINED);
        }
        match question {
            Question::ClientIp(row) => Ok(Asked {
                site: client_ip_site(row)?,
                is_checked: true,
                request: client_ip::request(row),
            }),
            Question::Gzip(_) => Err(unasked::KIND),
            Question::Realip(..) | Question::NginxDestination(..) => Err(unasked::NOT_APACHE),
            Question::Destination(row) => match place::reason(row) {
                Some(reason) => Err(reason),
                None => Ok(Asked {
                    site: place::site(row)?,
                    is_checked: false,
                    request: destination::request(row),
                }),
            },
            Question::NginxRedirect(_, Rules::V1_22) => Err(unasked::NOT_APACHE),
            Question::NginxRedirect(input, Rules::Current) => Ok(Asked {
                site: redirect_site(input)?,
                is_checked: false,
                request: redirect_request(input),
            }),
            Question::Forwarded(input) => Ok(Asked {
                site: forwarded_site(input)?,
                is_checked: false,
                request: forwarded_request(input),
            }),
        }
    }

    fn check(&self, site: &str) -> Fallible<Checked> {
        let text =
            format!("Listen 127.0.0.1:@port@\n<VirtualHost *:@port@>\n{site}\n</VirtualHost>");
        let checked = self.program.check(&self.config(&text))?;
        let said = String::from_utf8_lossy(&unescaped(checked.said.as_bytes())).into_owned();
        Ok(Checked { is_accepted: checked.is_accepted, said })
    }

    fn start(&self, sites: &[(String, BTreeSet<Listener>)]) -> Fallible<Box<dyn Running>> {
        let (mut text, certificate) = (String::new(), Certificate::new()?);
        for (index, (site, listeners)) in sites.iter().enumerate() {
            for listener in listeners {
                text.push_str(&host(index, *listener, site, &certificate));
            }
        }
        let apache = self.program.start(&self.config(&text))?;
        Ok(Box::new(Started { apache, logged: Cell::new(0), _certificate: certificate }))
    }

    fn read(&self, question: &Question, told: &Told, said: &str) -> Value {
        match question {
            Question::ClientIp(row) => {
                let (scheme, trace) = told.logged.split_once(' ').unwrap_or_default();
                let warned = |line: &str| line.contains("httpd.conf:") && line.contains(": entry ");
                client_ip::answer(row, trace, scheme, said, warned)
            }
            Question::Destination(row) => destination::read(row, &place::lines(row), &told.answer),
            Question::NginxRedirect(..) => {
                let location = told.answer.head.values("location").next().map(from_latin1);
                json!({ "status": told.answer.status, "location": location })
            }
            _ => three_fields(&told.answer.received()),
        }
    }

    fn refused(&self, question: &Question, said: &str) -> Value {
        match question {
            Question::ClientIp(row) => client_ip::refused(row, said),
            _ => json!({ "x_real_ip": said }),
        }
    }
}

fn host(index: usize, listener: Listener, site: &str, certificate: &Certificate) -> String {
    let port = format!("@port-{}-{index}@", listener.word());
    let any = if listener == Listener::V6 { "[::]" } else { "0.0.0.0" };
    let tls = match listener {
        Listener::Tls => format!(
            "SSLEngine On\nSSLCertificateFile {}\nSSLCertificateKeyFile {}\n",
            certificate.chain(),
            certificate.key()
        ),
        _ => String::new(),
    };
    let site = if site.is_empty() { SEND_ON } else { site };
    format!("Listen {any}:{port}\n<VirtualHost *:{port}>\n{tls}{site}\n</VirtualHost>\n")
}

/// Does it matter that Apache makes one line of the lines of a header? It does where the rules
/// answer something else then, and for a line that is sent on and empty, whose blank goes.
fn are_lines_joined(question: &Question) -> bool {
    match question {
        Question::ClientIp(row) => {
            let joined = ClientIpRow { headers: joined(&row.headers), ..(**row).clone() };
            rust::strict(row) != rust::strict(&joined)
        }
        Question::Realip(..)
        | Question::NginxDestination(..)
        | Question::NginxRedirect(..)
        | Question::Destination(_)
        | Question::Gzip(_) => false,
        Question::Forwarded(input) => {
            let is_lost = |(_, value): &(String, String)| value.is_empty();
            input.headers.iter().any(is_lost) && joined(&input.headers).len() < input.headers.len()
        }
    }
}

/// Lines with one for each name.
fn joined(lines: &[(String, String)]) -> Vec<(String, String)> {
    let mut joined: Vec<(String, String)> = Vec::new();
    for (name, value) in lines {
        match joined.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, all)) => {
                all.push_str(", ");
                all.push_str(value);
            }
            None => joined.push((name.clone(), value.clone())),
        }
    }
    joined
}

/// An argument in quotes.
fn quoted(text: &str) -> Result<String, &'static str> {
    if text.contains(['\0', '\n', '\r', '@']) {
        return Err(unasked::NO_ARGUMENT);
    }
    if text.len() > LONGEST_ARGUMENT {
        return Err(unasked::TOO_LONG);
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn client_ip_site(row: &ClientIpRow) -> Result<String, &'static str> {
    let options = &row.options;
    let mut site = "TuleapClientIP On\nTuleapClientIPTrace On\n".to_owned();
    if let Some(list) = client_ip::list(row, quoted)? {
        let _ = writeln!(site, "TuleapTrustedProxies {list}");
    }
    if let Some(source) = &options.source {
        let names: Vec<String> =
            source.words().into_iter().map(quoted).collect::<Result<_, _>>()?;
        let _ = writeln!(site, "TuleapClientIPHeader {}", names.join(" "));
    }
    if let Some(count) = options.hops {
        let any = if options.peer_any { " danger_any_peer" } else { "" };
        let _ = writeln!(site, "TuleapClientIPHops {count}{any}");
    }
    if let Some(count) = options.max_hops {
        let _ = writeln!(site, "TuleapClientIPMaxHops {count}");
    }
    site.push_str(SEND_ON);
    Ok(site)
}

fn forwarded_site(input: &ForwardedInput) -> Result<String, &'static str> {
    if input.directives() != [Directive::Write; 3] {
        return Err(unasked::PARTS);
    }
    Ok(format!("TuleapClientIP On\nTuleapForwardedHeaders documented\n{SEND_ON}"))
}

/// The guide's line, as the directive has it; a page is there for who stays.
fn redirect_site(input: &NginxRedirectInput) -> Result<String, &'static str> {
    let documented = input.documented();
    let guide = match documented.guide {
        GuideName::Distributed => "Documented=distributed",
        GuideName::ReverseProxy => "Documented=reverse-proxy",
    };
    let status = match input.status() {
        RedirectStatusName::BySafety => "by-safety",
        RedirectStatusName::MovedPermanently => "301",
        RedirectStatusName::Found => "302",
        RedirectStatusName::SeeOther => "303",
        RedirectStatusName::TemporaryRedirect => "307",
        RedirectStatusName::PermanentRedirect => "308",
    };
    let name = quoted(&documented.server_name)?;
    Ok(format!("TuleapHttpsRedirect {name} {guide} status={status}\n{SEND_ON}"))
}

struct Started {
    apache: RunningApache,
    /// Lines of the log that were read.
    logged: Cell<usize>,
    _certificate: Certificate,
}

impl Running for Started {
    fn port(&self, site: usize, listener: Listener) -> Fallible<u16> {
        self.apache.port(&format!("port-{}-{site}", listener.word()))
    }

    fn socket(&self, _: usize) -> PathBuf {
        PathBuf::new()
    }

    /// The next line. It is written once the client has its answer.
    fn logged(&self) -> Fallible<String> {
        let path = self.apache.folder().join("trace.log");
        let line = until("a line in the log", || {
            let log = std::fs::read(&path).unwrap_or_default();
            let line = log.split_inclusive(|byte| *byte == b'\n').nth(self.logged.get());
            Ok(line.filter(|line| line.ends_with(b"\n")).map(unescaped))
        })?;
        self.logged.set(self.logged.get() + 1);
        String::from_utf8(line).map_err(at("the log"))
    }

    fn end(self: Box<Self>) -> Fallible<()> {
        // It logs risky lists and requests that it refuses: that is what rows are about.
        self.apache.end()
    }
}

/// What Apache escaped in a log.
fn unescaped(line: &[u8]) -> Vec<u8> {
    let (mut text, mut rest) = (Vec::new(), line.strip_suffix(b"\n").unwrap_or(line));
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = match after {
            [b'x', high, low, after @ ..] if *first == b'\\' => (hex(*high, *low), after),
            [b'n', after @ ..] if *first == b'\\' => (b'\n', after),
            [b't', after @ ..] if *first == b'\\' => (b'\t', after),
            [byte, after @ ..] if *first == b'\\' => (*byte, after),
            after => (*first, after),
        };
        text.push(byte);
        rest = after;
    }
    text
}

fn hex(high: u8, low: u8) -> u8 {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digit(high).unwrap_or(0) * 16 + digit(low).unwrap_or(0)
}
