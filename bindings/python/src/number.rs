//! Numbers as Python has them, which know no bounds.

use pyo3::conversion::FromPyObjectOwned;
use pyo3::prelude::*;
use pyo3::types::PyInt;

use crate::error::Refusal;

/// A number of a type that has not room for every one. `name` is the argument's.
pub(crate) fn number<'py, T: FromPyObjectOwned<'py>>(
    name: &str,
    number: &Bound<'py, PyInt>,
    expected: &str,
) -> PyResult<T> {
    let refuse = |_| Refusal::argument(format!("{name} must be {expected}, not {number}"));
    Ok(number.extract::<T>().map_err(refuse)?)
}

/// The status of an answer.
pub(crate) fn status(status: &Bound<'_, PyInt>) -> PyResult<u16> {
    number("status", status, "from 0 to 65535")
}

/// A time in Unix seconds.
pub(crate) fn now(now: &Bound<'_, PyInt>) -> PyResult<i64> {
    number("now", now, "Unix seconds")
}
