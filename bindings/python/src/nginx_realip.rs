use pyo3::prelude::*;
use tuleap_front::{NginxRealipOptions, PeerError, Recursion};

use crate::choice::nginx_rules;
use crate::error::{Refusal, guard};
use crate::headers::Lines;
use crate::peer::PeerArgument;
use crate::text::words;

/// What nginx's realip module answers, for running beside it: use ClientIpResolver for decisions.
///
/// trusted: the values of `set_real_ip_from`, one str or several. header: `real_ip_header`,
/// spelled as in the configuration. recursive: `real_ip_recursive`. rules: "current", or "1.22"
/// for nginx up to 1.27.2.
///
/// Raises TuleapFrontError for what is not right. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct NginxRealip(tuleap_front::NginxRealip);

#[pymethods]
impl NginxRealip {
    #[new]
    #[pyo3(signature = (trusted, *, header="X-Real-IP", recursive=false, rules="current"))]
    fn new(
        trusted: &Bound<'_, PyAny>,
        header: &str,
        recursive: bool,
        rules: &str,
    ) -> PyResult<Self> {
        guard(|| {
            let mut options = NginxRealipOptions::default();
            header.clone_into(&mut options.header);
            options.recursion = if recursive { Recursion::On } else { Recursion::Off };
            options.rules = nginx_rules("rules", rules)?;
            let entries = words(trusted, "an entry of trusted")?;
            let realip = tuleap_front::NginxRealip::new(entries, options);
            Ok(Self(realip.map_err(Refusal::from)?))
        })
    }

    /// The address that `$remote_addr` has afterwards. peer: an address or `unix:`; headers as in
    /// ClientIpResolver.resolve.
    ///
    /// Raises TuleapFrontError (`peer/not-an-address`) for a peer that is neither.
    fn resolve(&self, peer: PeerArgument<'_>, headers: Lines<'_>) -> PyResult<NginxClient> {
        guard(|| {
            let peer = peer.nginx().ok_or(PeerError::NotAnAddress).map_err(Refusal::from)?;
            let client = self.0.resolve(peer, &headers);
            Ok(NginxClient {
                addr: client.addr().to_string(),
                port: client.port(),
                is_rewritten: client.is_rewritten(),
            })
        })
    }

    fn __repr__(&self) -> &'static str {
        "<NginxRealip>"
    }
}

/// What realip made of a request.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct NginxClient {
    /// `$remote_addr`, as nginx writes it.
    addr: String,
    /// `$remote_port`, where the entry had one; None otherwise.
    port: Option<u16>,
    /// Was the peer's address replaced?
    is_rewritten: bool,
}

#[pymethods]
impl NginxClient {
    fn __str__(&self) -> &str {
        &self.addr
    }

    fn __repr__(&self) -> String {
        let rewritten = if self.is_rewritten { "rewritten" } else { "the peer" };
        format!("<NginxClient {} ({rewritten})>", self.addr)
    }
}
