//! `cargo xtask demo --front nginx|apache` builds the module and becomes this program:
//! `demo-servers nginx|apache MODULE`.

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [front, module] => unix::run(front, module),
        _ => {
            eprintln!("usage: demo-servers nginx|apache MODULE");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("demo-servers: servers are shown on Unix");
    ExitCode::from(2)
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::process::ExitCode;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::flag;
    use tuleap_front_tests::demo::{self, Halt, Program};

    pub(super) fn run(front: &str, module: &str) -> ExitCode {
        match perform(front, module) {
            Ok(outcome) if outcome.is_success() => ExitCode::SUCCESS,
            Ok(_) => ExitCode::FAILURE,
            // Whoever reads us has read enough, as `head` does.
            Err(Halt::Unread(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                ExitCode::SUCCESS
            }
            Err(Halt::Unread(error)) => ended(&error.to_string(), ExitCode::FAILURE),
            Err(Halt::Failed(message)) => ended(&message, ExitCode::FAILURE),
            Err(Halt::Interrupted) => ended("interrupted", ExitCode::from(130)),
        }
    }

    fn perform(front: &str, module: &str) -> Result<demo::Outcome, Halt> {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            flag::register(signal, Arc::clone(&interrupted))?;
        }
        let program = Program::new(front, module.into())?;
        demo::run(&mut anstream::stdout(), &program, &interrupted)
    }

    fn ended(message: &str, code: ExitCode) -> ExitCode {
        anstream::eprintln!("demo: {}", message.trim_end());
        code
    }
}
