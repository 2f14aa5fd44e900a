//! `bench-destination`: our rules for a request beside the same rules written with the `regex`
//! crate, in one run, and writes a part of `RESULTS.md`. `--quick` only tries that everything runs;
//! `--count` prints our instructions alone, a line for each input, for who holds them against a
//! budget.

mod report;
mod targets;

use std::env;
use std::time::Duration;

use report::Report;
use tuleap_front_benches::{
    Fallible, Group, Instructions, OURS, REGEX, Rounds, run_contender, write_results,
};

fn main() -> Fallible<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => {
            let report = measure(31, Duration::from_millis(4))?.to_string();
            write_results("destination", &report)?;
            print!("{report}");
        }
        ["--quick"] => print!("{}", measure(3, Duration::from_micros(200))?),
        ["--count", names @ ..] => count(names)?,
        ["--loop", group, contender, passes] => run_contender(group, contender, passes)?,
        _ => return Err("bench-destination [--quick | --count GROUP…]".into()),
    }
    Ok(())
}

fn measure(rounds: usize, batch: Duration) -> Fallible<Report> {
    eprintln!("timing");
    let rounds = Rounds::run(Group::RULES, rounds, batch)?;
    eprintln!("counting instructions");
    let names: Vec<&str> = Group::RULES.iter().map(Group::name).collect();
    let instructions = Instructions::count(&names, &[OURS, REGEX])?;
    Ok(Report { rounds, instructions })
}

fn count(names: &[&str]) -> Fallible<()> {
    let instructions = Instructions::count(names, &[OURS])?;
    for name in names {
        let count = instructions.get(name, OURS).ok_or_else(|| format!("no group {name}"))?;
        println!("{name} {count:.0}");
    }
    Ok(())
}
