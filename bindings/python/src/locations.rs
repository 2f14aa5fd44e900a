use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use tuleap_front::{LocationModifier, LocationsReason};

use crate::choice::choice;
use crate::error::{Refusal, guard};
use crate::explanation::Told;
use crate::text::{Text, wrong_type};

/// Which `location` of an nginx server takes a path, which is RequestTarget.uri.
///
/// locations: a text with one location per line (modifier, pattern, name; `#` starts a comment), or
/// LocationRule objects. Regular expressions are those of nginx; what cannot be honoured, such as
/// look-around, is refused.
///
/// Raises TuleapFrontError for what is not right, with its place. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct Locations(pub(crate) tuleap_front::Locations);

#[pymethods]
impl Locations {
    #[new]
    fn new(locations: &Bound<'_, PyAny>) -> PyResult<Self> {
        let refuse = |error| PyErr::from(Refusal::from(&error));
        if let Ok(text) = locations.cast::<PyString>() {
            let text = text.to_string_lossy();
            return guard(|| text.parse().map(Self).map_err(refuse));
        }
        let expected = "str or an iterable of LocationRule";
        let items = locations.try_iter();
        let items = items.map_err(|_| wrong_type(locations, "locations", expected))?;
        let rules = items.map(|item| {
            let item = item?;
            match item.cast::<LocationRule>() {
                Ok(rule) => Ok(rule.get().0.clone()),
                Err(_) => Err(wrong_type(&item, "a location", "LocationRule")),
            }
        });
        let rules = rules.collect::<PyResult<Vec<_>>>()?;
        guard(|| tuleap_front::Locations::new(rules).map(Self).map_err(refuse))
    }

    /// The location that takes this path, `str` or `bytes`; None where none does.
    fn find(&self, uri: &Bound<'_, PyAny>) -> PyResult<Option<LocationMatch>> {
        let uri = Text::new(uri, "uri")?;
        guard(|| Ok(self.0.find(uri.as_bytes()).map(LocationMatch::from)))
    }

    /// The same with what was compared. Not for every request.
    fn explain(&self, uri: &Bound<'_, PyAny>) -> PyResult<LocationsExplanation> {
        let (py, uri) = (uri.py(), Text::new(uri, "uri")?);
        guard(|| LocationsExplanation::new(py, &self.0.explain(uri.as_bytes())))
    }

    /// The locations, in order.
    #[getter]
    fn rules<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        rules(py, self.0.rules())
    }

    /// As it is read, one location per line.
    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Locations: {} rules>", self.0.rules().len())
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

fn rules<'a, 'py>(
    py: Python<'py>,
    rules: impl IntoIterator<Item = &'a tuleap_front::LocationRule>,
) -> PyResult<Bound<'py, PyTuple>> {
    let rules = rules.into_iter().map(|rule| LocationRule(rule.clone()));
    PyTuple::new(py, rules.collect::<Vec<_>>())
}

/// One `location`.
///
/// modifier: "=", "^~", "~", "~*", or "" for a plain prefix. pattern: what it compares with. name:
/// what the caller calls it.
///
/// Raises TuleapFrontError for another modifier. Immutable.
#[pyclass(frozen, eq, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct LocationRule(pub(crate) tuleap_front::LocationRule);

const MODIFIERS: &[(&str, LocationModifier)] = &[
    ("=", LocationModifier::Exact),
    ("^~", LocationModifier::StoppingPrefix),
    ("~", LocationModifier::Regex),
    ("~*", LocationModifier::CaselessRegex),
    ("", LocationModifier::Prefix),
];

#[pymethods]
impl LocationRule {
    #[new]
    fn new(modifier: &str, pattern: &str, name: &str) -> PyResult<Self> {
        let modifier = choice("modifier", modifier, MODIFIERS)?;
        Ok(Self(tuleap_front::LocationRule::new(modifier, pattern, name)))
    }

    /// "=", "^~", "~", "~*", or "" for a plain prefix.
    #[getter]
    fn modifier(&self) -> &'static str {
        self.0.modifier().as_str()
    }

    /// What it compares with.
    #[getter]
    fn pattern(&self) -> &str {
        self.0.pattern()
    }

    /// What the caller calls it; of Routes: what it does.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        let (modifier, pattern, name) = (self.modifier(), self.pattern(), self.name());
        format!("LocationRule({modifier:?}, {pattern:?}, {name:?})")
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        (self.modifier(), self.pattern(), self.name()).hash(&mut hasher);
        hasher.finish()
    }
}

/// The location that takes a path.
#[pyclass(frozen, eq, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct LocationMatch {
    rule: LocationRule,
    index: usize,
    reason: LocationsReason,
}

impl From<tuleap_front::LocationMatch<'_>> for LocationMatch {
    fn from(found: tuleap_front::LocationMatch<'_>) -> Self {
        Self {
            rule: LocationRule(found.rule().clone()),
            index: found.index(),
            reason: found.reason(),
        }
    }
}

#[pymethods]
impl LocationMatch {
    /// The location.
    #[getter]
    fn rule(&self) -> LocationRule {
        self.rule.clone()
    }

    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        self.rule.name()
    }

    /// Which one, from 0.
    #[getter]
    fn index(&self) -> usize {
        self.index
    }

    /// Why this one: "exact", "stopping-prefix", "first-regex" or "longest-prefix".
    #[getter]
    fn reason(&self) -> &'static str {
        self.reason.as_str()
    }

    /// The stable id of the reason, such as "locations/exact".
    #[getter]
    fn code(&self) -> &'static str {
        self.reason.code()
    }

    fn __repr__(&self) -> String {
        format!("<LocationMatch {:?} ({})>", self.rule.name(), self.reason)
    }

    fn __hash__(&self) -> u64 {
        self.rule.__hash__() ^ self.index as u64
    }
}

/// Which location takes a path, and what was compared before; `str(explanation)` writes it for
/// people.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct LocationsExplanation {
    found: Option<LocationMatch>,
    reason: LocationsReason,
    prefix: Option<LocationRule>,
    regexes: Py<PyTuple>,
    told: Told,
}

impl LocationsExplanation {
    fn new(py: Python<'_>, explanation: &tuleap_front::LocationsExplanation<'_>) -> PyResult<Self> {
        Ok(Self {
            found: explanation.found().map(LocationMatch::from),
            reason: explanation.reason(),
            prefix: explanation.prefix().cloned().map(LocationRule),
            regexes: rules(py, explanation.regexes())?.unbind(),
            told: Told::new(explanation)?,
        })
    }
}

#[pymethods]
impl LocationsExplanation {
    /// The answer that is explained.
    #[getter]
    fn found(&self) -> Option<LocationMatch> {
        self.found.clone()
    }

    /// Why this location, or "no-location".
    #[getter]
    fn reason(&self) -> &'static str {
        self.reason.as_str()
    }

    /// The stable id of the reason.
    #[getter]
    fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// The longest prefix that the path starts with, unless a location is the path itself.
    #[getter]
    fn prefix(&self) -> Option<LocationRule> {
        self.prefix.clone()
    }

    /// The regular expressions that were asked, in order; only the last one may have matched.
    #[getter]
    fn regexes(&self, py: Python<'_>) -> Py<PyTuple> {
        self.regexes.clone_ref(py)
    }

    /// The explanation as one JSON object: location, rule, index, reason, because, prefix, regexes.
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
        format!("<LocationsExplanation: {}>", self.reason)
    }
}
