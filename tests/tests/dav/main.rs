//! Subversion and WebDAV through each front: the real `svn`, `svnmucc` and `litmus`, over TLS,
//! before a real Apache with a real repository. One line for each operation.
//!
//! | front | |
//! |---|---|
//! | `baseline` | none: plain HTTP to the backend, so that what fails here fails without a front |
//! | `guide` | nginx with the lines that the deployment guide has for `Destination` |
//! | `nginx` | nginx with our module |
//! | `apache` | Apache with our module as the proxy |
//! | `backend` | nginx that changes nothing, and our module in the backend's Apache |
//!
//! What is known to go wrong in `guide` is part of the tables, and fails the suite where it goes
//! right. `cargo xtask test dav` builds the modules and runs this; names of fronts choose some.
#![cfg(unix)]

use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use tuleap_front_tests::require::skip;
use tuleap_front_tests::server::Fallible;

use front::Front;
use report::Report;
use rig::Rig;

mod bad_input;
mod distributed;
mod front;
mod litmus;
mod location;
mod names;
mod operations;
mod report;
mod rig;
mod svn;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    let names: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    match run(&names) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("dav: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(names: &[&str]) -> Fallible<bool> {
    let is_chosen = |front: &&Front| names.is_empty() || names.contains(&front.name());
    let fronts: Vec<Front> = Front::ALL.iter().filter(is_chosen).copied().collect();
    if let Some(front) = fronts.iter().find(|front| !front.is_there()) {
        let reason = format!("no module for {} is named", front.name());
        return skip("dav", &reason).map(|()| true);
    }
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        flag::register(signal, Arc::clone(&interrupted)).map_err(|error| error.to_string())?;
    }
    let report = Report::new(interrupted);
    let rig = Rig::start(&fronts)?;
    // One core may wait for a disk while the other one works.
    let waiting = Mutex::new(fronts.iter().rev().copied().collect::<Vec<_>>());
    let next = || waiting.lock().ok().and_then(|mut fronts| fronts.pop());
    let work = || -> Fallible<()> {
        while let Some(front) = next() {
            visit(&rig, front, &report)?;
        }
        Ok(())
    };
    let worked: Fallible<()> = thread::scope(|scope| {
        let workers = [(); 2].map(|()| scope.spawn(work));
        let gone = |_| Err("a worker is gone".to_owned());
        workers.map(|worker| worker.join().unwrap_or_else(gone)).into_iter().collect()
    });
    let stopped = rig.stop();
    if report.is_interrupted() {
        return Err("interrupted".to_owned());
    }
    worked.and(stopped)?;
    Ok(report.finish(&fronts))
}

/// Everything through one front.
fn visit(rig: &Rig, front: Front, report: &Report) -> Fallible<()> {
    let site = rig.site(front)?;
    svn::run(&site, report)?;
    names::run(&site, report)?;
    litmus::run(&site, report)?;
    location::run(&site, report)?;
    bad_input::run(&site, report)?;
    if front == Front::Nginx { distributed::run(rig, report) } else { Ok(()) }
}
