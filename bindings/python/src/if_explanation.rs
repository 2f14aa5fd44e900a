use pyo3::prelude::*;
use pyo3::types::PyTuple;
use tuleap_front::{DestinationCause, IfCause};

use crate::explanation::Told;
use crate::text::from_latin1;

/// What was decided about an If line, tag by tag; `str(explanation)` writes it for people, without
/// user info.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct IfExplanation {
    value: Option<String>,
    cause: IfCause,
    offset: Option<usize>,
    sent: String,
    tags: Py<PyTuple>,
    told: Told,
}

impl IfExplanation {
    pub(crate) fn new(
        py: Python<'_>,
        explanation: &tuleap_front::IfExplanation<'_>,
    ) -> PyResult<Self> {
        let tags: Vec<_> = explanation.tags().map(TagDecision::from).collect();
        Ok(Self {
            value: explanation.rewrite().value().as_deref().map(from_latin1),
            cause: explanation.cause(),
            offset: explanation.offset(),
            sent: from_latin1(explanation.sent()),
            tags: PyTuple::new(py, tags)?.unbind(),
            told: Told::new(explanation)?,
        })
    }
}

#[pymethods]
impl IfExplanation {
    /// The answer that is explained: the line that replaces it, or None.
    #[getter]
    fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// The name of the rule that decided: "rewritten", "kept", "documented-kept", or what is
    /// malformed.
    #[getter]
    fn cause(&self) -> &'static str {
        self.cause.as_str()
    }

    /// The stable id of that rule, such as "if/rewritten".
    #[getter]
    fn code(&self) -> &'static str {
        self.cause.code()
    }

    /// Where what is malformed stands, in bytes; None where nothing is.
    #[getter]
    fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// The line as it was sent: whole, with user info.
    #[getter]
    fn sent(&self) -> &str {
        &self.sent
    }

    /// The tags, in order; none of a malformed line.
    #[getter]
    fn tags(&self, py: Python<'_>) -> Py<PyTuple> {
        self.tags.clone_ref(py)
    }

    /// The explanation as one JSON object: action, cause, because, offset, tags (the first ones,
    /// without user info and cut), more_tags.
    fn to_json(&self) -> &str {
        self.told.json()
    }

    /// `to_json`, read back.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.told.dict(py)
    }

    fn __str__(&self) -> &str {
        self.told.text()
    }

    fn __repr__(&self) -> String {
        format!("<IfExplanation: {}>", self.cause)
    }
}

/// One tag of an If line, and what was decided about it.
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct TagDecision {
    value: Option<String>,
    cause: &'static str,
    code: &'static str,
    entry: Option<usize>,
    sent: String,
}

impl From<tuleap_front::TagDecision<'_>> for TagDecision {
    fn from(tag: tuleap_front::TagDecision<'_>) -> Self {
        let cause: DestinationCause = tag.cause();
        Self {
            value: tag.rewrite().value(&[tag.sent()]).as_deref().map(from_latin1),
            cause: cause.as_str(),
            code: cause.code(),
            entry: tag.entry(),
            sent: from_latin1(tag.sent()),
        }
    }
}

#[pymethods]
impl TagDecision {
    /// What stands in its place; None where it is left as it is.
    #[getter]
    fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// The name of the rule that decided, as in DestinationExplanation.
    #[getter]
    fn cause(&self) -> &'static str {
        self.cause
    }

    /// The stable id of that rule.
    #[getter]
    fn code(&self) -> &'static str {
        self.code
    }

    /// Which of the listed public origins it named, from 0; None where it named none.
    #[getter]
    fn entry(&self) -> Option<usize> {
        self.entry
    }

    /// The tag as it was sent: whole, with its user info.
    #[getter]
    fn sent(&self) -> &str {
        &self.sent
    }

    fn __repr__(&self) -> String {
        format!("<TagDecision: {}>", self.cause)
    }
}
