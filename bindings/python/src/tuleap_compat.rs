use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::client_ip::ClientIp;
use crate::error::guard;
use crate::resolver::ClientIpResolver;
use crate::text::{Text, from_latin1};
use crate::warning::ConfigWarning;

/// What Tuleap's own address extractor answers, text in, text out: for shadow running only.
///
/// setting: the text of `$sys_trusted_proxies`, which is read as Tuleap does. Immutable; any
/// thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct TuleapCompat(tuleap_front::TuleapCompat);

#[pymethods]
impl TuleapCompat {
    #[new]
    fn new(setting: &Bound<'_, PyAny>) -> PyResult<Self> {
        let setting = Text::new(setting, "setting")?;
        guard(|| Ok(Self(tuleap_front::TuleapCompat::new(setting.as_bytes()))))
    }

    /// What Tuleap answers for REMOTE_ADDR and HTTP_X_FORWARDED_FOR; None is one that is not set.
    fn resolve(
        &self,
        remote_addr: Option<&Bound<'_, PyAny>>,
        forwarded_for: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let (remote_addr, forwarded_for) = texts(remote_addr, forwarded_for)?;
        guard(|| {
            let remote_addr = remote_addr.as_ref().map(Text::as_bytes);
            let forwarded_for = forwarded_for.as_ref().map(Text::as_bytes);
            Ok(from_latin1(self.0.resolve(remote_addr, forwarded_for)))
        })
    }

    /// Tuleap's answer beside the strict one.
    fn compare(
        &self,
        resolver: &Bound<'_, ClientIpResolver>,
        remote_addr: Option<&Bound<'_, PyAny>>,
        forwarded_for: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<TuleapComparison> {
        let (remote_addr, forwarded_for) = texts(remote_addr, forwarded_for)?;
        guard(|| {
            let remote_addr = remote_addr.as_ref().map(Text::as_bytes);
            let forwarded_for = forwarded_for.as_ref().map(Text::as_bytes);
            let both = self.0.compare(&resolver.get().0, remote_addr, forwarded_for);
            Ok(TuleapComparison {
                compat: from_latin1(both.compat()),
                strict: ClientIp(both.strict()),
                differs: both.differs(),
            })
        })
    }

    /// The entries that the strict list reads differently or refuses.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.warnings().iter().map(ConfigWarning::from).collect::<Vec<_>>())
    }

    fn __repr__(&self) -> &'static str {
        "<TuleapCompat>"
    }
}

type Texts<'py> = (Option<Text<'py>>, Option<Text<'py>>);

fn texts<'py>(
    remote_addr: Option<&Bound<'py, PyAny>>,
    forwarded_for: Option<&Bound<'py, PyAny>>,
) -> PyResult<Texts<'py>> {
    Ok((
        remote_addr.map(|text| Text::new(text, "remote_addr")).transpose()?,
        forwarded_for.map(|text| Text::new(text, "forwarded_for")).transpose()?,
    ))
}

/// Tuleap's answer beside the strict one.
#[pyclass(frozen, eq, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct TuleapComparison {
    /// What Tuleap answers.
    compat: String,
    /// What the resolver answers.
    strict: ClientIp,
    /// Is Tuleap's text another address than the resolver's, or none?
    differs: bool,
}

#[pymethods]
impl TuleapComparison {
    fn __repr__(&self) -> String {
        let verdict = if self.differs { "differs from" } else { "equals" };
        format!("<TuleapComparison {:?} {verdict} {}>", self.compat, self.strict.0)
    }
}
