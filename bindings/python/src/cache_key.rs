use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};

use crate::choice::scheme;
use crate::error::{Refusal, guard};
use crate::headers::Lines;
use crate::text::{Text, from_latin1, wrong_type};

/// What an entry of nginx's cache is found by, byte for byte: `/a.css`, `/%61.css` and `/a.css?` are
/// three entries. key: `str` or `bytes`; `bytes(key)` gives it back, and `str(key)` as Latin-1
/// characters. Immutable.
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct CacheKey(pub(crate) tuleap_front::CacheKey);

#[pymethods]
impl CacheKey {
    #[new]
    fn new(key: &Bound<'_, PyAny>) -> PyResult<Self> {
        let key = Text::new(key, "key")?;
        Ok(Self(tuleap_front::CacheKey::from_bytes(key.as_bytes())))
    }

    /// The guide's `$scheme$request_method$host$request_uri`. scheme: "http" or "https". host:
    /// `$host`, which is in lower case, without port and without one final dot. Each but the first
    /// is `str` or `bytes`.
    ///
    /// Raises TuleapFrontError for another scheme.
    #[staticmethod]
    fn documented(
        scheme: &str,
        method: &Bound<'_, PyAny>,
        host: &Bound<'_, PyAny>,
        request_uri: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let (method, host) = (Text::new(method, "method")?, Text::new(host, "host")?);
        let (scheme, uri) = (self::scheme(scheme)?, Text::new(request_uri, "request_uri")?);
        let (method, host, uri) = (method.as_bytes(), host.as_bytes(), uri.as_bytes());
        guard(|| Ok(Self(tuleap_front::CacheKey::documented(scheme, method, host, uri))))
    }

    /// The name of the file.
    fn md5(&self) -> PyResult<CacheMd5> {
        guard(|| Ok(CacheMd5(self.0.md5())))
    }

    /// The file, from the folder of the cache on: what to remove to purge the entry. levels: as in
    /// `proxy_cache_path`, "1:2" say.
    ///
    /// Raises TuleapFrontError for levels that are none.
    fn path(&self, levels: &Bound<'_, PyAny>) -> PyResult<String> {
        let levels = self::levels(levels)?;
        guard(|| Ok(self.0.path(&levels)))
    }

    /// The name of the file of one variant: for an answer with this Vary, `str` or `bytes`, to a
    /// request with these headers.
    fn variant(&self, vary: &Bound<'_, PyAny>, headers: Lines<'_>) -> PyResult<CacheMd5> {
        let vary = Text::new(vary, "vary")?;
        guard(|| Ok(CacheMd5(self.0.variant(vary.as_bytes(), &headers))))
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.as_bytes())
    }

    fn __str__(&self) -> String {
        from_latin1(self.0.as_bytes())
    }

    fn __repr__(&self) -> String {
        format!("CacheKey({:?})", self.__str__())
    }
}

/// An MD5, the name of a cache file: `str(md5)` is its 32 digits, and `bytes(md5)` its 16 bytes.
/// Immutable.
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct CacheMd5(pub(crate) tuleap_front::CacheMd5);

#[pymethods]
impl CacheMd5 {
    /// The file with this name, from the folder of the cache on. levels: as in CacheKey.path.
    fn path(&self, levels: &Bound<'_, PyAny>) -> PyResult<String> {
        let levels = self::levels(levels)?;
        guard(|| Ok(self.0.path(&levels)))
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.as_bytes())
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<CacheMd5 {}>", self.0)
    }
}

/// nginx's `levels=`: the folders above a cache file. text: one to three numbers, each 1 or 2, with
/// colons between them; empty for no folders.
///
/// Raises TuleapFrontError for what is not right. Immutable.
#[pyclass(frozen, eq, hash, module = "tuleap_front")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct CacheLevels(pub(crate) tuleap_front::CacheLevels);

#[pymethods]
impl CacheLevels {
    #[new]
    fn new(text: &str) -> PyResult<Self> {
        guard(|| Ok(Self(text.parse().map_err(Refusal::from)?)))
    }

    /// How many digits name each folder, the outermost first.
    #[getter]
    fn digits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.digits().collect::<Vec<_>>())
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("CacheLevels({:?})", self.0.to_string())
    }
}

fn levels(levels: &Bound<'_, PyAny>) -> PyResult<tuleap_front::CacheLevels> {
    if let Ok(levels) = levels.cast::<CacheLevels>() {
        return Ok(levels.get().0);
    }
    match levels.cast::<PyString>() {
        Ok(text) => Ok(CacheLevels::new(&text.to_string_lossy())?.0),
        Err(_) => Err(wrong_type(levels, "levels", "CacheLevels or str")),
    }
}
