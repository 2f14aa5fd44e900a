use std::cell::OnceCell;

use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};
use tuleap_front::UpstreamFailure;

use crate::cache::CachePolicy;
use crate::cache_facts::{CacheAnswer, CacheFacts};
use crate::cache_key::{CacheKey, CacheMd5};
use crate::choice::choice;
use crate::error::guard;
use crate::explanation::{dict, json};
use crate::number;
use crate::text::{from_latin1, wrong_type};

/// A cache that holds what a policy stores, without bodies, files and clocks: what
/// `$upstream_cache_status` shows over many requests, and why.
///
/// `request` asks about a request and calls you for the backend's answer. `ask` leaves the answer to
/// a later `answer` or `fail`: where its step has a ticket, the backend is to be asked, and others
/// that ask meanwhile see UPDATING, as in nginx. Tickets that are never answered are kept.
///
/// In every method now is Unix seconds. It changes: a second thread, or a backend that asks the zone,
/// gets a RuntimeError while it is asked.
#[pyclass(module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct CacheZone {
    core: tuleap_front::CacheZone,
    policy: Py<CachePolicy>,
}

const FAILURES: &[(&str, UpstreamFailure)] = &[
    ("error", UpstreamFailure::Error),
    ("invalid-header", UpstreamFailure::InvalidHeader),
    ("timeout", UpstreamFailure::Timeout),
];

#[pymethods]
impl CacheZone {
    #[new]
    fn new(policy: &Bound<'_, CachePolicy>) -> PyResult<Self> {
        let core = || tuleap_front::CacheZone::new(policy.get().core.clone());
        guard(|| Ok(Self { core: core(), policy: policy.clone().unbind() }))
    }

    /// Whose rules it keeps.
    #[getter]
    fn policy(&self, py: Python<'_>) -> Py<CachePolicy> {
        self.policy.clone_ref(py)
    }

    /// A request, and the step at the end. backend: a function that is asked where nginx asks the
    /// backend; it gets an UpstreamRequest and answers a CacheAnswer, or how it failed: "error",
    /// "invalid-header" or "timeout". What it raises is raised, and the backend has failed.
    #[pyo3(signature = (facts, backend, *, now))]
    fn request(
        &mut self,
        facts: &CacheFacts,
        backend: &Bound<'_, PyAny>,
        now: &Bound<'_, PyInt>,
    ) -> PyResult<CacheStep> {
        if !backend.is_callable() {
            return Err(wrong_type(backend, "backend", "a function"));
        }
        let now = number::now(now)?;
        let (given, raised) = (OnceCell::new(), OnceCell::new());
        guard(|| {
            let step =
                self.core.request(&facts.lend(), now, |asked| match answered(backend, asked) {
                    Ok(Ok(answer)) => Ok(given.get_or_init(|| answer).get().lend()),
                    Ok(Err(failure)) => Err(failure),
                    Err(error) => {
                        raised.get_or_init(|| error);
                        Err(UpstreamFailure::Error)
                    }
                });
            Ok(CacheStep(step))
        })
        .and_then(|step| raised.into_inner().map_or(Ok(step), Err))
    }

    /// A request: the client's answer, or what the backend is to be asked, or both.
    #[pyo3(signature = (facts, *, now))]
    fn ask(&mut self, facts: &CacheFacts, now: &Bound<'_, PyInt>) -> PyResult<CacheStep> {
        let now = number::now(now)?;
        guard(|| Ok(CacheStep(self.core.ask(&facts.lend(), now))))
    }

    /// What the backend answered; None where the ticket is not known.
    #[pyo3(signature = (ticket, answer, *, now))]
    fn answer(
        &mut self,
        ticket: &Bound<'_, PyInt>,
        answer: &CacheAnswer,
        now: &Bound<'_, PyInt>,
    ) -> PyResult<Option<CacheStep>> {
        let (ticket, now) = (self::ticket(ticket)?, number::now(now)?);
        guard(|| Ok(self.core.answer(ticket, &answer.lend(), now).map(CacheStep)))
    }

    /// The backend did not answer; None where the ticket is not known. failure: "error",
    /// "invalid-header" or "timeout".
    ///
    /// Raises TuleapFrontError for another word.
    #[pyo3(signature = (ticket, failure, *, now))]
    fn fail(
        &mut self,
        ticket: &Bound<'_, PyInt>,
        failure: &str,
        now: &Bound<'_, PyInt>,
    ) -> PyResult<Option<CacheStep>> {
        let (ticket, now) = (self::ticket(ticket)?, number::now(now)?);
        let failure = choice("failure", failure, FAILURES)?;
        guard(|| Ok(self.core.fail(ticket, failure, now).map(CacheStep)))
    }

    fn __repr__(&self) -> String {
        format!("<CacheZone of {}>", self.policy.get().label())
    }
}

fn ticket(ticket: &Bound<'_, PyInt>) -> PyResult<u64> {
    number::number("ticket", ticket, "one that ask gave")
}

/// What the function answers.
fn answered<'py>(
    backend: &Bound<'py, PyAny>,
    asked: &tuleap_front::UpstreamRequest,
) -> PyResult<Result<Bound<'py, CacheAnswer>, UpstreamFailure>> {
    let answer = backend.call1((UpstreamRequest(asked.clone()),))?;
    if let Ok(word) = answer.cast::<PyString>() {
        return Ok(Err(choice("the answer of backend", &word.to_string_lossy(), FAILURES)?));
    }
    let expected = "CacheAnswer or str";
    let answer = answer.cast_into::<CacheAnswer>();
    answer
        .map(Ok)
        .map_err(|error| wrong_type(&error.into_inner(), "the answer of backend", expected))
}

/// What the backend is asked. Its Host is `$host`, as the guide's lines have it; who the client is
/// says a ForwardedHop. Texts are `str` of Latin-1 characters.
#[pyclass(frozen, eq, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UpstreamRequest(tuleap_front::UpstreamRequest);

#[pymethods]
impl UpstreamRequest {
    /// The method.
    #[getter]
    fn method(&self) -> String {
        from_latin1(self.0.method())
    }

    /// The target.
    #[getter]
    fn target(&self) -> String {
        from_latin1(self.0.target())
    }

    /// The header lines: without conditions and ranges where the answer may be stored, and with those
    /// of a revalidation.
    #[getter]
    fn lines(&self) -> Vec<(String, String)> {
        self.0.lines().map(latin1_line).collect()
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        (self.0.method(), self.0.target()).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        format!("<UpstreamRequest {:?} {:?}>", self.method(), self.target())
    }
}

fn latin1_line((name, value): (&[u8], &[u8])) -> (String, String) {
    (from_latin1(name), from_latin1(value))
}

/// What became of a request, or what the backend is to be asked first. What there is not is None;
/// texts are `str` of Latin-1 characters.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct CacheStep(tuleap_front::CacheStep);

#[pymethods]
impl CacheStep {
    /// The backend is to be asked, and `CacheZone.answer` or `fail` to be told what came of it. Where
    /// there is a status as well, the client has its answer already.
    #[getter]
    fn ticket(&self) -> Option<u64> {
        self.0.ticket()
    }

    /// What the backend is asked, or was.
    #[getter]
    fn upstream(&self) -> Option<UpstreamRequest> {
        self.0.upstream().cloned().map(UpstreamRequest)
    }

    /// Is the path one of the policy's location?
    #[getter]
    fn is_in_location(&self) -> bool {
        self.0.is_in_location()
    }

    /// The status that the client gets.
    #[getter]
    fn status(&self) -> Option<u16> {
        self.0.status()
    }

    /// `$upstream_cache_status`: "MISS", "BYPASS", "EXPIRED", "STALE", "UPDATING", "REVALIDATED" or
    /// "HIT"; None where the cache has no part in it, or another location answers.
    #[getter]
    fn cache_status(&self) -> Option<&'static str> {
        self.0.cache_status().map(tuleap_front::CacheStatus::as_str)
    }

    /// What the guide's `add_header X-Cache-Status` writes, which is for some statuses of the answer
    /// only.
    #[getter]
    fn shown_status(&self) -> Option<&'static str> {
        self.0.shown_status().map(tuleap_front::CacheStatus::as_str)
    }

    /// Does the client get an entry of the cache?
    #[getter]
    fn is_from_cache(&self) -> bool {
        self.0.cache_status().is_some_and(tuleap_front::CacheStatus::is_from_cache)
    }

    /// The header lines that the client gets, as far as they come from the backend, from `expires` and
    /// from ranges.
    #[getter]
    fn lines(&self) -> Vec<(String, String)> {
        self.0.lines().map(latin1_line).collect()
    }

    /// The name of the rule: why the answer was stored or not, or what let the cache answer.
    #[getter]
    fn reason(&self) -> &'static str {
        self.0.reason().as_str()
    }

    /// The stable id of that rule, such as "cache/fresh".
    #[getter]
    fn code(&self) -> &'static str {
        self.0.reason().code()
    }

    /// The rule in words. It holds nothing of the client's.
    #[getter]
    fn text(&self) -> &'static str {
        self.0.reason().text()
    }

    /// The key, where the cache has a part in it.
    #[getter]
    fn key(&self) -> Option<CacheKey> {
        self.0.key().cloned().map(CacheKey)
    }

    /// The name of the file: the MD5 of the key, or of a variant.
    #[getter]
    fn file(&self) -> Option<CacheMd5> {
        self.0.file().map(CacheMd5)
    }

    /// The file, from the folder of the cache on.
    #[getter]
    fn path(&self) -> Option<&str> {
        self.0.path()
    }

    /// Was the backend's answer stored?
    #[getter]
    fn stores(&self) -> bool {
        self.0.stores()
    }

    /// Is there an entry now, of this answer or of an older one?
    #[getter]
    fn has_entry(&self) -> bool {
        self.0.has_entry()
    }

    /// For how many seconds the entry is fresh, from when it was stored.
    #[getter]
    fn lifetime(&self) -> Option<i64> {
        self.0.lifetime()
    }

    /// Until when the entry is fresh, in Unix seconds.
    #[getter]
    fn valid_until(&self) -> Option<i64> {
        self.0.valid_until()
    }

    /// For how many seconds more the entry may be served while it is refreshed.
    #[getter]
    fn stale_while_revalidate(&self) -> Option<i64> {
        self.0.stale_while_revalidate()
    }

    /// For how many seconds more the entry may be served where the backend cannot be reached.
    #[getter]
    fn stale_if_error(&self) -> Option<i64> {
        self.0.stale_if_error()
    }

    /// The Vary that the entry is kept with.
    #[getter]
    fn vary(&self) -> Option<String> {
        self.0.vary().map(from_latin1)
    }

    /// The variant that the entry is.
    #[getter]
    fn variant(&self) -> Option<CacheMd5> {
        self.0.variant().map(CacheMd5)
    }

    /// The step as one JSON object: ticket, in_location, status, cache_status, shown_status, headers,
    /// upstream (method, target, headers), reason, because, key, key_md5, file_md5, path, stores (this
    /// answer), stored (an entry is there), lifetime, valid_until, stale_while_revalidate,
    /// stale_if_error, vary, variant_md5.
    fn to_json(&self) -> PyResult<String> {
        json(&self.0)
    }

    /// `to_json`, read back.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        dict(py, &self.to_json()?)
    }

    fn __repr__(&self) -> String {
        let status = self.cache_status().unwrap_or("-");
        format!("<CacheStep {status}: {}>", self.0.reason())
    }
}
