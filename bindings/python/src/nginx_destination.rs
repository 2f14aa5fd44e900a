use pyo3::prelude::*;

use crate::choice::{guide, nginx_rules};
use crate::error::guard;
use crate::headers::Values;
use crate::text::{Text, from_latin1};

/// The Destination that nginx itself sends with the guide's lines, for running beside it: use
/// DestinationRule for requests.
///
/// guide: "reverse-proxy" or "distributed". nginx: "current" joins several lines, "1.22" reads the
/// first alone.
///
/// Raises TuleapFrontError for another word. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct NginxDestination {
    core: tuleap_front::NginxDestination,
    label: String,
}

#[pymethods]
impl NginxDestination {
    #[new]
    #[pyo3(signature = (guide="reverse-proxy", nginx="current"))]
    fn new(guide: &str, nginx: &str) -> PyResult<Self> {
        guard(|| {
            let label = format!("{guide}, nginx {nginx}");
            let (guide, rules) = (self::guide(guide)?, nginx_rules("nginx", nginx)?);
            Ok(Self { core: tuleap_front::NginxDestination::new(guide, rules), label })
        })
    }

    /// The value that is sent, as `str` of Latin-1 characters; None where no such header is.
    ///
    /// target: the request target, `str` or `bytes`. lines: as in DestinationRule.rewrite_lines.
    fn sent(&self, target: &Bound<'_, PyAny>, lines: Values<'_>) -> PyResult<Option<String>> {
        let target = Text::new(target, "target")?;
        guard(|| {
            Ok(lines.with_slices(|lines| {
                self.core.sent(target.as_bytes(), lines).as_deref().map(from_latin1)
            }))
        })
    }

    fn __repr__(&self) -> String {
        format!("<NginxDestination {}>", self.label)
    }
}
