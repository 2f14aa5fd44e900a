//! `tuleap-front explain`.

use std::io::{self, Write as _};
use std::num::NonZeroU8;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use tuleap_front::{
    CachePolicyError, DestinationOriginError, ExpiresError, GzipPolicyError, HeadReason,
    HostReason, HttpsOriginError, Peer, ProxyChainError, RequestTargetReason, RoutesError,
    escape_json_controls,
};

use crate::decision::{self, ConfigError, Policies};
use crate::request::{Fact, Local, Mode, OneOrMany, Options, Request, TextEncoding};
use crate::words::Format;
use crate::{Failure, batch, cache, destination, gzip, head, redirect, route, text};

#[derive(Args, Debug)]
#[command(
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    noun: Option<Noun>,

    /// A file with the raw request head, or - for standard input. Not needed with -H.
    head: Option<PathBuf>,

    /// The other end of the connection: an address, or unix:.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "batch")]
    peer: Option<String>,

    /// The trusted proxies, as in $sys_trusted_proxies: addresses, networks, loopback, linklocal,
    /// uniquelocal, private_ranges, cgnat and unix:, with commas or blanks between them.
    #[arg(long, value_name = "LIST", default_value = "", hide_default_value = true)]
    trusted: String,

    /// A header line of the request; may be given several times.
    #[arg(short = 'H', long = "line", value_name = "NAME: VALUE")]
    lines: Vec<String>,

    /// The header that names the client.
    #[arg(long, value_name = "NAME", default_value = "X-Forwarded-For")]
    header: String,

    /// A header to read where that one is absent; may be given several times.
    #[arg(long, value_name = "NAME")]
    fallback_header: Vec<String>,

    /// Take the n-th entry from the right instead of testing each against the list. The peer must
    /// be in the list all the same.
    #[arg(long, value_name = "N")]
    hops: Option<NonZeroU8>,

    /// With --hops: whatever the peer. Whoever reaches the server directly names its own address.
    #[arg(long, requires = "hops")]
    danger_any_peer: bool,

    /// Walk over at most so many entries of our own.
    #[arg(long, value_name = "N", default_value = "32")]
    max_hops: NonZeroU8,

    /// Accept a list that trusts everybody.
    #[arg(long)]
    allow_trust_all: bool,

    /// Read X-Forwarded-Host (or host=), and accept these hosts; may be given several times.
    #[arg(long, value_name = "HOST")]
    allowed_host: Vec<String>,

    /// Read X-Forwarded-Port.
    #[arg(long)]
    forwarded_port: bool,

    /// Take the n-th value of X-Forwarded-Proto from the right.
    #[arg(long, value_name = "N")]
    proto_hops: Option<NonZeroU8>,

    /// What the listener itself speaks: http or https.
    #[arg(long, value_name = "SCHEME", default_value = "http")]
    local_scheme: String,

    /// The listener's host; the request's Host line is used if there is one.
    #[arg(long, value_name = "HOST", default_value = "localhost")]
    local_host: String,

    /// The listener's port; 80 or 443 by scheme unless told.
    #[arg(long, value_name = "PORT")]
    local_port: Option<u16>,

    /// Whose rules: ours, nginx's realip (with --header as real_ip_header), or Tuleap's own beside
    /// ours. The other dialects answer in JSON.
    #[arg(long, value_enum, default_value_t = Mode::Strict)]
    dialect: Mode,

    /// real_ip_recursive on, for the nginx dialects.
    #[arg(long)]
    real_ip_recursive: bool,

    /// For people, or one JSON object per request.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Read requests as JSON lines from standard input and answer each with one JSON line.
    ///
    /// A line has peer, headers ([[name, value], …]), trusted ([entry, …]) or trusted_string, and
    /// options: source, hops, max_hops, peer_any, allow_trust_all, trust, proto_hops,
    /// allowed_hosts, local, and mode, which is a dialect (with recursive and real_ip_header). A
    /// configuration that is refused is an answer, config_error.
    ///
    /// A line with a kind asks something else: destination, nginx-destination, https-redirect,
    /// nginx-redirect, proxy-chain, request-line, request-target, locations, nginx-location, routes,
    /// gzip, cache, request-head, servers; its fields are those of the cases in tests/vectors.
    #[arg(long, conflicts_with_all = [
        "peer", "lines", "head", "trusted", "header", "fallback_header", "hops", "danger_any_peer",
        "max_hops", "allow_trust_all", "allowed_host", "forwarded_port", "proto_hops",
        "local_scheme", "local_host", "local_port", "dialect", "real_ip_recursive", "format",
    ])]
    batch: bool,
}

/// What else can be explained.
#[derive(Debug, Subcommand)]
enum Noun {
    Cache(Box<cache::Arguments>),
    Chain(redirect::ChainArguments),
    Destination(Box<destination::Arguments>),
    Gzip(Box<gzip::Arguments>),
    Redirect(redirect::RedirectArguments),
    Route(route::Arguments),
}

const EXAMPLES: &str = "\
Examples:
  A request as a proxy received it:
    printf 'GET / HTTP/1.1\\r\\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\\r\\n\\r\\n' |
      tuleap-front explain --peer 127.0.0.1 --trusted 127.0.0.1

  Header lines on the command line, for a script:
    tuleap-front explain --peer 10.0.0.1 --trusted 10.0.0.0/8 --format json \\
      -H 'X-Forwarded-For: 203.0.113.9' -H 'X-Forwarded-Proto: https'

  What nginx's realip would have answered:
    tuleap-front explain --dialect nginx-1.22 --peer 10.0.0.1 --trusted 10.0.0.0/8 \\
      -H 'X-Forwarded-For: 203.0.113.9'

  Many requests:
    tuleap-front explain --batch <<'END'
    {\"peer\":\"10.0.0.1\",\"trusted\":[\"10.0.0.0/8\"],\"headers\":[[\"X-Forwarded-For\",\"203.0.113.9\"]]}
    END

Exit status: 0 answered, 2 the request or the configuration could not be used.";

/// Why there is nothing to answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UsageError {
    #[error(
        "--peer {peer:?} is not an address: write one such as 127.0.0.1, without port, or unix:"
    )]
    Peer { peer: String },
    #[error("-H {line:?} is not a header line: write NAME: VALUE")]
    Line { line: String },
    #[error("cannot read {}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("cannot read standard input: {0}")]
    Input(io::Error),
    #[error("standard input is a terminal: give a file with the request head, or -H lines")]
    Terminal,
    #[error("the request head is not HTTP/1: {0}")]
    Head(httparse::Error),
    #[error("the request head is empty: give the lines as the server received them, or -H lines")]
    EmptyHead,
    #[error("the request head ends in the middle of a line")]
    PartialHead,
    #[error("{0}")]
    Config(#[from] ConfigError),
    #[error("{flag}: {error}")]
    Origin { flag: &'static str, error: DestinationOriginError },
    #[error("--to or --server-name: {0}")]
    HttpsOrigin(#[from] HttpsOriginError),
    #[error("{0}")]
    Chain(ProxyChainError),
    #[error("{0}")]
    Routes(RoutesError),
    #[error("the target is answered {}: {}", .0.status().as_u16(), .0.text())]
    Target(RequestTargetReason),
    #[error("--policy: {error}: write {known}, or the name of a file that is there")]
    Policy { known: &'static str, error: Box<Self> },
    #[error("--policy: {0}")]
    Gzip(GzipPolicyError),
    #[error("--policy or --key: {0}")]
    Cache(CachePolicyError),
    #[error("--expires: {0}")]
    Expires(ExpiresError),
    #[error("nginx answers the request {}: {}", .0.status().as_u16(), .0.text())]
    Request(HeadReason),
    #[error("the head of the answer cannot be read: {}", .0.text())]
    Response(HeadReason),
    #[error("there is no head of a request: give it before that of the answer, as curl -v does")]
    NoRequest,
    #[error("there is no head of an answer: give it behind that of the request, or --response")]
    NoResponse,
    #[error("the request has no Host: give --host")]
    NoHost,
    #[error("the host is refused: {}", .0.text())]
    Host(HostReason),
    #[error("{url:?} is not a URL: write one such as https://tuleap.example.com/a.js")]
    Url { url: String },
    #[error("{0} lines could not be answered")]
    Lines(usize),
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.noun {
        Some(Noun::Cache(arguments)) => return cache::run(arguments),
        Some(Noun::Chain(arguments)) => return redirect::chain(arguments),
        Some(Noun::Destination(arguments)) => return destination::run(arguments),
        Some(Noun::Gzip(arguments)) => return gzip::run(arguments),
        Some(Noun::Redirect(arguments)) => return redirect::redirect(arguments),
        Some(Noun::Route(arguments)) => return route::run(arguments),
        None => {}
    }
    if arguments.batch {
        return batch::run(io::stdin().lock(), io::stdout().lock());
    }
    let request = arguments.request()?;
    if arguments.format == Format::Json || request.options.mode != Mode::Strict {
        let answer = decision::answer(&request).map_err(UsageError::from)?;
        if let Some(message) =
            answer.pointer("/config_error/message").and_then(|text| text.as_str())
        {
            return Err(UsageError::Config(ConfigError::Refused(message.to_owned())).into());
        }
        return Ok(writeln!(io::stdout(), "{}", escape_json_controls(answer.to_string()))?);
    }
    let policies = Policies::new(&request).map_err(UsageError::from)?;
    let headers = decision::headers(&request);
    let shown = policies.decide(&request, &headers, text::write).map_err(UsageError::from)?;
    Ok(anstream::stdout().write_all(shown.as_bytes())?)
}

impl Arguments {
    fn request(&self) -> Result<Request, UsageError> {
        if let Some(peer) = self.peer.as_ref().filter(|peer| Peer::parse(peer.as_bytes()).is_none())
        {
            return Err(UsageError::Peer { peer: peer.clone() });
        }
        let headers = self.headers()?;
        let host = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
        let default_port = if self.local_scheme.eq_ignore_ascii_case("https") { 443 } else { 80 };
        let local = Local {
            scheme: self.local_scheme.clone(),
            host: host.map_or_else(|| self.local_host.clone(), |(_, value)| value.clone()),
            port: self.local_port.unwrap_or(default_port),
        };
        let sources = std::iter::once(&self.header).chain(&self.fallback_header).cloned();
        let is_nginx = matches!(self.dialect, Mode::Nginx122 | Mode::NginxCurrent);
        Ok(Request {
            peer: self.peer.clone(),
            trusted: if is_nginx { self.trusted_entries() } else { Vec::new() },
            trusted_string: Some(self.trusted.clone()),
            options: Options {
                source: Some(OneOrMany::Many(sources.collect())),
                hops: self.hops,
                max_hops: Some(self.max_hops),
                peer_any: self.danger_any_peer,
                allow_trust_all: self.allow_trust_all,
                trust: Some(self.facts()),
                proto_hops: self.proto_hops,
                allowed_hosts: self.allowed_host.clone(),
                local,
                mode: self.dialect,
                recursive: self.real_ip_recursive,
                real_ip_header: Some(self.header.clone()),
                text: TextEncoding::Latin1,
                ..Options::default()
            },
            headers,
        })
    }

    fn trusted_entries(&self) -> Vec<String> {
        let entries = self.trusted.split([',', ' ', '\t', '\n']);
        entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
    }

    fn facts(&self) -> Vec<Fact> {
        let host = (!self.allowed_host.is_empty()).then_some(Fact::Host);
        let port = self.forwarded_port.then_some(Fact::Port);
        [Some(Fact::For), Some(Fact::Proto), host, port].into_iter().flatten().collect()
    }

    /// The lines of the head, then those of `-H`.
    fn headers(&self) -> Result<Vec<(String, String)>, UsageError> {
        let mut headers = match &self.head {
            None if !self.lines.is_empty() => Vec::new(),
            path => head::read(path.as_deref())?.into_latin1(),
        };
        for line in &self.lines {
            let Some((name, value)) = line.split_once(':').filter(|(name, _)| !name.is_empty())
            else {
                return Err(UsageError::Line { line: line.clone() });
            };
            let value = value.trim_matches([' ', '\t']);
            // Arguments are UTF-8 here; the request carries their bytes as Latin-1.
            headers.push((name.to_owned(), value.bytes().map(char::from).collect()));
        }
        Ok(headers)
    }
}
