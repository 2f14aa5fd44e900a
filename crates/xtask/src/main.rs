//! `cargo xtask COMMAND`: everything this repository can do. No dependencies, so that it starts
//! at once; what needs crates sits in crates it builds on demand.
#![forbid(unsafe_code)]

use std::process::ExitCode;

mod build;
mod c;
mod doctor;
mod node;
mod parts;
mod php;
mod python;
mod recorded;
mod shell;
mod tidy;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo                         real requests through the embedded front, with the reasons
  test [PART]... [--require all]
                               everything, or some parts: tidy, rust, recorded, c, differential,
                               php, python, node, wasm;
                               and `hard`, which takes longer and is not part of everything
  test recorded [--dir DIR]    recorded rows through every surface, one line per file and surface
  build c [--prefix DIR]       library, header and pkg-config file; prints where they are
  bench client-ip [--quick]    speed beside the peers; writes benches/RESULTS.md
  dist                         packages into target/dist, each tried from a clean environment
  coverage                     bindings/api.toml against the code and the bindings
  bench bindings               what a call costs in each language, beside what the language has
  codegen [--check]            writes the generated files, or says which are stale
  tidy                         what no compiler checks
  doctor                       what is missing on this machine
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(words: &[&str]) -> Result<bool, String> {
    match words {
        ["demo"] => demo(),
        ["demo", "--front", front @ ("nginx" | "apache")] => {
            Err(format!("the {front} front of the demo is not there yet"))
        }
        ["test", "recorded", options @ ..] => recorded::run(options),
        ["test", rest @ ..] => parts::test(rest),
        ["build", "c"] => {
            build::c(None).map(|prefix| println!("{}", prefix.display())).map(|()| true)
        }
        ["build", "c", "--prefix", prefix] => {
            build::c(Some(prefix)).map(|prefix| println!("{}", prefix.display())).map(|()| true)
        }
        ["bench", "client-ip", rest @ ..] => bench(rest),
        ["bench", "bindings"] => bench_bindings(),
        ["codegen", rest @ ..] => codegen(rest),
        ["coverage"] => codegen(&["coverage"]),
        ["dist"] => dist(),
        ["tidy"] => tidy::run().map(|()| true),
        ["doctor"] => doctor::run(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(true)
        }
        _ => Err(format!("no such command: {}\n\n{USAGE}", words.join(" "))),
    }
}

fn demo() -> Result<bool, String> {
    let package = ["run", "--quiet", "--package", "tuleap-front-example", "--", "demo"];
    eprintln!("building the embedded front (the first time takes about a minute)");
    shell::cargo(&package).succeeds()
}

fn bench(rest: &[&str]) -> Result<bool, String> {
    let runner =
        ["run", "--release", "--package", "tuleap-front-benches", "--bin", "bench-client-ip", "--"];
    shell::cargo(&runner).args(rest).succeeds()
}

/// The cost of a call in each language, beside what the language has.
fn bench_bindings() -> Result<bool, String> {
    for (language, bench) in [
        ("php", php::bench as fn() -> Result<String, String>),
        ("python", python::bench),
        ("node and wasm", node::bench),
    ] {
        println!("---- {language}\n{}", bench()?.trim_end());
    }
    Ok(true)
}

/// Every package, each tried from a clean environment.
fn dist() -> Result<bool, String> {
    build::c_dist()?;
    php::dist()?;
    python::dist()?;
    node::dist()?;
    println!("dist: packages in {}", shell::target("dist").display());
    Ok(true)
}

fn codegen(rest: &[&str]) -> Result<bool, String> {
    shell::cargo(&["run", "--quiet", "--package", "xtask-codegen", "--"]).args(rest).succeeds()
}
