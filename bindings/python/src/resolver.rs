use std::num::NonZeroU8;

use pyo3::prelude::*;
use pyo3::types::{PyInt, PyTuple};

use crate::client_ip::ClientIp;
use crate::error::{Refusal, guard};
use crate::explanation::Explanation;
use crate::headers::{Lines, Values};
use crate::peer::PeerArgument;
use crate::text::words;
use crate::trusted_proxies::{TrustedProxies, trusted};
use crate::warning::ConfigWarning;

/// Who is the client? Made once from configuration, asked for every request.
///
/// trusted: TrustedProxies, or the text of a list. headers: the names of the headers that name
/// the client, tried in this order; X-Forwarded-For unless told, and more than one is risky.
/// hops: take the n-th entry from the right (1 to 255) instead of testing each against the list;
/// the peer must be in the list all the same. max_hops: entries of our own walked at most (1 to
/// 255), 32 unless told. danger_any_peer: count hops whatever the peer, so that whoever reaches
/// the server directly names its own address.
///
/// Raises TuleapFrontError for what is not right. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct ClientIpResolver(pub(crate) tuleap_front::ClientIpResolver);

#[pymethods]
impl ClientIpResolver {
    #[new]
    #[pyo3(signature = (
        trusted, *, headers=None, hops=None, max_hops=None, danger_any_peer=false,
    ))]
    fn new(
        trusted: &Bound<'_, PyAny>,
        headers: Option<&Bound<'_, PyAny>>,
        hops: Option<&Bound<'_, PyInt>>,
        max_hops: Option<&Bound<'_, PyInt>>,
        danger_any_peer: bool,
    ) -> PyResult<Self> {
        guard(|| {
            let names = headers.map(|headers| words(headers, "a header's name")).transpose()?;
            let names = names.unwrap_or_default();
            let mut resolver = tuleap_front::ClientIpResolver::new(self::trusted(trusted)?)
                .with_headers(names.iter().map(|name| name.as_ref()))
                .map_err(Refusal::from)?;
            if let Some(max_hops) = max_hops {
                resolver = resolver.with_max_hops(count(max_hops, "max_hops")?);
            }
            let hops = hops.map(|hops| count(hops, "hops")).transpose()?;
            Ok(Self(match (hops, danger_any_peer) {
                (Some(hops), true) => resolver.with_danger_hops_of_any_peer(hops),
                (Some(hops), false) => resolver.with_hops(hops),
                (None, false) => resolver,
                (None, true) => {
                    let message = "danger_any_peer counts hops: give hops too".to_owned();
                    return Err(Refusal::argument(message).into());
                }
            }))
        })
    }

    /// Answers for a request.
    ///
    /// peer: the socket's other end, an address without port or `unix:`; None, or text that is
    /// neither, is an unknown peer. headers: every line of the request, as pairs of name and
    /// value in wire order or as a mapping (a value that is a list holds one line per item).
    fn resolve(&self, peer: PeerArgument<'_>, headers: Lines<'_>) -> PyResult<ClientIp> {
        guard(|| Ok(ClientIp(self.0.resolve(peer.peer(), &headers))))
    }

    /// Answers from the values of the first configured header: one `str` or `bytes` per line of
    /// it, in wire order; a single one may stand alone, and None is an absent header.
    fn resolve_values(&self, peer: PeerArgument<'_>, values: Values<'_>) -> PyResult<ClientIp> {
        guard(|| {
            let peer = peer.peer();
            Ok(ClientIp(values.with_slices(|values| self.0.resolve_values(peer, values))))
        })
    }

    /// The same answer as `resolve`, with the steps that lead to it. Not for every request.
    fn explain(
        &self,
        py: Python<'_>,
        peer: PeerArgument<'_>,
        headers: Lines<'_>,
    ) -> PyResult<Explanation> {
        guard(|| {
            let explanation = match &peer {
                PeerArgument::Text(text) => self.0.explain_text(text.as_bytes(), &headers),
                _ => self.0.explain(peer.peer(), &headers),
            };
            Explanation::new(py, &explanation)
        })
    }

    /// May this peer's headers be read?
    ///
    /// Raises TuleapFrontError (`peer/not-an-address`) for a peer that is neither an address nor
    /// `unix:`.
    fn trusts(&self, peer: PeerArgument<'_>) -> PyResult<bool> {
        guard(|| Ok(self.0.trusts(peer.known()?)))
    }

    /// The list of trusted proxies.
    #[getter]
    fn trusted(&self) -> TrustedProxies {
        TrustedProxies(self.0.trusted().clone())
    }

    /// The names of the headers that are read, lower case, in order.
    #[getter]
    fn sources<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let names = self.0.sources().map(|source| source.name().as_str());
        PyTuple::new(py, names.collect::<Vec<_>>())
    }

    /// What is risky about this configuration, the list aside.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.warnings().iter().map(ConfigWarning::from).collect::<Vec<_>>())
    }

    fn __repr__(&self) -> String {
        let sources: Vec<_> = self.0.sources().map(|source| source.name().as_str()).collect();
        let trusted = TrustedProxies(self.0.trusted().clone()).__repr__();
        format!("<ClientIpResolver reads {} of {trusted}>", sources.join(", "))
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

/// A count from 1 to 255.
pub(crate) fn count(number: &Bound<'_, PyInt>, name: &str) -> PyResult<NonZeroU8> {
    let count = number.extract::<u8>().ok().and_then(NonZeroU8::new);
    let refuse = || Refusal::argument(format!("{name} must be from 1 to 255, not {number}"));
    Ok(count.ok_or_else(refuse)?)
}
