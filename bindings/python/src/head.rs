use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tuleap_front::{HeadOptions, HeadReason, HeaderNames};

use crate::choice::{choice, nginx_rules, version_text};
use crate::error::guard;
use crate::request_target::{RequestRefusal, RequestTarget, merge};
use crate::text::{Text, from_latin1, latin1_lines};

/// The head of a request, line by line as nginx reads it. Made by `parse`. What there is not is None;
/// texts are `str` of Latin-1 characters.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct RequestHead {
    /// The method, as it was sent.
    method: String,
    /// The target.
    target: RequestTarget,
    /// "HTTP/1.1"; "HTTP/0.9" where there is none.
    version: String,
    /// `$host`: that of an absolute target, or else of Host. Where the client names none it is the name
    /// of the server.
    host: Option<String>,
    /// `$http_host`: the value of Host, as it was sent.
    http_host: Option<String>,
    /// The header lines that are kept, without the spaces around their values.
    lines: Vec<(String, String)>,
    /// What follows the head.
    rest: Rest,
}

/// `bytes` in Python.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Rest(Vec<u8>);

impl<'py> IntoPyObject<'py> for Rest {
    type Target = PyBytes;
    type Output = Bound<'py, PyBytes>;
    type Error = std::convert::Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyBytes::new(py, &self.0))
    }
}

const NAMES: &[(&str, HeaderNames)] = &[
    ("plain", HeaderNames::Plain),
    ("underscores", HeaderNames::Underscores),
    ("any", HeaderNames::Any),
];

#[pymethods]
impl RequestHead {
    /// Reads the head that a text starts with, `str` or `bytes`, or says what nginx answers.
    /// merge_slashes: the directive. names: which lines are kept, by their names; others are dropped
    /// without a word: "plain" are letters, digits and `-`, "underscores" is
    /// `underscores_in_headers on`, "any" is `ignore_invalid_headers off`. rules: "current" or "1.22".
    /// How long lines may be is not looked at.
    ///
    /// Raises TuleapFrontError for other names or rules.
    #[staticmethod]
    #[pyo3(signature = (head, *, merge_slashes=true, names="plain", rules="current"))]
    fn parse(
        head: &Bound<'_, PyAny>,
        merge_slashes: bool,
        names: &str,
        rules: &str,
    ) -> PyResult<Read<RequestHead>> {
        let head = Text::new(head, "head")?;
        let options = HeadOptions {
            merge_slashes: merge(merge_slashes),
            names: choice("names", names, NAMES)?,
            rules: nginx_rules("rules", rules)?,
        };
        guard(|| {
            let head = tuleap_front::RequestHead::parse(head.as_bytes(), &options);
            Ok(Read::from(head.as_ref().map(RequestHead::from).map_err(|reason| *reason)))
        })
    }

    fn __repr__(&self) -> String {
        format!("<RequestHead {:?} {:?} {}>", self.method, self.target.uri, self.version)
    }
}

impl From<&tuleap_front::RequestHead<'_>> for RequestHead {
    fn from(head: &tuleap_front::RequestHead<'_>) -> Self {
        Self {
            method: from_latin1(head.method()),
            target: RequestTarget::from(head.target()),
            version: version_text(head.version()),
            host: head.host().map(|host| from_latin1(host.as_bytes())),
            http_host: head.http_host().map(from_latin1),
            lines: latin1_lines(head.lines()),
            rest: Rest(head.rest().to_vec()),
        }
    }
}

/// What was read, or what nginx answers instead.
#[derive(IntoPyObject)]
pub(crate) enum Read<T> {
    Value(T),
    Refusal(RequestRefusal),
}

impl<T> From<Result<T, HeadReason>> for Read<T> {
    fn from(read: Result<T, HeadReason>) -> Self {
        match read {
            Ok(value) => Self::Value(value),
            Err(reason) => Self::Refusal(reason.into()),
        }
    }
}

/// The head of a response, as nginx reads it from the server that it asks. Made by `parse`.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct ResponseHead {
    /// The status.
    status: u16,
    /// The header lines, as `str` of Latin-1 characters.
    lines: Vec<(String, String)>,
    /// What follows the head.
    rest: Rest,
}

#[pymethods]
impl ResponseHead {
    /// Reads the head that a text starts with, `str` or `bytes`, or says what nginx answers instead.
    #[staticmethod]
    fn parse(head: &Bound<'_, PyAny>) -> PyResult<Read<ResponseHead>> {
        let head = Text::new(head, "head")?;
        guard(|| {
            let head = tuleap_front::ResponseHead::parse(head.as_bytes());
            Ok(Read::from(head.map(|head| Self {
                status: head.status(),
                lines: latin1_lines(head.lines()),
                rest: Rest(head.rest().to_vec()),
            })))
        })
    }

    fn __repr__(&self) -> String {
        format!("<ResponseHead {}>", self.status)
    }
}

/// What `$host` becomes of a Host, or of the host of an absolute target: lower case, without port and
/// without one final dot. Made by `parse`. `str(host)` is it as Latin-1 characters, `bytes(host)` as
/// bytes.
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct NginxHost(Vec<u8>);

#[pymethods]
impl NginxHost {
    /// Reads a value, `str` or `bytes`, or says why nginx answers 400. rules: "current" or "1.22",
    /// which takes almost everything for a host.
    ///
    /// Raises TuleapFrontError for other rules.
    #[staticmethod]
    #[pyo3(signature = (value, *, rules="current"))]
    fn parse(value: &Bound<'_, PyAny>, rules: &str) -> PyResult<Read<NginxHost>> {
        let (value, rules) = (Text::new(value, "value")?, nginx_rules("rules", rules)?);
        guard(|| {
            let host = tuleap_front::NginxHost::parse(value.as_bytes(), rules);
            let host = host.map(|host| Self(host.as_bytes().to_vec()));
            Ok(Read::from(host.map_err(HeadReason::from)))
        })
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0)
    }

    fn __str__(&self) -> String {
        from_latin1(&self.0)
    }

    fn __repr__(&self) -> String {
        format!("<NginxHost {:?}>", from_latin1(&self.0))
    }
}
