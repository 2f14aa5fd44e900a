use ipnet::IpNet;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyTuple, PyType};
use tuleap_front::{Peer, Separators, TrustAll, TrustedProxiesOptions};

use crate::error::{Refusal, guard};
use crate::peer::PeerArgument;
use crate::text::wrong_type;
use crate::warning::ConfigWarning;

/// The proxies whose forwarding headers count: Tuleap's `$sys_trusted_proxies`, compiled.
///
/// Entries are addresses, networks (`10.0.0.0/8`), the names `loopback`, `linklocal`,
/// `uniquelocal`, `private_ranges` and `cgnat`, and `unix:` for local sockets. Commas, white
/// space and line ends separate them; `#` starts a comment. An empty list trusts nobody.
///
/// `allow_trust_all`: may the list hold everybody? `commas_only`: do commas alone separate?
///
/// Raises TuleapFrontError for a list that is not right, with its place and what to write
/// instead. Immutable; any thread.
#[pyclass(frozen, eq, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct TrustedProxies(pub(crate) tuleap_front::TrustedProxies);

#[pymethods]
impl TrustedProxies {
    #[new]
    #[pyo3(signature = (text, *, allow_trust_all=false, commas_only=false))]
    fn new(text: &Bound<'_, PyString>, allow_trust_all: bool, commas_only: bool) -> PyResult<Self> {
        let mut options = TrustedProxiesOptions::default();
        if allow_trust_all {
            options.trust_all = TrustAll::Allow;
        }
        if commas_only {
            options.separators = Separators::Commas;
        }
        guard(|| parse(&text.to_string_lossy(), options))
    }

    /// A list of IPv4Network and IPv6Network objects of `ipaddress`.
    ///
    /// Raises TuleapFrontError for a whole address family.
    #[staticmethod]
    fn from_networks(networks: &Bound<'_, PyAny>) -> PyResult<Self> {
        let networks = networks.try_iter()?.map(|item| network(&item?));
        let networks = networks.collect::<PyResult<Vec<_>>>()?;
        let proxies = guard(|| Ok(tuleap_front::TrustedProxies::from_networks(networks)))?;
        Ok(Self(proxies.map_err(|error| PyErr::from(Refusal::from(&error)))?))
    }

    /// Is this one of our proxies? `address` is an address, or `unix:` for a local socket. Also
    /// written `address in proxies`.
    ///
    /// Raises TuleapFrontError (`peer/not-an-address`) for text that is neither.
    fn contains(&self, address: PeerArgument<'_>) -> PyResult<bool> {
        guard(|| {
            Ok(match address.known()? {
                Peer::Ip(address) => self.0.contains(address),
                Peer::UnixSocket => self.0.trusts_unix_socket(),
            })
        })
    }

    fn __contains__(&self, address: PeerArgument<'_>) -> PyResult<bool> {
        self.contains(address)
    }

    /// Are peers on a local socket trusted?
    #[getter]
    fn trusts_unix_socket(&self) -> bool {
        self.0.trusts_unix_socket()
    }

    /// Is nobody trusted?
    #[getter]
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The merged list, in the syntax of the setting; also `str(proxies)`.
    #[getter]
    fn text(&self) -> String {
        self.0.to_string()
    }

    /// The trusted networks as text: as few as possible, IPv4 first, lowest first.
    #[getter]
    fn networks(&self) -> Vec<String> {
        self.0.networks().map(|network| network.to_string()).collect()
    }

    /// The first entry that covers an address, or None; it searches the whole list.
    ///
    /// Raises TuleapFrontError (`peer/not-an-address`) for text that is neither an address nor
    /// `unix:`.
    fn matching_entry(&self, address: PeerArgument<'_>) -> PyResult<Option<EntryRef>> {
        guard(|| {
            Ok(match address.known()? {
                Peer::Ip(address) => self.0.matching_entry(address),
                Peer::UnixSocket => self.0.unix_entry(),
            }
            .map(EntryRef::from))
        })
    }

    /// What is risky about this list.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.warnings().iter().map(ConfigWarning::from).collect::<Vec<_>>())
    }

    fn __str__(&self) -> String {
        self.text()
    }

    pub(crate) fn __repr__(&self) -> String {
        const SHOWN: usize = 8;
        let networks = self.0.networks().count();
        if networks > SHOWN {
            return format!("<TrustedProxies of {networks} networks>");
        }
        format!("TrustedProxies('{}')", self.0)
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        self.0.networks().for_each(|network| network.hash(&mut hasher));
        self.0.trusts_unix_socket().hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

fn parse(text: &str, options: TrustedProxiesOptions) -> PyResult<TrustedProxies> {
    let proxies = tuleap_front::TrustedProxies::parse_with(text, options);
    Ok(TrustedProxies(proxies.map_err(|error| PyErr::from(Refusal::from(&error)))?))
}

/// A list, or the text of one.
pub(crate) fn trusted(object: &Bound<'_, PyAny>) -> PyResult<tuleap_front::TrustedProxies> {
    if let Ok(proxies) = object.cast::<TrustedProxies>() {
        return Ok(proxies.get().0.clone());
    }
    match object.cast::<PyString>() {
        Ok(text) => parse(&text.to_string_lossy(), TrustedProxiesOptions::default()).map(|it| it.0),
        Err(_) => Err(wrong_type(object, "trusted", "TrustedProxies or str")),
    }
}

fn network(object: &Bound<'_, PyAny>) -> PyResult<IpNet> {
    static IPV4: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static IPV6: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = object.py();
    let wrong = || wrong_type(object, "a network", "an IPv4Network or IPv6Network");
    if object.is_instance(IPV4.import(py, "ipaddress", "IPv4Network")?)?
        || object.is_instance(IPV6.import(py, "ipaddress", "IPv6Network")?)?
    {
        return object.str()?.to_string_lossy().parse().map_err(|_| wrong());
    }
    Err(wrong())
}

/// An entry of a list, as it was written.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct EntryRef {
    /// Which entry, from 0.
    index: usize,
    /// The entry's text.
    text: String,
}

#[pymethods]
impl EntryRef {
    fn __str__(&self) -> String {
        format!("entry {} {:?}", self.index, self.text)
    }

    fn __repr__(&self) -> String {
        format!("<EntryRef {} {:?}>", self.index, self.text)
    }
}

impl From<tuleap_front::EntryRef<'_>> for EntryRef {
    fn from(entry: tuleap_front::EntryRef<'_>) -> Self {
        Self { index: entry.index(), text: entry.text().to_owned() }
    }
}
