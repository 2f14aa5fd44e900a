//! `cargo xtask bench`, and the instructions that must not grow unnoticed.

use crate::parts::step;
use crate::shell::cargo;
use crate::{apache, budget, doctor, nginx, node, php, python};

/// A program of `benches` that writes a part of RESULTS.md.
pub(crate) fn rules(program: &str, rest: &[&str]) -> Result<bool, String> {
    cargo(&RUN).args(&["--bin", program, "--"]).args(rest).succeeds()
}

const RUN: [&str; 4] = ["run", "--release", "--package", "tuleap-front-benches"];

/// What the modules cost in their servers, beside what the servers have.
pub(crate) fn servers(rest: &[&str]) -> Result<bool, String> {
    doctor::require(doctor::SERVER_BENCHES)?;
    let (nginx, apache) = (nginx::build(None)?, apache::build()?);
    let call = cargo(&RUN).args(&["--bin", "bench-servers", "--"]).path(&nginx).path(&apache);
    call.args(rest).succeeds()
}

/// The cost of a call in each language, beside what the language has.
pub(crate) fn bindings() -> Result<bool, String> {
    for (language, bench) in [
        ("php", php::bench as fn() -> Result<String, String>),
        ("python", python::bench),
        ("node and wasm", node::bench),
    ] {
        println!("---- {language}\n{}", bench()?.trim_end());
    }
    Ok(true)
}

/// Instructions a call against `benches/budgets.toml`: counted, not timed.
pub(crate) fn instructions() -> Result<(), String> {
    if !cfg!(target_arch = "x86_64") {
        println!("instructions: the budgets are those of x86-64");
        return Ok(());
    }
    let budgets = budget::section("instructions")?;
    let names: Vec<&str> = budgets.iter().map(|(name, _)| name.as_str()).collect();
    let run = [&RUN[..1], &["--quiet"], &RUN[1..]].concat();
    let call = cargo(&run).args(&["--bin", "bench-destination", "--", "--count"]).args(&names);
    let counted = step(call)?;
    if counted.lines().count() != budgets.len() {
        return Err(format!("not every budget was counted:\n{counted}"));
    }
    let mut over = Vec::new();
    for line in counted.lines() {
        let (name, count) = line.split_once(' ').ok_or_else(|| format!("counted: {line}"))?;
        let count = count.parse().map_err(|_| format!("counted: {line}"))?;
        over.extend(budget::check(name, count, &format!("{name}, instructions")).err());
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("\n")) }
}
