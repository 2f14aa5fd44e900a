use pyo3::prelude::*;
use tuleap_front::{HttpsOrigin, HttpsOriginError, RedirectFacts, RedirectReason, RedirectStatus};

use crate::choice::{choice, guide, nginx_rules, scheme};
use crate::error::{Refusal, guard};
use crate::explanation::Told;
use crate::text::{Text, from_latin1};

/// Sends requests over plain http to https: to the configured host, never to one that the request
/// names, with the request's own target behind it, byte for byte.
///
/// origin: a host, "host:port", or "https://" and one of them. status: of every redirect,
/// "by-safety" (301 for the methods that a client may repeat as a GET, GET and HEAD among them,
/// and 308 for all others), "moved-permanently", "found", "see-other", "temporary-redirect" or
/// "permanent-redirect"; None is "by-safety". nginx: which nginx refusals equal, "current" or
/// "1.22".
///
/// Raises TuleapFrontError for what is not right. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct HttpsRedirect(tuleap_front::HttpsRedirect);

#[pymethods]
impl HttpsRedirect {
    #[new]
    #[pyo3(signature = (origin, *, status=None, nginx="current"))]
    fn new(origin: &str, status: Option<&str>, nginx: &str) -> PyResult<Self> {
        guard(|| {
            let origin: HttpsOrigin = origin.parse().map_err(Refusal::from)?;
            with_choices(tuleap_front::HttpsRedirect::recommended(origin), status, nginx)
        })
    }

    /// What the guide's nginx lines answer. guide: "reverse-proxy", with `:443` after the host, or
    /// "distributed", without. server_name: the parameters of that directive, of which the first
    /// counts. status: None is "moved-permanently".
    ///
    /// Raises TuleapFrontError for a name with which nginx does not start.
    #[staticmethod]
    #[pyo3(signature = (guide, server_name, *, status=None, nginx="current"))]
    fn documented(
        guide: &str,
        server_name: &str,
        status: Option<&str>,
        nginx: &str,
    ) -> PyResult<Self> {
        guard(|| {
            let guide = self::guide(guide)?;
            let redirect = tuleap_front::HttpsRedirect::documented(guide, server_name);
            with_choices(redirect.map_err(Refusal::from)?, status, nginx)
        })
    }

    /// What each Location starts with.
    #[getter]
    fn origin(&self) -> &str {
        self.0.origin()
    }

    /// Decides about a request. scheme: what the client speaks to the site, "http" or "https":
    /// OriginPolicy.origin says so behind a load balancer. method and target: as they were sent,
    /// `str` or `bytes`.
    ///
    /// Raises TuleapFrontError for another scheme.
    fn decide(
        &self,
        scheme: &str,
        method: &Bound<'_, PyAny>,
        target: &Bound<'_, PyAny>,
    ) -> PyResult<RedirectDecision> {
        let request = Request::new(scheme, method, target)?;
        // An explanation copies nothing; it has the rule that decided.
        guard(|| Ok(RedirectDecision::from(&self.0.explain(&request.facts()))))
    }

    /// The same with what led to it. Not for every request.
    fn explain(
        &self,
        scheme: &str,
        method: &Bound<'_, PyAny>,
        target: &Bound<'_, PyAny>,
    ) -> PyResult<RedirectExplanation> {
        let request = Request::new(scheme, method, target)?;
        guard(|| {
            let explanation = self.0.explain(&request.facts());
            let decision = RedirectDecision::from(&explanation);
            Ok(RedirectExplanation { decision, told: Told::new(&explanation)? })
        })
    }

    fn __repr__(&self) -> String {
        format!("<HttpsRedirect to {}>", self.0.origin())
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

const STATUSES: &[(&str, RedirectStatus)] = &[
    ("by-safety", RedirectStatus::BySafety),
    ("moved-permanently", RedirectStatus::MovedPermanently),
    ("found", RedirectStatus::Found),
    ("see-other", RedirectStatus::SeeOther),
    ("temporary-redirect", RedirectStatus::TemporaryRedirect),
    ("permanent-redirect", RedirectStatus::PermanentRedirect),
];

fn with_choices(
    mut redirect: tuleap_front::HttpsRedirect,
    status: Option<&str>,
    nginx: &str,
) -> PyResult<HttpsRedirect> {
    if let Some(status) = status {
        redirect = redirect.with_status(choice("status", status, STATUSES)?);
    }
    Ok(HttpsRedirect(redirect.with_nginx_rules(nginx_rules("nginx", nginx)?)))
}

impl From<HttpsOriginError> for Refusal<'_> {
    fn from(error: HttpsOriginError) -> Self {
        Self::with_hint(error.code(), error.to_string(), error.hint(), None)
    }
}

/// A request, while it is asked about.
struct Request<'py> {
    scheme: tuleap_front::Scheme,
    method: Text<'py>,
    target: Text<'py>,
}

impl<'py> Request<'py> {
    fn new(scheme: &str, method: &Bound<'py, PyAny>, target: &Bound<'py, PyAny>) -> PyResult<Self> {
        let (method, target) = (Text::new(method, "method")?, Text::new(target, "target")?);
        Ok(Self { scheme: self::scheme(scheme)?, method, target })
    }

    fn facts(&self) -> RedirectFacts<'_> {
        let (method, target) = (self.method.as_bytes(), self.target.as_bytes());
        RedirectFacts { scheme: self.scheme, method, target }
    }
}

/// What is answered to a request over plain http.
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct RedirectDecision {
    action: &'static str,
    status: Option<u16>,
    location: Option<String>,
    reason: &'static str,
    code: &'static str,
    text: &'static str,
}

impl From<&tuleap_front::RedirectExplanation<'_>> for RedirectDecision {
    fn from(explanation: &tuleap_front::RedirectExplanation<'_>) -> Self {
        let (decision, reason): (_, RedirectReason) =
            (explanation.decision(), explanation.reason());
        Self {
            action: decision.action(),
            status: decision.status().map(|status| status.as_u16()),
            location: decision.location().as_deref().map(from_latin1),
            reason: reason.as_str(),
            code: reason.code(),
            text: reason.text(),
        }
    }
}

#[pymethods]
impl RedirectDecision {
    /// "stay" (the request goes on), "redirect" (it is answered with the status and the location)
    /// or "refuse" (with the status).
    #[getter]
    fn action(&self) -> &'static str {
        self.action
    }

    /// What to answer; None for "stay".
    #[getter]
    fn status(&self) -> Option<u16> {
        self.status
    }

    /// The value of Location for "redirect", as `str` of Latin-1 characters, and None otherwise.
    #[getter]
    fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// The name of the rule that decided, such as "keeps-method".
    #[getter]
    fn reason(&self) -> &'static str {
        self.reason
    }

    /// The stable id of that rule, such as "https-redirect/keeps-method".
    #[getter]
    fn code(&self) -> &'static str {
        self.code
    }

    /// The rule in words, for the body of a refusal. It holds nothing of the client's.
    #[getter]
    fn text(&self) -> &'static str {
        self.text
    }

    fn __repr__(&self) -> String {
        match self.status {
            Some(status) => format!("<RedirectDecision {}: {status} {}>", self.action, self.reason),
            None => format!("<RedirectDecision {}: {}>", self.action, self.reason),
        }
    }
}

/// What was decided about a request, and by which rule; `str(explanation)` writes it for people.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct RedirectExplanation {
    decision: RedirectDecision,
    told: Told,
}

#[pymethods]
impl RedirectExplanation {
    /// The answer that is explained.
    #[getter]
    fn decision(&self) -> RedirectDecision {
        self.decision.clone()
    }

    /// The explanation as one JSON object: action, status, reason, because, asked, location. The
    /// last two are cut.
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
        format!("<RedirectExplanation of {} ({})>", self.decision.action, self.decision.reason)
    }
}
