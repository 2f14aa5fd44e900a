use std::borrow::Cow;
use std::fmt;

use super::names::ServerReason;
use crate::head::RequestHead;
use crate::locations::LocationRule;
use crate::response_line::ResponseLine;

/// What becomes of a request: which server and which location take it, and what the next server
/// is sent. Where there is neither [`upstream`](Self::upstream) nor [`redirect`](Self::redirect),
/// the server answers itself.
///
/// `Display` writes it for people, and with the feature `serde` it is one JSON object.
#[derive(Clone, Debug)]
#[must_use]
pub struct ServerAnswer<'a> {
    pub(super) head: RequestHead<'a>,
    pub(super) server: usize,
    pub(super) reason: ServerReason,
    pub(super) server_name: &'a str,
    pub(super) host: Cow<'a, [u8]>,
    pub(super) location: Option<&'a LocationRule>,
    pub(super) upstream: Option<PassedRequest<'a>>,
    pub(super) redirect: Option<Vec<u8>>,
}

/// What the next server is sent.
#[derive(Clone, Debug)]
#[must_use]
pub struct PassedRequest<'a> {
    pub(super) backend: &'a str,
    pub(super) target: Vec<u8>,
    pub(super) lines: Vec<ResponseLine<'a>>,
}

impl<'a> ServerAnswer<'a> {
    /// The head.
    pub const fn head(&self) -> &RequestHead<'a> {
        &self.head
    }

    /// `$host`; the name of the server where the client names none.
    #[must_use]
    pub fn host(&self) -> &[u8] {
        &self.host
    }

    /// Which server, from 0.
    #[must_use]
    pub const fn server(&self) -> usize {
        self.server
    }

    /// `$server_name`: the first name of the server, whatever the client asked for.
    #[must_use]
    pub const fn server_name(&self) -> &'a str {
        self.server_name
    }

    /// Why this server.
    #[must_use]
    pub const fn reason(&self) -> ServerReason {
        self.reason
    }

    /// The location; its name is the server that is asked.
    #[must_use]
    pub const fn location(&self) -> Option<&'a LocationRule> {
        self.location
    }

    /// What the next server is sent, where one is asked.
    #[must_use]
    pub const fn upstream(&self) -> Option<&PassedRequest<'a>> {
        self.upstream.as_ref()
    }

    /// Where the client is sent to instead, by 301: path and query of a location that ends in a
    /// slash, asked for without it.
    #[must_use]
    pub fn redirect(&self) -> Option<&[u8]> {
        self.redirect.as_deref()
    }
}

impl PassedRequest<'_> {
    /// Scheme, host and port, as `proxy_pass` has them.
    #[must_use]
    pub const fn backend(&self) -> &str {
        self.backend
    }

    /// The request target.
    #[must_use]
    pub fn target(&self) -> &[u8] {
        &self.target
    }

    /// The header lines in wire order: those of the location, those that are always written, and
    /// those of the client that are passed.
    #[must_use]
    pub fn lines(&self) -> &[ResponseLine<'_>] {
        &self.lines
    }
}

impl fmt::Display for ServerAnswer<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server, server_name, reason, head, .. } = self;
        writeln!(out, "server {server} {server_name:?} ({reason})")?;
        writeln!(out, "  host      {}", self.host.escape_ascii())?;
        writeln!(out, "  uri       {}", head.target().uri().escape_ascii())?;
        if let Some(location) = self.location {
            writeln!(out, "  location  {}", location.head())?;
        }
        if let Some(upstream) = &self.upstream {
            let (backend, target) = (upstream.backend, upstream.target.escape_ascii());
            writeln!(out, "  asks      {backend} for {target}")?;
            for (name, value) in &upstream.lines {
                writeln!(out, "    {}: {}", name.escape_ascii(), value.escape_ascii())?;
            }
        } else if let Some(to) = &self.redirect {
            writeln!(out, "  redirects to {}", to.escape_ascii())?;
        } else {
            out.write_str("  answers itself\n")?;
        }
        writeln!(out, "  because {}", reason.text())
    }
}
