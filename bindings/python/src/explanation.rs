use std::fmt::Display;

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use serde::Serialize;
use tuleap_front::escape_json_controls;

use crate::client_ip::ClientIp;
use crate::error::Refusal;
use crate::trusted_proxies::EntryRef;

/// The steps that led to an answer; `str(explanation)` writes it for people.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct Explanation {
    client: ClientIp,
    source: Option<String>,
    steps: Py<PyTuple>,
    notes: Vec<&'static str>,
    unread: usize,
    told: Told,
}

/// An explanation for people and for programs.
#[derive(Debug)]
pub(crate) struct Told {
    text: String,
    json: String,
}

impl Told {
    pub(crate) fn new(explanation: &(impl Display + Serialize)) -> PyResult<Self> {
        Ok(Self { text: explanation.to_string(), json: json(explanation)? })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn json(&self) -> &str {
        &self.json
    }

    /// The JSON, read back.
    pub(crate) fn dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        dict(py, &self.json)
    }
}

/// As one JSON object.
pub(crate) fn json(value: &impl Serialize) -> PyResult<String> {
    let json =
        serde_json::to_string(value).map_err(|error| Refusal::argument(error.to_string()))?;
    Ok(escape_json_controls(json))
}

/// JSON, read back.
pub(crate) fn dict<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}

impl Explanation {
    pub(crate) fn new(
        py: Python<'_>,
        explanation: &tuleap_front::Explanation<'_>,
    ) -> PyResult<Self> {
        let steps: Vec<_> = explanation.steps().iter().map(Step::from).collect();
        Ok(Self {
            client: ClientIp(explanation.client()),
            source: explanation.source().map(str::to_owned),
            steps: PyTuple::new(py, steps)?.unbind(),
            notes: explanation.notes().iter().map(|note| note.as_str()).collect(),
            unread: explanation.unread(),
            told: Told::new(explanation)?,
        })
    }
}

#[pymethods]
impl Explanation {
    /// The answer that is explained.
    #[getter]
    fn client(&self) -> ClientIp {
        self.client
    }

    /// The header the answer was read from, lower case; None where no header was read.
    #[getter]
    fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// The steps, the peer first and then each entry from the right.
    #[getter]
    fn steps(&self, py: Python<'_>) -> Py<PyTuple> {
        self.steps.clone_ref(py)
    }

    /// Names of side remarks, such as "other-source-ignored".
    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.notes)
    }

    /// Bytes of the source header left of the last entry that was read.
    #[getter]
    fn unread(&self) -> usize {
        self.unread
    }

    /// The explanation as one JSON object: client, client_port, kind, reason, source, hops,
    /// steps, notes, unread.
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

    fn __repr__(&self, py: Python<'_>) -> String {
        let steps = self.steps.bind(py).len();
        format!("<Explanation of {} in {steps} steps>", self.client.0)
    }
}

/// One step of an explanation.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Step {
    /// Where it looked: "peer", "x-forwarded-for[-1]", "x-real-ip".
    place: String,
    /// The first 64 bytes of what was found there.
    text: String,
    /// What it was taken for: "client", "trusted", "not-trusted", "counted", "not-an-address", or
    /// the name of a fault.
    verdict: &'static str,
    /// The entry of the trust list that covers it, or None.
    matched: Option<EntryRef>,
}

#[pymethods]
impl Step {
    fn __repr__(&self) -> String {
        format!("<Step {} {:?}: {}>", self.place, self.text, self.verdict)
    }
}

impl From<&tuleap_front::Step<'_>> for Step {
    fn from(step: &tuleap_front::Step<'_>) -> Self {
        Self {
            place: step.place().to_string(),
            text: step.text().into_owned(),
            verdict: step.verdict().as_str(),
            matched: step.matched().map(EntryRef::from),
        }
    }
}
