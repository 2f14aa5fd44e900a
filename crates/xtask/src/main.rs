//! `cargo xtask COMMAND`: everything this repository can do. No dependencies, so that it starts
//! at once; what needs crates sits in crates it builds on demand.
#![forbid(unsafe_code)]

use std::process::ExitCode;

mod apache;
mod bench;
mod budget;
mod build;
mod c;
mod debian;
mod demo;
mod doctor;
mod nginx;
mod node;
mod parts;
mod php;
mod python;
mod recorded;
mod servers;
mod shell;
mod tidy;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo                         real requests through the embedded front, with the reasons
  demo --front nginx|apache    the same through the real server and our module, before a real
                               Subversion repository
  test [PART]... [--require all]
                               everything, or some parts: tidy, rust, recorded, c, differential,
                               php, python, node, wasm, nginx, apache, dav, instructions;
                               and, not part of everything since they take longer: `hard`, and
                               `nginx-versions` for older ones
  test recorded [--dir DIR]    recorded rows through every surface, one line per file and surface
  test nginx-diff [--cases N] [--seed S]
                               generated cases of gzip, caches and locations through nginx and
                               through us; disagreements are shrunk
  build c [--prefix DIR]       library, header and pkg-config file; prints where they are
  build nginx [--nginx-src DIR]
                               the module for Debian's nginx, or for the nginx of these sources;
                               prints where it is
  build apache                 the module for the Apache that is installed; prints where it is
  bench client-ip [--quick]    speed beside the peers; writes its part of benches/RESULTS.md
  bench destination [--quick]  Destination, redirects and targets beside the regex crate; the same
  bench servers [--quick]      what the modules cost in nginx and Apache; writes benches/SERVERS.md
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
        ["demo"] => demo::embedded(),
        ["demo", "--front", front @ ("nginx" | "apache")] => demo::server(front),
        ["test", "recorded", options @ ..] => recorded::run(options),
        ["test", "nginx-diff", options @ ..] => parts::nginx_diff(options),
        ["test", rest @ ..] => parts::test(rest),
        ["build", "c"] => {
            build::c(None).map(|prefix| println!("{}", prefix.display())).map(|()| true)
        }
        ["build", "c", "--prefix", prefix] => {
            build::c(Some(prefix)).map(|prefix| println!("{}", prefix.display())).map(|()| true)
        }
        ["bench", "client-ip", rest @ ..] => bench::rules("bench-client-ip", rest),
        ["bench", "destination", rest @ ..] => bench::rules("bench-destination", rest),
        ["bench", "bindings"] => bench::bindings(),
        ["bench", "servers", rest @ ..] => bench::servers(rest),
        ["build", "nginx"] => build_nginx(None),
        ["build", "nginx", "--nginx-src", source] => build_nginx(Some(source)),
        ["build", "apache"] => build_apache(),
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

fn build_nginx(source: Option<&str>) -> Result<bool, String> {
    doctor::require(if source.is_none() { doctor::NGINX_MODULE } else { doctor::NGINX_WHOLE })?;
    nginx::build(source).map(|module| println!("{}", module.display())).map(|()| true)
}

fn build_apache() -> Result<bool, String> {
    doctor::require(doctor::APACHE_MODULE)?;
    apache::build().map(|module| println!("{}", module.display())).map(|()| true)
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
