//! The program `tuleap-front`.
//!
//! Data flows one way: flags or a line of JSON become a [`request::Request`], that becomes a
//! [`decision::Decision`], and one of the writers prints it. A library, so that a package of
//! another language can carry the program too.
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::{CommandFactory as _, Parser, Subcommand};
use tuleap_front::escape_json_controls;

mod batch;
mod cache;
mod cache_path;
mod decision;
mod destination;
mod exchange;
mod explain;
mod gzip;
mod head;
mod redirect;
mod request;
mod route;
mod servers;
mod text;
mod words;

/// What a Tuleap front end decides about a request, and why.
///
/// Not affiliated with Enalean.
#[derive(Debug, Parser)]
#[command(name = "tuleap-front", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Which file of nginx's cache holds what?
    #[command(subcommand)]
    Cache(cache_path::Noun),
    /// Who is the client of this request, did it come by HTTPS, and why?
    Explain(Box<explain::Arguments>),
    /// Prints a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Everything went wrong that can: the request could not be read, or nobody reads the answer.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Usage(#[from] explain::UsageError),
    #[error("cannot write the answer: {0}")]
    Output(#[from] io::Error),
}

/// Runs the program with these words, of which the first is its name; answers its exit status.
///
/// It reads and writes the standard streams of the process.
pub fn run(words: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and the version come this way too. Whoever does not read them misses nothing.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    // A host program does not write out what we left in the buffer.
    match carry_out(arguments.command).and_then(|()| Ok(io::stdout().flush()?)) {
        Ok(()) => 0,
        // Whoever reads us has read enough, as `head` does.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(failure) => {
            anstream::eprintln!("tuleap-front: {failure}");
            2
        }
    }
}

fn carry_out(command: Command) -> Result<(), Failure> {
    match command {
        Command::Cache(noun) => cache_path::run(&noun),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "tuleap-front", &mut script);
            Ok(io::stdout().write_all(&script)?)
        }
    }
}

/// Writes an explanation for people, or as one JSON object.
fn print_explanation(
    explanation: &(impl std::fmt::Display + serde::Serialize),
    format: words::Format,
) -> Result<(), Failure> {
    match format {
        words::Format::Json => print_json(explanation),
        words::Format::Text => Ok(write!(io::stdout(), "{explanation}")?),
    }
}

/// Writes one JSON object on one line.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string(value).map_err(io::Error::from)?;
    Ok(writeln!(io::stdout(), "{}", escape_json_controls(json))?)
}
