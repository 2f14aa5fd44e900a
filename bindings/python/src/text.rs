//! Text as Python has it: `str` and `bytes` on one side, bytes on the other.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// The bytes of a `str` or `bytes` object.
///
/// A `str` stands for its Latin-1 bytes, as in PEP 3333 and `http.client`; one that holds other
/// characters stands for its UTF-8 form, in which lone surrogates are the bytes they escape
/// (PEP 383). So every `str` has bytes: what a client sends cannot raise an exception.
#[derive(Debug)]
pub(crate) enum Text<'py> {
    Python(Bound<'py, PyBytes>),
    Rust(Vec<u8>),
}

impl<'py> Text<'py> {
    /// `what` is named if the object is neither `str` nor `bytes`.
    #[inline]
    pub(crate) fn new(object: &Bound<'py, PyAny>, what: &str) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Python(bytes.clone()));
        }
        match object.cast::<PyString>() {
            Ok(text) => Ok(Self::from_str(text)),
            Err(_) => Err(wrong_type(object, what, "str or bytes")),
        }
    }

    #[inline]
    pub(crate) fn from_str(text: &Bound<'py, PyString>) -> Self {
        match text.encode_utf8() {
            Ok(bytes) if bytes.as_bytes().is_ascii() => Self::Python(bytes),
            Ok(bytes) => match latin1(bytes.as_bytes()) {
                Some(latin1) => Self::Rust(latin1),
                None => Self::Python(bytes),
            },
            Err(_) => Self::from_surrogates(text),
        }
    }

    #[cold]
    fn from_surrogates(text: &Bound<'py, PyString>) -> Self {
        let escaped = text.call_method1("encode", ("utf-8", "surrogateescape"));
        match escaped.map(|bytes| bytes.cast_into::<PyBytes>()) {
            Ok(Ok(bytes)) => Self::Python(bytes),
            _ => Self::Rust(text.to_string_lossy().into_owned().into_bytes()),
        }
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Python(bytes) => bytes.as_bytes(),
            Self::Rust(bytes) => bytes,
        }
    }
}

/// The Latin-1 bytes of a UTF-8 text, if it has them.
fn latin1(utf8: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(utf8).ok()?;
    text.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect()
}

/// The `str` that stands for these bytes.
pub(crate) fn from_latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Header lines in which `str` stands for bytes.
pub(crate) fn latin1_lines<'a, N: AsRef<[u8]> + 'a, V: AsRef<[u8]> + 'a>(
    lines: impl IntoIterator<Item = &'a (N, V)>,
) -> Vec<(String, String)> {
    let line = |(name, value): &(N, V)| (from_latin1(name.as_ref()), from_latin1(value.as_ref()));
    lines.into_iter().map(line).collect()
}

/// Words of a configuration: one `str`, or an iterable of them.
pub(crate) fn words(object: &Bound<'_, PyAny>, what: &str) -> PyResult<Vec<String>> {
    let word = |item: &Bound<'_, PyAny>| match item.cast::<PyString>() {
        Ok(text) => Ok(text.to_string_lossy().into_owned()),
        Err(_) => Err(wrong_type(item, what, "str")),
    };
    if object.is_instance_of::<PyString>() {
        return Ok(vec![word(object)?]);
    }
    let items = object.try_iter().map_err(|_| wrong_type(object, what, "str or an iterable"))?;
    items.map(|item| word(&item?)).collect()
}

#[cold]
pub(crate) fn wrong_type(object: &Bound<'_, PyAny>, what: &str, expected: &str) -> PyErr {
    let got = object.get_type().name();
    let got = got.map_or_else(|_| "object".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{what} must be {expected}, not {got}"))
}
