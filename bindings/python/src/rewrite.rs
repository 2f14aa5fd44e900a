use pyo3::prelude::*;

use crate::text::from_latin1;

/// What becomes of a header that names a place on this site.
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Rewrite {
    action: &'static str,
    value: Option<Vec<u8>>,
    refusal: Option<(u16, tuleap_front::DestinationReason)>,
}

impl Rewrite {
    /// `lines` are those that were asked about.
    pub(crate) fn new(rewrite: &tuleap_front::Rewrite<'_>, lines: &[&[u8]]) -> Self {
        let refusal = match rewrite {
            tuleap_front::Rewrite::Reject { status, reason } => Some((status.as_u16(), *reason)),
            _ => None,
        };
        Self { action: rewrite.action(), value: rewrite.value(lines), refusal }
    }
}

#[pymethods]
impl Rewrite {
    /// "unchanged" (the header is sent on as it is; that may be not at all), "rewrite" (one line
    /// with the value replaces every line), "remove" (no such header is sent on) or "reject" (the
    /// request is answered at once and no other server sees it).
    #[getter]
    pub(crate) fn action(&self) -> &'static str {
        self.action
    }

    /// The value of the one line that replaces every line, as `str` of Latin-1 characters, which
    /// `http.client` takes; None where none does.
    #[getter]
    fn value(&self) -> Option<String> {
        self.value.as_deref().map(from_latin1)
    }

    /// What to answer a request that is rejected: 400 or 502; None for any other.
    #[getter]
    fn status(&self) -> Option<u16> {
        self.refusal.map(|(status, _)| status)
    }

    /// The name of the reason for a rejection, such as "foreign-origin"; None for any other.
    #[getter]
    fn reason(&self) -> Option<&'static str> {
        self.refusal.map(|(_, reason)| reason.as_str())
    }

    /// The stable id of the reason, such as "destination/foreign-origin".
    #[getter]
    fn code(&self) -> Option<&'static str> {
        self.refusal.map(|(_, reason)| reason.code())
    }

    /// The reason in words, for the body of the answer. It holds nothing of the client's.
    #[getter]
    fn text(&self) -> Option<&'static str> {
        self.refusal.map(|(_, reason)| reason.text())
    }

    /// The value is not shown: it may hold a password.
    fn __repr__(&self) -> String {
        match self.refusal {
            Some((status, reason)) => format!("<Rewrite {}: {status} {reason}>", self.action),
            None => format!("<Rewrite {}>", self.action),
        }
    }
}
