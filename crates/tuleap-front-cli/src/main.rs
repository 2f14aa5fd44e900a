//! The program `tuleap-front`; what it does is in the library.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(tuleap_front_cli::run(std::env::args_os()))
}
