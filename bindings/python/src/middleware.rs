//! What the middleware do for each request, in one crossing.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};
use tuleap_front::{
    ClientIpKind, ForwardedHeaders, HeaderName, Host, Origin, Peer, RequestHeaders, Scheme,
};

use crate::client_ip::{ClientIp, text};
use crate::error::guard;
use crate::headers::{Environ, Keys, Lines};
use crate::origin::OriginPolicy;
use crate::peer::PeerArgument;
use crate::resolver::ClientIpResolver;
use crate::text::Text;

/// The part that the ASGI and the WSGI middleware share; not for others.
///
/// unknown_peer: who is meant where the server gives no address. writes_host: rewrite the host
/// for trusted peers. checks_host: refuse a request without an allowed host. refuse_uncertain:
/// refuse a request without a certain client.
#[pyclass(frozen, module = "tuleap_front._tuleap_front")]
#[derive(Debug)]
pub(crate) struct Middleware {
    resolver: Py<ClientIpResolver>,
    policy: Py<OriginPolicy>,
    unknown_peer: Option<Peer>,
    writes_host: bool,
    checks_host: bool,
    refuse_uncertain: bool,
    keys: Keys,
}

/// What was found out about a request.
struct Facts<'a> {
    client: tuleap_front::ClientIp,
    origin: Origin<'a>,
    /// Were the peer's headers read?
    is_trusted: bool,
}

static HOST: HeaderName = HeaderName::from_static("host");

#[pymethods]
impl Middleware {
    #[new]
    #[pyo3(signature = (
        resolver, policy, *, unknown_peer=None, writes_host=false, checks_host=false,
        refuse_uncertain=false,
    ))]
    fn new(
        resolver: Py<ClientIpResolver>,
        policy: Py<OriginPolicy>,
        unknown_peer: Option<PeerArgument<'_>>,
        writes_host: bool,
        checks_host: bool,
        refuse_uncertain: bool,
    ) -> Self {
        let unknown_peer = unknown_peer.and_then(|peer| peer.peer());
        let keys = Keys::default();
        Self { resolver, policy, unknown_peer, writes_host, checks_host, refuse_uncertain, keys }
    }

    /// Rewrites an ASGI scope of type http or websocket; answers the status with which the request
    /// is to be refused, or None.
    fn asgi(&self, py: Python<'_>, scope: &Bound<'_, PyDict>) -> PyResult<Option<u16>> {
        let headers: Lines<'_> = match scope.get_item(intern!(py, "headers"))? {
            Some(headers) => headers.extract()?,
            None => Lines::default(),
        };
        let client = scope.get_item(intern!(py, "client"))?.filter(|client| !client.is_none());
        let peer = match &client {
            Some(client) => client.get_item(0)?.extract::<PeerArgument<'_>>()?.peer(),
            None => self.unknown_peer,
        };
        let scheme = string(scope, intern!(py, "scheme"))?;
        let port = || {
            let server = scope.get_item(intern!(py, "server")).ok().flatten()?;
            server.get_item(1).ok()?.extract().ok()
        };
        let facts = guard(|| Ok(self.facts(peer, &headers, scheme.as_ref(), port)))?;
        mark_scope(scope, client, &facts)?;
        if self.writes_host && facts.is_trusted {
            write_host_line(scope, facts.origin.host_header().as_deref())?;
        }
        Ok(self.refusal(&facts))
    }

    /// Rewrites a WSGI environment; answers the status with which the request is to be refused,
    /// or None.
    fn wsgi(&self, py: Python<'_>, environ: &Bound<'_, PyDict>) -> PyResult<Option<u16>> {
        let remote_addr = environ.get_item(intern!(py, "REMOTE_ADDR"))?;
        let peer = match &remote_addr {
            Some(address) if !address.is_none() && address.len().is_ok_and(|length| length > 0) => {
                address.extract::<PeerArgument<'_>>()?.peer()
            }
            _ => self.unknown_peer,
        };
        let scheme = string(environ, intern!(py, "wsgi.url_scheme"))?;
        let port = || {
            let port = string(environ, intern!(py, "SERVER_PORT")).ok().flatten()?;
            std::str::from_utf8(port.as_bytes()).ok()?.parse().ok()
        };
        let headers = Environ::new(environ, &self.keys);
        let facts = guard(|| Ok(self.facts(peer, &headers, scheme.as_ref(), port)))?;
        mark_environ(environ, remote_addr, &facts)?;
        if self.writes_host && facts.is_trusted {
            write_host_variables(environ, &facts.origin)?;
        }
        Ok(self.refusal(&facts))
    }
}

impl Middleware {
    /// The host and the port are looked at only where somebody asks for them.
    fn facts<'a>(
        &'a self,
        peer: Option<Peer>,
        headers: &'a impl RequestHeaders,
        scheme: Option<&Text<'_>>,
        port: impl FnOnce() -> Option<u16>,
    ) -> Facts<'a> {
        let scheme = scheme.and_then(|scheme| Scheme::parse(scheme.as_bytes()));
        let scheme = scheme.unwrap_or(Scheme::Http);
        let local = if self.writes_host || self.checks_host {
            let host = headers.values_from_last(&HOST).next().and_then(Host::parse);
            Origin::new(scheme, host, port().unwrap_or(scheme.default_port()))
        } else {
            Origin::new(scheme, None, scheme.default_port())
        };
        let (client, forwarded) = ForwardedHeaders::read(&self.resolver.get().0, peer, headers);
        let origin = self.policy.get().0.origin(forwarded.as_ref(), &local);
        Facts { client, origin, is_trusted: forwarded.is_some() }
    }

    fn refusal(&self, facts: &Facts<'_>) -> Option<u16> {
        if self.checks_host && facts.origin.host().is_none() {
            Some(421)
        } else if self.refuse_uncertain && !facts.client.kind().is_certain() {
            Some(403)
        } else {
            None
        }
    }
}

fn string<'py>(
    dict: &Bound<'py, PyDict>,
    key: &Bound<'py, PyString>,
) -> PyResult<Option<Text<'py>>> {
    dict.get_item(key)?.map(|value| Text::new(&value, "a value")).transpose()
}

/// The certain address that stands in for the peer's.
fn replacement<'py>(py: Python<'py>, facts: &Facts<'_>) -> PyResult<Option<Bound<'py, PyString>>> {
    match (facts.client.kind(), facts.client.addr()) {
        (ClientIpKind::Forwarded, Some(address)) => text(py, address).map(Some),
        _ => Ok(None),
    }
}

fn mark_scope(
    scope: &Bound<'_, PyDict>,
    client: Option<Bound<'_, PyAny>>,
    facts: &Facts<'_>,
) -> PyResult<()> {
    let py = scope.py();
    // A new dictionary: the server's may be shared between requests.
    let state = match scope.get_item(intern!(py, "state"))? {
        Some(state) if !state.is_none() => state.cast_into::<PyDict>()?.copy()?,
        _ => PyDict::new(py),
    };
    state.set_item(intern!(py, "client_ip"), ClientIp(facts.client))?;
    state.set_item(intern!(py, "client_peer"), client)?;
    scope.set_item(intern!(py, "state"), state)?;
    if let Some(address) = replacement(py, facts)? {
        let client = (address, facts.client.port().unwrap_or(0));
        scope.set_item(intern!(py, "client"), client)?;
    }
    if facts.is_trusted {
        let kind = scope.get_item(intern!(py, "type"))?;
        let is_websocket = kind.map_or(Ok(false), |kind| kind.eq(intern!(py, "websocket")))?;
        let scheme = match (facts.origin.scheme(), is_websocket) {
            (Scheme::Http, false) => intern!(py, "http"),
            (Scheme::Https, false) => intern!(py, "https"),
            (Scheme::Http, true) => intern!(py, "ws"),
            (Scheme::Https, true) => intern!(py, "wss"),
        };
        scope.set_item(intern!(py, "scheme"), scheme)?;
    }
    Ok(())
}

/// Puts one host line in the place of the scope's own.
fn write_host_line(scope: &Bound<'_, PyDict>, host: Option<&str>) -> PyResult<()> {
    let py = scope.py();
    let headers = PyList::empty(py);
    if let Some(host) = host {
        let line = (PyBytes::new(py, b"host"), PyBytes::new(py, host.as_bytes()));
        headers.append(line)?;
    }
    if let Some(lines) = scope.get_item(intern!(py, "headers"))? {
        for line in lines.try_iter()? {
            let line = line?;
            let name = Text::new(&line.get_item(0)?, "a header's name")?;
            if !name.as_bytes().eq_ignore_ascii_case(b"host") {
                headers.append(line)?;
            }
        }
    }
    scope.set_item(intern!(py, "headers"), headers)
}

fn mark_environ(
    environ: &Bound<'_, PyDict>,
    remote_addr: Option<Bound<'_, PyAny>>,
    facts: &Facts<'_>,
) -> PyResult<()> {
    let py = environ.py();
    environ.set_item(intern!(py, "tuleap_front.client_ip"), ClientIp(facts.client))?;
    environ.set_item(intern!(py, "tuleap_front.peer"), remote_addr)?;
    if let Some(address) = replacement(py, facts)? {
        environ.set_item(intern!(py, "REMOTE_ADDR"), address)?;
        // Both belong to the peer.
        remove(environ, intern!(py, "REMOTE_HOST"))?;
        match facts.client.port() {
            Some(port) => environ.set_item(intern!(py, "REMOTE_PORT"), port.to_string())?,
            None => remove(environ, intern!(py, "REMOTE_PORT"))?,
        }
    }
    if facts.is_trusted {
        let scheme = match facts.origin.scheme() {
            Scheme::Http => intern!(py, "http"),
            Scheme::Https => intern!(py, "https"),
        };
        environ.set_item(intern!(py, "wsgi.url_scheme"), scheme)?;
    }
    Ok(())
}

fn write_host_variables(environ: &Bound<'_, PyDict>, origin: &Origin<'_>) -> PyResult<()> {
    let py = environ.py();
    environ.set_item(intern!(py, "SERVER_PORT"), origin.port().to_string())?;
    match (origin.host(), origin.host_header()) {
        (Some(name), Some(header)) => {
            environ.set_item(intern!(py, "SERVER_NAME"), name)?;
            environ.set_item(intern!(py, "HTTP_HOST"), header.as_ref())
        }
        _ => remove(environ, intern!(py, "HTTP_HOST")),
    }
}

fn remove(dict: &Bound<'_, PyDict>, key: &Bound<'_, PyString>) -> PyResult<()> {
    if dict.contains(key)? { dict.del_item(key) } else { Ok(()) }
}
