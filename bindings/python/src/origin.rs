use pyo3::prelude::*;
use pyo3::types::{PyInt, PyTuple};
use tuleap_front::{AllowedHosts, ForwardedHeaders, Host, OriginExplanation, OriginSource, Scheme};

use crate::error::{Refusal, guard};
use crate::headers::Lines;
use crate::peer::PeerArgument;
use crate::resolver::{ClientIpResolver, count};
use crate::text::words;

/// Scheme, host and port by which the client reached the site.
///
/// scheme: "http" or "https" ("ws" and "wss" stand for them). host: the request's Host, with its
/// port if it has one; None, or text that is no host, is no host. port: the listener's; None is
/// the scheme's own.
///
/// Raises TuleapFrontError for a scheme that is none. Immutable.
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) core: tuleap_front::Origin<'static>,
    /// Of scheme, host and port.
    sources: [OriginSource; 3],
    notes: Vec<&'static str>,
}

/// Where it came from and what was remarked on the way is no part of it.
impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        (self.core.scheme(), self.core.host(), self.core.port())
            == (other.core.scheme(), other.core.host(), other.core.port())
    }
}

impl std::hash::Hash for Origin {
    fn hash<H: std::hash::Hasher>(&self, hasher: &mut H) {
        (self.core.scheme(), self.core.host(), self.core.port()).hash(hasher);
    }
}

impl From<OriginExplanation<'_>> for Origin {
    fn from(explanation: OriginExplanation<'_>) -> Self {
        Self {
            core: explanation.origin().clone().into_owned(),
            sources: [
                explanation.scheme_source(),
                explanation.host_source(),
                explanation.port_source(),
            ],
            notes: explanation.notes().iter().map(|note| note.as_str()).collect(),
        }
    }
}

#[pymethods]
impl Origin {
    #[new]
    #[pyo3(signature = (scheme, host=None, port=None))]
    fn new(scheme: &str, host: Option<&str>, port: Option<&Bound<'_, PyInt>>) -> PyResult<Self> {
        guard(|| {
            let unknown = || Refusal::argument("the scheme must be http or https".to_owned());
            let scheme = Scheme::parse(scheme.as_bytes()).ok_or_else(unknown)?;
            let host = host.and_then(|host| Host::parse(host.as_bytes()));
            let port = match port {
                Some(port) => port.extract::<u16>().map_err(|_| {
                    Refusal::argument(format!("port must be from 0 to 65535, not {port}"))
                })?,
                None => scheme.default_port(),
            };
            let core = tuleap_front::Origin::new(scheme, host, port).into_owned();
            Ok(Self { core, sources: [OriginSource::Listener; 3], notes: Vec::new() })
        })
    }

    /// "http" or "https".
    #[getter]
    fn scheme(&self) -> &'static str {
        self.core.scheme().as_str()
    }

    /// The host, lower case, without port; None if it is not an allowed one: answer 400 or 421.
    #[getter]
    fn host(&self) -> Option<&str> {
        self.core.host()
    }

    /// The port.
    #[getter]
    fn port(&self) -> u16 {
        self.core.port()
    }

    /// Where the scheme came from: "forwarded" (a header of a trusted peer) or "listener".
    #[getter]
    fn scheme_source(&self) -> &'static str {
        let [source, ..] = self.sources;
        source.as_str()
    }

    /// Where the host came from, or would have if it were allowed: "forwarded" or "listener".
    #[getter]
    fn host_source(&self) -> &'static str {
        let [_, source, _] = self.sources;
        source.as_str()
    }

    /// Where the port came from: "forwarded", "listener" or "scheme".
    #[getter]
    fn port_source(&self) -> &'static str {
        let [.., source] = self.sources;
        source.as_str()
    }

    /// Names of what was remarkable, such as "proto-invalid".
    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.notes)
    }

    /// The value of a Host header for this origin, with the port where it is not the scheme's
    /// own; None where there is no host.
    #[getter]
    fn host_header(&self) -> Option<String> {
        self.core.host_header().map(std::borrow::Cow::into_owned)
    }

    fn __str__(&self) -> String {
        self.core.to_string()
    }

    fn __repr__(&self) -> String {
        let host = self.core.host().map_or("None".to_owned(), |host| format!("'{host}'"));
        format!("Origin('{}', {host}, {})", self.core.scheme(), self.core.port())
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

/// Which facts about the origin may come from a trusted peer's headers.
///
/// forwarded_scheme: read X-Forwarded-Proto, or proto= of Forwarded. proto_hops: its n-th value
/// from the right (1 to 255). allowed_hosts: the hosts a request may be for, one str or several;
/// `.example.org` is a domain and all below it. forwarded_host: read X-Forwarded-Host, or host=
/// of Forwarded; needs allowed_hosts. forwarded_port: read X-Forwarded-Port.
///
/// Raises TuleapFrontError for what is not right. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct OriginPolicy(pub(crate) tuleap_front::OriginPolicy);

#[pymethods]
impl OriginPolicy {
    #[new]
    #[pyo3(signature = (
        *, forwarded_scheme=true, proto_hops=None, allowed_hosts=None, forwarded_host=false,
        forwarded_port=false,
    ))]
    fn new(
        forwarded_scheme: bool,
        proto_hops: Option<&Bound<'_, PyInt>>,
        allowed_hosts: Option<&Bound<'_, PyAny>>,
        forwarded_host: bool,
        forwarded_port: bool,
    ) -> PyResult<Self> {
        guard(|| {
            let mut policy = tuleap_front::OriginPolicy::default();
            if !forwarded_scheme {
                policy = policy.without_forwarded_scheme();
            }
            if forwarded_port {
                policy = policy.with_forwarded_port();
            }
            if let Some(proto_hops) = proto_hops {
                policy = policy.with_proto_hops(count(proto_hops, "proto_hops")?);
            }
            let names = allowed_hosts.map(|hosts| words(hosts, "an allowed host")).transpose()?;
            if names.is_none() && !forwarded_host {
                return Ok(Self(policy));
            }
            let hosts = AllowedHosts::new(names.unwrap_or_default()).map_err(Refusal::from)?;
            Ok(Self(if forwarded_host {
                policy.with_forwarded_host(hosts)
            } else {
                policy.with_allowed_hosts(hosts)
            }))
        })
    }

    /// The origin of a request: `local`, with what a peer that the resolver trusts says about it.
    /// peer and headers as in ClientIpResolver.resolve.
    fn origin(
        &self,
        resolver: &Bound<'_, ClientIpResolver>,
        peer: PeerArgument<'_>,
        headers: Lines<'_>,
        local: &Bound<'_, Origin>,
    ) -> PyResult<Origin> {
        guard(|| {
            let resolver = &resolver.get().0;
            let forwarded = ForwardedHeaders::from_trusted(resolver, peer.peer(), &headers);
            Ok(self.0.explain(forwarded.as_ref(), &local.get().core).into())
        })
    }

    fn __repr__(&self) -> String {
        format!("<{:?}>", self.0)
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}
