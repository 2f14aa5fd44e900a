use std::hash::{Hash, Hasher};
use std::io::Write as _;
use std::net::IpAddr;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;
use tuleap_front::ClientIpKind;

/// The answer: who the client is, how sure that is, and why. Immutable.
///
/// `addr` is the short name because it is the safe one: it is None unless the address is certain.
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ClientIp(pub(crate) tuleap_front::ClientIp);

impl Hash for ClientIp {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.0.addr_for_log(), self.0.kind(), self.0.reason()).hash(hasher);
    }
}

#[pymethods]
impl ClientIp {
    /// The client's address, if it is certain (kinds "direct" and "forwarded"): for access rules,
    /// rate limits, sessions. An IPv4Address or IPv6Address, or None.
    #[getter]
    fn addr(&self) -> Option<IpAddr> {
        self.0.addr()
    }

    /// `addr` as text, which is cheaper than an object of `ipaddress`; None where `addr` is None.
    #[getter]
    fn addr_text<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyString>>> {
        self.0.addr().map(|address| text(py, address)).transpose()
    }

    /// The nearest address known to stand before the request, whatever the kind: for logs only.
    #[getter]
    fn addr_for_log(&self) -> Option<IpAddr> {
        self.0.addr_for_log()
    }

    /// The client's port, where the hop that named it wrote one.
    #[getter]
    fn port(&self) -> Option<u16> {
        self.0.port()
    }

    /// How the address came about: "direct" (the peer itself, which is no proxy of ours),
    /// "forwarded" (named by a hop we trust), "edge" (made by one of our own hosts), "unnamed"
    /// (somebody who was not validly named) or "none" (no address).
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> &Bound<'py, PyString> {
        match self.0.kind() {
            ClientIpKind::Direct => intern!(py, "direct"),
            ClientIpKind::Edge => intern!(py, "edge"),
            ClientIpKind::Forwarded => intern!(py, "forwarded"),
            ClientIpKind::None => intern!(py, "none"),
            ClientIpKind::Unnamed => intern!(py, "unnamed"),
        }
    }

    /// May an access rule use the address? True for the kinds "direct" and "forwarded".
    #[getter]
    fn is_certain(&self) -> bool {
        self.0.kind().is_certain()
    }

    /// The name of the rule that decided, such as "first-untrusted".
    #[getter]
    fn reason(&self) -> &'static str {
        self.0.reason().as_str()
    }

    /// The stable id of that rule, such as "client-ip/first-untrusted".
    #[getter]
    fn code(&self) -> &'static str {
        self.0.reason().code()
    }

    /// Header entries accepted on the way to the answer, the answer's own included.
    #[getter]
    fn hops(&self) -> u8 {
        self.0.hops()
    }

    /// The address, whatever the kind, or "-": for logs only.
    fn __str__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        text(py, self.0)
    }

    fn __repr__(&self) -> String {
        format!("<ClientIp {} ({}: {})>", self.0, self.0.kind(), self.0.reason())
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

/// The text of an address, of at most 45 bytes, without an allocation on the way.
pub(crate) fn text(
    py: Python<'_>,
    address: impl std::fmt::Display,
) -> PyResult<Bound<'_, PyString>> {
    let mut buffer = [0_u8; 64];
    let mut rest = buffer.as_mut_slice();
    write!(rest, "{address}")?;
    let unused = rest.len();
    let length = buffer.len() - unused;
    PyString::from_bytes(py, buffer.get(..length).unwrap_or_default())
}
