use pyo3::prelude::*;
use pyo3::types::{PyInt, PyTuple};

use crate::cache_facts::{CacheAnswer, CacheFacts};
use crate::cache_key::{CacheKey, CacheLevels, CacheMd5};
use crate::choice::{guide, nginx_rules, rules_word};
use crate::error::{Refusal, guard};
use crate::explanation::Told;
use crate::gzip::GzipPolicy;
use crate::locations::Locations;
use crate::number;
use crate::text::latin1_lines;

/// What a location of nginx keeps in its cache, for how long, and what the client gets.
/// `CachePolicy()` is ours; nginx's are made by `documented()` and `parse()`.
///
/// Ours keeps today's static files and nothing that belongs to a user. Not looked up: paths that
/// servers read in more than one way, methods but GET and HEAD, requests with Authorization. Not
/// stored: statuses but 200, Set-Cookie, no-store, no-cache and private, a Vary with `*`, Cookie or
/// Authorization, other content types, and to requests with cookies what is not public. HEAD and GET
/// share an entry.
///
/// rules: which nginx it decides as, "current" or "1.22". In every method now is Unix seconds.
///
/// `str(policy)` is nginx's directives. Raises TuleapFrontError for what is not right. Immutable;
/// any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct CachePolicy {
    pub(crate) core: tuleap_front::CachePolicy,
    /// The constructor, for `repr`.
    label: String,
}

#[pymethods]
impl CachePolicy {
    #[new]
    #[pyo3(signature = (*, rules="current"))]
    fn new(rules: &str) -> PyResult<Self> {
        let core = tuleap_front::CachePolicy::recommended;
        guard(|| with_rules(core(), "CachePolicy()", rules))
    }

    /// What the guide's lines say. guide: "reverse-proxy" or "distributed". It stores what belongs to
    /// a user, and redirects to the login page: use it to see what a server with these lines does.
    #[staticmethod]
    #[pyo3(signature = (guide, *, rules="current"))]
    fn documented(guide: &str, rules: &str) -> PyResult<Self> {
        guard(|| {
            let core = tuleap_front::CachePolicy::documented(self::guide(guide)?);
            with_rules(core, &format!("CachePolicy.documented({guide:?})"), rules)
        })
    }

    /// nginx's directives, and `location MODIFIER PATTERN;` for the paths that they are for. With
    /// `tuleap_cache recommended;` those that are not there are ours, and so is what is stored.
    ///
    /// Raises TuleapFrontError for what is not right, with its place.
    #[staticmethod]
    #[pyo3(signature = (directives, *, rules="current"))]
    fn parse(directives: &str, rules: &str) -> PyResult<Self> {
        guard(|| {
            let core = directives.parse::<tuleap_front::CachePolicy>();
            let core = core.map_err(|error| PyErr::from(Refusal::from(&error)))?;
            with_rules(core, "CachePolicy.parse(...)", rules)
        })
    }

    /// Is the cache asked for a request?
    fn look_up(&self, facts: &CacheFacts) -> PyResult<CacheLookup> {
        guard(|| Ok(CacheLookup(self.core.look_up(&facts.lend()))))
    }

    /// Is an answer stored, and for how long? As if no entry were there; what comes of those is known
    /// to a CacheZone.
    #[pyo3(signature = (facts, answer, *, now))]
    fn store(
        &self,
        facts: &CacheFacts,
        answer: &CacheAnswer,
        now: &Bound<'_, PyInt>,
    ) -> PyResult<CacheStore> {
        let now = number::now(now)?;
        guard(|| Ok(CacheStore(self.core.store(&facts.lend(), &answer.lend(), now))))
    }

    /// The lines that the client gets of an answer that comes from the backend, as pairs of `str` of
    /// Latin-1 characters.
    #[pyo3(signature = (facts, answer, *, now))]
    fn response_lines(
        &self,
        facts: &CacheFacts,
        answer: &CacheAnswer,
        now: &Bound<'_, PyInt>,
    ) -> PyResult<Vec<(String, String)>> {
        let now = number::now(now)?;
        guard(|| Ok(latin1_lines(&self.core.response_lines(&facts.lend(), &answer.lend(), now))))
    }

    /// What becomes of a request and of its answer. Not for every request.
    #[pyo3(signature = (facts, answer, *, now))]
    fn explain(
        &self,
        facts: &CacheFacts,
        answer: &CacheAnswer,
        now: &Bound<'_, PyInt>,
    ) -> PyResult<CacheExplanation> {
        let now = number::now(now)?;
        guard(|| CacheExplanation::new(&self.core.explain(&facts.lend(), &answer.lend(), now)))
    }

    /// What becomes of a request, before there is an answer. Not for every request.
    fn explain_look_up(&self, facts: &CacheFacts) -> PyResult<CacheExplanation> {
        guard(|| CacheExplanation::new(&self.core.explain_look_up(&facts.lend())))
    }

    /// The key of a request; None where the cache is off or the target is refused.
    fn key(&self, facts: &CacheFacts) -> PyResult<Option<CacheKey>> {
        guard(|| Ok(self.core.key(&facts.lend()).map(CacheKey)))
    }

    /// The MD5 of the key, without making the key.
    fn key_md5(&self, facts: &CacheFacts) -> PyResult<Option<CacheMd5>> {
        guard(|| Ok(self.core.key_md5(&facts.lend()).map(CacheMd5)))
    }

    /// Every directive: its name and its parameters.
    #[getter]
    fn directives<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let directives = self.core.directives().map(|words| PyTuple::new(py, words));
        PyTuple::new(py, directives.collect::<PyResult<Vec<_>>>()?)
    }

    /// The paths that it is about; None for all of them.
    #[getter]
    fn locations(&self) -> Option<Locations> {
        self.core.locations().cloned().map(Locations)
    }

    /// `levels=` of `proxy_cache_path`.
    #[getter]
    fn levels(&self) -> CacheLevels {
        CacheLevels(*self.core.levels())
    }

    /// `inactive=` of `proxy_cache_path`, in seconds: after so long without a request an entry is
    /// removed, fresh or not.
    #[getter]
    fn inactive(&self) -> i64 {
        self.core.inactive()
    }

    /// `proxy_cache_key`; None where the cache is off.
    #[getter]
    fn key_text(&self) -> Option<&str> {
        self.core.key_text()
    }

    /// `expires`, as nginx reads it; "off" where there is none.
    #[getter]
    fn expires(&self) -> String {
        self.core.expires().to_string()
    }

    /// What the gzip directives among the others say; None where there is none.
    #[getter]
    fn gzip(&self) -> Option<GzipPolicy> {
        let core = self.core.gzip()?.clone();
        Some(GzipPolicy { core, label: "GzipPolicy.parse(...)".to_owned() })
    }

    /// Which nginx it decides as: "current" or "1.22".
    #[getter]
    fn rules(&self) -> &'static str {
        rules_word(self.core.rules())
    }

    /// Is it ours, perhaps with other values?
    #[getter]
    fn is_recommended(&self) -> bool {
        self.core.is_recommended()
    }

    /// The directives as they are read, one per line.
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

impl CachePolicy {
    pub(crate) fn label(&self) -> &str {
        &self.label
    }
}

fn with_rules(core: tuleap_front::CachePolicy, label: &str, rules: &str) -> PyResult<CachePolicy> {
    let core = core.with_rules(nginx_rules("rules", rules)?);
    Ok(CachePolicy { core, label: label.to_owned() })
}

/// Is the cache asked for a request?
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct CacheLookup(tuleap_front::CacheLookup);

#[pymethods]
impl CacheLookup {
    /// "look-up" (the cache is asked), "bypass" (the backend is asked, and its answer may be stored)
    /// or "skip" (the cache has no part in it).
    #[getter]
    fn action(&self) -> &'static str {
        self.0.action()
    }

    /// The name of the rule that decided, such as "method".
    #[getter]
    fn reason(&self) -> &'static str {
        self.0.reason().as_str()
    }

    /// The stable id of that rule, such as "cache/method".
    #[getter]
    fn code(&self) -> &'static str {
        self.0.reason().code()
    }

    /// The rule in words. It holds nothing of the client's.
    #[getter]
    fn text(&self) -> &'static str {
        self.0.reason().text()
    }

    fn __repr__(&self) -> String {
        format!("<CacheLookup {}: {}>", self.0.action(), self.0.reason())
    }
}

/// Whether an answer is stored, and for how long. What there is not is None.
#[pyclass(frozen, eq, module = "tuleap_front")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct CacheStore(tuleap_front::CacheStore);

#[pymethods]
impl CacheStore {
    /// Is it stored?
    #[getter]
    fn is_stored(&self) -> bool {
        self.0.is_stored()
    }

    /// The name of the rule that decided: why not, or what gives the lifetime.
    #[getter]
    fn reason(&self) -> &'static str {
        self.0.reason().as_str()
    }

    /// The stable id of that rule, such as "cache/set-cookie".
    #[getter]
    fn code(&self) -> &'static str {
        self.0.reason().code()
    }

    /// The rule in words. It holds nothing of the client's.
    #[getter]
    fn text(&self) -> &'static str {
        self.0.reason().text()
    }

    /// Until when it is fresh, in Unix seconds. It may be over already: then it is stored for what old
    /// entries are good for.
    #[getter]
    fn valid_until(&self) -> Option<i64> {
        self.0.valid_until()
    }

    /// For how many seconds it is fresh.
    #[getter]
    fn lifetime(&self) -> Option<i64> {
        self.0.lifetime()
    }

    /// For how many seconds it is served where nobody asks for it meanwhile: the lifetime, or
    /// CachePolicy.inactive where that is less.
    #[getter]
    fn kept_for(&self) -> Option<i64> {
        self.0.kept_for()
    }

    /// For how many seconds more it may be served while it is refreshed.
    #[getter]
    fn stale_while_revalidate(&self) -> i64 {
        self.0.stale_while_revalidate()
    }

    /// For how many seconds more it may be served where the backend cannot be reached.
    #[getter]
    fn stale_if_error(&self) -> i64 {
        self.0.stale_if_error()
    }

    /// The variant that it is stored as, where the answer has a Vary.
    #[getter]
    fn variant(&self) -> Option<CacheMd5> {
        self.0.variant().map(CacheMd5)
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        (self.reason(), self.valid_until(), self.0.variant()).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        match self.0.lifetime() {
            Some(lifetime) => format!("<CacheStore {lifetime} s: {}>", self.0.reason()),
            None => format!("<CacheStore no: {}>", self.0.reason()),
        }
    }
}

/// What becomes of a request and of its answer, and why; `str(explanation)` writes it for people.
/// Values are cut.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct CacheExplanation {
    look_up: CacheLookup,
    store: Option<CacheStore>,
    reason: tuleap_front::CacheReason,
    key: Option<CacheKey>,
    path: Option<String>,
    told: Told,
}

impl CacheExplanation {
    fn new(explanation: &tuleap_front::CacheExplanation) -> PyResult<Self> {
        Ok(Self {
            look_up: CacheLookup(explanation.look_up()),
            store: explanation.store().map(CacheStore),
            reason: explanation.reason(),
            key: explanation.key().cloned().map(CacheKey),
            path: explanation.path().map(str::to_owned),
            told: Told::new(explanation)?,
        })
    }
}

#[pymethods]
impl CacheExplanation {
    /// Was the cache asked?
    #[getter]
    fn look_up(&self) -> CacheLookup {
        self.look_up
    }

    /// Was the answer stored? None where none was asked about.
    #[getter]
    fn store(&self) -> Option<CacheStore> {
        self.store
    }

    /// The name of the rule that decided.
    #[getter]
    fn reason(&self) -> &'static str {
        self.reason.as_str()
    }

    /// The stable id of that rule.
    #[getter]
    fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// The key; None where the cache has no part in it.
    #[getter]
    fn key(&self) -> Option<CacheKey> {
        self.key.clone()
    }

    /// The file, from the folder of the cache on.
    #[getter]
    fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The explanation as one JSON object: verdict, reason, because, asked, look_up, look_up_reason,
    /// key, md5, path, and of the answer: status, stored, lines, lifetime, valid_until, kept_for,
    /// stale_while_revalidate, stale_if_error, variant_md5, client, hidden.
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
        format!("<CacheExplanation of {}>", self.reason)
    }
}
