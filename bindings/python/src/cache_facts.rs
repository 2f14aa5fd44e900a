use pyo3::prelude::*;
use pyo3::types::PyInt;
use tuleap_front::{CacheBody, RequestVersion, Scheme};

use crate::choice::{choice, scheme, version};
use crate::headers::{Lines, OwnedLine};
use crate::number;
use crate::text::{Text, from_latin1};

/// What is known about a request.
///
/// scheme: how the connection reached this server, nginx's `$scheme`: "http" or "https". method: as
/// it was sent. host: `$host`, which is in lower case, without port and without one final dot.
/// target: the request target, as it was sent. Each of these is `str` or `bytes`. headers: as in
/// ClientIpResolver.resolve. version: of the request, as SERVER_PROTOCOL has it.
///
/// Raises TuleapFrontError for another scheme or version. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct CacheFacts {
    scheme: Scheme,
    method: Vec<u8>,
    host: Vec<u8>,
    target: Vec<u8>,
    version: RequestVersion,
    headers: Vec<OwnedLine>,
}

#[pymethods]
impl CacheFacts {
    #[new]
    #[pyo3(signature = (scheme, method, host, target, headers, *, version="HTTP/1.1"))]
    fn new(
        scheme: &str,
        method: &Bound<'_, PyAny>,
        host: &Bound<'_, PyAny>,
        target: &Bound<'_, PyAny>,
        headers: Lines<'_>,
        version: &str,
    ) -> PyResult<Self> {
        let owned = |text, what| Ok::<_, PyErr>(Text::new(text, what)?.as_bytes().to_vec());
        Ok(Self {
            scheme: self::scheme(scheme)?,
            method: owned(method, "method")?,
            host: owned(host, "host")?,
            target: owned(target, "target")?,
            version: self::version(version)?,
            headers: headers.to_owned(),
        })
    }

    fn __repr__(&self) -> String {
        let (method, target) = (from_latin1(&self.method), from_latin1(&self.target));
        format!("<CacheFacts {method:?} {target:?}>")
    }
}

impl CacheFacts {
    pub(crate) fn lend(&self) -> tuleap_front::CacheFacts<'_, [OwnedLine]> {
        tuleap_front::CacheFacts {
            scheme: self.scheme,
            method: &self.method,
            host: &self.host,
            target: &self.target,
            version: self.version,
            headers: &self.headers,
        }
    }
}

/// What the backend answered.
///
/// headers: as in ClientIpResolver.resolve, in wire order, which counts in some nginx. body: "whole",
/// or "cut" where it is shorter than Content-Length or a chunked one has no end.
///
/// Raises TuleapFrontError for another word. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct CacheAnswer {
    status: u16,
    headers: Vec<OwnedLine>,
    body: CacheBody,
}

#[pymethods]
impl CacheAnswer {
    #[new]
    #[pyo3(signature = (status, headers, *, body="whole"))]
    fn new(status: &Bound<'_, PyInt>, headers: Lines<'_>, body: &str) -> PyResult<Self> {
        let bodies = [("whole", CacheBody::Whole), ("cut", CacheBody::Cut)];
        Ok(Self {
            status: number::status(status)?,
            headers: headers.to_owned(),
            body: choice("body", body, &bodies)?,
        })
    }

    fn __repr__(&self) -> String {
        format!("<CacheAnswer {}>", self.status)
    }
}

impl CacheAnswer {
    pub(crate) fn lend(&self) -> tuleap_front::CacheAnswer<'_, [OwnedLine]> {
        let (status, body) = (self.status, self.body);
        tuleap_front::CacheAnswer { status, headers: &self.headers, body }
    }
}
