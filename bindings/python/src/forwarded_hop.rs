use pyo3::prelude::*;
use pyo3::types::PyDict;
use tuleap_front::{ForwardedHeaders, HopDirective, HopFacts, HopField, HopHeader};

use crate::choice::{choice, guide};
use crate::error::{Refusal, guard};
use crate::headers::Lines;
use crate::origin::{Origin, OriginPolicy};
use crate::peer::PeerArgument;
use crate::resolver::ClientIpResolver;
use crate::text::{Text, from_latin1};

/// What the next server is told about the client, and what of the client's own words it never
/// sees. Made by `recommended()` or `documented()`. Immutable; any thread.
#[pyclass(frozen, eq, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ForwardedHop(tuleap_front::ForwardedHop);

#[pymethods]
impl ForwardedHop {
    /// One certain address, scheme and host; every other forwarding header is stripped.
    #[staticmethod]
    fn recommended() -> Self {
        Self(tuleap_front::ForwardedHop::recommended())
    }

    /// The four `proxy_set_header` lines of the deployment guide. guide: "reverse-proxy" or
    /// "distributed".
    ///
    /// Raises TuleapFrontError for another word.
    #[staticmethod]
    #[pyo3(signature = (guide="reverse-proxy"))]
    fn documented(guide: &str) -> PyResult<Self> {
        Ok(Self(tuleap_front::ForwardedHop::documented(self::guide(guide)?)))
    }

    /// The same hop that does something else with one header. field: "X-Real-IP",
    /// "X-Forwarded-For", "X-Forwarded-Proto" or "Host". directive: "write", "keep" (let the
    /// client's lines pass) or "remove".
    ///
    /// Raises TuleapFrontError for another word. (`with` itself is a keyword.)
    fn with_field(&self, field: &str, directive: &str) -> PyResult<Self> {
        let names = |known: &HopField| known.name().as_str().eq_ignore_ascii_case(field);
        let field = HopField::ALL.into_iter().find(names).ok_or_else(|| {
            let names = HopField::ALL.map(|field| field.to_string()).join(", ");
            Refusal::argument(format!("field must be one of {names}"))
        })?;
        let choices = [
            ("write", HopDirective::Write),
            ("keep", HopDirective::Keep),
            ("remove", HopDirective::Remove),
        ];
        let directive = choice("directive", directive, &choices)?;
        Ok(Self(self.0.clone().with(field, directive)))
    }

    /// The same hop that strips the headers which this resolver reads, too: the next server may
    /// read the same.
    fn for_resolver(&self, resolver: &Bound<'_, ClientIpResolver>) -> Self {
        Self(self.0.clone().for_resolver(&resolver.get().0))
    }

    /// What to do with the headers of a request that is passed on: a name's value is to be set,
    /// None is to be removed, and a name that is absent passes as it is. Values are `str` of
    /// Latin-1 characters, as `http.client` takes them. The client's own lines of every header
    /// for which `strips` answers True go first.
    ///
    /// peer, headers and local as in OriginPolicy.origin.
    fn headers<'py>(
        &self,
        py: Python<'py>,
        resolver: &Bound<'py, ClientIpResolver>,
        policy: &Bound<'py, OriginPolicy>,
        peer: PeerArgument<'py>,
        headers: Lines<'py>,
        local: &Bound<'py, Origin>,
    ) -> PyResult<Bound<'py, PyDict>> {
        guard(|| {
            let (resolver, policy) = (&resolver.get().0, &policy.get().0);
            let (client, forwarded) = ForwardedHeaders::read(resolver, peer.peer(), &headers);
            let local = &local.get().core;
            let origin = &policy.origin(forwarded.as_ref(), local);
            let facts = HopFacts { client, origin, local, remote_addr: peer.nginx() };
            let sent = PyDict::new(py);
            for (field, header) in self.0.headers(&facts, &headers).iter() {
                match header {
                    HopHeader::Keep => {}
                    HopHeader::Remove => sent.set_item(field.to_string(), py.None())?,
                    HopHeader::Set(value) => {
                        sent.set_item(field.to_string(), from_latin1(value))?
                    }
                }
            }
            Ok(sent)
        })
    }

    /// Is a client's header with this name (`str` or `bytes`) kept from the next server?
    fn strips(&self, name: &Bound<'_, PyAny>) -> PyResult<bool> {
        let name = Text::new(name, "a header's name")?;
        guard(|| Ok(self.0.strips(name.as_bytes())))
    }

    /// Why a client's header with this name is kept from the next server: "forwarded-hop/alias",
    /// "forwarded-hop/claim" or "forwarded-hop/replaced"; None if it passes.
    fn strip_reason(&self, name: &Bound<'_, PyAny>) -> PyResult<Option<&'static str>> {
        let name = Text::new(name, "a header's name")?;
        guard(|| Ok(self.0.strip_reason(name.as_bytes()).map(|reason| reason.code())))
    }

    fn __repr__(&self) -> String {
        format!("<{:?}>", self.0)
    }
}
