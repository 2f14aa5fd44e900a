//! Many requests: one JSON object per line in, one per line out.

use std::io::{BufRead, BufWriter, Write};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tuleap_front::escape_json_controls;

use crate::explain::UsageError;
use crate::request::Request;
use crate::{Failure, cache, decision, destination, gzip, redirect, route, servers};

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
        let answer = answer(&line).unwrap_or_else(|error| {
            refused += 1;
            json!({ "error": error, "line": index + 1 })
        });
        writeln!(output, "{}", escape_json_controls(answer.to_string()))?;
    }
    output.flush()?;
    if refused == 0 { Ok(()) } else { Err(UsageError::Lines(refused).into()) }
}

/// Which question a line asks.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    kind: Option<String>,
}

fn answer(line: &str) -> Result<Value, String> {
    let Kind { kind } = read(line)?;
    match kind.as_deref() {
        None | Some("client-ip") => {
            decision::answer(&read::<Request>(line)?).map_err(|error| error.to_string())
        }
        Some("cache") => read::<cache::Question>(line)?.answer(),
        Some("destination") => read::<destination::Question>(line)?.answer(),
        Some("gzip") => read::<gzip::Question>(line)?.answer(),
        Some("https-redirect") => Ok(read::<redirect::RedirectQuestion>(line)?.answer()),
        Some("locations") => Ok(read::<route::LocationsQuestion>(line)?.answer()),
        Some("nginx-destination") => Ok(read::<destination::NginxQuestion>(line)?.answer()),
        Some("nginx-location") => read::<route::NginxLocationQuestion>(line)?.answer(),
        Some("nginx-redirect") => Ok(read::<redirect::NginxRedirectQuestion>(line)?.answer()),
        Some("proxy-chain") => Ok(read::<redirect::ChainQuestion>(line)?.answer()),
        Some("request-head") => read::<servers::HeadQuestion>(line)?.answer(),
        Some("request-line") => Ok(read::<route::LineQuestion>(line)?.answer()),
        Some("request-target") => Ok(read::<route::TargetQuestion>(line)?.answer()),
        Some("routes") => Ok(read::<route::RoutesQuestion>(line)?.answer()),
        Some("servers") => read::<servers::ServersQuestion>(line)?.answer(),
        Some(kind) => Err(format!("no kind {kind:?}")),
    }
}

fn read<Q: DeserializeOwned>(line: &str) -> Result<Q, String> {
    serde_json::from_str(line).map_err(|error| error.to_string())
}
