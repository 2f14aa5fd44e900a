//! The program `tuleap-front-example`.
#![forbid(unsafe_code)]

use std::error::Error;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use tuleap_front::{ClientIpResolver, HttpsRedirect, Routes};
use tuleap_front_example::demo::{self, DemoError};
use tuleap_front_example::{Front, FrontConfig};

use crate::arguments::{Command, Routing, Serve, USAGE};

mod arguments;

fn main() -> ExitCode {
    let command = match arguments::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            anstream::eprintln!("tuleap-front-example: {error}; --help shows the usage");
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = error.to_string();
            let mut source = error.source();
            while let Some(error) = source {
                text = format!("{text}: {error}");
                source = error.source();
            }
            anstream::eprintln!("tuleap-front-example: {text}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command {
        Command::Demo => {
            let outcome = runtime.block_on(demo::run(&mut anstream::stdout(), demo::STRANGER))?;
            return Ok(if outcome.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Help => anstream::println!("{USAGE}"),
        Command::Serve(arguments) => runtime.block_on(serve(*arguments))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs until it is told to stop.
async fn serve(arguments: Serve) -> Result<(), Box<dyn Error>> {
    let Serve { backend, listen, tls, trusted, host, redirect, routing } = arguments;
    for warning in trusted.warnings() {
        anstream::eprintln!("warning: {warning}");
    }
    let list = trusted.to_string();
    let mut config = FrontConfig::new(backend, ClientIpResolver::new(trusted))
        .with_http(listen)
        .with_https(tls)
        .with_host(host)
        .with_log(|exchange| {
            // A log that nobody reads any more must not stop the front.
            let _ = writeln!(io::stdout(), "{exchange}");
        });
    if let Some(origin) = redirect {
        config = config.with_https_redirect(HttpsRedirect::recommended(origin));
    }
    let mut backends = backend.to_string();
    if let Some(Routing { routes, backends: named }) = routing {
        backends = shown(&routes, &named, backend);
        config = config.with_routes(routes, named);
    }
    let front = Front::start(config).await?;
    let trusted = if list.is_empty() { "nobody" } else { &list };
    anstream::eprintln!(
        "http://{} and https://{} to {backends}, trusting {trusted}; ctrl-c stops",
        front.http_addr(),
        front.https_addr(),
    );
    told_to_stop().await?;
    front.stop().await;
    Ok(())
}

/// Each backend of the routes, and where it is.
fn shown(routes: &Routes, named: &[(String, SocketAddr)], backend: SocketAddr) -> String {
    let names = routes.backends().into_iter().map(|name| {
        let found = named.iter().rev().find(|(named, _)| named == name);
        format!("{name} {}", found.map_or(backend, |found| found.1))
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(unix)]
async fn told_to_stop() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn told_to_stop() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Whoever reads us has read enough, as `head` does.
fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    matches!(
        error.downcast_ref(),
        Some(DemoError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe
    )
}
