//! `bench-client-ip`: times everybody in one run and writes `RESULTS.md`. `--quick` only tries
//! that everything runs.

mod callgrind;
mod machine;
mod report;
mod scripts;
mod targets;

use std::env;
use std::path::Path;
use std::time::Duration;

use callgrind::Instructions;
use report::Report;
use scripts::Languages;
use tuleap_front_benches::{Fallible, Group, OURS, Rounds};

fn main() -> Fallible<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => {
            let report = measure(31, Duration::from_millis(4), 5)?.to_string();
            std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("RESULTS.md"), &report)?;
            print!("{report}");
        }
        ["--quick"] => print!("{}", measure(3, Duration::from_micros(200), 1)?),
        ["--loop", group, contender, passes] => run(group, contender, passes.parse()?)?,
        _ => return Err("bench-client-ip [--quick | --loop GROUP CONTENDER PASSES]".into()),
    }
    Ok(())
}

fn measure(rounds: usize, batch: Duration, language_rounds: usize) -> Fallible<Report> {
    eprintln!("timing Rust and C");
    let rounds = Rounds::run(Group::ALL, rounds, batch)?;
    eprintln!("timing the other languages");
    let languages = Languages::run(language_rounds)?;
    eprintln!("counting instructions");
    let instructions = Instructions::count(report::COUNTED, &[OURS, "nginx"]);
    Ok(Report { rounds, languages, instructions })
}

/// Makes calls and nothing else, for an instruction counter.
fn run(group: &str, contender: &str, passes: u64) -> Fallible<()> {
    let group = Group::named(group).ok_or("no such group")?;
    let mut contenders = group.contenders()?.into_iter();
    contenders.find(|one| one.name() == contender).ok_or("no such contender")?.run(passes);
    Ok(())
}
