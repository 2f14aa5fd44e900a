//! Many requests: one JSON object per line in, one per line out.

use std::io::{BufRead, BufWriter, Write};

use serde_json::json;
use tuleap_front::escape_json_controls;

use crate::Failure;
use crate::decision;
use crate::explain::UsageError;
use crate::request::Request;

/// Answers every line; a line that cannot be answered gets an object with `error`, and the whole
/// ends with a usage error that counts them.
pub(crate) fn run(input: impl BufRead, output: impl Write) -> Result<(), Failure> {
    let mut output = BufWriter::new(output);
    let mut refused = 0_usize;
    for (index, line) in input.lines().enumerate() {
        let line = line.map_err(UsageError::Input)?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = serde_json::from_str::<Request>(&line)
            .map_err(|error| error.to_string())
            .and_then(|request| decision::answer(&request).map_err(|error| error.to_string()));
        let answer = answer.unwrap_or_else(|error| {
            refused += 1;
            json!({ "error": error, "line": index + 1 })
        });
        writeln!(output, "{}", escape_json_controls(answer.to_string()))?;
    }
    output.flush()?;
    if refused == 0 { Ok(()) } else { Err(UsageError::Lines(refused).into()) }
}
