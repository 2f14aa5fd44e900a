use pyo3::prelude::*;
use tuleap_front::{HeadReason, MergeSlashes, RequestLineReason, RequestTargetReason};

use crate::choice::{nginx_rules, version_text};
use crate::error::guard;
use crate::text::{Text, from_latin1};

/// A request target as nginx reads it. Made by `parse`.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct RequestTarget {
    /// `$request_uri`: the target from the path on, as it was sent.
    request_uri: String,
    /// `$uri`: the decoded, normalized path. It may hold any byte but NUL: never put it into a
    /// header.
    pub(crate) uri: String,
    /// `$args`: the query, as it was sent.
    args: String,
    /// The host of an absolute URI, or None.
    host: Option<String>,
}

#[pymethods]
impl RequestTarget {
    /// Reads a target, `str` or `bytes`, or says what nginx answers. merge_slashes: the directive.
    /// The parts are `str` of Latin-1 characters.
    #[staticmethod]
    #[pyo3(signature = (target, *, merge_slashes=true))]
    fn parse(target: &Bound<'_, PyAny>, merge_slashes: bool) -> PyResult<ReadTarget> {
        let target = Text::new(target, "target")?;
        guard(|| {
            Ok(match tuleap_front::RequestTarget::parse(target.as_bytes(), merge(merge_slashes)) {
                Ok(target) => ReadTarget::Target(RequestTarget::from(&target)),
                Err(reason) => ReadTarget::Refusal(reason.into()),
            })
        })
    }

    fn __repr__(&self) -> String {
        format!("<RequestTarget {:?}>", self.uri)
    }
}

#[derive(IntoPyObject)]
pub(crate) enum ReadTarget {
    Target(RequestTarget),
    Refusal(RequestRefusal),
}

impl From<&tuleap_front::RequestTarget<'_>> for RequestTarget {
    fn from(target: &tuleap_front::RequestTarget<'_>) -> Self {
        Self {
            request_uri: from_latin1(target.request_uri()),
            uri: from_latin1(target.uri()),
            args: from_latin1(target.args()),
            host: target.host().map(from_latin1),
        }
    }
}

pub(crate) fn merge(merge_slashes: bool) -> MergeSlashes {
    if merge_slashes { MergeSlashes::On } else { MergeSlashes::Off }
}

/// A request line as nginx reads it. Made by `parse`.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct RequestLine {
    /// The method, as it was sent.
    method: String,
    /// The target.
    target: RequestTarget,
    /// "HTTP/1.1"; "HTTP/0.9" where there is none.
    version: String,
}

#[pymethods]
impl RequestLine {
    /// Reads the line that a text starts with, `str` or `bytes`, or says what nginx answers.
    /// merge_slashes: the directive. nginx: "current" or "1.22", for CONNECT.
    ///
    /// Raises TuleapFrontError for another nginx.
    #[staticmethod]
    #[pyo3(signature = (line, *, merge_slashes=true, nginx="current"))]
    fn parse(line: &Bound<'_, PyAny>, merge_slashes: bool, nginx: &str) -> PyResult<ReadLine> {
        let line = Text::new(line, "line")?;
        guard(|| {
            let (rules, merge) = (nginx_rules("nginx", nginx)?, merge(merge_slashes));
            Ok(match tuleap_front::RequestLine::parse(line.as_bytes(), rules, merge) {
                Ok(line) => ReadLine::Line(RequestLine::from(&line)),
                Err(reason) => ReadLine::Refusal(reason.into()),
            })
        })
    }

    fn __repr__(&self) -> String {
        format!("<RequestLine {:?} {:?} {}>", self.method, self.target.uri, self.version)
    }
}

#[derive(IntoPyObject)]
pub(crate) enum ReadLine {
    Line(RequestLine),
    Refusal(RequestRefusal),
}

impl From<&tuleap_front::RequestLine<'_>> for RequestLine {
    fn from(line: &tuleap_front::RequestLine<'_>) -> Self {
        let version = version_text(line.version());
        let method = from_latin1(line.method());
        Self { method, target: RequestTarget::from(line.target()), version }
    }
}

/// What nginx answers to a request that it refuses.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct RequestRefusal {
    /// 400, 405, 501 or 505; 502 for the head of a response.
    status: u16,
    /// The name of the reason, such as "above-root".
    reason: &'static str,
    /// The stable id of the reason, such as "request-target/above-root".
    code: &'static str,
    /// The reason in words, for the body of the answer. It holds nothing of the client's.
    text: &'static str,
}

macro_rules! refusal_of {
    ($($reason:ty),*) => {
        $(impl From<$reason> for RequestRefusal {
            fn from(reason: $reason) -> Self {
                Self {
                    status: reason.status().as_u16(),
                    reason: reason.as_str(),
                    code: reason.code(),
                    text: reason.text(),
                }
            }
        })*
    };
}
refusal_of!(HeadReason, RequestLineReason, RequestTargetReason);

#[pymethods]
impl RequestRefusal {
    fn __repr__(&self) -> String {
        format!("<RequestRefusal {} {}>", self.status, self.reason)
    }
}
