use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString, PyTuple};
use tuleap_front::{Expires, GzipLength, GzipReason, RequestVersion, Scheme, Secrets};

use crate::choice::{choice, guide, nginx_rules, rules_word, scheme, version, version_text};
use crate::error::{Refusal, guard};
use crate::explanation::Told;
use crate::headers::{Lines, OwnedLine};
use crate::number;
use crate::text::{Text, from_latin1, latin1_lines, wrong_type};

/// Which answers are compressed, and what becomes of their header. `GzipPolicy()` is ours; nginx's
/// are made by `documented()`, `tuleap()` and `parse()`.
///
/// Ours compresses text of 256 bytes or more for clients that accept it, and no part of an answer.
/// secrets: whether what may be made for one user (the request has Cookie or Authorization, or the
/// answer Set-Cookie), and is no script, style, font or image, is compressed over https:
/// "identity" leaves it as it is, since its length would tell what is in it (BREACH); "compress" is
/// for pages that mask their tokens.
///
/// expires: the parameters of nginx's directive in the same place, "1h" say, or "off". rules: which
/// nginx is equalled, "current" or "1.22".
///
/// `str(policy)` is nginx's directives, for ours those that come nearest. Raises TuleapFrontError
/// for what is not right. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct GzipPolicy {
    pub(crate) core: tuleap_front::GzipPolicy,
    /// The constructor, for `repr`.
    pub(crate) label: String,
}

const SECRETS: &[(&str, Secrets)] =
    &[("identity", Secrets::Identity), ("compress", Secrets::Compress)];

#[pymethods]
impl GzipPolicy {
    #[new]
    #[pyo3(signature = (*, secrets="identity", expires=None, rules="current"))]
    fn new(secrets: &str, expires: Option<&str>, rules: &str) -> PyResult<Self> {
        guard(|| {
            let secrets = choice("secrets", secrets, SECRETS)?;
            let core = tuleap_front::GzipPolicy::recommended().with_secrets(secrets);
            with_options(core, "GzipPolicy()", expires, rules)
        })
    }

    /// The lines of the deployment guide. guide: "reverse-proxy" or "distributed".
    #[staticmethod]
    #[pyo3(signature = (guide, *, expires=None, rules="current"))]
    fn documented(guide: &str, expires: Option<&str>, rules: &str) -> PyResult<Self> {
        guard(|| {
            let core = tuleap_front::GzipPolicy::documented(self::guide(guide)?);
            with_options(core, &format!("GzipPolicy.documented({guide:?})"), expires, rules)
        })
    }

    /// The configuration that Tuleap comes with today: JSON and scripts are listed, too.
    #[staticmethod]
    #[pyo3(signature = (*, expires=None, rules="current"))]
    fn tuleap(expires: Option<&str>, rules: &str) -> PyResult<Self> {
        guard(|| {
            let core = tuleap_front::GzipPolicy::tuleap();
            with_options(core, "GzipPolicy.tuleap()", expires, rules)
        })
    }

    /// nginx's directives: gzip, gzip_vary, gzip_proxied, gzip_types, gzip_disable,
    /// gzip_min_length, gzip_http_version, expires and `proxy_pass_header Date`. gzip_comp_level,
    /// gzip_buffers and proxy_http_version may stand there. What does not is as nginx has it.
    /// expires: None is that of the text.
    ///
    /// Raises TuleapFrontError for what is not right, with its place.
    #[staticmethod]
    #[pyo3(signature = (directives, *, expires=None, rules="current"))]
    fn parse(directives: &str, expires: Option<&str>, rules: &str) -> PyResult<Self> {
        guard(|| {
            let core = directives.parse::<tuleap_front::GzipPolicy>();
            let core = core.map_err(|error| PyErr::from(Refusal::from(&error)))?;
            with_options(core, "GzipPolicy.parse(...)", expires, rules)
        })
    }

    /// Decides about an answer.
    fn decide(&self, facts: &GzipFacts) -> PyResult<GzipVerdict> {
        guard(|| Ok(GzipVerdict::from(self.core.decide(&facts.lend()))))
    }

    /// The same with what was looked at. Not for every answer.
    fn explain(&self, py: Python<'_>, facts: &GzipFacts) -> PyResult<GzipExplanation> {
        guard(|| GzipExplanation::new(py, &self.core.explain(&facts.lend())))
    }

    /// The lines that the client gets in the place of all lines of these names: Content-Type,
    /// Content-Length, Vary, ETag, Accept-Ranges, Cache-Control, Expires and Content-Encoding, as
    /// pairs of `str` of Latin-1 characters, in the order in which nginx writes them.
    fn response_lines(&self, facts: &GzipFacts) -> PyResult<Vec<(String, String)>> {
        guard(|| {
            let facts = facts.lend();
            Ok(latin1_lines(&self.core.response_lines(&facts)))
        })
    }

    /// `gzip`
    #[getter]
    fn is_on(&self) -> bool {
        self.core.is_on()
    }

    /// `gzip_vary`
    #[getter]
    fn has_vary(&self) -> bool {
        self.core.has_vary()
    }

    /// `gzip_proxied`, in nginx's order; ("off",) where nothing is set.
    #[getter]
    fn proxied<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let proxied = self.core.proxied().map(tuleap_front::GzipProxied::as_str);
        PyTuple::new(py, proxied.collect::<Vec<_>>())
    }

    /// `gzip_types`, without text/html and `*`. Empty for ours, whose types are more than a list.
    #[getter]
    fn types<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.core.types().collect::<Vec<_>>())
    }

    /// `gzip_types *`: is every type listed?
    #[getter]
    fn has_all_types(&self) -> bool {
        self.core.has_all_types()
    }

    /// `gzip_disable`: regular expressions, and "msie6".
    #[getter]
    fn disable<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.core.disable().collect::<Vec<_>>())
    }

    /// `gzip_min_length`
    #[getter]
    fn min_length(&self) -> u64 {
        self.core.min_length()
    }

    /// `gzip_http_version`: "HTTP/1.0" or "HTTP/1.1".
    #[getter]
    fn http_version(&self) -> String {
        version_text(self.core.http_version())
    }

    /// `expires`, as nginx reads it; "off" where there is none.
    #[getter]
    fn expires(&self) -> String {
        self.core.expires().to_string()
    }

    /// `proxy_pass_header Date`: is Expires held against the backend's clock?
    #[getter]
    fn passes_date(&self) -> bool {
        self.core.passes_date()
    }

    /// Which nginx is equalled: "current" or "1.22".
    #[getter]
    fn rules(&self) -> &'static str {
        rules_word(self.core.rules())
    }

    /// "identity" or "compress"; it matters to ours alone.
    #[getter]
    fn secrets(&self) -> &'static str {
        match self.core.secrets() {
            Secrets::Identity => "identity",
            Secrets::Compress => "compress",
        }
    }

    /// Is it ours, and not nginx?
    #[getter]
    fn is_recommended(&self) -> bool {
        self.core.is_recommended()
    }

    /// nginx's directives, one per line.
    fn __str__(&self) -> String {
        self.core.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<{}>", self.label)
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

fn with_options(
    core: tuleap_front::GzipPolicy,
    label: &str,
    expires: Option<&str>,
    rules: &str,
) -> PyResult<GzipPolicy> {
    let mut core = core.with_rules(nginx_rules("rules", rules)?);
    if let Some(expires) = expires {
        core = core.with_expires(expires.parse::<Expires>().map_err(Refusal::from)?);
    }
    Ok(GzipPolicy { core, label: label.to_owned() })
}

/// What is known about a request and the answer to it.
///
/// scheme: what the client speaks to the site, "http" or "https": OriginPolicy.origin says so
/// behind a load balancer. request: the header of the request, as in ClientIpResolver.resolve.
/// status: that of the answer. response: its header, as the backend sent it. now: Unix seconds.
/// method: as it was sent, `str` or `bytes`; None is GET. version: of the request, as
/// SERVER_PROTOCOL has it. length: bytes of the content before it is compressed; None is as
/// Content-Length says, unless Transfer-Encoding says chunked; "unknown" is not known.
///
/// Raises TuleapFrontError for another scheme or version, and numbers that are none of these.
/// Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct GzipFacts {
    scheme: Scheme,
    method: Vec<u8>,
    version: RequestVersion,
    request: Vec<OwnedLine>,
    status: u16,
    response: Vec<OwnedLine>,
    length: GzipLength,
    now: i64,
}

#[pymethods]
impl GzipFacts {
    #[new]
    #[pyo3(signature = (
        scheme, request, status, response, *, now, method=None, version="HTTP/1.1", length=None,
    ))]
    #[expect(clippy::too_many_arguments, reason = "most of them are named by who calls")]
    fn new(
        scheme: &str,
        request: Lines<'_>,
        status: &Bound<'_, PyInt>,
        response: Lines<'_>,
        now: &Bound<'_, PyInt>,
        method: Option<&Bound<'_, PyAny>>,
        version: &str,
        length: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let method = method.map(|method| Text::new(method, "method")).transpose()?;
        Ok(Self {
            scheme: self::scheme(scheme)?,
            method: method.map_or_else(|| b"GET".to_vec(), |method| method.as_bytes().to_vec()),
            version: self::version(version)?,
            request: request.to_owned(),
            status: number::status(status)?,
            response: response.to_owned(),
            length: length.map_or(Ok(GzipLength::FromHeaders), self::length)?,
            now: number::now(now)?,
        })
    }

    fn __repr__(&self) -> String {
        let (scheme, method) = (self.scheme.as_str(), from_latin1(&self.method));
        format!("<GzipFacts {scheme} {method:?}: {}>", self.status)
    }
}

impl GzipFacts {
    fn lend(&self) -> tuleap_front::GzipFacts<'_, [OwnedLine], [OwnedLine]> {
        tuleap_front::GzipFacts {
            scheme: self.scheme,
            method: &self.method,
            version: self.version,
            request: &self.request,
            status: self.status,
            response: &self.response,
            length: self.length,
            now: self.now,
        }
    }
}

fn length(length: &Bound<'_, PyAny>) -> PyResult<GzipLength> {
    if let Ok(length) = length.cast::<PyInt>() {
        return Ok(GzipLength::Known(number::number("length", length, "0 or more")?));
    }
    match length.cast::<PyString>() {
        Ok(word) => {
            Ok(choice("length", &word.to_string_lossy(), &[("unknown", GzipLength::Unknown)])?)
        }
        Err(_) => Err(wrong_type(length, "length", "int, \"unknown\" or None")),
    }
}

/// What becomes of an answer, and of its header.
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct GzipVerdict {
    reason: GzipReason,
    varies: bool,
    etag: &'static str,
    removes: &'static [&'static str],
}

impl From<tuleap_front::GzipVerdict> for GzipVerdict {
    fn from(verdict: tuleap_front::GzipVerdict) -> Self {
        Self {
            reason: verdict.reason(),
            varies: verdict.varies(),
            etag: verdict.etag().as_str(),
            removes: verdict.removes(),
        }
    }
}

#[pymethods]
impl GzipVerdict {
    /// Is it compressed? Then it gets `Content-Encoding: gzip`.
    #[getter]
    fn compresses(&self) -> bool {
        self.reason.compresses()
    }

    /// The name of the rule that decided, such as "not-accepted".
    #[getter]
    fn reason(&self) -> &'static str {
        self.reason.as_str()
    }

    /// The stable id of that rule, such as "gzip/not-accepted".
    #[getter]
    fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// The rule in words. It holds nothing of the client's.
    #[getter]
    fn text(&self) -> &'static str {
        self.reason.text()
    }

    /// Is a `Vary: Accept-Encoding` due, compressed or not?
    #[getter]
    fn varies(&self) -> bool {
        self.varies
    }

    /// What becomes of the ETag: "keep", "none" (there is none), "remove" or "weaken" (it gets `W/`
    /// before it).
    #[getter]
    fn etag(&self) -> &'static str {
        self.etag
    }

    /// The lines that go, names in lower case.
    #[getter]
    fn removes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.removes)
    }

    fn __repr__(&self) -> String {
        let answer = if self.compresses() { "yes" } else { "no" };
        format!("<GzipVerdict {answer}: {}>", self.reason)
    }
}

/// What was decided about an answer, and what was looked at; `str(explanation)` writes it for
/// people. Values are cut, and those of Cookie, Set-Cookie and Authorization are not shown.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct GzipExplanation {
    verdict: GzipVerdict,
    steps: Py<PyTuple>,
    told: Told,
}

impl GzipExplanation {
    fn new(py: Python<'_>, explanation: &tuleap_front::GzipExplanation) -> PyResult<Self> {
        let steps = explanation.steps().iter().map(|step| GzipStep {
            check: step.check().as_str(),
            seen: step.seen().map(str::to_owned),
            decides: step.decides(),
        });
        Ok(Self {
            verdict: GzipVerdict::from(*explanation.verdict()),
            steps: PyTuple::new(py, steps.collect::<Vec<_>>())?.unbind(),
            told: Told::new(explanation)?,
        })
    }
}

#[pymethods]
impl GzipExplanation {
    /// The verdict that is explained.
    #[getter]
    fn verdict(&self) -> GzipVerdict {
        self.verdict
    }

    /// What was looked at, in order.
    #[getter]
    fn steps(&self, py: Python<'_>) -> Py<PyTuple> {
        self.steps.clone_ref(py)
    }

    /// The explanation as one JSON object: compresses, reason, because, varies, etag, removes,
    /// steps. A step has check, seen and decides.
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
        format!("<GzipExplanation of {}>", self.verdict.reason())
    }
}

/// Something that was looked at.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct GzipStep {
    /// What: "accept-encoding", "via", …
    check: &'static str,
    /// What was there, as it may be shown; None for nothing.
    seen: Option<String>,
    /// Did it decide? Only the last one can; where nothing is in the way, none does.
    decides: bool,
}

#[pymethods]
impl GzipStep {
    fn __repr__(&self) -> String {
        let seen = self.seen.as_deref().unwrap_or("-");
        format!("<GzipStep {}: {seen:?}>", self.check)
    }
}
