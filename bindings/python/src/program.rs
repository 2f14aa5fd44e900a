use std::ffi::OsString;

use pyo3::prelude::*;

use crate::error::guard;

/// Runs the program `tuleap-front` with these words, of which the first is its name; answers its
/// exit status. It reads and writes the standard streams of the process, not `sys.stdout`.
#[pyfunction]
pub(crate) fn run_program(words: Vec<OsString>) -> PyResult<u8> {
    guard(|| Ok(tuleap_front_cli::run(words)))
}
