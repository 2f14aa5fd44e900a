use pyo3::prelude::*;
use tuleap_front::{PeerError, ServerFacts, ServerReason};

use crate::choice::{nginx_rules, scheme};
use crate::error::{Refusal, guard};
use crate::explanation::Told;
use crate::head::{Read, RequestHead};
use crate::locations::LocationRule;
use crate::peer::PeerArgument;
use crate::text::{Text, from_latin1, latin1_lines};

/// The servers of one listening address, as nginx has them: which one a request is for, which location
/// takes it, and what the next server is sent.
///
/// text: blocks `server`, the default one first, with `server_name`, `underscores_in_headers`,
/// `ignore_invalid_headers`, `merge_slashes`, `proxy_set_header` and `location`, which has
/// `proxy_set_header` and `proxy_pass`. rules: "current" or "1.22".
///
/// Not looked at: nested locations, `if`, `rewrite`, and bodies. `str(servers)` is the text. Raises
/// TuleapFrontError for what is not right, with its place. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct NginxServers(tuleap_front::NginxServers);

#[pymethods]
impl NginxServers {
    #[new]
    #[pyo3(signature = (text, *, rules="current"))]
    fn new(text: &str, rules: &str) -> PyResult<Self> {
        guard(|| {
            let servers = text.parse::<tuleap_front::NginxServers>();
            let servers = servers.map_err(|error| PyErr::from(Refusal::from(&error)))?;
            Ok(Self(servers.with_rules(nginx_rules("rules", rules)?)))
        })
    }

    /// What becomes of the request whose head a text starts with, `str` or `bytes`, or what nginx
    /// answers instead. remote_addr: `$remote_addr`, an address or `unix:`: the other end, or
    /// NginxRealip.resolve. scheme: "http" or "https".
    ///
    /// Raises TuleapFrontError for another scheme, and (`peer/not-an-address`) for text that is
    /// neither an address nor `unix:`.
    fn answer(
        &self,
        head: &Bound<'_, PyAny>,
        remote_addr: PeerArgument<'_>,
        scheme: &str,
    ) -> PyResult<Read<ServerAnswer>> {
        let head = Text::new(head, "head")?;
        guard(|| {
            let addr = remote_addr.nginx().ok_or(PeerError::NotAnAddress).map_err(Refusal::from)?;
            let facts = ServerFacts { remote_addr: addr, scheme: self::scheme(scheme)? };
            let answer = match self.0.answer(head.as_bytes(), &facts) {
                Ok(answer) => Ok(ServerAnswer::new(&answer)?),
                Err(reason) => Err(reason),
            };
            Ok(Read::from(answer))
        })
    }

    /// As it is read.
    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> &'static str {
        "<NginxServers>"
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

/// What becomes of a request; `str(answer)` writes it for people. Where there is neither upstream nor
/// redirect, the server answers itself. What there is not is None; texts are `str` of Latin-1
/// characters.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct ServerAnswer {
    head: RequestHead,
    host: String,
    server: usize,
    server_name: String,
    reason: ServerReason,
    location: Option<LocationRule>,
    upstream: Option<PassedRequest>,
    redirect: Option<String>,
    told: Told,
}

impl ServerAnswer {
    fn new(answer: &tuleap_front::ServerAnswer<'_>) -> PyResult<Self> {
        Ok(Self {
            head: RequestHead::from(answer.head()),
            host: from_latin1(answer.host()),
            server: answer.server(),
            server_name: answer.server_name().to_owned(),
            reason: answer.reason(),
            location: answer.location().cloned().map(LocationRule),
            upstream: answer.upstream().map(PassedRequest::from),
            redirect: answer.redirect().map(from_latin1),
            told: Told::new(answer)?,
        })
    }
}

#[pymethods]
impl ServerAnswer {
    /// The head.
    #[getter]
    fn head(&self) -> RequestHead {
        self.head.clone()
    }

    /// `$host`; the name of the server where the client names none.
    #[getter]
    fn host(&self) -> &str {
        &self.host
    }

    /// Which server, from 0.
    #[getter]
    fn server(&self) -> usize {
        self.server
    }

    /// `$server_name`: the first name of the server, whatever the client asked for.
    #[getter]
    fn server_name(&self) -> &str {
        &self.server_name
    }

    /// Why this server: "exact", "longest-wildcard", "longest-wildcard-end", "first-regex" or
    /// "default".
    #[getter]
    fn reason(&self) -> &'static str {
        self.reason.as_str()
    }

    /// The stable id of the reason, such as "servers/exact".
    #[getter]
    fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// The reason in words.
    #[getter]
    fn text(&self) -> &'static str {
        self.reason.text()
    }

    /// The location; its name is the server that is asked.
    #[getter]
    fn location(&self) -> Option<LocationRule> {
        self.location.clone()
    }

    /// What the next server is sent, where one is asked.
    #[getter]
    fn upstream(&self) -> Option<PassedRequest> {
        self.upstream.clone()
    }

    /// Where the client is sent to instead, by 301: path and query of a location that ends in a slash,
    /// asked for without it.
    #[getter]
    fn redirect(&self) -> Option<&str> {
        self.redirect.as_deref()
    }

    /// The answer as one JSON object: server, server_name, reason, because, host, http_host, method,
    /// request_uri, uri, args, location, backend, target, lines (what is sent on), redirect. Texts are
    /// cut.
    fn to_json(&self) -> &str {
        self.told.json()
    }

    /// `to_json`, read back.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.told.dict(py)
    }

    fn __str__(&self) -> &str {
        self.told.text()
    }

    fn __repr__(&self) -> String {
        format!("<ServerAnswer {:?} ({})>", self.server_name, self.reason)
    }
}

/// What the next server is sent. Texts are `str` of Latin-1 characters.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct PassedRequest {
    /// Scheme, host and port, as `proxy_pass` has them.
    backend: String,
    /// The request target.
    target: String,
    /// The header lines in wire order: those of the location, those that are always written, and those
    /// of the client that are passed.
    lines: Vec<(String, String)>,
}

impl From<&tuleap_front::PassedRequest<'_>> for PassedRequest {
    fn from(request: &tuleap_front::PassedRequest<'_>) -> Self {
        Self {
            backend: request.backend().to_owned(),
            target: from_latin1(request.target()),
            lines: latin1_lines(request.lines()),
        }
    }
}

#[pymethods]
impl PassedRequest {
    fn __repr__(&self) -> String {
        format!("<PassedRequest {} {:?}>", self.backend, self.target)
    }
}
