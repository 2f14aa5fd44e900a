//! The program `tuleap-front`.
//!
//! Data flows one way: flags or a line of JSON become a [`request::Request`], that becomes a
//! [`decision::Decision`], and one of the writers prints it.
#![forbid(unsafe_code)]

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

mod batch;
mod decision;
mod explain;
mod head;
mod request;
mod text;

/// What a Tuleap front end decides about a request, and why.
///
/// Not affiliated with Enalean.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
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

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "tuleap-front", &mut script);
            io::stdout().write_all(&script).map_err(Failure::from)
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads us has read enough, as `head` does.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            anstream::eprintln!("tuleap-front: {failure}");
            ExitCode::from(2)
        }
    }
}
