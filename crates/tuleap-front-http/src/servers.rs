mod answer;
mod error;
mod facts;
mod names;
mod pass;
#[cfg(feature = "serde")]
mod serialize;
mod text;
mod value;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

pub use self::answer::{PassedRequest, ServerAnswer};
pub use self::error::{NginxServersError, NginxServersFault};
pub use self::facts::ServerFacts;
pub use self::names::ServerReason;

use self::names::Names;
use self::pass::Pass;
use self::text::ServerText;
use self::value::Context;
use crate::head::{HeadOptions, HeadReason, HeaderNames, RequestHead};
use crate::locations::Locations;
use crate::nginx::NginxRules;
use crate::request_target::MergeSlashes;
use crate::routes::encoded;

/// The servers of one listening address, as nginx has them: which one a request is for, which
/// location takes it, and what the next server is sent.
///
/// The text is nginx's: blocks `server` with `server_name`, `underscores_in_headers`,
/// `ignore_invalid_headers`, `merge_slashes` and `location`; in a location, or for all of them in
/// the server, `proxy_set_header`; and `proxy_pass`, with a path or without. The first server is
/// the default one. Anything else is refused.
///
/// - A server is chosen by the host of an absolute target, or else by `Host`: by its name, by the
///   longest name with `*` at the start, by the longest one with `*` at the end, by the first
///   expression that matches; otherwise it is the first one.
/// - How header names and slashes are read is said by the server that is known by then: the first
///   one, until the host is.
/// - A location with a line `proxy_set_header` has none of the server's. An empty value removes a
///   header.
/// - `proxy_pass` without a path passes the target byte for byte; with one it passes the path as
///   locations see it, which is escaped again only if the target held `%`.
///
/// Not looked at: nested locations, `if`, `rewrite`, bodies (a chunked one has its length
/// when nginx passes it), and how long lines may be.
///
/// # Untrusted input
///
/// Any bytes get an answer, in time that is linear in them for each line and each name with an
/// expression. What is sent on is what nginx sends: a client's `Forwarded` or `X-Original-URL`
/// passes unless a line removes it ([`ForwardedHop`](crate::ForwardedHop) is the other way), and a
/// line with `$uri` holds whatever the path is decoded to, line ends too.
///
/// ```
/// use tuleap_front_http::{HeadReason, NginxAddr, NginxServers, Scheme, ServerFacts};
///
/// let servers: NginxServers = "
///     server {
///         server_name tuleap.example.com;
///         location / {
///             proxy_set_header Host $host;
///             proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
///             proxy_pass http://127.0.0.1:8080;
///         }
///     }
/// ".parse()?;
/// let facts = ServerFacts {
///     remote_addr: NginxAddr::parse(b"192.0.2.7").unwrap(),
///     scheme: Scheme::Https,
/// };
/// let head = b"GET //a%2Fb HTTP/1.1\r\nHost: TULEAP.example.com:443\r\nForwarded: for=6\r\n\r\n";
/// let answer = servers.answer(head, &facts)?;
/// assert_eq!(answer.host(), b"tuleap.example.com");
///
/// let sent = answer.upstream().unwrap();
/// assert_eq!((sent.backend(), sent.target()), ("http://127.0.0.1:8080", &b"//a%2Fb"[..]));
/// let line = |index: usize| {
///     let (name, value) = &sent.lines()[index];
///     format!("{}: {}", String::from_utf8_lossy(name), String::from_utf8_lossy(value))
/// };
/// assert_eq!(line(1), "X-Forwarded-For: 192.0.2.7");
/// assert_eq!(line(2), "Forwarded: for=6");
///
/// let refused = servers.answer(b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", &facts).unwrap_err();
/// assert_eq!(refused.code(), "host/byte");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NginxServers {
    servers: Vec<Server>,
    names: Names,
    rules: NginxRules,
}

#[derive(Clone, Debug)]
struct Server {
    server_name: String,
    names: HeaderNames,
    merge_slashes: MergeSlashes,
    /// `None` where there is none.
    locations: Option<Locations>,
    /// What each location passes on.
    passes: Vec<Option<Pass>>,
    /// Paths that get a slash.
    slashless: Vec<Box<[u8]>>,
    text: ServerText,
}

impl NginxServers {
    /// The rules of this version of nginx; those of the current one otherwise.
    #[must_use]
    pub fn with_rules(mut self, rules: NginxRules) -> Self {
        self.rules = rules;
        self
    }

    /// What becomes of the request whose head starts here.
    ///
    /// # Errors
    ///
    /// Where nginx answers 400, 405, 501 or 505.
    pub fn answer<'a>(
        &'a self,
        head: &'a [u8],
        facts: &ServerFacts,
    ) -> Result<ServerAnswer<'a>, HeadReason> {
        let named = |host: &[u8]| {
            let (index, reason) = self.names.find(host);
            (index, reason, self.servers.get(index))
        };
        let first = self.servers.first();
        let options = HeadOptions {
            merge_slashes: first.map_or(MergeSlashes::On, |server| server.merge_slashes),
            names: first.map_or(HeaderNames::Plain, |server| server.names),
            rules: self.rules,
        };
        let head = RequestHead::parse_for(head, &options, |host| {
            let server = host.and_then(|host| named(host.as_bytes()).2);
            server.map_or(options.names, |server| server.names)
        })?;
        let (index, reason, server) = match head.host() {
            Some(host) => named(host.as_bytes()),
            None => named(b""),
        };
        let server_name = server.map_or("", |server| server.server_name.as_str());
        let host = match head.host() {
            Some(host) => host.clone().into_bytes(),
            None => Cow::Borrowed(server_name.as_bytes()),
        };
        let mut answer = ServerAnswer {
            head,
            server: index,
            reason,
            server_name,
            host,
            location: None,
            upstream: None,
            redirect: None,
        };
        if let Some(server) = server {
            server.take(&mut answer, facts, self.rules);
        }
        Ok(answer)
    }
}

impl Server {
    /// The location, and what it does.
    fn take<'a>(&'a self, answer: &mut ServerAnswer<'a>, facts: &ServerFacts, rules: NginxRules) {
        let target = answer.head.target();
        if self.slashless.iter().any(|path| **path == *target.uri()) {
            answer.redirect = Some(encoded(target.uri(), b"/", target.args()));
            return;
        }
        let locations = self.locations.as_ref();
        let Some(found) = locations.and_then(|locations| locations.find(target.uri())) else {
            return;
        };
        answer.location = Some(found.rule());
        let Some(Some(pass)) = self.passes.get(found.index()) else { return };
        let context = Context {
            head: &answer.head,
            facts,
            host: &answer.host,
            server_name: answer.server_name,
            proxy_host: "",
            rules,
        };
        let upstream = pass.request(&context, answer.head.lines());
        answer.upstream = Some(upstream);
    }
}

impl FromStr for NginxServers {
    type Err = NginxServersError;

    fn from_str(text: &str) -> Result<Self, NginxServersError> {
        text::parse(text)
    }
}

/// As it is read.
impl fmt::Display for NginxServers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.servers.iter().try_for_each(|server| server.text.fmt(out))
    }
}
