//! Runs recorded rows: `recorded [--dir DIR] [--surfaces rust,c,cli,NAME=COMMAND]`.

use std::path::PathBuf;
use std::process::ExitCode;

use tuleap_front_tests::report::Report;
use tuleap_front_tests::surface;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("recorded: {message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool, String> {
    let mut dir = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/recorded"));
    let mut names = "rust,c,cli".to_owned();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{argument} needs a value"))?;
        match argument.as_str() {
            "--dir" => dir = value.into(),
            "--surfaces" => names = value,
            _ => return Err(format!("unknown option {argument}: use --dir and --surfaces")),
        }
    }
    let surfaces = surface::by_names(&names).ok_or("surfaces are rust, c, cli and NAME=COMMAND")?;
    let report = Report::run(&dir, &surfaces)?;
    let lines = report.lines.iter().chain(&report.failures).chain(&report.skips);
    lines.for_each(|line| println!("{line}"));
    println!("{} passed, {} failed", report.passed, report.failures.len());
    Ok(report.failures.is_empty())
}
