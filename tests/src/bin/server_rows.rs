//! Recorded rows through a server with our module in it: a surface for `recorded`,
//! `NAME=server-rows nginx|apache MODULE [PROGRAM]`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("server-rows: {message}");
            ExitCode::from(2)
        }
    }
}

#[cfg(unix)]
fn run(arguments: &[String]) -> Result<(), String> {
    tuleap_front_tests::server::rows::run(arguments)
}

#[cfg(not(unix))]
fn run(_: &[String]) -> Result<(), String> {
    Err("servers are asked on Unix".to_owned())
}
