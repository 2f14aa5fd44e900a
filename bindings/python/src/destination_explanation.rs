use pyo3::prelude::*;
use tuleap_front::{DestinationCause, LocationCause};

use crate::explanation::Told;
use crate::rewrite::Rewrite;
use crate::text::from_latin1;

/// What was decided about a Destination, and by which rule; `str(explanation)` writes it for
/// people, without user info.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct DestinationExplanation {
    rewrite: Rewrite,
    cause: DestinationCause,
    reason: Option<&'static str>,
    entry: Option<usize>,
    origin: Option<String>,
    sent: Option<String>,
    lines: usize,
    told: Told,
}

impl DestinationExplanation {
    pub(crate) fn new(
        explanation: &tuleap_front::DestinationExplanation<'_>,
        rewrite: Rewrite,
    ) -> PyResult<Self> {
        Ok(Self {
            rewrite,
            cause: explanation.cause(),
            reason: explanation.reason().map(tuleap_front::DestinationReason::as_str),
            entry: explanation.entry(),
            origin: explanation.origin().map(ToString::to_string),
            sent: explanation.sent().map(from_latin1),
            lines: explanation.lines(),
            told: Told::new(explanation)?,
        })
    }
}

#[pymethods]
impl DestinationExplanation {
    /// The answer that is explained.
    #[getter]
    fn rewrite(&self) -> Rewrite {
        self.rewrite.clone()
    }

    /// The name of the rule that decided, such as "public-origin"; of a rejection, its reason.
    #[getter]
    fn cause(&self) -> &'static str {
        self.cause.as_str()
    }

    /// The stable id of that rule, such as "destination/public-origin".
    #[getter]
    fn code(&self) -> &'static str {
        self.cause.code()
    }

    /// The reason for a rejection, or for one that there would be if the method had a Destination
    /// (the cause is "other-method" then); None where there is none.
    #[getter]
    fn reason(&self) -> Option<&'static str> {
        self.reason
    }

    /// Which of the listed public origins it named, from 0; None where it named none.
    #[getter]
    fn entry(&self) -> Option<usize> {
        self.entry
    }

    /// The listed public origin that it named, as it was written.
    #[getter]
    fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The first line as it was sent, as `str` of Latin-1 characters: whole, with its user info.
    #[getter]
    fn sent(&self) -> Option<&str> {
        self.sent.as_deref()
    }

    /// How many lines there were.
    #[getter]
    fn lines(&self) -> usize {
        self.lines
    }

    /// The explanation as one JSON object: action, status, reason, cause, because, lines, entry,
    /// origin, sent, next. The last two without user info, and cut.
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
        format!("<DestinationExplanation of {} ({})>", self.rewrite.action(), self.cause)
    }
}

/// What was decided about a Location or a Content-Location, and by which rule; `str(explanation)`
/// writes it for people, without user info.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct LocationExplanation {
    value: Option<String>,
    cause: LocationCause,
    entry: Option<usize>,
    origin: Option<String>,
    sent: String,
    told: Told,
}

impl LocationExplanation {
    pub(crate) fn new(explanation: &tuleap_front::LocationExplanation<'_>) -> PyResult<Self> {
        let value = explanation.rewrite().value(&[explanation.sent()]);
        Ok(Self {
            value: value.as_deref().map(from_latin1),
            cause: explanation.cause(),
            entry: explanation.entry(),
            origin: explanation.origin().map(ToString::to_string),
            sent: from_latin1(explanation.sent()),
            told: Told::new(explanation)?,
        })
    }
}

#[pymethods]
impl LocationExplanation {
    /// The answer that is explained: the value that replaces it, or None.
    #[getter]
    fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// The name of the rule that decided, such as "backend-origin".
    #[getter]
    fn cause(&self) -> &'static str {
        self.cause.as_str()
    }

    /// The stable id of that rule, such as "location/backend-origin".
    #[getter]
    fn code(&self) -> &'static str {
        self.cause.code()
    }

    /// Which of the listed public origins it got, from 0; None where it got none.
    #[getter]
    fn entry(&self) -> Option<usize> {
        self.entry
    }

    /// The listed public origin that it got, as it was written.
    #[getter]
    fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The value as the next server sent it: whole, with its user info.
    #[getter]
    fn sent(&self) -> &str {
        &self.sent
    }

    /// The explanation as one JSON object: action, cause, because, entry, origin, sent, next. The
    /// last two without user info, and cut.
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
        format!("<LocationExplanation: {}>", self.cause)
    }
}
