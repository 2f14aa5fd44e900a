use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::choice::scheme;
use crate::error::{Refusal, guard};
use crate::explanation::Told;

/// The hops between a client and the application, and whether their redirects to https come to an
/// end: who ends TLS, who believes what and why.
///
/// text: one hop per line, or with `;` between them, the client's end first; `#` starts a comment.
/// A hop is `name: http`, `https` or `http and https`, and after commas `trusts NAME and NAME`,
/// `trusts everyone` or `trusts nobody`; `writes proto`, `writes believed proto`, `writes https`,
/// `writes http`, `passes proto` or `removes proto`; `redirects`, `redirects on scheme` or
/// `redirects on header`.
///
/// Raises TuleapFrontError for a text that is not right, with its place and what to write instead.
/// Immutable; any thread.
#[pyclass(frozen, eq, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ProxyChain(tuleap_front::ProxyChain);

#[pymethods]
impl ProxyChain {
    #[new]
    fn new(text: &str) -> PyResult<Self> {
        guard(|| match text.parse() {
            Ok(chain) => Ok(Self(chain)),
            Err(error) => Err(Refusal::from(&error).into()),
        })
    }

    /// How a request ends that a client sends by this scheme, "https" or "http": "served",
    /// "redirected-once", "plain-http-served", "unreachable" or "loop".
    ///
    /// Raises TuleapFrontError for another scheme.
    fn verdict(&self, scheme: &str) -> PyResult<&'static str> {
        guard(|| Ok(self.0.verdict(self::scheme(scheme)?).as_str()))
    }

    /// Both verdicts, and what led to them.
    fn explain(&self, py: Python<'_>) -> PyResult<ChainExplanation> {
        guard(|| ChainExplanation::new(py, &self.0))
    }

    /// The chain with everything changed that is wrong; one that is equal where nothing is.
    fn corrected(&self) -> PyResult<Self> {
        guard(|| Ok(Self(self.0.corrected())))
    }

    /// The hops, from the client on, each as it is written.
    #[getter]
    fn hops<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.hops().iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    /// The chain on one line, as it is read.
    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<ProxyChain of {} hops>", self.0.hops().len())
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        self.0.to_string().hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

/// What becomes of a request over https and of one over http, and why; `str(explanation)` writes
/// it for people.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct ChainExplanation {
    https: Py<ChainRun>,
    http: Py<ChainRun>,
    notes: Py<PyTuple>,
    corrected: Option<tuleap_front::ProxyChain>,
    told: Told,
}

impl ChainExplanation {
    fn new(py: Python<'_>, chain: &tuleap_front::ProxyChain) -> PyResult<Self> {
        let explanation = chain.explain();
        let notes = explanation.notes().iter().map(ChainCause::from);
        Ok(Self {
            https: Py::new(py, ChainRun::new(py, explanation.https())?)?,
            http: Py::new(py, ChainRun::new(py, explanation.http())?)?,
            notes: PyTuple::new(py, notes.collect::<Vec<_>>())?.unbind(),
            corrected: explanation.corrected().cloned(),
            told: Told::new(&explanation)?,
        })
    }
}

#[pymethods]
impl ChainExplanation {
    /// A request over https.
    #[getter]
    fn https(&self, py: Python<'_>) -> Py<ChainRun> {
        self.https.clone_ref(py)
    }

    /// A request over http, and where it leads.
    #[getter]
    fn http(&self, py: Python<'_>) -> Py<ChainRun> {
        self.http.clone_ref(py)
    }

    /// What is risky though it works: that a client can decide.
    #[getter]
    fn notes(&self, py: Python<'_>) -> Py<PyTuple> {
        self.notes.clone_ref(py)
    }

    /// Is nothing wrong?
    #[getter]
    fn is_sound(&self) -> bool {
        self.corrected.is_none()
    }

    /// The chain as it should be; None where nothing is wrong.
    #[getter]
    fn corrected(&self) -> Option<ProxyChain> {
        self.corrected.clone().map(ProxyChain)
    }

    /// The explanation as one JSON object: https, http, notes, is_sound, corrected.
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
        let (https, http) = (self.https.get().verdict, self.http.get().verdict);
        format!("<ChainExplanation: https {https}, http {http}>")
    }
}

/// What becomes of a request over one scheme.
#[pyclass(frozen, get_all, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct ChainRun {
    /// How it ends: "served", "redirected-once", "plain-http-served", "unreachable" or "loop".
    verdict: &'static str,
    /// The stable id of that, such as "redirect-loop/loop".
    code: &'static str,
    /// The whole in one sentence.
    text: String,
    /// The hop that ends TLS, or None.
    tls_ends_at: Option<String>,
    /// What each hop sees, from the client on.
    steps: Py<PyTuple>,
    /// Who is to blame for what is wrong.
    causes: Py<PyTuple>,
}

impl ChainRun {
    fn new(py: Python<'_>, run: &tuleap_front::ChainRun<'_>) -> PyResult<Self> {
        let steps: Vec<_> = run.steps().iter().map(ChainStep::from).collect();
        let causes: Vec<_> = run.causes().iter().map(ChainCause::from).collect();
        Ok(Self {
            verdict: run.verdict().as_str(),
            code: run.verdict().code(),
            text: run.text().to_owned(),
            tls_ends_at: run.tls_ends_at().map(|hop| hop.name().to_owned()),
            steps: PyTuple::new(py, steps)?.unbind(),
            causes: PyTuple::new(py, causes)?.unbind(),
        })
    }
}

#[pymethods]
impl ChainRun {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("<ChainRun: {}>", self.verdict)
    }
}

/// What one hop sees of a request.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct ChainStep {
    /// Its name.
    hop: String,
    /// What the hop before it, or the client, speaks to it: "https" or "http".
    reached_by: &'static str,
    /// The X-Forwarded-Proto that it gets, or None.
    proto: Option<&'static str>,
    /// The scheme that it takes for the client's.
    believes: &'static str,
    /// Why it does, by name.
    belief: &'static str,
    /// Does it redirect to https?
    redirects: bool,
    /// The X-Forwarded-Proto that it sends on, or None.
    sends: Option<&'static str>,
}

impl From<&tuleap_front::ChainStep<'_>> for ChainStep {
    fn from(step: &tuleap_front::ChainStep<'_>) -> Self {
        Self {
            hop: step.hop().name().to_owned(),
            reached_by: step.reached_by().as_str(),
            proto: step.proto().map(tuleap_front::Scheme::as_str),
            believes: step.believes().as_str(),
            belief: step.belief().as_str(),
            redirects: step.redirects(),
            sends: step.sends().map(tuleap_front::Scheme::as_str),
        }
    }
}

#[pymethods]
impl ChainStep {
    fn __repr__(&self) -> String {
        format!("<ChainStep {} believes {}: {}>", self.hop, self.believes, self.belief)
    }
}

/// Who is to blame for what is wrong, and what to write instead.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct ChainCause {
    /// The name of what is wrong, such as "not-trusted".
    reason: &'static str,
    /// The stable id of that, such as "redirect-loop/not-trusted".
    code: &'static str,
    /// The hop.
    hop: String,
    /// What is wrong, in words.
    text: String,
    /// What to do about it, in words.
    advice: String,
    /// The hop as it should be written, where that is known, or None.
    instead: Option<String>,
}

impl From<&tuleap_front::ChainCause<'_>> for ChainCause {
    fn from(cause: &tuleap_front::ChainCause<'_>) -> Self {
        Self {
            reason: cause.reason().as_str(),
            code: cause.code(),
            hop: cause.hop().name().to_owned(),
            text: cause.text().to_owned(),
            advice: cause.advice().to_owned(),
            instead: cause.instead().map(ToString::to_string),
        }
    }
}

#[pymethods]
impl ChainCause {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("<ChainCause {} at {}>", self.reason, self.hop)
    }
}
