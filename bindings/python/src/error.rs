//! The one place where a panic is met, and where errors become exceptions.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};
use tuleap_front::{
    AllowedHostsError, CacheLevelsError, CachePolicyError, ExpiresError, ForwardingHeaderError,
    GzipPolicyError, LocationsError, NginxRealipError, NginxServersError, PeerError,
    ProxyChainError, RoutesError, TrustedProxiesError,
};

/// Runs the body of a function: a panic becomes an ordinary exception, `PanicError`. (pyo3's own
/// exception for it is no `Exception`, so that `except Exception` would miss it.)
#[inline]
pub(crate) fn guard<T>(body: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| Err(panicked()))
}

#[cold]
fn panicked() -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let text = "a fault of the library: please report it with what was printed to stderr";
    Python::attach(|py| match CLASS.import(py, "tuleap_front", "PanicError") {
        Ok(class) => PyErr::from_type(class.clone(), text),
        Err(error) => error,
    })
}

/// Where in a text the faulty part is.
struct Place {
    offset: usize,
    offset_in_entry: usize,
    length: usize,
    line: usize,
    column: usize,
}

/// What is refused, and where, as far as it is known.
#[derive(Default)]
pub(crate) struct Refusal<'a> {
    code: &'a str,
    message: String,
    hint: Option<&'a str>,
    entry: Option<usize>,
    place: Option<Place>,
}

impl<'a> Refusal<'a> {
    /// A value that has no meaning here.
    pub(crate) fn argument(message: String) -> Self {
        Self { code: "abi/argument", message, ..Self::default() }
    }

    /// A refusal that says what to write instead.
    pub(crate) fn with_hint(
        code: &'a str,
        message: String,
        hint: &'a str,
        entry: Option<usize>,
    ) -> Self {
        Self { code, message, hint: Some(hint), entry, place: None }
    }
}

impl From<Refusal<'_>> for PyErr {
    #[cold]
    fn from(refusal: Refusal<'_>) -> Self {
        Python::attach(|py| exception(py, &refusal).unwrap_or_else(|error| error))
    }
}

fn exception(py: Python<'_>, refusal: &Refusal<'_>) -> PyResult<PyErr> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let words = PyDict::new(py);
    words.set_item("code", refusal.code)?;
    words.set_item("hint", refusal.hint)?;
    words.set_item("entry", refusal.entry)?;
    if let Some(place) = &refusal.place {
        words.set_item("offset", place.offset)?;
        words.set_item("offset_in_entry", place.offset_in_entry)?;
        words.set_item("length", place.length)?;
        words.set_item("line", place.line)?;
        words.set_item("column", place.column)?;
    }
    let class = CLASS.import(py, "tuleap_front", "TuleapFrontError")?;
    Ok(PyErr::from_value(class.call((refusal.message.as_str(),), Some(&words))?))
}

/// These errors say the same of a place in a text.
macro_rules! refused_texts {
    ($($error:ty),*) => {
        $(impl<'a> From<&'a $error> for Refusal<'a> {
            fn from(error: &'a $error) -> Self {
                Self {
                    code: error.code(),
                    message: error.to_string(),
                    hint: Some(error.hint()),
                    entry: Some(error.entry()),
                    place: Some(Place {
                        offset: error.offset(),
                        offset_in_entry: error.offset_in_entry(),
                        length: error.length(),
                        line: error.line(),
                        column: error.column(),
                    }),
                }
            }
        })*
    };
}
refused_texts!(
    CachePolicyError,
    GzipPolicyError,
    LocationsError,
    NginxServersError,
    ProxyChainError,
    RoutesError,
    TrustedProxiesError
);

impl From<AllowedHostsError> for Refusal<'_> {
    fn from(error: AllowedHostsError) -> Self {
        let entry = match error {
            AllowedHostsError::Host { entry } => Some(entry),
            _ => None,
        };
        Self { code: error.code(), message: error.to_string(), entry, ..Self::default() }
    }
}

impl From<NginxRealipError> for Refusal<'_> {
    fn from(error: NginxRealipError) -> Self {
        let entry = match error {
            NginxRealipError::Entry { entry } => Some(entry),
            _ => None,
        };
        Self { code: error.code(), message: error.to_string(), entry, ..Self::default() }
    }
}

impl From<CacheLevelsError> for Refusal<'_> {
    fn from(error: CacheLevelsError) -> Self {
        Self::with_hint(error.code(), error.to_string(), error.hint(), None)
    }
}

impl From<ExpiresError> for Refusal<'_> {
    fn from(error: ExpiresError) -> Self {
        Self::with_hint(error.code(), error.to_string(), error.hint(), None)
    }
}

impl From<ForwardingHeaderError> for Refusal<'_> {
    fn from(error: ForwardingHeaderError) -> Self {
        Self { code: error.code(), message: error.to_string(), ..Self::default() }
    }
}

impl From<PeerError> for Refusal<'_> {
    fn from(error: PeerError) -> Self {
        Self { code: error.code(), message: error.to_string(), ..Self::default() }
    }
}

/// Panics, for the test that the host program survives it.
#[cfg(feature = "panic-test")]
#[pyfunction]
#[expect(clippy::panic, reason = "this is what it is for")]
pub(crate) fn panic_on_purpose() -> PyResult<()> {
    guard(|| panic!("on purpose"))
}
