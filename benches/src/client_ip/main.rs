//! `bench-client-ip`: times everybody in one run and writes a part of `RESULTS.md`. `--quick` only
//! tries that everything runs.

mod report;
mod scripts;
mod targets;

use std::env;
use std::time::Duration;

use report::Report;
use scripts::Languages;
use tuleap_front_benches::{
    Fallible, Group, Instructions, OURS, Rounds, run_contender, write_results,
};

fn main() -> Fallible<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => {
            let report = measure(31, Duration::from_millis(4), 5)?.to_string();
            write_results("client-ip", &report)?;
            print!("{report}");
        }
        ["--quick"] => print!("{}", measure(3, Duration::from_micros(200), 1)?),
        ["--loop", group, contender, passes] => run_contender(group, contender, passes)?,
        _ => return Err("bench-client-ip [--quick | --loop GROUP CONTENDER PASSES]".into()),
    }
    Ok(())
}

fn measure(rounds: usize, batch: Duration, language_rounds: usize) -> Fallible<Report> {
    eprintln!("timing Rust and C");
    let rounds = Rounds::run(Group::CLIENT_IP, rounds, batch)?;
    eprintln!("timing the other languages");
    let languages = Languages::run(language_rounds)?;
    eprintln!("counting instructions");
    let instructions = Instructions::count(report::COUNTED, &[OURS, "nginx"]);
    Ok(Report { rounds, languages, instructions })
}
